"""A client that calls a data product over many keep-alive connections, in a process of its own.

    python -m wusong.bench.callers HOST PORT CONNECTIONS COUNT USE TOKEN

It prints how many calls were answered in a second, from the first request to the last answer.
"""

from __future__ import annotations

import json
import subprocess
import sys

from wusong.bench.client import _post

VALUES = 50
"""Values that the parameter takes in turn."""


def rate(address: tuple[str, int], connections: int, count: int, use: str, token: str) -> float:
    """Run a client, and give what it measured."""
    numbers = (str(address[1]), str(connections), str(count))
    command = [sys.executable, "-m", "wusong.bench.callers", address[0], *numbers, use, token]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _requests(host: str, count: int, use: str, token: str) -> list[bytes]:
    head = (
        f"POST /api/v1/uses/{use}/call HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token}\r\nContent-Length: "
    )
    bodies = [json.dumps({"parameters": {"province": str(number % VALUES)}}) for number in range(count)]
    return [f"{head}{len(body)}\r\n\r\n{body}".encode() for body in bodies]


if __name__ == "__main__":
    host, port, connections, count, use, token = sys.argv[1:]
    sys.stdout.write(f"{_post(host, int(port), int(connections), _requests(host, int(count), use, token))}\n")
