"""Running a page's examples in a tiny world of their own.

* Parties, assets and hex values are written by short names: a party stands for ``did:example:NAME``, a word
  in place of a hex value for its UTF-8 bytes in hex, filled up with zeros; a date may be written
  "2026-01-31".
* Each act is a deed of its own; companions that it requires are taken as found; invariants are judged after
  it.
* All examples of a page share one budget of steps: an act costs its cost bound and 16 more.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from wusong.contract import calendar, holds
from wusong.contract import model as m
from wusong.contract.acts import ActInput, Outcome
from wusong.contract.interpreter import Compiled, compile_page
from wusong.contract.leaf import Leaf
from wusong.contract.profile import SECOND
from wusong.contract.times import moment
from wusong.contract.values import is_hex
from wusong.errors import ContractError

DEFAULT_BUDGET: Final = 1_000_000
_ACT_COST: Final = 16
_EPOCH: Final = dt.date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """How an example went. ``act`` (from 1; 0: the end) is where it failed, with what was ``expected`` and
    ``found``.
    """

    name: str
    ok: bool
    steps: int
    act: int = 0
    expected: str = ""
    found: str = ""


class _Mismatch(Exception):  # noqa: N818 - it reports an example, it is no error of the program
    def __init__(self, act: int, expected: str, found: str) -> None:
        super().__init__(act, expected, found)
        self.result = (act, expected, found)


def run_examples(model: object, budget: int = DEFAULT_BUDGET) -> list[ExampleResult]:
    """Run every example of a canonical model. Raises ContractError ``bad-page`` when it is no sound page."""
    return run_compiled(compile_page(model), budget)


def run_compiled(page: Compiled, budget: int = DEFAULT_BUDGET) -> list[ExampleResult]:
    """Run every example of a compiled page under ``budget`` steps in all."""
    results: list[ExampleResult] = []
    for example in page.page.examples:
        story = _Story(page, example, budget)
        results.append(story.result())
        budget -= story.steps
    return results


class _Story:
    """One example being played; it is the World that its acts see."""

    def __init__(self, page: Compiled, example: m.Example, budget: int) -> None:
        self.page = page
        self.example = example
        self.budget = budget
        self.steps = 0
        self.now = example.given.now
        self.ids: dict[str, str] = {}
        self.leaves: dict[str, Leaf] = {}
        self.types = {field.name: field.type for field in page.page.fields}

    # The world

    def asset(self, asset_id: str) -> Leaf | None:
        leaf = self.leaves.get(asset_id)
        return self.page.effective(leaf, self.now) if leaf is not None else None

    def kind(self, contract: str) -> str | None:
        return contract

    def party_active(self, did: str) -> bool:
        return did.removeprefix("did:example:") in self.example.given.parties

    def accredited(self, did: str, name: str) -> bool:
        return name in self.example.given.parties.get(did.removeprefix("did:example:"), [])

    def calendar(self, name: str, year: int) -> str | None:
        given = self.example.given.calendars.get(name, {}).get(str(year))
        return calendar.weekdays(year) if given == "weekdays" else given

    def frozen(self, leaf: Leaf) -> bool:
        return holds.frozen(leaf, self.now)

    # The story

    def result(self) -> ExampleResult:
        name = self.example.name
        try:
            self.begin()
            for n, act in enumerate(self.example.acts, start=1):
                self.play(n, act)
            self.end()
        except _Mismatch as mismatch:
            return ExampleResult(name, False, self.steps, *mismatch.result)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # What an example is given may be any JSON: it fails the example, not the block that installs it.
            return ExampleResult(name, False, self.steps, 0, "values of their types", type(error).__name__)
        return ExampleResult(name, True, self.steps)

    def begin(self) -> None:
        for name, given in self.example.given.assets.items():
            roles = {role: self.party(0, str(alias)) for role, alias in dict(given.get("roles", {})).items()}
            quantity = given.get("quantity")
            leaf = Leaf(
                str(given.get("kind", "")), str(given.get("state", "")), 1, roles, dict(given.get("fields",
                {})),
                quantity if isinstance(quantity, int) else None,
            )  # fmt: skip
            self.leaves[self.new_id(name)] = leaf

    def play(self, n: int, act: m.ExampleAct) -> None:
        if act.at is not None and act.at < self.now:
            raise _Mismatch(n, "a time after the act before", "an earlier one")
        self.now = self.now + act.wait if act.at is None else act.at
        step = self.page.program.steps.get(act.action)
        self.steps += _ACT_COST + (step.cost if step is not None else 0)
        if self.steps > self.budget:
            raise _Mismatch(n, "within the step budget", "over it")
        before = dict(self.leaves)
        try:
            outcome = self.page.act(self, self.input(n, act))
            self.leaves.update(outcome.effects)
            for asset_id, leaf in outcome.effects:
                self.page.check_always(self, asset_id, leaf)
        except ContractError as error:
            self.leaves = before
            clause = error.data.get("clause")
            if act.refused is None or act.refused not in {error.code, clause}:
                raise _Mismatch(n, act.refused or "accepted", str(clause or error.code)) from None
            return
        if act.refused is not None:
            raise _Mismatch(n, act.refused, "accepted")
        self.remember(n, act, outcome)

    def input(self, n: int, act: m.ExampleAct) -> ActInput:
        asset_id = self.known(n, act.asset) if act.asset is not None else f"{len(self.ids) + 1:064x}"
        first = len(self.ids) + 1
        return ActInput(
            action=act.action,
            asset_id=asset_id,
            leaf=self.leaves.get(asset_id),
            roles={role: self.party(n, alias) for role, alias in act.as_.items()},
            args=self.arguments(n, act),
            signers=frozenset(self.party(n, alias) for alias in act.signers),
            child=lambda c: f"{first + c:064x}",
            contract=self.page.name,
        )

    def arguments(self, n: int, act: m.ExampleAct) -> dict[str, Any]:
        declared = next((a.args for a in self.page.page.actions if a.name == act.action), [])
        types = {argument.name: argument.type for argument in declared}
        return {name: self.value(n, types.get(name), value) for name, value in act.args.items()}

    def remember(self, n: int, act: m.ExampleAct, outcome: Outcome) -> None:
        fresh = [asset_id for asset_id, leaf in outcome.effects if leaf.rev == 1]
        if act.new and len(act.new) != len(fresh):
            raise _Mismatch(n, f"{len(act.new)} new", f"{len(fresh)} new")
        for k, asset_id in enumerate(fresh):
            self.ids[act.new[k] if act.new else f"#{len(self.ids)}"] = asset_id

    def end(self) -> None:
        for name, wanted in self.example.expect.items():
            leaf = self.page.effective(self.leaves[self.known(0, name)], self.now)
            found = {
                **{f"deadline {key.partition('>')[0]}": time for key, time in leaf.deadlines.items()},
                **leaf.fields,
                **leaf.roles,
                "state": leaf.state,
                "quantity": leaf.quantity,
                "rev": leaf.rev,
            }
            for key, value in wanted.items():
                type_ = self.type_of(key)
                expected = None if value is None else self.value(0, type_, value)
                if found.get(key) != expected:
                    raise _Mismatch(0, f"{name}.{key} = {value}", str(found.get(key)))

    def type_of(self, key: str) -> m.FieldType | None:
        """The type of what an example expects."""
        if " " in key:
            return m.Time()
        return m.Party() if key in {role.name for role in self.page.page.roles} else self.types.get(key)

    # Short names

    def new_id(self, name: str) -> str:
        self.ids[name] = f"{len(self.ids) + 1:064x}"
        return self.ids[name]

    def known(self, n: int, name: str) -> str:
        if name not in self.ids:
            raise _Mismatch(n, f"an asset called {name}", "none")
        return self.ids[name]

    def party(self, n: int, name: str) -> str:
        if name not in self.example.given.parties:
            raise _Mismatch(n, f"a party called {name}", "none")
        return f"did:example:{name}"

    def value(self, n: int, type_: m.FieldType | None, value: Any) -> Any:  # noqa: ANN401 - any JSON value
        """A value as the ledger would hold it."""
        if isinstance(type_, m.List) and isinstance(value, list):
            return [self.value(n, type_.of, item) for item in value]
        if not isinstance(value, str):
            return value
        match type_:
            case m.Party():
                return self.party(n, value)
            case m.Asset():
                return value if is_hex(value) else self.known(n, value)
            case m.Commitment() | m.Digest():
                return value if is_hex(value) else value.encode().hex().ljust(64, "0")
            case m.Date():
                return _days(value)
            case m.Time() if self.page.page.profile == SECOND:
                return moment(value)
        return value


def _days(text: str) -> int | str:
    try:
        return (dt.date.fromisoformat(text) - _EPOCH).days
    except ValueError:
        return text
