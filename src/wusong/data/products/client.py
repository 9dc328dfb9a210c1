"""Calling a data product from a program of one's own: with a token, or with a key of the party.

    from wusong.data.products.client import Client

    answer = Client("https://node.example.org", token="wst_...").call(use, province="江苏")
    print(answer["answer"])

* A call that gets no answer, or an answer of the kind that passes (429, 502, 503, 504), is repeated under the
  same request id: it counts once, however often it is sent.
* With a key every request is signed anew (HTTP Message Signatures); a token goes into ``Authorization``.
* What the node refuses is raised as ``CallError`` with the node's code, texts and clause.

Nothing but the standard library is needed with a token.
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

__all__ = ["CallError", "Client", "Signer"]

PASSING: Final = frozenset({429, 502, 503, 504})
Signer = Callable[[str, str, str, str, bytes], dict[str, str]]
"""Gives the headers that sign a request: method, authority, path, query with its question mark, body."""


class CallError(Exception):
    """The node refused a call, or could not be reached. ``problem`` is its problem document (RFC 9457)."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(problem.get("title") or problem.get("code") or "the node did not answer")
        self.problem: Final = problem

    @property
    def code(self) -> str:
        """The stable code, for instance ``call-refused``."""
        return str(self.problem.get("code", ""))

    @property
    def clause(self) -> str:
        """The clause of the data-use that refuses, where one does."""
        return str(self.problem.get("clause", ""))


@dataclass(frozen=True, slots=True)
class Client:
    """A node's products. Either ``token`` or ``sign`` says who calls; ``tries`` is how often a call is sent
    at most, ``timeout`` how long each waits, in seconds.
    """

    base_url: str
    token: str = ""
    sign: Signer | None = None
    tries: int = 4
    timeout: float = 30.0

    def call(self, use: str, request_id: str = "", **parameters: str | int) -> dict[str, Any]:
        """Ask the product of a data-use: ``answer``, ``number``, ``time``, ``digest``, ``use``.

        Raises CallError.
        """
        body = {"parameters": parameters, "request_id": request_id or uuid4().hex}
        found: dict[str, Any] = json.loads(self._post(f"/api/v1/uses/{use}/call", body))
        return found

    def file(self, use: str, form: str = "csv", request_id: str = "", **parameters: str | int) -> bytes:
        """The file of a data-use whose product is handed over as a file. Raises CallError."""
        body = {"form": form, "parameters": parameters, "request_id": request_id or uuid4().hex}
        return self._post(f"/api/v1/uses/{use}/file", body)

    def _post(self, path: str, body: dict[str, Any]) -> bytes:
        content = json.dumps(body).encode()
        for attempt in range(1, self.tries + 1):
            try:
                return self._sent(path, content)
            except CallError as error:
                if attempt == self.tries or error.problem.get("status") not in (None, *PASSING):
                    raise
            time.sleep(0.2 * 2**attempt)
        raise AssertionError  # the last attempt raised

    def _sent(self, path: str, content: bytes) -> bytes:
        url = self.base_url.rstrip("/") + path
        headers = {"content-type": "application/json", "accept": "application/json"}
        if self.sign is not None:
            headers |= self.sign("POST", urlsplit(url).netloc, path, "?", content)
        else:
            headers["authorization"] = f"Bearer {self.token}"
        request = urllib.request.Request(url, content, headers, method="POST")  # noqa: S310 - the caller's own node
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as answer:  # noqa: S310
                given: bytes = answer.read()
                return given
        except urllib.error.HTTPError as error:
            raise CallError(_problem(error)) from None
        except OSError as error:
            raise CallError({"title": f"the node did not answer: {error}"}) from None


def _problem(error: urllib.error.HTTPError) -> dict[str, Any]:
    try:
        said = json.loads(error.read())
    except ValueError:
        said = {}
    return {"status": error.code, **(said if isinstance(said, dict) else {})}
