"""``wusong mandate``: grant, pass on, revoke, list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import sqlalchemy as sa
import typer

from wusong.cli.opening import opened
from wusong.cli.terminal import Said, UsageError, say, table
from wusong.cli.values import value_word, when
from wusong.cli.words import Home, both, command, group

if TYPE_CHECKING:
    from wusong.node.node import Node

app = group(
    both(
        "Mandates: who may sign for a party, for what, how much, until when.",
        "委托权限：谁可代为签署，办理哪些事项、限额多少、至何时止。",
    )
)

Delegate = Annotated[
    str, typer.Argument(metavar="DELEGATE", help=both("Who may sign: DID or name.", "受托方：DID 或名称。"))
]
Mandate = Annotated[str, typer.Argument(metavar="ID", help=both("The id of the mandate.", "委托权限编号。"))]
Scope = Annotated[
    list[str] | None,
    typer.Option(
        "--scope",
        metavar="CONTRACT=ACTIONS",
        help=both(
            "What it covers, such as title@1=issue,transfer or title@1=*; may be repeated.",
            "授权范围，如 title@1=issue,transfer 或 title@1=*；可重复。",
        ),
    ),
]
Amounts = Annotated[
    list[str] | None,
    typer.Option(
        "--amount",
        metavar="CONTRACT:ARGUMENT=N",
        help=both(
            "At most N of a whole-number argument in all, such as title@1:price=500; may be repeated.",
            "某一整数参数的累计限额，如 title@1:price=500；可重复。",
        ),
    ),
]
Limit = Annotated[
    int, typer.Option("--limit", metavar="N", min=0, help=both("At most N acts.", "最多办理次数。"))
]
Until = Annotated[
    str,
    typer.Option(
        "--until",
        metavar="TIME",
        help=both("When it ends, such as 2027-01-01T00:00.", "截止时间，如 2027-01-01T00:00。"),
    ),
]
Onward = Annotated[
    int,
    typer.Option(
        "--onward",
        metavar="N",
        min=0,
        max=3,
        help=both("How many steps it may be passed on, narrowed.", "允许转委托的层级数（权限只减不增）。"),
    ),
]
Parent = Annotated[
    str,
    typer.Option(
        "--parent",
        metavar="ID",
        help=both("Pass this mandate on, as its delegate.", "以受托方身份转委托该权限。"),
    ),
]
As = Annotated[
    str,
    typer.Option(
        "--as",
        metavar="PARTY",
        help=both("Who grants: DID or name; else the founder.", "授权单位：DID 或名称；默认为发起单位。"),
    ),
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help=both("Why.", "理由。"))]


@command(
    app,
    "grant",
    both("Grant one, or with --parent pass a narrower one on.", "授予委托权限；加 --parent 为转委托。"),
)
def grant(
    *,
    delegate: Delegate,
    scope: Scope = None,
    amount: Amounts = None,
    limit: Limit = 0,
    until: Until = "",
    onward: Onward = 0,
    parent: Parent = "",
    as_: As = "founder",
    home_: Home = None,
) -> Said:
    """Grant a mandate."""
    from wusong.cli.arguments import time_of
    from wusong.cli.naming import party_of
    from wusong.ledger.intent import Intent

    args: dict[str, Any] = {"scope": scope_of(scope or [], amount or [])}
    more = {"limit": limit, "onward": onward, "parent": parent, "until": until and time_of("--until", until)}
    args |= {name: value for name, value in more.items() if value}
    with opened(home_, "mandate grant", beside=True) as node:
        args["delegate"] = party_of(node, delegate)
        roles = {"grantor" if parent else "principal": party_of(node, as_)}
        done = node.act([Intent("system/mandate", "grant", args, roles)])
    line = say(f"Mandate {done.asset} is in force.", f"委托权限 {done.asset} 已生效。")
    return Said({"deed": done.deed, "mandate": done.asset}, [line])


@command(app, "revoke", both("End one, and all that were passed on from it.", "撤销委托权限及其全部转委托。"))
def revoke(*, mandate: Mandate, reason: Reason = "", as_: As = "founder", home_: Home = None) -> Said:
    """Revoke a mandate."""
    from wusong.cli.naming import party_of
    from wusong.ledger.intent import Intent

    with opened(home_, "mandate revoke", beside=True) as node:
        party = party_of(node, as_)
        rows = _rows(node, mandate)
        passed_on = bool(rows) and rows[0]["roles"].get("grantor") == party
        roles = {"grantor" if passed_on else "principal": party}
        args = {"reason": reason} if reason else {}
        deed = node.act([Intent("system/mandate", "revoke", args, roles, mandate)]).deed
    return Said({"deed": deed, "mandate": mandate}, [say(f"Done by deed {deed}.", f"已办理，指令 {deed}。")])


@command(app, "list", both("List mandates, with what is used of them.", "列出委托权限及其使用情况。"))
def list_mandates(*, home_: Home = None) -> Said:
    """List mandates."""
    from wusong.cli.naming import names_of

    with opened(home_, "mandate list", beside=True) as node:
        found, names = _rows(node), names_of(node)
    data = [
        {"mandate": row["asset"], "state": row["state"], **row["roles"], **row["fields"]} for row in found
    ]
    shown = [
        (
            one["mandate"],
            value_word(one["state"]),
            names.get(one["principal"], one["principal"]),
            names.get(one["delegate"], one["delegate"]),
            f"{one['used']}/{one.get('limit', '-')}",
            when(one["until"]) if "until" in one else "-",
        )
        for one in data
    ]
    heads = [say("mandate", "委托权限"), say("state", "状态"), say("principal", "委托方"),
             say("delegate", "受托方"), say("used", "已用"), say("until", "截止")]  # fmt: skip
    return Said({"mandates": data}, table(shown, heads))


def scope_of(items: list[str], amounts: list[str]) -> list[dict[str, Any]]:
    """``CONTRACT=ACTION,ACTION`` and ``CONTRACT:ARGUMENT=N`` as a scope. Raises UsageError."""
    found: dict[str, dict[str, Any]] = {}
    for item in items:
        contract, equals, actions = item.partition("=")
        if not equals or not contract or not actions:
            raise _wrong("--scope", item)
        found[contract] = {"actions": actions.split(","), "contract": contract}
    for amount in amounts:
        place, _, number = amount.partition("=")
        contract, _, argument = place.rpartition(":")
        if contract not in found or not argument or not (number.isascii() and number.isdigit()):
            raise _wrong("--amount", amount)
        found[contract].setdefault("amounts", []).append({"argument": argument, "limit": int(number)})
    if not found:
        raise UsageError("missing-argument", name="--scope CONTRACT=ACTIONS")
    return list(found.values())


def _wrong(name: str, given: str) -> UsageError:
    detail = say(f"{given!r} is not of that form, or names no contract of --scope.",
                 f"{given!r} 格式不符，或其合约不在 --scope 之列。")  # fmt: skip
    return UsageError("bad-argument", name=name, detail=detail)


def _rows(node: Node, mandate: str = "") -> list[dict[str, Any]]:
    from wusong.cli.reading import rows
    from wusong.node.ledger_view import assets

    query = sa.select(assets).where(assets.c.contract == "system/mandate")
    if mandate:
        query = query.where(assets.c.asset == mandate)
    return rows(node, query.order_by(assets.c.seq, assets.c.asset))
