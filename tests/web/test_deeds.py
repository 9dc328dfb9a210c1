"""Deeds in over HTTP: receipts, refusals as problems, limits; the short way and the handler say the same."""

from __future__ import annotations

import json
from typing import Any

import pytest
from litestar.testing import TestClient

from web.portalkit import Site
from wusong.ledger.drafting import Draft, sign
from wusong.node.library import find


def envelope(site: Site, party: str, number: int = 1, **args: Any) -> bytes:  # noqa: ANN401
    node = site.node
    body = {"root": f"{number:064x}", "root_count": 1, **args}
    draft = Draft(node.ledger.rules, [party]).act(
        find(node, "evidence@1").digest, "attest", body, as_={"submitter": party}
    )
    return sign(draft.payload(node.ledger.now()), draft.acts, [node.keys.deed_key(party)])


SLOW = {"origin": "http://testserver.local"}
"""A header that makes the application take the ordinary way."""


@pytest.mark.parametrize("headers", [{}, SLOW], ids=["the short way", "the handler"])
def test_a_deed_gets_its_receipt(site: Site, headers: dict[str, str]) -> None:
    client = TestClient(site.app)
    answer = client.post("/api/v1/deeds", content=envelope(site, site.parties["merchant"]), headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["code"] == "ok"
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_both_ways_answer_alike(site: Site) -> None:
    client = TestClient(site.app)
    deed = envelope(site, site.parties["merchant"], 2)
    assert client.post("/api/v1/deeds", content=deed).status_code == 200
    short = client.post("/api/v1/deeds", content=deed)
    handler = client.post("/api/v1/deeds", content=deed, headers=SLOW)
    assert (short.status_code, short.json()) == (handler.status_code, handler.json())
    assert short.status_code == 409
    assert short.json()["code"] == "spent"


@pytest.mark.parametrize("headers", [{}, SLOW], ids=["the short way", "the handler"])
@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        pytest.param(b"{}", 400, "bad-deed", id="empty"),
        pytest.param(b"not json", 422, "not-canonical", id="no JSON"),
        pytest.param(b"\xff" * 10, 422, "not-canonical", id="no text"),
        pytest.param(b"x" * 600_000, 413, None, id="too large"),
    ],
)
def test_what_is_no_deed_is_a_problem(
    site: Site, content: bytes, status: int, code: str | None, headers: dict[str, str]
) -> None:
    answer = TestClient(site.app).post("/api/v1/deeds", content=content, headers=headers)
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert answer.status_code == body["status"] == status, body
    assert code in (None, body["code"])
    for lang in ("en", "zh"):
        assert set(body["texts"][lang]) == {"what", "why", "do"}
        assert all(body["texts"][lang].values())


def test_a_refused_deed_says_why_and_brings_its_receipt(site: Site) -> None:
    deed = envelope(site, site.parties["merchant"], 3, root_count=0)
    answer = TestClient(site.app).post("/api/v1/deeds", content=deed, headers={"accept-language": "zh"})
    body = answer.json()
    assert answer.status_code >= 400
    assert body["receipt"]["code"] == body["code"]
    assert body["type"] == f"/api/v1/problems/{body['code']}"
    assert TestClient(site.app).get(body["type"]).json()["code"] == body["code"]


def test_a_deed_is_found_again_by_those_who_may(site: Site) -> None:
    client = TestClient(site.app)
    receipt = client.post("/api/v1/deeds", content=envelope(site, site.parties["merchant"], 4)).json()
    site.node.models.wait(receipt["height"])
    path = f"/api/v1/deeds/{receipt['deed']}"
    assert client.get(path).status_code == 401
    person = site.client(site.everyone)
    person.work_for("merchant")
    found = person.http.get(path, headers={"accept": "application/json"}).json()
    assert found["receipt"] == receipt
    assert json.loads(person.get(f"{path}/bundle").content)["receipt"] == receipt


def test_public_endpoints_answer_anyone(site: Site) -> None:
    client = TestClient(site.app)
    ledger = client.get("/api/v1/ledger").json()
    assert ledger["ledger"] == site.node.ledger.rules.ledger_hex
    assert ledger["look_throughs"] == []
    assert client.get("/api/v1/checkpoint").json()["checkpoint"]["ledger"] == ledger["ledger"]
    assert client.get("/api/v1/trust").json()["format"] == "wusong-trust/1"
    names = [one["name"] for one in client.get("/api/v1/contracts").json()["contracts"]]
    assert {"data-resource@1", "data-use@1", "evidence@1"} <= set(names)
    assert client.get("/api/v1/contracts/evidence@1").json()["model"]["contract"] == "evidence"


@pytest.mark.parametrize(
    "path", ["/api/v1/assets", "/api/v1/parties", "/api/v1/catalogue", f"/api/v1/assets/{'0' * 64}"]
)
def test_everything_else_is_denied_to_strangers(site: Site, path: str) -> None:
    answer = TestClient(site.app).get(path)
    assert (answer.status_code, answer.json()["code"]) == (401, "not-signed-in")


@pytest.mark.parametrize(
    ("path", "status"), [("/api/v1/nothing", 404), ("/api/v1/assets/short", 404), ("/api/v1/deeds", 405)]
)
def test_wrong_addresses_are_problems_too(site: Site, path: str, status: int) -> None:
    answer = TestClient(site.app).get(path)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] in (status, 400, 401)
