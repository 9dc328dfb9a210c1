"""``wusong data what-leaves | offer | apply | approve | meter | recall``: from question to metered use."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final, cast

import msgspec
import typer

from wusong.commands import DomainCommand, Said, Tools, both, moment, option, yuan
from wusong.data.host import leaf
from wusong.data.products import asking, metering, service
from wusong.data.products.analysis import Analysis
from wusong.data.products.calls import OPERATION, PRODUCT, USE
from wusong.data.products.question import Question
from wusong.data.products.service import Benefit, Offer, UseTerms
from wusong.errors import DataError

__all__ = ["COMMANDS"]

DAY: Final = 86_400_000
File = Annotated[
    Path, typer.Argument(metavar="FILE", help=both("The question, as JSON.", "提问文件（JSON）。"))
]
Operation = Annotated[
    str, option("--operation", "The authorisation that it rests on.", "所依据的授权运营编号。", "ID")
]
Product = Annotated[str, typer.Argument(metavar="PRODUCT", help=both("The product.", "数据产品编号。"))]
Use = Annotated[str, typer.Argument(metavar="USE", help=both("The data-use.", "数据使用授权编号。"))]
As = Annotated[str, option("--as", "The user: DID or name.", "使用方：DID 或者名称。", "PARTY")]
Name = Annotated[str, option("--name", "Name of the product.", "产品名称。")]
Price = Annotated[int, option("--price", "Price of one call.", "每次调用价格（元）。", "YUAN", parser=yuan)]
Classes = Annotated[
    list[str] | None, option("--only-for", "A class of purpose it is for.", "限定的用途分类。", "CLASS")
]
NoOnward = Annotated[
    bool,
    typer.Option(
        "--no-onward", help=both("Users undertake not to pass answers on.", "使用方须承诺不得转移。")
    ),
]
OfClass = Annotated[
    str, option("--class", "Its class, where ceilings go by class.", "产品类别（分类限价的必填）。", "CLASS")
]
Earlier = Annotated[str, option("--earlier", "The product it follows.", "所替代的前一版本编号。", "PRODUCT")]
Purpose = Annotated[str, option("--purpose", "What the answers are for.", "使用目的。")]
Calls = Annotated[int, option("--calls", "How many calls.", "申请次数。", "N")]
Starts = Annotated[
    int | None, option("--starts", "Begins, else now.", "起始时间（默认即时）。", "DAY", parser=moment)
]
Ends = Annotated[
    int | None, option("--ends", "Ends, else in 30 days.", "截止时间（默认三十日后）。", "DAY", parser=moment)
]
Kind = Annotated[
    str,
    option(
        "--benefit",
        "industry, public-governance, public-welfare.",
        "类别：industry 产业发展，public-governance 公共治理，public-welfare 公益事业。",
        "KIND",
    ),
]
Class = Annotated[str, option("--class", "The class of purpose.", "用途分类。", "CLASS")]
PerDay = Annotated[int, option("--per-day", "At most so many a day.", "每日次数上限。", "N")]
Places = Annotated[list[str] | None, option("--place", "A network calls may come from.", "允许的网络。")]
Recipients = Annotated[list[str] | None, option("--recipient", "Who may call.", "允许的调用人。", "NAME")]
Undertake = Annotated[
    bool,
    typer.Option("--undertake", help=both("Undertake not to pass answers on.", "承诺不向他人转移。")),
]
Reason = Annotated[str, option("--reason", "Why.", "理由。")]


def what_leaves(tools: Tools, file: File, operation: Operation) -> Said:
    """What a question would let out of the resource of an authorisation, column by column, before it is
    offered. Raises DataError.
    """
    standing = leaf(tools.node, operation, OPERATION)
    question = _question(file)
    found = asking.analysed(tools.node, standing.fields["resource"], question)
    return Said({"analysis": found.to_json()}, _lines(tools, found))


def _lines(tools: Tools, found: Analysis) -> list[str]:
    rows = [
        [row["column"], _leaving(tools, row), tools.say(row["how"]["en"], row["how"]["zh"]), row["grade"]]
        for row in found.rows()
    ]
    heads = [
        tools.say(*pair)
        for pair in (("column", "字段"), ("leaves", "是否离开"), ("how", "方式"), ("grade", "级别"))
    ]
    rules = [f"* {tools.say(rule['en'], rule['zh'])}" for rule in found.rules]
    return [*tools.table(rows, heads), "", *rules]


def _leaving(tools: Tools, row: dict[str, Any]) -> str:
    return tools.say("leaves", "离开") if row["leaves"] else tools.say("stays", "不离开")


def _question(file: Path) -> Question:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Question)
    except OSError as error:
        raise DataError("question-file", file=file.name, reason=str(error.strerror)) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DataError("question-file", file=file.name, reason=str(error)[:200]) from None


def offer(
    tools: Tools,
    file: File,
    operation: Operation,
    name: Name,
    price: Price,
    classes: Classes = None,
    no_onward: NoOnward = False,
    earlier: Earlier = "",
    class_: OfClass = "",
) -> Said:
    """The operator offers a product. Raises DataError, DeedError."""
    party = leaf(tools.node, operation, OPERATION).roles["operator"]
    wanted = Offer(name, _question(file), price, tuple(classes or ()), no_onward, earlier, class_)
    done = service.offer(tools.node, party, operation, wanted)
    said = tools.say(
        f"On offer: {name}, {tools.money(price)} a call", f"已上架：{name}，每次 {tools.money(price)} 元"
    )
    return Said({"deed": done.deed, "product": done.asset}, [said, done.asset])


def apply(
    tools: Tools,
    product: Product,
    as_: As,
    purpose: Purpose,
    calls: Calls,
    starts: Starts = None,
    ends: Ends = None,
    benefit: Kind = "industry",
    class_: Class = "",
    per_day: PerDay = 0,
    places: Places = None,
    recipients: Recipients = None,
    undertake: Undertake = False,
) -> Said:
    """A user applies to call a product. Raises DataError, DeedError."""
    begins = tools.node.ledger.now() if starts is None else starts
    terms = UseTerms(
        purpose, begins, begins + 30 * DAY if ends is None else ends, calls, cast("Benefit", benefit),
        class_, per_day, tuple(places or ()), tuple(recipients or ()), undertake,
    )  # fmt: skip
    done = service.apply(tools.node, tools.party(as_), product, terms)
    said = tools.say(f"Applied for {calls:,} calls.", f"已申请 {calls:,} 次调用。")
    return Said({"deed": done.deed, "use": done.asset}, [said, done.asset])


def approve(tools: Tools, use: Use) -> Said:
    """The operator approves. Raises DeedError."""
    standing = leaf(tools.node, use, USE)
    done = service.approve(tools.node, standing.roles["operator"], use)
    calls = int(standing.fields["calls"])
    said = tools.say(f"Approved: {calls:,} calls.", f"已批准 {calls:,} 次调用。")
    return Said({"calls": calls, "deed": done.deed, "use": use}, [said])


def meter(tools: Tools, use: Use) -> Said:
    """Meter the calls that wait. Raises DeedError."""
    before = int(leaf(tools.node, use, USE).fields["metered"])
    deeds = metering.meter(tools.node, use)
    fields = leaf(tools.node, use, USE).fields
    data = {
        "charged": fields["charged"],
        "deeds": list(deeds),
        "metered": fields["metered"] - before,
        "use": use,
    }
    said = tools.say(
        f"Metered {data['metered']:,}; charged in all {tools.money(fields['charged'])}.",
        f"本次计量 {data['metered']:,} 次，累计计费 {tools.money(fields['charged'])} 元。",
    )
    return Said(data, [said])


def recall(tools: Tools, product: Product, reason: Reason) -> Said:
    """The operator recalls a product: no calls from this block on. Raises DeedError."""
    done = service.recall(tools.node, leaf(tools.node, product, PRODUCT).roles["operator"], product, reason)
    said = tools.say("Recalled; no further call is answered.", "已停用，不再应答任何调用。")
    return Said({"deed": done.deed, "product": product}, [said])


COMMANDS: Final = [
    DomainCommand(
        "what-leaves", both("What a question would let out.", "上架前查看提问会带出的内容。"), what_leaves
    ),
    DomainCommand("offer", both("Offer a product.", "上架数据产品。"), offer),
    DomainCommand("apply", both("Apply to call a product.", "申请使用数据产品。"), apply),
    DomainCommand("approve", both("Approve an application.", "批准使用申请。"), approve),
    DomainCommand("meter", both("Meter the calls that wait.", "计量待计量的调用。"), meter),
    DomainCommand("recall", both("Recall a product for cause.", "因故停用数据产品。"), recall),
]
