"""A progress bar on standard error, when somebody looks: only on a terminal, never with ``--json``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from wusong.cli.terminal import terminal


@contextmanager
def progress(text: str, total: int, *, size: bool = False) -> Iterator[Callable[[int], None]]:
    """Give a function that advances the bar. ``size``: the total is in bytes."""
    if terminal.get().json or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    count = DownloadColumn() if size else MofNCompleteColumn()
    columns = (TextColumn("{task.description}"), BarColumn(), count, TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(text, total=total)
        yield lambda step: bar.advance(task, step)
