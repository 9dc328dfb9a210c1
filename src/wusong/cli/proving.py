"""``wusong attest``, ``receipt`` and ``verify``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from wusong.cli.opening import is_node, opened
from wusong.cli.progress import progress
from wusong.cli.terminal import Said, UsageError, clean, say, terminal
from wusong.cli.words import Home, both
from wusong.errors import DataError, ProofError
from wusong.node.settings import home

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from wusong.data.attest import Batch, Book, Found
    from wusong.node.node import Node

_READ_LIMIT: Final = 4 << 20
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
            "Put all receipts into this folder; else FILE.receipt.json beside each file.",
            "将全部回执写入该目录；默认在各文件旁生成 FILE.receipt.json。",
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
    from wusong.data.attest import BATCH, FILE, Book, files

    found = files(paths)
    with opened(home_, "attest") as node, Book(node.folder / FILE) as book:
        submitter = party_of(node, by) if by else node.founder
        _settle(node, book)
        items: list[dict[str, Any]] = []
        deeds: list[dict[str, Any]] = []
        silent: dict[str, str] = {}
        for start in range(0, len(found), BATCH):
            part = found[start : start + BATCH]
            batch = _prepare(node, part, label)
            deed, asset = _hand_in(node, book, batch, submitter)
            deeds.append({"asset": asset, "count": len(part), "deed": deed, "root": batch.root.hex()})
            silent |= _ask_witnesses(node)
            items += _items(node, batch, deed, part, receipts, write=not no_receipts)
    lines = [*_attested_lines(deeds, items, receipts, no_receipts), *_silent_lines(silent)]
    return Said({"batches": deeds, "items": items, "witnesses_failed": silent}, lines)


def _ask_witnesses(node: Node) -> dict[str, str]:
    """Have the newest checkpoint witnessed before receipts rest on it; gives those that did not sign."""
    from wusong.node import witnessing

    witnesses = witnessing.listed(node.folder)
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


def _hand_in(node: Node, book: Book, batch: Batch, submitter: str) -> tuple[str, str]:
    from wusong.errors import DeedError
    from wusong.ledger.intent import Intent

    book.keep(batch)
    try:
        done = node.act([Intent("evidence@1", "attest", batch.args, {"submitter": submitter})])
    except DeedError:
        book.drop(batch.root)
        raise
    book.settle(batch.root, done.deed)
    return done.deed, done.asset


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
    node: Node, batch: Batch, deed: str, part: list[Found], folder: Path | None, *, write: bool
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"deed": deed, "file": str(one.path), "index": place} for place, one in enumerate(part)
    ]
    if not write:
        return rows
    targets = [_target(one, folder) for one in part]
    with progress(say("writing receipts", "生成回执"), len(part)) as advance:
        for row, target, data in zip(
            rows, targets, _receipts(node, batch, deed, range(len(part))), strict=True
        ):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            row["receipt"] = str(target)
            advance(1)
    return rows


def _receipts(node: Node, batch: Batch, deed: str, places: range | list[int]) -> Iterator[bytes]:
    from wusong.data.attest import receipt

    bundle = node.bundle(deed)
    for place in places:
        yield receipt(node.ledger.suite, bundle, batch.opening(place))


def _target(one: Found, folder: Path | None) -> Path:
    from wusong.data.attest import SUFFIX

    if folder is None:
        return one.path.with_name(one.path.name + SUFFIX)
    parts = [part for part in Path(one.name).parts if part not in {"/", "..", "."}]
    return folder.joinpath(*parts[:-1], parts[-1] + SUFFIX)


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
    from wusong.data.attest import FILE, Book, files

    with opened(home_, "receipt") as node, Book(node.folder / FILE) as book:
        _settle(node, book)
        silent = _ask_witnesses(node)
        items = [_again(node, book, one, receipts) for one in files(paths)]
    lines = [f"{clean(item['file'])}: {clean(item['receipt'])}" for item in items]
    return Said({"items": items, "witnesses_failed": silent}, [*lines, *_silent_lines(silent)])


def _again(node: Node, book: Book, one: Found, folder: Path | None) -> dict[str, Any]:
    from wusong.data.attest import digest_of

    known = book.find(digest_of(node.ledger.suite, one.path))
    if known is None:
        raise DataError("not-attested-here", file=str(one.path))
    root, deed, place = known
    (data,) = _receipts(node, book.batch(node.ledger.suite, root), deed, [place])
    target = _target(one, folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    return {"deed": deed, "file": str(one.path), "index": place, "receipt": str(target)}


# -- verifying ---------------------------------------------------------------------------------------------

File = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", help=both("A bundle, or a file that has a receipt.", "证据包，或已有回执的文件。")
    ),
]
Receipt = Annotated[
    Path | None,
    typer.Option(
        "--receipt",
        metavar="FILE",
        help=both("The file's receipt; else FILE.receipt.json.", "文件的回执；默认为 FILE.receipt.json。"),
    ),
]
Trust = Annotated[
    Path | None,
    typer.Option(
        "--trust",
        metavar="FILE",
        help=both(
            "The trust file; else that of the node in --home.",
            "信任文件；默认采用 --home 所指节点自身的信任文件。",
        ),
    ),
]


def verify(*, file: File, receipt: Receipt = None, trust: Trust = None, home_: Home = None) -> Said:
    """Verify a bundle, or a file against its receipt, offline."""
    verifier = load_verifier()
    known, whose = _trust(trust, home(home_))
    evidence, content = _evidence(file, receipt)
    report = verifier.verify(_read(evidence), known)
    if content is not None and not report.status:
        with content.open("rb"):
            report = verifier.match_content(report, content)
    lines = [clean(line) for line in verifier.lines_of(report, terminal.get().lang)]
    data = report._asdict() | {
        "content": None if content is None else str(content),
        "evidence": str(evidence),
        "lines": lines,
        "trust": whose,
    }
    if whose == "node" and report.status != 2:
        lines = [
            *lines,
            say(
                "Checked against this node's own trust file; other readers need one from a source of theirs.",
                "依据本节点自身的信任文件核验；其他核验人应使用其自有可信来源的信任文件。",
            ),
        ]
    return Said(data, lines, report.status)


def load_verifier() -> ModuleType:
    """The stand-alone verifier, which shares no code with the node. Raises UsageError ``no-verifier``."""
    import importlib.util

    from wusong.node.verifier import find

    path = find()
    spec = None if path is None else importlib.util.spec_from_file_location("wusong_verify", path)
    if spec is None or spec.loader is None:
        raise UsageError("no-verifier")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _trust(given: Path | None, folder: Path) -> tuple[bytes, str]:
    if given is not None:
        return _read(given), str(given)
    if not is_node(folder):
        raise ProofError("no-trust", folder=str(folder))
    from wusong.cli.reading import genesis_of
    from wusong.crypto import canonical
    from wusong.node import witnessing

    return canonical.encode(witnessing.trust(folder, genesis_of(folder))), "node"


def _evidence(file: Path, receipt: Path | None) -> tuple[Path, Path | None]:
    """(the bundle, the file whose content it shall open)"""
    from wusong.data.attest import SUFFIX

    if receipt is not None:
        return receipt, file
    if _is_bundle(file):
        return file, None
    beside = file.with_name(file.name + SUFFIX)
    if beside.exists():
        return beside, file
    if file.suffix == ".json":
        return file, None
    raise ProofError("no-receipt", file=str(file), receipt=str(beside))


def _is_bundle(file: Path) -> bool:
    with file.open("rb") as opened_file:
        data = opened_file.read(_READ_LIMIT + 1)
    if len(data) > _READ_LIMIT or not data.lstrip().startswith(b"{"):
        return False
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and str(value.get("format", "")).startswith("wusong-bundle/")


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_READ_LIMIT + 1)
