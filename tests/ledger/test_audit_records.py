"""State records that are no leaves (spent ids, quota) stand at keys that anybody can name in a deed."""

from __future__ import annotations

import pytest

from ledger.kit import Net, did_of
from wusong.errors import DeedError
from wusong.ledger.deed import MINUTE


def records(net: Net) -> dict[str, str]:
    """Keys of a quota record and of a spent record that exist."""
    net.issue("alice")
    minute = (net.ledger.now() + 300_000) // MINUTE
    found = {"quota": net.state_key("quota", did_of("alice")), "spent": net.state_key("spent", str(minute))}
    assert all(net.ledger.store.get(bytes.fromhex(key)) for key in found.values())
    return found


@pytest.mark.parametrize("kind", ["quota", "spent"])
def test_a_record_is_no_asset_of_a_page(net: Net, kind: str) -> None:
    key = records(net)[kind]
    assert net.submit(net.transfer("alice", key, "bob")).code == "unknown-asset"


@pytest.mark.parametrize("kind", ["quota", "spent"])
def test_a_record_is_no_asset_of_a_system_kind(net: Net, kind: str) -> None:
    key = records(net)[kind]
    receipt = net.do("alice", "system/mandate", "revoke", as_={"principal": "alice"}, asset=key)
    assert receipt.code == "unknown-asset"


@pytest.mark.parametrize("kind", ["quota", "spent"])
def test_a_record_is_no_argument(open_net: object, kind: str) -> None:
    net: Net = open_net(pages=("title", "sale"))  # type: ignore[operator]
    key = records(net)[kind]
    as_ = {"seller": did_of("alice"), "buyer": did_of("bob")}
    draft = net.draft("alice", "bob").act(net.pages["sale"], "agree", {"left": key, "right": key}, as_=as_)
    assert net.submit(net.seal_up(draft)).code == "bad-args"


@pytest.mark.parametrize("kind", ["quota", "spent"])
def test_a_record_is_no_mandate(net: Net, kind: str) -> None:
    key = records(net)[kind]
    signer = {"party": "alice", "mandate": key}
    args = {"holder": did_of("bob"), "lot": "L"}
    draft = net.draft(signer).act(net.title, "issue", args, as_={"issuer": did_of("alice")})
    with pytest.raises(DeedError) as caught:
        net.submit(net.seal_up(draft))
    assert caught.value.code == "mandate-unknown"
