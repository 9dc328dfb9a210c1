"""A pending deed as a node knows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec

from wusong.node.pending_form import Form


@dataclass(frozen=True, slots=True)
class Seat:
    """One signer: ``signed`` is when the signature came in (ms), None while it is missing."""

    party: str
    signed: int | None
    protected: str
    signature: str


@dataclass(frozen=True, slots=True)
class Pending:
    """A pending deed as this node knows it. ``result`` has what came of it: deed and height, or code and
    data.
    """

    deed: str
    proposer: str
    created: int
    expires: int
    state: str
    payload: bytes
    act_bytes: list[bytes]
    seats: list[Seat]
    result: dict[str, Any] = field(default_factory=dict)

    @property
    def acts(self) -> list[dict[str, Any]]:
        """What the signers sign, in order."""
        return [msgspec.json.decode(act) for act in self.act_bytes]

    @property
    def missing(self) -> list[str]:
        """Who has not signed."""
        return [seat.party for seat in self.seats if seat.signed is None]

    @property
    def signed(self) -> set[str]:
        """Who has signed."""
        return {seat.party for seat in self.seats if seat.signed is not None}

    @property
    def form(self) -> Form:
        """What travels."""
        given = [seat for seat in self.seats if seat.signed is not None]
        signatures = {one.party: {"protected": one.protected, "signature": one.signature} for one in given}
        return Form(self.payload, self.act_bytes, signatures)

    def to_json(self) -> dict[str, Any]:
        """As faces and programs see it."""
        return {
            "acts": self.acts,
            "created": self.created,
            "deed": self.deed,
            "expires": self.expires,
            "proposer": self.proposer,
            "result": self.result or None,
            "signers": [{"party": seat.party, "signed": seat.signed} for seat in self.seats],
            "state": self.state,
        }
