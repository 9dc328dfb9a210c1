"""The permitted revenue (最高准许收入) of a period, as a sheet that anybody can compute again.

    permitted = cost + allowed profit + tax - excess of the period before

* Every amount names its source; rates are basis points; nothing is taken from elsewhere.
* Allowed profit = profit base times rate, the rate being at most the yield of ten-year government bonds and
  600 basis points. What the base is, is to be verified with the price authority, so the sheet names it.
* Excess = revenue beyond the permitted; it is told, and carried over to the next sheet. The price authority
  decides; this is its arithmetic.
* Fractions of a minor unit are cut off, against the operator.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from wusong.data.host import Host
from wusong.data.money.metered import meterings
from wusong.data.money.periods import Period
from wusong.errors import DataError

__all__ = ["FORMAT", "ITEMS", "Item", "Sheet", "calculate", "earned", "rows"]

FORMAT: Final = "wusong-permitted-revenue/1"
MARGIN: Final = 600
_WHOLE: Final = 10_000
ITEMS: Final[dict[str, dict[str, str]]] = {
    "platform": {"en": "platform construction and operation", "zh": "平台建设和运维"},
    "acquisition": {"en": "data acquisition", "zh": "数据获取"},
    "transfer": {"en": "transfer", "zh": "数据传输"},
    "aggregation": {"en": "aggregation", "zh": "数据归集"},
    "storage": {"en": "storage", "zh": "数据存储"},
    "governance": {"en": "governance", "zh": "数据治理"},
    "other": {"en": "other cost of operation", "zh": "其他运营成本"},
}
"""The kinds of cost, as 发改价格〔2025〕65号 has them."""


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One cost in minor units, and where the figure comes from."""

    kind: str
    amount: int
    source: str


class Sheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What goes in. ``base``: what the profit is reckoned on; ``yield_`` of ten-year government bonds and
    ``rate`` of profit in basis points; ``sources`` says where base, yield, tax and excess come from.
    """

    period: str
    costs: list[Item]
    base: int
    yield_: int = msgspec.field(name="yield")
    rate: int
    tax: int
    excess_before: int
    sources: dict[str, str]


def calculate(sheet: Sheet, revenue: int) -> dict[str, Any]:
    """The sheet with its results: cost, profit, permitted, revenue, excess to carry over, whether it warns.

    Raises DataError ``revenue-input`` with the field.
    """
    _check(sheet, revenue)
    cost = sum(item.amount for item in sheet.costs)
    profit = sheet.base * sheet.rate // _WHOLE
    permitted = max(cost + profit + sheet.tax - sheet.excess_before, 0)
    left = max(sheet.excess_before - cost - profit - sheet.tax, 0)
    excess = max(revenue - permitted, 0) + left
    said: dict[str, Any] = msgspec.to_builtins(sheet)
    results = {"cost": cost, "excess": excess, "permitted": permitted, "profit": profit, "revenue": revenue}
    return said | results | {"format": FORMAT, "warns": excess > 0}


def earned(host: Host, operator: str, period: Period) -> int:
    """What was metered for an operator in a period, minor units."""
    return sum(one.fee for one in meterings(host, period, operator=operator))


def _check(sheet: Sheet, revenue: int) -> None:
    numbers = {"base": sheet.base, "excess_before": sheet.excess_before, "rate": sheet.rate}
    numbers |= {"revenue": revenue, "tax": sheet.tax, "yield": sheet.yield_}
    for field, value in numbers.items():
        if value < 0:
            raise DataError("revenue-input", field=field, detail=str(value))
    if sheet.rate > sheet.yield_ + MARGIN:
        raise DataError("revenue-input", field="rate", detail=f"{sheet.rate} > {sheet.yield_} + {MARGIN}")
    for place, item in enumerate(sheet.costs):
        if item.kind not in ITEMS or item.amount < 0 or not item.source.strip():
            raise DataError("revenue-input", field=f"costs[{place}]", detail=item.kind)
    for field in ("base", "yield", "tax", "excess_before"):
        if not sheet.sources.get(field, "").strip():
            raise DataError("revenue-input", field=f"sources.{field}", detail="?")


def rows(done: dict[str, Any]) -> list[tuple[str, int, str]]:
    """The sheet for a table: what (zh), minor units or basis points, source."""
    sources = done["sources"]
    lines = [(ITEMS[one["kind"]]["zh"], one["amount"], one["source"]) for one in done["costs"]]
    lines += [("运营成本合计", done["cost"], "以上各项之和"), ("利润计算基数", done["base"], sources["base"])]
    lines += [("十年期国债收益率（万分之一）", done["yield"], sources["yield"])]
    lines += [("准许利润率（万分之一）", done["rate"], f"不超过国债收益率加 {MARGIN}")]
    lines += [("准许利润", done["profit"], "基数 × 利润率"), ("税金", done["tax"], sources["tax"])]
    lines += [("上期超收", done["excess_before"], sources["excess_before"])]
    lines += [("最高准许收入", done["permitted"], "成本 + 利润 + 税金 - 上期超收")]
    lines += [("本期实际收入", done["revenue"], "本期对账单合计")]
    return [*lines, ("本期超收（结转下期扣减）", done["excess"], "实际收入超过最高准许收入的部分")]
