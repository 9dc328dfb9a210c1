"""The table of refusals, and what its rows are made with."""

# ruff: noqa: ANN401 - members of a deed are any JSON
from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ledger.kit import Net, did_of, key_of
from wusong.crypto import canonical
from wusong.crypto.keys import PrivateKey
from wusong.ledger.deed import Deed, parse
from wusong.ledger.drafting import sign
from wusong.ledger.encoding import b64
from wusong.ledger.execute import in_order
from wusong.ledger.system.party import possession_message

Make = Callable[[Net], "bytes | list[bytes]"]


@dataclass(frozen=True)
class Row:
    """A refusal. ``make`` gives the deed, or several for one block, of which the last is refused."""

    name: str
    code: str
    make: Make
    sealed: bool = True  # has a receipt; else no block may hold it
    clause: str = ""
    pages: tuple[str, ...] = ("title",)
    suite: str = "intl"


ROWS: list[Row] = []


def row(code: str, name: str, **options: Any) -> Callable[[Make], Make]:
    """Add a row to the table."""

    def add(make: Make) -> Make:
        ROWS.append(Row(name, code, make, **options))
        return make

    return add


def issue(net: Net, lifetime: int = 300_000) -> tuple[bytes, list[bytes]]:
    """Payload and acts of a deed that would be accepted."""
    args = {"holder": did_of("alice"), "lot": "L"}
    draft = net.draft("alice").act(net.title, "issue", args, as_={"issuer": did_of("alice")})
    return draft.payload(net.ledger.now(), lifetime), draft.acts


def changed(net: Net, **members: Any) -> bytes:
    """That deed with members of its payload changed, signed rightly."""
    payload, acts = issue(net)
    return sign(canonical.encode({**json.loads(payload), **members}), acts, [net.key("alice")])


def with_act(net: Net, **members: Any) -> bytes:
    """That deed with members of its act changed, signed rightly."""
    payload, acts = issue(net)
    act = canonical.encode({**json.loads(acts[0]), **members})
    digest = net.ledger.suite.digest("act", act).hex()
    return sign(canonical.encode({**json.loads(payload), "acts": [digest]}), [act], [net.key("alice")])


def rotate(net: Net, name: str, add: list[str] | None = None, revoke: list[str] | None = None) -> bytes:
    """A deed by which a party adds and revokes keys, by their seeds."""
    keys = [key_of(seed, net.suite) for seed in add or []]
    did = did_of(name)
    args: dict[str, Any] = {}
    if keys:
        args["add"] = [key.public.to_jwk() for key in keys]
        args["proofs"] = [
            b64(key.sign(possession_message(net.ledger.id, did, key.public.to_jwk()))) for key in keys
        ]
    if revoke:
        args["revoke"] = [key_of(seed, net.suite).public.thumbprint for seed in revoke]
    return net.one(
        name, "system/party", "rotate", args, as_={"party": name}, asset=net.state_key("party", did)
    )


def published(net: Net, name: str, add: PrivateKey | None = None, **keys: list[Any]) -> bytes:
    """A deed by which a party changes its sealing keys, and adds a deed key beside."""
    did = did_of(name)
    args: dict[str, Any] = dict(keys)
    if add is not None:
        jwk = add.public.to_jwk()
        args |= {"add": [jwk], "proofs": [b64(add.sign(possession_message(net.ledger.id, did, jwk)))]}
    asset = net.state_key("party", did)
    return net.one(name, "system/party", "rotate", args, as_={"party": name}, asset=asset)


def admit(
    net: Net,
    name: str,
    key: PrivateKey,
    *,
    by: PrivateKey | None = None,
    message: bytes = b"",
    registrar: str = "admin",
) -> bytes:
    """A deed that admits a party with one key."""
    did, jwk = did_of(name), key.public.to_jwk()
    proof = (by or key).sign(message or possession_message(net.ledger.id, did, jwk))
    args = {"did": did, "keys": [jwk], "name": name, "proofs": [b64(proof)]}
    asset = net.state_key("party", did)
    return net.one(registrar, "system/party", "admit", args, as_={"registrar": registrar}, asset=asset)


def suspend(net: Net, name: str) -> None:
    """Suspend a party."""
    args = {"did": did_of(name), "reason": "test"}
    net.system("party", "suspend", args, "registrar", net.state_key("party", did_of(name)))


def under_mandate(net: Net, mandate: str) -> bytes:
    """A title issued for alice by her delegate bob."""
    draft = net.draft({"mandate": mandate, "party": "alice"})
    draft.act(net.title, "issue", {"holder": did_of("bob"), "lot": "L"}, as_={"issuer": did_of("alice")})
    return net.seal_up(draft, net.key("bob"))


def limits(net: Net, **parameters: int) -> None:
    """Set parameters."""
    change = {"reason": "test", "set": parameters}
    net.system("parameters", "change", change, "authority", net.state_key("parameters"))


def store(net: Net, weight: int) -> str:
    """Grain of alice's; its id."""
    if net.leaf(net.state_key("accreditation", f"{did_of('alice')} warehouse")) is None:
        net.accredit("alice", "warehouse")
    args = {"holder": did_of("alice"), "lot": "L", "weight": weight}
    receipt = net.do("alice", net.pages["grain"], "store", args, as_={"keeper": "alice"})
    assert receipt.code == "ok", net.ledger.app.refusal(receipt.deed)
    return net.created(receipt)


def agreed(net: Net, left: str = "", right: str = "") -> tuple[str, str, str]:
    """A sale by alice to bob of two titles; the ids of the sale and the titles."""
    left, right = left or net.issue("alice"), right or net.issue("alice")
    roles = {"buyer": did_of("bob"), "seller": did_of("alice")}
    draft = net.draft("alice", "bob").act(
        net.pages["sale"], "agree", {"left": left, "right": right}, as_=roles
    )
    receipt = net.submit(net.seal_up(draft))
    assert receipt.code == "ok", net.ledger.app.refusal(receipt.deed)
    return net.created(receipt), left, right


def settle(net: Net, draft: Any, sale: str, with_: dict[str, int]) -> Any:
    """Add the act that settles a sale."""
    return draft.act(
        net.pages["sale"], "settle", {}, as_={"seller": did_of("alice")}, asset=sale, with_=with_
    )


def install_other(
    net: Net,
    change: Callable[[dict[str, Any]], dict[str, Any]],
    report: dict[str, Any] | None = None,
    examiner: str = "admin",
    signed_by: PrivateKey | None = None,
) -> bytes:
    """A deed that installs a changed page, with a report about it."""
    args, _digest = net.install_args("title")
    model = change(args["model"])
    digest = net.ledger.suite.digest("contract", canonical.encode(model)).hex()
    about = {**args["report"], "contract": digest, **(report or {})}
    made_by = signed_by or net.key(examiner)
    args |= {
        "examiner": did_of(examiner),
        "key": net.key(examiner).public.thumbprint,
        "model": model,
        "report": about,
        "signature": b64(made_by.sign(b"wusong:check-report\n" + canonical.encode(about))),
    }
    return net.one(
        "admin",
        "system/contract",
        "install",
        args,
        as_={"installer": "admin"},
        asset=net.state_key("page", digest),
    )


def read(net: Net, made: bytes) -> Deed:
    """The deed of an envelope."""
    return parse(made, net.ledger.suite, net.ledger.rules.ledger_hex)


def until_in_order(net: Net, make: Callable[[], list[bytes]]) -> list[bytes]:
    """Deeds made anew (with other nonces) until the next block would hold them in this order."""
    while True:
        made = make()
        deeds = [read(net, one) for one in made]
        if in_order(net.ledger.rules, net.ledger.app.head.digest, deeds) == deeds:
            return made
