"""``wusong freeze``: order, renew, lift, show."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from wusong.cli.opening import opened
from wusong.cli.terminal import Said, UsageError, say, table
from wusong.cli.values import when
from wusong.cli.words import Home, both, command, group

if TYPE_CHECKING:
    from wusong.ledger.intent import Intent
    from wusong.node.node import Node

app = group(
    both(
        "Freezes of assets and parties: order, renew, lift, show.",
        "冻结标的或单位：作出、续行、解冻、查看。",
    )
)

Target = Annotated[
    str,
    typer.Argument(
        metavar="TARGET",
        help=both("An asset's id, or a party: DID or name.", "标的编号，或单位（DID、名称）。"),
    ),
]
Document = Annotated[
    str,
    typer.Option("--document", metavar="TEXT", help=both("The order's document number.", "冻结文书文号。")),
]
Basis = Annotated[
    str,
    typer.Option("--basis", metavar="TEXT", help=both("Law and article.", "法律依据（法律名称和条款）。")),
]
Days = Annotated[
    int,
    typer.Option(
        "--days",
        metavar="N",
        min=1,
        max=1095,
        help=both("The term; for renew, what it adds.", "期限（天）；续行时为延长的天数。"),
    ),
]
Officers = Annotated[
    list[str] | None,
    typer.Option(
        "--officer",
        metavar="PARTY",
        help=both(
            "An officer who signs with the authority; two are needed.", "与机关共同签署的承办人，须两人。"
        ),
    ),
]
As = Annotated[
    str,
    typer.Option(
        "--as", metavar="PARTY", help=both("The authority: DID or name.", "作出决定的机关：DID 或名称。")
    ),
]
Acts = Annotated[
    Path | None,
    typer.Option(
        "--acts",
        metavar="FILE",
        help=both(
            "Where officers' keys are elsewhere: write the act for wusong pending propose, and do nothing.",
            "承办人密钥不在本节点时：仅写出事项文件，供 wusong pending propose 发起会签。",
        ),
    ),
]
_OFFICERS: Final = 2


def _ordering(action: str) -> Callable[..., Said]:
    """A command that an authority and two officers sign: to freeze, or to renew a freeze."""

    def ordered(
        *,
        target: Target,
        document: Document,
        basis: Basis,
        days: Days,
        officers: Officers = None,
        as_: As = "founder",
        acts: Acts = None,
        home_: Home = None,
    ) -> Said:
        args = {"basis": basis, "days": days, "document": document}
        return _do(action, target, args, (as_, officers), acts, home_)

    return ordered


order = command(app, "order", both("Freeze an asset or a party, for a term.", "冻结标的或单位，并定期限。"))(
    _ordering("freeze")
)
renew = command(app, "renew", both("Add days to a freeze in force.", "续行冻结（须在届满前办理）。"))(
    _ordering("renew")
)


@command(app, "lift", both("Lift a freeze that the same authority ordered.", "解冻（限原决定机关）。"))
def lift(
    *, target: Target, document: Document, basis: Basis, as_: As = "founder", home_: Home = None
) -> Said:
    """Lift a freeze."""
    return _do("unfreeze", target, {"basis": basis, "document": document}, (as_, None), None, home_)


@command(
    app, "show", both("Show the freeze in force, and those in the queue.", "查看生效中的冻结和轮候冻结。")
)
def show(*, target: Target, home_: Home = None) -> Said:
    """Show the freezes of an asset or a party."""
    with opened(home_, "freeze show", beside=True) as node:
        asset = _key(node, target)
        leaf = node.ledger.view().leaf(bytes.fromhex(asset))
        found = [] if leaf is None else standing(leaf.holds, node.ledger.now())
    shown = [
        (
            say("in force", "生效") if hold["in_force"] else say("in the queue", "轮候"),
            hold["authority"],
            hold["document"],
            str(hold["days"]),
            when(hold["until"]) if hold["until"] else "-",
        )
        for hold in found
    ]
    heads = [say("state", "状态"), say("authority", "机关"), say("document", "文书")]
    heads += [say("days", "期限（天）"), say("until", "截止")]
    return Said({"asset": asset, "holds": found}, table(shown, heads))


def standing(holds: list[dict[str, Any]], now: int) -> list[dict[str, Any]]:
    """The holds that have not lapsed; ``until`` (ms) of the one in force, 0 of those in the queue."""
    from wusong.contract.holds import in_force, until

    found = in_force(holds, now)
    if found is None:
        return []
    hold, since = found
    first = {**hold, "in_force": True, "since": since, "until": until(hold, since)}
    rest = holds[holds.index(dict(hold)) + 1 :]
    return [first, *({**one, "in_force": False, "until": 0} for one in rest)]


def _do(
    action: str,
    target: str,
    args: dict[str, Any],
    who: tuple[str, list[str] | None],
    acts: Path | None,
    home: Path | None,
) -> Said:
    from wusong.ledger.intent import Intent

    with opened(home, f"freeze {action}", beside=True) as node:
        roles = _roles(node, action, *who)
        asset = _key(node, target)
        intent = Intent("system/freeze", action, args, roles, asset)
        if acts is not None:
            return _written(acts, intent)
        deed = node.act([intent]).deed
    return Said({"asset": asset, "deed": deed}, [say(f"Done by deed {deed}.", f"已办理，指令 {deed}。")])


def _roles(node: Node, action: str, authority: str, officers: list[str] | None) -> dict[str, str]:
    from wusong.cli.naming import party_of

    roles = {"authority": party_of(node, authority)}
    if action == "unfreeze":
        return roles
    if len(officers or []) != _OFFICERS:
        raise UsageError("missing-argument", name="--officer PARTY --officer PARTY")
    names = zip(("officer_a", "officer_b"), officers or [], strict=True)
    return roles | {role: party_of(node, party) for role, party in names}


def _key(node: Node, target: str) -> str:
    from wusong.cli.naming import party_of

    if len(target) == 64 and not set(target) - set("0123456789abcdef"):
        return target
    return node.ledger.rules.key("party", party_of(node, target)).hex()


def _written(path: Path, intent: Intent) -> Said:
    act = {
        "action": intent.action,
        "args": intent.args,
        "as": intent.roles,
        "asset": intent.asset,
        "contract": intent.contract,
    }
    path.write_text(json.dumps([act], ensure_ascii=False, indent=2, sort_keys=True) + "\n", "utf-8")
    line = say(
        f"Written to {path}; now: wusong pending propose {path} --as PARTY",
        f"已写入 {path}；下一步：wusong pending propose {path} --as 单位",
    )
    return Said({"acts": str(path)}, [line])
