"""What a party has to do: one list of what domains remind of and of records that wait for its next step.

A contract does not say whose turn it is; its lifecycle does:

* The party stands in the role that signs an act which moves the record on.
* The record is in passage: a state in which acts go on without leaving it (a use that is called and metered,
  an authorisation whose ceiling is adjusted) is where records rest, and waits for nobody.
* Whoever made the record is waited for only where its act leads back into the same procedure (a correction);
  giving up or taking back is its right, and nobody waits for it.
* What the party has already entered for a signatory waits among the entries, not here.

Where a domain says what is to be done about a record, its word stands in place of the lifecycle's. A time
limit that runs on a record in passage is told with it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from wusong.contract.model import Action, Page
from wusong.node import library
from wusong.node.domains import Reminding, domains
from wusong.tasks import Task, in_order
from wusong.web.offering import own_forms, role_for, said
from wusong.web.words import called, short

if TYPE_CHECKING:
    from wusong.node.node import Node

LIMIT: Final = 200
"""So many of the party's records, newest change first, are asked for their next step."""
Record = dict[str, Any]


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A task as the faces show it: what, about which record under which contract, where; and, where the
    lifecycle told, the record's state and the acts that the party could take.
    """

    what: dict[str, str]
    about: str
    path: str
    asset: str
    due: int | None
    left: int | None
    last: bool
    contract: str = ""
    state: str = ""
    acts: tuple[dict[str, Any], ...] = ()


def items(node: Node, party: str, records: Sequence[Record], entered: Collection[str] = ()) -> list[Item]:
    """What a party has to do, in order. ``records``: those in which it stands in a role; ``entered``: those
    about which a colleague has entered something that waits for a signatory.
    """
    told = [one for one in reminders(node, party, records) if one.asset not in entered]
    known = {one.asset for one in told if not one.last}
    open_ = [one for one in records if one["asset"] not in known and one["asset"] not in entered]
    waiting = {one["asset"]: (one, acts) for one in open_ if (acts := _waits(node, one, party))}
    tasks = [*told, *(_task(node, record, acts) for record, acts in waiting.values())]
    return [_item(node, one, *waiting.get(one.asset, ({}, []))) for one in in_order(tasks)]


def reminders(node: Node, party: str, records: Sequence[Record]) -> list[Task]:
    """What the domains tell."""
    told = (domain.todo(node, party, records) for domain in domains() if isinstance(domain, Reminding))
    return [task for tasks in told for task in tasks]


def entered_for(entries: Sequence[dict[str, Any]]) -> set[str]:
    """The records about which something was entered."""
    return {
        str(one["args"]["asset"])
        for one in entries
        if isinstance(one["args"], dict) and "asset" in one["args"]
    }


def _waits(node: Node, record: Record, party: str) -> list[dict[str, Any]]:
    """The acts of which one is the party's next step: ``path``, ``title``."""
    if record["contract"].startswith("system/"):
        return []
    page = library.find(node, record["contract"]).compiled.page
    return [_shown(page, action, record) for action in due(page, record, party)]


def _task(node: Node, record: Record, acts: Sequence[dict[str, Any]]) -> Task:
    titles = [act["title"] for act in acts]
    what = {lang: joint.join(one[lang] for one in titles) for lang, joint in (("en", ", "), ("zh", "、"))}
    name = called(record) or short(record)
    path = f"/assets/{record['asset']}"
    return Task(what=what, about=name, path=path, asset=record["asset"], due=_limit(node, record))


def _limit(node: Node, record: Record) -> int | None:
    """The time limit of the state that ends first; none of a record that has since changed."""
    leaf = node.ledger.view().leaf(bytes.fromhex(record["asset"]))
    if leaf is None or leaf.rev != record["rev"]:
        return None
    compiled = node.ledger.rules.compiled(node.ledger.view(), leaf.contract)
    own = {limit.name for limit in compiled.page.deadlines if record["state"] in limit.in_}
    now = compiled.effective(leaf, node.ledger.now())
    return min((at for key, at in now.deadlines.items() if key.partition(">")[0] in own), default=None)


def _item(node: Node, task: Task, record: Record, acts: Sequence[dict[str, Any]]) -> Item:
    given = {name: getattr(task, name) for name in Task.__slots__}
    if task.last or not record:
        leaf = node.ledger.view().leaf(bytes.fromhex(task.asset))
        return Item(**given, contract="" if leaf is None else leaf.contract)
    return Item(**given, contract=record["contract"], state=record["state"], acts=tuple(acts))


def due(page: Page, record: dict[str, Any], party: str) -> list[Action]:
    """The actions of which one is the party's next step with a record; empty where nothing waits for it."""
    state, roles = record["state"], record["roles"]
    able = [
        (action, role_for(page, action, record, party)) for action in page.actions if state in action.from_
    ]
    mine = [(action, role) for action, role in able if role and roles.get(role) == party]
    makers = {signer.role for action in page.actions if not action.from_ for signer in action.by}
    if _rests(page, state) or not any(_moves_on(page, action, role, state, makers) for action, role in mine):
        return []
    return [action for action, _role in mine]


def _rests(page: Page, state: str) -> bool:
    return any(state in action.from_ and action.to in (None, state) for action in page.actions)


def _moves_on(page: Page, action: Action, role: str, state: str, makers: set[str]) -> bool:
    if action.to is None:
        return False
    return role not in makers or state in _reached(page, action.to)


def _reached(page: Page, start: str) -> set[str]:
    """The states that can follow ``start``, itself included."""
    known, ahead = {start}, [start]
    while ahead:
        state = ahead.pop()
        for action in page.actions:
            if state in action.from_ and action.to is not None and action.to not in known:
                known.add(action.to)
                ahead.append(action.to)
    return known


def _shown(page: Page, action: Action, record: dict[str, Any]) -> dict[str, Any]:
    way = "propose" if action.requires else "act"
    path = own_forms().get((page.name, action.name), "/assets/{asset}/" + f"{way}/{action.name}")
    return {"path": path.format(asset=record["asset"]), "title": said(action.title, action.name)}
