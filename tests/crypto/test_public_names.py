"""The public names of ``crypto``: everything else builds on them; who changes one changes it here too."""

from __future__ import annotations

import importlib

import pytest

NAMES = {
    "algorithm": "Algorithm Signer Verifier b64u unb64u",
    "canonical": "JsonValue MAX_DEPTH MAX_INT decode encode is_text to_text",
    "commitments": "Batch Opening commit commit_all opens verify_opening",
    "did_key": "did_for key_from_did",
    "ed25519": "ED25519 SMALL_ORDER verifier_for",
    "es256": "ES256 decompress normalise",
    "files": "locked replace",
    "keys": "ALGORITHMS PrivateKey PublicKey algorithm",
    "keystore": "Entry Keystore PURPOSES",
    "merkle": "Tree consistency_roots empty_root inclusion_root leaf_hash node_hash root "
    "verify_consistency verify_inclusion",
    "random": "SALT_BYTES nonce random_bytes salt salts",
    "sealing": "CHUNK_BYTES ChunkCipher PREFIX_BYTES new_key open_ open_stream seal seal_stream",
    "sealing_keys": "SEALING SealingKey",
    "sm2": "IDENTITY SM2 extra_installed plain_verifier tongsuo_verifier",
    "suites": "Cipher GM Hasher INTL Kdf SUITES Suite suite",
}


@pytest.mark.parametrize("module", sorted(NAMES))
def test_public_names(module: str) -> None:
    assert sorted(importlib.import_module(f"wusong.crypto.{module}").__all__) == sorted(NAMES[module].split())
