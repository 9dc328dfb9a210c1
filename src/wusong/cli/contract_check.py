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


def check(*, file: PageFile, suite: Suite = "intl", known: Known = None) -> Said:
    """Check a page."""
    from wusong.contract.page import load
    from wusong.contract.report import check as examine
    from wusong.crypto.suites import suite as find_suite

    chosen, page = find_suite(suite), load(file.read_bytes())
    report: Any = examine(page, chosen, library=_library(known or []))
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
    """How far the lifecycle was explored."""
    leaves, depth = explored["leaves"], explored["depth"]
    whole = (
        say("all of it", "已穷尽")
        if explored["complete"]
        else say("not all of it: the steps were spent", "步数用尽，未穷尽")
    )
    en = f"{leaves} situations, {depth} acts deep; {whole}"
    zh = f"{leaves} 种情形，深度 {depth} 步；{whole}"
    rows = [(say("lifecycle", "生命周期"), say(en, zh))]
    if explored["assumed"]:
        rows.append((say("taken as free", "按任意情形处理"), ", ".join(explored["assumed"])))
    return pairs(rows)


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
