"""Making bundles (证据包): one file that proves what the ledger did with a deed (docs/formats.md section 10).

Everything is taken under the ledger's lock, so that log, tree and checkpoint belong together. Which acts a
reader may see is the caller's decision; a bundle discloses those and no others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from wusong.crypto import canonical
from wusong.errors import ProofError
from wusong.ledger import ids, integrity
from wusong.ledger.receipt import decode_receipt, decode_seal
from wusong.ledger.smt_proof import absence, existence
from wusong.ledger.state import decode_leaf

if TYPE_CHECKING:
    from wusong.ledger.ledger import Ledger
    from wusong.ledger.receipt import Receipt
    from wusong.ledger.store import DeedRow

FORMAT = "wusong-bundle/1"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a bundle shall show. ``acts``: indexes to disclose, None for all; ``states``: keys whose state
    now is proved.
    """

    acts: frozenset[int] | None = None
    states: tuple[bytes, ...] = ()
    contents: tuple[dict[str, Any], ...] = ()
    pages: bool = True
    witnesses: tuple[dict[str, Any], ...] = field(default=())


def make_bundle(ledger: Ledger, deed: ids.DeedId, wanted: Wanted | None = None) -> dict[str, Any]:
    """The bundle of a deed.

    Raises:
        ProofError: ``no-such-deed``, ``act-erased`` when an act that is wanted is no longer in the archive.
    """
    wanted = wanted or Wanted()
    row = ledger.store.deed(deed)
    if row is None:
        raise ProofError("no-such-deed", deed=deed.hex())
    receipt = _checked(ledger, row)
    envelope: Any = msgspec.json.decode(row.envelope)
    body = {
        "format": FORMAT,
        "genesis": ledger.genesis.as_dict(),
        "payload": envelope["payload"],
        "signatures": envelope["signatures"],
        "acts": _acts(ledger, row, receipt, envelope["acts"], wanted),
        "receipt": msgspec.to_builtins(receipt),
        "keys": _keys(ledger, receipt),
        **_anchored(ledger, receipt, wanted),
    }
    if wanted.pages:
        body |= _pages(ledger, body["acts"])
    if wanted.contents:
        body["contents"] = list(wanted.contents)
    body["digest"] = ledger.suite.digest("bundle", canonical.encode(body)).hex()
    return body


def _checked(ledger: Ledger, row: DeedRow) -> Receipt:
    """The receipt of an archived deed, all of whose parts fit its log entry. Raises StoreError."""
    with integrity.naming(ledger.store, f"deed {row.id.hex()}"):
        receipt = decode_receipt(row.receipt)
        block = ledger.store.block(receipt.height)
        entry = b"" if block is None else block.entries[32 * receipt.index :][:32]
        integrity.check_deed(ledger.store, ledger.rules, row, entry, (receipt.height, receipt.index))
        return receipt


def _acts(
    ledger: Ledger, row: DeedRow, receipt: Receipt, acts: list[Any], wanted: Wanted
) -> list[dict[str, Any]]:
    shown = []
    for index, act in enumerate(acts):
        if wanted.acts is not None and index not in wanted.acts:
            continue
        if act is None:
            if wanted.acts is None:
                continue
            raise ProofError("act-erased", deed=row.id.hex(), act=index)
        entry = {"act": act, "index": index}
        if receipt.accepted:
            entry["effects"] = effects_of(ledger, row, index)
        shown.append(entry)
    return shown


def effects_of(ledger: Ledger, row: DeedRow, index: int) -> list[list[Any]]:
    """The effects of one act, as the receipt commits to them."""
    writes, _ = row.records[index]
    return [[key.hex(), decode_leaf(value).rev, ledger.suite.hash(value).hex()] for key, value in writes]


def _keys(ledger: Ledger, receipt: Receipt) -> list[dict[str, str]]:
    found = {}
    state = ledger.view()
    for signer in receipt.signers:
        holder = signer.delegate or signer.party
        found[signer.key] = ledger.rules.authority.listed_key(state, holder, signer.key).to_jwk()
    return [found[thumbprint] for thumbprint in sorted(found)]


def _anchored(ledger: Ledger, receipt: Receipt, wanted: Wanted) -> dict[str, Any]:
    """The parts that lead to one checkpoint."""
    with ledger.app.lock:
        block = ledger.store.block(receipt.height)
        if block is None:
            raise ProofError("no-such-deed", deed=receipt.deed)
        seal = decode_seal(block.seal)
        checkpoint = ledger.checkpoint() if wanted.states else ledger.checkpoint_for(receipt.height)
        parts = {
            "checkpoint": msgspec.to_builtins(checkpoint),
            "inclusion": _inclusion(ledger, block.first + receipt.index, checkpoint.size),
            "seal": msgspec.to_builtins(seal),
            "seal_inclusion": _inclusion(ledger, seal.log.size, checkpoint.size),
        }
        if wanted.states:
            parts["state"] = _state(ledger, wanted.states, checkpoint.size)
    cosigned = ledger.cosignatures(checkpoint)
    witnesses = wanted.witnesses or ledger.witness_signatures(checkpoint)
    return parts | {
        "cosignatures": cosigned,
        "sets": ledger.set_changes(checkpoint.size),
        "witnesses": list(witnesses),
    }


def _inclusion(ledger: Ledger, index: int, size: int) -> dict[str, Any]:
    return {"index": index, "path": [node.hex() for node in ledger.app.log.inclusion(index, size)]}


def _state(ledger: Ledger, keys: tuple[bytes, ...], size: int) -> dict[str, Any]:
    seal = ledger.app.head.seal
    if seal is None:
        raise ProofError("no-block")
    proofs = [_state_proof(ledger, key) for key in keys]
    return {
        "inclusion": _inclusion(ledger, seal.log.size, size),
        "proofs": proofs,
        "seal": msgspec.to_builtins(seal),
    }


def _state_proof(ledger: Ledger, key: bytes) -> dict[str, Any]:
    branch = ledger.app.tree.prove(key)
    value = ledger.store.get(key)
    if value is None:
        return dict(absence(key, branch))
    return {**existence(key, branch), "value": canonical.decode(value)}


def _pages(ledger: Ledger, acts: list[dict[str, Any]]) -> dict[str, Any]:
    digests = sorted(
        {entry["act"]["contract"] for entry in acts if not entry["act"]["contract"].startswith("system/")}
    )
    models = [ledger.store.page(digest) for digest in digests]
    pages = [canonical.decode(model) for model in models if model is not None]
    return {"pages": pages} if pages else {}
