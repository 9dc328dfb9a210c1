from __future__ import annotations

import ast
from pathlib import Path

import pytest

from wusong.crypto import random


@pytest.mark.parametrize(
    ("make", "size"),
    [(random.salt, 32), (random.nonce, 12), (lambda: random.random_bytes(7), 7)],
    ids=["salt", "nonce", "bytes"],
)
def test_lengths_and_no_repetition(make: object, size: int) -> None:
    assert callable(make)
    drawn = [make() for _ in range(50)]
    assert {len(one) for one in drawn} == {size}
    assert len(set(drawn)) == 50


def test_many_salts_at_once() -> None:
    salts = random.salts(1000)
    assert len(set(salts)) == 1000
    assert {len(one) for one in salts} == {32}
    assert random.salts(0) == []


def test_crypto_has_no_other_source(root: Path) -> None:
    """Names that give randomness, anywhere in crypto but in random.py."""
    sources = {
        "urandom",
        "getrandom",
        "secrets",
        "token_bytes",
        "randbytes",
        "SystemRandom",
        "generate_private_key",
    }
    found = []
    for path in (root / "src" / "wusong" / "crypto").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = {getattr(node, "id", None), getattr(node, "attr", None), getattr(node, "name", None)}
            found += [(path.name, name) for name in names & sources]
    assert {name for name, _source in found} == {"random.py"}
