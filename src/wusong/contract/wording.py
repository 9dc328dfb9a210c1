"""An asset's values in words, and the contract's text filled from them.

* Numbers become what people write: money in its currency's major unit, days as dates, rates in per cent,
  times in the page's zone.
* What parties wrote themselves (texts, names) cannot change the text around it: Markdown's marks in it are
  escaped, line ends become spaces.

    filled(page, leaf, asset_id, "zh", name=lambda did: "上海某仓储有限公司")
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any, Final

from wusong.contract import model as m
from wusong.contract.calendar import date_of
from wusong.contract.leaf import Leaf
from wusong.contract.shorthand import humanised
from wusong.contract.text import fill
from wusong.errors import Lang

Name = Callable[[str], str]
"""What people call a party, from its DID."""

_MARKS: Final = re.compile(r"([\\`*_\[\]<>#|~&!])")
_LINES: Final = re.compile(r"\s*[\r\n]+\s*")
_WHOLE: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_MILS: Final = "BHD IQD JOD KWD LYD OMR TND"
_DECIMALS: Final = dict.fromkeys(_WHOLE.split(), 0) | dict.fromkeys(_MILS.split(), 3) | {"CLF": 4, "UYW": 4}
"""Digits after the point (ISO 4217), where they are not 2."""


def filled(page: m.Page, leaf: Leaf, asset_id: str, lang: Lang, name: Name = str) -> str:
    """The page's text in ``lang``, filled from an asset as it stands; empty when the page has none."""
    if page.text is None:
        return ""
    return fill(page.text.zh if lang == "zh" else page.text.en, words(page, leaf, asset_id, lang, name))


def words(page: m.Page, leaf: Leaf, asset_id: str, lang: Lang, name: Name = str) -> dict[str, str]:
    """The values of every place of a text that the asset has."""
    speak = _Words(page, lang, name)
    states = {state.name: state.title for state in page.states}
    found = {
        "id": asset_id,
        "kind": speak.title(page.kind, page.contract),
        "state": speak.title(states.get(leaf.state), leaf.state),
    }
    if leaf.quantity is not None:
        found["quantity"] = speak.value(m.Quantity(), leaf.quantity)
    found |= {role: speak.value(m.Party(), party) for role, party in leaf.roles.items()}
    types = {field.name: field.type for field in page.fields}
    return found | {
        field: speak.value(types[field], value) for field, value in leaf.fields.items() if field in types
    }


def escaped(text: str) -> str:
    """A text in which Markdown finds no marks and no new lines."""
    return _LINES.sub(" ", _MARKS.sub(r"\\\1", text))


def money(amount: int, currency: str, lang: Lang) -> str:
    """An amount in minor units as people write it: "CNY 1,234.50", 人民币1,234.50元."""
    decimals = _DECIMALS.get(currency, 2)
    whole, rest = divmod(amount, 10**decimals)
    number = f"{whole:,}" + (f".{rest:0{decimals}d}" if decimals else "")
    return f"人民币{number}元" if (currency, lang) == ("CNY", "zh") else f"{currency} {number}"


class _Words:
    """Values of one page in one language."""

    def __init__(self, page: m.Page, lang: Lang, name: Name) -> None:
        self.page, self.lang, self.name = page, lang, name

    def say(self, en: str, zh: str) -> str:
        return zh if self.lang == "zh" else en

    def title(self, text: m.Bilingual | None, name: str) -> str:
        return self.say(text.en, text.zh) if text is not None else humanised(name)

    def value(self, type_: m.FieldType, value: Any) -> str:  # noqa: ANN401 - a value of the type
        """A value of a type in words."""
        match type_:
            case m.Bool():
                return self.say("yes", "是") if value else self.say("no", "否")
            case m.Party():
                return escaped(self.name(value))
            case m.List(of=of):
                return self.say(", ", "、").join(self.value(of, item) for item in value)
            case m.Money(currency=currency):
                return money(value, currency, self.lang)
            case m.Text():
                return escaped(value)
        return self.number(type_, value) if isinstance(value, int) else str(value)

    def number(self, type_: m.FieldType, value: int) -> str:
        """A whole number of a type in words."""
        match type_:
            case m.Date():
                return self.date(date_of(value))
            case m.Time():
                return self.time(value)
            case m.Period():
                return self.say(f"{value:,} day" + "s" * (value != 1), f"{value:,}日")
            case m.Rate():
                return f"{value // 100:,}.{value % 100:02d}%"
            case m.Quantity():
                return self.amount(value)
        return f"{value:,}"

    def amount(self, value: int) -> str:
        """An amount with its unit."""
        unit = self.page.quantity
        title = unit.title if unit is not None else None
        named = self.say(title.en, title.zh) if title is not None else unit.unit if unit is not None else ""
        return f"{value:,} {named}".rstrip() if self.lang == "en" or named.isascii() else f"{value:,}{named}"

    def date(self, date: dt.date) -> str:
        return self.say(f"{date:%Y-%m-%d}", f"{date.year}年{date.month}月{date.day}日")

    def time(self, value: int) -> str:
        """A time on the page's wall clock, with the zone where it is not Beijing's."""
        zone = self.page.zone
        days, ms = divmod(value + zone * 60_000, 86_400_000)
        clock = f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}"
        offset = f" (UTC{'-' if zone < 0 else '+'}{abs(zone) // 60:02d}:{abs(zone) % 60:02d})"
        return f"{self.date(date_of(days))} {clock}" + (offset if zone != m.BEIJING else "")
