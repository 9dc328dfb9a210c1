"""Evidence (存证): any number of contents by one root, one deed for a batch, an opening for each content.

* A content's digest is taken by reading it once; the content itself is not kept.
* Salts come fresh for each content; whoever loses the openings can no longer show what was attested.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from wusong.crypto.commitments import Batch
from wusong.crypto.random import salts
from wusong.crypto.suites import Suite
from wusong.data.host import Act, Host
from wusong.errors import DataError

__all__ = ["CONTRACT", "Attested", "attest", "digest_of"]

CONTRACT: Final = "evidence@1"
_PIECE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Attested:
    """An accepted batch: the deed, its evidence record, and one opening for each content, in order."""

    deed: str
    asset: str
    openings: tuple[dict[str, Any], ...]


def digest_of(suite: Suite, stream: BinaryIO) -> bytes:
    """The digest of a stream, read piece by piece."""
    hasher = suite.hasher()
    while piece := stream.read(_PIECE):
        hasher.update(piece)
    return bytes(hasher.digest())


def attest(host: Host, submitter: str, items: Sequence[tuple[str, bytes]], label: str = "") -> Attested:
    """Attest ``items`` (name, content digest) in one deed.

    Names label the openings and do not go on the ledger; ``label`` does, and must be nothing personal.
    Raises DataError ``nothing-to-attest``, DeedError.
    """
    if not items:
        raise DataError("nothing-to-attest")
    suite = host.ledger.suite
    batch = Batch(suite, salts(len(items)), [digest for _, digest in items])
    args: dict[str, Any] = {"root": batch.root.hex(), "root_count": batch.count}
    args |= {"label": label} if label else {}
    done = host.act([Act(CONTRACT, "attest", args, {"submitter": submitter})])
    openings = tuple(_opening(batch, index, *item) for index, item in enumerate(items))
    return Attested(done.deed, done.asset, openings)


def _opening(batch: Batch, index: int, name: str, digest: bytes) -> dict[str, Any]:
    one = batch.opening(index)
    return {
        "act": 0,
        "arg": "root",
        "content": digest.hex(),
        "index": index,
        "name": name,
        "path": [step.hex() for step in one.path],
        "salt": one.salt.hex(),
        "size": batch.count,
    }
