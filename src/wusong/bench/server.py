"""A node serving HTTP in a process of its own: what ``http`` and ``memory`` measure.

    python -m wusong.bench.server FOLDER      the node in FOLDER, as ``wusong up`` serves it
    python -m wusong.bench.server --empty     the same server with an answer that costs nothing

The address is printed when the socket answers; SIGTERM ends it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_ANSWER: Final = b"{" + b'"receipt":"' + b"0" * 400 + b'"}'


@contextmanager
def running(*arguments: str) -> Iterator[tuple[str, int, int]]:
    """Start one, give host, port and process id, and end it."""
    command = [sys.executable, "-m", "wusong.bench.server", *arguments]
    quiet = {**os.environ, "WUSONG_LOG_LEVEL": "warning"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=quiet) as child:
        try:
            line = child.stdout.readline().strip() if child.stdout else ""
            if not line:
                raise RuntimeError("the server did not start")
            host, _, port = line.removeprefix("http://").rpartition(":")
            yield host, int(port), child.pid
        finally:
            child.send_signal(signal.SIGTERM)
            child.wait()


def _say(address: str) -> None:
    sys.stdout.write(f"{address}\n")
    sys.stdout.flush()


def _node(folder: Path) -> None:
    from wusong.node.node import Node
    from wusong.node.process import settle
    from wusong.web.serve import serve

    node = Node.open(folder)
    settle()
    try:
        serve(node, "127.0.0.1", 0, _say)
    finally:
        node.close()


async def _empty(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(_ANSWER)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": _ANSWER, "more_body": False})


async def _serve_empty() -> None:
    from granian.constants import Interfaces
    from granian.server.embed import Server

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = Server(
        _empty,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGINL,
        websockets=False,
        log_enabled=False,
    )
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.stop)
    task = asyncio.ensure_future(server.serve())
    while not task.done():
        try:
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.02)
            continue
        writer.close()
        break
    _say(f"http://127.0.0.1:{port}")
    await task


if __name__ == "__main__":
    if sys.argv[1] == "--empty":
        asyncio.run(_serve_empty())
    else:
        _node(Path(sys.argv[1]))
