"""The data files that come with a catalogue workbook through the portal or the API: one by one, or in a zip.

* Each goes into the vault as it comes; a list of names and commitments goes there too, and its commitment
  stands for all of them: what a colleague signs names the very files that were checked.
* More files can follow: they make a new list. A name stands for one content; another one under the same name
  replaces it in the new list.
* A zip is judged by its directory before anything is unpacked (``container``); folders in it do not count, a
  zip in a zip is a file like others and no table.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec

from wusong.crypto import canonical
from wusong.data import contents
from wusong.data.brought import brought
from wusong.data.host import Host
from wusong.data.intake.container import refuse_bomb
from wusong.errors import CryptoError, DataError

__all__ = ["MAX_FILE", "MAX_FILES", "keep", "names", "read", "unpacked"]

MAX_FILES: Final = 1_000
MAX_FILE: Final = 32 << 20
_LISTED: Final = "catalogue-files"
_UTF8: Final = 0x800
_ENCRYPTED: Final = 0x1


def unpacked(files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """The files, a zip replaced by what it holds. Raises DataError ``files-archive``, ``table-bomb``."""
    for name, content in files:
        if name.lower().endswith(".zip"):
            yield from _members(name, content)
        else:
            yield _plain(name), content


def keep(host: Host, party: str, files: Iterable[tuple[str, bytes]], earlier: str = "") -> str:
    """Put the files into the vault: the commitment of the list, with those of an ``earlier`` list in it.

    Raises DataError ``files-...``, ``table-bomb``, ``content-not-brought``, VaultError.
    """
    listed = dict(names(host, party, earlier)) if earlier else {}
    came: set[str] = set()
    for name, content in unpacked(files):
        if name in came:
            raise DataError("files-twice", name=name)
        if len(content) > MAX_FILE:
            raise DataError("files-too-large", limit=MAX_FILE >> 20, name=name)
        came.add(name)
        if len(came | set(listed)) > MAX_FILES:
            raise DataError("files-too-many", limit=MAX_FILES)
        commitment = contents.put(host.vault, content).commitment
        brought(host).note(party, commitment)
        listed[name] = commitment
    made = contents.put_json(host.vault, {_LISTED: [list(one) for one in sorted(listed.items())]}).commitment
    brought(host).note(party, made)
    return made


def names(host: Host, party: str, files: str) -> Mapping[str, str]:
    """The commitments by name that a list holds. Raises DataError ``content-not-brought``, ``files-list``."""
    brought(host).demand(party, files)
    try:
        found = contents.read_json(host.vault, files)
        listed = dict(msgspec.convert(found[_LISTED], list[tuple[str, str]]))
    except (KeyError, TypeError, msgspec.ValidationError, CryptoError):
        raise DataError("files-list", commitment=files) from None
    brought(host).demand(party, *listed.values())
    return listed


def read(host: Host, listed: Mapping[str, str], name: str) -> bytes | None:
    """The content of a file on a list; None where the list does not name it."""
    commitment = listed.get(name)
    return None if commitment is None else contents.read(host.vault, commitment)


def _members(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            refuse_bomb(entries)
            if any(entry.flag_bits & _ENCRYPTED for entry in entries):
                raise DataError("files-archive", name=name)
            for entry in entries:
                if (inner := _plain(_name(entry))) and not _hidden(entry.filename):
                    yield inner, archive.read(entry)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, OSError, EOFError):
        raise DataError("files-archive", name=name) from None


def _name(entry: zipfile.ZipInfo) -> str:
    """A name as it was typed: packers on Windows write it in GBK and do not say so."""
    if entry.flag_bits & _UTF8:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return entry.filename


def _plain(name: str) -> str:
    """The last part of a name, as canonical JSON can hold it."""
    return canonical.to_text(name.replace("\\", "/").rsplit("/", 1)[-1].strip())[:200]


def _hidden(path: str) -> bool:
    """What packers put there for themselves."""
    return path.startswith("__MACOSX/") or path.rsplit("/", 1)[-1].startswith(".")
