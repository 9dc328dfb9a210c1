"""The limits that figures are held against: pure arithmetic, plain SQLite, plain flushes, each in the least
code that does it.

* ``verifications``: signatures checked per second by one process, nothing else.
* ``hashes``: short messages hashed per second by one process.
* ``inserts``: the rows of a block written by plain SQLite, durable, nothing else.
* ``deeds``: what two processes would do if one only checked signatures while the other only hashed and
  inserted.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wusong.crypto.keys import PrivateKey
from wusong.crypto.random import random_bytes
from wusong.crypto.suites import INTL, suite

if TYPE_CHECKING:
    from collections.abc import Callable

HASHES: Final = 30
"""Hashes that a deed of one act costs with 100,000 assets standing, counted: ids, digests, salts, effects,
receipt, log, and the nodes of the state tree that it shares with the others of its block.
"""
_MESSAGE: Final = 200  # bytes; the middle of what a deed has hashed
_ENVELOPE, _RECEIPT, _RECORDS, _LEAF = 1_000, 400, 550, 420  # bytes that a deed of one act stores
_BLOCK: Final = 4_096
_SCHEMA: Final = """
CREATE TABLE deeds (seq INTEGER PRIMARY KEY, id BLOB UNIQUE, envelope BLOB, receipt BLOB, records BLOB);
CREATE TABLE leaves (key BLOB PRIMARY KEY, value BLOB);
"""


def verifications(alg: str, during: float) -> float:
    """Signatures of ``alg`` that one process checks in a second."""
    key = PrivateKey.generate(alg)
    message = random_bytes(600)
    signature, verify = key.sign(message), key.public.verify
    return _rate(lambda: verify(message, signature), during)


def hashes(during: float, name: str = "intl") -> float:
    """Messages of 200 bytes that one process hashes in a second."""
    messages = [random_bytes(_MESSAGE)] * 1_000
    each = suite(name).hash_each
    return 1_000 * _rate(lambda: each(messages), during)


def inserts(folder: Path, blocks: int, hashed: int = 0) -> float:
    """Deeds whose rows plain SQLite makes durable in a second, in blocks of 4,096; ``hashed`` hashes go with
    each deed.
    """
    database = sqlite3.connect(folder / "limit.db", isolation_level=None)
    database.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; {_SCHEMA}")
    rows = [[_row() for _ in range(_BLOCK)] for _ in range(blocks)]
    started = time.perf_counter()
    for block in rows:
        INTL.hash_each([b"x" * _MESSAGE] * (hashed * _BLOCK))
        database.execute("BEGIN")
        database.executemany(
            "INSERT INTO deeds (id, envelope, receipt, records) VALUES (?, ?, ?, ?)", [r[:4] for r in block]
        )
        database.executemany("INSERT INTO leaves VALUES (?, ?)", [r[4:] for r in block])
        database.execute("COMMIT")
    taken = time.perf_counter() - started
    database.close()
    return blocks * _BLOCK / taken


def deeds(folder: Path, during: float, blocks: int) -> tuple[float, float]:
    """Signatures checked, and deeds hashed and inserted, in a second, by two processes at the same time."""
    command = [sys.executable, "-m", "wusong.bench.limits"]
    asked = ([*command, "verifications", str(during)], [*command, "inserts", str(folder), str(blocks)])
    started = [subprocess.Popen(one, stdout=subprocess.PIPE, text=True) for one in asked]
    checked, written = [float(process.communicate()[0]) for process in started]
    return checked, written


def _row() -> tuple[bytes, ...]:
    return (
        random_bytes(32),
        b"e" * _ENVELOPE,
        b"r" * _RECEIPT,
        b"w" * _RECORDS,
        random_bytes(32),
        b"l" * _LEAF,
    )


def _rate(work: Callable[[], object], during: float) -> float:
    """How often ``work`` runs in a second."""
    work()
    count, started = 0, time.perf_counter()
    while (taken := time.perf_counter() - started) < during:
        for _ in range(20):
            work()
        count += 20
    return count / taken


if __name__ == "__main__":
    if sys.argv[1] == "verifications":
        measured = verifications("Ed25519", float(sys.argv[2]))
    else:
        measured = inserts(Path(sys.argv[2]), int(sys.argv[3]), HASHES)
    sys.stdout.write(f"{measured}\n")
