"""``wusong attest`` and ``receipt``."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wusong.cli.opening import opened
from wusong.cli.progress import progress
from wusong.cli.terminal import Said, clean, say
from wusong.cli.words import Home, both
from wusong.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wusong.data.attest import Batch, Book, Found
    from wusong.node.node import Node

Paths = Annotated[
    list[Path],
    typer.Argument(
        metavar="PATH...",
        help=both("Files, and folders with all they hold.", "文件，或目录（含其中全部文件）。"),
    ),
]
Receipts = Annotated[
    Path | None,
    typer.Option(
        "--receipts",
        metavar="DIR",
        help=both(
            "Put all receipts into this folder; else FILE.receipt.json beside each file (never overwritten).",
            "将全部回执写入该目录；默认在各文件旁生成“文件名.receipt.json”，已有回执不会被覆盖。",
        ),
    ),
]
NoReceipts = Annotated[
    bool,
    typer.Option(
        "--no-receipts",
        help=both(
            "Write no receipts now; wusong receipt makes them later.",
            "暂不生成回执；以后可用 wusong receipt 生成。",
        ),
    ),
]
Label = Annotated[
    str,
    typer.Option(
        "--label",
        metavar="TEXT",
        help=both("A label that goes on the ledger; nothing personal.", "上链的说明文字，不得含个人信息。"),
    ),
]
By = Annotated[
    str,
    typer.Option(
        "--as",
        metavar="PARTY",
        help=both("Who attests: DID or name; else the founder.", "存证单位：DID 或名称；默认为发起单位。"),
    ),
]


def attest(
    *,
    paths: Paths,
    label: Label = "",
    by: By = "",
    receipts: Receipts = None,
    no_receipts: NoReceipts = False,
    home_: Home = None,
) -> Said:
    """Attest files and folders, with a receipt for each file."""
    from wusong.cli.naming import party_of
    from wusong.cli.receipts import targets
    from wusong.data.attest import BATCH, files
    from wusong.data.evidence import hand_in

    found = files(paths)
    places = [] if no_receipts else targets(found, receipts)
    with opened(home_, "attest", beside=True) as node, _booked(node) as book:
        submitter = party_of(node, by) if by else node.founder
        _settle(node, book)
        items: list[dict[str, Any]] = []
        deeds: list[dict[str, Any]] = []
        silent: dict[str, str] = {}
        for start in range(0, len(found), BATCH):
            part = found[start : start + BATCH]
            batch = _prepare(node, part, label)
            done = hand_in(node, book, batch, submitter)
            deeds.append(
                {"asset": done.asset, "count": len(part), "deed": done.deed, "root": batch.root.hex()}
            )
            silent |= _ask_witnesses(node)
            items += _items(node, batch, done.deed, part, places[start : start + BATCH])
    lines = [*_attested_lines(deeds, items, receipts, no_receipts), *_kept_lines(items)]
    lines += _silent_lines(silent)
    return Said({"batches": deeds, "items": items, "witnesses_failed": silent}, lines)


@contextmanager
def _booked(node: Node) -> Iterator[Book]:
    """The book of salts, one command at a time: another's unfinished batch looks like an abandoned one."""
    from wusong.data.attest import FILE, Book
    from wusong.node import lock

    with lock.turn(node.folder, "evidence"), Book(node.folder / FILE) as book:
        yield book


def _ask_witnesses(node: Node) -> dict[str, str]:
    """Have the newest checkpoint witnessed before receipts rest on it; gives those that did not sign. A node
    that runs asks them itself.
    """
    from wusong.node import witnessing
    from wusong.node.beside import Beside

    witnesses = witnessing.listed(node.folder)
    if witnesses and isinstance(node, Beside):
        late = say("the running node has not had it witnessed yet", "运行中的节点尚未取得其见证")
        return {} if node.witnessed() else {witness.name: late for witness in witnesses}
    return witnessing.Asking(node.ledger, node.keys.log_key(), witnesses).ask() if witnesses else {}


def _silent_lines(silent: dict[str, str]) -> list[str]:
    return [
        say(f"Witness {clean(name)} did not sign: {clean(why)}", f"见证方 {clean(name)} 未签署：{clean(why)}")
        for name, why in silent.items()
    ]


def _prepare(node: Node, part: list[Found], label: str) -> Batch:
    from wusong.data.attest import digest_of, prepare

    total = sum(one.path.stat().st_size for one in part)
    with progress(say("hashing", "计算摘要"), total, size=True) as advance:
        digests = [(one.name, digest_of(node.ledger.suite, one.path, advance)) for one in part]
    return prepare(node.ledger.suite, digests, label)


def _settle(node: Node, book: Book) -> None:
    """Find the deeds of batches that were handed in by a process that stopped before it heard of them."""
    from wusong.cli.reading import evidence_deed

    for root in book.unsettled():
        deed = evidence_deed(node, root.hex())
        if deed is None:
            book.drop(root)
        else:
            book.settle(root, deed)


def _items(
    node: Node, batch: Batch, deed: str, part: list[Found], places: list[Path]
) -> list[dict[str, Any]]:
    """A row for each file; its receipt is written where ``places`` names a place for it."""
    rows: list[dict[str, Any]] = [
        {"deed": deed, "file": str(one.path), "index": place} for place, one in enumerate(part)
    ]
    with progress(say("writing receipts", "生成回执"), len(places)) as advance:
        made = _receipts(node, batch, deed, range(len(places))) if places else iter(())
        for row, place, data in zip(rows, places, made, strict=False):
            row.update(_written(place, data))
            advance(1)
    return rows


def _written(place: Path, data: bytes) -> dict[str, str]:
    """Write a receipt; gives where it is, and which earlier one was kept."""
    from wusong.cli.receipts import write

    written = write(place, data)
    kept = {} if written.kept is None else {"kept": str(written.kept)}
    return {"receipt": str(written.path)} | kept


def _kept_lines(items: list[dict[str, Any]]) -> list[str]:
    """Say which receipts were there before, and what the new ones are called."""
    kept = [one for one in items if "kept" in one]
    if not kept:
        return []
    head = say(
        "Earlier receipts were kept; the new ones have names of their own:",
        "已有回执予以保留，新回执另行命名：",
    )
    shown = [f"  {clean(one['kept'])} -> {clean(Path(one['receipt']).name)}" for one in kept[:5]]
    more = len(kept) - len(shown)
    return [head, *shown, *([say(f"  and {more} more", f"  另有 {more} 份")] if more else [])]


def _receipts(node: Node, batch: Batch, deed: str, places: range | list[int]) -> Iterator[bytes]:
    from wusong.data.attest import receipt

    bundle = node.bundle(deed)
    for place in places:
        yield receipt(node.ledger.suite, bundle, batch.opening(place))


def _attested_lines(
    deeds: list[dict[str, Any]], items: list[dict[str, Any]], folder: Path | None, no_receipts: bool
) -> list[str]:
    lines = [
        say(
            f"{one['count']} file{'' if one['count'] == 1 else 's'} attested by deed {one['deed']}",
            f"{one['count']} 个文件已存证，指令 {one['deed']}",
        )
        for one in deeds
    ]
    if no_receipts:
        return [
            *lines,
            say("Receipts when they are wanted: wusong receipt FILE", "需要回执时：wusong receipt 文件"),
        ]
    if folder is not None:
        return [*lines, say(f"Receipts are in {folder}", f"回执在 {folder}")]
    shown = [f"  {clean(str(one['receipt']))}" for one in items[:5]]
    more = len(items) - len(shown)
    return [*lines, *shown, *([say(f"  and {more} more", f"  另有 {more} 份")] if more else [])]


def receipt(*, paths: Paths, receipts: Receipts = None, home_: Home = None) -> Said:
    """Make receipts of files that this node attested before."""
    from wusong.cli.receipts import targets
    from wusong.data.attest import files

    found = files(paths)
    with opened(home_, "receipt", beside=True) as node, _booked(node) as book:
        _settle(node, book)
        silent = _ask_witnesses(node)
        items = [
            _again(node, book, one, place) for one, place in zip(found, targets(found, receipts), strict=True)
        ]
    lines = [f"{clean(item['file'])}: {clean(item['receipt'])}" for item in items]
    lines += [*_kept_lines(items), *_silent_lines(silent)]
    return Said({"items": items, "witnesses_failed": silent}, lines)


def _again(node: Node, book: Book, one: Found, place: Path) -> dict[str, Any]:
    from wusong.data.attest import digest_of

    known = book.find(digest_of(node.ledger.suite, one.path))
    if known is None:
        raise DataError("not-attested-here", file=str(one.path))
    root, deed, index = known
    (data,) = _receipts(node, book.batch(node.ledger.suite, root), deed, [index])
    return {"deed": deed, "file": str(one.path), "index": index} | _written(place, data)
