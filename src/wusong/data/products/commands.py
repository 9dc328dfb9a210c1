"""``wusong data`` call, uses, holders, token, tokens, revoke-token, file, trace: calling and what came of it.

``commands_offering`` and ``commands_ending`` have what is agreed before and after.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from wusong.commands import DomainCommand, Said, Tools, both, demand_new, write_new
from wusong.data.host import Host, leaf
from wusong.data.products import calls, delivery, holders, tokens, tracing
from wusong.data.products.calls import USE
from wusong.data.products.commands_ending import COMMANDS as ENDING
from wusong.data.products.commands_offering import COMMANDS as OFFERING
from wusong.data.products.question import Question
from wusong.errors import DataError

Use = Annotated[str, typer.Argument(metavar="USE", help=both("The data-use.", "数据使用授权编号。"))]
About = Annotated[
    str,
    typer.Argument(
        metavar="ID",
        help=both(
            "A product, authorisation, resource or data-use.", "产品、授权运营、资源或者数据使用授权编号。"
        ),
    ),
]
Given = Annotated[
    list[str] | None,
    typer.Option(
        "--parameter", "-p", metavar="NAME=VALUE", help=both("A parameter of the question.", "查询参数。")
    ),
]
RequestId = Annotated[
    str,
    typer.Option(
        "--request-id", help=both("A name under which the call counts once.", "请求编号，重复提交只计一次。")
    ),
]
Party = Annotated[
    str,
    typer.Option("--party", metavar="PARTY", help=both("DID or name.", "单位。")),
]


def call(tools: Tools, use: Use, given: Given = None, request_id: RequestId = "") -> Said:
    """Call the product of a data-use for its user. Raises DataError."""
    standing = leaf(tools.node, use, USE)
    parameters = _parameters(tools.node, standing.fields["product"], given or [])
    answer = calls.call(tools.node, use, standing.roles["user"], parameters, request_id)
    data = {"answer": answer.value, "digest": answer.digest, "number": answer.number, "time": answer.time}
    return Said({**data, "use": use}, _answer_lines(tools, answer))


EMPTY_ZH: Final = "没有符合的记录，或者符合的记录没有相应数值。本次调用计次。"


def _answer_lines(tools: Tools, answer: calls.Answer) -> list[str]:
    said = tools.say(
        f"Call {answer.number + 1}, digest {answer.digest}",
        f"第 {answer.number + 1} 次调用，摘要 {answer.digest}",
    )
    if answer.value["output"] == "aggregate":
        if not answer.value["groups"]:
            return [_nothing(tools, answer.value["least_group"]), said]
        rows = [[str(cell) for cell in row] for row in answer.value["groups"]]
        return [*tools.table(rows, answer.value["columns"]), said]
    if answer.value.get("found") is False:
        return [_nothing(tools, 0), said]
    if answer.value.get("value", "") is None:
        return [tools.say("No record fits that has a value. The call counts.", EMPTY_ZH), said]
    shown = {name: value for name, value in answer.value.items() if name != "output"}
    return [*tools.pairs([(name, str(value)) for name, value in shown.items()]), said]


def _nothing(tools: Tools, least: int) -> str:
    """That nothing can be told; of groups, how few rows are not told apart from none."""
    if least > 1:
        return tools.say(
            f"No record fits, or fewer than {least} do. The call counts.",
            f"没有符合的记录，或者符合的记录不足 {least} 条。本次调用计次。",
        )
    return tools.say("No record fits. The call counts.", "没有符合的记录。本次调用计次。")


def _parameters(host: Host, product: str, given: list[str]) -> dict[str, Any]:
    """``name=value`` as the question declares them. Raises DataError ``parameter-wrong``."""
    question: Question = calls.question_of(host, product)
    whole = {one.name for one in question.parameters if one.type == "integer"}
    found: dict[str, Any] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals:
            raise DataError("parameter-wrong", parameter=one, expected="NAME=VALUE")
        try:
            found[name] = int(value) if name in whole else value
        except ValueError:
            raise DataError("parameter-wrong", parameter=name, expected="integer") from None
    return found


def uses(tools: Tools, party: Party = "") -> Said:
    """The data-uses on this node, with what is left of them."""
    did = tools.party(party) if party else ""
    names, rows, data = tools.names(), [], []
    for one in _uses(tools.node):
        if did and did not in one["roles"].values():
            continue
        waiting = calls.book(tools.node).pending(one["asset"], 0).count
        left = (one["quantity"] or 0) - waiting
        data.append({**one, "left": left, "waiting": waiting})
        user = names.get(one["roles"]["user"], one["roles"]["user"])
        rows.append([user, one["fields"]["purpose"], one["state"], str(left), str(waiting), one["asset"]])
    heads = [tools.say(*pair) for pair in _USES]
    lines = tools.table(rows, heads) if rows else [tools.say("No data-uses.", "没有数据使用授权。")]
    return Said({"uses": data}, lines)


_USES: Final = (
    ("user", "使用方"),
    ("purpose", "用途"),
    ("state", "状态"),
    ("left", "剩余次数"),
    ("waiting", "待计量"),
    ("id", "编号"),
)


def _uses(host: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - a node
    """The data-uses that the read model knows, as they stand."""
    import sqlalchemy as sa

    from wusong.data.projection import uses as table

    with host.models.engine.connect() as connection:
        ids = connection.execute(sa.select(table.c.asset).order_by(table.c.created)).scalars().all()
    return _records(host, ids)


def _records(host: Host, ids: Iterable[str]) -> list[dict[str, Any]]:
    """Data-uses by id, as faces show them."""
    names = ("fields", "quantity", "roles", "state")
    standing = {one: leaf(host, one, USE) for one in ids}
    return [{"asset": one, **{name: getattr(use, name) for name in names}} for one, use in standing.items()]


def holds(tools: Tools, about: About) -> Said:
    """Who holds what of a product, an authorisation, a resource or a data-use."""
    found = holders.holders(tools.node, _records(tools.node, holders.candidates(tools.node, about)), about)
    names = tools.names()
    rows = [
        [
            names.get(one.user, one.user),
            one.purpose,
            one.state,
            str(one.calls),
            " ".join(file["mark"] for file in one.files),
            one.use,
        ]
        for one in found
    ]
    heads = [tools.say(*pair) for pair in _HOLDERS]
    lines = tools.table(rows, heads) if rows else [tools.say("Nobody holds anything.", "无人持有。")]
    return Said({"about": about, "holders": [one.to_json() for one in found]}, lines)


_HOLDERS: Final = (
    ("user", "使用方"),
    ("purpose", "用途"),
    ("state", "状态"),
    ("calls", "调用次数"),
    ("files", "领取文件标识"),
    ("data-use", "数据使用授权"),
)


def token(
    tools: Tools,
    use: Use,
    holder: Annotated[
        str,
        typer.Option(
            "--holder",
            help=both("Post or system that gets it; no person.", "持有岗位或者系统，不得填写自然人。"),
        ),
    ],
    days: Annotated[int, typer.Option("--days", help=both("How long it lasts.", "有效天数。"))] = 30,
    most: Annotated[
        int,
        typer.Option("--calls", help=both("At most; 0: as agreed.", "次数上限；0 为不另设限。")),
    ] = 0,
) -> Said:
    """Issue a token for a data-use, for its user. Raises DataError ``token-terms``."""
    user = leaf(tools.node, use, USE).roles["user"]
    secret, made = tokens.issue(tools.node, user, use, holder, days, most)
    lines = [
        secret,
        tools.say("Shown this once. Keep it where secrets are kept.", "仅显示一次，请妥善保管。"),
    ]
    return Said({"secret": secret, **made.to_json(0)}, lines)


def listed(tools: Tools, use: Use) -> Said:
    """The tokens of a data-use."""
    found = tokens.listed(tools.node, leaf(tools.node, use, USE).roles["user"], use)
    rows = [[one["holder"], _standing(tools, one), str(one["used"]), one["token"]] for one in found]
    heads = [tools.say(*pair) for pair in _TOKENS]
    lines = tools.table(rows, heads) if rows else [tools.say("No tokens.", "没有令牌。")]
    return Said({"tokens": found}, lines)


_TOKENS: Final = (("holder", "持有岗位"), ("state", "状态"), ("calls", "已用次数"), ("id", "编号"))


def _standing(tools: Tools, one: dict[str, Any]) -> str:
    if one["revoked"] is not None:
        return tools.say("revoked", "已撤销")
    if one["expires"] <= tools.node.ledger.now():
        return tools.say("expired", "已到期")
    return tools.say("valid", "有效")


def revoke(
    tools: Tools,
    use: Use,
    number: Annotated[str, typer.Argument(metavar="TOKEN", help=both("The token's number.", "令牌编号。"))],
) -> Said:
    """Revoke a token of a data-use. Raises DataError ``no-such-token``."""
    tokens.revoke(tools.node, leaf(tools.node, use, USE).roles["user"], number)
    return Said({"revoked": True, "token": number}, [tools.say("Revoked.", "已撤销。")])


def file(
    tools: Tools,
    use: Use,
    target: Annotated[
        Path,
        typer.Option("--out", "-o", help=both("A .csv or .xlsx.", "输出文件：.csv 或者 .xlsx。")),
    ],
    given: Given = None,
) -> Said:
    """Fetch the file of a data-use for its user, with its mark. Raises DataError."""
    demand_new(target)
    standing = leaf(tools.node, use, USE)
    parameters = _parameters(tools.node, standing.fields["product"], given or [])
    form = "xlsx" if target.suffix.lower() == ".xlsx" else "csv"
    made = delivery.deliver(tools.node, use, standing.roles["user"], form, parameters)
    write_new(target, made.content)
    data = {"digest": made.digest, "mark": made.mark, "number": made.number, "use": use}
    return Said(data, [tools.say(f"{target}: mark {made.mark}", f"{target}：标识 {made.mark}")])


def trace(
    tools: Tools,
    copy: Annotated[
        Path,
        typer.Argument(metavar="FILE", help=both("CSV or xlsx.", "发现的副本：CSV 或者 xlsx。")),
    ],
) -> Said:
    """For whom a copy was made. Raises DataError ``trace-unreadable``."""
    try:
        content = copy.read_bytes()
    except OSError as error:
        raise DataError("trace-unreadable", detail=str(error)) from None
    found = tracing.trace(tools.node, content)
    names = tools.names()
    rows = [
        [
            names.get(one.user, one.user),
            one.mark,
            f"{one.rows} / {found.rows}",
            f"{one.agreeing} / {one.pairs}" if one.pairs else "-",
            f"1 : {max(one.one_in, one.order_one_in):.0e}" if one.certain else "-",
            one.use,
        ]
        for one in found.copies
    ]
    heads = [tools.say(*pair) for pair in _TRACED]
    none = tools.say(
        "No mark of a file that this node handed over. That proves nothing: the column can be cut away and "
        "the rows sorted.",
        "未发现本节点所交付文件的标识。标识列可能已被删除、各行可能已被重新排序，此结果不构成证明。",
    )
    return Said(found.to_json(), tools.table(rows, heads) if rows else [none])


_TRACED: Final = (
    ("made for", "受领单位"),
    ("mark", "标识"),
    ("rows", "行数"),
    ("pairs in its order", "次序相符对数"),
    ("by chance", "偶合概率"),
    ("data-use", "数据使用授权"),
)
COMMANDS: Final = [
    *OFFERING,
    *ENDING,
    DomainCommand("call", both("Call a data product.", "调用数据产品。"), call),
    DomainCommand("uses", both("Data-uses, and what is left of them.", "数据使用授权及剩余次数。"), uses),
    DomainCommand("holders", both("Who holds what of a product.", "查询产品的持有情况。"), holds),
    DomainCommand("token", both("Issue a token to call with.", "签发调用令牌。"), token),
    DomainCommand("tokens", both("The tokens of a data-use.", "查看数据使用授权的令牌。"), listed),
    DomainCommand("revoke-token", both("Revoke a token.", "撤销调用令牌。"), revoke),
    DomainCommand("file", both("Fetch the file of a data-use.", "领取产品文件。"), file),
    DomainCommand("trace", both("For whom a leaked copy was made.", "追溯外流副本的受领单位。"), trace),
]
