"""``wusong party``: list, add, rotate, accredit, suspend, reinstate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import sqlalchemy as sa
import typer

from wusong.cli.opening import opened
from wusong.cli.terminal import Said, pairs, say, table
from wusong.cli.words import Home, both, command, group

if TYPE_CHECKING:
    from wusong.node.node import Node

app = group(
    both(
        "The parties of the ledger, and the keys that this node holds for them.",
        "账本上的单位，以及本节点为其保管的密钥。",
    )
)

Named = Annotated[
    str,
    typer.Argument(
        metavar="PARTY", help=both("DID, or a name that only this party has.", "DID，或唯一的单位名称。")
    ),
]
NewName = Annotated[
    str, typer.Argument(metavar="NAME", help=both("The name that all will see.", "对外显示的单位名称。"))
]
For = Annotated[
    str,
    typer.Argument(
        metavar="ACCREDITATION", help=both("What for, as the contracts name it.", "资质名称，按合约所列。")
    ),
]
Reason = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help=both("Why; it goes on the ledger.", "理由，将上链。"))
]
Basis = Annotated[
    str, typer.Option("--basis", metavar="TEXT", help=both("The document it rests on.", "所依据的文件。"))
]


@command(app, "list", both("List the parties.", "列出单位。"))
def list_parties(*, home_: Home = None) -> Said:
    """List the parties."""
    from wusong.cli.assets import heads
    from wusong.cli.reading import rows
    from wusong.node.ledger_view import parties

    with opened(home_, "party list") as node:
        found = rows(node, sa.select(parties).order_by(parties.c.admitted, parties.c.did))
        for row in found:
            row["signs"] = node.keys.holds(row["did"])
    shown = [
        (row["name"], row["state"], say("yes", "是") if row["signs"] else "-", row["did"]) for row in found
    ]
    return Said({"parties": found}, table(shown, heads("name", "state", "signs", "party")))


@command(app, "add", both("Make a key and have its holder admitted as a party.", "生成密钥并办理单位准入。"))
def add(*, name: NewName, home_: Home = None) -> Said:
    """Admit a party."""
    with opened(home_, "party add") as node:
        did = node.new_party(name)
    return Said({"name": name, "party": did}, pairs([(name, did)]))


@command(app, "rotate", both("Replace a party's key; its DID stays.", "更换单位密钥，DID 不变。"))
def rotate(*, party: Named, home_: Home = None) -> Said:
    """Replace a party's key."""
    from wusong.cli.naming import party_of
    from wusong.node.rotation import rotate as replace

    with opened(home_, "party rotate") as node:
        did = party_of(node, party)
        deed, key = replace(node, did)
    data = {"deed": deed, "key": key, "party": did}
    return Said(data, [say(f"{did} signs with key {key} from now on.", f"{did} 即日起使用密钥 {key} 签署。")])


@command(app, "accredit", both("Accredit a party.", "授予单位资质。"))
def accredit(*, party: Named, accreditation: For, basis: Basis = "", home_: Home = None) -> Said:
    """Accredit a party."""
    from wusong.cli.naming import party_of

    with opened(home_, "party accredit") as node:
        did = party_of(node, party)
        node.accredit(did, accreditation, basis)
    return Said(
        {"accreditation": accreditation, "party": did},
        [say(f"{did} is accredited for {accreditation}.", f"{did} 已取得资质 {accreditation}。")],
    )


@command(
    app,
    "suspend",
    both("Suspend a party: it can sign nothing until reinstated.", "暂停单位：恢复前不得签署任何指令。"),
)
def suspend(*, party: Named, reason: Reason, home_: Home = None) -> Said:
    """Suspend a party."""
    return _standing(party, "suspend", reason, home_)


@command(app, "reinstate", both("Lift a suspension.", "恢复被暂停的单位。"))
def reinstate(*, party: Named, reason: Reason, home_: Home = None) -> Said:
    """Reinstate a party."""
    return _standing(party, "reinstate", reason, home_)


def _standing(party: str, action: str, reason: str, home_: Any) -> Said:
    from wusong.cli.naming import party_of

    with opened(home_, f"party {action}") as node:
        did = party_of(node, party)
        deed = _change(node, did, action, reason)
    return Said(
        {"action": action, "deed": deed, "party": did},
        [say(f"Done by deed {deed}.", f"已办理，指令 {deed}。")],
    )


def _change(node: Node, did: str, action: str, reason: str) -> str:
    from wusong.ledger.intent import Intent

    asset = node.ledger.rules.key("party", did).hex()
    intent = Intent(
        "system/party", action, {"did": did, "reason": reason}, {"registrar": node.founder}, asset
    )
    return node.act([intent]).deed
