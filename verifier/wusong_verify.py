"""Verify a Wusong bundle offline. Written from docs/formats.md alone; shares no code with the node.

    python wusong_verify.py --trust TRUST.json BUNDLE.json [--content FILE] [--json] [--lang zh|en]

* Accepted means: all thirteen steps of section 10 hold. The first that fails is the reason.
* What the reader must know beforehand (ledger, first cosigners) comes from the trust file, never the bundle.
* Every member is checked for type and length before use. Nothing is fetched or written; no clock takes part.
* Exit status: 0 accepted as a proof (also the proof of a refused deed), 1 refused as a proof, 2 unreadable.
"""

# ruff: noqa: D102, D103 - where the name says it all, there is no docstring
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
    parse_float=lambda _: None, parse_constant=int,  # int("NaN") is a ValueError: no JSON
).decode
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode

def canonical(value: Json) -> bytes:
    return _encode(value).encode()

def in_profile(value: Json, depth: int) -> bool:
    """Whether strings are in NFC, member names in ASCII, and nothing nests deeper than `depth`."""
    if not isinstance(value, (dict, list)):
        return not isinstance(value, str) or unicodedata.is_normalized("NFC", value)
    names, items = (value, value.values()) if isinstance(value, dict) else ((), value)
    return depth > 0 and all(map(str.isascii, names)) and all(in_profile(item, depth - 1) for item in items)

def parse(data: bytes, where: str) -> Json:
    """The value of one canonical JSON text."""
    require(len(data) <= MAX_FILE, "too-large", where)
    try:
        value = _decode(data.decode())
        if in_profile(value, 16) and canonical(value) == data:
            return value
    except (RecursionError, UnicodeEncodeError):  # nested without end; a lone surrogate
        pass
    except ValueError:
        raise Refusal("not-json", where) from None
    raise Refusal("not-canonical", where)

def unb64u(text: str) -> bytes:
    """The bytes of base64url without padding, of the right shape."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

# --- Hashes and signatures (section 1)
def hashed(algorithm: hashes.HashAlgorithm, parts: Iterable[bytes]) -> bytes:
    """SHA-256 (FIPS 180-4) or SM3 (GB/T 32905) of the parts joined."""
    state = hashes.Hash(algorithm)
    for part in parts:
        state.update(part)
    return state.finalize()

ED_P, ED_L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
ED_Y8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7  # d y^4 + 2 y^2 = 1: order 8
ED_SMALL = {1, ED_P - 1, 0, ED_Y8, ED_P - ED_Y8}  # y of all points of order 1, 2, 4, 8, for either sign of x

def verify_ed25519(key: bytes, message: bytes, signature: bytes) -> bool:
    """RFC 8032; A and R canonical, not of small order. OpenSSL compares R byte by byte (cofactorless)."""
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
    point.verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(SHA256))
    return True

# SM2 (GB/T 32918.5): y^2 = x^3 - 3x + B modulo P; G has order N. Points are projective, x = X/Z.
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
    x, y, r, s = (int.from_bytes(part) for part in (key[:32], key[32:], signature[:32], signature[32:]))
    t = (r + s) % N
    if x >= P or y >= P or (y * y - x**3 + 3 * x - B) % P or not (0 < r < N and 0 < s < N and t):
        return False
    curve = b"".join(number.to_bytes(32) for number in (P - 3, B, GX, GY))
    e = int.from_bytes(hashed(SM3, (hashed(SM3, (b"\x00\x801234567812345678", curve, key)), message)))
    addends = {"10": (GX, GY, 1), "01": (x, y, 1), "11": sm2_add((GX, GY, 1), (x, y, 1))}
    point = (0, 1, 0)
    for bit_s, bit_t in zip(f"{s:0256b}", f"{t:0256b}", strict=True):
        point = sm2_add(point, point)
        if addend := addends.get(bit_s + bit_t):
            point = sm2_add(point, addend)
    return point[2] != 0 and (e + point[0] * pow(point[2], -1, P) % P - r) % N == 0

ALGORITHMS = {"Ed25519": "Ed25519", "P-256": "ES256", "SM2": "SM2-SM3"}
VERIFY = {"Ed25519": verify_ed25519, "ES256": verify_es256, "SM2-SM3": verify_sm2}

def thumbprint(jwk: Json) -> str:
    """RFC 7638, with the hash function of the key's own suite."""
    return hashed(SM3 if jwk["crv"] == "SM2" else SHA256, [canonical(jwk)]).hex()

class Suite(NamedTuple):
    """The algorithms of a ledger, and the trees of sections 4 and 7 over its hash function."""

    algorithm: hashes.HashAlgorithm
    signatures: tuple[str, ...]

    def hash(self, data: bytes) -> bytes:
            return hashed(self.algorithm, [data])

    def digest(self, tag: str, value: Json) -> str:
        data = value if isinstance(value, bytes) else canonical(value)
        return self.hash(b"wusong:" + tag.encode() + b"\n" + data).hex()

    def verifies(self, jwk: Json, message: bytes, signature: str) -> bool:
        """Whether `signature` over `message` holds under `jwk`, a key of this suite."""
        alg, key = ALGORITHMS[jwk["crv"]], unb64u(jwk["x"]) + unb64u(jwk.get("y", ""))
        try:
            return alg in self.signatures and VERIFY[alg](key, message, unb64u(signature))
        except (InvalidSignature, ValueError):
            return False

    def log_root(self, entry: str, proof: Json, size: int) -> str:
        """Where an inclusion proof leads (RFC 9162 2.1.3.2); empty when the tree has no such path."""
        node, index, last = self.hash(b"\x00" + bytes.fromhex(entry)), proof["index"], size - 1
        for sibling in map(bytes.fromhex, proof["path"]):
            if index > last or last == 0:
                return ""
            left = index % 2 == 1 or index == last
            node = self.hash(b"\x01" + (sibling + node if left else node + sibling))
            while left and index and index % 2 == 0:
                index, last = index // 2, last // 2
            index, last = index // 2, last // 2
        return node.hex() if index == last == 0 else ""

    def state_root(self, proof: Json) -> str | None:
        """Where a state proof leads (ICS-23 SmtSpec); None when it cannot prove anything."""
        path, siblings, node = self.hash(bytes.fromhex(proof["key"])), proof["siblings"], bytes(32)
        bits = f"{int.from_bytes(path):0256b}"[:len(siblings)]
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

# --- Shapes. First, per plain kind, what the canonical text of a value matches; § is 32 bytes, b64u.
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
# Then the members of each object: `?` optional, `[ ]` a list of; alone when its kind has its name.
OBJECTS = """
bundle format:wusong-bundle/1 genesis payload:b64u signatures:[signature] acts:[disclosed] receipt inclusion
 seal seal_inclusion:inclusion checkpoint cosignatures:[cosignature] sets:[change] witnesses:[witness]
 keys:[jwk] pages?:[object] state?:state contents?:[opening] digest:hex32;
trust format:wusong-trust/1 ledger:hex32 epoch:int from:int cosigners:[cosigner] witnesses:[known];
cosigner jwk until?:int; known jwk name:text until?:int; names en:text zh:text;
genesis format:wusong-genesis/1 name:names suite:text protocol:int time:int nonce:hex16 trial:bool
 cosigners:[jwk] parties:[party] authorities:[text] registrars:[text] accreditors:[text] examiners:[text]
 installers:[text] parameters:object; party did:text keys:[jwk] name:text;
payload acts:[hex32] expires:int ledger:hex32 nonce:hex16 signers:[mandated];
mandated party:text mandate?:hex32 basis?:basis; signature protected:b64u signature:b64u64;
disclosed act effects?:[effect] index:int;
act salt:hex16 contract action:text asset as:texts args:object rev?:int with?:ints;
receipt acts:[hex32] act?:int clause?:text code:text deed:hex32 height:int index:int signatures:hex32
 signers:[signer]; signer alg:text key:hex32 party:text mandate?:hex32 delegate?:text;
seal ledger:hex32 epoch:int height:int time:int protocol:int previous:hex32 log state:hex32 cosigners:hex32
 system:[object]; log root:hex32 size:int; inclusion index:int path:[hex32];
checkpoint epoch:int ledger:hex32 root:hex32 seal:hex32 size:int; cosignature key:hex32 signature:b64u64;
change cosigners:[jwk] epoch:int from:int signatures:[cosignature];
witness name:text key:hex32 signature:b64u64 time:int; state inclusion proofs:[proof] seal;
proof key:hex32 siblings:[hex32] value?:object other?:leaf; leaf path:hex32 value:hex32;
opening act:int arg:text content:hex32 salt:hex32 name?:text index?:int path?:[hex32] size?:int"""
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

# --- The steps of section 10, in its order. What the docstring of a step says is what the report says of it.
class Verification:
    """One bundle under verification; its members read as attributes, an absent one as empty."""

    def __init__(self, bundle: bytes, trust: bytes) -> None:
        self.files = (bundle, trust)
        self.bundle: Json = {}

    def __getattr__(self, member: str) -> Json:
        return self.bundle.get(member, {})

    def key_set(self, jwks: list[Json]) -> dict[str, Json]:
        keys = {thumbprint(jwk): jwk for jwk in jwks}
        known = {ALGORITHMS[jwk["crv"]] for jwk in jwks} <= {*self.suite.signatures}
        require(known and list(keys) == sorted(keys) and 0 < len(keys) == len(jwks), "bad-set")
        return keys

    def count(self, message: bytes, signatures: list[Json], code: str) -> int:
        """How many of the set in force signed `message`; a wrong signature of a member is a failure."""
        signed = {(s["key"], s["signature"]): None for s in signatures if s["key"] in self.members}
        for key, signature in signed:
            require(self.suite.verifies(self.members[key], message, signature), code, key)
        past = {thumbprint(c["jwk"]) for c in self.trust["cosigners"] if c.get("until", 2**53) < self.size}
        return len({key for key, _ in signed} - past)

    def check_seal(self, seal: Json, proof: Json) -> None:
        """The rules of step 6, which step 12 repeats."""
        require(seal["ledger"] == self.ledger, "seal-of-other-ledger")
        require(seal["protocol"] == 1, "unknown-protocol")
        require(seal["epoch"] <= self.checkpoint["epoch"], "seal-of-later-epoch")
        digest = self.suite.digest("seal", seal)
        in_log = self.suite.log_root(digest, proof, self.size) == self.checkpoint["root"]
        require(in_log and proof["index"] == seal["log"]["size"], "seal-not-in-log")
        is_last = proof["index"] == self.size - 1
        require(not is_last or digest == self.checkpoint["seal"], "seal-not-of-checkpoint")

    def step_1_form(self) -> None:
        """The files are canonical JSON with the members described. | 文件为规范JSON，成员与规定一致。"""
        self.bundle, self.trust = map(parse, self.files, ("bundle", "trust"))
        check(self.bundle, "bundle", "bundle")
        check(self.trust, "trust", "trust")
        self.ledger, self.size = self.trust["ledger"], self.checkpoint["size"]
        proofs = self.state.get("proofs", [])
        one_kind = not any({"value", "other"} <= proof.keys() for proof in proofs)
        batched = {len({"index", "path", "size"} & opening.keys()) for opening in self.contents}
        require(one_kind and batched <= {0, 3}, "wrong-member", "state.proofs or contents")
        parts = [*self.pages, *(item["act"] for item in self.acts), *(proof.get("value") for proof in proofs)]
        require(all(in_profile(part, 12) for part in parts), "not-canonical", "depth over 12")
        if suite := SUITES.get(self.genesis["suite"]):  # else step 2 refuses
            rest = {name: value for name, value in self.bundle.items() if name != "digest"}
            require(suite.digest("bundle", rest) == self.bundle["digest"], "wrong-digest")

    def step_2_ledger(self) -> None:
        """The ledger is the one that the trust file names. | 账本即信任文件所指的账本。"""
        require(self.genesis["suite"] in SUITES, "unknown-suite")
        self.suite = SUITES[self.genesis["suite"]]
        require(self.suite.digest("genesis", self.genesis) == self.ledger, "other-ledger")
        require(self.genesis["protocol"] == 1, "unknown-protocol")

    def step_3_sets(self) -> None:
        """Each set of cosigners is signed in by the last. | 每届共签方名单均由上届共签方签署产生。"""
        self.members = self.key_set([cosigner["jwk"] for cosigner in self.trust["cosigners"]])
        start, self.epoch = self.trust["from"], self.trust["epoch"]
        require(start < self.size, "set-not-in-force", "trust")
        for change in self.sets:
            members = self.key_set(change["cosigners"])
            require(start <= change["from"] and self.epoch <= change["epoch"], "set-falls-back")
            start, self.epoch = change["from"], change["epoch"]
            require(start < self.size, "set-not-in-force")
            says = {"cosigners": self.suite.digest("cosigners", change["cosigners"]), "ledger": self.ledger}
            message = b"wusong:cosigners\n" + canonical(says | {"epoch": self.epoch, "from": start})
            count = self.count(message, change["signatures"], "set-signature-invalid")
            require(3 * count > 2 * len(self.members), "set-not-signed")
            self.members = members

    def step_4_checkpoint(self) -> None:
        """Over two thirds of the set in force cosigned. | 现任共签方超过三分之二签署了检查点。"""
        require(self.checkpoint["ledger"] == self.ledger, "checkpoint-of-other-ledger")
        require(self.checkpoint["epoch"] == self.epoch, "checkpoint-of-other-epoch")
        message = b"wusong:checkpoint\n" + canonical(self.checkpoint)
        self.cosigned = self.count(message, self.cosignatures, "cosignature-invalid")
        require(3 * self.cosigned > 2 * len(self.members), "too-few-cosigners")

    def step_5_witnesses(self) -> None:
        """The signatures of witnesses that the trust file names hold. | 信任文件所列见证方的签名有效。"""
        known = {(w["name"], thumbprint(w["jwk"])): w for w in self.trust["witnesses"]}
        root = base64.b64encode(bytes.fromhex(self.checkpoint["root"])).decode()
        self.witnessed = {}  # those that count, with their times in seconds
        for w in self.witnesses:
            if trusted := known.get((w["name"], w["key"])):
                note = f"wusong/{self.ledger}/{self.epoch}\n{self.size}\n{root}\n"
                message = f"cosignature/v1\ntime {w['time']}\n{note}".encode()
                holds = self.suite.verifies(trusted["jwk"], message, w["signature"])
                require(holds, "witness-signature-invalid", w["name"])
                if trusted.get("until", 2**53) >= self.size:
                    self.witnessed[w["name"], w["key"]] = w["time"]

    def step_6_seal(self) -> None:
        """The block's seal is in the log of the checkpoint. | 区块封印载于检查点所固定的日志。"""
        self.check_seal(self.seal, self.seal_inclusion)

    def step_7_receipt(self) -> None:
        """The receipt is in that log, in the sealed block. | 回执载于该日志，且属于该区块。"""
        root = self.suite.log_root(self.suite.digest("receipt", self.receipt), self.inclusion, self.size)
        require(root == self.checkpoint["root"], "receipt-not-in-log")
        in_block = self.inclusion["index"] < self.seal["log"]["size"]
        require(in_block and self.receipt["height"] == self.seal["height"], "receipt-of-other-block")

    def step_8_payload(self) -> None:
        """Payload and signatures are those of the deed in the receipt. | 指令正文与签名即回执所载指令者。"""
        data = unb64u(self.bundle["payload"])
        require(self.suite.digest("deed", data) == self.receipt["deed"], "payload-of-other-deed")
        self.deed = parse(data, "payload")
        check(self.deed, "payload", "payload")
        parties = {signer["party"] for signer in self.deed["signers"]}
        fits = 0 < len(parties) == len(self.deed["signers"]) and 0 < len(self.deed["acts"]) <= 32
        require(fits, "wrong-member", "payload: 1 to 32 acts, each party once")
        require(self.deed["ledger"] == self.ledger, "deed-of-other-ledger")
        require(self.deed["expires"] > self.seal["time"], "deed-expired")
        digest = self.suite.digest("signatures", self.signatures)
        require(digest == self.receipt["signatures"], "signatures-of-other-deed")

    def step_9_signers(self) -> None:
        """The parties named signed, with the receipt's keys. | 指令所列各方均以回执所载密钥签署。"""
        listed, named = self.receipt["signers"], self.deed["signers"]
        seen, wanted = ([(s["party"], s.get("mandate")) for s in signers] for signers in (listed, named))
        delegated = all(("mandate" in signer) == ("delegate" in signer) for signer in listed)
        require(seen == wanted and delegated and len(listed) == len(self.signatures), "signers-differ")
        keys = {thumbprint(jwk): jwk for jwk in self.keys}
        used = [*keys] == sorted({signer["key"] for signer in listed})
        require(used and len(keys) == len(self.keys), "bad-keys")
        for signer, signature in zip(listed, self.signatures, strict=True):
            jwk, protected = keys[signer["key"]], signature["protected"]
            alg = ALGORITHMS[jwk["crv"]]
            header = canonical({"alg": alg, "kid": signer["key"], "typ": "wusong-deed"})
            known = unb64u(protected) == header and signer["alg"] == alg
            require(known, "signature-of-other-key", signer["party"])
            message = f"{protected}.{self.payload}".encode()
            holds = self.suite.verifies(jwk, message, signature["signature"])
            require(holds, "signature-invalid", signer["party"])

    def step_10_acts(self) -> None:
        """The acts and effects shown are those of the deed. | 所披露的办理事项及其结果确属该指令。"""
        digests, results, done = self.deed["acts"], self.receipt["acts"], self.receipt["code"] == "ok"
        whole = len(results) == len(digests) * done and not (done and {"act", "clause"} & {*self.receipt})
        require(whole, "effects-not-in-receipt", "receipt")
        indexes = [item["index"] for item in self.acts]
        require(indexes == sorted({*indexes} & {*range(len(digests))}), "act-not-in-deed", "index")
        for i, item in zip(indexes, self.acts, strict=True):
            require(self.suite.digest("act", item["act"]) == digests[i], "act-not-in-deed", f"act {i}")
            effects = self.suite.digest("effects", item["effects"]) if "effects" in item else None
            require(effects == (results[i] if done else None), "effects-not-in-receipt", f"act {i}")

    def step_11_pages(self) -> None:
        """The contract pages are those of disclosed acts. | 合约文本即所披露事项适用的合约。"""
        contracts = {item["act"]["contract"] for item in self.acts}
        require({self.suite.digest("contract", page) for page in self.pages} <= contracts, "page-of-no-act")

    def step_12_state(self) -> None:
        """The state shown was sealed, not before the receipt. | 所示状态已封存，且不早于回执所在区块。"""
        if self.state:
            seal = self.state["seal"]
            self.check_seal(seal, self.state["inclusion"])
            require(seal["height"] >= self.receipt["height"], "state-older-than-receipt")
            for proof in self.state["proofs"]:
                require(self.suite.state_root(proof) == seal["state"], "state-proof-wrong", proof["key"])

    def step_13_contents(self) -> None:
        """Each content is the one that the act commits to. | 所附内容与办理事项中的承诺值一致。"""
        acts = {item["index"]: item["act"]["args"] for item in self.acts}
        for opening in self.contents:
            require(opening["act"] in acts, "opening-of-no-act", f"act {opening['act']}")
            given, name = acts[opening["act"]], opening["arg"]
            root = self.suite.digest("commitment", bytes.fromhex(opening["salt"] + opening["content"]))
            if "path" in opening:
                root, count = self.suite.log_root(root, opening, opening["size"]), given.get(name + "_count")
                require(type(count) is int and count == opening["size"], "opening-wrong", name)
            require(root != "" and given.get(name) == root, "opening-wrong", name)

STEPS = [step for name, step in vars(Verification).items() if name.startswith("step_")]

class Report(NamedTuple):
    """Exit status, the step that failed (0: reading), the reason's code and place, what was proved."""

    status: int
    step: int
    reason: str
    where: str
    facts: dict[str, Json]

def verify(bundle: bytes, trust: bytes) -> Report:
    """Verify a bundle against a trust file, both given as the bytes of the files."""
    case = Verification(bundle, trust)
    for number, step in enumerate(STEPS, 1):
        try:
            step(case)
        except Refusal as refusal:
            code, where = refusal.args
            unreadable = number == 1 and code in {"not-json", "too-large"}
            return Report(2, 0, code, where, {}) if unreadable else Report(1, number, code, where, {})
    return Report(0, len(STEPS), "ok", "", facts_of(case))

# --- What follows decides nothing: the report in English and Chinese, and the command
WORDS = [row.split("|") for row in re.split("\n| ; ", """
accepted|ACCEPTED as a proof: the ledger accepted the deed|采信：证据成立，账本已受理该指令
declined|ACCEPTED as a proof: the ledger REFUSED the deed|采信：证据成立，所证明者为账本未受理该指令
refused|REFUSED as a proof|不予采信：证据不成立 ; unreadable|COULD NOT READ|无法读取
rule|What does not hold: |未满足的要求：
why|So the file does not prove what the ledger sealed.|故该文件不能证明账本所封存的内容。
file|Check the path, and that the whole file arrived.|请核对路径，并确认文件完整。
trust|Check first that the trust file is right and current.|请先核实信任文件正确且为最新。
again|Do not rely on it; ask who gave it for a new export.|请勿采信，并请提供方重新导出。
trial|WARNING: TRIAL ledger; its clock can be set forward.|警告：试运行（TRIAL）账本，时钟可人为拨快。
name|Ledger|账本 ; time|Sealed (UTC; Beijing)|封存时间（UTC；北京时间）
level|Level of trust|信任等级 ; witnesses|Witness|见证方 ; signers|Signed by|签署方
acts|Act|办理事项 ; undisclosed|Acts not disclosed|未披露事项数
state|State (null: absent)|状态（null：不存在） ; contents|Content|内容
matches|The file given is content|所给文件即内容
later|Later acts are not excluded.|本证据不排除其后另有办理。
""".strip())]
LEVELS = {  # the level in Chinese
    "operator only": "仅运营方自证", r"(\d+) of (\d+)": r"共签方\2家、签署\1家",
    ", ": "，", r"witnessed by (\d+)": r"见证方\1家",
}

def pick(value: Json, *names: str) -> dict[str, Json]:
    """These members of an object, those that it has."""
    return {name: value[name] for name in names if name in value}

def clock(seconds: int) -> str:
    """A time for people; what lies beyond the year 9999 is shown as its end."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(min(seconds, 253402300799)))

def facts_of(case: Verification) -> dict[str, Json]:
    """What an accepted bundle proves."""
    of, witnesses = len(case.members), [f"witnessed by {len(case.witnessed)}"] * bool(case.witnessed)
    level = ", ".join([f"{case.cosigned} of {of}"] * (of > 1) + witnesses) or "operator only"
    return {
        **pick(case.genesis, "name", "suite", "trial"), **pick(case.receipt, "deed", "code", "clause"),
        "ledger": case.ledger, "time": case.seal["time"], "level": level,
        "witnesses": [{"name": w[0], "key": w[1], "time": clock(at)} for w, at in case.witnessed.items()],
        "signers": [pick(s, "party", "mandate", "delegate", "alg", "key") for s in case.receipt["signers"]],
        "acts": [pick({**i["act"], **i}, "index", "action", "asset", "contract") for i in case.acts],
        "undisclosed": len(case.deed["acts"]) - len(case.acts),
        "state": [{"key": p["key"], "value": p.get("value")} for p in case.state.get("proofs", [])],
        "contents": [pick(opening, "act", "arg", "name", "content") for opening in case.contents],
    }

def lines_of(report: Report, lang: str) -> list[str]:
    """The report for people, in one of the two languages."""
    zh, facts, say = lang == "zh", {**report.facts}, {key: (en, zh)[lang == "zh"] for key, en, zh in WORDS}
    if report.status == 2:
        return [f"{say['unreadable']} [{report.reason}] {report.where}", say["file"]]
    if report.status == 1:
        rule = (STEPS[report.step - 1].__doc__ or "|").split(" | ")[zh]
        advice = say["trust" if report.step in {2, 3, 4} else "again"]
        verdict = f"{say['refused']} [{report.step}: {report.reason}] {report.where}"
        return [verdict, say["rule"] + rule, say["why"], advice]
    seconds = facts["time"] // 1000
    facts["time"] = f"{clock(seconds)}; {clock(seconds + 8 * 3600)}"
    facts["name"] = f"{facts['name'][lang]} {report.facts['ledger']}"
    for pattern, chinese in LEVELS.items() if zh else ():
        facts["level"] = re.sub(pattern, chinese, facts["level"])
    lines = [say["accepted"] if facts["code"] == "ok" else f"{say['declined']} [{facts['code']}]"]
    lines += [say["trial"]] * facts["trial"]
    for key, value in pick(facts, *(key for key in say if key != "trial")).items():
        for item in value if isinstance(value, list) else [value]:
            parts = item.values() if isinstance(item, dict) else [item]
            shown = (part if isinstance(part, str) else _encode(part) for part in parts)
            lines.append(f"{say[key]}: {' '.join(shown)}")
    return [*lines, say["later"]]

def match_content(report: Report, path: Path) -> Report:
    """The report, with the contents that the file at `path` is; refused when it is none of them."""
    with path.open("rb") as file:
        digest = hashed(SUITES[report.facts["suite"]].algorithm, iter(lambda: file.read(2**20), b"")).hex()
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
    lines = lines_of(report, args.lang)
    text = _encode(report._asdict() | {"lines": lines}) if args.json else "\n".join(lines)
    text = "".join(c if c.isprintable() or c == "\n" else f"\\u{ord(c):04x}" for c in text)  # no controls
    sys.stdout.buffer.write(text.encode() + b"\n")
    return report.status

if __name__ == "__main__":
    sys.exit(main())
