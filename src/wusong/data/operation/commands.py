"""``wusong data`` authorise ... disclose: authorised operation in the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final, cast

import typer

from wusong.commands import DomainCommand, Said, Tools, both, day, demand_new, moment, option, write_new, yuan
from wusong.crypto import canonical
from wusong.data.host import Done, leaf
from wusong.data.money.standing import now
from wusong.data.operation import disclosure, overview, service, submitting, workbook
from wusong.data.operation.due import Due, due_of
from wusong.data.operation.service import OPERATION, Cause, Conditions, Protection

__all__ = ["COMMANDS"]


def _class(text: str) -> str:
    """``NAME=YUAN``."""
    name, found, amount = text.rpartition("=")
    if not found or not name:
        raise typer.BadParameter(text)
    yuan(amount)
    return text


Asset = Annotated[
    str, typer.Argument(metavar="ID", help=both("The authorisation's number.", "授权运营编号。"))
]
As = Annotated[str, option("--as", "Who acts: DID or name.", "办理单位：DID 或名称。", "PARTY")]
To = Annotated[str, option("--to", "The operator.", "运营机构。", "PARTY")]
On = Annotated[str, option("--resource", "The registered resource.", "已登记的公共数据资源编号。", "ID")]
Scope = Annotated[str, option("--scope", "Scope.", "授权范围。")]
Starts = Annotated[
    int, option("--starts", "Begins, Beijing time.", "授权起始时间（北京时间）。", "DAY", parser=moment)
]
Ends = Annotated[
    int, option("--ends", "Ends, Beijing time.", "授权截止时间（北京时间）。", "DAY", parser=moment)
]
Ceiling = Annotated[
    int, option("--ceiling", "Price ceiling of one call.", "每次调用最高限价（元）。", "YUAN", parser=yuan)
]
Classes = Annotated[
    list[str] | None,
    option("--class", "A product class with its ceiling.", "分类最高限价。", "NAME=YUAN", parser=_class),
]
Columns = Annotated[list[str] | None, option("--column", "A column.", "授权字段。")]
Purposes = Annotated[list[str] | None, option("--purpose", "A purpose.", "授权用途。")]
Level = Annotated[
    str | None,
    option("--protection", "level-2, level-3, level-4.", "网络安全保护等级：level-2 至 level-4。", "LEVEL"),
]
Agreement = Annotated[Path | None, option("--agreement", "The agreement.", "授权运营协议文件。", "FILE")]
Plan = Annotated[Path | None, option("--plan", "The implementing plan.", "实施方案文件。", "FILE")]
Decision = Annotated[
    Path | None, option("--decision", "The collective decision.", "“三重一大”决策文件。", "FILE")
]
Security = Annotated[Path | None, option("--security", "Security requirements.", "安全要求文件。", "FILE")]
Document = Annotated[str, option("--document", "Reason and document.", "理由及依据文件。")]
Cause_ = Annotated[
    str | None,
    option(
        "--cause",
        "security, breach, public-interest.",
        "事由：security 安全、breach 违约、public-interest 公共利益。",
        "CAUSE",
    ),
]
On_day = Annotated[int, option("--day", "Withdrawn on.", "收回日期。", "DAY", parser=day)]
What = Annotated[Path, typer.Argument(metavar="FILE", help=both("The report.", "报告文件。"))]
Found = Annotated[
    int, option("--found", "Found at, Beijing time.", "发现时间（北京时间）。", "TIME", parser=moment)
]
Year = Annotated[int, option("--year", "The calendar year.", "披露年度。", "YEAR")]
Out = Annotated[
    Path | None,
    option("--out", "Write the workbook or JSON here.", "将工作簿或者 JSON 写入该文件。", "FILE"),
]
Public = Annotated[
    bool, typer.Option("--public", help=both("The workbook to publish.", "生成向社会公开的工作簿。"))
]
Submit = Annotated[bool, typer.Option("--submit", help=both("Submit it to the ledger.", "提交至账本。"))]
Attest = Annotated[bool, typer.Option("--attest", help=both("Attest the files, too.", "同时对文件存证。"))]


# -- reading --------


def operations(tools: Tools) -> Said:
    """Authorisations, with what is due of each side."""
    names = tools.names()
    found, rows = [], []
    for one in overview.listed(tools.node.models, tools.standing):
        due = _dues(tools, one["asset"], *(one["roles"][part] for part in ("body", "operator")))
        found.append(one | {"due": [row.to_json() for row in due]})
        sides = [names.get(one["roles"][part], one["roles"][part]) for part in ("body", "operator")]
        rows.append(
            [*sides, one["state"], tools.money(one["fields"]["ceiling"]), _left(tools, due), one["asset"]]
        )
    heads = [("body", "实施机构"), ("operator", "运营机构"), ("state", "状态"), ("ceiling", "最高限价")]
    titles = [tools.say(*pair) for pair in (*heads, ("due", "办理期限"), ("id", "编号"))]
    lines = tools.table(rows, titles) if rows else [tools.say("None.", "暂无授权运营。")]
    return Said({"operations": found}, lines)


def operation(tools: Tools, asset: Asset) -> Said:
    """One authorisation: its terms, what is due, what stands under it, what was done."""
    standing = now(tools.node, asset, OPERATION)
    names, fields = tools.names(), standing.fields
    sides = [names.get(standing.roles[part], standing.roles[part]) for part in ("body", "operator")]
    under = overview.under(tools.node.models, asset, tools.standing)
    due = _dues(tools, asset, *(standing.roles[part] for part in ("body", "operator")))
    history = overview.history(tools.node.models, asset)
    pairs = [
        (tools.say("body", "实施机构"), sides[0]),
        (tools.say("operator", "运营机构"), sides[1]),
        (tools.say("state", "状态"), standing.state),
        (tools.say("scope", "授权范围"), str(fields["scope"])),
        (tools.say("ceiling", "最高限价"), tools.money(fields["ceiling"])),
        (tools.say("due", "办理期限"), _left(tools, due)),
        (tools.say("products", "数据产品"), str(len(under["products"]))),
        (tools.say("calls", "已计量次数"), str(under["totals"]["calls"])),
        (tools.say("revenue", "收入"), tools.money(under["totals"]["amount"])),
    ]
    data = {"asset": asset, "due": [one.to_json() for one in due], "fields": fields, "history": history}
    return Said(data | {"roles": standing.roles, "state": standing.state, "under": under}, tools.pairs(pairs))


def _dues(tools: Tools, asset: str, *parties: str) -> list[Due]:
    standing = now(tools.node, asset, OPERATION)
    found = {due.limit: due for party in parties for due in due_of(tools.node, standing, party)}
    return sorted(found.values(), key=lambda due: due.time)


def _left(tools: Tools, due: list[Due]) -> str:
    if not due:
        return ""
    title = due[0].title[tools.lang]
    if due[0].left < 0:
        return title + tools.say(f", overdue by {-due[0].left} days", f"，已逾期 {-due[0].left} 日")
    return title + tools.say(f", {due[0].left} days left", f"，剩余 {due[0].left} 日")


# -- acts --------


def authorise(
    tools: Tools,
    as_: As,
    to: To,
    resource: On,
    scope: Scope,
    starts: Starts,
    ends: Ends,
    ceiling: Ceiling,
    class_: Classes = None,
    column: Columns = None,
    purpose: Purposes = None,
    protection: Level = None,
    agreement: Agreement = None,
    plan: Plan = None,
    decision: Decision = None,
    security: Security = None,
) -> Said:
    """The implementing body authorises an operator; it waits for the operator."""
    names, prices = _classes(class_)
    conditions = Conditions(
        columns=tuple(column or ()),
        purposes=tuple(purpose or ()),
        classes=names,
        class_ceilings=prices,
        plan=_read(plan),
        decision=_read(decision),
        security=_read(security),
        protection=cast("Protection | None", protection),
    )
    done = service.authorise(
        tools.node, tools.party(as_), tools.party(to), resource, scope=scope, starts=starts, ends=ends,
        ceiling=ceiling, agreement=_read(agreement), conditions=conditions,
    )  # fmt: skip
    lines = [tools.say("Authorised; it waits for the operator.", "已授权，待运营机构签署。"), done.asset]
    return Said({"asset": done.asset, "deed": done.deed}, lines)


def accept(tools: Tools, asset: Asset) -> Said:
    """The operator accepts."""
    return _done(
        tools, asset, service.accept_authorisation(tools.node, _side(tools, asset, "operator"), asset)
    )


def decline(tools: Tools, asset: Asset) -> Said:
    """The operator does not accept."""
    return _done(
        tools, asset, service.decline_authorisation(tools.node, _side(tools, asset, "operator"), asset)
    )


def set_ceiling(
    tools: Tools, asset: Asset, ceiling: Ceiling, document: Document, class_: Classes = None
) -> Said:
    """The body changes the price ceilings."""
    body = _side(tools, asset, "body")
    return _done(
        tools, asset, service.set_ceiling(tools.node, body, asset, ceiling, document, *_classes(class_))
    )


def renew(tools: Tools, asset: Asset, ends: Ends) -> Said:
    """Both sides prolong the term, where the node holds the keys of both."""
    return _done(tools, asset, service.renew(tools.node, asset, ends))


def suspend(tools: Tools, asset: Asset, document: Document) -> Said:
    """The body suspends."""
    return _done(tools, asset, service.suspend(tools.node, _side(tools, asset, "body"), asset, document))


def resume(tools: Tools, asset: Asset) -> Said:
    """The body lets the operation go on."""
    return _done(tools, asset, service.resume(tools.node, _side(tools, asset, "body"), asset))


def report_incident(tools: Tools, asset: Asset, file: What, found: Found) -> Said:
    """The operator reports a security incident."""
    operator = _side(tools, asset, "operator")
    return _done(tools, asset, service.report_incident(tools.node, operator, asset, _read(file), found))


def report_measures(tools: Tools, asset: Asset, file: What) -> Said:
    """The operator reports on the measures."""
    operator = _side(tools, asset, "operator")
    return _done(tools, asset, service.report_measures(tools.node, operator, asset, _read(file)))


def give_notice(tools: Tools, asset: Asset, document: Document, day: On_day) -> Said:
    """The body gives notice of withdrawal."""
    body = _side(tools, asset, "body")
    return _done(tools, asset, service.give_notice(tools.node, body, asset, document, day))


def withdraw(tools: Tools, asset: Asset, document: Document, cause: Cause_ = None) -> Said:
    """The body withdraws at once."""
    body = _side(tools, asset, "body")
    reason = cast("Cause | None", cause)
    return _done(tools, asset, service.withdraw_authorisation(tools.node, body, asset, document, reason))


def expire(tools: Tools, asset: Asset, as_: As) -> Said:
    """Record that the term has ended."""
    return _done(tools, asset, service.expire(tools.node, tools.party(as_), asset))


def _side(tools: Tools, asset: str, part: str) -> str:
    return leaf(tools.node, asset, OPERATION).roles[part]


def _read(path: Path | None) -> bytes:
    return b"" if path is None else path.read_bytes()


def _classes(given: list[str] | None) -> tuple[tuple[str, ...], tuple[int, ...]]:
    pairs = [one.rpartition("=") for one in given or ()]
    return tuple(name for name, _, _ in pairs), tuple(yuan(amount) for _, _, amount in pairs)


def _done(tools: Tools, asset: str, done: Done) -> Said:
    state = now(tools.node, asset, OPERATION).state
    return Said(
        {"asset": asset, "deed": done.deed, "state": state},
        [tools.say(f"Done: {state}.", f"已办理：{state}。")],
    )


# -- disclosure --------


def disclose(
    tools: Tools,
    year: Year,
    as_: As,
    out: Out = None,
    public: Public = False,
    submit: Submit = False,
    attest: Attest = False,
) -> Said:
    """The yearly disclosure: to a file, to the ledger. Raises DataError ``disclosure-...``, DeedError."""
    demand_new(out)
    party = tools.party(as_)
    said = disclosure.make(tools.node, party, year)
    data: dict[str, Any] = {"disclosure": said}
    lines = [*tools.pairs(_summary(tools, said))]
    if out is not None:
        as_json = out.suffix == ".json"
        write_new(out, canonical.encode(said) if as_json else workbook.file_of(said, public=public))
        lines.append(str(out))
    if submit:
        content = submitting.keep(tools.node, party, said)
        done = submitting.submit(tools.node, party, year, content, attest=attest)
        data |= {
            "content": content,
            "deeds": done.deeds,
            "evidence": done.evidence,
            "operations": done.operations,
        }
        count = len(done.operations)
        lines.append(tools.say(f"Submitted under {count} authorisations.", f"已就 {count} 项授权运营提交。"))
    return Said(data, lines)


def _summary(tools: Tools, said: dict[str, Any]) -> list[tuple[str, str]]:
    rows = [
        (tools.say("year", "年度"), str(said["year"])),
        (tools.say("block", "截至区块"), str(said["height"])),
        (tools.say("authorisations", "授权运营"), str(len(said["authorisations"]))),
        (tools.say("products", "数据产品"), str(len(said["products"]))),
    ]
    totals = said.get("totals")
    if totals is None:  # neither operator nor provider: it is told no calls
        return rows
    return [
        *rows,
        (tools.say("calls", "调用次数"), str(totals["calls"])),
        (tools.say("free of charge", "其中无偿"), str(totals["free"])),
        (tools.say("revenue", "收入"), tools.money(totals["amount"])),
    ]


COMMANDS: Final = [
    DomainCommand("operations", both("Authorisations and what is due.", "授权运营及办理期限。"), operations),
    DomainCommand("operation", both("One authorisation.", "查看一项授权运营。"), operation),
    DomainCommand("authorise", both("Authorise an operator.", "授权运营机构。"), authorise),
    DomainCommand("accept-authorisation", both("Accept an authorisation.", "签署授权。"), accept),
    DomainCommand("decline-authorisation", both("Decline an authorisation.", "不接受授权。"), decline),
    DomainCommand("set-ceiling", both("Change the price ceilings.", "调整最高限价。"), set_ceiling),
    DomainCommand("renew-authorisation", both("Prolong the term.", "办理授权续期。"), renew),
    DomainCommand("suspend-authorisation", both("Suspend an authorisation.", "暂停授权。"), suspend),
    DomainCommand("resume-authorisation", both("Resume an authorisation.", "恢复授权。"), resume),
    DomainCommand("report-incident", both("Report a security incident.", "报告安全事件。"), report_incident),
    DomainCommand("report-measures", both("Report on the measures.", "提交处置报告。"), report_measures),
    DomainCommand("give-notice", both("Give notice of withdrawal.", "预告收回授权。"), give_notice),
    DomainCommand("withdraw-authorisation", both("Withdraw at once.", "立即收回授权。"), withdraw),
    DomainCommand("expire-authorisation", both("Record the end of the term.", "记载授权到期。"), expire),
    DomainCommand("disclose", both("The yearly disclosure.", "年度披露。"), disclose),
]
