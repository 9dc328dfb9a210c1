"""The certificate of a registration (登记证), made of nothing but what the ledger proves.

* Its particulars are the leaf of the resource as one sealed state has it, taken from the very bundle that the
  QR codes carry; who reads the codes checks the same values with a trust file and nothing else.
* It is given while the registration stands; afterwards there is none.
* Names of the parties come from their records; the file to download proves these records too. The day of
  issue is that of the block with the code, whose deed has an evidence file of its own.

The members are in docs/data.md (Certificate) and frozen by a vector.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final, Protocol

import sqlalchemy as sa

from wusong.contract.page import load
from wusong.crypto import canonical, suites
from wusong.data.host import Host, leaf, page
from wusong.data.projection import resources
from wusong.data.registration import compact, projection
from wusong.data.registration.numbering import ACTION, STANDS
from wusong.data.registration.service import RESOURCE
from wusong.errors import DataError
from wusong.ledger.bundle import Wanted
from wusong.ledger.state import decode_leaf

__all__ = [
    "FORMAT",
    "STANDS",
    "Certificate",
    "Prover",
    "file_of",
    "in_force",
    "issue",
    "known",
    "listed",
    "particulars",
]

FORMAT: Final = "wusong-certificate/1"
_SIZES: Final = (2_520, 4_296)
"""Alphanumeric characters of QR codes of versions 30 and 40, level L."""
_FEW: Final = 3
_COPIED: Final = (
    "code", "description", "evidence", "grade", "name", "risk", "risk_conclusion", "sharing", "source_basis",
    "update", "valid_until",
)  # fmt: skip
_RIGHTS: Final = ("holding", "use", "operation")


class Prover(Host, Protocol):
    """A host that proves what its ledger holds."""

    @property
    def models(self) -> Any:  # noqa: ANN401 - the read models, as far as ``engine``
        """The read models."""

    def bundle(self, deed: str, wanted: Wanted | None = None) -> dict[str, Any]:
        """The bundle of a deed."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the certificate says, and the texts of its QR codes."""

    says: dict[str, Any]
    codes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The certificate for programs."""
        return self.says | {"codes": list(self.codes)}


def issue(host: Prover, resource: str) -> Certificate:
    """The certificate of a registration that stands.

    Raises DataError ``no-such-asset``, ``certificate-not-in-force``.
    """
    leaf(host, resource, RESOURCE)
    bundle = host.bundle(_last_deed(host, resource), _wanted(resource))
    says = particulars(bundle, resource)
    raw = decode_leaf(canonical.encode(_value(bundle, resource)))
    says["state"] = page(host, raw.contract).effective(raw, says["time"]).state
    if not in_force(says):
        raise DataError("certificate-not-in-force", resource=resource, state=says["state"])
    named: dict[str, Any] = {
        role: says[role] | {"name": _name(host, says[role]["did"])} for role in ("registrant", "registry")
    }
    named["issued"] = _issued(host, resource)
    return Certificate(says | named, tuple(_parted(compact.pack(bundle))))


def known(says: dict[str, Any], suite: str) -> bool:
    """Whether the record is under the page of registrations that this program brings; any other page could
    give its fields another meaning.
    """
    text = (files("wusong.data") / "contracts" / "data-resource.yaml").read_text("utf-8")
    return load(text).digest(suites.suite(suite)) == str(says["contract"])


def file_of(host: Prover, resource: str) -> dict[str, Any]:
    """The bundle to download: the resource, and the records of its registrant and registration body.

    Raises DataError ``no-such-asset``, ``certificate-not-in-force``.
    """
    issue(host, resource)
    roles = leaf(host, resource, RESOURCE).roles
    parties = tuple(bytes(host.ledger.rules.key("party", roles[role])) for role in ("department", "registry"))
    return host.bundle(_last_deed(host, resource), _wanted(resource, tuple(dict.fromkeys(parties))))


def listed(models: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - the host's read models
    """Every registration and application as last written, latest first."""
    query = sa.select(resources).order_by(resources.c.updated.desc(), resources.c.asset)
    with models.engine.connect() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def particulars(bundle: dict[str, Any], resource: str = "") -> dict[str, Any]:
    """What a bundle proves of a registration; names of parties and the day of issue are not in it.

    ``resource``: its id; without, that of the first state which is proved. Raises DataError
    ``certificate-code-unreadable``.
    """
    try:
        resource = resource or bundle["state"]["proofs"][0]["key"]
        return _particulars(bundle, resource, _value(bundle, resource))
    except (KeyError, TypeError, IndexError, StopIteration):
        raise DataError("certificate-code-unreadable", reason="no registration") from None


def _particulars(bundle: dict[str, Any], resource: str, value: dict[str, Any]) -> dict[str, Any]:
    fields, roles, seal = value["fields"], value["roles"], bundle["state"]["seal"]
    return {name: fields.get(name, "") for name in _COPIED} | {
        "asset": resource,
        "contract": value["contract"],
        "format": FORMAT,
        "height": seal["height"],
        "issued": None,
        "ledger": seal["ledger"],
        "network": bundle["genesis"]["name"],
        "registrant": {"code": fields["registrant_code"], "did": roles["department"], "name": ""},
        "registry": {"did": roles["registry"], "name": ""},
        "rights": [right for right in _RIGHTS if fields[right]],
        "state": _state(value, seal["time"]),
        "time": seal["time"],
        "trial": bundle["genesis"]["trial"],
    }


def _state(value: dict[str, Any], now: int) -> str:
    """The state at ``now``: what ``NAME>STATE`` limits have moved a registration to by then."""
    passed = [(time, key) for key, time in value.get("deadlines", {}).items() if ">" in key and time <= now]
    return str(min(passed)[1].partition(">")[2] if passed and not value.get("holds") else value["state"])


def in_force(says: dict[str, Any]) -> bool:
    """Whether the particulars are those of a registration that stood when they were sealed."""
    return bool(says["code"]) and says["state"] in STANDS


def _value(bundle: dict[str, Any], key: str) -> dict[str, Any]:
    value: dict[str, Any] = next(proof["value"] for proof in bundle["state"]["proofs"] if proof["key"] == key)
    return value


def _wanted(resource: str, others: tuple[bytes, ...] = ()) -> Wanted:
    """The state is shown, no act is disclosed."""
    return Wanted(acts=frozenset(), states=(bytes.fromhex(resource), *others), pages=False)


def _last_deed(host: Prover, resource: str) -> str:
    with host.models.engine.connect() as connection:
        deed = connection.execute(
            sa.select(resources.c.deed).where(resources.c.asset == resource)
        ).scalar_one_or_none()
    if deed is None:
        raise DataError("no-such-asset", asset=resource, contract=RESOURCE)
    return str(deed)


def _issued(host: Prover, resource: str) -> int | None:
    """The time (ms) of the block in which the code was given."""
    done = projection.of(host.models, resource)
    return next((int(row["time"]) for row in done if row["action"] == ACTION), None)


def _name(host: Host, did: str) -> str:
    found = host.ledger.view().leaf(host.ledger.rules.key("party", did))
    return did if found is None else str(found.fields["name"])


def _parted(text: str) -> list[str]:
    """In codes that print small when a few of them do, else in large ones."""
    small = compact.part(text, _SIZES[0])
    return small if len(small) <= _FEW else compact.part(text, _SIZES[1])
