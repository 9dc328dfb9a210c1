"""A page being played: a small world in which its acts are judged by the real interpreter, with no ledger.

* Parties and assets have short names; a party called ``bank`` is ``did:example:bank``. A word in place of a
  hash stands for its UTF-8 bytes in hex, filled up with zeros.
* Companions that an act requires are taken as found, and named. In every calendar Monday to Friday are
  working days. Time passes only when it is told to.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from wusong.cli.terminal import UsageError, say
from wusong.contract import ActInput, Leaf, holds
from wusong.contract import model as m
from wusong.contract.calendar import weekdays
from wusong.contract.show.amounts import minor, points
from wusong.contract.values import is_hex
from wusong.errors import ContractError

if TYPE_CHECKING:
    from wusong.contract import Compiled, Outcome

BEGIN: Final = 1_767_225_600_000
"""When a play begins: 2026-01-01 08:00 in Beijing."""
_PARTY: Final = "did:example:"
_BEIJING: Final = dt.timezone(dt.timedelta(hours=8))
_EPOCH: Final = dt.date(1970, 1, 1)


@dataclass
class Play:
    """The world of one play."""

    compiled: Compiled
    now: int = BEGIN
    parties: dict[str, frozenset[str]] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    leaves: dict[str, Leaf] = field(default_factory=dict)

    # -- the World of the interpreter

    def asset(self, asset_id: str) -> Leaf | None:
        """An asset as it stands now, with what has become due."""
        leaf = self.leaves.get(asset_id)
        own = leaf is not None and leaf.contract == self.compiled.name
        return self.compiled.effective(leaf, self.now) if leaf is not None and own else leaf

    def kind(self, contract: str) -> str | None:
        """In a play, pages are called by their names."""
        return contract

    def party_active(self, did: str) -> bool:
        """Whether the play has such a party."""
        return did.removeprefix(_PARTY) in self.parties

    def accredited(self, did: str, name: str) -> bool:
        """Whether the party was given that accreditation."""
        return name in self.parties.get(did.removeprefix(_PARTY), ())

    def calendar(self, _name: str, year: int) -> str | None:
        """Monday to Friday."""
        return weekdays(year)

    def frozen(self, leaf: Leaf) -> bool:
        """Whether an asset is frozen now."""
        return holds.frozen(leaf, self.now)

    # -- what a player does

    def act(
        self,
        action: str,
        asset: str,
        roles: dict[str, str],
        signers: list[str],
        args: dict[str, str],
        new: list[str],
    ) -> tuple[Outcome, list[str]]:
        """Take an action; gives what it does and the names of the assets it wrote. Raises ContractError when
        it is refused, UsageError when it cannot be understood.
        """
        asset_id = self.known(asset) if asset else self.fresh(0)
        leaf = self.asset(asset_id)
        acting = ActInput(
            action=action,
            asset_id=asset_id,
            leaf=leaf,
            roles={role: self.party(name) for role, name in roles.items()},
            args=self.arguments(action, args),
            signers=frozenset(map(self.party, [*roles.values(), *signers])),
            child=lambda child: self.fresh(child + 1),
            contract=self.compiled.name,
        )
        outcome = self.compiled.act(self, acting)
        self.settle(outcome)
        return outcome, self.remember(outcome, new)

    def settle(self, outcome: Outcome) -> None:
        """Write the leaves, unless an invariant is broken. Raises ContractError ``invariant-broken``."""
        before = dict(self.leaves)
        for _, leaf in outcome.effects:
            leaf.contract = self.compiled.name
        self.leaves.update(outcome.effects)
        try:
            for asset_id, leaf in outcome.effects:
                self.compiled.check_always(self, asset_id, leaf)
        except ContractError:
            self.leaves = before
            raise

    def remember(self, outcome: Outcome, new: list[str]) -> list[str]:
        """The names of the assets written; new ones get those given, or numbers."""
        wanted = iter(new)
        named = {asset_id: name for name, asset_id in self.ids.items()}
        for asset_id, _ in outcome.effects:
            if asset_id not in named:
                named[asset_id] = next(wanted, f"{self.compiled.page.contract}-{len(self.ids) + 1}")
                self.ids[named[asset_id]] = asset_id
        return [named[asset_id] for asset_id, _ in outcome.effects]

    def other(self, name: str, kind: str, state: str, members: dict[str, str]) -> None:
        """An asset of another page, as the page may read it; a value that is a party's name is the party."""
        fields: dict[str, Any] = {}
        roles: dict[str, str] = {}
        for key, value in members.items():
            if value in self.parties:
                roles[key] = self.party(value)
            fields[key] = self.free(value)
        self.ids[name] = self.fresh(0)
        self.leaves[self.ids[name]] = Leaf(kind, state, 1, roles, fields)

    def free(self, value: str) -> Any:
        """A value whose type only the other page knows."""
        if value in self.parties:
            return self.party(value)
        if value in self.ids:
            return self.ids[value]
        return int(value) if value.lstrip("-").isdigit() else {"true": True, "false": False}.get(value, value)

    # -- names and values

    def fresh(self, nth: int) -> str:
        """An id that nothing has yet."""
        return f"{len(self.leaves) + 1 + nth:064x}"

    def known(self, name: str) -> str:
        """An asset's id. Raises UsageError ``bad-argument``."""
        if name not in self.ids:
            raise _wrong(name, say("There is no asset of this name.", "没有这一名称的标的。"))
        return self.ids[name]

    def party(self, name: str) -> str:
        """A party's DID. Raises UsageError ``bad-argument``."""
        if name not in self.parties:
            raise _wrong(
                name,
                say("There is no party of this name: party NAME.", "没有这一单位，请先输入 party 名称。"),
            )
        return _PARTY + name

    def named(self, value: object) -> str:
        """A party or an asset by its short name; anything else as it is."""
        text = str(value)
        return next((name for name, id_ in self.ids.items() if id_ == text), text.removeprefix(_PARTY))

    def arguments(self, action: str, given: dict[str, str]) -> dict[str, Any]:
        """The arguments of an action, each of its type. Raises UsageError ``bad-argument``."""
        types = {
            one.name: one.type
            for each in self.compiled.page.actions
            if each.name == action
            for one in each.args
        }
        found: dict[str, Any] = {}
        for name, text in given.items():
            try:
                found[name] = self.value(types.get(name), text)
            except (ValueError, ArithmeticError):
                detail = say(
                    f"{text!r} is not {_wanted(types.get(name))}.",
                    f"{text!r} 不是{_wanted(types.get(name))}。",
                )
                raise _wrong(name, detail) from None
        return found

    def value(self, kind: m.FieldType | None, text: str) -> Any:
        """A typed value. Raises ValueError, ArithmeticError, UsageError."""
        match kind:
            case m.List(of=of):
                return [self.value(of, part.strip()) for part in text.split(",") if part.strip()]
            case m.Party():
                return self.party(text)
            case m.Asset():
                return text if is_hex(text) else self.known(text)
            case m.Commitment() | m.Digest():
                return text if is_hex(text) else text.encode().hex().ljust(64, "0")
            case m.Date():
                return (dt.date.fromisoformat(text) - _EPOCH).days
            case m.Time():
                return moment(text)
            case m.Money():
                return _known(minor(text), text)
            case m.Rate():
                return _known(points(text), text)
            case m.Bool():
                return {"true": True, "false": False}[text] if text in {"true", "false"} else text
            case m.Text() | m.Enum() | None:
                return text
        return int(text)


def moment(text: str) -> int:
    """A time in ms, from a date or a date and time in Beijing. Raises ValueError."""
    at = dt.datetime.fromisoformat(text)
    return int((at if at.tzinfo else at.replace(tzinfo=_BEIJING)).timestamp()) * 1000


def _known(found: int | None, text: str) -> int:
    if found is None:
        raise ValueError(text)
    return found


def _wanted(kind: m.FieldType | None) -> str:
    match kind:
        case m.Date():
            return say("a date (2026-01-31)", "日期（2026-01-31）")
        case m.Time():
            return say("a time (2026-01-31T09:00)", "时间（2026-01-31T09:00）")
        case m.Money():
            return say("an amount in the main unit (1000.00)", "以元等主币单位表示的金额（1000.00）")
        case m.Rate():
            return say("a rate (30% or 3000bp)", "比例（30% 或者 3000bp）")
        case m.List(of=of):
            return say(f"a list, each {_wanted(of)}", f"列表（每项为{_wanted(of)}）")
    return say("a whole number", "整数")


def _wrong(name: str, detail: str) -> UsageError:
    return UsageError("bad-argument", name=name, detail=detail)
