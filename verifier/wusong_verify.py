"""Verify a Wusong bundle offline. Written from docs/formats.md alone; shares no code with the node.

    python wusong_verify.py --trust TRUST.json BUNDLE.json [--content FILE] [--json] [--lang zh|en]

* Accepted means: all thirteen steps of section 10 hold. The first that fails is the reason.
* Trust comes from the trust file, never the bundle. Every member is checked before use. No clock, no network.
* Exit status: 0 accepted as a proof (also the proof of a refused deed), 1 refused as a proof, 2 unreadable.
"""

# ruff: noqa: D101, D102, D103 - what needs saying is said at the head of a part or beside the definition
from __future__ import annotations

import argparse
import base64
import json
import re
import sys
import time
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

# fmt: off
Json: TypeAlias = Any
MAX_FILE, SHA256, SM3 = 4 * 1024 * 1024, hashes.SHA256(), hashes.SM3()
class Refusal(Exception):  # noqa: N818 - a verdict, not a mistake
    """The evidence does not hold; its arguments are a stable code and the place."""
def require(holds: bool, code: str, where: str = "") -> None:
    if not holds:
        raise Refusal(code, where)

# --- Canonical JSON (section 1; RFC 8785). A number outside the profile becomes null: not canonical.
_decode = json.JSONDecoder(
    parse_int=lambda digits: int(digits) if len(digits) < 18 and abs(int(digits)) < 2**53 else None,
    parse_float=lambda _: None, parse_constant=int).decode  # int("NaN") is a ValueError: no JSON
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
def canonical(value: Json) -> bytes:
    return _encode(value).encode(errors="surrogatepass")
def in_profile(value: Json, depth: int) -> bool:  # strings in NFC, names in ASCII, nothing nested deeper
    if not isinstance(value, (dict, list)):
        return not isinstance(value, str) or unicodedata.is_normalized("NFC", value)
    names, items = (value, value.values()) if isinstance(value, dict) else ((), value)
    return depth > 0 and all(map(str.isascii, names)) and all(in_profile(item, depth - 1) for item in items)

def parse(data: bytes, where: str) -> Json:
    require(len(data) <= MAX_FILE, "too-large", where)
    try:
        return _decode(data.decode())
    except RecursionError:
        return None  # as if it were null: JSON, and nothing that a later step accepts
    except ValueError:
        raise Refusal("not-json", where) from None

# --- Hashes, keys and signatures (section 1): SHA-256 (FIPS 180-4), SM3 (GB/T 32905), thumbprints (RFC 7638)
def hashed(algorithm: hashes.HashAlgorithm, parts: Iterable[bytes]) -> bytes:
    state = hashes.Hash(algorithm)
    for part in parts:
        state.update(part)
    return state.finalize()
ED_P, ED_L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
ED_Y8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7  # d y^4 + 2 y^2 = 1: order 8
ED_SMALL = {1, ED_P - 1, 0, ED_Y8, ED_P - ED_Y8}  # y of all points of order 1, 2, 4, 8, for either sign of x
def eddsa(key: bytes, message: bytes, signature: bytes) -> None:  # RFC 8032; A, R canonical, no small order
    ys = {int.from_bytes(encoded, "little") % 2**255 for encoded in (key, signature[:32])}
    require(max(ys) < ED_P and not ys & ED_SMALL and int.from_bytes(signature[32:], "little") < ED_L, "range")
    ed25519.Ed25519PublicKey.from_public_bytes(key).verify(signature, message)  # compares the bytes of R

def ecdsa(key: bytes, message: bytes, signature: bytes) -> None:  # FIPS 186-5, s in the lower half
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])  # OpenSSL checks that 0 < r, s < n
    require(s <= 0x7FFFFFFF800000007FFFFFFFFFFFFFFFDE737D56D38BCF4279DCE5617E3192A8, "upper half")
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + key)
    point.verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(SHA256))

# SM2 (GB/T 32918.5): y^2 = x^3 - 3x + B modulo P; G has order N. Points are projective, x = X/Z.
P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
GX = 0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7
GY = 0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0
def sm2_add(one: tuple[int, ...], two: tuple[int, ...]) -> tuple[int, ...]:  # Renes, Costello, Batina 2016
    (x1, y1, z1), (x2, y2, z2) = one, two
    xx, yy, zz = x1 * x2 % P, y1 * y2 % P, z1 * z2 % P
    xy, yz, xz = (x1 * y2 + x2 * y1) % P, (y1 * z2 + y2 * z1) % P, (x1 * z2 + x2 * z1) % P
    u, v, w = 3 * (B * zz - xz) % P, 3 * (B * xz - xx - 3 * zz) % P, 3 * (xx - zz)
    return (xy * (yy - u) - yz * v) % P, (w * v + (yy + u) * (yy - u)) % P, (yz * (yy + u) + xy * w) % P

def sm2(key: bytes, message: bytes, signature: bytes) -> None:  # GB/T 32918.2 clause 7
    x, y, r, s = (int.from_bytes(part) for part in (key[:32], key[32:], signature[:32], signature[32:]))
    require(x < P and y < P and (y * y - x**3 + 3 * x - B) % P == 0, "point")
    require(0 < r < N and 0 < s < N and r + s != N, "range")
    curve = b"".join(number.to_bytes(32) for number in (P - 3, B, GX, GY))
    e = int.from_bytes(hashed(SM3, (hashed(SM3, (b"\x00\x801234567812345678", curve, key)), message)))
    addends = {"00": (0, 1, 0), "10": (GX, GY, 1), "01": (x, y, 1), "11": sm2_add((GX, GY, 1), (x, y, 1))}
    point = addends["00"]  # then [s]G + [r + s]A, both multiples in one pass
    for bits in map("".join, zip(f"{s:0256b}", f"{(r + s) % N:0256b}", strict=True)):
        point = sm2_add(sm2_add(point, point), addends[bits])
    require(point[2] != 0 and (e + point[0] * pow(point[2], -1, P) % P - r) % N == 0, "signature")
CURVES = {"Ed25519": ("Ed25519", eddsa), "P-256": ("ES256", ecdsa), "SM2": ("SM2-SM3", sm2)}
SUITES = {"intl": (SHA256, {"Ed25519", "P-256"}), "gm": (SM3, {"SM2"})}

def thumbprints(jwks: Iterable[Json]) -> dict[str, Json]:
    return {hashed(SM3 if jwk["crv"] == "SM2" else SHA256, [canonical(jwk)]).hex(): jwk for jwk in jwks}
def unb64u(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

# --- Shapes. First, per plain kind, what the canonical text of a value matches; § is 32 bytes, b64u.
PLAIN = r"""
wusong-bundle/1 "wusong-bundle/1" wusong-genesis/1 "wusong-genesis/1" wusong-trust/1 "wusong-trust/1"
int [0-9]+ bool true|false text ".*" basis "([^"\\]|\\[^u]|\\u....){0,256}" object \{.*\} page \{.*\}
texts \{("([^"\\]|\\.)*":"([^"\\]|\\.)*",?)*\} ints \{("([^"\\]|\\.)*":[0-9]+,?)*\} value \{.*\}
hex16 "[0-9a-f]{32}" hex32 "[0-9a-f]{64}" effect \["[0-9a-f]{64}",[0-9]+,"[0-9a-f]{64}"\]
b64u "([A-Za-z0-9_-]{4})*([A-Za-z0-9_-][AQgw]|[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048])?"
contract "([0-9a-f]{64}|system/.+)" asset "([0-9a-f]{64}|#(0|[1-9][0-9]*)\.(0|[1-9][0-9]*))"
sig "[A-Za-z0-9_-]{85}[AQgw]" jwk \{"crv":("Ed25519","kty":"OKP","x":§|"(P-256|SM2)","kty":"EC","x":§,"y":§)\}
""".replace("§", '"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]"').split()
MATCH = {kind: re.compile(pattern).fullmatch for kind, pattern in zip(PLAIN[::2], PLAIN[1::2], strict=True)}
# Then the members of each object: `?` optional, `[ ]` a list of; alone when its kind has its name.
OBJECTS = """
bundle format:wusong-bundle/1 genesis payload:b64u signatures:[signature] acts:[disclosed] receipt inclusion
 seal seal_inclusion:inclusion checkpoint cosignatures:[cosignature] sets:[change] witnesses:[witness]
 keys:[jwk] pages?:[page] state?:state contents?:[opening] digest:hex32; names en:text zh:text;
trust format:wusong-trust/1 ledger:hex32 epoch:int from:int cosigners:[cosigner] witnesses:[known];
cosigner jwk until?:int; known jwk name:text until?:int; party did:text keys:[jwk] name:text;
genesis format:wusong-genesis/1 name:names suite:text protocol:int time:int nonce:hex16 trial:bool
 cosigners:[jwk] parties:[party] authorities:[text] registrars:[text] accreditors:[text] examiners:[text]
 installers:[text] parameters:object look_through?:int; signature protected:b64u signature:sig;
leaf path:hex32 value:hex32; payload acts:[hex32] expires:int ledger:hex32 nonce:hex16 signers:[mandated];
mandated party:text mandate?:hex32 basis?:basis; disclosed act effects?:[effect] index:int;
act salt:hex16 contract action:text asset as:texts args:object rev?:int with?:ints; log root:hex32 size:int;
receipt acts:[hex32] act?:int clause?:text code:text deed:hex32 height:int index:int signatures:hex32
 signers:[signer]; signer alg:text key:hex32 party:text mandate?:hex32 delegate?:text;
seal ledger:hex32 epoch:int height:int time:int protocol:int previous:hex32 log state:hex32 cosigners:hex32
 system:[object]; inclusion index:int path:[hex32]; cosignature key:hex32 signature:sig;
checkpoint epoch:int ledger:hex32 root:hex32 seal:hex32 size:int; state inclusion proofs:[proof] seal;
change cosigners:[jwk] epoch:int from:int signatures:[cosignature]; witness name:text key:hex32 signature:sig
 time:int; proof key:hex32 siblings:[hex32] value?:value other?:leaf;
opening act:int arg:text content:hex32 salt:hex32 name?:text index?:int path?:[hex32] size?:int"""
MEMBERS = {kind: {m.partition(":")[0].rstrip("?"): (m.partition(":")[2] or m, "?" not in m) for m in members}
           for kind, *members in map(str.split, OBJECTS.split(";"))}

def check(value: Json, kind: str, where: str) -> None:  # refuses, naming the place, what is of no such kind
    require(kind not in {"act", "page", "value"} or in_profile(value, 12), "not-canonical", where)
    if kind[0] == "[" and isinstance(value, list):
        for index, item in enumerate(value):
            check(item, kind[1:-1], f"{where}[{index}]")
    elif kind in MEMBERS and isinstance(value, dict):
        for name in sorted(MEMBERS[kind].keys() | value.keys()):
            inner, needed = MEMBERS[kind].get(name, ("unknown", True))
            if needed or name in value:
                check(value.get(name), inner, f"{where}.{name}")
    else:
        require(kind in MATCH and MATCH[kind](_encode(value)) is not None, "wrong-member", where)
def check_text(value: Json, data: bytes, kind: str) -> None:
    require(in_profile(value, 16) and canonical(value) == data, "not-canonical", kind)
    check(value, kind, kind)

# --- The verification: the steps of section 10. The name of a step is its rule.
class Verification(SimpleNamespace):  # of one bundle, whose members are attributes from step 1 on
    def hash(self, *parts: bytes) -> bytes:
        return hashed(self.algorithm, parts)
    def digest(self, tag: str, value: Json) -> str:
        data = value if isinstance(value, bytes) else canonical(value)
        return self.hash(b"wusong:", tag.encode(), b"\n", data).hex()

    def verify(self, jwk: Json, message: bytes, signature: str, *reason: str) -> None:
        try:
            require(jwk["crv"] in self.curves, "curve")
            CURVES[jwk["crv"]][1](unb64u(jwk["x"]) + unb64u(jwk.get("y", "")), message, unb64u(signature))
        except (InvalidSignature, Refusal, ValueError):
            raise Refusal(*reason) from None

    def count(self, message: bytes, signatures: list[Json], wrong: str, few: str) -> int:
        signed = {(s["key"], s["signature"]): None for s in signatures if s["key"] in self.members}
        for key, signature in signed:
            self.verify(self.members[key], message, signature, wrong, key)
        late = thumbprints(c["jwk"] for c in self.trust["cosigners"] if c.get("until", self.size) < self.size)
        counted = len({key for key, _ in signed} - late.keys())  # each member once
        require(3 * counted > 2 * len(self.members), few)
        return counted

    def log_root(self, entry: str, proof: Json, size: int) -> str:  # RFC 9162 2.1.3; empty: no path
        path, index, last = proof["path"], proof["index"], size - 1
        levels = [n for n in range(last.bit_length()) if index >> n & 1 or index >> n < last >> n]
        if index > last or len(levels) != len(path):
            return ""
        node = self.hash(b"\0", bytes.fromhex(entry))
        for n, sibling in zip(levels, map(bytes.fromhex, path), strict=True):
            node = self.hash(b"\1", sibling, node) if index >> n & 1 else self.hash(b"\1", node, sibling)
        return node.hex()

    def state_root(self, proof: Json) -> str:  # ICS-23 SmtSpec; empty: proves nothing
        path, siblings = self.hash(bytes.fromhex(proof["key"])), proof["siblings"]
        at, leaf = path, self.hash(canonical(proof["value"])) if "value" in proof else b""
        if "other" in proof:
            at, leaf = (bytes.fromhex(proof["other"][name]) for name in ("path", "value"))
        bits, there = (f"{int.from_bytes(place):0256b}"[:len(siblings)] for place in (path, at))
        if bits != there or len(bits) < len(siblings) or (at == path) is ("other" in proof):
            return ""
        node = self.hash(b"\0", at, leaf) if leaf else bytes(32)
        for bit, sibling in zip(bits[::-1], map(bytes.fromhex, reversed(siblings)), strict=True):
            node = self.hash(b"\1", node, sibling) if bit == "0" else self.hash(b"\1", sibling, node)
        return node.hex()

    def step_0_both_files_can_be_read(self) -> None:
        self.bundle, self.trust = map(parse, self.files, ("bundle", "trust"))

    def step_1_the_files_are_canonical_and_whole(self) -> None:
        check_text(self.bundle, self.files[0], "bundle")
        check_text(self.trust, self.files[1], "trust")
        claimed = self.bundle.pop("digest")
        vars(self).update({"pages": [], "state": {"proofs": []}, "contents": []} | self.bundle)
        one_kind = not any({"value", "other"} <= proof.keys() for proof in self.state["proofs"])
        batched = {len({"index", "path", "size"} & opening.keys()) for opening in self.contents}
        require(one_kind and batched <= {0, 3}, "wrong-member", "bundle.state.proofs or bundle.contents")
        self.algorithm, self.curves = SUITES.get(self.genesis["suite"], SUITES["intl"])
        whole = self.digest("bundle", self.bundle) == claimed or self.genesis["suite"] not in SUITES
        require(whole, "wrong-digest")

    def step_2_the_ledger_is_the_trusted_one(self) -> None:
        self.ledger, self.size = self.trust["ledger"], self.checkpoint["size"]
        require(self.genesis["suite"] in SUITES, "unknown-suite")
        require(self.digest("genesis", self.genesis) == self.ledger, "other-ledger")
        require(self.genesis["protocol"] in (1, 2), "unknown-protocol")

    def step_3_each_set_of_cosigners_is_signed_in_by_the_last(self) -> None:
        start, self.epoch, first = 0, 0, [cosigner["jwk"] for cosigner in self.trust["cosigners"]]
        for change in [self.trust | {"cosigners": first}, *self.sets]:
            keys, crvs = thumbprints(change["cosigners"]), {jwk["crv"] for jwk in change["cosigners"]}
            in_order = [*keys] == sorted(keys) and 0 < len(keys) == len(change["cosigners"])
            require(in_order and crvs <= self.curves, "bad-set")
            require(start <= change["from"] and self.epoch <= change["epoch"], "set-falls-back")
            start, self.epoch = change["from"], change["epoch"]
            require(start < self.size, "set-not-in-force")
            if "signatures" in change:
                says = {"cosigners": self.digest("cosigners", change["cosigners"]), "ledger": self.ledger}
                message = b"wusong:cosigners\n" + canonical(says | {"epoch": self.epoch, "from": start})
                self.count(message, change["signatures"], "set-signature-invalid", "set-not-signed")
            self.members = keys

    def step_4_the_checkpoint_is_cosigned_by_over_two_thirds(self) -> None:
        require(self.checkpoint["ledger"] == self.ledger, "checkpoint-of-other-ledger")
        require(self.checkpoint["epoch"] == self.epoch, "checkpoint-of-other-epoch")
        message = b"wusong:checkpoint\n" + canonical(self.checkpoint)
        self.cosigned = self.count(message, self.cosignatures, "cosignature-invalid", "too-few-cosigners")

    def step_5_the_signatures_of_trusted_witnesses_hold(self) -> None:
        known = {(w["name"], *thumbprints([w["jwk"]])): w for w in self.trust["witnesses"]}
        root = base64.b64encode(bytes.fromhex(self.checkpoint["root"])).decode()
        note, self.witnessed = f"wusong/{self.ledger}/{self.epoch}\n{self.size}\n{root}\n", {}
        for w in self.witnesses:
            if trusted := known.get((w["name"], w["key"])):
                message = f"cosignature/v1\ntime {w['time']}\n{note}".encode()
                self.verify(trusted["jwk"], message, w["signature"], "witness-signature-invalid", w["name"])
                if trusted.get("until", self.size) >= self.size:
                    self.witnessed[w["name"], w["key"]] = pick(w, "name", "key", "time")

    def step_6_the_seal_is_in_the_log_of_the_checkpoint(self, seal: Json = None, proof: Json = None) -> None:
        seal, proof = seal or self.seal, proof or self.seal_inclusion
        require(seal["ledger"] == self.ledger, "seal-of-other-ledger")
        require(seal["protocol"] in (1, 2), "unknown-protocol")
        require(seal["epoch"] <= self.checkpoint["epoch"], "seal-of-later-epoch")
        digest, index = self.digest("seal", seal), proof["index"]
        in_log = self.log_root(digest, proof, self.size) == self.checkpoint["root"]
        require(in_log and index == seal["log"]["size"], "seal-not-in-log")
        require(index < self.size - 1 or digest == self.checkpoint["seal"], "seal-not-of-checkpoint")

    def step_7_the_receipt_is_in_that_log_and_block(self) -> None:
        root = self.log_root(self.digest("receipt", self.receipt), self.inclusion, self.size)
        require(root == self.checkpoint["root"], "receipt-not-in-log")
        in_block = self.inclusion["index"] < self.seal["log"]["size"]
        require(in_block and self.receipt["height"] == self.seal["height"], "receipt-of-other-block")

    def step_8_payload_and_signatures_are_of_the_deed_in_the_receipt(self) -> None:
        data, claim = unb64u(self.payload), self.receipt
        require(self.digest("deed", data) == claim["deed"], "payload-of-other-deed")
        self.deed = parse(data, "payload")
        check_text(self.deed, data, "payload")
        parties, acts = [signer["party"] for signer in self.deed["signers"]], len(self.deed["acts"])
        require(0 < len(parties) == len({*parties}) and 0 < acts <= 32, "wrong-member", "payload, counts")
        require(self.deed["ledger"] == self.ledger, "deed-of-other-ledger")
        require(self.deed["expires"] > self.seal["time"], "deed-expired")
        require(self.digest("signatures", self.signatures) == claim["signatures"], "signatures-of-other-deed")

    def step_9_the_parties_signed_with_the_keys_in_the_receipt(self) -> None:
        listed, named = self.receipt["signers"], self.deed["signers"]
        seen, wanted = ([(s["party"], s.get("mandate")) for s in signers] for signers in (listed, named))
        delegated = all(("mandate" in signer) == ("delegate" in signer) for signer in listed)
        require(seen == wanted and delegated and len(listed) == len(self.signatures), "signers-differ")
        keys = thumbprints(self.keys)
        used = [*keys] == sorted({signer["key"] for signer in listed})
        require(used and len(keys) == len(self.keys), "bad-keys")
        for signer, signature in zip(listed, self.signatures, strict=True):
            party, jwk, protected = signer["party"], keys[signer["key"]], signature["protected"]
            header = {"alg": CURVES[jwk["crv"]][0], "kid": signer["key"], "typ": "wusong-deed"}
            known = unb64u(protected) == canonical(header) and signer["alg"] == header["alg"]
            require(known, "signature-of-other-key", party)
            message = f"{protected}.{self.payload}".encode()
            self.verify(jwk, message, signature["signature"], "signature-invalid", party)

    def step_10_acts_and_effects_are_of_the_deed(self) -> None:
        digests, results, done = self.deed["acts"], self.receipt["acts"], self.receipt["code"] == "ok"
        whole = len(results) == len(digests) * done and not (done and {"act", "clause"} & {*self.receipt})
        require(whole, "effects-not-in-receipt", "receipt")
        indexes = [item["index"] for item in self.acts]
        require(indexes == sorted({*indexes} & {*range(len(digests))}), "act-not-in-deed", "index")
        for i, item in zip(indexes, self.acts, strict=True):
            require(self.digest("act", item["act"]) == digests[i], "act-not-in-deed", f"act {i}")
            effects = self.digest("effects", item["effects"]) if "effects" in item else None
            require(effects == (results[i] if done else None), "effects-not-in-receipt", f"act {i}")

    def step_11_pages_are_of_disclosed_acts(self) -> None:
        contracts = {item["act"]["contract"] for item in self.acts}
        require({self.digest("contract", page) for page in self.pages} <= contracts, "page-of-no-act")

    def step_12_the_state_was_sealed_and_not_before_the_receipt(self) -> None:
        if seal := self.state.get("seal"):
            self.step_6_the_seal_is_in_the_log_of_the_checkpoint(seal, self.state["inclusion"])
            require(seal["height"] >= self.receipt["height"], "state-older-than-receipt")
            for proof in self.state["proofs"]:
                require(self.state_root(proof) == seal["state"], "state-proof-wrong", proof["key"])

    def step_13_contents_are_what_the_acts_commit_to(self) -> None:
        acts = {item["index"]: item["act"]["args"] for item in self.acts}
        for opening in self.contents:
            require(opening["act"] in acts, "opening-of-no-act", f"act {opening['act']}")
            given, name = acts[opening["act"]], opening["arg"]
            root = self.digest("commitment", bytes.fromhex(opening["salt"] + opening["content"]))
            if "path" in opening:
                root, count = self.log_root(root, opening, opening["size"]), given.get(name + "_count")
                require(type(count) is int and count == opening["size"], "opening-wrong", name)
            require(root != "" and given.get(name) == root, "opening-wrong", name)

STEPS = [step for name, step in vars(Verification).items() if name.startswith("step_")]

class Report(NamedTuple):  # its status is the exit status
    status: int
    step: int  # the step that failed (0: reading), else the last
    reason: str  # a stable code, "ok" when accepted
    where: str  # the place in the files
    facts: dict[str, Json]  # what was proved

def verify(bundle: bytes, trust: bytes) -> Report:
    """Verify a bundle against a trust file, both given as the bytes of the files."""
    case = Verification(files=(bundle, trust))
    for number, step in enumerate(STEPS):
        try:
            step(case)
        except Refusal as refusal:
            return Report(1 if number else 2, number, refusal.args[0], refusal.args[1], {})
    return Report(0, len(STEPS) - 1, "ok", "", facts_of(case))

WORDS = [row.split("|") for row in re.split("\n| ; ", r"""
0|ACCEPTED as a proof|采信，证据成立 ; 1|REFUSED as a proof|不予采信，证据不成立 ; 2|COULD NOT READ|无法读取
yes|the ledger accepted the deed|账本已受理该指令 ; no|the ledger REFUSED the deed|账本未受理该指令
own|Check that the trust file is the right one.|请核实信任文件无误。 ; new|Ask for a new export.|请重新索取。
warning|WARNING: TRIAL ledger; its clock can be set forward.|警告：试运行（TRIAL）账本，时钟可人为拨快。
later|Later acts are not excluded.|本证据不排除其后另有办理。 ; rule|What does not hold|未满足的要求
of|(\d+) of (\d+)|共签方\2家、签署\1家 ; by|witnessed by (\d+)|见证方\1家 ; none|operator only|仅运营方自证
code|Result|处理结果 ; clause|Clause|条款 ; name|Ledger|账本 ; ledger|Its digest|账本标识
level|Level of trust|信任等级 ; not|The file differs from the one attested.|所给文件与存证的文件不一致。
sealed|Sealed (UTC; Beijing)|封存时间（UTC；北京时间） ; witnesses|Witness|见证方 ; signers|Signed by|签署方
acts|Act|办理事项 ; undisclosed|Acts not disclosed|未披露事项数 ; state|State (null: absent)|状态（null为无）
contents|Content|内容 ; matches|The file given is content|所给文件即内容 ; comma|, |，
epoch|Restores from a backup (each may have lost deeds)|此前由备份恢复的次数（或遗失指令）
passed|limit {0} passed at {2} UTC, later if frozen: then {1}|期限{0}于{2}（UTC）届满（冻结的顺延），后为{1}
frozen|frozen under document {} of {} until {} UTC|依据文书{}由{}冻结，至{}（UTC）""".strip())]
RULES = """两个文件均可读取 文件格式规范且未经改动 账本即信任文件所指的账本 每届共签方名单由上届签署
检查点经超过三分之二的共签方签署 可信见证方的签名有效 区块封印载于该日志 回执载于该日志和区块
指令正文与签名即回执所载者 各方以回执所载密钥签署 办理事项及结果属于该指令 合约属于所披露事项
状态已封存且不早于回执 内容与办理事项中的承诺值一致""".split()  # noqa: SIM905 - so it stays short

def pick(value: Json, *names: str) -> dict[str, Json]:
    return {name: value[name] for name in names if name in value}
def clock(seconds: int) -> str:  # what lies beyond the year 9999 is shown as its end
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(min(seconds, 253402300799)))

def undergone(key: str, leaf: Json, now: int) -> list[list[str]]:  # section 13: what it says without its page
    end, due = 0, [(k, t) for k, t in leaf.get("deadlines", {}).items() if t <= now and ">" in k]
    for hold in leaf.get("holds", []):
        end = hold.get("since", end) + hold["days"] * 86400000
        if now < end:
            return [[key, "frozen", hold["document"], hold["authority"], clock(end // 1000)]]
    return [[key, "passed", *k.split(">"), clock(t // 1000)] for k, t in due * (len(due) == 1)]

def facts_of(case: Verification) -> dict[str, Json]:
    of, seen, at = len(case.members), len(case.witnessed), case.seal["time"] // 1000
    level = [f"{case.cosigned} of {of}"] * (of > 1) + [f"witnessed by {seen}"] * (seen > 0)
    told = pick(case.genesis | case.receipt, "name", "suite", "trial", "deed", "code", "clause")
    return told | pick(case.checkpoint, "epoch") | {
        "ledger": case.ledger, "time": case.seal["time"], "sealed": f"{clock(at)}; {clock(at + 28800)}",
        "level": ", ".join(level) or "operator only", "undisclosed": len(case.deed["acts"]) - len(case.acts),
        "witnesses": [w | {"time": clock(w["time"])} for w in case.witnessed.values()],
        "signers": [pick(s, "party", "mandate", "delegate", "alg", "key") for s in case.receipt["signers"]],
        "acts": [pick(i | i["act"], "index", "action", "asset", "contract", "as", "args") for i in case.acts],
        "state": [{"key": p["key"], "value": p.get("value")} for p in case.state["proofs"]],
        "undergone": [item for p in case.state["proofs"] for item in
                      undergone(p["key"], p.get("value", {}), case.state["seal"]["time"])],
        "contents": [pick(opening, "act", "arg", "name", "content") for opening in case.contents]}

def lines_of(report: Report, lang: str) -> list[str]:  # for people; `lang` is zh or en
    zh, say = lang == "zh", {key: words[lang == "zh"] for key, *words in WORDS}
    verdict, step = say[str(report.status)], report.step
    if report.status:
        rule = RULES[step] if zh else STEPS[step].__name__.split("_", 2)[2].replace("_", " ")
        advice = say["not" if "content" in report.reason else "own" if step in {2, 3, 4} else "new"]
        return [f"{verdict} [{step}: {report.reason}] {report.where}", f"{say['rule']}: {rule}", advice]
    facts = report.facts | {"name": report.facts["name"][lang]}
    for _, english, chinese in WORDS if zh else ():
        facts["level"] = re.sub(english, chinese, facts["level"])
    answer, warnings = say["yes" if facts["code"] == "ok" else "no"], [say["warning"]] * facts["trial"]
    told = [f"{say[key]}: {item if isinstance(item, str) else _encode(item)}" for key in say if key in facts
            for item in (facts[key] if isinstance(facts[key], list) else [facts[key]])]
    told += [f"{key}: {say[what].format(*rest)}" for key, what, *rest in facts["undergone"]]
    return [f"{verdict}: {answer}", *warnings, *told, say["later"]]

def match_content(report: Report, path: Path) -> Report:  # refused when the file is none of the contents
    with path.open("rb") as file:
        digest = hashed(SUITES[report.facts["suite"]][0], iter(lambda: file.read(2**20), b"")).hex()
    matches = [opening for opening in report.facts["contents"] if opening["content"] == digest]
    found = report._replace(facts=report.facts | {"matches": matches})
    return found if matches else Report(1, 13, "content-not-opened", str(path), {})

def main() -> int:
    parser = argparse.ArgumentParser(description="Verify a Wusong bundle offline. 离线核验证据包。")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--trust", type=Path, required=True)
    parser.add_argument("--content", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--lang", choices=("zh", "en"), default="en")
    args = parser.parse_args()
    try:
        with args.bundle.open("rb") as bundle, args.trust.open("rb") as trust:
            report = verify(bundle.read(MAX_FILE + 1), trust.read(MAX_FILE + 1))
        report = match_content(report, args.content) if args.content and report.status == 0 else report
    except OSError as error:
        report = Report(2, 0, "cannot-read", str(error.filename), {})
    lines = ["".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in line)  # no controls, no new lines
             for line in lines_of(report, args.lang)]
    text = json.dumps(report._asdict() | {"lines": lines}) if args.json else "\n".join(lines)
    sys.stdout.buffer.write(text.encode() + b"\n")
    return report.status

if __name__ == "__main__":
    sys.exit(main())
