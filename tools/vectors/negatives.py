"""Negative vectors for steps 1 to 5, and files that cannot be read."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable

from byhand import make_set, witness
from forge import Case, Files, damage, flip, recosign, resign_set, secrets
from prims import GM, INTL, Json, Key, b64u, by_thumbprint, canonical, ec_jwk, thumbprint, unb64u
from scenario import cosigner, witnesses

A = "operator-only"


def at(path: str, change: Callable[[Json], Json], trust: bool = False) -> Callable[[Files], None]:
    """Replace the value at a dotted path of the bundle (or of the trust file)."""

    def apply(f: Files) -> None:
        *way, last = path.split(".")
        node = f.t if trust else f.b
        for name in way:
            node = node[int(name) if isinstance(node, list) else name]
        key = int(last) if isinstance(node, list) else last
        node[key] = change(node.get(key) if isinstance(node, dict) else node[key])

    return apply


def to(value: Json) -> Callable[[Json], Json]:
    return lambda _: value


def drop(name: str, trust: bool = False) -> Callable[[Files], None]:
    return lambda f: (f.t if trust else f.b).pop(name)


def no_digest(change: Callable[[Files], object]) -> Callable[[Files], None]:
    def apply(f: Files) -> None:
        change(f)
        f.digest = False

    return apply


def raw(change: Callable[[bytes], bytes]) -> Callable[[Files], None]:
    """Change the bytes of a bundle that is otherwise right, digest included."""

    def apply(f: Files) -> None:
        f.raw = change(canonical(f.b))
        assert f.raw != canonical(f.b)

    return apply


def raw_trust(change: Callable[[bytes], bytes]) -> Callable[[Files], None]:
    def apply(f: Files) -> None:
        f.raw_trust = change(canonical(f.t))
        assert f.raw_trust != canonical(f.t)

    return apply


def swap(old: str, new: str) -> Callable[[bytes], bytes]:
    return lambda data: data.replace(old.encode(), new.encode(), 1)


def unsorted_(data: bytes) -> bytes:
    value = json.loads(data)
    return json.dumps(dict(reversed(value.items())), ensure_ascii=False, separators=(",", ":")).encode()


def deep(levels: int) -> Json:
    out: Json = []
    for _ in range(levels - 1):
        out = [out]
    return out


def unused_bits(b64: str) -> str:
    """The same 64 bytes with a bit set that no byte holds."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return b64[:-1] + alphabet[alphabet.index(b64[-1]) + 1]


def nfd(f: Files) -> None:
    f.b["genesis"]["name"]["en"] = unicodedata.normalize("NFD", "é")


STEP_1: list[Case] = [
    Case("digest-wrong", A, 1, "digest", no_digest(at("digest", flip))),
    Case("changed-without-digest", A, 1, "digest", no_digest(at("receipt.code", to("okay")))),
    Case(
        "digest-of-the-whole",
        A,
        1,
        "digest",
        no_digest(lambda f: f.b.update(digest=f.suite.dj("bundle", f.b))),
    ),
    Case("member-unknown", A, 1, "shape", at("comment", to("trust me"))),
    Case("member-missing", A, 1, "shape", drop("sets")),
    Case("member-null", A, 1, "shape", at("pages", to(None)), note="absent is absent, never null"),
    Case("member-unknown-in-checkpoint", A, 1, "shape", at("checkpoint.time", to(1))),
    Case("member-unknown-in-genesis", A, 1, "shape", at("genesis.comment", to("x"))),
    Case("member-unknown-in-jwk", A, 1, "shape", at("keys.0.kid", to("x"))),
    Case("member-unknown-in-act", A, 1, "shape", at("acts.0.act.comment", to("x"))),
    Case("jwk-kty-wrong", A, 1, "shape", at("keys.0.kty", to("RSA"))),
    Case("format-other", A, 1, "shape", at("format", to("wusong-bundle/2"))),
    Case("hex-upper-case", A, 1, "shape", at("receipt.deed", lambda v: v.upper())),
    Case("hex-short", A, 1, "shape", at("seal.state", lambda v: v[:-2])),
    Case("salt-short", A, 1, "shape", at("acts.0.act.salt", lambda v: v[:-2])),
    Case("b64u-unused-bits", A, 1, "shape", at("signatures.0.signature", unused_bits)),
    Case("b64u-padded", A, 1, "shape", at("cosignatures.0.signature", lambda v: v + "==")),
    Case("b64u-standard-alphabet", A, 1, "shape", at("signatures.0.protected", lambda v: "+/" + v[2:])),
    Case("signature-63-bytes", A, 1, "shape", at("signatures.0.signature", lambda v: b64u(unb64u(v)[:63]))),
    Case("coordinate-31-bytes", A, 1, "shape", at("keys.0.x", lambda v: b64u(unb64u(v)[1:]))),
    Case("integer-as-string", A, 1, "shape", at("inclusion.index", str)),
    Case("integer-as-bool", A, 1, "shape", at("acts.0.index", bool)),
    Case("integer-negative", A, 1, "shape", at("acts.0.index", to(-1))),
    Case("asset-leading-zero", A, 1, "shape", at("acts.0.act.asset", to("#00.0"))),
    Case("opening-half-a-batch", "with-contents", 1, "shape", lambda f: f.b["contents"][1].pop("size")),
    Case(
        "proof-both-kinds",
        "with-state",
        1,
        "shape",
        at("state.proofs.0.other", to({"path": "0" * 64, "value": "0" * 64})),
    ),
    Case("effect-of-two", A, 1, "shape", lambda f: f.b["acts"][0]["effects"][0].pop()),
    Case("not-an-object", A, 1, "shape", raw(to(b"[]"))),
    Case("white-space", A, 1, "not-canonical", raw(swap(",", ", "))),
    Case("newline-at-end", A, 1, "not-canonical", raw(lambda d: d + b"\n")),
    Case("member-order", A, 1, "not-canonical", raw(unsorted_)),
    Case("member-twice", A, 1, "not-canonical", raw(swap('{"acts":', '{"acts":[],"acts":'))),
    Case("member-twice-deep", A, 1, "not-canonical", raw(swap('"code":"ok"', '"code":"ok","code":"ok"'))),
    Case("float", A, 1, "not-canonical", raw(swap('"protocol":1', '"protocol":1.0'))),
    Case("exponent", A, 1, "not-canonical", raw(swap('"protocol":1', '"protocol":1e0'))),
    Case("zero-negative", A, 1, "not-canonical", raw(swap('"epoch":0', '"epoch":-0'))),
    Case("fraction-in-args", A, 1, "profile", raw(swap('"weight":24000', '"weight":0.5'))),
    Case("integer-2-53", A, 1, "profile", at("acts.0.act.args.weight", to(2**53))),
    Case("integer-400-digits", A, 1, "profile", at("acts.0.act.args.weight", to(10**399))),
    Case("integer-5000-digits", A, 1, "profile", raw(swap('"weight":24000', '"weight":' + "9" * 5000))),
    Case("escaped-slash", A, 1, "not-canonical", raw(swap("wusong-bundle/1", "wusong-bundle\\/1"))),
    Case("escaped-letter", A, 1, "not-canonical", raw(swap("wusong-bundle", "\\u0077usong-bundle"))),
    Case("escaped-chinese", A, 1, "not-canonical", raw(swap("测试", "\\u6d4b\\u8bd5"))),
    Case("surrogate-alone", A, 1, "profile", raw(swap("测试", "\\ud83d"))),
    Case("not-nfc", A, 1, "profile", nfd),
    Case("member-name-not-ascii", A, 1, "profile", at("acts.0.act.args.重量", to(1))),
    Case("depth-17", A, 1, "profile", at("acts.0.act.args.deep", to(deep(12)))),
    Case("depth-5000", A, 1, "profile", raw(swap('"weight":24000', '"weight":' + "[" * 5000 + "]" * 5000))),
    Case("trust-member-unknown", A, 1, "trust-shape", at("comment", to("x"), trust=True)),
    Case("trust-member-missing", A, 1, "trust-shape", drop("witnesses", trust=True)),
    Case("trust-format-other", A, 1, "trust-shape", at("format", to("wusong-trust/2"), trust=True)),
    Case("trust-white-space", A, 1, "trust-not-canonical", raw_trust(swap(",", ",\n"))),
    Case(
        "trust-is-the-bundle", A, 1, "trust-shape", lambda f: setattr(f, "t", {"format": "wusong-bundle/1"})
    ),
]

UNREADABLE: list[Case] = [
    Case(name, A, None, reason, change, expect="unreadable", only="intl")
    for name, reason, change in [
        ("empty-file", "not-json", raw(to(b""))),
        ("truncated", "not-json", raw(lambda d: d[: len(d) // 2])),
        ("last-byte-missing", "not-json", raw(lambda d: d[:-1])),
        ("two-texts", "not-json", raw(lambda d: d + d)),
        ("not-utf8", "not-utf8", raw(lambda d: d.replace("测".encode(), b"\xb2\xe2", 1))),
        ("byte-order-mark", "not-json", raw(lambda d: b"\xef\xbb\xbf" + d)),
        ("utf-16", "not-utf8", raw(lambda d: d.decode().encode("utf-16"))),
        ("nan", "not-json", raw(swap('"weight":24000', '"weight":NaN'))),
        ("leading-zero", "not-json", raw(swap('"weight":24000', '"weight":024000'))),
        ("trailing-comma", "not-json", raw(lambda d: d[:-1] + b",}")),
        ("control-character", "not-json", raw(swap("测试", "\x01"))),
        ("trust-truncated", "not-json", raw_trust(lambda d: d[:-9])),
        ("trust-empty", "not-json", raw_trust(to(b""))),
    ]
]


# --- step 2 ---------------------------------------------------------------------------------------


def protocol_3(f: Files) -> None:
    f.b["genesis"]["protocol"] = 3
    f.t["ledger"] = f.suite.dj("genesis", f.b["genesis"])


def other_suite(f: Files) -> None:
    f.b["genesis"]["suite"] = "gm" if f.suite is INTL else "intl"


STEP_2: list[Case] = [
    Case("ledger-wrong", A, 2, "wrong-ledger", at("ledger", flip, trust=True)),
    Case("genesis-altered", A, 2, "wrong-ledger", at("genesis.trial", to(True))),
    Case("genesis-suite-swapped", A, 2, "wrong-ledger", other_suite),
    Case("suite-unknown", A, 2, "unknown-suite", no_digest(at("genesis.suite", to("post-quantum")))),
    Case("protocol-unknown", A, 2, "unknown-protocol", protocol_3),
]


# --- step 3 ---------------------------------------------------------------------------------------

R, G, E = "after-rotation", "after-growth", "new-epoch"


def forged_set(f: Files) -> None:
    """A stranger puts the cosigner's name on its own signature."""
    stranger = Key(f.suite.algs[0], "stranger")
    f.b["sets"][0]["cosigners"] = [stranger.jwk]
    name = f.b["sets"][0]["signatures"][0]["key"]
    resign_set(f, 0, [stranger])
    f.b["sets"][0]["signatures"][0]["key"] = name
    recosign(f, [stranger])


def strangers_set(f: Files) -> None:
    stranger = Key(f.suite.algs[0], "stranger")
    f.b["sets"][0]["cosigners"] = [stranger.jwk]
    resign_set(f, 0, [stranger])
    recosign(f, [stranger])


def other_alg(f: Files) -> Key:
    return (GM if f.suite is INTL else INTL).key("stranger")


def set_keys(i: int, keys: Callable[[Files], list[Json]], by: list[int]) -> Callable[[Files], None]:
    """Change the keys of set change i and have it signed by the preceding set."""

    def apply(f: Files) -> None:
        f.b["sets"][i]["cosigners"] = keys(f)
        resign_set(f, i, [cosigner(f.suite, n) for n in by])

    return apply


def set_member(i: int, name: str, value: Callable[[Json], Json], by: list[int]) -> Callable[[Files], None]:
    def apply(f: Files) -> None:
        f.b["sets"][i][name] = value(f.b["sets"][i][name])
        resign_set(f, i, [cosigner(f.suite, n) for n in by])

    return apply


def unsorted_keys(f: Files) -> list[Json]:
    return by_thumbprint([cosigner(f.suite, i) for i in range(4)])[::-1]


def two_sign(i: int, by: list[int]) -> Callable[[Files], None]:
    return lambda f: resign_set(f, i, [cosigner(f.suite, n) for n in by])


def bad_key(f: Files) -> tuple[Json, str]:
    """A JWK of right shape that is no key: the neutral point under intl, a point off the curve under gm."""
    if f.suite is INTL:
        jwk = {"crv": "Ed25519", "kty": "OKP", "x": b64u(b"\1" + bytes(31))}
    else:
        jwk = ec_jwk("SM2", (5, 5))
    return jwk, thumbprint(jwk)


STEP_3: list[Case] = [
    Case("set-forged", R, 3, "set-signature", forged_set),
    Case("set-by-a-stranger", R, 3, "set-quorum", strangers_set),
    Case("set-unsigned", R, 3, "set-quorum", at("sets.0.signatures", to([]))),
    Case("set-signature-broken", R, 3, "set-signature", at("sets.0.signatures.0.signature", damage)),
    Case(
        "set-altered",
        R,
        3,
        "set-signature",
        lambda f: f.b["sets"][0].update(cosigners=[cosigner(f.suite, 6).jwk]),
    ),
    Case(
        "set-for-another-ledger",
        R,
        3,
        "set-signature",
        lambda f: resign_set(f, 0, [cosigner(f.suite, 0)], "0" * 64),
    ),
    Case("set-key-past-until", R, 3, "set-quorum", at("cosigners.0.until", to(1), trust=True)),
    Case("set-not-yet-in-force", R, 3, "set-from", set_member(0, "from", to(999), [0])),
    Case(
        "set-from-is-the-size",
        R,
        3,
        "set-from",
        lambda f: set_member(0, "from", to(f.b["checkpoint"]["size"]), [0])(f),
    ),
    Case("set-skipped", G, 3, "set-quorum", lambda f: f.b["sets"].pop(0)),
    Case("set-from-falls", G, 3, "set-falls", set_member(1, "from", to(1), [5])),
    Case("set-epoch-falls", G, 3, "set-falls", lambda f: (f.t.update(epoch=1), None)),
    Case("set-order", G, 3, "set-quorum", lambda f: f.b["sets"].reverse()),
    Case("set-unsorted", G, 3, "set-keys", set_keys(1, unsorted_keys, [5])),
    Case("set-key-twice", G, 3, "set-keys", set_keys(1, lambda f: [cosigner(f.suite, 0).jwk] * 2, [5])),
    Case("set-empty", R, 3, "set-keys", set_keys(0, lambda _: [], [0])),
    Case("set-of-another-suite", R, 3, "set-keys", set_keys(0, lambda f: [other_alg(f).jwk], [0])),
    Case("set-two-of-4-sign", E, 3, "set-quorum", two_sign(2, [0, 1])),
    Case("set-one-signs-thrice", E, 3, "set-quorum", two_sign(2, [0, 0, 0])),
    Case(
        "set-one-broken-of-four",
        E,
        3,
        "set-signature",
        lambda f: (two_sign(2, [0, 1, 2, 3])(f), at("sets.2.signatures.3.signature", damage)(f)),
    ),
    Case("trust-from-after-checkpoint", A, 3, "set-from", at("from", to(500), trust=True)),
    Case("trust-set-empty", A, 3, "set-keys", at("cosigners", to([]), trust=True)),
    Case("trust-key-twice", A, 3, "set-keys", at("cosigners", lambda v: v * 2, trust=True)),
    Case(
        "trust-key-of-another-suite",
        A,
        3,
        "set-keys",
        lambda f: f.t.update(cosigners=[{"jwk": other_alg(f).jwk}]),
    ),
]


# --- step 4 ---------------------------------------------------------------------------------------

Q = "four-of-4"


def again_in_a_later_set(f: Files) -> None:
    """A key past its `until` comes back as the only member of the next set."""
    old = [cosigner(f.suite, i) for i in range(4)]
    entry = next(e for e in f.t["cosigners"] if e["jwk"] == old[3].jwk)
    entry["until"] = 1
    f.b["sets"] = [make_set(f.suite, f.t["ledger"], [old[3]], 0, 2, old[:3])]
    recosign(f, [old[3]])


def keep(*which: int) -> Callable[[Files], None]:
    return lambda f: f.b.update(cosignatures=[f.b["cosignatures"][i] for i in which])


def checkpoint(name: str, value: Callable[[Json], Json]) -> Callable[[Files], None]:
    def apply(f: Files) -> None:
        f.b["checkpoint"][name] = value(f.b["checkpoint"][name])
        recosign(f)

    return apply


def no_domain(f: Files) -> None:
    key = secrets(f.suite)[f.b["cosignatures"][0]["key"]]
    f.b["cosignatures"][0]["signature"] = b64u(key.sign(canonical(f.b["checkpoint"])))


def small_cosigner(f: Files) -> None:
    """The trust file names a key that is no key; under intl the naive equation holds for it."""
    jwk, print_ = bad_key(f)
    f.t["cosigners"] = [{"jwk": jwk}]
    s = 7
    from prims import ED_B, ed_encode, ed_mul

    forged = ed_encode(ed_mul(s, ED_B)) + s.to_bytes(32, "little")
    f.b["cosignatures"] = [{"key": print_, "signature": b64u(forged)}]


def high_s_cosigner(f: Files) -> None:
    from prims import P256, pair

    known = secrets(f.suite)
    for c in f.b["cosignatures"]:
        if known[c["key"]].alg == "ES256":
            data = unb64u(c["signature"])
            c["signature"] = b64u(
                pair(int.from_bytes(data[:32], "big"), P256.n - int.from_bytes(data[32:], "big"))
            )


STEP_4: list[Case] = [
    Case("cosignature-none", A, 4, "quorum", at("cosignatures", to([]))),
    Case("cosignature-broken", A, 4, "cosignature", at("cosignatures.0.signature", damage)),
    Case("cosignature-without-domain", A, 4, "cosignature", no_domain),
    Case(
        "cosignature-of-a-stranger", A, 4, "quorum", lambda f: recosign(f, [Key(f.suite.algs[0], "stranger")])
    ),
    Case("cosigners-two-of-4", Q, 4, "quorum", keep(0, 1)),
    Case("cosigners-one-counted-twice", Q, 4, "quorum", keep(0, 1, 1)),
    Case("cosigners-one-counted-four-times", Q, 4, "quorum", keep(2, 2, 2, 2)),
    Case(
        "cosigners-one-broken-of-four",
        Q,
        4,
        "cosignature",
        at("cosignatures.3.signature", damage),
        note="three others hold, still a failure",
    ),
    Case("cosigner-past-until", A, 4, "quorum", at("cosigners.0.until", to(1), trust=True)),
    Case(
        "cosigners-two-past-until",
        Q,
        4,
        "quorum",
        lambda f: [e.update(until=1) for e in f.t["cosigners"][:2]],
    ),
    Case("cosigner-past-until-in-a-later-set", Q, 4, "quorum", again_in_a_later_set),
    Case("cosigner-of-the-old-set", R, 4, "quorum", lambda f: recosign(f, [cosigner(f.suite, 0)])),
    Case("set-change-left-out", R, 4, "quorum", at("sets", to([]))),
    Case("checkpoint-altered", A, 4, "cosignature", at("checkpoint.root", flip)),
    Case("checkpoint-of-another-ledger", A, 4, "checkpoint-ledger", checkpoint("ledger", flip)),
    Case("checkpoint-of-another-epoch", A, 4, "checkpoint-epoch", checkpoint("epoch", to(1))),
    Case("checkpoint-of-the-old-epoch", E, 4, "checkpoint-epoch", checkpoint("epoch", to(0))),
    Case("cosigner-key-invalid", A, 4, "cosignature", small_cosigner),
    Case("cosigner-high-s", Q, 4, "cosignature", high_s_cosigner, only="intl"),
]


# --- step 5 ---------------------------------------------------------------------------------------

W = "witnessed-by-2"


def of_another_checkpoint(f: Files) -> None:
    name, key = witnesses(f.suite)[0]
    f.b["witnesses"][0] = witness(key, name, f.b["checkpoint"] | {"size": 1}, f.b["witnesses"][0]["time"])


def witness_without_time(f: Files) -> None:
    from byhand import note_text

    _, key = witnesses(f.suite)[0]
    f.b["witnesses"][0]["signature"] = b64u(key.sign(note_text(f.b["checkpoint"]).encode()))


def past_and_broken(f: Files) -> None:
    f.t["witnesses"][0]["until"] = 1
    at("witnesses.0.signature", damage)(f)


def named_after_another(f: Files) -> None:
    f.b["witnesses"][0]["name"] = f.b["witnesses"][1]["name"]


def witness_other_suite(f: Files) -> None:
    key = other_alg(f)
    f.t["witnesses"].append({"jwk": key.jwk, "name": "other.example/w"})
    f.b["witnesses"].append(witness(key, "other.example/w", f.b["checkpoint"], 1_790_000_000))


STEP_5: list[Case] = [
    Case("witness-broken", W, 5, "witness", at("witnesses.1.signature", damage)),
    Case("witness-time-altered", W, 5, "witness", at("witnesses.0.time", lambda v: v + 1)),
    Case("witness-of-another-checkpoint", W, 5, "witness", of_another_checkpoint),
    Case("witness-without-time-line", W, 5, "witness", witness_without_time),
    Case("witness-past-until-broken", W, 5, "witness", past_and_broken),
    Case("witness-key-of-another-suite", W, 5, "witness", witness_other_suite),
    Case(
        "witness-named-after-another", W, None, "not-counted", named_after_another,
        "accepted", "witnessed by 1",
        note="name and key must be of one witness: not named by the trust file, so not counted",
    ),
    Case(
        "witness-unknown-broken", "witness-unknown", None, "not-counted", at("witnesses.0.signature", damage),
        "accepted", "operator only", note="not named by the trust file, so not checked",
    ),
]  # fmt: skip
