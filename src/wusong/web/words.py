"""Words of the faces for values that contracts and people's tables hold: currencies, roles, entry states,
common enumerations.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final, TypeGuard

import msgspec

from wusong.contract.show.speaker import ENUM_ZH
from wusong.i18n import translations


def _(text: str) -> str:
    return text


WORDS: Final = {
    "viewer": _("viewer"),
    "clerk": _("clerk"),
    "reviewer": _("reviewer"),
    "signatory": _("signatory"),
    "office-system": _("system administrator"),
    "office-security": _("security administrator"),
    "office-audit": _("audit administrator"),
    "general": _("general"),
    "important": _("important"),
    "core": _("core"),
    "real-time": _("real time"),
    "daily": _("daily"),
    "weekly": _("weekly"),
    "monthly": _("monthly"),
    "quarterly": _("quarterly"),
    "half-yearly": _("half-yearly"),
    "yearly": _("yearly"),
    "irregular": _("irregular"),
    "static": _("static"),
    "answer": _("one answer"),
    "aggregate": _("grouped figures"),
    "yes-no": _("yes or no"),
    "score": _("score"),
    "file": _("file"),
    "public-service": _("public service"),
    "planning": _("planning and siting"),
    "business": _("business operation"),
    "risk-control": _("risk management"),
    "credit": _("credit assessment"),
    "compliance": _("compliance"),
    "research": _("research"),
    "development": _("product development"),
    "public-governance": _("public governance"),
    "public-welfare": _("public welfare"),
    "industry": _("industry"),
    "integer": _("whole number"),
    "decimal": _("decimal number"),
    "date": _("date"),
    "datetime": _("date and time"),
    "boolean": _("true or false"),
    "text": _("text"),
    "empty": _("empty"),
    "identity-number": _("identity card number"),
    "identity-number-15": _("identity card number (15 digits)"),
    "identity-number-truncated": _("identity card number (damaged)"),
    "mobile-phone": _("telephone number"),
    "bank-card": _("bank card number"),
    "e-mail": _("e-mail address"),
    "travel-document": _("travel document number"),
    "person-name": _("name of a person"),
    "home-address": _("home address"),
    "licence-plate": _("licence plate"),
    "phone": _("telephone number"),
    "birth-date": _("date of birth"),
    "name": _("Name"),
    "registry": _("Registration body"),
    "source_basis": _("Source and its legality"),
    "grade": _("Grade"),
    "update": _("Update frequency"),
    "content": _("Content"),
    "action": _("Action"),
    "contract": _("Contract"),
    "asset": _("Record"),
    "args": _("Particulars"),
    "role": _("Role"),
    "product": _("Product"),
    "purpose": _("Purpose"),
    "benefit": _("Kind of purpose"),
    "starts": _("Begins"),
    "ends": _("Ends"),
    "calls": _("Calls"),
    "price": _("Price of one call"),
    "operation": _("Operation authorisation"),
    "question": _("Question"),
    "rows": _("Rows"),
    "payee": _("Whose account"),
    "account": _("Bank account"),
    # what a check report names
    "schema": _("form"),
    "types": _("types"),
    "cost": _("cost"),
    "examples": _("examples"),
    "lifecycle": _("lifecycle"),
    # ways of signing in
    "by-passphrase": _("with the passphrase"),
    "by-link": _("with a first link"),
    "by-link-put-off": _("with a link, passphrase put off"),
    "by-reset": _("with the link of a reset"),
    "by-changed": _("passphrase changed"),
    "by-wrong-passphrase": _("refused: wrong passphrase"),
}
STATES: Final = {
    "waiting": (_("waiting"), "wait"),
    "carrying": (_("being carried out"), "wait"),
    "done": (_("carried out"), "good"),
    "refused": (_("refused by the ledger"), "bad"),
    "failed": (_("failed"), "bad"),
    "returned": (_("returned"), "final"),
    "signed": (_("signed by all"), "wait"),
    "declined": (_("declined"), "final"),
    "withdrawn": (_("withdrawn"), "final"),
    "expired": (_("expired"), "final"),
}
_CALLED: Final = ("name", "title", "subject", "purpose", "scope", "label", "number")
_NOBODY: Final[Mapping[str, str]] = MappingProxyType({})
_FIRST_DAY: Final = date(1970, 1, 1).toordinal()
_LAST_DAY: Final = date.max.toordinal() - _FIRST_DAY
_CURRENCY_MARKS: Final = {"CNY": "¥"}


def word(name: str, lang: str) -> str:
    """A known word in a language; any other stands for itself."""
    text = WORDS.get(name)
    if text is None and lang == "zh":
        return ENUM_ZH.get(name, name)
    return name if text is None else translations("zh" if lang == "zh" else "en").gettext(text)


def entry_state(state: str, lang: str) -> tuple[str, str]:
    """What an entry's state is called, and the look of its tag."""
    text, look = STATES.get(state, (state, "final"))
    return translations("zh" if lang == "zh" else "en").gettext(text), look


def heading(record: Mapping[str, Any], names: Mapping[str, str] = _NOBODY) -> str:
    """What people call a record: its name, purpose, own number or the like, else the beginning of its id."""
    return called(record, names) or short(record)


def called(record: Mapping[str, Any], names: Mapping[str, str] = _NOBODY) -> str:
    """The name, purpose, own number or the like of a record; of an account or an agreement that has none,
    whom it concerns, as far as ``names`` knows them by DID, and its period. Empty where it has none of these.
    """
    fields = record["fields"]
    own = next((str(text) for key in _CALLED if (text := fields.get(key))), "")
    return own or " · ".join(filter(None, (_concerns(record, names), _period(fields))))


def _concerns(record: Mapping[str, Any], names: Mapping[str, str]) -> str:
    parties = record["fields"].get("parties")
    user = record.get("roles", {}).get("user")
    concerned = parties if isinstance(parties, list) else [user] if "first" in record["fields"] else []
    return "、".join(names[did] for did in concerned if did in names)


def _period(fields: Mapping[str, Any]) -> str:
    """From the first day to the last, or up to the last; of days that contracts count from 1970-01-01."""
    first, last = fields.get("first"), fields.get("last")
    if _is_day(first) and _is_day(last):
        return f"{_day(first)} – {_day(last)}"
    ends = fields.get("ends")
    return f"– {_day(ends)}" if "parties" in fields and _is_day(ends) else ""


def _is_day(value: object) -> TypeGuard[int]:
    """A time in ms is no day: it stands far beyond the days that a calendar has."""
    return type(value) is int and 0 <= value <= _LAST_DAY


def _day(number: int) -> str:
    return date.fromordinal(_FIRST_DAY + number).isoformat()


def short(record: Mapping[str, Any]) -> str:
    """The beginning of a record's id."""
    return f"{record['asset'][:12]}…"


def money(amount: int, currency: str) -> str:
    """An amount in minor units as people write it."""
    mark = _CURRENCY_MARKS.get(currency, f"{currency} ")
    return f"{mark}{amount // 100:,}.{amount % 100:02d}"


def plain(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """A JSON value on one line."""
    return msgspec.json.encode(value).decode()
