"""Whatever is tried, in whatever order: one holder, never more pledged than stands, nothing after the end.

Parties try any action with any arguments, signed by all or by some. The pages are played by the real
interpreter; a deed of several acts is accepted as a ledger accepts it, when all requirements are discharged.
"""

from __future__ import annotations

import copy
import dataclasses
from dataclasses import dataclass
from typing import Any, Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from contract.worlds import NOW, Place, did
from trade.kit import compiled, word
from wusong.contract import ActInput, Compiled, Leaf, Outcome
from wusong.contract import model as m
from wusong.errors import ContractError

DAY: Final = 86_400_000
PARTIES: Final = ("a", "b", "c", "d")
OFFICES: Final = {"carrier", "warehouse", "weigher", "terminal", "customs", "court"}
TINY = settings(max_examples=40, stateful_step_count=50, deadline=None)

LAPSE: Final = m.Action(name="lapse", from_=["anything"])

parties = st.sampled_from(PARTIES)
signing = st.one_of(*[st.just(set(PARTIES))] * 3, st.sets(parties))
weights = st.integers(0, 60)
shares = st.sampled_from([0, 1, 2_500, 4_000, 6_000, 10_000, 10_001])
lapses = st.sampled_from([*[0] * 20, DAY, 11 * DAY, 61 * DAY])
often = st.sampled_from([True, True, True, True, False])


def values(type_: m.FieldType, assets: list[str]) -> st.SearchStrategy[Any]:
    """Values of a type: such as may be refused, and such as may be accepted."""
    match type_:
        case m.Party():
            return parties.map(did)
        case m.Quantity():
            return weights
        case m.Rate():
            return shares
        case m.Bool():
            return st.booleans()
        case m.Enum(values=words):
            return st.sampled_from(words)
        case m.Time():
            return st.sampled_from([NOW, NOW + 10 * DAY, NOW + 100 * DAY, NOW + 400 * DAY])
        case m.Date():
            return st.sampled_from([0, 30_000])
        case m.Text():
            return st.sampled_from(["", "x", "y"])
        case m.Asset():
            return st.sampled_from(assets)
        case m.List(of=of):
            return st.lists(values(of, assets), max_size=3)
        case m.Commitment():
            return st.sampled_from([word("one"), word("two")])
        case _:
            return weights


@dataclass(frozen=True)
class Done:
    """An act that was accepted: what it was, who signed, and what it wrote."""

    action: m.Action
    signers: set[str]
    before: Leaf | None
    outcome: Outcome


class Play(RuleBasedStateMachine):
    """Assets of one page; ``PAGE`` says which."""

    PAGE = ""

    def __init__(self) -> None:
        super().__init__()
        self.page = compiled(self.PAGE)
        self.place = Place(accreditations={did(party): OFFICES for party in PARTIES})
        self.begin()

    def begin(self) -> None:
        """Make what the page's assets rest on."""

    def own(self) -> list[str]:
        return [key for key, leaf in sorted(self.place.leaves.items()) if leaf.contract == self.page.name]

    def some_asset(self, data: st.DataObject) -> str | None:
        """Mostly one that is alive."""
        own = self.own()
        alive = [key for key in own if self.place.leaves[key].state not in self.page.program.final]
        usual: bool = data.draw(often)
        chosen = alive if alive and usual else own
        return data.draw(st.sampled_from(chosen)) if chosen else None

    def worth_trying(self, data: st.DataObject, asset: str | None) -> list[m.Action]:
        """Mostly what is open in the asset's state; else anything."""
        actions = [*self.page.page.actions, LAPSE]
        leaf = self.effective(asset)
        if leaf is None:
            return [action for action in actions if not action.from_]
        is_open = [action for action in actions if leaf.state in action.from_]
        usual: bool = data.draw(often)
        return is_open if is_open and usual else actions

    def arguments(self, data: st.DataObject, action: m.Action) -> dict[str, Any]:
        ids = sorted(self.place.leaves) or ["0" * 64]
        given = {}
        for argument in action.args:
            if not argument.optional or data.draw(st.booleans()):
                given[argument.name] = data.draw(values(argument.type, ids))
        return given

    @rule(data=st.data(), by=signing, wait=lapses)
    def attempt(self, data: st.DataObject, by: set[str], wait: int) -> None:
        """Try something."""
        self.place.now += wait
        asset = self.some_asset(data)
        action = data.draw(st.sampled_from(self.worth_trying(data, asset)))
        asset = asset if action.from_ else None
        roles = {s.role: data.draw(parties) for s in action.by} if not action.from_ else {}
        self.take(action, asset, by, roles, self.arguments(data, action))

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

    @invariant()
    def ended_is_empty(self) -> None:
        for key in self.own():
            leaf = self.place.leaves[key]
            if leaf.state in self.page.program.final:
                assert not leaf.quantity


HOLDERS: Final = {"title", "holder"}
NOT_BY_THE_HOLDER: Final = {"enforce-awarded": "pledgee", "discharge": "pledgee"}


class Bills(Play):
    """Bills of lading."""

    PAGE = "bill-of-lading"

    @initialize(form=st.sampled_from(["order", "bearer", "straight"]))
    def issue(self, form: str) -> None:
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

    @invariant()
    def one_holder(self) -> None:
        for key in self.own():
            leaf = self.place.leaves[key]
            assert ("holder" in leaf.roles) == (leaf.state not in {"on-paper", "closed"})
            assert ("title" in leaf.roles) == (leaf.fields["form"] != "bearer")


PLEDGEES: Final = ("first", "second", "third")
_Act = tuple[Compiled, str, str | None, dict[str, str], dict[str, Any]]
BY_COURT: Final = {"enforce-awarded"}
BY_THEMSELVES: Final = {"discharge-first", "discharge-second", "discharge-third", "lapse"}
PASSIVE: Final = {"move-in", "decline-move", "object", "abandon-claim"}
"""What the pledgees agreed to when they signed for the move or the report."""


class Receipts(Play):
    """Warehouse receipts over one lot. Each is issued as a ledger would: with its weight, or not at all."""

    PAGE = "warehouse-receipt"
    lot = ""

    def begin(self) -> None:
        weigh: dict[str, Any] = {"goods": word("g"), "certificate": word("c"), "place": "x", "weight": 100}
        roles = {"keeper": "a", "weigher": "c", "owner": "b"}
        outcome = self.place.act(compiled("goods-lot"), "weigh", by=PARTIES, as_=roles, **weigh)
        ((self.lot, _),) = outcome.effects
        self.gone = 0

    @initialize(weight=st.integers(20, 100))
    def first_receipt(self, weight: int) -> None:
        self.issue_and_cover(weight, weight, 1, 1)

    @precondition(lambda self: self.place.leaves[self.lot].quantity)
    @rule(weight=st.integers(1, 80))
    def another_receipt(self, weight: int) -> None:
        self.issue_and_cover(weight, weight, 1, 1)

    @rule(weight=weights, covered=weights, receipts=st.integers(1, 2), covers=st.integers(0, 2))
    def issue_and_cover(self, weight: int, covered: int, receipts: int, covers: int) -> None:
        args = {"lot": self.lot, "holder": did("b"), "weight": weight, "until_day": 30_000}
        issue: _Act = (self.page, "issue", None, {"keeper": did("a")}, args)
        cover: _Act = (compiled("goods-lot"), "cover", self.lot, {}, {"weight": covered})
        accepted = self.deed([*[issue] * receipts, *[cover] * covers])
        assert not accepted or (weight == covered and receipts == covers)

    @rule(data=st.data(), weight=weights)
    def withdraw(self, data: st.DataObject, weight: int) -> None:
        if own := self.own():
            asset = data.draw(st.sampled_from(own))
            if data.draw(often):
                weight = self.place.leaves[asset].quantity or weight
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

    def arguments(self, data: st.DataObject, action: m.Action) -> dict[str, Any]:
        given = super().arguments(data, action)
        if "others" in given:
            given["others"] = data.draw(st.lists(st.sampled_from(self.own()), max_size=2))
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

    @invariant()
    def receipts_and_lot_make_up_what_was_weighed(self) -> None:
        if self.lot:
            lot = self.place.leaves[self.lot].quantity or 0
            receipts = sum(self.place.leaves[key].quantity or 0 for key in self.own())
            assert lot + receipts + self.gone == 100

    @invariant()
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

    @invariant()
    def packages_are_conserved(self) -> None:
        assert sum(self.place.leaves[key].quantity or 0 for key in self.own()) == self.issued


TestBills = Bills.TestCase
TestReceipts = Receipts.TestCase
TestOrders = Orders.TestCase
TestBills.settings = TestReceipts.settings = TestOrders.settings = TINY
