"""Decisions about columns that look personal or important, and judgements of quality: by a person, one by
one, with a reason.

* The profile marks columns; nobody but a person decides: ``harmless`` (it is neither), ``removed`` or
  ``masked`` (it is not handed on as it stands), ``restricted`` (it is, and the resource is not opened).
* A decision is about one profile (its commitment) and one column of it, by a party; the last one counts.
* What a decision leaves undecided goes on the ledger as ``undecided`` of the registration: as long as there
  is one, the resource cannot be opened without conditions. ``restricted`` does not open one either.
* A judgement (``quality.Judgement``) is about one table and one indicator, by a party; the last one counts.
* Kept in the vault with the profile, so that the commitment on the ledger covers them; the book in the node's
  folder (``decisions.db``) holds them until then. One book for both: they are stated of one table by one
  party, and go into one profile at one moment. Reasons must hold nothing personal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, Literal, Self, get_args

import msgspec

from wusong.data.durable import open_file
from wusong.data.intake import indicators, personal
from wusong.data.intake.indicators import Judgement
from wusong.errors import DataError

__all__ = ["FILE", "VERDICTS", "Book", "Decision", "Verdict", "decided", "marked", "undecided"]

FILE: Final = "decisions.db"
Verdict = Literal["harmless", "removed", "masked", "restricted"]
VERDICTS: Final = get_args(Verdict)
_MAX_REASON: Final = 400
_JUDGED: Final = ("indicator", "value_bp", "reason", "by", "basis", "file", "time")
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS decisions (
  content TEXT NOT NULL, party TEXT NOT NULL, name TEXT NOT NULL, verdict TEXT NOT NULL,
  reason TEXT NOT NULL, time INTEGER NOT NULL, PRIMARY KEY (content, party, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS judgements (
  content TEXT NOT NULL, party TEXT NOT NULL, indicator TEXT NOT NULL, value_bp INTEGER, reason TEXT NOT NULL,
  office TEXT NOT NULL, basis TEXT NOT NULL, file TEXT NOT NULL, time INTEGER NOT NULL,
  PRIMARY KEY (content, party, indicator)
) WITHOUT ROWID;
"""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided about a column, why, and when (ms)."""

    column: str
    verdict: Verdict
    reason: str
    time: int


class Book:
    """The decisions and judgements kept in ``folder``. Use as a context manager."""

    def __init__(self, folder: Path) -> None:
        self._db: Final = open_file(folder / FILE, _TABLE)

    def decide(self, content: str, party: str, profile: dict[str, Any], decision: Decision) -> None:
        """Keep a decision about the table with commitment ``content``; an earlier one is replaced.

        Raises DataError ``decision-column``, ``decision-verdict``, ``decision-reason``.
        """
        if decision.column not in marked(profile):
            raise DataError("decision-column", column=decision.column)
        reason = decision.reason.strip()
        if decision.verdict not in VERDICTS:
            raise DataError("decision-verdict", column=decision.column)
        if not reason or len(reason) > _MAX_REASON or personal.contains(reason):
            raise DataError("decision-reason", column=decision.column)
        row = (content, party, decision.column, decision.verdict, reason, decision.time)
        self._db.execute("INSERT OR REPLACE INTO decisions VALUES (?, ?, ?, ?, ?, ?)", row)

    def of(self, content: str, party: str) -> tuple[Decision, ...]:
        """What a party decided about a table, by column."""
        query = (
            "SELECT name, verdict, reason, time FROM decisions WHERE content = ? AND party = ? ORDER BY name"
        )
        return tuple(
            Decision(column=name, verdict=verdict, reason=reason, time=time)
            for name, verdict, reason, time in self._db.execute(query, (content, party))
        )

    def settled(self, party: str) -> dict[str, int]:
        """Of each table of a party, how many columns a decision keeps from standing in the way."""
        query = (
            "SELECT content, count(*) FROM decisions WHERE party = ? AND verdict != 'restricted' "
            "GROUP BY content"
        )
        return {str(content): int(number) for content, number in self._db.execute(query, (party,))}

    def judge(self, content: str, party: str, judgement: Judgement) -> None:
        """Keep a judgement of the table with commitment ``content``; an earlier one is replaced.

        Raises DataError ``judgement-...``.
        """
        indicators.accept(judgement)
        row = (content, party, *(getattr(judgement, name) for name in _JUDGED))
        self._db.execute("INSERT OR REPLACE INTO judgements VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    def judged(self, content: str, party: str) -> dict[str, Judgement]:
        """What a party judged of a table, by indicator."""
        query = (
            "SELECT indicator, value_bp, reason, office, basis, file, time FROM judgements "
            "WHERE content = ? AND party = ? ORDER BY indicator"
        )
        rows = self._db.execute(query, (content, party))
        return {row[0]: Judgement(**dict(zip(_JUDGED, row, strict=True))) for row in rows}

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def decided(profile: dict[str, Any], decisions: Iterable[Decision]) -> dict[str, Any]:
    """The profile with its decisions in it, as it is kept and committed to."""
    known = {one.column: msgspec.to_builtins(one) for one in decisions}
    columns = [
        column | ({"decision": known[column["name"]]} if column["name"] in known else {})
        for column in profile["columns"]
    ]
    return profile | {"columns": columns}


def undecided(profile: dict[str, Any]) -> int:
    """How many marked columns nobody has decided about; restricted ones keep the resource from being opened
    and count as well.
    """
    verdicts = [
        column.get("decision", {}).get("verdict") for column in profile["columns"] if _is_marked(column)
    ]
    return sum(verdict is None or verdict == "restricted" for verdict in verdicts)


def marked(profile: Mapping[str, Any]) -> set[str]:
    """The columns of a profile about which a person has to decide, by name."""
    return {column["name"] for column in profile["columns"] if _is_marked(column)}


def _is_marked(column: dict[str, Any]) -> bool:
    return bool(column.get("personal") or column.get("important"))
