"""``wusong contract check``: what is wrong with a page, where, why, what to do, and how it comes about.

* Each finding stands with its line and column; one of the lifecycle tells its story, step by step.
* Pages named with ``--with`` are known to the checker: what the page requires of them is looked up.
* Exit status 0: the page may be installed (there may be advice); 1: it may not; 2: it could not be read.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wusong.cli.terminal import DONE, REFUSED, Said, clean, pairs, say, terminal
from wusong.cli.words import both
from wusong.errors import WusongError

if TYPE_CHECKING:
    from wusong.contract import model as m

PageFile = Annotated[
    Path, typer.Argument(metavar="FILE", help=both("A page in YAML.", "YAML 格式的合约文本。"))
]
Suite = Annotated[
    str,
    typer.Option(
        "--suite",
        metavar="intl|gm",
        help=both("The suite for which the address is computed.", "计算合约地址所用的密码套件。"),
    ),
]
Known = Annotated[
    list[Path] | None,
    typer.Option(
        "--with",
        metavar="FILE",
        help=both(
            "Another page that is known: companions are looked up there. May be repeated.",
            "已知的其他合约文本，用于核对关联操作，可重复使用。",
        ),
    ),
]
Steps = Annotated[
    int | None,
    typer.Option(
        "--budget",
        metavar="N",
        min=1,
        help=both(
            "How many steps the lifecycle may be explored for; more go deeper and take longer.",
            "穷举生命周期时可用的步数，步数越多检查越深，用时也越长。",
        ),
    ),
]


def check(*, file: PageFile, suite: Suite = "intl", known: Known = None, budget: Steps = None) -> Said:
    """Check a page."""
    from wusong.contract.checker import BUDGET
    from wusong.contract.page import load
    from wusong.contract.report import check as examine
    from wusong.crypto.suites import suite as find_suite

    chosen, page = find_suite(suite), load(file.read_bytes())
    report: Any = examine(page, chosen, library=_library(known or []), steps=budget or BUDGET)
    findings = report["findings"]
    if not report["passed"]:
        data = {"file": str(file), "findings": findings, "passed": False, "report": report}
        return Said(data, [_headline(file, findings), *told(findings)], REFUSED)
    name, digest = report["name"], report["contract"]
    data = {"contract": name, "digest": digest, "file": str(file), "passed": True, "report": report}
    lines = [say(f"{name} is sound.", f"{name} 通过检查。"), *pairs([(say("address", "地址"), digest)])]
    return Said(data, [*lines, *_explored(report["exploration"]), *told(findings)], DONE)


def told(findings: list[Any]) -> list[str]:
    """Findings as people read them: place, code, what, why, what to do, and the story."""
    lines: list[str] = []
    lang = terminal.get().lang
    for finding in findings:
        said = WusongError(finding["code"], **finding["data"]).explain(lang)
        place = f"{finding['line']}:{finding['column']}  " if "line" in finding else ""
        advice = say("advice: ", "建议：") if finding["severity"] == "advice" else ""
        lines += ["", clean(f"{place}{advice}{said.what} [{finding['code']}]")]
        lines += [f"  {clean(text)}" for text in (said.why, said.do)]
        story = finding.get("story", [])
        lines += [f"    {n}. {clean(step['what'][lang])}" for n, step in enumerate(story, start=1)]
    return lines


def _headline(file: Path, findings: list[Any]) -> str:
    wrong = sum(finding["severity"] == "refuse" for finding in findings)
    name = clean(str(file))
    return say(
        f"{name}: refused, {wrong} finding{'s' if wrong != 1 else ''}", f"{name}：未通过检查，{wrong} 处问题"
    )


def _explored(explored: Any) -> list[str]:
    """How far the lifecycle was explored, and on what assumptions."""
    leaves, depth = explored["leaves"], explored["depth"]
    whole = say("all of it", "已穷尽") if explored["complete"] else say("not all of it", "未穷尽")
    en = f"{leaves} situations, {depth} acts deep; {whole}"
    rows = [(say("lifecycle", "生命周期"), say(en, f"{leaves} 种情形，连续办理 {depth} 步；{whole}"))]
    if not explored["complete"]:
        rows.append((say("not judged", "未作判断"), _unjudged(depth)))
    if explored.get("pairwise"):
        rows.append((say("values", "取值"), _combined(", ".join(explored["pairwise"]))))
    calendars = [name.partition(".")[2] for name in explored["assumed"] if name.startswith("calendars.")]
    if calendars:
        rows.append((say("calendars", "日历"), _days(", ".join(calendars))))
    free = [name for name in explored["assumed"] if not name.startswith("calendars.")]
    if free:
        rows.append((say("taken as free", "按任意情形处理"), ", ".join(free)))
    return pairs(rows)


def _unjudged(depth: int) -> str:
    return say(
        f"the steps were spent: all was tried up to {depth} acts in a row, nothing beyond. Whether a state is"
        " never reached, an action never possible, a role never filled or a condition idle was not judged;"
        " --budget goes deeper",
        f"步数已用尽：连续办理 {depth} 步以内的情形均已检查，更深的未检查。是否有不能到达的状态、"
        "不能办理的操作、无人担任的角色或者不起作用的条件，未作判断；可用 --budget 加深检查",
    )


def _combined(actions: str) -> str:
    return say(
        f"{actions}: each two arguments were combined, not all of them at once",
        f"{actions}：对各项参数两两组合，未对全部参数同时组合",
    )


def _days(names: str) -> str:
    return say(
        f"{names}: every day was taken as a working day, in years that are all published",
        f"{names}：假定各年份均已公布，且每一天均为工作日",
    )


def _library(files: list[Path]) -> dict[str, m.Page]:
    from wusong.contract.page import load
    from wusong.errors import ContractError

    known: dict[str, m.Page] = {}
    for file in files:
        page = load(file.read_bytes())
        if page.compiled is None:
            raise ContractError("bad-page", findings=[finding.to_json() for finding in page.findings])
        known[page.compiled.name] = page.compiled.page
    return known
