"""Assets as a node shows them when a time limit has passed and nobody has acted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.pages_later import OFFER
from wusong.ledger.intent import Intent
from wusong.node import library
from wusong.node.access import NODE, Access
from wusong.node.founding import Founding, found
from wusong.node.node import Node
from wusong.node.nodedb import open_db

DAY = 86_400_000


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    folder: Path = tmp_path_factory.mktemp("current") / "node"
    found(folder, Founding(trial=True))
    made = Node.open(folder)
    library.install(made, OFFER)
    yield made
    made.close()


def test_what_time_has_done_is_shown_and_listed_though_nobody_has_written_it(node: Node) -> None:
    db = open_db(node.folder)
    access, founder = Access(node, db), node.founder
    due = [node.ledger.now() + days * DAY for days in (1, 30, 1)]
    offers = [
        node.act([Intent("offer@1", "make", {"last": last, "taker": founder}, {"maker": founder})]).asset
        for last in due
    ]

    def listed(state: str, limit: int = 200) -> list[str]:
        return [row["asset"] for row in access.assets(NODE, name="offer@1", state=state, limit=limit)]

    assert (listed("open"), listed("lapsed")) == (offers[::-1], [])
    node.ledger.set_forward(2 * DAY)
    assert (listed("open"), listed("lapsed")) == ([offers[1]], [offers[2], offers[0]])
    assert listed("open", 1) == [offers[1]], "what is newer and stands so no more does not fill the list"
    assert listed("lapsed", 1) == [offers[2]]
    assert [access.asset(NODE, one)["state"] for one in offers] == ["lapsed", "open", "lapsed"]
    assert len(access.history(NODE, offers[0])) == 1
    node.act([Intent("offer@1", "lapse", {}, {"anyone": founder}, offers[0])])
    assert listed("lapsed") == [offers[0], offers[2]]
    db.dispose()
