"""Protocol versions: which rules hold at which height, and how the ledger itself says so.

* The genesis names the version of height 1. Authorities activate a later one from a height on
  (``activate`` of ``system/parameters``); the **height table** is a leaf of the state, and each seal names
  the version in force.
* Versions and heights only ascend, and a height lies at least ``activation_notice`` blocks ahead: every node
  has time to bring a program that knows the rules.
* What the table says never depends on what this program knows, or two programs would disagree about the
  activation itself. Who does not know a version stops before its first block: ``unknown-protocol``. Nothing
  is lost: all blocks before it stand, are read and proved, and a newer program goes on from there.
* What a version adds is named in ``FEATURES`` and ``PARAMETERS``; execution asks ``allows`` and its like.

    table = [{"from": 1200, "protocol": 2}]        # heights 1 to 1199 follow the genesis
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from wusong.errors import LedgerError

if TYPE_CHECKING:
    from wusong.contract.leaf import Leaf
    from wusong.ledger.deed import Deed

KNOWN: frozenset[int] = frozenset({1, 2})
"""The versions whose rules this program has."""
NEWEST: Final = 2
"""What a new genesis begins with."""
TABLE: Final = "protocol"
"""The kind of the state record that holds the height table; its name is empty."""

FEATURES: Final[dict[str, int]] = {
    "growth-limits": 2,
    "one-agent-one-party": 2,
    "sealing-keys": 2,
    "profile wusong-cel/2": 2,
    "system/calendar": 2,
    "system/freeze": 2,
    "system/look-through": 2,
    "narrowed-mandates": 2,
    "page-costs": 2,
}
"""What came after version 1, and the version that brought it. A system kind that stands here does not exist
before; a page of a profile that stands here is not installed before."""

PARAMETERS: Final[dict[str, int]] = {"activation_notice": 2, "growth_day": 2}
"""Parameters that came after version 1. Before, nobody sets them, and where they matter the default holds."""


def allows(version: int, feature: str) -> bool:
    """Whether the rules of ``version`` have ``feature``, a name of ``FEATURES``."""
    return version >= FEATURES[feature]


def knows(version: int, name: str) -> bool:
    """The same for a system kind or a profile by name: what ``FEATURES`` does not name is of 1."""
    return version >= FEATURES.get(name, 1)


def has_parameter(version: int, name: str) -> bool:
    """Whether a parameter of this name may be set under ``version``."""
    return version >= PARAMETERS.get(name, 1)


def entries(leaf: Leaf | None) -> list[dict[str, int]]:
    """The height table, ascending: ``from`` is the first height that ``protocol`` holds for."""
    return [] if leaf is None else list(leaf.fields["table"])


def at(first: int, leaf: Leaf | None, height: int) -> int:
    """The version in force at ``height``, ``first`` being that of the genesis. It may be an unknown one."""
    begun = [entry["protocol"] for entry in entries(leaf) if entry["from"] <= height]
    return begun[-1] if begun else first


def status(first: int, leaf: Leaf | None, height: int) -> dict[str, Any]:
    """What people are told: the ``version`` in force at ``height``, whether this program has its rules
    (``known``), and the ``next`` activation that is planned after it (``{"from", "protocol"}``), or None.
    """
    version = at(first, leaf, height)
    planned = next((entry for entry in entries(leaf) if entry["from"] > height), None)
    return {"version": version, "known": version in KNOWN, "next": planned}


def known(version: int, height: int) -> int:
    """``version``, when this program has its rules.

    Raises:
        LedgerError: ``unknown-protocol``.
    """
    if version not in KNOWN:
        raise LedgerError("unknown-protocol", protocol=version, height=height)
    return version


def check_seal(seal: bytes) -> None:
    """Look at nothing of a seal but its version: an unknown one may have members that this program refuses.

    Raises:
        LedgerError: ``unknown-protocol``. What cannot be read at all is for others to name.
    """
    try:
        seen = _SEAL.decode(seal)
    except msgspec.MsgspecError:
        return
    known(seen.protocol, seen.height)


def check_offered(deed: Deed) -> None:
    """Refuse, of a deed that is handed in here, an activation of rules that this program does not have: who
    orders it should be able to follow. No rule of consensus: in a block, such a deed is like any other.

    Raises:
        LedgerError: ``unknown-protocol``.
    """
    for act in deed.acts:
        if (act.contract, act.action) == ("system/parameters", "activate"):
            version, height = act.args.get("protocol"), act.args.get("from")
            if isinstance(version, int) and isinstance(height, int):
                known(version, height)


class _SealVersion(msgspec.Struct):
    """As much of a seal as every version has."""

    protocol: int
    height: int


_SEAL: Final = msgspec.json.Decoder(_SealVersion)
