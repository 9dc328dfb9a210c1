"""What came of examining the pages that the program brings, so that founding a node need not do it again.

* ``examined.json`` holds the examination of each page by the page's addresses, one for each suite: a page
  that was changed by a single character is not found there, and is examined on the spot.
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
from wusong.crypto.suites import GM, INTL, Suite
from wusong.node.domains import domains

if TYPE_CHECKING:
    from wusong.contract import model as m

FILE: Final = "examined.json"


def remembered(page: Page, suite: Suite) -> Examined | None:
    """What came of examining a sound page of the program, found by its address; None for any other."""
    record = _records().get(page.digest(suite))
    try:
        return None if record is None else Examined.recorded(record)
    except (KeyError, TypeError):
        return None


def shipped() -> dict[str, Page]:
    """The sound pages that the domains bring, by name."""
    read = [load(file.read_text("utf-8")) for domain in domains() for file in domain.pages()]
    return {page.compiled.name: page for page in read if page.compiled is not None}


def examined(pages: dict[str, Page]) -> dict[str, Examined]:
    """What comes of examining each of these pages, all of which know each other, by their names."""
    library: dict[str, m.Page] = {n: p.compiled.page for n, p in pages.items() if p.compiled is not None}
    return {name: examine(page, library) for name, page in library.items()}


@cache
def _records() -> dict[str, dict[str, Any]]:
    """The examinations by address."""
    try:
        rows = msgspec.json.decode((files("wusong.node") / FILE).read_bytes(), type=list[dict[str, Any]])
    except (OSError, msgspec.DecodeError):
        return {}
    return {address: row for row in rows for address in row.get("addresses", [])}


def written(pages: dict[str, Page], found: dict[str, Examined]) -> str:
    """The file's text: a line for each page."""
    rows = [
        {"addresses": [pages[name].digest(INTL), pages[name].digest(GM)], **found[name].record()}
        for name in sorted(found)
    ]
    lines = [msgspec.json.encode(row, order="sorted").decode() for row in rows]
    return "[\n" + ",\n".join(lines) + "\n]\n"


if __name__ == "__main__":
    brought = shipped()
    sys.stdout.write(written(brought, examined(brought)))
