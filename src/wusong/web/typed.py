"""From what was typed into a form to typed arguments, as a contract's fields say.

* Every field that is wrong is reported at once, by its title, with what would be right.
* What only the ledger can judge (who is accredited, what a clause demands) is left to the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, TypeVar

from wusong.contract.model import (
    Asset,
    Bool,
    Commitment,
    Date,
    Digest,
    Enum,
    Field,
    Int,
    Money,
    Period,
    Quantity,
    Rate,
    Text,
    Time,
)
from wusong.contract.model import List as ListOf
from wusong.contract.model import Party as PartyType
from wusong.contract.show.amounts import minor, points
from wusong.errors import AccessError
from wusong.web.forms import Form

if TYPE_CHECKING:
    from wusong.web.faces import Faces

Said = dict[str, str]
"""A text in zh and en."""

_BEIJING: Final = timezone(timedelta(hours=8))
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - days are counted as the calendar shows them
_GREATEST: Final = 2**53 - 1
MOST_ROWS: Final = 16
"""As many values of a list has a form; a longer one goes through the API."""

AMOUNT: Final = {
    "en": "Enter an amount in figures, not negative, with at most two decimals, for example 12.50.",
    "zh": "请填写金额：应为不小于零的数字，最多两位小数，例如 12.50。",
}
RATE: Final = {
    "en": "Enter a rate with its unit: per cent with at most two decimals (12.50%) or basis points (1250bp).",
    "zh": "请填写比例并写明单位：百分比（最多两位小数，例如 12.50%）或者基点（例如 1250bp）。",
}
WHOLE: Final = {"en": "Enter a whole number.", "zh": "请填写整数。"}
COUNT: Final = {"en": "Enter a whole number, none or more.", "zh": "请填写不小于零的整数。"}
MOMENT: Final = {
    "en": "Enter a date and a time, for example 2026-01-31 09:00.",
    "zh": "请填写日期和时间，例如 2026-01-31 09:00。",
}
DAY: Final = {"en": "Enter a date, for example 2026-01-31.", "zh": "请填写日期，例如 2026-01-31。"}
CHOICE: Final = {"en": "Choose one from the list.", "zh": "请从列表中选择。"}
REQUIRED: Final = {"en": "This must be filled in.", "zh": "此项为必填项。"}
MISSING_FILE: Final = {"en": "Choose a file.", "zh": "请选择文件。"}
UNREADABLE: Final = {"en": "This cannot be read.", "zh": "所填内容无法识别。"}

_RIGHT: Final[Mapping[type, Said]] = {
    Money: AMOUNT,
    Int: WHOLE,
    Period: COUNT,
    Rate: RATE,
    Quantity: COUNT,
    Time: MOMENT,
    Date: DAY,
    Enum: CHOICE,
}


def form_wrong(wrong: Mapping[str, tuple[Said, Said]]) -> AccessError:
    """The error that names fields: each with its title and what would be right."""
    fields = {name: {"title": title, "says": says} for name, (title, says) in wrong.items()}
    return AccessError("form-wrong", fields=fields)


def read_args(
    faces: Faces, fields: list[Field], form: Form, uploads: dict[str, bytes], titles: Mapping[str, Said]
) -> dict[str, Any]:
    """The typed arguments of a form. Raises AccessError ``form-wrong`` naming every wrong field."""
    args: dict[str, Any] = {}
    wrong: dict[str, tuple[Said, Said]] = {}
    for field in fields:
        text = _given(form, field)
        upload = uploads.get(field.name) or form[f"{field.name}.text"].encode()
        if isinstance(field.type, Commitment) and upload:
            args[field.name] = upload
        elif not text:
            if not field.optional:
                wrong[field.name] = (titles[field.name], _absent(field.type))
        else:
            try:
                args[field.name] = _typed(field.type, text)
            except (ValueError, OverflowError):
                wrong[field.name] = (titles[field.name], _right(field.type))
    if wrong:
        raise form_wrong(wrong)
    return {name: _keep(faces, value) if isinstance(value, bytes) else value for name, value in args.items()}


def commitments(
    fields: Iterable[Field], args: Mapping[str, Any], form: Form, uploads: Mapping[str, bytes]
) -> list[str]:
    """The commitments to contents that came with a form; never one that was typed."""
    came = [one for one in fields if uploads.get(one.name) or form[f"{one.name}.text"]]
    return [args[one.name] for one in came if isinstance(one.type, Commitment)]


def _given(form: Form, field: Field) -> str | list[str]:
    """What was typed for an argument; the rows of a list that are not empty, in order."""
    if not isinstance(field.type, ListOf):
        return form[field.name]
    rows = [form[f"{field.name}.{n}"] for n in range(min(field.type.max, MOST_ROWS))]
    together = form[field.name].replace("，", ",").split(",")
    return [row for row in (rows if any(rows) else map(str.strip, together)) if row]


def _keep(faces: Faces, content: bytes) -> str:
    return faces.node.vault.put(BytesIO(content)).commitment


def _absent(kind: Any) -> Said:  # noqa: ANN401 - a field type of the contract language
    if isinstance(kind, Commitment):
        return MISSING_FILE
    return CHOICE if isinstance(kind, Enum | PartyType | Asset) else REQUIRED


def _right(kind: Any) -> Said:  # noqa: ANN401 - a field type of the contract language
    if isinstance(kind, ListOf):
        return _right(kind.of)
    if isinstance(kind, Text):
        return {"en": f"At most {kind.max} characters.", "zh": f"最多 {kind.max} 个字符。"}
    return _RIGHT.get(type(kind), UNREADABLE)


def _typed(kind: Any, text: str | list[str]) -> Any:  # noqa: ANN401 - a field type of the contract language
    if isinstance(text, list):
        return _at_most([_typed(kind.of, part) for part in text], kind.max)
    if isinstance(kind, Text):
        return _at_most(text, kind.max)
    if isinstance(kind, PartyType | Asset | Commitment | Digest):
        return text
    if isinstance(kind, Enum):
        return kind.values[kind.values.index(text)]
    if isinstance(kind, Bool):
        return text == "true"
    if isinstance(kind, Time):
        return moment(text)
    if isinstance(kind, Date):
        return (datetime.fromisoformat(text) - _EPOCH).days
    if isinstance(kind, Money):
        return cents(text)
    if isinstance(kind, Rate):
        return _known(points(text), text)
    if isinstance(kind, Int):
        return _within(int(text), -_GREATEST)
    if isinstance(kind, Period | Quantity):
        return count(text)
    raise ValueError(text)


def count(text: str) -> int:
    """A whole number, none or more. Raises ValueError."""
    return _within(int(text), 0)


_Sized = TypeVar("_Sized", str, list[Any])


def _at_most(given: _Sized, most: int) -> _Sized:
    if len(given) > most:
        raise ValueError(given)
    return given


def _within(number: int, least: int) -> int:
    if not least <= number <= _GREATEST:
        raise ValueError(number)
    return number


def moment(text: str) -> int:
    """Milliseconds of a local date and time, Beijing time where the text names no zone. Raises ValueError."""
    at = datetime.fromisoformat(text)
    return _within(int((at if at.tzinfo else at.replace(tzinfo=_BEIJING)).timestamp() * 1000), 0)


def cents(text: str) -> int:
    """Minor units of an amount with at most two decimals. Raises ValueError."""
    return _known(minor(text), text)


def _known(number: int | None, text: str) -> int:
    if number is None:
        raise ValueError(text)
    return number
