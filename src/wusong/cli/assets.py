"""``wusong asset``, ``wusong deed``, ``wusong trust``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import sqlalchemy as sa
import typer

from wusong.cli.opening import folder_of, opened
from wusong.cli.terminal import Said, UsageError, pairs, say, table
from wusong.cli.values import Pages, value_word
from wusong.cli.values import when as when  # noqa: PLC0414 - other commands take it from here
from wusong.cli.words import Home, both, command, group

if TYPE_CHECKING:
    from wusong.node.node import Node

app = group(both("Assets: what they are, what happened to them, their proof.", "标的：现状、历史与证据。"))
deed_app = group(both("Deeds: what the ledger did with them, and the proof.", "指令：账本的处理结果与证据。"))
trust_app = group(
    both("What readers of this ledger's evidence must already know.", "核验本账本证据的人须预先知道的内容。")
)
_MOST: Final = 10_000

AssetId = Annotated[
    str,
    typer.Argument(
        metavar="ID",
        help=both("Its id, or as much of its beginning as is unique.", "编号，或足以区分的开头部分。"),
    ),
]
DeedId = Annotated[
    str,
    typer.Argument(
        metavar="ID",
        help=both("Its id, or as much of its beginning as is unique.", "编号，或足以区分的开头部分。"),
    ),
]
Contract = Annotated[
    str,
    typer.Option(
        "--contract",
        metavar="NAME",
        help=both("Only of this contract (name@version).", "仅列出该合约（名称@版本）的标的。"),
    ),
]
State = Annotated[
    str,
    typer.Option("--state", metavar="STATE", help=both("Only in this state.", "仅列出处于该状态的标的。")),
]
OfParty = Annotated[
    str,
    typer.Option(
        "--party",
        metavar="PARTY",
        help=both("Only where this party has a role.", "仅列出该单位担任角色的标的。"),
    ),
]
Limit = Annotated[
    int,
    typer.Option(
        "--limit",
        min=1,
        max=_MOST,
        metavar="N",
        help=both("At most so many, newest first.", "最多列出的数量，新者在前。"),
    ),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", "-o", metavar="FILE", help=both("Write it to this file.", "写入该文件。")),
]
Acts = Annotated[
    str, typer.Option("--acts", metavar="0,2", help=both("Disclose these acts only.", "仅披露所列办理事项。"))
]
WithState = Annotated[
    bool, typer.Option("--state-now", help=both("Also prove the state as it is now.", "一并证明当前状态。"))
]


@command(app, "list", both("List assets.", "列出标的。"))
def list_assets(
    *, contract: Contract = "", state: State = "", party: OfParty = "", limit: Limit = 100, home_: Home = None
) -> Said:
    """List assets."""
    from wusong.cli.naming import party_of
    from wusong.cli.reading import rows
    from wusong.node.current import Current
    from wusong.node.ledger_view import assets, holders

    with opened(home_, "asset list", beside=True) as node:
        pages, now = Pages(node), Current(node)
        called = pages.states_called(state) if state else []
        query = (
            sa.select(assets)
            .where(assets.c.name.not_like("system/%"))
            .order_by(assets.c.updated.desc(), assets.c.asset)
            .limit(limit)
        )
        if contract:
            query = query.where(assets.c.name == contract)
        if state:
            query = query.where(sa.or_(*(now.may_stand_in(one) for one in called)))
        if party:
            did = party_of(node, party)
            query = query.where(assets.c.asset.in_(sa.select(holders.c.asset).where(holders.c.party == did)))
        found = [now.row(row) for row in rows(node, query)]
        if called:
            found = [row for row in found if row["state"] in called]
        lines = table(
            [
                (
                    row["asset"][:16],
                    pages.kind(row["contract"], row["name"]),
                    pages.word(row["contract"], "states", row["state"]),
                    when(row["updated"]),
                )
                for row in found
            ],
            heads("asset", "contract", "state", "changed"),
        )
    listed = [
        {name: row[name] for name in ("asset", "name", "state", "rev", "quantity", "updated")}
        for row in found
    ]
    return Said({"assets": listed}, lines if found else [say("There are none.", "没有符合条件的标的。")])


@command(app, "show", both("Show an asset as it stands.", "查看标的现状。"))
def show_asset(*, asset: AssetId, home_: Home = None) -> Said:
    """Show an asset."""
    from wusong.cli.naming import names_of
    from wusong.node.current import Current

    with opened(home_, "asset show", beside=True) as node:
        row, names, pages = Current(node).row(_asset(node, asset)), names_of(node), Pages(node)
        kind = row["contract"]
        roles = [
            (pages.word(kind, "roles", role), f"{names.get(did, '')} {did}".strip())
            for role, did in (row["roles"] or {}).items()
        ]
        fields = [pages.field(kind, name, value, names) for name, value in (row["fields"] or {}).items()]
        shown = pages.kind(kind, row["name"]), pages.word(kind, "states", row["state"])
    lines = pairs(
        [
            (say("asset", "标的"), row["asset"]),
            (say("contract", "合约"), shown[0]),
            (say("state", "状态"), shown[1]),
            (say("revision", "版次"), str(row["rev"])),
            (say("changed", "最近变更"), when(row["updated"])),
            *([(say("quantity", "数量"), str(row["quantity"]))] if row["quantity"] is not None else []),
            *roles,
            *fields,
        ]
    )
    return Said({"asset": row}, lines)


@command(
    app, "history", both("What happened to an asset: who, when, what.", "标的的办理历史：何人、何时、何事。")
)
def history(*, asset: AssetId, home_: Home = None) -> Said:
    """Show an asset's history."""
    from wusong.cli.naming import names_of
    from wusong.cli.reading import rows
    from wusong.node.ledger_view import acts, deeds, touches

    with opened(home_, "asset history", beside=True) as node:
        row = _asset(node, asset)
        query = (
            sa.select(
                deeds.c.deed,
                deeds.c.height,
                deeds.c.time,
                deeds.c.signers,
                acts.c.act,
                acts.c.name,
                acts.c.contract,
                acts.c.action,
                touches.c.rev,
                touches.c.state,
            )
            .join(acts, (acts.c.seq == touches.c.seq) & (acts.c.act == touches.c.act))
            .join(deeds, deeds.c.seq == touches.c.seq)
            .where(touches.c.asset == row["asset"])
            .order_by(touches.c.seq, touches.c.act, touches.c.rev)
        )
        found, names, pages = rows(node, query), names_of(node), Pages(node)
        shown = [
            (
                when(one["time"]),
                pages.word(row["contract"], "actions", one["action"] or "") or say("(erased)", "（已删除）"),
                pages.word(row["contract"], "states", one["state"]),
                ", ".join(names.get(did, did) for did in one["signers"]),
                one["deed"][:16],
            )
            for one in found
        ]
    for one in found:
        del one["contract"]
    return Said(
        {"asset": row["asset"], "history": found},
        table(shown, heads("time", "action", "state", "signed", "deed")),
    )


@command(
    app,
    "bundle",
    both(
        "Export the proof of an asset: its latest deed, and its state now.",
        "导出标的的证据包：最近一项指令及当前状态。",
    ),
)
def asset_bundle(*, asset: AssetId, out: Out = None, home_: Home = None) -> Said:
    """Export an asset's bundle."""
    from wusong.cli.reading import rows
    from wusong.node.ledger_view import acts, touches

    with opened(home_, "asset bundle", beside=True) as node:
        row = _asset(node, asset)
        where = (acts.c.seq == touches.c.seq) & (acts.c.act == touches.c.act)
        query = (
            sa.select(acts.c.deed, acts.c.act)
            .join(touches, where)
            .where(touches.c.asset == row["asset"])
            .order_by(touches.c.seq.desc(), touches.c.act.desc())
            .limit(1)
        )
        (last,) = rows(node, query)
        bundle = _bundle(node, last["deed"], frozenset({last["act"]}), (bytes.fromhex(row["asset"]),))
    return _written(bundle, out or Path(f"{row['asset'][:16]}.bundle.json"))


@command(deed_app, "show", both("Show a deed and its receipt.", "查看指令及其回执。"))
def show_deed(*, deed: DeedId, home_: Home = None) -> Said:
    """Show a deed."""
    from wusong.cli.naming import names_of
    from wusong.cli.reading import rows
    from wusong.node.ledger_view import acts

    with opened(home_, "deed show", beside=True) as node:
        row, names, pages = _deed(node, deed), names_of(node), Pages(node)
        done = rows(
            node,
            sa.select(acts.c.act, acts.c.name, acts.c.contract, acts.c.action, acts.c.asset, acts.c.content)
            .where(acts.c.deed == row["deed"])
            .order_by(acts.c.act),
        )
        told = [(f"{say('act', '事项')} {one['act']}", _act_line(pages, one)) for one in done]
        result = _result(pages, row, done)
    lines = pairs(
        [
            (say("deed", "指令"), row["deed"]),
            (say("result", "结果"), result),
            (say("block", "区块"), f"{row['height']}, {say('place', '序号')} {row['index']}"),
            (say("time", "时间"), when(row["time"])),
            (say("signed by", "签署方"), ", ".join(names.get(did, did) for did in row["signers"])),
            *told,
        ]
    )
    return Said({"acts": done, "deed": row}, lines)


@command(
    deed_app,
    "bundle",
    both("Export a deed's proof, with all its acts or those chosen.", "导出指令的证据包，可选择披露的事项。"),
)
def deed_bundle(
    *, deed: DeedId, acts: Acts = "", state_now: WithState = False, out: Out = None, home_: Home = None
) -> Said:
    """Export a deed's bundle."""
    if acts and not all(part.strip().isdigit() for part in acts.split(",")):
        raise UsageError(
            "bad-argument",
            name="--acts",
            detail=say("Numbers with commas between them.", "应为以逗号分隔的序号。"),
        )
    chosen = frozenset(int(part) for part in acts.split(",")) if acts else None
    with opened(home_, "deed bundle", beside=True) as node:
        row = _deed(node, deed)
        _check_acts(node, row, chosen)
        keys = _touched(node, row["deed"]) if state_now else ()
        bundle = _bundle(node, row["deed"], chosen, keys)
    return _written(bundle, out or Path(f"{row['deed'][:16]}.bundle.json"))


@command(trust_app, "export", both("Write the trust file.", "导出信任文件。"))
def export_trust(*, out: Out = None, home_: Home = None) -> Said:
    """Write the trust file; works while the node runs."""
    from wusong.cli.reading import genesis_of
    from wusong.node import witnessing

    folder = folder_of(home_)
    document = witnessing.trust(folder, genesis_of(folder))
    path = out or Path("trust.json")
    _save(path, document)
    lines = [
        say(f"Written to {path}.", f"已写入 {path}。"),
        *pairs([(say("ledger", "账本"), document["ledger"])]),
        say(
            "Give it to readers by a way they rely on, not together with the evidence.",
            "请通过对方可信赖的渠道另行提供，不要与证据一并发送。",
        ),
    ]
    return Said({"file": str(path), "trust": document}, lines)


# ----------------------------------------------------------------------------------------------------------


def heads(*names: str) -> list[str]:
    """Titles of columns in the reader's language."""
    return [say(name, _HEADS[name]) for name in names]


_HEADS: Final = {
    "action": "操作", "address": "地址", "asset": "标的", "changed": "最近变更", "contract": "合约",
    "deed": "指令", "name": "名称", "party": "单位", "signed": "签署方",
    "signs": "代签", "state": "状态", "time": "时间", "title": "标题", "url": "服务地址",
}  # fmt: skip


def _act_line(pages: Pages, act: dict[str, Any]) -> str:
    kind = act["contract"] or ""
    action = pages.word(kind, "actions", act["action"] or "")
    return f"{pages.kind(kind, act['name'] or '')} {action} {act['asset']}"


def _result(pages: Pages, deed: dict[str, Any], acts: list[dict[str, Any]]) -> str:
    """What became of a deed; of a refused one the code, the clause and its words."""
    if deed["code"] == "ok":
        return value_word("ok")
    code = " ".join(part for part in (deed["code"], deed["clause"] or "") if part)
    refused = next((one for one in acts if one["act"] == deed["act"]), None)
    says = ""
    if refused is not None and deed["clause"]:
        says = pages.says(refused["contract"] or "", refused["action"] or "", deed["clause"])
    return f"{say('refused', '未受理')}: {code} {says}".strip()


def _asset(node: Node, given: str) -> dict[str, Any]:
    from wusong.node.ledger_view import assets

    found = _by_prefix(node, assets, assets.c.asset, given)
    if found is None:
        raise UsageError("asset-unknown", asset=given)
    return found


def _deed(node: Node, given: str) -> dict[str, Any]:
    from wusong.errors import ProofError
    from wusong.node.ledger_view import deeds

    found = _by_prefix(node, deeds, deeds.c.deed, given)
    if found is None:
        raise ProofError("no-such-deed", deed=given)
    return found


def _by_prefix(node: Node, tables: sa.Table, column: sa.Column[str], given: str) -> dict[str, Any] | None:
    from wusong.cli.reading import rows

    text = given.lower()
    if not 1 <= len(text) <= 64 or set(text) - set("0123456789abcdef"):
        return None
    found = rows(node, sa.select(tables).where(column.startswith(text)).limit(2))
    if len(found) > 1:
        raise UsageError("ambiguous-id", id=given)
    return found[0] if found else None


def _touched(node: Node, deed: str) -> tuple[bytes, ...]:
    from wusong.cli.reading import rows
    from wusong.node.ledger_view import deeds, touches

    query = (
        sa.select(touches.c.asset)
        .distinct()
        .join(deeds, deeds.c.seq == touches.c.seq)
        .where(deeds.c.deed == deed)
        .order_by(touches.c.asset)
    )
    return tuple(bytes.fromhex(row["asset"]) for row in rows(node, query))


def _check_acts(node: Node, deed: dict[str, Any], chosen: frozenset[int] | None) -> None:
    """That the deed has the acts wanted. Raises UsageError ``bad-argument``."""
    from wusong.cli.reading import rows
    from wusong.node.ledger_view import acts

    has = {row["act"] for row in rows(node, sa.select(acts.c.act).where(acts.c.deed == deed["deed"]))}
    missing, known = sorted((chosen or frozenset()) - has), ", ".join(map(str, sorted(has)))
    if missing:
        raise UsageError(
            "bad-argument",
            name="--acts",
            detail=say(
                f"The deed has no act {missing[0]}; it has: {known}.",
                f"该指令没有第 {missing[0]} 项，现有：{known}。",
            ),
        )


def _bundle(node: Node, deed: str, acts: frozenset[int] | None, keys: tuple[bytes, ...]) -> dict[str, Any]:
    from wusong.ledger.bundle import Wanted

    return node.bundle(deed, Wanted(acts=acts, states=keys))


def _written(bundle: dict[str, Any], path: Path) -> Said:
    _save(path, bundle)
    data = {"deed": bundle["receipt"]["deed"], "digest": bundle["digest"], "file": str(path)}
    lines = [
        say(f"Written to {path}.", f"已写入 {path}。"),
        say(f"Check it: wusong verify {path}", f"核验：wusong verify {path}"),
    ]
    return Said(data, lines)


def _save(path: Path, value: dict[str, Any]) -> None:
    path.write_bytes(json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())
