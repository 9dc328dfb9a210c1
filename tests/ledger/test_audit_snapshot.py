"""Nothing in a snapshot is believed: whatever a hostile peer changes, with manifest and digests to match."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from ledger.kit import Net
from wusong.errors import ProofError
from wusong.ledger import snapshot

Records = list[list[Any]]


def taken(net: Net) -> tuple[snapshot.Manifest, Records]:
    """A snapshot of a ledger with some history, and its records."""
    for _ in range(3):
        net.issue("alice")
    manifest, chunks = snapshot.take(net.ledger.app, net.ledger.store)
    return manifest, [record for chunk in chunks for record in msgspec.msgpack.decode(chunk)]


def read(net: Net, manifest: snapshot.Manifest, records: Records) -> snapshot.Content:
    """Read records as they would arrive from a peer that fits its manifest to them."""
    suite, chunk = net.ledger.suite, msgspec.msgpack.encode(records)
    digests = (suite.digest("snapshot", chunk),)
    return snapshot.read(suite, snapshot.Manifest(manifest.height, manifest.seal, digests), [chunk])


def of(records: Records, kind: str) -> Records:
    return [record for record in records if record[0] == kind]


def forge_entry(records: Records) -> None:
    block = of(records, "block")[0]
    block[4] = bytes(32) + block[4][32:]


def exchange_spent(records: Records) -> None:
    of(records, "spent")[0][2] = b"\x01" * 32


def lose_spent(records: Records) -> None:
    records.remove(of(records, "spent")[-1])


def change_page(records: Records) -> None:
    page = of(records, "page")[0]
    page[2] = page[2].replace(b"issuer", b"isuser")


def lose_block(records: Records) -> None:
    records.remove(of(records, "block")[0])


def unknown_record(records: Records) -> None:
    records.append(["other", b""])


def test_a_true_snapshot_reads(net: Net) -> None:
    manifest, records = taken(net)
    assert len(read(net, manifest, records).blocks) == manifest.height


@pytest.mark.parametrize(
    "change", [forge_entry, exchange_spent, lose_spent, change_page, lose_block, unknown_record]
)
def test_a_changed_snapshot_is_refused(net: Net, change: Callable[[Records], None]) -> None:
    manifest, records = taken(net)
    change(records)
    with pytest.raises(ProofError) as caught:
        read(net, manifest, records)
    assert caught.value.code == "snapshot-refused"
