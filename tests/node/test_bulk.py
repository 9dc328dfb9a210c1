"""Rows go in by the driver's own way, and come out as SQLAlchemy reads them."""

from __future__ import annotations

import msgspec
import pytest
import sqlalchemy as sa

from wusong.node import bulk
from wusong.node.models import open_engine

metadata = sa.MetaData()
things = sa.Table(
    "things",
    metadata,
    sa.Column("thing", sa.Text, primary_key=True),
    sa.Column("index", sa.Integer),
    sa.Column("said", sa.JSON),
    sa.Column("first", sa.Integer),
)


@pytest.fixture
def connection() -> sa.Connection:
    engine = open_engine("sqlite://")
    made = engine.connect()
    metadata.create_all(made)
    bulk.insert(made, things, [("a", 1, bulk.text({"吴": [1]}), 10), ("b", 2, bulk.text(None), 20)])
    return made


def rows(connection: sa.Connection) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.execute(sa.select(things).order_by(things.c.thing))]


def test_inserted_rows_read_as_what_they_were(connection: sa.Connection) -> None:
    assert rows(connection) == [("a", 1, {"吴": [1]}, 10), ("b", 2, None, 20)]


def test_put_replaces_by_primary_key_and_keeps_what_is_to_be_kept(connection: sa.Connection) -> None:
    bulk.put(connection, things, [("b", 3, bulk.text([]), 99), ("c", 4, bulk.text("x"), 30)], keep=["first"])
    assert rows(connection)[1:] == [("b", 3, [], 20), ("c", 4, "x", 30)]


def test_delete_takes_those_with_one_of_the_values(connection: sa.Connection) -> None:
    bulk.delete(connection, things.c.thing, ["a", "nobody"])
    assert [row[0] for row in rows(connection)] == ["b"]


def test_nothing_is_no_statement(connection: sa.Connection) -> None:
    bulk.insert(connection, things, [])
    bulk.put(connection, things, [], keep=[])
    bulk.delete(connection, things.c.thing, [])
    assert len(rows(connection)) == 2


def test_postgresql_is_spoken_to_in_its_own_marks() -> None:
    statement = bulk._put(sa.make_url("postgresql+psycopg://").get_dialect()(), things, ("first",))
    assert "VALUES (%s, %s, %s, %s) ON CONFLICT (thing)" in statement
    assert statement.endswith("DO UPDATE SET index = excluded.index, said = excluded.said")


def test_json_is_written_as_sqlalchemy_would() -> None:
    assert msgspec.json.decode(bulk.text({"a": "吴淞"})) == {"a": "吴淞"}
    assert bulk.text(None) == "null"
