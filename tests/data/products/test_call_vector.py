"""The record of a call, frozen: ``call.json`` holds three calls under both suites, down to the root that a
metering names.

The vector was computed by ``recomputed`` below, which shares no line with the program: hashlib, json, and the
tree written out by hand (docs/formats.md section 9, RFC 6962).
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from wusong.crypto import canonical
from wusong.crypto.suites import GM, INTL, Suite
from wusong.data.products import callbook
from wusong.data.products.callbook import CallBook
from wusong.data.products.callrows import Wanted

VECTOR: dict[str, Any] = json.loads((Path(__file__).parent / "call.json").read_text("utf-8"))
SUITES = {"intl": (INTL, "sha256"), "gm": (GM, "sm3")}
EACH = pytest.mark.parametrize("name", ["intl", "gm"])


def recomputed(hashed: str, calls: list[dict[str, Any]]) -> dict[str, Any]:
    """What the vector must say of these records and salts."""

    def digest(data: bytes) -> bytes:
        return hashlib.new(hashed, data).digest()

    told, leaves = [], []
    for one in calls:
        text = json.dumps(one["record"], sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
        content = digest(text)
        commitment = digest(b"wusong:commitment\n" + bytes.fromhex(one["salt"]) + content)
        leaves.append(digest(b"\x00" + commitment))
        told.append(
            {
                "bytes": text.hex(),
                "content": content.hex(),
                "commitment": commitment.hex(),
                "leaf": leaves[-1].hex(),
            }
        )
    first, second, third = leaves
    root = digest(b"\x01" + digest(b"\x01" + first + second) + third)
    return {"calls": told, "root": root.hex()}


@EACH
def test_the_vector_is_what_the_documents_say(name: str) -> None:
    assert recomputed(SUITES[name][1], VECTOR["calls"]) == VECTOR[name]


@EACH
def test_the_program_writes_the_vector(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    salts = iter([bytes.fromhex(one["salt"]) for one in VECTOR["calls"]])
    monkeypatch.setattr(callbook, "salt", lambda: next(salts))
    suite, use = SUITES[name][0], VECTOR["calls"][0]["record"]["use"]
    book = CallBook(tmp_path, suite)
    for one in VECTOR["calls"]:
        entry = {key: value for key, value in one["record"].items() if key not in _BY_THE_BOOK}
        book.record_all(
            [Wanted(use, f"request {one['record']['number']}", entry)], one["record"]["time"], lambda _: None
        )
    batch = book.form(use, 10)
    assert batch is not None
    told = VECTOR[name]
    assert (batch.count, batch.root.hex()) == (3, told["root"])
    kept = book.calls(use)
    assert [canonical.encode(call.record).hex() for call in kept] == [one["bytes"] for one in told["calls"]]
    opening = book.opening(use, 2)
    assert opening["content"] == told["calls"][2]["content"]
    assert opening["path"] == [_node(suite, [one["leaf"] for one in told["calls"][:2]])]
    book.close()


_BY_THE_BOOK = {"format", "number", "time", "use"}


def _node(suite: Suite, leaves: list[str]) -> str:
    return suite.hash(b"\x01" + b"".join(map(bytes.fromhex, leaves))).hex()


def test_each_member_of_a_record_stands_in_the_vector() -> None:
    """Those that ``docs/data.md`` names."""
    text = (Path(__file__).parents[3] / "docs" / "data.md").read_text("utf-8")
    listed = text[text.index("`wusong-call/1`, canonical JSON") :].partition("* **Files**")[0]
    members = {name for one in VECTOR["calls"] for name in one["record"]}
    assert all(f"`{name}`" in listed for name in members)
    assert {"mark", "place", "answer", "caller", "request", "way", "recipient"} <= members
