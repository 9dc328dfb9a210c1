"""The check report: what was checked of a page, and what was found. Whoever examines a page signs it
elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from wusong.contract import model as m
from wusong.contract.build import MAX_ACTION_COST, MAX_READS
from wusong.contract.checker import BUDGET, Examined, examine
from wusong.contract.examples import DEFAULT_BUDGET, ExampleResult, run_compiled
from wusong.contract.expr import MAX_COST, PROFILE
from wusong.contract.findings import Finding
from wusong.contract.page import Page
from wusong.crypto.suites import Suite

FORMAT: Final = "wusong-check-report/1"
CHECKS: Final = ("schema", "types", "cost", "examples", "lifecycle")


def check(
    page: Page,
    suite: Suite,
    budget: int = DEFAULT_BUDGET,
    library: Mapping[str, m.Page] | None = None,
    steps: int = BUDGET,
    examined: Examined | None = None,
) -> dict[str, Any]:
    """The check report of a page under a suite, as JSON data; ``passed`` says whether it may be installed.

    ``contract`` is the page's digest, absent while the page is not sound. ``checks`` names what was
    checked; ``exploration`` says how far the lifecycle was explored, within ``steps``, and what was taken as
    free. ``library`` holds other pages that are known, by "name@major": companions are looked up there.
    ``examined`` is what came of examining this very page before; it is then not explored again.
    """
    results = run_compiled(page.compiled, budget) if page.compiled is not None else []
    lifecycle = examined
    if lifecycle is None and page.compiled is not None:
        lifecycle = examine(page.compiled.page, library, steps)
    findings = [*page.findings, *map(page.placed, _all_findings(results, lifecycle))]
    report: dict[str, Any] = {
        "format": FORMAT,
        "profile": page.compiled.page.profile if page.compiled is not None else PROFILE,
        "checks": list(CHECKS),
        "passed": not any(finding.severity == "refuse" for finding in findings),
        "findings": [finding.to_json() for finding in findings],
        "examples": [{"name": result.name, "ok": result.ok, "steps": result.steps} for result in results],
    }
    if page.compiled is None or lifecycle is None:
        return report
    program = page.compiled.program
    report["contract"] = page.digest(suite)
    report["name"] = page.compiled.name
    report["exploration"] = lifecycle.to_json()
    report["cost"] = {
        "expression": {"limit": MAX_COST},
        "actions": {"limit": MAX_ACTION_COST, "bounds": dict(program.costs)},
        "reads": {"limit": MAX_READS, "bound": program.reads},
    }
    return report


def _all_findings(results: list[ExampleResult], lifecycle: Examined | None) -> list[Finding]:
    return [*example_findings(results), *(lifecycle.findings if lifecycle is not None else ())]


def example_findings(results: list[ExampleResult]) -> list[Finding]:
    """A finding for each example that did not come true."""
    return [
        Finding(
            "page-example-fails",
            ("examples", n),
            {"example": result.name, "act": result.act, "expected": result.expected, "found": result.found},
        )
        for n, result in enumerate(results)
        if not result.ok
    ]
