"""Vectors are what the maker makes, the page's examples are the vectors, the maker's arithmetic is right."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import check
import docs
import make
import pieces
import prims
import trees

ROOT = Path(__file__).resolve().parents[2]
VECTORS = ROOT / "tests" / "vectors"
PAGE = ROOT / "docs" / "formats.md"
INDEX: list[dict[str, Any]] = json.loads((VECTORS / "bundles" / "index.json").read_text(encoding="utf-8"))


def test_examples_in_the_page_are_the_vectors() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert docs.render(page, docs.load(VECTORS)) == page, "run tools/vectors/make.py --docs"


def test_every_section_with_bytes_has_one_example() -> None:
    page = PAGE.read_text(encoding="utf-8")
    starts = re.findall(r"^<!-- example (\d+) -->$", page, re.MULTILINE)
    assert [int(n) for n in starts] == sorted(docs.SECTIONS)
    assert page.count("### Example\n") == len(docs.SECTIONS)


def test_json_in_the_examples_is_canonical() -> None:
    page = PAGE.read_text(encoding="utf-8")
    blocks = re.findall(r"^<!-- example \d+ -->$.*?^<!-- end", page, re.MULTILINE | re.DOTALL)
    lines = [x for b in blocks for x in b.splitlines() if x.startswith('{"') and x.endswith("}")]
    assert len(lines) > 20
    for line in lines:
        assert prims.canonical(json.loads(line)).decode() == line


def test_pieces_made_again_are_the_same() -> None:
    made = pieces.pieces()
    assert {p.stem for p in VECTORS.glob("*.json")} == set(made)
    for topic, value in made.items():
        assert json.loads((VECTORS / f"{topic}.json").read_text(encoding="utf-8")) == value, topic


@pytest.mark.slow
def test_everything_made_again_has_the_same_bytes(tmp_path: Path) -> None:
    make.write(tmp_path)
    made = {p.relative_to(tmp_path): p.read_bytes() for p in tmp_path.rglob("*.json")}
    kept = {p.relative_to(VECTORS): p.read_bytes() for p in VECTORS.rglob("*.json")}
    assert made.keys() == kept.keys()
    assert [str(p) for p in made if made[p] != kept[p]] == []


@pytest.mark.parametrize("entry", INDEX, ids=lambda e: e["name"])
def test_the_page_s_steps_say_what_the_index_says(entry: dict[str, Any]) -> None:
    data, trust = ((VECTORS / "bundles" / entry[k]).read_bytes() for k in ("bundle", "trust"))
    if entry["expect"] == "unreadable":
        with pytest.raises(check.UnreadableError):
            check.judge(data, trust)
        return
    assert check.judge(data, trust) == entry.get("step")
    if entry["expect"] == "accepted":
        verifier = check.Verifier(data, trust)
        verifier.run()
        assert (verifier.level, verifier.b["receipt"]["code"]) == (entry["level"], entry["code"])
        assert verifier.b["genesis"]["trial"] == entry["trial"]
        assert len(verifier.payload["acts"]) - len(verifier.b["acts"]) == entry["undisclosed"]


def test_the_index_is_whole() -> None:
    names = [e["name"] for e in INDEX]
    assert len(set(names)) == len(names)
    files = {p.name for p in (VECTORS / "bundles").iterdir()} - {"index.json"}
    assert files == {e[k] for e in INDEX for k in ("bundle", "trust")}
    refused = {e["step"] for e in INDEX if e["expect"] == "refused"}
    assert refused == set(range(1, 14))
    assert sum(p.stat().st_size for p in VECTORS.rglob("*") if p.is_file()) < 3_100_000


# --- the maker's arithmetic against others' -------------------------------------------------------


def test_sm3_of_the_standard_s_example() -> None:
    """GB/T 32905 A.1."""
    assert prims.sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_sm2_signature_of_the_standard_s_example() -> None:
    """GB/T 32918.5 A.2."""
    d = 0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8
    k = 0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21
    r = "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
    s = "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
    assert prims.sm2_sign(d, b"message digest", k=k).hex() == r + s


def test_es256_signature_of_rfc_6979() -> None:
    """RFC 6979 A.2.5, SHA-256, message "sample"; its s is the high one."""
    d = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721
    r = "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
    s = "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
    assert prims.es256_sign(d, b"sample", low_s=False).hex() == r + s


@pytest.mark.parametrize("message", [b"", b"wusong", bytes(1000)])
def test_ed25519_equals_cryptography_s(message: bytes) -> None:
    key = prims.INTL.key("keeper")
    assert Ed25519PrivateKey.from_private_bytes(key.secret).sign(message) == key.sign(message)


def test_hmac_equals_the_library_s() -> None:
    assert prims.hmac_self_check()


@pytest.mark.parametrize("size", range(1, 20))
def test_paths_lead_to_roots(size: int) -> None:
    entries = [prims.fill(f"entry {i}", 32) for i in range(size)]
    root = trees.log_root(prims.sha256, entries)
    for i, entry in enumerate(entries):
        path = trees.log_path(prims.sha256, i, entries)
        assert trees.log_root_of(prims.sha256, entry, i, size, path) == root
