"""Tools to make a bad bundle from a good one so that it fails at the step meant, and not before.

* `reseal` makes a log of two (the bundle's receipt, its seal) and cosigns it: for lies in receipt or seal.
* `resign` signs the payload and then reseals: for lies inside payload or signatures.
* Digests on the way up are made right; the bundle's own `digest` is made right by the caller.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from byhand import Signer, checkpoint_message, cosign, set_message, sign_envelope
from prims import SUITES, Json, Key, Suite, b64u, canonical, unb64u, verify
from scenario import cosigner, witnesses
from trees import log_prove, log_root


@dataclass
class Files:
    """A bundle and its trust file under change; `raw`/`raw_trust` replace the bytes when set."""

    b: Json
    t: Json
    suite: Suite
    digest: bool = True
    raw: bytes | None = None
    raw_trust: bytes | None = None


Change = Callable[[Files], object]


@dataclass
class Case:
    name: str
    base: str
    step: int | None  # None with expect "accepted" or "unreadable"
    reason: str
    change: Change
    expect: str = "refused"
    level: str | None = None
    only: str | None = None  # suite
    note: str = ""


def secrets(suite: Suite) -> dict[str, Key]:
    names = ["bank", "keeper", "shipper", "registrar", "stranger"]
    keys = [Key(a, n) for s in SUITES.values() for a in s.algs for n in names]
    keys += [cosigner(suite, i) for i in range(8)] + [k for _, k in witnesses(suite)]
    return {k.thumbprint: k for k in keys}


def flip(hexes: str) -> str:
    """The digest with its last bit turned."""
    return hexes[:-1] + format(int(hexes[-1], 16) ^ 1, "x")


def damage(b64: str) -> str:
    data = bytearray(unb64u(b64))
    data[40] ^= 1
    return b64u(bytes(data))


def payload(f: Files) -> Json:
    return json.loads(unb64u(f.b["payload"]))


def set_payload(f: Files, p: Json | bytes) -> None:
    data = p if isinstance(p, bytes) else canonical(p)
    f.b["payload"] = b64u(data)
    f.b["receipt"]["deed"] = f.suite.d("deed", data).hex()


def recosign(f: Files, keys: list[Key] | None = None) -> None:
    """Cosign the checkpoint as it stands."""
    message = checkpoint_message(f.b["checkpoint"])
    known = secrets(f.suite)
    keys = keys or [known[c["key"]] for c in f.b["cosignatures"]]
    f.b["cosignatures"] = [cosign(k, message) for k in keys]


def reseal(f: Files, log: Json = None) -> None:
    b, h = f.b, f.suite.h
    receipt = f.suite.d("receipt", canonical(b["receipt"]))
    b["seal"]["log"] = log or {"root": log_root(h, [receipt]).hex(), "size": 1}
    entries = [receipt, f.suite.d("seal", canonical(b["seal"]))]
    b["checkpoint"] |= {"root": log_root(h, entries).hex(), "seal": entries[1].hex(), "size": 2}
    b["inclusion"], b["seal_inclusion"] = log_prove(h, 0, entries), log_prove(h, 1, entries)
    if b["cosignatures"]:
        recosign(f)


def relist(f: Files) -> None:
    """The signature list changed: the receipt says so, and the ledger sealed it."""
    f.b["receipt"]["signatures"] = f.suite.dj("signatures", f.b["signatures"])
    reseal(f)


def resign(f: Files, p: Json | bytes | None = None) -> None:
    """Sign the payload with the keys that the receipt names, then reseal."""
    if p is not None:
        set_payload(f, p)
    known = secrets(f.suite)
    f.b["signatures"] = [sign_envelope(f.b["payload"], known[s["key"]]) for s in f.b["receipt"]["signers"]]
    relist(f)


def sign_with(
    f: Files, i: int, key: Key, signature: Callable[[bytes], bytes] | None = None, header: Json = None
) -> None:
    """Replace signature i; `signature` makes the bytes from the message."""
    s = sign_envelope(f.b["payload"], key, header)
    if signature is not None:
        s["signature"] = b64u(signature(f"{s['protected']}.{f.b['payload']}".encode()))
    f.b["signatures"][i] = s
    relist(f)


def use_key(f: Files, jwk: Json, print_: str, alg: str) -> None:
    """Let the only signer's key be another one, named everywhere."""
    f.b["keys"] = [jwk]
    f.b["receipt"]["signers"][0] |= {"alg": alg, "key": print_}


def resign_set(f: Files, i: int, keys: list[Key], ledger: str | None = None) -> None:
    c = f.b["sets"][i]
    message = set_message(f.suite, ledger or f.t["ledger"], c)
    c["signatures"] = [cosign(k, message) for k in keys]


def reopen_state(f: Files) -> None:
    """Seal the state again when its own seal was changed; works for bundles resealed with both seals."""
    b, h = f.b, f.suite.h
    receipt = f.suite.d("receipt", canonical(b["receipt"]))
    first = log_root(h, [receipt]).hex()
    b["seal"]["log"] = {"root": first, "size": 1}
    entries = [receipt, f.suite.d("seal", canonical(b["seal"]))]
    b["state"]["seal"]["log"] = {"root": log_root(h, entries).hex(), "size": 2}
    entries.append(f.suite.d("seal", canonical(b["state"]["seal"])))
    b["checkpoint"] |= {"root": log_root(h, entries).hex(), "seal": entries[2].hex(), "size": 3}
    b["inclusion"], b["seal_inclusion"] = log_prove(h, 0, entries), log_prove(h, 1, entries)
    b["state"]["inclusion"] = log_prove(h, 2, entries)
    recosign(f)


def signer_key(f: Files, i: int = 0) -> Key:
    return secrets(f.suite)[f.b["receipt"]["signers"][i]["key"]]


def check_signer(s: Signer) -> bool:
    return verify(s.key.jwk, b"", s.key.sign(b""))
