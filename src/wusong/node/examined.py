"""What came of examining the pages that the program brings, so that founding a node need not do it again.

* ``examined.json`` holds the examination of each page by the page's address under ``intl``: a page that was
  changed by a single character is not found there, and is examined on the spot.
* A test examines every page once more and compares. After a page has changed:
  ``python -m wusong.node.examined > src/wusong/node/examined.json``
"""

from __future__ import annotations

import sys
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import msgspec

from wusong.contract.checker import Examined, examine
from wusong.contract.page import Page, load
from wusong.crypto.suites import INTL
from wusong.node.domains import domains

if TYPE_CHECKING:
    from wusong.contract import model as m

FILE: Final = "examined.json"


def remembered(page: Page) -> Examined | None:
    """What came of examining a sound page of the program; None for any other."""
    record = _records().get(page.digest(INTL))
    try:
        return None if record is None else Examined.recorded(record)
    except (KeyError, TypeError):
        return None


def shipped() -> dict[str, Page]:
    """The sound pages that the domains bring, by name."""
    read = [load(file.read_text("utf-8")) for domain in domains() for file in domain.pages()]
    return {page.compiled.name: page for page in read if page.compiled is not None}


def examined(pages: dict[str, Page]) -> dict[str, Examined]:
    """What comes of examining each of these pages, all of which know each other, by their addresses."""
    library: dict[str, m.Page] = {n: p.compiled.page for n, p in pages.items() if p.compiled is not None}
    return {pages[name].digest(INTL): examine(page, library) for name, page in library.items()}


@cache
def _records() -> dict[str, dict[str, Any]]:
    try:
        kept = (files("wusong.node") / FILE).read_bytes()
        return msgspec.json.decode(kept, type=dict[str, dict[str, Any]])
    except (OSError, msgspec.DecodeError):
        return {}


def written(found: dict[str, Examined]) -> str:
    """The file's text: a line for each page."""
    lines = [f'"{address}":{_text(found[address])}' for address in sorted(found)]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _text(found: Examined) -> str:
    return msgspec.json.encode(found.record(), order="sorted").decode()


if __name__ == "__main__":
    sys.stdout.write(written(examined(shipped())))
