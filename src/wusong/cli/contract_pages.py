"""Finding the page that is meant: a file, a page on the ledger, or, without a node, one that comes with the
program.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wusong.cli.opening import opened
from wusong.errors import ContractError, NodeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wusong.contract.interpreter import Compiled


@dataclass(frozen=True, slots=True)
class Found:
    """A page, and its address where it stands on a ledger."""

    compiled: Compiled
    digest: str | None = None


def find(name: str, home: Path | None, what: str) -> Found:
    """The page that ``name`` means: a file, else a page of the node's ledger, else one of the program's own.

    Raises:
        ContractError: ``bad-page``, for a file.
        NodeError: ``no-such-contract``, ``no-node``.
    """
    path = Path(name)
    if path.suffix in {".yaml", ".yml"} or path.is_file():
        return Found(_sound(path.read_bytes()))
    try:
        with opened(home, what, beside=True) as node:
            from wusong.node import library

            page = library.find(node, name)
            return Found(page.compiled, page.digest)
    except NodeError as error:
        if error.code != "no-node":
            raise
        return _shipped(name, error)


def _sound(text: bytes) -> Compiled:
    from wusong.contract.page import load

    page = load(text)
    if page.compiled is None or not page.ok:
        raise ContractError("bad-page", findings=[finding.to_json() for finding in page.findings])
    return page.compiled


def _shipped(name: str, error: NodeError) -> Found:
    own = name.partition("@")[0]
    for text in _texts():
        if f"contract: {own}\n".encode() in text:
            found = _sound(text)
            if name in {own, found.name}:
                return Found(found)
    raise error


def shipped() -> list[Compiled]:
    """Every page that comes with the program."""
    return [_sound(text) for text in _texts()]


def _texts() -> Iterator[bytes]:
    from wusong.node.domains import domains

    return (page.read_bytes() for domain in domains() for page in domain.pages())
