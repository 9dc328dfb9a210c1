"""What must be true of a ledger, kept by much simpler means than the ledger's own: holders, sums, keys.

It hears of every block and is told nothing but deeds and receipts. It judges what was accepted; what was
refused must have changed nothing, which shows when leaves are compared with what it expects.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from wusong.ledger import ids
from wusong.ledger.deed import Act, Deed
from wusong.ledger.execute import Executed
from wusong.ledger.rules import Rules


@dataclass
class Title:
    """A title: who holds it, and whether it is closed."""

    holder: str
    closed: bool = False


@dataclass
class Oracle:
    """The expected world."""

    rules: Rules
    pages: dict[str, str]  # name to digest
    titles: dict[str, Title] = field(default_factory=dict)
    grain: dict[str, int] = field(default_factory=dict)
    grain_holder: dict[str, str] = field(default_factory=dict)
    sales: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    minted: int = 0
    burned: int = 0
    revoked: set[str] = field(default_factory=set)
    suspended: set[str] = field(default_factory=set)
    spent: set[bytes] = field(default_factory=set)
    codes: Counter[str] = field(default_factory=Counter)

    def hear(self, executed: list[Executed]) -> None:
        """A block is durable."""
        for one in executed:
            assert one.deed.id not in self.spent, "a deed took its turn twice"
            self.spent.add(one.deed.id)
            self.codes[one.receipt.code] += 1
            if one.receipt.accepted:
                self.accept(one.deed, one)

    def accept(self, deed: Deed, one: Executed) -> None:
        """Judge an accepted deed, and expect what it does."""
        for signer, header in zip(deed.payload.signers, deed.headers, strict=True):
            assert header.kid not in self.revoked, "a revoked key signed"
            assert signer.party not in self.suspended, "a suspended party signed"
        assert len(one.receipt.acts) == len(deed.acts)
        for act in deed.acts:
            handler = getattr(self, f"do_{act.contract.removeprefix('system/')}_{act.action}", None)
            if handler is None:
                name = next(name for name, digest in self.pages.items() if digest == act.contract)
                handler = getattr(self, f"do_{name}_{act.action}")
            handler(deed, act, self.ref(deed, act.asset))

    def ref(self, deed: Deed, asset: str) -> str:
        """The id that an act names."""
        if not asset.startswith("#"):
            return asset
        act, child = asset[1:].split(".")
        return self.child(deed, int(act), int(child))

    def child(self, deed: Deed, act: int, child: int) -> str:
        """The id of what an act creates."""
        return ids.asset_id(self.rules.suite, self.rules.ledger, deed.id, act, child).hex()

    # -- titles --------------------------------------------------------------------------------------------

    def do_title_issue(self, _deed: Deed, act: Act, asset: str) -> None:
        """A new title."""
        assert asset not in self.titles, "a title was created twice"
        self.titles[asset] = Title(act.args["holder"])

    def do_title_transfer(self, _deed: Deed, act: Act, asset: str) -> None:
        """By its holder only, to someone else."""
        title = self.titles[asset]
        assert act.as_["holder"] == title.holder, "somebody transferred what another holds"
        assert not title.closed
        assert act.args["to"] != title.holder
        assert act.args["to"] not in self.suspended
        title.holder = act.args["to"]

    def do_title_close(self, _deed: Deed, act: Act, asset: str) -> None:
        """It ends."""
        title = self.titles[asset]
        assert act.as_["holder"] == title.holder
        assert not title.closed
        title.closed = True

    # -- grain ---------------------------------------------------------------------------------------------

    def do_grain_store(self, _deed: Deed, act: Act, asset: str) -> None:
        """The only way that grain comes into being."""
        self.grain[asset] = act.args["weight"]
        self.grain_holder[asset] = act.args["holder"]
        self.minted += act.args["weight"]

    def do_grain_split(self, deed: Deed, act: Act, asset: str) -> None:
        """Parts make up the whole."""
        assert sum(act.args["parts"]) == self.grain[asset]
        assert act.as_["holder"] == self.grain_holder[asset]
        index = next(n for n, other in enumerate(deed.acts) if other is act)
        for n, part in enumerate(act.args["parts"]):
            made = self.child(deed, index, n)
            self.grain[made] = part
            self.grain_holder[made] = self.grain_holder[asset]
        self.grain[asset] = 0

    def do_grain_merge(self, _deed: Deed, act: Act, asset: str) -> None:
        """Nothing is lost."""
        for other in act.args["others"]:
            assert self.grain_holder[other] == self.grain_holder[asset] == act.as_["holder"]
            self.grain[asset] += self.grain[other]
            self.grain[other] = 0

    def do_grain_take(self, _deed: Deed, act: Act, asset: str) -> None:
        """Grain leaves."""
        assert 0 < act.args["weight"] <= self.grain[asset]
        self.grain[asset] -= act.args["weight"]
        self.burned += act.args["weight"]

    def do_grain_hand(self, _deed: Deed, act: Act, asset: str) -> None:
        """Another holder."""
        assert act.as_["holder"] == self.grain_holder[asset]
        self.grain_holder[asset] = act.args["to"]

    # -- sales ---------------------------------------------------------------------------------------------

    def do_sale_agree(self, _deed: Deed, act: Act, asset: str) -> None:
        """Two titles for nothing, as far as this page goes."""
        self.sales[asset] = (act.as_["buyer"], act.args["left"], act.args["right"])

    def do_sale_settle(self, deed: Deed, act: Act, asset: str) -> None:
        """Only together with two transfers, each serving one requirement."""
        buyer, left, _right = self.sales.pop(asset)
        goods, papers = deed.acts[act.with_["goods"]], deed.acts[act.with_["papers"]]
        assert act.with_["goods"] != act.with_["papers"]
        assert {goods.action, papers.action} == {"transfer"}
        assert goods.asset == left
        assert papers.args["to"] == buyer

    # -- parties -------------------------------------------------------------------------------------------

    def do_party_rotate(self, _deed: Deed, act: Act, _asset: str) -> None:
        """Keys come and go."""
        self.revoked.update(act.args.get("revoke", []))

    def do_party_suspend(self, _deed: Deed, act: Act, _asset: str) -> None:
        """A party may do nothing."""
        self.suspended.add(act.args["did"])

    def do_party_reinstate(self, _deed: Deed, act: Act, _asset: str) -> None:
        """It may again."""
        self.suspended.remove(act.args["did"])

    def do_mandate_grant(self, _deed: Deed, _act: Act, _asset: str) -> None:
        """Counted by the ledger alone."""

    # -- the whole -----------------------------------------------------------------------------------------

    def check(self, leaf: Any) -> None:  # noqa: ANN401 - a function from id to leaf
        """One holder per title; quantities conserved; every leaf as expected."""
        for asset, title in self.titles.items():
            found = leaf(asset)
            assert found.roles["holder"] == title.holder
            assert found.state == ("closed" if title.closed else "issued")
        for asset, weight in self.grain.items():
            assert leaf(asset).quantity == weight
        assert sum(leaf(asset).quantity for asset in self.grain) == self.minted - self.burned
