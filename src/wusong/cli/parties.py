"""``wusong party``: list, show, add, rotate, accredit, suspend, reinstate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import sqlalchemy as sa
import typer

from wusong.cli.opening import opened
from wusong.cli.terminal import Said, UsageError, pairs, say, table
from wusong.cli.values import Pages, value_word, when
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

    with opened(home_, "party list", beside=True) as node:
        found = rows(node, sa.select(parties).order_by(parties.c.admitted, parties.c.did))
        held = _accreditations(node)
        for row in found:
            row["accreditations"] = held.get(row["did"], [])
            row["signs"] = node.keys.holds(row["did"])
    shown = [
        (
            row["name"],
            value_word(row["state"]),
            say("yes", "是") if row["signs"] else "-",
            row["did"],
            ", ".join(row["accreditations"]) or "-",
        )
        for row in found
    ]
    titles = [*heads("name", "state", "signs", "party"), say("accredited for", "资质")]
    return Said({"parties": found}, table(shown, titles))


@command(app, "show", both("Show a party and what it is accredited for.", "查看单位及其取得的资质。"))
def show(*, party: Named, home_: Home = None) -> Said:
    """Show a party."""
    from wusong.cli.naming import party_of
    from wusong.cli.reading import rows
    from wusong.node.ledger_view import parties

    with opened(home_, "party show", beside=True) as node:
        did = party_of(node, party)
        found = rows(node, sa.select(parties).where(parties.c.did == did))
        if not found:
            raise UsageError("ambiguous-party", name=party, found=0, near="")
        row = found[0] | {
            "accreditations": _accreditations(node).get(did, []),
            "keys": _keys(node, did),
            "signs": node.keys.holds(did),
        }
    lines = pairs(
        [
            (say("name", "名称"), row["name"]),
            (say("party", "单位"), did),
            (say("state", "状态"), value_word(row["state"])),
            (say("admitted", "准入时间"), when(row["admitted"])),
            (say("signs here", "本节点代签"), say("yes", "是") if row["signs"] else say("no", "否")),
            (say("accredited for", "资质"), ", ".join(row["accreditations"]) or say("nothing", "无")),
            *((_PURPOSES[key["purpose"]](), _key_line(key)) for key in row["keys"]),
        ]
    )
    return Said({"party": row}, lines)


_PURPOSES = {
    "deed": lambda: say("signing key", "签署密钥"),
    "sealing": lambda: say("sealing key", "密封密钥"),
}


def _key_line(key: dict[str, Any]) -> str:
    revoked = say(" (revoked)", "（已撤销）") if key["revoked"] else ""
    return f"{key['key']} {key['alg']}{revoked}"


def _keys(node: Node, did: str) -> list[dict[str, Any]]:
    """The keys that the ledger lists for a party, with what each is for."""
    from wusong.ledger.system.party import listed

    leaf = node.ledger.rules.authority.party(node.ledger.view(), did)
    return [] if leaf is None else listed(leaf)


def _accreditations(node: Node) -> dict[str, list[str]]:
    """What each party is accredited for now, in order of names."""
    from wusong.cli.reading import rows
    from wusong.node.ledger_view import assets

    now = node.ledger.now()
    query = sa.select(assets.c.fields).where(
        assets.c.contract == "system/accreditation", assets.c.state == "active"
    )
    held: dict[str, list[str]] = {}
    for row in rows(node, query):
        fields = row["fields"]
        if now < fields.get("until", now + 1):
            held.setdefault(fields["party"], []).append(fields["name"])
    return {party: sorted(names) for party, names in held.items()}


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

    with opened(home_, "party accredit", beside=True) as node:
        did = party_of(node, party)
        node.accredit(did, accreditation, basis)
        asked_for = Pages(node).accreditations()
    known = accreditation in asked_for
    lines = [say(f"{did} is accredited for {accreditation}.", f"{did} 已取得资质 {accreditation}。")]
    if not known:
        lines += [
            say(
                f"Warning: no installed contract and no act of the system asks for {accreditation}.",
                f"请注意：已发布的合约和系统事项均不要求资质 {accreditation}。",
            ),
            say(
                f"They ask for: {', '.join(asked_for) or 'none'}.",
                f"各合约所要求的资质：{'、'.join(asked_for) or '无'}。",
            ),
        ]
    data = {"accreditation": accreditation, "known": known, "known_accreditations": asked_for, "party": did}
    return Said(data, lines)


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

    with opened(home_, f"party {action}", beside=True) as node:
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
