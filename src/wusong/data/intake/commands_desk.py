"""``wusong data decide``, ``judge`` and ``quality``: what a department states of its tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from wusong.commands import DomainCommand, Said, Tools, both
from wusong.contract.show.amounts import points
from wusong.data.intake import desk
from wusong.data.intake.indicators import INDICATORS
from wusong.data.intake.quality import Measured
from wusong.errors import DataError

__all__ = ["COMMANDS", "As", "File", "quality_lines"]


File = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        exists=True,
        dir_okay=False,
        help=both("CSV, .xlsx or Parquet.", "CSV、.xlsx 或者 Parquet 文件。"),
    ),
]
As = Annotated[
    str,
    typer.Option("--as", metavar="PARTY", help=both("The department that applies.", "申请登记的数源部门。")),
]


def _option(name: str, en: str, zh: str, metavar: str = "TEXT") -> Any:  # noqa: ANN401 - what typer takes
    return typer.Option(name, metavar=metavar, help=both(en, zh))


ColumnName = Annotated[str, _option("--column", "The marked column.", "待判定的列。")]
Given = Annotated[
    str,
    _option(
        "--verdict", "harmless, removed, masked or restricted.", "harmless、removed、masked 或者 restricted。"
    ),
]
Reason = Annotated[str, _option("--reason", "Why.", "理由。")]
Code = Annotated[str, _option("--indicator", "One of the eleven, by code.", "待判定指标的编号。", "CODE")]
Value = Annotated[
    str,
    _option("--value", "Per cent; left out: does not apply.", "百分数；不填表示不适用。", "PERCENT"),
]
By = Annotated[str, _option("--by", "Unit or post that judges.", "判定单位或者岗位。")]
Basis = Annotated[str, _option("--basis", "Title or number of a document.", "依据文件的名称或者文号。")]
Evidence = Annotated[Path | None, _option("--evidence", "A file as evidence.", "依据文件。", "FILE")]


def decide(
    tools: Tools, file: File, column: ColumnName, verdict: Given, reason: Reason, party: As = ""
) -> Said:
    """Decide about a column that looks personal or important. Raises DataError."""
    who, content = _brought(tools, party, file)
    desk.decide(tools.node, who, content, column, verdict, reason)
    return _told(tools, who, content)


def judge(
    tools: Tools,
    file: File,
    indicator: Code,
    reason: Reason,
    by: By,
    value: Value = "",
    basis: Basis = "",
    evidence: Evidence = None,
    party: As = "",
) -> Said:
    """Judge an indicator that no machine measures. Raises DataError."""
    who, content = _brought(tools, party, file)
    share = points(value if value.endswith("%") else f"{value}%") if value else None
    if value and share is None:
        raise DataError("judgement-value", indicator=indicator)
    kept = desk.keep_file(tools.node, who, evidence.read_bytes()) if evidence else ""
    desk.judge(
        tools.node, who, content, indicator, value_bp=share, reason=reason, by=by, basis=basis, file=kept
    )
    return _told(tools, who, content)


def quality(tools: Tools, file: File, party: As = "") -> Said:
    """Findings and quality of a table, with what was decided and judged. Raises DataError."""
    return _told(tools, *_brought(tools, party, file))


def _brought(tools: Tools, party: str, file: Path) -> tuple[str, str]:
    who = tools.party(party)
    with file.open("rb") as stream:
        return who, desk.keep_file(tools.node, who, stream)


def _told(tools: Tools, who: str, content: str) -> Said:
    looked = desk.look(tools.node, who, content)
    waiting = tools.say(
        f"{looked.undecided} columns keep the resource from being opened.",
        f"尚有 {looked.undecided} 列限制无条件开放。",
    )
    lines = [*(f"* {one.explain(tools.lang)}" for one in looked.findings), waiting, ""]
    return Said(looked.to_json() | {"content": content}, [*lines, *quality_lines(tools, looked.quality)])


def quality_lines(tools: Tools, found: Sequence[Measured]) -> list[str]:
    """The indicators as a table: value, and the counts or the judge that it rests on."""
    names = {one.code: tools.say(one.en, one.zh) for one in INDICATORS}
    rows = [
        [one.code, names[one.code], _value(tools, one), one.by or one.counts(tools.lang)] for one in found
    ]
    heads = (("code", "编号"), ("indicator", "指标"), ("value", "值"), ("evidence", "依据"))
    return tools.table(rows, [tools.say(*pair) for pair in heads])


def _value(tools: Tools, one: Measured) -> str:
    if one.standing == "inapplicable":
        return tools.say("not applicable", "不适用")
    if one.value_bp is None:
        return tools.say("needs a person", "须由人判定")
    return f"{one.value_bp / 100:.2f}%"


COMMANDS: Final = [
    DomainCommand("decide", both("Decide about a marked column.", "判定标出的列。"), decide),
    DomainCommand("judge", both("Judge an indicator of quality.", "判定质量指标。"), judge),
    DomainCommand(
        "quality",
        both("Quality of a table with what was judged.", "查看数据表的质量及判定情况。"),
        quality,
    ),
]
