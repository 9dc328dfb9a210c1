"""Help in two languages, and the form that every command has.

* ``both(en, zh)`` is one help text; ``pick`` shows the part that the reader wants (:mod:`wusong.i18n`).
* ``@command`` gives a function the options that every command takes, and prints what it returns.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from wusong.cli.terminal import Said, emit, say, terminal
from wusong.i18n import both, pick

__all__ = ["HEADING", "Command", "Group", "Home", "both", "command", "entry", "group", "pick"]

Home = Annotated[
    Path | None,
    typer.Option(
        "--home",
        metavar="DIR",
        help=both(
            "The node's folder (else WUSONG_HOME, else ./wusong-node).",
            "节点目录（默认取 WUSONG_HOME，其次为 ./wusong-node）。",
        ),
    ),
]
_JSON = Annotated[bool, typer.Option("--json", help=both("Answer in JSON.", "以 JSON 输出结果。"))]
_LANG = Annotated[
    str, typer.Option("--lang", metavar="zh|en", help=both("Language of what is said.", "输出语言。"))
]
HEADING: Final = both("Commands", "命令")
_COMMON: Final = {"json_": (_JSON, False), "lang_": (_LANG, "")}


class Command(TyperCommand):
    """A command whose help is in the reader's language."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write usage, what it does, arguments, options."""
        _format(self, ctx, formatter, {})


class Group(TyperGroup):
    """A group of commands whose help is in the reader's language."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write usage, what it does, its commands under their headings, options."""
        commands: dict[str, list[tuple[str, str]]] = {}
        for name in self.list_commands(ctx):
            commands.setdefault(self.heading(ctx, name), []).append((name, self.summary(ctx, name)))
        _format(self, ctx, formatter, commands)

    def heading(self, ctx: Any, name: str) -> str:
        """Under which heading a command stands."""
        return getattr(self.get_command(ctx, name), "rich_help_panel", None) or HEADING

    def summary(self, ctx: Any, name: str) -> str:
        """What a command of the group does, in one line."""
        found = self.get_command(ctx, name)
        return pick(found.help if found else "", terminal.get().lang)


def group(help_: str) -> typer.Typer:
    """A new group of commands."""
    app = typer.Typer(
        cls=Group, help=help_, no_args_is_help=False, add_completion=False, rich_markup_mode=None
    )
    app.callback(cls=Group, help=help_)(_nothing)
    return app


def _nothing() -> None:
    """A group does nothing by itself."""


def command(
    app: typer.Typer, name: str, help_: str, heading: str = ""
) -> Callable[[Callable[..., Said]], Callable[..., Said]]:
    """Make a function that gives ``Said`` a command of ``app``, listed under a heading."""

    def register(function: Callable[..., Said]) -> Callable[..., Said]:
        app.command(name, cls=Command, help=help_, rich_help_panel=heading or None)(entry(function))
        return function

    return register


def entry(function: Callable[..., Said]) -> Callable[..., int]:
    """``function`` with the options that every command takes; prints what it returns."""
    signature = inspect.signature(function, eval_str=True)
    common = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        for name, (kind, default) in _COMMON.items()
    ]
    given = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in signature.parameters.values()]

    def run(**values: Any) -> int:
        for name in _COMMON:
            values.pop(name, None)
        return emit(function(**values))

    run.__signature__ = signature.replace(parameters=[*given, *common], return_annotation=int)  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in (*given, *common)}
    run.__name__, run.__doc__ = function.__name__, function.__doc__
    return run


def _format(command: Any, ctx: Any, formatter: Any, commands: dict[str, list[tuple[str, str]]]) -> None:
    lang = terminal.get().lang
    params = [param for param in command.get_params(ctx) if param.name != "help"]
    arguments = [(_metavar(p), pick(p.help, lang)) for p in params if p.param_type_name == "argument"]
    words = [name for name, _ in arguments] or (["COMMAND"] if commands else [])
    formatter.write(" ".join([f"{say('Usage', '用法')}: {ctx.command_path}", "[OPTIONS]", *words]) + "\n\n")
    for line in pick(command.help, lang).splitlines():
        formatter.write(f"  {line}\n" if line else "\n")
    options = [
        ((p.get_help_record(ctx) or ("", ""))[0], pick(p.help, lang))
        for p in params
        if p.param_type_name != "argument" and not p.hidden
    ]
    options.append(("--help", say("Show this and stop.", "显示本说明。")))
    wide = max((len(name) for rows in commands.values() for name, _ in rows), default=0)
    for title, rows, least in (
        *((pick(heading, lang), rows, wide) for heading, rows in commands.items()),
        (say("Arguments", "参数"), arguments, 0),
        (say("Options", "选项"), options, 0),
    ):
        if rows:
            formatter.write(f"\n{title}:\n")
            most = max(least, *(len(name) for name, _ in rows))
            formatter.write("".join(_row(name, text, most) for name, text in rows))


def _metavar(param: Any) -> str:
    return str(param.metavar or param.name)


def _row(name: str, text: str, wide: int) -> str:
    return f"  {name:<{min(wide, 30)}}  {text}\n" if len(name) <= 30 else f"  {name}\n{'':34}{text}\n"
