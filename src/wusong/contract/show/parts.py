"""Parts of a page in a line each, as a comparison of two versions tells them."""

from __future__ import annotations

from wusong.contract import model as m
from wusong.contract.show.actions import clause
from wusong.contract.show.marks import code
from wusong.contract.show.prose import deadline, type_words
from wusong.contract.show.saying import Saying
from wusong.contract.show.speaker import Speaker


def field(speaker: Speaker, one: m.Field) -> str:
    """A field with its type."""
    notes = [type_words(speaker, one.type), speaker.say("if any", "可以空缺") if one.optional else ""]
    return speaker.full_member(one.name) + _noted(speaker, notes)


def role_of(speaker: Speaker, one: m.Role) -> str:
    """A role with what it takes to hold it."""
    say, needs, among = speaker.say, code(one.accredited or ""), speaker.member(one.among or "")
    notes = [
        say(f"accredited as {needs}", f"须具备 {needs} 资质") if one.accredited else "",
        say(f"one of the {among}", f"{among}之一") if one.among else "",
        say("may be empty", "可以空缺") if one.optional else "",
        say("signs nothing", "不参与签署") if one.observer else "",
    ]
    return speaker.full_member(one.name) + (_noted(speaker, notes) or say(" without conditions", "，无条件"))


def _noted(speaker: Speaker, notes: list[str]) -> str:
    told = speaker.say(", ", "，").join(note for note in notes if note)
    return speaker.say(f" ({told})", f"（{told}）") if told else ""


def limit(speaker: Speaker, one: m.Deadline) -> str:
    """A deadline, and what happens when it passes."""
    return deadline(speaker, one).rstrip(".。")


def rule(speaker: Speaker, one: m.Clause) -> str:
    """An invariant with its condition."""
    return clause(speaker, one) + _noted(speaker, [Saying(speaker).condition(one.that)])


def unit(speaker: Speaker) -> str:
    """What the quantity counts."""
    return speaker.unit() or speaker.say("none", "无")


def movers(speaker: Speaker) -> str:
    """Who signs to move an asset to a later version."""
    named = [speaker.role(one.role) for one in speaker.page.upgrade]
    return speaker.both(named) or speaker.say("nobody: it cannot be moved", "无，不得移转")


def calendars(speaker: Speaker) -> str:
    """The calendars of the page."""
    return speaker.both([code(one) for one in speaker.page.calendars]) or speaker.say("none", "无")


def zone(speaker: Speaker) -> str:
    """The zone that its days are counted in."""
    hours, minutes = divmod(abs(speaker.page.zone), 60)
    return f"UTC{'-' if speaker.page.zone < 0 else '+'}{hours:02}:{minutes:02}"


def basis(speaker: Speaker) -> str:
    """The legal basis."""
    return speaker.say("; ", "；").join(speaker.page.basis) or speaker.say("none", "无")


def prevails(speaker: Speaker) -> str:
    """Which wording of the contract text prevails."""
    text = speaker.page.text
    if text is None:
        return speaker.say("there is no text", "无合同文本")
    words = {"en": ("English", "英文本"), "zh": ("Chinese", "中文本"), "page": ("the page", "合约条款")}
    return speaker.say(*words[text.prevails])


def condition(one: m.Clause) -> str:
    """What a rule says, for comparing."""
    return one.that


def needs(one: m.Role) -> object:
    """What a role needs, for comparing."""
    return (one.accredited, one.optional, one.observer, one.among)


def bounds(one: m.Deadline) -> object:
    """What a deadline does, for comparing."""
    return (one.in_, one.to, one.burn, one.clear, one.suspends)
