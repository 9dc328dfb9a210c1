"""One party over the API: its standing, and its keys by purpose."""

from __future__ import annotations

from litestar.testing import TestClient

from web.portalkit import Site
from web.test_signatures import client, signed
from wusong.crypto.algorithm import b64u
from wusong.ledger.intent import Intent


def test_its_keys_are_listed_by_purpose(site: Site) -> None:
    did, node = site.parties["merchant"], site.node
    jwk = {"crv": "X25519", "kty": "OKP", "x": b64u(b"\x09" + bytes(31))}
    asset = node.ledger.rules.key("party", did).hex()
    node.act([Intent("system/party", "rotate", {"sealing": [jwk]}, {"party": did}, asset)])
    path = f"/api/v1/parties/{did}"
    answer = client(site).get(path, headers=signed(site, did, path))
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["did"], found["state"]) == (did, "active")
    assert [(key["purpose"], key["alg"], key["revoked"]) for key in found["keys"]] == [
        ("deed", "Ed25519", False),
        ("sealing", "X25519", False),
    ]
    assert found["keys"][1]["jwk"] == jwk


def test_who_is_no_party_is_not_found(site: Site) -> None:
    path = "/api/v1/parties/did:web:nobody.example"
    answer = client(site).get(path, headers=signed(site, site.parties["merchant"], path))
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_strangers_are_told_nothing(site: Site) -> None:
    answer = TestClient(site.app).get(f"/api/v1/parties/{site.parties['merchant']}")
    assert answer.status_code == 401
