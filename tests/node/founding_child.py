"""Found networks that are killed at one file operation after the other, until one founding gets through.

Each runs in a process of its own, forked here, which ends at once at its n-th operation; nothing is closed
or tidied up. Prints one line of JSON: for each kill, whether a node stood then, and what the next start
made of it.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from wusong.errors import NodeError
from wusong.ledger.ledger import Ledger
from wusong.node.founding import LEDGER_FOLDER, Founding, found, is_node, resume
from wusong.node.keyring import Keyring, passphrase

EVENTS = {
    "open",
    "os.mkdir",
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.listdir",
    "sqlite3.connect",
    "os.scandir",
}
KILLED = 9


def main(base: Path) -> None:
    killed: list[dict[str, Any]] = []
    for number in range(1, 500):
        folder = base / str(number)
        if not _killed_at(number, folder):
            print(json.dumps({"killed": killed, "through": is_node(folder)}))
            return
        killed.append({"node": is_node(folder), "after": _start(folder)})


def _killed_at(number: int, folder: Path) -> bool:
    child = os.fork()
    if child == 0:
        left = [number]

        def count(event: str, arguments: tuple[object, ...]) -> None:
            if event in EVENTS and str(folder) in str(arguments[0]):
                left[0] -= 1
                if not left[0]:
                    os._exit(KILLED)

        sys.addaudithook(count)
        found(folder, Founding(trial=True), "[node]\n")
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == KILLED


def _start(folder: Path) -> str:
    """What ``up`` does at its beginning, and that keys and ledger then fit together."""
    resume(folder)
    if not is_node(folder):
        found(folder, Founding(trial=True), "[node]\n")
    code = ""
    try:
        found(folder)
    except NodeError as refused:
        code = refused.code
    ring = Keyring.open(folder, passphrase(folder))
    with_key = Ledger.open(folder / LEDGER_FOLDER, ring.seal_key)
    signs = ring.holds(with_key.genesis.installers[0])
    with_key.close()
    return code if signs and (folder / "wusong.toml").exists() else "broken"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
