"""Serving: Granian on this process's own event loop, so that the engine's threads and the handlers share
one memory.

SIGTERM and SIGINT stop taking connections, let what is under way finish, and return; the caller closes the
node.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from typing import TYPE_CHECKING, Any, Final

from granian.constants import Interfaces
from granian.server.embed import Server

from wusong.web import logs
from wusong.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Callable

    from wusong.node.node import Node

BACKLOG: Final = 1024


def serve(
    node: Node,
    host: str | None = None,
    port: int | None = None,
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until told to stop. ``port`` 0 takes a free one; ``on_ready`` gets the base address once the
    socket answers.
    """
    logs.configure(node.settings.log_level, node.settings.log_format)
    asyncio.run(
        _serve(node, host or node.settings.host, node.settings.port if port is None else port, on_ready)
    )


def sign_in_path(token: str) -> str:
    """The path of a one-time link."""
    return f"/sign-in/{token}"


async def _serve(node: Node, host: str, port: int, on_ready: Callable[[str], None] | None) -> None:
    port = port or _free_port(host)
    app = create_app(node)
    server = Server(
        app,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        websockets=False,
        backlog=BACKLOG,
        backpressure=BACKLOG,
        log_access=False,
        log_enabled=False,
    )
    stopping = _signals(server)
    task = asyncio.ensure_future(server.serve())
    try:
        await _answers(host, port, task)
        if on_ready is not None:
            on_ready(base_url(host, port))
        await task
    finally:
        stopping.close()


def base_url(host: str, port: int) -> str:
    """The address that people type."""
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"


def _signals(server: Server) -> contextlib.ExitStack:
    loop = asyncio.get_running_loop()
    stack = contextlib.ExitStack()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(
            NotImplementedError, ValueError, RuntimeError
        ):  # not in the main thread: the caller stops us
            loop.add_signal_handler(number, server.stop)
            stack.callback(loop.remove_signal_handler, number)
    return stack


async def _answers(host: str, port: int, task: asyncio.Future[Any]) -> None:
    """Wait until the socket answers; raise what the server raised if it ended first."""
    while not task.done():
        try:
            _reader, writer = await asyncio.open_connection(_reachable(host), port)
        except OSError:
            await asyncio.sleep(0.02)
            continue
        writer.close()
        return
    task.result()


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound


def _free_port(host: str) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
