"""``wusong verify``: a bundle, or a file against its receipt, by the stand-alone verifier."""

from __future__ import annotations

import errno
import json
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, Final

import typer

from wusong.cli.terminal import Said, UsageError, clean, say, terminal
from wusong.cli.words import Home, both
from wusong.errors import ProofError
from wusong.node.founding import is_node
from wusong.node.settings import home

if TYPE_CHECKING:
    from types import ModuleType

_READ_LIMIT: Final = 4 << 20
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
        help=both(
            "The file's receipt; else FILE.receipt.json, or the earliest later one that is of its content.",
            "文件的回执；默认为“文件名.receipt.json”，有多份时取与内容相符的最早一份。",
        ),
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
    places, content = _evidence(file, receipt)
    evidence, report = _examined(verifier, places, content, known)
    lines = [clean(line) for line in _told(verifier, report, content)]
    data = report._asdict() | {
        "content": None if content is None else str(content),
        "evidence": str(evidence),
        "lines": lines,
        "trust": whose,
    }
    if content is not None:
        lines = [*lines, clean(say(f"Receipt: {evidence}", f"所依据的回执：{evidence}"))]
    if whose == "node" and report.status != 2:
        lines = [
            *lines,
            say(
                "Checked against this node's own trust file; other readers need one from a source of theirs.",
                "依据本节点自身的信任文件核验；其他核验人应使用其自有可信来源的信任文件。",
            ),
        ]
    return Said(data, lines, report.status)


def _examined(
    verifier: ModuleType, places: list[Path], content: Path | None, known: bytes
) -> tuple[Path, Any]:
    """The evidence and its report: of several receipts the first that holds, else the first."""
    first: tuple[Path, Any] | None = None
    for place in places:
        report = verifier.verify(_read(place), known)
        if content is not None and not report.status:
            with _opened(content):
                report = verifier.match_content(report, content)
        if not report.status:
            return place, report
        first = first or (place, report)
    assert first is not None, "there is one place at least"  # noqa: S101
    return first


def _told(verifier: ModuleType, report: Any, content: Path | None) -> list[str]:
    """The report for people. A file that differs is no fault of the evidence, so that is what is said."""
    told: list[str] = verifier.lines_of(report, terminal.get().lang)
    if report.reason != "content-not-opened" or content is None:
        return told
    return [
        told[0],
        say(
            f"The receipt holds, but {content} is not the file that was attested: it differs.",
            f"回执成立，但 {content} 不是当时存证的文件：内容不一致。",
        ),
        say(
            "Look for the file as it was then, or for the receipt of this one.",
            "请查找存证时的原文件，或与该文件相符的回执。",
        ),
    ]


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


def _evidence(file: Path, receipt: Path | None) -> tuple[list[Path], Path | None]:
    """(where the bundle is, or may be; the file whose content it shall open)"""
    from wusong.cli.receipts import of_file
    from wusong.data.attest import SUFFIX

    if receipt is not None:
        return [receipt], file
    if _is_bundle(file):
        return [file], None
    if beside := of_file(file):
        return beside, file
    if file.suffix == ".json":
        return [file], None
    raise ProofError("no-receipt", file=str(file), receipt=file.name + SUFFIX)


def _is_bundle(file: Path) -> bool:
    with _opened(file) as opened_file:
        data = opened_file.read(_READ_LIMIT + 1)
    if len(data) > _READ_LIMIT or not data.lstrip().startswith(b"{"):
        return False
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and str(value.get("format", "")).startswith("wusong-bundle/")


def _read(path: Path) -> bytes:
    with _opened(path) as file:
        return file.read(_READ_LIMIT + 1)


def _opened(path: Path) -> BinaryIO:
    """A regular file, open: a pipe would have the command wait for whoever might write into it. Raises
    OSError.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, say("not a regular file", "不是普通文件"), str(path))
    return os.fdopen(descriptor, "rb")
