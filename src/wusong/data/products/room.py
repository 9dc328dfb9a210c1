"""The locked room in which questions are answered: one table in a DuckDB in memory, with nothing else in
reach.

* The table is filled before the door is locked; afterwards external access, extensions and settings are off
  for good.
* One question at a time; each is interrupted after ``SECONDS``, and none gives more than ``MAX_GROUPS``
  lines. What is withheld of a new question is settled beside, on a connection of its own: questions that were
  settled before are answered meanwhile.
* What the engine complains about is never passed on: its messages can hold values.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from threading import Lock
from typing import Any, Final

import duckdb
import msgspec

from wusong.data.products.differencing import Differencing, Key, Withheld
from wusong.data.products.filling import Source, fill
from wusong.data.products.forms import Form, hold, place
from wusong.data.products.plain import plain
from wusong.data.products.product import Checked, Question, bind, check
from wusong.data.products.score import banded
from wusong.data.products.statement import TABLE
from wusong.data.products.watch import Watch
from wusong.errors import DataError

__all__ = ["MEMORY_MB", "Room"]

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
    "threads": str(min(4, os.cpu_count() or 1)),  # until the table is there
}


class Room:
    """One table behind a locked door. ``columns`` are its names in order; ``judged`` are the products that
    were found to be as their records say.
    """

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
        self.judged: Final[set[str]] = set()
        self._checked: Final[dict[tuple[str, bool], Checked]] = {}
        self._settled: Final[dict[str, Checked]] = {}
        self._engine: Final = duckdb.connect(":memory:", config={**_CONFIG, "memory_limit": f"{memory_mb}MB"})
        source = content if isinstance(content, Source) else Source.of_bytes(content, header=header)
        try:
            self.forms: Final = self._fill(source)
        except duckdb.Error:  # of memory: whatever else a table can hold is text to the engine
            self._engine.close()
            raise DataError("table-too-large", limit=memory_mb) from None
        self._differencing: Final = Differencing(self._engine.cursor())
        self.size: Final = self._measured()
        self._engine.execute("SET enable_external_access = false")
        self._engine.execute("SET lock_configuration = true")
        self._watch: Final = Watch(self._engine.interrupt, SECONDS)

    def _fill(self, source: Source) -> tuple[Form, ...]:
        fill(self._engine, _RAW, len(self.columns), source)
        forms = hold(self._engine, _RAW, TABLE, source.hints or (None,) * len(self.columns))
        self._engine.execute("SET threads = 1")
        return forms

    def _measured(self) -> int:
        """Bytes that the table takes."""
        found = self._engine.execute("SELECT sum(memory_usage_bytes) FROM duckdb_memory()").fetchone()
        return int(found[0]) if found and found[0] else 0

    def checked(self, name: str, question: Callable[[], Question], *, opened: bool = False) -> Checked:
        """A question checked over this table, once for each ``name``. Raises as ``check`` does."""
        found = self._checked.get((name, opened))
        if found is None:
            if len(self._checked) > MAX_QUESTIONS:
                self._checked.clear()
            found = check(question(), self.columns, self.forms, opened=opened)
            self._demand_key(found)
            self._checked[name, opened] = found
        return found

    def opened(self, names: Sequence[str], question: Callable[[str], Question]) -> Checked:
        """The last of these questions, with what is withheld of it for those before it: all that the table
        answers, in their order. Raises as ``check`` does.
        """
        name = names[-1]
        with self._settling:
            for place in range(len(self._settled), len(names)):
                checked = self.checked(names[place], partial(question, names[place]), opened=True)
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
        with self._settling:
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
        return {"output": "answer", "value": plain(value)}

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
        """Forget the table, once what is under way is settled and answered."""
        self._watch.close()
        with self._settling, self._lock:
            self._differencing.engine.close()
            self._engine.close()


def _asked(checked: Checked, bound: dict[str, Any]) -> Key:
    """What picks the rows of a call: the values of its parameters, as often as conditions name them."""
    return () if checked.family is None else tuple(bound[name] for name in checked.family.parameters)


def _grouped(checked: Checked, rows: list[tuple[Any, ...]]) -> dict[str, Any]:
    width = len(checked.columns)
    return {
        "columns": list(checked.columns),
        "groups": [[plain(value) for value in row[:width]] for row in rows],
        "least_group": checked.question.least_group,
        "output": "aggregate",
    }
