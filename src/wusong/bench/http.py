"""``http``: deeds a second over HTTP.

* A node serves in a process of its own, as ``wusong up`` does, read models and all. A client in another
  process posts deeds that were signed beforehand to ``/api/v1/deeds`` over 32 keep-alive connections, each
  with one request under way; every answer is a receipt, given after its block is durable. In turn a title
  is created and one that stands is transferred, 3,000 deeds a run.
* Limit: the same client and the same server (Granian) with an answer of the same size that costs nothing.
"""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Final

from wusong.bench import client, sample, server
from wusong.bench.figure import Goal, Measured, workspace
from wusong.node import library
from wusong.node.founding import Founding, found
from wusong.node.node import Node

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

GOAL: Final = Goal("http", "deeds/s", "more", 1_200, 3_000)
CONNECTIONS: Final = 32


def measure(quick: bool) -> Measured:
    """Take the figure."""
    half, runs = (40, 1) if quick else (1_500, 5)
    with workspace() as folder:
        files = _prepare(folder, half, runs + 1)
        rates = _rates(files, str(folder / "node"))[1:]
        limit = statistics.median(_rates(files[1:], "--empty"))
    return Measured(
        statistics.median(rates),
        limit,
        f"runs {[round(one) for one in rates]}; limit: the server with nothing behind it",
    )


def _rates(files: list[Path], served: str) -> list[float]:
    with server.running(served) as (host, port, _pid):
        return [client.rate((host, port), CONNECTIONS, file) for file in files]


def _prepare(folder: Path, half: int, runs: int) -> list[Path]:
    """A node with parties, the page and titles, and a file of signed deeds for each run."""
    home = folder / "node"
    found(home, Founding(parameters={"quota_minute": 1_000_000_000}))
    node = Node.open(home)
    try:
        subject = _subject(node)
        subject.stand(half * runs)
        return [_write(folder / f"{run}.deeds", _deeds(subject, run, half)) for run in range(runs)]
    finally:
        node.close()


def _subject(node: Node) -> sample.Sample:
    dids = [node.new_party(f"Party {number}") for number in range(sample.PARTIES)]
    keys = [node.keys.deed_key(did) for did in dids]
    library.install(node, sample.title_page().decode())
    page = library.find(node, "bench-title@1").digest
    return sample.Sample(node.folder, node.ledger, None, keys, dids, page)


def _deeds(subject: sample.Sample, run: int, half: int) -> Iterable[bytes]:
    issues = [subject.issue(1_000_000 + run * half + each) for each in range(half)]
    transfers = [subject.transfer(title) for title in subject.titles[run * half : (run + 1) * half]]
    return sample.interleaved(issues, transfers)


def _write(file: Path, envelopes: Iterable[bytes]) -> Path:
    file.write_bytes(b"\n".join(envelopes))  # canonical JSON holds no line feed
    return file
