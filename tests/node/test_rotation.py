"""A rotation that stops anywhere leaves the party with a key that the ledger accepts."""

from __future__ import annotations

from pathlib import Path

import pytest

from node.care_kit import opened
from wusong.ledger.intent import Intent
from wusong.node.node import Node
from wusong.node.rotation import recover, rotate


def signs(node: Node, did: str) -> bool:
    args = {"root": "cd" * 32, "root_count": 1}
    return bool(node.act([Intent("evidence@1", "attest", args, {"submitter": did})]).deed)


class StoppedError(Exception):
    """As if the program had been killed here."""


def stop(*_: object) -> None:
    raise StoppedError


@pytest.mark.parametrize("where", ["before the deed", "after the deed", "between removing and adding"])
def test_stopping_anywhere_loses_no_key(folder: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    with opened(folder) as node:
        did = node.new_party("甲")
        with monkeypatch.context() as patch:
            if where == "before the deed":
                patch.setattr(type(node), "act", stop)
            elif where == "after the deed":
                patch.setattr(type(node.keys), "promote", stop)
            else:
                patch.setattr(type(node.keys._store), "add", stop)
                patch.setattr(
                    type(node.keys), "prepare", lambda keys, did: keys._store.generate(f"next {did}", "deed")
                )
                patch.setattr(type(node.keys._store), "generate", generate_without_add)
            with pytest.raises(StoppedError):
                rotate(node, did)
    with opened(folder) as node:
        assert node.keys.in_motion() == [did]
        recover(node, did)
        assert node.keys.in_motion() == []
        assert signs(node, did)
        rotate(node, did)
        assert signs(node, did)


def generate_without_add(store: object, name: str, purpose: str) -> object:
    """What ``Keystore.generate`` does, past the ``add`` that the test breaks."""
    from wusong.crypto.keys import PrivateKey
    from wusong.crypto.keystore import Entry

    key = PrivateKey.generate("Ed25519")
    store._put(Entry(name, purpose, key.alg, "", key.public.to_jwk()), key.secret_bytes())  # type: ignore[attr-defined]
    return key
