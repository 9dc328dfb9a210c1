"""Stories: how the asset came to where something is wrong, step by step, in English and in Chinese.

A, as Keeper, takes "Issue" (holder: B; weight: 2 kg); now Issued.
A 以保管人身份办理“签发”（持有人：B；重量：2 千克），转为“已签发”。
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final, Literal

from wusong.contract import model as m
from wusong.contract.checker.explore import Exploration, Node
from wusong.contract.checker.free import FREE
from wusong.contract.checker.moves import Taken
from wusong.contract.checker.uses import Uses
from wusong.contract.checker.world import START, letter
from wusong.contract.run import ANYONE
from wusong.contract.shorthand import humanised
from wusong.errors import JsonData

Lang = Literal["en", "zh"]
_UNITS: Final = (
    (86_400_000, "day", "天"),
    (3_600_000, "hour", "小时"),
    (60_000, "minute", "分钟"),
    (1_000, "second", "秒"),
    (1, "millisecond", "毫秒"),
)
_ZONE: Final = dt.timezone(dt.timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a story: an act, or (without signers) a deadline that passes (``lapse``) or a time in which
    nothing is done (``wait``). ``time`` is ms since the beginning; parties are letters.
    """

    action: str
    signers: dict[str, str]
    args: dict[str, JsonData]
    time: int
    state: str
    en: str
    zh: str

    def to_json(self) -> dict[str, JsonData]:
        """The step as JSON data."""
        return {
            "action": self.action, "args": self.args, "signers": self.signers, "state": self.state,
            "time": self.time, "what": {"en": self.en, "zh": self.zh},
        }  # fmt: skip


class Teller:
    """Tells the stories of one exploration."""

    def __init__(self, made: Exploration) -> None:
        self.made = made
        self.page: m.Page = made.page
        self.uses: Uses = made.uses
        self.actions = {action.name: action for action in made.free.page.actions}
        self.roles = {role.name: role for role in made.page.roles}
        self.states = {state.name: state for state in made.page.states}

    def story(self, index: int, *more: Taken) -> list[Step]:
        """The way to a node, and what is done there, or tried, after it."""
        way: list[Node] = []
        at = index
        while at > 0:
            way.append(self.made.nodes[at])
            at = way[-1].parent
        told: list[Step] = []
        before = START
        state = ""
        for node in reversed(way):
            leaf = node.leaf
            if leaf is None:
                continue
            if node.step is not None:
                told.append(self._act(node.step, node.now, before, leaf.state, state))
                before = node.now
            elif leaf.state != state:
                told.append(self._passing(node.now, before, leaf.state))
                before = node.now
            state = leaf.state
        now = self.made.nodes[index].now
        if now > before and index > 0 and not more:
            told.append(self._waiting(now, before, state))
        for taken in more:
            after = taken.effects[0].state if taken.effects else state
            told.append(self._act(taken, now, before, after, state))
            before, state = now, after
        return told

    def _passing(self, now: int, before: int, state: str) -> Step:
        en, zh = _elapsed(now - before)
        name_en, name_zh = self.state(state, "en"), self.state(state, "zh")
        return Step(
            "lapse", {}, {}, now - START, state,
            f"{en}A deadline passes; the asset is now “{name_en}”.", f"{zh}期限届满，标的转为“{name_zh}”。",
        )  # fmt: skip

    def _waiting(self, now: int, before: int, state: str) -> Step:
        en, zh = _elapsed(now - before)
        return Step(
            "wait", {}, {}, now - START, state, f"{en}Nobody has done anything.", f"{zh}一直无人办理。"
        )

    def _act(self, taken: Taken, now: int, before: int, after: str, state: str) -> Step:
        texts = {}
        action = self.actions[taken.action]
        for lang in ("en", "zh"):
            who = self._who(taken, lang)
            what = self.action(taken.action, lang)
            args = self._args(action, taken, lang)
            title = self.state(after, lang)
            wait = _elapsed(now - before)[0 if lang == "en" else 1]
            if lang == "en":
                moved = f"; the asset is now “{title}”" if after != state else ""
                texts[lang] = f"{wait}{who} “{what}”{args}{moved}."
            else:
                moved = f"，标的转为“{title}”" if after != state else ""
                texts[lang] = f"{wait}{who}“{what}”{args}{moved}。"
        signers = {role: letter(party) for role, party in taken.signers.items()}
        shown = {name: _plain(value) for name, value in taken.args.items() if self._matters(action, name)}
        return Step(taken.action, signers, shown, now - START, after, texts["en"], texts["zh"])

    # Words

    def action(self, name: str, lang: Lang) -> str:
        """What people call an action."""
        title = self.actions[name].title if name in self.actions else None
        return _text(title, name, lang)

    def state(self, name: str, lang: Lang) -> str:
        """What people call a state."""
        title = self.states[name].title if name in self.states else None
        return _text(title, name, lang)

    def _who(self, taken: Taken, lang: Lang) -> str:
        signers = [
            (letter(party), "" if role == ANYONE else _text(self.roles[role].title, role, lang))
            for role, party in taken.signers.items()
        ]
        if lang == "zh":
            each = [f"{who}（{role}）" if role else f"{who}（任何一方）" for who, role in signers]
            return "、".join(each) + ("共同办理" if len(each) > 1 else "办理")
        each = [f"{who}, as {role}," if role else f"{who}, who may be anyone," for who, role in signers]
        return " and ".join(each) + (" take" if len(each) > 1 else " takes")

    def _args(self, action: m.Action, taken: Taken, lang: Lang) -> str:
        told = [
            self._arg(each, taken.args[each.name], lang)
            for each in action.args
            if each.name in taken.args and self._matters(action, each.name)
        ]
        if not told:
            return ""
        return f" ({'; '.join(told)})" if lang == "en" else f"（{'；'.join(told)}）"

    def _matters(self, action: m.Action, name: str) -> bool:
        if name.startswith(FREE):
            return False
        type_ = self.uses.types[action.name, name]
        return isinstance(type_, m.Party) or self.uses.matters((action.name, name)) > 0

    def _arg(self, declared: m.Field, value: Any, lang: Lang) -> str:  # noqa: ANN401 - any argument
        title = _text(declared.title, declared.name, lang)
        colon = ": " if lang == "en" else "："
        return f"{title}{colon}{self.value(declared.type, value, lang)}"

    def value(self, type_: m.FieldType, value: Any, lang: Lang) -> str:  # noqa: ANN401 - any argument
        """A value as people read it."""
        match type_:
            case m.List(of=of):
                inner = ("、" if lang == "zh" else ", ").join(self.value(of, item, lang) for item in value)
                return f"[{inner}]"
            case m.Party():
                return letter(value)
            case m.Quantity() if self.page.quantity is not None:
                unit = self.page.quantity
                return f"{value} {_text(unit.title, unit.unit, lang) if unit.title else unit.unit}"
            case m.Money(currency=currency):
                return f"{currency} {value // 100}.{value % 100:02}"
            case m.Time():
                return dt.datetime.fromtimestamp(value / 1000, _ZONE).strftime("%Y-%m-%d %H:%M:%S")
            case m.Date():
                return (dt.date(1970, 1, 1) + dt.timedelta(days=value)).isoformat()
            case m.Bool():
                return {"en": ("no", "yes"), "zh": ("否", "是")}[lang][bool(value)]
            case m.Text():
                return f"“{value}”"
            case m.Asset() | m.Commitment() | m.Digest():
                return f"#{int(value, 16) % 16 + 1}"
        return str(value)


def numbered(story: list[Step], lang: Lang) -> list[str]:
    """A story as people read it: one line a step."""
    return [f"{n}. {step.zh if lang == 'zh' else step.en}" for n, step in enumerate(story, start=1)]


def _text(title: m.Bilingual | None, name: str, lang: Lang) -> str:
    if title is None:
        return humanised(name)
    return title.zh if lang == "zh" else title.en


def _elapsed(ms: int) -> tuple[str, str]:
    """How long after, in the two greatest units that are not nothing; empty when at once."""
    parts_en: list[str] = []
    parts_zh: list[str] = []
    for size, en, zh in _UNITS:
        count, ms = divmod(ms, size)
        if count and len(parts_en) < 2:
            parts_en.append(f"{count} {en}{'s' if count > 1 else ''}")
            parts_zh.append(f"{count} {zh}")
    return (f"{' '.join(parts_en)} later: ", f"{''.join(parts_zh)}后，") if parts_en else ("", "")


def _plain(value: Any) -> JsonData:  # noqa: ANN401 - any argument
    if isinstance(value, list):
        return [_plain(item) for item in value]
    found: JsonData = letter(value) if isinstance(value, str) else value
    return found
