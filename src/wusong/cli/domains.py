"""The commands that the domains bring (:mod:`wusong.commands`), as the terminal runs them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from wusong.cli.naming import names_of, party_of
from wusong.cli.opening import opened
from wusong.cli.progress import progress
from wusong.cli.reading import among
from wusong.cli.terminal import Said, pairs, say, table, terminal
from wusong.cli.words import Home, both, command, group
from wusong.i18n import pick

if TYPE_CHECKING:
    from pathlib import Path

    import typer

    from wusong.commands import DomainCommand
    from wusong.errors import Lang
    from wusong.node.node import Node


@dataclass(frozen=True, slots=True)
class Hand:
    """The terminal's hand (``wusong.commands.Tools``)."""

    open: Callable[[], Node] | None

    @property
    def node(self) -> Node:
        """The node. Raises RuntimeError where the command said that it opens none: a defect of it."""
        if self.open is None:
            raise RuntimeError
        return self.open()

    @property
    def lang(self) -> Lang:
        """The language of what is said."""
        return terminal.get().lang

    def say(self, en: str, zh: str) -> str:
        """The text in that language."""
        return say(en, zh)

    def party(self, given: str) -> str:
        """The DID of the party that is meant. Raises UsageError ``ambiguous-party``."""
        return party_of(self.node, given)

    def names(self) -> dict[str, str]:
        """The name of every party by its DID."""
        return names_of(self.node)

    def standing(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """These records, as they stand now."""
        return among(self.node, ids)

    def table(self, rows: Sequence[Sequence[str]], heads: Sequence[str]) -> list[str]:
        """Rows in columns, as lines."""
        return table(rows, heads)

    def pairs(self, items: Sequence[tuple[str, str]]) -> list[str]:
        """Names and values, as lines."""
        return pairs(items)

    def money(self, cents: int) -> str:
        """An amount in minor units as people read it."""
        return f"{'-' if cents < 0 else ''}{abs(cents) // 100:,}.{abs(cents) % 100:02}"

    def progress(self, text: str, total: int) -> AbstractContextManager[Callable[[int], None]]:
        """A bar on a terminal."""
        return progress(text, total)


def __getattr__(name: str) -> typer.Typer:
    """The group of the domain with this name."""
    from wusong.node.domains import domains

    for domain in domains():
        if domain.name == name and hasattr(domain, "commands"):
            return _group(domain.title, domain.commands())
    raise AttributeError(name)


def _group(title: dict[str, str], commands: Sequence[DomainCommand]) -> typer.Typer:
    app = group(both(title["en"] + ".", title["zh"] + "。"))
    for one in commands:
        command(app, one.name, one.help, one.heading)(_entry(one))
    return app


def _entry(one: DomainCommand) -> Callable[..., Said]:
    """What typer reads: the command without its ``tools``, and the node's folder if it opens one."""
    signature = inspect.signature(one.run, eval_str=True)
    own = [*signature.parameters.values()][1:]

    def run(home: Path | None = None, **values: Any) -> Said:
        with ExitStack() as stack:
            if one.opens == "nothing":
                return one.run(Hand(None), **values)
            what = pick(one.help, "en")
            node = cache(lambda: stack.enter_context(opened(home, what, beside=one.opens != "node")))
            if one.opens != "asked":
                node()
            return one.run(Hand(node), **values)

    where = inspect.Parameter("home", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Home)
    params = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own]
    if one.opens != "nothing":
        params.append(where)
    run.__signature__ = signature.replace(parameters=params, return_annotation=Said)  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in params}
    run.__name__, run.__doc__ = one.run.__name__, one.run.__doc__
    return run
