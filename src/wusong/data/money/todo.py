"""What a party has to do about statements: confirm or dispute, correct, record the payment, close."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from wusong.contract.leaf import Leaf
from wusong.data.host import Host
from wusong.data.money.standing import STATEMENT, now
from wusong.data.registration.stages import days_left
from wusong.tasks import Task

__all__ = ["todo"]

_DAY: Final = 86_400


class Step(NamedTuple):
    """A step: the role that takes it, what it is, and its time limit."""

    role: str
    en: str
    zh: str
    limit: str = ""


_STEPS: Final = {
    "issued": Step("user", "Confirm the statement or dispute it", "确认对账单或者提出异议", "objection"),
    "disputed": Step(
        "operator", "Correct the statement or resolve the dispute", "更正对账单或者处理异议", "resolution"
    ),
    "confirmed": Step("operator", "Record the payment", "登记收款"),
    "paid": Step("operator", "Close the statement, with its invoice", "绑定发票并办理结清"),
}


def todo(host: Host, party: str, records: Sequence[dict[str, Any]]) -> list[Task]:
    """What the party has to do about its statements, which are among ``records``."""
    own = ((one["asset"], one["state"]) for one in records if one["name"] == STATEMENT)
    return [
        task
        for asset, state in own
        if state in _STEPS
        for task in _tasks(host, party, asset, now(host, asset, STATEMENT))
    ]


def _tasks(host: Host, party: str, asset: str, standing: Leaf) -> list[Task]:
    step = _STEPS.get(standing.state)
    if step is None or standing.roles[step.role] != party:
        return []
    due = next((at for key, at in standing.deadlines.items() if key.partition(">")[0] == step.limit), None)
    return [
        Task(
            what={"en": step.en, "zh": step.zh},
            about=f"{_day(standing.fields['first'])} – {_day(standing.fields['last'])}",
            path=f"/statements/{asset}",
            asset=asset,
            due=due,
            left=None if due is None else days_left(host, due),
        )
    ]


def _day(number: int) -> str:
    return datetime.fromtimestamp(number * _DAY, UTC).strftime("%Y-%m-%d")
