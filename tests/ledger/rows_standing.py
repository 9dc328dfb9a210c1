"""Refusals about time limits, calendars, freezes, look-throughs and passed-on mandates: rows of the table."""

from __future__ import annotations

from ledger.kit import Net, did_of
from ledger.refusing import row
from system.standing import (
    accredit_all,
    by_one_delegate,
    deposit,
    freeze,
    look,
    offer,
    ok,
    party,
    publish,
    take,
    unfreeze,
)  # fmt: skip
from wusong.contract.calendar import weekdays

SOON = 60_000
"""Sooner than the records of spent ids end: a refusal changes nothing else."""


@row("asset-frozen", "an authority and two officers froze it")
def _(net: Net) -> bytes:
    accredit_all(net)
    asset = net.issue("alice")
    ok(net, freeze(net, asset))
    return net.transfer("alice", asset, "bob")


@row("party-frozen", "it signs")
def _(net: Net) -> bytes:
    accredit_all(net)
    asset = net.issue("alice")
    ok(net, freeze(net, party(net, "alice")))
    return net.transfer("alice", asset, "bob")


@row("party-frozen", "it comes into a role")
def _(net: Net) -> bytes:
    accredit_all(net)
    asset = net.issue("alice")
    ok(net, freeze(net, party(net, "bob")))
    return net.transfer("alice", asset, "bob")


@row("agent-for-both", "one delegate for both officers")
def _(net: Net) -> bytes:
    return by_one_delegate(net, net.issue("alice"), "carol", "dave", delegate="bob")


@row("agent-for-both", "a party for itself and for another")
def _(net: Net) -> bytes:
    return by_one_delegate(net, net.issue("alice"), "carol", delegate="dave")


@row("not-frozen", "nobody froze it")
def _(net: Net) -> bytes:
    accredit_all(net)
    return unfreeze(net, net.issue("alice"))


@row("not-accredited", "an officer who is none")
def _(net: Net) -> bytes:
    accredit_all(net)
    return freeze(net, net.issue("alice"), officer_b="alice")


@row("calendar-day-past", "the first of January")
def _(net: Net) -> bytes:
    accredit_all(net)
    ok(net, publish(net, 2026))
    turned = f"{int(weekdays(2026), 16) ^ 1 << 367:092x}"
    return publish(net, 2026, turned, "correct", reason="x")


@row("look-through-quorum", "nobody signs as a supervisor")
def _(net: Net) -> bytes:
    accredit_all(net)
    given = {"basis": "x", "document": "x", "purpose": "x", "target": did_of("alice"), "until": 1}
    draft = net.draft("carol").act("system/look-through", "open", given, as_={})
    return net.seal_up(draft)


@row("bad-args", "a look-through at nothing")
def _(net: Net) -> bytes:
    accredit_all(net)
    return look(net, "ab" * 32, "carol")


@row("mandate-amount", "more than is left")
def _(net: Net) -> bytes:
    asset = net.issue("alice")
    amounts = [{"argument": "price", "limit": 9}]
    mandate = net.mandate("alice", "bob", [{"actions": ["price"], "amounts": amounts, "contract": net.title}])
    draft = net.draft({"mandate": mandate, "party": "alice"})
    args = {"by_part": 1, "price": 10}
    draft.act(net.title, "price", args, as_={"holder": did_of("alice")}, asset=asset)
    return net.seal_up(draft, net.key("bob"))


@row("mandate-wider", "passed on without the principal's consent")
def _(net: Net) -> bytes:
    scope = [{"actions": ["*"], "contract": net.title}]
    args = {"delegate": did_of("carol"), "parent": net.mandate("alice", "bob", scope), "scope": scope}
    return net.one("bob", "system/mandate", "grant", args, as_={"grantor": "bob"})


@row("mandate-ended", "one above it was revoked", sealed=False)
def _(net: Net) -> bytes:
    scope = [{"actions": ["*"], "contract": net.title}]
    first = net.mandate("alice", "bob", scope, onward=1)
    args = {"delegate": did_of("carol"), "parent": first, "scope": scope}
    made = net.created(ok(net, net.one("bob", "system/mandate", "grant", args, as_={"grantor": "bob"})))
    ok(net, net.one("alice", "system/mandate", "revoke", as_={"principal": "alice"}, asset=first))
    draft = net.draft({"mandate": made, "party": "alice"})
    draft.act(net.title, "issue", {"holder": did_of("bob"), "lot": "L"}, as_={"issuer": did_of("alice")})
    return net.seal_up(draft, net.key("carol"))


@row("deadline-passed", "an offer is taken too late, its end kept open", pages=("term",))
def _(net: Net) -> bytes:
    asset = term(net)
    net.clock.time += 2 * SOON
    return net.one("alice", net.pages["term"], "early", as_={"holder": "alice"}, asset=asset)


@row("deadline-not-passed", "before the term is over", pages=("term",))
def _(net: Net) -> bytes:
    return net.one("alice", net.pages["term"], "late", as_={"holder": "alice"}, asset=term(net))


@row("nothing-due", "an offer that still runs", pages=("offer",))
def _(net: Net) -> bytes:
    asset = offer(net, net.ledger.now() + SOON)
    return net.one("carol", net.pages["offer"], "lapse", as_={"anyone": "carol"}, asset=asset)


@row("wrong-state", "an offer whose end has passed, though nobody wrote it down", pages=("offer",))
def _(net: Net) -> bytes:
    asset = offer(net, net.ledger.now() + SOON)
    net.clock.time += 2 * SOON
    return take(net, asset)


@row("cannot-upgrade", "to a page that follows another", pages=("deposit", "storage", "title"))
def _(net: Net) -> bytes:
    draft = net.draft("alice").act(
        net.title, "upgrade", {}, as_={"keeper": did_of("alice")}, asset=deposit(net)
    )
    return net.seal_up(draft)


def term(net: Net) -> str:
    """A term of alice's that is over in a minute."""
    args = {"last": net.ledger.now() + SOON}
    return net.created(ok(net, net.one("alice", net.pages["term"], "make", args, as_={"holder": "alice"})))
