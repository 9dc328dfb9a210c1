"""What a reader asks of the catalogue in an address: words, and a value for each facet."""

from __future__ import annotations

from typing import Final

from litestar.di import Provide
from litestar.params import FromQuery

from wusong.data.catalogue.search import FACETS, Wanted

__all__ = ["ASKED"]


def _wanted(
    q: FromQuery[str] = "",
    kind: FromQuery[str] = "",
    output: FromQuery[str] = "",
    grade: FromQuery[str] = "",
    update: FromQuery[str] = "",
    owner: FromQuery[str] = "",
    price: FromQuery[str] = "",
    standing: FromQuery[str] = "",
) -> Wanted:
    return Wanted(q, dict(zip(FACETS, (kind, output, grade, update, owner, price, standing), strict=True)))


ASKED: Final = {"wanted": Provide(_wanted, sync_to_thread=False)}
"""Gives handlers ``wanted``."""
