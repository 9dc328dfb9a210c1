"""Bundles and trust file as files, and the stand-alone verifier's word on each.

The verifier is one file, ``wusong_verify.py``, that imports nothing of ours, so that who checks a proof needs
nothing of ours. Where an installation lacks it, bundles are made and left unchecked.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from wusong.errors import NodeError
from wusong.ledger.bundle import Wanted
from wusong.node.node import Node, to_json
from wusong.node.verifier import find as find_verifier
from wusong.tour.story import Wish

__all__ = ["TRUST", "Proof", "Verify", "export", "find_verifier", "tampered"]

TRUST: Final = "trust.json"
Verify: TypeAlias = Callable[[bytes, bytes], Any]


@dataclass(frozen=True, slots=True)
class Proof:
    """A bundle's file and what the verifier says: ``status`` 0 accepted, 1 refused, 2 unreadable; -1 not
    checked.
    """

    file: str
    deed: str
    status: int = -1
    reason: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The proof as JSON data."""
        return asdict(self)


def load(file: Path) -> Verify:
    """The verifier's one function."""
    name = "wusong_tour_verifier"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise NodeError("tour-untold", step=file.name)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    verify: Verify = module.verify
    return verify


def export(node: Node, folder: Path, wishes: list[Wish], verify: Verify | None) -> list[Proof]:
    """Write the trust file and a bundle for each wish, and check each."""
    trust = to_json(node.ledger.trust())
    (folder / TRUST).write_bytes(trust)
    return [_one(node, folder, number, wish, trust, verify) for number, wish in enumerate(wishes, 1)]


def _one(node: Node, folder: Path, number: int, wish: Wish, trust: bytes, verify: Verify | None) -> Proof:
    states = tuple(bytes.fromhex(asset) for asset in wish.assets)
    bundle = to_json(node.bundle(wish.deed, Wanted(states=states, contents=wish.openings)))
    file = f"{number:02}-{wish.key}.bundle.json"
    (folder / file).write_bytes(bundle)
    if verify is None:
        return Proof(file, wish.deed)
    report = verify(bundle, trust)
    if report.status != 0:
        raise NodeError("tour-untold", step=f"{file}: {report.reason}")
    facts = {name: report.facts[name] for name in ("code", "level", "trial") if name in report.facts}
    return Proof(file, wish.deed, report.status, report.reason, facts)


def tampered(folder: Path, proof: Proof, verify: Verify) -> Proof:
    """What the verifier says when one byte of a bundle is another: a digit within the receipt's deed id."""
    content = bytearray((folder / proof.file).read_bytes())
    at = content.index(proof.deed.encode())
    content[at] = ord("0") if content[at] != ord("0") else ord("1")
    report = verify(bytes(content), (folder / TRUST).read_bytes())
    if report.status != 1:
        raise NodeError("tour-untold", step=f"{proof.file} altered, yet accepted")
    return Proof(proof.file, proof.deed, report.status, report.reason)
