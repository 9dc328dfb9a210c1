"""The shorthands of a page: types, states, signers, names of things, as a lawyer writes them."""

from __future__ import annotations

import re
from typing import Any, Final

_TYPE: Final = re.compile(r"([a-z]+)(?:\(([^()]*(?:\([^()]*\))?[^()]*)\)|\[([^\[\]]*)\])?")
_BARE: Final = frozenset(
    {"int", "bool", "party", "asset", "commitment", "digest", "date", "period", "time", "rate", "quantity"}
)
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,5}")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_KIND: Final = re.compile(r"([a-z][a-z0-9]*(?:-[a-z0-9]+)*)(@[1-9][0-9]{0,5})?")


def type_of(text: str, own: str) -> dict[str, Any] | None:
    """The type that ``text`` says, in the model's form; None when it says none. ``own`` is the page's
    name@major.

    ``text(64)``, ``money(CNY)``, ``asset``, ``asset(other-page@1)``, ``list(TYPE, 16)``, ``enum[one,
    two]``, and the words that stand alone.
    """
    match = _TYPE.fullmatch(text.strip())
    if match is None:
        return None
    word, inner, words = match.groups()
    if words is not None:
        return {"type": "enum", "values": [w.strip() for w in words.split(",")]} if word == "enum" else None
    if inner is None:
        return {"type": word} if word in _BARE else None
    if word == "list":
        of, comma, most = inner.rpartition(",")
        found = type_of(of, own) if comma and _NUMBER.fullmatch(most.strip()) else None
        return None if found is None else {"type": "list", "of": found, "max": int(most)}
    return _with_parameter(word, inner.strip(), own)


def _with_parameter(word: str, inner: str, own: str) -> dict[str, Any] | None:
    if word == "text" and _NUMBER.fullmatch(inner):
        return {"type": "text", "max": int(inner)}
    if word == "money" and _CURRENCY.fullmatch(inner):
        return {"type": "money", "currency": inner}
    kind = _KIND.fullmatch(inner)
    if word != "asset" or kind is None:
        return None
    if kind[2] is None:
        return {"type": "asset", "kind": own} if inner == own.partition("@")[0] else None
    return {"type": "asset", "kind": inner}


def humanised(name: str) -> str:
    """The English default for a name: ``data-use`` becomes "Data use"."""
    words = re.sub(r"[-_]", " ", name)
    return words[:1].upper() + words[1:]
