"""What the codes of store, engine, proofs and restore say to people."""

from __future__ import annotations

from typing import Final

from wusong.errors import Texts, register


def _texts(en: tuple[str, str, str], zh: tuple[str, str, str], status: int = 422) -> Texts:
    return Texts(en=en, zh=zh, status=status)


STORE: Final = {
    "store-full": _texts(
        (
            "There is no space to write the ledger.",
            "The disk that holds {file} is full or its limit is reached. Nothing was changed.",
            "Make space; the ledger goes on by itself. Hand the deed in again.",
        ),
        (
            "没有空间写入账本。",
            "{file} 所在磁盘已满或达到限额，未作任何变更。",
            "请释放空间，账本将自动恢复；随后重新提交指令。",
        ),
        507,
    ),
    "store-failed": _texts(
        (
            "The ledger's file {file} cannot be used.",
            "The operating system or SQLite says: {detail}. Nothing was changed.",
            "Check disk, rights and whether another program has it open.",
        ),
        (
            "账本文件 {file} 无法使用。",
            "系统或 SQLite 提示：{detail}。未作任何变更。",
            "请检查磁盘、权限以及是否被其他程序占用。",
        ),
        503,
    ),
    "store-damaged": _texts(
        (
            "The ledger's file {file} is damaged: {part}.",
            "{detail}. Another program changed it, or the disk failed. Nothing is repaired silently.",
            "Stop the node, keep the file as evidence, restore the newest backup.",
        ),
        (
            "账本文件 {file} 已损坏：{part}。",
            "{detail}。文件被本程序以外的因素改动，或磁盘故障；程序不会擅自修复。",
            "请停止节点，保留该文件备查，并恢复最近的备份。",
        ),
        503,
    ),
    "store-version": _texts(
        (
            "The ledger's file is of version {found}.",
            "This program knows version {expected}.",
            "Use the program that made it, or migrate.",
        ),
        ("账本文件的版本为 {found}。", "本程序支持版本 {expected}。", "请使用相应版本的程序，或先迁移。"),
        503,
    ),
    "engine-failed": _texts(
        (
            "The deed met a defect of the program ({detail}).",
            "Nothing was changed.",
            "Report it with the node's log; do not hand the same deed in repeatedly.",
        ),
        ("处理指令时遇到程序缺陷（{detail}）。", "未作任何变更。", "请附节点日志反馈，勿反复提交同一指令。"),
        500,
    ),
    "engine-closed": _texts(
        ("The ledger is closing.", "The node is being stopped.", "Try again when it runs again."),
        ("账本正在关闭。", "节点正在停止。", "请在节点恢复运行后重试。"),
        503,
    ),
    "engine-busy": _texts(
        ("The ledger has too much to do.", "{waiting} deeds are waiting.", "Try again shortly."),
        ("账本繁忙。", "有 {waiting} 份指令等待处理。", "请稍后重试。"),
        503,
    ),
    "block-order": _texts(
        (
            "The proposed block {height} is not in order.",
            "Order and time of a block follow from its deeds.",
            "The proposer must follow the rules; refuse the block.",
        ),
        (
            "提议的区块 {height} 次序不符。",
            "区块的次序和时间由其指令唯一确定。",
            "提议方须遵守规则，应拒绝该区块。",
        ),
    ),
}

LEDGER: Final = {
    "bad-genesis": _texts(
        (
            "The genesis cannot be used ({reason}).",
            "A ledger begins with a genesis of the form that docs/formats.md section 2 gives.",
            "Correct the genesis; a running ledger's genesis is never changed.",
        ),
        (
            "创世文件不可用（{reason}）。",
            "账本须以符合格式说明第 2 节的创世文件开始。",
            "请修改创世文件；已运行账本的创世文件不得更改。",
        ),
    ),
    "unknown-protocol": _texts(
        (
            "From block {height} the ledger follows protocol {protocol}.",
            "This program does not know its rules and will not guess. Nothing is lost: all blocks before it stand.",
            "Install a newer version of the program; it goes on from there.",
        ),
        (
            "自第 {height} 个区块起，账本遵循协议版本 {protocol}。",
            "本程序不了解该版本的规则，不作猜测。此前的区块全部有效，数据没有丢失。",
            "请升级程序，升级后从该处继续。",
        ),
        409,
    ),
    "ledger-exists": _texts(
        (
            "There is a ledger here already ({file}).",
            "A ledger is created once.",
            "Open it, or choose another folder.",
        ),
        ("此处已有账本（{file}）。", "账本只创建一次。", "请直接打开，或另选目录。"),
        409,
    ),
    "no-ledger": _texts(
        (
            "There is no ledger here ({file}).",
            "The folder holds no ledger file.",
            "Run wusong init, or name the right folder.",
        ),
        ("此处没有账本（{file}）。", "该目录中没有账本文件。", "请执行 wusong init，或指定正确的目录。"),
        404,
    ),
    "wrong-seal-key": _texts(
        (
            "The seal key {key} is not the cosigner of this ledger.",
            "Checkpoints count only under the cosigner set in force.",
            "Use the keystore that belongs to this ledger.",
        ),
        (
            "封签密钥 {key} 不是本账本的联署方。",
            "检查点只有由现行联署方签署才有效。",
            "请使用与本账本对应的密钥库。",
        ),
    ),
    "not-trial": _texts(
        (
            "The clock of this ledger cannot be set.",
            "Only a ledger whose genesis says trial allows it.",
            "Use a trial network for rehearsals.",
        ),
        (
            "本账本的时钟不可调整。",
            "只有创世文件注明为试验（trial）的账本才允许调整。",
            "请使用试验网络进行演练。",
        ),
    ),
    "bad-time": _texts(
        (
            "The clock cannot be set by {milliseconds} ms.",
            "It goes forward only.",
            "Give a number greater than zero.",
        ),
        ("时钟不能调整 {milliseconds} 毫秒。", "时钟只能向前调整。", "请输入大于零的数值。"),
    ),
    "no-such-deed": _texts(
        (
            "The archive has no deed {deed}.",
            "It was never accepted into a block here, or the id is wrong.",
            "Check the id.",
        ),
        ("档案中没有指令 {deed}。", "该指令未被记入本账本，或编号有误。", "请核对编号。"),
        404,
    ),
    "act-erased": _texts(
        (
            "Act {act} of deed {deed} was erased.",
            "A lawful order erased its content; that it happened remains provable.",
            "Ask for a bundle without this act.",
        ),
        (
            "指令 {deed} 的第 {act} 项事项已被删除。",
            "其内容已依法删除，事实本身仍可证明。",
            "请导出不含该事项的证据包。",
        ),
        410,
    ),
    "no-block": _texts(
        ("The ledger has no block yet.", "Proofs rest on a block.", "Hand in a deed first."),
        ("账本尚无区块。", "证据须以区块为依据。", "请先提交指令。"),
        409,
    ),
    "no-seal-key": _texts(
        (
            "This node has no seal key.",
            "Only a cosigner can make the cosignature that a proof rests on.",
            "Ask a cosigner of the ledger for the proof.",
        ),
        ("本节点没有封签密钥。", "证据所依据的联署只能由联署方作出。", "请向本账本的联署方索取证据。"),
        409,
    ),
}

RESTORE: Final = {
    "snapshot-refused": _texts(
        (
            "The snapshot does not hold ({part}).",
            "Its parts do not lead to the seal that it names.",
            "Get it from another node.",
        ),
        ("快照无效（{part}）。", "其内容与所列封签不符。", "请向其他节点获取。"),
    ),
    "read-only": _texts(
        (
            "The ledger only reads.",
            "It was restored from a backup, and something newer may have been acknowledged.",
            "Ask a witness (wusong restore --settle), or begin a new epoch (wusong restore --new-epoch).",
        ),
        (
            "账本目前只读。",
            "账本由备份恢复，备份之后可能还有已确认的指令。",
            "请向见证方核实（wusong restore --settle），或启用新纪元（wusong restore --new-epoch）。",
        ),
        503,
    ),
    "not-read-only": _texts(
        (
            "The ledger is in use, and begins no new epoch.",
            "A new epoch follows a restore from a backup, while the ledger only reads.",
            "Restore the backup first (wusong restore).",
        ),
        (
            "账本正在使用，不能启用新纪元。",
            "只有由备份恢复、处于只读状态的账本才启用新纪元。",
            "请先恢复备份（wusong restore）。",
        ),
        409,
    ),
    "newer-acknowledged": _texts(
        (
            "A witness has seen the log at size {witnessed}; the backup has {size}.",
            "Deeds were acknowledged after the backup was made, and are missing here.",
            "Restore a newer backup, or begin a new epoch, which makes the break visible to every reader.",
        ),
        (
            "见证方所见日志长度为 {witnessed}，备份仅为 {size}。",
            "备份之后曾有已确认的指令，本账本中缺失。",
            "请恢复更新的备份，或启用新纪元，使中断对所有查验者可见。",
        ),
        409,
    ),
    "bad-note": _texts(
        (
            "The checkpoint note cannot be read.",
            "It does not follow C2SP signed-note and tlog-checkpoint.",
            "Check which program wrote it.",
        ),
        (
            "检查点签注无法识别。",
            "其格式不符合 C2SP signed-note 与 tlog-checkpoint 规范。",
            "请核对签注的来源程序。",
        ),
        400,
    ),
    "witness-refused": _texts(
        (
            "The witness {witness} did not sign ({detail}).",
            "A witness signs only a log that it knows and that only grew.",
            "Look at the witness's answer; if histories differ, stop and investigate.",
        ),
        (
            "见证方 {witness} 未予签署（{detail}）。",
            "见证方只为其已知且只增不改的日志签署。",
            "请查看见证方答复；如历史不一致，应立即停用并调查。",
        ),
        502,
    ),
}

register(STORE | LEDGER | RESTORE)
