"""The locked room in which questions are answered: one table in a DuckDB in memory, with nothing else in
reach.

* The table is filled before the door is locked; afterwards external access, extensions and settings are off
  for good.
* One question at a time; each is interrupted after ``SECONDS``, and none gives more than ``MAX_GROUPS``
  lines.
* What the engine complains about is never passed on: its messages can hold values.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from threading import Lock
from typing import Any, Final

import duckdb
import msgspec

from wusong.crypto import canonical
from wusong.data.products.differencing import Differencing, Key, Withheld
from wusong.data.products.filling import Source, fill
from wusong.data.products.forms import Form, find, lay_out, place
from wusong.data.products.product import Checked, Question, bind, check
from wusong.data.products.score import banded
from wusong.data.products.statement import TABLE
from wusong.data.products.watch import Watch
from wusong.errors import DataError

__all__ = ["Room", "Rooms"]

MEMORY_MB: Final = 1_024
_RAW: Final = "raw"
SECONDS: Final = 2.0
MAX_GROUPS: Final = 1_000
MAX_QUESTIONS: Final = 256
_ROWS: Final = 5_000
_CONFIG: Final[dict[str, str | bool | int | float | list[str]]] = {
    "allow_community_extensions": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "temp_directory": "",
    "threads": "1",
}


class Room:
    """One table behind a locked door. ``columns`` are its names in order."""

    def __init__(
        self,
        columns: tuple[str, ...],
        content: bytes | Source,
        *,
        header: bool = True,
        memory_mb: int = MEMORY_MB,
    ) -> None:
        self.columns: Final = columns
        self._lock: Final = Lock()
        self._settling: Final = Lock()
        self._checked: Final[dict[str, Checked]] = {}
        self._settled: Final[dict[str, Checked]] = {}
        self._engine: Final = duckdb.connect(":memory:", config={**_CONFIG, "memory_limit": f"{memory_mb}MB"})
        source = content if isinstance(content, Source) else Source.of_bytes(content, header=header)
        try:
            self.forms: Final = self._fill(source)
        except duckdb.Error:  # of memory: whatever else a table can hold is text to the engine
            self._engine.close()
            raise DataError("table-too-large", limit=memory_mb) from None
        self._differencing: Final = Differencing(self._engine)
        self.size: Final = self._measured()
        self._engine.execute("SET enable_external_access = false")
        self._engine.execute("SET lock_configuration = true")
        self._watch: Final = Watch(self._engine.interrupt, SECONDS)

    def _fill(self, source: Source) -> tuple[Form, ...]:
        fill(self._engine, _RAW, len(self.columns), source)
        hints = source.hints or (None,) * len(self.columns)
        forms = tuple(find(self._engine, _RAW, number, hint) for number, hint in enumerate(hints))
        lay_out(self._engine, _RAW, TABLE, forms)
        return forms

    def _measured(self) -> int:
        """Bytes that the table takes."""
        found = self._engine.execute("SELECT sum(memory_usage_bytes) FROM duckdb_memory()").fetchone()
        return int(found[0]) if found and found[0] else 0

    def checked(self, name: str, question: Callable[[], Question]) -> Checked:
        """A question checked over this table, once for each ``name``. Raises as ``check`` does."""
        found = self._checked.get(name)
        if found is None:
            if len(self._checked) > MAX_QUESTIONS:
                self._checked.clear()
            found = check(question(), self.columns, self.forms)
            self._demand_key(found)
            self._checked[name] = found
        return found

    def opened(self, names: Sequence[str], question: Callable[[str], Question]) -> Checked:
        """The last of these questions, with what is withheld of it for those before it: all that the table
        answers, in their order. Raises as ``check`` does.
        """
        name = names[-1]
        with self._settling:
            for place in range(len(self._settled), len(names)):
                checked = self.checked(names[place], partial(question, names[place]))
                held = self._settle(checked)
                self._settled[names[place]] = msgspec.structs.replace(checked, held=held)
            return self._settled[name]

    def preview(
        self, names: Sequence[str], question: Callable[[str], Question], next_: Question
    ) -> tuple[int, int] | None:
        """Of how many sets of rows a question not opened yet could be asked, and how many of them would be
        withheld for those before it; None where it rests on no such sets. Raises as ``opened`` does.
        """
        family = check(next_, self.columns, self.forms).family
        if family is None:
            return None
        if names:
            self.opened(names, question)
        with self._settling, self._lock:
            try:
                return self._differencing.preview(family, next_.least_group)
            except duckdb.Error:
                raise DataError("question-failed") from None

    def settled(self, name: str) -> Checked | None:
        """A question that was opened already."""
        return self._settled.get(name)

    def _settle(self, checked: Checked) -> Withheld:
        if checked.family is None:
            return Withheld()
        with self._lock:
            try:
                return self._differencing.settle(checked.family, checked.question.least_group)
            except duckdb.Error:
                raise DataError("question-failed") from None

    def _demand_key(self, checked: Checked) -> None:
        """No two rows share the key of a score. Raises DataError ``score-wrong``."""
        if checked.score is None:
            return
        key = f'"{place(self.columns.index(checked.score.key))}"'
        ((keys, different),) = self._run(f"SELECT count({key}), count(DISTINCT {key}) FROM {TABLE}", {})  # noqa: S608
        if keys != different:
            raise DataError("score-wrong", part=f"{checked.score.key}: several rows share a key")

    def answer(self, checked: Checked, given: dict[str, Any]) -> dict[str, Any]:
        """The answer to a question, as canonical JSON data.

        Raises DataError ``parameter-wrong``, ``group-too-small``, ``too-many-groups``, ``question-failed``.
        """
        question = checked.question
        bound = bind(question, given)
        if question.output == "file":
            ((number,),) = self._run(f"SELECT count(*) FROM ({checked.sql})", bound)  # noqa: S608
            return {"columns": list(checked.columns), "output": "file", "rows": number}
        rows = self._run(checked.sql, bound)
        if checked.score is not None:
            return banded(checked.score, checked.score.band(rows[0], question.link) if rows else None)
        asked = _asked(checked, bound)
        if question.output == "aggregate":
            return _grouped(
                checked,
                [row for row in rows if (*asked, *row[len(checked.columns) + 1 :]) not in checked.held],
            )
        value, may_leave = rows[0]
        if question.output == "yes-no":
            return {"output": "yes-no", "value": value is True}
        if may_leave is not True or asked in checked.held:
            raise DataError("group-too-small", least=question.least_group)
        return {"output": "answer", "value": _plain(value)}

    def rows(self, checked: Checked, given: dict[str, Any]) -> Iterator[list[tuple[str | None, ...]]]:
        """The rows of a file, some thousands at a time, as texts; ``checked`` must be of a file.

        Raises DataError ``parameter-wrong``, ``question-failed``.
        """
        if checked.question.output != "file":
            raise DataError("file-not-open")
        bound = bind(checked.question, given)
        try:
            with self._lock:
                found = self._engine.cursor().execute(checked.sql, bound)
            while rows := found.fetchmany(_ROWS):
                yield rows
        except duckdb.Error:
            raise DataError("question-failed") from None

    def _run(self, sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        with self._lock, self._watch:
            try:
                rows = self._engine.execute(sql, values).fetchmany(MAX_GROUPS + 1)
            except duckdb.Error:
                raise DataError("question-failed") from None
        if len(rows) > MAX_GROUPS:
            raise DataError("too-many-groups", limit=MAX_GROUPS)
        return rows

    def close(self) -> None:
        """Forget the table, once the question under way is answered."""
        self._watch.close()
        with self._lock:
            self._engine.close()


class Rooms:
    """The rooms of the tables that are asked about most lately: at most ``most``, and no more than fit into
    ``memory_mb`` together, but always one.
    """

    def __init__(self, most: int = 8, memory_mb: int = 2 * MEMORY_MB) -> None:
        self._most: Final = most
        self._memory: Final = memory_mb * 1_000_000
        self._rooms: Final[OrderedDict[str, Room]] = OrderedDict()
        self._lock: Final = Lock()

    def get(self, key: str) -> Room | None:
        """The room of a table that is there already."""
        with self._lock:
            room = self._rooms.get(key)
            if room is not None:
                self._rooms.move_to_end(key)
            return room

    def put(self, key: str, room: Room) -> Room:
        """Keep a room; the one that was asked longest ago goes."""
        with self._lock:
            standing = self._rooms.setdefault(key, room)
            leaving = []
            while len(self._rooms) > 1 and self._is_too_full():
                leaving.append(self._rooms.popitem(last=False)[1])
        if standing is not room:
            leaving.append(room)
        for one in leaving:
            one.close()
        return standing

    def _is_too_full(self) -> bool:
        return len(self._rooms) > self._most or sum(room.size for room in self._rooms.values()) > self._memory

    def close(self) -> None:
        """Forget all tables."""
        with self._lock:
            leaving = list(self._rooms.values())
            self._rooms.clear()
        for one in leaving:
            one.close()


def _asked(checked: Checked, bound: dict[str, Any]) -> Key:
    """What picks the rows of a call: the values of its parameters, as often as conditions name them."""
    return () if checked.family is None else tuple(bound[name] for name in checked.family.parameters)


def _grouped(checked: Checked, rows: list[tuple[Any, ...]]) -> dict[str, Any]:
    width = len(checked.columns)
    return {
        "columns": list(checked.columns),
        "groups": [[_plain(value) for value in row[:width]] for row in rows],
        "least_group": checked.question.least_group,
        "output": "aggregate",
    }


def _plain(value: object) -> str | int | bool:
    """A value as canonical JSON holds it: no fraction leaves as a number, none is lost."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    if isinstance(value, float):
        value = Decimal(repr(value)).quantize(Decimal("0.000001"))
    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return "" if value is None else canonical.to_text(str(value))


def _decimal(value: Decimal) -> str | int:
    if value == value.to_integral_value() and abs(value) < 2**53:
        return int(value)
    return format(value, "f").rstrip("0").rstrip(".")
