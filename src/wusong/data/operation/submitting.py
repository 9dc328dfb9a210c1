"""Submitting a disclosure: its content is in the vault, its commitment goes on the ledger under each
authorisation that still runs.

* What is submitted is what the party looked at: the content that was made for it, read again, never computed
  anew behind the signature.
* An authorisation that has ended takes no act any more. It stands in the content, whose digest may be
  attested besides; where none runs any more, it always is.
* To submit again replaces the commitment; the earlier one stays in the history.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from wusong.crypto import canonical
from wusong.data import contents, evidence
from wusong.data.brought import brought
from wusong.data.host import Host, leaf
from wusong.data.money.standing import now
from wusong.data.operation import disclosure, service, workbook
from wusong.data.operation.due import LIVE
from wusong.data.operation.service import OPERATION
from wusong.errors import DataError

__all__ = ["Submitted", "keep", "submit", "submitted"]

_ACTS: Final = 32
"""Acts in one deed at most."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """What a submission did: its deeds, the authorisations under which it was disclosed, the evidence record
    or an empty text.
    """

    deeds: list[str]
    operations: list[str]
    evidence: str


def keep(host: Host, party: str, said: dict[str, Any]) -> str:
    """Put a disclosure into the vault for its party; the commitment."""
    commitment: str = contents.put_json(host.vault, said).commitment
    brought(host).note(party, commitment)
    return commitment


def submit(host: Host, party: str, year: int, commitment: str, *, attest: bool = False) -> Submitted:
    """Disclose a year under every authorisation that runs.

    Raises DataError ``content-not-brought``, ``disclosure-wrong``, ``disclosure-not-over``; DeedError.
    """
    said = _own(host, party, year, commitment)
    told = [one["asset"] for one in said["authorisations"]]
    running = [one for one in told if now(host, one, OPERATION).state in LIVE]
    done = [service.disclose(host, party, year, commitment, list(some)).deed for some in _batches(running)]
    proof = _attested(host, party, said) if attest or not running else ""
    return Submitted(done, running, proof)


def _own(host: Host, party: str, year: int, commitment: str) -> dict[str, Any]:
    brought(host).demand(party, commitment)
    said = contents.read_json(host.vault, commitment)
    wanted = (disclosure.FORMAT, party, year)
    if not isinstance(said, dict) or (said.get("format"), said.get("party"), said.get("year")) != wanted:
        raise DataError("disclosure-wrong", year=year)
    if not said["complete"]:
        raise DataError("disclosure-not-over", year=year)
    return said


def _batches(operations: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(operations[at : at + _ACTS]) for at in range(0, len(operations), _ACTS)]


def _attested(host: Host, party: str, said: dict[str, Any]) -> str:
    """Attest the digests of the disclosure and of its workbooks."""
    files = {
        "json": canonical.encode(said),
        "public.xlsx": workbook.file_of(said, public=True),
        "xlsx": workbook.file_of(said),
    }
    digest = host.ledger.suite.hash
    items = [(f"disclosure-{said['year']}.{kind}", digest(data)) for kind, data in files.items()]
    return evidence.attest(host, party, items, f"disclosure-{said['year']}").asset


def submitted(host: Host, party: str, operation: str) -> dict[str, Any]:
    """The disclosure that a party submitted last under an authorisation. Raises DataError
    ``no-such-disclosure``.
    """
    standing = leaf(host, operation, OPERATION)
    for part, field in (("body", "disclosure"), ("operator", "report")):
        commitment = standing.fields.get(field)
        if standing.roles.get(part) == party and commitment:
            try:
                brought(host).demand(party, commitment)
                said: dict[str, Any] = contents.read_json(host.vault, commitment)
            except DataError:
                break
            return said
    raise DataError("no-such-disclosure")
