"""A node under load that waits to be killed: each acknowledged deed is written to standard output first.

    python storm_child.py FOLDER SEED

Lines: ``ready``, then ``DEED HEIGHT INDEX CODE`` for each receipt, written after the receipt was given.
"""

from __future__ import annotations

import os
import random
import sys
import threading
from pathlib import Path

from ledger.kit import Clock, Net, genesis_for, key_of, page
from wusong.ledger.ledger import FILE, Ledger

NAMES = ("admin", "alice", "bob", "carol", "dave")


def main() -> None:
    """Open or create the ledger, then work until the end comes."""
    folder, seed = Path(sys.argv[1]), sys.argv[2]
    net = enter(folder)
    say("ready")
    workers = [
        threading.Thread(target=work, args=(net, name, random.Random(f"{seed} {name}"))) for name in NAMES[1:]
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def enter(folder: Path) -> Net:
    """The ledger in ``folder``, made when there is none, with the page installed."""
    clock = Clock()
    seal = key_of("seal", "intl")
    if (folder / FILE).exists():
        ledger = Ledger.open(folder, seal, clock)
    else:
        ledger = Ledger.create(folder, genesis_for(), seal, clock)
    net = Net(folder, ledger, clock, "intl")
    if ledger.store.page(page("title", "intl")[1]) is None:
        net.install("title")
    return net


def work(net: Net, name: str, chance: random.Random) -> None:
    """Issue and transfer titles, several deeds under way at a time; now and then a deed that is refused."""
    while True:
        asset = net.issue(name)
        others = [other for other in NAMES if other != name]
        made = [
            net.one(name, net.title, "issue", {"holder": net.did(name), "lot": "x"}, as_={"issuer": name})
        ]
        made += [net.transfer(name, asset, chance.choice(others)) for _ in range(chance.randrange(1, 6))]
        futures = [net.ledger.submit(envelope) for envelope in made]
        for future in futures:
            receipt = future.result(30)
            say(f"{receipt.deed} {receipt.height} {receipt.index} {receipt.code}")


def say(line: str) -> None:
    """One line, in one write, which a pipe takes whole."""
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    main()
