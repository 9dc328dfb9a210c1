"""Every way in which the ledger refuses a deed: one row each, with its code, its words, and nothing changed.

* A deed that no block may hold leaves no trace at all.
* A deed that a block holds and execution refuses has a receipt that verifies offline; it is spent and its
  submitter's quota is charged; no other leaf changes.
"""

# ruff: noqa: ANN401 - members of a deed are any JSON
from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ledger.kit import NO_KEY, START, Net, did_of, key_of
from ledger.verifying import verdict
from wusong.contract import codes as contract_codes
from wusong.crypto import canonical
from wusong.crypto.keys import PrivateKey
from wusong.errors import DeedError, WusongError, codes
from wusong.ledger import codes as ledger_codes
from wusong.ledger import codes_store
from wusong.ledger.bundle import make_bundle
from wusong.ledger.deed import MINUTE, Deed, parse
from wusong.ledger.drafting import envelope, sign, signature
from wusong.ledger.encoding import b64, unb64
from wusong.ledger.execute import in_order
from wusong.ledger.system.party import possession_message

Make = Callable[[Net], "bytes | list[bytes]"]


@dataclass(frozen=True)
class Row:
    """A refusal. ``make`` gives the deed, or several for one block, of which the last is refused."""

    name: str
    code: str
    make: Make
    sealed: bool = True  # has a receipt; else no block may hold it
    clause: str = ""
    pages: tuple[str, ...] = ("title",)


ROWS: list[Row] = []


def row(code: str, name: str, **options: Any) -> Callable[[Make], Make]:
    """Add a row to the table."""

    def add(make: Make) -> Make:
        ROWS.append(Row(name, code, make, **options))
        return make

    return add


# -- what cannot be read ---------------------------------------------------------------------------------


def issue(net: Net, lifetime: int = 300_000) -> tuple[bytes, list[bytes]]:
    """Payload and acts of a deed that would be accepted."""
    args = {"holder": did_of("alice"), "lot": "L"}
    draft = net.draft("alice").act(net.title, "issue", args, as_={"issuer": did_of("alice")})
    return draft.payload(net.ledger.now(), lifetime), draft.acts


def changed(net: Net, **members: Any) -> bytes:
    """That deed with members of its payload changed, signed rightly."""
    payload, acts = issue(net)
    return sign(canonical.encode({**json.loads(payload), **members}), acts, [net.key("alice")])


def with_act(net: Net, **members: Any) -> bytes:
    """That deed with members of its act changed, signed rightly."""
    payload, acts = issue(net)
    act = canonical.encode({**json.loads(acts[0]), **members})
    digest = net.ledger.suite.digest("act", act).hex()
    return sign(canonical.encode({**json.loads(payload), "acts": [digest]}), [act], [net.key("alice")])


@row("not-canonical", "white space", sealed=False)
def _(net: Net) -> bytes:
    return json.dumps(json.loads(changed(net))).encode()


@row("not-canonical", "no JSON", sealed=False)
def _(_net: Net) -> bytes:
    return b"\xff\xfe"


@row("not-canonical", "payload with members out of order", sealed=False)
def _(net: Net) -> bytes:
    payload, acts = issue(net)
    return sign(
        json.dumps(dict(reversed(json.loads(payload).items())), separators=(",", ":")).encode(),
        acts,
        [net.key("alice")],
    )


@row("not-canonical", "a fraction", sealed=False)
def _(net: Net) -> bytes:
    return changed(net).replace(b'"lot":"L"', b'"lot":1.5')


@row("not-canonical", "base64url with padding bits", sealed=False)
def _(net: Net) -> bytes:
    value = json.loads(changed(net))
    value["signatures"][0]["signature"] = value["signatures"][0]["signature"][:-1] + "_"
    return canonical.encode(value)


@row("not-canonical", "depth beyond the profile", sealed=False)
def _(net: Net) -> bytes:
    nested: Any = "x"
    for _ in range(20):
        nested = [nested]
    return changed(net).replace(b'"lot":"L"', b'"lot":' + json.dumps(nested, separators=(",", ":")).encode())


@row("bad-deed", "act too deep to stand in a bundle", sealed=False)
def _(net: Net) -> bytes:
    nested: Any = "x"
    for _ in range(11):
        nested = [nested]
    return with_act(net, args={"lot": nested})


@row("bad-deed", "unknown member", sealed=False)
def _(net: Net) -> bytes:
    return changed(net, note="x")


@row("bad-deed", "no signer", sealed=False)
def _(net: Net) -> bytes:
    return changed(net, signers=[])


@row("bad-deed", "no act", sealed=False)
def _(net: Net) -> bytes:
    payload, _acts = issue(net)
    return sign(canonical.encode({**json.loads(payload), "acts": []}), [], [net.key("alice")])


@row("bad-deed", "a signer twice", sealed=False)
def _(net: Net) -> bytes:
    payload, acts = issue(net)
    signers = [{"party": did_of("alice")}] * 2
    return sign(canonical.encode({**json.loads(payload), "signers": signers}), acts, [net.key("alice")] * 2)


@row("bad-deed", "nonce too short", sealed=False)
def _(net: Net) -> bytes:
    return changed(net, nonce="00")


@row("bad-deed", "a mandate that is no id", sealed=False)
def _(net: Net) -> bytes:
    return changed(net, signers=[{"mandate": "x", "party": did_of("alice")}])


@row("bad-deed", "salt in upper case", sealed=False)
def _(net: Net) -> bytes:
    return with_act(net, salt="AB" * 16)


@row("bad-deed", "contract that is no digest", sealed=False)
def _(net: Net) -> bytes:
    return with_act(net, contract="title")


@row("bad-deed", "asset that is no id", sealed=False)
def _(net: Net) -> bytes:
    return with_act(net, asset="lot 1")


@row("bad-deed", "negative revision", sealed=False)
def _(net: Net) -> bytes:
    return with_act(net, rev=-1)


@row("bad-deed", "a companion before the first act", sealed=False)
def _(net: Net) -> bytes:
    return with_act(net, **{"with": {"goods": -1}})


@row("bad-deed", "a child with leading zeros", sealed=False)
def _(net: Net) -> bytes:
    return with_act(net, asset="#00.0")


@row("bad-deed", "a system kind without a name", sealed=False)
def _(net: Net) -> bytes:
    return with_act(net, contract="system/")


@row("bad-deed", "a mandate that is empty, not absent", sealed=False)
def _(net: Net) -> bytes:
    return changed(net, signers=[{"mandate": "", "party": did_of("alice")}])


@row("bad-deed", "expired before 1970", sealed=False)
def _(net: Net) -> bytes:
    return changed(net, expires=-1)


@row("bad-header", "another type", sealed=False)
def _(net: Net) -> bytes:
    payload, acts = issue(net)
    header = {"alg": "Ed25519", "kid": net.key("alice").public.thumbprint, "typ": "jwt"}
    return envelope(
        payload, acts, [{"protected": b64(canonical.encode(header)), "signature": b64(bytes(64))}]
    )


@row("too-large", "more than 64 KiB", sealed=False)
def _(net: Net) -> bytes:
    return with_act(net, args={"lot": "x" * 70_000})


@row("too-large", "more than 512 KiB", sealed=False)
def _(net: Net) -> bytes:
    return with_act(net, args={"lot": "x" * 600_000})


@row("too-many-acts", "33 acts", sealed=False)
def _(net: Net) -> bytes:
    draft = net.draft("alice")
    for _ in range(33):
        draft.act(net.title, "issue", {}, as_={})
    return net.seal_up(draft)


@row("act-mismatch", "another act than was signed", sealed=False)
def _(net: Net) -> bytes:
    return changed(net).replace(b'"lot":"L"', b'"lot":"M"')


@row("act-mismatch", "an act too many", sealed=False)
def _(net: Net) -> bytes:
    value = json.loads(changed(net))
    value["acts"] *= 2
    return canonical.encode(value)


@row("wrong-ledger", "the deed of another ledger", sealed=False)
def _(net: Net) -> bytes:
    return changed(net, ledger="ab" * 32)


@row("missing-signature", "nobody signed", sealed=False)
def _(net: Net) -> bytes:
    return envelope(*issue(net), [])


@row("extra-signature", "one too many", sealed=False)
def _(net: Net) -> bytes:
    return sign(*issue(net), [net.key("alice"), net.key("bob")])


# -- what no block may hold ------------------------------------------------------------------------------


@row("expired", "expires now", sealed=False)
def _(net: Net) -> bytes:
    made = changed(net, expires=net.ledger.now())
    net.clock.time += 60_000
    return made


@row("expires-too-late", "more than ten minutes ahead, one signer", sealed=False)
def _(net: Net) -> bytes:
    return changed(net, expires=net.ledger.now() + 600_001 + 60_000)


@row("expires-too-late", "more than thirty days ahead, several signers", sealed=False)
def _(net: Net) -> bytes:
    args = {"holder": did_of("alice"), "lot": "L"}
    draft = net.draft("alice", "bob").act(net.title, "issue", args, as_={"issuer": did_of("alice")})
    return net.seal_up(draft, lifetime=2_592_000_000 + 60_000)


@row("spent", "handed in again", sealed=False)
def _(net: Net) -> bytes:
    made = changed(net)
    assert net.submit(made).code == "ok"
    return made


@row("spent", "handed in again after it was refused", sealed=False)
def _(net: Net) -> bytes:
    made = net.one("alice", net.title, "fly", {}, as_={"issuer": "alice"})
    assert net.submit(made).code == "unknown-action"
    return made


@row("spent", "handed in again with another good signature of another key", sealed=False)
def _(net: Net) -> bytes:
    payload, acts = issue(net)
    other = rotate(net, "alice", add=["alice 2"])
    assert net.submit(other).code == "ok"
    assert net.submit(sign(payload, acts, [net.key("alice")])).code == "ok"
    return sign(payload, acts, [key_of("alice 2", net.suite)])


@row("spent", "after the ledger was closed and opened", sealed=False)
def _(net: Net) -> bytes:
    made = changed(net)
    assert net.submit(made).code == "ok"
    net.reopen()
    return made


@row("spent", "twice in one block", sealed=False)
def _(net: Net) -> list[bytes]:
    made = changed(net)
    return [made, made]


@row("unknown-party", "who was never admitted", sealed=False)
def _(net: Net) -> bytes:
    return net.one(
        "nobody", net.title, "issue", {"holder": did_of("alice"), "lot": "L"}, as_={"issuer": "nobody"}
    )


@row("party-suspended", "who was suspended", sealed=False)
def _(net: Net) -> bytes:
    suspend(net, "alice")
    return changed(net)


@row("party-suspended", "the principal of a mandate", sealed=False)
def _(net: Net) -> bytes:
    mandate = net.mandate("alice", "bob", [{"actions": ["*"], "contract": net.title}])
    suspend(net, "alice")
    return under_mandate(net, mandate)


@row("unknown-key", "a key that was never registered", sealed=False)
def _(net: Net) -> bytes:
    return sign(*issue(net), [NO_KEY])


@row("unknown-key", "another party's key", sealed=False)
def _(net: Net) -> bytes:
    return sign(*issue(net), [net.key("bob")])


@row("key-revoked", "a key revoked before", sealed=False)
def _(net: Net) -> bytes:
    made = changed(net)
    assert net.submit(rotate(net, "alice", add=["alice 2"], revoke=["alice"])).code == "ok"
    return made


@row("key-revoked", "a key revoked in the same block, before")
def _(net: Net) -> list[bytes]:
    def pair() -> list[bytes]:
        return [rotate(net, "alice", add=["alice 2"], revoke=["alice"]), changed(net)]

    return until_in_order(net, pair)


@row("wrong-algorithm", "the header names another algorithm than the key's", sealed=False)
def _(net: Net) -> bytes:
    payload, acts = issue(net)
    header = {"alg": "ES256", "kid": net.key("alice").public.thumbprint, "typ": "wusong-deed"}
    return envelope(
        payload, acts, [{"protected": b64(canonical.encode(header)), "signature": b64(bytes(64))}]
    )


@row("wrong-algorithm", "the header names an algorithm that the suite does not have", sealed=False)
def _(net: Net) -> bytes:
    payload, acts = issue(net)
    header = {"alg": "SM2-SM3", "kid": net.key("alice").public.thumbprint, "typ": "wusong-deed"}
    return envelope(
        payload, acts, [{"protected": b64(canonical.encode(header)), "signature": b64(bytes(64))}]
    )


@row("signature-invalid", "over other bytes", sealed=False)
def _(net: Net) -> bytes:
    payload, acts = issue(net)
    return envelope(payload, acts, [signature(issue(net)[0], net.key("alice"))])


@row("signature-invalid", "too short", sealed=False)
def _(net: Net) -> bytes:
    payload, acts = issue(net)
    made = signature(payload, net.key("alice"))
    return envelope(payload, acts, [{**made, "signature": b64(unb64(made["signature"])[:63])}])


@row("signature-invalid", "one bit", sealed=False)
def _(net: Net) -> bytes:
    payload, acts = issue(net)
    made = signature(payload, net.key("alice"))
    raw = bytearray(unb64(made["signature"]))
    raw[20] ^= 1
    return envelope(payload, acts, [{**made, "signature": b64(bytes(raw))}])


@row("mandate-unknown", "no such asset", sealed=False)
def _(net: Net) -> bytes:
    return under_mandate(net, "ab" * 32)


@row("mandate-unknown", "an asset that is no mandate", sealed=False)
def _(net: Net) -> bytes:
    return under_mandate(net, net.issue("alice"))


@row("mandate-unknown", "another party's mandate", sealed=False)
def _(net: Net) -> bytes:
    return under_mandate(net, net.mandate("carol", "bob", [{"actions": ["*"], "contract": net.title}]))


@row("mandate-ended", "revoked", sealed=False)
def _(net: Net) -> bytes:
    mandate = net.mandate("alice", "bob", [{"actions": ["*"], "contract": net.title}])
    assert net.do("alice", "system/mandate", "revoke", as_={"principal": "alice"}, asset=mandate).code == "ok"
    return under_mandate(net, mandate)


# -- what execution refuses ------------------------------------------------------------------------------


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


# -- how rows are made -----------------------------------------------------------------------------------


def rotate(net: Net, name: str, add: list[str] | None = None, revoke: list[str] | None = None) -> bytes:
    """A deed by which a party adds and revokes keys, by their seeds."""
    keys = [key_of(seed, net.suite) for seed in add or []]
    did = did_of(name)
    args: dict[str, Any] = {}
    if keys:
        args["add"] = [key.public.to_jwk() for key in keys]
        args["proofs"] = [
            b64(key.sign(possession_message(net.ledger.id, did, key.public.to_jwk()))) for key in keys
        ]
    if revoke:
        args["revoke"] = [key_of(seed, net.suite).public.thumbprint for seed in revoke]
    return net.one(
        name, "system/party", "rotate", args, as_={"party": name}, asset=net.state_key("party", did)
    )


def admit(
    net: Net,
    name: str,
    key: PrivateKey,
    *,
    by: PrivateKey | None = None,
    message: bytes = b"",
    registrar: str = "admin",
) -> bytes:
    """A deed that admits a party with one key."""
    did, jwk = did_of(name), key.public.to_jwk()
    proof = (by or key).sign(message or possession_message(net.ledger.id, did, jwk))
    args = {"did": did, "keys": [jwk], "name": name, "proofs": [b64(proof)]}
    asset = net.state_key("party", did)
    return net.one(registrar, "system/party", "admit", args, as_={"registrar": registrar}, asset=asset)


def suspend(net: Net, name: str) -> None:
    """Suspend a party."""
    args = {"did": did_of(name), "reason": "test"}
    net.system("party", "suspend", args, "registrar", net.state_key("party", did_of(name)))


def under_mandate(net: Net, mandate: str) -> bytes:
    """A title issued for alice by her delegate bob."""
    draft = net.draft({"mandate": mandate, "party": "alice"})
    draft.act(net.title, "issue", {"holder": did_of("bob"), "lot": "L"}, as_={"issuer": did_of("alice")})
    return net.seal_up(draft, net.key("bob"))


def store(net: Net, weight: int) -> str:
    """Grain of alice's; its id."""
    if net.leaf(net.state_key("accreditation", f"{did_of('alice')} warehouse")) is None:
        net.accredit("alice", "warehouse")
    args = {"holder": did_of("alice"), "lot": "L", "weight": weight}
    receipt = net.do("alice", net.pages["grain"], "store", args, as_={"keeper": "alice"})
    assert receipt.code == "ok", net.ledger.app.refusal(receipt.deed)
    return net.created(receipt)


def agreed(net: Net, left: str = "", right: str = "") -> tuple[str, str, str]:
    """A sale by alice to bob of two titles; the ids of the sale and the titles."""
    left, right = left or net.issue("alice"), right or net.issue("alice")
    roles = {"buyer": did_of("bob"), "seller": did_of("alice")}
    draft = net.draft("alice", "bob").act(
        net.pages["sale"], "agree", {"left": left, "right": right}, as_=roles
    )
    receipt = net.submit(net.seal_up(draft))
    assert receipt.code == "ok", net.ledger.app.refusal(receipt.deed)
    return net.created(receipt), left, right


def settle(net: Net, draft: Any, sale: str, with_: dict[str, int]) -> Any:
    """Add the act that settles a sale."""
    return draft.act(
        net.pages["sale"], "settle", {}, as_={"seller": did_of("alice")}, asset=sale, with_=with_
    )


def install_other(
    net: Net,
    change: Callable[[dict[str, Any]], dict[str, Any]],
    report: dict[str, Any] | None = None,
    examiner: str = "admin",
    signed_by: PrivateKey | None = None,
) -> bytes:
    """A deed that installs a changed page, with a report about it."""
    args, _digest = net.install_args("title")
    model = change(args["model"])
    digest = net.ledger.suite.digest("contract", canonical.encode(model)).hex()
    about = {**args["report"], "contract": digest, **(report or {})}
    made_by = signed_by or net.key(examiner)
    args |= {
        "examiner": did_of(examiner),
        "key": net.key(examiner).public.thumbprint,
        "model": model,
        "report": about,
        "signature": b64(made_by.sign(b"wusong:check-report\n" + canonical.encode(about))),
    }
    return net.one(
        "admin",
        "system/contract",
        "install",
        args,
        as_={"installer": "admin"},
        asset=net.state_key("page", digest),
    )


def read(net: Net, made: bytes) -> Deed:
    """The deed of an envelope."""
    return parse(made, net.ledger.suite, net.ledger.rules.ledger_hex)


def until_in_order(net: Net, make: Callable[[], list[bytes]]) -> list[bytes]:
    """Deeds made anew (with other nonces) until the next block would hold them in this order."""
    while True:
        made = make()
        deeds = [read(net, one) for one in made]
        if in_order(net.ledger.rules, net.ledger.app.head.digest, deeds) == deeds:
            return made


# -- the tests -------------------------------------------------------------------------------------------


def ledger_leaves(net: Net, *but: str) -> dict[str, bytes]:
    """All leaves but those at these keys."""
    return {key.hex(): value for key, value in net.ledger.store.leaves() if key.hex() not in but}


def attempt(net: Net, made: list[bytes]) -> None:
    """Hand in what a row made: one deed through the engine, several as one block. Raises the refusal."""
    if len(made) == 1:
        net.submit(made[0])
        return
    app = net.ledger.app
    now = net.ledger.now()
    fit, refused = app.prepare([read(net, one) for one in made], now)
    app.finalise(fit, now)
    app.commit()
    for _deed, error in refused:
        raise error


def assert_explained(error: WusongError) -> None:
    """Both languages say what happened, why and what to do, with every blank filled in."""
    for lang in ("en", "zh"):
        said = error.explain(lang)
        for sentence in (said.what, said.why, said.do):
            assert sentence.strip(), (error, lang)
            assert "?" not in sentence, (error, lang, sentence)
    assert any("\u4e00" <= character <= "\u9fff" for character in str(error.explain("zh")))


@pytest.mark.parametrize("one", ROWS, ids=lambda one: f"{one.code}: {one.name}")
def test_refused_with_its_code_and_nothing_changed(one: Row, open_net: Callable[..., Net]) -> None:
    net = open_net(pages=one.pages)
    made = one.make(net)
    deeds = made if isinstance(made, list) else [made]
    if one.sealed:
        refused_by_receipt(net, one, deeds)
    else:
        refused_without_trace(net, one, deeds)


def refused_without_trace(net: Net, one: Row, made: list[bytes]) -> None:
    before, height, root = ledger_leaves(net), net.ledger.app.head.height, net.ledger.app.tree.root
    with pytest.raises(WusongError) as caught:
        attempt(net, made)
    assert caught.value.code == one.code, caught.value
    assert_explained(caught.value)
    if len(made) == 1:
        assert (net.ledger.app.head.height, net.ledger.app.tree.root) == (height, root)
        assert ledger_leaves(net) == before


def refused_by_receipt(net: Net, one: Row, made: list[bytes]) -> None:
    deed = read(net, made[-1])
    own = [net.state_key("quota", deed.submitter), net.state_key("spent", str(deed.minute))]
    before = ledger_leaves(net, *own)
    attempt(net, made)
    stored = net.ledger.store.deed(deed.id)
    assert stored is not None
    receipt = json.loads(stored.receipt)
    assert (receipt["code"], receipt.get("clause", "")) == (one.code, one.clause), net.ledger.app.refusal(
        deed.id.hex()
    )
    assert receipt["acts"] == []
    refusal = net.ledger.app.refusal(deed.id.hex())
    assert refusal is not None
    assert_explained(refusal)
    if len(made) == 1:
        assert ledger_leaves(net, *own) == before
    bundle = make_bundle(net.ledger, deed.id)
    assert verdict(bundle, net.ledger.trust())["code"] == one.code


#: Codes of the tables that no deed can be refused with, and where they are shown instead.
ELSEWHERE = {
    "bad-page": "wrapped as page-refused; tests/contract",
    **dict.fromkeys(codes_store.STORE, "tests/faults, tests/ledger/test_engine.py"),
    **dict.fromkeys(codes_store.LEDGER, "tests/ledger/test_ledger.py, test_bundle.py"),
    **dict.fromkeys(codes_store.RESTORE, "tests/ledger/test_restore.py, test_note.py, test_witness.py"),
}


def test_every_code_has_a_row() -> None:
    deeds = (
        ledger_codes.UNREADABLE | ledger_codes.ADMISSION | ledger_codes.EXECUTION | contract_codes.REFUSALS
    )
    known = set(deeds) | set(codes_store.STORE | codes_store.LEDGER | codes_store.RESTORE)
    rows = {one.code for one in ROWS}
    assert known - rows - set(ELSEWHERE) == set()
    assert set(ELSEWHERE) & rows == set()
    assert rows <= set(codes())


def test_codes_that_no_deed_meets_are_tested_elsewhere() -> None:
    """Each code of store, engine and restore stands in some other test, which meets it."""
    here = Path(__file__).resolve()
    tests = [file.read_text("utf-8") for file in here.parent.parent.rglob("test_*.py") if file != here]
    for code in codes_store.STORE | codes_store.LEDGER | codes_store.RESTORE:
        assert any(f'"{code}"' in text or f'"{code}:' in text for text in tests), code


def test_a_deed_names_no_clause_but_the_refusing_one(net: Net) -> None:
    refused = net.submit(net.transfer("alice", net.issue("alice"), "alice"))
    assert refused.act == 0
    assert msgspec.to_builtins(refused)["clause"] == "to-oneself"
    error = net.ledger.app.refusal(refused.deed)
    assert not isinstance(error, DeedError)
    assert START // MINUTE > 0
