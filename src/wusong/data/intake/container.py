"""What kind of file this is, and whether it is safe to open: judged before anything of it is unpacked.

* The format is told by the first bytes, never by the name; the name only helps to say what was refused. A
  text whose name is that of an office file is refused: a person meant another file.
* A zip is judged by its directory: so many entries, so many bytes unpacked, such a ratio. Unpacking stops at
  the declared size, so a directory that lies gains nothing.
* Old Excel (.xls), WPS (.et, .wps), OpenDocument (.ods), Word, web pages saved as .xls: refused by name.
* A workbook with a password is an OLE container with an encrypted package: told by name, too.
"""

from __future__ import annotations

import zipfile
from pathlib import PurePath
from typing import BinaryIO, Final, Literal

from wusong.errors import DataError

__all__ = [
    "MAX_ENTRIES",
    "MAX_RATIO",
    "MAX_UNPACKED",
    "START",
    "Format",
    "format_of",
    "kind_of",
    "refuse_bomb",
]

Format = Literal["csv", "xlsx", "parquet"]

START: Final = 4096
"""Bytes that tell the format."""
MAX_UNPACKED: Final = 512 << 20
"""Bytes that a workbook may take unpacked, all its parts together."""
MAX_RATIO: Final = 250
"""How many times its packed size a part may take, when it takes more than ``_SMALL``."""
MAX_ENTRIES: Final = 10_000
_SMALL: Final = 16 << 20
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_LOOK: Final = 1 << 20
_WEB: Final = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<script")
_NO_TEXT: Final = frozenset({
    ".xlsx", ".xlsm", ".xlsb", ".xls", ".et", ".ett", ".ods", ".docx", ".doc", ".wps", ".pdf", ".pptx",
    ".ppt", ".parquet", ".zip",
})  # fmt: skip
"""Ends of names that no text has; one that has it was renamed, or is not what it is thought to be."""
_OTHER_ZIPS: Final = (
    ("word/document.xml", "Word (.docx)"),
    ("ppt/presentation.xml", "PowerPoint (.pptx)"),
    ("xl/workbook.bin", "Excel binary (.xlsb)"),
)


def format_of(stream: BinaryIO, name: str = "") -> Format:
    """The format of a seekable stream, which is left at its beginning.

    Raises DataError ``table-format``, ``table-name``, ``table-password``, ``table-bomb``, ``table-damaged``.
    """
    stream.seek(0)
    start = stream.read(START)
    kind = kind_of(start)
    stream.seek(0)
    if kind == "ole":
        raise _ole(stream, name)
    if kind == "web":
        raise DataError("table-format", kind="HTML / XML")
    if kind == "pdf":
        raise DataError("table-format", kind="PDF")
    suffix = PurePath(name).suffix.lower()
    if kind == "csv" and suffix in _NO_TEXT:
        raise DataError("table-name", suffix=suffix)
    return _zip(stream) if kind == "zip" else kind


def kind_of(start: bytes) -> Literal["csv", "parquet", "zip", "ole", "web", "pdf"]:
    """What a file's first bytes say it is; ``csv`` is whatever says nothing else."""
    if start.startswith(_OLE):
        return "ole"
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(b"PK\x03\x04"):
        return "zip"
    if start.startswith(b"%PDF-"):
        return "pdf"
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n")[:9].lower()
    return "web" if text.startswith(_WEB) else "csv"


def _ole(stream: BinaryIO, name: str) -> DataError:
    # Names of streams are UTF-16 in the container's directory; it may stand anywhere in the file.
    look = stream.read(_OLE_LOOK)
    stream.seek(-min(_OLE_LOOK, stream.seek(0, 2)), 2)
    look += stream.read(_OLE_LOOK)
    if "EncryptedPackage".encode("utf-16-le") in look:
        return DataError("table-password")
    kinds = {".et": "WPS (.et)", ".ett": "WPS (.ett)", ".wps": "WPS (.wps)", ".doc": "Word (.doc)"}
    return DataError("table-format", kind=kinds.get(PurePath(name).suffix.lower(), "Excel 97-2003 (.xls)"))


def _zip(stream: BinaryIO) -> Format:
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
            kind = archive.read("mimetype").decode("ascii", "replace") if _has_type(entries) else ""
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, OSError, ValueError):
        raise DataError("table-damaged", format="zip") from None
    finally:
        stream.seek(0)
    refuse_bomb(entries)
    found = {entry.filename for entry in entries}
    if "xl/workbook.xml" in found or "xl/worksheets/sheet1.xml" in found:
        return "xlsx"
    other = next((title for path, title in _OTHER_ZIPS if path in found), "zip")
    raise DataError("table-format", kind="OpenDocument (.ods)" if "opendocument" in kind else other)


def _has_type(entries: list[zipfile.ZipInfo]) -> bool:
    return any(entry.filename == "mimetype" and entry.file_size < 200 for entry in entries)


def refuse_bomb(entries: list[zipfile.ZipInfo]) -> None:
    """Judge a zip by its directory. Raises DataError ``table-bomb``."""
    size = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or size > MAX_UNPACKED:
        raise DataError("table-bomb", limit=MAX_UNPACKED >> 20, size=size >> 20)
    for entry in entries:
        if entry.file_size > _SMALL and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise DataError("table-bomb", limit=MAX_UNPACKED >> 20, size=entry.file_size >> 20)
