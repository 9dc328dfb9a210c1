"""The use cases of public data, one function each: no HTTP, no SQL, no printing.

Each writes one deed and gives it back when the ledger has accepted it; a refusal is a ``DeedError`` that
carries the clause. ``party`` is always who acts; the ledger judges whether it may.

    resource   in ``registration/service``, by their names here
    operation  authorise accept_authorisation decline_authorisation set_ceiling withdraw_authorisation
               expire
    product    offer reprice delist relist retire
    use        apply approve decline take_back stop terminate close; call; meter, meter_all
    evidence   attest
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from wusong.data import contents
from wusong.data.brought import brought
from wusong.data.evidence import Attested, attest
from wusong.data.host import Done, Host, Intent, leaf
from wusong.data.products.calls import OPERATION, PRODUCT, USE, Answer, call, columns_of
from wusong.data.products.metering import meter, meter_all
from wusong.data.products.product import Question, check
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
    "offer",
    "publish",
    "raise_objection",
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

Benefit = Literal["public-governance", "public-welfare", "industry"]


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


# --- products (产品) ---


@dataclass(frozen=True, slots=True)
class Offer:
    """What an operator offers: a question, its name, and the price of one call (分)."""

    name: str
    question: Question
    price: int


def offer(host: Host, party: str, operation: str, wanted: Offer) -> Done:
    """Check the question against the resource's columns and list the product (上架).

    Only the authorised operator learns whether the question fits the columns; any other party the ledger
    refuses. Raises DataError ``question-...``, ``content-not-brought``, DeedError.
    """
    authorised = leaf(host, operation, OPERATION)
    if authorised.roles["operator"] == party:
        check(wanted.question, columns_of(host, authorised.fields["resource"]))
    question = contents.put_json(host.vault, wanted.question.to_json()).commitment
    brought(host).note(party, question)
    args = {
        "least_group": wanted.question.least_group,
        "name": wanted.name,
        "operation": operation,
        "output": wanted.question.output,
        "price": wanted.price,
        "question": question,
    }
    return _do(host, PRODUCT, "offer", {"operator": party}, None, args)


def reprice(host: Host, party: str, product: str, price: int) -> Done:
    """The operator changes the price of one call (分)."""
    return _do(host, PRODUCT, "reprice", {"operator": party}, product, {"price": price})


def delist(host: Host, party: str, product: str) -> Done:
    """No new uses (下架); those approved go on."""
    return _do(host, PRODUCT, "delist", {"operator": party}, product)


def relist(host: Host, party: str, product: str) -> Done:
    """On offer again."""
    return _do(host, PRODUCT, "relist", {"operator": party}, product)


def retire(host: Host, party: str, product: str) -> Done:
    """Never on offer again (停用)."""
    return _do(host, PRODUCT, "retire", {"operator": party}, product)


# --- use (使用) ---


@dataclass(frozen=True, slots=True)
class UseTerms:
    """What a user applies for: purpose, term (ms), number of calls."""

    purpose: str
    starts: int
    ends: int
    calls: int
    benefit: Benefit = "industry"


def apply(host: Host, party: str, product: str, terms: UseTerms) -> Done:
    """A user applies to call a product, at the price of today; free for public governance and welfare
    (申请使用).
    """
    fields = leaf(host, product, PRODUCT).fields
    args = {
        "benefit": terms.benefit,
        "calls": terms.calls,
        "ends": terms.ends,
        "operation": fields["operation"],
        "price": fields["price"] if terms.benefit == "industry" else 0,
        "product": product,
        "purpose": terms.purpose,
        "starts": terms.starts,
    }
    return _do(host, USE, "apply", {"user": party}, None, args)


def approve(host: Host, party: str, use: str) -> Done:
    """The operator approves; the calls are issued (批准)."""
    return _do(host, USE, "approve", {"operator": party}, use)


def decline(host: Host, party: str, use: str, remark: str) -> Done:
    """The operator does not approve, with reasons."""
    return _do(host, USE, "decline", {"operator": party}, use, {"remark": remark})


def take_back(host: Host, party: str, use: str) -> Done:
    """The user takes the application back."""
    return _do(host, USE, "cancel", {"user": party}, use)


def stop(host: Host, party: str, use: str) -> Done:
    """The user stops; what was called before is still metered."""
    return _do(host, USE, "stop", {"user": party}, use)


def terminate(host: Host, party: str, use: str, remark: str) -> Done:
    """Meter what was called, then end the use, with reasons."""
    if leaf(host, use, USE).roles.get("operator") == party:
        meter(host, use)
    return _do(host, USE, "terminate", {"operator": party}, use, {"remark": remark})


def close(host: Host, party: str, use: str) -> Done:
    """Anyone closes a use that is used up, or whose time for settlement has passed (结清)."""
    return _do(host, USE, "close", {"anyone": party}, use)


def _do(
    host: Host,
    contract: str,
    action: str,
    roles: dict[str, str],
    asset: str | None,
    args: dict[str, Any] | None = None,
) -> Done:
    return host.act([Intent(contract, action, args or {}, roles, asset)])
