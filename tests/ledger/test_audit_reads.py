"""What a reader reads, however old its view of the file, never becomes what the next block rests on."""

from __future__ import annotations

from ledger.kit import Net


def test_a_reader_in_the_middle_of_the_archive_does_not_bring_back_an_old_leaf(net: Net) -> None:
    asset = net.issue("alice")
    store = net.ledger.store
    archive = store.deeds()
    next(archive)  # from here on this thread's connection sees the file as it was
    assert net.submit(net.transfer("alice", asset, "bob")).code == "ok"
    store._leaves.clear()  # as when there are more leaves than are kept in memory
    net.leaf(asset)
    archive.close()
    assert net.submit(net.transfer("alice", asset, "carol")).code == "wrong-role"
    assert net.leaf(asset).roles["holder"] == net.did("bob")
