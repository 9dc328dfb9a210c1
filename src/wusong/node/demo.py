"""What a new trial node begins with, so that one person can walk through everything: parties, people,
settings.

* The parties of the data business, admitted and accredited by the founder.
* What somebody accredited must have done before others can begin (``Beginning``): done by them.
* The working days that come with the program, published by the founder, so that contracts that count working
  days work from the first minute. A node of ``wusong init`` has them published by whom its members choose.
* One person with every role at every party (``four_eyes`` is off in the settings of such a node), and the
  three administrators.
* Nothing of this is done on a node that is founded with ``wusong init``, but for its three administrators.
* What was begun and interrupted is finished at the next start: a marker file stands while it is under way,
  and each step finds what an earlier attempt has done.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from wusong.ledger.system.accreditation import record_name
from wusong.node import trial_days
from wusong.node.domains import Beginning, domains
from wusong.node.people import OFFICES, ROLES, People

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wusong.node.node import Node

PARTIES: Final = (
    ("示例数源部门 Source department", ()),
    ("示例需求部门 Applicant department", ()),
    ("示例统筹协调机构 Coordinating body", ("supervisor",)),
    ("示例登记机构 Registration body", ("data-registry",)),
    ("示例实施机构 Implementing body", ("data-implementing-body",)),
    ("示例运营机构 Operator", ("data-operator",)),
    ("示例数据商 Data merchant", ()),
    ("示例承运人 Carrier", ("carrier",)),
    ("示例托运人 Shipper", ()),
    ("示例买方 Buyer", ()),
    ("示例仓库 Warehouse", ("warehouse",)),
    ("示例计量机构 Weigher", ("weigher",)),
    ("示例码头 Terminal", ("terminal",)),
    ("示例海关 Customs", ("customs",)),
    ("示例开证行 Issuer", ("bank", "financial-institution")),
    ("示例通知行 Adviser", ("bank", "financial-institution")),
    ("示例支付机构 Paymaster", ("escrow-agent", "payment-institution")),
    ("示例单据登记机构 Registrar", ("document-registrar", "use-marker", "invoice-registrar")),
    ("示例法院 Court", ("court",)),
)
"""Names, and what each is accredited for: enough to try every page of the library."""
PERSON: Final = "体验用户 Trial user"
ADMINISTRATORS: Final = dict(
    zip(OFFICES, ("系统管理员 System", "安全管理员 Security", "审计管理员 Audit"), strict=True)
)
MARKER: Final = ".people-begun"
SETTINGS: Final = """\
# A trial node, tried by one person. For real use: wusong init, people of your own, four_eyes = true.
# 试用节点，由一人体验。正式使用前请用 wusong init 另行创建，分设人员并启用双人复核。
[node]
four_eyes = false
"""


def is_unfinished(folder: Path) -> bool:
    """Whether a start of this node was interrupted before all its people were made."""
    return (folder / MARKER).exists()


def prepare(node: Node, people: People) -> str:
    """Admit the parties and make the people of a trial node; gives the id of the person who may try
    everything.
    """
    with _marked(node.folder):
        made = [_party(node, *row) for row in PARTIES]
        trial_days.publish(node)
        _begin(node, made)
        person = _person(people, PERSON)
        for party in (node.founder, *made):
            people.grant(person, party, ROLES)
        _appoint(people)
        return person


def administrators(folder: Path, people: People) -> str:
    """Make the three administrators of a node that is no trial; gives the id of the system administrator,
    who makes the others.
    """
    with _marked(folder):
        return _appoint(people)["system"]


@contextmanager
def _marked(folder: Path) -> Iterator[None]:
    (folder / MARKER).touch(mode=0o600)
    yield  # an interruption leaves the marker standing
    (folder / MARKER).unlink()


def _party(node: Node, name: str, accreditations: tuple[str, ...]) -> str:
    state, rules = node.ledger.view(), node.ledger.rules
    leaves = {did: state.leaf(rules.key("party", did)) for did in node.keys.parties()}
    known = (did for did, leaf in leaves.items() if leaf is not None and leaf.fields["name"] == name)
    did = next(known, None) or node.new_party(name)
    for accreditation in accreditations:
        _accredit(node, did, accreditation)
    return did


def _begin(node: Node, parties: list[str]) -> None:
    held = {one: did for did, (_, names) in zip(parties, PARTIES, strict=True) for one in names}
    for domain in domains():
        if isinstance(domain, Beginning):
            domain.begin_trial(node, held)


def _accredit(node: Node, did: str, accreditation: str) -> None:
    key = node.ledger.rules.key("accreditation", record_name(did, accreditation))
    if node.ledger.view().leaf(key) is None:
        node.accredit(did, accreditation)


def _person(people: People, name: str) -> str:
    return next((one.id for one in people.all() if one.name == name), None) or people.add(name)


def _appoint(people: People) -> dict[str, str]:
    made: dict[str, str] = {office: _person(people, name) for office, name in ADMINISTRATORS.items()}
    for office, person in made.items():
        people.appoint(person, office)
    return made
