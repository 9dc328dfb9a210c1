"""Each operation and guard of TradeTrust's title escrow (token registry v5), and what answers to it here.

``TABLE`` names their operation and guard; below it stand stories that show ours: who stands how, the acts
(``signers:action>party``), and how the last one ends; all before it are accepted. A line with ``!`` says
where and why our rule is another. ``one``: A has title and possession; ``two``: A has title, H possession;
``straight``: A holds a straight bill for B; ``pledged``: to P, without possession; ``none``: nothing yet.
L is the carrier.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from contract.worlds import Place, did
from trade.kit import compiled, text, word
from wusong.contract import Leaf, load
from wusong.errors import ContractError

TABLE = """
mint: minter only
  none XA:issue -> not-accredited
mint: on behalf of nobody else
  ! stricter: the shipper approves what is issued, so that a draft is a deed that waits for a signature
  none L:issue -> missing-signer
mint: owner and holder not zero
  none LA:issue> -> bad-args
nominate: beneficiary only
  two H:nominate>B -> missing-signer
  two A:nominate>B -> ok
nominate: not already beneficiary
  two A:nominate>A -> not-oneself
nominate: not already nominee
  two A:nominate>B A:nominate>B -> not-again
nominate: closes the caller's reject window
  one A:endorse-to-order>B B:nominate>C B:reject-title -> title-fresh
  two H:transfer-possession>A A:nominate>C A:reject-possession -> possession-fresh
nominate: leaves the other's reject window
  two H:transfer-possession>C A:nominate>B C:reject-possession -> ok
nominate: to zero takes it back
  two A:nominate>B A:withdraw-nomination H:endorse-to-nominee>B -> as-nominated
transferBeneficiary: holder only
  two A:nominate>B A:endorse-to-nominee>B -> missing-signer
transferBeneficiary: to the nominee
  two A:nominate>B H:endorse-to-nominee>B -> ok
  two A:nominate>B H:endorse-to-nominee>C -> as-nominated
transferBeneficiary: without a nominee, if beneficiary is holder
  ! other: in two hands both may sign one deed in place of nominating first
  one A:endorse-to-order>B -> ok
  two A:endorse-to-order>B -> missing-signer
  two H:endorse-to-order>B -> missing-signer
  two AH:endorse-to-order>B -> ok
transferBeneficiary: not zero
  one A:endorse-to-order -> bad-args
transferBeneficiary: clears the nominee
  two A:nominate>B H:endorse-to-nominee>B H:endorse-to-nominee>B -> as-nominated
transferHolder: holder only
  two A:transfer-possession>B -> missing-signer
transferHolder: not zero
  one A:transfer-possession -> bad-args
transferHolder: not the current holder
  one A:transfer-possession>A -> to-another
transferHolder: whatever the document
  ! stricter: a straight bill goes to nobody but its consignee, as the law of the sea has it
  straight A:transfer-possession>C -> straight-to-consignee
  straight A:transfer-possession>B -> ok
transferOwners: both at once
  one A:transfer-both>BB -> ok
transferOwners: holder, who is beneficiary or has a nominee
  ! stricter: title holder and holder sign, so that nobody disposes of what another has
  two H:transfer-both>BB -> missing-signer
  two AH:transfer-both>BB -> ok
rejectTransferBeneficiary: beneficiary, not also holder
  one A:endorse-to-order>B B:reject-title -> ok
  one A:endorse-to-order>B A:reject-title -> missing-signer
  one A:transfer-both>BB B:reject-title -> possession-came-alone
rejectTransferBeneficiary: only as the next act after the appointment
  one A:reject-title -> title-fresh
  one A:endorse-to-order>B B:reject-title A:reject-title -> title-fresh
  one A:transfer-both>BB B:ask-delivery L:refuse B:reject-title -> title-fresh
rejectTransferHolder: holder, not also beneficiary
  one A:transfer-possession>B B:reject-possession -> ok
  one A:transfer-possession>B A:reject-possession -> missing-signer
  one A:transfer-both>BB B:reject-possession -> title-came-alone
rejectTransferHolder: who is both rejects both
  ! other: what came last counts, so that an owner may refuse a possession that came alone
  two H:transfer-possession>A A:reject-possession -> ok
rejectTransferHolder: only as the next act after the appointment
  one A:reject-possession -> possession-fresh
  two H:transfer-possession>C AC:ask-delivery L:refuse C:reject-possession -> possession-fresh
rejectTransferOwners: both roles
  one A:transfer-both>BB B:reject-both -> ok
  one A:transfer-both>BC B:reject-both -> missing-signer
rejectTransferOwners: only if both were appointed
  one A:transfer-possession>B AB:reject-both -> both-fresh
rejectTransferOwners: only as the next act after the appointment
  one A:transfer-both>BB B:nominate>C B:reject-both -> both-fresh
returnToIssuer: caller is beneficiary and holder
  ! other: whoever has either signs, so that two hands need not first become one
  two H:ask-delivery -> missing-signer
  two A:ask-delivery -> missing-signer
  two AH:ask-delivery -> ok
returnToIssuer: nobody else asked
  ! stricter: without who has a pledge on it no bill is given up
  pledged A:ask-delivery -> missing-signer
  pledged AP:ask-delivery -> ok
every operation: the escrow holds the token
  one A:ask-delivery A:transfer-possession>B -> wrong-state
burn: accepter only
  one A:ask-delivery A:accept-surrender -> missing-signer
  one A:ask-delivery L:accept-surrender -> ok
burn: only what was returned
  one L:accept-surrender -> wrong-state
shred: inactive afterwards
  one A:ask-delivery L:accept-surrender LA:deliver A:transfer-possession>B -> wrong-state
restore: restorer only
  one A:ask-delivery A:refuse -> missing-signer
restore: only what was returned
  one L:refuse -> wrong-state
restore: owners as before
  one A:ask-delivery L:refuse A:endorse-to-order>B -> ok
"""


@dataclass(frozen=True)
class Step:
    """One act: who signs, what, and to whom."""

    by: str
    action: str
    to: str | None


@dataclass(frozen=True)
class Row:
    """A guard of theirs and one story about it."""

    theirs: str
    hands: str
    story: tuple[Step, ...]
    ends: str


def read_story(acts: str) -> tuple[Step, ...]:
    steps = []
    for act in acts.split():
        by, _, rest = act.partition(":")
        action, arrow, to = rest.partition(">")
        steps.append(Step(by, action, to if arrow else None))
    return tuple(steps)


def read_rows() -> list[Row]:
    rows, theirs = [], ""
    for line in TABLE.strip().splitlines():
        if not line.startswith(" "):
            theirs = line
        elif not line.startswith("  !"):
            story, _, ends = line.partition(" -> ")
            hands, _, acts = story.strip().partition(" ")
            rows.append(Row(theirs, hands, read_story(acts), ends))
    return rows


def arguments(step: Step) -> dict[str, Any]:
    """What the action takes, for the party named in the story."""
    if step.action in {"ask-delivery", "ask-paper"}:
        due: dict[str, Any] = {"answer_by": 1_800_000_000_000}
        return due | ({"receiver": did("A")} if step.action == "ask-delivery" else {})
    if not step.to:
        return {}
    if step.action == "transfer-both":
        return {"title": did(step.to[0]), "holder": did(step.to[1])}
    return {"nominee" if step.action == "nominate" else "to": did(step.to)}


def issue(place: Place, by: str, hands: str) -> None:
    args: dict[str, Any] = {"number": "COSU1", "document": word("steel"), "packages": 40}
    args |= {
        "form": "straight" if hands == "straight" else "order",
        "title": did("B" if hands == "straight" else "A"),
    }
    if hands != "nobody":
        args["holder"] = did("H" if hands == "two" else "A")
    place.act(compiled("bill-of-lading"), "issue", by=by, as_={"carrier": by[0], "shipper": "A"}, **args)


def bill(place: Place) -> str:
    return next(iter(place.leaves))


def play(place: Place, step: Step) -> None:
    if step.action == "issue":
        return issue(place, step.by, "one" if step.to is None else "nobody")
    place.act(compiled("bill-of-lading"), step.action, bill(place), by=step.by, **arguments(step))
    return None


def stand(hands: str) -> Place:
    place = Place(accreditations={did("L"): {"carrier"}})
    if hands != "none":
        issue(place, "LA", hands)
    if hands == "pledged":
        args = {"pledgee": did("P"), "claim": word("loan"), "possession": False}
        place.act(compiled("bill-of-lading"), "pledge", bill(place), by="AP", **args)
    return place


@pytest.mark.parametrize("row", read_rows(), ids=[f"{n} {row.theirs}" for n, row in enumerate(read_rows())])
def test_each_operation_and_guard_of_the_title_escrow(row: Row) -> None:
    place = stand(row.hands)
    *before, last = row.story
    for step in before:
        play(place, step)
    if row.ends == "ok":
        play(place, last)
        return
    standing = dict(place.leaves)
    with pytest.raises(ContractError) as refusal:
        play(place, last)
    assert row.ends in {refusal.value.code, refusal.value.data.get("clause")}
    assert place.leaves == standing


REJECTED = {
    "title, endorsed to order": "A:endorse-to-order>B B:reject-title",
    "title, endorsed in full": "A:endorse-in-full>B B:reject-title",
    "possession": "A:transfer-possession>B B:reject-possession",
    "both": "A:transfer-both>BB B:reject-both",
    "both, each for itself": "A:transfer-both>BC B:reject-title C:reject-possession",
}


@pytest.mark.parametrize("story", REJECTED.values(), ids=REJECTED)
def test_what_is_rejected_stands_as_before(story: str) -> None:
    place = stand("one")
    before = place.leaves[bill(place)]
    for step in read_story(story):
        play(place, step)
    assert rights(place.leaves[bill(place)]) == rights(before)


def rights(leaf: Leaf) -> tuple[object, ...]:
    return leaf.state, leaf.roles, leaf.fields


REMARKED = (
    "transfer-possession nominate endorse-to-nominee endorse-to-order endorse-in-full endorse-in-blank"
    " transfer-both"
    " reject-title reject-possession reject-both ask-delivery ask-amendment ask-paper accept-surrender refuse"
)


@pytest.mark.parametrize("action", REMARKED.split())
def test_a_remark_may_go_with_every_operation_and_only_its_hash_is_on_the_ledger(action: str) -> None:
    model = load(text("bill-of-lading")).model
    assert model is not None
    (declared,) = [one for one in model["actions"] if one["name"] == action]
    (remark,) = [argument for argument in declared["args"] if argument["name"] == "remark"]
    assert (remark["type"], remark["optional"]) == ({"type": "commitment"}, True)


@pytest.mark.parametrize("act", ["A:transfer-possession>B", "A:endorse-to-order>B", "A:ask-delivery"])
def test_instead_of_a_pause_there_is_a_freeze_of_one_bill_by_an_authority(act: str) -> None:
    """Their registry is paused as a whole, by its administrator; here, one asset or party, under the law."""
    place = stand("one")
    hold = {"authority": did("court"), "document": "D-1", "officers": [did("o1"), did("o2")], "days": 30}
    leaf = place.leaves[bill(place)]
    place.leaves[bill(place)] = msgspec.structs.replace(leaf, holds=[hold | {"since": place.now}])
    (step,) = read_story(act)
    with pytest.raises(ContractError, match="asset-frozen"):
        play(place, step)
    place.now += 30 * 86_400_000
    play(place, step)


def test_who_was_owner_stays_on_record_when_the_bill_has_ended() -> None:
    """Their escrow zeroes the owners; here a final state takes no act, and its last leaf can be proved."""
    place = stand("one")
    for step in read_story("A:ask-delivery L:accept-surrender LA:deliver"):
        play(place, step)
    leaf = place.leaves[bill(place)]
    assert (leaf.state, leaf.roles["title"], leaf.roles["holder"]) == ("delivered", did("A"), did("A"))
