"""What a party has to do about registrations: the next step of the registration body or of the department,
with the time that the measures give for it, and registrations that are about to expire.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import sqlalchemy as sa

from wusong.contract.leaf import Leaf
from wusong.data.host import Host
from wusong.data.projection import resources
from wusong.data.registration import stages
from wusong.tasks import Task

__all__ = ["todo"]

MOST: Final = 200
RENEWAL: Final = 60 * 86_400_000
"""So long before its end a registration may be renewed, ms."""


class Step(NamedTuple):
    """A step: the role that takes it, what it is, its time limit, and its page; without one, the record's."""

    role: str
    en: str
    zh: str
    limit: str = ""
    path: str = "/registrations/{asset}"


_STEPS: Final = {
    "applied": Step("registry", "Accept the application or return it", "受理申请或者退回补正", "acceptance"),
    "returned": Step(
        "department", "Hand in the corrections", "提交补正材料", "supplementing",
        "/registrations/{asset}/supplement",
    ),
    "accepted": Step("registry", "Examine the form", "办理形式审核", "examination"),
    "examined": Step("registry", "Publish for objections", "发布公示"),
    "objected": Step("registry", "Answer the objection", "处理异议", "answer"),
    "cleared": Step("registry", "Enter the code", "办理赋码"),
    "cancelling": Step("registry", "Decide about the cancellation", "办理注销", "cancellation"),
}  # fmt: skip
_EFFECT: Final = Step(
    "registry", "Let the change take effect", "办理变更生效", "", "/registrations/{asset}/effect"
)
_RENEW: Final = Step(
    "department", "Renew the registration", "申请续期", "validity", "/registrations/{asset}/change"
)


def todo(host: Host, party: str) -> list[Task]:
    """What the party has to do about registrations; renewals are reminders."""
    found = ((asset, stages.now_of(host, asset)) for asset in _candidates(host, party))
    return [task for asset, standing in found for task in _tasks(host, party, asset, standing)]


def _candidates(host: Host, party: str) -> list[str]:
    """Registrations of the party in which something may be due; time limits may have moved them since."""
    table, soon = resources.c, host.ledger.now() + RENEWAL
    waiting = table.state.in_([*_STEPS, "noticed"])
    ending = (table.state == "registered") & (table.valid_until <= soon)
    query = (
        sa.select(table.asset)
        .where(sa.or_(table.registry == party, table.department == party), sa.or_(waiting, ending))
        .order_by(table.updated.desc(), table.asset)
        .limit(MOST)
    )
    with host.models.engine.connect() as connection:
        return list(connection.execute(query).scalars())


def _tasks(host: Host, party: str, asset: str, standing: Leaf) -> list[Task]:
    step = _step(standing)
    if step is None or standing.roles.get(step.role) != party:
        return []
    due = next((one for one in stages.due_of(host, standing) if one.limit == step.limit), None)
    return [
        Task(
            what={"en": step.en, "zh": step.zh},
            about=str(standing.fields["name"]),
            path=step.path.format(asset=asset),
            asset=asset,
            due=None if due is None else due.time,
            left=None if due is None or step is _RENEW else due.left,
            last=step is _RENEW,
        )
    ]


def _step(standing: Leaf) -> Step | None:
    """The next step; None where a registration waits for nobody."""
    if standing.state == "registered":
        return _RENEW
    changes = standing.fields["procedure"] != "first"
    if changes and standing.state in ("examined", "cleared"):
        published = standing.state == "cleared" or not standing.fields["notice_needed"]
        return _EFFECT if published else _STEPS["examined"]
    return _STEPS.get(standing.state)
