"""The report as people read it: a line for each figure, and the table of docs/measurements.md."""

from __future__ import annotations

from typing import Any, Final

from wusong.bench.figure import Figure

_WORDS: Final = {
    "en": {"aim": "aim reached", "floor": "floor holds", "below": "BELOW THE FLOOR"},
    "zh": {"aim": "达到目标", "floor": "满足底线", "below": "未达底线"},
}
_HEAD: Final = "| figure | value | floor | aim | limit | share of the limit | others used |"


def line(figure: Figure, lang: str = "en") -> str:
    """One figure, in one line."""
    unit, standing = figure.unit, _WORDS[lang][figure.standing]
    floor, aim, limit = number(figure.floor), number(figure.aim), number(figure.limit)
    if lang == "zh":
        bounds = f"底线 {floor}，目标 {aim}，极限 {limit}（达到 {figure.ratio:.0%}）"
        return f"{figure.name:<11} {number(figure.value):>12} {unit:<14} {standing}；{bounds}"
    bounds = f"floor {floor}, aim {aim}, limit {limit} ({figure.ratio:.0%} of it)"
    return f"{figure.name:<11} {number(figure.value):>12} {unit:<14} {standing}; {bounds}"


def number(value: float) -> str:
    """A number as people read it."""
    return f"{value:,.0f}" if value >= 1_000 else f"{value:g}"


def footer(report: dict[str, Any], lang: str = "en") -> list[str]:
    """The machine, and a warning where others kept it busy."""
    machine = report["machine"]
    lines = [
        f"{machine['processor']}, {machine['cores']} cores, {machine['python']}, SQLite {machine['sqlite']}"
    ]
    if machine["busy"]:
        names = ", ".join(machine["busy"])
        lines.append(
            f"测量期间机器被其他程序占用，以下数值偏低：{names}"
            if lang == "zh"
            else f"Other programs kept the machine busy; these values are worse than it could do: {names}"
        )
    return lines


def markdown(report: dict[str, Any]) -> str:
    """The report as a table, with notes."""
    machine = report["machine"]
    rows = [_row(one, machine["others_cores"][one["name"]]) for one in report["figures"]]
    notes = [f"* {name}: {text}" for name, text in machine["notes"].items()]
    return "\n".join([*footer(report), "", _HEAD, "|---|--:|--:|--:|--:|--:|--:|", *rows, "", *notes, ""])


def _row(one: dict[str, Any], others: float) -> str:
    value, floor, aim, limit = (number(one[name]) for name in ("value", "floor", "aim", "limit"))
    name = f"{one['name']} ({one['unit']})"
    return f"| {name} | **{value}** | {floor} | {aim} | {limit} | {one['ratio']:.0%} | {others:g} cores |"
