"""A ledger made by hand: genesis, deeds, blocks, checkpoints, bundles (docs/formats.md sections 2 to 10).

It executes no contract: whoever calls it says what each act wrote. It enforces nothing either, so that
broken ledgers can be made for the negative vectors.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from prims import Json, Key, Suite, b64u, be32, be64, by_thumbprint, canonical, fill, thumbprint, unb64u
from trees import StateTree, log_prove, log_root

START = 1_790_000_000_000
PARAMETERS = {
    "block_deeds": 4096,
    "deed_lifetime": 600_000,
    "page_steps": 100_000,
    "pending_lifetime": 2_592_000_000,
    "quota_minute": 1_000_000,
}
PARAMETERS_2 = PARAMETERS | {"activation_notice": 100, "growth_day": 4_294_967_296}
PARTIES = {
    "bank": "Example Bank / 示例银行",
    "keeper": "Example Warehouse / 示例仓储",
    "shipper": "Example Trading / 示例贸易",
}


def did(name: str) -> str:
    return f"did:web:{name}.example"


def make_genesis(
    suite: Suite, name: str, cosigners: list[Key], trial: bool = False, protocol: int = 1, **more: int
) -> Json:
    first, last = suite.algs[0], suite.algs[-1]
    keys = {"bank": [Key(last, "bank")], "keeper": [Key(first, "keeper")], "shipper": [Key(first, "shipper")]}
    registrar = {
        "did": did("registrar"),
        "keys": [Key(first, "registrar").jwk],
        "name": "Example Registrar / 示例登记机构",
    }
    parties = [{"did": did(p), "keys": by_thumbprint(keys[p]), "name": PARTIES[p]} for p in PARTIES] + [
        registrar
    ]
    return {
        "format": "wusong-genesis/1",
        "name": {"en": f"Test ledger {name}", "zh": f"测试账本 {name}"},
        "suite": suite.name,
        "protocol": protocol,
        "time": START,
        "nonce": fill(f"{suite.name} {name} genesis nonce", 16).hex(),
        "trial": trial,
        "cosigners": by_thumbprint(cosigners),
        "parties": sorted(parties, key=lambda p: str(p["did"])),
        "authorities": [did("registrar")],
        "registrars": [did("registrar")],
        "accreditors": [did("registrar")],
        "examiners": [did("registrar")],
        "installers": [did("registrar")],
        "parameters": PARAMETERS if protocol == 1 else PARAMETERS_2,
        **more,
    }


@dataclass
class Signer:
    """One entry of `signers` and the key that signs for it."""

    party: str
    key: Key
    mandate: str | None = None
    delegate: str | None = None
    basis: str | None = None

    def payload(self) -> Json:
        optional = {"mandate": self.mandate, "basis": self.basis}
        return {"party": self.party} | {k: v for k, v in optional.items() if v is not None}

    def receipt(self) -> Json:
        out = {"alg": self.key.alg, "key": self.key.thumbprint, "party": self.party}
        return out if self.mandate is None else out | {"mandate": self.mandate, "delegate": self.delegate}


def sign_envelope(payload: str, key: Key, header: Json | None = None) -> Json:
    protected = b64u(canonical(header or {"alg": key.alg, "kid": key.thumbprint, "typ": "wusong-deed"}))
    return {"protected": protected, "signature": b64u(key.sign(f"{protected}.{payload}".encode()))}


@dataclass
class Deed:
    """A deed, and what the ledger makes of it: `writes` per act are (key, leaf) in the order written."""

    suite: Suite
    ledger: str
    signers: list[Signer]
    acts: list[Json]
    name: str
    expires: int = START + 300_000
    writes: list[list[tuple[bytes, Json]]] = field(default_factory=list)
    code: str = "ok"
    act: int | None = None
    clause: str | None = None
    receipt: Json = None

    def __post_init__(self) -> None:
        self.payload: Json = {
            "acts": [self.suite.dj("act", a) for a in self.acts],
            "expires": self.expires,
            "ledger": self.ledger,
            "nonce": fill(f"{self.suite.name} {self.ledger} {self.name} nonce", 16).hex(),
            "signers": [s.payload() for s in self.signers],
        }
        self.signatures = [sign_envelope(self.payload64, s.key) for s in self.signers]

    @property
    def payload64(self) -> str:
        return b64u(canonical(self.payload))

    @property
    def id(self) -> bytes:
        return self.suite.d("deed", canonical(self.payload))

    def asset(self, act: int, child: int = 0) -> bytes:
        return self.suite.d("asset", bytes.fromhex(self.ledger), self.id, be32(act), be32(child))

    def envelope(self) -> Json:
        return {"acts": self.acts, "payload": self.payload64, "signatures": self.signatures}

    def write(self, act: int, key: bytes, leaf: Json) -> Json:
        """Record that `act` wrote `leaf`, with the salt that section 4 gives it; returns the salted leaf."""
        salt = self.suite.d("salt", bytes.fromhex(self.acts[act]["salt"]), key, be64(leaf["rev"]))
        leaf = leaf | {"salt": salt.hex()}
        self.writes += [[] for _ in range(act + 1 - len(self.writes))]
        self.writes[act].append((key, leaf))
        return leaf

    def effects(self, act: int) -> Json:
        return [[k.hex(), leaf["rev"], self.suite.h(canonical(leaf)).hex()] for k, leaf in self.writes[act]]

    def make_receipt(self, height: int, index: int) -> Json:
        ok = self.code == "ok"
        out: Json = {
            "acts": [self.suite.dj("effects", self.effects(i)) for i in range(len(self.acts))] if ok else [],
            "code": self.code,
            "deed": self.id.hex(),
            "height": height,
            "index": index,
            "signatures": self.suite.dj("signatures", self.signatures),
            "signers": [s.receipt() for s in self.signers],
        }
        if self.act is not None:
            out["act"] = self.act
        if self.clause is not None:
            out["clause"] = self.clause
        self.receipt = out
        return out


@dataclass
class Block:
    seal: Json
    deeds: list[Deed]
    state: StateTree
    size: int  # of the log after this seal's entry


class Ledger:
    """A ledger of one suite; `blocks[h - 1]` is height h."""

    def __init__(
        self,
        suite: Suite,
        name: str,
        cosigners: list[Key],
        trial: bool = False,
        protocol: int = 1,
        **more: int,
    ) -> None:
        self.suite, self.name = suite, name
        self.genesis = make_genesis(suite, name, cosigners, trial, protocol, **more)
        self.protocol = protocol  # of the blocks to come
        self.id = suite.dj("genesis", self.genesis)
        self.cosigners, self.first = cosigners, cosigners
        self.epoch = 0
        self.entries: list[bytes] = []
        self.blocks: list[Block] = []
        self.sets: list[Json] = []
        self.state = StateTree(suite)
        self._genesis_state()

    def k(self, kind: str, name: str) -> bytes:
        return self.suite.d("key", bytes.fromhex(self.id), kind.encode(), b"\0", name.encode())

    def _genesis_state(self) -> None:
        for p in self.genesis["parties"]:
            fields = {"did": p["did"], "keys": [{"jwk": k} for k in p["keys"]], "name": p["name"]}
            self._genesis_leaf(self.k("party", p["did"]), "system/party", fields)
        self._genesis_leaf(self.k("parameters", ""), "system/parameters", self.genesis["parameters"])

    def _genesis_leaf(self, key: bytes, contract: str, fields: Json) -> None:
        salt = self.suite.d("salt", bytes.fromhex(self.genesis["nonce"]), key, be64(1)).hex()
        leaf = {"contract": contract, "fields": fields, "rev": 1, "salt": salt, "state": "active"}
        self.state.values[key] = leaf

    def deed(
        self, name: str, signers: list[Signer], acts: list[Json], expires: int = START + 300_000
    ) -> Deed:
        for i, act in enumerate(acts):
            act.setdefault("salt", fill(f"{self.suite.name} {self.name} {name} act {i}", 16).hex())
        return Deed(self.suite, self.id, signers, acts, name, expires)

    def order(self, deeds: list[Deed]) -> list[Deed]:
        """Section 6, order in a block."""
        previous = bytes.fromhex(self.previous())
        left = sorted(deeds, key=lambda d: self.suite.h(previous + d.id))
        out: list[Deed] = []
        while left:
            first: dict[str, Deed] = {}
            for d in left:
                first.setdefault(d.signers[0].party, d)
            out += first.values()
            left = [d for d in left if d not in out]
        return out

    def previous(self) -> str:
        return self.suite.dj("seal", self.blocks[-1].seal) if self.blocks else self.id

    def block(self, deeds: list[Deed], seconds: int, system: list[Json] | None = None) -> Block:
        """Seal a block `seconds` after the genesis' time."""
        time = START + 1000 * seconds
        self._forget_spent(time)
        deeds = self.order(deeds)
        height = len(self.blocks) + 1
        for index, deed in enumerate(deeds):
            self._apply(deed, height, index, time)
        self.entries += [self.suite.d("receipt", canonical(d.receipt)) for d in deeds]
        seal = {
            "ledger": self.id,
            "epoch": self.epoch,
            "height": height,
            "time": time,
            "protocol": self.protocol,
            "previous": self.previous(),
            "log": {"root": log_root(self.suite.h, self.entries).hex(), "size": len(self.entries)},
            "state": self.state.root().hex(),
            "cosigners": self.suite.dj("cosigners", by_thumbprint(self.cosigners)),
            "system": system or [],
        }
        self.entries.append(self.suite.d("seal", canonical(seal)))
        block = Block(seal, deeds, self.state.copy(self.suite), len(self.entries))
        self.blocks.append(block)
        return block

    def _forget_spent(self, time: int) -> None:
        for minute in range(START // 60_000 - 10, time // 60_000):
            self.state.values.pop(self.k("spent", str(minute)), None)

    def _apply(self, deed: Deed, height: int, index: int, time: int) -> None:
        deed.make_receipt(height, index)
        values = self.state.values
        if deed.code == "ok":
            values.update({k: leaf for writes in deed.writes for k, leaf in writes})
        key = self.k("spent", str(deed.expires // 60_000))
        spent = values.get(key, {"count": 0, "digest": "0" * 64})
        digest = self.suite.d("spent", bytes.fromhex(spent["digest"]), deed.id).hex()
        values[key] = {"count": spent["count"] + 1, "digest": digest}
        key, minute = self.k("quota", deed.signers[0].party), time // 60_000
        quota = values.get(key, {"minute": minute, "used": 0})
        used = quota["used"] if quota["minute"] == minute else 0
        values[key] = {"minute": minute, "used": used + 1 + len(deed.acts)}
        if self.protocol >= 2 and deed.code == "ok":
            key, day = self.k("growth", deed.signers[0].party), time // 86_400_000
            grown = values.get(key, {"bytes": 0, "day": day})
            before = grown["bytes"] if grown["day"] == day else 0
            written = sum(len(canonical(leaf)) for writes in deed.writes for _, leaf in writes)
            values[key] = {"bytes": before + written, "day": day}

    def change_set(
        self, cosigners: list[Key], epoch: int | None = None, signed_by: list[Key] | None = None
    ) -> Json:
        """Sign the next cosigner set in, in force from the present size."""
        epoch = self.epoch if epoch is None else epoch
        change = make_set(
            self.suite, self.id, cosigners, epoch, len(self.entries), signed_by or self.cosigners
        )
        self.sets.append(change)
        self.cosigners, self.epoch = cosigners, epoch
        return change

    def checkpoint(self, height: int | None = None) -> Json:
        """The checkpoint directly after the seal of `height`, the last one by default."""
        block = self.blocks[(height or len(self.blocks)) - 1]
        return {
            "epoch": block.seal["epoch"],
            "ledger": self.id,
            "root": log_root(self.suite.h, self.entries[: block.size]).hex(),
            "seal": self.suite.dj("seal", block.seal),
            "size": block.size,
        }

    def include(self, index: int, checkpoint: Json) -> Json:
        return log_prove(self.suite.h, index, self.entries[: checkpoint["size"]])

    def trust(self, witnesses: list[tuple[str, Key]] | None = None) -> Json:
        return {
            "cosigners": [{"jwk": j} for j in by_thumbprint(self.first)],
            "epoch": 0,
            "format": "wusong-trust/1",
            "from": 0,
            "ledger": self.id,
            "witnesses": [{"jwk": k.jwk, "name": n} for n, k in witnesses or []],
        }


def set_message(suite: Suite, ledger: str, change: Json) -> bytes:
    core = {
        "cosigners": suite.dj("cosigners", change["cosigners"]),
        "epoch": change["epoch"],
        "from": change["from"],
        "ledger": ledger,
    }
    return b"wusong:cosigners\n" + canonical(core)


def cosign(key: Key, message: bytes) -> Json:
    return {"key": key.thumbprint, "signature": b64u(key.sign(message))}


def make_set(suite: Suite, ledger: str, keys: list[Key], epoch: int, start: int, by: list[Key]) -> Json:
    change: Json = {"cosigners": by_thumbprint(keys), "epoch": epoch, "from": start}
    message = set_message(suite, ledger, change)
    return change | {"signatures": [cosign(k, message) for k in by]}


def checkpoint_message(checkpoint: Json) -> bytes:
    return b"wusong:checkpoint\n" + canonical(checkpoint)


def note_text(checkpoint: Json) -> str:
    """The three lines of the checkpoint note."""
    root = base64.b64encode(bytes.fromhex(checkpoint["root"])).decode()
    return f"wusong/{checkpoint['ledger']}/{checkpoint['epoch']}\n{checkpoint['size']}\n{root}\n"


def witness_message(checkpoint: Json, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{note_text(checkpoint)}".encode()


def witness(key: Key, name: str, checkpoint: Json, seconds: int) -> Json:
    signature = b64u(key.sign(witness_message(checkpoint, seconds)))
    return {"name": name, "key": key.thumbprint, "signature": signature, "time": seconds}


def raw_public(jwk: Json) -> bytes:
    return unb64u(jwk["x"]) + unb64u(jwk.get("y", ""))


def note_line(suite: Suite, key: Key, name: str, kind: str, body: bytes) -> str:
    """A signature line of a note; kind is "log" or "witness"."""
    types = {
        "intl": {"log": b"\x01", "witness": b"\x04"},
        "gm": {"log": b"\xffwusong-sm2", "witness": b"\xffwusong-sm2-cosignature"},
    }
    key_id = suite.h(name.encode() + b"\n" + types[suite.name][kind] + raw_public(key.jwk))[:4]
    return f"— {name} {base64.b64encode(key_id + body).decode()}\n"


def redigest(bundle: Json) -> Json:
    from prims import SUITES  # a suite that nobody knows keeps the digest it has

    suite = SUITES.get(bundle.get("genesis", {}).get("suite"))
    if suite is not None:
        body = {k: v for k, v in bundle.items() if k != "digest"}
        bundle["digest"] = suite.dj("bundle", body)
    return bundle


def make_bundle(
    ledger: Ledger,
    deed: Deed,
    disclose: list[int] | None = None,
    *,
    at: int | None = None,
    cosigners: list[Key] | None = None,
    witnesses: list[tuple[str, Key]] | None = None,
    sets: list[Json] | None = None,
    state: tuple[int, list[bytes]] | None = None,
    pages: list[Json] | None = None,
    contents: list[Json] | None = None,
) -> Json:
    """The bundle of a deed, resting on the checkpoint directly after height `at`."""
    checkpoint = ledger.checkpoint(at)
    block = ledger.blocks[deed.receipt["height"] - 1]
    seal_index = block.seal["log"]["size"]
    ok = deed.receipt["code"] == "ok"
    shown = range(len(deed.acts)) if disclose is None else disclose
    keys = {s.key for s in deed.signers}
    bundle: Json = {
        "format": "wusong-bundle/1",
        "genesis": ledger.genesis,
        "payload": deed.payload64,
        "signatures": deed.signatures,
        "acts": [
            {"act": deed.acts[i], "index": i} | ({"effects": deed.effects(i)} if ok else {}) for i in shown
        ],
        "receipt": deed.receipt,
        "inclusion": ledger.include(seal_index - len(block.deeds) + deed.receipt["index"], checkpoint),
        "seal": block.seal,
        "seal_inclusion": ledger.include(seal_index, checkpoint),
        "checkpoint": checkpoint,
        "cosignatures": sorted(
            (cosign(k, checkpoint_message(checkpoint)) for k in cosigners or ledger.cosigners),
            key=lambda c: str(c["key"]),
        ),
        "sets": sets or [],
        "witnesses": [witness(k, n, checkpoint, block.seal["time"] // 1000 + 60) for n, k in witnesses or []],
        "keys": sorted((k.jwk for k in keys), key=thumbprint),
    }
    if pages is not None:
        bundle["pages"] = pages
    if state is not None:
        height, wanted = state
        at_block = ledger.blocks[height - 1]
        bundle["state"] = {
            "inclusion": ledger.include(at_block.seal["log"]["size"], checkpoint),
            "proofs": [at_block.state.prove(k) for k in wanted],
            "seal": at_block.seal,
        }
    if contents is not None:
        bundle["contents"] = contents
    return redigest(bundle)
