"""The contract's text (合同文本), filled in from an asset, with the line that says which wording prevails.

filled(page, leaf, "zh", names, asset_id)      Markdown
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from wusong.contract import model as m
from wusong.contract.leaf import Leaf
from wusong.contract.show.prose import prevails
from wusong.contract.show.speaker import Speaker
from wusong.contract.text import fill
from wusong.errors import Lang

_LAST: Final = 253_402_214_400_000


def filled(page: m.Page, leaf: Leaf | None, lang: Lang, names: Mapping[str, str], asset: str = "") -> str:
    """The text in Markdown; places without a value, all of them without an asset, are blanks. ``names`` are
    those of the parties. Empty when the page has no text.
    """
    if page.text is None:
        return ""
    speaker = Speaker(page, lang)
    text = page.text.zh if lang == "zh" else page.text.en
    values = {} if leaf is None else _values(speaker, leaf, names, asset)
    said = speaker.say(
        f"Where the wordings of this contract differ, {prevails(speaker)}.",
        f"本合同各文本不一致的，{prevails(speaker)}。",
    )
    return f"{fill(text, values).strip()}\n\n{said}\n"


def _values(speaker: Speaker, leaf: Leaf, names: Mapping[str, str], asset: str) -> dict[str, str]:
    page = speaker.page
    values = {"id": asset, "kind": speaker.text(page.kind), "state": speaker.state(leaf.state)}
    if leaf.quantity is not None:
        values["quantity"] = f"{leaf.quantity:,} {speaker.unit()}".strip()
    values |= {role: names.get(did, did) for role, did in leaf.roles.items()}
    types = {one.name: one.type for one in page.fields}
    for name, value in leaf.fields.items():
        values[name] = value_in_words(speaker, types.get(name), value, names)
    return {name: _escaped(value) for name, value in values.items()}


def value_in_words(speaker: Speaker, kind: m.FieldType | None, value: Any, names: Mapping[str, str]) -> str:  # noqa: ANN401 - any value of a field
    """A value as people read it."""
    match kind, value:
        case m.List(of=of), list():
            return speaker.say(", ", "、").join(value_in_words(speaker, of, one, names) for one in value)
        case m.Party(), str():
            return names.get(value, value)
        case m.Date(), int():
            return day(value)
        case m.Time(), int():
            return moment(value)
        case m.Money(currency=currency), int():
            return f"{currency} {value // 100:,}.{value % 100:02d}"
        case m.Rate(), int():
            return f"{value / 100:g}%"
        case m.Enum(), str():
            return speaker.enum(value)
        case m.Quantity(), int():
            return f"{value:,} {speaker.unit()}".strip()
        case m.Period(), int():
            return speaker.say(f"{value:,} days", f"{value:,} 日")
        case _, bool():
            return speaker.say("yes" if value else "no", "是" if value else "否")
        case _, int():
            return f"{value:,}"
    return str(value)


def day(days: int) -> str:
    """A date, from days since 1970-01-01."""
    return moment(days * 86_400_000, 0)[:10]


def moment(time: int, zone: int = m.BEIJING) -> str:
    """A time (ms) in a zone (minutes from UTC)."""
    at = datetime.fromtimestamp(min(max(time, 0), _LAST) / 1000, UTC) + timedelta(minutes=zone)
    return at.strftime("%Y-%m-%d %H:%M:%S")


def _escaped(value: str) -> str:
    """A value that Markdown takes for plain words."""
    return "".join(f"\\{one}" if one in "\\`*_[]<>#" else one for one in " ".join(value.split()))
