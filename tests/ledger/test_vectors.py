"""The ledger makes what the vectors hold: the third program that says so, after their maker and the verifier.

The vectors (tests/vectors) were made from docs/formats.md by code that shares nothing with the package.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest

from wusong.crypto import canonical, commitments
from wusong.crypto.keys import PrivateKey, PublicKey
from wusong.crypto.suites import suite as find_suite
from wusong.ledger import ids
from wusong.ledger.beginning import initial_state
from wusong.ledger.checkpoint import Checkpoint, change_message, cosign, cosigner_set, note_text
from wusong.ledger.deed import Deed, parse
from wusong.ledger.drafting import envelope, signature
from wusong.ledger.encoding import unb64
from wusong.ledger.execute import canonical_signatures, in_order
from wusong.ledger.genesis import read
from wusong.ledger.log import Log
from wusong.ledger.note import cosigned_message, read_checkpoint, read_cosignature, read_note, verify_log
from wusong.ledger.receipt import decode_receipt, decode_seal, effects_bytes
from wusong.ledger.smt import Tree
from wusong.ledger.smt_proof import absence, existence
from wusong.ledger.spent import running_record
from wusong.ledger.state import decode_leaf, encode_leaf

VECTORS = Path(__file__).resolve().parent.parent / "vectors"
SUITES = ("intl", "gm")


def vectors(name: str, suite: str) -> Any:  # noqa: ANN401 - a file's part
    """One file, one suite."""
    return json.loads((VECTORS / f"{name}.json").read_text("utf-8"))[suite]


def secret_of(jwk: dict[str, str]) -> PrivateKey | None:
    """The private key of a key that the vectors publish."""
    for key in json.loads((VECTORS / "keys.json").read_text("utf-8"))["keys"]:
        if key["jwk"] == jwk:
            return PrivateKey(key["alg"], bytes.fromhex(key["secret"]))
    return None


@pytest.mark.parametrize("suite", SUITES)
def test_genesis(suite: str) -> None:
    given = vectors("genesis", suite)
    data = canonical.encode(given["value"])
    genesis = read(data)
    assert data.hex() == given["canonical"]
    assert genesis.encode() == data
    assert genesis.ledger.hex() == given["ledger"]
    leaf = vectors("state", suite)["genesis_leaf"]
    assert initial_state(genesis)[ids.StateKey(bytes.fromhex(leaf["key"]))] == canonical.encode(leaf["leaf"])


@pytest.mark.parametrize("suite", SUITES)
def test_deeds(suite: str) -> None:
    hashes, file = find_suite(suite), vectors("deed", suite)
    for given in file["deeds"]:
        deed = parse(bytes.fromhex(given["envelope"]), hashes, file["ledger"])
        assert deed.id.hex() == given["deed"]
        assert [raw.hex() for raw in deed.act_bytes] == [act["canonical"] for act in given["acts"]]
        assert [ids.act_digest(hashes, raw).hex() for raw in deed.act_bytes] == [
            act["digest"] for act in given["acts"]
        ]
        assert deed.signing_input(0).hex() == given["signing_input"]
        assert canonical_signatures(deed).hex() == given["signatures"]["canonical"]
        digest = hashes.digest("signatures", canonical_signatures(deed)).hex()
        assert digest == given["signatures"]["digest"]
        keys = {key.thumbprint: key for key in map(PublicKey.from_jwk, given["keys"])}
        for index, header in enumerate(deed.headers):
            assert keys[header.kid].verify(deed.signing_input(index), deed.signature(index))
        for asset in given["assets"]:
            made = ids.asset_id(
                hashes, ids.LedgerId(bytes.fromhex(file["ledger"])), deed.id, asset["act"], asset["child"]
            )
            assert made.hex() == asset["asset"]


@pytest.mark.parametrize("suite", SUITES)
def test_deeds_signed_again(suite: str) -> None:
    checked = 0
    for given in vectors("deed", suite)["deeds"]:
        payload = bytes.fromhex(given["payload"]["canonical"])
        acts = [bytes.fromhex(act["canonical"]) for act in given["acts"]]
        signatures = given["signatures"]["value"]
        assert envelope(payload, acts, signatures).hex() == given["envelope"]
        by = {PublicKey.from_jwk(jwk).thumbprint: secret_of(jwk) for jwk in given["keys"]}
        for made in signatures:
            key = by[json.loads(unb64(made["protected"]))["kid"]]
            if key is None:  # keys.json holds a key of each algorithm, not every party's
                continue
            again = signature(payload, key)
            assert again["protected"] == made["protected"]
            checked += 1
            if key.alg == "Ed25519":  # the others draw a random number
                assert again == made
    assert checked


@pytest.mark.parametrize("suite", SUITES)
def test_state_keys_and_leaves(suite: str) -> None:
    hashes, file = find_suite(suite), vectors("state", suite)
    ledger = ids.LedgerId(bytes.fromhex(file["ledger"]))
    for given in file["keys"]:
        assert ids.system_key(hashes, ledger, given["kind"], given["name"]).hex() == given["key"]
    for given in file["leaves"]:
        key = bytes.fromhex(given["key"])
        assert ids.leaf_salt(hashes, bytes.fromhex(given["act_salt"]), key, given["rev"]) == given["salt"]
        written = bytes.fromhex(given["leaf"]["canonical"])
        assert encode_leaf(decode_leaf(written)) == written
        assert hashes.hash(written).hex() == given["hash"]


@pytest.mark.parametrize("suite", SUITES)
def test_state_trees(suite: str) -> None:
    hashes = find_suite(suite)
    for given in vectors("state", suite)["trees"]:
        values = {bytes.fromhex(key): value for key, value in given["entries"]}
        tree = Tree.build(hashes.hash, ((key, canonical.encode(value)) for key, value in values.items()))
        assert tree.root.hex() == given["root"]
        for proof in (one["proof"] for one in given["proofs"]):
            key = bytes.fromhex(proof["key"])
            branch = tree.prove(key)
            if key in values:
                assert {**existence(key, branch), "value": values[key]} == proof
            else:
                assert absence(key, branch) == proof


@pytest.mark.parametrize("suite", SUITES)
def test_receipts_and_effects(suite: str) -> None:
    hashes = find_suite(suite)
    for given in vectors("receipt", suite):
        data = bytes.fromhex(given["receipt"]["canonical"])
        receipt = decode_receipt(data)
        assert receipt.encode() == data
        assert msgspec.to_builtins(receipt) == given["receipt"]["value"]
        assert receipt.entry(hashes).hex() == given["digest"]
        for effects in given["effects"]:
            written = effects_bytes([tuple(effect) for effect in effects["value"]])
            assert written.hex() == effects["canonical"]
            assert hashes.digest("effects", written).hex() == effects["digest"]


@pytest.mark.parametrize("suite", SUITES)
def test_seals_sets_and_spent_records(suite: str) -> None:
    hashes, file = find_suite(suite), vectors("seal", suite)
    for given in file["seals"]:
        data = bytes.fromhex(given["canonical"])
        assert decode_seal(data).encode() == data
        assert decode_seal(data).digest(hashes).hex() == given["digest"]
    assert cosigner_set(hashes, list(reversed(file["cosigners"]["set"]))) == file["cosigners"]["digest"]
    spent = file["spent"]
    deeds = [bytes.fromhex(one["deed"]) for one in spent["running"]]
    for count, one in enumerate(spent["running"], 1):
        record = canonical.decode(running_record(hashes, deeds[:count]))
        assert record == {"count": count, "digest": one["digest"]}
    first = running_record(hashes, deeds[:1])
    assert running_record(hashes, deeds[1:], first) == canonical.encode(spent["value"])


@pytest.mark.parametrize("suite", SUITES)
def test_order_in_a_block(suite: str) -> None:
    given = vectors("seal", suite)["order"]
    deeds = [
        SimpleNamespace(id=bytes.fromhex(one["deed"]), submitter=one["submitter"]) for one in given["deeds"]
    ]
    rules = SimpleNamespace(suite=find_suite(suite))
    for listed in (deeds, deeds[::-1]):
        placed = in_order(cast("Any", rules), bytes.fromhex(given["previous"]), cast("list[Deed]", listed))
        assert [deed.id.hex() for deed in placed] == given["order"]


@pytest.mark.parametrize("suite", SUITES)
def test_log(suite: str) -> None:
    given = vectors("log", suite)
    log = Log(find_suite(suite).hash, [bytes.fromhex(entry) for entry in given["entries"]])
    for one in given["roots"]:
        assert log.root_at(one["size"]).hex() == one["root"]
    for one in given["proofs"]:
        assert [node.hex() for node in log.inclusion(one["index"], one["size"])] == one["path"]


@pytest.mark.parametrize("suite", SUITES)
def test_checkpoints_and_set_changes(suite: str) -> None:
    file = vectors("checkpoint", suite)
    for name in ("one", "three_of_four"):
        given = file[name]
        checkpoint = msgspec.convert(given["checkpoint"]["value"], Checkpoint)
        assert checkpoint.message().hex() == given["message"]
        keys = {PublicKey.from_jwk(jwk).thumbprint: PublicKey.from_jwk(jwk) for jwk in given["keys"]}
        for one in given["cosignatures"]:
            assert keys[one["key"]].verify(checkpoint.message(), unb64(one["signature"]))
        for jwk in given["keys"]:
            secret = secret_of(jwk)
            if secret is not None and secret.alg == "Ed25519":
                assert msgspec.to_builtins(cosign(checkpoint, secret)) in given["cosignatures"]
    for given in file["sets"]:
        change = given["set"]
        digest = cosigner_set(find_suite(suite), change["cosigners"])
        assert (
            change_message(given["ledger"], digest, change["epoch"], change["from"]).hex() == given["message"]
        )


@pytest.mark.parametrize("suite", SUITES)
def test_notes(suite: str) -> None:
    hashes, given = find_suite(suite), vectors("checkpoint", suite)["note"]
    value = given["checkpoint"]
    text = note_text(value["ledger"], value["epoch"], value["size"], bytes.fromhex(value["root"]))
    assert text.decode() == given["text"]
    note = read_note(given["signed_note"].encode())
    assert note.text == text
    assert read_checkpoint(note.text).size == value["size"]
    log_key, witness_key = (PublicKey.from_jwk(given[name]) for name in ("log_key", "witness_key"))
    assert verify_log(hashes, note, read_checkpoint(text).origin, log_key)
    assert not verify_log(hashes, note, read_checkpoint(text).origin, witness_key)
    line = next(line for line in note.signatures if line.name == given["witness"]["name"])
    assert read_cosignature(hashes, text, line, witness_key) == given["witness"]["time"]
    assert cosigned_message(text, given["witness"]["time"]).decode() == given["witness_message"]


@pytest.mark.parametrize("suite", SUITES)
def test_commitments(suite: str) -> None:
    hashes, given = find_suite(suite), vectors("contents", suite)
    for one in given["commitments"]:
        content = hashes.hash(bytes.fromhex(one["bytes"]))
        assert content.hex() == one["content"]
        assert commitments.commit(hashes, bytes.fromhex(one["salt"]), content).hex() == one["commitment"]
