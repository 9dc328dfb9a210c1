"""Identifiers of the ledger: deed ids, asset ids, state keys, salts (docs/formats.md sections 3 and 4).

Inside the ledger an identifier is its 32 bytes; in JSON it is 64 lower-case hexadecimal characters.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final, NewType

if TYPE_CHECKING:
    from wusong.crypto.suites import Suite

LedgerId = NewType("LedgerId", bytes)
DeedId = NewType("DeedId", bytes)
StateKey = NewType("StateKey", bytes)
"""Where a leaf stands in the state: an asset's id, or what ``system_key`` gives."""

_CHILD: Final = struct.Struct(">II")
_REV: Final = struct.Struct(">Q")


def deed_id(suite: Suite, payload: bytes) -> DeedId:
    """The id of the deed with these canonical payload bytes."""
    return DeedId(suite.digest("deed", payload))


def act_digest(suite: Suite, act: bytes) -> bytes:
    """The digest by which a payload names an act, of the act's canonical bytes."""
    return suite.digest("act", act)


def asset_id(suite: Suite, ledger: LedgerId, deed: DeedId, act: int, child: int) -> StateKey:
    """The id of child ``child`` that act ``act`` of ``deed`` creates."""
    return StateKey(suite.digest("asset", ledger + deed + _CHILD.pack(act, child)))


def system_key(suite: Suite, ledger: LedgerId, kind: str, name: str = "") -> StateKey:
    """The state key of what is not an asset: a party, a page, parameters (kinds in docs/formats.md section
    4).
    """
    return StateKey(suite.digest("key", ledger + kind.encode() + b"\x00" + name.encode()))


def leaf_salt(suite: Suite, act_salt: bytes, key: bytes, rev: int) -> str:
    """The salt (hex) of the leaf that an act writes at ``key`` with revision ``rev``."""
    return suite.digest("salt", act_salt + key + _REV.pack(rev)).hex()
