"""A node on a trial ledger with two departments and a coordinating body, and registered resources."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from data import market
from wusong.data import contents
from wusong.data.brought import brought
from wusong.data.sharing import service
from wusong.data.sharing.service import Request
from wusong.ledger.intent import Intent
from wusong.ledger.system import calendar
from wusong.node import trial_days
from wusong.node.founding import Founding, found
from wusong.node.node import Node

BEIJING = timezone(timedelta(hours=8))
DAY = 86_400_000
TABLE = ("代码,名称,人口\n" + "".join(f"3101{n:02},{n} 街道,{1000 + n}\n" for n in range(30))).encode()
PERSONAL = (
    "编号,手机号,证件号\n" + "".join(f"{n},1390000{n:04},31010119900101{n:04}\n" for n in range(30))
).encode()


@dataclass(frozen=True, slots=True)
class District:
    """The node and its parties; ``office`` asks, ``bureau`` provides, ``centre`` coordinates."""

    node: Node
    bureau: str
    office: str
    centre: str
    passer: str
    market: market.Market

    def request(self, days: int = 200, **changed: str) -> Request:
        stated = {"matter": "区划代码", "purpose": "入学审核", "duty": "教育法"} | changed
        return Request(self.centre, last_day=self.today() + days, **stated)

    def today(self) -> int:
        return (self.node.ledger.now() + 8 * 3_600_000) // DAY

    def bring(self, party: str, table: bytes = TABLE) -> str:
        commitment = contents.put(self.node.vault, table).commitment
        brought(self.node).note(party, commitment)
        return commitment

    def forward(self, days: int) -> None:
        self.node.ledger.set_forward(days * DAY)

    def midnight(self, *day: int) -> int:
        """The beginning of a day in Beijing, ms."""
        year, month, date = day
        return int(datetime(year, month, date, tzinfo=BEIJING).timestamp()) * 1000

    def at(self, day: tuple[int, int, int]) -> District:
        """Set the clock to nine in the morning of a day."""
        self.node.ledger.set_forward(self.midnight(*day) + 9 * 3_600_000 - self.node.ledger.now())
        return self

    def asked(self, resource: str, days: int = 200) -> str:
        return service.apply(self.node, self.office, resource, self.request(days)).asset

    def consented(self, resource: str) -> str:
        asset = self.asked(resource)
        service.accept(self.node, self.bureau, asset)
        service.consent(self.node, self.bureau, asset, "仅限入学审核")
        return asset

    def delivered(self, resource: str) -> str:
        asset = self.consented(resource)
        service.deliver(self.node, self.bureau, asset, self.bring(self.bureau))
        return asset


def start(folder: Path, suite: str = "intl", calendar_of: dict[int, str] | None = None) -> District:
    """``calendar_of``: years of the working-day calendar that are not as usual."""
    found(folder, Founding(suite=suite, trial=True))
    node = Node.open(folder)
    node.accredit(node.founder, calendar.PUBLISHER)
    for year, days in (calendar_of or {}).items():
        args = {"name": "cn-work", "year": year, "days": days, "basis": "test"}
        key = node.ledger.rules.key(calendar.RECORD, calendar.name_of("cn-work", year)).hex()
        node.act([Intent(calendar.KIND, "publish", args, {"publisher": node.founder}, key)])
    trial_days.publish(node)
    names = ("数源部门", "登记机构", "实施机构", "运营机构", "数商")
    made = market.Market(node, *[node.new_party(name) for name in names])
    node.accredit(made.registry, "data-registry")
    centre = node.new_party("市数据局")
    node.accredit(centre, "supervisor")
    return District(node, made.department, made.merchant, centre, made.operator, made)


def opened(folder: Path, suite: str = "intl") -> tuple[District, str]:
    """With a resource that is shared on conditions."""
    district = start(folder, suite)
    return district, market.registered(district.market)
