"""From what was typed into a form to typed arguments, as a contract's fields say."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from io import BytesIO
from typing import Any, Final

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
from wusong.errors import AccessError
from wusong.web.faces import Faces
from wusong.web.forms import Form

_BEIJING: Final = timezone(timedelta(hours=8))
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - days are counted as the calendar shows them


def read_args(faces: Faces, fields: list[Field], form: Form, uploads: dict[str, bytes]) -> dict[str, Any]:
    """The typed arguments of a form. Raises AccessError ``bad-request`` naming the field."""
    args: dict[str, Any] = {}
    for field in fields:
        upload = uploads.get(field.name)
        if isinstance(field.type, Commitment) and upload:
            args[field.name] = _keep(faces, upload)
        elif form[field.name] != "":
            args[field.name] = _read(field, form[field.name])
    return args


def _keep(faces: Faces, content: bytes) -> str:
    return faces.node.vault.put(BytesIO(content)).commitment


def _read(field: Field, text: str) -> Any:  # noqa: ANN401 - whatever the type says
    try:
        return _typed(field.type, text)
    except (ValueError, OverflowError):
        raise AccessError("bad-request", reason=field.name) from None


def _typed(kind: Any, text: str) -> Any:  # noqa: ANN401 - a field type of the contract language
    if isinstance(kind, Text | Enum | PartyType | Asset | Commitment | Digest):
        return text
    if isinstance(kind, Bool):
        return text == "true"
    if isinstance(kind, Time):
        return moment(text)
    if isinstance(kind, Date):
        return (datetime.fromisoformat(text) - _EPOCH).days
    if isinstance(kind, Money):
        return cents(text)
    if isinstance(kind, ListOf):
        return [_typed(kind.of, part.strip()) for part in text.replace("，", ",").split(",") if part.strip()]
    if isinstance(kind, Int | Period | Rate | Quantity):
        return int(text)
    raise ValueError(text)


def moment(text: str) -> int:
    """Milliseconds of a local date and time, Beijing time where the text names no zone. Raises ValueError."""
    at = datetime.fromisoformat(text)
    return int((at if at.tzinfo else at.replace(tzinfo=_BEIJING)).timestamp() * 1000)


def cents(text: str) -> int:
    """Minor units of an amount with at most two decimals. Raises ValueError."""
    whole, dot, part = text.replace(",", "").partition(".")
    if len(part) > 2 or (dot and not part.isdigit()) or not whole.isdigit():
        raise ValueError(text)
    return int(whole) * 100 + int((part or "0").ljust(2, "0"))
