"""Where receipts go, so that each file has its own and none is ever lost.

* A receipt is evidence of a time: it is never overwritten. Where one stands already, the new one is called
  ``FILE.receipt-2.json``, then ``-3``, and the command says so.
* Beside its file a receipt is called ``FILE.receipt.json``. In a folder for all of them it keeps the path
  that the file has below what was typed; files that would share a place keep their path below the folder
  that holds them all.
* To verify a file, its earliest receipt that is of its content counts.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wusong.data.attest import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wusong.data.attest import Found

__all__ = ["Written", "of_file", "targets", "write"]


@dataclass(frozen=True, slots=True)
class Written:
    """Where a receipt is now; ``kept`` is the earlier one whose name it could not have."""

    path: Path
    kept: Path | None = None


def targets(found: Sequence[Found], folder: Path | None) -> list[Path]:
    """Where the receipt of each file goes, if nothing stands there; ``folder`` None: beside the file."""
    if folder is None:
        return [one.path.with_name(one.path.name + SUFFIX) for one in found]
    shown = [_below(folder, _parts(one)) for one in found]
    shared = {path for path, times in Counter(shown).items() if times > 1}
    if not shared:
        return shown
    alike = [one.path.absolute() for one, path in zip(found, shown, strict=True) if path in shared]
    base = Path(os.path.commonpath([path.parent for path in alike]))
    return [
        _below(folder, one.path.absolute().relative_to(base).parts) if path in shared else path
        for one, path in zip(found, shown, strict=True)
    ]


def _parts(one: Found) -> tuple[str, ...]:
    """The name that a receipt shows, as parts of a path that leads nowhere else."""
    return tuple(part for part in Path(one.name).parts if part not in {"/", "..", "."})


def _below(folder: Path, parts: Sequence[str]) -> Path:
    inner = [part for part in parts if part != ".."]
    return folder.joinpath(*inner[:-1], inner[-1] + SUFFIX)


def write(target: Path, data: bytes) -> Written:
    """Write a receipt to the first free name; where this very receipt stands already, nothing is written.

    Raises OSError.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    for path in _names(target):
        try:
            with path.open("xb") as file:
                file.write(data)
        except FileExistsError:
            if path.is_file() and path.read_bytes() == data:
                return Written(path)
            continue
        return Written(path, None if path == target else target)
    raise AssertionError  # the names have no end


def of_file(file: Path) -> list[Path]:
    """The receipts beside a file, the earliest first."""
    found: list[Path] = []
    for path in _names(file.with_name(file.name + SUFFIX)):
        if not path.exists():
            return found
        found.append(path)
    return found


def _names(first: Path) -> Iterator[Path]:
    """``a.receipt.json``, ``a.receipt-2.json``, and so on."""
    yield first
    stem, number = first.name.removesuffix(SUFFIX), 2
    head, _, tail = SUFFIX.rpartition(".")
    while True:
        yield first.with_name(f"{stem}{head}-{number}.{tail}")
        number += 1
