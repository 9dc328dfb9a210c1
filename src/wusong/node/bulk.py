"""Many rows at once, as a database's driver takes them: statements are made once, values go as they are.

SQLAlchemy's own way costs more for each row than SQLite takes to store it. What it would do with values is
left to the caller: they stand in the order of the table's columns, and JSON is text already (``text``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa

__all__ = ["delete", "insert", "put", "text"]


def insert(connection: sa.Connection, table: sa.Table, rows: list[tuple[Any, ...]]) -> None:
    """Insert rows, which must be new."""
    if rows:
        connection.exec_driver_sql(_insert(connection.dialect, table), rows)


def put(connection: sa.Connection, table: sa.Table, rows: list[tuple[Any, ...]], keep: Sequence[str]) -> None:
    """Insert rows, or put them in place of those with the same primary key, whose columns ``keep`` stay."""
    if rows:
        connection.exec_driver_sql(_put(connection.dialect, table, tuple(keep)), rows)


def delete(connection: sa.Connection, column: sa.Column[Any], values: Iterable[Any]) -> None:
    """Delete the rows whose ``column`` has one of ``values``."""
    rows = [(value,) for value in values]
    if rows:
        connection.exec_driver_sql(_delete(connection.dialect, column), rows)


def text(value: object) -> str:
    """A value as a JSON column holds it."""
    return msgspec.json.encode(value).decode()


@lru_cache(maxsize=256)
def _insert(dialect: sa.Dialect, table: sa.Table) -> str:
    quote = dialect.identifier_preparer.quote
    names = ", ".join(quote(column.name) for column in table.columns)
    marks = ", ".join([_mark(dialect)] * len(table.columns))
    return f"INSERT INTO {quote(table.name)} ({names}) VALUES ({marks})"  # noqa: S608 - names of our own


@lru_cache(maxsize=256)
def _put(dialect: sa.Dialect, table: sa.Table, keep: tuple[str, ...]) -> str:
    quote = dialect.identifier_preparer.quote
    keys = [column.name for column in table.primary_key]
    changed = [quote(c.name) for c in table.columns if c.name not in (*keys, *keep)]
    changes = ", ".join(f"{name} = excluded.{name}" for name in changed)
    place = ", ".join(map(quote, keys))
    return f"{_insert(dialect, table)} ON CONFLICT ({place}) DO UPDATE SET {changes}"


@lru_cache(maxsize=256)
def _delete(dialect: sa.Dialect, column: sa.Column[Any]) -> str:
    quote = dialect.identifier_preparer.quote
    return f"DELETE FROM {quote(column.table.name)} WHERE {quote(column.name)} = {_mark(dialect)}"  # noqa: S608


def _mark(dialect: sa.Dialect) -> str:
    return "?" if dialect.paramstyle == "qmark" else "%s"
