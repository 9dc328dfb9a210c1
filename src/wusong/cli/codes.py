"""What the terminal's own codes say to people."""

from __future__ import annotations

from typing import Final

from wusong.errors import Texts, register

CLI: Final = {
    "bad-usage": Texts(
        en=("The command was not understood.", "{detail}", "See wusong COMMAND --help."),
        zh=("无法识别该命令。", "{detail}", "请用 wusong 命令名 --help 查看用法。"),
        status=400,
    ),
    "unknown-command": Texts(
        en=(
            "There is no command {name}.",
            "The name may be misspelt. {near}",
            "See wusong --help for all commands.",
        ),
        zh=("没有名为 {name} 的命令。", "命令名可能有误。{near}", "请用 wusong --help 查看全部命令。"),
        status=404,
    ),
    "unknown-option": Texts(
        en=(
            "There is no option {name} here.",
            "Options differ from command to command.",
            "See wusong COMMAND --help.",
        ),
        zh=("此处没有选项 {name}。", "各命令的选项不同。", "请用 wusong 命令名 --help 查看选项。"),
        status=400,
    ),
    "no-contract-text": Texts(
        en=(
            "{contract} has no contract text.",
            "Its page says everything.",
            "See wusong contract show {contract}.",
        ),
        zh=(
            "{contract} 未附合同文本。",
            "其规则均载于合约页。",
            "请用 wusong contract show {contract} 查看。",
        ),
        status=404,
    ),
    "missing-argument": Texts(
        en=("{name} is missing.", "The command cannot go on without it.", "See wusong COMMAND --help."),
        zh=("缺少 {name}。", "缺少该项时命令无法执行。", "请用 wusong 命令名 --help 查看用法。"),
        status=400,
    ),
    "bad-argument": Texts(
        en=("{name} cannot be used as given.", "{detail}", "Correct the value; see wusong COMMAND --help."),
        zh=("{name} 的取值无法使用。", "{detail}", "请更正取值；用法见 wusong 命令名 --help。"),
        status=400,
    ),
    "cannot-read-path": Texts(
        en=(
            "{path} cannot be read or written.",
            "The system says: {detail}.",
            "Check the path and its permissions.",
        ),
        zh=("无法读写 {path}。", "系统提示：{detail}。", "请检查路径及其权限。"),
    ),
    "interrupted": Texts(
        en=(
            "Stopped at your request.",
            "The command was interrupted.",
            "What had a receipt before stays done; run the command again for the rest.",
        ),
        zh=("已按您的要求停止。", "命令被中断。", "此前已取得回执的事项依然有效；其余事项请重新执行命令。"),
        status=499,
    ),
    "not-json": Texts(
        en=(
            "{name} is not JSON of the form expected.",
            "{detail}",
            "Correct it; the form is in docs/cli.md.",
        ),
        zh=("{name} 不是所要求格式的 JSON。", "{detail}", "请更正；格式见 docs/cli.md。"),
        status=400,
    ),
    "no-verifier": Texts(
        en=(
            "The verifier is not part of this installation.",
            "The file wusong_verify.py was not found.",
            "Install Wusong anew, or use the verifier's own file.",
        ),
        zh=(
            "本次安装缺少核验程序。",
            "未找到文件 wusong_verify.py。",
            "请重新安装，或直接使用独立核验程序。",
        ),
        status=500,
    ),
    "no-trust": Texts(
        en=(
            "There is nothing to check the evidence against.",
            "No trust file was given, and {folder} holds no node.",
            "Give --trust FILE, obtained from a source you rely on.",
        ),
        zh=(
            "缺少核验所依据的信任文件。",
            "未提供信任文件，且 {folder} 中没有节点。",
            "请以 --trust 指定从可信来源取得的文件。",
        ),
    ),
    "no-receipt": Texts(
        en=(
            "There is no receipt for {file}.",
            "{receipt} does not exist, and the file itself is no bundle.",
            "Give --receipt FILE.",
        ),
        zh=(
            "没有 {file} 的存证回执。",
            "{receipt} 不存在，该文件本身也不是证据包。",
            "请以 --receipt 指定回执。",
        ),
        status=404,
    ),
    "not-offered": Texts(
        en=(
            "This installation does not offer {name}.",
            "A part of the program is missing: {detail}.",
            "Install Wusong anew with all its parts.",
        ),
        zh=("本次安装不提供 {name}。", "缺少程序组成部分：{detail}。", "请完整安装。"),
        status=501,
    ),
    "output-exists": Texts(
        en=(
            "“{file}” exists already.",
            "It may hold work of yours, so it is not overwritten. Nothing was done.",
            "Name another file with --out, or move this one away.",
        ),
        zh=(
            "文件“{file}”已存在。",
            "为避免覆盖已有内容，未作任何处理。",
            "请以 --out 指定其他文件名，或者先移走原文件。",
        ),
        status=409,
    ),
    "ambiguous-party": Texts(
        en=(
            "{name} does not name one party.",
            "{found} parties match.",
            "{near}Use the DID, or the exact name; see wusong party list.",
        ),
        zh=(
            "{name} 不能确定唯一的单位。",
            "共有 {found} 个单位相符。",
            "{near}请使用 DID 或完整名称；参见 wusong party list。",
        ),
        status=404,
    ),
    "ambiguous-id": Texts(
        en=("{id} is the beginning of several ids.", "It must name one.", "Give more of the id."),
        zh=("有多个编号以 {id} 开头。", "须能确定唯一的一个。", "请多写几位编号。"),
        status=404,
    ),
    "asset-unknown": Texts(
        en=("There is no asset {asset} on this ledger.", "The id is unknown here.", "See wusong asset list."),
        zh=("本账本没有标的 {asset}。", "编号未知。", "请用 wusong asset list 查看。"),
        status=404,
    ),
}

register(CLI)
