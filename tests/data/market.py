"""A node on a trial ledger where a table is registered, a product offered, and a use approved."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Literal

from wusong.data import service
from wusong.data.host import leaf
from wusong.data.products.product import Parameter, Question
from wusong.data.registration import certificate
from wusong.node import trial_days
from wusong.node.founding import Founding, found
from wusong.node.node import Node

DAY = 86_400_000
ROWS = [("310101", "黄浦区", "上海", 65), ("310104", "徐汇区", "上海", 110)] + [
    (f"3201{n:02}", f"{n} 区", "江苏", 10 * n) for n in range(12)
]
ROWS += [(f"3301{n:02}", f"{n} 市区", "浙江", 100 * n) for n in (1, 2, 3)]
TABLE = ("代码,名称,省,人口\n" + "".join(",".join(map(str, row)) + "\n" for row in ROWS)).encode()
COLUMNS = ("代码", "名称", "省", "人口")
QUESTION = Question(
    output="answer",
    sql='select count(*) from data where "省" = $province',
    parameters=(Parameter(name="province"),),
)


@dataclass(frozen=True, slots=True)
class Market:
    """The node, its parties, and the assets."""

    node: Node
    department: str
    registry: str
    body: str
    operator: str
    merchant: str
    resource: str = ""
    operation: str = ""
    product: str = ""
    use: str = ""


def start(folder: Path, suite: str = "intl") -> Market:
    """A node with the five parties, those accredited that need it."""
    found(folder, Founding(suite=suite, trial=True))
    node = Node.open(folder)
    trial_days.publish(node)
    names = ("数源部门", "登记机构", "实施机构", "运营机构", "数商")
    made = Market(node, *[node.new_party(name) for name in names])
    node.accredit(made.registry, "data-registry")
    node.accredit(made.body, "data-implementing-body")
    node.accredit(made.operator, "data-operator")
    return made


def registered(market: Market, *, sharing: Literal["open", "conditional", "none"] = "conditional") -> str:
    """A registered resource."""
    node = market.node
    code = next_code(node)
    name = "区划与人口" + ("" if code == "T-1" else f" {code}")  # one name for one table
    application = service.Application(name, "依法履职产生", TABLE, sharing=sharing, undecided=0)
    asset = service.register(node, market.department, market.registry, application).asset
    service.accept(node, market.registry, asset)
    service.examine(node, market.registry, asset, "材料齐全")
    service.publish(node, market.registry, asset)
    pass_notice(market, asset)
    service.assign_code(node, market.registry, asset, code, node.ledger.now() + 1_000 * DAY)
    return asset


def next_code(node: Node) -> str:
    """T-1, then T-2 and so on: one code, one registration."""
    taken = {row["code"] for row in certificate.listed(node.models)}
    return next(code for n in count(1) if (code := f"T-{n}") not in taken)


def pass_notice(market: Market, asset: str) -> None:
    """Set the clock to the end of the notice period."""
    until = leaf(market.node, asset, "data-resource@1").fields["notice_until"]
    market.node.ledger.set_forward(max(0, until - market.node.ledger.now()) + 1)


def in_force(market: Market, resource: str, *, ceiling: int = 100) -> str:
    """An authorisation that the operator accepted."""
    now = market.node.ledger.now()
    made = service.authorise(
        market.node,
        market.body,
        market.operator,
        resource,
        scope="统计",
        starts=now,
        ends=now + 365 * DAY,
        ceiling=ceiling,
    )
    service.accept_authorisation(market.node, market.operator, made.asset)
    return made.asset


def approved(market: Market, product: str, calls: int = 3) -> str:
    """A use that the operator approved."""
    now = market.node.ledger.now()
    terms = service.UseTerms("选址分析", now, now + 30 * DAY, calls)
    asset = service.apply(market.node, market.merchant, product, terms).asset
    service.approve(market.node, market.operator, asset)
    return asset


def opened(folder: Path, calls: int = 3) -> Market:
    """Everything up to an approved use."""
    market = start(folder)
    resource = registered(market)
    operation = in_force(market, resource)
    product = service.offer(
        market.node, market.operator, operation, service.Offer("省内区划数", QUESTION, 50)
    ).asset
    use = approved(market, product, calls)
    parties = (market.department, market.registry, market.body, market.operator, market.merchant)
    return Market(market.node, *parties, resource, operation, product, use)
