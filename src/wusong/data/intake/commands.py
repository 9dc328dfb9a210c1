"""``wusong data profile``, ``check``, ``template`` and ``import``: taking tables in from the terminal."""

from __future__ import annotations

import os
from itertools import chain, count
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from wusong.commands import DomainCommand, Said, Tools, both, demand_new, write_new
from wusong.data.intake import directory, importing, quality
from wusong.data.intake.checks import check as checked
from wusong.data.intake.commands_desk import COMMANDS as DESK
from wusong.data.intake.commands_desk import As, File, quality_lines
from wusong.data.intake.picture import Column, Profile
from wusong.data.intake.profile import profile as profiled
from wusong.errors import DataError

FAULTY: Final = 1
Workbook = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", exists=True, dir_okay=False, help=both("A catalogue workbook.", "目录工作簿。")
    ),
]
Sheet = Annotated[str, typer.Option("--sheet", help=both("Sheet of a workbook.", "工作簿中的工作表。"))]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", dir_okay=False, help=both("Where to write.", "写入的文件。")),
]
Check = Annotated[
    bool, typer.Option("--check", help=both("Check only; register nothing.", "仅核对，不登记。"))
]
Registry = Annotated[
    str, typer.Option("--registry", metavar="PARTY", help=both("The registration body.", "登记机构。"))
]


def profile(tools: Tools, file: File, sheet: Sheet = "") -> Said:
    """What a table holds. Raises DataError."""
    found = profiled(file, sheet=sheet)
    return Said(found.to_json(), [_head(tools, found), "", *_columns(tools, found)])


def _head(tools: Tools, found: Profile) -> str:
    about = found.sheet or found.encoding or found.format
    return tools.say(
        f"{found.rows:,} rows, {len(found.columns)} columns, {found.format} ({about})",
        f"{found.rows:,} 行，{len(found.columns)} 列，{found.format}（{about}）",
    )


def _columns(tools: Tools, found: Profile) -> list[str]:
    heads = [
        tools.say(*pair)
        for pair in (
            ("column", "列"),
            ("type", "类型"),
            ("missing", "缺失"),
            ("distinct", "不同值"),
            ("lowest", "最小"),
            ("median", "中位数"),
            ("highest", "最大"),
            ("marked", "标注"),
        )
    ]
    return tools.table([_row(tools, column) for column in found.columns], heads)


def _row(tools: Tools, column: Column) -> list[str]:
    about = "" if column.distinct_method == "exact" else f" ±{column.distinct_error_bp / 100:.1f}%"
    mark = column.personal.kind if column.personal else column.important.kind if column.important else ""
    asked = (
        tools.say("personal? ", "疑似个人信息：")
        if column.personal
        else tools.say("important? ", "疑似重要数据：")
    )
    return [
        column.name,
        column.type,
        f"{column.missing_bp / 100:.2f}%",
        f"{column.distinct:,}{about}",
        column.lowest or "",
        column.quantiles[2] if column.quantiles else "",
        column.highest or "",
        asked + mark if mark else "",
    ]


def check(tools: Tools, file: File, sheet: Sheet = "") -> Said:
    """What is wrong with a table, and its quality by seventeen indicators. Raises DataError."""
    found = checked(file, sheet=sheet)
    measured = quality.measure(found)
    lines = [_head(tools, found.profile), ""]
    lines += [f"* {one.explain(tools.lang)}" for one in found.findings] or [
        tools.say("Nothing was found.", "未发现问题。")
    ]
    data = found.to_json() | {"quality": [one.to_json() for one in measured]}
    return Said(data, [*lines, "", *quality_lines(tools, measured)])


def template(tools: Tools, out: Out = None) -> Said:
    """Write an empty catalogue workbook."""
    path = out or Path(f"{directory.SHEET}.xlsx")
    demand_new(path)
    write_new(path, directory.template())
    return Said({"file": str(path)}, [tools.say(f"Written: {path}", f"已写入：{path}")])


def bring(
    tools: Tools,
    file: Workbook,
    party: As = "",
    registry: Registry = "",
    out: Out = None,
    check_only: Check = False,
) -> Said:
    """Register the good rows of a catalogue workbook; write it back with the others marked.

    Raises DataError, DeedError, UsageError.
    """
    demand_new(out)
    content = file.read_bytes()
    found = (_checked if check_only else _registered)(tools, file, content, party, registry)
    path = out or _beside(file)
    write_new(path, found.workbook(content))
    told = _told(found, path) | {"checked": check_only}
    return Said(told, _lines(tools, found, path, check_only=check_only), FAULTY if found.faulty else 0)


def _checked(tools: Tools, file: Path, content: bytes, party: str, registry: str) -> importing.Imported:
    """What is wrong with the rows; what is applied for already, too, where both parties are named."""
    files = importing.folder(file.parent)
    if party and registry:
        return importing.standing(tools.node, tools.party(party), tools.party(registry), content, files)
    return importing.Imported(tuple(importing.check(content, files)), {}, ())


def _registered(tools: Tools, file: Path, content: bytes, party: str, registry: str) -> importing.Imported:
    if not registry:
        raise DataError("registry-missing")
    if not party:
        raise DataError("department-missing")
    rows = len(directory.read(content))
    who, body = tools.party(party), tools.party(registry)
    with tools.progress(tools.say("Registering", "正在登记"), rows) as advance:
        return importing.run(tools.node, who, body, content, importing.folder(file.parent), advance)


def _beside(file: Path) -> Path:
    """A name that no file has: an earlier one may have been corrected and not imported yet."""
    stem = file.stem.partition(f"-{directory.RESULT}")[0]
    names = (f"{stem}-{directory.RESULT}{number}.xlsx" for number in chain([""], (f"-{n}" for n in count(2))))
    return next(path for name in names if not os.path.lexists(path := file.with_name(name)))


def _told(found: importing.Imported, path: Path) -> dict[str, Any]:
    faults = [
        {
            "row": entry.row,
            "faults": [{"column": one.title, "en": one.en, "zh": one.zh} for one in entry.faults],
        }
        for entry in found.faulty
    ]
    resources = [{"asset": asset, "row": row} for row, asset in sorted(found.assets.items())]
    return {
        "already": [{"asset": asset, "row": row} for row, asset in sorted(found.already.items())],
        "deeds": list(found.deeds),
        "faulty": faults,
        "good": len(found.good),
        "resources": resources,
        "rows": len(found.entries),
        "workbook": str(path),
    }


def _lines(tools: Tools, found: importing.Imported, path: Path, *, check_only: bool) -> list[str]:
    registered, faulty, good = len(found.assets), len(found.faulty), len(found.good)
    whole, now, already = len(found.entries), len(found.deeds), len(found.already)
    told = (
        tools.say(
            f"{whole} rows: {good} good, {registered + already} applied for already, {faulty} with faults; "
            "nothing was registered",
            f"共 {whole} 行：通过 {good} 行，此前已申请 {registered + already} 行，有误 {faulty} 行；"
            "未提交登记",
        )
        if check_only
        else tools.say(
            f"{whole} rows: {registered} registered, {already} applied for already, {faulty} with faults; "
            f"deeds now: {now}",
            f"共 {whole} 行：已提交登记 {registered} 行，此前已申请 {already} 行，有误 {faulty} 行；"
            f"本次办理指令 {now} 件",
        )
    )
    lines = [told]
    for row, asset in sorted(found.already.items()):
        lines.append(
            tools.say(f"row {row}: applied for already, {asset}", f"第 {row} 行：此前已申请，{asset}")
        )
    for entry in found.faulty:
        words = "；".join(one.zh for one in entry.faults)
        english = "; ".join(one.en for one in entry.faults)
        lines.append(tools.say(f"row {entry.row}: {english}", f"第 {entry.row} 行：{words}"))
    return [*lines, tools.say(f"Marked workbook: {path}", f"核对后的工作簿：{path}")]


COMMANDS: Final = [
    DomainCommand("profile", both("What a table holds.", "查看数据表的画像。"), profile, opens="nothing"),
    DomainCommand(
        "check",
        both("What is wrong with a table, and its quality.", "核对数据表，评测质量。"),
        check,
        opens="nothing",
    ),
    DomainCommand(
        "template",
        both("Write an empty catalogue workbook.", "生成空白目录工作簿。"),
        template,
        opens="nothing",
    ),
    DomainCommand(
        "import",
        both("Register a catalogue workbook.", "导入目录工作簿，批量申请登记。"),
        bring,
        opens="asked",
    ),
    *DESK,
]
