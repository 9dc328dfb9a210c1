"""A ledger never loses its last registrar: nobody could admit or reinstate anyone any more."""

from __future__ import annotations

from collections.abc import Callable

from ledger.kit import Net, did_of


def suspend(net: Net, name: str, by: str) -> str:
    args, asset = {"did": did_of(name), "reason": "test"}, net.state_key("party", did_of(name))
    return net.do(by, "system/party", "suspend", args, as_={"registrar": by}, asset=asset).code


def test_the_only_registrar_does_not_suspend_itself(net: Net) -> None:
    assert suspend(net, "admin", by="admin") == "bad-args"
    assert suspend(net, "dave", by="admin") == "ok"


def test_the_last_of_two_registrars_stays(open_net: Callable[..., Net]) -> None:
    net = open_net(registrars=[did_of("admin"), did_of("alice")])
    assert suspend(net, "alice", by="admin") == "ok"
    assert suspend(net, "admin", by="admin") == "bad-args"
