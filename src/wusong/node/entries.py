"""Entries (经办事项): what one person enters waits for another to sign (four eyes), unless the node says
otherwise.

* An entry names a use case and its arguments, nothing else; what it would do is done only when a signatory
  approves.
* Nobody approves their own entry. A reviewer may note an opinion; a signatory approves or returns.
* With the setting ``four_eyes`` off (a trial network), a signatory's own entry is carried out at once.
* An entry is decided once; what came of it (the deed, or the refusal) stays beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from wusong.crypto.random import random_bytes
from wusong.errors import AccessError, WusongError
from wusong.node import nodedb
from wusong.node.nodedb import entries
from wusong.node.people import People, Person

if TYPE_CHECKING:
    from wusong.node.people import Right

Carry = Callable[[str, str, dict[str, Any]], Any]
"""Carries out a use case: (name, party, arguments) gives a JSON value."""


@dataclass(frozen=True, slots=True)
class Entered:
    """What came of entering: ``result`` when it was carried out at once, else the entry that waits."""

    entry: str
    done: bool
    result: Any = None


class Entries:
    """The entries of one node."""

    def __init__(self, db: sa.Engine, *, four_eyes: bool) -> None:
        self._db: Final = db
        self._people: Final = People(db)
        self.four_eyes: Final = four_eyes

    def enter(self, person: Person, party: str, use_case: str, args: dict[str, Any], carry: Carry) -> Entered:
        """Enter a use case for ``party``. Raises AccessError ``not-allowed``, and whatever refuses it when
        done at once.
        """
        demand(person, "enter", party)
        if not self.four_eyes and person.may("sign", party):
            return Entered("", done=True, result=carry(use_case, party, args))
        entry = random_bytes(16).hex()
        values = {"entry": entry, "party": party, "author": person.id, "use_case": use_case, "args": args}
        with self._db.begin() as connection:
            connection.execute(entries.insert().values(**values, created=nodedb.now(), state="waiting"))
        return Entered(entry, done=False)

    def review(self, person: Person, entry: str, note: str) -> None:
        """Note an opinion. Raises AccessError ``not-allowed``, ``no-such-entry``, ``entry-decided``,
        ``own-entry``.
        """
        row = self._open(person, entry, "review")
        self._change(row["entry"], "waiting", {"reviewer": person.id, "note": note[:500]})

    def approve(self, person: Person, entry: str, carry: Carry) -> Any:  # noqa: ANN401 - whatever the use case gives
        """Sign: carry the entry out. A refusal is kept with the entry, and raised."""
        row = self._open(person, entry, "sign")
        self._change(entry, "waiting", {"state": "carrying", "decider": person.id, "decided": nodedb.now()})
        try:
            result = carry(row["use_case"], row["party"], row["args"])
        except WusongError as error:
            self._change(entry, "carrying", {"state": "refused", "result": {"code": error.code}})
            raise
        except BaseException:
            self._change(entry, "carrying", {"state": "failed"})
            raise
        self._change(entry, "carrying", {"state": "done", "result": result})
        return result

    def give_back(self, person: Person, entry: str, note: str) -> None:
        """Return an entry to its author with a reason."""
        self._open(person, entry, "sign")
        decided = {"state": "returned", "decider": person.id, "decided": nodedb.now(), "note": note[:500]}
        self._change(entry, "waiting", decided)

    def of(self, party: str, *, waiting: bool = False) -> list[dict[str, Any]]:
        """The entries of a party, newest first."""
        query = (
            sa.select(entries).where(entries.c.party == party).order_by(entries.c.created.desc()).limit(200)
        )
        if waiting:
            query = query.where(entries.c.state == "waiting")
        with self._db.connect() as connection:
            return [self._named(dict(row)) for row in connection.execute(query).mappings()]

    def get(self, person: Person, entry: str) -> dict[str, Any]:
        """One entry of a party that the person works for. Raises AccessError ``no-such-entry``."""
        with self._db.connect() as connection:
            row = connection.execute(sa.select(entries).where(entries.c.entry == entry)).mappings().first()
        if row is None or not person.may("read", row["party"]):
            raise AccessError("no-such-entry")
        return self._named(dict(row))

    def _open(self, person: Person, entry: str, right: Right) -> dict[str, Any]:
        row = self.get(person, entry)
        demand(person, right, row["party"])
        if row["state"] != "waiting":
            raise AccessError("entry-decided", state=row["state"])
        if row["author"] == person.id:
            raise AccessError("own-entry")
        return row

    def _change(self, entry: str, before: str, values: dict[str, Any]) -> None:
        where = (entries.c.entry == entry) & (entries.c.state == before)
        with self._db.begin() as connection:
            if connection.execute(entries.update().where(where).values(values)).rowcount != 1:
                raise AccessError("entry-decided", state="decided")

    def _named(self, row: dict[str, Any]) -> dict[str, Any]:
        names = {
            key: self._people.get(row[key]).name for key in ("author", "reviewer", "decider") if row[key]
        }
        return row | {"names": names}


def demand(person: Person, right: Right, party: str) -> None:
    """Raise AccessError ``not-allowed`` unless the person has ``right`` at ``party``."""
    if not person.may(right, party):
        raise AccessError("not-allowed", right=right)
