"""A node of one's own, and a witness that answers over HTTP, for the tests of caring for a node."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from wusong.crypto.keys import PrivateKey
from wusong.crypto.suites import suite
from wusong.ledger.checkpoint import origin
from wusong.ledger.intent import Intent
from wusong.ledger.solo import wall_clock
from wusong.ledger.witness import Witness
from wusong.node import witnessing
from wusong.node.node import Node


@contextmanager
def opened(folder: Path) -> Iterator[Node]:
    """The node in ``folder``."""
    node = Node.open(folder)
    try:
        yield node
    finally:
        node.close()


def attest(node: Node, count: int = 1) -> str:
    """Any deed."""
    args = {"root": "ab" * 32, "root_count": count}
    return node.act([Intent("evidence@1", "attest", args, {"submitter": node.founder})]).deed


class Served:
    """A witness and how it is reached."""

    def __init__(self, folder: Path, name: str, suite_name: str) -> None:
        chosen = suite(suite_name)
        self.name = name
        self.key = PrivateKey.generate(chosen.signatures[0])
        self.witness = Witness(folder / name.replace("/", "_"), chosen, name, self.key, wall_clock)
        self.url = ""
        self.asked = 0

    def know(self, node: Node, epoch: int = 0) -> None:
        """Learn the node's log, and be listed by the node."""
        self.witness.trust(origin(node.ledger.id.hex(), epoch), node.keys.log_key().public)
        witnessing.add(node.folder, self.name, self.url, self.key.public.to_jwk())


@contextmanager
def serving(folder: Path, name: str = "witness-a.example/w", suite_name: str = "intl") -> Iterator[Served]:
    """A witness that answers on a free port."""
    served = Served(folder, name, suite_name)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            served.asked += 1
            answer = served.witness.add_checkpoint(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
