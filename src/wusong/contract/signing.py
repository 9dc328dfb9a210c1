"""Who signs an act, who may stand in its roles, and who learns of it.

* A role in ``by`` means the party that stood in it before the act; one that was empty, as ``set`` and ``as``
  have filled it; one drawn from a list, whom ``as`` names among those listed.
* Who signs, and who comes into a role, is active and holds the role's accreditation now.
* Strangers learn nothing: somebody who stands in a role of the action signs, or nothing more is judged.
"""

from __future__ import annotations

from typing import Any, Final, NoReturn

from wusong.contract.acts import ActInput, Env, World
from wusong.contract.deadlines import effective
from wusong.contract.program import Program, Step
from wusong.contract.values import is_did
from wusong.errors import ContractError, JsonData

ANYONE: Final = "anyone"
"""What an act's ``as`` calls whoever takes an action that anyone may take."""


class Case:
    """An act and the asset it meets, with what has become due; what is found on the way is kept here."""

    __slots__ = (
        "act", "deadlines", "env", "fields", "leaf", "program", "quantity", "roles", "signers", "step",
        "world",
    )  # fmt: skip
    env: Env
    fields: dict[str, Any]
    quantity: int | None
    roles: dict[str, str]

    def __init__(self, program: Program, step: Step, world: World, act: ActInput) -> None:
        self.program = program
        self.step = step
        self.world = world
        self.act = act
        leaf = act.leaf
        timed = leaf is not None and bool(leaf.deadlines or leaf.holds)
        self.leaf = effective(program.limits, leaf, world.now) if leaf is not None and timed else leaf
        self.signers: dict[str, str] = {}
        self.deadlines: dict[str, int] = {}

    def refuse(self, code: str, **data: JsonData) -> NoReturn:
        """Refuse the act."""
        raise ContractError(code, contract=self.program.page.name, action=self.step.name, **data)

    def check_standing(self) -> None:
        """One at least of those who stand in the roles of ``by`` signs; else nothing more is judged, so that
        no stranger learns from a refusal how the asset stands.
        """
        roles = self.leaf.roles if self.leaf is not None else {}
        standing = [(role, roles[role]) for role, _ in self.step.by if role in roles]
        if self.step.among:
            self.check_among(standing)
        if standing and not any(party in self.act.signers for _, party in standing):
            self.check_signs(*standing[0])

    def check_among(self, standing: list[tuple[str, str]]) -> None:
        """Roles that are never stored: ``as`` names one of those whom the field lists."""
        fields = self.leaf.fields if self.leaf is not None else {}
        for role, listed in self.step.among:
            named = self.act.roles.get(role, "")
            if named not in fields.get(listed, []):
                self.refuse("wrong-role", role=role, reason="not-among", party="", signer=named)
            standing.append((role, named))

    def check_signs(self, role: str, party: str) -> None:
        """``as`` does not say otherwise, and ``party`` signs the deed."""
        named = self.act.roles.get(role, party)
        if named != party:
            self.refuse("wrong-role", role=role, reason="other-party", party=party, signer=named)
        if party not in self.act.signers:
            self.refuse("missing-signer", role=role, party=party)

    def settle_signers(self) -> None:
        """Who must sign: by the roles as they stood; a role that was empty then, as ``set`` and ``as`` have
        filled it.

        An optional role that was empty does not sign, except at creation.
        """
        step = self.step
        before = self.leaf.roles if self.leaf is not None else {}
        if step.among:
            before = before | {role: self.act.roles[role] for role, _ in step.among}
        for role, optional in step.by:
            party = before.get(role)
            if party is None and (step.creates or not optional):
                party = self.roles.get(role)
            if party is not None:
                self.sign(role, party)
            elif not optional:
                self.refuse(
                    "wrong-role", role=role, reason="empty", party="", signer=self.act.roles.get(role, "")
                )
        if step.anyone and ANYONE in self.act.roles:
            self.sign(ANYONE, self.act.roles[ANYONE])
        for role, named in self.act.roles.items():
            if role not in self.signers:
                self.refuse("wrong-role", role=role, reason="signs-nothing", party="", signer=named)
        if step.anyone and not self.act.signers:
            self.refuse("missing-signer", role="", party="")

    def sign(self, role: str, party: str) -> None:
        """Hold ``party`` to its signature in ``role``."""
        self.check_signs(role, party)
        self.fit(role, party)
        self.signers[role] = party

    def fit(self, role: str, party: str) -> None:
        """``party`` may stand in ``role`` now."""
        if not is_did(party) or not self.world.party_active(party):
            self.refuse("party-not-active", role=role, party=party)
        needed = self.program.accredited.get(role)
        if needed is not None and not self.world.accredited(party, needed):
            self.refuse("not-accredited", role=role, party=party, accreditation=needed)

    def check_arrivals(self) -> None:
        """Who came into a role may stand in it."""
        before = self.leaf.roles if self.leaf is not None else {}
        for role in self.step.arriving:
            party = self.roles.get(role)
            if party is not None and party != before.get(role) and self.signers.get(role) != party:
                self.fit(role, party)

    def informed(self) -> list[str]:
        """Who learns of the act: its signers, who stands in a role before or after it, and who is in a list
        that a role is drawn from.
        """
        leaf, chosen = self.act.leaf, self.step.informs
        parties = set(self.signers.values())
        for roles in (leaf.roles if leaf is not None else {}, self.roles):
            parties.update(party for role, party in roles.items() if chosen is None or role in chosen)
        for role, listed in self.program.drawn.items():
            if chosen is None or role in chosen:
                for fields in (leaf.fields if leaf is not None else {}, self.fields):
                    found = fields.get(listed, [])
                    parties.update(found if isinstance(found, list) else [])  # a later page may retype it
        return sorted(parties)
