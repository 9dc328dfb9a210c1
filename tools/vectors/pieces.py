"""The small vectors: one file per topic, both suites in each, every input and every intermediate value."""

from __future__ import annotations

from collections.abc import Callable

from byhand import (
    START,
    Deed,
    checkpoint_message,
    cosign,
    make_set,
    note_line,
    note_text,
    set_message,
    witness,
    witness_message,
)
from negatives_deed import EC_SIGNATURES, torsion
from prims import (
    ED_B,
    GM,
    INTL,
    P256,
    SM2P256,
    SUITES,
    Json,
    Key,
    P,
    Suite,
    b64u,
    be32,
    be64,
    by_thumbprint,
    canonical,
    ec_jwk,
    ed_add,
    ed_encode,
    ed_k,
    ed_mul,
    ed_scalar,
    fill,
    unb64u,
    verify,
)
from prims import L as ORDER
from scenario import GOODS, LOTS, PAGE, Story, cosigner, tell, witnesses
from trees import StateTree, log_prove, log_root


def form(value: Json) -> Json:
    """A value with its canonical bytes."""
    return {"value": value, "canonical": canonical(value).hex()}


# --- section 1 ------------------------------------------------------------------------------------

CANONICAL: list[tuple[str, Json]] = [
    ("empty object", {}),
    ("empty array", []),
    ("members sorted by code unit", {"b": 1, "a": 2, "B": 3, "_": 4, "a.b": 5, "10": 6, "9": 7}),
    ("integers to the limits", [0, -1, 2**53 - 1, -(2**53 - 1)]),
    ("words", [True, False, None]),
    ("short escapes", '\b\t\n\f\r"\\'),
    ("other controls", "\x00\x1f\x7f"),
    ("slash and non-ASCII stand as they are", "a/b 吴淞 é € 😀 \u2028"),
    ("depth 16", [[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]),
]
REFUSED: list[tuple[str, bytes]] = [
    ("white space", b'{"a": 1}'),
    ("newline after", b"{}\n"),
    ("members unsorted", b'{"b":1,"a":1}'),
    ("member twice", b'{"a":1,"a":1}'),
    ("member name not ASCII", '{"é":1}'.encode()),
    ("fraction", b"[1.5]"),
    ("fraction that is whole", b"[1.0]"),
    ("exponent", b"[1e3]"),
    ("negative zero", b"[-0]"),
    ("integer 2^53", b"[9007199254740992]"),
    ("integer -2^53", b"[-9007199254740992]"),
    ("integer of 400 digits", b"[" + b"9" * 400 + b"]"),
    ("escaped slash", b'["\\/"]'),
    ("escaped letter", b'["\\u0061"]'),
    ("upper-case escape", b'["\\u001F"]'),
    ("control escaped the long way", b'["\\u000a"]'),
    ("lone surrogate, escaped", b'["\\ud800"]'),
    ("surrogates in the wrong order, escaped", b'["\\udc00\\ud800"]'),
    ("lone surrogate, in UTF-8", b'["\xed\xa0\x80"]'),
    ("pair escaped", b'["\\ud83d\\ude00"]'),
    ("not NFC", '["e\u0301"]'.encode()),
    ("not NFC: a compatibility Hangul sequence", '["\u1100\u1161"]'.encode()),
    ("overlong UTF-8", b'["\xc0\xaf"]'),
    ("not UTF-8", b'["\xff"]'),
    ("byte order mark", b"\xef\xbb\xbf{}"),
    ("depth 17", b"[" * 17 + b"]" * 17),
    ("depth 100000", b"[" * 100_000),
    ("raw control", b'["\n"]'),
    ("leading zero", b"[01]"),
    ("plus sign", b"[+1]"),
    ("trailing comma", b"[1,]"),
    ("NaN", b"[NaN]"),
    ("single quotes", b"['a']"),
    ("comment", b"[]//"),
    ("empty", b""),
    ("two texts", b"{}{}"),
]


def conventions() -> Json:
    digests = [("genesis", b"{}"), ("deed", b""), ("commitment", bytes(64))]
    b64 = [{"hex": fill("b64u", n).hex(), "b64u": b64u(fill("b64u", n))} for n in (0, 1, 2, 3, 32, 64)]
    refused = ["A", "AB", "AA==", "AA=", "+A", "A/", "AAB", "AA AA", "AA\n"]
    return {
        "canonical": [{"name": n} | form(v) for n, v in CANONICAL],
        "refused": [
            {"name": n, "hex": b.hex()} if len(b) < 999 else {"name": n, "hex": b[:1].hex(), "times": len(b)}
            for n, b in REFUSED
        ],
        "b64u": {"accepted": b64, "refused": refused},
        "be": {"be32(258)": be32(258).hex(), "be64(258)": be64(258).hex()},
        "digest": {
            s.name: [{"tag": t, "data": d.hex(), "digest": s.d(t, d).hex()} for t, d in digests]
            + [{"hash_of": "abc", "digest": s.h(b"abc").hex()}]
            for s in SUITES.values()
        },
    }


def keys() -> Json:
    out: Json = {"keys": [], "signatures": [], "not_keys": []}
    message = "吴淞 wusong".encode()
    for alg in ("Ed25519", "ES256", "SM2-SM3"):
        for name in ("keeper", "bank"):
            key = Key(alg, name)
            more = {"jwk": key.jwk, "thumbprint": key.thumbprint, "jwk_canonical": canonical(key.jwk).hex()}
            out["keys"].append({"alg": alg, "name": name, "secret": key.secret.hex()} | more)
        key = Key(alg, "keeper")
        row = {"alg": alg, "jwk": key.jwk, "message": message.hex()}
        out["signatures"] += [
            row | {"name": "good", "signature": key.sign(message).hex(), "valid": True},
            row
            | {
                "name": "other message",
                "message": b"x".hex(),
                "signature": key.sign(message).hex(),
                "valid": False,
            },
            row | {"name": "empty message", "message": "", "signature": key.sign(b"").hex(), "valid": True},
        ]
        if alg != "Ed25519":
            out["signatures"] += ec_rows(key, row, message)
    out["signatures"] += ed_rows(message)
    out["not_keys"] = not_keys()
    for s in out["signatures"]:
        assert verify(s["jwk"], bytes.fromhex(s["message"]), bytes.fromhex(s["signature"])) == s["valid"], s[
            "name"
        ]
    return out


def ec_rows(key: Key, row: Json, message: bytes) -> list[Json]:
    suite = "intl" if key.alg == "ES256" else "gm"
    return [
        row | {"name": name, "note": note, "signature": forge(key, message).hex(), "valid": False}
        for name, note, only, forge in EC_SIGNATURES
        if only in (None, suite) and not (name == "s-negated" and suite == "intl")
    ]


def ed_rows(message: bytes) -> list[Json]:
    key = Key("Ed25519", "keeper")
    a, good, row = ed_scalar(key.secret)[0], key.sign(message), {"alg": "Ed25519", "message": message.hex()}
    public, s = unb64u(key.jwk["x"]), int.from_bytes(good[32:], "little")

    def small(encoded: bytes) -> bytes:
        return encoded + (ed_k(encoded, public, message) * a % ORDER).to_bytes(32, "little")

    one, mine = b"\1" + bytes(31), row | {"jwk": key.jwk, "valid": False}
    rows = [
        mine | {"name": "S + L", "signature": (good[:32] + (s + ORDER).to_bytes(32, "little")).hex()},
        mine | {"name": "R is the neutral point", "signature": small(one).hex()},
        mine
        | {
            "name": "R is the neutral point as p + 1",
            "signature": small((P + 1).to_bytes(32, "little")).hex(),
        },
        mine | {"name": "R is the neutral point, sign set", "signature": small(one[:31] + b"\x80").hex()},
        mine | {"name": "R is no point", "signature": ((2).to_bytes(32, "little") + good[32:]).hex()},
    ]
    forged = ed_encode(ed_mul(7, ED_B)) + (7).to_bytes(32, "little")
    for n in (0, 1, 2, 4):
        x = ed_encode(ed_mul(n, torsion()))
        name = f"A is of small order: {n} times a point of order 8; R = [S]B"
        rows.append(row | {"jwk": ed_jwk(x), "name": name, "signature": forged.hex(), "valid": False})
    return rows + mixed(message, row)


def mixed(message: bytes, row: Json) -> list[Json]:
    """A has a part of order 8: accepted when k is 0 mod 8, for the plain equation holds then."""
    a = ed_scalar(b"mixed order")[0] % ORDER
    public = ed_encode(ed_add(ed_mul(a, ED_B), torsion()))
    found: dict[bool, Json] = {}
    for r in range(12345, 12445):
        big_r = ed_encode(ed_mul(r, ED_B))
        k = ed_k(big_r, public, message)
        name = (
            "A of mixed order, k is 0 mod 8"
            if k % 8 == 0
            else "A of mixed order, only the equation times 8 holds"
        )
        signature = (big_r + ((r + k * a) % ORDER).to_bytes(32, "little")).hex()
        found.setdefault(
            k % 8 == 0,
            row | {"jwk": ed_jwk(public), "name": name, "signature": signature, "valid": k % 8 == 0},
        )
    return [found[True], found[False]]


def ed_jwk(public: bytes) -> Json:
    return {"crv": "Ed25519", "kty": "OKP", "x": b64u(public)}


def not_keys() -> list[Json]:
    ed = Key("Ed25519", "keeper").jwk
    rows = [
        ("Ed25519 neutral point", ed_jwk(b"\1" + bytes(31))),
        ("Ed25519 y = p", ed_jwk(P.to_bytes(32, "little"))),
        ("Ed25519 no point", ed_jwk((2).to_bytes(32, "little"))),
        ("P-256 off the curve", ec_jwk("P-256", (5, 5))),
        ("P-256 origin", ec_jwk("P-256", (0, 0))),
        ("P-256 x not reduced", ec_jwk("P-256", (2**256 - 1, P256.g[1]))),
        ("SM2 off the curve", ec_jwk("SM2", (5, 5))),
        ("SM2 point on P-256", ec_jwk("SM2", P256.g)),
        ("P-256 point on SM2", ec_jwk("P-256", SM2P256.g)),
        ("member too many", ed | {"kid": "x"}),
        ("private member", ed | {"d": ed["x"]}),
        ("kty wrong", ed | {"kty": "EC"}),
        ("crv unknown", ed | {"crv": "X25519"}),
        ("x of 31 bytes", ed_jwk(bytes(31))),
        ("x padded", ed | {"x": ed["x"] + "="}),
        ("y missing", {k: v for k, v in Key("ES256", "bank").jwk.items() if k != "y"}),
    ]
    return [{"name": n, "jwk": j} for n, j in rows]


# --- sections 2 to 6 ------------------------------------------------------------------------------


def genesis(story: Story) -> Json:
    return form(story.ledger.genesis) | {"ledger": story.ledger.id}


def deed(story: Story) -> Json:
    names = {"one signer": "issue", "three signers": "pledge", "under a mandate": "release"}
    return {
        "ledger": story.ledger.id,
        "deeds": [{"name": n} | one_deed(story.deeds[d]) for n, d in names.items()],
    }


def one_deed(d: Deed) -> Json:
    first = d.signatures[0]
    assets = [(a, c) for a in range(len(d.acts)) for c in range(2)]
    return {
        "acts": [form(a) | {"digest": d.suite.dj("act", a)} for a in d.acts],
        "payload": form(d.payload),
        "deed": d.id.hex(),
        "signing_input": f"{first['protected']}.{d.payload64}".encode().hex(),
        "keys": [s.key.jwk for s in d.signers],
        "signatures": form(d.signatures) | {"digest": d.suite.dj("signatures", d.signatures)},
        "envelope": canonical(d.envelope()).hex(),
        "assets": [{"act": a, "child": c, "asset": d.asset(a, c).hex()} for a, c in assets],
    }


def state(story: Story) -> Json:
    led, h = story.ledger, story.suite.h
    names = [
        ("party", "did:web:bank.example"), ("page", story.suite.dj("contract", PAGE)),
        ("name", "example-receipt@1"),
        ("accreditation", "did:web:keeper.example warehouse"), ("parameters", ""),
        ("spent", str((START + 300_000) // 60_000)), ("quota", "did:web:keeper.example"), ("name", "仓单@1"),
    ]  # fmt: skip
    d = story.deeds["issue"]
    leaves = [
        {"act": i, "act_salt": d.acts[i]["salt"], "key": k.hex(), "rev": leaf["rev"], "salt": leaf["salt"]}
        | {"leaf": form(leaf), "hash": h(canonical(leaf)).hex()}
        for i, writes in enumerate(d.writes)
        for k, leaf in writes
    ]
    bank = led.k("party", "did:web:bank.example")
    genesis_leaf = {"nonce": led.genesis["nonce"], "key": bank.hex(), "leaf": led.state.values[bank]}
    return {
        "ledger": led.id,
        "keys": [{"kind": k, "name": n, "key": led.k(k, n).hex()} for k, n in names],
        "leaves": leaves,
        "genesis_leaf": genesis_leaf,
        "trees": [tree(story.suite, n) for n in (0, 1, 2, 12, 40)],
    }


def tree(suite: Suite, n: int) -> Json:
    t = StateTree(suite)
    t.values = {fill(f"tree key {i}", 32): {"n": i} for i in range(n)}
    kinds: dict[str, Json] = {}
    for i in range(n + 2000):
        proof = t.prove(fill(f"tree key {i}", 32))
        kinds.setdefault(
            "exists" if "value" in proof else "other leaf" if "other" in proof else "empty place", proof
        )
    entries = [[k.hex(), v] for k, v in t.values.items()]
    return {
        "entries": entries,
        "root": t.root().hex(),
        "proofs": [{"kind": k, "proof": p} for k, p in kinds.items()],
    }


def receipt(story: Story) -> Json:
    out = []
    for name, key in {"accepted": "issue", "refused": "again", "under a mandate": "release"}.items():
        d = story.deeds[key]
        effects = [d.effects(i) for i in range(len(d.writes))]
        out.append(
            {"name": name, "receipt": form(d.receipt), "digest": story.suite.dj("receipt", d.receipt)}
            | {"effects": [form(e) | {"digest": story.suite.dj("effects", e)} for e in effects]}
        )
    return out


def seal(story: Story) -> Json:
    led = story.ledger
    deeds, digest, running = led.blocks[0].deeds, "0" * 64, []
    for d in deeds:
        digest = story.suite.d("spent", bytes.fromhex(digest), d.id).hex()
        running.append({"deed": d.id.hex(), "digest": digest})
    minute = deeds[0].expires // 60_000
    return {
        "seals": [form(b.seal) | {"digest": story.suite.dj("seal", b.seal)} for b in led.blocks[:2]],
        "cosigners": {"set": by_thumbprint(led.cosigners), "digest": led.blocks[0].seal["cosigners"]},
        "spent": {"minute": minute, "key": led.k("spent", str(minute)).hex(), "running": running}
        | {"value": led.blocks[0].state.values[led.k("spent", str(minute))]},
        "order": order(story),
    }


def order(story: Story) -> Json:
    """Seven deeds of three parties; the ids stand for deeds, nothing else of a deed matters here."""
    suite, previous = story.suite, story.ledger.previous()
    rows = [(f"did:web:{p}.example", fill(f"order {i}", 32)) for i, p in enumerate("aaaabbc")]
    ranked = sorted(rows, key=lambda r: suite.h(bytes.fromhex(previous) + r[1]))
    rounds: list[list[bytes]] = []
    seen: dict[str, int] = {}
    for party, id_ in ranked:
        seen[party] = seen.get(party, 0) + 1
        rounds += [[] for _ in range(seen[party] - len(rounds))]
        rounds[seen[party] - 1].append(id_)
    return {
        "previous": previous,
        "deeds": [{"deed": i.hex(), "submitter": p} for p, i in rows],
        "order": [i.hex() for r in rounds for i in r],
    }


# --- sections 7 to 10 -----------------------------------------------------------------------------


def log(story: Story) -> Json:
    h, entries = story.suite.h, story.ledger.entries
    sizes = range(len(entries) + 1)
    some = [(0, 1), (0, 2), (1, 3), (2, 5), (4, 7), (len(entries) - 1, len(entries)), (3, len(entries))]
    return {
        "entries": [e.hex() for e in entries],
        "roots": [{"size": n, "root": log_root(h, entries[:n]).hex()} for n in sizes],
        "proofs": [{"size": n} | log_prove(h, i, entries[:n]) for i, n in some],
    }


def checkpoint(story: Story, four: Story) -> Json:
    suite = story.suite
    solo, quad = story.ledger.checkpoint(), four.ledger.checkpoint()
    return {
        "one": one_checkpoint(solo, story.ledger.cosigners),
        "three_of_four": one_checkpoint(quad, four.ledger.cosigners[:3])
        | {"members": by_thumbprint(four.ledger.cosigners)},
        "sets": [
            one_set(suite, story.ledger.id, [cosigner(suite, 5)], 0, solo["size"], [cosigner(suite, 0)]),
            one_set(
                suite,
                story.ledger.id,
                [cosigner(suite, i) for i in range(4)],
                1,
                solo["size"],
                [cosigner(suite, 5)],
            ),
        ],
        "note": one_note(suite, solo),
    }


def one_checkpoint(value: Json, keys_: list[Key]) -> Json:
    message = checkpoint_message(value)
    signed = [cosign(k, message) for k in keys_]
    return {
        "checkpoint": form(value),
        "message": message.hex(),
        "cosignatures": signed,
        "keys": [k.jwk for k in keys_],
    }


def one_set(suite: Suite, ledger: str, keys_: list[Key], epoch: int, start: int, by: list[Key]) -> Json:
    change = make_set(suite, ledger, keys_, epoch, start, by)
    return {
        "ledger": ledger,
        "set": change,
        "message": set_message(suite, ledger, change).hex(),
        "by": by_thumbprint(by),
    }


def one_note(suite: Suite, value: Json) -> Json:
    name, key = witnesses(suite)[0]
    log_key, seconds = Key(suite.algs[0], "log"), START // 1000 + 60
    text, origin = note_text(value), f"wusong/{value['ledger']}/{value['epoch']}"
    signed = witness(key, name, value, seconds)
    body = be64(seconds) + unb64u(signed["signature"])
    lines = note_line(suite, log_key, origin, "log", log_key.sign(text.encode())) + note_line(
        suite, key, name, "witness", body
    )
    return {
        "checkpoint": value,
        "log_key": log_key.jwk,
        "witness_key": key.jwk,
        "text": text,
        "witness_message": witness_message(value, seconds).decode(),
        "witness": signed,
        "signed_note": text + "\n" + lines,
    }


def contents(story: Story) -> Json:
    suite = story.suite
    rows = [("goods", GOODS), *((f"lot {i}", c) for i, c in enumerate(LOTS))]
    return {
        "commitments": [
            {
                "bytes": c.hex(),
                "content": suite.h(c).hex(),
                "salt": story.salt(n).hex(),
                "commitment": story.commit(n, c).hex(),
            }
            for n, c in rows
        ],
        "batch": {"root": log_root(suite.h, story.lots()).hex(), "size": len(LOTS)},
        "args": story.deeds["issue"].acts[0]["args"],
        "openings": [story.opening(), *(story.opening(i) for i in range(5))],
    }


TOPICS: dict[str, Callable[[Story, Story], Json]] = {
    "genesis": lambda solo, _: genesis(solo),
    "deed": lambda solo, _: deed(solo),
    "state": lambda solo, _: state(solo),
    "receipt": lambda solo, _: receipt(solo),
    "seal": lambda solo, _: seal(solo),
    "log": lambda solo, _: log(solo),
    "checkpoint": checkpoint,
    "contents": lambda solo, _: contents(solo),
}


def pieces() -> dict[str, Json]:
    """Every topic's file by name."""
    out: dict[str, Json] = {"conventions": conventions(), "keys": keys()}
    stories = {}
    for suite in (INTL, GM):
        quad = tell(suite, "quad", [cosigner(suite, i) for i in range(4)])
        stories[suite.name] = (tell(suite, "solo", [cosigner(suite, 0)]), quad)
    for topic, make in TOPICS.items():
        out[topic] = {name: make(*pair_) for name, pair_ in stories.items()}
    return out
