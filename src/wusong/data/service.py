"""The use cases of public data, one function each: no HTTP, no SQL, no printing.

Each writes one deed and gives it back when the ledger has accepted it; a refusal is a ``DeedError`` that
carries the clause. ``party`` is always who acts; the ledger judges whether it may.

    resource   in ``registration/service``, by their names here
    operation  authorise accept_authorisation decline_authorisation set_ceiling withdraw_authorisation
               expire
    product    in ``products/service``, by their names here
    use        likewise; call; meter, meter_all
    evidence   attest
"""

from __future__ import annotations

from typing import Any, Final

from wusong.data import contents
from wusong.data.evidence import Attested, attest
from wusong.data.host import Done, Host, Intent
from wusong.data.products.calls import OPERATION, Answer, call
from wusong.data.products.metering import meter, meter_all
from wusong.data.products.service import (
    Offer,
    UseTerms,
    apply,
    approve,
    close,
    decline,
    delist,
    move,
    offer,
    recall,
    relist,
    reprice,
    retire,
    stop,
    take_back,
    terminate,
)
from wusong.data.registration.service import (
    Application,
    Change,
    Correction,
    Registered,
    accept,
    apply_to_cancel,
    assign_code,
    cancel,
    change,
    dismiss_objection,
    examine,
    keep,
    publish,
    raise_objection,
    refuse,
    register,
    send_back,
    supplement,
    take_effect,
    withdraw,
    withdraw_cancellation,
)  # fmt: skip

__all__ = [
    "ACCREDITATIONS",
    "Answer",
    "Application",
    "Attested",
    "Change",
    "Correction",
    "Offer",
    "Registered",
    "UseTerms",
    "accept",
    "accept_authorisation",
    "apply",
    "apply_to_cancel",
    "approve",
    "assign_code",
    "attest",
    "authorise",
    "call",
    "cancel",
    "change",
    "close",
    "decline",
    "decline_authorisation",
    "delist",
    "dismiss_objection",
    "examine",
    "expire",
    "keep",
    "meter",
    "meter_all",
    "move",
    "offer",
    "publish",
    "raise_objection",
    "recall",
    "refuse",
    "register",
    "relist",
    "reprice",
    "retire",
    "send_back",
    "set_ceiling",
    "stop",
    "supplement",
    "take_back",
    "take_effect",
    "terminate",
    "withdraw",
    "withdraw_authorisation",
    "withdraw_cancellation",
]

ACCREDITATIONS: Final[dict[str, dict[str, str]]] = {
    "data-registry": {"en": "Registration body for public data", "zh": "公共数据资源登记机构"},
    "data-implementing-body": {
        "en": "Implementing body of authorised operation",
        "zh": "公共数据资源授权运营实施机构",
    },
    "data-operator": {"en": "Operator of public data", "zh": "公共数据资源运营机构"},
}
"""What the roles of these pages need, by the accreditation's name."""


# --- authorised operation (授权运营) ---


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
) -> Done:
    """The implementing body authorises an operator: scope, term (ms), price ceiling of one call (分).

    The agreement itself, when given, stays in the vault.
    """
    args: dict[str, Any] = {"ceiling": ceiling, "ends": ends, "operator": operator}
    args |= {"resource": resource, "scope": scope, "starts": starts}
    if agreement:
        args["agreement"] = contents.put(host.vault, agreement).commitment
    return _do(host, OPERATION, "authorise", {"body": party}, None, args)


def accept_authorisation(host: Host, party: str, operation: str) -> Done:
    """The operator accepts; the authorisation is in force."""
    return _do(host, OPERATION, "accept", {"operator": party}, operation)


def decline_authorisation(host: Host, party: str, operation: str) -> Done:
    """The operator does not accept."""
    return _do(host, OPERATION, "decline", {"operator": party}, operation)


def set_ceiling(host: Host, party: str, operation: str, ceiling: int, document: str) -> Done:
    """The implementing body changes the price ceiling (分), naming the document."""
    return _do(
        host, OPERATION, "set-ceiling", {"body": party}, operation, {"ceiling": ceiling, "document": document}
    )


def withdraw_authorisation(host: Host, party: str, operation: str, document: str) -> Done:
    """The implementing body withdraws the authorisation, with its reason; calls stop with the block."""
    return _do(host, OPERATION, "withdraw", {"body": party}, operation, {"document": document})


def expire(host: Host, party: str, operation: str) -> Done:
    """Anyone records that the term of an authorisation has ended (到期终止)."""
    return _do(host, OPERATION, "expire", {"anyone": party}, operation)


def _do(
    host: Host,
    contract: str,
    action: str,
    roles: dict[str, str],
    asset: str | None,
    args: dict[str, Any] | None = None,
) -> Done:
    return host.act([Intent(contract, action, args or {}, roles, asset)])
