"""Refusals of what cannot be read, and of what no block may hold: rows of the table."""

from __future__ import annotations

import json
from typing import Any

from ledger.kit import NO_KEY, Net, did_of, key_of
from ledger.refusing import (
    changed,
    issue,
    rotate,
    row,
    suspend,
    under_mandate,
    until_in_order,
    with_act,
)
from wusong.crypto import canonical
from wusong.ledger.drafting import envelope, sign, signature
from wusong.ledger.encoding import b64, unb64


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


@row("expired", "expires now", sealed=False)
def _(net: Net) -> bytes:
    expires = net.clock.time + 5_000
    net.clock.time = expires  # the block's time, to the millisecond
    return changed(net, expires=expires)


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
