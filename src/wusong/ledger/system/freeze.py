"""``system/freeze``: an authority stops what may not go on (冻结), on an asset or a whole party.

* A party accredited as ``freeze-authority`` orders; two different officers, each accredited as
  ``freeze-officer``, sign with it. The order names its document, its legal basis and its term in days.
* A frozen asset takes no act and none of its time limits takes effect; a frozen party signs nothing, neither
  for itself nor as a delegate, and comes into no role. What is due when the freeze ends takes effect at once.
* A freeze lapses by itself. Who orders one on what is frozen already waits in the queue (轮候): the next is
  in force from the moment the one before lapses or is lifted, for its own full term.
* Only the authority that ordered a freeze renews or lifts it; a renewal comes before the lapse.
* Acts of this kind need no ``rev``: else who is to be frozen would evade it by acting first, again and again.

* A time limit that its page ``suspends`` stands still meanwhile: whoever writes other holds writes how much
  later it is; of holds that have all lapsed it is derived (``contract/deadlines.py``).

Which hold is in force, and until when, is derived from the leaf: ``contract/holds.py``.
"""

from __future__ import annotations

from typing import Any, Final, NoReturn

from wusong.contract import holds
from wusong.contract.deadlines import later
from wusong.contract.leaf import Leaf
from wusong.errors import DeedError
from wusong.ledger.system.context import Handler, SystemAct, Writes, revised
from wusong.ledger.system.standing import accredited, distinct, signed_in

KIND: Final = "system/freeze"
AUTHORITY: Final = "freeze-authority"
OFFICER: Final = "freeze-officer"
OFFICERS: Final = ("officer_a", "officer_b")
MAX_DAYS: Final = 1_095
"""Three years: as long as the longest term for a preservation of property (民诉法解释 485)."""
MAX_QUEUE: Final = 16


def freeze(act: SystemAct) -> Writes:
    """An authority freezes: args document (number), basis (law and article), days (1 to 1095)."""
    authority, officers = _ordered(act)
    act.take(document="text", basis="text", days="int")
    leaf = _target(act)
    standing = _standing(leaf, act.now)
    if len(standing) >= MAX_QUEUE:
        raise DeedError("bad-args", argument="asset", reason=f"{MAX_QUEUE} freezes stand already")
    if _place(standing, authority, act.args["document"]) is not None:
        raise DeedError("bad-args", argument="document", reason="this document has frozen it already")
    hold: dict[str, Any] = {
        "authority": authority,
        "days": _days(act),
        "document": act.args["document"],
        "officers": officers,
    }
    return _written(act, leaf, [*standing, hold])


def renew(act: SystemAct) -> Writes:
    """The authority renews its freeze in force: args document (the freeze's), basis, days (that it adds)."""
    authority, _ = _ordered(act)
    act.take(document="text", basis="text", days="int")
    leaf = _target(act)
    standing = _standing(leaf, act.now)
    place = _own_place(act, standing, authority)
    if place != 0:
        raise DeedError("bad-args", argument="document", reason="waits in the queue, not in force")
    longer = {**standing[0], "days": standing[0]["days"] + _days(act)}
    if holds.until(longer, longer["since"]) > act.now + MAX_DAYS * holds.DAY:
        raise DeedError("bad-args", argument="days", reason=f"no further than {MAX_DAYS} days from now")
    return _written(act, leaf, [longer, *standing[1:]])


def unfreeze(act: SystemAct) -> Writes:
    """The authority lifts its freeze, in force or in the queue: args document (the freeze's), basis."""
    (authority,) = signed_in(act, "authority")
    accredited(act, "authority", AUTHORITY)
    act.take(document="text", basis="text")
    leaf = _target(act)
    standing = _standing(leaf, act.now)
    place = _own_place(act, standing, authority)
    return _written(act, leaf, standing[:place] + standing[place + 1 :])


def _ordered(act: SystemAct) -> tuple[str, list[str]]:
    authority, *officers = signed_in(act, "authority", *OFFICERS)
    distinct(act, "authority", *OFFICERS)
    accredited(act, "authority", AUTHORITY)
    for role in OFFICERS:
        accredited(act, role, OFFICER)
    return authority, officers


def _target(act: SystemAct) -> Leaf:
    """What the act is about, with what has become due: that is written before its holds change."""
    leaf = act.state.leaf(act.asset)
    if leaf is None:
        raise DeedError("unknown-asset", asset=act.asset.hex())
    if leaf.contract == "system/party":
        act.informed.add(leaf.fields["did"])
        return leaf
    if leaf.contract.startswith("system/"):
        raise DeedError("bad-args", argument="asset", reason="an asset of a page, or a party")
    act.informed.update(leaf.roles.values())
    return act.rules.compiled(act.state, leaf.contract).effective(leaf, act.now) if leaf.deadlines else leaf


def _standing(leaf: Leaf, now: int) -> list[dict[str, Any]]:
    """The holds that have not lapsed; the first, which is in force, says since when."""
    end = 0
    for place, hold in enumerate(leaf.holds):
        since = hold.get("since", end)
        end = holds.until(hold, since)
        if now < end:
            return [{**hold, "since": since}, *leaf.holds[place + 1 :]]
    return []


def _written(act: SystemAct, leaf: Leaf, standing: list[dict[str, Any]]) -> Writes:
    """The leaf with these holds; who now stands first is in force from now, if it was not before."""
    first = [{**standing[0], "since": standing[0].get("since", act.now)}] if standing else []
    after = revised(leaf, holds=first + standing[1:])
    if leaf.holds and leaf.deadlines:
        limits = act.rules.compiled(act.state, leaf.contract).program.limits
        since: int = leaf.holds[0]["since"]
        frozen = (first[0]["since"] if first else act.now) - since
        after.deadlines = later(limits, leaf.deadlines, since, frozen)
    return [(act.asset, after)]


def _days(act: SystemAct) -> int:
    days: int = act.args["days"]
    if not 1 <= days <= MAX_DAYS:
        raise DeedError("bad-args", argument="days", reason=f"1 to {MAX_DAYS}")
    return days


def _place(standing: list[dict[str, Any]], authority: str, document: str) -> int | None:
    names = [(hold["authority"], hold["document"]) for hold in standing]
    return names.index((authority, document)) if (authority, document) in names else None


def _own_place(act: SystemAct, standing: list[dict[str, Any]], authority: str) -> int:
    document = act.args["document"]
    place = _place(standing, authority, document)
    return _refuse(standing, authority, document) if place is None else place


def _refuse(standing: list[dict[str, Any]], authority: str, document: str) -> NoReturn:
    for hold in standing:
        if hold["document"] == document:
            party = hold["authority"]
            raise DeedError(
                "wrong-role", role="authority", reason="other-party", party=party, signer=authority
            )
    raise DeedError("not-frozen", authority=authority, document=document)


ACTIONS: Final[dict[str, Handler]] = {"freeze": freeze, "renew": renew, "unfreeze": unfreeze}
