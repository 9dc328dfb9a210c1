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
    if lang == "zh":
        bounds = (
            f"底线 {figure.floor:,g}，目标 {figure.aim:,g}，极限 {figure.limit:,g}（达到 {figure.ratio:.0%}）"
        )
        return f"{figure.name:<11} {figure.value:>12,g} {unit:<14} {standing}；{bounds}"
    bounds = (
        f"floor {figure.floor:,g}, aim {figure.aim:,g}, limit {figure.limit:,g} ({figure.ratio:.0%} of it)"
    )
    return f"{figure.name:<11} {figure.value:>12,g} {unit:<14} {standing}; {bounds}"


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
    rows = [
        f"| {one['name']} ({one['unit']}) | **{one['value']:,g}** | {one['floor']:,g} | {one['aim']:,g} | {one['limit']:,g} "
        f"| {one['ratio']:.0%} | {machine['others_cores'][one['name']]:g} cores |"
        for one in report["figures"]
    ]
    notes = [f"* {name}: {text}" for name, text in machine["notes"].items()]
    return "\n".join([*footer(report), "", _HEAD, "|---|--:|--:|--:|--:|--:|--:|", *rows, "", *notes, ""])
