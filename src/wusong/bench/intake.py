"""``intake``: rows profiled a second, of a CSV of 10,000,000 rows of 12 columns.

* The table is made for the measurement, as a stream, and is gone afterwards: 4 columns of texts (a serial
  number, a district, a street, an enterprise), 4 of integers, 2 of decimals, 2 of dates; about 1 GB.
* The profile is the whole one: counts, missing cells, distinct values, ranges, quantiles, histograms, most
  frequent values, what looks personal or important. It is taken as ``wusong data profile`` takes it, from the
  file on disk, in bounded memory.
* Limit: DuckDB's own scan of that file, every cell counted as text, on the same threads, in the same run.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import duckdb

from wusong.bench.figure import Goal, Measured, seconds, workspace

GOAL: Final = Goal("intake", "rows/s", "more", 500_000, 1_500_000)
_COLUMNS: Final = 12
_MADE: Final = """
COPY (SELECT
  'SH' || lpad(((i * 7919) % $rows)::VARCHAR, 9, '0') AS "流水号",
  '区' || (hash(i) % 16) AS "区",
  '街道' || (hash(i + 1) % 240) AS "街道",
  '第' || (hash(i + 2) % 20000) || '号企业' AS "企业",
  i AS "序号", hash(i + 3) % 1000 AS "数量", hash(i + 4) % 100000 AS "里程", hash(i + 5) % 7 AS "等级",
  ((hash(i + 6) % 100000000) / 100)::DECIMAL(12,2) AS "金额",
  ((hash(i + 7) % 10000) / 1000)::DECIMAL(9,3) AS "系数",
  DATE '2015-01-01' + (hash(i + 8) % 3650)::INTEGER AS "开始日期",
  DATE '2020-01-01' + (hash(i + 9) % 2000)::INTEGER AS "结束日期"
FROM range($rows) AS t(i)) TO '$path' (HEADER)
"""


def measure(quick: bool) -> Measured:
    """Take the figure."""
    from wusong.data.intake import fast
    from wusong.data.intake.profile import profile

    rows, runs = (20_000, 1) if quick else (10_000_000, 3)
    with workspace() as folder:
        path = folder / "table.csv"
        _make(path, rows)
        taken = profile(path, engine="duckdb")
        if taken.rows != rows or len(taken.columns) != _COLUMNS:
            raise AssertionError(f"the profile counts {taken.rows} rows")
        value = rows / seconds(lambda: profile(path, engine="duckdb"), runs, warm=0)
        limit = rows / seconds(lambda: _scan(path), runs)
        size = path.stat().st_size >> 20
    estimated = sum(column.distinct_method == "estimate" for column in taken.columns)
    return Measured(
        value,
        limit,
        f"{size:,} MiB; engine's memory {fast.MEMORY}; {estimated} columns with estimated distinct values; "
        "limit: the engine's own scan of the file",
    )


def _make(path: Path, rows: int) -> None:
    with duckdb.connect(config={"threads": "2", "memory_limit": "1GB"}) as engine:
        engine.execute(_MADE.replace("$rows", str(rows)).replace("$path", str(path)))


def _scan(path: Path) -> int:
    """Every cell of the file counted, as text."""
    names = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(_COLUMNS))
    counts = " + ".join(f"count(c{place})" for place in range(_COLUMNS))
    with duckdb.connect(config={"threads": "2", "memory_limit": "1GB"}) as engine:
        query = f"SELECT {counts} FROM read_csv(?, columns={{{names}}}, header=true, auto_detect=false)"  # noqa: S608
        return int(engine.execute(query, [str(path)]).fetchall()[0][0])
