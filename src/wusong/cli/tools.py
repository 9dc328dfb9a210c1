"""``wusong tour`` and ``wusong bench``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from wusong.cli.terminal import REFUSED, Said, UsageError, clean, say, terminal, to_json, write
from wusong.cli.values import value_word
from wusong.cli.words import both

if TYPE_CHECKING:
    from wusong.tour import Step

Dir = Annotated[
    Path,
    typer.Option(
        "--dir",
        metavar="DIR",
        help=both("A new folder for the tour's node and proofs.", "存放演示节点与证据的新目录。"),
    ),
]
Suite = Annotated[
    str,
    typer.Option(
        "--suite",
        metavar="intl|gm",
        help=both("Algorithms: intl or gm (SM2, SM3, SM4).", "密码套件：intl 或 gm（SM2、SM3、SM4）。"),
    ),
]


def tour(*, dir_: Dir = Path("wusong-tour"), suite: Suite = "intl") -> Said:
    """Do the main job once, on a real table, with proofs at the end."""
    from wusong.node.process import settle
    from wusong.tour import run

    settle()
    done: Any = run(dir_, suite=suite, on_step=None if terminal.get().json else _show)
    data = done.to_json()
    verified = data["verified"]
    lines = [
        "",
        say(
            f"{len(data['proofs'])} proofs and their trust file are in {dir_}.",
            f"{len(data['proofs'])} 份证据包及信任文件在 {dir_}。",
        ),
        say(
            f"Check any of them: wusong verify FILE --trust {dir_}/trust.json",
            f"核验：wusong verify 文件 --trust {dir_}/trust.json",
        ),
    ]
    if not verified:
        lines.append(
            say("They were not verified here: the verifier is missing.", "本次未核验：缺少核验程序。")
        )
    return Said(data, lines, REFUSED if verified is None else 0)


def _show(step: Step) -> None:
    """One line when a step is done."""
    lang = terminal.get().lang
    mark = {"accepted": "+", "done": "+", "refused": "x"}[step.outcome]
    who = step.party.get(lang, "") if step.party else ""
    write(clean(f"{step.number:>2} {mark} {step.title[lang]}{f' [{who}]' if who else ''}"))
    if step.clause or step.says:
        reason = step.says.get(lang, "") if step.says else ""
        write(clean(f"     {say('refused', '未受理')}: {step.clause} {reason}"))
    if step.facts:
        write(clean(f"     {_facts(step.facts)}")[:200])


def _facts(facts: dict[str, Any]) -> str:
    """What a step found, amounts with their currency."""
    from wusong.web.words import money

    currency = facts.get("currency")
    shown = {
        name: money(value, currency) if currency and name in _AMOUNTS else _plain(value)
        for name, value in facts.items()
        if name != "currency"
    }
    return "  ".join(f"{say(name, _FACTS.get(name, name))} {value}" for name, value in shown.items())


def _plain(value: object) -> str:
    """A fact as people read it: yes and no, lists with commas, pairs with a space."""
    if isinstance(value, bool):
        return say("yes", "是") if value else say("no", "否")
    if isinstance(value, list):
        return ", ".join(" ".join(map(str, one)) if isinstance(one, list) else str(one) for one in value)
    return value_word(value) if isinstance(value, str) else to_json(value)


_FACTS: Final = {
    "bundles": "证据包", "calls": "调用次数", "ceiling": "最高限价", "columns": "列数",
    "days": "天数", "fee": "费用", "file": "文件", "files": "文件数", "groups": "结果", "level": "信任等级",
    "number": "调用序号", "output": "输出方式", "parties": "单位数", "price": "单价", "purpose": "用途",
    "reason": "原因", "rows": "行数", "suite": "密码套件", "table": "数据表", "verified": "已核验",
}  # fmt: skip
_AMOUNTS: Final = frozenset({"ceiling", "fee", "price"})
Only = Annotated[
    list[str] | None,
    typer.Option(
        "--only", metavar="NAME", help=both("Only this figure; may be repeated.", "仅测量该项，可重复。")
    ),
]
Quick = Annotated[
    bool,
    typer.Option(
        "--quick",
        help=both(
            "Small sizes: try the program; the values mean nothing.", "小规模试运行，数值不作为性能依据。"
        ),
    ),
]
Markdown = Annotated[
    bool,
    typer.Option(
        "--markdown",
        help=both("Print the table of docs/measurements.md.", "输出 docs/measurements.md 中的表格。"),
    ),
]


def bench(*, only: Only = None, quick: Quick = False, markdown: Markdown = False) -> Said:
    """Measure this machine against the stated figures."""
    from wusong.bench import NAMES, run, text

    unknown = sorted(set(only or ()) - set(NAMES))
    if unknown:
        raise UsageError("bad-argument", name="--only", detail=f"{', '.join(unknown)} ({', '.join(NAMES)})")
    lang = terminal.get().lang
    shown = None if terminal.get().json or markdown else lambda figure: _line(text.line(figure, lang))
    report = run(only or (), shown, quick=quick)
    return Said(report, [text.markdown(report)] if markdown else text.footer(report, lang))


def _line(text: str) -> None:
    write(clean(text))
