"""The tree of commands, and one run of it.

* ``COMMANDS`` names every command with the module that has it; a module is imported when its command is
  typed, so that ``wusong --help`` is quick.
* Whatever goes wrong ends here: an error of ours explains itself, anything else becomes ``internal-error``
  with a reference, and the traceback goes to a file, never to the screen.
"""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import typer
import typer.main

from wusong.cli.terminal import COULD_NOT, UsageError, detect, emit_error, from_os, say, terminal
from wusong.cli.words import HEADING, Command, Group, both, entry, pick
from wusong.errors import WusongError
from wusong.i18n import choose

if TYPE_CHECKING:
    from collections.abc import Sequence


class Row(NamedTuple):
    """One command of the first level: where it is (``module:function`` or ``module:app``), and what it
    does.
    """

    place: str
    help: str


COMMANDS: Final[dict[str, Row]] = {
    "up": Row(
        "wusong.cli.running:up",
        both(
            "Start the node and its portal; found a trial network if there is none.",
            "启动节点和门户；尚无网络时先创建试用网络。",
        ),
    ),
    "init": Row("wusong.cli.running:init", both("Found a network with one node.", "创建单节点网络。")),
    "status": Row(
        "wusong.cli.running:status",
        both("Show the ledger, the parties and the node.", "查看账本、单位和节点状况。"),
    ),
    "sign-in": Row(
        "wusong.cli.running:sign_in",
        both("Print a one-time sign-in link for a person.", "为人员生成一次性登录链接。"),
    ),
    "doctor": Row(
        "wusong.cli.care:doctor",
        both(
            "Examine settings, keys, disk, clock, store and read models.",
            "检查设置、密钥、磁盘、时钟、存储和查询库。",
        ),
    ),
    "tour": Row(
        "wusong.cli.tools:tour",
        both(
            "Do the main job once, on a real table, with proofs at the end.",
            "以真实数据走完一遍主要业务，并导出证据。",
        ),
    ),
    "attest": Row(
        "wusong.cli.proving:attest",
        both(
            "Attest files and folders, with a receipt for each file.",
            "对文件和目录办理存证，每个文件一份回执。",
        ),
    ),
    "receipt": Row(
        "wusong.cli.proving:receipt",
        both("Make the receipts of files that were attested before.", "为已存证的文件生成回执。"),
    ),
    "verify": Row(
        "wusong.cli.verifying:verify",
        both(
            "Verify a bundle, or a file against its receipt, offline.", "离线核验证据包，或凭回执核验文件。"
        ),
    ),
    "party": Row(
        "wusong.cli.parties:app",
        both(
            "Parties: list, show, add, rotate keys, accredit, suspend.",
            "单位：列出、查看、准入、轮换密钥、资质准入、暂停。",
        ),
    ),
    "mandate": Row(
        "wusong.cli.mandates:app",
        both("Mandates: grant, pass on, revoke, list.", "委托权限：授予、转委托、撤销、列出。"),
    ),
    "calendar": Row(
        "wusong.cli.calendars:app",
        both("Calendars of working days: list, show, publish.", "工作日历：列出、查看、公布。"),
    ),
    "freeze": Row(
        "wusong.cli.freezes:app",
        both("Freezes of assets and parties: order, renew, lift, show.", "冻结：作出、续行、解冻、查看。"),
    ),
    "look-through": Row(
        "wusong.cli.looks:app",
        both("Look-throughs of supervisors: open, close, count.", "穿透监管：发起、结束、计数。"),
    ),
    "act": Row(
        "wusong.cli.acting:act",
        both("Take any action of any contract, as a signed deed.", "办理任一合约的任一操作（签署指令）。"),
    ),
    "pending": Row(
        "wusong.cli.pending:app",
        both(
            "Pending deeds: propose, list, show, sign, decline, withdraw.",
            "待签指令：发起、列出、查看、签署、拒签、撤回。",
        ),
    ),
    "todo": Row(
        "wusong.cli.todo:todo",
        both(
            "What the parties of this node have to do, by due time.",
            "查看本节点各单位的待办事项，按期限排序。",
        ),
    ),
    "asset": Row(
        "wusong.cli.assets:app",
        both("Assets: list, show, history, bundle.", "标的：列出、查看、历史、证据包。"),
    ),
    "deed": Row("wusong.cli.assets:deed_app", both("Deeds: show, bundle.", "指令：查看、证据包。")),
    "contract": Row(
        "wusong.cli.contracts:app",
        both("Contracts: list, show, check, install.", "合约：列出、查看、检查、发布。"),
    ),
    "data": Row(
        "wusong.cli.domains:data",
        both(
            "Public data: register, take in, offer, call, settle.", "公共数据：登记、接入、产品、调用、结算。"
        ),
    ),
    "trust": Row(
        "wusong.cli.assets:trust_app",
        both("The trust file that readers of this ledger's evidence need.", "核验本账本证据所需的信任文件。"),
    ),
    "witness": Row(
        "wusong.cli.witness:witness",
        both("Run a witness of other ledgers' logs (C2SP).", "运行见证服务，见证其他账本的日志（C2SP）。"),
    ),
    "witnesses": Row(
        "wusong.cli.witness:app",
        both("The witnesses of this ledger: list, add, ask.", "本账本的见证方：列出、添加、请求见证。"),
    ),
    "backup": Row(
        "wusong.cli.care:backup",
        both("Copy everything that cannot be rebuilt, with digests.", "备份全部不可重建的内容，并记录摘要。"),
    ),
    "restore": Row(
        "wusong.cli.care:restore",
        both("Restore a backup; settle what came after it.", "恢复备份，并确认备份之后的情况。"),
    ),
    "rebuild": Row(
        "wusong.cli.care:rebuild", both("Build the read models anew from the archive.", "从归档重建查询库。")
    ),
    "clock": Row(
        "wusong.cli.care:clock", both("Set the clock of a trial ledger forward.", "将试用账本的时钟拨快。")
    ),
    "bench": Row(
        "wusong.cli.tools:bench",
        both("Measure this machine against the stated figures.", "测量本机性能并与指标对照。"),
    ),
}
ABOUT: Final = both(
    "A node of a trusted data and trade network.\nBegin with: wusong up (without a portal: wusong tour)",
    "可信数据与贸易网络的节点。\n请从 wusong up 开始（不用门户时：wusong tour）。",
)


class Root(Group):
    """The first level; the rest is imported when it is wanted."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the base class's signature
        """All commands, in the order in which one needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - as above
        """Import a command's module."""
        return load(cmd_name) if cmd_name in COMMANDS else None

    def heading(self, ctx: Any, name: str) -> str:  # noqa: ARG002 - as above
        """All of them stand under one, and none is imported to find out."""
        return HEADING

    def summary(self, ctx: Any, name: str) -> str:  # noqa: ARG002 - as above
        """What a command does, without importing it."""
        return pick(COMMANDS[name].help, terminal.get().lang)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that was typed. Raises UsageError ``unknown-command``."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = ", ".join(get_close_matches(args[0], COMMANDS, 3))
            raise UsageError(
                "unknown-command", name=args[0], near=near and f"{say('Did you mean', '是否指')} {near}?"
            )
        return super().resolve_command(ctx, args)


def load(name: str) -> Any:
    """A command of the first level, as typer runs it."""
    row = COMMANDS[name]
    module, _, attribute = row.place.partition(":")
    found = getattr(import_module(module), attribute)
    if not isinstance(found, typer.Typer):
        app = typer.Typer(add_completion=False, rich_markup_mode=None)
        app.command(name, cls=Command, help=row.help)(entry(found))
        found = app
    command = typer.main.get_command(found)
    command.name = name
    return command


def root() -> Root:
    """The whole tree."""
    return Root(
        name="wusong", help=ABOUT, no_args_is_help=False, invoke_without_command=False, rich_markup_mode=None
    )


def run(arguments: Sequence[str]) -> int:
    """Carry out what was typed; gives the exit status, and raises nothing."""
    token = terminal.set(detect(arguments))
    try:
        return _run(list(arguments))
    except WusongError as error:
        return emit_error(error)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return COULD_NOT
    except OSError as error:
        return emit_error(from_os(error))
    except KeyboardInterrupt:
        return emit_error(UsageError("interrupted"))
    except Exception as error:  # noqa: BLE001 - nobody shall see a traceback
        return emit_error(_explained(error))
    finally:
        terminal.reset(token)


def _run(arguments: list[str]) -> int:
    status = root().main(_bare(arguments) or ["--help"], prog_name="wusong", standalone_mode=False)
    return status if isinstance(status, int) else 0


def _bare(arguments: list[str]) -> list[str]:
    """What was typed without ``--json`` and ``--lang``, which ``detect`` has taken: they may stand anywhere.

    Raises UsageError ``bad-argument``.
    """
    end = arguments.index("--") if "--" in arguments else len(arguments)
    kept, words = [], iter(arguments[:end])
    for word in words:
        if word == "--lang" or word.startswith("--lang="):
            lang = next(words, "") if word == "--lang" else word.removeprefix("--lang=")
            if choose(lang) is None:
                raise UsageError("bad-argument", name="--lang", detail="zh | en")
        elif word != "--json":
            kept.append(word)
    return [*kept, *arguments[end:]]


def _explained(error: Exception) -> WusongError:
    """An error of the parser as one of ours; anything else is a defect, with its traceback in a file."""
    if hasattr(error, "format_message"):
        return _usage(error)
    return WusongError("internal-error", reference=_note(error))


def _usage(error: Any) -> UsageError:
    """What the parser found wrong, as one of our codes."""
    kind = type(error).__name__
    name = getattr(error, "option_name", None) or _name_of(error)
    if kind == "NoSuchOption":
        return UsageError("unknown-option", name=name)
    if kind == "MissingParameter":
        return UsageError("missing-argument", name=name)
    if kind == "BadParameter" and name:
        return UsageError("bad-argument", name=name, detail=_wanted(error))
    return UsageError("bad-usage", detail=str(error.format_message()) or kind)


def _wanted(error: Any) -> str:
    """What the argument should be, in the reader's language."""
    kind = getattr(getattr(getattr(error, "param", None), "type", None), "name", "")
    if kind.startswith("integer"):
        return say("A whole number.", "应为整数。")
    return pick(str(error.message), terminal.get().lang)


def _name_of(error: Any) -> str:
    param = getattr(error, "param", None)
    if param is None:
        return str(getattr(error, "param_hint", "") or "")
    return str(max(param.opts, key=len) if param.param_type_name == "option" else param.metavar or param.name)


def _note(error: BaseException) -> str:
    """Write the traceback to a file of its own; gives the reference under which it is found."""
    folder = Path(tempfile.gettempdir())
    with tempfile.NamedTemporaryFile(
        "w", prefix="wusong-", suffix=".log", dir=folder, delete=False, encoding="utf-8"
    ) as file:
        file.writelines(traceback.format_exception(error))
    return file.name


__all__ = ["COMMANDS", "root", "run"]
