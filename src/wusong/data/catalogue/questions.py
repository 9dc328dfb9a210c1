"""What the questions of products say where everybody who sees the product may read it: titles and choices of
their parameters, never the question itself, which is the operator's.

* Only a question that lies in this node's vault, brought by the product's operator, says anything; another
  node's does not.
* A question never changes under its commitment, so what it says is kept; whether it is still at hand is seen
  anew each time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock
from typing import Any, Final

import sqlalchemy as sa

from wusong.data import contents
from wusong.data.brought import brought
from wusong.data.catalogue.folding import fold
from wusong.data.host import Host
from wusong.data.projection import products
from wusong.errors import WusongError

__all__ = ["said"]

MOST: Final = 2_000
MOST_CHARACTERS: Final = 8_000
"""So much of one question's parameters is searched."""


class _Kept:
    """Folded texts by commitment, the last ones that were asked for."""

    def __init__(self) -> None:
        self._lock: Final = Lock()
        self._texts: Final[OrderedDict[str, str]] = OrderedDict()

    def of(self, host: Host, question: str) -> str:
        contents.find(host.vault, question)
        with self._lock:
            if question in self._texts:
                self._texts.move_to_end(question)
                return self._texts[question]
        text = fold(" ".join(_texts(contents.read_json(host.vault, question))))[:MOST_CHARACTERS]
        with self._lock:
            self._texts[question] = text
            if len(self._texts) > MOST:
                self._texts.popitem(last=False)
        return text


_kept: Final = _Kept()


def said(host: Host) -> dict[str, str]:
    """The folded texts of the products' parameters, by product, as far as they are at hand."""
    query = sa.select(products.c.asset, products.c.operator, products.c.question)
    with host.models.engine.connect() as connection:
        rows = connection.execute(query.order_by(products.c.updated.desc()).limit(MOST)).all()
    found = {row.asset: _said(host, row.operator, row.question) for row in rows}
    return {asset: text for asset, text in found.items() if text}


def _said(host: Host, operator: str, question: str) -> str:
    try:
        brought(host).demand(operator, question)
        return _kept.of(host, question)
    except WusongError:
        return ""


def _texts(question: dict[str, Any]) -> Iterable[str]:
    for parameter in question.get("parameters", ()):
        yield from parameter.get("title", {}).values()
        yield from parameter.get("choices", ())
