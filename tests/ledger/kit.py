"""A small ledger to play with: parties with keys, pages, a clock that the test sets, and deeds in one line.

    net = Net.create(tmp_path)
    lot = net.issue("alice")
    receipt = net.submit(net.transfer("alice", lot, "bob"))

Names in ``as_`` and in signers are the parties' short names; everything that reaches the ledger is a DID.
"""

# ruff: noqa: ANN401 - arguments of acts and members of a genesis are any JSON
from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ledger.pages_later import LATER
from wusong.contract import load
from wusong.contract.report import check as examine
from wusong.crypto.keys import PrivateKey
from wusong.crypto.suites import suite as find_suite
from wusong.ledger import ids
from wusong.ledger.drafting import Draft, sign
from wusong.ledger.encoding import b64
from wusong.ledger.genesis import Genesis, GenesisParty
from wusong.ledger.ledger import Ledger
from wusong.ledger.receipt import Receipt
from wusong.ledger.system.contract import report_message

START: Final = 1_790_000_000_000
PARTIES: Final = ("admin", "alice", "bob", "carol", "dave")
NO_KEY: Final = PrivateKey("Ed25519", hashlib.sha256(b"a key that nobody registered").digest())

TITLE: Final = """
contract: title
version: 1
title: {en: Title, zh: 权利凭证}
basis: [test]
roles:
  issuer: {en: issuer, zh: 签发方}
  holder: {en: holder, zh: 持有人}
fields:
  lot: text(64)
  price: int?
states: [issued, closed!]
actions:
  issue:
    by: issuer
    args: {holder: party, lot: text(64)}
    to: issued
    set: {holder: args.holder, lot: args.lot}
  transfer:
    by: holder
    from: issued
    args: {to: party}
    when:
      to-oneself:
        that: "args.to != self.holder"
        says: {en: The holder already holds it., zh: 持有人已持有该凭证。}
    set: {holder: args.to}
  handover:
    by: [holder, issuer]
    from: issued
    args: {to: party}
    set: {holder: args.to}
  price:
    by: holder
    from: issued
    args: {price: int, by_part: int}
    when:
      fair:
        that: "args.price / args.by_part > 0"
        says: {en: The price is fair., zh: 价格公允。}
    set: {price: args.price}
  raise:
    by: holder
    from: issued
    args: {by_much: int}
    set: {price: args.by_much * 9007199254740991}
  close:
    by: holder
    from: issued
    to: closed
always:
  price-below-million:
    that: "!has(self.price) || self.price < 1000000"
    says: {en: No price reaches a million., zh: 价格须低于一百万。}
"""

GRAIN: Final = """
contract: grain
version: 1
title: {en: Grain, zh: 粮食}
basis: [test]
roles:
  keeper: {en: keeper, zh: 保管人, accredited: warehouse}
  holder: {en: holder, zh: 持有人}
quantity: {unit: kg}
fields:
  lot: text(64)
states: [stored, split!, gone!]
actions:
  store:
    by: keeper
    args: {holder: party, lot: text(64), weight: quantity}
    to: stored
    mint: args.weight
    set: {holder: args.holder, lot: args.lot}
  split:
    by: holder
    from: stored
    to: split
    args: {parts: "list(quantity, 16)"}
    split: args.parts
  merge:
    by: holder
    from: stored
    args: {others: "list(asset(grain@1), 16)"}
    merge: {assets: args.others, to: gone}
  take:
    by: holder
    from: stored
    args: {weight: quantity}
    burn: args.weight
  deliver:
    by: holder
    from: stored
    to: gone
    burn: all
  hand:
    by: holder
    from: stored
    args: {to: party}
    set: {holder: args.to}
"""

SALE: Final = """
contract: sale
version: 1
title: {en: Sale, zh: 买卖}
basis: [test]
roles:
  seller: {en: seller, zh: 卖方}
  buyer: {en: buyer, zh: 买方}
fields:
  left: asset(title@1)
  right: asset(title@1)
states: [agreed, done!]
actions:
  agree:
    by: [seller, buyer]
    args: {left: asset(title@1), right: asset(title@1)}
    to: agreed
    set: {left: args.left, right: args.right}
  settle:
    by: seller
    from: agreed
    requires:
      goods:
        contract: title@1
        action: transfer
        where: its.asset == self.left
      papers:
        contract: title@1
        action: transfer
        where: its.after.holder == self.buyer
    to: done
"""

PAGES: Final = {"title": TITLE, "grain": GRAIN, "sale": SALE, **LATER}


def key_of(name: str, suite: str) -> PrivateKey:
    """The deed key of a party, always the same."""
    return PrivateKey(find_suite(suite).signatures[0], hashlib.sha256(f"{suite} {name}".encode()).digest())


def did_of(name: str) -> str:
    """The DID of a party."""
    return f"did:web:{name}.example"


@functools.lru_cache
def page(name: str, suite: str) -> tuple[dict[str, Any], str, dict[str, Any]]:
    """Model, digest and check report of a page of the kit."""
    return examined(PAGES[name], suite)


def examined(text: str, suite: str) -> tuple[dict[str, Any], str, dict[str, Any]]:
    """Model, digest and check report of a page's text."""
    loaded = load(text)
    assert loaded.ok, loaded.findings
    assert loaded.model is not None
    report = examine(loaded, find_suite(suite))
    return loaded.model, str(report["contract"]), report


@dataclass
class Clock:
    """The machine's clock, as the test wants it, ms."""

    time: int = START + 1_000

    def __call__(self) -> int:
        return self.time


def genesis_for(suite: str = "intl", names: tuple[str, ...] = PARTIES, **changes: Any) -> Genesis:
    """A genesis in which ``admin`` holds every office."""
    admin = [did_of("admin")]
    parties = [
        GenesisParty(did=did_of(name), keys=[key_of(name, suite).public.to_jwk()], name=name)
        for name in sorted(names)
    ]
    members: dict[str, Any] = {
        "accreditors": admin,
        "authorities": admin,
        "cosigners": [key_of("seal", suite).public.to_jwk()],
        "examiners": admin,
        "installers": admin,
        "name": {"en": "Test", "zh": "测试"},
        "nonce": "00112233445566778899aabbccddeeff",
        "parameters": {},
        "parties": parties,
        "registrars": admin,
        "suite": suite,
        "time": START,
        "trial": False,
    }
    return Genesis(**{**members, **changes})


@dataclass
class Net:
    """A ledger, its clock, and who is who."""

    folder: Path
    ledger: Ledger
    clock: Clock
    suite: str
    pages: dict[str, str] = field(default_factory=dict)

    # -- beginning and ending ------------------------------------------------------------------------------

    @classmethod
    def create(
        cls, folder: Path, suite: str = "intl", pages: tuple[str, ...] = ("title",), **genesis: Any
    ) -> Net:
        """A new ledger with these pages installed."""
        clock = Clock()
        ledger = Ledger.create(folder, genesis_for(suite, **genesis), key_of("seal", suite), clock)
        net = cls(folder, ledger, clock, suite)
        for name in pages:
            net.install(name)
        return net

    def reopen(self, seal: str | None = "seal") -> None:
        """Close and open again."""
        self.ledger.close()
        self.ledger = Ledger.open(self.folder, None if seal is None else key_of(seal, self.suite), self.clock)

    def close(self) -> None:
        """Close the ledger."""
        self.ledger.close()

    # -- names ---------------------------------------------------------------------------------------------

    def did(self, name: str) -> str:
        """The DID of a party; a DID stays what it is."""
        return name if name.startswith("did:") else did_of(name)

    def key(self, name: str) -> PrivateKey:
        """The key of a party."""
        return key_of(name.removeprefix("did:web:").removesuffix(".example"), self.suite)

    def state_key(self, kind: str, name: str = "") -> str:
        """The state key of a system record, hex."""
        return self.ledger.rules.key(kind, name).hex()

    @property
    def title(self) -> str:
        """The digest of the page ``title``."""
        return page("title", self.suite)[1]

    # -- writing deeds -------------------------------------------------------------------------------------

    def draft(self, *signers: str | dict[str, str]) -> Draft:
        """A deed to be written; signers by name, or as objects with party by name."""
        named = [
            self.did(signer) if isinstance(signer, str) else {**signer, "party": self.did(signer["party"])}
            for signer in signers
        ]
        return Draft(self.ledger.rules, named)

    def roles(self, as_: dict[str, str]) -> dict[str, str]:
        """Roles with DIDs in place of names."""
        return {role: self.did(name) for role, name in as_.items()}

    def seal_up(self, draft: Draft, *keys: PrivateKey, lifetime: int = 300_000) -> bytes:
        """Sign a draft: by the signers' own keys, or by these."""
        by = keys or [self.key(signer["party"]) for signer in draft.signers]
        return sign(draft.payload(self.ledger.now(), lifetime), draft.acts, by)

    def submit(self, envelope: bytes) -> Receipt:
        """Hand in, and wait for the receipt."""
        return self.ledger.submit(envelope).result(30)

    def do(
        self, signer: str, contract: str, action: str, args: dict[str, Any] | None = None, **act: Any
    ) -> Receipt:
        """One act by one signer, handed in."""
        return self.submit(self.one(signer, contract, action, args, **act))

    def one(
        self, signer: str, contract: str, action: str, args: dict[str, Any] | None = None, **act: Any
    ) -> bytes:
        """One act by one signer, signed. ``as_`` holds names."""
        as_ = self.roles(act.pop("as_", {}))
        return self.seal_up(self.draft(signer).act(contract, action, args or {}, as_=as_, **act))

    # -- what most tests need ------------------------------------------------------------------------------

    def install_args(self, name: str) -> tuple[dict[str, Any], str]:
        """Arguments of an install deed of a page of the kit, and the page's digest."""
        model, digest, report = page(name, self.suite)
        admin = self.key("admin")
        signature = b64(admin.sign(report_message(report)))
        thumbprint = admin.public.thumbprint
        args = {
            "examiner": self.did("admin"),
            "key": thumbprint,
            "model": model,
            "report": report,
            "signature": signature,
        }
        return args, digest

    def install(self, name: str) -> str:
        """Install a page of the kit; its digest."""
        args, digest = self.install_args(name)
        self.system("contract", "install", args, "installer", self.state_key("page", digest))
        self.pages[name] = digest
        return digest

    def system(
        self, kind: str, action: str, args: dict[str, Any], role: str, asset: str, by: str = "admin"
    ) -> Receipt:
        """An accepted deed of a system kind."""
        receipt = self.do(by, f"system/{kind}", action, args, as_={role: by}, asset=asset)
        assert receipt.code == "ok", self.ledger.app.refusal(receipt.deed)
        return receipt

    def accredit(self, name: str, accreditation: str) -> Receipt:
        """Accredit a party."""
        did = self.did(name)
        args = {"name": accreditation, "party": did}
        return self.system(
            "accreditation",
            "grant",
            args,
            "accreditor",
            self.state_key("accreditation", f"{did} {accreditation}"),
        )

    def issue(self, name: str, lot: str = "L") -> str:
        """A new title issued by and to a party; its id."""
        args = {"holder": self.did(name), "lot": lot}
        receipt = self.do(name, self.title, "issue", args, as_={"issuer": name})
        assert receipt.code == "ok", self.ledger.app.refusal(receipt.deed)
        return self.created(receipt)

    def created(self, receipt: Receipt, act: int = 0, child: int = 0) -> str:
        """The id of what a deed created."""
        return asset_id(self.ledger, bytes.fromhex(receipt.deed), act, child)

    def transfer(self, name: str, asset: str, to: str, **act: Any) -> bytes:
        """A signed deed that transfers a title."""
        return self.one(
            name, self.title, "transfer", {"to": self.did(to)}, as_={"holder": name}, asset=asset, **act
        )

    def mandate(self, principal: str, delegate: str, scope: list[dict[str, Any]], **limits: int) -> str:
        """A mandate; its id."""
        args = {"delegate": self.did(delegate), "scope": scope, **limits}
        receipt = self.do(principal, "system/mandate", "grant", args, as_={"principal": principal})
        assert receipt.code == "ok", self.ledger.app.refusal(receipt.deed)
        return self.created(receipt)

    def leaf(self, asset: str) -> Any:
        """The newest leaf at a key."""
        return self.ledger.view().leaf(bytes.fromhex(asset))


def asset_id(ledger: Ledger, deed: bytes, act: int = 0, child: int = 0) -> str:
    """The id of a child of an act of a deed."""
    return ids.asset_id(ledger.suite, ledger.id, ids.DeedId(deed), act, child).hex()
