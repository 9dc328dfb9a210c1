"""``wusong verify``: a bundle, a file against its receipt, or the QR codes of a certificate, by the
stand-alone verifier.
"""

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
    Path | None,
    typer.Argument(
        metavar="[FILE]", help=both("A bundle, or a file that has a receipt.", "证据包，或已有回执的文件。")
    ),
]
Codes = Annotated[
    list[str] | None,
    typer.Option(
        "--qr",
        metavar="TEXT|FILE",
        help=both(
            "Text of a certificate's QR code, or a file of such texts, one a line; repeat for each code.",
            "登记证二维码的文字，或逐行存有此类文字的文件；有多个二维码的，可重复给出。",
        ),
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


def verify(
    *,
    file: File = None,
    receipt: Receipt = None,
    qr: Codes = None,
    trust: Trust = None,
    home_: Home = None,
) -> Said:
    """Verify a bundle, a file against its receipt, or the QR codes of a certificate, offline."""
    verifier = load_verifier()
    if (file is None) == (qr is None):
        raise UsageError("missing-argument", name="FILE | --qr")
    known, whose = _trust(trust, home(home_))
    if file is None:
        return _certificate(verifier, qr or [], known, whose)
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
    if report.status != 2:
        lines = [*lines, *_whose(whose)]
    return Said(data, lines, report.status)


def _whose(whose: str) -> list[str]:
    """A word about a trust file that is the node's own."""
    if whose != "node":
        return []
    return [
        say(
            "Checked against this node's own trust file; other readers need one from a source of theirs.",
            "依据本节点自身的信任文件核验；其他核验人应使用其自有可信来源的信任文件。",
        )
    ]


def _certificate(verifier: ModuleType, given: list[str], known: bytes, whose: str) -> Said:
    """What the codes of a certificate prove: the bundle in them, judged like any other, then its words."""
    from wusong.crypto import canonical
    from wusong.data.registration import certificate, compact, printing

    bundle = compact.join([text for one in given for text in _texts(one)])
    report = verifier.verify(canonical.encode(bundle), known)
    lang = terminal.get().lang
    lines = [clean(line) for line in verifier.lines_of(report, lang)]
    says = certificate.particulars(bundle) if not report.status else {}
    stands = not says or certificate.in_force(says)
    listed = printing.rows(says, lang) if says and says["code"] else []
    told = [clean(f"{label}: {text}") for label, text in listed]
    if not stands:
        told.insert(
            0, clean(_NOT_IN_FORCE[lang].format(name=says["name"], state=printing.word(says["state"], lang)))
        )
    if says and not certificate.known(says, bundle["genesis"]["suite"]):
        told.insert(0, _UNKNOWN[lang].format(**says))
    data = report._asdict() | {"certificate": says, "content": None, "evidence": "qr", "lines": lines}
    return Said(data | {"trust": whose}, [*lines, *told, *_whose(whose)], report.status or int(not stands))


_NOT_IN_FORCE: Final = {
    "en": (
        "NOT IN FORCE: the codes are genuine, but they prove no registration in force; the record “{name}” "
        "stood as “{state}” when this was sealed."
    ),
    "zh": "登记不在有效状态：二维码内容属实，但不能证明登记有效；出具证明时，“{name}”的状态为“{state}”。",
}
_UNKNOWN: Final = {
    "en": (
        "WARNING: the record is under contract {contract}, which is not the registration page of this "
        "version; read that contract before relying on the words below."
    ),
    "zh": (
        "警告：该记录适用的合约 {contract} 并非本版本的公共数据资源登记合约，"
        "采信下列事项前应当先行查阅该合约。"
    ),
}


def _texts(given: str) -> list[str]:
    """The texts that were given, or that stand in a file."""
    if given.startswith("WSC"):
        return [given]
    return [line for line in _read(Path(given)).decode(errors="replace").splitlines() if line]


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
