"""Who reads what: one table of readers against a record's acts, on a real node."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from wusong.data import service
from wusong.errors import AccessError
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
    readers: dict[str, Reader]
    private: str
    published: str


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    folder: Path = tmp_path_factory.mktemp("access") / "node"
    found(folder, Founding(trial=True))
    node = Node.open(folder)
    trial_days.publish(node)
    names = ("department", "registry", "merchant", "supervisor", "former")
    parties = {name: node.new_party(name) for name in names}
    node.accredit(parties["registry"], "data-registry")
    node.accredit(parties["supervisor"], "supervisor")
    application = service.Application("表", "依法", TABLE)
    private = service.register(node, parties["department"], parties["registry"], application).asset
    application = service.Application("公示表", "依法", TABLE)
    published = service.register(node, parties["department"], parties["registry"], application).asset
    service.accept(node, parties["registry"], published)
    service.examine(node, parties["registry"], published, "可")
    service.publish(node, parties["registry"], published)
    db = open_db(folder)
    readers = {name: Reader(did) for name, did in parties.items()} | {"node": NODE, "public": PUBLIC}
    yield Case(node, Access(node, db), readers, private, published)
    node.close()
    db.dispose()


SEES = [
    # reader, sees the private record, sees the published one, acts of the published one with their content
    ("department", True, True, 4),
    ("registry", True, True, 4),
    ("supervisor", False, True, 1),
    ("node", True, True, 4),
    ("merchant", False, True, 1),
    ("public", False, True, 1),
]


def readable(case: Case, reader: str, asset: str) -> bool:
    try:
        case.access.asset(case.readers[reader], asset)
    except AccessError:
        return False
    return True


@pytest.mark.parametrize(("reader", "private", "published", "contents"), SEES)
def test_who_reads_what(case: Case, reader: str, *, private: bool, published: bool, contents: int) -> None:
    assert readable(case, reader, case.private) is private
    assert readable(case, reader, case.published) is published
    history = case.access.history(case.readers[reader], case.published)
    assert sum(row["content"] is not None for row in history) == contents
    listed = {one["asset"] for one in case.access.assets(case.readers[reader], name="data-resource")}
    assert (case.private in listed, case.published in listed) == (private, published)


@pytest.mark.parametrize(("reader", "private"), [row[:2] for row in SEES])
def test_deeds_and_bundles_follow_the_same_rule(case: Case, reader: str, *, private: bool) -> None:
    deed = case.access.history(NODE, case.private)[0]["deed"]
    if private:
        assert len(case.access.bundle(case.readers[reader], deed)["acts"]) == 1
    else:
        for ask in (case.access.deed, case.access.bundle):
            with pytest.raises(AccessError, match=r"^not-found"):
                ask(case.readers[reader], deed)


def test_nobody_in_particular_is_no_party(case: Case) -> None:
    assert not case.access.sees_all(PUBLIC)
    assert case.access.recent(PUBLIC) == [
        row for row in case.access.recent(PUBLIC) if row["name"] != "system/mandate"
    ]


def test_readings_are_written_down_newest_first(case: Case) -> None:
    case.access.log(Reader("did:x", "p1", "portal"), "read-asset", "a")
    case.access.log(Reader("did:x", "p1", "api"), "export-bundle", "b")
    newest = case.access.readings(limit=2)
    assert [(one["what"], one["way"], one["person"]) for one in newest] == [
        ("export-bundle", "api", "p1"),
        ("read-asset", "portal", "p1"),
    ]
