"""One deed, one writing: what no verifier would read, no block holds; what is remembered is bounded."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ledger.kit import Net, did_of
from wusong.crypto import canonical
from wusong.errors import DeedError
from wusong.ledger.deed import parse, read_header
from wusong.ledger.drafting import Draft, envelope, signature
from wusong.ledger.encoding import b64


def issue(net: Net) -> Draft:
    args = {"holder": did_of("alice"), "lot": "L"}
    return net.draft("alice").act(net.title, "issue", args, as_={"issuer": did_of("alice")})


def refused(net: Net, data: bytes) -> str:
    with pytest.raises(DeedError) as caught:
        parse(data, net.ledger.suite, net.ledger.rules.ledger_hex)
    return caught.value.code


@pytest.mark.parametrize(("member", "value"), [("rev", None), ("with", {}), ("with", None)])
def test_a_member_of_an_act_without_a_value_is_absent(net: Net, member: str, value: Any) -> None:  # noqa: ANN401
    draft = issue(net)
    draft.acts[0] = canonical.encode({**json.loads(draft.acts[0]), member: value})
    assert refused(net, net.seal_up(draft)) == "bad-deed"


@pytest.mark.parametrize("member", ["basis", "mandate"])
def test_a_member_of_a_signer_without_a_value_is_absent(net: Net, member: str) -> None:
    draft = issue(net)
    draft.signers[0][member] = ""
    assert refused(net, net.seal_up(draft)) == "bad-deed"


def test_a_header_of_any_length_is_not_remembered(net: Net) -> None:
    draft = issue(net)
    payload = draft.payload(net.ledger.now())
    long = canonical.encode({"alg": "x" * 40_000, "kid": "0" * 64, "typ": "wusong-deed"})
    signed = {**signature(payload, net.key("alice")), "protected": b64(long)}
    before = read_header.cache_info().currsize
    assert refused(net, envelope(payload, draft.acts, [signed])) == "bad-header"
    assert read_header.cache_info().currsize == before
