"""What the ledger's codes say to people. One row for each code; tests/ledger/test_refusals.py has a deed for each."""

from __future__ import annotations

from typing import Final

from wusong.errors import Texts, register


def _texts(en: tuple[str, str, str], zh: tuple[str, str, str], status: int = 422) -> Texts:
    return Texts(en=en, zh=zh, status=status)


UNREADABLE: Final = {
    "bad-deed": _texts(
        (
            "The deed cannot be read ({argument}).",
            "A member is missing, unknown, or not of the form that the format demands.",
            "Build the deed as docs/formats.md section 3 says, or with this program.",
        ),
        (
            "指令无法识别（{argument}）。",
            "有成员缺失、多余，或不符合格式要求。",
            "请按格式说明第 3 节重新制作指令，或使用本程序生成。",
        ),
        400,
    ),
    "bad-header": _texts(
        (
            "A signature's protected header is not that of a deed.",
            "It must name algorithm, key and the type wusong-deed, and nothing else.",
            "Sign the deed again.",
        ),
        (
            "签名的受保护头部不是指令签名的头部。",
            "头部只应载明算法、密钥和类型 wusong-deed。",
            "请重新签署指令。",
        ),
        400,
    ),
    "too-large": _texts(
        (
            "The deed has {size} bytes; at most {limit} are allowed.",
            "Deeds carry commitments, not contents.",
            "Put contents into the vault and their commitment into the deed, or use several deeds.",
        ),
        (
            "指令长度为 {size} 字节，超过上限 {limit} 字节。",
            "指令只承载加盐哈希，不承载内容本身。",
            "请将内容存入保险库、仅在指令中写入加盐哈希，或拆分为多份指令。",
        ),
        413,
    ),
    "too-many-acts": _texts(
        (
            "The deed has {count} acts; at most {limit} are allowed.",
            "All acts of a deed happen together or not at all.",
            "Use several deeds.",
        ),
        (
            "指令含 {count} 项办理事项，超过上限 {limit} 项。",
            "一份指令中的事项要么全部办成、要么全部不办。",
            "请拆分为多份指令。",
        ),
    ),
    "act-mismatch": _texts(
        (
            "The acts are not those that were signed.",
            "The digest of an act differs from the one in the signed payload.",
            "Send the acts exactly as they were when the deed was signed.",
        ),
        ("所附事项与签署内容不一致。", "事项的摘要与已签署载荷中的摘要不符。", "请提交签署时的原始事项。"),
    ),
    "wrong-ledger": _texts(
        (
            "The deed is for another ledger.",
            "It names ledger {found}; this one is {expected}.",
            "Hand it in on the ledger that it names, or write it anew.",
        ),
        (
            "指令不属于本账本。",
            "指令载明的账本为 {found}，本账本为 {expected}。",
            "请向载明的账本提交，或重新制作指令。",
        ),
    ),
    "missing-signature": _texts(
        (
            "The deed has {found} signatures for {expected} signers.",
            "Every signer named in the payload must sign.",
            "Collect the missing signatures.",
        ),
        ("指令应有 {expected} 个签名，实有 {found} 个。", "载荷列明的每一签署方都必须签名。", "请补齐签名。"),
    ),
    "extra-signature": _texts(
        (
            "The deed has {found} signatures for {expected} signers.",
            "Only the signers named in the payload may sign.",
            "Remove the superfluous signatures.",
        ),
        (
            "指令应有 {expected} 个签名，实有 {found} 个。",
            "只有载荷列明的签署方可以签名。",
            "请删除多余的签名。",
        ),
    ),
}

ADMISSION: Final = {
    "expired": _texts(
        (
            "The deed has expired.",
            "It was valid before {expires}; the ledger's time is {now} (milliseconds).",
            "Write and sign it anew.",
        ),
        ("指令已过有效期。", "有效期至 {expires}，账本时间为 {now}（毫秒）。", "请重新制作并签署。"),
    ),
    "expires-too-late": _texts(
        (
            "The deed expires too far ahead.",
            "At most {limit} ms after the ledger's time {now} are allowed; it says {expires}.",
            "Choose an earlier expiry and sign again.",
        ),
        (
            "指令有效期过长。",
            "有效期最多为账本时间 {now} 之后 {limit} 毫秒，指令载明 {expires}。",
            "请缩短有效期后重新签署。",
        ),
    ),
    "spent": _texts(
        (
            "This deed has already been handed in.",
            "A deed takes effect once; its id {deed} is spent, whether it was accepted or refused.",
            "Look up its receipt. To do the same again, write a new deed.",
        ),
        (
            "该指令已提交过。",
            "一份指令只生效一次，编号 {deed} 无论是否被接受均已使用。",
            "请查询其回执；如需再次办理，请制作新指令。",
        ),
        409,
    ),
    "unknown-party": _texts(
        (
            "The party {party} is not admitted to this ledger.",
            "Only parties that a registrar has admitted can sign or hold rights.",
            "Have the party admitted first.",
        ),
        ("单位 {party} 尚未准入本账本。", "只有经登记方准入的单位才能签署或享有权利。", "请先办理准入。"),
    ),
    "party-suspended": _texts(
        (
            "The party {party} is suspended.",
            "A registrar has suspended it; until it is reinstated it signs nothing.",
            "Ask the registrar for the reason.",
        ),
        ("单位 {party} 已被暂停。", "登记方已暂停其资格，恢复前不得签署。", "请向登记方了解原因。"),
        403,
    ),
    "unknown-key": _texts(
        (
            "The key {key} is not one of {party}.",
            "A signature counts only under a deed key that the party has registered.",
            "Sign with a registered key, or register this one first.",
        ),
        (
            "密钥 {key} 不属于单位 {party}。",
            "只有该单位登记的签署密钥所作签名有效。",
            "请使用已登记的密钥签署，或先登记该密钥。",
        ),
    ),
    "key-revoked": _texts(
        (
            "The key {key} of {party} was revoked.",
            "A revoked key signs nothing from the block after its revocation.",
            "Sign with a key that is in force.",
        ),
        ("单位 {party} 的密钥 {key} 已被撤销。", "密钥撤销后不得再用于签署。", "请使用有效密钥重新签署。"),
    ),
    "wrong-algorithm": _texts(
        (
            "The signature names the algorithm {found}; the key is for {expected}.",
            "A ledger uses its suite's algorithms only.",
            "Sign with the algorithm of the key.",
        ),
        (
            "签名载明的算法为 {found}，密钥对应的算法为 {expected}。",
            "账本只使用其密码套件规定的算法。",
            "请使用与密钥相符的算法签署。",
        ),
    ),
    "signature-invalid": _texts(
        (
            "The signature of {party} does not hold.",
            "It was not made by the key named over this payload.",
            "Sign the deed again, unchanged.",
        ),
        ("单位 {party} 的签名无效。", "该签名并非以所列密钥对本载荷作出。", "请对未经改动的指令重新签署。"),
    ),
    "mandate-unknown": _texts(
        (
            "There is no such mandate from {party}.",
            "The deed names {mandate}, which is no mandate of that party.",
            "Name a mandate that the party has granted.",
        ),
        (
            "未找到单位 {party} 的该项委托。",
            "指令所列 {mandate} 不是该单位的委托权限。",
            "请填写该单位已授予的委托权限。",
        ),
    ),
    "mandate-ended": _texts(
        (
            "The mandate has ended.",
            "It was revoked or its term has passed.",
            "Ask the principal for a new mandate.",
        ),
        ("委托权限已终止。", "委托已被撤销或期限届满。", "请委托方重新授权。"),
        403,
    ),
}

EXECUTION: Final = {
    "quota": _texts(
        (
            "{party} has used up its quota for this minute.",
            "{used} of {limit} cost units are used; this deed costs {cost}.",
            "Hand it in again in the next minute, as a new deed.",
        ),
        (
            "单位 {party} 本分钟的配额已用完。",
            "已用 {used}，上限 {limit}，本指令需 {cost}。",
            "请在下一分钟以新指令提交。",
        ),
        429,
    ),
    "unknown-contract": _texts(
        (
            "The contract {contract} is not installed on this ledger.",
            "Acts follow pages that an installer has installed.",
            "Install the page first, or use an installed version.",
        ),
        (
            "本账本未安装合约 {contract}。",
            "办理事项须依据已安装的合约页面。",
            "请先安装该合约，或使用已安装的版本。",
        ),
        404,
    ),
    "contract-suspended": _texts(
        (
            "The contract {contract} is suspended.",
            "An authority has suspended it; nobody acts under it until it is resumed.",
            "Ask the authority for the reason.",
        ),
        (
            "合约 {contract} 已被暂停使用。",
            "主管方已暂停该合约，恢复前不得据其办理。",
            "请向主管方了解原因。",
        ),
        403,
    ),
    "unknown-asset": _texts(
        (
            "There is no asset {asset} of this contract.",
            "The id is wrong, or the asset is ruled by another contract.",
            "Check the id and the contract.",
        ),
        ("本合约下没有标的 {asset}。", "编号有误，或该标的适用其他合约。", "请核对编号和合约。"),
        404,
    ),
    "asset-exists": _texts(
        (
            "The record {asset} exists already.",
            "It can be created once.",
            "Look at the existing record; use the action that changes it.",
        ),
        ("记录 {asset} 已存在。", "该记录只能创建一次。", "请查看现有记录，并使用变更操作。"),
        409,
    ),
    "stale-rev": _texts(
        (
            "The asset {asset} has changed meanwhile.",
            "The deed expects revision {expected}; it is at {found}.",
            "Look at the asset as it is now, and decide again.",
        ),
        (
            "标的 {asset} 已发生变更。",
            "指令依据的版次为 {expected}，现为 {found}。",
            "请查看最新状态后重新决定。",
        ),
        409,
    ),
    "rev-required": _texts(
        (
            "The act does not say which revision of {asset} it is about.",
            "When several parties sign, each must know what it signs for; it is at {found}.",
            "Add rev, and have everybody sign again.",
        ),
        (
            "事项未载明标的 {asset} 的版次。",
            "多方签署时，各方须明确所签对象的版次；现为 {found}。",
            "请补充版次后由各方重新签署。",
        ),
    ),
    "too-many-assets": _texts(
        (
            "The deed touches more than {limit} assets.",
            "The limit keeps every block's cost bounded.",
            "Use several deeds.",
        ),
        ("指令涉及的标的超过 {limit} 个。", "设此上限是为保证每个区块的执行成本可控。", "请拆分为多份指令。"),
    ),
    "missing-companion": _texts(
        (
            "A companion act is missing ({clause}).",
            "The contract allows the act only together with another in the same deed, each serving one act only.",
            "Add the companion act, and name it in with.",
        ),
        (
            "缺少配套事项（{clause}）。",
            "合约规定该事项须与另一事项在同一指令内一并办理，且一项配套只对应一项要求。",
            "请在指令中加入配套事项并在 with 中指明。",
        ),
    ),
    "extra-signer": _texts(
        (
            "{party} signs, but no act needs it.",
            "A deed is signed by exactly those who must sign.",
            "Leave the signer out, or add the act that needs it.",
        ),
        (
            "单位 {party} 签署了指令，但没有事项需要其签署。",
            "指令由且仅由必须签署的各方签署。",
            "请移除该签署方，或补充需其签署的事项。",
        ),
    ),
    "no-possession": _texts(
        (
            "Possession of the key {key} is not proved.",
            "Whoever registers a key signs with it for {party} on this ledger; the signature does not hold.",
            "Sign the statement of possession with the key.",
        ),
        (
            "未能证明持有密钥 {key}。",
            "登记密钥须用该密钥为单位 {party} 在本账本上作持有证明签名，该签名无效。",
            "请用该密钥签署持有证明。",
        ),
    ),
    "page-refused": _texts(
        (
            "The contract page is refused ({reason}).",
            "{detail}",
            "Correct the page, have it examined, and install it anew.",
        ),
        ("合约页面未通过检查（{reason}）。", "{detail}", "请修改页面，重新检查后再安装。"),
    ),
    "report-refused": _texts(
        (
            "The check report does not hold.",
            "It must be about this very page and signed by an examiner whom the genesis names; {examiner} did not.",
            "Have an examiner check and sign.",
        ),
        (
            "检查报告无效。",
            "报告须针对本页面并由创世文件指定的检查方签署；{examiner} 的签署不符合要求。",
            "请由检查方检查并签署。",
        ),
    ),
    "mandate-scope": _texts(
        (
            "The mandate does not cover {action}.",
            "It names the contracts and actions that it covers.",
            "Act yourself, or ask for a mandate that covers it.",
        ),
        ("委托权限不包含“{action}”。", "委托已列明可办理的合约和操作。", "请由本单位办理，或取得相应委托。"),
        403,
    ),
    "mandate-limit": _texts(
        ("The mandate is used up.", "It covers {limit} acts.", "Ask the principal for a new mandate."),
        ("委托次数已用完。", "该委托限 {limit} 次。", "请委托方重新授权。"),
        403,
    ),
}

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
            "{detail}. It was changed by something other than this program, or the disk failed. Nothing is repaired silently.",
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
            "The ledger follows protocol {protocol}.",
            "This program does not know its rules and will not guess.",
            "Install a newer version of the program.",
        ),
        ("账本遵循协议版本 {protocol}。", "本程序不了解该版本的规则，不作猜测。", "请升级程序。"),
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

register(UNREADABLE | ADMISSION | EXECUTION | STORE | LEDGER | RESTORE)
