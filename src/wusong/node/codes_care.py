"""What the codes of running, backing up and witnessing a node say."""

from __future__ import annotations

from typing import Final

from wusong.errors import Texts, register

CARE: Final = {
    "node-running": Texts(
        en=(
            "Another process has the node in {folder} open ({holder}).",
            "Only one process may write to a node at a time.",
            "Wait until it has finished; if it is the node itself, use its portal or API, or stop it first.",
        ),
        zh=(
            "目录 {folder} 中的节点正由另一进程使用（{holder}）。",
            "同一节点同一时间只允许一个进程写入。",
            "请待其完成后重试；如系节点本身，请使用其门户或接口，或先停止节点。",
        ),
        status=409,
    ),
    "node-silent": Texts(
        en=(
            "The running node did not answer as expected ({detail}).",
            "Another process has the node open; what changes the ledger goes through it.",
            "See whether the node still runs and took effect what you asked before you repeat it.",
        ),
        zh=(
            "运行中的节点未按预期应答（{detail}）。",
            "节点正由另一进程运行，变更账本的操作须经该进程办理。",
            "再次办理前，请先确认节点是否仍在运行，以及本次操作是否已经生效。",
        ),
        status=503,
    ),
    "no-node": Texts(
        en=(
            "There is no node in {folder}.",
            "The folder holds no keystore and no ledger.",
            "Make one with wusong init or wusong up, or name its folder with --home.",
        ),
        zh=(
            "目录 {folder} 中没有节点。",
            "该目录没有密钥库和账本。",
            "请用 wusong init 或 wusong up 创建，或以 --home 指定目录。",
        ),
        status=404,
    ),
    "models-damaged": Texts(
        en=(
            "The read models cannot be opened.",
            "models.db, or what database_url names, answers with {detail}. Nothing is lost.",
            "Run wusong rebuild.",
        ),
        zh=(
            "查询库无法打开。",
            "models.db 或 database_url 所指数据库返回错误（{detail}）。数据没有丢失。",
            "请执行 wusong rebuild。",
        ),
    ),
    "port-taken": Texts(
        en=(
            "The address {host}:{port} cannot be used.",
            "The system says: {detail}.",
            "Choose another with --port, or stop what uses it.",
        ),
        zh=(
            "地址 {host}:{port} 无法使用。",
            "系统提示：{detail}。",
            "请以 --port 另选端口，或停止占用该端口的程序。",
        ),
        status=409,
    ),
    "backup-exists": Texts(
        en=(
            "{folder} is not empty.",
            "A backup is written into a folder of its own, never over another.",
            "Name a new folder.",
        ),
        zh=("目录 {folder} 不为空。", "备份须写入单独目录，不得覆盖已有内容。", "请另选新目录。"),
        status=409,
    ),
    "not-a-backup": Texts(
        en=("{folder} holds no backup.", "{detail}", "Name the folder that wusong backup wrote."),
        zh=("目录 {folder} 不是备份。", "{detail}", "请指定 wusong backup 生成的目录。"),
    ),
    "backup-damaged": Texts(
        en=("The backup is damaged at {file}.", "{detail}", "Use another copy; nothing was restored."),
        zh=("备份已损坏：{file}。", "{detail}", "请使用其他副本；未恢复任何内容。"),
    ),
    "keys-in-motion": Texts(
        en=(
            "The keystore kept changing during the backup.",
            "Keys and ledger in a backup must belong together.",
            "Back up again at a quieter moment.",
        ),
        zh=("备份期间密钥库持续变化。", "备份中的密钥与账本必须一致。", "请稍后重新备份。"),
        status=409,
    ),
    "no-witness": Texts(
        en=(
            "No witness of this ledger answered.",
            "{detail}",
            "Check witnesses.json, or begin a new epoch with --new-epoch.",
        ),
        zh=("本账本的见证方均未答复。", "{detail}", "请检查 witnesses.json，或以 --new-epoch 开始新纪元。"),
        status=503,
    ),
    "witness-file": Texts(
        en=(
            "The list of witnesses cannot be used.",
            "{detail}",
            "Correct witnesses.json; its form is in docs/settings.md.",
        ),
        zh=("见证方名单无法使用。", "{detail}", "请更正 witnesses.json，格式见 docs/settings.md。"),
    ),
    "history-differs": Texts(
        en=(
            "The witness {witness} has another history of this ledger at size {size}.",
            "Deeds were acknowledged that this backup does not hold.",
            "Restore a newer backup, or begin a new epoch with --new-epoch.",
        ),
        zh=(
            "见证方 {witness} 记录的账本历史在条目数 {size} 处与本账本不同。",
            "曾有已出具回执的指令不在本备份之内。",
            "请恢复更新的备份，或以 --new-epoch 开始新纪元。",
        ),
        status=409,
    ),
    "not-restored": Texts(
        en=(
            "This ledger was not restored from a backup.",
            "Only a restored ledger waits to be settled.",
            "Nothing needs to be done.",
        ),
        zh=("本账本并非由备份恢复。", "仅恢复后的账本需要确认。", "无须处理。"),
        status=409,
    ),
}

register(CARE)
