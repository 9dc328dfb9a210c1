from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wusong.crypto import canonical
from wusong.crypto.algorithm import b64u, unb64u
from wusong.crypto.did_key import did_for, key_from_did
from wusong.crypto.keys import PrivateKey, PublicKey
from wusong.errors import CryptoError

SM2_JWK = {
    "crv": "SM2",
    "kty": "EC",
    "x": "CfnfMR5UIaFQ3X0WHkvFxnIXn60YM_wHa7CP81bzUCA",
    "y": "zOpJDOJndaUtxupxjMGqYArtBfvzXghKZjL2By2prRM",
}


def published(vectors: Path, name: str) -> dict[str, dict[str, Any]]:
    table: dict[str, dict[str, Any]] = json.loads((vectors / "did-key" / f"{name}.json").read_text())
    return table


def test_ed25519_of_the_community_group(vectors: Path) -> None:
    seen = 0
    for did, entry in published(vectors, "ed25519-x25519").items():
        if not did.startswith("did:key:z6Mk"):
            continue
        key = key_from_did(did)
        assert did_for(key) == did
        jwk = entry.get("verificationKeyPair", entry.get("verificationMethod", {})).get("publicKeyJwk")
        if jwk:
            assert key.to_jwk() == {"kty": jwk["kty"], "crv": jwk["crv"], "x": jwk["x"]}
        if entry.get("seed"):
            assert PrivateKey("Ed25519", bytes.fromhex(entry["seed"])).public == key
        seen += 1
    assert seen


def test_p256_of_the_community_group(vectors: Path) -> None:
    seen = 0
    for did, entry in published(vectors, "nist-curves").items():
        method = entry["verificationMethod"]
        if not did.startswith("did:key:zDn"):  # P-384 and P-521, which no suite has
            with pytest.raises(CryptoError) as caught:
                key_from_did(did)
            assert caught.value.code == "bad-did"
            continue
        if "publicKeyJwk" in method:
            assert did_for(PublicKey.from_jwk(method["publicKeyJwk"])) == did
            assert did_for(PrivateKey("ES256", unb64u(method["privateKeyJwk"]["d"])).public) == did
        assert did_for(key_from_did(did)) == did
        seen += 1
    assert seen == 3


def test_sm2_is_a_did_jwk() -> None:
    key = PublicKey.from_jwk(SM2_JWK)
    did = did_for(key)
    assert did == "did:jwk:" + b64u(json.dumps(SM2_JWK, separators=(",", ":")).encode())
    assert key_from_did(did) is key


def test_did_jwk_of_others_is_read() -> None:
    # did:jwk method specification, the P-256 example: members in another order.
    did = (
        "did:jwk:eyJjcnYiOiJQLTI1NiIsImt0eSI6IkVDIiwieCI6ImFjYklRaXVNczNpOF91c3pFakoydHBUdFJNNEVVM3l6OTFQSDZDZEgyVjAi"
        "LCJ5IjoiX0tjeUxqOXZXTXB0bm1LdG00NkdxRHo4d2Y3NEk1TEtncmwyR3pIM25TRSJ9"
    )
    assert key_from_did(did).alg == "ES256"
    other = {"use": "sig", **dict(reversed(SM2_JWK.items()))}
    assert key_from_did("did:jwk:" + b64u(json.dumps(other).encode())).to_jwk() == SM2_JWK


@settings(max_examples=20)
@given(st.sampled_from(["Ed25519", "ES256"]), st.integers(1, 2**255))
def test_every_key_comes_back_from_its_did(alg: str, secret: int) -> None:
    key = PrivateKey(alg, secret.to_bytes(32, "big")).public
    assert key_from_did(did_for(key)) == key
    assert key_from_did("did:jwk:" + b64u(canonical.encode(key.to_jwk()))) == key


GOOD = "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"


@pytest.mark.parametrize(
    ("did", "code"),
    [
        pytest.param("", "bad-did", id="nothing"),
        pytest.param("did:web:example.org", "bad-did", id="another method"),
        pytest.param("did:key:", "bad-did", id="no key"),
        pytest.param("did:key:z", "bad-did", id="an empty key"),
        pytest.param(GOOD.replace(":z", ":"), "bad-did", id="no multibase letter"),
        pytest.param(GOOD.replace(":z", ":z1"), "bad-did", id="a leading zero byte"),
        pytest.param(GOOD[:-1], "bad-did", id="too short"),
        pytest.param(GOOD + "p", "bad-did", id="too long"),
        pytest.param(GOOD[:-1] + "0", "bad-did", id="a letter that base58 lacks"),
        pytest.param(GOOD + "#" + GOOD[8:], "bad-did", id="a fragment"),
        pytest.param("did:key:z" + "2" * 5000, "bad-did", id="far too long"),
        pytest.param("did:key:z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc", "bad-did", id="X25519"),
        pytest.param("did:jwk:e30", "unknown-algorithm", id="an empty JWK"),
        pytest.param("did:jwk:W10", "bad-did", id="no object"),
        pytest.param("did:jwk:e30=", "bad-did", id="padding"),
        pytest.param("did:jwk:" + b64u(b"[" * 600), "bad-did", id="no JSON"),
        pytest.param("did:jwk:" + b64u(b'{"a":"\xff"}'), "bad-did", id="no UTF-8"),
        pytest.param(
            "did:jwk:" + b64u(json.dumps({**SM2_JWK, "d": "x"}).encode()), "bad-key", id="a private key"
        ),
        pytest.param(
            "did:jwk:" + b64u(json.dumps({**SM2_JWK, "x": SM2_JWK["y"]}).encode()), "bad-key", id="no point"
        ),
    ],
)
def test_refuses(did: str, code: str) -> None:
    with pytest.raises(CryptoError) as caught:
        key_from_did(did)
    assert caught.value.code == code
