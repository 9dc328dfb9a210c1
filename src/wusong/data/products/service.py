"""The use cases of products and of their use, one function each: no HTTP, no SQL, no printing.

    product    offer reprice delist relist retire recall
    use        apply approve decline take_back stop move name_recipients terminate close

Each writes one deed and gives it back when the ledger has accepted it; a refusal is a ``DeedError`` that
carries the clause. ``party`` is always who acts; the ledger judges whether it may.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from wusong.data import contents
from wusong.data.brought import brought
from wusong.data.host import Done, Host, Intent, leaf
from wusong.data.products import asking, ceilings
from wusong.data.products.calls import OPERATION, PRODUCT, USE
from wusong.data.products.metering import meter
from wusong.data.products.question import Question
from wusong.errors import DataError

Benefit = Literal["public-governance", "public-welfare", "industry"]
PURPOSES: Final = (
    "public-service",
    "planning",
    "business",
    "risk-control",
    "credit",
    "compliance",
    "research",
    "development",
)
"""The classes of purpose that a product may be offered for."""
UNDERTAKING: Final = """承诺书

承诺单位：{user}
数据产品：{product}
使用目的：{purpose}

本单位承诺：所取得的答案和文件仅用于上述目的，不向任何第三方提供、出售或者以其他方式转移；所领取的文件载有
本单位标识，如有流出，本单位接受据此追溯。

Undertaking

We use the answers and files that we receive from this data product for the purpose stated only, and do not
pass them on to anyone. Files that we receive carry our mark; should one get out, we accept that it is traced
to us.
"""


@dataclass(frozen=True, slots=True)
class Offer:
    """What an operator offers: a question, its name, and the price of one call (分); for which purposes
    (empty: any), whether users must undertake not to pass answers on, which product it follows, and of which
    class it is (``class_``; needed where the authorisation sets ceilings by class).
    """

    name: str
    question: Question
    price: int
    purposes: tuple[str, ...] = ()
    undertaking: bool = False
    earlier: str = ""
    class_: str = ""


def offer(host: Host, party: str, operation: str, wanted: Offer) -> Done:
    """Check the question against the resource's columns and list the product (上架).

    Only the authorised operator learns whether the question fits the columns; any other party the ledger
    refuses. Raises DataError ``question-...``, ``content-not-brought``, DeedError.
    """
    authorised = leaf(host, operation, OPERATION)
    if authorised.roles["operator"] == party:
        asking.fits(host, authorised.fields["resource"], wanted.question)
    question = contents.put_json(host.vault, wanted.question.to_json()).commitment
    brought(host).note(party, question)
    args = {
        "least_group": wanted.question.least_group,
        "name": wanted.name,
        "operation": operation,
        "output": wanted.question.output,
        "price": wanted.price,
        "question": question,
        **_conditions(wanted, authorised.fields["resource"]),
        **ceilings.classes(authorised.fields),
    }
    return _do(host, PRODUCT, "offer", {"operator": party}, None, args)


def _conditions(wanted: Offer, resource: str) -> dict[str, Any]:
    """What an offer says beyond question and price, as far as it says it."""
    files = wanted.question.output == "file"
    said: dict[str, Any] = {
        "class": wanted.class_,
        "earlier": wanted.earlier,
        "purposes": list(wanted.purposes),
        "resource": resource if files else "",
        "undertaking": wanted.undertaking or files,
    }
    return {name: value for name, value in said.items() if value}


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
    """Never on offer again (停用); approved uses go on."""
    return _do(host, PRODUCT, "retire", {"operator": party}, product)


def recall(host: Host, party: str, product: str, reason: str) -> Done:
    """Never on offer again, for cause (因故停用); no calls from this block on."""
    return _do(host, PRODUCT, "recall", {"operator": party}, product, {"reason": reason})


# --- use (使用) ---


@dataclass(frozen=True, slots=True)
class UseTerms:
    """What a user applies for: purpose, term (ms), number of calls; and what may narrow it: the class of
    purpose, calls a day, networks, who may call. ``undertaking``: the user undertakes not to pass answers on.
    """

    purpose: str
    starts: int
    ends: int
    calls: int
    benefit: Benefit = "industry"
    purpose_class: str = ""
    per_day: int = 0
    places: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    undertaking: bool = False


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
        **_bounds(terms),
        **ceilings.classes(leaf(host, fields["operation"], OPERATION).fields),
    }
    if terms.undertaking:
        letter = undertaking(party, product, terms.purpose).encode()
        args["undertaking"] = contents.put(host.vault, letter).commitment
    return _do(host, USE, "apply", {"user": party}, None, args)


def _bounds(terms: UseTerms) -> dict[str, Any]:
    """What narrows the use, as far as it was said."""
    said: dict[str, Any] = {
        "per_day": terms.per_day,
        "places": list(terms.places),
        "purpose_class": terms.purpose_class,
        "recipients": list(terms.recipients),
    }
    return {name: value for name, value in said.items() if value}


def undertaking(user: str, product: str, purpose: str) -> str:
    """The undertaking that a user signs with its application; the contents stay in the vault."""
    return UNDERTAKING.format(user=user, product=product, purpose=purpose)


def move(host: Host, party: str, use: str, product: str) -> Done:
    """The user moves to the next version of the product (转入新版本)."""
    return _do(host, USE, "move", {"user": party}, use, {"product": product})


def approve(host: Host, party: str, use: str) -> Done:
    """The operator approves; the calls are issued (批准)."""
    return _do(host, USE, "approve", {"operator": party}, use)


def decline(host: Host, party: str, use: str, remark: str) -> Done:
    """The operator does not approve, with reasons."""
    return _do(host, USE, "decline", {"operator": party}, use, {"remark": remark})


def take_back(host: Host, party: str, use: str) -> Done:
    """The user takes the application back."""
    return _do(host, USE, "cancel", {"user": party}, use)


def name_recipients(host: Host, use: str, recipients: Sequence[str]) -> Done:
    """User and operator change together who may call (变更调用人); both keys must be here, otherwise the
    change is proposed (``recipients_act``). Calls made before are metered by the earlier list.
    """
    act = recipients_act(host, use, recipients)
    return host.act([Intent(USE, act["action"], act["args"], act["as"], use)])


def recipients_act(host: Host, use: str, recipients: Sequence[str]) -> dict[str, Any]:
    """The act that changes who may call, as it is proposed to user and operator."""
    roles = leaf(host, use, USE).roles
    return {
        "contract": USE,
        "action": "name-recipients",
        "as": {"user": roles["user"], "operator": roles["operator"]},
        "args": {"recipients": list(recipients)},
        "asset": use,
    }


def stop(host: Host, party: str, use: str) -> Done:
    """The user stops; what was called before is still metered."""
    return _do(host, USE, "stop", {"user": party}, use)


def terminate(host: Host, party: str, use: str, remark: str) -> Done:
    """Meter what was called, then end the use, with reasons. Calls that no metering would take are left."""
    if leaf(host, use, USE).roles.get("operator") == party:
        try:
            meter(host, use)
        except DataError as error:
            if error.code != "metering-refused":
                raise
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
