"""A node on which a data product stands and is in use: what ``call`` and ``call-p99`` measure.

The table and the people are the caller's; all the rest is what users do, through the use cases.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wusong.data import service
from wusong.data.host import leaf
from wusong.node import trial_days
from wusong.node.founding import Founding, found
from wusong.node.node import Node

if TYPE_CHECKING:
    from pathlib import Path

    from wusong.data.products.product import Question

DAY: Final = 86_400_000
_PARTIES: Final = (
    ("Department", ""),
    ("Registry", "data-registry"),
    ("Body", "data-implementing-body"),
    ("Operator", "data-operator"),
    ("User", ""),
)


@dataclass(frozen=True, slots=True)
class Market:
    """The node, open; its product's data-use, and who may call it."""

    node: Node
    use: str
    product: str
    user: str


def prepare(folder: Path, table: bytes | Path, question: Question, calls: int) -> Market:
    """A node in ``folder`` with ``table`` registered and authorised, ``question`` offered over it, and
    ``calls`` calls approved.
    """
    found(folder, Founding(trial=True, parameters={"quota_minute": 1_000_000_000}))
    node = Node.open(folder)
    trial_days.publish(node)
    department, registry, body, operator, user = (_party(node, *row) for row in _PARTIES)
    application = service.Application("Table", "Made for the measurement", table)
    resource = service.register(node, department, registry, application).asset
    service.accept(node, registry, resource)
    service.examine(node, registry, resource, "complete")
    service.publish(node, registry, resource)
    until = leaf(node, resource, "data-resource@1").fields["notice_until"]
    node.ledger.set_forward(max(0, until - node.ledger.now()) + 1)
    now = node.ledger.now()
    service.assign_code(node, registry, resource, "T-1", now + 1_000 * DAY)
    ends = now + 300 * DAY
    operation = service.authorise(
        node, body, operator, resource, scope="Measurement", starts=now, ends=ends, ceiling=100
    ).asset
    service.accept_authorisation(node, operator, operation)
    product = service.offer(node, operator, operation, service.Offer("Measured", question, 50)).asset
    terms = service.UseTerms("Measurement", now, ends, calls)
    use = service.apply(node, user, product, terms).asset
    service.approve(node, operator, use)
    return Market(node, use, product, user)


def _party(node: Node, name: str, accreditation: str) -> str:
    did = node.new_party(name)
    if accreditation:
        node.accredit(did, accreditation)
    return did
