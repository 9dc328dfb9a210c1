"""A ledger on a disk that fills up: the greatest length of a file is limited, reached, and lifted again.

    python full_child.py FOLDER

Writes one JSON object: codes before, under and after the limit, and the receipts that were given.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from ledger.kit import Net
from wusong.errors import StoreError
from wusong.ledger.receipt import Receipt

ROOM = 400_000  # bytes beyond what the files have when the limit is set


def main() -> None:
    """Fill, be refused, go on."""
    folder = Path(sys.argv[1])
    net = Net.create(folder)
    given: list[Receipt] = []
    largest = max(file.stat().st_size for file in folder.iterdir())
    _soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest + ROOM, hard))
    refused: list[tuple[bytes, str]] = []
    explained = ""
    while len(refused) < 5:
        envelope = net.one(
            "alice",
            net.title,
            "issue",
            {"holder": net.did("alice"), "lot": "L" * 60},
            as_={"issuer": "alice"},
        )
        try:
            given.append(net.submit(envelope))
        except StoreError as error:
            refused.append((envelope, error.code))
            explained = str(error.explain("zh"))
    root = net.ledger.app.tree.root.hex()
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    again = [net.submit(envelope) for envelope, _code in refused]
    given += again
    net.close()
    print(
        json.dumps(
            {
                "again": [receipt.code for receipt in again],
                "explained": explained,
                "given": [[receipt.deed, receipt.height, receipt.index] for receipt in given],
                "refused": [code for _envelope, code in refused],
                "root_when_full": root,
            }
        )
    )


if __name__ == "__main__":
    main()
