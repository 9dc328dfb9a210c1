"""Values of typed fields and arguments: what each type accepts, and its type in expressions.

A value is accepted only as exactly what its type says; nothing is converted. ``Assets`` answers for assets.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from wusong.contract import model as m
from wusong.contract.expr.types import BOOL, INT, Type, list_of
from wusong.crypto import canonical

Accepts = Callable[[Any], bool]
KindOf = Callable[[str], str | None]
"""The kind ("name@major") of the asset with an id, or None when there is none."""

MAX_INT: Final = 2**53 - 1
_HEX: Final = re.compile(r"[0-9a-f]{64}")
_DID: Final = re.compile(r"did:[a-z0-9]+:[A-Za-z0-9._:%-]{1,500}")
_CONTROL: Final = re.compile(
    # control characters, then what nobody sees: Default_Ignorable_Code_Point of Unicode's
    # DerivedCoreProperties, line and paragraph separators, the empty Braille cell, interlinear marks
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    r"\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_RANGES: Final[dict[type[m.TypeModel], tuple[int, int]]] = {
    m.Int: (-MAX_INT, MAX_INT),
    m.Date: (-719_162, 2_932_896),  # 0001-01-01 to 9999-12-31
    m.Period: (0, 366_000),
    m.Time: (0, MAX_INT),
    m.Rate: (0, 1_000_000),
    m.Money: (0, MAX_INT),
    m.Quantity: (0, MAX_INT),
}


def is_did(value: object) -> bool:
    """Whether this is a DID."""
    return isinstance(value, str) and _is_did(value)


@lru_cache(maxsize=16_384)
def _is_did(text: str) -> bool:  # remembered: the same parties act again and again
    return _DID.fullmatch(text) is not None


def is_hex(value: object) -> bool:
    """Whether this is a digest, a commitment or an asset's id: 64 lower-case hex characters."""
    return isinstance(value, str) and _HEX.fullmatch(value) is not None


def is_plain(text: str) -> bool:
    """Whether a text has no control, invisible or direction-changing characters (new lines and tabs are
    fine).
    """
    return invisible(text) is None


def invisible(text: str) -> int | None:
    """Where the first character stands that ``is_plain`` does not have; None when there is none."""
    found = _CONTROL.search(text)
    return None if found is None else found.start()


def is_composed(text: str) -> bool:
    """Whether a text is in normal form C, as canonical JSON demands; two texts that are may join to one that
    is not.
    """
    return canonical.is_text(text)


def accepts(type_: m.FieldType) -> Accepts:
    """A function that says whether a value is one of ``type_``. Assets are only looked at, not looked up."""
    match type_:
        case m.Text(max=longest):
            return lambda value: (
                isinstance(value, str) and len(value) <= longest and is_plain(value) and is_composed(value)
            )
        case m.Bool():
            return lambda value: isinstance(value, bool)
        case m.Party():
            return is_did
        case m.Asset() | m.Commitment() | m.Digest():
            return is_hex
        case m.List(of=of, max=most):
            inner = accepts(of)
            return lambda value: isinstance(value, list) and len(value) <= most and all(map(inner, value))
        case m.Enum(values=values):
            words = frozenset(values)
            return lambda value: isinstance(value, str) and value in words
    low, high = _RANGES[type(type_)]
    return lambda value: type(value) is int and low <= value <= high


def asset_kind(type_: m.FieldType) -> tuple[bool, str | None]:
    """Whether values of ``type_`` are or hold assets, and of which kind (None: any)."""
    if isinstance(type_, m.List):
        return asset_kind(type_.of)
    return (True, type_.kind) if isinstance(type_, m.Asset) else (False, None)


def static(type_: m.FieldType) -> Type:
    """The type in expressions."""
    match type_:
        case m.Text(max=longest):
            return Type("string", max=longest)
        case m.Bool():
            return BOOL
        case m.Int():
            return INT
        case m.Party():
            return PARTY
        case m.Asset(kind=kind):
            return Type("string", unit=f"asset:{kind}" if kind else "asset", max=64)
        case m.Commitment() | m.Digest():
            return Type("string", unit=type(type_).__name__.lower(), max=64)
        case m.Money(currency=currency):
            return Type("int", unit=f"money:{currency}")
        case m.List(of=of, max=most):
            return list_of(static(of), most)
        case m.Enum(values=values):
            return Type("string", unit="enum", max=48, values=tuple(values))
    return Type("int", unit=type(type_).__name__.lower())


PARTY: Final = Type("string", unit="party", max=512)
