"""A warehouse receipt whose delivery its holder and its keeper sign, and nodes that keep their keys apart."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from wusong.errors import WusongError
from wusong.ledger.intent import Intent
from wusong.node import library
from wusong.node.node import Node
from wusong.node.pending import Pendings

PAGE = Path(__file__).parents[1] / "contract" / "pages" / "warehouse-receipt.yaml"
RECEIPT = "warehouse-receipt@1"


@dataclass(frozen=True)
class Trade:
    """The parties, and a receipt that the keeper has issued to the holder."""

    keeper: str
    holder: str
    bank: str
    receipt: str

    def deliver(self) -> list[Intent]:
        """What two sign."""
        return [Intent(RECEIPT, "deliver", {}, {"holder": self.holder, "keeper": self.keeper}, self.receipt)]

    def split(self, *parts: int) -> list[Intent]:
        """What two sign, and the ledger refuses when the parts do not make up the whole."""
        roles = {"holder": self.holder, "keeper": self.keeper}
        return [Intent(RECEIPT, "split", {"parts": list(parts)}, roles, self.receipt)]

    def pledge(self) -> list[Intent]:
        """What three sign."""
        roles = {"holder": self.holder, "keeper": self.keeper, "pledgee": self.bank}
        args = {"pledgee": self.bank, "claim": "cd" * 32}
        return [Intent(RECEIPT, "pledge", args, roles, self.receipt)]


def prepare(node: Node) -> Trade:
    """Install the page, admit the parties, issue a receipt for 1000 kg."""
    library.install(node, PAGE.read_text("utf-8"))
    keeper, holder, bank = (node.new_party(name) for name in ("保管方", "货主", "银行"))
    node.accredit(keeper, "warehouse")
    args = {"holder": holder, "goods": "ab" * 32, "lot": "L-1", "weight": 1000}
    return Trade(keeper, holder, bank, node.act([Intent(RECEIPT, "issue", args, {"keeper": keeper})]).asset)


def register(node: Node, party: str, url: str) -> None:
    """Put the address of a party's node on the ledger."""
    asset = node.ledger.rules.key("party", party).hex()
    node.act([Intent("system/party", "update", {"endpoints": {"node": url}}, {"party": party}, asset)])


class Inbox:
    """Where a node takes pending deeds, and what it answered."""

    def __init__(self) -> None:
        self.url = ""
        self.pendings: Pendings | None = None
        self.answers: list[int] = []

    def take(self, path: str, body: bytes) -> int:
        if self.pendings is None:
            return 503
        try:
            (self.pendings.receive_end if path.endswith("/end") else self.pendings.receive)(body)
        except WusongError as error:
            return error.status
        return 200


@contextmanager
def inbox() -> Iterator[Inbox]:
    """An inbox on a free port; the node behind it comes later."""
    made = Inbox()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status = made.take(self.path, self.rfile.read(int(self.headers["Content-Length"])))
            made.answers.append(status)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Place:
    node: Node
    pendings: Pendings
    trade: Trade


def code_of(call: Callable[[], Any]) -> str:
    with pytest.raises(WusongError) as caught:
        call()
    for lang in ("en", "zh"):
        told = caught.value.explain(lang)
        assert "?" not in told.what + told.why + told.do
    return caught.value.code
