"""``call-p99``: how long one call of a data product takes, on a table of 1,000,000 rows and 12 columns at
50 calls a second; the 99th percentile.

* The table has four columns of text, four of integers, two of decimals and two of dates. The product counts
  by group (20 groups) where one column of 2,000 values equals the parameter. Each of 1,500 calls asks for
  another value, so that no answer is known already; some calls before them, to other values, warm up.
* In process, through the whole way of a call: the data-use's page allows it, the locked room answers it,
  withheld what is to be withheld, the call is written down and flushed to disk, then the answer is given.
  Waiting for the call before counts: the time of each runs from when it was due.
* Limit: DuckDB alone, at the same pace, with the same question over the same file in a table of its own, as
  its reader makes it, with its own number of threads: nothing is allowed, withheld or written down.
"""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Any, Final

import duckdb

from wusong.bench import market
from wusong.bench.figure import Goal, Measured, workspace
from wusong.data import service
from wusong.data.domain import DOMAIN
from wusong.data.products.product import Parameter, Question
from wusong.node import process

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

GOAL: Final = Goal("call-p99", "ms", "less", 100, 25)
QUESTION: Final = Question(
    output="aggregate",
    sql='select "kind", count(*) from data where "place" = $place group by "kind"',
    parameters=(Parameter(name="place"),),
)
_TABLE: Final = """
COPY (SELECT 'place ' || hash(i, 1) % {places} AS place, 'kind ' || hash(i, 2) % 20 AS kind,
  'name ' || hash(i, 3) % 1000000 AS name, 'area ' || hash(i, 4) % 31 AS area,
  i AS number, hash(i, 5) % 1000 AS staff, hash(i, 6) % 1000000 AS score, 1990 + hash(i, 7) % 36 AS year,
  (hash(i, 8) % 100000000 / 100)::DECIMAL(18, 2) AS income,
  (hash(i, 9) % 1000000 / 100)::DECIMAL(18, 2) AS tax,
  DATE '2010-01-01' + (hash(i, 10) % 5000)::INT AS opened,
  DATE '2015-01-01' + (hash(i, 11) % 4000)::INT AS seen
FROM range({rows}) t(i)) TO '{path}' (HEADER)
"""


def measure(quick: bool) -> Measured:
    """Take the figure."""
    rows, calls, every = (20_000, 20, 0.005) if quick else (1_000_000, 1_500, 1 / 50)
    warm = max(5, calls // 15)
    with workspace() as folder:
        table = _table(folder / "table.csv", rows, calls + warm)
        made = market.prepare(folder / "node", table, QUESTION, calls + warm)
        process.settle()
        try:
            found = _waits(
                lambda place: service.call(made.node, made.use, made.user, {"place": place}),
                calls,
                warm,
                every,
            )
        finally:
            DOMAIN.close(made.node)
            made.node.close()
            process.resettle()
        alone = _alone(table, calls, warm, every)
    middle, p99 = statistics.median(found), _p99(found)
    notes = (
        f"{calls} calls, median {middle:.1f} ms; DuckDB alone: median {statistics.median(alone):.1f} ms, "
        f"99th percentile {_p99(alone):.1f} ms"
    )
    return Measured(p99, _p99(alone), notes)


def _table(path: Path, rows: int, places: int) -> Path:
    with duckdb.connect(":memory:") as engine:
        engine.execute(_TABLE.format(rows=rows, places=max(places, rows // 500), path=path))
    return path


def _alone(table: Path, calls: int, warm: int, every: float) -> list[float]:
    with duckdb.connect(":memory:") as engine:
        engine.execute("CREATE TABLE data AS SELECT * FROM read_csv(?)", [str(table)])

        def ask(place: str) -> list[Any]:
            return engine.execute(QUESTION.sql, {"place": place}).fetchall()

        return _waits(ask, calls, warm, every)


def _waits(ask: Callable[[str], object], calls: int, warm: int, every: float) -> list[float]:
    """How long each call took from when it was due, ms."""
    for number in range(warm):
        ask(f"place {calls + number}")
    waits: list[float] = []
    due = time.perf_counter()
    for number in range(calls):
        due += every
        time.sleep(max(0.0, due - time.perf_counter()))
        ask(f"place {number}")
        waits.append(1_000 * (time.perf_counter() - due))
    return waits


def _p99(waits: list[float]) -> float:
    return sorted(waits)[max(0, -(-99 * len(waits) // 100) - 1)]
