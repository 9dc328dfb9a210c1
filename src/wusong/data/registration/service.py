"""The use cases of registration, one function each: no HTTP, no SQL, no printing.

Each writes one deed and gives it back when the ledger has accepted it; a refusal is a ``DeedError`` that
carries the clause. ``party`` is always who acts; the ledger judges whether it may.

    first          register accept send_back supplement examine publish assign_code
    objection      raise_objection dismiss_objection
    ends           refuse withdraw
    change         change (change, correction, renewal) take_effect
    cancellation   apply_to_cancel cancel keep withdraw_cancellation
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from wusong.data import contents
from wusong.data.brought import brought
from wusong.data.host import Done, Host, Intent, leaf
from wusong.data.intake import applied, decisions, desk, pairs, uscc
from wusong.data.intake.picture import Profile
from wusong.data.intake.quality import Measured

__all__ = [
    "CHANGED", "RESOURCE", "Application", "Change", "Correction", "Grade", "Procedure", "Registered",
    "Sharing", "Stated", "accept", "apply_to_cancel", "assign_code", "cancel", "change",
    "dismiss_objection", "examine", "keep", "publish", "raise_objection", "refuse", "register", "send_back",
    "supplement", "take_effect", "withdraw", "withdraw_cancellation",
]  # fmt: skip

Grade = Literal["general", "important", "core"]
Sharing = Literal["open", "conditional", "none"]
Procedure = Literal["change", "correction", "renewal"]
RESOURCE: Final = "data-resource@1"
CHANGED: Final[tuple[str, ...]] = (
    "name", "registrant_code", "source_basis", "description", "content", "profile", "grade", "update",
    "sharing", "undecided", "holding", "use", "operation", "evidence", "risk", "risk_conclusion",
)  # fmt: skip
"""The fields that an application states, as the page calls them."""


@dataclass(frozen=True, slots=True)
class Application:
    """What a source department applies with. ``table``: a file, or its bytes.

    ``undecided`` columns look personal or important and nobody has decided about them; None counts them by
    the decisions kept in ``intake``. ``evidence`` and ``risk`` are commitments to contents of the vault, or
    empty.
    """

    name: str
    source_basis: str
    table: Path | bytes
    grade: Grade = "general"
    update: str = "irregular"
    registrant_code: str = ""
    description: str = ""
    sharing: Sharing = "conditional"
    undecided: int | None = None
    holding: bool = True
    use: bool = True
    operation: bool = False
    evidence: str = ""
    risk: str = ""
    risk_conclusion: str = ""


class Stated(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What an application states beside its table; None is left out. ``evidence`` and ``risk`` are
    commitments to contents of the vault.
    """

    name: str | None = None
    source_basis: str | None = None
    grade: Grade | None = None
    update: str | None = None
    registrant_code: str | None = None
    description: str | None = None
    sharing: Sharing | None = None
    holding: bool | None = None
    use: bool | None = None
    operation: bool | None = None
    evidence: str | None = None
    risk: str | None = None
    risk_conclusion: str | None = None


class Correction(Stated, frozen=True, kw_only=True):
    """What is handed in anew; None stays as it is. ``table``: a file, or its bytes."""

    table: Path | bytes | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A change, a correction or a renewal of a registration; what ``states`` leaves out stays."""

    procedure: Procedure
    reasons: str
    states: Correction = field(default_factory=Correction)


@dataclass(frozen=True, slots=True)
class Registered:
    """An application that the ledger accepted: the deed, the resource, and what its table holds."""

    deed: str
    asset: str
    profile: Profile


# --- first registration (首次登记) ---


def register(host: Host, department: str, registry: str, application: Application) -> Registered:
    """Put the table into the vault, profile it, and apply for registration (申请).

    Raises DataError ``csv-...`` when the table cannot be read, ``uscc-...`` when the credit code is wrong,
    ``already-applied`` when the same table stands under the same name; VaultError, DeedError.
    """
    if application.registrant_code:
        uscc.check(application.registrant_code)
    found, kept = _keep(host, department, application.table)
    stated = {item.name: getattr(application, item.name) for item in fields(application)}
    del stated["table"]
    args = {name: value for name, value in stated.items() if name not in ("evidence", "risk") or value}
    args |= kept | {"registry": registry}
    if application.undecided is not None:
        args["undecided"] = application.undecided
    with applied.alone(host.folder):
        applied.demand_new(host, department, application.name, args["content"])
        done = _do(host, "apply", {"department": department}, None, args)
    return Registered(done.deed, done.asset, found)


def _keep(host: Host, party: str, table: Path | bytes) -> tuple[Profile, dict[str, Any]]:
    """Profile a table, then keep table and profile, and that the party brought them: the profile, and the
    arguments ``content``, ``profile`` and ``undecided``.
    """
    found, measured = desk.examined(table)
    if isinstance(table, bytes):
        content = contents.put(host.vault, table).commitment
    else:
        with table.open("rb") as stream:
            content = contents.put(host.vault, stream).commitment
    brought(host).note(party, content)
    return found, {"content": content, **_decided(host, party, content, found.to_json(), measured)}


def _decided(
    host: Host,
    party: str,
    content: str,
    picture: dict[str, Any],
    measured: tuple[Measured, ...] | None = None,
) -> dict[str, Any]:
    """Keep the profile with what the party decided about its columns and judged of its quality: ``profile``
    and ``undecided``.
    """
    decided = desk.pictured(host, party, content, picture, measured)
    commitment = contents.put_json(host.vault, decided).commitment
    brought(host).note(party, commitment)
    brought(host).pair(content, commitment)
    return {"profile": commitment, "undecided": decisions.undecided(decided)}


def accept(host: Host, party: str, resource: str) -> Done:
    """The registration body accepts (受理); the time for the examination runs."""
    return _do(host, "accept", {"registry": party}, resource)


def send_back(host: Host, party: str, resource: str, remark: str) -> Done:
    """The registration body returns the application for correction, once and all at once (补正)."""
    return _do(host, "return", {"registry": party}, resource, {"remark": remark})


def supplement(
    host: Host,
    party: str,
    resource: str,
    given: Correction | None = None,
    *,
    name: str = "",
    source_basis: str = "",
    table: Path | bytes | None = None,
) -> Done:
    """The source department hands in what was to be corrected; what is left out stays."""
    given = given or Correction(name=name or None, source_basis=source_basis or None, table=table)
    standing = leaf(host, resource, RESOURCE).fields
    kept = {key: standing[key] for key in ("evidence", "risk") if key in standing}
    args = kept | _stated(host, party, given, standing)
    return _do(host, "supplement", {"department": party}, resource, args)


def _stated(host: Host, party: str, given: Correction, standing: dict[str, Any]) -> dict[str, Any]:
    """The arguments that a correction states; without a new table, with what was decided since about the
    columns of the one that stands.
    """
    if given.registrant_code:
        uscc.check(given.registrant_code)
    args = {name: value for name in Stated.__struct_fields__ if (value := getattr(given, name)) is not None}
    if given.table is not None:
        return _keep(host, party, given.table)[1] | args
    if desk.stated(host, party, standing["content"]):
        brought(host).demand(party, standing["content"], standing["profile"])
        pairs.demand_marks(host, standing["content"], standing["profile"])
        picture = contents.read_json(host.vault, standing["profile"])
        return _decided(host, party, standing["content"], picture) | args
    return args


def examine(host: Host, party: str, resource: str, remark: str) -> Done:
    """The registration body passes the examination of form (形式审核)."""
    return _do(host, "examine", {"registry": party}, resource, {"remark": remark})


def publish(host: Host, party: str, resource: str) -> Done:
    """The registration body publishes for objections, ten working days (公示)."""
    return _do(host, "publish", {"registry": party}, resource)


def raise_objection(host: Host, party: str, resource: str, letter: bytes) -> Done:
    """Anyone objects while the notice runs (异议); the letter stays in the vault."""
    args = {"objection": contents.put(host.vault, letter).commitment}
    return _do(host, "object", {"objector": party}, resource, args)


def dismiss_objection(host: Host, party: str, resource: str, remark: str) -> Done:
    """The registration body finds the objection groundless; the notice goes on."""
    return _do(host, "dismiss-objection", {"registry": party}, resource, {"remark": remark})


def assign_code(host: Host, party: str, resource: str, code: str, valid_until: int) -> Done:
    """The registration body enters the code that was issued (赋码); valid until a time, ms."""
    args = {"code": code, "valid_until": valid_until}
    return _do(host, "assign-code", {"registry": party}, resource, args)


def refuse(host: Host, party: str, resource: str, remark: str) -> Done:
    """The registration body refuses, with reasons (不予登记)."""
    return _do(host, "refuse", {"registry": party}, resource, {"remark": remark})


def withdraw(host: Host, party: str, resource: str) -> Done:
    """The source department withdraws its application (撤回)."""
    return _do(host, "withdraw", {"department": party}, resource)


# --- change, correction, renewal (变更、更正、续期) ---


def change(host: Host, party: str, resource: str, wanted: Change) -> Done:
    """The source department applies for a change, a correction or a renewal; the registration stands
    meanwhile.

    Raises DataError, VaultError, DeedError.
    """
    standing = leaf(host, resource, RESOURCE).fields
    args = {name: standing[name] for name in CHANGED if name in standing}
    args |= _stated(host, party, wanted.states, standing)
    args |= {"procedure": wanted.procedure, "reasons": wanted.reasons, "registration": resource}
    return _do(host, "apply-to-change", {"department": party}, None, args)


def take_effect(host: Host, party: str, application: str, valid_until: int | None = None) -> Done:
    """The registration body lets a change take effect: application and registration in one deed.

    ``valid_until``, ms: of a renewal only.
    """
    resource = leaf(host, application, RESOURCE).fields.get("registration", application)
    args = {"application": application} | ({} if valid_until is None else {"valid_until": valid_until})
    role = {"registry": party}
    entered = Intent(RESOURCE, "amend", args, role, resource, with_={"change": 1})
    effected = Intent(RESOURCE, "take-effect", {}, role, application, with_={"registration": 0})
    return host.act([entered, effected])


# --- cancellation (注销登记) ---


def apply_to_cancel(host: Host, party: str, resource: str, remark: str) -> Done:
    """The source department applies for cancellation (申请注销)."""
    return _do(host, "apply-to-cancel", {"department": party}, resource, {"remark": remark})


def cancel(host: Host, party: str, resource: str) -> Done:
    """The registration body cancels (注销)."""
    return _do(host, "cancel", {"registry": party}, resource)


def keep(host: Host, party: str, resource: str, remark: str) -> Done:
    """The registration body refuses to cancel, with reasons (不予注销)."""
    return _do(host, "keep", {"registry": party}, resource, {"remark": remark})


def withdraw_cancellation(host: Host, party: str, resource: str) -> Done:
    """The source department wants its registration to stand after all (撤回注销申请)."""
    return _do(host, "withdraw-cancellation", {"department": party}, resource)


def _do(
    host: Host,
    action: str,
    roles: dict[str, str],
    asset: str | None,
    args: dict[str, Any] | None = None,
) -> Done:
    return host.act([Intent(RESOURCE, action, args or {}, roles, asset)])
