"""In which form each column of a table stands in the engine, so that questions are exact and quick.

* What is asked is always asked of the text of a cell: ``'01'`` is not ``'1'``. A column is held as integers,
  decimals or dates only when every cell is written just as the engine would write it back, so that nobody can
  tell the difference, except by the time it takes.
* Numbers that are written in several ways stay texts, with their numbers beside them.
* Texts of few different values are held as numbers into a dictionary.
* What a column holds is found out from the cells themselves; a profile only says where to look.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import duckdb

from wusong.data.intake.kinds import MISSING

__all__ = ["NUMBER", "TEXT", "Form", "hold", "place"]

Kind: TypeAlias = Literal["text", "dictionary", "integer", "decimal", "date", "beside"]
NUMBER: Final = "DECIMAL(38, 6)"
"""What a text is read as where a number is wanted; the seventh decimal is rounded."""
_DICTIONARY: Final = 60_000
_GLANCE: Final = "glance"
_GLANCED: Final = 4_096
_SCALE: Final = 12
_SHORT: Final = 18
_SPACES: Final = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
_WANTED: Final[dict[str, tuple[Kind, ...]]] = {
    "integer": ("integer", "decimal"),
    "decimal": ("decimal",),
    "date": ("date",),
}
_ANY: Final[tuple[Kind, ...]] = ("integer", "date", "decimal")


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


def hold(
    engine: duckdb.DuckDBPyConnection, raw: str, table: str, hints: Sequence[str | None]
) -> tuple[Form, ...]:
    """Make ``table`` of ``raw``, where all are texts, each column in its form, and drop ``raw``; the forms.

    ``hints`` are types in a profile, and save looking for others. The beginning of the table says which forms
    to try; whether every cell is written so is seen when all are laid out.
    """
    engine.execute(f"CREATE TABLE {_GLANCE} AS SELECT * FROM {raw} LIMIT {_GLANCED}")  # noqa: S608
    tried = [_tried(engine, raw, number, hint) for number, hint in enumerate(hints)]
    engine.execute(f"DROP TABLE {_GLANCE}")
    forms = [form or _untyped(engine, raw, number, hints[number]) for number, form in enumerate(tried)]
    _lay_out(engine, raw, table, forms)
    if wrong := _wrong(engine, raw, table, tried):
        engine.execute(f"DROP TABLE {table}")
        for number in wrong:
            hint = hints[number]
            forms[number] = _typed(engine, raw, number, hint) or _untyped(engine, raw, number, hint)
        _lay_out(engine, raw, table, forms)
    engine.execute(f"DROP TABLE {raw}")
    return tuple(forms)


def _tried(engine: duckdb.DuckDBPyConnection, raw: str, number: int, hint: str | None) -> Form | None:
    """The typed form that the beginning of the table speaks for; where it holds nothing, the whole table."""
    found = _typed(engine, _GLANCE, number, hint)
    if found is not None or not _kinds(hint):
        return found
    column = f'"{place(number)}"'
    (filled,) = _one(engine, f"count_if({column} IS NOT NULL AND NOT {is_missing(column)})", _GLANCE)
    return None if filled else _typed(engine, raw, number, hint)


def _kinds(hint: str | None) -> tuple[Kind, ...]:
    return _ANY if hint is None else _WANTED.get(hint, ())


def _typed(engine: duckdb.DuckDBPyConnection, table: str, number: int, hint: str | None) -> Form | None:
    """The typed form in which every cell of a column can be held, if there is one."""
    column = f'"{place(number)}"'
    if not _kinds(hint):
        return None
    missing, filled = _one(engine, f"count_if({is_missing(column)}), count({column})", table)
    if filled == (missing or 0):
        return None
    for kind in _kinds(hint):
        type_ = _type(engine, table, column, kind)
        same = f"count_if(CAST(TRY_CAST({column} AS {type_}) AS VARCHAR) = {column})"
        if _one(engine, same, table)[0] == filled - missing:
            return Form(kind, type_)
    return None


def _untyped(engine: duckdb.DuckDBPyConnection, raw: str, number: int, hint: str | None) -> Form:
    """What a column is held as that is not typed."""
    if hint in {"integer", "decimal"}:
        return Form("beside")
    column = f'"{place(number)}"'
    different, filled = _one(engine, f"approx_count_distinct({column}), count({column})", raw)
    return Form("dictionary", f"e{number}") if 0 < different <= min(_DICTIONARY, filled // 2) else TEXT


def _wrong(
    engine: duckdb.DuckDBPyConnection, raw: str, table: str, forms: Sequence[Form | None]
) -> list[int]:
    """The typed columns of ``table`` that lost a cell."""
    typed = [number for number, form in enumerate(forms) if form is not None]
    if not typed:
        return []
    rows, *held = _one(engine, ", ".join(["count(*)", *(f'count("{place(n)}")' for n in typed)]), table)
    wrong = []
    for number, kept in zip(typed, held, strict=True):
        column = f'"{place(number)}"'
        there = f"count_if({column} IS NOT NULL AND NOT {is_missing(column)})"
        if kept != rows and kept != _one(engine, there, raw)[0]:
            wrong.append(number)
    return wrong


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


def _lay_out(engine: duckdb.DuckDBPyConnection, raw: str, table: str, forms: Sequence[Form]) -> None:
    """Make ``table`` of ``raw``; a cell that its form would write otherwise is left out."""
    cast, judged, made = ["*"], ["*"], []
    for number, form in enumerate(forms):
        column = f'"{place(number)}"'
        filled = f"CASE WHEN NOT {is_missing(column)} THEN {column} END"
        if form.kind in {"text", "beside"}:
            made.append(f"{filled} AS {column}")
        elif form.kind == "dictionary":
            _dictionary(engine, raw, form, filled)
            made.append(f"TRY_CAST({column} AS {form.type}) AS {column}")
        else:
            cast.append(f"TRY_CAST({column} AS {form.type}) AS v{number}")
            judged.append(f"CAST(v{number} AS VARCHAR) = {column} AS k{number}")
            made.append(f"CASE WHEN k{number} THEN v{number} END AS {column}")
        if form.kind == "beside":
            made.append(f"TRY_CAST({column} AS {NUMBER}) AS {form.number(column)}")
    values = f"SELECT {', '.join(cast)} FROM {raw}"  # noqa: S608 - names are numbers
    same = f"SELECT {', '.join(judged)} FROM ({values})"  # noqa: S608
    engine.execute(f"CREATE TABLE {table} AS SELECT {', '.join(made)} FROM ({same})")  # noqa: S608


def _dictionary(engine: duckdb.DuckDBPyConnection, raw: str, form: Form, filled: str) -> None:
    different = f"SELECT DISTINCT {filled} AS v FROM {raw} WHERE {filled} IS NOT NULL ORDER BY v"  # noqa: S608
    engine.execute(f"DROP TYPE IF EXISTS {form.type}")
    engine.execute(f"CREATE TYPE {form.type} AS ENUM ({different})")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
