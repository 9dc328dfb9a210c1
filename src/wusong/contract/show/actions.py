"""One action in one paragraph: who, with what, why it is refused, what then changes."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from wusong.contract import model as m
from wusong.contract.show.marks import code, strong
from wusong.contract.show.saying import Saying
from wusong.contract.show.speaker import Speaker

_ARGUMENT: Final = re.compile(r"\s*args\.([a-z][a-z0-9_]*)\s*")
_COPIED: Final = re.compile(r"\s*((?:args|self)\.[a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)\s*")

_OFTEN: Final = 5
_LONG: Final = {"en": 50, "zh": 20}
"""An effect that this many actions have, of this many characters at least, is told once, then by letter."""


@dataclass(slots=True)
class Before:
    """What the document has told already: clauses in full, and recurring effects by their letters."""

    clauses: set[str] = field(default_factory=set)
    effects: dict[str, str] = field(default_factory=dict)


def paragraph(speaker: Speaker, action: m.Action, before: Before) -> str:
    """The paragraph of an action, under a heading that says from which states it starts. What it tells is
    added to ``before``.
    """
    parts = Acting(speaker, action, before)
    lines = [
        parts.head(),
        parts.time(),
        parts.refusals(),
        parts.companions(),
        parts.effects(),
    ]
    before.clauses |= {clause(speaker, one) for one in action.when}
    return speaker.say(" ", "").join(line for line in lines if line)


def recurring(speaker: Speaker) -> dict[str, str]:
    """Effects that recur in many actions, each with its letter, so that they are told once."""
    actions = speaker.page.actions
    found = Counter(part for one in actions for part in Acting(speaker, one, Before()).changes())
    letters = iter(speaker.say("ABCDEFGH", "甲乙丙丁戊己庚辛"))
    long = _LONG[speaker.lang]
    chosen = [part for part, count in found.items() if count >= _OFTEN and len(part) >= long][:8]
    return {part: next(letters) for part in chosen}


class Acting:
    """One action in words."""

    def __init__(self, speaker: Speaker, action: m.Action, before: Before) -> None:
        self.speaker, self.action, self.before = speaker, action, before
        self.say, self.page = speaker.say, speaker.page
        self.saying = Saying(speaker, action)

    def head(self) -> str:
        """The title, who signs, what has to be stated and what may be."""
        title = strong(self.speaker.action(self.action.name)) + " " + code(self.action.name)
        who, stated = signers(self.speaker, self.action), self.stated()
        made = "" if self.action.from_ else self.speaker.quoted_state(self.action.to or "")
        en = f"{title}, by {who}{stated}{f'; it is then {made}' if made else ''}."
        zh = f"{title}：{who}办理{f'，状态为{made}' if made else ''}{stated}。"
        return self.say(en, zh)

    def stated(self) -> str:
        """What has to be stated, and what may be."""
        both = self.speaker.both
        must = both([self.argument(one) for one in self.action.args if not one.optional])
        may = both([self.argument(one) for one in self.action.args if one.optional])
        if must:
            more = self.say(f" (if wanted also {may})", f"，可以载明{may}") if may else ""
            return self.say(f", stating {must}{more}", f"，应当载明{must}{more}")
        return self.say(f", stating {may} if wanted", f"，可以载明{may}") if may else ""

    def argument(self, argument: m.Field) -> str:
        """An argument by its title."""
        return self.speaker.argument(self.action, argument.name)

    def time(self) -> str:
        """Which deadline closes or opens it, and whose duty it is."""
        parts = []
        for name, en, zh in (
            (self.action.until, "It is open until “{}” passes", "应当在“{}”届满前办理，逾期不予办理"),
            (self.action.after, "It is open once “{}” has passed", "“{}”届满后方可办理"),
        ):
            if name:
                parts.append(self.say(en, zh).format(self.speaker.deadline(name)))
        if self.action.duty:
            owes = self.speaker.role(self.action.duty)
            parts.append(self.say(f"it is a duty of the {owes}", f"此项办理是{owes}的义务"))
        return _sentence(self.speaker, parts)

    def refusals(self) -> str:
        """The guards, each with its code."""
        told = [self.clause(one) for one in self.action.when]
        if not told:
            return ""
        if len(told) == 1:
            return self.say(f"Ground for refusal: {told[0]}.", f"有下列理由的，不予办理：{told[0]}。")
        return self.say(
            "Grounds for refusal: " + "; ".join(f"({n}) {one}" for n, one in enumerate(told, 1)) + ".",
            "有下列理由之一的，不予办理："
            + "；".join(f"（{n}）{one}" for n, one in enumerate(told, 1))
            + "。",
        )

    def clause(self, one: m.Clause) -> str:
        """A clause; one that was told before by its code alone."""
        full = clause(self.speaker, one)
        if full not in self.before.clauses:
            return full
        return self.say(f"as above{coded(self.speaker, one.name)}", f"同前{coded(self.speaker, one.name)}")

    def companions(self) -> str:
        """What must be done in the same deed."""
        return self.say(" ", "").join(self.companion(need) for need in self.action.requires)

    def companion(self, need: m.Companion) -> str:
        """One companion, and how it relates."""
        where = self.say(" and ", "，且").join(code(one) for one in need.where)
        says = "" if need.says is None else self.speaker.text(need.says).rstrip(".。")
        how = says or where
        en = f"Only together with {code(need.action)} under {code(need.contract)} in the same deed"
        zh = f"须与 {code(need.contract)} 的 {code(need.action)} 在同一指令中一并办理"
        told = coded(self.speaker, need.name)
        return self.say(
            f"{en}{f' ({how})' if how else ''}{told}.", f"{zh}{f'（{how}）' if how else ''}{told}。"
        )

    # -- what changes

    def effects(self) -> str:
        """What changes, in one sentence."""
        letters = [self.before.effects[part] for part in self.changes() if part in self.before.effects]
        parts = [part for part in self.changes() if part not in self.before.effects]
        if letters:
            named = self.speaker.both(letters)
            parts.append(self.say(f"effect{'s' if letters[1:] else ''} {named}", f"产生效果{named}"))
        if not parts:
            return ""
        return self.say("Then " + "; ".join(parts) + ".", "办理后，" + "；".join(parts) + "。")

    def changes(self) -> list[str]:
        """What changes, part by part."""
        return [*self.moves(), *self.recorded(), *self.amounts(), *self.deadlines()]

    def moves(self) -> list[str]:
        """The state that it leads to, where that is another."""
        to = self.action.to
        if to is None or not self.action.from_ or self.action.from_ == [to]:
            return []
        name = self.speaker.quoted_state(to)
        return [self.say(f"the {self.speaker.kind} is {name}", f"转为{name}")]

    def recorded(self) -> list[str]:
        """What ``set`` does: as stated, emptied, computed."""
        as_stated: list[str] = []
        emptied: list[str] = []
        computed: dict[str, list[str]] = {}
        members = [*(role.name for role in self.page.roles), *(one.name for one in self.page.fields)]
        for name in [one for one in members if one in self.action.set]:
            how = self.action.set[name]
            match = _ARGUMENT.fullmatch(how) if how else None
            told = self.speaker.member(name)
            if how is None:
                emptied.append(told)
            elif match and self.speaker.argument(self.action, match[1]) == told:
                as_stated.append(told)
            elif copied := _COPIED.fullmatch(how):
                of = self.saying.amount(copied[1])
                whose = self.say(f"what {of} says of it", f"{of}所载相同事项")
                same = copied[2] == name
                computed.setdefault(whose if same else self.saying.amount(how), []).append(told)
            else:
                computed.setdefault(self.saying.amount(how), []).append(told)
        both = self.speaker.both
        found = []
        if as_stated:
            are = "is" if len(as_stated) == 1 else "are"
            found.append(
                self.say(f"{both(as_stated)} {are} recorded as stated", f"按所载记录{both(as_stated)}")
            )
        if emptied:
            found.append(
                self.say(f"there is no longer any {self.speaker.either(emptied)}", f"不再记载{both(emptied)}")
            )
        return [*found, *(self.become(names, value) for value, names in computed.items())]

    def become(self, names: list[str], value: str) -> str:
        """Members that get a computed value."""
        if len(names) == 1:
            return self.say(f"{names[0]} becomes {value}", f"{names[0]}记为{value}")
        return self.say(
            f"{self.speaker.both(names)} become {value}", f"{self.speaker.both(names)}均记为{value}"
        )

    def amounts(self) -> list[str]:
        """What happens to the quantity."""
        action, unit = self.action, self.speaker.unit()
        found = []
        if action.mint:
            amount = self.saying.amount(action.mint)
            found.append(
                self.say(
                    f"a quantity ({unit}) equal to {amount} comes into being", f"签发数量（{unit}）：{amount}"
                )
            )
        if action.burn == "all":
            found.append(self.say("its whole quantity ceases", "核销全部数量"))
        elif action.burn:
            amount = self.saying.amount(action.burn)
            found.append(
                self.say(f"a quantity ({unit}) equal to {amount} ceases", f"核销数量（{unit}）：{amount}")
            )
        return [*found, *(one for one in (self.divided(), self.joined()) if one)]

    def divided(self) -> str:
        """How the quantity goes to new ones; empty where it does not."""
        split = self.action.split
        if split is None:
            return ""
        state, parts = self.speaker.quoted_state(split.state), self.saying.amount(split.parts)
        return self.say(
            f"its whole quantity goes to new ones, {state}, one for each of {parts}",
            f"全部数量按{parts}分为若干份新的{self.speaker.kind}，状态为{state}",
        )

    def joined(self) -> str:
        """Whose quantity comes to this one; empty where none does."""
        merge = self.action.merge
        if merge is None:
            return ""
        state, others = self.speaker.quoted_state(merge.to), self.saying.amount(merge.assets)
        return self.say(
            f"the quantities of {others} come to this one, and they are {state}",
            f"{others}的数量并入本件，被并入的转为{state}",
        )

    def deadlines(self) -> list[str]:
        """The deadlines that it starts and ends."""
        names = [one.name for one in self.page.deadlines if one.name in self.action.due]
        return [f"“{self.speaker.deadline(name)}”{self.say(' ', '')}{self.runs(name)}" for name in names]

    def runs(self, name: str) -> str:
        """What becomes of a deadline."""
        if name not in self.action.due:
            return self.say("is left as it is", "不受影响")
        how = self.action.due[name]
        if how is None:
            return self.say("no longer runs", "不再计算")
        until = self.saying.amount(how)
        return self.say(f"runs until {until}", f"计至{until}")


def signers(speaker: Speaker, action: m.Action) -> str:
    """Who signs, as the subject of a sentence: "the Holder and the Keeper together", 由持有人、保管人共同."""
    if action.anyone:
        return speaker.say("anyone", "任何单位均可以")
    must = [_signer(speaker, one.role) for one in action.by if not one.optional]
    filled = [speaker.role(one.role) for one in action.by if one.optional]
    both, more = speaker.both(must), speaker.both(filled)
    together = len(must) > 1
    if not must:
        return speaker.say(f"the {more}, if there is one", f"设有{more}的，由其")
    en = both + (" together" if together else "")
    zh = f"由{both}" + ("共同" if together else "")
    if not filled:
        return speaker.say(en, zh)
    either = speaker.either(filled)
    return speaker.say(f"{en}, with the {more} where there is one", f"{zh}（设有{either}的，一并签署）")


def clause(speaker: Speaker, one: m.Clause) -> str:
    """A clause: what it says, and its code."""
    said = speaker.text(one.says).rstrip(".。") if one.says else Saying(speaker).condition(one.that)
    return said + coded(speaker, one.name)


def coded(speaker: Speaker, name: str) -> str:
    """A stable code, in brackets."""
    return speaker.say(f" [{code(name)}]", f"〔{code(name)}〕")


def _signer(speaker: Speaker, role: str) -> str:
    among = next((one.among for one in speaker.page.roles if one.name == role), None)
    if among is None:
        return speaker.say(f"the {speaker.role(role)}", speaker.role(role))
    listed = speaker.member(among)
    return speaker.say(
        f"one of the {listed} as {speaker.role(role)}", f"{listed}中的任一方（作为{speaker.role(role)}）"
    )


def _sentence(speaker: Speaker, parts: list[str]) -> str:
    if not parts:
        return ""
    first = parts[0][:1].upper() + parts[0][1:]
    return speaker.say("; ".join([first, *parts[1:]]) + ".", "；".join(parts) + "。")
