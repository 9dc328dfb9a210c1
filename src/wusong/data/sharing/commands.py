"""``wusong data`` sharing, ask-sharing, act-on-sharing, deliver-shared, correct-shared, ask-correction,
fetch-shared, check-shared, sharing-counts: in the terminal.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final

import sqlalchemy as sa
import typer

from wusong.commands import DomainCommand, Said, Tools, both, day, demand_new, option, write_new
from wusong.data import contents
from wusong.data.brought import brought
from wusong.data.host import Done
from wusong.data.money.standing import now
from wusong.data.sharing import comparing, copies, handing, listing, service, supervision
from wusong.data.sharing.projection import sharings
from wusong.data.sharing.service import SHARING, Request
from wusong.errors import DataError

__all__ = ["COMMANDS"]

Asset = Annotated[str, typer.Argument(metavar="ID", help=both("The request's number.", "共享申请编号。"))]
File = Annotated[Path, typer.Argument(metavar="FILE", help=both("The file.", "文件。"))]
Action = Annotated[
    str,
    typer.Argument(
        metavar="ACTION",
        help=both(
            "accept, consent, refuse, stop; escalate, give-feedback, end, dispose, withdraw; "
            "extend, direct, reject.",
            "accept 受理、consent 同意、refuse 不同意、stop 停止共享；escalate 提请协调、"
            "give-feedback 反馈、end 终止、"
            "dispose 报告处置、withdraw 撤回；extend 同意延期、direct 决定共享、reject 决定不予共享。",
        ),
    ),
]
As = Annotated[str, option("--as", "Who acts: DID or name.", "办理单位：DID 或名称。", "PARTY")]
Mine = Annotated[str, option("--as", "Only this party's.", "仅列出该单位的申请。", "PARTY")]
Centre = Annotated[str, option("--to", "The coordinating body.", "统筹协调机构。", "PARTY")]
Resource = Annotated[str, option("--resource", "A registered resource.", "已登记的公共数据资源编号。", "ID")]
From = Annotated[
    str, option("--return-from", "Return flow: from this department.", "申请回流：提供部门。", "PARTY")
]
Matter = Annotated[str, option("--matter", "The data asked for.", "申请数据内容。")]
Purpose = Annotated[str, option("--purpose", "The purpose.", "使用目的及场景。")]
Duty = Annotated[str, option("--duty", "Legal basis of the duty.", "履职依据。")]
Until = Annotated[int, option("--until", "Used until.", "使用截止日。", "DAY", parser=day)]
Text = Annotated[str, option("--text", "Reasons, conditions or report.", "理由、共享条件或者情况说明。")]
Ground = Annotated[
    str,
    option(
        "--ground",
        "Of a refusal: law-forbids, beyond-duty, not-held, security-risk.",
        "不同意的事由：law-forbids 法律法规禁止、beyond-duty 超出履职需要、not-held 未掌握、"
        "security-risk 安全风险。",
    ),
]
Cause = Annotated[
    str,
    option(
        "--cause",
        "Of a stop: law-changed, security-risk, misuse.",
        "停止共享的事由：law-changed 法律法规修改、security-risk 安全风险、misuse 超出约定目的使用。",
    ),
]
Remark = Annotated[str, option("--remark", "Result of the check.", "校核结果。")]
Table = Annotated[Path | None, option("--table", "A corrected table.", "更正后的数据表。", "FILE")]
Wrong = Annotated[str, option("--wrong", "What is wrong, and why.", "疑义或者错误情况。")]
Salt = Annotated[str, option("--salt", "The salt that came with it.", "随文件移交的盐值。", "HEX")]
Out = Annotated[Path, option("--out", "Write the file here.", "将文件写入该路径。", "FILE.csv")]
Save = Annotated[Path | None, option("--out", "Write the table here.", "将统计表写入该文件。", "FILE.csv")]
_PARTS: Final = {
    "provider": "to answer|待答复",
    "applicant": "asked|已申请",
    "coordinator": "coordinated|统筹协调",
}


def sharing(tools: Tools, as_: Mine = "") -> Said:
    """Requests for sharing, overdue first, with the working days that are left."""
    names, party = tools.names(), tools.party(as_) if as_ else ""
    records = tools.standing(_ids(tools))
    parties = [party] if party else sorted({did for one in records for did in one["roles"].values()})
    found = [line for one in parties for line in listing.lines(tools.node, one, records)]
    if not party:  # each once, as its provider sees it
        found = [line for line in found if line.part == "provider"]
    rows = [_row(tools, line, names) for line in found]
    heads = (("part", "办理"), ("data", "申请内容"), ("provider", "提供部门"), ("applicant", "需求部门"))
    more = (("state", "状态"), ("working days", "剩余工作日"), ("id", "编号"))
    none = [tools.say("No requests.", "暂无共享申请。")]
    lines = tools.table(rows, [tools.say(*pair) for pair in (*heads, *more)]) if rows else none
    return Said({"sharing": [line.to_json() for line in found]}, lines)


def _ids(tools: Tools) -> list[str]:
    with tools.node.models.engine.connect() as connection:
        query = sa.select(sharings.c.asset).order_by(sharings.c.applied, sharings.c.asset)
        return list(connection.execute(query).scalars())


def _row(tools: Tools, line: listing.Line, names: dict[str, str]) -> list[str]:
    roles, fields = line.record["roles"], line.record["fields"]
    left = "" if not line.due or line.due[0].left is None else str(line.due[0].left)
    part = tools.say(*_PARTS[line.part].split("|"))
    parties = [names.get(roles[role], roles[role]) for role in ("provider", "applicant")]
    return [part, fields["matter"], *parties, line.record["state"], left, line.record["asset"]]


def ask(
    tools: Tools,
    as_: As,
    to: Centre,
    matter: Matter,
    purpose: Purpose,
    duty: Duty,
    until: Until,
    resource: Resource = "",
    return_from: From = "",
) -> Said:
    """Ask for the sharing of a resource, or for return flow. Raises DataError, DeedError."""
    party = tools.party(as_)
    request = Request(tools.party(to), matter, purpose, duty, until)
    if return_from:
        done = service.apply_return(tools.node, party, tools.party(return_from), request, resource)
    else:
        done = service.apply(tools.node, party, resource, request)
    return Said({"asset": done.asset, "deed": done.deed}, [tools.say("Applied.", "已申请。"), done.asset])


_SAY: Final[dict[str, tuple[str, Callable[..., Done]]]] = {
    "accept": ("provider", service.accept),
    "consent": ("provider", service.consent),
    "refuse": ("provider", service.refuse),
    "stop": ("provider", service.stop),
    "escalate": ("applicant", service.escalate),
    "give-feedback": ("applicant", service.give_feedback),
    "end": ("applicant", service.end),
    "dispose": ("applicant", service.dispose),
    "withdraw": ("applicant", service.withdraw),
    "extend": ("coordinator", service.extend),
    "direct": ("coordinator", service.direct),
    "reject": ("coordinator", service.reject),
}
_WORDLESS: Final = ("accept", "end", "withdraw")


def act(
    tools: Tools, asset: Asset, action: Action, text: Text = "", ground: Ground = "", cause: Cause = ""
) -> Said:
    """Take the next step of a request as whoever stands in the role that takes it."""
    if action not in _SAY:
        raise DataError("sharing-unknown-action", action=action, known=", ".join(_SAY))
    role, work = _SAY[action]
    before = {"refuse": [ground], "stop": [cause]}.get(action, [])
    said = [] if action in _WORDLESS else [*before, text]
    done = work(tools.node, _role(tools, asset, role), asset, *said)
    return _done(tools, asset, done)


def deliver(tools: Tools, asset: Asset, table: File) -> Said:
    """Deliver a table; the copy names its receiver. Raises DataError ``sharing-columns-undecided``."""
    party = _role(tools, asset, "provider")
    content = _bring(tools, party, table)
    shown = copies.picture(tools.node, party, content)
    differs = _differs(tools, party, asset, shown)
    done = service.deliver(tools.node, party, asset, content)
    said = _done(tools, asset, done)
    fates = {name: list(getattr(shown, name)) for name in ("kept", "masked", "removed")}
    if differs is None:
        return Said({**said.data, **fates, "content": content}, said.lines)
    missing, more = "、".join(differs.missing) or "—", "、".join(differs.more) or "—"
    warning = tools.say(
        f"The columns are not those of the registered resource: missing {missing}; not registered {more}.",
        f"此表字段与登记资源的字段不一致：缺少 {missing}；登记中没有 {more}。",
    )
    return Said({**said.data, **fates, **differs.to_json(), "content": content}, [*said.lines, warning])


def _differs(tools: Tools, party: str, asset: str, shown: copies.Picture) -> comparing.Difference | None:
    resource = str(now(tools.node, asset, service.SHARING).fields.get("resource", ""))
    return comparing.difference(tools.node, party, resource, shown.profile)


def correct(tools: Tools, asset: Asset, remark: Remark, table: Table = None) -> Said:
    """Answer a request for correction, with a new copy where the data were wrong."""
    party = _role(tools, asset, "provider")
    content = "" if table is None else _bring(tools, party, table)
    return _done(tools, asset, service.correct(tools.node, party, asset, remark, content))


def ask_correction(tools: Tools, asset: Asset, wrong: Wrong) -> Said:
    """Say what is wrong with what was delivered; it stays in the vault."""
    if not wrong.strip():
        raise DataError("sharing-wrong-unsaid")
    party = _role(tools, asset, "applicant")
    return _done(tools, asset, service.request_correction(tools.node, party, asset, wrong.strip().encode()))


def fetch(tools: Tools, asset: Asset, as_: As, out: Out) -> Said:
    """Write what was delivered into a file, with the salt that opens the commitment to it."""
    demand_new(out)
    handed = handing.copy_for(tools.node, tools.party(as_), asset)
    write_new(out, handed.content)
    lines = [str(out), tools.say(f"Salt: {handed.opening['salt']}", f"盐值：{handed.opening['salt']}")]
    return Said({**handed.opening, "file": str(out)}, lines)


def check(tools: Tools, asset: Asset, file: File, salt: Salt) -> Said:
    """Whether a file that came by hand is what the record commits to. Status 1 when it is not."""
    agrees = handing.check(tools.node, asset, file.read_bytes(), salt)
    yes = tools.say("The file is what was committed to.", "文件与账本记载一致。")
    no = tools.say("The file is not what was committed to.", "文件与账本记载不一致。")
    return Said({"agrees": agrees}, [yes if agrees else no], 0 if agrees else 1)


def counted(tools: Tools, as_: As, out: Save = None) -> Said:
    """Counts by department of the requests that name the party as coordinating body."""
    demand_new(out)
    found, names = supervision.counts(tools.node, tools.party(as_)), tools.names()
    if out is not None:
        write_new(out, supervision.as_csv(found, names))
    numbers = ("requests", "in_time", "late", "unanswered", "waiting")
    rows = [
        [names.get(one.provider, one.provider), *(str(getattr(one, name)) for name in numbers)]
        for one in found
    ]
    heads = [
        tools.say("department", "提供部门"),
        tools.say("requests", "申请件数"),
        tools.say("in time", "按期答复"),
        tools.say("late", "逾期答复"),
        tools.say("never answered", "逾期未答复"),
        tools.say("time runs", "答复期内"),
    ]
    lines = tools.table(rows, heads) if rows else [tools.say("No requests.", "暂无共享申请。")]
    return Said({"counts": supervision.to_json(found)}, lines)


def _role(tools: Tools, asset: str, role: str) -> str:
    """Who stands in a role of a request."""
    return now(tools.node, asset, SHARING).roles[role]


def _bring(tools: Tools, party: str, table: Path) -> str:
    with table.open("rb") as stream:
        commitment = contents.put(tools.node.vault, stream).commitment
    brought(tools.node).note(party, commitment)
    return commitment


def _done(tools: Tools, asset: str, done: Done) -> Said:
    state = now(tools.node, asset, SHARING).state
    data: dict[str, Any] = {"asset": asset, "deed": done.deed, "state": state}
    return Said(data, [tools.say(f"Done; the request stands at: {state}.", f"已办理，当前状态：{state}。")])


COMMANDS: Final = [
    DomainCommand("sharing", both("Requests for sharing and what is due.", "共享申请及办理时限。"), sharing),
    DomainCommand("ask-sharing", both("Ask for sharing or return flow.", "申请共享或者回流。"), ask),
    DomainCommand("act-on-sharing", both("Take the next step of a request.", "办理下一步骤。"), act),
    DomainCommand("deliver-shared", both("Deliver a table.", "交付数据表。"), deliver),
    DomainCommand("correct-shared", both("Answer a request for correction.", "校核反馈。"), correct),
    DomainCommand("ask-correction", both("Ask for correction.", "申请校核。"), ask_correction),
    DomainCommand("fetch-shared", both("Fetch what was delivered.", "领取交付的数据。"), fetch),
    DomainCommand(
        "check-shared", both("Check a file that came by hand.", "核对移交的文件。"), check
    ),
    DomainCommand(
        "sharing-counts", both("Counts by department.", "按部门统计共享办理情况。"), counted
    ),
]  # fmt: skip
