"""``wusong data decline | name-recipients | stop | terminate``: what becomes of a data-use."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from wusong.commands import DomainCommand, Said, Tools, both, option
from wusong.data.host import Done, leaf
from wusong.data.products import service
from wusong.data.products.permits import USE

__all__ = ["COMMANDS"]

Use = Annotated[str, typer.Argument(metavar="USE", help=both("The data-use.", "数据使用授权编号。"))]
Reason = Annotated[str, option("--reason", "Why.", "理由。")]
Recipients = Annotated[
    list[str] | None,
    option(
        "--recipient",
        "Who may call: a post or system with a token, the thumbprint of a key, portal, terminal.",
        "允许的调用人：持有令牌的岗位或者系统、密钥指纹、portal、terminal。",
        "NAME",
    ),
]


def decline(tools: Tools, use: Use, reason: Reason) -> Said:
    """The operator does not approve, with reasons. Raises DeedError."""
    return _done(tools, use, service.decline(tools.node, _side(tools, use, "operator"), use, reason))


def stop(tools: Tools, use: Use) -> Said:
    """The user stops; what was called before is still metered. Raises DeedError."""
    return _done(tools, use, service.stop(tools.node, _side(tools, use, "user"), use))


def terminate(tools: Tools, use: Use, reason: Reason) -> Said:
    """The operator meters what was called, and ends the use. Raises DeedError."""
    return _done(tools, use, service.terminate(tools.node, _side(tools, use, "operator"), use, reason))


def name_recipients(tools: Tools, use: Use, recipient: Recipients = None) -> Said:
    """User and operator change who may call. Raises NodeError ``no-key`` when one of them is elsewhere: then
    it is proposed (``wusong pending``).
    """
    return _done(tools, use, service.name_recipients(tools.node, use, recipient or []))


def _side(tools: Tools, use: str, role: str) -> str:
    return leaf(tools.node, use, USE).roles[role]


def _done(tools: Tools, use: str, done: Done) -> Said:
    standing = leaf(tools.node, use, USE)
    data = {"deed": done.deed, "state": standing.state, "use": use}
    if "recipients" in standing.fields:
        data["recipients"] = standing.fields["recipients"]
    return Said(data, [tools.say(f"Done: {standing.state}.", f"已办理：{standing.state}。")])


COMMANDS: Final = [
    DomainCommand("decline", both("Decline an application.", "不予批准使用申请。"), decline),
    DomainCommand("name-recipients", both("Change who may call.", "变更允许的调用人。"), name_recipients),
    DomainCommand("stop", both("Stop a use.", "停止使用。"), stop),
    DomainCommand("terminate", both("End a use.", "终止使用。"), terminate),
]
