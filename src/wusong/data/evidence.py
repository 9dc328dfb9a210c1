"""Evidence (存证) as a use case: contents by their digests, one deed for a batch, an opening for each.

The salts are kept (``attest.Book``) before the deed is handed in, so that whoever is stopped in between can
still show later what was attested. Every face attests through ``hand_in``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from wusong.data.attest import FILE, Batch, Book, prepare
from wusong.data.host import Done, Host, Intent
from wusong.errors import DataError, DeedError

__all__ = ["CONTRACT", "Attested", "attest", "hand_in"]

CONTRACT: Final = "evidence@1"


@dataclass(frozen=True, slots=True)
class Attested:
    """An accepted batch: the deed, its evidence record, and one opening for each content, in order."""

    deed: str
    asset: str
    openings: tuple[dict[str, Any], ...]


def attest(host: Host, submitter: str, items: Sequence[tuple[str, bytes]], label: str = "") -> Attested:
    """Attest ``items`` (name, content digest) in one deed.

    Names label the openings and do not go on the ledger; ``label`` does, and must be nothing personal.
    Raises DataError ``nothing-to-attest``, DeedError.
    """
    if not items:
        raise DataError("nothing-to-attest")
    batch = prepare(host.ledger.suite, list(items), label)
    with Book(host.folder / FILE) as book:
        done = hand_in(host, book, batch, submitter)
    return Attested(done.deed, done.asset, tuple(batch.opening(place) for place in range(len(items))))


def hand_in(host: Host, book: Book, batch: Batch, submitter: str) -> Done:
    """Attest a batch: its salts are in the book before the deed is handed in, and leave it if the deed is
    refused. Raises DeedError.
    """
    book.keep(batch)
    try:
        done = host.act([Intent(CONTRACT, "attest", batch.args, {"submitter": submitter})])
    except DeedError:
        book.drop(batch.root)
        raise
    book.settle(batch.root, done.deed)
    return done
