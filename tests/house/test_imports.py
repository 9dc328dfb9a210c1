from __future__ import annotations

from pathlib import Path

import pytest

import imports


def test_the_house_keeps_its_floors(root: Path) -> None:
    assert [str(breach) for breach in imports.check(root)] == []


FORBIDDEN = [
    pytest.param("ledger/a.py", "from wusong.node import settings", "ledger imports node", id="upwards"),
    pytest.param(
        "vault/a.py", "from wusong import contract", "vault imports contract", id="through the package"
    ),
    pytest.param("contract/a.py", "from ..vault import store", "contract imports vault", id="relative"),
    pytest.param("contract/b/a.py", "from ... import node", "contract imports node", id="relative, deeper"),
    pytest.param(
        "trade/a.py", "import wusong.data.service", "domain trade imports domain data", id="sideways"
    ),
    pytest.param("web/a.py", "from wusong.cli import main", "web imports cli", id="a face the other way"),
    pytest.param("crypto/a.py", "def f():\n    import wusong.ledger", "crypto imports ledger", id="hidden"),
    pytest.param("errors.py", "from wusong import crypto", "errors imports crypto", id="from the ground"),
    pytest.param("node/a.py", "import hashlib", "hashlib is called in crypto/ only", id="a hash elsewhere"),
    pytest.param(
        "web/a.py", "from cryptography.x import y", "cryptography is called", id="a primitive elsewhere"
    ),
    pytest.param("contract/a.py", "import time", "time has no place", id="a clock in a contract"),
    pytest.param("ledger/execute.py", "from random import choice", "random has no place", id="chance"),
    pytest.param("attic/a.py", "", "attic is no room", id="an unknown room"),
]


@pytest.mark.parametrize(("file", "source", "reason"), FORBIDDEN)
def test_finds(tmp_path: Path, file: str, source: str, reason: str) -> None:
    path = tmp_path / "src" / "wusong" / file
    path.parent.mkdir(parents=True)
    path.write_text(source)
    breaches = imports.check(tmp_path)
    assert len(breaches) == 1
    assert reason in str(breaches[0])
    assert str(breaches[0]).startswith(f"wusong/{file}:")


ALLOWED = [
    pytest.param("crypto/a.py", "import hashlib, hmac\nfrom nacl.x import y", id="primitives at home"),
    pytest.param("cli/a.py", "from wusong.web import app\nfrom wusong.data import service", id="faces"),
    pytest.param("node/a.py", "from wusong.data import service\nimport time", id="the node composes"),
    pytest.param("ledger/system/a.py", "from ..deed import Deed\nfrom wusong.errors import X", id="own room"),
    pytest.param("vault/a.py", "from wusong import __version__", id="the version"),
]


@pytest.mark.parametrize(("file", "source"), ALLOWED)
def test_allows(tmp_path: Path, file: str, source: str) -> None:
    path = tmp_path / "src" / "wusong" / file
    path.parent.mkdir(parents=True)
    path.write_text(source)
    assert imports.check(tmp_path) == []


def test_the_verifier_stands_alone(tmp_path: Path) -> None:
    (tmp_path / "verifier").mkdir()
    (tmp_path / "verifier" / "wusong_verify.py").write_text(
        "import hashlib\nfrom wusong.crypto import merkle\n"
    )
    assert [str(breach) for breach in imports.check(tmp_path)] == [
        "verifier/wusong_verify.py:2: the verifier imports nothing of ours"
    ]
