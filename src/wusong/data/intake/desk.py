"""What a party states of a table that it brought: decisions about columns, judgements of quality, and the
profile that carries both into the vault. Portal, API and command line come here.

* Nothing is shown or stated of a table that the party did not bring itself.
* A judgement's file is evidence: it must have been brought by the party too. It is named by its commitment
  and shown to nobody.
* The machine's part of the quality is measured where a table has at most ``MEASURED`` bytes: measuring reads
  every cell. Of a larger table the profile holds the judgements and leaves the rest open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec

from wusong.data import contents
from wusong.data.brought import brought
from wusong.data.host import Host
from wusong.data.intake import decisions, quality
from wusong.data.intake.checks import Checked, check
from wusong.data.intake.container import format_of
from wusong.data.intake.decisions import Decision
from wusong.data.intake.finding import Finding
from wusong.data.intake.indicators import Judgement
from wusong.data.intake.picture import Profile
from wusong.data.intake.profile import profile as profiled
from wusong.data.intake.quality import Measured
from wusong.errors import DataError, WusongError

__all__ = [
    "MEASURED", "Looked", "decide", "demand_rows", "examined", "judge", "keep_file", "look", "pictured",
    "quality_of", "stated",
]  # fmt: skip

MEASURED: Final = 32 << 20
"""Bytes up to which a table's quality is measured when it is registered; also what the portal takes."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A table as its party sees it: the profile with what was decided, findings, the seventeen indicators."""

    profile: dict[str, Any]
    findings: tuple[Finding, ...]
    quality: tuple[Measured, ...]

    @property
    def undecided(self) -> int:
        """How many columns keep the resource from being opened."""
        return decisions.undecided(self.profile)

    def to_json(self) -> dict[str, Any]:
        """All of it, for programs."""
        return {
            "findings": [one.to_json() for one in self.findings],
            "profile": self.profile,
            "quality": [one.to_json() for one in self.quality],
            "undecided": self.undecided,
        }


def keep_file(host: Host, party: str, content: bytes | BinaryIO) -> str:
    """Put a file that a party hands in into the vault: its commitment. Raises VaultError."""
    commitment = contents.put(host.vault, content).commitment
    brought(host).note(party, commitment)
    return commitment


def look(host: Host, party: str, content: str) -> Looked:
    """What a table of the party holds. Raises DataError ``content-not-brought``, ``table-...``."""
    found = _checked(host, party, content)
    with decisions.Book(host.folder) as book:
        decided = decisions.decided(found.profile.to_json(), book.of(content, party))
        judged = book.judged(content, party)
    return Looked(decided, found.findings, quality.measure(found, judged))


def decide(host: Host, party: str, content: str, column: str, verdict: Any, reason: str) -> None:  # noqa: ANN401 - checked
    """Decide about a column. Raises DataError ``decision-...``, ``content-not-brought``."""
    found = _checked(host, party, content).profile.to_json()
    made = Decision(column=column, verdict=verdict, reason=reason, time=host.ledger.now())
    with decisions.Book(host.folder) as book:
        book.decide(content, party, found, made)


def judge(
    host: Host,
    party: str,
    content: str,
    indicator: str,
    *,
    value_bp: int | None,
    reason: str,
    by: str,
    basis: str = "",
    file: str = "",
) -> None:
    """Judge an indicator that no machine measures; ``value_bp`` None: it does not apply to this table.

    Raises DataError ``judgement-...``, ``content-not-brought``.
    """
    brought(host).demand(party, content, *([file] if file else []))
    made = Judgement(
        indicator=indicator,
        value_bp=value_bp,
        reason=reason.strip(),
        by=by.strip(),
        basis=basis.strip(),
        file=file,
        time=host.ledger.now(),
    )
    with decisions.Book(host.folder) as book:
        book.judge(content, party, made)


def examined(table: Path | bytes, name: str = "") -> tuple[Profile, tuple[Measured, ...]]:
    """A table's profile and what a machine measures of its quality, to register it. ``name``: of its file.

    Raises DataError ``csv-...``, ``table-...``.
    """
    if isinstance(table, bytes):
        format_of(BytesIO(table), name)
    size = len(table) if isinstance(table, bytes) else table.stat().st_size
    if size > MEASURED:
        found = profiled(BytesIO(table) if isinstance(table, bytes) else table)
        return demand_rows(found), quality.unmeasured()
    checked = check(table)
    return demand_rows(checked.profile), quality.measure(checked)


def demand_rows(found: Profile) -> Profile:
    """The profile of a table that can be registered. Raises DataError ``table-no-rows``."""
    if not found.rows:
        raise DataError("table-no-rows", columns=len(found.columns))
    return found


def stated(host: Host, party: str, content: str) -> bool:
    """Whether the party decided or judged anything of a table."""
    with decisions.Book(host.folder) as book:
        return bool(book.of(content, party) or book.judged(content, party))


def pictured(
    host: Host,
    party: str,
    content: str,
    picture: dict[str, Any],
    measured: tuple[Measured, ...] | None = None,
) -> dict[str, Any]:
    """The profile as it is kept in the vault: with what the party decided and judged since.

    ``measured``: the machine's part; what the picture holds of it when None.
    """
    known = quality.of_json(picture.get("quality", [])) if measured is None else measured
    with decisions.Book(host.folder) as book:
        made = decisions.decided(picture, book.of(content, party))
        return made | {
            "quality": [one.to_json() for one in quality.judged(known, book.judged(content, party))]
        }


def quality_of(host: Host, resource: Mapping[str, Any]) -> tuple[Measured, ...]:
    """The quality that a registered resource's profile states, for whoever may see the record: of a profile
    that its department brought here; nothing where there is none.
    """
    department, profile = resource["roles"].get("department"), resource["fields"].get("profile")
    if department is None or profile is None:
        return ()
    try:
        brought(host).demand(department, profile)
        return quality.of_json(contents.read_json(host.vault, profile)["quality"])
    except (WusongError, msgspec.ValidationError, KeyError, TypeError):
        return ()  # what a department wrote by hand may be anything


def _checked(host: Host, party: str, content: str) -> Checked:
    brought(host).demand(party, content)
    with host.vault.open(contents.find(host.vault, content).digest) as stream:
        return check(BufferedReader(stream))
