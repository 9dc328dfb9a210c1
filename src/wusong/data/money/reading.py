"""What a statement's contents must look like to be shown, printed or reckoned with: a record of the ledger
names a commitment only, and whoever brings a content by hand may have written anything.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec

from wusong.data.money.periods import Period
from wusong.data.money.statement import FORMAT
from wusong.errors import DataError

__all__ = ["readable"]

_MOST: Final = 2**53 - 1
_Count = Annotated[int, msgspec.Meta(ge=0, le=_MOST)]
_Moment = Annotated[int, msgspec.Meta(ge=0, le=253_402_214_400_000)]
_Id = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class _Line(msgspec.Struct):
    act: _Count
    after: _Count
    amount: _Count
    count: _Count
    deed: _Id
    first: _Moment
    last: _Moment
    price: _Count
    root: _Id
    time: _Moment


class _Use(msgspec.Struct):
    amount: _Count
    closing: int
    count: _Count
    meterings: Annotated[list[_Line], msgspec.Meta(min_length=1)]
    opening: int
    product: _Id
    use: _Id


class _Statement(msgspec.Struct):
    amount: _Count
    count: _Count
    currency: str
    first: str
    format: str
    last: str
    ledger: _Id
    operator: str
    user: str
    uses: list[_Use]
    version: _Count
    previous: str = ""


def readable(said: Any, operator: str, user: str) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    """The contents as a statement between the two. Raises DataError ``statement-unreadable``."""
    try:
        found = msgspec.convert(said, _Statement)
        Period.read(f"{found.first}..{found.last}")
    except (msgspec.ValidationError, DataError) as error:
        raise DataError("statement-unreadable", detail=str(error)[:120]) from None
    if (found.format, found.operator, found.user) != (FORMAT, operator, user):
        raise DataError("statement-unreadable", detail="format, operator or user")
    return dict(said)
