"""Deeds made of anything at all: each is refused with a reason, none is a defect, every proof verifies."""
# ruff: noqa: E501 - words in rows

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from ledger.kit import Net, did_of
from ledger.verifying import report
from wusong.crypto import canonical
from wusong.errors import LedgerError, WusongError, codes
from wusong.ledger.bundle import make_bundle
from wusong.ledger.encoding import b64
from wusong.ledger.ids import DeedId
from wusong.ledger.system import KINDS
from wusong.ledger.system.contract import report_message

WORDS = (
    "", "x", "did:web:alice.example", "did:web:nobody.example", "#0.0", "#0.1", "#9.9", "ab" * 32, "00" * 16, "A" * 86,
    "warehouse", "active", "system/party", "title@1", "*", "\u0000", "\u2028", "名称", "\U0001f600", "-1", "1e3",
)  # fmt: skip
NUMBERS = (0, 1, -1, 2, 64, 1000, 2**31, 2**53 - 1, -(2**53) + 1)
NAMES = (
    "did", "name", "keys", "proofs", "endpoints", "add", "revoke", "reason", "delegate", "scope", "limit", "until", "model",
    "report", "examiner", "key", "signature", "contract", "set", "deed", "act", "basis", "party", "holder", "lot", "to",
    "price", "by_part", "weight", "parts", "others", "left", "right", "kty", "crv", "x", "y", "d", "actions", "states",
)  # fmt: skip
ROLES = (
    "registrar", "party", "accreditor", "principal", "installer", "authority", "issuer", "holder", "keeper", "seller",
    "buyer", "anyone",
)  # fmt: skip


RIGHT = {
    ("system/contract", "install"): "installer", ("system/party", "rotate"): "party", ("system/party", "update"): "party",
    "issue": "issuer", "store": "keeper", "transfer": "holder", "split": "holder", "price": "holder",
    "system/accreditation": "accreditor", "system/contract": "authority", "system/erasure": "authority",
    "system/calendar": "publisher", "system/freeze": "authority", "system/look-through": "supervisor",
    "system/mandate": "principal", "system/parameters": "authority", "system/party": "registrar",
}  # fmt: skip


SEALING = {"crv": "X25519", "kty": "OKP", "x": "hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo"}


class Maker:
    """Values of any shape, from a seed; now and then a good one with a bad one inside."""

    def __init__(self, net: Net, seed: int) -> None:
        self.net = net
        self.chance = random.Random(seed)
        self.good = [net.install_args(name)[0] for name in ("title", "grain")]
        self.jwk = net.key("alice").public.to_jwk()

    def value(self, depth: int = 0) -> Any:  # noqa: ANN401 - that is the point
        kind = self.chance.randrange(9 if depth < 4 else 4)
        if kind == 0:
            return self.chance.choice((True, False, None))
        if kind == 1:
            return self.chance.choice(NUMBERS)
        if kind in {2, 3}:
            return self.chance.choice(WORDS)
        if kind in {4, 5}:
            return [self.value(depth + 1) for _ in range(self.chance.randrange(4))]
        if kind == 6:
            return self.bent(self.chance.choice((self.jwk, {"actions": ["*"], "contract": self.net.title})))
        return {self.chance.choice(NAMES): self.value(depth + 1) for _ in range(self.chance.randrange(4))}

    def bent(self, value: Any) -> Any:  # noqa: ANN401
        """A good value with one place changed."""
        if isinstance(value, dict) and value:
            name = self.chance.choice(sorted(value))
            if self.chance.random() < 0.2:
                return {other: value[other] for other in value if other != name}
            return {**value, name: self.bent(value[name])}
        if isinstance(value, list) and value:
            place = self.chance.randrange(len(value))
            return [*value[:place], self.bent(value[place]), *value[place + 1 :]]
        return self.value(3)

    def args(self, kind: str, action: str) -> dict[str, Any]:
        """Arguments: of any names, or nearly right."""
        if (kind, action) == ("system/contract", "install") and self.chance.random() < 0.8:
            return self.install()
        good: dict[str, dict[str, Any]] = {
            "activate": {"from": 5_000, "protocol": 3, "reason": "x"},
            "admit": {"did": did_of("zoe"), "keys": [self.jwk], "name": "z", "proofs": ["A" * 86]},
            "close": {"reason": "x"},
            "correct": {"basis": "x", "days": "00" * 46, "name": "cn-work", "reason": "x", "year": 2026},
            "freeze": {"basis": "x", "days": 5, "document": "x"},
            "open": {
                "basis": "x",
                "document": "x",
                "purpose": "x",
                "target": did_of("bob"),
                "until": 9_000_000_000_000,
            },
            "publish": {"basis": "x", "days": "00" * 46, "name": "cn-work", "year": 2026},
            "renew": {"basis": "x", "days": 5, "document": "x"},
            "unfreeze": {"basis": "x", "document": "x"},
            "change": {"reason": "x", "set": {"block_deeds": 5, "quota_minute": 100_000}},
            "erase": {"act": 0, "basis": "x", "deed": "ab" * 32},
            "grant": {
                "delegate": did_of("bob"),
                "onward": 1,
                "scope": [
                    {"actions": ["*"], "amounts": [{"argument": "x", "limit": 5}], "contract": self.net.title}
                ],
            },
            "issue": {"holder": did_of("bob"), "lot": "L"},
            "reinstate": {"did": did_of("bob"), "reason": "x"},
            "revoke": {"name": "warehouse", "party": did_of("bob"), "reason": "x"},
            "rotate": {"add": [self.jwk], "proofs": ["A" * 86], "revoke": ["ab" * 32]}
            if self.chance.random() < 0.5
            else {"sealing": [SEALING], "unseal": []},
            "store": {"holder": did_of("bob"), "lot": "L", "weight": 5},
            "suspend": {"did": did_of("bob"), "reason": "x"},
            "transfer": {"to": did_of("bob")},
            "update": {"endpoints": {"a": "b"}},
        }
        if action in good and self.chance.random() < 0.8:
            near: dict[str, Any] = good[action] if self.chance.random() < 0.4 else self.bent(good[action])
            return near
        return {self.chance.choice(NAMES): self.value() for _ in range(self.chance.randrange(5))}

    def install(self) -> dict[str, Any]:
        """A page bent in one place or two, mostly with a report that an examiner signed all the same."""
        args: dict[str, Any] = self.chance.choice(self.good)
        if self.chance.random() < 0.2:
            bent: dict[str, Any] = self.bent(args)
            return bent
        model = self.bent(args["model"])
        if self.chance.random() < 0.5:
            model = self.bent(model)
        digest = self.net.ledger.suite.digest("contract", canonical.encode(model)).hex()
        about = {**args["report"], "contract": digest}
        signature = b64(self.net.key("admin").sign(report_message(about)))
        return {**args, "model": model, "report": about, "signature": signature}

    def envelope(self) -> bytes:
        """A deed that is signed rightly and says anything."""
        by = self.chance.choice(("admin", "admin", "alice"))
        draft = self.net.draft(by)
        for _ in range(self.chance.choice((1, 1, 2))):
            pages = dict.fromkeys(
                self.net.pages.values(), ("issue", "transfer", "store", "split", "price", "fly")
            )
            contract = self.chance.choice([*KINDS, *pages, "system/contract"])
            action = self.chance.choice([*KINDS[contract], "fly"] if contract in KINDS else pages[contract])
            args = self.args(contract, action)
            rightly = self.chance.random() < 0.8
            role = RIGHT.get((contract, action)) or RIGHT.get(contract) or RIGHT.get(action, "issuer")
            roles = {role: did_of(by)} if rightly else self.roles(by)
            asset = (
                self.asset(contract, action, args)
                if rightly
                else self.chance.choice((None, "#0.0", "#1.1", "ab" * 32))
            )
            rev = self.chance.choice((None,) * 9 + (0, 1))
            with_ = self.chance.choice((None,) * 9 + ({"goods": 0},))
            draft.act(contract, action, args, as_=roles, asset=asset, rev=rev, with_=with_)
        return self.net.seal_up(draft)

    def roles(self, by: str) -> dict[str, str]:
        """Roles of any names, filled by anyone."""
        roles = self.chance.sample(ROLES, self.chance.choice((1, 1, 2)))
        return {role: self.chance.choice((did_of(by), "x", did_of("bob"))) for role in roles}

    def asset(self, contract: str, action: str, args: dict[str, Any]) -> str | None:
        """The record that an act may mean."""
        said = {name: value for name, value in args.items() if isinstance(value, str)}
        if (contract, action) == ("system/contract", "install"):
            digest = self.net.ledger.suite.digest("contract", canonical.encode(args.get("model"))).hex()
            return self.net.state_key("page", digest)
        if action == "activate":
            return self.net.state_key("protocol")
        records = {
            "system/accreditation": ("accreditation", f"{said.get('party', '')} {said.get('name', '')}"),
            "system/calendar": ("calendar", f"{said.get('name', '')} {args.get('year', '')}"),
            "system/freeze": ("party", did_of("bob")),
            "system/contract": ("page", said.get("contract", "")),
            "system/erasure": ("erasure", f"{said.get('deed', '')} {args.get('act', '')}"),
            "system/parameters": ("parameters", ""),
            "system/party": ("party", said.get("did", did_of("alice"))),
        }
        return self.net.state_key(*records[contract]) if contract in records else None


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_signed_is_answered_with_a_reason(seed: int, open_net: Callable[..., Net]) -> None:
    net = open_net(pages=("title", "grain"))
    maker = Maker(net, seed)
    trust, told = net.ledger.trust(), set()
    for _ in range(150):
        try:
            envelope = maker.envelope()
        except WusongError:  # it has no canonical form: a noncharacter, a string that is not in NFC
            continue
        try:
            receipt = net.submit(envelope)
        except LedgerError as error:  # an activation of rules that this program does not have is one
            told.add(error.code)
            continue
        told.add(receipt.code)
        found = report(make_bundle(net.ledger, DeedId(bytes.fromhex(receipt.deed))), trust)
        assert found.status == 0, (found, receipt)
        refusal = net.ledger.app.refusal(receipt.deed)
        assert (refusal is None) == receipt.accepted
        if refusal is not None:
            assert refusal.explain("zh").what
    assert told <= {*codes(), "ok"}
    assert len(told) > 8, told
