r"""Canonical JSON: one value, one sequence of bytes.

A strict profile of RFC 8785 (JCS). Whatever is hashed or signed is in it, or is refused:

* keys are ASCII, so that their order by UTF-16 code units (RFC 8785 3.2.3) is their order by bytes;
* no floats: numbers are integers within ±(2^53-1) (RFC 7493 2.2), decimals are strings;
* strings are in Unicode normal form C, hold no lone surrogates, and only characters of a fixed repertoire
  (``assigned``), so that every version of Python judges alike;
* values nest at most 16 deep; a scalar is depth 0, ``[]`` is depth 1;
* received bytes must equal the canonical bytes of what they say, which also refuses duplicate keys, spaces,
  ``-0`` and needless escapes.

    >>> encode({"b": 1, "a": ["吴淞"]})
    b'{"a":["\xe5\x90\xb4\xe6\xb7\x9e"],"b":1}'
"""

from __future__ import annotations

import unicodedata
from typing import Any, Final, NoReturn, TypeAlias

import msgspec

from wusong.crypto.assigned import is_assigned, replaced
from wusong.errors import CryptoError

__all__ = ["MAX_DEPTH", "MAX_INT", "JsonValue", "decode", "encode", "is_text", "to_text"]

JsonValue: TypeAlias = "bool | int | str | list[JsonValue] | dict[str, JsonValue] | None"

MAX_DEPTH: Final = 16
MAX_INT: Final = 2**53 - 1


def decode(data: bytes) -> JsonValue:
    """The value that ``data`` says. Raises CryptoError ``not-canonical`` with ``reason`` (see ``refuse``)."""
    try:
        value = _parse(data)
        exact = _write(value) == data
    except (msgspec.DecodeError, UnicodeDecodeError):
        refuse("not-json")
    except RecursionError:
        refuse("too-deep")
    if not exact:
        refuse("not-canonical-bytes")
    # Exact bytes that are ASCII hold ASCII strings only: canonical JSON escapes control characters alone.
    _check(value, data.isascii())
    return value  # type: ignore[no-any-return]


def encode(value: object) -> bytes:
    """The canonical bytes of ``value``, made of dict, list, str, int, bool, None only.

    Raises CryptoError ``not-canonical`` with ``reason`` (see ``refuse``).
    """
    try:
        data = _write(value)
        try:
            _check(value, data.isascii())
        except _OddTypeError:
            _check_as_read(value, data)
        return data
    except (msgspec.MsgspecError, UnicodeEncodeError, TypeError, ValueError) as error:
        refuse("lone-surrogate" if isinstance(error, UnicodeEncodeError) else "not-json-value")
    except RecursionError:
        refuse("too-deep")


def refuse(reason: str) -> NoReturn:
    """Raise ``not-canonical``; ``reason`` is one of not-json, not-json-value, not-canonical-bytes, float,
    integer-range, key-not-ascii, not-nfc, unassigned, lone-surrogate, too-deep.
    """
    raise CryptoError("not-canonical", reason=reason)


def _refuse_float(_text: str) -> NoReturn:
    refuse("float")


_parse: Final = msgspec.json.Decoder(float_hook=_refuse_float).decode
_write: Final = msgspec.json.Encoder(order="sorted").encode


class _OddTypeError(Exception):
    """A value is of none of JSON's own types: judged by what it is written as."""


def _check_as_read(value: object, data: bytes) -> None:
    """Judge the written form; a subclass (an enumeration) equals it, a tuple, bytes or a date do not."""
    said = _parse(data)
    if said != value:
        refuse("not-json-value")
    _check(said, data.isascii())


def _check(value: Any, ascii_only: bool) -> None:  # noqa: ANN401 - any JSON value
    if type(value) is dict or type(value) is list:
        (_walk_ascii if ascii_only else _walk)(value, MAX_DEPTH - 1)
    elif type(value) is int:
        _check_int(value)
    elif type(value) is str:
        _check_text(value)
    elif type(value) is not bool and value is not None:
        raise _OddTypeError


def _walk_ascii(container: Any, deeper: int) -> None:  # noqa: ANN401
    # This and its twin run several times for each deed; they are written for speed.
    for child in container.values() if type(container) is dict else container:
        kind = type(child)
        if kind is str:
            continue
        if kind is dict or kind is list:
            if not deeper:
                refuse("too-deep")
            _walk_ascii(child, deeper - 1)
        elif kind is int:
            if not -MAX_INT <= child <= MAX_INT:
                refuse("integer-range")
        elif kind is not bool and child is not None:
            raise _OddTypeError


def _walk(container: Any, deeper: int) -> None:  # noqa: ANN401
    if type(container) is dict:
        for key in container:
            if not key.isascii():
                refuse("key-not-ascii")
        container = container.values()
    for child in container:
        kind = type(child)
        if kind is str:
            _check_text(child)
        elif kind is dict or kind is list:
            if not deeper:
                refuse("too-deep")
            _walk(child, deeper - 1)
        elif kind is int:
            _check_int(child)
        elif kind is not bool and child is not None:
            raise _OddTypeError


def _check_int(number: int) -> None:
    if not -MAX_INT <= number <= MAX_INT:
        refuse("integer-range")


def _check_text(text: str) -> None:
    if text.isascii():
        return
    if not unicodedata.is_normalized("NFC", text):
        refuse("not-nfc")
    if not is_assigned(text):
        refuse("unassigned")


def is_text(text: str) -> bool:
    """Whether a string may stand in canonical JSON, lone surrogates apart: NFC, known characters."""
    return text.isascii() or (unicodedata.is_normalized("NFC", text) and is_assigned(text))


def to_text(text: str) -> str:
    """The nearest string that may stand in canonical JSON: normal form C, U+FFFD for what is not allowed."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", replaced(text.encode("utf-8", "replace").decode()))
