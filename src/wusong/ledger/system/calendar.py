"""``system/calendar``: which days of a year are working days, by a calendar's name (``cn-work``).

* A year is published once by a party accredited as ``calendar-publisher``, with the document it rests on.
* A correction says why, comes from the same publisher (from another when that one is accredited no longer),
  and changes only days still ahead: today by Beijing time and every day before it keep their value, so that
  no deadline that was counted to a day past can move.
* The record's key is ``calendar``, "NAME YEAR". Contracts read it through ``World.calendar``; what is not
  published has no answer, and a deadline that needs it refuses.

``days`` is a bit string in hex as ``contract/calendar.py`` has it: 46 bytes, bit i (most significant first)
is 1 when day i of the year (0: 1 January) is a working day, and the bits after the last day are 0.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final

from wusong.contract.calendar import HEX_LENGTH, date_of, days_in
from wusong.contract.leaf import Leaf
from wusong.errors import DeedError
from wusong.ledger.system.accreditation import holds, record_name
from wusong.ledger.system.context import Handler, SystemAct, Writes, revised
from wusong.ledger.system.standing import accredited, signed_in

if TYPE_CHECKING:
    from wusong.ledger.state import DeedState

KIND: Final = "system/calendar"
RECORD: Final = "calendar"
PUBLISHER: Final = "calendar-publisher"
YEARS: Final = (1949, 9999)
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_HEX: Final = re.compile(rf"[0-9a-f]{{{HEX_LENGTH}}}")
_BEIJING: Final = 8 * 3_600_000
_DAY: Final = 86_400_000


def name_of(calendar: str, year: int) -> str:
    """The name of the state record of a calendar's year."""
    return f"{calendar} {year}"


def publish(act: SystemAct) -> Writes:
    """A publisher publishes a year: args name, year, days (hex), basis (the document and its number)."""
    (publisher,) = signed_in(act, "publisher")
    act.take(name="text", year="int", days="text", basis="text")
    key, known = _record(act)
    if known is not None:
        raise DeedError("asset-exists", asset=key.hex())
    fields = {name: act.args[name] for name in ("basis", "days", "name", "year")}
    return [
        (key, Leaf(contract=KIND, state="published", rev=1, roles={"publisher": publisher}, fields=fields))
    ]


def correct(act: SystemAct) -> Writes:
    """A publisher corrects days still ahead: args name, year, days, basis, reason."""
    (publisher,) = signed_in(act, "publisher")
    act.take(name="text", year="int", days="text", basis="text", reason="text")
    key, known = _record(act)
    leaf = act.expect_state(known, "published")
    _check_publisher(act, leaf.roles["publisher"], publisher)
    changed = changes(leaf.fields["days"], act.args["days"], act.args["year"])
    if not changed:
        raise DeedError("bad-args", argument="days", reason="the year as it is published already")
    today = date_of((act.now + _BEIJING) // _DAY)
    if changed[0] <= today:
        raise DeedError("calendar-day-past", day=changed[0].isoformat(), today=today.isoformat())
    fields = {**leaf.fields, **{name: act.args[name] for name in ("basis", "days", "reason")}}
    return [(key, revised(leaf, roles={"publisher": publisher}, fields=fields))]


def days(state: DeedState, key: bytes) -> str | None:
    """The days of a published year, by its record's key; None when nobody has published it."""
    leaf = state.leaf(key)
    if leaf is None or leaf.contract != KIND:
        return None
    published: str = leaf.fields["days"]
    return published


def changes(before: str, after: str, year: int) -> list[dt.date]:
    """The days of a year that two bit strings tell differently, in order."""
    differ = f"{int(before, 16) ^ int(after, 16):0{HEX_LENGTH * 4}b}"
    first = dt.date(year, 1, 1)
    return [first + dt.timedelta(days=day) for day in range(days_in(year)) if differ[day] == "1"]


def is_year(text: str, year: int) -> bool:
    """Whether ``text`` is a bit string of a year: 46 bytes in hex, no bit after the year's last day."""
    return _HEX.fullmatch(text) is not None and int(text, 16) % 2 ** (HEX_LENGTH * 4 - days_in(year)) == 0


def _record(act: SystemAct) -> tuple[bytes, Leaf | None]:
    """Key and leaf of the year that an act is about, its arguments checked and its signer accredited."""
    accredited(act, "publisher", PUBLISHER)
    name, year = act.args["name"], act.args["year"]
    if len(name) > 64 or not _NAME.fullmatch(name):
        raise DeedError("bad-args", argument="name", reason="lower-case words joined by hyphens, at most 64")
    if not YEARS[0] <= year <= YEARS[1]:
        raise DeedError("bad-args", argument="year", reason=f"{YEARS[0]} to {YEARS[1]}")
    if not is_year(act.args["days"], year):
        raise DeedError(
            "bad-args", argument="days", reason=f"{days_in(year)} bits and zeros, 46 bytes in hex"
        )
    key, leaf = act.leaf(RECORD, name_of(name, year))
    act.expect_asset(key)
    return key, leaf


def _check_publisher(act: SystemAct, published: str, signer: str) -> None:
    record = act.leaf("accreditation", record_name(published, PUBLISHER))[1]
    if signer != published and holds(record, act.now):
        raise DeedError("wrong-role", role="publisher", reason="other-party", party=published, signer=signer)


ACTIONS: Final[dict[str, Handler]] = {"correct": correct, "publish": publish}
