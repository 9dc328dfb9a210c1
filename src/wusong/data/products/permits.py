"""A call is allowed when the data-use's own page would meter it.

* A metering of all calls that are not metered yet, these included, must be accepted by the page now. So what
  refuses a call is the clause that would refuse its metering, and there is no second rule.
* Purpose, place, recipients and the calls of the day are arguments of that metering, so its clauses judge
  them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from wusong.contract.holds import frozen
from wusong.contract.interpreter import ActInput
from wusong.data import host as hosts
from wusong.data.products.callrows import Standing
from wusong.errors import ContractError, DataError, DeedError
from wusong.ledger.system import calendar
from wusong.ledger.system.accreditation import holds, record_name

if TYPE_CHECKING:
    from wusong.contract.leaf import Leaf
    from wusong.data.host import Host
    from wusong.data.products.callbook import CallBook
    from wusong.ledger.state import BlockState

__all__ = ["USE", "circumstances", "judge"]

USE: Final = "data-use@1"
_NO_ROOT: Final = "0" * 64


def judge(host: Host, book: CallBook, asked: Standing) -> None:
    """Refuse calls of a data-use if the page would refuse to meter all up to them.

    Raises DataError ``call-refused`` with the clause.
    """
    state = host.ledger.view()
    use = hosts.leaf(host, asked.use, USE)
    metered: int = use.fields["metered"]
    args = {
        "after": metered,
        "calls": _NO_ROOT,
        "calls_count": max(asked.number, metered) + 1 - metered,
        "first": book.time_of(asked.use, metered, asked.time),
        "last": asked.time,
        "busiest": asked.today,
        **circumstances(asked.entries, use.fields["purpose"]),
    }
    operator = use.roles["operator"]
    metering = ActInput(
        action="meter",
        asset_id=asked.use,
        leaf=use,
        roles={"operator": operator},
        args=args,
        signers=frozenset({operator}),
        child=lambda _: _NO_ROOT,
        contract=use.contract,
    )
    now = max(host.ledger.now(), asked.time)
    try:
        hosts.page(host, use.contract).act(_Now(host, state, now), metering)
    except ContractError as error:
        raise _refusal(error, asked.use) from None


def circumstances(entries: Iterable[Mapping[str, Any]], agreed: str) -> dict[str, Any]:
    """What the records of calls say of purpose, places and recipients, as a metering states it."""
    records = list(entries)
    purposes = {one["purpose"] for one in records if "purpose" in one} - {agreed}
    places = sorted({one["place"] for one in records if one.get("place")})
    recipients = sorted({one["recipient"] for one in records if one.get("recipient")})
    listed = {"places": places, "recipients": recipients}
    named = {name: values for name, values in listed.items() if values}
    return {"purpose": min(purposes, default=agreed), **named}


def _refusal(error: ContractError, use: str) -> DataError:
    clause, says = error.data.get("clause"), error.data.get("says")
    if clause is None:
        what = {lang: error.explain(lang).what for lang in ("en", "zh")}
        return DataError("call-refused", clause=error.code, says=what, use=use)
    return DataError("call-refused", clause=clause, says=says, use=use)


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
