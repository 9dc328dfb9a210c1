"""Look-throughs on a real node: what they open, to whom, how far and how long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from wusong.data import service
from wusong.errors import AccessError
from wusong.ledger.intent import Intent
from wusong.node import trial_days
from wusong.node.access import NODE, PUBLIC, Access, Reader
from wusong.node.founding import Founding, found
from wusong.node.node import Node
from wusong.node.nodedb import open_db

DAY = 86_400_000
TABLE = "代码,名称\n1,甲\n2,乙\n".encode()


@dataclass
class Case:
    node: Node
    access: Access
    dids: dict[str, str]
    record: str
    other: str
    opened: list[str] = field(default_factory=list)

    def close(self, look: str) -> None:
        """End a look-through, if it stands open."""
        row = self.access.asset(NODE, look)
        if row["state"] == "open":
            roles = {"supervisor": row["roles"]["supervisor"]}
            self.node.act([Intent("system/look-through", "close", {"reason": "办结"}, roles, look)])

    def look(self, by: str, target: str, **more: Any) -> str:  # noqa: ANN401 - arguments of the act
        """A supervisor opens a look-through; its id."""
        args = {
            "basis": "数据安全法 44", "document": "沪数监〔2026〕3号", "purpose": "核查", "target": target,
            "until": self.node.ledger.now() + DAY, **more,
        }  # fmt: skip
        intent = Intent("system/look-through", "open", args, {"supervisor": self.dids[by]})
        self.opened += self.node.act([intent]).assets
        return self.opened[-1]

    def actions(self, by: str, asset: str) -> list[str]:
        """The actions of an asset whose content a supervisor reads."""
        try:
            rows = self.access.history(Reader(self.dids[by]), asset)
        except AccessError:
            return []
        return [row["action"] for row in rows if row["content"] is not None]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    folder: Path = tmp_path_factory.mktemp("looking") / "node"
    found(folder, Founding(trial=True))
    node = Node.open(folder)
    trial_days.publish(node)
    dids = {name: node.new_party(name) for name in ("department", "registry", "watch", "other watch")}
    node.accredit(dids["registry"], "data-registry")
    applications = [service.Application(name, "依法", TABLE) for name in ("表", "另一表")]
    record, other = (
        service.register(node, dids["department"], dids["registry"], one).asset for one in applications
    )
    service.accept(node, dids["registry"], record)
    db = open_db(folder)
    yield Case(node, Access(node, db), dids, record, other)
    node.close()
    db.dispose()


@pytest.fixture
def case(made: Case) -> Iterator[Case]:
    """The node, its supervisors accredited; what a test opened ends with it."""
    for name in ("watch", "other watch"):
        if not made.access.looking.supervises(made.dids[name]):
            made.node.accredit(made.dids[name], "supervisor")
    yield made
    for look in made.opened:
        made.close(look)
    made.opened.clear()


WHOLE = ["apply", "accept"]


def test_without_a_look_through_a_supervisor_sees_what_everybody_sees(case: Case) -> None:
    assert not case.access.sees_all(Reader(case.dids["watch"]))
    assert case.actions("watch", case.record) == []


def test_it_opens_its_target_to_its_own_supervisor_and_nothing_else_to_nobody_else(case: Case) -> None:
    case.look("watch", case.record)
    assert case.actions("watch", case.record) == [
        row["action"] for row in case.access.history(NODE, case.record)
    ]
    assert case.actions("watch", case.other) == []
    assert case.actions("other watch", case.record) == []


def test_at_a_party_it_opens_what_the_party_was_informed_of(case: Case) -> None:
    case.look("watch", case.dids["department"])
    assert len(case.actions("watch", case.record)) == 2
    assert len(case.actions("watch", case.other)) == 1


def test_the_scope_cuts_by_act_and_by_time(case: Case) -> None:
    first, second = case.access.history(NODE, case.record)
    case.look("watch", case.record, scope={"from": second["time"]})
    assert case.actions("watch", case.record) == [second["action"]]
    acts = [{"actions": [second["action"]], "contract": second["name"]}]
    case.look("other watch", case.record, scope={"acts": acts})
    assert case.actions("other watch", case.record) == [second["action"]]
    case.look("other watch", case.record, scope={"acts": [{"actions": ["*"], "contract": "nothing@1"}]})
    assert case.actions("other watch", case.record) == [second["action"]]
    assert first["action"] != second["action"]


def test_a_bundle_discloses_what_the_look_through_opens(case: Case) -> None:
    deed = case.access.history(NODE, case.other)[0]["deed"]
    with pytest.raises(AccessError, match="not-found"):
        case.access.bundle(Reader(case.dids["watch"]), deed)
    case.look("watch", case.other)
    assert len(case.access.bundle(Reader(case.dids["watch"]), deed)["acts"]) == 1
    newest = case.access.readings(limit=1)[0]
    assert (newest["what"], newest["party"]) == ("export-bundle", case.dids["watch"])


def test_it_ends_at_its_time(case: Case) -> None:
    case.look("watch", case.record)
    assert case.actions("watch", case.record)
    case.node.ledger.set_forward(2 * DAY)
    assert case.actions("watch", case.record) == []


def test_it_ends_when_it_is_closed(case: Case) -> None:
    case.close(case.look("watch", case.record))
    assert case.actions("watch", case.record) == []


def test_it_ends_with_the_accreditation(case: Case) -> None:
    case.look("watch", case.record)
    did, node = case.dids["watch"], case.node
    asset = node.ledger.rules.key("accreditation", f"{did} supervisor").hex()
    args = {"party": did, "name": "supervisor", "reason": "任期届满"}
    node.act([Intent("system/accreditation", "revoke", args, {"accreditor": node.founder}, asset)])
    assert case.actions("watch", case.record) == []


def test_everybody_counts_and_nobody_learns_the_target(case: Case) -> None:
    law = "数据安全法 35"
    case.look("watch", case.record, basis=law)
    case.look("other watch", case.other, basis=law, until=case.node.ledger.now() + 3 * DAY)
    case.node.ledger.set_forward(2 * DAY)
    (counted,) = [one for one in case.access.looking.counts() if one["basis"] == law]
    assert counted == {"all": 2, "basis": law, "open": 1}
    seen = case.access.recent(PUBLIC, 100)
    assert "system/look-through" not in {row["name"] for row in seen}
    assert not any(case.record in str(row["content"]) for row in seen)
