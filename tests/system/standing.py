"""Deeds about calendars, freezes and look-throughs, in one line each."""

# ruff: noqa: ANN401 - arguments of acts are any JSON
from __future__ import annotations

from typing import Any

from ledger.kit import Net, did_of
from wusong.contract.calendar import weekdays
from wusong.ledger.receipt import Receipt

DAY = 86_400_000
ORDERED = {"authority": "admin", "officer_a": "carol", "officer_b": "dave"}
COURT = ("admin", "bob")
"""Who may order freezes in these tests."""


def accredit_all(net: Net) -> None:
    """Two authorities, two officers, two supervisors, a publisher."""
    for name, accreditation in (
        *((court, "freeze-authority") for court in COURT),
        ("carol", "freeze-officer"), ("dave", "freeze-officer"), ("bob", "freeze-officer"),
        ("carol", "supervisor"), ("dave", "supervisor"), ("admin", "calendar-publisher"),
    ):  # fmt: skip
        if net.leaf(net.state_key("accreditation", f"{did_of(name)} {accreditation}")) is None:
            net.accredit(name, accreditation)


def several(
    net: Net, contract: str, action: str, args: dict[str, Any], as_: dict[str, str], **act: Any
) -> bytes:
    """One act that everybody in ``as_`` signs."""
    roles = {role: did_of(name) for role, name in as_.items()}
    draft = net.draft(*dict.fromkeys(as_.values()))
    return net.seal_up(draft.act(contract, action, args, as_=roles, **act))


def freeze(
    net: Net, asset: str, action: str = "freeze", days: int = 30, document: str = "No 1", **as_: str
) -> bytes:
    """An authority and two officers freeze, or renew."""
    args = {"basis": "民事诉讼法 106", "days": days, "document": document}
    return several(net, "system/freeze", action, args, {**ORDERED, **as_}, asset=asset)


def by_one_delegate(net: Net, asset: str, *principals: str, delegate: str) -> bytes:
    """A freeze for whose ``principals`` one delegate signs; the others sign themselves."""
    accredit_all(net)
    scope = [{"actions": ["freeze"], "contract": "system/freeze"}]
    mandates = {name: net.mandate(name, delegate, scope) for name in principals}
    signers = [
        {"mandate": mandates[name], "party": name} if name in mandates else name
        for name in dict.fromkeys(ORDERED.values())
    ]
    draft = net.draft(*signers)
    args = {"basis": "民事诉讼法 106", "days": 30, "document": "No 1"}
    roles = {role: did_of(name) for role, name in ORDERED.items()}
    draft.act("system/freeze", "freeze", args, as_=roles, asset=asset)
    keys = [net.key(delegate if name in mandates else name) for name in dict.fromkeys(ORDERED.values())]
    return net.seal_up(draft, *keys)


def unfreeze(net: Net, asset: str, document: str = "No 1", authority: str = "admin") -> bytes:
    """The authority lifts its freeze."""
    args = {"basis": "民事诉讼法 107", "document": document}
    return several(net, "system/freeze", "unfreeze", args, {"authority": authority}, asset=asset)


def party(net: Net, name: str) -> str:
    """The key of a party's record."""
    return net.state_key("party", did_of(name))


def offer(net: Net, last: int, taker: str = "bob") -> str:
    """An offer by alice that expires at ``last``; its id."""
    args = {"last": last, "taker": did_of(taker)}
    return net.created(ok(net, net.one("alice", net.pages["offer"], "make", args, as_={"maker": "alice"})))


def deposit(net: Net, weight: int = 5, last: int = 30 * DAY) -> str:
    """Goods of bob's that alice keeps; their id."""
    args = {"last": net.ledger.now() + last, "lot": "L", "owner": did_of("bob"), "weight": weight}
    return net.created(ok(net, net.one("alice", net.pages["deposit"], "keep", args, as_={"keeper": "alice"})))


def upgrade(net: Net, asset: str, **act: Any) -> bytes:
    """A deed that moves a deposit to the page ``storage``."""
    roles = {"keeper": "alice", "owner": "bob"}
    return several(net, net.pages["storage"], "upgrade", {}, roles, asset=asset, **act)


def take(net: Net, asset: str, taker: str = "bob") -> bytes:
    """Who was offered takes."""
    return net.one(taker, net.pages["offer"], "take", as_={"taker": taker}, asset=asset)


def publish(
    net: Net, year: int, days: str = "", action: str = "publish", by: str = "admin", **args: str
) -> bytes:
    """A year of cn-work: Monday to Friday unless said otherwise."""
    given = {
        "basis": "国办发明电〔2025〕7号",
        "days": days or weekdays(year),
        "name": "cn-work",
        "year": year,
        **args,
    }
    asset = net.state_key("calendar", f"cn-work {year}")
    return net.one(by, "system/calendar", action, given, as_={"publisher": by}, asset=asset)


def look(net: Net, target: str, *supervisors: str, until: int = DAY, **args: Any) -> bytes:
    """Supervisors look through."""
    names = ["supervisor", *(f"supervisor_{n}" for n in range(2, 9))]
    given = {
        "basis": "数据安全法 44", "document": "沪数监〔2026〕3号", "purpose": "核查",
        "target": target, "until": net.ledger.now() + until, **args,
    }  # fmt: skip
    return several(net, "system/look-through", "open", given, dict(zip(names, supervisors, strict=False)))


def ok(net: Net, envelope: bytes) -> Receipt:
    """Handed in and accepted."""
    receipt = net.submit(envelope)
    assert receipt.code == "ok", net.ledger.app.refusal(receipt.deed)
    return receipt


def refused(net: Net, envelope: bytes) -> str:
    """Why it was refused: the code, and the argument or reason that it names."""
    receipt = net.submit(envelope)
    refusal = net.ledger.app.refusal(receipt.deed)
    data = {} if refusal is None else refusal.data
    detail = data.get("argument") or data.get("reason") or data.get("member") or ""
    return f"{receipt.code} {detail}".strip()
