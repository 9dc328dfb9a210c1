"""What a coordinating body sees of the requests that name it: counts by providing department.

* ``requests`` all of them; ``in_time`` answered before the time was over; ``late`` answered after it;
  ``unanswered`` the time is over without an answer, whatever was decided since; ``waiting`` the time runs;
  ``withdrawn`` by the applicant while it ran. These five make the whole.
* Of the answers: ``refused`` by each ground. Of the decisions: ``directed``, ``rejected``.
* Nobody else's requests are counted: only those whose coordinating body the reader is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final, get_args

import sqlalchemy as sa

from wusong.data.host import Host
from wusong.data.intake.export import Cell, write_csv
from wusong.data.sharing.projection import sharings
from wusong.data.sharing.service import Ground

__all__ = ["GROUNDS", "GROUND_WORDS", "Count", "as_csv", "counts", "to_json"]

GROUNDS: Final[tuple[str, ...]] = get_args(Ground)
GROUND_WORDS: Final = {
    "law-forbids": {"en": "law forbids it", "zh": "法律法规禁止"},
    "beyond-duty": {"en": "beyond the applicant's duties", "zh": "超出履职需要"},
    "not-held": {"en": "not held", "zh": "未掌握该数据"},
    "security-risk": {"en": "security risk", "zh": "安全风险"},
}
_HEAD: Final = {
    "provider": "提供部门", "requests": "申请件数", "in_time": "按期答复", "late": "逾期答复",
    "unanswered": "逾期未答复", "waiting": "答复期内", "withdrawn": "答复前撤回", "directed": "决定共享",
    "rejected": "决定不予共享",
}  # fmt: skip


@dataclass(slots=True)
class Count:
    """The requests to one department."""

    provider: str
    requests: int = 0
    in_time: int = 0
    late: int = 0
    unanswered: int = 0
    waiting: int = 0
    withdrawn: int = 0
    directed: int = 0
    rejected: int = 0
    refused: dict[str, int] = field(default_factory=lambda: dict.fromkeys(GROUNDS, 0))


def counts(host: Host, coordinator: str) -> list[Count]:
    """By department, in the order of their DIDs."""
    query = sa.select(sharings).where(sharings.c.coordinator == coordinator).order_by(sharings.c.provider)
    with host.models.engine.connect() as connection:
        rows = connection.execute(query).mappings().all()
    found: dict[str, Count] = {}
    for row in rows:
        _count(found.setdefault(row["provider"], Count(row["provider"])), row, host.ledger.now())
    return list(found.values())


def _count(found: Count, row: Mapping[Any, Any], now: int) -> None:
    found.requests += 1
    standing = _standing(row, now)
    setattr(found, standing, getattr(found, standing) + 1)
    found.directed += row["decided"] == "direct"
    found.rejected += row["decided"] == "reject"
    if row["ground"]:
        found.refused[row["ground"]] += 1


def _standing(row: Mapping[Any, Any], now: int) -> str:
    """How a request stands to the time for its answer."""
    if row["answered"] is not None:
        return "in_time" if row["answered"] < row["due"] else "late"
    if (row["withdrawn"] or now) >= row["due"]:
        return "unanswered"
    return "waiting" if row["withdrawn"] is None else "withdrawn"


def to_json(found: Sequence[Count]) -> list[dict[str, Any]]:
    """The counts as data."""
    return [asdict(one) for one in found]


def as_csv(found: Sequence[Count], names: Mapping[str, str]) -> bytes:
    """The counts as a table to save."""
    refused = [f"不同意：{GROUND_WORDS[ground]['zh']}" for ground in GROUNDS]
    rows: list[Sequence[Cell]] = [[*_HEAD.values(), *refused]]
    for one in found:
        plain = [getattr(one, name) for name in list(_HEAD)[1:]]
        rows.append([names.get(one.provider, one.provider), *plain, *one.refused.values()])
    return write_csv(rows)
