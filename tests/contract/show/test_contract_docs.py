"""docs/contracts says what the pages of the library say now."""

from __future__ import annotations

import contract_docs


def test_docs_are_made_from_the_pages() -> None:
    assert contract_docs.stale() == [], "make docs"
