"""Declining and withdrawing, told from node to node by notices that only their authors can sign."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from node.care_kit import opened
from node.pending_kit import Inbox, Place, Trade, code_of, inbox, register
from wusong.crypto import canonical
from wusong.ledger.drafting import signature
from wusong.ledger.encoding import b64, unb64
from wusong.node import pending_end
from wusong.node.node import Node
from wusong.node.pending import Pendings, desk
from wusong.node.pending_travel import deliver


class Pair:
    """The holder's node and the keeper's, each with its own keys, and where each takes what is sent."""

    def __init__(self, here: Node, there: Node, boxes: tuple[Inbox, Inbox], trade: Trade) -> None:
        self.here, self.there, self.trade = here, there, trade
        self.ours, self.theirs = boxes


@pytest.fixture
def pair(traded: tuple[Path, Trade], tmp_path: Path) -> Iterator[Pair]:
    trade = traded[1]
    with inbox() as ours, inbox() as theirs:
        shutil.copytree(traded[0], tmp_path / "ours")
        with opened(tmp_path / "ours") as node:
            register(node, trade.holder, ours.url)
            register(node, trade.keeper, theirs.url)
        shutil.copytree(tmp_path / "ours", tmp_path / "theirs")
        with (
            opened(tmp_path / "ours") as here,
            opened(tmp_path / "theirs") as there,
            desk(here) as mine,
            desk(there) as other,
        ):
            here.keys.drop(trade.keeper)
            for party in here.keys.parties():
                there.keys.drop(party)
            ours.pendings, theirs.pendings = mine, other
            yield Pair(here, there, (ours, theirs), trade)


def sent_over(pair: Pair) -> tuple[Pendings, Pendings, str]:
    """A deed that both nodes hold, signed by the holder."""
    mine, other = pair.ours.pendings, pair.theirs.pendings
    assert mine is not None
    assert other is not None
    deed = mine.propose(pair.trade.deliver(), pair.trade.holder)
    mine.sign(deed, pair.trade.holder)
    assert deliver(pair.here, mine, 0) == 1
    return mine, other, deed


def test_the_proposer_s_node_learns_that_it_was_declined(pair: Pair) -> None:
    mine, other, deed = sent_over(pair)
    other.decline(deed, pair.trade.keeper)
    assert mine.get(deed, pair.trade.holder).state == "waiting"
    assert deliver(pair.there, other, 0) == 1
    told = mine.get(deed, pair.trade.holder)
    assert (told.state, told.result) == ("declined", {"party": pair.trade.keeper})
    assert deliver(pair.there, other, 10_000_000) == 0, "it is told once"
    assert deliver(pair.here, mine, 10_000_000) == 0, "who is told tells nobody"


def test_the_others_learn_that_it_was_withdrawn_and_late_when_they_were_away(pair: Pair) -> None:
    mine, other, deed = sent_over(pair)
    pair.theirs.pendings = None
    mine.withdraw(deed, pair.trade.holder)
    assert deliver(pair.here, mine, 1_000_000) == 0
    assert deliver(pair.here, mine, 1_001_000) == 0, "not yet again"
    pair.theirs.pendings = other
    assert other.get(deed, pair.trade.keeper).state == "waiting"
    assert deliver(pair.here, mine, 1_005_000) == 1
    assert other.get(deed, pair.trade.keeper).state == "withdrawn"
    assert code_of(lambda: other.sign(deed, pair.trade.keeper)) == "pending-closed"


def test_who_never_got_it_is_not_told(pair: Pair) -> None:
    mine = pair.ours.pendings
    assert mine is not None
    deed = mine.propose(pair.trade.deliver(), pair.trade.holder)
    mine.withdraw(deed, pair.trade.holder)
    assert deliver(pair.here, mine, 1_000_000) == 0
    assert pair.theirs.answers == []


def test_nobody_is_told_of_what_has_expired(pair: Pair) -> None:
    mine, other, deed = sent_over(pair)
    other.decline(deed, pair.trade.keeper)
    pair.there.ledger.set_forward(8 * 86_400_000)
    assert deliver(pair.there, other, 0) == 0
    assert mine.get(deed, pair.trade.holder).state == "waiting"


# -- notices that are not right --------


def ended(place: Place, deed: str, **given: Any) -> bytes:  # noqa: ANN401 - who says what, and with which key
    party = given.get("party", place.trade.keeper)
    key = place.node.keys.deed_key(given.get("key", party))
    ledger = given.get("ledger", place.node.ledger.rules.ledger_hex)
    return pending_end.write(ledger, given.get("about", deed), party, given.get("state", "declined"), key)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        pytest.param({"key": "holder"}, "unknown-key", id="another party's key"),
        pytest.param({"party": "bank"}, "no-such-pending", id="no signer of it"),
        pytest.param({"party": "holder"}, "pending-signed", id="has signed it"),
        pytest.param({"state": "withdrawn"}, "pending-not-proposer", id="did not propose it"),
        pytest.param({"ledger": "00" * 32}, "wrong-ledger", id="another ledger's"),
        pytest.param({"about": "00" * 32}, "no-such-pending", id="another deed"),
        pytest.param({"state": "done"}, "bad-deed", id="no end"),
    ],
)
def test_a_notice_that_is_not_right_closes_nothing(place: Place, given: dict[str, str], code: str) -> None:
    deed = place.pendings.propose(place.trade.deliver(), place.trade.holder)
    place.pendings.sign(deed, place.trade.holder)
    known = {key: getattr(place.trade, value, value) for key, value in given.items()}
    assert code_of(lambda: place.pendings.receive_end(ended(place, deed, **known))) == code
    assert place.pendings.get(deed, place.trade.keeper).state == "waiting"


@pytest.mark.parametrize("member", ["party", "protected", "signature", "deed", "state", "format", "ledger"])
def test_a_notice_with_one_member_changed_closes_nothing(place: Place, member: str) -> None:
    deed, other = (place.pendings.propose(place.trade.deliver(), place.trade.holder) for _ in range(2))
    told = msgspec.json.decode(ended(place, deed))
    changed = {"deed": other, "state": "withdrawn", "party": place.trade.holder}
    header = canonical.decode(unb64(told["protected"]))
    assert isinstance(header, dict)
    changed |= {"protected": b64(canonical.encode({**header, "typ": "wusong-deed"}))}
    told[member] = changed.get(member, "A" * 86 if member == "signature" else "x")
    code_of(lambda: place.pendings.receive_end(canonical.encode(told)))
    for one in (deed, other):
        assert place.pendings.get(one, place.trade.keeper).state == "waiting"


def test_a_signature_of_the_deed_is_no_notice(place: Place) -> None:
    deed = place.pendings.propose(place.trade.deliver(), place.trade.holder)
    found = place.pendings.get(deed, place.trade.keeper)
    told = msgspec.json.decode(ended(place, deed))
    told |= signature(found.payload, place.node.keys.deed_key(place.trade.keeper))
    assert code_of(lambda: place.pendings.receive_end(canonical.encode(told))) == "bad-header"


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff", b"[" * 4000, b"x" * 5000])
def test_what_is_no_notice_is_refused(place: Place, data: bytes) -> None:
    assert code_of(lambda: place.pendings.receive_end(data)) in {"not-canonical", "bad-deed", "too-large"}


def test_a_notice_counts_twice_as_once_and_never_after_the_end(place: Place) -> None:
    deed = place.pendings.propose(place.trade.deliver(), place.trade.holder)
    notice = ended(place, deed)
    assert place.pendings.receive_end(notice) == place.pendings.receive_end(notice) == deed
    late = ended(place, deed, party=place.trade.holder, state="withdrawn")
    assert code_of(lambda: place.pendings.receive_end(late)) == "pending-closed"
    assert place.pendings.get(deed, place.trade.holder).state == "declined"
