"""Every refusal of the data domain's basics, explained in English and Chinese."""

from __future__ import annotations

from wusong.errors import Texts, register

register(
    {
        "uscc-length": Texts(
            en=(
                "The unified social credit code has {length} characters; it must have {expected}.",
                "GB 32100-2015 fixes the length; a shorter number is often an old registration or organisation number.",
                "Copy the code from the business licence, or use the organisation's new code.",
            ),
            zh=(
                "统一社会信用代码为 {length} 位，应为 {expected} 位。",
                "GB 32100-2015 规定代码长度固定；位数不足的多为旧的注册号或组织机构代码。",
                "请按营业执照或登记证书上的代码重新填写，或换用新代码。",
            ),
        ),
        "uscc-character": Texts(
            en=(
                "Character {position} of the unified social credit code, “{character}”, is not allowed.",
                "The code uses digits and capital letters without I, O, S, V and Z (GB 32100-2015).",
                "Look at the certificate again: 0 and O, 1 and I, 5 and S, 2 and Z are easily mistaken.",
            ),
            zh=(
                "统一社会信用代码第 {position} 位“{character}”不是允许的字符。",
                "代码由阿拉伯数字和大写英文字母组成，不使用 I、O、S、V、Z（GB 32100-2015）。",
                "请对照证照核对：0 与 O、1 与 I、5 与 S、2 与 Z 容易混淆。",
            ),
        ),
        "uscc-division": Texts(
            en=(
                "Characters 3 to 8 of the unified social credit code, “{division}”, are no administrative division.",
                "They must be six digits beginning with a province's code (GB/T 2260).",
                "Compare these six digits with the certificate.",
            ),
            zh=(
                "统一社会信用代码第 3 至 8 位“{division}”不是行政区划码。",
                "该部分应为六位数字，并以省级行政区划代码开头（GB/T 2260）。",
                "请对照证照核对这六位数字。",
            ),
        ),
        "uscc-check-character": Texts(
            en=(
                "The check character of the unified social credit code is “{found}”; it would have to be “{expected}”.",
                "A character was mistyped, or two were swapped.",
                "Copy the whole code again from the certificate; do not just change the last character.",
            ),
            zh=(
                "统一社会信用代码的校验码为“{found}”，按计算应为“{expected}”。",
                "代码中可能有字符录入错误或前后颠倒。",
                "请按证照重新录入整个代码，不要仅修改末位。",
            ),
        ),
        "uscc-organisation-digit": Texts(
            en=(
                "The organisation code “{organisation}” inside the code ends in “{found}”; it would have to be “{expected}”.",
                (
                    "Characters 9 to 17 carry a check digit of their own (GB 11714-1997). "
                    "Where only this one fails, the code was made up, not given by a registrar."
                ),
                "Ask the organisation for its certificate, or look it up in the public register.",
            ),
            zh=(
                "代码第 9 至 17 位“{organisation}”的末位为“{found}”，按计算应为“{expected}”。",
                "主体标识码自带校验码（GB 11714-1997）；仅此一处不符的，通常是拼凑的代码，并非登记机关赋予。",
                "请向该单位索取证照，或在公示系统中查询核对。",
            ),
        ),
        "csv-empty": Texts(
            en=(
                "The file holds no table.",
                "There is no line with content in it.",
                "Choose the right file, or export the table again.",
            ),
            zh=("文件中没有表格。", "文件没有任何有内容的行。", "请选择正确的文件，或重新导出表格。"),
        ),
        "csv-encoding": Texts(
            en=(
                "The file cannot be read as {encoding} text from byte {offset} on.",
                "It is no text in UTF-8, UTF-16 or GB18030, or it was damaged or cut off on the way.",
                "Export the table as CSV in UTF-8 and try again.",
            ),
            zh=(
                "文件从第 {offset} 字节起无法按 {encoding} 编码读取。",
                "文件不是 UTF-8、UTF-16 或 GB18030 编码的文本，或者在传输中损坏、被截断。",
                "请将表格另存为 UTF-8 编码的 CSV 文件后重试。",
            ),
        ),
        "csv-binary": Texts(
            en=(
                "The file is not a text file.",
                "It looks like {kind}; a CSV is plain text with separated columns.",
                "Export the table as CSV and try again.",
            ),
            zh=(
                "该文件不是文本文件。",
                "文件内容像是{kind}；CSV 应为以分隔符分列的纯文本。",
                "请将表格导出为 CSV 文件后重试。",
            ),
        ),
        "csv-line-too-long": Texts(
            en=(
                "Line {line} of the file is longer than {limit} characters.",
                "The file is no table in lines, or a quotation mark is opened and never closed.",
                "Look at that line, close the quotation mark, or export the table again.",
            ),
            zh=(
                "文件第 {line} 行超过 {limit} 个字符。",
                "文件不是按行存放的表格，或者有引号未配对。",
                "请检查该行，补全引号，或重新导出表格。",
            ),
        ),
        "csv-malformed": Texts(
            en=(
                "Line {line} of the file cannot be read as CSV.",
                "A quotation mark is opened and never closed, or a field is far too long.",
                "Correct that line, or export the table again.",
            ),
            zh=(
                "文件第 {line} 行无法按 CSV 读取。",
                "可能是引号未配对，或某个字段过长。",
                "请更正该行，或重新导出表格。",
            ),
        ),
        "csv-too-many-columns": Texts(
            en=(
                "The table has {columns} columns; at most {limit} can be profiled.",
                "So many columns usually mean a wrong delimiter or a transposed table.",
                "Check the delimiter, or split the table.",
            ),
            zh=(
                "表格有 {columns} 列，最多可分析 {limit} 列。",
                "列数过多通常是分隔符有误，或者行列颠倒。",
                "请检查分隔符，或拆分表格。",
            ),
        ),
        "profile-not-made": Texts(
            en=(
                "The profile {profile} is not the one that this node makes of the table {content}.",
                (
                    "A profile tells which columns are personal or important. It counts only as this node finds it, "
                    "with the decisions that the department stated here; table and profile go together."
                ),
                "Hand in the table and decide about its columns here, or apply through the interface for registration.",
            ),
            zh=(
                "数据画像 {profile} 并非本节点对数据表 {content} 作出的画像。",
                (
                    "数据画像载明哪些字段属于个人信息或者重要数据，应以本节点的识别结果和数源部门在本节点作出的判定为准；"
                    "数据表与数据画像应当一并提交。"
                ),
                "请提交数据表并在本节点逐一判定字段，或者通过登记申请接口办理。",
            ),
        ),
        "table-not-installed": Texts(
            en=(
                "The public table is not here: the package {package} is not installed.",
                "The table comes with that package and is read from it.",
                "Install the package {package}, version {version}.",
            ),
            zh=(
                "找不到公共数据表：未安装软件包 {package}。",
                "该表随软件包提供，从中读取。",
                "请安装软件包 {package}，版本 {version}。",
            ),
            status=500,
        ),
        "table-unreadable": Texts(
            en=(
                "The public table in the package {package} {version} cannot be read.",
                "The package's data file has another form than the one we know.",
                "Install version {expected} of the package.",
            ),
            zh=(
                "无法读取软件包 {package} {version} 中的公共数据表。",
                "软件包内数据文件的格式与已知格式不符。",
                "请安装该软件包的 {expected} 版本。",
            ),
            status=500,
        ),
    }
)
