"""Examining what a node keeps beside the ledger: files as files, then their content against the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wusong.errors import WusongError
from wusong.node import stores
from wusong.node.checks import Check, failed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wusong.data.examining import Finding
    from wusong.node.node import Node


def files(folder: Path) -> Iterator[Check]:
    """Whether the files beside the ledger open and are whole; one check for each that is not."""
    found = stores.problems(folder)
    for name, wrong in found.items():
        en, zh = _REMEDY[name == stores.MODELS]
        yield Check(name, "bad", f"{name} is damaged ({wrong}). {en}", f"{name} 已损坏（{wrong}）。{zh}")
    if not found:
        yield Check(
            "stores", "ok", "The files beside the ledger open and are whole.", "账本之外的各数据文件完好。"
        )
    if not (folder / stores.NODE).exists():
        yield Check(
            stores.NODE,
            "note",
            "There is no node.db: no people, no entries, no access log. A node that never served has none; "
            "otherwise restore it from a backup.",
            "没有 node.db：无人员、待办与访问日志。从未启动过门户的节点属正常情形，否则请由备份恢复。",
        )


_REMEDY: Final = {
    True: ("Run wusong rebuild.", "请执行 wusong rebuild。"),
    False: ("It cannot be rebuilt: restore it from a backup.", "该文件无法重建，请由备份恢复。"),
}


def books(node: Node) -> Iterator[Check]:
    """What the ledger and the node's own books say must be here."""
    found = False
    try:
        for finding in _found(node):
            found = True
            yield Check("books", "bad" if finding.sure else "warn", finding.en, finding.zh)
    except WusongError as error:
        yield failed("books", error)
        return
    if not found:
        yield Check(
            "books",
            "ok",
            "Contents, calls and salts are here as the ledger says.",
            "内容、调用记录与盐值均与账本相符。",
        )


def _found(node: Node) -> Iterator[Finding]:
    from wusong.data import examining

    yield from examining.examine(node, node.keys.parties())
