"""Deeds that several sign: they wait, show who has signed, bind nobody, and die."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from node.care_kit import opened
from node.pending_kit import RECEIPT, Place, Trade, code_of, inbox, register
from wusong.crypto import canonical
from wusong.crypto.keys import PrivateKey
from wusong.errors import DeedError
from wusong.ledger.drafting import signature
from wusong.ledger.encoding import b64, unb64
from wusong.ledger.intent import Intent
from wusong.ledger.restore import mark_restored
from wusong.node.pending import MAX_OPEN, desk, refusal_of
from wusong.node.pending_form import decode, judge
from wusong.node.pending_travel import address_of, deliver


def state(place: Place) -> str:
    leaf = place.node.ledger.view().leaf(bytes.fromhex(place.trade.receipt))
    assert leaf is not None
    return leaf.state


# -- at one node --------


def test_it_binds_nobody_until_the_last_has_signed(place: Place) -> None:
    trade, pendings = place.trade, place.pendings
    height = place.node.ledger.app.head.height
    deed = pendings.propose(trade.deliver(), trade.holder)
    found = pendings.sign(deed, trade.holder)
    assert (found.state, found.missing, found.proposer) == ("waiting", [trade.keeper], trade.holder)
    assert [one.deed for one in pendings.of(trade.keeper, open_=True)] == [deed]
    assert (state(place), place.node.ledger.app.head.height) == ("issued", height)
    done = pendings.sign(deed, trade.keeper)
    assert (done.state, done.result["deed"], state(place)) == ("done", deed, "delivered")
    assert pendings.of(trade.keeper, open_=True) == []


def test_it_shows_every_act_and_who_has_signed(place: Place) -> None:
    deed = place.pendings.propose(place.trade.split(400, 600), place.trade.keeper)
    shown = place.pendings.get(deed, place.trade.holder).to_json()
    (act,) = shown["acts"]
    assert (act["action"], act["args"], act["rev"]) == ("split", {"parts": [400, 600]}, 1)
    assert shown["signers"] == [
        {"party": place.trade.keeper, "signed": None},
        {"party": place.trade.holder, "signed": None},
    ]


def test_only_its_signers_read_it(place: Place) -> None:
    deed = place.pendings.propose(place.trade.deliver(), place.trade.holder)
    assert code_of(lambda: place.pendings.get(deed, place.trade.bank)) == "no-such-pending"
    assert code_of(lambda: place.pendings.sign(deed, place.trade.bank)) == "no-such-pending"
    assert place.pendings.of(place.trade.bank) == []


def test_a_refused_deed_shows_its_clause(place: Place) -> None:
    trade, pendings = place.trade, place.pendings
    deed = pendings.propose(trade.pledge(), trade.holder)
    for party in (trade.holder, trade.keeper, trade.bank):
        pendings.sign(deed, party)
    assert pendings.get(deed, trade.bank).state == "done"
    again = pendings.propose(trade.pledge(), trade.holder)
    pendings.sign(again, trade.holder)
    pendings.sign(again, trade.keeper)
    with pytest.raises(DeedError) as caught:
        pendings.sign(again, trade.bank)
    assert (caught.value.code, caught.value.data["clause"]) == ("guard-failed", "already-pledged")
    kept = pendings.get(again, trade.bank)
    told = refusal_of(kept)
    assert told is not None
    assert (kept.state, told.data["clause"]) == ("refused", "already-pledged")
    assert "出质" in str(told.explain("zh"))


def test_it_dies_when_it_expires(place: Place) -> None:
    deed = place.pendings.propose(place.trade.deliver(), place.trade.holder, lifetime=60_000)
    place.pendings.sign(deed, place.trade.holder)
    place.node.ledger.set_forward(61_000)
    assert place.pendings.get(deed, place.trade.keeper).state == "expired"
    assert place.pendings.of(place.trade.keeper, open_=True) == []
    assert code_of(lambda: place.pendings.sign(deed, place.trade.keeper)) == "pending-closed"
    place.pendings.tend()
    assert (place.pendings.get(deed, place.trade.keeper).state, state(place)) == ("expired", "issued")


def test_it_is_forgotten_long_after(place: Place) -> None:
    deed = place.pendings.propose(place.trade.deliver(), place.trade.holder)
    place.node.ledger.set_forward(100 * 86_400_000)
    place.pendings.tend()
    assert code_of(lambda: place.pendings.get(deed, place.trade.keeper)) == "no-such-pending"


def test_withdrawn_by_its_proposer_only(place: Place) -> None:
    deed = place.pendings.propose(place.trade.deliver(), place.trade.holder)
    assert code_of(lambda: place.pendings.withdraw(deed, place.trade.keeper)) == "pending-not-proposer"
    place.pendings.withdraw(deed, place.trade.holder)
    assert code_of(lambda: place.pendings.sign(deed, place.trade.keeper)) == "pending-closed"
    assert code_of(lambda: place.pendings.withdraw(deed, place.trade.holder)) == "pending-closed"


def test_declined_by_one_is_closed_for_all(place: Place) -> None:
    deed = place.pendings.propose(place.trade.deliver(), place.trade.holder)
    place.pendings.sign(deed, place.trade.holder)
    assert code_of(lambda: place.pendings.decline(deed, place.trade.holder)) == "pending-signed"
    place.pendings.decline(deed, place.trade.keeper)
    assert place.pendings.get(deed, place.trade.holder).result == {"party": place.trade.keeper}
    assert code_of(lambda: place.pendings.sign(deed, place.trade.keeper)) == "pending-closed"


def test_nobody_signs_twice(place: Place) -> None:
    deed = place.pendings.propose(place.trade.deliver(), place.trade.holder)
    place.pendings.sign(deed, place.trade.holder)
    assert code_of(lambda: place.pendings.sign(deed, place.trade.holder)) == "pending-signed"


def test_a_deed_of_one_signer_has_nothing_to_wait_for(place: Place) -> None:
    args = {"root": "ab" * 32, "root_count": 1}
    intent = Intent("evidence@1", "attest", args, {"submitter": place.trade.bank})
    assert code_of(lambda: place.pendings.propose([intent], place.trade.bank)) == "pending-signers"
    assert code_of(lambda: place.pendings.propose([intent], place.trade.holder)) == "pending-stranger"


def test_an_open_deed_is_limited_in_number_and_in_time(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_OPEN == 200
    monkeypatch.setattr("wusong.node.pending.MAX_OPEN", 1)
    place.pendings.propose(place.trade.deliver(), place.trade.holder)
    assert (
        code_of(lambda: place.pendings.propose(place.trade.deliver(), place.trade.holder)) == "pending-full"
    )
    year = 365 * 86_400_000
    assert (
        code_of(lambda: place.pendings.propose(place.trade.deliver(), place.trade.keeper, year))
        == "expires-too-late"
    )


# -- what comes from elsewhere --------


def proposed(place: Place) -> dict[str, Any]:
    """A form as the holder's node sends it, opened for tampering."""
    draft = place.node.draft(place.trade.deliver(), [place.trade.holder, place.trade.keeper])
    payload = draft.payload(place.node.ledger.now(), 86_400_000)
    given = signature(payload, place.node.keys.deed_key(place.trade.holder))
    return {
        "acts": [canonical.decode(act) for act in draft.acts],
        "format": "wusong-pending/1",
        "payload": b64(payload),
        "signatures": [{"party": place.trade.holder, **given}],
    }


def resigned(form: dict[str, Any], key: PrivateKey, **members: Any) -> None:  # noqa: ANN401
    """Change the payload, and sign it anew."""
    payload = canonical.encode({**msgspec.json.decode(unb64(form["payload"])), **members})
    form["payload"] = b64(payload)
    form["signatures"][0] |= signature(payload, key)


def test_what_another_node_sends_is_taken_in(place: Place) -> None:
    body = canonical.encode(proposed(place))
    deed = place.pendings.receive(body)
    assert place.pendings.receive(body) == deed
    found = place.pendings.get(deed, place.trade.keeper)
    assert (found.state, found.missing) == ("waiting", [place.trade.keeper])
    assert decode(found.form.encode()) == found.form
    assert found.form.encode() == body


def _altered(form: dict[str, Any], _: Place) -> None:
    form["acts"][0]["action"] = "merge"


def _other_ledger(form: dict[str, Any], place: Place) -> None:
    resigned(form, place.node.keys.deed_key(place.trade.holder), ledger="00" * 32)


def _expired(form: dict[str, Any], place: Place) -> None:
    resigned(form, place.node.keys.deed_key(place.trade.holder), expires=place.node.ledger.now())


def _one_more(form: dict[str, Any], place: Place) -> None:
    named = [{"party": one} for one in (place.trade.holder, place.trade.keeper, place.trade.bank)]
    resigned(form, place.node.keys.deed_key(place.trade.holder), signers=named)


def _one_less(form: dict[str, Any], place: Place) -> None:
    resigned(form, place.node.keys.deed_key(place.trade.holder), signers=[{"party": place.trade.holder}])


def _stranger(form: dict[str, Any], place: Place) -> None:
    key = place.node.keys.deed_key(place.trade.bank)
    form["signatures"].append({"party": place.trade.bank, **signature(unb64(form["payload"]), key)})


def _another_key(form: dict[str, Any], place: Place) -> None:
    key = place.node.keys.deed_key(place.trade.keeper)
    form["signatures"][0] |= signature(unb64(form["payload"]), key)


def _bent(form: dict[str, Any], _: Place) -> None:
    form["signatures"][0]["signature"] = b64(bytes(64))


def _unsigned(form: dict[str, Any], _: Place) -> None:
    form["signatures"] = []


def _second_only(form: dict[str, Any], place: Place) -> None:
    key = place.node.keys.deed_key(place.trade.keeper)
    form["signatures"] = [{"party": place.trade.keeper, **signature(unb64(form["payload"]), key)}]


def _twice(form: dict[str, Any], _: Place) -> None:
    form["signatures"] *= 2


def _format(form: dict[str, Any], _: Place) -> None:
    form["format"] = "wusong-pending/2"


def _more(form: dict[str, Any], _: Place) -> None:
    form["note"] = "x"


def _large(form: dict[str, Any], _: Place) -> None:
    form["acts"][0]["args"] = {"x": "y" * 100_000}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param(_altered, "act-mismatch", id="an altered act"),
        pytest.param(_other_ledger, "wrong-ledger", id="another ledger's"),
        pytest.param(_expired, "expired", id="expired"),
        pytest.param(_one_more, "pending-signers", id="a signer whom no act names"),
        pytest.param(_one_less, "pending-signers", id="a signer is left out"),
        pytest.param(_stranger, "pending-stranger", id="a signature of a party not named"),
        pytest.param(_another_key, "unknown-key", id="another party's key"),
        pytest.param(_bent, "signature-invalid", id="a signature that does not hold"),
        pytest.param(_unsigned, "pending-unsigned", id="signed by nobody"),
        pytest.param(_second_only, "pending-unsigned", id="not signed by its proposer"),
        pytest.param(_twice, "pending-stranger", id="one party signs twice"),
        pytest.param(_format, "bad-deed", id="another format"),
        pytest.param(_more, "bad-deed", id="a member too many"),
        pytest.param(_large, "too-large", id="too large"),
    ],
)
def test_what_is_not_right_is_refused(
    place: Place, change: Callable[[dict[str, Any], Place], None], code: str
) -> None:
    form = proposed(place)
    change(form, place)
    assert code_of(lambda: place.pendings.receive(canonical.encode(form))) == code
    assert place.pendings.of(place.trade.holder) == []


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff", b'{"acts": []}', b"[" * 5000])
def test_what_is_no_form_is_refused(place: Place, data: bytes) -> None:
    assert code_of(lambda: place.pendings.receive(data)) in {"not-canonical", "bad-deed"}


def test_a_node_without_a_signers_key_keeps_nothing(place: Place) -> None:
    body = canonical.encode(proposed(place))
    for party in (place.trade.holder, place.trade.keeper):
        place.node.keys.drop(party)
    assert code_of(lambda: place.pendings.receive(body)) == "pending-not-ours"


def test_no_replay_once_it_was_handed_in(place: Place) -> None:
    deed = place.pendings.propose(place.trade.deliver(), place.trade.holder)
    place.pendings.sign(deed, place.trade.holder)
    body = place.pendings.sign(deed, place.trade.keeper).form.encode()
    assert code_of(lambda: place.pendings.receive(body)) == "spent"
    assert place.pendings.get(deed, place.trade.holder).state == "done"


def test_a_key_revoked_meanwhile_signs_nothing(place: Place) -> None:
    from wusong.node.rotation import rotate

    deed = place.pendings.propose(place.trade.deliver(), place.trade.holder)
    place.pendings.sign(deed, place.trade.holder)
    rotate(place.node, place.trade.holder)
    assert code_of(lambda: place.pendings.sign(deed, place.trade.keeper)) == "key-revoked"
    assert state(place) == "issued"


# -- between two nodes --------


def test_it_travels_to_the_signers_node_and_its_signature_comes_back(
    traded: tuple[Path, Trade], tmp_path: Path
) -> None:
    """The second node has a copy of the ledger and the keeper's key; it checks and signs, and its copy
    takes no deeds.
    """
    trade = traded[1]
    with inbox() as ours, inbox() as theirs:
        shutil.copytree(traded[0], tmp_path / "ours")
        with opened(tmp_path / "ours") as node:
            register(node, trade.holder, ours.url)
            register(node, trade.keeper, theirs.url)
        shutil.copytree(tmp_path / "ours", tmp_path / "theirs")
        with opened(tmp_path / "theirs") as node:
            mark_restored(node.ledger.store)
        with (
            opened(tmp_path / "ours") as here,
            opened(tmp_path / "theirs") as there,
            desk(here) as mine,
            desk(there) as other,
        ):
            assert there.ledger.read_only
            here.keys.drop(trade.keeper)
            for party in here.keys.parties():
                if party != trade.keeper:
                    there.keys.drop(party)
            ours.pendings = mine
            deed = mine.propose(trade.deliver(), trade.holder)
            assert deliver(here, mine, 0) == 0  # nothing is sent that nobody here has signed
            assert theirs.answers == []
            mine.sign(deed, trade.holder)

            assert deliver(here, mine, 0) == 0  # their node is down
            assert theirs.answers == [503]
            theirs.pendings = other
            assert deliver(here, mine, 1_000) == 0  # not yet again
            assert deliver(here, mine, 5_000) == 1
            assert deliver(here, mine, 10_000) == 0  # it has arrived

            before = there.ledger.app.head.height
            assert deliver(there, other, 0) == 0  # they have signed nothing, so they send nothing
            (waiting,) = other.of(trade.keeper, open_=True)
            assert waiting.acts == mine.get(deed, trade.holder).acts
            assert other.sign(deed, trade.keeper).state == "signed"
            assert there.ledger.app.head.height == before
            assert deliver(there, other, 0) == 1
            assert mine.get(deed, trade.holder).state == "done"
            assert deliver(there, other, 10_000_000) == 0


def test_only_the_address_on_the_ledger_and_only_a_proper_one(place: Place) -> None:
    party = place.trade.keeper
    assert address_of(place.node, party) == ""
    bad = ["ftp://a.example", "file:///etc/passwd", "https://u:p@a.example", "https://a.example/?x=1", "x"]
    for url in bad:
        register(place.node, party, url)
        assert address_of(place.node, party) == "", url
    register(place.node, party, "https://a.example/wusong/")
    assert address_of(place.node, party) == "https://a.example/wusong/api/v1/pending"
    assert address_of(place.node, "did:web:nobody.example") == ""


def test_a_form_is_judged_alike_whoever_holds_the_keys(place: Place) -> None:
    form = decode(canonical.encode(proposed(place)))
    assert judge(place.node.ledger, form).submitter == place.trade.holder
    assert RECEIPT.startswith("warehouse")
