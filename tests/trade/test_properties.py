"""Whatever is tried, in whatever order: one holder, never more pledged than stands, nothing after the end.

Parties try any action with any arguments, signed by all or by some. The pages are played by the real
interpreter; a deed of several acts is accepted as a ledger accepts it, when all requirements are discharged.
"""

# ruff: noqa: ANN401 - arguments of acts are any JSON
from __future__ import annotations

import copy
import dataclasses
from dataclasses import dataclass
from random import Random
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.worlds import NOW, Place, did
from trade.kit import compiled, word
from wusong.contract import ActInput, Compiled, Leaf, Outcome
from wusong.contract import model as m
from wusong.errors import ContractError

DAY: Final = 86_400_000
PARTIES: Final = ("a", "b", "c", "d")
OFFICES: Final = {"carrier", "warehouse", "weigher", "terminal", "customs", "court"}

LAPSE: Final = m.Action(name="lapse", from_=["anything"])

LAPSES: Final = (*[0] * 20, DAY, 11 * DAY, 61 * DAY)
CHOICES: Final[dict[type[m.FieldType], tuple[Any, ...]]] = {
    m.Rate: (0, 1, 2_500, 4_000, 6_000, 10_000, 10_001),
    m.Bool: (True, True, False),
    m.Time: tuple(NOW + days * DAY for days in (0, 10, 100, 1_000, 10_000)),
    m.Date: (0, 30_000),
    m.Text: ("", "x", "y"),
    m.Commitment: (word("one"), word("two")),
}


def usually(rng: Random) -> bool:
    return rng.random() < 0.8


def some_signers(rng: Random) -> set[str]:
    """All, or all but one, or any."""
    if usually(rng):
        return set(PARTIES) - ({rng.choice(PARTIES)} if rng.random() < 0.5 else set())
    return {party for party in PARTIES if rng.random() < 0.5}


def value(type_: m.FieldType, assets: list[str], rng: Random) -> Any:
    """A value of a type: it may be refused, and it may be accepted."""
    match type_:
        case m.Party():
            return did(rng.choice(PARTIES))
        case m.Enum(values=words):
            return rng.choice(words)
        case m.Asset():
            return rng.choice(assets)
        case m.List(of=of):
            return [value(of, assets, rng) for _ in range(rng.randrange(4))]
        case _ if type(type_) in CHOICES:
            return rng.choice(CHOICES[type(type_)])
        case _:
            return rng.randrange(60)


@dataclass(frozen=True)
class Done:
    """An act that was accepted: what it was, who signed, and what it wrote."""

    action: m.Action
    signers: set[str]
    before: Leaf | None
    outcome: Outcome


class Play:
    """Assets of one page; ``PAGE`` says which."""

    PAGE = ""

    def __init__(self) -> None:
        self.page = compiled(self.PAGE)
        self.place = Place(accreditations={did(party): OFFICES for party in PARTIES})
        self.begin()

    def begin(self) -> None:
        """Make what the page's assets rest on."""

    def own(self) -> list[str]:
        return [key for key, leaf in sorted(self.place.leaves.items()) if leaf.contract == self.page.name]

    def some_asset(self, rng: Random) -> str | None:
        """Mostly one that is alive."""
        alive = self.alive()
        chosen = alive if alive and usually(rng) else self.own()
        return rng.choice(chosen) if chosen else None

    def worth_trying(self, asset: str | None, rng: Random) -> list[m.Action]:
        """Mostly what is open in the asset's state; else anything."""
        actions = [*self.page.page.actions, LAPSE]
        leaf = self.effective(asset)
        if leaf is None:
            return [action for action in actions if not action.from_]
        is_open = [action for action in actions if leaf.state in action.from_]
        return is_open if is_open and usually(rng) else actions

    def arguments(self, action: m.Action, rng: Random) -> dict[str, Any]:
        ids = sorted(self.place.leaves) or ["0" * 64]
        wanted = [argument for argument in action.args if not argument.optional or rng.random() < 0.5]
        return {argument.name: value(argument.type, ids, rng) for argument in wanted}

    def play(self, rng: Random, acts: int) -> None:
        """Try so many things; after each, look at everything."""
        for _ in range(acts):
            if self.alive():
                self.move(rng)
            else:
                self.first(rng)
            self.look()

    def alive(self) -> list[str]:
        return [key for key in self.own() if self.place.leaves[key].state not in self.page.program.final]

    def first(self, rng: Random) -> None:
        """What the play begins with."""

    def move(self, rng: Random) -> None:
        """Try one thing."""
        self.attempt(rng)

    def look(self) -> None:
        """What must be true of all assets at any time."""
        for key in self.own():
            leaf = self.place.leaves[key]
            if leaf.state in self.page.program.final:
                assert not leaf.quantity

    def attempt(self, rng: Random) -> None:
        self.place.now += rng.choice(LAPSES)
        asset = self.some_asset(rng)
        action = rng.choice(self.worth_trying(asset, rng))
        asset = asset if action.from_ else None
        roles = {signer.role: rng.choice(PARTIES) for signer in action.by} if not action.from_ else {}
        self.take(action, asset, some_signers(rng), roles, self.arguments(action, rng))

    def take(
        self, action: m.Action, asset: str | None, by: set[str], roles: dict[str, str], args: dict[str, Any]
    ) -> Done | None:
        """Act; what is refused changes nothing, what is accepted is looked at."""
        standing = copy.deepcopy(self.place.leaves)
        before = self.effective(asset)
        try:
            outcome = self.place.act(self.page, action.name, asset, by=by, as_=roles, **args)
        except ContractError:
            assert self.place.leaves == standing
            return None
        done = Done(action, {did(name) for name in by}, before, outcome)
        assert before is None or before.state not in self.page.program.final
        self.accepted(done)
        return done

    def effective(self, asset: str | None) -> Leaf | None:
        return self.page.effective(self.place.leaves[asset], self.place.now) if asset is not None else None

    def accepted(self, done: Done) -> None:
        """What must be true of every accepted act."""


HOLDERS: Final = {"title", "holder"}
NOT_BY_THE_HOLDER: Final = {"enforce-awarded": "pledgee", "discharge": "pledgee"}


class Bills(Play):
    """Bills of lading."""

    PAGE = "bill-of-lading"

    def first(self, rng: Random) -> None:
        form = rng.choice(["order", "order", "bearer", "straight"])
        args: dict[str, Any] = {
            "holder": did("b"),
            "form": form,
            "number": "N",
            "document": word("one"),
            "packages": 1,
        }
        args |= {} if form == "bearer" else {"title": did("c" if form == "straight" else "b")}
        self.place.act(self.page, "issue", by=PARTIES, as_={"carrier": "a", "shipper": "b"}, **args)

    def accepted(self, done: Done) -> None:
        if done.before is None:
            return
        after = done.outcome.effects[0][1]
        for role in sorted(HOLDERS):
            was, now = done.before.roles.get(role), after.roles.get(role)
            if was is not None and was != now:
                self.given_up(done, role, was)

    def given_up(self, done: Done, role: str, was: str) -> None:
        """Nobody loses possession or title unasked."""
        before, name = done.before, done.action.name
        assert before is not None
        if name in NOT_BY_THE_HOLDER:
            assert before.roles[NOT_BY_THE_HOLDER[name]] in done.signers
        elif name == "issue-paper":
            assert before.state == "paper-asked"  # for which both had signed
        elif name == "resume":
            assert before.state == "on-paper"  # the paper original was handed in
        elif role == "title" and name == "endorse-to-nominee":
            assert "nominee" in before.roles  # which only the title holder names
        else:
            assert was in done.signers

    def look(self) -> None:
        super().look()
        for key in self.own():
            leaf = self.place.leaves[key]
            assert ("holder" in leaf.roles) == (leaf.state not in {"on-paper", "closed"})
            assert ("title" in leaf.roles) == (leaf.fields["form"] != "bearer")


PLEDGEES: Final = ("first", "second", "third")
_Act = tuple[Compiled, str, str | None, dict[str, str], dict[str, Any]]
METAL: Final = 1_000_000
BY_COURT: Final = {"enforce-awarded"}
BY_THEMSELVES: Final = {"discharge-first", "discharge-second", "discharge-third", "lapse"}
PASSIVE: Final = {"move-in", "decline-move", "object", "abandon-claim"}
"""What the pledgees agreed to when they signed for the move or the report."""


class Receipts(Play):
    """Warehouse receipts over one lot. Each is issued as a ledger would: with its weight, or not at all."""

    PAGE = "warehouse-receipt"
    lot = ""

    def begin(self) -> None:
        weigh: dict[str, Any] = {"goods": word("g"), "certificate": word("c"), "place": "x", "weight": METAL}
        roles = {"keeper": "a", "weigher": "c", "owner": "b"}
        outcome = self.place.act(compiled("goods-lot"), "weigh", by=PARTIES, as_=roles, **weigh)
        ((self.lot, _),) = outcome.effects
        self.gone = 0

    def first(self, rng: Random) -> None:
        weight = rng.randint(20, 100)
        self.issue_and_cover(weight, weight, 1, 1)

    def move(self, rng: Random) -> None:
        chosen = rng.random()
        if chosen < 0.05 or not self.own():
            weight = rng.randint(0, 60)
            self.issue_and_cover(weight, rng.choice([weight, 10]), rng.choice([1, 1, 2]), rng.randrange(3))
        elif chosen < 0.1:
            self.withdraw(rng)
        elif chosen < 0.3:
            self.pledge(rng)
        else:
            self.attempt(rng)

    def pledge(self, rng: Random) -> None:
        """Pledge as it should be done: it may still be too much, or out of turn."""
        name = f"pledge-{rng.choice(PLEDGEES)}"
        (action,) = [action for action in self.page.page.actions if action.name == name]
        share = rng.choice([2_500, 4_000, 6_000, 10_000])
        args = {"pledgee": did(rng.choice(PARTIES)), "share": share, "claim": word("one")}
        self.take(action, rng.choice(self.own()), set(PARTIES), {}, args)

    def issue_and_cover(self, weight: int, covered: int, receipts: int, covers: int) -> None:
        args = {"lot": self.lot, "holder": did("b"), "weight": weight, "until_day": 30_000}
        issue: _Act = (self.page, "issue", None, {"keeper": did("a")}, args)
        cover: _Act = (compiled("goods-lot"), "cover", self.lot, {}, {"weight": covered})
        accepted = self.deed([*[issue] * receipts, *[cover] * covers])
        assert not accepted or (weight == covered and receipts == covers)

    def withdraw(self, rng: Random) -> None:
        asset = rng.choice(self.own())
        weight = (self.place.leaves[asset].quantity or 0) + rng.choice([0, 0, 1])
        uncover: _Act = (compiled("goods-lot"), "uncover", self.lot, {}, {"weight": weight})
        self.deed([(self.page, "withdraw", asset, {}, {}), uncover])

    def deed(self, acts: list[_Act]) -> bool:
        """All acts, one after the other, when each requirement is discharged by an act of its own."""
        leaves, made = copy.deepcopy(self.place.leaves), self.place.made
        done: list[tuple[Compiled, ActInput, Outcome]] = []
        try:
            for page, action, asset, roles, args in acts:
                given = self.place.given(page, action, asset, by=PARTIES, **args)
                given = dataclasses.replace(given, roles=roles)
                outcome = self.place.act(page, action, asset, by=PARTIES, as_=_names(roles), **args)
                done.append((page, given, outcome))
            _discharge(done)
        except ContractError:
            self.place.leaves, self.place.made = leaves, made
            return False
        return True

    def arguments(self, action: m.Action, rng: Random) -> dict[str, Any]:
        given = super().arguments(action, rng)
        if "others" in given:
            given["others"] = [rng.choice(self.own()) for _ in range(rng.randrange(3))]
        return given

    def take(
        self, action: m.Action, asset: str | None, by: set[str], roles: dict[str, str], args: dict[str, Any]
    ) -> Done | None:
        if action.requires:  # alone in a deed, no ledger takes it
            return None
        if action.name == "split" and asset is not None:
            whole = self.place.leaves[asset].quantity or 0
            args = args | {"parts": [*args["parts"], max(whole - sum(args["parts"]), 0)]}
        return super().take(action, asset, by, roles, args)

    def accepted(self, done: Done) -> None:
        before, after = done.before, done.outcome.effects[0][1]
        assert before is not None
        name = done.action.name
        if name in {"deliver", "deliver-part", "record-loss"}:
            self.gone += (before.quantity or 0) - (after.quantity or 0)
        if name not in BY_COURT | BY_THEMSELVES | PASSIVE and not name.startswith("pledge"):
            assert {before.roles[rank] for rank in PLEDGEES if rank in before.roles} <= done.signers

    def look(self) -> None:
        super().look()
        lot = self.place.leaves[self.lot].quantity or 0
        receipts = sum(self.place.leaves[key].quantity or 0 for key in self.own())
        assert lot + receipts + self.gone == METAL
        self.never_more_pledged_than_stands()

    def never_more_pledged_than_stands(self) -> None:
        for key in self.own():
            leaf = self.place.leaves[key]
            pledged = [int(leaf.fields.get(f"{rank}_share", 0)) for rank in PLEDGEES]
            assert sum(pledged) <= 10_000
            standing = leaf.quantity or 0
            assert sum(standing * share // 10_000 for share in pledged) <= standing


def _names(roles: dict[str, str]) -> dict[str, str]:
    return {role: party.removeprefix("did:example:") for role, party in roles.items()}


def _discharge(done: list[tuple[Compiled, ActInput, Outcome]]) -> None:
    """Each requirement is met by an act that discharges no other. Raises ContractError."""
    used: set[int] = set()
    for n, (_, _, outcome) in enumerate(done):
        for need in outcome.requirements:
            free = [k for k in range(len(done)) if k != n and k not in used]
            found = [k for k in free if need.met_by(done[k][0].name, done[k][1], done[k][2])]
            if not found:
                raise ContractError("missing-companion")
            used.add(found[0])


class Orders(Play):
    """Delivery orders against one bill."""

    PAGE = "delivery-order"

    def begin(self) -> None:
        roles = {"carrier": did("a"), "receiver": did("b")}
        fields = {"document": word("one"), "packages": 40}
        self.place.leaves["f" * 64] = Leaf("bill-of-lading@1", "surrendered", 1, roles, fields)
        self.issued = 0

    def first(self, rng: Random) -> None:
        (issue,) = [action for action in self.page.page.actions if action.name == "issue"]
        until = self.place.now + rng.randint(1, 10) * DAY
        args = {"bill": "f" * 64, "terminal": did("c"), "customs": did("d"), "valid_until": until}
        self.take(issue, None, set(PARTIES), {"carrier": "a"}, args)

    def accepted(self, done: Done) -> None:
        if done.action.name == "issue":
            self.issued += 40
        if done.action.name == "pick-up":
            assert done.before is not None
            assert all(done.before.fields[f"{who}_green"] for who in ("carrier", "terminal", "customs"))
        if done.action.name in {"pick-up", "cancel"}:
            assert done.before is not None
            self.issued -= done.before.quantity or 0
        if (
            done.before is not None
            and done.before.roles["holder"] != done.outcome.effects[0][1].roles["holder"]
        ):
            assert (done.action.name, done.before.roles["offeree"] in done.signers) == ("accept", True)

    def look(self) -> None:
        super().look()
        assert sum(self.place.leaves[key].quantity or 0 for key in self.own()) == self.issued


@pytest.mark.parametrize("kind", [Bills, Receipts, Orders])
@given(rng=st.randoms(use_true_random=True))
@settings(max_examples=30)
def test_whatever_is_tried(kind: type[Play], rng: Random) -> None:
    """Draws are uniform, as many must fit for an act to be accepted; a failure prints its seed."""
    kind().play(rng, 300)
