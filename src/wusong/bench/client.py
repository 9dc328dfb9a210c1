"""A client that posts deeds over many keep-alive connections, in a process of its own, at as little cost as
Python allows.

    python -m wusong.bench.client HOST PORT CONNECTIONS FILE      FILE: envelopes, one a line

Each connection has one request under way. Every answer must be a 200. It prints how many deeds were
answered in a second, from the first request to the last answer.
"""

from __future__ import annotations

import selectors
import socket
import subprocess
import sys
import time
from pathlib import Path

PATH = "/api/v1/deeds"


def rate(address: tuple[str, int], connections: int, file: Path) -> float:
    """Run a client, and give what it measured."""
    command = [
        sys.executable,
        "-m",
        "wusong.bench.client",
        address[0],
        str(address[1]),
        str(connections),
        str(file),
    ]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _requests(host: str, file: Path) -> list[bytes]:
    head = f"POST {PATH} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: "
    return [f"{head}{len(body)}\r\n\r\n".encode() + body for body in file.read_bytes().splitlines()]


def _post(host: str, port: int, connections: int, requests: list[bytes]) -> float:
    selector = selectors.DefaultSelector()
    for _ in range(connections):
        connection = socket.create_connection((host, port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(connection, selectors.EVENT_READ, bytearray())
    waiting, left = iter(requests), len(requests)
    started = time.perf_counter()
    for key in list(selector.get_map().values()):
        _send(key.fileobj, next(waiting, None))
    while left:
        for key, _events in selector.select():
            if _answered(key.fileobj, key.data):
                left -= 1
                _send(key.fileobj, next(waiting, None))
    taken = time.perf_counter() - started
    for key in list(selector.get_map().values()):
        key.fileobj.close()  # type: ignore[union-attr]
    return len(requests) / taken


def _send(connection: object, request: bytes | None) -> None:
    if request is not None and isinstance(connection, socket.socket):
        connection.sendall(request)


def _answered(connection: object, seen: bytearray) -> bool:
    """Take what has come; whether that completes an answer."""
    assert isinstance(connection, socket.socket)  # noqa: S101 - for the type checker
    piece = connection.recv(65_536)
    seen += piece
    head, found, body = bytes(seen).partition(b"\r\n\r\n")
    if not piece or (found and not head.startswith(b"HTTP/1.1 200")):
        raise RuntimeError(f"not accepted: {bytes(seen)[:600]!r}")
    if not found or len(body) < _length(head):
        return False
    seen.clear()
    return True


def _length(head: bytes) -> int:
    lower = head.lower()
    at = lower.index(b"content-length:") + 15
    end = lower.find(b"\r\n", at)
    return int(lower[at:] if end < 0 else lower[at:end])


if __name__ == "__main__":
    given = _requests(sys.argv[1], Path(sys.argv[4]))
    sys.stdout.write(f"{_post(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), given)}\n")
