"""The refusals of intake: files that are not read, tables too large, exports that cannot be written."""

from __future__ import annotations

from wusong.errors import Texts, register

register(
    {
        "export-cell-too-long": Texts(
            en=(
                "Row {row} of the sheet “{sheet}” holds a text of more than {limit} characters.",
                "A cell of a workbook holds no more, and nothing is cut off on the way out.",
                "Export as CSV or JSON instead.",
            ),
            zh=(
                "工作表“{sheet}”第 {row} 行有超过 {limit} 个字符的文本。",
                "工作簿单元格容纳不下，系统导出时不作截断。",
                "请改为导出 CSV 或者 JSON 格式。",
            ),
        ),
        "export-too-many-rows": Texts(
            en=(
                "The sheet “{sheet}” would have more than {limit} rows.",
                "A sheet of a workbook holds no more.",
                "Export as CSV, or narrow what is exported.",
            ),
            zh=(
                "工作表“{sheet}”将超过 {limit} 行。",
                "工作簿的单个工作表容纳不下更多的行。",
                "请改为导出 CSV 格式，或者缩小导出范围。",
            ),
        ),
        "table-format": Texts(
            en=(
                "The file is not a table that can be taken in: {kind}.",
                "CSV, Excel workbooks (.xlsx) and Parquet are read; older and other office formats are not.",
                "Open the file in your office program, save it as “Excel workbook (.xlsx)” or CSV, and try again.",
            ),
            zh=(
                "该文件不是可以读取的表格格式：{kind}。",
                "系统读取 CSV、Excel 工作簿（.xlsx）和 Parquet；不读取旧版或者其他办公格式。",
                "请用办公软件打开后另存为“Excel 工作簿（.xlsx）”或者 CSV，再重新提交。",
            ),
        ),
        "table-password": Texts(
            en=(
                "The workbook is protected by a password.",
                "It is encrypted as a whole, so nothing of it can be read.",
                "Remove the password in your office program, save the file, and try again.",
            ),
            zh=(
                "该工作簿设有打开密码。",
                "文件整体加密，无法读取。",
                "请在办公软件中取消打开密码并保存，再重新提交。",
            ),
        ),
        "table-damaged": Texts(
            en=(
                "The file cannot be read as {format}.",
                "It is damaged, was cut off on the way, or is not what its beginning says.",
                "Save or export the table again and try again.",
            ),
            zh=(
                "无法按 {format} 格式读取该文件。",
                "文件已损坏、传输中被截断，或者内容与文件头不符。",
                "请重新保存或者导出后再提交。",
            ),
        ),
        "table-bomb": Texts(
            en=(
                "Unpacked, the file would take {size} MiB or far more than its packed size explains.",
                "At most {limit} MiB are unpacked; files made to exhaust a machine look like this.",
                "Split the table, or hand it in as CSV.",
            ),
            zh=(
                "文件解压后将达到 {size} MiB，或者与压缩后大小的比例异常。",
                "系统最多解压 {limit} MiB；以耗尽资源为目的的文件具有此特征。",
                "请拆分表格，或者改用 CSV 提交。",
            ),
        ),
        "table-empty": Texts(
            en=(
                "The workbook holds no table.",
                "None of its sheets has a cell with content.",
                "Choose the right file or sheet.",
            ),
            zh=(
                "工作簿中没有表格。",
                "各工作表均无内容。",
                "请选择正确的文件或者工作表。",
            ),
        ),
        "table-no-sheet": Texts(
            en=(
                "The workbook has no sheet “{sheet}”.",
                "Its sheets are: {sheets}.",
                "Choose one of them.",
            ),
            zh=(
                "工作簿中没有名为“{sheet}”的工作表。",
                "现有工作表：{sheets}。",
                "请从中选择。",
            ),
        ),
        "table-too-wide": Texts(
            en=(
                "The table has {columns} columns; at most {limit} are read.",
                "So many columns usually mean a transposed table or stray cells far to the right.",
                "Delete what stands outside the table and try again.",
            ),
            zh=(
                "表格有 {columns} 列，最多读取 {limit} 列。",
                "列数过多，通常是行列颠倒或者表格右侧留有零散内容。",
                "请删除表格以外的内容后重试。",
            ),
        ),
        "table-too-many-cells": Texts(
            en=(
                "The table has more than {limit} cells or rows.",
                "A table of this format is read up to this size.",
                "Split the table, or hand it in as CSV, which has no such limit.",
            ),
            zh=(
                "表格的单元格或者行数超过 {limit}。",
                "该格式的表格以此为限。",
                "请拆分表格，或者改用不受此限的 CSV 格式。",
            ),
        ),
        "table-ragged": Texts(
            en=(
                "Row {row} has {found} cells; the rows above have {columns}.",
                "Something stands to the right of the table.",
                "Delete it, or give its column a name in the header.",
            ),
            zh=(
                "第 {row} 行有 {found} 个单元格，而上方各行为 {columns} 个。",
                "表格右侧留有多余内容。",
                "请删除多余内容，或者在表头中为该列命名。",
            ),
        ),
        "table-nested": Texts(
            en=(
                "The column “{column}” holds {kind} values.",
                "A resource is a flat table: texts, numbers, dates, yes and no.",
                "Flatten the column, or leave it out, and export again.",
            ),
            zh=(
                "“{column}”列的类型为 {kind}。",
                "数据资源应为平面表格，列值为文本、数字、日期或者是否。",
                "请将该列展开或者删除后重新导出。",
            ),
        ),
        "csv-mixed-encodings": Texts(
            en=(
                "The file is in two encodings: {utf} lines in UTF-8, {gb} lines in GB18030; the first of these is line {line}.",
                "Parts of different origin were put together without converting them.",
                "Convert both parts to UTF-8 and put them together again.",
            ),
            zh=(
                "文件混用两种编码：{utf} 行为 UTF-8，{gb} 行为 GB18030，后者首次出现于第 {line} 行。",
                "不同来源的内容未经转码即被拼接。",
                "请将各部分统一转换为 UTF-8 后重新合并。",
            ),
        ),
        "directory-columns": Texts(
            en=(
                "The catalogue workbook lacks columns: {missing}.",
                "Its first row must have the titles of the template.",
                "Download the template and copy your rows into it.",
            ),
            zh=(
                "目录工作簿缺少列：{missing}。",
                "首行应为模板规定的列名。",
                "请下载模板，将内容填入后重新提交。",
            ),
        ),
        "directory-empty": Texts(
            en=(
                "The catalogue workbook describes no resource.",
                "There is no row below the titles.",
                "Fill in at least one row.",
            ),
            zh=(
                "目录工作簿中没有数据资源。",
                "列名以下没有填写内容。",
                "请至少填写一行。",
            ),
        ),
        "directory-too-long": Texts(
            en=(
                "The catalogue workbook has {rows} rows; at most {limit} are taken at a time.",
                "Larger catalogues are handed in as several workbooks.",
                "Split the workbook.",
            ),
            zh=(
                "目录工作簿有 {rows} 行，每次最多 {limit} 行。",
                "更大的目录应当分为多个工作簿提交。",
                "请拆分工作簿。",
            ),
        ),
        "decision-reason": Texts(
            en=(
                "The decision on “{column}” gives no reason.",
                "Whoever decides that a column is not personal or important, or how it is treated, says why.",
                "State the reason in at most 400 characters.",
            ),
            zh=(
                "对“{column}”列的判定未说明理由。",
                "认定字段是否属于个人信息或者重要数据及处理方式的，应当说明理由。",
                "请填写理由，不超过 400 字。",
            ),
        ),
        "decision-verdict": Texts(
            en=(
                "No decision was chosen for “{column}”.",
                "Nothing is decided for a person: whoever decides chooses what the column is.",
                "Choose one of: harmless, removed, masked, restricted.",
            ),
            zh=(
                "“{column}”列未选择判定结论。",
                "判定由经办人员作出，系统不预设结论。",
                "请从判定结论中选择一项。",
            ),
        ),
        "decision-column": Texts(
            en=(
                "“{column}” is no column that waits for a decision.",
                "Decisions are about columns that the profile marks.",
                "Choose one of the marked columns.",
            ),
            zh=(
                "“{column}”不是待判定的列。",
                "判定仅针对数据画像标出的列。",
                "请从标出的列中选择。",
            ),
        ),
        "judgement-indicator": Texts(
            en=(
                "“{indicator}” is no indicator that a person judges.",
                "Eleven of the seventeen quality indicators are judged; the other six are measured from the table.",
                "Choose one of the indicators that wait for a judgement.",
            ),
            zh=(
                "“{indicator}”不是由人判定的指标。",
                "十七项质量指标中有十一项由人判定，其余六项由系统根据数据表测得。",
                "请从待判定的指标中选择。",
            ),
        ),
        "judgement-value": Texts(
            en=(
                "The value of indicator {indicator} is no percentage.",
                "A judgement has a value of 0 to 100 per cent with at most two decimals, or says that the indicator does not apply.",
                "Enter such a value, for example 95.5, or choose “does not apply”.",
            ),
            zh=(
                "指标 {indicator} 的判定值不是百分数。",
                "判定值应为 0 至 100 的百分数，最多两位小数；指标不适用于该数据表的，应当选择“不适用”。",
                "请重新填写，例如 95.5，或者选择“不适用”。",
            ),
        ),
        "judgement-evidence": Texts(
            en=(
                "The judgement of indicator {indicator} rests on nothing.",
                "Whoever judges names a document or hands in a file that the judgement rests on.",
                "Enter the title or number of a document, or choose a file.",
            ),
            zh=(
                "对指标 {indicator} 的判定未附依据。",
                "作出判定的，应当写明所依据的文件或者提交依据文件。",
                "请填写依据文件的名称或者文号，或者选择文件。",
            ),
        ),
        "judgement-text": Texts(
            en=(
                "Reason, judge or evidence of indicator {indicator} is missing, too long, or seems to name a person.",
                "A reason has at most 400 characters, the judging unit 60, the evidence 200; nothing personal is written down.",
                "Complete or shorten the text, and name a unit or a post instead of a person.",
            ),
            zh=(
                "指标 {indicator} 的理由、判定单位或者依据缺失、过长，或者疑似含有个人信息。",
                "理由不超过 400 字，判定单位或者岗位不超过 60 字，依据不超过 200 字，且不得写入个人信息。",
                "请补充或者精简文字，以单位或者岗位代替个人姓名。",
            ),
        ),
        "table-stream-too-large": Texts(
            en=(
                "The table is larger than {limit} MiB.",
                "This way a table is read in memory, because no clear text is written to the disk.",
                "Hand it in on the command line as a file.",
            ),
            zh=(
                "数据表超过 {limit} MiB。",
                "以此方式提交的数据表在内存中读取，明文不落盘，因此限制大小。",
                "请在命令行以文件方式提交。",
            ),
        ),
        "csv-nul": Texts(
            en=(
                "The text holds a NUL character at or after byte {offset}.",
                "No text has one; the file is damaged or is no text.",
                "Export the table again as CSV.",
            ),
            zh=(
                "文件在第 {offset} 字节之后含有空字符（NUL）。",
                "文本文件不应含有该字符，文件已损坏或者不是文本。",
                "请重新导出为 CSV 文件。",
            ),
        ),
        "files-archive": Texts(
            en=(
                "“{name}” cannot be unpacked.",
                "It is damaged, encrypted, or packed in a way that is not read.",
                "Pack the data files again as a plain zip, or choose them one by one.",
            ),
            zh=(
                "无法解压“{name}”。",
                "压缩包已损坏、已加密，或者采用了不支持的压缩方式。",
                "请重新打包为普通 zip 文件，或者逐个选择数据文件。",
            ),
        ),
        "files-twice": Texts(
            en=(
                "Two files are called “{name}”.",
                "The rows of the workbook name data files by their names; folders in a zip do not count.",
                "Rename one of them, also in the workbook.",
            ),
            zh=(
                "有两个文件同名：“{name}”。",
                "工作簿按文件名对应数据文件，压缩包内的文件夹不作区分。",
                "请更改其中一个文件名，并同步修改工作簿。",
            ),
        ),
        "files-too-large": Texts(
            en=(
                "“{name}” is larger than {limit} MiB.",
                "Larger tables are handed in on the command line, with the files beside the workbook.",
                "Use the command line for this catalogue, or split the table.",
            ),
            zh=(
                "“{name}”超过 {limit} MiB。",
                "更大的数据表应当在命令行提交，并与工作簿放在同一文件夹。",
                "请改用命令行导入该目录，或者拆分数据表。",
            ),
        ),
        "files-too-many": Texts(
            en=(
                "More than {limit} data files came with the workbook.",
                "A catalogue takes so many at a time.",
                "Split the catalogue into several workbooks.",
            ),
            zh=(
                "随工作簿提交的数据文件超过 {limit} 个。",
                "每个目录一次最多提交这么多文件。",
                "请将目录拆分为多个工作簿。",
            ),
        ),
        "files-list": Texts(
            en=(
                "The content {commitment} is no list of data files.",
                "A list of data files is made when files are handed in with a workbook.",
                "Hand in the files and use the list that is given back.",
            ),
            zh=(
                "内容 {commitment} 不是数据文件清单。",
                "数据文件清单在随工作簿提交文件时生成。",
                "请先提交文件，再使用返回的清单。",
            ),
        ),
    }
)
