"""``wusong todo``: what the parties whose keys are here have to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from wusong.cli.opening import opened
from wusong.cli.terminal import Said, say, table
from wusong.cli.words import Home, both

if TYPE_CHECKING:
    from wusong.node.node import Node
    from wusong.web.todo import Item

As = Annotated[
    str,
    typer.Option(
        "--as", metavar="PARTY", help=both("Only of this party: DID or name.", "仅列出该单位：DID 或名称。")
    ),
]


def todo(*, as_: As = "", home_: Home = None) -> Said:
    """List what is to be done, by party and due time."""
    from wusong.cli.naming import names_of, party_of

    with opened(home_, "todo", beside=True) as node:
        parties = [party_of(node, as_)] if as_ else node.keys.parties()
        found = [(party, one) for party in parties for one in _items(node, party)]
        names = names_of(node)
        now = node.ledger.now()
    data = [{"party": party, **msgspec.to_builtins(one)} for party, one in found]
    heads = (("party", "单位"), ("to do", "待办"), ("about", "事项"), ("until", "期限"), ("id", "编号"))
    shown = [
        (
            names.get(party, party),
            say(one.what["en"], one.what["zh"]),
            one.about,
            _until(one, now),
            one.asset,
        )
        for party, one in found
    ]
    return Said(
        {"todo": data},
        table(shown, [say(*pair) for pair in heads]) if shown else [say("Nothing to do.", "暂无待办事项。")],
    )


def _items(node: Node, party: str) -> list[Item]:
    from wusong.cli.reading import of_party
    from wusong.node.entries import Entries
    from wusong.node.nodedb import open_db
    from wusong.web.todo import LIMIT, entered_for, items

    db = open_db(node.folder)
    try:
        waiting = Entries(db, four_eyes=node.settings.four_eyes).of(party, waiting=True)
    finally:
        db.dispose()
    return items(node, party, of_party(node, party, LIMIT), entered_for(waiting))


def _until(one: Item, now: int) -> str:
    from wusong.cli.values import until

    if one.due is None:
        return ""
    if one.due < now:
        return until(one.due) + say(" overdue", " 已逾期")
    left = "" if one.left is None else say(f" {one.left} working days left", f" 剩余 {one.left} 个工作日")
    return until(one.due) + left
