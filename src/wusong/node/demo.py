"""What a new trial node begins with, so that one person can walk through everything: parties, people,
settings.

* The parties of the data business, admitted and accredited by the founder.
* One person with every role at every party (``four_eyes`` is off in the settings of such a node), and the
  three administrators.
* Nothing of this is done on a node that is founded with ``wusong init``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wusong.node.people import OFFICES, ROLES, People

if TYPE_CHECKING:
    from pathlib import Path

    from wusong.node.node import Node

PARTIES: Final = (
    ("示例数源部门 Source department", ()),
    ("示例登记机构 Registration body", ("data-registry",)),
    ("示例实施机构 Implementing body", ("data-implementing-body",)),
    ("示例运营机构 Operator", ("data-operator",)),
    ("示例数据商 Data merchant", ()),
)
"""Names, and what each is accredited for."""
PERSON: Final = "体验用户 Trial user"
ADMINISTRATORS: Final = dict(
    zip(OFFICES, ("系统管理员 System", "安全管理员 Security", "审计管理员 Audit"), strict=True)
)
SETTINGS: Final = """\
# A trial node, tried by one person. For real use: wusong init, people of your own, four_eyes = true.
# 试用节点，由一人体验。正式使用前请用 wusong init 另行创建，分设人员并启用双人复核。
[node]
four_eyes = false
"""


def write_settings(folder: Path, name: str) -> None:
    """The settings of a trial node, unless there are some."""
    if not (folder / name).exists():
        (folder / name).write_text(SETTINGS, "utf-8")


def prepare(node: Node, people: People) -> str:
    """Admit the parties and make the people of a trial node; gives the id of the person who may try
    everything.
    """
    parties = [node.founder]
    for name, accreditations in PARTIES:
        did = node.new_party(name)
        for accreditation in accreditations:
            node.accredit(did, accreditation)
        parties.append(did)
    person = people.add(PERSON)
    for party in parties:
        people.grant(person, party, ROLES)
    for office, name in ADMINISTRATORS.items():
        people.appoint(people.add(name), office)
    return person
