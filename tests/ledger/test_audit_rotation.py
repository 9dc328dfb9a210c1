"""A party can change its key for as long as it lives; what it once signed can still be proved."""

from __future__ import annotations

from ledger.kit import Net, did_of
from ledger.verifying import verdict
from wusong.crypto.keys import PrivateKey
from wusong.ledger.bundle import make_bundle
from wusong.ledger.encoding import b64
from wusong.ledger.ids import DeedId
from wusong.ledger.system.party import possession_message


def test_more_rotations_than_keys_may_be_in_force(net: Net) -> None:
    did, key = did_of("alice"), net.key("alice")
    first = net.do("alice", net.title, "issue", {"holder": did, "lot": "L"}, as_={"issuer": "alice"})
    for _ in range(20):
        new = PrivateKey.generate("Ed25519")
        jwk = new.public.to_jwk()
        proof = b64(new.sign(possession_message(net.ledger.id, did, jwk)))
        args = {"add": [jwk], "proofs": [proof], "revoke": [key.public.thumbprint]}
        draft = net.draft("alice")
        draft.act("system/party", "rotate", args, as_={"party": did}, asset=net.state_key("party", did))
        assert net.submit(net.seal_up(draft, key)).code == "ok"
        key = new
    bundle = make_bundle(net.ledger, DeedId(bytes.fromhex(first.deed)))
    assert verdict(bundle, net.ledger.trust())["acts"][0]["action"] == "issue"
