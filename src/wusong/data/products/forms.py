"""In which form each column of a table stands in the engine, so that questions are exact and quick.

* What is asked is always asked of the text of a cell: ``'01'`` is not ``'1'``. A column is held as integers,
  decimals or dates only when every cell is written just as the engine would write it back, so that nobody can
  tell the difference, except by the time it takes.
* Numbers that are written in several ways stay texts, with their numbers beside them.
* Texts of few different values are held as numbers into a dictionary.
* What a column holds is found out from the cells themselves; a profile only says where to look.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import duckdb

from wusong.data.intake.kinds import MISSING

__all__ = ["NUMBER", "TEXT", "Form", "find", "lay_out", "place"]

Kind: TypeAlias = Literal["text", "dictionary", "integer", "decimal", "date", "beside"]
NUMBER: Final = "DECIMAL(38, 6)"
"""What a text is read as where a number is wanted; the seventh decimal is rounded."""
_DICTIONARY: Final = 60_000
_SCALE: Final = 12
_SHORT: Final = 18
_SPACES: Final = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
_WANTED: Final = {"integer": ("integer", "decimal"), "decimal": ("decimal",), "date": ("date",)}
_ANY: Final = ("integer", "date", "decimal")


@dataclass(frozen=True, slots=True)
class Form:
    """How a column is held, and as which type of the engine."""

    kind: Kind = "text"
    type: str = "VARCHAR"

    def text(self, column: str) -> str:
        """The text of its cells, as an expression."""
        return column if self.kind in {"text", "beside"} else f"CAST({column} AS VARCHAR)"

    def number(self, column: str) -> str:
        """Its cells as numbers; what is none is left out."""
        if self.kind in {"integer", "decimal"}:
            return column
        return f'"n{column[2:]}' if self.kind == "beside" else f"TRY_CAST({self.text(column)} AS {NUMBER})"

    def value(self, value: str) -> str:
        """A text as this column would hold it, or NULL when none of its cells can be that text."""
        if self.kind in {"text", "beside"}:
            return value
        cast = f"TRY_CAST({value} AS {self.type})"
        return f"CASE WHEN CAST({cast} AS VARCHAR) = {value} THEN {cast} END"


TEXT: Final = Form()


def place(number: int) -> str:
    """What the column at a place is called in the engine, where names of a table thus mean nothing."""
    return f"c{number}"


def find(engine: duckdb.DuckDBPyConnection, table: str, number: int, hint: str | None = None) -> Form:
    """The form of the column at a place of ``table``, where all are texts. ``hint`` is its type in a profile,
    and saves looking for others.
    """
    column = f'"{place(number)}"'
    missing, filled = _one(engine, f"count_if({is_missing(column)}), count({column})", table)
    if filled > missing:
        for kind in _ANY if hint is None else _WANTED.get(hint, ()):
            type_ = _type(engine, table, column, kind)
            same = f"count_if(CAST(TRY_CAST({column} AS {type_}) AS VARCHAR) = {column})"
            if _one(engine, same, table)[0] == filled - missing:
                return Form(kind, type_)  # type: ignore[arg-type]
    if hint in {"integer", "decimal"}:
        return Form("beside")
    (different,) = _one(engine, f"approx_count_distinct({column})", table)
    return Form("dictionary", f"e{number}") if 0 < different <= min(_DICTIONARY, filled // 2) else TEXT


def _type(engine: duckdb.DuckDBPyConnection, table: str, column: str, kind: str) -> str:
    if kind != "decimal":
        return {"integer": "BIGINT", "date": "DATE"}[kind]
    scale, longest = _one(engine, f"max(length(split_part({column}, '.', 2))), max(length({column}))", table)
    return f"DECIMAL({18 if longest <= _SHORT else 38}, {min(scale, _SCALE)})"


def _one(engine: duckdb.DuckDBPyConnection, what: str, table: str) -> tuple[int, ...]:
    found: tuple[int, ...] | None = engine.execute(f"SELECT {what} FROM {table}").fetchone()  # noqa: S608
    return found or ()


def is_missing(column: str) -> str:
    """Whether a cell stands for no value (``intake.kinds.MISSING``, and blanks)."""
    among = ", ".join(map(_quoted, sorted(MISSING)))
    perhaps = f"{column} < '!' OR {column} BETWEEN '\u0085' AND '\u3001'"  # to trim every cell takes seconds
    blank = f"({perhaps}) AND trim({column}, {_quoted(_SPACES)}) = ''"
    return f"((strlen({column}) <= 6 AND {column} IN ({among})) OR ({blank}))"


def lay_out(engine: duckdb.DuckDBPyConnection, raw: str, table: str, forms: Iterable[Form]) -> None:
    """Make ``table`` of ``raw``, each column in its form, and drop ``raw``."""
    made: list[str] = []
    for number, form in enumerate(forms):
        column = f'"{place(number)}"'
        filled = f"CASE WHEN NOT {is_missing(column)} THEN {column} END"
        if form.kind == "dictionary":
            different = f"SELECT DISTINCT {filled} AS v FROM {raw} WHERE {filled} IS NOT NULL ORDER BY v"  # noqa: S608
            engine.execute(f"CREATE TYPE {form.type} AS ENUM ({different})")
        made.append(f"{_stored(form, column, filled)} AS {column}")
        if form.kind == "beside":
            made.append(f"TRY_CAST({column} AS {NUMBER}) AS {form.number(column)}")
    engine.execute(f"CREATE TABLE {table} AS SELECT {', '.join(made)} FROM {raw}")  # noqa: S608
    engine.execute(f"DROP TABLE {raw}")


def _stored(form: Form, column: str, filled: str) -> str:
    return filled if form.kind in {"text", "beside"} else f"TRY_CAST({column} AS {form.type})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
