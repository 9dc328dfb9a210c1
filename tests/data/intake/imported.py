"""A process that imports a catalogue workbook until it is killed.

python imported.py before NODE PARTY REGISTRY WORKBOOK    is killed before its third deed is handed in
python imported.py after NODE PARTY REGISTRY WORKBOOK     is killed between its third deed and the book's note
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(when: str, folder: str, party: str, registry: str, workbook: str) -> None:
    from wusong.data.intake import importbook, importing
    from wusong.node.node import Node

    node = Node.open(Path(folder))
    count = 0
    settle = importbook.Book.settle
    act = Node.act

    def acting(*args: object, **more: object) -> object:
        nonlocal count
        count += 1
        if when == "before" and count == 3:
            die()
        return act(*args, **more)  # type: ignore[arg-type]

    def settling(*args: object) -> None:
        if when == "after" and count == 3:
            die()
        settle(*args)  # type: ignore[arg-type]

    Node.act = acting  # type: ignore[method-assign,assignment]
    importbook.Book.settle = settling  # type: ignore[method-assign,assignment]
    importing.run(node, party, registry, Path(workbook).read_bytes(), importing.folder(Path(workbook).parent))


if __name__ == "__main__":
    main(*sys.argv[1:])
