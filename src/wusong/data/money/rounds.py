"""Distributions of an agreement on sharing revenue, as the ledger has them: for every party to it.

* What was divided, each party's part, who confirmed: from the deed that made the distribution. What became of
  it: from the acts since and, of the one that the agreement stands at, from the record itself, time limits
  applied.
* The ground (``wusong-split/1``) is the allotting party's content, committed to under the agreement. A party
  to the agreement may read it where this node has it: it says which period and why so much. A commitment that
  stands for anything else is not read out, whoever named it there.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from wusong.contract.leaf import Leaf
from wusong.data import contents
from wusong.data.host import Host
from wusong.data.money import splitting, standing
from wusong.data.money.archive import acts_at, found
from wusong.data.money.projection import RESTED, rounds
from wusong.errors import WusongError

__all__ = ["Round", "of", "of_period", "told"]


@dataclass(frozen=True, slots=True)
class Round:
    """A distribution: ``number`` within its agreement; ``time`` ms; amounts in minor units, parts by party;
    ``state``: ``allotted``, ``disputed``, ``confirmed`` or ``lapsed``; ``confirmed``: who has confirmed;
    ``due``: until when it can be disputed or resolved, ms; ``period`` and ``ground`` are empty where the
    ground is on another node.
    """

    share: str
    number: int
    deed: str
    time: int
    amount: int
    parts: dict[str, int]
    state: str
    confirmed: tuple[str, ...]
    due: int | None
    period: str
    ground: dict[str, Any]

    def waits_for(self, party: str) -> bool:
        """Whether a party can still confirm or dispute it."""
        return self.state == "allotted" and party in self.parts and party not in self.confirmed

    def last(self, party: str) -> bool:
        """Whether a party is the last to confirm."""
        return all(one == party or one in self.confirmed for one in self.parts)


def of(host: Host, share: str) -> list[Round]:
    """The distributions of an agreement, newest first; who asks must be allowed to see the agreement. Raises
    DataError ``no-such-asset``, ``index-behind``.
    """
    now = standing.now(host, share, standing.SHARE)
    query = sa.select(rounds).where(rounds.c.asset == share).order_by(rounds.c.round.desc())
    rows = {(row.deed, row.act): row for row in found(host, query)}
    return [
        _round(host, share, rows[deed, place], now, wrote[0][1])
        for deed, place, _, wrote in acts_at(host, list(rows))
    ]


def of_period(host: Host, share: str, period: str) -> Round | None:
    """The distribution of a period, where this node knows which one it is. Raises as ``of``."""
    return next((one for one in of(host, share) if one.period == period), None)


def _round(host: Host, share: str, row: sa.Row[Any], now: Leaf, then: Leaf) -> Round:
    stands = row.state in RESTED and (now.fields["round"], now.state) == (row.round, row.state)
    fields = now.fields if stands else then.fields
    ground = _ground(host, share, then.fields.get("ground"))
    return Round(
        share=share,
        number=row.round,
        deed=row.deed,
        time=row.time,
        amount=then.fields["amount"],
        parts=dict(zip(then.fields["parties"], then.fields["allotment"], strict=True)),
        state=row.state if stands else RESTED.get(row.state, row.state),
        confirmed=tuple(fields["confirmed"]),
        due=min(_limits(now), default=None) if stands else None,
        period=str(ground.get("period", "")),
        ground=ground,
    )


def _limits(now: Leaf) -> list[int]:
    wanted = {"allotted": "objection", "disputed": "resolution"}[now.state]
    return [at for key, at in now.deadlines.items() if key.partition(">")[0] == wanted]


def _ground(host: Host, share: str, commitment: Any) -> dict[str, Any]:  # noqa: ANN401 - a field of a record
    if not isinstance(commitment, str):
        return {}
    try:
        said = contents.read_json(host.vault, commitment)
    except WusongError:
        return {}
    if not isinstance(said, dict) or (said.get("format"), said.get("share")) != (splitting.FORMAT, share):
        return {}
    return said


def told(divided: Round, hand: Any) -> dict[str, Any]:  # noqa: ANN401 - the portal's or the API's hand
    """A distribution for who asks: of the statements that it is made of, those that the caller may see;
    ``stated``: how many there are.
    """
    stated = divided.ground.get("statements", [])
    seen = {one["asset"] for one in hand.among([one["asset"] for one in stated])}
    ground = {**divided.ground, "statements": [one for one in stated if one["asset"] in seen]}
    return {**asdict(divided), "ground": ground if divided.ground else {}, "stated": len(stated)}
