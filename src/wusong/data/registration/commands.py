"""``wusong data`` register, supplement, change, take-effect, registrations, certificate: in the terminal."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Annotated, Any, Final, TypeAlias, cast

import typer

from wusong.commands import DomainCommand, Said, Tools, both, demand_new, write_new
from wusong.data import contents
from wusong.data.brought import brought
from wusong.data.host import leaf
from wusong.data.registration import certificate, printing, service, stages
from wusong.data.registration.service import RESOURCE, Application, Change, Correction
from wusong.errors import DataError

__all__ = ["COMMANDS"]


def _option(name: str, en: str, zh: str, metavar: str = "TEXT") -> Any:  # noqa: ANN401 - what typer takes
    return typer.Option(name, metavar=metavar, help=both(en, zh))


Asset = Annotated[
    str, typer.Argument(metavar="ID", help=both("The registration's number.", "登记对象编号。"))
]
Table = Annotated[Path, typer.Argument(metavar="FILE", help=both("The table.", "数据表文件。"))]
NewTable = Annotated[Path | None, _option("--table", "A new table.", "新的数据表文件。", "FILE")]
As = Annotated[str, _option("--as", "Who acts: DID or name.", "办理单位：DID 或名称。", "PARTY")]
To = Annotated[str, _option("--to", "The registration body.", "登记机构。", "PARTY")]
Name = Annotated[str | None, _option("--name", "Name of the resource.", "资源名称。")]
Basis = Annotated[str | None, _option("--source-basis", "Source and its legality.", "来源及合法性依据。")]
Described = Annotated[str | None, _option("--description", "Description of the content.", "内容描述。")]
Code = Annotated[str | None, _option("--uscc", "Unified social credit code.", "统一社会信用代码。", "CODE")]
Graded = Annotated[str | None, _option("--grade", "general, important.", "数据级别：general、important。")]
Shared = Annotated[
    str | None, _option("--sharing", "open, conditional, none.", "开放属性：open、conditional、none。")
]
Updated = Annotated[str | None, _option("--update", "Update frequency.", "更新频率。")]
Rights = Annotated[
    str | None,
    _option("--rights", "holding,use,operation.", "登记权利：holding,use,operation。", "RIGHTS"),
]
Risk = Annotated[Path | None, _option("--risk", "Risk assessment.", "安全风险评估报告。", "FILE")]
Conclusion = Annotated[str | None, _option("--risk-conclusion", "Its conclusion.", "评估结论。")]
Evidence = Annotated[Path | None, _option("--evidence", "Evidence of the source.", "来源证明材料。", "FILE")]
Kind = Annotated[
    str, _option("--kind", "change, correction, renewal.", "change 变更、correction 更正、renewal 续期。")
]
Reasons = Annotated[str, _option("--reasons", "Reasons.", "申请理由。")]
Until = Annotated[int | None, _option("--until", "New end of a renewal, ms.", "续期后的有效期，毫秒。", "MS")]
Out = Annotated[
    Path | None, _option("--out", "Write the A4 sheet here.", "将 A4 登记证写入该文件。", "FILE.html")
]
Proof = Annotated[
    Path | None, _option("--bundle", "Write the evidence file here.", "将证据包写入该文件。", "FILE.json")
]
Given: TypeAlias = dict[str, Any]
"""The options that were given, by name; None: not given."""
Stage = Annotated[str, _option("--stage", "Only of this state.", "仅列出该状态。", "STATE")]


_OPTIONS: Final[dict[str, Any]] = {
    "name": Name, "source_basis": Basis, "description": Described, "code": Code, "grade": Graded,
    "sharing": Shared, "update": Updated, "rights": Rights, "risk": Risk, "risk_conclusion": Conclusion,
    "evidence": Evidence,
}  # fmt: skip
"""What an application states, option by option."""


def _stating(run: Callable[..., Said]) -> Callable[..., Said]:
    """A command with these options, which it takes together as ``given``."""
    own = [one for one in signature(run, eval_str=True).parameters.values() if one.name != "given"]
    options = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=kind)
        for name, kind in _OPTIONS.items()
    ]

    @wraps(run)
    def entered(tools: Tools, **values: Any) -> Said:  # noqa: ANN401 - as typed
        given = {name: values.pop(name, None) for name in _OPTIONS}
        return run(tools, given=given, **values)

    entered.__signature__ = Signature([*own, *options], return_annotation=Said)  # type: ignore[attr-defined]
    return entered


@_stating
def register(tools: Tools, table: Table, as_: As, to: To, *, given: Given) -> Said:
    """Apply for the first registration of a table. Raises DataError, DeedError."""
    party = tools.party(as_)
    stated = {"name": table.stem, "source_basis": "", **_stated(tools, party, given)}
    application = Application(table=table, **stated)
    made = service.register(tools.node, party, tools.party(to), application)
    lines = [
        tools.say(
            f"Applied: {application.name}, {made.profile.rows} rows, {len(made.profile.columns)} columns.",
            f"已申请：{application.name}，{made.profile.rows} 行，{len(made.profile.columns)} 列。",
        ),
        made.asset,
    ]
    waiting: int = leaf(tools.node, made.asset, RESOURCE).fields["undecided"]
    if waiting:
        lines.insert(1, tools.say(f"{waiting} columns wait for a decision.", f"有 {waiting} 列尚待判定。"))
    return Said({"asset": made.asset, "deed": made.deed, "profile": made.profile.to_json()}, lines)


@_stating
def supplement(tools: Tools, asset: Asset, table: NewTable = None, *, given: Given) -> Said:
    """Hand in what was to be corrected; what is left out stays."""
    party = leaf(tools.node, asset, RESOURCE).roles["department"]
    done = service.supplement(tools.node, party, asset, _correction(tools, party, table, given))
    return Said({"asset": asset, "deed": done.deed}, [tools.say("Handed in.", "补正材料已提交。")])


@_stating
def change(
    tools: Tools, asset: Asset, kind: Kind, reasons: Reasons, table: NewTable = None, *, given: Given
) -> Said:
    """Apply for a change, a correction or a renewal; the registration stands meanwhile."""
    party = leaf(tools.node, asset, RESOURCE).roles["department"]
    states = _correction(tools, party, table, given)
    wanted = Change(cast("service.Procedure", kind), reasons, states)
    done = service.change(tools.node, party, asset, wanted)
    return Said(
        {"asset": done.asset, "deed": done.deed, "registration": asset},
        [tools.say("Applied for.", "已提交申请。"), done.asset],
    )


def _correction(tools: Tools, party: str, table: Path | None, given: Given) -> Correction:
    return Correction(table=table, **_stated(tools, party, given))


def take_effect(tools: Tools, asset: Asset, until: Until = None) -> Said:
    """Let an examined change take effect: application and registration in one deed."""
    party = leaf(tools.node, asset, RESOURCE).roles["registry"]
    done = service.take_effect(tools.node, party, asset, until)
    return Said(
        {"asset": done.asset, "deed": done.deed}, [tools.say("In effect.", "变更已生效。"), done.asset]
    )


def registrations(tools: Tools, stage: Stage = "") -> Said:
    """Registrations and applications, with what is due."""
    found = [one for one in certificate.listed(tools.node.models) if stage in ("", one["state"])]
    names = tools.names()
    rows = []
    for one in found:
        standing = stages.now_of(tools.node, one["asset"])
        one["state"] = standing.state
        due = [row for row in stages.due_of(tools.node, standing) if row.limit != "validity"]
        one["due"] = [{"left": row.left, "limit": row.limit, "time": row.time} for row in due]
        rows.append(
            [
                one["name"],
                names.get(one["department"], one["department"]),
                one["state"],
                _left(due),
                one["asset"],
            ]
        )
    heads = (
        ("name", "名称"),
        ("department", "数源部门"),
        ("state", "状态"),
        ("working days", "剩余工作日"),
        ("id", "编号"),
    )
    lines = (
        tools.table(rows, [tools.say(*pair) for pair in heads])
        if rows
        else [tools.say("None.", "暂无登记。")]
    )
    return Said({"registrations": found}, lines)


def _left(due: list[stages.Due]) -> str:
    return "" if not due or due[0].left is None else str(due[0].left)


def print_certificate(tools: Tools, asset: Asset, out: Out = None, bundle: Proof = None) -> Said:
    """The certificate of a registration that stands. Raises DataError ``certificate-not-in-force``."""
    from wusong.crypto import canonical

    demand_new(out, bundle)
    made = certificate.issue(tools.node, asset)
    if out is not None:
        write_new(out, printing.sheet(made, tools.lang).encode())
    if bundle is not None:
        write_new(bundle, canonical.encode(certificate.file_of(tools.node, asset)))
    written = [str(path) for path in (out, bundle) if path is not None]
    lines = [*tools.pairs(printing.rows(made.says, tools.lang)), *written]
    return Said(made.to_json() | {"written": written}, lines)


def _stated(tools: Tools, party: str, given: Given) -> dict[str, Any]:
    """What an application states, of the options that were given; files go into the vault."""
    plain = ("name", "source_basis", "description", "grade", "sharing", "update", "risk_conclusion")
    stated = {name: given[name] for name in plain if given[name] is not None}
    if given["code"] is not None:
        stated["registrant_code"] = given["code"]
    if given["rights"] is not None:
        stated |= _rights(given["rights"])
    for name in ("risk", "evidence"):
        if given[name] is not None:
            with given[name].open("rb") as stream:
                stated[name] = contents.put(tools.node.vault, stream).commitment
            brought(tools.node).note(party, stated[name])
    return stated


def _rights(given: str) -> dict[str, bool]:
    named = set(filter(None, given.split(",")))
    if not named <= {"holding", "use", "operation"}:
        raise DataError("right-unknown", given=given)
    return {right: right in named for right in ("holding", "use", "operation")}


COMMANDS: Final = [
    DomainCommand("register", both("Apply for a first registration.", "申请首次登记。"), register),
    DomainCommand("supplement", both("Hand in corrections.", "提交补正。"), supplement),
    DomainCommand(
        "change", both("Apply for a change, correction or renewal.", "申请变更、更正或者续期。"), change
    ),
    DomainCommand("take-effect", both("Let a change take effect.", "办理变更生效。"), take_effect),
    DomainCommand(
        "registrations", both("Registrations and what is due.", "登记事项及办理时限。"), registrations
    ),
    DomainCommand(
        "certificate", both("Certificate with QR codes that prove it offline.", "登记证及离线核验二维码。"),
        print_certificate,
    ),
]  # fmt: skip
