"""Trade on a real ledger, in one line an act.

    market = Market.open(net)
    (bill,) = market.done(Act("bill-of-lading", "issue", {"carrier": "line", "shipper": "seller"}, {...}))

In arguments ``@name`` stands for the DID of a party, ``~word`` for a commitment; what else is given stays.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from ledger.kit import Net, examined
from wusong.contract import Compiled, Leaf, load
from wusong.ledger.encoding import b64
from wusong.ledger.receipt import Receipt
from wusong.ledger.system.contract import report_message

CONTRACTS = files("wusong.trade") / "contracts"
PARTIES = (
    "admin",
    "line",
    "port",
    "border",
    "store",
    "scale",
    "seller",
    "buyer",
    "other",
    "bank",
    "bank_b",
    "truck",
)
OFFICES = {
    "line": "carrier",
    "port": "terminal",
    "border": "customs",
    "store": "warehouse",
    "scale": "weigher",
}


@functools.cache
def text(name: str) -> str:
    """A page of the library, as it is written."""
    return (CONTRACTS / f"{name}.yaml").read_text("utf-8")


@functools.cache
def compiled(name: str) -> Compiled:
    """A page of the library, ready to act."""
    read = load(text(name))
    assert [str(finding) for finding in read.findings] == []
    assert read.compiled is not None
    return read.compiled


@functools.lru_cache
def _examined(name: str, suite: str) -> tuple[dict[str, Any], str, dict[str, Any]]:
    return examined(text(name), suite)


def word(name: str) -> str:
    """A commitment that a test can tell from others."""
    return name.encode().hex().ljust(64, "0")


@dataclass(frozen=True, slots=True)
class Act:
    """One act: who signs as what, with which arguments, on which asset."""

    page: str
    action: str
    roles: dict[str, str]
    args: dict[str, Any] = field(default_factory=dict)
    asset: str | None = None
    companions: dict[str, int] = field(default_factory=dict)
    """Which act of the deed discharges which requirement of this one."""


@dataclass
class Market:
    """A ledger with pages of trade, and those admitted who keep, weigh, carry and clear goods."""

    net: Net

    @classmethod
    def open(cls, net: Net, *pages: str) -> Market:
        """Install the pages on ``net`` and admit everyone."""
        market = cls(net)
        for name in pages:
            market.install(name)
        for party, office in OFFICES.items():
            net.accredit(party, office)
        return market

    def install(self, name: str) -> None:
        """Install a page with its report signed."""
        model, digest, report = _examined(name, self.net.suite)
        admin = self.net.key("admin")
        args = {
            "examiner": self.net.did("admin"),
            "key": admin.public.thumbprint,
            "model": model,
            "report": report,
            "signature": b64(admin.sign(report_message(report))),
        }
        self.net.system("contract", "install", args, "installer", self.net.state_key("page", digest))
        self.net.pages[name] = digest

    def value(self, given: Any) -> Any:  # noqa: ANN401 - any argument
        """An argument as the ledger takes it."""
        if isinstance(given, list):
            return [self.value(one) for one in given]
        if isinstance(given, str) and given[:1] in {"@", "~"}:
            return self.net.did(given[1:]) if given[0] == "@" else word(given[1:])
        return given

    def write(self, *acts: Act, without: tuple[str, ...] = ()) -> bytes:
        """A deed with these acts, signed by all who stand in them but ``without``."""
        names = dict.fromkeys(name for act in acts for name in act.roles.values() if name not in without)
        draft = self.net.draft(*names)
        for act in acts:
            args = {name: self.value(given) for name, given in act.args.items()}
            rev = self.leaf(act.asset).rev if act.asset and not act.asset.startswith("#") else None
            roles = self.net.roles({role: name for role, name in act.roles.items() if name not in without})
            draft.act(
                self.net.pages[act.page],
                act.action,
                args,
                as_=roles,
                asset=act.asset,
                rev=rev,
                with_=act.companions,
            )
        return self.net.seal_up(draft)

    def submit(self, *acts: Act, without: tuple[str, ...] = ()) -> Receipt:
        """Hand a deed in."""
        return self.net.submit(self.write(*acts, without=without))

    def done(self, *acts: Act, children: int = 1) -> list[str]:
        """A deed that is accepted; the ids of what its creating acts, or its split, made."""
        receipt = self.submit(*acts)
        assert receipt.code == "ok", self.net.ledger.app.refusal(receipt.deed)
        return [
            self.net.created(receipt, n, child)
            for n, act in enumerate(acts)
            for child in range(1 if act.asset is None else children)
            if act.asset is None or act.action == "split"
        ]

    def refused(self, *acts: Act, without: tuple[str, ...] = ()) -> str:
        """A deed that is refused; the code."""
        receipt = self.submit(*acts, without=without)
        assert receipt.code != "ok"
        return receipt.code

    def leaf(self, asset: str) -> Leaf:
        """How an asset stands."""
        leaf = self.net.leaf(asset)
        assert isinstance(leaf, Leaf)
        return leaf
