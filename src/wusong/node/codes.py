"""What the node's codes say to people."""

from __future__ import annotations

from typing import Final

from wusong.errors import Texts, register

NODE: Final = {
    "node-exists": Texts(
        en=(
            "There is a node in {folder} already.",
            "A network is founded once; its keys must not be overwritten.",
            "Start it with wusong up, or choose another folder.",
        ),
        zh=(
            "目录 {folder} 中已有节点。",
            "网络只创建一次，其密钥不得被覆盖。",
            "请用 wusong up 启动，或另选目录。",
        ),
        status=409,
    ),
    "folder-not-empty": Texts(
        en=(
            "There are other files in {folder}, such as {name}.",
            "What is made here needs a folder of its own, so that nothing else is touched.",
            "Choose a new or empty folder.",
        ),
        zh=(
            "目录 {folder} 中已有其他文件，例如 {name}。",
            "为避免影响或混入其他文件，须使用单独的目录。",
            "请选择新目录或空目录。",
        ),
        status=409,
    ),
    "tour-exists": Texts(
        en=(
            "A tour was made or begun in {folder} already.",
            "A tour founds a network of its own, whose keys must not be overwritten.",
            "Give another folder with --dir, or delete this one and run the tour again.",
        ),
        zh=(
            "目录 {folder} 中已有演示，或演示尚未完成。",
            "每次演示都会创建独立的网络，其密钥不得被覆盖。",
            "请用 --dir 指定其他目录，或删除该目录后重新运行演示。",
        ),
        status=409,
    ),
    "no-passphrase": Texts(
        en=(
            "The passphrase of the keystore is missing.",
            "It is neither in WUSONG_PASSPHRASE nor in the file {file}.",
            "Set the variable, or put the file back with mode 0600.",
        ),
        zh=(
            "缺少密钥库口令。",
            "环境变量 WUSONG_PASSPHRASE 和文件 {file} 中均未提供。",
            "请设置该变量，或恢复该文件（权限 0600）。",
        ),
    ),
    "no-key": Texts(
        en=(
            "This node has no key of {party}.",
            "A node signs only for the parties whose keys it holds.",
            "Send the deed to the node of that party.",
        ),
        zh=(
            "本节点没有单位 {party} 的密钥。",
            "节点只能为其持有密钥的单位签署。",
            "请将指令送交该单位的节点签署。",
        ),
    ),
    "no-such-contract": Texts(
        en=(
            "There is no contract {name} on this ledger.",
            "Contracts are named name@version, or by their digest.",
            "List the contracts with wusong contract list.",
        ),
        zh=(
            "本账本没有合约 {name}。",
            "合约以“名称@版本”或摘要指称。",
            "请用 wusong contract list 查看合约。",
        ),
        status=404,
    ),
    "setting-unknown": Texts(
        en=(
            "There is no setting {name}.",
            "A misspelt setting would silently have no effect.",
            "See docs/settings.md for all settings.",
        ),
        zh=(
            "没有名为 {name} 的设置。",
            "设置名拼写错误会在无提示的情况下失效，因此予以拒绝。",
            "请查阅 docs/settings.md。",
        ),
    ),
    "setting-wrong": Texts(
        en=(
            "The setting {name} is not as it must be ({expected}).",
            "Its value is of another type or form, or out of range.",
            "Give a value as docs/settings.md describes it.",
        ),
        zh=(
            "设置 {name} 的值不符合要求（{expected}）。",
            "取值的类型、格式或范围不符。",
            "请按 docs/settings.md 的说明填写。",
        ),
    ),
    "settings-unreadable": Texts(
        en=("The settings file {file} cannot be read.", "{detail}", "Correct the file; it is TOML."),
        zh=("设置文件 {file} 无法读取。", "{detail}", "请修改文件，格式为 TOML。"),
    ),
}

register(NODE)
