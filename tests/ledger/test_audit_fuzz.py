"""Whatever admitted parties sign, the engine answers with a receipt or a DeedError, and goes on."""

# ruff: noqa: ANN401 - members of an act are any JSON
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ledger.kit import PARTIES, Net, did_of, key_of
from wusong.crypto import canonical
from wusong.errors import CryptoError, DeedError
from wusong.ledger.integrity import scrub
from wusong.ledger.system import KINDS

ACTIONS = {kind: sorted(actions) for kind, actions in KINDS.items()}
PAGE_ACTIONS = {
    "grain": ["store", "split", "merge", "take", "deliver", "hand"],
    "sale": ["agree", "settle"],
    "title": ["issue", "transfer", "handover", "price", "raise", "close"],
}
NAMES = [
    "act",
    "add",
    "args",
    "authority",
    "basis",
    "by_much",
    "by_part",
    "contract",
    "deed",
    "delegate",
    "did",
    "endpoints",
    "examiner",
    "holder",
    "key",
    "keys",
    "left",
    "limit",
    "lot",
    "model",
    "name",
    "others",
    "parts",
    "party",
    "price",
    "proofs",
    "reason",
    "report",
    "revoke",
    "right",
    "scope",
    "set",
    "signature",
    "to",
    "until",
    "weight",
]
ROLES = [
    "accreditor",
    "anyone",
    "authority",
    "buyer",
    "holder",
    "installer",
    "issuer",
    "keeper",
    "party",
    "principal",
    "registrar",
    "seller",
]
WORDS = [
    "",
    "*",
    "warehouse",
    "吴",
    "\u0301",
    "\x00",
    "#0.0",
    "#1.7",
    "A" * 86,
    "did:",
    "title@1",
    "system/party",
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A ledger with assets, and the keys of everything that stands on it."""
    net = Net.create(Path(tmp_path_factory.mktemp("fuzz")) / "net", pages=("title", "grain", "sale"))
    net.accredit("admin", "warehouse")
    assets = [net.issue(name) for name in ("admin", "alice", "bob")]
    stored = {"holder": did_of("admin"), "lot": "L", "weight": 100}
    assets.append(net.created(net.do("admin", net.pages["grain"], "store", stored, as_={"keeper": "admin"})))
    assets.append(net.mandate("alice", "bob", [{"actions": ["*"], "contract": net.title}]))
    assets += [net.state_key("party", did_of(name)) for name in PARTIES]
    assets += [
        net.state_key("quota", did_of("admin")),
        net.state_key("parameters"),
        net.state_key("name", "title@1"),
    ]
    assets += [net.state_key("page", digest) for digest in net.pages.values()]
    yield net, assets
    for _ in scrub(net.ledger.store, net.ledger.rules):
        pass
    for _, value in net.ledger.store.leaves():
        canonical.decode(value)
    net.close()


def values(assets: list[str]) -> st.SearchStrategy[Any]:
    """Any JSON, more often than not something that means something here."""
    known = st.sampled_from(
        [*assets, *map(did_of, PARTIES), *WORDS, key_of("alice", "intl").public.thumbprint]
    )
    numbers = st.sampled_from([0, 1, -1, 7, 100, 2**31, 2**53 - 1, -(2**53) + 1])
    plain = st.none() | st.booleans() | numbers | known | st.just(key_of("carol", "intl").public.to_jwk())
    return st.recursive(
        plain,
        lambda some: st.lists(some, max_size=3) | st.dictionaries(st.sampled_from(NAMES), some, max_size=3),
        max_leaves=6,
    )


def act(draw: Callable[..., Any], net: Net, assets: list[str], signers: list[str]) -> dict[str, Any]:
    """The members of one act."""
    action: tuple[str, str] = draw(
        st.sampled_from(
            [(kind, name) for kind, names in ACTIONS.items() for name in names]
            + [(net.pages[page], name) for page, names in PAGE_ACTIONS.items() for name in names]
        )
    )
    return {
        "contract": action[0],
        "action": action[1],
        "args": draw(st.dictionaries(st.sampled_from(NAMES), values(assets), max_size=5)),
        "as_": draw(st.dictionaries(st.sampled_from(ROLES), st.sampled_from(signers), max_size=2)),
        "asset": draw(st.sampled_from([*assets, None, "#0.0", "#0.1", "#1.0", "#2.0"])),
        "rev": draw(st.sampled_from([None, None, None, None, 1])),
        "with_": draw(
            st.dictionaries(st.sampled_from(["goods", "papers", ""]), st.integers(0, 3), max_size=2)
        ),
    }


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_receipt_or_a_reason(world: tuple[Net, list[str]], data: st.DataObject) -> None:
    net, assets = world
    names = data.draw(st.lists(st.sampled_from(PARTIES), min_size=1, max_size=3, unique=True))
    signers: list[str | dict[str, str]] = [
        {"party": name, "mandate": data.draw(st.sampled_from(assets))}
        if data.draw(st.integers(0, 9)) == 9
        else name
        for name in names
    ]
    draft = net.draft(*signers)
    try:
        for _ in range(data.draw(st.integers(1, 3))):
            draft.act(**act(data.draw, net, assets, [did_of(name) for name in names]))
    except CryptoError:  # what is not canonical cannot be signed
        assume(False)
    try:
        receipt = net.submit(net.seal_up(draft))
    except DeedError:
        return
    assert receipt.code
