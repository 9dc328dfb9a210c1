"""Refusals by execution, by system kinds and by pages: rows of the table."""

from __future__ import annotations

from ledger.kit import NO_KEY, Net, did_of, key_of
from ledger.refusing import (
    admit,
    install_other,
    rotate,
    row,
    store,
    suspend,
)
from wusong.ledger.system.party import possession_message


@row("no-possession", "another key's proof")
def _(net: Net) -> bytes:
    return admit(net, "erin", key_of("erin", net.suite), by=key_of("bob", net.suite))


@row("no-possession", "for another party")
def _(net: Net) -> bytes:
    key = key_of("erin", net.suite)
    return admit(
        net, "erin", key, message=possession_message(net.ledger.id, did_of("eve"), key.public.to_jwk())
    )


@row("no-possession", "a key that the suite does not have")
def _(net: Net) -> bytes:
    return admit(net, "erin", key_of("erin", "gm"))


@row("page-refused", "a page that is not sound")
def _(net: Net) -> bytes:
    return install_other(net, lambda model: {**model, "states": {}})


@row("page-refused", "an example that does not come true")
def _(net: Net) -> bytes:
    example = {
        "acts": [
            {
                "args": {"holder": "a", "lot": "L"},
                "as": {"issuer": "a"},
                "do": "issue",
                "refused": "to-oneself",
            }
        ],
        "name": "never",
    }
    return install_other(net, lambda model: {**model, "examples": [example]})


@row("report-refused", "about another page")
def _(net: Net) -> bytes:
    return install_other(net, lambda model: {**model, "version": 2}, report={"contract": "ab" * 32})


@row("report-refused", "by a party that is no examiner")
def _(net: Net) -> bytes:
    return install_other(net, lambda model: {**model, "version": 2}, examiner="alice")


@row("report-refused", "with a signature that does not hold")
def _(net: Net) -> bytes:
    return install_other(net, lambda model: {**model, "version": 2}, signed_by=NO_KEY)


@row("unknown-action", "of a page")
def _(net: Net) -> bytes:
    return net.one("alice", net.title, "fly", {}, as_={"issuer": "alice"})


@row("unknown-action", "of a system kind")
def _(net: Net) -> bytes:
    return net.one("alice", "system/party", "vanish", {}, as_={"party": "alice"})


@row("wrong-state", "after the final state")
def _(net: Net) -> bytes:
    asset = net.issue("alice")
    assert net.do("alice", net.title, "close", as_={"holder": "alice"}, asset=asset).code == "ok"
    return net.transfer("alice", asset, "bob")


@row("wrong-state", "an existing asset is created")
def _(net: Net) -> bytes:
    args = {"holder": did_of("alice"), "lot": "L"}
    return net.one("alice", net.title, "issue", args, as_={"issuer": "alice"}, asset=net.issue("alice"))


@row("wrong-state", "what does not stand yet is transferred")
def _(net: Net) -> bytes:
    return net.one("alice", net.title, "transfer", {"to": did_of("bob")}, as_={"holder": "alice"})


@row("wrong-state", "a party is reinstated that was not suspended")
def _(net: Net) -> bytes:
    args = {"did": did_of("bob"), "reason": "test"}
    asset = net.state_key("party", did_of("bob"))
    return net.one("admin", "system/party", "reinstate", args, as_={"registrar": "admin"}, asset=asset)


@row("wrong-state", "a mandate is revoked twice")
def _(net: Net) -> bytes:
    mandate = net.mandate("alice", "bob", [{"actions": ["*"], "contract": net.title}])
    assert net.do("alice", "system/mandate", "revoke", as_={"principal": "alice"}, asset=mandate).code == "ok"
    return net.one("alice", "system/mandate", "revoke", as_={"principal": "alice"}, asset=mandate)


@row("wrong-state", "an accreditation is revoked that nobody holds")
def _(net: Net) -> bytes:
    args = {"name": "warehouse", "party": did_of("bob"), "reason": "test"}
    asset = net.state_key("accreditation", f"{did_of('bob')} warehouse")
    return net.one("admin", "system/accreditation", "revoke", args, as_={"accreditor": "admin"}, asset=asset)


@row("wrong-state", "a page is resumed that was not suspended")
def _(net: Net) -> bytes:
    args = {"contract": net.title, "reason": "test"}
    return net.one(
        "admin",
        "system/contract",
        "resume",
        args,
        as_={"authority": "admin"},
        asset=net.state_key("page", net.title),
    )


@row("bad-args", "missing")
def _(net: Net) -> bytes:
    return net.one("alice", net.title, "issue", {"lot": "L"}, as_={"issuer": "alice"})


@row("bad-args", "of a system kind, missing")
def _(net: Net) -> bytes:
    return net.one("alice", "system/mandate", "grant", {}, as_={"principal": "alice"})


@row("bad-args", "the record is not the one that the arguments name")
def _(net: Net) -> bytes:
    args = {"did": did_of("bob"), "reason": "test"}
    asset = net.state_key("party", did_of("carol"))
    return net.one("admin", "system/party", "suspend", args, as_={"registrar": "admin"}, asset=asset)


@row("bad-args", "a revision of what the deed itself creates")
def _(net: Net) -> bytes:
    args = {"holder": did_of("alice"), "lot": "L"}
    return net.one("alice", net.title, "issue", args, as_={"issuer": "alice"}, rev=1)


@row("bad-args", "a child of a later act")
def _(net: Net) -> bytes:
    return net.transfer("alice", "#1.0", "bob")


@row("bad-args", "keys to revoke that are no thumbprints")
def _(net: Net) -> bytes:
    asset = net.state_key("party", did_of("alice"))
    return net.one("alice", "system/party", "rotate", {"revoke": [{}]}, as_={"party": "alice"}, asset=asset)


@row("bad-args", "the last key revoked")
def _(net: Net) -> bytes:
    return rotate(net, "alice", revoke=["alice"])


@row("wrong-role", "who does not hold it")
def _(net: Net) -> bytes:
    return net.one(
        "bob", net.title, "transfer", {"to": did_of("carol")}, as_={"holder": "bob"}, asset=net.issue("alice")
    )


@row("wrong-role", "an office that genesis did not give")
def _(net: Net) -> bytes:
    return admit(net, "erin", key_of("erin", net.suite), registrar="alice")


@row("wrong-role", "a role that does not sign")
def _(net: Net) -> bytes:
    asset = net.state_key("party", did_of("alice"))
    return net.one(
        "alice", "system/party", "update", {"endpoints": {}}, as_={"registrar": "alice"}, asset=asset
    )


@row("wrong-role", "another principal's mandate")
def _(net: Net) -> bytes:
    mandate = net.mandate("alice", "bob", [{"actions": ["*"], "contract": net.title}])
    return net.one("bob", "system/mandate", "revoke", as_={"principal": "bob"}, asset=mandate)


@row("missing-signer", "the holder did not sign")
def _(net: Net) -> bytes:
    return net.one(
        "bob",
        net.title,
        "transfer",
        {"to": did_of("carol")},
        as_={"holder": "alice"},
        asset=net.issue("alice"),
    )


@row("missing-signer", "the registrar did not sign")
def _(net: Net) -> bytes:
    args = {"did": did_of("bob"), "reason": "test"}
    asset = net.state_key("party", did_of("bob"))
    return net.one("alice", "system/party", "suspend", args, as_={"registrar": "admin"}, asset=asset)


@row("unknown-party", "an accreditation for nobody")
def _(net: Net) -> bytes:
    args = {"name": "warehouse", "party": did_of("nobody")}
    asset = net.state_key("accreditation", f"{did_of('nobody')} warehouse")
    return net.one("admin", "system/accreditation", "grant", args, as_={"accreditor": "admin"}, asset=asset)


@row("party-not-active", "a holder who was never admitted")
def _(net: Net) -> bytes:
    return net.transfer("alice", net.issue("alice"), "nobody")


@row("party-not-active", "a holder who was suspended")
def _(net: Net) -> bytes:
    asset = net.issue("alice")
    suspend(net, "bob")
    return net.transfer("alice", asset, "bob")


@row("not-accredited", "a keeper without accreditation", pages=("title", "grain"))
def _(net: Net) -> bytes:
    args = {"holder": did_of("bob"), "lot": "L", "weight": 10}
    return net.one("alice", net.pages["grain"], "store", args, as_={"keeper": "alice"})


@row("not-accredited", "an accreditation that has ended", pages=("title", "grain"))
def _(net: Net) -> bytes:
    until = net.ledger.now() + 1_000
    asset = net.state_key("accreditation", f"{did_of('alice')} warehouse")
    args = {"name": "warehouse", "party": did_of("alice"), "until": until}
    net.system("accreditation", "grant", args, "accreditor", asset)
    net.clock.time = until
    args = {"holder": did_of("bob"), "lot": "L", "weight": 10}
    return net.one("alice", net.pages["grain"], "store", args, as_={"keeper": "alice"})


@row("guard-failed", "a condition of the page", clause="to-oneself")
def _(net: Net) -> bytes:
    return net.transfer("alice", net.issue("alice"), "alice")


@row("guard-error", "a division by nothing", clause="fair")
def _(net: Net) -> bytes:
    args = {"by_part": 0, "price": 7}
    return net.one("alice", net.title, "price", args, as_={"holder": "alice"}, asset=net.issue("alice"))


@row("effect-error", "a number out of range")
def _(net: Net) -> bytes:
    args = {"by_much": 9_007_199_254_740_991}
    return net.one("alice", net.title, "raise", args, as_={"holder": "alice"}, asset=net.issue("alice"))


@row("conservation", "parts that do not make up the whole", pages=("title", "grain"))
def _(net: Net) -> bytes:
    return net.one(
        "alice", net.pages["grain"], "split", {"parts": [4, 7]}, as_={"holder": "alice"}, asset=store(net, 10)
    )


@row("conservation", "more taken than there is", pages=("title", "grain"))
def _(net: Net) -> bytes:
    return net.one(
        "alice", net.pages["grain"], "take", {"weight": 11}, as_={"holder": "alice"}, asset=store(net, 10)
    )


@row("conservation", "merged with itself", pages=("title", "grain"))
def _(net: Net) -> bytes:
    asset = store(net, 10)
    return net.one(
        "alice", net.pages["grain"], "merge", {"others": [asset]}, as_={"holder": "alice"}, asset=asset
    )


@row("invariant-broken", "a rule of the page", clause="price-below-million")
def _(net: Net) -> bytes:
    args = {"by_part": 1, "price": 1_000_000}
    return net.one("alice", net.title, "price", args, as_={"holder": "alice"}, asset=net.issue("alice"))
