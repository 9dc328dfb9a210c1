"""Carrying out the acts of one deed, in order, each seeing the one before (DESIGN section 4).

* An act names its asset by id, or as ``#a.c``: child c that act a of the same deed creates; its own
  creation is ``#i.0``.
* ``rev`` is compared with the asset's revision before the deed.
* An act ``upgrade`` names the later page and an asset under the page that it follows: it is judged as an act
  of the older page, and writes the asset under the later.
* Companions and invariants are judged when all acts have run; an act discharges at most one requirement.
* At most 64 leaves are written or read for one deed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wusong.contract.interpreter import ActInput
from wusong.errors import ContractError, DeedError
from wusong.ledger.acting_references import References
from wusong.ledger.acting_world import DeedWorld, Touched
from wusong.ledger.protocol import allows, knows
from wusong.ledger.system import KINDS, freeze
from wusong.ledger.system.context import SystemAct
from wusong.ledger.system.mandate import chain, use

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wusong.contract.interpreter import Compiled, Outcome
    from wusong.contract.leaf import Leaf
    from wusong.ledger.deed import Act, Deed
    from wusong.ledger.rules import Rules
    from wusong.ledger.state import DeedState, Write
    from wusong.ledger.system.context import Moment

UPGRADE: Final = "upgrade"
"""The action by which an asset moves to a page that follows its own."""


@dataclass(slots=True)
class ActRecord:
    """What one act did: the leaves it wrote, in order, and the parties that its contract informs."""

    writes: list[Write]
    informed: list[str]


@dataclass(slots=True)
class _Ran:
    """A page's act, kept until companions are judged."""

    page: Compiled
    given: ActInput
    outcome: Outcome
    asset: str
    names: set[str]
    """How mandates may name the page under which it was done: of a move, the page that the asset leaves."""


class Acting:
    """One deed being carried out."""

    def __init__(self, rules: Rules, state: DeedState, deed: Deed, at: Moment) -> None:
        self.rules: Final = rules
        self.state: Final = state
        self.deed: Final = deed
        self.at: Final = at
        self.now: Final = at.time
        self.current: int | None = None
        self._signers: Final = frozenset(signer.party for signer in deed.payload.signers)
        self._agents: Final = {s.party: self._agent(s.mandate) for s in deed.payload.signers if s.mandate}
        self._references: Final = References(rules, state, deed.id)
        self._touched: Final = Touched()
        self._world: Final = DeedWorld(rules, state, self._touched, at.time)
        self._ran: dict[int, _Ran] = {}
        self._records: list[ActRecord] = []

    def run(self) -> list[ActRecord]:
        """Carry out all acts. Raises DeedError or ContractError; ``current`` then says which act, if one
        did.
        """
        self._require_free(signer.party for signer in self.deed.payload.signers)
        for index, act in enumerate(self.deed.acts):
            self.current = index
            try:
                system = act.contract in KINDS and knows(self.at.version, act.contract)
                self._records.append(self._system(index, act) if system else self._page(index, act))
                self._judge_agents(index)
                self._charge_mandates(index, act)
            except DeedError as error:
                raise self._placed(error) from None
        self.current = None
        self._judge_signers()
        try:
            self._judge_companions()
        except DeedError as error:
            raise self._placed(error) from None
        self._judge_invariants()
        return self._records

    def _placed(self, error: DeedError) -> DeedError:
        """The refusal with the action and the contract of the act that it is about."""
        act = self.deed.acts[self.current or 0]
        error.data = {"action": act.action, "contract": act.contract, **error.data}
        return error

    # -- one act -------------------------------------------------------------------------------------------

    def _system(self, index: int, act: Act) -> ActRecord:
        handler = KINDS[act.contract].get(act.action)
        if handler is None:
            raise DeedError("unknown-action", action=act.action, contract=act.contract)
        self._require_signed(act)
        asset = self._references.resolve(index, act.asset)
        self._check_rev(act, asset)
        created = self._references.child(index, 0) if act.asset.startswith("#") else b""
        seen = SystemAct(self.rules, self.state, act, asset, self.at, created)
        writes = [self._write(key, leaf, act) for key, leaf in handler(seen)]
        return ActRecord(writes, sorted(self._signers | seen.informed))

    def _page(self, index: int, act: Act) -> ActRecord:
        page = self.rules.page(self.state, act.contract)
        asset = self._references.resolve(index, act.asset)
        creates = act.asset == f"#{index}.0"
        leaf = None if creates else self.state.leaf(asset)
        older = self._older(page, leaf, act)
        if not creates and older is None and (leaf is None or leaf.contract != act.contract):
            raise DeedError("unknown-asset", asset=asset.hex())
        self._check_rev(act, asset)
        given = ActInput(
            action=act.action,
            asset_id=asset.hex(),
            leaf=leaf,
            roles=act.as_,
            args=self._references.arguments(index, page, act),
            signers=self._signers,
            child=self._references.children(index),
            contract=act.contract,
        )
        world, names = self._world, {act.contract, page.name}
        if older is not None and leaf is not None:
            outcome, names = page.upgrade(world, given, older), {leaf.contract, older.name}
        else:
            outcome = page.act(world, given)
        self._ran[index] = _Ran(page, given, outcome, asset.hex(), names)
        writes = [self._write_page(bytes.fromhex(key), new, act) for key, new in outcome.effects]
        return ActRecord(writes, outcome.informed)

    def _older(self, page: Compiled, leaf: Leaf | None, act: Act) -> Compiled | None:
        """The page that an asset leaves by an act that moves it to ``page``; None for any other act."""
        moves = act.action == UPGRADE and UPGRADE not in page.program.steps
        if not moves or leaf is None or leaf.contract in {act.contract, *KINDS}:
            return None
        if leaf.contract.startswith("system/") or not allows(self.at.version, "profile wusong-cel/2"):
            return None
        return self.rules.page(self.state, leaf.contract)

    def _write_page(self, key: bytes, leaf: Leaf, act: Act) -> Write:
        before = self.state.leaf(key)
        leaf.contract = act.contract
        leaf.rev = 1 if before is None else before.rev + 1
        return self._write(key, leaf, act)

    def _write(self, key: bytes, leaf: Leaf, act: Act) -> Write:
        self._touched.add(key)
        return self.state.write(key, leaf, bytes.fromhex(act.salt))

    def _check_rev(self, act: Act, asset: bytes) -> None:
        if act.asset.startswith("#"):
            if act.rev is not None:
                raise DeedError(
                    "bad-args", argument="rev", reason="what this deed creates had no revision before it"
                )
            return
        before = self.state.block.leaf(asset)
        found = 0 if before is None else before.rev
        bound = act.contract != freeze.KIND  # who is to be frozen shall not evade it by acting first
        if act.rev is None and before is not None and len(self._signers) > 1 and bound:
            raise DeedError("rev-required", asset=asset.hex(), found=found)
        if act.rev is not None and act.rev != found:
            raise DeedError("stale-rev", asset=asset.hex(), expected=act.rev, found=found)

    def _require_signed(self, act: Act) -> None:
        for role, party in act.as_.items():
            if party not in self._signers:
                raise DeedError("missing-signer", role=role, party=party)

    def _require_free(self, parties: Iterable[str]) -> None:
        for party in parties:
            self.rules.authority.expect_free(self.state, party, self.now)

    def _judge_agents(self, index: int) -> None:
        """Nobody signs one act for two of its parties (Civil Code 168): four eyes are two persons."""
        if not allows(self.at.version, "one-agent-one-party"):
            return
        signing: dict[str, str] = {}
        for party in self._signed_by(index):
            agent = self._agents.get(party, party)
            if signing.setdefault(agent, party) != party:
                raise DeedError("agent-for-both", agent=agent, party=signing[agent], other=party)

    def _agent(self, mandate: str) -> str:
        """The delegate who signs under a mandate; none where it is unknown, which is refused elsewhere."""
        above = chain(self.state, bytes.fromhex(mandate))
        return above[0][1].roles["delegate"] if above else ""

    def _charge_mandates(self, index: int, act: Act) -> None:
        for signer in self.deed.payload.signers:
            if signer.mandate and signer.party in self._signed_by(index):
                self._charge_mandate(index, act, bytes.fromhex(signer.mandate))

    def _charge_mandate(self, index: int, act: Act, key: bytes) -> None:
        above = chain(self.state, key)
        if not above:
            raise DeedError("mandate-unknown", mandate=key.hex(), party="")
        self._require_free(leaf.roles["delegate"] for _, leaf in above)
        names = self._ran[index].names if index in self._ran else {act.contract}
        writes = [self._write(key, use(leaf, act, names, self.now), act) for key, leaf in above]
        self._records[index].writes += writes

    # -- the whole deed ------------------------------------------------------------------------------------

    def _judge_signers(self) -> None:
        needed: set[str] = set()
        for index in range(len(self.deed.acts)):
            needed.update(self._signed_by(index))
        for party in sorted(self._signers - needed):
            raise DeedError("extra-signer", party=party)

    def _signed_by(self, index: int) -> list[str]:
        """Who signs for an act: those whom its page made sign; where anyone may act, the submitter."""
        ran = self._ran.get(index)
        if ran is None:
            return list(self.deed.acts[index].as_.values())
        return list(ran.outcome.signers.values()) or [self.deed.submitter]

    def _judge_companions(self) -> None:
        discharged: set[int] = set()
        for index, act in enumerate(self.deed.acts):
            self.current = index
            ran = self._ran.get(index)
            requirements = [] if ran is None else ran.outcome.requirements
            if not requirements and not act.with_:
                continue
            if set(act.with_) - {requirement.name for requirement in requirements}:
                raise DeedError(
                    "bad-args", argument="with", reason="names a requirement that the action does not have"
                )
            for requirement in requirements:
                companion = act.with_.get(requirement.name)
                if (
                    companion is None
                    or companion in discharged
                    or not self._meets(index, requirement.name, companion)
                ):
                    raise DeedError("missing-companion", clause=requirement.name)
                discharged.add(companion)
        self.current = None

    def _meets(self, index: int, name: str, companion: int) -> bool:
        other = self._ran.get(companion)
        if other is None or companion == index:
            return False
        requirement = next(r for r in self._ran[index].outcome.requirements if r.name == name)
        return requirement.met_by(other.page.name, other.given, other.outcome)

    def _judge_invariants(self) -> None:
        for index, ran in sorted(self._ran.items()):
            for key, _ in ran.outcome.effects if ran.page.program.always else ():
                leaf = self.state.leaf(bytes.fromhex(key))
                assert leaf is not None  # noqa: S101 - this deed wrote it
                if leaf.contract != ran.given.contract:
                    continue  # it has moved to a later page since, whose rules hold at the deed's end
                try:
                    ran.page.check_always(self._world, key, leaf)
                except ContractError:
                    self.current = index
                    raise
