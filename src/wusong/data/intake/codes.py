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
    }
)
