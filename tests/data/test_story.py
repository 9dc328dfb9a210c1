"""Public data at work from a catalogue workbook to an invoice, on each suite; then every proof offline."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from data import market as places
from data.intake.test_importing import good, workbook
from data.market import DAY, QUESTION, Market
from data.money.test_run import act, agreed, banked, confirmed, register
from wusong.crypto import canonical
from wusong.data import service
from wusong.data.intake import importing
from wusong.data.money import invoices, run, standing
from wusong.data.money.periods import Period
from wusong.data.products import calls, tokens
from wusong.data.registration import certificate
from wusong.errors import DataError, DeedError
from wusong.node import witnessing

INVOICE = "25312000000012345678"


@pytest.mark.parametrize("suite", ["intl", "gm"])
def test_from_a_workbook_to_an_invoice(root: Path, tmp_path: Path, suite: str) -> None:
    market = places.start(tmp_path / "node", suite)
    told = Story(market)
    told.resource = told.taken_in(tmp_path)
    told.registered()
    told.offered()
    told.called()
    period = told.metered()
    told.settled(period)
    told.verified(root, tmp_path)
    market.node.close()


class Story:
    """What was done so far; ``deeds`` are those to be verified."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.node = market.node
        self.deeds: dict[str, str] = {}
        self.resource = ""

    def taken_in(self, folder: Path) -> str:
        """Two rows of a catalogue, one with the table, one wrong; the good one is registered, once."""
        (folder / "区划.csv").write_bytes(places.TABLE)
        book = workbook([good(1, 数据文件="区划.csv"), good(2, 数据级别="绝密")])
        made = self.market
        first, again = (
            importing.run(self.node, made.department, made.registry, book, importing.folder(folder))
            for _ in range(2)
        )
        assert (list(first.assets), again.assets, again.deeds) == ([3], first.assets, ())
        (self.deeds["register"],) = first.deeds
        return first.assets[3]

    def registered(self) -> None:
        node, registry = self.node, self.market.registry
        service.accept(node, registry, self.resource)
        service.examine(node, registry, self.resource, "材料齐全")
        service.publish(node, registry, self.resource)
        until = node.ledger.now() + 1_000 * DAY
        with pytest.raises(DeedError, match="The notice period has not ended"):
            service.assign_code(node, registry, self.resource, "T-1", until)
        places.pass_notice(self.market, self.resource)
        self.deeds["code"] = service.assign_code(node, registry, self.resource, "T-1", until).deed
        assert certificate.issue(node, self.resource).says["code"] == "T-1"

    def offered(self) -> None:
        made = self.market
        operation = places.in_force(made, self.resource)
        offer = service.Offer("省内区划数", QUESTION, 50)
        product = service.offer(self.node, made.operator, operation, offer).asset
        use = places.approved(made, product, 3)
        self.market = replace(made, resource=self.resource, operation=operation, product=product, use=use)

    def called(self) -> None:
        """By token; the fourth call is one too many."""
        made = self.market
        secret, _ = tokens.issue(self.node, made.merchant, made.use, "选址系统")
        for number in range(3):
            party, way = tokens.way_of(self.node, secret, made.use)
            answer = calls.call(self.node, made.use, party, {"province": "江苏"}, way=way)
            assert (answer.number, answer.value["value"]) == (number, 12)
        with pytest.raises(DataError, match="calls approved are used up"):
            calls.call(self.node, made.use, made.merchant, {"province": "江苏"})

    def metered(self) -> Period:
        today = (self.node.ledger.now() + 8 * 3_600_000) // DAY
        (self.deeds["meter"],) = service.meter(self.node, self.market.use)
        self.node.ledger.set_forward(DAY)
        return Period(today, today)

    def settled(self, period: Period) -> None:
        made = self.market
        share = agreed(made)
        (stated,) = run.run(self.node, made.operator, share, period).statements
        confirmed(made, stated.asset)
        run.run(self.node, made.operator, share, period)
        self.node.ledger.set_forward(15 * DAY)
        run.run(self.node, made.operator, share, period)
        banked(made)
        due = run.settlement_of(self.node, made.operator, share, period)
        assert due["control_sum"] == 150 - 75
        assert len(run.files(self.node, due)) == 2
        self.deeds["statement"] = stated.deed
        register(made)
        self.deeds["invoice"] = invoices.bind(self.node, made.operator, stated.asset, INVOICE).deed
        with pytest.raises(DeedError):
            act(
                made, standing.STATEMENT, "bind-invoice", "operator", made.operator, stated.asset,
                invoice=INVOICE, invoiced=150,
            )  # fmt: skip

    def verified(self, root: Path, folder: Path) -> None:
        """The stand-alone verifier accepts every deed, and the metering with a call's own record."""
        trust = folder / "trust.json"
        trust.write_bytes(canonical.encode(witnessing.trust(self.node.folder, self.node.ledger.genesis)))
        for name, deed in self.deeds.items():
            file = folder / f"{name}.bundle.json"
            file.write_bytes(canonical.encode(self.node.bundle(deed)))
            command = [sys.executable, "-I", str(root / "verifier" / "wusong_verify.py"), "--json"]
            ran = subprocess.run(
                [*command, "--trust", str(trust), str(file)], capture_output=True, check=False
            )
            assert ran.returncode == 0, (name, ran.stdout, ran.stderr)
            assert json.loads(ran.stdout)["reason"] == "ok", name
