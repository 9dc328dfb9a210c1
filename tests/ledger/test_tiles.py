"""Tiles against a log that another program published, and names against the specification."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from wusong.errors import WusongError
from wusong.ledger import tiles
from wusong.ledger.log import TILE, Load, Log
from wusong.ledger.tiles import Tile


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def entries(count: int) -> list[bytes]:
    return [sha256(n.to_bytes(8, "big")) for n in range(count)]


def loader(some: list[bytes]) -> Load:
    return lambda tile: some[TILE * tile : TILE * (tile + 1)]


NAMES = {
    "tile/0/000": Tile(0, 0),
    "tile/0/x001/x234/067": Tile(0, 1234067),
    "tile/0/x001/x234/067.p/8": Tile(0, 1234067, 8),
    "tile/3/999": Tile(3, 999),
    "tile/1/x001/000.p/255": Tile(1, 1000, 255),
    "tile/63/000": Tile(63, 0),
    "tile/entries/x123/456.p/1": Tile(None, 123456, 1),
    "tile/entries/000": Tile(None, 0),
}


@pytest.mark.parametrize(("name", "tile"), NAMES.items())
def test_names_lead_to_tiles_and_back(name: str, tile: Tile) -> None:
    assert tile.path == name
    assert tiles.parse(name) == tile


NOT_NAMES = [
    "tile/0/0",
    "tile/0/0000",
    "tile/0/x000/001",
    "tile/0/001/234",
    "tile/0/x001",
    "tile/00/000",
    "tile/64/000",
    "tile/-1/000",
    "tile/0/000.p/0",
    "tile/0/000.p/256",
    "tile/0/000.p/08",
    "tile/0/000.p/",
    "tile/0/000\n",
    "tile/0/٠٠٠",
    "tile/entry/000",
    "/tile/0/000",
    "tile/0/../000",
    "tile/0/" + "x999/" * 2000 + "999",
    "",
]


@pytest.mark.parametrize("name", NOT_NAMES)
def test_a_tile_has_no_other_name(name: str) -> None:
    assert tiles.parse(name) is None


def test_bundles() -> None:
    assert tiles.bundle([b"one", b"two", b"three"]).hex() == "00036f6e65000374776f00057468726565"
    some = [b"", b"x" * tiles.MAX_ENTRY, b"\x00\x01"]
    assert tiles.entries_of(tiles.bundle(some)) == some
    with pytest.raises(ValueError, match="65,535"):
        tiles.bundle([b"x" * (tiles.MAX_ENTRY + 1)])


@pytest.mark.parametrize("cut", [b"\x00", b"\x00\x03ab", b"\x00\x01a\x00"])
def test_a_bundle_that_is_cut_short_is_refused(cut: bytes) -> None:
    with pytest.raises(ValueError, match="the bundle ends"):
        tiles.entries_of(cut)


def test_the_published_log_is_recomputed_file_by_file(vectors: Path) -> None:
    """tessera's testdata: entry bundles, hash tiles and checkpoints of every size it went through."""
    folder = vectors / "tlog-tiles" / "log"
    newest = max((folder / "tile" / "entries" / "000.p").iterdir(), key=lambda file: int(file.name))
    some = tiles.entries_of(newest.read_bytes())
    log = Log(sha256, some)
    files = [file for file in sorted(folder.glob("tile/**/*")) if file.is_file()]
    assert len(files) > 20
    for file in files:
        tile = tiles.parse(file.relative_to(folder).as_posix())
        assert tile is not None
        assert tiles.content(log, tile, loader(some)) == file.read_bytes()
    checkpoints = sorted(folder.glob("checkpoint.*"))
    assert checkpoints
    for file in checkpoints:
        _, size, root = file.read_text().split("\n")[:3]
        assert base64.b64decode(root) == log.root_at(int(size))


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 1000, 65_535, 65_536, 66_000])
def test_all_tiles_of_a_log_give_its_root(size: int) -> None:
    """A reader who has only the files of the top and the ragged edge finds the root."""
    some = entries(size)
    log = Log(sha256, some)
    every = list(tiles.since(0, size))
    files = {tile.path: tiles.content(log, tile, loader(some)) for tile in every}
    assert len(files) == len(every)
    assert all(tiles.exists(tile, size) for tile in every)
    read = Log(sha256)
    for tile in every:
        if tile.level is None:
            read.append_many(tiles.entries_of(files[tile.path]))
    assert read.root() == log.root()
    for tile in every:
        if tile.level:
            below = [files[Tile(tile.level - 1, TILE * tile.index + n).path] for n in range(tile.width)]
            assert files[tile.path] == b"".join(map(top, below))


def top(tile: bytes) -> bytes:
    """The hash of a full tile, from its hashes alone."""
    level = [tile[at : at + 32] for at in range(0, len(tile), 32)]
    assert len(level) == TILE
    while len(level) > 1:
        level = [sha256(b"\x01" + level[at] + level[at + 1]) for at in range(0, len(level), 2)]
    return level[0]


@pytest.mark.parametrize("steps", [[1, 2, 255, 256, 257, 600], [300, 300, 66_000], [65_000, 65_536, 65_537]])
def test_publishing_step_by_step_leaves_nothing_out(steps: list[int]) -> None:
    published: set[Tile] = set()
    old = 0
    for new in steps:
        published.update(tiles.since(old, new))
        old = new
        assert set(tiles.since(0, new)) <= published


def test_nothing_new_publishes_nothing() -> None:
    assert list(tiles.since(700, 700)) == []


NO_TILES = [
    Tile(0, 3, 1),
    Tile(0, 2, 89),
    Tile(0, 2),
    Tile(1, 0, 3),
    Tile(2, 0, 1),
    Tile(None, 2, 89),
    Tile(0, 0, 0),
]


@pytest.mark.parametrize("tile", NO_TILES, ids=str)
def test_a_tile_beyond_the_log_is_refused(tile: Tile) -> None:
    some = entries(600)
    with pytest.raises(WusongError) as caught:
        tiles.content(Log(sha256, some), tile, loader(some))
    assert caught.value.code == "merkle-range"


def test_tiles_come_from_a_trimmed_log_too() -> None:
    some = entries(1500)
    whole, log = Log(sha256, some), Log(sha256, some, load=loader(some))
    log.trim()
    for tile in tiles.since(0, 1500):
        assert tiles.content(log, tile, loader(some)) == tiles.content(whole, tile, loader(some))
