"""A question as its operator declares it, and the parameters of a call."""

from __future__ import annotations

import unicodedata
from typing import Any, Final, Literal, TypeAlias

import msgspec

from wusong.crypto import canonical
from wusong.errors import DataError

__all__ = ["MAX_TEXT", "Link", "Output", "Parameter", "Question", "bind"]

Output: TypeAlias = Literal["answer", "aggregate", "yes-no", "score", "file"]
Link: TypeAlias = Literal["linear", "logistic"]
MAX_TEXT: Final = 200


class Parameter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A declared parameter. ``choices`` closes a text to these values."""

    name: str
    type: Literal["text", "integer"] = "text"
    title: dict[str, str] = {}
    choices: tuple[str, ...] = ()


class Question(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What an operator fixes once; its commitment stands in the product.

    ``bands`` are the cuts of a score, rising decimals; ``link`` is what its formula is put through.
    ``ordered``: the order of a file's rows means something, so that copies keep it.
    """

    output: Output
    sql: str
    parameters: tuple[Parameter, ...] = ()
    least_group: int = 5
    bands: tuple[str, ...] = ()
    link: Link = "linear"
    ordered: bool = False

    def to_json(self) -> dict[str, Any]:
        """The question in the types that canonical JSON has."""
        plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(self))
        return plain


def bind(question: Question, given: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a call, checked against their declaration. Raises DataError ``parameter-wrong``."""
    declared = {parameter.name: parameter for parameter in question.parameters}
    for name in sorted(given.keys() ^ declared.keys()):
        raise DataError(
            "parameter-wrong", parameter=name, expected="missing" if name in declared else "undeclared"
        )
    return {name: _value(parameter, given[name]) for name, parameter in declared.items()}


def _value(parameter: Parameter, value: object) -> str | int:
    if parameter.type == "integer":
        if type(value) is int and abs(value) < 2**53:
            return value
        raise DataError("parameter-wrong", parameter=parameter.name, expected="integer")
    if not isinstance(value, str) or len(value) > MAX_TEXT or not canonical.is_text(value):
        raise DataError("parameter-wrong", parameter=parameter.name, expected=f"text({MAX_TEXT})")
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in value):
        raise DataError("parameter-wrong", parameter=parameter.name, expected=f"text({MAX_TEXT})")
    if parameter.choices and value not in parameter.choices:
        raise DataError(
            "parameter-wrong", parameter=parameter.name, expected=" / ".join(parameter.choices[:20])
        )
    return value
