"""Refusals by execution, of deeds as a whole: rows of the table."""

from __future__ import annotations

from ledger.kit import Net, did_of, key_of
from ledger.refusing import (
    admit,
    agreed,
    changed,
    limits,
    published,
    row,
    settle,
    store,
    under_mandate,
    until_in_order,
)


@row("mandate-ended", "its term has passed", sealed=False)
def _(net: Net) -> bytes:
    mandate = net.mandate(
        "alice", "bob", [{"actions": ["*"], "contract": net.title}], until=net.ledger.now() + 1_000
    )
    net.clock.time += 2_000
    return under_mandate(net, mandate)


@row("mandate-ended", "revoked in the same block, before")
def _(net: Net) -> list[bytes]:
    mandate = net.mandate("alice", "bob", [{"actions": ["*"], "contract": net.title}])

    def pair() -> list[bytes]:
        revoke = net.one("alice", "system/mandate", "revoke", as_={"principal": "alice"}, asset=mandate)
        return [revoke, under_mandate(net, mandate)]

    return until_in_order(net, pair)


@row("mandate-scope", "another action")
def _(net: Net) -> bytes:
    return under_mandate(net, net.mandate("alice", "bob", [{"actions": ["transfer"], "contract": net.title}]))


@row("mandate-scope", "another contract")
def _(net: Net) -> bytes:
    return under_mandate(net, net.mandate("alice", "bob", [{"actions": ["*"], "contract": "ab" * 32}]))


@row("mandate-scope", "mandates are closed to delegates")
def _(net: Net) -> bytes:
    mandate = net.mandate("alice", "bob", [{"actions": ["*"], "contract": "system/mandate"}])
    args = {"delegate": did_of("carol"), "scope": [{"actions": ["*"], "contract": net.title}]}
    draft = net.draft({"mandate": mandate, "party": "alice"})
    draft.act("system/mandate", "grant", args, as_={"principal": did_of("alice")})
    return net.seal_up(draft, net.key("bob"))


@row("mandate-scope", "keys are closed to delegates")
def _(net: Net) -> bytes:
    mandate = net.mandate("alice", "bob", [{"actions": ["*"], "contract": "system/party"}])
    draft = net.draft({"mandate": mandate, "party": "alice"})
    asset = net.state_key("party", did_of("alice"))
    draft.act("system/party", "update", {"endpoints": {}}, as_={"party": did_of("alice")}, asset=asset)
    return net.seal_up(draft, net.key("bob"))


@row("mandate-limit", "used up", sealed=False)
def _(net: Net) -> bytes:
    mandate = net.mandate("alice", "bob", [{"actions": ["*"], "contract": net.title}], limit=1)
    assert net.submit(under_mandate(net, mandate)).code == "ok"
    return under_mandate(net, mandate)


@row("mandate-limit", "used up within one deed")
def _(net: Net) -> bytes:
    mandate = net.mandate("alice", "bob", [{"actions": ["issue"], "contract": "title@1"}], limit=1)
    draft = net.draft({"mandate": mandate, "party": "alice"})
    for _ in range(2):
        draft.act(net.title, "issue", {"holder": did_of("bob"), "lot": "L"}, as_={"issuer": did_of("alice")})
    return net.seal_up(draft, net.key("bob"))


@row("quota", "too much in one minute", sealed=False)
def _(net: Net) -> bytes:
    net.system(
        "parameters",
        "change",
        {"reason": "test", "set": {"quota_minute": 10}},
        "authority",
        net.state_key("parameters"),
    )
    for _ in range(5):
        assert net.submit(changed(net)).code == "ok"
    return changed(net)


@row("unknown-contract", "a page that is not installed")
def _(net: Net) -> bytes:
    return net.one("alice", "ab" * 32, "issue", {}, as_={"issuer": "alice"})


@row("unknown-contract", "a system kind that does not exist")
def _(net: Net) -> bytes:
    return net.one("alice", "system/weather", "make", {}, as_={"issuer": "alice"})


@row("contract-suspended", "a suspended page")
def _(net: Net) -> bytes:
    args = {"contract": net.title, "reason": "test"}
    net.system("contract", "suspend", args, "authority", net.state_key("page", net.title))
    return changed(net)


@row("unknown-asset", "no such id")
def _(net: Net) -> bytes:
    return net.transfer("alice", "ab" * 32, "bob")


@row("unknown-asset", "an asset of another page", pages=("title", "sale"))
def _(net: Net) -> bytes:
    return net.one(
        "alice", net.pages["sale"], "settle", {}, as_={"seller": "alice"}, asset=net.issue("alice")
    )


@row("unknown-asset", "a child that was not made")
def _(net: Net) -> bytes:
    draft = net.draft("alice")
    draft.act(net.title, "issue", {"holder": did_of("alice"), "lot": "L"}, as_={"issuer": did_of("alice")})
    draft.act(net.title, "transfer", {"to": did_of("bob")}, as_={"holder": did_of("alice")}, asset="#0.1")
    return net.seal_up(draft)


@row("asset-exists", "a party admitted twice")
def _(net: Net) -> bytes:
    return admit(net, "bob", key_of("bob", net.suite))


@row("asset-exists", "a page installed twice")
def _(net: Net) -> bytes:
    args, digest = net.install_args("title")
    return net.one(
        "admin",
        "system/contract",
        "install",
        args,
        as_={"installer": "admin"},
        asset=net.state_key("page", digest),
    )


@row("stale-rev", "the asset moved on")
def _(net: Net) -> bytes:
    asset = net.issue("alice")
    assert net.submit(net.transfer("alice", asset, "bob", rev=1)).code == "ok"
    return net.transfer("bob", asset, "alice", rev=1)


@row("rev-required", "several sign")
def _(net: Net) -> bytes:
    asset = net.issue("alice")
    draft = net.draft("alice", "bob")
    roles = {"holder": did_of("alice"), "issuer": did_of("bob")}
    return net.seal_up(draft.act(net.title, "handover", {"to": did_of("bob")}, as_=roles, asset=asset))


@row("too-many-assets", "65 leaves", pages=("title", "grain"))
def _(net: Net) -> bytes:
    draft = net.draft("alice")
    for asset in [store(net, 16) for _ in range(4)]:
        draft.act(
            net.pages["grain"], "split", {"parts": [1] * 16}, as_={"holder": did_of("alice")}, asset=asset
        )
    return net.seal_up(draft)


@row("missing-companion", "none is named", clause="goods", pages=("title", "sale"))
def _(net: Net) -> bytes:
    sale, _left, _right = agreed(net)
    return net.one("alice", net.pages["sale"], "settle", {}, as_={"seller": "alice"}, asset=sale)


@row("missing-companion", "one companion for two requirements", clause="papers", pages=("title", "sale"))
def _(net: Net) -> bytes:
    sale, left, _right = agreed(net)
    draft = net.draft("alice")
    settle(net, draft, sale, {"goods": 1, "papers": 1})
    draft.act(net.title, "transfer", {"to": did_of("bob")}, as_={"holder": did_of("alice")}, asset=left)
    return net.seal_up(draft)


@row(
    "missing-companion",
    "one companion for the same requirement of two acts",
    clause="goods",
    pages=("title", "sale"),
)
def _(net: Net) -> bytes:
    sale, left, right = agreed(net)
    other = agreed(net, left, right)[0]
    draft = net.draft("alice")
    settle(net, draft, sale, {"goods": 2, "papers": 3})
    settle(net, draft, other, {"goods": 2, "papers": 3})
    for asset in (left, right):
        draft.act(net.title, "transfer", {"to": did_of("bob")}, as_={"holder": did_of("alice")}, asset=asset)
    return net.seal_up(draft)


@row("missing-companion", "a companion on another asset", clause="goods", pages=("title", "sale"))
def _(net: Net) -> bytes:
    sale, _left, right = agreed(net)
    draft = net.draft("alice")
    settle(net, draft, sale, {"goods": 1, "papers": 2})
    for asset in (right, net.issue("alice")):
        draft.act(net.title, "transfer", {"to": did_of("bob")}, as_={"holder": did_of("alice")}, asset=asset)
    return net.seal_up(draft)


@row("missing-companion", "itself", clause="goods", pages=("title", "sale"))
def _(net: Net) -> bytes:
    sale, _left, _right = agreed(net)
    return net.seal_up(settle(net, net.draft("alice"), sale, {"goods": 0, "papers": 0}))


@row("missing-companion", "an act that does not exist", clause="goods", pages=("title", "sale"))
def _(net: Net) -> bytes:
    sale, _left, _right = agreed(net)
    return net.seal_up(settle(net, net.draft("alice"), sale, {"goods": 9, "papers": 10}))


@row("bad-args", "with names a requirement that the action does not have")
def _(net: Net) -> bytes:
    return net.transfer("alice", net.issue("alice"), "bob", with_={"goods": 0})


@row("bad-args", "with on an act of a system kind, which requires nothing")
def _(net: Net) -> bytes:
    asset = net.state_key("party", did_of("alice"))
    return net.one(
        "alice",
        "system/party",
        "update",
        {"endpoints": {}},
        as_={"party": "alice"},
        asset=asset,
        with_={"x": 0},
    )


@row("extra-signer", "who signs nothing")
def _(net: Net) -> bytes:
    args = {"holder": did_of("alice"), "lot": "L"}
    return net.seal_up(
        net.draft("alice", "bob").act(net.title, "issue", args, as_={"issuer": did_of("alice")})
    )


@row("growth-limit", "a large mandate is copied at each use")
def _(net: Net) -> bytes:
    limits(net, growth_day=100_000)
    names = [f"{number:0128d}" for number in range(64)]
    scope = [{"actions": names, "contract": net.title}] * 3 + [{"actions": ["*"], "contract": net.title}]
    mandate = net.mandate("alice", "bob", scope)
    for _ in range(2):
        assert net.submit(under_mandate(net, mandate)).code == "ok"
    return under_mandate(net, mandate)


@row("key-purpose", "a deed key published for sealing", suite="gm")
def _(net: Net) -> bytes:
    return published(net, "alice", sealing=[net.key("alice").public.to_jwk()])


@row("key-purpose", "both at once", suite="gm")
def _(net: Net) -> bytes:
    return published(net, "alice", sealing=[net.key("new").public.to_jwk()], add=net.key("new"))


@row("key-purpose", "a sealing key made to sign, after it was revoked", suite="gm")
def _(net: Net) -> bytes:
    key = net.key("new")
    assert net.submit(published(net, "alice", sealing=[key.public.to_jwk()])).accepted
    assert net.submit(published(net, "alice", unseal=[key.public.thumbprint])).accepted
    return published(net, "alice", add=key)


@row("wrong-algorithm", "a sealing key of the other suite", suite="gm")
def _(net: Net) -> bytes:
    x = "hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo"  # Alice's of RFC 7748 section 6.1
    return published(net, "alice", sealing=[{"crv": "X25519", "kty": "OKP", "x": x}])


@row("unknown-key", "a sealing key signs", suite="gm", sealed=False)
def _(net: Net) -> bytes:
    key = net.key("new")
    assert net.submit(published(net, "alice", sealing=[key.public.to_jwk()])).accepted
    draft = net.draft("alice")
    args = {"holder": did_of("bob"), "lot": "L"}
    return net.seal_up(draft.act(net.title, "issue", args, as_={"issuer": did_of("alice")}), key)
