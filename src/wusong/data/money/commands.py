"""``wusong data usage|statement|settle|invoice|account|contribution|permitted-revenue``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import typer

from wusong.commands import DomainCommand, Said, Tools, both
from wusong.data.money import accounts, exports, invoices, issuing, revenue, splitting, statement
from wusong.data.money import run as running
from wusong.data.money.accounts import Account
from wusong.data.money.periods import Period
from wusong.data.money.reconcile import NAMES, Reconciled, reconcile
from wusong.data.money.splitting import Rows
from wusong.errors import DataError

When = Annotated[
    str,
    typer.Argument(
        metavar="PERIOD",
        help=both("A month (2026-03) or days (2026-03-01..2026-03-31).", "月份或者首日..末日。"),
    ),
]
As = Annotated[
    str, typer.Option("--as", metavar="PARTY", help=both("The party: DID or name.", "本单位：DID 或名称。"))
]
Statement = Annotated[str, typer.Argument(metavar="ID", help=both("The statement.", "对账单编号。"))]
Share = Annotated[
    str, typer.Argument(metavar="ID", help=both("The agreement on sharing revenue.", "收益分配约定编号。"))
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FOLDER", help=both("Write the files here.", "将文件写入该目录。")),
]
File = Annotated[
    Path | None,
    typer.Option(
        "--rows",
        metavar="FILE",
        help=both("Rows by call and provider (CSV call,provider,rows).", "各调用各提供方行数（CSV）。"),
    ),
]
Least = Annotated[
    int,
    typer.Option("--least", metavar="N", min=0, help=both("The product's least group.", "产品最小分组。")),
]


def usage(tools: Tools, period: When, as_: As) -> Said:
    """What was metered for a party in a period."""
    found = statement.overview(tools.node, Period.read(period), tools.party(as_))
    names = tools.names()
    heads = [tools.say("product", "产品"), tools.say("is", "身份"), tools.say("user", "使用方")]
    heads += [tools.say("calls", "次数"), tools.say("amount", "金额")]
    rows = [
        [
            one["name"],
            one["part"],
            names.get(one["user"], one["user"]),
            str(one["calls"]),
            tools.money(one["amount"]),
        ]
        for one in found
    ]
    return Said({"period": period, "rows": found}, tools.table(rows, heads))


def issue(tools: Tools, period: When, as_: As) -> Said:
    """Issue the statements of a period; each once."""
    rows = issuing.issue_all(tools.node, tools.party(as_), Period.read(period))
    names = tools.names()
    shown = [[row.asset, names.get(row.other, row.other), tools.money(row.amount)] for row in rows]
    data = [{"amount": row.amount, "asset": row.asset, "deed": row.deed, "user": row.other} for row in rows]
    heads = [tools.say("statement", "对账单"), tools.say("user", "使用方"), tools.say("amount", "金额")]
    return Said({"statements": data}, tools.table(shown, heads))


def show(tools: Tools, asset: Statement, as_: As, out: Out = None) -> Said:
    """One statement, held against the records. Raises DataError ``no-such-statement``."""
    said = issuing.content_of(tools.node, tools.party(as_), asset)
    found = reconcile(tools.node, said)
    if out is not None:
        _write(
            out,
            {
                f"{asset[:12]}.{kind}": exports.statement_file(tools.node, said, kind)
                for kind in exports.KINDS
            },
        )
    lines = tools.pairs(
        [
            (tools.say("period", "期间"), f"{said['first']} – {said['last']}"),
            (tools.say("calls", "次数"), str(said["count"])),
            (tools.say("amount", "金额"), tools.money(said["amount"])),
            (tools.say("records", "核对"), _verdict(tools, found)),
        ]
    )
    lines = [*lines, *(f"  {NAMES[one.name][tools.lang]}: {one}" for one in found.differences)]
    data = {"agrees": found.agrees, "differences": msgspec.to_builtins(found.differences), "statement": said}
    return Said(data, lines, 0 if found.agrees else 1)


def _verdict(tools: Tools, found: Reconciled) -> str:
    if found.agrees:
        return tools.say(f"agrees, {found.calls} calls", f"一致，共 {found.calls} 次调用")
    return tools.say(f"{len(found.differences)} differences", f"{len(found.differences)} 处差异")


def settle(
    tools: Tools, share: Share, period: When, as_: As, rows: File = None, least: Least = 5, out: Out = None
) -> Said:
    """Go on with a period: statements, distribution, settlement; the payment files with ``--out``."""
    party, span = tools.party(as_), Period.read(period)
    given = None if rows is None else Rows(rows.read_text("utf-8"), least)
    done = running.run(tools.node, party, share, span, given)
    data: dict[str, Any] = {"statements": len(done.statements), "waiting": done.waiting}
    data |= {"split": done.split and done.split.deed, "settlement": None, "files": []}
    if done.settlement is not None:
        data["settlement"] = due = running.settlement_of(tools.node, party, share, span)
        if out is not None:
            data["files"] = _write(out, running.files(tools.node, due))
    waiting = DataError(done.waiting, count="", state="").explain(tools.lang).why if done.waiting else ""
    lines = tools.pairs(
        [
            (tools.say("statements", "对账单"), str(len(done.statements))),
            (tools.say("distribution", "分配"), done.split.deed if done.split else "-"),
            (tools.say("to pay", "应付"), tools.money(done.settlement.amount) if done.settlement else "-"),
            *([(tools.say("waits", "等待"), waiting)] if waiting else []),
        ]
    )
    return Said(data, [*lines, *data["files"]])


def invoice(
    tools: Tools,
    asset: Statement,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help=both("20 digits.", "二十位号码。"))],
    as_: As,
    *,
    red: Annotated[
        bool, typer.Option("--red", help=both("It is the red-letter invoice.", "该号码为红字发票。"))
    ] = False,
) -> Said:
    """Bind an invoice to a confirmed statement, or reverse it."""
    done = (invoices.red_letter if red else invoices.bind)(tools.node, tools.party(as_), asset, number)
    return Said({"asset": asset, "deed": done.deed}, [done.deed])


def invoice_number(
    tools: Tools,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help=both("20 digits.", "二十位号码。"))],
) -> Said:
    """Where an invoice number stands; the exit code is 1 when it does nowhere."""
    found = invoices.entries(tools.node, number)
    names = tools.names()
    heads = [tools.say("claim", "对应债权"), tools.say("issuer", "开票方"), tools.say("counts", "是否有效")]
    heads.append(tools.say("standing", "状态"))
    words = {
        True: tools.say("bound", "有效发票"),
        False: tools.say("reversed or red letter", "已红冲或者为红字发票"),
    }
    shown = [
        [
            one.claim,
            names.get(one.issuer, one.issuer),
            tools.say("yes", "是") if one.counts else "-",
            words[one.live],
        ]
        for one in found
    ]
    data = {"entries": msgspec.to_builtins(found), "number": number}
    lines = tools.table(shown, heads) if found else [tools.say("not in the register", "未登记")]
    return Said(data, lines, 0 if found else 1)


def account(
    tools: Tools,
    party: Annotated[str, typer.Argument(metavar="PARTY", help=both("Whose account.", "账户所属单位。"))],
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help=both("JSON: number, holder, bank, code.", "JSON 文件：number、holder、bank、code。"),
        ),
    ],
    keeper: Annotated[
        str,
        typer.Option(
            "--as",
            metavar="PARTY",
            help=both("In whose list; else its own.", "记入哪个单位的名册，默认本单位。"),
        ),
    ] = "",
) -> Said:
    """Keep a bank account in one's own list, sealed; it comes in a file, so that no shell history has it."""
    try:
        given = msgspec.json.decode(file.read_bytes(), type=Account)
    except msgspec.MsgspecError:
        raise DataError("account-wrong", reason="file") from None
    masked = accounts.keep(tools.node, tools.party(keeper or party), tools.party(party), given)
    return Said({"account": masked}, [masked])


def contribution(
    tools: Tools,
    rows: Annotated[Path, typer.Argument(metavar="FILE", help=both("CSV call,provider,rows.", "CSV 文件。"))],
    providers: Annotated[
        list[str], typer.Argument(metavar="PROVIDER...", help=both("The providers.", "各提供方。"))
    ],
    least: Least = 5,
    seed: Annotated[
        str, typer.Option("--seed", metavar="TEXT", help=both("For more than 12.", "超过十二方时的种子。"))
    ] = "",
) -> Said:
    """What each provider contributed by coverage: Shapley, exact up to 12 providers, sampled above."""
    found = splitting.contribution(providers, Rows(rows.read_text("utf-8"), least), seed)
    shown = [[one, value] for one, value in zip(providers, found["values"], strict=True)]
    heads = [tools.say("provider", "提供方"), tools.say("contribution", "贡献")]
    lines = tools.table(shown, heads)
    if "bound" in found:
        lines = [*lines, tools.say(f"within {found['bound']} (95 %)", f"误差不超过 {found['bound']}（95%）")]
    return Said(found, lines)


def permitted(
    tools: Tools,
    sheet: Annotated[Path, typer.Argument(metavar="FILE", help=both("The sheet, JSON.", "测算表（JSON）。"))],
    as_: As,
    out: Out = None,
) -> Said:
    """The permitted revenue of a period, and the excess to carry over."""
    try:
        given = msgspec.json.decode(sheet.read_bytes(), type=revenue.Sheet)
    except msgspec.MsgspecError as error:
        raise DataError("revenue-input", field="file", detail=str(error)[:120]) from None
    earned = revenue.earned(tools.node, tools.party(as_), Period.read(given.period))
    done = revenue.calculate(given, earned)
    if out is not None:
        _write(
            out, {f"permitted-{given.period}.{kind}": exports.permitted(done, kind) for kind in exports.KINDS}
        )
    shown = [
        [name, str(value) if "万分之一" in name else tools.money(value), source]
        for name, value, source in revenue.rows(done)
    ]
    heads = [tools.say("item", "项目"), tools.say("value", "数值"), tools.say("source", "来源")]
    lines = tools.table(shown, heads)
    return Said(done, lines, 1 if done["warns"] else 0)


def _write(folder: Path, files: dict[str, bytes]) -> list[str]:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        path = folder / name
        path.touch(mode=0o600)
        path.write_bytes(data)
    return [str(folder / name) for name in files]


COMMANDS: Final = [
    DomainCommand("usage", both("What was metered in a period.", "查看期间计量。"), usage),
    DomainCommand("issue-statements", both("Issue a period's statements.", "出具对账单。"), issue),
    DomainCommand("statement", both("One statement, reconciled.", "查看并核对对账单。"), show),
    DomainCommand("settle", both("Divide and settle a period.", "办理分配与结算。"), settle),
    DomainCommand("invoice", both("Bind or reverse an invoice.", "登记或红冲发票。"), invoice),
    DomainCommand("invoice-number", both("Look up a number.", "查询发票号码。"), invoice_number),
    DomainCommand("account", both("Keep a bank account.", "登记银行账户。"), account),
    DomainCommand("contribution", both("Who contributed what.", "计算各方贡献。"), contribution, "nothing"),
    DomainCommand("permitted-revenue", both("The permitted revenue.", "测算最高准许收入。"), permitted),
]
