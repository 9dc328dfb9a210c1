"""Programs sign their requests (RFC 9421); what is wrong with a signature refuses, and nothing is taken
twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from litestar.testing import TestClient

from web.portalkit import Site
from wusong.web.signatures import Message, authorities, sign

HOST = "testserver.local"


def signed(
    site: Site,
    party: str,
    path: str,
    body: bytes = b"",
    *,
    age: int = 0,
    method: str = "GET",
    query: str = "",
    host: str = HOST,
) -> dict[str, str]:
    message = Message(method, host, path, f"?{query}", {}, body)
    key = site.node.keys.deed_key(party)
    return sign(site.node.ledger.suite, message, party, key, int(time.time()) - age)


def client(site: Site) -> TestClient[Any]:
    return TestClient(site.app, base_url=f"http://{HOST}")


def test_a_signed_request_is_its_party_s(site: Site) -> None:
    party = site.parties["merchant"]
    answer = client(site).get("/api/v1/parties", headers=signed(site, party, "/api/v1/parties"))
    assert answer.status_code == 200, answer.text
    assert {one["did"] for one in answer.json()["parties"]} >= set(site.parties.values())


def test_a_query_is_covered(site: Site) -> None:
    party = site.parties["merchant"]
    headers = signed(site, party, "/api/v1/assets", query="name=data-use")
    assert client(site).get("/api/v1/assets?name=data-use", headers=headers).status_code == 200


def test_a_body_is_covered_and_the_party_acts(site: Site) -> None:
    party = site.parties["merchant"]
    body = (
        b'{"contract":"evidence@1","action":"attest","role":"submitter","args":{"root":"%064x","root_count":1}}'
        % 77
    )
    headers = signed(site, party, "/api/v1/acts", body, method="POST")
    answer = client(site).post(
        "/api/v1/acts", content=body, headers={**headers, "content-type": "application/json"}
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["done"] is True


def test_nothing_is_taken_twice(site: Site) -> None:
    headers = signed(site, site.parties["merchant"], "/api/v1/parties")
    assert client(site).get("/api/v1/parties", headers=headers).status_code == 200
    again = client(site).get("/api/v1/parties", headers=headers)
    assert (again.status_code, again.json()["code"]) == (401, "request-replayed")


def _other_path(headers: dict[str, str]) -> tuple[str, dict[str, str]]:
    return "/api/v1/assets", headers


def _alter(old: str, new: str) -> Callable[[dict[str, str]], tuple[str, dict[str, str]]]:
    def change(headers: dict[str, str]) -> tuple[str, dict[str, str]]:
        assert old in headers["signature-input"], old
        return "/api/v1/parties", {**headers, "signature-input": headers["signature-input"].replace(old, new)}

    return change


WRONG = [
    pytest.param(_other_path, id="another path"),
    pytest.param(_alter('"@query"', '"@path"'), id="a component twice"),
    pytest.param(_alter(' "@query"', ""), id="the query not covered"),
    pytest.param(_alter('alg="ed25519"', 'alg="hmac-sha256"'), id="another algorithm"),
    pytest.param(_alter("sig=(", "other=("), id="another label"),
    pytest.param(
        lambda h: ("/api/v1/parties", {**h, "signature": h["signature"][:-5] + "AAA=:"}),
        id="another signature",
    ),
    pytest.param(lambda h: ("/api/v1/parties", {"signature": h["signature"]}), id="no input"),
    pytest.param(lambda h: ("/api/v1/parties", {"signature-input": h["signature-input"]}), id="no signature"),
    pytest.param(
        lambda _: ("/api/v1/parties", {"signature-input": "((((", "signature": "sig=:!!:"}), id="nonsense"
    ),
]


@pytest.mark.parametrize("change", WRONG)
def test_a_wrong_signature_refuses(
    site: Site, change: Callable[[dict[str, str]], tuple[str, dict[str, str]]]
) -> None:
    path, headers = change(signed(site, site.parties["merchant"], "/api/v1/parties"))
    answer = client(site).get(path, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "request-signature")


@pytest.mark.parametrize("age", [400, -120], ids=["too old", "from the future"])
def test_a_signature_has_its_time(site: Site, age: int) -> None:
    headers = signed(site, site.parties["merchant"], "/api/v1/parties", age=age)
    assert client(site).get("/api/v1/parties", headers=headers).json()["code"] == "request-signature"


def test_a_changed_body_refuses(site: Site) -> None:
    headers = signed(site, site.parties["merchant"], "/api/v1/acts", b'{"a":1}', method="POST")
    answer = client(site).post(
        "/api/v1/acts", content=b'{"a":2}', headers={**headers, "content-type": "application/json"}
    )
    assert answer.json()["code"] == "request-signature"


def test_a_key_of_another_party_refuses(site: Site) -> None:
    message = Message("GET", HOST, "/api/v1/parties", "?", {}, b"")
    key = site.node.keys.deed_key(site.parties["operator"])
    headers = sign(site.node.ledger.suite, message, site.parties["merchant"], key, int(time.time()))
    assert client(site).get("/api/v1/parties", headers=headers).json()["code"] == "request-signature"


def test_a_request_signed_for_another_node_is_refused_here(site: Site) -> None:
    """Whoever receives a request for node A cannot hand it to node B by keeping its Host header."""
    elsewhere = signed(site, site.parties["merchant"], "/api/v1/parties", host="node-a.example")
    answer = client(site).get("/api/v1/parties", headers={**elsewhere, "host": "node-a.example"})
    assert (answer.status_code, answer.json()["code"]) == (421, "request-elsewhere")


OWN = [
    ("as it listens", "", "10.0.0.7", 8440, {"10.0.0.7:8440"}),
    ("http's own port is left out", "", "10.0.0.7", 80, {"10.0.0.7", "10.0.0.7:80"}),
    ("loopback has names", "", "127.0.0.1", 1, {"127.0.0.1:1", "localhost:1", "[::1]:1"}),
    ("everywhere is loopback", "", "0.0.0.0", 1, {"127.0.0.1:1", "localhost:1", "[::1]:1"}),  # noqa: S104 - not bound
    (
        "a public address",
        "https://Node.example/",
        "10.0.0.7",
        1,
        {"node.example", "node.example:443", "10.0.0.7:1"},
    ),
    ("with its port", "https://node.example:8443", "10.0.0.7", 1, {"node.example:8443", "10.0.0.7:1"}),
]


@pytest.mark.parametrize(("name", "public", "host", "port", "own"), OWN, ids=[row[0] for row in OWN])
def test_a_node_knows_its_own_addresses(name: str, public: str, host: str, port: int, own: set[str]) -> None:
    assert authorities(public, host, port) == own, name
