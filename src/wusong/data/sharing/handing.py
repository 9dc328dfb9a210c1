"""Handing a delivered copy out: to the applicant on this node, or by hand to a node that has not the file.

* The applicant fetches it while the use lasts: in use or being corrected, the term not over, the record not
  frozen. The provider may fetch the same bytes at any time, to hand them over by hand.
* Only a copy that was made here for this very request is given (``copies``), never what merely has the
  commitment that stands on the record.
* By hand goes the file with its opening: digest and salt. Whoever has both checks them against the ledger.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from wusong.contract.holds import frozen
from wusong.contract.leaf import Leaf
from wusong.crypto.commitments import opens
from wusong.data import contents
from wusong.data.brought import brought
from wusong.data.host import Host
from wusong.data.money.standing import now
from wusong.data.sharing import copies
from wusong.data.sharing.service import SHARING
from wusong.errors import DataError, WusongError

__all__ = ["LASTS", "Handed", "check", "copy_for", "opening_of", "wrong_of"]

LASTS: Final = ("using", "correcting")


@dataclass(frozen=True, slots=True)
class Handed:
    """A copy as it is handed out, with its opening."""

    content: bytes
    filename: str
    opening: dict[str, str]


def copy_for(host: Host, party: str, sharing: str) -> Handed:
    """The copy that stands on a request, for its applicant or its provider.

    Raises DataError ``no-such-asset``, ``sharing-not-yours``, ``sharing-not-in-use``, ``content-not-here``.
    """
    standing = now(host, sharing, SHARING)
    if party not in (standing.roles["applicant"], standing.roles["provider"]):
        raise DataError("sharing-not-yours", asset=sharing)
    commitment = standing.fields.get("content")
    ended = standing.state not in LASTS or frozen(standing, host.ledger.now())
    if commitment is None or (ended and party == standing.roles["applicant"]):
        raise DataError("sharing-not-in-use", asset=sharing, state=standing.state)
    made = copies.book(host).of(sharing, commitment)
    if made is None:
        raise DataError("content-not-here", commitment=commitment)
    opening = opening_of(host, sharing, commitment)
    return Handed(host.vault.read(opening["digest"]), f"{made.mark}.csv", opening)


def opening_of(host: Host, sharing: str, commitment: str) -> dict[str, str]:
    """What opens the commitment to a copy. Raises DataError ``content-not-here``."""
    ref = contents.find(host.vault, commitment)
    return {"commitment": commitment, "digest": ref.digest, "salt": ref.salt, "sharing": sharing}


def check(host: Host, sharing: str, content: bytes, salt: str) -> bool:
    """Whether a file that came by hand is what the record commits to, under this salt. Raises DataError
    ``no-such-asset``, ``sharing-nothing-delivered``.
    """
    commitment = now(host, sharing, SHARING).fields.get("content")
    if commitment is None:
        raise DataError("sharing-nothing-delivered", asset=sharing)
    try:
        return opens(
            host.ledger.suite, bytes.fromhex(commitment), bytes.fromhex(salt), host.ledger.suite.hash(content)
        )
    except (ValueError, WusongError):  # no salt at all
        return False


def wrong_of(host: Host, party: str, standing: Leaf | dict[str, Any]) -> str | None:
    """What the applicant said is wrong, for applicant and provider; None where it is not here, or was never
    brought by the applicant.
    """
    roles, fields = (
        (standing["roles"], standing["fields"])
        if isinstance(standing, dict)
        else (standing.roles, standing.fields)
    )
    if "wrong" not in fields or party not in (roles["applicant"], roles["provider"]):
        return None
    try:
        brought(host).demand(roles["applicant"], fields["wrong"])
        return contents.read(host.vault, fields["wrong"]).decode("utf-8", "replace")
    except WusongError:
        return None
