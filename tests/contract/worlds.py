"""A small world for acts, and pages to act under."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wusong.contract import ActInput, Compiled, Leaf, Outcome, holds, load
from wusong.contract.calendar import weekdays

PAGES = Path(__file__).parent / "pages"
NOW = 1_767_225_600_000


def did(name: str) -> str:
    return f"did:example:{name}"


def hexid(n: int) -> str:
    return f"{n:064x}"


def page(text: str) -> Compiled:
    read = load(text)
    assert [str(finding) for finding in read.findings] == []
    assert read.compiled is not None
    return read.compiled


def stored(name: str) -> Compiled:
    return page((PAGES / f"{name}.yaml").read_text())


@dataclass
class Place:
    """The assets of a few pages, and an order of parties of which all are admitted but ``banned``."""

    leaves: dict[str, Leaf] = field(default_factory=dict)
    accreditations: dict[str, set[str]] = field(default_factory=dict)
    banned: set[str] = field(default_factory=set)
    now: int = NOW
    made: int = 0

    def asset(self, asset_id: str) -> Leaf | None:
        return self.leaves.get(asset_id)

    def kind(self, contract: str) -> str | None:
        return contract

    def party_active(self, party: str) -> bool:
        return party not in self.banned

    def accredited(self, party: str, name: str) -> bool:
        return name in self.accreditations.get(party, set())

    def calendar(self, name: str, year: int) -> str | None:
        return weekdays(year) if name == "cn-work" and 2020 <= year <= 2030 else None

    def frozen(self, leaf: Leaf) -> bool:
        return holds.frozen(leaf, self.now)

    def given(
        self,
        page: Compiled,
        action: str,
        asset: str | None = None,
        by: Iterable[str] = (),
        as_: dict[str, str] | None = None,
        **args: Any,  # noqa: ANN401 - whatever the page takes
    ) -> ActInput:
        first = self.made + 1
        asset_id = asset or hexid(first)
        return ActInput(
            action=action,
            asset_id=asset_id,
            leaf=self.leaves.get(asset_id),
            roles={role: did(name) for role, name in (as_ or {}).items()},
            args=args,
            signers=frozenset(did(name) for name in by),
            child=lambda child: hexid(first + child),
            contract=page.name,
        )

    def act(self, page: Compiled, action: str, asset: str | None = None, **rest: Any) -> Outcome:  # noqa: ANN401
        """Act, and keep what it did."""
        outcome = page.act(self, self.given(page, action, asset, **rest))
        self.made += sum(leaf.rev == 1 for _, leaf in outcome.effects)
        self.leaves.update(outcome.effects)
        for asset_id, leaf in outcome.effects:
            page.check_always(self, asset_id, leaf)
        return outcome
