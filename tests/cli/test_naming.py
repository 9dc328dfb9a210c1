"""Parties are named by DID, name, or words of a name; what could be two is asked about, never guessed."""

from __future__ import annotations

import pytest

from wusong.cli.naming import party_of
from wusong.cli.terminal import UsageError
from wusong.node import demo
from wusong.node.founding import Founding, found
from wusong.node.node import Node
from wusong.node.nodedb import open_db
from wusong.node.people import People


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Node:
    """A node with the parties of the trial network."""
    home = tmp_path_factory.mktemp("named") / "node"
    found(home, Founding(trial=True), demo.SETTINGS)
    node = Node.open(home)
    demo.prepare(node, People(open_db(home)))
    return node


@pytest.mark.parametrize(
    "given",
    [
        "示例数源部门 Source department",
        "Source department",
        "source  Department",
        "Source",
        "示例数源部门",
    ],
)
def test_words_that_stand_in_one_name_only(node: Node, given: str) -> None:
    assert party_of(node, given) == party_of(node, "Source department")


@pytest.mark.parametrize("given", ["body", "department", "Source body", "depart", "示例"])
def test_words_that_name_none_or_several(node: Node, given: str) -> None:
    with pytest.raises(UsageError) as refusal:
        party_of(node, given)
    assert refusal.value.code == "ambiguous-party"


@pytest.mark.parametrize("given", ["", " "])
def test_no_name_at_all_is_a_missing_argument(node: Node, given: str) -> None:
    with pytest.raises(UsageError) as refusal:
        party_of(node, given)
    assert refusal.value.code == "missing-argument"


def test_a_slip_of_the_pen_is_told_what_is_near(node: Node) -> None:
    with pytest.raises(UsageError) as refusal:
        party_of(node, "Source departmen")
    assert "Source department" in str(refusal.value.data["near"])
