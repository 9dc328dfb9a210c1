"""The working days that a new ledger needs from its first minute, because time limits count them.

* The years that come with the program are published with the document each rests on.
* A year whose notice is not out yet is published on a *trial* ledger only, as Monday to Friday, and its basis
  says so; on any other ledger somebody who is accredited publishes it, and until then a time limit that
  reaches into it is refused.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from wusong.contract.calendar import weekdays
from wusong.ledger.intent import Intent
from wusong.ledger.system import calendar
from wusong.ledger.system.accreditation import record_name
from wusong.node import working_days

if TYPE_CHECKING:
    from wusong.node.node import Node

__all__ = ["publish"]

AHEAD: Final = 6
"""Years beyond this one: a registration of three years, and its renewal, are counted on a trial ledger."""
GUESSED: Final = "试运行：该年放假安排尚未公布，暂按周一至周五计 / trial: notice not out, Monday to Friday"


def publish(node: Node) -> None:
    """Publish, as the founder, what the ledger does not have yet."""
    _accredit(node)
    for name, years in working_days.shipped_years().items():
        for year in years:
            notice = working_days.shipped(name, year)
            _year(node, name, year, working_days.days(notice), notice.basis)
        if node.ledger.genesis.trial:
            for year in range(years[-1] + 1, _this_year(node) + AHEAD + 1):
                _year(node, name, year, weekdays(year), GUESSED)


def _accredit(node: Node) -> None:
    key = node.ledger.rules.key("accreditation", record_name(node.founder, calendar.PUBLISHER))
    if node.ledger.view().leaf(key) is None:
        node.accredit(node.founder, calendar.PUBLISHER)


def _year(node: Node, name: str, year: int, days: str, basis: str) -> None:
    key = node.ledger.rules.key(calendar.RECORD, calendar.name_of(name, year))
    if node.ledger.view().leaf(key) is None:
        args = {"basis": basis, "days": days, "name": name, "year": year}
        node.act([Intent(calendar.KIND, "publish", args, {"publisher": node.founder}, key.hex())])


def _this_year(node: Node) -> int:
    return (datetime.fromtimestamp(node.ledger.now() / 1000, UTC) + timedelta(hours=8)).year
