"""A call is allowed when the data-use's own page would meter it.

* A metering of all calls that are not metered yet, these included, must be accepted by the page now. So what
  refuses a call is the clause that would refuse its metering, and there is no second rule.
* A call that was counted before is judged as one call alone would be, made now the same way: all clauses but
  those that count.
* Purpose, place, recipients and the calls of the day are arguments of that metering, so its clauses judge
  them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from wusong.contract.holds import frozen
from wusong.contract.interpreter import ActInput
from wusong.data import host as hosts
from wusong.data.products import ceilings
from wusong.data.products.callrows import Standing
from wusong.errors import ContractError, DataError, DeedError
from wusong.ledger.system import calendar
from wusong.ledger.system.accreditation import holds, record_name

if TYPE_CHECKING:
    from wusong.contract.leaf import Leaf
    from wusong.data.host import Host
    from wusong.data.products.callbook import CallBook
    from wusong.data.products.callrows import Call
    from wusong.ledger.state import BlockState

__all__ = ["NO_ROOT", "USE", "circumstances", "judge", "judge_batch", "metering"]

USE: Final = "data-use@1"
NO_ROOT: Final = "0" * 64
"""Stands for the root of a batch that is only judged."""


def judge(host: Host, book: CallBook, asked: Standing) -> None:
    """Refuse calls of a data-use if the page would refuse to meter all up to them.

    Raises DataError ``call-refused`` with the clause.
    """
    use = hosts.leaf(host, asked.use, USE)
    if asked.again:
        use = msgspec.structs.replace(use, quantity=max(use.quantity or 0, 1))
    metered: int = use.fields["metered"]
    args = {
        "after": metered,
        "calls": NO_ROOT,
        "calls_count": 1 if asked.again else max(asked.number, metered) + 1 - metered,
        "first": asked.time if asked.again else book.time_of(asked.use, metered, asked.time),
        "last": asked.time,
        "busiest": asked.today,
        **circumstances(asked.entries, use.fields["purpose"]),
        **ceilings.charged_under(host, use),
    }
    try:
        _judged(host, asked.use, use, args)
    except ContractError as error:
        raise DataError("call-refused", **_clause(error), use=asked.use) from None


def judge_batch(host: Host, book: CallBook, use: str, calls: Sequence[Call]) -> None:
    """Refuse to meter these calls as the next batch if the page would.

    Raises DataError ``metering-refused`` with the clause.
    """
    standing = hosts.leaf(host, use, USE)
    try:
        _judged(host, use, standing, metering(host, book, use, standing, calls))
    except ContractError as error:
        raise DataError("metering-refused", **_clause(error), number=calls[0].number, use=use) from None


def metering(
    host: Host, book: CallBook, use: str, standing: Leaf, calls: Sequence[Call], root: str = NO_ROOT
) -> dict[str, Any]:
    """The arguments with which calls that follow each other are metered."""
    first = calls[0].number
    return {
        **circumstances([call.record for call in calls], standing.fields["purpose"]),
        **ceilings.charged_under(host, standing),
        "busiest": book.busiest(use, first, len(calls)),
        "after": first,
        "calls": root,
        "calls_count": len(calls),
        "first": calls[0].time,
        "last": calls[-1].time,
    }


def _judged(host: Host, asset: str, use: Leaf, args: dict[str, Any]) -> None:
    """Let the page judge a metering as the ledger stands. Raises ContractError."""
    operator = use.roles["operator"]
    act = ActInput(
        action="meter",
        asset_id=asset,
        leaf=use,
        roles={"operator": operator},
        args=args,
        signers=frozenset({operator}),
        child=lambda _: NO_ROOT,
        contract=use.contract,
    )
    now = max(host.ledger.now(), args["last"])
    hosts.page(host, use.contract).act(_Now(host, host.ledger.view(), now), act)


def circumstances(entries: Iterable[Mapping[str, Any]], agreed: str) -> dict[str, Any]:
    """What the records of calls say of purpose, places and recipients, as a metering states it."""
    records = list(entries)
    purposes = {one["purpose"] for one in records if "purpose" in one} - {agreed}
    places = sorted({one["place"] for one in records if one.get("place")})
    recipients = sorted({one["recipient"] for one in records if one.get("recipient")})
    listed = {"places": places, "recipients": recipients}
    named = {name: values for name, values in listed.items() if values}
    return {"purpose": min(purposes, default=agreed), **named}


def _clause(error: ContractError) -> dict[str, Any]:
    clause, says = error.data.get("clause"), error.data.get("says")
    if clause is None:
        return {"clause": error.code, "says": {lang: error.explain(lang).what for lang in ("en", "zh")}}
    return {"clause": clause, "says": says}


@dataclass(frozen=True, slots=True)
class _Now:
    """The ledger as it stands, as a page's guards see it."""

    host: Host
    state: BlockState
    now: int

    def asset(self, asset_id: str, /) -> Leaf | None:
        leaf = self.state.leaf(bytes.fromhex(asset_id))
        if leaf is None or not leaf.deadlines:
            return leaf
        return self.host.ledger.rules.compiled(self.state, leaf.contract).effective(leaf, self.now)

    def kind(self, contract: str, /) -> str | None:
        try:
            return self.host.ledger.rules.compiled(self.state, contract).name
        except DeedError:
            return None

    def party_active(self, did: str, /) -> bool:
        return self.host.ledger.rules.authority.active(self.state, did)

    def accredited(self, did: str, name: str, /) -> bool:
        key = self.host.ledger.rules.key("accreditation", record_name(did, name))
        return holds(self.state.leaf(key), self.now)

    def calendar(self, name: str, year: int, /) -> str | None:
        key = self.host.ledger.rules.key(calendar.RECORD, calendar.name_of(name, year))
        leaf = self.state.leaf(key)
        return None if leaf is None else str(leaf.fields["days"])

    def frozen(self, leaf: Leaf, /) -> bool:
        return frozen(leaf, self.now)
