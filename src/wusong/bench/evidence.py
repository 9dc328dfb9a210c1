"""``evidence``: items attested a second, in batches, from memory.

* A batch is 100,000 items of 256 bytes, all different. For each: the hash of its content, a random salt, a
  salted commitment, a leaf of the batch's Merkle tree; for the batch: its root, and one signed deed under
  the page ``evidence``, durable before the clock stops.
* Receipts are made on demand. After the last batch some are, and must pass ``verifier/wusong_verify.py``
  with their openings.
* One process does it all. Limit: the four hashes that an item costs at least (content, commitment, leaf,
  inner node), nothing else.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from wusong.bench import limits, proving, sample
from wusong.bench.figure import Goal, Measured, seconds, workspace
from wusong.crypto.commitments import Batch
from wusong.crypto.random import random_bytes, salts

if TYPE_CHECKING:
    from wusong.bench.sample import Sample

GOAL: Final = Goal("evidence", "items/s", "more", 150_000, 400_000)
_BYTES: Final = 256
_HASHES: Final = 4


def measure(quick: bool) -> Measured:
    """Take the figure."""
    count, runs = (500, 1) if quick else (100_000, 5)
    with workspace() as folder:
        subject = sample.make(folder / "ledger")
        try:
            page = subject.install(
                resources.files("wusong.data.contracts").joinpath("evidence.yaml").read_bytes()
            )
            items = [random_bytes(_BYTES) for _ in range(count)]
            value = count / seconds(lambda: _attest(subject, page, items), runs)
            _prove(subject, page, items)
        finally:
            subject.ledger.close()
    hashed = limits.hashes(0.05 if quick else 1.0)
    return Measured(
        value, hashed / _HASHES, f"limit: {hashed:,.0f} hashes/s in one process, four for an item"
    )


def _attest(subject: Sample, page: str, items: list[bytes]) -> tuple[Batch, list[bytes], list[bytes], str]:
    """One batch, from contents to receipt."""
    suite = subject.ledger.suite
    digests = suite.hash_each(items)
    salted = salts(len(items))
    batch = Batch(suite, salted, digests)
    args = {"label": "measurement", "root": batch.root.hex(), "root_count": batch.count}
    envelope = subject.act(0, page, "attest", args, "submitter")
    (receipt,) = sample.hand_in(subject.ledger, [envelope])
    return batch, salted, digests, receipt.deed


def _prove(subject: Sample, page: str, items: list[bytes]) -> None:
    batch, salted, digests, deed = _attest(subject, page, items)
    places = range(0, batch.count, batch.count // 5)
    openings = tuple(_opening(batch, salted[place], digests[place], place) for place in places)
    proving.prove(subject.ledger, [deed], openings)


def _opening(batch: Batch, salt: bytes, digest: bytes, place: int) -> dict[str, Any]:
    """The opening of one item, as a bundle holds it (docs/formats.md section 9)."""
    path = [node.hex() for node in batch.opening(place).path]
    content, named = digest.hex(), {"act": 0, "arg": "root"}
    return {
        **named,
        "content": content,
        "index": place,
        "path": path,
        "salt": salt.hex(),
        "size": batch.count,
    }
