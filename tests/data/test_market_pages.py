"""Shares, votes, gates and certificates, played at random: what the pages promise holds whatever happens."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wusong.contract import ActInput, Compiled, Leaf, holds, load
from wusong.contract.calendar import weekdays
from wusong.errors import ContractError

DAY = 86_400_000
NOW = 1_767_225_600_000
TODAY = NOW // DAY
PARTIES = [f"did:example:p{n}" for n in range(6)]
ASSET = "1".zfill(64)
HASH = "ab" * 32


@cache
def page(name: str) -> Compiled:
    read = load((files("wusong.data") / "contracts" / f"{name}.yaml").read_text("utf-8"))
    assert read.compiled is not None
    return read.compiled


@dataclass
class Table:
    """One asset, and the parties around it, all of whom sign whatever is tried."""

    name: str
    leaf: Leaf | None = None
    now: int = NOW
    refused: list[str] = field(default_factory=list)

    def asset(self, asset_id: str) -> Leaf | None:
        return self.leaf if asset_id == ASSET else None

    def kind(self, contract: str) -> str | None:
        return contract

    def party_active(self, party: str) -> bool:
        return party in PARTIES

    def accredited(self, party: str, name: str) -> bool:
        return name == "data-registry" and party == PARTIES[0]

    def calendar(self, name: str, year: int) -> str | None:
        return weekdays(year) if name == "cn-work" else None

    def frozen(self, leaf: Leaf) -> bool:
        return holds.frozen(leaf, self.now)

    def standing(self) -> Leaf:
        assert self.leaf is not None
        return page(self.name).effective(self.leaf, self.now)

    def act(self, action: str, roles: dict[str, str] | None = None, **args: Any) -> bool:  # noqa: ANN401
        """Whether it was accepted; then it stands. An invariant never has to step in."""
        signers = frozenset((roles or {}).values()) or frozenset(PARTIES)
        act = ActInput(
            action=action, asset_id=ASSET, leaf=self.leaf, roles=roles or {}, args=args, signers=signers,
            child=lambda n: str(n + 2).zfill(64), contract=page(self.name).name,
        )  # fmt: skip
        try:
            outcome = page(self.name).act(self, act)
        except ContractError as error:
            self.refused.append(str(error.data.get("clause") or error.code))
            return False
        page(self.name).check_always(self, *outcome.effects[0])
        self.leaf = outcome.effects[0][1]
        return True


SHARES = st.lists(st.integers(1, 9_000), min_size=2, max_size=6).map(
    lambda parts: [10_000 * part // sum(parts) for part in parts]
)


def whole(shares: list[int]) -> list[int]:
    return [10_000 - sum(shares[1:]), *shares[1:]]


def agreement(shares: list[int]) -> Table:
    """A revenue share in force between the first parties."""
    table, parties = Table("revenue-share"), PARTIES[: len(shares)]
    assert table.act(
        "propose", {"organiser": parties[0]}, revenue=HASH, own=shares[0], others=parties[1:],
        shares=shares[1:], ends=TODAY + 300,
    )  # fmt: skip
    for party in parties[1:-1]:
        assert table.act("agree", {"elector": party})
    assert table.act("agree-last", {"elector": parties[-1]})
    return table


@given(SHARES, st.lists(st.integers(1, 2**53 - 1), min_size=1, max_size=4))
def test_a_distribution_loses_nothing_and_is_fair_to_one_unit(raw: list[int], amounts: list[int]) -> None:
    shares = whole(raw)
    table = agreement(shares)
    for amount in amounts:
        assert table.act("allot", {"member": PARTIES[0]}, amount=amount)
        parts = table.standing().fields["allotment"]
        assert sum(parts) == amount
        assert all(
            abs(part * 10_000 - amount * share) < 10_000 for part, share in zip(parts, shares, strict=True)
        )
        table.now += 14 * DAY  # nobody objects
        assert table.standing().state == "in-force"


@settings(max_examples=40)
@given(SHARES, st.data())
def test_shares_change_only_when_everybody_has_agreed(raw: list[int], data: st.DataObject) -> None:
    shares = whole(raw)
    table = agreement(shares)
    parties = PARTIES[: len(shares)]
    new = [party for party in PARTIES if party != parties[1]][:3]
    others = [party for party in new if party != parties[0]]
    assert table.act(
        "propose-change", {"member": parties[0]}, own=5_000, others=others,
        shares=[2_500, 2_500], ends=TODAY + 200,
    )  # fmt: skip
    needed = {*parties, *new} - {parties[0]}
    asked = data.draw(st.lists(st.sampled_from(PARTIES), max_size=12))
    agreed: set[str] = set()
    for party in asked:
        action = "agree-to-change-last" if needed - agreed == {party} else "agree-to-change"
        if table.act(action, {"elector": party}):
            agreed.add(party)
        fields = table.standing().fields
        if agreed >= needed:
            assert (fields["parties"], fields["shares"]) == ([parties[0], *others], [5_000, 2_500, 2_500])
        else:
            assert (fields["parties"], fields["shares"]) == (parties, shares)
    assert agreed <= needed
    assert (table.standing().state == "in-force") == (agreed >= needed)


@given(
    st.lists(st.integers(1, 50), min_size=2, max_size=6),
    st.sampled_from([(1, 1), (2, 3), (51, 100), (501, 1000), (3, 4)]),
    st.lists(st.tuples(st.sampled_from(["yes", "reject", "abstain", "out"]), st.integers(0, 5)), max_size=15),
)
def test_a_proposal_is_carried_by_the_vote_that_reaches_the_part_agreed(
    weights: list[int], part: tuple[int, int], votes: list[tuple[str, int]]
) -> None:
    table, members = Table("proposal"), PARTIES[: len(weights)]
    assert table.act(
        "convene", {"convenor": PARTIES[5]}, subject="规则", document=HASH, members=members, weights=weights,
        total=sum(weights), needed=part[0], of=part[1], days=5,
    )  # fmt: skip
    ayes, base, seen = 0, sum(weights), set[str]()
    for kind, n in votes:
        voter = PARTIES[n]
        weight = weights[n] if n < len(weights) else 0
        more = {"yes": ("approve", "approve-decisive"), "out": ("recuse", "recuse-decisive")}.get(
            kind, (kind,)
        )
        args = {"conflict": HASH} if kind == "out" else {}
        open_ = table.standing().state == "open"
        taken = [table.act(action, {"voter": voter}, **args) for action in more]
        may = open_ and voter in members and voter not in seen and not (kind == "out" and base == weight)
        assert sum(taken) == may
        if may:
            seen.add(voter)
            ayes, base = ayes + weight * (kind == "yes"), base - weight * (kind == "out")
        carried = ayes * part[1] >= part[0] * base
        assert (table.standing().state == "carried") == carried
    table.now += 30 * DAY
    assert table.standing().state in {"carried", "defeated"}


def test_a_project_goes_through_its_gates_one_by_one() -> None:
    team, lab, provider, first, second = PARTIES[:5]
    table = Table("stage-gate")
    panels = {f"panel_{stage}": [first, second] for stage in ("small", "pilot", "transfer")}
    assert table.act(
        "apply", {"team": team}, lab=lab, provider=provider, title="影像", plan=HASH, needed=2, **panels
    )
    assert table.act("admit", {"lab": lab, "provider": provider}, stage_until=TODAY + 60)
    for stage in (1, 2, 3):
        assert table.standing().fields["stage"] == stage
        assert table.act("submit", {"team": team}, report=HASH)
        assert not table.act("advance", {"lab": lab}, stage_until=TODAY + 60)
        for reviewer in (first, second):
            assert table.act("endorse", {"reviewer": reviewer}, opinion=HASH)
        done = {action: table.act(action, {"lab": lab, "provider": provider}) for action in ["complete"]}
        assert done == {"complete": stage == 3}
        if stage < 3:
            assert table.act("advance", {"lab": lab}, stage_until=TODAY + 60)
    assert table.standing().state == "completed"


def certificate() -> Table:
    table = Table("registration-certificate")
    assert table.act(
        "issue", {"registry": PARTIES[0], "holder": PARTIES[1]}, number="SH-1", subject="统计", content=HASH,
        holding=True, use=True, operation=False, valid_until=TODAY + 300, **{"class": "product"},
    )  # fmt: skip
    return table


@pytest.mark.parametrize(
    ("days", "state"),
    [
        (0, "objected"),
        (27, "objected"),
        (28, "objected"),
        (29, "suspended"),
        (300, "suspended"),
        (301, "expired"),
    ],
)
def test_an_objection_that_nobody_answers_suspends_until_the_certificate_expires(
    days: int, state: str
) -> None:
    table = certificate()
    assert table.act("object", {"objector": PARTIES[3]}, objection=HASH)
    table.now += days * DAY
    assert table.standing().state == state
    assert ("objector" in table.standing().roles) == (state != "expired")


def test_a_certificate_prints_what_it_states() -> None:
    text = page("registration-certificate").page.text
    assert text is not None
    for place in ("{number}", "{subject}", "{holder}", "{registry}", "{valid_until}", "{state}"):
        assert place in text.zh
        assert place in text.en
