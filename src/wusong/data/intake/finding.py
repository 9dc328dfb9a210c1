"""What was found in a table: a code, a place, how often, and an example that shows nothing personal."""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias

import msgspec

from wusong.data.intake import personal

__all__ = ["TEXTS", "Finding", "FindingCode", "shown"]

FindingCode: TypeAlias = Literal[
    "merged-header",
    "title-row",
    "merged-cells",
    "several-sheets",
    "serial-date",
    "formula-error",
    "formula-without-value",
    "digits-cut",
    "identity-check",
    "odd-value",
    "odd-length",
    "full-width-digits",
    "thousands-separator",
    "leading-zeros-lost",
    "surrounding-blanks",
    "duplicate-rows",
    "duplicate-key",
    "ragged-rows",
    "blank-rows",
]
_EXAMPLE: Final = 40


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One finding. ``row`` counts physical rows of the file from 1 (lines of a CSV); 0 where it is about the
    whole column or table; ``rows`` are the first ones where it says so. ``example`` is masked where it is
    personal; of ``odd-length`` it is the usual number of characters.
    """

    code: FindingCode
    count: int
    column: str = ""
    row: int = 0
    sheet: str = ""
    example: str = ""
    rows: tuple[int, ...] = ()

    def explain(self, lang: str) -> str:
        """What was found and what to do, in ``zh`` or ``en``."""
        return TEXTS[self.code][lang].format(
            count=self.count,
            column=self.column,
            row=self.row,
            example=self.example,
            places=_places(self.rows, self.count, lang),
        )

    def to_json(self) -> dict[str, Any]:
        """The finding with its words, for people and programs."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain | {"zh": self.explain("zh"), "en": self.explain("en")}


def _places(rows: tuple[int, ...], count: int, lang: str) -> str:
    """The first places of a finding in words."""
    named = ("、" if lang == "zh" else ", ").join(map(str, rows))
    if lang == "zh":
        return f"第 {named} 行{'等' if count > len(rows) else ''}"
    first = "first in " if count > len(rows) else ""
    return f"{first}row{'s' if len(rows) > 1 else ''} {named}"


def shown(value: str) -> str:
    """A value as an example may show it."""
    return personal.mask(value) if personal.contains(value) else value[:_EXAMPLE]


TEXTS: Final[dict[str, dict[str, str]]] = {
    "merged-header": {
        "zh": "表头占 {count} 行并有合并单元格，已按“上级/下级”合成列名，例如：{example}。",
        "en": (
            "The header takes {count} rows with merged cells; names were joined as “upper/lower”: {example}."
        ),
    },
    "title-row": {
        "zh": "表格上方有 {count} 行标题或者说明，未作为数据读取：{example}。",
        "en": "{count} rows of titles or notes above the table were not read as data: {example}.",
    },
    "merged-cells": {
        "zh": "数据区有 {count} 处合并单元格，仅左上角单元格有值，其余读作空值；请取消合并并逐格填写。",
        "en": (
            "{count} merged ranges among the data hold a value in their first cell only; unmerge and "
            "fill them."
        ),
    },
    "several-sheets": {
        "zh": "工作簿有 {count} 个工作表，本次读取其中一个；其他工作表：{example}。",
        "en": "The workbook has {count} sheets, one of which was read; the others: {example}.",
    },
    "serial-date": {
        "zh": "“{column}”列有 {count} 个日期存为序列数（例如 {example}），应为“年-月-日”形式的日期。",
        "en": (
            "{count} dates in “{column}” are kept as serial numbers (such as {example}); they should "
            "be dates."
        ),
    },
    "formula-error": {
        "zh": "“{column}”列有 {count} 个公式错误值（例如 {example}），请更正公式后重新保存。",
        "en": (
            "{count} cells in “{column}” hold a formula's error (such as {example}); correct the formula."
        ),
    },
    "formula-without-value": {
        "zh": (
            "“{column}”列有 {count} 个公式单元格没有保存计算结果（首个为 {example}），读作空值；请用表格软件"
            "打开工作簿，重新计算并保存。"
        ),
        "en": (
            "{count} formulas in “{column}” were saved without a value (the first is {example}) and count as "
            "empty; open the workbook in your office program, let it calculate, and save it."
        ),
    },
    "digits-cut": {
        "zh": (
            "“{column}”列有 {count} 个长号码只保留了 15 位有效数字、其后被改为 0（多为电子表格所致）"
            "，原值已丢失；请将该列设为文本格式后重新录入。"
        ),
        "en": (
            "{count} long numbers in “{column}” were cut to 15 digits and filled with zeros by a "
            "spreadsheet; the values are lost. Make the column text and enter them again."
        ),
    },
    "identity-check": {
        "zh": "“{column}”列有 {count} 个公民身份号码的校验码不符（GB 11643），请核对。",
        "en": "{count} identity numbers in “{column}” fail their check digit (GB 11643).",
    },
    "odd-value": {
        "zh": "“{column}”列有 {count} 个值与该列多数值的类型不符（{places}，例如 {example}），请核对。",
        "en": (
            "{count} values in “{column}” do not fit the type of the others ({places}, such as {example}); "
            "check them."
        ),
    },
    "odd-length": {
        "zh": "“{column}”列的值多为 {example} 位，有 {count} 个值位数不同（{places}），请核对。",
        "en": (
            "{count} values in “{column}” do not have the usual {example} characters ({places}); check them."
        ),
    },
    "full-width-digits": {
        "zh": "“{column}”列有 {count} 个值使用全角数字（例如 {example}），请改为半角数字。",
        "en": "{count} values in “{column}” use full-width digits (such as {example}).",
    },
    "thousands-separator": {
        "zh": "“{column}”列有 {count} 个数值带千位分隔符（例如 {example}），将被视为文本；请去除分隔符。",
        "en": (
            "{count} numbers in “{column}” have thousands separators (such as {example}) and count as text."
        ),
    },
    "leading-zeros-lost": {
        "zh": (
            "“{column}”列的代码长度不一，有 {count} 个较短（例如 {example}），可能丢失了开头的 0；请"
            "设为文本格式并补全。"
        ),
        "en": (
            "{count} codes in “{column}” are shorter than the rest (such as {example}); leading "
            "zeros may be lost."
        ),
    },
    "surrounding-blanks": {
        "zh": "“{column}”列有 {count} 个值首尾带空白字符，请去除。",
        "en": "{count} values in “{column}” have blanks around them.",
    },
    "duplicate-rows": {
        "zh": "有 {count} 行与前面的行完全相同，首次出现于第 {row} 行。",
        "en": "{count} rows are equal to a row above them, the first in row {row}.",
    },
    "duplicate-key": {
        "zh": "“{column}”列看来是唯一编号，但有 {count} 个值重复，首次出现于第 {row} 行。",
        "en": "“{column}” looks like a key, but {count} values repeat, the first in row {row}.",
    },
    "ragged-rows": {
        "zh": "有 {count} 行的单元格数与表头不一致（首次出现于第 {row} 行），未计入。",
        "en": (
            "{count} rows have another number of cells than the header (the first in row {row}); left out."
        ),
    },
    "blank-rows": {
        "zh": "有 {count} 个空行，未计入。",
        "en": "{count} blank rows were left out.",
    },
}
