"""What is remembered of the shipped pages is what examining them gives, and is used for these pages alone."""

from __future__ import annotations

from pathlib import Path

from wusong.contract.page import load
from wusong.node import examined


def test_the_file_is_fresh(root: Path) -> None:
    found = examined.examined(examined.shipped())
    kept = (root / "src" / "wusong" / "node" / examined.FILE).read_text("utf-8")
    assert kept == examined.written(found), (
        "run: python -m wusong.node.examined > src/wusong/node/examined.json"
    )


def test_a_shipped_page_is_remembered_and_a_changed_one_is_not() -> None:
    page = next(iter(examined.shipped().values()))
    kept = examined.remembered(page)
    assert kept is not None
    assert kept.leaves > 0
    changed = load(
        "contract: other\nversion: 1\ntitle: {en: Other, zh: 其他}\nroles: {one: {zh: 甲方}}\n"
        "states: [open!]\nactions: {open: {by: one, to: open}}\n"
    )
    assert changed.ok
    assert examined.remembered(changed) is None
