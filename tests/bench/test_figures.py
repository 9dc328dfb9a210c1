"""Every figure can be taken and has its limit beside it; the report has its shape. Never how fast."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from wusong.bench import NAMES, markdown, run, text
from wusong.bench.figure import Better, Figure, Goal, Measured, figure

TABLE = {
    "deeds": ("more", 4_000, 8_000),
    "http": ("more", 1_200, 3_000),
    "latency": ("less", 15, 5),
    "evidence": ("more", 150_000, 400_000),
    "verify": ("less", 3, 1),
    "verify-sm2": ("less", 20, 8),
    "start": ("less", 8, 4),
    "memory": ("less", 200, 120),
    "guard": ("more", 700_000, 1_500_000),
    "check": ("less", 3, 0.5),
    "acts": ("less", 2.5, 1.6),
    "call": ("more", 500, 2_000),
    "call-p99": ("less", 100, 25),
    "intake": ("more", 500_000, 1_500_000),
    "split": ("less", 2, 0.2),
}
MEMBERS = {"name", "value", "unit", "better", "floor", "aim", "limit", "ratio"}
QUICK = ("latency", "evidence", "verify", "start", "guard", "check", "call-p99", "split", "intake")
REAL = ("deeds", "http", "memory", "acts", "call")


def taken(name: str) -> dict[str, Any]:
    return run([name], quick=True)


def check(report: dict[str, Any], name: str) -> None:
    (found,) = report["figures"]
    assert set(report) == {"machine", "figures"}
    assert set(found) == MEMBERS
    assert (found["name"], (found["better"], found["floor"], found["aim"])) == (name, TABLE[name])
    assert found["value"] > 0
    assert found["limit"] > 0
    assert found["ratio"] > 0
    json.dumps(report)


def test_the_figures_are_those_that_are_promised() -> None:
    assert tuple(TABLE) == NAMES


@pytest.mark.parametrize("name", QUICK)
def test_a_figure_can_be_taken(name: str) -> None:
    check(taken(name), name)


@pytest.mark.real
@pytest.mark.parametrize("name", REAL)
def test_a_figure_that_starts_processes_can_be_taken(name: str) -> None:
    check(taken(name), name)


def test_sm2_is_measured_or_said_to_be_missing() -> None:
    report = taken("verify-sm2")
    if report["figures"]:
        check(report, "verify-sm2")
    else:
        assert report["machine"]["notes"]["verify-sm2"].startswith("not taken")


def test_who_asks_hears_of_each_figure_as_it_is_taken() -> None:
    heard: list[Figure] = []
    report = run(["guard"], heard.append, quick=True)
    assert [one.name for one in heard] == [one["name"] for one in report["figures"]] == ["guard"]


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ValueError, match="speed"):
        run(["speed"], quick=True)


@pytest.mark.parametrize(
    ("better", "value", "standing", "ratio"),
    [
        ("more", 50, "below", 0.25),
        ("more", 100, "floor", 0.5),
        ("more", 200, "aim", 1.0),
        ("less", 250, "below", 0.8),
        ("less", 200, "floor", 1.0),
        ("less", 100, "aim", 2.0),
    ],
)
def test_a_value_stands_where_floor_and_aim_put_it(
    better: Better, value: float, standing: str, ratio: float
) -> None:
    floor, aim = (100, 200) if better == "more" else (200, 100)
    row = figure(Goal("a", "x", better, floor, aim), Measured(value, 200))
    assert (row.standing, row.ratio) == (standing, ratio)


def test_the_report_can_be_read() -> None:
    report = taken("guard")
    table = markdown(report)
    assert "| guard (evaluations/s) |" in table
    assert report["machine"]["processor"] in table
    shown = Figure(**report["figures"][0])
    assert "guard" in text.line(shown)
    assert "目标" in text.line(shown, "zh")


def test_each_figure_is_explained_in_the_documentation(root: Path) -> None:
    page = (root / "docs" / "measurements.md").read_text("utf-8")
    for name in NAMES:
        assert f"| {name} (" in page
