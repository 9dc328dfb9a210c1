"""What is remembered of the shipped pages is what examining them gives, and is used for these pages alone."""

from __future__ import annotations

from wusong.contract.checker import Examined
from wusong.contract.page import load
from wusong.crypto.suites import INTL
from wusong.node import examined


def test_what_is_kept_is_what_examining_gives() -> None:
    """A page without a record is examined on the spot, which costs time alone; a wrong record would lie."""
    pages = examined.shipped()
    kept = {page.digest(INTL): examined.remembered(page) for page in pages.values()}
    found = examined.examined(pages)
    wrong = [name for name, page in pages.items() if _differs(kept, found, page.digest(INTL))]
    assert wrong == [], "run: python -m wusong.node.examined > src/wusong/node/examined.json"
    assert any(kept.values())


def _differs(kept: dict[str, Examined | None], found: dict[str, Examined], address: str) -> bool:
    record = kept[address]
    return record is not None and record.record() != found[address].record()


def test_a_shipped_page_is_remembered_and_a_changed_one_is_not() -> None:
    kept = [examined.remembered(page) for page in examined.shipped().values()]
    assert any(found is not None and found.leaves > 0 for found in kept)
    changed = load(
        "contract: other\nversion: 1\ntitle: {en: Other, zh: 其他}\nroles: {one: {zh: 甲方}}\n"
        "states: [open!]\nactions: {open: {by: one, to: open}}\n"
    )
    assert changed.ok
    assert examined.remembered(changed) is None
