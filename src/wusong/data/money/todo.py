"""What a party has to do about money: agree, confirm or dispute before silence binds it, state a month that
is over, correct, record the payment, close. Calls that wait to be metered are reminded of.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from wusong.contract.leaf import Leaf
from wusong.data.host import Host, leaf
from wusong.data.money import book as books
from wusong.data.money.periods import Period
from wusong.data.money.projection import members, places
from wusong.data.money.standing import SHARE, STATEMENT, now
from wusong.data.registration.stages import days_left
from wusong.tasks import Task

__all__ = ["todo"]

MOST: Final = 200
_DAY: Final = 86_400
_DAY_MS: Final = 86_400_000
_BEIJING: Final = 8 * 3_600_000


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


class Consent(NamedTuple):
    """What the parties to an agreement are asked for: the lists of those asked and of those who answered, the
    act and the last one's act, in words; ``limit``: its time limit.
    """

    asked: str
    answered: str
    act: str
    en: str
    zh: str
    limit: str


_CONSENTS: Final = {
    "proposed": Consent("electors", "agreed", "agree", "Agree or decline", "同意约定", "consent"),
    "changing": Consent(
        asked="electors",
        answered="agreed",
        act="agree-to-change",
        en="Agree to the change or decline",
        zh="同意变更约定",
        limit="change-consent",
    ),
    "allotted": Consent(
        asked="parties",
        answered="confirmed",
        act="confirm",
        en="Confirm or dispute the distribution",
        zh="确认分配或者提出异议",
        limit="objection",
    ),
}
_LAST: Final = {"en": " (as the last)", "zh": "（最后一方）"}


def todo(host: Host, party: str, records: Sequence[dict[str, Any]]) -> list[Task]:
    """What the party has to do about its statements, which are among ``records``, its agreements on sharing
    revenue, and as an operator about months that are over.
    """
    own = ((one["asset"], one["state"]) for one in records if one["name"] == STATEMENT)
    stated = [
        task
        for asset, state in own
        if state in _STEPS
        for task in _tasks(host, party, asset, now(host, asset, STATEMENT))
    ]
    return [*stated, *_shares(host, party), *_to_issue(host, party), *_to_meter(host, party)]


def _tasks(host: Host, party: str, asset: str, standing: Leaf) -> list[Task]:
    step = _STEPS.get(standing.state)
    if step is None or standing.roles[step.role] != party:
        return []
    about = f"{_day(standing.fields['first'])} – {_day(standing.fields['last'])}"
    what = {"en": step.en, "zh": step.zh}
    return [_task(host, asset, standing, step.limit, what=what, about=about, path=f"/statements/{asset}")]


def _task(host: Host, asset: str, standing: Leaf, limit: str, **said: Any) -> Task:  # noqa: ANN401 - a task's texts
    due = next((at for key, at in standing.deadlines.items() if key.partition(">")[0] == limit), None)
    return Task(asset=asset, due=due, left=None if due is None else days_left(host, due), **said)


def _day(number: int) -> str:
    return datetime.fromtimestamp(number * _DAY, UTC).strftime("%Y-%m-%d")


# -- agreements on sharing revenue --------


def _shares(host: Host, party: str) -> Iterator[Task]:
    query = sa.select(members.c.asset).where(members.c.party == party).order_by(members.c.asset).limit(MOST)
    with host.models.engine.connect() as connection:
        found = list(connection.execute(query).scalars())
    for asset in found:
        standing = now(host, asset, SHARE)
        consent = _CONSENTS.get(standing.state)
        if consent is not None and _asked(standing, consent, party):
            yield _consent(host, party, asset, standing, consent)


def _asked(standing: Leaf, consent: Consent, party: str) -> bool:
    return party in standing.fields[consent.asked] and party not in standing.fields[consent.answered]


def _consent(host: Host, party: str, asset: str, standing: Leaf, consent: Consent) -> Task:
    answered = standing.fields[consent.answered]
    last = all(one == party or one in answered for one in standing.fields[consent.asked])
    said = {"en": consent.en, "zh": consent.zh}
    what = {lang: text + _LAST[lang] for lang, text in said.items()} if last else said
    act = f"{consent.act}-last" if last else consent.act
    about = f"{_named(host, standing.fields['parties'])} · – {_day(standing.fields['ends'])}"
    return _task(
        host, asset, standing, consent.limit, what=what, about=about, path=f"/assets/{asset}/act/{act}"
    )


def _named(host: Host, parties: Sequence[str]) -> str:
    leaves = [host.ledger.rules.authority.party(host.ledger.view(), party) for party in parties]
    return "、".join(str(one.fields["name"]) for one in leaves if one is not None)


# -- what an operator has still to state and to meter --------


def _to_issue(host: Host, operator: str) -> list[Task]:
    """The month before this one, where a user was metered whom no statement covers."""
    month = _month_before(host.ledger.now())
    day = (places.c.time + _BEIJING) // _DAY_MS
    wanted = (places.c.operator == operator) & places.c.time.between(month.start, month.end - 1)
    with host.models.engine.connect() as connection:
        metered = connection.execute(sa.select(places.c.user, day).where(wanted).distinct()).all()
    if not metered:
        return []
    rows = books.book(host).rows(kind=books.STATEMENT, party=operator)
    stated = [(row.other, row.first, row.last) for row in rows if row.deed]
    users = {user for user, on in metered if not any(u == user and a <= on <= z for u, a, z in stated)}
    if not users:
        return []
    what = {"en": "Issue the statements of the past month", "zh": "出具上月对账单"}
    return [Task(what=what, about=str(month), path=f"/statements?period={month}", asset="")]


def _month_before(time: int) -> Period:
    today = datetime.fromtimestamp((time + _BEIJING) / 1000, UTC)
    return Period.read(f"{today.replace(day=1) - timedelta(days=1):%Y-%m}")


def _to_meter(host: Host, operator: str) -> Iterator[Task]:
    """The uses with calls that wait to be metered; the node meters them by itself from time to time."""
    calls = sys.modules.get("wusong.data.products.calls")  # unloaded, nobody called; it is slow to load
    if calls is None:
        return
    for use in calls.book(host).uses_pending()[:MOST]:
        standing = leaf(host, use, calls.USE)
        if standing.roles["operator"] != operator:
            continue
        count = calls.book(host).pending(use, 0).count
        what = {"en": f"Meter the calls that wait: {count}", "zh": f"计量待计量的调用（{count} 次）"}
        about = str(standing.fields["purpose"])
        yield Task(what=what, about=about, path=f"/assets/{use}", asset=use, last=True)
