"""``wusong act``: any action of any contract, as a deed that this node signs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from wusong.cli.opening import opened
from wusong.cli.terminal import Said, UsageError, pairs, say
from wusong.cli.words import Home, both

if TYPE_CHECKING:
    from wusong.ledger.intent import Intent
    from wusong.node.node import Node

Contract = Annotated[
    str,
    typer.Argument(
        metavar="[CONTRACT]",
        help=both(
            "The contract: name@version, digest, or system/NAME.", "合约：名称@版本、摘要或 system/名称。"
        ),
    ),
]
Action = Annotated[str, typer.Argument(metavar="[ACTION]", help=both("The action.", "操作。"))]
Args = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[KEY=VALUE]...",
        help=both(
            "Its arguments: money as 1000.00, rates as 30%, dates as 2026-01-31; @FILE for a commitment.",
            "参数：金额写作 1000.00，比例写作 30%，日期写作 2026-01-31；加盐哈希可写 @文件。",
        ),
    ),
]
Asset = Annotated[
    str,
    typer.Option(
        "--asset",
        metavar="ID",
        help=both("The asset acted on; none for an act that creates one.", "所办理的标的；新建标的时省略。"),
    ),
]
As = Annotated[
    list[str] | None,
    typer.Option(
        "--as",
        metavar="ROLE=PARTY",
        help=both("Who signs in which role; may be repeated.", "何单位以何角色签署，可重复。"),
    ),
]
Rev = Annotated[
    int,
    typer.Option(
        "--rev",
        metavar="N",
        min=-1,
        help=both("Only if the asset is at this revision.", "仅当标的为该版次时办理。"),
    ),
]
File = Annotated[
    Path | None,
    typer.Option(
        "--file",
        metavar="FILE",
        help=both(
            "Several acts in one deed: a JSON list of {contract, action, args, as, asset?, rev?, with?}.",
            "一份指令办理多项：JSON 列表 {contract, action, args, as, asset?, rev?, with?}。",
        ),
    ),
]
_MEMBERS: Final = {
    "action": str,
    "args": dict,
    "as": dict,
    "asset": str,
    "contract": str,
    "rev": int,
    "with": dict,
}


def act(
    *,
    contract: Contract = "",
    action: Action = "",
    args: Args = None,
    asset: Asset = "",
    as_: As = None,
    rev: Rev = -1,
    file: File = None,
    home_: Home = None,
) -> Said:
    """Take any action of any contract, as a signed deed."""
    from wusong.cli.arguments import split

    if file is None and not (contract and action):
        raise UsageError("missing-argument", name="CONTRACT ACTION")
    given, roles = split(args or [], "KEY=VALUE"), split(as_ or [], "--as")
    with opened(home_, "act", beside=True) as node:
        if file is not None:
            intents = acts_from(node, file)
        else:
            intents = [_intent(node, contract, action, given, roles, asset, rev)]
        done = node.act(intents)
    data = {
        "assets": done.assets,
        "deed": done.deed,
        "height": done.receipt.height,
        "index": done.receipt.index,
    }
    lines = pairs(
        [
            (say("done by deed", "已办理，指令"), done.deed),
            *((say("asset", "标的"), one) for one in dict.fromkeys(done.assets)),
        ]
    )
    return Said(data, lines)


def _intent(
    node: Node, contract: str, action: str, given: dict[str, str], roles: dict[str, str], asset: str, rev: int
) -> Intent:
    from wusong.cli.arguments import typed
    from wusong.cli.naming import party_of
    from wusong.ledger.intent import Intent

    signers = {role: party_of(node, party) for role, party in roles.items()}
    if not signers:
        raise UsageError("missing-argument", name="--as ROLE=PARTY")
    args = typed(node, contract, action, given)
    if contract.startswith("system/") and not asset:
        place = _place(node, (contract, action), args, signers)
    else:
        place = asset
    return Intent(contract, action, args, signers, _checked(place), None if rev < 0 else rev)


def _checked(asset: str | None) -> str | None:
    if not asset:
        return None
    if not asset.startswith("#") and (len(asset) != 64 or set(asset) - set("0123456789abcdef")):
        raise UsageError(
            "bad-argument",
            name="--asset",
            detail=say("An asset's id has 64 characters, 0-9 and a-f.", "标的编号为 64 个字符（0-9、a-f）。"),
        )
    return asset


def _place(node: Node, act: tuple[str, str], args: dict[str, Any], signers: dict[str, str]) -> str | None:
    """The state key that an act of a system kind names (docs/formats.md section 3)."""
    from wusong.ledger.protocol import TABLE

    kind = TABLE if act == ("system/parameters", "activate") else act[0].removeprefix("system/")
    did = args.get("did") or signers.get("party", "")
    names = {
        "accreditation": f"{args.get('party', '')} {args.get('name', '')}",
        "calendar": f"{args.get('name', '')} {args.get('year', '')}",
        "erasure": f"{args.get('deed', '')} {args.get('act', '')}",
        "parameters": "",
        TABLE: "",
        "party": did,
    }
    return node.ledger.rules.key(kind, names[kind]).hex() if kind in names else None


def acts_from(node: Node, path: Path) -> list[Intent]:
    """The acts of a file. Raises UsageError ``not-json``, ``ambiguous-party``, ``bad-argument``."""
    from wusong.cli.arguments import readable
    from wusong.cli.naming import party_of
    from wusong.ledger.intent import Intent

    try:
        rows: Any = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise UsageError("not-json", name=str(path), detail=str(error)[:200]) from None
    _check_rows(path, rows)
    return [
        Intent(
            row["contract"],
            row["action"],
            readable(node, row["contract"], row["action"], row.get("args", {})),
            {role: party_of(node, party) for role, party in row["as"].items()},
            _checked(row.get("asset")),
            row.get("rev"),
            row.get("with", {}),
        )
        for row in rows
    ]


def _check_rows(path: Path, rows: Any) -> None:
    form = say(
        "A list of objects with contract, action, as, and if wanted args, asset, rev, with.",
        "应为对象列表，含 contract、action、as，可选 args、asset、rev、with。",
    )
    sound = isinstance(rows, list) and bool(rows) and all(isinstance(row, dict) for row in rows)
    for row in rows if sound else []:
        sound = sound and {"action", "as", "contract"} <= set(row) <= set(_MEMBERS)
        sound = sound and all(type(value) is _MEMBERS[name] for name, value in row.items())
        sound = sound and bool(row["as"]) and all(isinstance(party, str) for party in row["as"].values())
    if not sound:
        raise UsageError("not-json", name=str(path), detail=form)
