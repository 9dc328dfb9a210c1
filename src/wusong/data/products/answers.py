"""What a product answers, and the answers given lately: the same question of the same table has one answer.

* "Too few rows" is an answer too: it says something of the table, and whoever could ask it free of count
  could ask without end. So a withheld answer is written down and counts. What never reached the table, or
  says nothing of it (a wrong parameter, a question that failed, too many groups), does not.
* Kept are answers, never permissions: every call is judged, whether its answer is known or not.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final
from weakref import WeakKeyDictionary

from wusong.crypto import canonical
from wusong.data import host as hosts
from wusong.data.host import Host
from wusong.data.products import asking
from wusong.data.products.asking import OPERATION, PRODUCT, RESOURCE
from wusong.errors import DataError

__all__ = ["Found", "close", "find", "known"]

WITHHELD: Final = "group-too-small"
MOST_BYTES: Final = 32 << 20


@dataclass(frozen=True, slots=True)
class Found:
    """An answer: what is written down of it, its digest, and the least number of rows if it is withheld."""

    value: dict[str, Any]
    digest: str
    size: int
    least: int | None = None

    def expect_given(self) -> None:
        """Raise DataError ``group-too-small`` if it is withheld."""
        if self.least is not None:
            raise DataError(WITHHELD, least=self.least)


class _Kept:
    """Answers by table, question and parameters, as many as fit; and of which table and question a product
    is, as of a height of the ledger.
    """

    def __init__(self) -> None:
        self._lock: Final = Lock()
        self._answers: Final[OrderedDict[str, Found]] = OrderedDict()
        self._size = 0
        self._about: dict[str, tuple[int, str]] = {}

    def about(self, host: Host, product: str) -> str:
        height = host.ledger.app.head.height
        seen = self._about.get(product)
        if seen is None or seen[0] != height:
            if len(self._about) > _MOST_PRODUCTS:
                self._about = {}
            seen = self._about[product] = (height, _about(host, product))
        return seen[1]

    def get(self, key: str) -> Found | None:
        with self._lock:
            found = self._answers.get(key)
            if found is not None:
                self._answers.move_to_end(key)
        return found

    def put(self, key: str, found: Found) -> None:
        with self._lock:
            if key in self._answers or found.size > MOST_BYTES // 8:
                return
            self._answers[key] = found
            self._size += found.size
            while self._size > MOST_BYTES:
                self._size -= self._answers.popitem(last=False)[1].size


_MOST_PRODUCTS: Final = 1_000
_kept: Final[WeakKeyDictionary[Any, _Kept]] = WeakKeyDictionary()


def _about(host: Host, product: str) -> str:
    """What an answer rests on: the question and the table, by their commitments, and as what the question was
    offered (``asking.expect_same``).
    """
    offered = hosts.leaf(host, product, PRODUCT).fields
    resource = hosts.leaf(
        host, hosts.leaf(host, offered["operation"], OPERATION).fields["resource"], RESOURCE
    )
    said = f"{offered['operation']} {offered['question']} {offered['output']} {offered['least_group']}"
    return f"{said} {resource.fields['content']} {resource.fields['profile']}"


def _key(host: Host, product: str, parameters: dict[str, Any]) -> str:
    kept = _kept.setdefault(host.ledger, _Kept())
    return f"{kept.about(host, product)} {canonical.encode(parameters).decode()}"


def known(host: Host, product: str, parameters: dict[str, Any]) -> Found | None:
    """The answer, if it was given lately."""
    return _kept.setdefault(host.ledger, _Kept()).get(_key(host, product, parameters))


def find(host: Host, product: str, parameters: dict[str, Any]) -> Found:
    """Ask the product's question in its room.

    Raises DataError ``parameter-wrong``, ``question-failed``, ``too-many-groups``, ``content-not-here``,
    ``product-delivers-files``, ...
    """
    key = _key(host, product, parameters)
    checked, room = asking.asked(host, product)
    if checked.question.output == "file":
        raise DataError("product-delivers-files", product=product)
    value, least = _asked(checked, room, parameters)
    encoded = canonical.encode(value)
    found = Found(value, host.ledger.suite.hash(encoded).hex(), len(encoded) * 4 + 500, least)
    _kept.setdefault(host.ledger, _Kept()).put(key, found)
    return found


def _asked(checked: Any, room: Any, parameters: dict[str, Any]) -> tuple[dict[str, Any], int | None]:  # noqa: ANN401
    """What is written down as the answer, and the least number of rows if it is withheld."""
    try:
        return room.answer(checked, parameters), None
    except DataError as error:
        if error.code != WITHHELD:
            raise
        least: Any = error.data["least"]
        return {"least_group": least, "output": "withheld"}, least


def close(host: Host) -> None:
    """Forget the host's answers."""
    _kept.pop(host.ledger, None)
