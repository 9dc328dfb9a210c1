"""``wusong calendar``: list, show, publish."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import sqlalchemy as sa
import typer

from wusong.cli.opening import opened
from wusong.cli.terminal import Said, UsageError, pairs, say, table
from wusong.cli.words import Home, both, command, group

if TYPE_CHECKING:
    import datetime as dt

    from wusong.node.node import Node

app = group(
    both(
        "Calendars of working days that contracts' time limits are counted by.",
        "工作日历：合约据以计算期限的工作日。",
    )
)

Name = Annotated[
    str, typer.Argument(metavar="NAME", help=both("The calendar, such as cn-work.", "日历名称，如 cn-work。"))
]
Year = Annotated[int, typer.Argument(metavar="YEAR", help=both("The year.", "年份。"))]
Notice = Annotated[
    Path | None,
    typer.Option(
        "--notice",
        metavar="FILE",
        help=both(
            "The State Council's yearly notice of holidays, as text; else a year that is shipped.",
            "国务院办公厅年度放假安排通知的文本；省略时采用程序附带的年份。",
        ),
    ),
]
Days = Annotated[
    str,
    typer.Option(
        "--days",
        metavar="HEX",
        help=both(
            "The days themselves: docs/formats.md, section 13.", "直接给出各日标志，见格式说明第 13 节。"
        ),
    ),
]
Basis = Annotated[
    str,
    typer.Option(
        "--basis", metavar="TEXT", help=both("The document, with --days.", "所依据的文件（与 --days 同用）。")
    ),
]
Reason = Annotated[
    str,
    typer.Option(
        "--reason",
        metavar="TEXT",
        help=both(
            "Why a published year is corrected; days still ahead only.",
            "更正已公布年份的理由，仅限尚未到来的日期。",
        ),
    ),
]
As = Annotated[
    str,
    typer.Option(
        "--as",
        metavar="PARTY",
        help=both("Who publishes: DID or name; else the founder.", "公布单位：DID 或名称；默认为发起单位。"),
    ),
]


@command(app, "list", both("List the years that are published.", "列出已公布的年份。"))
def list_years(*, home_: Home = None) -> Said:
    """List the years that are published, and those that come with the program and are not."""
    from wusong.node.working_days import shipped_years

    with opened(home_, "calendar list", beside=True) as node:
        found = [_shown(row) for row in _records(node)]
    known = {(one["name"], one["year"]) for one in found}
    ready = [(name, year) for name, years in shipped_years().items() for year in years]
    waiting = [{"name": name, "year": year} for name, year in ready if (name, year) not in known]
    rows = [(one["name"], str(one["year"]), str(one["working_days"]), one["basis"]) for one in found]
    rows += [(one["name"], str(one["year"]), "-", say("not published yet", "尚未公布")) for one in waiting]
    heads = [
        say("calendar", "日历"),
        say("year", "年份"),
        say("working days", "工作日"),
        say("basis", "依据"),
    ]
    return Said({"calendars": found, "unpublished": waiting}, table(rows, heads))


@command(
    app, "show", both("Show a published year: weekdays off, weekend days worked.", "查看某年的放假与调休。")
)
def show(*, name: Name, year: Year, home_: Home = None) -> Said:
    """Show a year."""
    from wusong.node.working_days import exceptions

    with opened(home_, "calendar show", beside=True) as node:
        found = next((row for row in _records(node) if _is(row, name, year)), None)
    if found is None:
        detail = say(f"{name} {year} is not published.", f"{name} {year} 年尚未公布。")
        raise UsageError("bad-argument", name="NAME YEAR", detail=detail)
    off, on = exceptions(year, found["fields"]["days"])
    data = _shown(found) | {"off": _iso(off), "on": _iso(on), "days": found["fields"]["days"]}
    lines = pairs(
        [
            (say("calendar", "日历"), f"{name} {year}"),
            (say("working days", "工作日"), str(data["working_days"])),
            (say("basis", "依据"), data["basis"]),
            (say("published by", "公布单位"), data["publisher"]),
            (say("weekdays off", "周一至周五放假"), ", ".join(data["off"])),
            (say("weekend days worked", "周末上班"), ", ".join(data["on"])),
        ]
    )
    return Said({"calendar": data}, lines)


@command(
    app, "publish", both("Publish a year, or with --reason correct one.", "公布某年；加 --reason 则为更正。")
)
def publish(
    *,
    name: Name,
    year: Year,
    notice: Notice = None,
    days: Days = "",
    basis: Basis = "",
    reason: Reason = "",
    as_: As = "founder",
    home_: Home = None,
) -> Said:
    """Publish a year."""
    from wusong.cli.naming import party_of
    from wusong.ledger.intent import Intent

    args: dict[str, Any] = {"name": name, "year": year} | _content(name, year, notice, days, basis)
    args |= {"reason": reason} if reason else {}
    with opened(home_, "calendar publish", beside=True) as node:
        asset = node.ledger.rules.key("calendar", f"{name} {year}").hex()
        roles = {"publisher": party_of(node, as_)}
        action = "correct" if reason else "publish"
        deed = node.act([Intent("system/calendar", action, args, roles, asset)]).deed
    line = say(
        f"{name} {year} stands on the ledger by deed {deed}.", f"{name} {year} 年已上链，指令 {deed}。"
    )
    return Said({"deed": deed, "name": name, "working_days": _count(args["days"]), "year": year}, [line])


def _content(name: str, year: int, notice: Path | None, days: str, basis: str) -> dict[str, str]:
    """The days of a year and what they rest on: as given, from a notice, or as they come with the program."""
    from wusong.node import working_days

    if days:
        if not basis:
            raise UsageError("missing-argument", name="--basis")
        return {"basis": basis, "days": days}
    found = working_days.shipped(name, year) if notice is None else working_days.read_notice(_text(notice))
    if found.year != year:
        detail = say(f"The notice is about {found.year}.", f"该通知是关于 {found.year} 年的。")
        raise UsageError("bad-argument", name="--notice", detail=detail)
    return {"basis": basis or found.basis, "days": working_days.days(found)}


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        detail = say(f"{path} is not text in UTF-8.", f"{path} 不是 UTF-8 文本。")
        raise UsageError("bad-argument", name="--notice", detail=detail) from None


def _records(node: Node) -> list[dict[str, Any]]:
    from wusong.cli.reading import rows
    from wusong.node.ledger_view import assets

    query = sa.select(assets.c.fields, assets.c.roles).where(assets.c.contract == "system/calendar")
    return sorted(rows(node, query), key=lambda row: (row["fields"]["name"], row["fields"]["year"]))


def _is(row: dict[str, Any], name: str, year: int) -> bool:
    return bool(row["fields"]["name"] == name and row["fields"]["year"] == year)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    fields = row["fields"]
    shown = {name: fields[name] for name in ("basis", "name", "year")}
    return shown | {"publisher": row["roles"]["publisher"], "working_days": _count(fields["days"])}


def _count(days: str) -> int:
    try:
        return int(days, 16).bit_count()
    except ValueError:
        return 0


def _iso(dates: list[dt.date]) -> list[str]:
    return [day.isoformat() for day in dates]
