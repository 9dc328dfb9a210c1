"""The verification of docs/formats.md section 10, to see where a vector fails.

Slow and plain; the numbers are the page's. `judge` returns the step that refuses, or None.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from typing import Final

from byhand import checkpoint_message, set_message, witness_message
from prims import ALG, SUITES, Json, Suite, canonical, thumbprint, unb64u, verify
from trees import log_root_of, state_root_of

MAX = 2**53 - 1


class UnreadableError(Exception):
    """Not one JSON text in UTF-8."""


class RefusedError(Exception):
    """Refused; args are the step and a reason for people."""


def need(step: int, condition: object, reason: str) -> None:
    if not condition:
        raise RefusedError(step, reason)


# --- step 1: canonical JSON and shapes ------------------------------------------------------------

Check = Callable[[Json], None]


def read(data: bytes) -> Json:
    try:
        text = data.decode("utf-8")
        pairs: list[bool] = []

        def members(items: list[tuple[str, Json]]) -> Json:
            pairs.append(len({k for k, _ in items}) == len(items))
            return dict(items)

        def not_json(word: str) -> Json:
            raise UnreadableError(word)

        def whole(digits: str) -> Json:
            return int(digits) if len(digits) <= 17 else 0.5

        value = json.loads(
            text,
            object_pairs_hook=members,
            parse_constant=not_json,
            parse_float=lambda _: 0.5,
            parse_int=whole,
        )
    except RecursionError as e:
        raise RefusedError(1, "too deep") from e
    except ValueError as e:
        raise UnreadableError(str(e)) from e
    need(1, all(pairs), "duplicate member")
    profile(value, 1)
    need(1, canonical(value) == data, "not canonical")
    return value


def profile(v: Json, depth: int) -> None:
    need(1, not isinstance(v, float) and depth <= 17, "fraction or too deep")
    if isinstance(v, dict | list):
        need(1, depth <= 16, "too deep")
    if isinstance(v, int):
        need(1, -MAX <= v <= MAX, "integer too large")
    if isinstance(v, str):
        need(
            1,
            not any(0xD800 <= ord(c) <= 0xDFFF for c in v) and unicodedata.is_normalized("NFC", v),
            "bad string",
        )
    for k in v if isinstance(v, dict) else ():
        need(1, k.isascii(), "member name is not ASCII")
    for x in v.values() if isinstance(v, dict) else v if isinstance(v, list) else ():
        profile(x, depth + 1)


def obj(required: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    optional = optional or {}

    def check(v: Json) -> None:
        assert isinstance(v, dict), "object"
        assert required.keys() <= v.keys() <= required.keys() | optional.keys(), f"members {sorted(v)}"
        for k, x in v.items():
            (required | optional)[k](x)

    return check


def lst(item: Check) -> Check:
    def check(v: Json) -> None:
        assert isinstance(v, list), "list"
        for x in v:
            item(x)

    return check


def mapping(item: Check) -> Check:
    def check(v: Json) -> None:
        assert isinstance(v, dict), "object"
        for x in v.values():
            item(x)

    return check


def text(pattern: str = r"(?s).*") -> Check:
    def check(v: Json) -> None:
        assert isinstance(v, str), "string"
        assert re.fullmatch(pattern, v), f"{v!r} is not {pattern}"

    return check


def b64(size: int | None = None) -> Check:
    def check(v: Json) -> None:
        assert isinstance(v, str), "b64u"
        assert re.fullmatch(r"[A-Za-z0-9_-]*", v), "b64u"
        assert len(v) % 4 != 1, "b64u"
        from prims import b64u

        data = unb64u(v)
        assert b64u(data) == v, "b64u"
        assert size in (None, len(data)), "b64u"

    return check


def integer(v: Json) -> None:
    assert type(v) is int, "integer"
    assert v >= 0, "negative"


def boolean(v: Json) -> None:
    assert isinstance(v, bool), "bool"


def free(_: Json) -> None:
    pass


def is_object(v: Json) -> None:
    assert isinstance(v, dict), "object"


def jwk(v: Json) -> None:
    kinds = {"Ed25519": "OKP", "P-256": "EC", "SM2": "EC"}
    assert isinstance(v, dict), "JWK"
    assert v.get("crv") in list(kinds), "crv"
    xy = {"x": b64(32)} | ({"y": b64(32)} if kinds[v["crv"]] == "EC" else {})
    obj({"crv": text(), "kty": text(kinds[v["crv"]])} | xy)(v)


HEX: Final = text("[0-9a-f]{64}")
HEX16: Final = text("[0-9a-f]{32}")
CONTRACT: Final = text("[0-9a-f]{64}|system/.+")
ASSET: Final = text(r"[0-9a-f]{64}|#(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)")
COSIGNATURE: Final = obj({"key": HEX, "signature": b64(64)})
INCLUSION: Final = obj({"index": integer, "path": lst(HEX)})
ACT: Final = obj(
    {
        "salt": HEX16,
        "contract": CONTRACT,
        "action": text(),
        "asset": ASSET,
        "as": mapping(text()),
        "args": is_object,
    },
    {"rev": integer, "with": mapping(integer)},
)


def effect(v: Json) -> None:
    assert isinstance(v, list), "effect"
    assert len(v) == 3, "effect"
    for check, x in zip((HEX, integer, HEX), v, strict=True):
        check(x)


SEAL: Final = obj(
    {
        "ledger": HEX, "epoch": integer, "height": integer, "time": integer,
        "protocol": integer, "previous": HEX,
        "log": obj({"root": HEX, "size": integer}), "state": HEX, "cosigners": HEX, "system": lst(is_object),
    }
)  # fmt: skip
GENESIS: Final = obj(
    {
        "format": text("wusong-genesis/1"), "name": obj({"en": text(), "zh": text()}), "suite": text(),
        "protocol": integer, "time": integer, "nonce": HEX16, "trial": boolean, "cosigners": lst(jwk),
        "parties": lst(obj({"did": text(), "keys": lst(jwk), "name": text()})),
        **{k: lst(text()) for k in ("authorities", "registrars", "accreditors", "examiners", "installers")},
        "parameters": is_object,
    },
    {"look_through": integer},
)  # fmt: skip
RECEIPT: Final = obj(
    {
        "acts": lst(HEX), "code": text(), "deed": HEX, "height": integer, "index": integer,
        "signatures": HEX,
        "signers": lst(
            obj({"alg": text(), "key": HEX, "party": text()}, {"mandate": HEX, "delegate": text()})
        ),
    },
    {"act": integer, "clause": text()},
)  # fmt: skip


def proof(v: Json) -> None:
    core = {"key": HEX, "siblings": lst(HEX)}
    other = {"other": obj({"path": HEX, "value": HEX})}
    obj(core | ({"value": free} if "value" in v else other if "other" in v else {}))(v)


def opening(v: Json) -> None:
    core = {"act": integer, "arg": text(), "content": HEX, "salt": HEX}
    batch = {"index": integer, "path": lst(HEX), "size": integer}
    obj(core | (batch if batch.keys() & v.keys() else {}), {"name": text()})(v)


BUNDLE: Final = obj(
    {
        "format": text("wusong-bundle/1"), "genesis": GENESIS, "payload": b64(),
        "signatures": lst(obj({"protected": b64(), "signature": b64(64)})),
        "acts": lst(obj({"act": ACT, "index": integer}, {"effects": lst(effect)})),
        "receipt": RECEIPT, "inclusion": INCLUSION, "seal": SEAL, "seal_inclusion": INCLUSION,
        "checkpoint": obj({"epoch": integer, "ledger": HEX, "root": HEX, "seal": HEX, "size": integer}),
        "cosignatures": lst(COSIGNATURE),
        "sets": lst(
            obj({"cosigners": lst(jwk), "epoch": integer, "from": integer, "signatures": lst(COSIGNATURE)})
        ),
        "witnesses": lst(obj({"name": text(), "key": HEX, "signature": b64(64), "time": integer})),
        "keys": lst(jwk), "digest": HEX,
    },
    {
        "pages": lst(is_object), "contents": lst(opening),
        "state": obj({"inclusion": INCLUSION, "proofs": lst(proof), "seal": SEAL}),
    },
)  # fmt: skip
TRUST: Final = obj(
    {
        "cosigners": lst(obj({"jwk": jwk}, {"until": integer})), "epoch": integer,
        "format": text("wusong-trust/1"),
        "from": integer, "ledger": HEX,
        "witnesses": lst(obj({"jwk": jwk, "name": text()}, {"until": integer})),
    }
)  # fmt: skip
PAYLOAD: Final = obj(
    {
        "acts": lst(HEX), "expires": integer, "ledger": HEX, "nonce": HEX16,
        "signers": lst(obj({"party": text()}, {"mandate": HEX, "basis": text("(?s).{0,256}")})),
    }
)  # fmt: skip


def shape(step: int, check: Check, value: Json) -> None:
    try:
        check(value)
    except AssertionError as e:
        raise RefusedError(step, f"shape: {e}") from e


# --- the steps ------------------------------------------------------------------------------------


def judge(bundle_data: bytes, trust_data: bytes) -> int | None:
    """The step that refuses, None when the proof holds; UnreadableError when there is nothing to judge."""
    try:
        Verifier(bundle_data, trust_data).run()
    except RefusedError as e:
        return int(e.args[0])
    return None


class Verifier:
    def __init__(self, bundle_data: bytes, trust_data: bytes) -> None:
        values, problems = [], []
        for data in (bundle_data, trust_data):
            try:
                values.append(read(data))
            except RefusedError as e:
                problems.append(e)
        if problems:
            raise problems[0]
        self.b, self.t = values
        self.level = ""

    def run(self) -> None:
        self.step1()
        self.step2()
        self.step3()
        self.step4()
        self.step5()
        self.seal_ok(6, self.b["seal"], self.b["seal_inclusion"])
        self.step7()
        self.step8()
        self.step9()
        self.step10()
        self.step11()
        self.step12()
        self.step13()

    def step1(self) -> None:
        shape(1, BUNDLE, self.b)
        shape(1, TRUST, self.t)
        suite = SUITES.get(self.b["genesis"]["suite"])
        need(2, suite, "unknown suite")
        assert suite is not None
        self.suite: Suite = suite
        body = {k: v for k, v in self.b.items() if k != "digest"}
        need(1, suite.dj("bundle", body) == self.b["digest"], "digest")

    def step2(self) -> None:
        g = self.b["genesis"]
        self.ledger = self.suite.dj("genesis", g)
        need(2, self.ledger == self.t["ledger"], "another ledger")
        need(2, g["protocol"] in (1, 2), "unknown protocol")

    def check_set(self, keys: Json) -> None:
        prints = [thumbprint(k) for k in keys]
        need(3, keys and prints == sorted(set(prints)), "set not sorted")
        need(3, all(ALG[k["crv"]] in self.suite.algs for k in keys), "algorithm of another suite")

    def count(self, step: int, members: Json, signatures: Json, message: bytes) -> int:
        by_key = {thumbprint(m["jwk"]): m for m in members}
        until = {thumbprint(m["jwk"]): m["until"] for m in self.t["cosigners"] if "until" in m}
        size, good = self.b["checkpoint"]["size"], set()
        for s in signatures:
            m = by_key.get(s["key"])
            if m is None:
                continue
            need(step, verify(m["jwk"], message, unb64u(s["signature"])), "cosignature")
            if size <= until.get(s["key"], size):
                good.add(s["key"])
        return len(good)

    def step3(self) -> None:
        size = self.b["checkpoint"]["size"]
        members, epoch, start = self.t["cosigners"], self.t["epoch"], self.t["from"]
        self.check_set([m["jwk"] for m in members])
        for c in self.b["sets"]:
            self.check_set(c["cosigners"])
            need(3, c["from"] >= start and c["epoch"] >= epoch, "falls")
            n = self.count(3, members, c["signatures"], set_message(self.suite, self.ledger, c))
            need(3, 3 * n > 2 * len(members), "too few")
            members, epoch, start = [{"jwk": k} for k in c["cosigners"]], c["epoch"], c["from"]
        need(3, start < size, "set not yet in force")
        self.members, self.epoch = members, epoch

    def step4(self) -> None:
        c = self.b["checkpoint"]
        need(
            4,
            c["ledger"] == self.ledger and c["epoch"] == self.epoch,
            "checkpoint of another ledger or epoch",
        )
        self.n = self.count(4, self.members, self.b["cosignatures"], checkpoint_message(c))
        need(4, 3 * self.n > 2 * len(self.members), "too few")

    def step5(self) -> None:
        known = {(w["name"], thumbprint(w["jwk"])): w for w in self.t["witnesses"]}
        counted = set()
        for w in self.b["witnesses"]:
            entry = known.get((w["name"], w["key"]))
            if entry is None:
                continue
            message = witness_message(self.b["checkpoint"], w["time"])
            alg = ALG[entry["jwk"]["crv"]]
            need(
                5,
                alg == self.suite.algs[0] and verify(entry["jwk"], message, unb64u(w["signature"])),
                "witness",
            )
            if self.b["checkpoint"]["size"] <= entry.get("until", MAX):
                counted.add((w["name"], w["key"]))
        k, m = len(counted), len(self.members)
        seen = f"witnessed by {k}"
        self.level = (
            f"{self.n} of {m}" + (f", {seen}" if k else "") if m > 1 else seen if k else "operator only"
        )

    def included(self, step: int, tag: str, value: Json, proof_: Json) -> None:
        c = self.b["checkpoint"]
        entry = self.suite.d(tag, canonical(value))
        path = [bytes.fromhex(p) for p in proof_["path"]]
        root = log_root_of(self.suite.h, entry, proof_["index"], c["size"], path)
        need(step, root is not None and root.hex() == c["root"], "inclusion")

    def seal_ok(self, step: int, seal: Json, inclusion: Json) -> None:
        c, index = self.b["checkpoint"], inclusion["index"]
        need(step, seal["ledger"] == self.ledger and seal["protocol"] in (1, 2), "seal of another ledger")
        need(step, seal["epoch"] <= c["epoch"], "epoch")
        self.included(step, "seal", seal, inclusion)
        need(step, index == seal["log"]["size"], "index")
        need(step, index != c["size"] - 1 or self.suite.dj("seal", seal) == c["seal"], "checkpoint.seal")

    def step7(self) -> None:
        b = self.b
        self.included(7, "receipt", b["receipt"], b["inclusion"])
        need(7, b["inclusion"]["index"] < b["seal"]["log"]["size"], "index")
        need(7, b["receipt"]["height"] == b["seal"]["height"], "height")

    def opened(self, step: int, data: bytes) -> Json:
        try:
            return read(data)
        except (RefusedError, UnreadableError) as e:
            raise RefusedError(step, "not canonical") from e

    def step8(self) -> None:
        r, data = self.b["receipt"], unb64u(self.b["payload"])
        need(8, self.suite.d("deed", data).hex() == r["deed"], "deed id")
        self.payload = p = self.opened(8, data)
        shape(8, PAYLOAD, p)
        parties = [s["party"] for s in p["signers"]]
        need(8, 1 <= len(p["acts"]) <= 32 and parties and len(set(parties)) == len(parties), "payload")
        need(8, p["ledger"] == self.ledger, "another ledger")
        need(8, p["expires"] > self.b["seal"]["time"], "expired")
        need(8, self.suite.dj("signatures", self.b["signatures"]) == r["signatures"], "signature list")

    def step9(self) -> None:
        b, signers = self.b, self.b["receipt"]["signers"]
        mine = [(s["party"], s.get("mandate")) for s in signers]
        need(9, mine == [(s["party"], s.get("mandate")) for s in self.payload["signers"]], "signers")
        need(9, len(signers) == len(b["signatures"]), "number of signatures")
        need(9, all(("mandate" in s) == ("delegate" in s) for s in signers), "delegate")
        prints = [thumbprint(k) for k in b["keys"]]
        need(9, prints == sorted(set(prints)), "keys sorted")
        need(9, set(prints) == {s["key"] for s in signers}, "keys used")
        keys = dict(zip(prints, b["keys"], strict=True))
        for s, signature in zip(signers, b["signatures"], strict=True):
            header = self.opened(9, unb64u(signature["protected"]))
            need(9, header == {"alg": s["alg"], "kid": s["key"], "typ": "wusong-deed"}, "header")
            need(9, s["alg"] == ALG[keys[s["key"]]["crv"]] and s["alg"] in self.suite.algs, "algorithm")
            message = f"{signature['protected']}.{b['payload']}".encode()
            need(9, verify(keys[s["key"]], message, unb64u(signature["signature"])), "signature")

    def step10(self) -> None:
        r, acts, last = self.b["receipt"], self.payload["acts"], -1
        ok = r["code"] == "ok"
        need(10, len(r["acts"]) == (len(acts) if ok else 0), "receipt.acts")
        need(10, not ok or not ({"act", "clause"} & r.keys()), "accepted with a reason")
        for a in self.b["acts"]:
            need(10, last < a["index"] < len(acts), "index")
            last = a["index"]
            need(10, self.suite.dj("act", a["act"]) == acts[last], "act digest")
            need(10, ("effects" in a) == ok, "effects")
            need(10, not ok or self.suite.dj("effects", a["effects"]) == r["acts"][last], "effects digest")

    def step11(self) -> None:
        named = {a["act"]["contract"] for a in self.b["acts"]}
        for model in self.b.get("pages", []):
            need(11, self.suite.dj("contract", model) in named, "page")

    def step12(self) -> None:
        if "state" not in self.b:
            return
        s = self.b["state"]
        self.seal_ok(12, s["seal"], s["inclusion"])
        need(12, s["seal"]["height"] >= self.b["receipt"]["height"], "height")
        for p in s["proofs"]:
            root = state_root_of(self.suite.h, p)
            need(12, root is not None and root.hex() == s["seal"]["state"], "state root")

    def step13(self) -> None:
        acts = {a["index"]: a["act"] for a in self.b["acts"]}
        for o in self.b.get("contents", []):
            need(13, o["act"] in acts, "act not disclosed")
            args = acts[o["act"]]["args"]
            node = self.suite.d("commitment", bytes.fromhex(o["salt"]), bytes.fromhex(o["content"]))
            if "index" in o:
                need(13, args.get(o["arg"] + "_count") == o["size"], "size")
                path = [bytes.fromhex(p) for p in o["path"]]
                node = log_root_of(self.suite.h, node, o["index"], o["size"], path) or b""
            need(13, args.get(o["arg"]) == node.hex(), "content")
