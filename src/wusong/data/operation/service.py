"""The use cases of authorised operation, one function each: no HTTP, no SQL, no printing.

Each writes one deed and gives it back when the ledger has accepted it; a refusal is a ``DeedError`` that
carries the clause. ``party`` is always who acts; the ledger judges whether it may.

    begins      authorise accept_authorisation decline_authorisation
    runs        set_ceiling renew suspend resume report_incident report_measures disclose
    ends        give_notice withdraw_authorisation expire
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from wusong.data import contents
from wusong.data.host import Done, Host, Intent, leaf

__all__ = [
    "OPERATION", "Cause", "Conditions", "Protection", "accept_authorisation", "authorise",
    "decline_authorisation", "disclose", "expire", "give_notice", "renew", "report_incident",
    "report_measures", "resume", "set_ceiling", "suspend", "withdraw_authorisation",
]  # fmt: skip

OPERATION: Final = "data-operation@1"
Cause = Literal["security", "breach", "public-interest"]
Protection = Literal["level-2", "level-3", "level-4"]
_BODY: Final = "body"
_OPERATOR: Final = "operator"


@dataclass(frozen=True, slots=True)
class Conditions:
    """What an authorisation may state beside scope, term and ceiling; empty is left out.

    ``classes`` have the ``class_ceilings`` (分) at the same places. ``plan``, ``decision`` and ``security``
    are files; they stay in the vault.
    """

    columns: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    class_ceilings: tuple[int, ...] = ()
    plan: bytes = b""
    decision: bytes = b""
    security: bytes = b""
    protection: Protection | None = None


# --- begins ---


def authorise(
    host: Host,
    party: str,
    operator: str,
    resource: str,
    *,
    scope: str,
    starts: int,
    ends: int,
    ceiling: int,
    agreement: bytes = b"",
    conditions: Conditions | None = None,
) -> Done:
    """The implementing body authorises an operator: scope, term (ms), price ceiling of one call (分).

    The agreement itself, when given, stays in the vault.
    """
    args: dict[str, Any] = {"ceiling": ceiling, "ends": ends, "operator": operator}
    args |= {"resource": resource, "scope": scope, "starts": starts}
    if agreement:
        args["agreement"] = contents.put(host.vault, agreement).commitment
    return _do(host, "authorise", {_BODY: party}, None, args | _stated(host, conditions or Conditions()))


def _stated(host: Host, given: Conditions) -> dict[str, Any]:
    lists = {
        name: list(getattr(given, name)) for name in ("columns", "purposes", "classes", "class_ceilings")
    }
    files = {name: getattr(given, name) for name in ("plan", "decision", "security")}
    kept = {name: contents.put(host.vault, data).commitment for name, data in files.items() if data}
    level = {"protection": given.protection} if given.protection else {}
    return {name: value for name, value in lists.items() if value} | kept | level


def accept_authorisation(host: Host, party: str, operation: str) -> Done:
    """The operator accepts, and undertakes what the page says; the authorisation is in force."""
    return _do(host, "accept", {_OPERATOR: party}, operation)


def decline_authorisation(host: Host, party: str, operation: str) -> Done:
    """The operator does not accept."""
    return _do(host, "decline", {_OPERATOR: party}, operation)


# --- runs ---


def set_ceiling(
    host: Host,
    party: str,
    operation: str,
    ceiling: int,
    document: str,
    classes: tuple[str, ...] = (),
    class_ceilings: tuple[int, ...] = (),
) -> Done:
    """The implementing body changes the price ceilings (分), naming the document; classes left out fall under
    the general one.
    """
    args: dict[str, Any] = {"ceiling": ceiling, "document": document}
    if classes or class_ceilings:
        args |= {"classes": list(classes), "class_ceilings": list(class_ceilings)}
    return _do(host, "set-ceiling", {_BODY: party}, operation, args)


def renew(host: Host, operation: str, ends: int) -> Done:
    """Both sides prolong the term to ``ends`` (ms) before it is over, where this node holds the keys of both;
    otherwise one proposes it to the other as a pending deed. Raises NodeError ``no-key``.
    """
    roles = leaf(host, operation, OPERATION).roles
    return _do(host, "renew", {part: roles[part] for part in (_BODY, _OPERATOR)}, operation, {"ends": ends})


def suspend(host: Host, party: str, operation: str, document: str) -> Done:
    """The implementing body suspends, with its reason; calls stop with the block."""
    return _do(host, "suspend", {_BODY: party}, operation, {"document": document})


def resume(host: Host, party: str, operation: str) -> Done:
    """The implementing body lets the operation go on."""
    return _do(host, "resume", {_BODY: party}, operation)


def report_incident(host: Host, party: str, operation: str, incident: bytes, found: int) -> Done:
    """The operator reports a security incident that it found at ``found`` (ms); a report on the measures is
    owed within five days. What happened stays in the vault.
    """
    args = {"incident": contents.put(host.vault, incident).commitment, "found": found}
    return _do(host, "report-incident", {_OPERATOR: party}, operation, args)


def report_measures(host: Host, party: str, operation: str, measures: bytes) -> Done:
    """The operator reports on the measures that it took."""
    args = {"measures": contents.put(host.vault, measures).commitment}
    return _do(host, "report-measures", {_OPERATOR: party}, operation, args)


def disclose(host: Host, party: str, year: int, commitment: str, operations: list[str]) -> Done:
    """One deed in which ``party`` discloses the year under each of ``operations``, as body or as operator.
    ``commitment``: to the workbook in the vault. Raises DeedError.
    """
    return host.act([_disclosure(host, party, year, commitment, one) for one in operations])


def _disclosure(host: Host, party: str, year: int, commitment: str, operation: str) -> Intent:
    if leaf(host, operation, OPERATION).roles[_BODY] == party:
        args = {"year": year, "disclosure": commitment}
        return Intent(OPERATION, "disclose", args, {_BODY: party}, operation)
    return Intent(OPERATION, "report", {"year": year, "report": commitment}, {_OPERATOR: party}, operation)


# --- ends ---


def give_notice(host: Host, party: str, operation: str, document: str, day: int) -> Done:
    """The implementing body gives notice: the authorisation ends with the day (days since 1970-01-01), thirty
    days ahead at the earliest.
    """
    return _do(host, "give-notice", {_BODY: party}, operation, {"document": document, "day": day})


def withdraw_authorisation(
    host: Host, party: str, operation: str, document: str, cause: Cause | None = "breach"
) -> Done:
    """The implementing body withdraws at once, with reason and cause; calls stop with the block. Without a
    cause only what the operator has not accepted yet.
    """
    args = {"document": document} | ({"cause": cause} if cause else {})
    return _do(host, "withdraw", {_BODY: party}, operation, args)


def expire(host: Host, party: str, operation: str) -> Done:
    """Anyone records that the term of an authorisation has ended (到期终止)."""
    return _do(host, "expire", {"anyone": party}, operation)


def _do(
    host: Host, action: str, roles: dict[str, str], asset: str | None, args: dict[str, Any] | None = None
) -> Done:
    return host.act([Intent(OPERATION, action, args or {}, roles, asset)])
