"""How an asset stands now: what time has done to it, which time limits run, who holds it frozen, and which of
its actions are open.

The read models show what acts have written; what has become due since is derived here, as the ledger derives
it when the next act comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wusong.contract import holds
from wusong.contract.deadlines import key_of
from wusong.contract.leaf import Leaf
from wusong.contract.model import Action, Page
from wusong.contract.show.prose import then
from wusong.contract.show.speaker import Speaker

if TYPE_CHECKING:
    from wusong.errors import Lang
    from wusong.web.faces import Faces


@dataclass(frozen=True, slots=True)
class Standing:
    """An asset at ``now`` (ms): its effective leaf, and whether that differs from what is written."""

    page: Page
    leaf: Leaf
    now: int
    lapsed: bool

    def limits(self, lang: Lang) -> list[dict[str, Any]]:
        """The time limits that run: ``title``, ``time`` (ms), ``passed``, and what ``then`` happens."""
        speaker = Speaker(self.page, lang)
        found = []
        for one in self.page.deadlines:
            time = self.leaf.deadlines.get(key_of(one.name, one.to))
            if time is not None:
                row = {"title": speaker.text(one.title), "time": time, "passed": time <= self.now}
                found.append(row | {"then": then(speaker, one)})
        return sorted(found, key=lambda row: row["time"])

    def hold(self) -> dict[str, Any] | None:
        """The freeze in force: ``authority``, ``document``, ``until`` (ms), and how many wait behind it."""
        found = holds.in_force(self.leaf.holds, self.now)
        if found is None:
            return None
        hold, since = found
        behind = len(self.leaf.holds) - list(self.leaf.holds).index(hold) - 1
        told = {"authority": str(hold.get("authority", "")), "document": str(hold.get("document", ""))}
        return {**told, "until": holds.until(hold, since), "waiting": behind}

    def is_open(self, action: Action) -> bool:
        """Whether state, time limits and freezes let an action be taken now; guards are the ledger's."""
        if self.leaf.state not in action.from_ or holds.frozen(self.leaf, self.now):
            return False
        until, after = self._time(action.until), self._time(action.after)
        if action.until is not None and (until is None or until <= self.now):
            return False
        return action.after is None or (after is not None and after <= self.now)

    def _time(self, name: str | None) -> int | None:
        to = next((one.to for one in self.page.deadlines if one.name == name), None)
        return None if name is None else self.leaf.deadlines.get(key_of(name, to))


def standing(faces: Faces, asset: str, contract: str) -> Standing | None:
    """How an asset stands now; None for the ledger's own kinds. The reader must be allowed to see it."""
    if contract.startswith("system/"):
        return None
    ledger = faces.node.ledger
    state = ledger.view()
    leaf = state.leaf(bytes.fromhex(asset))
    if leaf is None:
        return None
    compiled, now = ledger.rules.compiled(state, contract), ledger.now()
    effective = compiled.effective(leaf, now)
    return Standing(compiled.page, effective, now, effective is not leaf)


def now_standing(record: dict[str, Any], found: Standing | None) -> dict[str, Any]:
    """A record of the read models as it stands now."""
    if found is None or not found.lapsed:
        return record
    leaf = found.leaf
    return record | {
        "fields": leaf.fields,
        "quantity": leaf.quantity,
        "roles": leaf.roles,
        "state": leaf.state,
    }
