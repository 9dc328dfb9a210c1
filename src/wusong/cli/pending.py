"""``wusong pending``: propose, list, show, sign, decline, withdraw, send, bring.

* ``sign`` shows every act first and signs nothing; with ``--yes`` it signs what it shows.
* The node's own thread sends while it runs (``wusong up``); ``send`` does so once, ``export`` and ``bring``
  carry a pending deed by file.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wusong.cli.opening import opened
from wusong.cli.terminal import Said, clean, pairs, say, table, terminal, to_json
from wusong.cli.words import Home, both, command, group

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wusong.node.node import Node
    from wusong.node.pending import Pending, Pendings

app = group(
    both(
        "Pending deeds: what several parties sign, until all have signed.",
        "待签指令：须多方签署的指令，各方签署前在此等待。",
    )
)

Deed = Annotated[str, typer.Argument(metavar="DEED", help=both("The id of the deed.", "指令编号。"))]
As = Annotated[
    str,
    typer.Option(
        "--as", metavar="PARTY", help=both("The party: DID, or its name.", "所代表的单位：DID 或名称。")
    ),
]
File = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help=both("The acts, as for wusong act --file.", "各办理事项，格式同 wusong act --file。"),
    ),
]
FormFile = Annotated[
    Path, typer.Argument(metavar="FILE", help=both("A pending deed as it travels.", "待签指令文件。"))
]
Hours = Annotated[
    int,
    typer.Option(
        "--hours",
        metavar="N",
        min=1,
        max=8760,
        help=both("For how long it may be signed.", "签署期限（小时）。"),
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help=both("Sign what is shown.", "确认签署所列事项。"))]


@contextmanager
def _desk(home: Path | None, what: str) -> Iterator[tuple[Node, Pendings]]:
    from wusong.node.pending import desk

    with opened(home, f"pending {what}") as node, desk(node) as pendings:
        pendings.tend()
        yield node, pendings


@command(
    app, "propose", both("Propose a deed, and sign it for its proposer.", "发起待签指令，并由发起方签署。")
)
def propose(*, file: File, as_: As, hours: Hours = 168, home_: Home = None) -> Said:
    """Propose a deed."""
    from wusong.cli.acting import acts_from
    from wusong.cli.naming import party_of

    with _desk(home_, "propose") as (node, pendings):
        party = party_of(node, as_)
        deed = pendings.propose(acts_from(node, file), party, hours * 3_600_000)
        found = pendings.sign(deed, party)
        return Said(found.to_json(), _lines(node, found))


@command(app, "list", both("List pending deeds, open or closed.", "列出待签指令（含已办结）。"))
def list_pending(*, as_: As = "", home_: Home = None) -> Said:
    """List the pending deeds of the parties whose keys are here, or of one."""
    from wusong.cli.assets import heads
    from wusong.cli.naming import names_of, party_of

    with _desk(home_, "list") as (node, pendings):
        parties = [party_of(node, as_)] if as_ else node.keys.parties()
        found = {one.deed: one for party in parties for one in pendings.of(party)}
        names = names_of(node)
    rows = sorted(found.values(), key=lambda one: (-one.created, one.deed))
    shown = [
        (one.deed, one.state, names.get(one.proposer, one.proposer), f"{len(one.signed)}/{len(one.seats)}")
        for one in rows
    ]
    return Said(
        {"pending": [one.to_json() for one in rows]},
        table(shown, [*heads("deed", "state"), say("proposer", "发起方"), say("signatures", "签署进度")]),
    )


@command(app, "show", both("Show its acts, who has signed, until when.", "查看其事项、签署情况和期限。"))
def show(*, deed: Deed, as_: As = "", home_: Home = None) -> Said:
    """Show a pending deed."""
    with _desk(home_, "show") as (node, pendings):
        found = _find(node, pendings, deed, as_)
        return Said(found.to_json(), _lines(node, found))


@command(
    app,
    "sign",
    both("Show its acts; with --yes sign them.", "列出各事项；加 --yes 即签署。"),
)
def sign(*, deed: Deed, as_: As, yes: Yes = False, home_: Home = None) -> Said:
    """Show a pending deed, and sign it when that is confirmed."""
    from wusong.cli.naming import party_of

    with _desk(home_, "sign") as (node, pendings):
        party = party_of(node, as_)
        found = pendings.get(deed, party)
        if yes:
            found = pendings.sign(deed, party)
            return Said(found.to_json(), _lines(node, found))
        ask = say(
            "Nothing is signed yet. To sign exactly this: --yes", "尚未签署。确认签署以上内容请加 --yes"
        )
        return Said(found.to_json(), [*_lines(node, found), "", ask])


@command(app, "decline", both("Refuse to sign; the others are told.", "拒绝签署，并告知其他签署方。"))
def decline(*, deed: Deed, as_: As, home_: Home = None) -> Said:
    """Decline a pending deed."""
    from wusong.cli.naming import party_of

    with _desk(home_, "decline") as (node, pendings):
        party = party_of(node, as_)
        pendings.decline(deed, party)
        found = pendings.get(deed, party)
        return Said(found.to_json(), _lines(node, found))


@command(app, "withdraw", both("Take back what one proposed.", "撤回本单位发起的待签指令。"))
def withdraw(*, deed: Deed, as_: As, home_: Home = None) -> Said:
    """Withdraw a pending deed."""
    from wusong.cli.naming import party_of

    with _desk(home_, "withdraw") as (node, pendings):
        party = party_of(node, as_)
        pendings.withdraw(deed, party)
        found = pendings.get(deed, party)
        return Said(found.to_json(), _lines(node, found))


@command(app, "send", both("Send what waits to the signers' nodes, once.", "立即向各签署方节点发送一次。"))
def send(*, home_: Home = None) -> Said:
    """Send what is due."""
    from wusong.node import nodedb
    from wusong.node.pending_travel import deliver

    with _desk(home_, "send") as (node, pendings):
        arrived = deliver(node, pendings, nodedb.now())
    return Said({"arrived": arrived}, pairs([(say("arrived", "已送达"), str(arrived))]))


@command(app, "export", both("Print it as it travels, for a file.", "输出其传递格式，供另存为文件。"))
def export(*, deed: Deed, as_: As = "", home_: Home = None) -> Said:
    """Print a pending deed as it travels."""
    import json

    with _desk(home_, "export") as (node, pendings):
        body: dict[str, Any] = json.loads(_find(node, pendings, deed, as_).form.encode())
    return Said(body, [to_json(body)])


@command(app, "bring", both("Take in a pending deed from a file.", "从文件接收待签指令。"))
def bring(*, file: FormFile, home_: Home = None) -> Said:
    """Take in a pending deed, or signatures for one that is here."""
    data = file.read_bytes().strip()
    with _desk(home_, "bring") as (node, pendings):
        found = _find(node, pendings, pendings.receive(data), "")
        return Said(found.to_json(), _lines(node, found))


def _find(node: Node, pendings: Pendings, deed: str, given: str) -> Pending:
    """A pending deed of a party that is meant, else of any whose key is here."""
    from wusong.cli.naming import party_of
    from wusong.errors import NodeError

    for party in [party_of(node, given)] if given else node.keys.parties():
        if any(one.deed == deed for one in pendings.of(party)):
            return pendings.get(deed, party)
    raise NodeError("no-such-pending")


def _lines(node: Node, found: Pending) -> list[str]:
    """A pending deed for people: every act in its contract's words."""
    from wusong.cli.naming import names_of
    from wusong.cli.values import when

    names = names_of(node)
    lines = pairs(
        [
            (say("pending deed", "待签指令"), found.deed),
            (say("state", "状态"), found.state),
            (say("proposed by", "发起方"), names.get(found.proposer, found.proposer)),
            (say("void from", "失效时间"), when(found.expires)),
        ]
    )
    for act in found.acts:
        lines += ["", *_act_lines(node, act, names)]
    lines += ["", say("Signatures", "签署情况")]
    for seat in found.seats:
        mark = say("has not signed", "尚未签署") if seat.signed is None else when(seat.signed)
        lines.append(clean(f"  {names.get(seat.party, seat.party)}  {mark}"))
    return lines


def _act_lines(node: Node, act: dict[str, Any], names: dict[str, str]) -> list[str]:
    titles = _titles(node, act)
    rows = [(titles.get(("roles", role), role), names.get(did, did)) for role, did in act["as"].items()]
    if not act["asset"].startswith("#"):
        rows.append((say("asset", "标的"), act["asset"] + (f" (rev {act['rev']})" if "rev" in act else "")))
    rows += [
        (
            titles.get(("args", name), name),
            names.get(value, value) if isinstance(value, str) else to_json(value),
        )
        for name, value in act["args"].items()
    ]
    contract = titles.get(("contract", ""), act["contract"])
    head = clean(f"{contract}: {titles.get(('action', ''), act['action'])} ({act['action']})")
    return [head, *(f"  {line}" for line in pairs(rows))]


def _titles(node: Node, act: dict[str, Any]) -> dict[tuple[str, str], str]:
    """What the contract calls things, in the reader's language."""
    from wusong.errors import NodeError
    from wusong.node import library

    try:
        page = (
            None
            if act["contract"].startswith("system/")
            else library.find(node, act["contract"]).compiled.page
        )
    except NodeError:
        page = None
    if page is None:
        return {}
    lang = terminal.get().lang
    found = {("contract", ""): f"{getattr(page.title, lang)} ({page.name})"}
    found |= {("roles", one.name): getattr(one.title, lang) for one in page.roles}
    for action in page.actions:
        if action.name == act["action"]:
            found |= {("action", ""): getattr(action.title, lang)} if action.title else {}
            found |= {("args", one.name): getattr(one.title, lang) for one in action.args if one.title}
    return found
