#!/usr/bin/env python3
"""Verify a Wusong bundle offline. Written from docs/formats.md alone; shares no code with the node.

    python wusong_verify.py --trust TRUST.json BUNDLE.json [--content FILE] [--json] [--lang zh|en]

* Accepted means: all thirteen steps of section 10 hold. The first that fails is the reason.
* What the reader must already know (ledger, first cosigners) comes from the trust file, never from the bundle.
* Every member is checked for type and length before use. Nothing is fetched or written; no clock takes part.
* Exit status: 0 accepted as a proof (also the proof of a refused deed), 1 refused as a proof, 2 could not read.
"""

from __future__ import annotations

import argparse
import base64
import json
import re
import sys
import time
import unicodedata
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

Json: TypeAlias = Any
MAX_FILE = 4 * 1024 * 1024  # bytes
SHA256, SM3 = hashes.SHA256(), hashes.SM3()


class Refusal(Exception):  # noqa: N818 - a verdict, not a mistake
    """The evidence does not hold; its arguments are a stable code of REASONS and the place."""


def require(holds: bool, code: str, where: str = "") -> None:
    """Refuse with `code` unless `holds`."""
    if not holds:
        raise Refusal(code, where)


# --- Canonical JSON (section 1; RFC 8785) ---
def _integer(digits: str) -> int | None:
    """A number outside the profile becomes null: then the bytes are found not canonical."""
    return int(digits) if len(digits) < 18 and abs(int(digits)) < 2**53 else None


# `NaN` and its like are no JSON: int() of them is a ValueError.
_decode = json.JSONDecoder(parse_int=_integer, parse_float=lambda _: None, parse_constant=int).decode
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def canonical(value: Json) -> bytes:
    """The canonical bytes of a value within the profile."""
    return _encode(value).encode()


def in_profile(value: Json, depth: int) -> bool:
    """Whether strings are in NFC, member names in ASCII, and nothing nests deeper than `depth`."""
    if isinstance(value, str):
        return unicodedata.is_normalized("NFC", value)
    if not isinstance(value, (dict, list)):
        return True
    names, items = (value, value.values()) if isinstance(value, dict) else ((), value)
    return depth > 0 and all(map(str.isascii, names)) and all(in_profile(item, depth - 1) for item in items)


def parse(data: bytes, where: str) -> Json:
    """The value of one canonical JSON text."""
    require(len(data) <= MAX_FILE, "too-large", where)
    try:
        value = _decode(data.decode())
        is_canonical = in_profile(value, 16) and canonical(value) == data
    except (RecursionError, UnicodeEncodeError):  # nested without end; a lone surrogate
        raise Refusal("not-canonical", where) from None
    except ValueError:
        raise Refusal("not-json", where) from None
    require(is_canonical, "not-canonical", where)
    return value


def unb64u(text: str) -> bytes:
    """The bytes of base64url without padding, of the right shape."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


# --- Hashes and signatures (section 1) ---
def hashed(algorithm: hashes.HashAlgorithm, *parts: bytes) -> bytes:
    """The digest of the parts joined: SHA-256 (FIPS 180-4) or SM3 (GB/T 32905)."""
    state = hashes.Hash(algorithm)
    state.update(b"".join(parts))
    return state.finalize()


ED_P, ED_L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
ED_Y8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD83D3D706A17C7  # d y^4 + 2 y^2 = 1: order 8
ED_SMALL = {1, ED_P - 1, 0, ED_Y8, ED_P - ED_Y8}  # y of all points of order 1, 2, 4, 8, whatever the sign of x


def verify_ed25519(key: bytes, message: bytes, signature: bytes) -> bool:
    """RFC 8032, with A and R canonical and not of small order; OpenSSL compares R by bytes, cofactorless."""
    points = [int.from_bytes(encoding, "little") % 2**255 for encoding in (key, signature[:32])]
    if any(y >= ED_P or y in ED_SMALL for y in points) or int.from_bytes(signature[32:], "little") >= ED_L:
        return False
    ed25519.Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    return True


def verify_es256(key: bytes, message: bytes, signature: bytes) -> bool:
    """ECDSA on P-256 with SHA-256 (FIPS 186-5), s in the lower half."""
    n = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    if not (0 < r < n and 0 < s <= n // 2):
        return False
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + key)
    point.verify(encode_dss_signature(r, s), message, ec.ECDSA(SHA256))
    return True


# SM2 (GB/T 32918.5): y^2 = x^3 - 3x + B over the integers mod P; G has order N. Points are projective: x = X/Z.
P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
GX = 0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7
GY = 0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0
Point: TypeAlias = tuple[int, int, int]


def sm2_add(one: Point, two: Point) -> Point:
    """The sum of any two points, equal or infinite too (Renes, Costello, Batina 2016, for a = -3)."""
    (x1, y1, z1), (x2, y2, z2) = one, two
    xx, yy, zz = x1 * x2 % P, y1 * y2 % P, z1 * z2 % P
    xy, yz, xz = (x1 * y2 + x2 * y1) % P, (y1 * z2 + y2 * z1) % P, (x1 * z2 + x2 * z1) % P
    u, v, w = 3 * (B * zz - xz) % P, 3 * (B * xz - xx - 3 * zz) % P, 3 * (xx - zz)
    return (xy * (yy - u) - yz * v) % P, (w * v + (yy + u) * (yy - u)) % P, (yz * (yy + u) + xy * w) % P


def verify_sm2(key: bytes, message: bytes, signature: bytes) -> bool:
    """GB/T 32918.2 clause 7: r = e + x of [s]G + [r + s]A, both multiples in one pass (Shamir's trick)."""
    x, y = int.from_bytes(key[:32]), int.from_bytes(key[32:])
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    t = (r + s) % N
    if x >= P or y >= P or (y * y - x**3 + 3 * x - B) % P or not (0 < r < N and 0 < s < N and t):
        return False
    curve = b"".join(number.to_bytes(32) for number in (P - 3, B, GX, GY))
    e = int.from_bytes(hashed(SM3, hashed(SM3, b"\x00\x801234567812345678", curve, key), message))
    addends = {"10": (GX, GY, 1), "01": (x, y, 1), "11": sm2_add((GX, GY, 1), (x, y, 1))}
    point = (0, 1, 0)
    for bit_s, bit_t in zip(f"{s:0256b}", f"{t:0256b}", strict=True):
        point = sm2_add(point, point)
        if addend := addends.get(bit_s + bit_t):
            point = sm2_add(point, addend)
    return point[2] != 0 and (e + point[0] * pow(point[2], -1, P) % P - r) % N == 0


ALGORITHMS = {"Ed25519": ("Ed25519", verify_ed25519), "P-256": ("ES256", verify_es256), "SM2": ("SM2-SM3", verify_sm2)}


def thumbprint(jwk: Json) -> str:
    """RFC 7638, with the hash function of the key's own suite."""
    return hashed(SM3 if jwk["crv"] == "SM2" else SHA256, canonical(jwk)).hex()


class Suite(NamedTuple):
    """The algorithms of a ledger, and the trees of sections 4 and 7 over its hash function."""

    algorithm: hashes.HashAlgorithm
    signatures: tuple[str, ...]

    def digest(self, tag: str, data: bytes) -> str:
        """`D(tag, data)`, in hex."""
        return hashed(self.algorithm, b"wusong:", tag.encode(), b"\n", data).hex()

    def hash(self, data: bytes) -> bytes:
        """`H(data)`."""
        return hashed(self.algorithm, data)

    def verifies(self, jwk: Json, message: bytes, signature: str) -> bool:
        """Whether `signature` over `message` holds under `jwk`, a key of this suite."""
        alg, verify_with = ALGORITHMS[jwk["crv"]]
        try:
            key = unb64u(jwk["x"]) + unb64u(jwk.get("y", ""))
            return alg in self.signatures and verify_with(key, message, unb64u(signature))
        except (InvalidSignature, ValueError):
            return False

    def log_root(self, entry: str, proof: Json, size: int) -> str | None:
        """Where an inclusion proof leads (RFC 9162 2.1.3.2); None when there is no such path in the tree."""
        node, index, last = self.hash(b"\x00" + bytes.fromhex(entry)), proof["index"], size - 1
        for sibling in map(bytes.fromhex, proof["path"]):
            if index > last or last == 0:
                return None
            left = index % 2 == 1 or index == last
            node = self.hash(b"\x01" + (sibling + node if left else node + sibling))
            while left and index and index % 2 == 0:
                index, last = index // 2, last // 2
            index, last = index // 2, last // 2
        return node.hex() if index == last == 0 else None

    def state_root(self, proof: Json) -> str | None:
        """Where a state proof leads (ICS-23 SmtSpec); None when it cannot prove anything."""
        path, siblings, node = self.hash(bytes.fromhex(proof["key"])), proof["siblings"], bytes(32)
        bits = f"{int.from_bytes(path):0256b}"[: len(siblings)]
        if "value" in proof:
            node = self.hash(b"\x00" + path + self.hash(canonical(proof["value"])))
        elif "other" in proof:
            other = bytes.fromhex(proof["other"]["path"])
            node = self.hash(b"\x00" + other + bytes.fromhex(proof["other"]["value"]))
            if other == path or not f"{int.from_bytes(other):0256b}".startswith(bits):
                return None
        if len(siblings) > 256:
            return None
        for bit, sibling in zip(reversed(bits), map(bytes.fromhex, reversed(siblings)), strict=True):
            node = self.hash(b"\x01" + (node + sibling if bit == "0" else sibling + node))
        return node.hex()


SUITES = {"intl": Suite(SHA256, ("Ed25519", "ES256")), "gm": Suite(SM3, ("SM2-SM3",))}

# --- Shapes. First, per plain kind, what the canonical text of a value matches; § is a coordinate or a seed of 32 bytes
PLAIN = r"""
wusong-bundle/1 "wusong-bundle/1" wusong-genesis/1 "wusong-genesis/1" wusong-trust/1 "wusong-trust/1"
int [0-9]+ bool true|false text ".*" basis "([^"\\]|\\[^u]|\\u....){0,256}" object \{.*\}
texts \{("([^"\\]|\\.)*":"([^"\\]|\\.)*",?)*\} ints \{("([^"\\]|\\.)*":[0-9]+,?)*\}
hex16 "[0-9a-f]{32}" hex32 "[0-9a-f]{64}" b64u64 "[A-Za-z0-9_-]{85}[AQgw]"
b64u "([A-Za-z0-9_-]{4})*([A-Za-z0-9_-][AQgw]|[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048])?"
contract "([0-9a-f]{64}|system/.+)" asset "([0-9a-f]{64}|#(0|[1-9][0-9]*)\.(0|[1-9][0-9]*))"
effect \["[0-9a-f]{64}",[0-9]+,"[0-9a-f]{64}"\]
jwk \{"crv":("Ed25519","kty":"OKP","x":§|"(P-256|SM2)","kty":"EC","x":§,"y":§)\}
""".replace("§", '"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]"').split()
MATCH = {kind: re.compile(pattern).fullmatch for kind, pattern in zip(PLAIN[::2], PLAIN[1::2], strict=True)}
# Then the members of each kind of object: `?` optional, `[ ]` a list of; a member of the kind of its own name stands alone.
OBJECTS = """
bundle format:wusong-bundle/1 genesis payload:b64u signatures:[signature] acts:[disclosed] receipt inclusion seal
 seal_inclusion:inclusion checkpoint cosignatures:[cosignature] sets:[change] witnesses:[witness] keys:[jwk]
 pages?:[object] state?:state contents?:[opening] digest:hex32;
trust format:wusong-trust/1 ledger:hex32 epoch:int from:int cosigners:[cosigner] witnesses:[known];
cosigner jwk until?:int; known jwk name:text until?:int; names en:text zh:text; party did:text keys:[jwk] name:text;
genesis format:wusong-genesis/1 name:names suite:text protocol:int time:int nonce:hex16 trial:bool cosigners:[jwk]
 parties:[party] authorities:[text] registrars:[text] accreditors:[text] examiners:[text] installers:[text]
 parameters:object;
payload acts:[hex32] expires:int ledger:hex32 nonce:hex16 signers:[mandated];
mandated party:text mandate?:hex32 basis?:basis; signature protected:b64u signature:b64u64;
disclosed act effects?:[effect] index:int;
act salt:hex16 contract action:text asset as:texts args:object rev?:int with?:ints;
receipt acts:[hex32] act?:int clause?:text code:text deed:hex32 height:int index:int signatures:hex32 signers:[signer];
signer alg:text key:hex32 party:text mandate?:hex32 delegate?:text;
seal ledger:hex32 epoch:int height:int time:int protocol:int previous:hex32 log state:hex32 cosigners:hex32
 system:[object]; log root:hex32 size:int; inclusion index:int path:[hex32];
checkpoint epoch:int ledger:hex32 root:hex32 seal:hex32 size:int; cosignature key:hex32 signature:b64u64;
change cosigners:[jwk] epoch:int from:int signatures:[cosignature];
witness name:text key:hex32 signature:b64u64 time:int; state inclusion proofs:[proof] seal;
proof key:hex32 siblings:[hex32] value?:object other?:leaf; leaf path:hex32 value:hex32;
opening act:int arg:text content:hex32 salt:hex32 name?:text index?:int path?:[hex32] size?:int
"""
MEMBERS = {
    kind: {m.partition(":")[0].rstrip("?"): (m.partition(":")[2] or m, "?" not in m) for m in members}
    for kind, *members in map(str.split, OBJECTS.split(";"))
}


def check(value: Json, kind: str, where: str) -> None:
    """Refuse, naming the place, unless `value` is of this kind all the way down."""
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


# --- The steps of section 10, in its order; the docstring of each is what the verifier says about it ---
# --- The steps of section 10, in its order; the docstring of each is what the verifier says about it ---
class Verification:
    """One bundle under verification, and what earlier steps found for later ones."""

    def __init__(self, bundle: bytes, trust: bytes) -> None:
        self.files, self.witnesses = {"bundle": bundle, "trust": trust}, dict[str, int]()  # name -> seconds

    def digest(self, tag: str, value: Json) -> str:
        """`D(tag, canonical(value))`."""
        return self.suite.digest(tag, canonical(value))

    def key_set(self, jwks: list[Json]) -> dict[str, Json]:
        """A set of cosigners by thumbprint."""
        keys = {thumbprint(jwk): jwk for jwk in jwks}
        known = {ALGORITHMS[jwk["crv"]][0] for jwk in jwks} <= {*self.suite.signatures}
        require(known and list(keys) == sorted(keys) and 0 < len(keys) == len(jwks), "bad-set")
        return keys

    def count(self, message: bytes, signatures: list[Json], code: str) -> int:
        """How many of the set in force signed `message`; a wrong signature of a member is a failure."""
        signed = {(s["key"], s["signature"]): None for s in signatures if s["key"] in self.members}
        for key, signature in signed:
            require(self.suite.verifies(self.members[key], message, signature), code, key)
        past = {thumbprint(c["jwk"]) for c in self.trust["cosigners"] if c.get("until", self.size) < self.size}
        return len({key for key, _ in signed} - past)

    def check_in_log(self, kind: str, value: Json, proof: Json) -> str:
        """The digest of a receipt or seal that the checkpoint's log holds where `proof` says."""
        digest = self.digest(kind, value)
        root = self.suite.log_root(digest, proof, self.size)
        require(root == self.point["root"], f"{kind}-not-in-log", f"{kind} {value['height']}")
        return digest

    def check_seal(self, seal: Json, proof: Json) -> None:
        """The rules of step 6, which step 12 repeats."""
        require(seal["ledger"] == self.ledger, "seal-of-other-ledger")
        require(seal["protocol"] == 1, "unknown-protocol")
        require(seal["epoch"] <= self.point["epoch"], "seal-of-later-epoch")
        digest = self.check_in_log("seal", seal, proof)
        require(proof["index"] == seal["log"]["size"], "seal-not-in-log")
        require(proof["index"] != self.size - 1 or digest == self.point["seal"], "seal-not-of-checkpoint")

    def step_1_form(self) -> None:
        """The files are canonical JSON with exactly the members described. | 文件为规范 JSON，成员与规定完全一致。"""
        self.bundle, self.trust = (parse(data, kind) for kind, data in self.files.items())
        check(self.bundle, "bundle", "bundle")
        check(self.trust, "trust", "trust")
        self.point, self.ledger = self.bundle["checkpoint"], self.trust["ledger"]
        self.size, self.receipt = self.point["size"], self.bundle["receipt"]
        proofs, openings = self.bundle.get("state", {}).get("proofs", []), self.bundle.get("contents", [])
        require(not any({"value", "other"} <= proof.keys() for proof in proofs), "wrong-member", "bundle.state.proofs")
        whole = {len({"index", "path", "size"} & opening.keys()) for opening in openings} <= {0, 3}
        require(whole, "wrong-member", "bundle.contents")
        parts = [item["act"] for item in self.bundle["acts"]] + self.bundle.get("pages", [])
        shallow = all(in_profile(part, 12) for part in parts + [proof.get("value") for proof in proofs])
        require(shallow, "not-canonical", "bundle: acts, pages and state values nest at most 12 deep")
        if suite := SUITES.get(self.bundle["genesis"]["suite"]):  # else step 2 refuses
            rest = {name: value for name, value in self.bundle.items() if name != "digest"}
            require(suite.digest("bundle", canonical(rest)) == self.bundle["digest"], "wrong-digest")

    def step_2_ledger(self) -> None:
        """The ledger is the one that the trust file names. | 账本即信任文件所指的账本。"""
        genesis = self.bundle["genesis"]
        require(genesis["suite"] in SUITES, "unknown-suite")
        self.suite = SUITES[genesis["suite"]]
        require(self.digest("genesis", genesis) == self.ledger, "other-ledger")
        require(genesis["protocol"] == 1, "unknown-protocol")

    def step_3_sets(self) -> None:
        """Each set of cosigners is signed in by the one before it. | 每届共签方名单均由上一届共签方签署产生。"""
        self.members = self.key_set([cosigner["jwk"] for cosigner in self.trust["cosigners"]])
        start, self.epoch = self.trust["from"], self.trust["epoch"]
        require(start < self.size, "set-not-in-force", "trust")
        for change in self.bundle["sets"]:
            members = self.key_set(change["cosigners"])
            require(start <= change["from"] and self.epoch <= change["epoch"], "set-falls-back")
            start, self.epoch = change["from"], change["epoch"]
            require(start < self.size, "set-not-in-force")
            says = {"cosigners": self.digest("cosigners", change["cosigners"]), "ledger": self.ledger}
            message = b"wusong:cosigners\n" + canonical(says | {"epoch": self.epoch, "from": start})
            count = self.count(message, change["signatures"], "set-signature-invalid")
            require(3 * count > 2 * len(self.members), "set-not-signed")
            self.members = members

    def step_4_checkpoint(self) -> None:
        """More than two thirds of the set in force cosigned the checkpoint. | 检查点由现任共签方超过三分之二签署。"""
        require(self.point["ledger"] == self.ledger, "checkpoint-of-other-ledger")
        require(self.point["epoch"] == self.epoch, "checkpoint-of-other-epoch")
        message = b"wusong:checkpoint\n" + canonical(self.point)
        self.cosigned = self.count(message, self.bundle["cosignatures"], "cosignature-invalid")
        require(3 * self.cosigned > 2 * len(self.members), "too-few-cosigners")

    def step_5_witnesses(self) -> None:
        """The signatures of the witnesses that the trust file names hold. | 信任文件所列见证方的签名有效。"""
        known = {(w["name"], thumbprint(w["jwk"])): w for w in self.trust["witnesses"]}
        root = base64.b64encode(bytes.fromhex(self.point["root"])).decode()
        for w in self.bundle["witnesses"]:
            if witness := known.get((w["name"], w["key"])):
                note = f"wusong/{self.ledger}/{self.epoch}\n{self.size}\n{root}\n"
                message = f"cosignature/v1\ntime {w['time']}\n{note}".encode()
                require(self.suite.verifies(witness["jwk"], message, w["signature"]), "witness-signature-invalid", w["name"])
                if self.size <= witness.get("until", self.size):
                    self.witnesses[f"{w['name']} {w['key']}"] = w["time"]

    def step_6_seal(self) -> None:
        """The block's seal is in the log of the checkpoint. | 区块封印载于检查点所固定的日志。"""
        self.check_seal(self.bundle["seal"], self.bundle["seal_inclusion"])

    def step_7_receipt(self) -> None:
        """The receipt is in that log, in the sealed block. | 回执载于该日志，且属于该区块。"""
        self.check_in_log("receipt", self.receipt, self.bundle["inclusion"])
        require(self.bundle["inclusion"]["index"] < self.bundle["seal"]["log"]["size"], "receipt-of-other-block")
        require(self.receipt["height"] == self.bundle["seal"]["height"], "receipt-of-other-block")

    def step_8_payload(self) -> None:
        """The payload and signatures are those of the deed in the receipt. | 指令正文与签名即回执所载指令的正文与签名。"""
        data = unb64u(self.bundle["payload"])
        require(self.suite.digest("deed", data) == self.receipt["deed"], "payload-of-other-deed")
        try:
            self.payload = parse(data, "payload")
            check(self.payload, "payload", "payload")
        except Refusal as refusal:
            raise Refusal("payload-malformed", refusal.args[1]) from None
        parties = {signer["party"] for signer in self.payload["signers"]}
        fits = 0 < len(parties) == len(self.payload["signers"]) and 0 < len(self.payload["acts"]) <= 32
        require(fits, "payload-malformed")
        require(self.payload["ledger"] == self.ledger, "deed-of-other-ledger")
        require(self.payload["expires"] > self.bundle["seal"]["time"], "deed-expired")
        require(self.digest("signatures", self.bundle["signatures"]) == self.receipt["signatures"], "signatures-of-other-deed")

    def step_9_signers(self) -> None:
        """Exactly the parties named signed, with the keys in the receipt. | 签署方与指令所列一致，均以回执所载密钥签署。"""
        listed, named, signatures = self.receipt["signers"], self.payload["signers"], self.bundle["signatures"]
        require([s["party"] for s in listed] == [s["party"] for s in named], "signers-differ")
        require(len(listed) == len(signatures), "signers-differ")
        keys = {thumbprint(jwk): jwk for jwk in self.bundle["keys"]}
        known = [jwk["crv"] for jwk in keys.values()] == [jwk["crv"] for jwk in self.bundle["keys"]]
        require(known and list(keys) == sorted({signer["key"] for signer in listed}), "bad-keys")
        for signer, name, signature in zip(listed, named, signatures, strict=True):
            mandated = signer.get("mandate") == name.get("mandate") and ("mandate" in name) == ("delegate" in signer)
            require(mandated, "signers-differ", signer["party"])
            alg = ALGORITHMS[keys[signer["key"]]["crv"]][0]
            header = canonical({"alg": alg, "kid": signer["key"], "typ": "wusong-deed"})
            require(unb64u(signature["protected"]) == header and signer["alg"] == alg, "signature-of-other-key", signer["party"])
            message = f"{signature['protected']}.{self.bundle['payload']}".encode()
            holds = self.suite.verifies(keys[signer["key"]], message, signature["signature"])
            require(holds, "signature-invalid", signer["party"])

    def step_10_acts(self) -> None:
        """The disclosed acts and their effects are those of the deed. | 所披露的办理事项及其结果确属该指令。"""
        digests, results, accepted = self.payload["acts"], self.receipt["acts"], self.receipt["code"] == "ok"
        require(len(results) == len(digests) * accepted, "effects-not-in-receipt")
        require(not (accepted and self.receipt.keys() & {"act", "clause"}), "effects-not-in-receipt")
        indexes = [item["index"] for item in self.bundle["acts"]]
        require(indexes == sorted({*indexes}) and max(indexes, default=0) < len(digests), "act-not-in-deed")
        for index, item in zip(indexes, self.bundle["acts"], strict=True):
            require(self.digest("act", item["act"]) == digests[index], "act-not-in-deed", f"act {index}")
            effects = self.digest("effects", item["effects"]) if "effects" in item else None
            require(effects == (results[index] if accepted else None), "effects-not-in-receipt", f"act {index}")

    def step_11_pages(self) -> None:
        """The contract pages are those of disclosed acts. | 合约文本即所披露事项适用的合约。"""
        contracts = {item["act"]["contract"] for item in self.bundle["acts"]}
        require({self.digest("contract", page) for page in self.bundle.get("pages", [])} <= contracts, "page-of-no-act")

    def step_12_state(self) -> None:
        """The state shown was sealed, not before the receipt. | 所示状态已封存，且不早于回执所在区块。"""
        if state := self.bundle.get("state"):
            self.check_seal(state["seal"], state["inclusion"])
            require(state["seal"]["height"] >= self.receipt["height"], "state-older-than-receipt")
            for proof in state["proofs"]:
                require(self.suite.state_root(proof) == state["seal"]["state"], "state-proof-wrong", proof["key"])

    def step_13_contents(self) -> None:
        """Each content is the one that the act commits to. | 所附内容与办理事项中的承诺值一致。"""
        acts = {item["index"]: item["act"]["args"] for item in self.bundle["acts"]}
        for opening in self.bundle.get("contents", []):
            require(opening["act"] in acts, "opening-of-no-act", f"act {opening['act']}")
            wanted, name = acts[opening["act"]], opening["arg"]
            args = {name: self.suite.digest("commitment", bytes.fromhex(opening["salt"] + opening["content"]))}
            if "path" in opening:
                root = self.suite.log_root(args[name], opening, opening["size"])
                args = {name: root, name + "_count": opening["size"]}
            given = {arg: wanted.get(arg) for arg in args}  # compared as text: in Python, true equals 1
            require(args[name] is not None and canonical(given) == canonical(args), "opening-wrong", name)

    def facts(self) -> dict[str, Json]:
        """What an accepted bundle proves."""
        genesis, count, witnesses = self.bundle["genesis"], len(self.members), len(self.witnesses)
        level = ["operator only"] * (count == 1 and not witnesses) + [f"{self.cosigned} of {count}"] * (count > 1)
        return {
            **{name: genesis[name] for name in ("name", "suite", "trial")},
            **{name: self.receipt[name] for name in ("code", "clause", "deed", "signers") if name in self.receipt},
            "ledger": self.ledger,
            "time": self.bundle["seal"]["time"],
            "level": ", ".join(level + [f"witnessed by {witnesses}"] * (witnesses > 0)),
            "witnesses": self.witnesses,
            "acts": [{"index": item["index"]} | item["act"] for item in self.bundle["acts"]],
            "undisclosed": len(self.payload["acts"]) - len(self.bundle["acts"]),
            "state": self.bundle.get("state", {}).get("proofs", []),
            "contents": self.bundle.get("contents", []),
        }


STEPS = [step for name, step in vars(Verification).items() if name.startswith("step_")]


# --- The report, in English and Chinese ---
REASONS = """
cannot-read 文件无法打开 too-large 文件超过4MiB not-json 文件不是JSON not-canonical 文件不是规范JSON wrong-member 成员缺失、多余或类型不符
wrong-digest 证据包摘要不符 other-ledger 账本与信任文件不符 unknown-suite 密码套件未知 unknown-protocol 协议版本未知 bad-set 共签方名单不合规
set-not-in-force 共签方名单尚未生效 set-falls-back 共签方名单次序倒退 set-signature-invalid 共签方名单签名无效
set-not-signed 共签方名单签署人数不足 checkpoint-of-other-ledger 检查点属于其他账本 checkpoint-of-other-epoch 检查点属于其他纪元
cosignature-invalid 共签方签名无效 too-few-cosigners 共签人数不足 witness-signature-invalid 见证方签名无效
seal-of-other-ledger 封印属于其他账本 seal-of-later-epoch 封印纪元晚于检查点 seal-not-in-log 封印不在日志所示位置
seal-not-of-checkpoint 封印不是检查点所指封印 receipt-not-in-log 回执不在日志中 receipt-of-other-block 回执属于其他区块
payload-of-other-deed 正文与回执所载指令不符 payload-malformed 指令正文格式不符 deed-of-other-ledger 指令属于其他账本 deed-expired 指令已过期
signatures-of-other-deed 签名列表与回执不符 signers-differ 签署方不符 bad-keys 签署方密钥缺失、多余或无序 signature-of-other-key 签名所用密钥不符
signature-invalid 签名无效 act-not-in-deed 办理事项不属于该指令 effects-not-in-receipt 办理结果与回执不符 page-of-no-act 合约文本与事项不符
state-older-than-receipt 状态早于回执 state-proof-wrong 状态证明不成立 opening-of-no-act 内容所属事项未披露 opening-wrong 内容与承诺值不符
content-not-opened 所给文件不是证据包所载内容
"""
UNREADABLE = ("cannot-read", "too-large", "not-json")
WORDS = """
accepted|ACCEPTED as a proof: the ledger accepted the deed|采信：证据成立，账本已受理该指令
declined|ACCEPTED as a proof; it proves that the ledger REFUSED the deed: |采信：证据成立，所证明者为账本未受理该指令，原因代码：
refused|REFUSED as a proof, at step |不予采信：证据不成立，未通过步骤：
unreadable|COULD NOT READ|无法读取
what|What happened: |核验情况：
rule|Why it matters; this must hold: |核验要求：
file|What to do: check the path, and that the whole file arrived.|处理建议：核对路径，并确认文件完整。
trust|What to do: check, from a source of its own, that the trust file is right and current.|处理建议：从独立渠道核实信任文件正确且为最新。
again|What to do: do not rely on it; ask who gave it for a new export.|处理建议：请勿采信，并请提供方重新导出。
trial|WARNING: TRIAL ledger; its clock can be set forward, its times prove nothing|警告：试运行（TRIAL）账本，时钟可人为拨快，所载时间不具证明力
ledger|Ledger: |账本：
time|Sealed: |封存时间：
beijing|Beijing|北京时间
level|Level of trust: |信任等级：
witness|Witness: |见证方：
signer|Signed by: |签署方：
act|Act |办理事项 
undisclosed|Acts not disclosed: |未披露事项数：
state|State: |状态：
absent|absent|不存在
content|Content of act |内容，所属事项 
match|The file given is the content of act |所给文件即下列事项的内容：
later|Later acts are not excluded.|本证据不排除其后另有办理。
"""
ZH = dict(zip(REASONS.split()[::2], REASONS.split()[1::2], strict=True))
SAY = {key: {"en": en, "zh": zh} for key, en, zh in (line.split("|") for line in WORDS.strip("\n").split("\n"))}
LEVELS_ZH = {"operator only": "仅运营方自证", r"(\d+) of (\d+)": r"\2个共签方中\1个签署", r"witnessed by (\d+)": r"\1个见证方见证"}


class Report(NamedTuple):
    """The verdict: exit status, the step that failed (0: reading), the reason's code and place, what was proved."""

    status: int
    step: int
    reason: str
    where: str = ""
    facts: dict[str, Json] = {}

    def lines(self, lang: str) -> list[str]:
        """The report for people: verdict, reason and advice, or what was proved."""
        say, facts, zh = {key: text[lang] for key, text in SAY.items()}, self.facts, lang == "zh"
        if self.status:
            what = ZH[self.reason] if zh else self.reason.replace("-", " ")
            rule = say["rule"] + (STEPS[self.step - 1].__doc__ or "").split(" | ")[zh] if self.step else ""
            verdict = say["refused"] + f"{self.step}" if self.step else say["unreadable"]
            advice = {0: "file", 2: "trust", 3: "trust", 4: "trust"}.get(self.step, "again")
            return [verdict, f"{say['what']}{what} [{self.reason}] {self.where}", rule, say[advice]]
        level = facts["level"]
        for pattern, text in LEVELS_ZH.items() if zh else ():
            level = re.sub(pattern, text, level)
        return [
            say["accepted"] if facts["code"] == "ok" else say["declined"] + facts["code"],
            say["trial"] if facts["trial"] else "",
            f"{say['ledger']}{facts['name'][lang]} ({facts['ledger']})",
            f"{say['time']}{clock(facts['time'])} UTC | {clock(facts['time'] + 8 * 3_600_000)} {say['beijing']}",
            f"{say['level']}{level}",
            *(f"{say['witness']}{name} {clock(seconds * 1000)} UTC" for name, seconds in facts["witnesses"].items()),
            *(f"{say['signer']}{s['party']} ({s['alg']} {s['key']})" for s in facts["signers"]),
            *(f"{say['act']}{a['index']}: {a['action']} {a['asset']} ({a['contract']})" for a in facts["acts"]),
            f"{say['undisclosed']}{facts['undisclosed']}",
            *(f"{say['state']}{s['key']} {_encode(s.get('value', say['absent']))}" for s in facts["state"]),
            *(f"{say['content']}{c['act']} {c['arg']} {c.get('name', '')} {c['content']}" for c in facts["contents"]),
            *(f"{say['match']}{c['act']} {c['arg']} {c.get('name', '')}" for c in facts.get("matches", [])),
            say["later"],
        ]


def clock(milliseconds: int) -> str:
    """A time for people; what lies beyond the year 9999 is shown as its end."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(min(milliseconds // 1000, 253402300799)))


def verify(bundle: bytes, trust: bytes) -> Report:
    """Verify a bundle against a trust file, both as the bytes of the files."""
    case = Verification(bundle, trust)
    for number, step in enumerate(STEPS, 1):
        try:
            step(case)
        except Refusal as refusal:
            unreadable = refusal.args[0] in UNREADABLE
            return Report(2 if unreadable else 1, 0 if unreadable else number, *refusal.args)
    return Report(0, len(STEPS), "ok", "", case.facts())


def match_content(report: Report, path: Path) -> Report:
    """The report, with the contents that the file at `path` is; refused when it is none of them."""
    state = hashes.Hash(SUITES[report.facts["suite"]].algorithm)
    with path.open("rb") as file:
        while chunk := file.read(2**20):
            state.update(chunk)
    digest = state.finalize().hex()
    matches = [opening for opening in report.facts["contents"] if opening["content"] == digest]
    if not matches:
        return Report(1, 13, "content-not-opened", str(path))
    return report._replace(facts=report.facts | {"matches": matches})


def main() -> int:
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--trust", type=Path, required=True)
    parser.add_argument("--content", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--lang", choices=("zh", "en"), default="en")
    args = parser.parse_args()
    try:
        files = [path.open("rb").read(MAX_FILE + 1) for path in (args.bundle, args.trust)]
        report = verify(*files)
        if args.content and report.status == 0:
            report = match_content(report, args.content)
    except OSError as error:
        report = Report(2, 0, "cannot-read", str(error.filename))
    lines = [line for line in report.lines(args.lang) if line]
    text = _encode(report._asdict() | {"explanation": lines}) if args.json else "\n".join(lines)
    shown = "".join(c if c.isprintable() or c == "\n" else f"\\u{ord(c):04x}" for c in text)  # no escape sequences
    sys.stdout.buffer.write(shown.encode("utf-8", "backslashreplace") + b"\n")
    return report.status


if __name__ == "__main__":
    sys.exit(main())
