"""``wusong bench`` as a command of its own: ``bench`` is ready for typer."""

from __future__ import annotations

import sys
from typing import Annotated

import msgspec
import typer

from wusong.bench import NAMES, run
from wusong.bench.text import footer, line, markdown

Only = Annotated[list[str] | None, typer.Option("--only", help=f"Take this figure: {', '.join(NAMES)}.")]
Json = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]
Quick = Annotated[
    bool, typer.Option("--quick", help="Small sizes: try the program; the values mean nothing.")
]
Markdown = Annotated[bool, typer.Option("--markdown", help="Print the table of docs/measurements.md.")]


def bench(only: Only = None, json: Json = False, quick: Quick = False, as_markdown: Markdown = False) -> None:
    """Measure this machine against the stated figures."""
    plain = not (json or as_markdown)
    try:
        report = run(only or (), (lambda figure: _say(line(figure))) if plain else None, quick=quick)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    if json:
        _say(msgspec.json.encode(report).decode())
    elif as_markdown:
        _say(markdown(report))
    else:
        for text in footer(report):
            _say(text)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    typer.run(bench)
