"""``wusong look-through``: open, close, list."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from wusong.cli.opening import opened
from wusong.cli.terminal import Said, UsageError, say, table
from wusong.cli.words import Home, both, command, group

app = group(
    both(
        "Look-throughs of supervisors: open, close; how many there are, by law.",
        "穿透监管：发起、结束；按法律依据公开次数。",
    )
)

Target = Annotated[
    str,
    typer.Argument(
        metavar="TARGET",
        help=both("An asset's id, or a party: DID or name.", "标的编号，或单位（DID、名称）。"),
    ),
]
Look = Annotated[
    str, typer.Argument(metavar="ID", help=both("The id of the look-through.", "穿透监管编号。"))
]
Basis = Annotated[
    str,
    typer.Option("--basis", metavar="TEXT", help=both("Law and article.", "法律依据（法律名称和条款）。")),
]
Document = Annotated[
    str, typer.Option("--document", metavar="TEXT", help=both("The document's number.", "文书文号。"))
]
Purpose = Annotated[str, typer.Option("--purpose", metavar="TEXT", help=both("What for.", "查询事由。"))]
Days = Annotated[
    int,
    typer.Option("--days", metavar="N", min=1, max=366, help=both("For how long it lasts.", "有效天数。")),
]
Scope = Annotated[
    list[str] | None,
    typer.Option(
        "--acts",
        metavar="CONTRACT=ACTIONS",
        help=both(
            "Only these acts, such as title@1=issue,transfer; may be repeated.",
            "仅限这些事项，如 title@1=issue,transfer；可重复。",
        ),
    ),
]
As = Annotated[
    list[str] | None,
    typer.Option(
        "--as",
        metavar="PARTY",
        help=both(
            "A supervisor who signs; as many as the genesis asks for.",
            "签署的监管方，数目按创世文件规定，可重复。",
        ),
    ),
]
One = Annotated[
    str, typer.Option("--as", metavar="PARTY", help=both("One of its supervisors.", "其中一个监管方。"))
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help=both("Why.", "理由。"))]


@command(
    app,
    "open",
    both("Open one: a deed with basis, purpose, scope, end.", "发起穿透监管，载明依据、事由、范围和期限。"),
)
def open_look(
    *,
    target: Target,
    basis: Basis,
    document: Document,
    purpose: Purpose,
    days: Days = 30,
    acts: Scope = None,
    as_: As = None,
    home_: Home = None,
) -> Said:
    """Open a look-through."""
    from wusong.cli.mandates import scope_of
    from wusong.cli.naming import party_of
    from wusong.ledger.intent import Intent

    if not as_:
        raise UsageError("missing-argument", name="--as PARTY")
    args: dict[str, Any] = {"basis": basis, "document": document, "purpose": purpose}
    args |= {"scope": {"acts": scope_of(acts, [])}} if acts else {}
    with opened(home_, "look-through open", beside=True) as node:
        parties = [party_of(node, one) for one in as_]
        names = ["supervisor", *(f"supervisor_{n}" for n in range(2, len(parties) + 1))]
        is_asset = len(target) == 64 and not set(target) - set("0123456789abcdef")
        args["target"] = target if is_asset else party_of(node, target)
        args["until"] = node.ledger.now() + days * 86_400_000
        done = node.act([Intent("system/look-through", "open", args, dict(zip(names, parties, strict=True)))])
    line = say(f"Look-through {done.asset} is open.", f"穿透监管 {done.asset} 已发起。")
    return Said({"deed": done.deed, "look_through": done.asset, "until": args["until"]}, [line])


@command(app, "close", both("End one before its time.", "提前结束穿透监管。"))
def close(*, look: Look, reason: Reason, as_: One, home_: Home = None) -> Said:
    """End a look-through."""
    from wusong.cli.naming import party_of
    from wusong.ledger.intent import Intent

    with opened(home_, "look-through close", beside=True) as node:
        roles = {"supervisor": party_of(node, as_)}
        deed = node.act([Intent("system/look-through", "close", {"reason": reason}, roles, look)]).deed
    return Said(
        {"deed": deed, "look_through": look}, [say(f"Done by deed {deed}.", f"已办理，指令 {deed}。")]
    )


@command(
    app,
    "list",
    both("How many there are, by legal basis; never at whom.", "按法律依据列出次数，不含查询对象。"),
)
def count(*, home_: Home = None) -> Said:
    """Count look-throughs by their legal basis."""
    from wusong.node.looking import Looking

    with opened(home_, "look-through list", beside=True) as node:
        found = Looking(node).counts()
    rows = [(one["basis"], str(one["all"]), str(one["open"])) for one in found]
    heads = [say("basis", "法律依据"), say("all", "总次数"), say("in force", "有效中")]
    return Said({"look_throughs": found}, table(rows, heads))
