"""What a party has to do about requests for sharing, each step with its clock."""

from __future__ import annotations

from typing import Final, NamedTuple

import sqlalchemy as sa

from wusong.contract.leaf import Leaf
from wusong.data.host import Host
from wusong.data.money.standing import now
from wusong.data.sharing.listing import due_of
from wusong.data.sharing.projection import sharings
from wusong.data.sharing.service import SHARING
from wusong.tasks import Task

__all__ = ["todo"]

MOST: Final = 200


class Step(NamedTuple):
    """A step: who takes it, what it is, and the time limit that it has."""

    part: str
    en: str
    zh: str
    limit: str = ""


_STEPS: Final = (
    ("applied", Step("provider", "Accept the request", "受理共享申请", "answer")),
    ("accepted", Step("provider", "Answer the request", "答复共享申请", "answer")),
    ("overdue", Step("provider", "Answer at once: it is overdue", "逾期未答复，立即答复", "answer")),
    ("overdue", Step("coordinator", "Decide: the answer is overdue", "逾期未答复，作出协调决定", "answer")),
    ("disputed", Step("coordinator", "Decide about the refusal", "就不同意共享作出协调决定", "decision")),
    ("refused", Step("applicant", "Accept the refusal or dispute it", "接受或者提请协调", "dispute")),
    ("consented", Step("provider", "Deliver the data", "交付数据", "delivery")),
    ("correcting", Step("provider", "Answer the request for correction", "办理校核反馈", "correction")),
    ("ended", Step("applicant", "Dispose of the data and say so", "处置数据并反馈")),
)


def todo(host: Host, party: str) -> list[Task]:
    """What the party has to do about requests for sharing."""
    found = ((asset, now(host, asset, SHARING)) for asset in _candidates(host, party))
    return [task for asset, standing in found for task in _tasks(host, party, asset, standing)]


def _candidates(host: Host, party: str) -> list[str]:
    """Requests of the party that are under way; time limits may have moved them since they were written."""
    table = sharings.c
    mine = sa.or_(table.provider == party, table.applicant == party, table.coordinator == party)
    open_ = table.state.in_([*(state for state, _ in _STEPS), "using"])
    query = sa.select(table.asset).where(mine, open_).order_by(table.applied.desc(), table.asset).limit(MOST)
    with host.models.engine.connect() as connection:
        return list(connection.execute(query).scalars())


def _tasks(host: Host, party: str, asset: str, standing: Leaf) -> list[Task]:
    return [
        _task(host, asset, standing, step)
        for state, step in _STEPS
        if state == standing.state and standing.roles.get(step.part) == party
    ]


def _task(host: Host, asset: str, standing: Leaf, step: Step) -> Task:
    due = next((one for one in due_of(host, asset) if one.limit == step.limit), None)
    return Task(
        what={"en": step.en, "zh": step.zh},
        about=str(standing.fields["matter"]),
        path=f"/sharing/{asset}",
        asset=asset,
        due=due.time if due else None,
        left=due.left if due else None,
    )
