"""Negative vectors for steps 8 to 11: payload, signers, acts, pages."""

from __future__ import annotations

import json
from collections.abc import Callable

from byhand import sign_envelope
from forge import (
    Case,
    Files,
    damage,
    flip,
    payload,
    relist,
    reseal,
    resign,
    secrets,
    sign_with,
    signer_key,
    use_key,
)
from negatives import at, bad_key, other_alg, to
from negatives_log import receipted
from prims import (
    ED_B,
    INTL,
    P256,
    SM2P256,
    Json,
    Key,
    P,
    b64u,
    canonical,
    ed_add,
    ed_decode,
    ed_encode,
    ed_k,
    ed_mul,
    ed_scalar,
    es256_sign,
    pair,
    sm2_sign,
    sm3,
    thumbprint,
    unb64u,
)
from prims import L as ORDER

A = "operator-only"
T = "three-signers"
M = "under-mandate"
X = "refused-deed"


def pay(name: str, value: Callable[[Json], Json], honest: bool = True) -> Callable[[Files], None]:
    """Change the payload; signed and sealed again, or (not honest) only put in place."""

    def apply(f: Files) -> None:
        p = payload(f)
        p[name] = value(p.get(name))
        if honest:
            resign(f, p)
        else:
            f.b["payload"] = b64u(canonical(p))

    return apply


def expire(late_by: int) -> Callable[[Files], None]:
    return lambda f: pay("expires", to(f.b["seal"]["time"] - late_by))(f)


def loose_payload(f: Files) -> None:
    resign(f, json.dumps(payload(f), sort_keys=True, ensure_ascii=False).encode())


def not_json_payload(f: Files) -> None:
    resign(f, b"deed")


STEP_8: list[Case] = [
    Case("payload-altered", A, 8, "deed-digest", pay("nonce", to("0" * 32), honest=False)),
    Case("payload-of-another-ledger", A, 8, "payload-ledger", pay("ledger", flip)),
    Case("expired-at-the-seal", A, 8, "expired", expire(0), note="expires equals the seal's time"),
    Case("expired-before-the-seal", A, 8, "expired", expire(1)),
    Case("payload-with-white-space", A, 8, "payload-not-canonical", loose_payload),
    Case("payload-not-json", A, 8, "payload-not-canonical", not_json_payload),
    Case("payload-member-unknown", A, 8, "payload-shape", pay("comment", to("x"))),
    Case("payload-without-acts", A, 8, "payload-shape", pay("acts", to([]))),
    Case("payload-33-acts", A, 8, "payload-shape", pay("acts", lambda v: [*v, *["0" * 64] * 30])),
    Case("payload-nonce-short", A, 8, "payload-shape", pay("nonce", lambda v: v[:-2])),
    Case(
        "payload-party-twice",
        A,
        8,
        "payload-shape",
        pay("signers", lambda v: [v[0], {"party": v[0]["party"]}]),
    ),
    Case("payload-without-signers", A, 8, "payload-shape", pay("signers", to([]))),
    Case(
        "payload-basis-257", A, 8, "payload-shape", pay("signers", lambda v: [v[0] | {"basis": "据" * 257}])
    ),
    Case("signatures-reordered", T, 8, "signature-list", lambda f: f.b["signatures"].reverse()),
    Case("signature-dropped", T, 8, "signature-list", lambda f: f.b["signatures"].pop()),
    Case("signature-altered", A, 8, "signature-list", at("signatures.0.signature", damage)),
]


# --- step 9 ---------------------------------------------------------------------------------------


def signer(i: int, **more: Json) -> Callable[[Files], None]:
    """Change signer i of the receipt, and seal that."""

    def apply(f: Files) -> None:
        f.b["receipt"]["signers"][i] |= more
        reseal(f)

    return apply


def signer_list(change: Callable[[list[Json]], object]) -> Callable[[Files], None]:
    def apply(f: Files) -> None:
        change(f.b["receipt"]["signers"])
        reseal(f)

    return apply


def listed(change: Callable[[list[Json]], object]) -> Callable[[Files], None]:
    """Change the signature list, which the ledger then sealed."""

    def apply(f: Files) -> None:
        change(f.b["signatures"])
        relist(f)

    return apply


def header(**more: Json) -> Callable[[Files], None]:
    def apply(f: Files) -> None:
        key = signer_key(f)
        base: dict[str, Json] = {"alg": key.alg, "kid": key.thumbprint, "typ": "wusong-deed"}
        sign_with(f, 0, key, header={k: v for k, v in {**base, **more}.items() if v is not None})

    return apply


def loose_header(f: Files) -> None:
    key = signer_key(f)
    text = json.dumps({"typ": "wusong-deed", "kid": key.thumbprint, "alg": key.alg})
    protected = b64u(text.encode())
    signature = b64u(key.sign(f"{protected}.{f.b['payload']}".encode()))
    f.b["signatures"][0] = {"protected": protected, "signature": signature}
    relist(f)


def kid_of_another(f: Files) -> None:
    """The bank's signature names the keeper's key."""
    key = secrets(f.suite)[f.b["receipt"]["signers"][2]["key"]]
    other = f.b["receipt"]["signers"][1]["key"]
    sign_with(f, 2, key, header={"alg": key.alg, "kid": other, "typ": "wusong-deed"})


def by_a_stranger(f: Files) -> None:
    key, stranger = signer_key(f), Key(f.suite.algs[0], "stranger")
    sign_with(f, 0, key, stranger.sign)


def over_another_payload(f: Files) -> None:
    f.b["signatures"][0] = sign_envelope(b64u(b"{}"), signer_key(f))
    relist(f)


def other_suite_signer(f: Files) -> None:
    """The signature is right, its algorithm is the other suite's."""
    key = other_alg(f)
    use_key(f, key.jwk, key.thumbprint, key.alg)
    sign_with(f, 0, key)


def alg_disagrees(f: Files) -> None:
    alg = "ES256" if f.suite is INTL else "Ed25519"
    f.b["receipt"]["signers"][0]["alg"] = alg
    header(alg=alg)(f)


def unused_key(f: Files) -> None:
    f.b["keys"] = sorted([*f.b["keys"], Key(f.suite.algs[0], "stranger").jwk], key=thumbprint)


def invalid_key(f: Files) -> None:
    """Under intl: the neutral point as A; for any S, R = [S]B satisfies the equation."""
    jwk, print_ = bad_key(f)
    alg = f.suite.algs[0]
    use_key(f, jwk, print_, alg)
    head = {"alg": alg, "kid": print_, "typ": "wusong-deed"}
    forged = ed_encode(ed_mul(7, ED_B)) + (7).to_bytes(32, "little")
    sign_with(f, 0, Key(alg, "stranger"), lambda _: forged, head)


def high_order_s(f: Files) -> None:
    """S + L: the equation holds, S < L does not."""
    key = signer_key(f)

    def plus(message: bytes) -> bytes:
        s = key.sign(message)
        return s[:32] + (int.from_bytes(s[32:], "little") + ORDER).to_bytes(32, "little")

    sign_with(f, 0, key, plus)


def small_r(encoded: bytes) -> Callable[[Files], None]:
    """R is the neutral point in the given encoding, S = k a: the equation of points holds."""

    def apply(f: Files) -> None:
        key = signer_key(f)
        a, public = ed_scalar(key.secret)[0], unb64u(key.jwk["x"])
        sign_with(
            f, 0, key, lambda m: encoded + (ed_k(encoded, public, m) * a % ORDER).to_bytes(32, "little")
        )

    return apply


def torsion() -> tuple[int, int]:
    """A point of order 8."""
    for y in range(2, 100):
        point = ed_decode(y.to_bytes(32, "little"))
        if point and ed_mul(4 * ORDER, point) != (0, 1):
            return ed_mul(ORDER, point)
    raise AssertionError


def mixed_order(plain: bool) -> Callable[[Files], None]:
    """A has a part of order 8: the equation times 8 holds; the plain one does only when k is 0 mod 8."""

    def apply(f: Files) -> None:
        a = ed_scalar(b"mixed order")[0] % ORDER
        public = ed_encode(ed_add(ed_mul(a, ED_B), torsion()))
        jwk = {"crv": "Ed25519", "kty": "OKP", "x": b64u(public)}
        use_key(f, jwk, thumbprint(jwk), "Ed25519")
        head = {"alg": "Ed25519", "kid": thumbprint(jwk), "typ": "wusong-deed"}
        message = f"{b64u(canonical(head))}.{f.b['payload']}".encode()
        for r in range(12345, 13345):
            big_r = ed_encode(ed_mul(r, ED_B))
            k = ed_k(big_r, public, message)
            if (k % 8 == 0) == plain:
                break
        else:
            raise AssertionError
        made = big_r + ((r + k * a) % ORDER).to_bytes(32, "little")
        sign_with(f, 0, Key("Ed25519", "stranger"), lambda _: made, head)

    return apply


def last_signature(forge: Callable[[Key, bytes], bytes]) -> Callable[[Files], None]:
    """The bank's signature (ES256 under intl, SM2 under gm) made by `forge`."""

    def apply(f: Files) -> None:
        i = len(f.b["signatures"]) - 1
        key = signer_key(f, i)
        sign_with(f, i, key, lambda m: forge(key, m))

    return apply


def order(key: Key) -> int:
    return P256.n if key.alg == "ES256" else SM2P256.n


def r_of(key: Key, m: bytes) -> int:
    return int.from_bytes(key.sign(m)[:32], "big")


def s_of(key: Key, m: bytes) -> int:
    return int.from_bytes(key.sign(m)[32:], "big")


def without_z(key: Key, message: bytes) -> bytes:
    """SM2 over SM3(M) alone, as programs do that leave Z_A out."""
    c, k = SM2P256, 0x1234567
    u = c.mul(k, c.g)
    assert u is not None
    r = (int.from_bytes(sm3(message), "big") + u[0]) % c.n
    return pair(r, pow(1 + key.d, -1, c.n) * (k - r * key.d) % c.n)


EC_SIGNATURES: list[tuple[str, str, str | None, Callable[[Key, bytes], bytes]]] = [
    ("r-zero", "r is 0", None, lambda k, m: pair(0, s_of(k, m))),
    ("s-zero", "s is 0", None, lambda k, m: pair(r_of(k, m), 0)),
    ("r-is-n", "r is n", None, lambda k, m: pair(order(k), s_of(k, m))),
    ("s-is-n", "s is n", None, lambda k, m: pair(r_of(k, m), order(k))),
    ("all-ones", "r and s are 2^256 - 1", None, lambda _k, _m: b"\xff" * 64),
    ("all-zeros", "r and s are 0", None, lambda _k, _m: bytes(64)),
    ("r-and-s-swapped", "s || r", None, lambda k, m: pair(s_of(k, m), r_of(k, m))),
    (
        "s-negated",
        "n - s: high s under intl, plainly wrong under gm",
        None,
        lambda k, m: pair(r_of(k, m), order(k) - s_of(k, m)),
    ),
    ("es256-high-s", "valid in ECDSA, refused here", "intl", lambda k, m: es256_sign(k.d, m, low_s=False)),
    ("sm2-r-plus-s-is-n", "t is 0", "gm", lambda k, m: pair(r_of(k, m), order(k) - r_of(k, m))),
    ("sm2-other-id", "made with an empty id", "gm", lambda k, m: sm2_sign(k.d, m, b"")),
    (
        "sm2-id-of-the-standard-s-example",
        "id ALICE123@YAHOO.COM",
        "gm",
        lambda k, m: sm2_sign(k.d, m, b"ALICE123@YAHOO.COM"),
    ),
    ("sm2-without-z", "e = SM3(M)", "gm", without_z),
]


def over_prehash(f: Files) -> None:
    key = signer_key(f)
    sign_with(f, 0, key, lambda m: key.sign(f.suite.h(m)))


STEP_9: list[Case] = [
    Case("signer-party-differs", A, 9, "signers", signer(0, party="did:web:shipper.example")),
    Case("signers-reordered", T, 9, "signers", signer_list(lambda v: v.reverse())),
    Case("signer-left-out", T, 9, "signers", signer_list(lambda v: v.pop())),
    Case(
        "mandate-left-out",
        M,
        9,
        "signers",
        signer_list(lambda v: v[0].pop("mandate")),
    ),
    Case("mandate-added", A, 9, "signers", signer(0, mandate="0" * 64, delegate="did:web:bank.example")),
    Case("mandate-of-another", M, 9, "signers", signer(0, mandate="0" * 64)),
    Case("delegate-without-mandate", A, 9, "signers", signer(0, delegate="did:web:bank.example")),
    Case(
        "delegate-left-out",
        M,
        9,
        "signers",
        signer_list(lambda v: v[0].pop("delegate")),
    ),
    Case("signature-too-few", T, 9, "signature-count", listed(lambda v: v.pop())),
    Case("signature-too-many", A, 9, "signature-count", listed(lambda v: v.append(v[0]))),
    Case("signatures-swapped", T, 9, "kid", listed(lambda v: v.insert(0, v.pop(1)))),
    Case("kid-of-another", T, 9, "kid", kid_of_another),
    Case("kid-unknown", A, 9, "kid", header(kid="0" * 64)),
    Case("alg-other-in-header", A, 9, "alg", header(alg="none")),
    Case("alg-other-in-receipt", A, 9, "alg", signer(0, alg="RS256")),
    Case("alg-is-not-the-key-s", A, 9, "alg", alg_disagrees),
    Case("alg-of-another-suite", A, 9, "alg", other_suite_signer),
    Case("header-typ-other", A, 9, "header", header(typ="JWT")),
    Case("header-typ-missing", A, 9, "header", header(typ=None)),
    Case("header-member-unknown", A, 9, "header", header(b64=False)),
    Case("header-not-canonical", A, 9, "header", loose_header),
    Case("key-missing", T, 9, "keys", lambda f: f.b["keys"].pop()),
    Case("key-unused", A, 9, "keys", unused_key),
    Case("key-twice", A, 9, "keys", at("keys", lambda v: v * 2)),
    Case("keys-unsorted", T, 9, "keys", at("keys", lambda v: v[::-1])),
    Case("key-invalid", A, 9, "signature", invalid_key),
    Case(
        "signature-broken",
        A,
        9,
        "signature",
        listed(lambda v: v[0].update(signature=damage(v[0]["signature"]))),
    ),
    Case("signature-by-a-stranger", A, 9, "signature", by_a_stranger),
    Case("signature-of-another-payload", A, 9, "signature", over_another_payload),
    Case("signature-over-a-digest", A, 9, "signature", over_prehash),
    Case("ed25519-s-plus-l", A, 9, "signature", high_order_s, only="intl"),
    Case("ed25519-small-order-r", A, 9, "signature", small_r(b"\1" + bytes(31)), only="intl"),
    Case("ed25519-r-not-canonical", A, 9, "signature", small_r((P + 1).to_bytes(32, "little")), only="intl"),
    Case("ed25519-r-negative-zero", A, 9, "signature", small_r(b"\1" + bytes(30) + b"\x80"), only="intl"),
    Case("ed25519-cofactored-only", A, 9, "signature", mixed_order(plain=False), only="intl"),
    *(
        Case(n, T, 9, "signature", last_signature(fn), only=only, note=note)
        for n, note, only, fn in EC_SIGNATURES
    ),
]


# --- steps 10 and 11 ------------------------------------------------------------------------------


def two_acts_swapped(f: Files) -> None:
    a = f.b["acts"]
    a[0]["act"], a[1]["act"] = a[1]["act"], a[0]["act"]


def effects_of_another(f: Files) -> None:
    a = f.b["acts"]
    a[0]["effects"] = a[1]["effects"]


def refused_with_effects(f: Files) -> None:
    f.b["acts"][0]["effects"] = []


def refused_with_digests(f: Files) -> None:
    f.b["receipt"]["acts"] = [f.suite.dj("effects", [])]
    f.b["acts"][0]["effects"] = []
    reseal(f)


def accepted_after_all(f: Files) -> None:
    """The receipt of a refused deed with its code changed: the log never held it."""
    r = f.b["receipt"]
    r["code"] = "ok"
    del r["act"], r["clause"]
    reseal(f)


STEP_10_11: list[Case] = [
    Case("act-altered", A, 10, "act-digest", at("acts.0.act.args.weight", to(99))),
    Case("act-salt-altered", A, 10, "act-digest", at("acts.0.act.salt", flip)),
    Case("act-index-wrong", "one-act-disclosed", 10, "act-digest", at("acts.0.index", to(2))),
    Case("act-index-beyond", "one-act-disclosed", 10, "act-index", at("acts.0.index", to(3))),
    Case("acts-swapped", A, 10, "act-digest", two_acts_swapped),
    Case("act-twice", A, 10, "act-index", at("acts", lambda v: [v[0], v[0]])),
    Case("acts-falling", A, 10, "act-index", at("acts", lambda v: v[::-1])),
    Case("effects-altered", A, 10, "effects-digest", at("acts.0.effects.0.1", to(7))),
    Case("effects-of-another-act", A, 10, "effects-digest", effects_of_another),
    Case("effects-reordered", A, 10, "effects-digest", at("acts.2.effects", lambda v: v[::-1])),
    Case("effects-empty", A, 10, "effects-digest", at("acts.1.effects", to([]))),
    Case("effects-missing", A, 10, "effects", lambda f: f.b["acts"][1].pop("effects")),
    Case("receipt-acts-short", A, 10, "receipt-acts", receipted("acts", lambda v: v[:-1])),
    Case("receipt-acts-long", A, 10, "receipt-acts", receipted("acts", lambda v: [*v, "0" * 64])),
    Case("accepted-with-a-clause", A, 10, "receipt-reason", receipted("clause", to("already-pledged"))),
    Case("accepted-with-an-act", A, 10, "receipt-reason", receipted("act", to(0))),
    Case("refused-with-effects", X, 10, "effects", refused_with_effects),
    Case("refused-with-digests", X, 10, "receipt-acts", refused_with_digests),
    Case("refused-called-ok", X, 10, "receipt-acts", accepted_after_all),
    Case("page-altered", T, 11, "page", at("pages.0.version", to(2))),
    Case("page-of-no-act", T, 11, "page", at("pages", lambda v: [*v, {"contract": "other"}])),
    Case("page-of-an-undisclosed-act", T, 11, "page", at("acts", to([]))),
]
