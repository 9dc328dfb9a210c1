"""Two versions of a page compared in words: what the newer one newly allows, forbids and changes, role by
role; then states, fields, deadlines and what always holds.

* Parts are matched by name. What only changed its title or its place in the page is no difference.
* For each role: actions that it may take newly or no longer, those that now take more or fewer signatures or
  start from other states, and conditions that were added, dropped or changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from wusong.contract import model as m
from wusong.contract.show import parts
from wusong.contract.show.actions import Acting, Before, clause, signers
from wusong.contract.show.marks import Block, Bullets, Heading, Paragraph, code
from wusong.contract.show.saying import Saying
from wusong.contract.show.speaker import Speaker
from wusong.contract.show.table import ANYONE
from wusong.errors import Lang


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_N = TypeVar("_N", bound=_Named)


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: ``sort`` is ``allows``, ``forbids`` or ``changes``; ``text`` says it, marked."""

    sort: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that differs: for each role by name (``*``: anyone), and for the page as a whole."""

    roles: dict[str, list[Change]]
    whole: list[Change]

    @property
    def none(self) -> bool:
        """Whether nothing differs."""
        return not self.whole and not any(self.roles.values())


def compare(old: m.Page, new: m.Page, lang: Lang) -> Difference:
    """What ``new`` does differently from ``old``."""
    both = _Both(Speaker(old, lang), Speaker(new, lang))
    names = list(dict.fromkeys(role.name for page in (new, old) for role in page.roles))
    roles = {name: both.of_role(name) for name in [*names, ANYONE]}
    return Difference({name: found for name, found in roles.items() if found}, both.of_whole())


def document(old: m.Page, new: m.Page, lang: Lang) -> list[Block]:
    """The comparison as a document."""
    found, speaker = compare(old, new, lang), Speaker(new, lang)
    say = speaker.say
    title = say(f"{new.name} compared with {old.name}", f"{new.name} 与 {old.name} 对照")
    blocks: list[Block] = [Heading(title, 1)]
    if found.none:
        return [*blocks, Paragraph(say("They allow and forbid the same.", "两者允许和禁止的事项相同。"))]
    heads = {"allows": ("newly allowed", "新允许"), "forbids": ("newly forbidden", "新禁止")}
    heads["changes"] = ("changed", "变更")
    for name, changes in found.roles.items():
        blocks.append(Heading(_role(speaker, Speaker(old, lang), name)))
        blocks.append(
            Bullets(tuple(f"{say(*heads[one.sort])}{say(': ', '：')}{one.text}" for one in changes))
        )
    if found.whole:
        blocks.append(Heading(say("For everyone", "整体变化")))
        blocks.append(Bullets(tuple(one.text for one in found.whole)))
    return blocks


def _role(new: Speaker, old: Speaker, name: str) -> str:
    if name == ANYONE:
        return new.say("Anyone", "任何单位")
    return (new if any(one.name == name for one in new.page.roles) else old).full_member(name)


class _Both:
    def __init__(self, old: Speaker, new: Speaker) -> None:
        self.old, self.new, self.say = old, new, new.say
        self.before = {one.name: one for one in old.page.actions}
        self.after = {one.name: one for one in new.page.actions}

    # -- for one role

    def of_role(self, role: str) -> list[Change]:
        """What changes for a role."""
        found: list[Change] = []
        for name in dict.fromkeys([*self.after, *self.before]):
            before, after = self.before.get(name), self.after.get(name)
            if role != ANYONE and _open_to_all(before) and _open_to_all(after):
                continue
            did, does = _takes(before, role), _takes(after, role)
            if does and not did and after is not None:
                found.append(Change("allows", self.titled(self.new, after) + self.how(after)))
            elif did and not does and before is not None:
                found.append(Change("forbids", self.titled(self.old, before)))
            elif did and does and before is not None and after is not None:
                found += self.of_action(before, after)
        return [*found, *self.of_learning(role)]

    def titled(self, speaker: Speaker, action: m.Action) -> str:
        return f"{speaker.action(action.name)} {code(action.name)}"

    def how(self, action: m.Action) -> str:
        states = self.states(self.new, action)
        return self.say(
            f", {states}, signed by {signers(self.new, action)}",
            f"（{states}，{signers(self.new, action)}办理）",
        )

    def states(self, speaker: Speaker, action: m.Action) -> str:
        if not action.from_:
            return speaker.say("to make a new one", "新产生")
        named = speaker.either([speaker.quoted_state(name) for name in action.from_])
        return speaker.say(f"while {named}", f"处于{named}时")

    def of_action(self, before: m.Action, after: m.Action) -> list[Change]:
        """What changes for those who may take an action before and after."""
        found = [*self.of_start(before, after), *self.of_guards(before, after), *self.of_time(before, after)]
        title = self.titled(self.new, after) + self.say(": ", "：")
        return [Change(one.sort, title + one.text) for one in [*found, *self.of_effects(before, after)]]

    def of_start(self, before: m.Action, after: m.Action) -> list[Change]:
        found = []
        more = [self.new.quoted_state(name) for name in after.from_ if name not in before.from_]
        less = [self.old.quoted_state(name) for name in before.from_ if name not in after.from_]
        if more:
            named = self.new.either(more)
            found.append(Change("allows", self.say(f"also while {named}", f"处于{named}时也可以办理")))
        if less:
            named = self.new.either(less)
            found.append(Change("forbids", self.say(f"no longer while {named}", f"处于{named}时不再办理")))
        if _by(before) != _by(after):
            was, now = signers(self.old, before), signers(self.new, after)
            fewer = _by(after) < _by(before)
            text = self.say(f"is signed by {now}; it was {was}", f"现{now}办理；原{was}办理")
            found.append(Change("allows" if fewer else "changes", text))
        return found

    def of_guards(self, before: m.Action, after: m.Action) -> list[Change]:
        was, now = _named(before.when), _named(after.when)
        found = []
        for name, one in now.items():
            said = clause(self.new, one)
            if name not in was:
                text = self.say(f"refused on a new ground: {said}", f"增加不予办理的理由：{said}")
                found.append(Change("forbids", text))
            elif was[name].that != one.that:
                old = Saying(self.old, before).condition(was[name].that)
                new = Saying(self.new, after).condition(one.that)
                text = self.say(
                    f"the condition of {said} is now: {new}; it was: {old}",
                    f"{said}的条件现为：{new}；原为：{old}",
                )
                found.append(Change("changes", text))
        for name, one in was.items():
            if name not in now:
                said = clause(self.old, one)
                text = self.say(f"no longer refused for: {said}", f"不再以下列理由拒绝：{said}")
                found.append(Change("allows", text))
        for name, need in _named(after.requires).items():
            if name not in _named(before.requires):
                both = f"{code(need.action)}, {code(need.contract)}"
                text = self.say(f"only together with {both}", f"须与 {both} 一并办理")
                found.append(Change("forbids", text))
        for name, need in _named(before.requires).items():
            if name not in _named(after.requires):
                both = f"{code(need.action)}, {code(need.contract)}"
                text = self.say(f"no longer needs {both} beside it", f"不再要求与 {both} 一并办理")
                found.append(Change("allows", text))
        return found

    def of_time(self, before: m.Action, after: m.Action) -> list[Change]:
        found = []
        for was, now, en, zh in (
            (before.until, after.until, "is open only until “{}” passes", "须在“{}”届满前办理"),
            (before.after, after.after, "is open only once “{}” has passed", "“{}”届满后方可办理"),
        ):
            if was == now:
                continue
            if now:
                text = self.say(en, zh).format(self.new.deadline(now))
                found.append(Change("forbids" if not was else "changes", text))
            else:
                told = self.old.deadline(was or "")
                text = self.say(f"no longer bound to “{told}”", f"不再受“{told}”限制")
                found.append(Change("allows", text))
        if before.duty != after.duty and after.duty:
            owes = self.new.role(after.duty)
            found.append(Change("changes", self.say(f"is now a duty of the {owes}", f"现为{owes}的义务")))
        return found

    def of_effects(self, before: m.Action, after: m.Action) -> list[Change]:
        """Where it leads, what has to be stated, what it records and moves."""
        found = []
        if before.to != after.to:
            to = self.new.quoted_state(after.to) if after.to else self.say("the same state", "原状态")
            found.append(self.say(f"leads to {to}", f"办理后为{to}"))
        was, now = _named(before.args), _named(after.args)
        more = [self.new.argument(after, name) for name in now if name not in was]
        less = [self.old.argument(before, name) for name in was if name not in now]
        if more:
            found.append(self.say(f"also states {self.new.both(more)}", f"增加载明{self.new.both(more)}"))
        if less:
            found.append(
                self.say(f"no longer states {self.new.both(less)}", f"不再载明{self.new.both(less)}")
            )
        saying, old_saying = Saying(self.new, after), Saying(self.old, before)
        members = sorted({*before.set, *after.set})
        differ = [name for name in members if before.set.get(name, "-") != after.set.get(name, "-")]
        found += [self.of_member(name, before, after, old_saying, saying) for name in differ]
        for word, en, zh in (("mint", "comes into being", "签发"), ("burn", "ceases", "核销")):
            if getattr(before, word) != getattr(after, word):
                value = self.quantity(getattr(after, word), saying)
                found.append(self.say(f"what {en} is now: {value}", f"{zh}数量现为：{value}"))
        found += self.of_shares(before, after)
        return [Change("changes", text) for text in found]

    def of_shares(self, before: m.Action, after: m.Action) -> list[str]:
        """How it divides, joins, and starts and ends deadlines."""
        was, now = Acting(self.old, before, Before()), Acting(self.new, after, Before())
        found = []
        if before.split != after.split:
            found.append(self.turned(was.divided() or self.undivided(), now.divided() or self.undivided()))
        if before.merge != after.merge:
            found.append(self.turned(was.joined() or self.unjoined(), now.joined() or self.unjoined()))
        for name in dict.fromkeys([*after.due, *before.due]):
            if before.due.get(name, "-") != after.due.get(name, "-"):
                speaker = self.new if name in after.due else self.old
                told = f"“{speaker.deadline(name)}”"
                found.append(
                    self.say(
                        f"{told} {now.runs(name)}; before: it {was.runs(name)}",
                        f"{told}现为：{now.runs(name)}；原为：{was.runs(name)}",
                    )
                )
        return found

    def turned(self, was: str, now: str) -> str:
        return self.say(f"now {now}; before: {was}", f"现为：{now}；原为：{was}")

    def undivided(self) -> str:
        return self.say("nothing is divided", "不作分割")

    def unjoined(self) -> str:
        return self.say("nothing is joined to it", "不作合并")

    def quantity(self, how: str | None, saying: Saying) -> str:
        if how is None or how == "all":
            return self.say("everything" if how else "nothing", "全部" if how else "无")
        return saying.amount(how)

    def of_member(self, name: str, before: m.Action, after: m.Action, old: Saying, new: Saying) -> str:
        told = self.new.member(name)
        was = self.value(before, name, old)
        now = self.value(after, name, new)
        return self.say(f"{told} becomes {now}; before: {was}", f"{told}记为{now}；原为：{was}")

    def value(self, action: m.Action, name: str, saying: Saying) -> str:
        if name not in action.set:
            return self.say("as it was", "不变")
        how = action.set[name]
        return self.say("empty", "空缺") if how is None else saying.amount(how)

    def of_learning(self, role: str) -> list[Change]:
        """Acts of which a role learns newly, or no longer."""
        found = []
        common = [name for name in self.after if name in self.before]
        for sort, word, pick in (
            ("allows", self.say("learns of", "可以获知"), (False, True)),
            ("forbids", self.say("no longer learns of", "不再获知"), (True, False)),
        ):
            names = [
                f"“{self.new.action(name)}”"
                for name in common
                if (
                    _learns(self.old.page, self.before[name], role),
                    _learns(self.new.page, self.after[name], role),
                )
                == pick
            ]
            if names:
                found.append(
                    Change(sort, self.say(f"{word} {self.new.both(names)}", f"{word}{self.new.both(names)}"))
                )
        return found

    # -- for everyone

    def of_whole(self) -> list[Change]:
        """States, fields, roles, deadlines, invariants, quantity, text, upgrade."""
        old, new, say = self.old.page, self.new.page, self.say
        found = [
            *self.listed(say("state", "状态"), old.states, new.states, self.state, lambda one: one.final),
            *self.listed(
                say("field", "记载事项"),
                old.fields,
                new.fields,
                parts.field,
                lambda one: (one.type, one.optional),
            ),
            *self.listed(say("role", "角色"), old.roles, new.roles, parts.role_of, parts.needs),
            *self.listed(say("deadline", "期限"), old.deadlines, new.deadlines, parts.limit, parts.bounds),
            *self.listed(
                say("rule", "始终成立的规则"), old.always, new.always, parts.rule, lambda one: one.that
            ),
        ]
        for name, en, zh, told in (
            ("quantity", "the unit of the quantity", "数量单位", parts.unit),
            (
                "upgrade",
                "who signs to move an asset to a later version",
                "移转至后续版本的签署方",
                parts.movers,
            ),
            ("calendars", "the calendars", "日历", parts.calendars),
            ("zone", "the zone that days are counted in", "日期所用时区", parts.zone),
            ("basis", "the legal basis", "依据", parts.basis),
            ("text", "which wording of the contract text prevails", "合同文本以何为准", parts.prevails),
        ):
            was, now = told(self.old), told(self.new)
            if was != now:
                found.append(say(f"{en}: {now}; before: {was}", f"{zh}：{now}；原为：{was}"))
            elif name == "text" and old.text != new.text:
                found.append(say("the contract text reads otherwise", "合同文本的文字有变更"))
        return [Change("changes", text) for text in found]

    def state(self, speaker: Speaker, one: m.State) -> str:
        final = speaker.say(" (final)", "（终态）") if one.final else ""
        return speaker.quoted_state(one.name) + final

    def listed(
        self,
        what: str,
        old: Sequence[_N],
        new: Sequence[_N],
        told: Callable[[Speaker, _N], str],
        essence: Callable[[_N], object],
    ) -> list[str]:
        """What was added, dropped and changed in one list of named parts."""
        was, now, say = _named(old), _named(new), self.say
        added = [told(self.new, one) for name, one in now.items() if name not in was]
        gone = [told(self.old, one) for name, one in was.items() if name not in now]
        found = [
            say(f"{en} {what}: {one}", f"{zh}{what}：{one}")
            for many, en, zh in ((added, "new", "新增"), (gone, "dropped", "删除"))
            for one in many
        ]
        for name, one in now.items():
            if name in was and essence(was[name]) != essence(one):
                after, before = told(self.new, one), told(self.old, was[name])
                found.append(
                    say(f"changed {what}: {after}; before: {before}", f"变更{what}：{after}；原为：{before}")
                )
        return found


def _takes(action: m.Action | None, role: str) -> bool:
    if action is None:
        return False
    return action.anyone or any(one.role == role for one in action.by)


def _open_to_all(action: m.Action | None) -> bool:
    return action is None or action.anyone


def _learns(page: m.Page, action: m.Action, role: str) -> bool:
    if role == ANYONE:
        return action.public
    known = any(one.name == role for one in page.roles)
    return known and (action.informs is None or role in action.informs or _takes(action, role))


def _by(action: m.Action) -> frozenset[tuple[str, bool]]:
    return frozenset((one.role, one.optional) for one in action.by)


def _named(items: Iterable[_N]) -> dict[str, _N]:
    return {one.name: one for one in items}
