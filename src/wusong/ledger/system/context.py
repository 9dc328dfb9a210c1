"""What a system kind's action sees, and the small checks they share.

System kinds are the few contracts that are code: parties and keys, accreditation, mandates, contract
pages, parameters, erasure, calendars, freezes, look-throughs. Each action is a function of ``SystemAct``
that returns the leaves it writes, in order, or raises DeedError.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from wusong.contract.values import is_plain
from wusong.errors import DeedError
from wusong.ledger import ids

if TYPE_CHECKING:
    from wusong.contract.leaf import Leaf
    from wusong.ledger.deed import Act
    from wusong.ledger.genesis import Genesis
    from wusong.ledger.rules import Rules
    from wusong.ledger.state import DeedState

Writes: TypeAlias = "list[tuple[bytes, Leaf]]"
Handler: TypeAlias = "Callable[[SystemAct], Writes]"


@dataclass(frozen=True, slots=True)
class Moment:
    """When an act is carried out: its block's height and time (ms), and the protocol version in force."""

    height: int
    time: int
    version: int


@dataclass(slots=True)
class SystemAct:
    """One act of a system kind, about to be carried out."""

    rules: Rules
    state: DeedState
    act: Act
    asset: bytes
    at: Moment
    created: bytes
    informed: set[str] = field(default_factory=set)
    """Who learns of the act beside its signers."""

    @property
    def now(self) -> int:
        """The block's time, ms."""
        return self.at.time

    @property
    def args(self) -> dict[str, Any]:
        """The act's arguments."""
        return self.act.args

    @property
    def genesis(self) -> Genesis:
        """The ledger's genesis."""
        return self.rules.genesis

    def leaf(self, kind: str, name: str) -> tuple[bytes, Leaf | None]:
        """Key and leaf of a system record."""
        key = ids.system_key(self.rules.suite, self.rules.ledger, kind, name)
        return key, self.state.leaf(key)

    def expect_asset(self, key: bytes) -> None:
        """The act must name the record that its arguments speak of."""
        if self.asset != key:
            raise DeedError("bad-args", argument="asset", reason=f"expected {key.hex()}")

    def expect_free(self, party: str) -> None:
        """Who comes into a role, or signs, is not frozen. Raises DeedError ``party-frozen``."""
        self.rules.authority.expect_free(self.state, party, self.now)

    def signed_as(self, role: str) -> str:
        """The party that signs in ``role``; the act must name that role and no other."""
        if set(self.act.as_) != {role}:
            signer = ", ".join(sorted(self.act.as_))
            raise DeedError("wrong-role", role=role, reason="signs-nothing", party=role, signer=signer)
        return self.act.as_[role]

    def office(self, office: str, role: str) -> str:
        """The party that signs in ``role``, which must hold an office that genesis gives."""
        party = self.signed_as(role)
        holders = getattr(self.genesis, office)
        if party not in holders:
            held_by = ", ".join(holders)
            raise DeedError("wrong-role", role=role, reason="other-party", party=held_by, signer=party)
        return party

    def expect_state(self, leaf: Leaf | None, expected: str) -> Leaf:
        """The record, which must stand in the state ``expected``."""
        if leaf is None or leaf.state != expected:
            found = "" if leaf is None else leaf.state
            raise DeedError("wrong-state", state=found, expected=expected, action=self.act.action)
        return leaf

    def take(self, **shapes: str) -> None:
        """Check the arguments: exactly these, of these shapes; a shape ending in "?" may be absent."""
        for name in self.args:
            if name not in shapes:
                raise DeedError("bad-args", argument=name, reason="unknown argument")
        for name, shape in shapes.items():
            if name not in self.args:
                if not shape.endswith("?"):
                    raise DeedError("bad-args", argument=name, reason="missing")
            elif not _SHAPES[shape.rstrip("?")](self.args[name]):
                raise DeedError("bad-args", argument=name, reason=f"expected {shape.rstrip('?')}")


def revised(leaf: Leaf, **changes: Any) -> Leaf:  # noqa: ANN401 - any member of a leaf
    """A copy of ``leaf`` with the next revision and these members changed."""
    members = {name: getattr(leaf, name) for name in leaf.__struct_fields__}
    return type(leaf)(**{**members, "rev": leaf.rev + 1, **changes})


def is_did(value: object) -> bool:
    """Whether a value has the form of a DID (DID Core 1.1, 3.1), at most 512 characters."""
    return isinstance(value, str) and len(value) <= 512 and _DID.fullmatch(value) is not None


def _text(value: object, size: int = 256) -> bool:
    # Nothing invisible, nothing that turns the direction of writing: names and reasons are shown to people.
    return isinstance(value, str) and 0 < len(value) <= size and is_plain(value)


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_DID = re.compile(r"did:[a-z0-9]+:[A-Za-z0-9._:%-]+")
_HEX = re.compile(r"[0-9a-f]{64}")
_SHAPES: dict[str, Callable[[Any], bool]] = {
    "did": is_did,
    "text": _text,
    "int": _is_int,
    "digest": lambda value: isinstance(value, str) and _HEX.fullmatch(value) is not None,
    "object": lambda value: isinstance(value, dict),
    "list": lambda value: isinstance(value, list),
    "signature": lambda value: isinstance(value, str) and len(value) == 86,
}
