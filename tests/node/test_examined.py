"""What is remembered of the shipped pages is what examining them gives, and is used for these pages alone."""

from __future__ import annotations

import pytest

from wusong.contract.page import load
from wusong.crypto.suites import GM, INTL, Suite
from wusong.node import examined


@pytest.mark.slow
def test_what_is_kept_is_what_examining_gives() -> None:
    """A page without a record is examined on the spot, which costs time alone; a wrong record would lie."""
    pages = examined.shipped()
    found = examined.examined(pages)
    kept = {name: examined.remembered(page, INTL) for name, page in pages.items()}
    wrong = [name for name, one in kept.items() if one is not None and one.record() != found[name].record()]
    assert wrong == [], "run: python -m wusong.node.examined > src/wusong/node/examined.json"


@pytest.mark.parametrize("suite", [INTL, GM], ids=lambda suite: suite.name)
def test_shipped_pages_are_remembered_under_both_suites(suite: Suite) -> None:
    kept = [examined.remembered(page, suite) for page in examined.shipped().values()]
    assert any(found is not None and found.leaves > 0 for found in kept)


def test_another_page_is_not() -> None:
    changed = load(
        "contract: other\nversion: 1\ntitle: {en: Other, zh: 其他}\nroles: {one: {zh: 甲方}}\n"
        "states: [open!]\nactions: {open: {by: one, to: open}}\n"
    )
    assert changed.ok
    assert examined.remembered(changed, INTL) is None
