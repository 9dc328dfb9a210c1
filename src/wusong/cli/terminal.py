"""What a command says, and how: text for people, JSON for programs, errors that explain themselves.

* With ``--json`` standard output is one line of JSON with sorted names: the command's data, or ``{"error":
  {...}}`` with ``code``, ``what``, ``why``, ``do`` and ``data``.
* What is printed is UTF-8 whatever the locale, and its JSON is valid whatever a file is called.
* Without it, results go to standard output, errors to standard error.
* Texts shown to people carry no control characters: names come from other parties.
"""

from __future__ import annotations

import json
import os
import sys
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wusong.commands import DONE as DONE  # noqa: PLC0414 - commands import it from here
from wusong.commands import Said as Said  # noqa: PLC0414
from wusong.errors import (
    CryptoError,
    NodeError,
    StoreError,
    VaultError,
    WusongError,
)
from wusong.i18n import choose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wusong.errors import Lang

REFUSED: Final = 1
COULD_NOT: Final = 2
_COULD_NOT: Final = (NodeError, StoreError, VaultError, CryptoError)


class UsageError(WusongError):
    """What was typed cannot be carried out."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """How this run of the command speaks."""

    json: bool = False
    lang: Lang = "en"

    def say(self, en: str, zh: str) -> str:
        """The text in this terminal's language."""
        return zh if self.lang == "zh" else en


_PLAIN: Final = Terminal()
terminal: Final[ContextVar[Terminal]] = ContextVar("terminal", default=_PLAIN)


def say(en: str, zh: str) -> str:
    """The text in the language of this run."""
    return terminal.get().say(en, zh)


def detect(arguments: Sequence[str]) -> Terminal:
    """How to speak, from what was typed and the environment; the last ``--lang`` counts."""
    typed = list(arguments)[: arguments.index("--") if "--" in arguments else None]
    lang = choose(os.environ.get("WUSONG_LANG")) or _of_locale()
    for at, word in enumerate(typed):
        if word == "--lang" and at + 1 < len(typed):
            lang = choose(typed[at + 1]) or lang
        elif word.startswith("--lang="):
            lang = choose(word.removeprefix("--lang=")) or lang
    return Terminal("--json" in typed, lang)


def _of_locale() -> Lang:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return choose(os.environ[name]) or "en"
    return "en"


def emit(said: Said) -> int:
    """Print a result; gives the exit status."""
    if terminal.get().json:
        write(to_json(said.data))
    else:
        for line in said.lines:
            write(line)
    return said.status


def emit_error(error: WusongError) -> int:
    """Print an error; gives the exit status."""
    speaking = terminal.get()
    told = error.explain(speaking.lang)
    if speaking.json:
        body = {
            "code": error.code,
            "data": _plain(error.data),
            "do": told.do,
            "what": told.what,
            "why": told.why,
        }
        write(to_json({"error": body}))
    else:
        write(clean(f"{told.what} [{error.code}]"), sys.stderr)
        for line in dict.fromkeys(part.strip() for part in (told.why, told.do) if part.strip()):
            write(clean(f"  {line}"), sys.stderr)
    return status_of(error)


def status_of(error: WusongError) -> int:
    """1 when a rule refused, 2 when it could not be tried."""
    return (
        COULD_NOT
        if isinstance(error, (*_COULD_NOT, UsageError)) or error.code == "internal-error"
        else REFUSED
    )


def from_os(error: OSError) -> UsageError:
    """An operating system's error as one of ours."""
    path = error.filename if isinstance(error.filename, str | Path) else "-"
    return UsageError("cannot-read-path", path=str(path), detail=error.strerror or type(error).__name__)


def to_json(value: Any) -> str:
    """One line, names sorted."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def clean(text: str) -> str:
    """Text without anything that a terminal would take for a command."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def table(rows: Sequence[Sequence[str]], heads: Sequence[str]) -> list[str]:
    """Rows in columns, as wide as they need; Chinese characters count double."""
    whole = [tuple(heads), *(tuple(clean(cell) for cell in row) for row in rows)]
    widths = [max(_width(row[at]) for row in whole) for at in range(len(heads))]
    return [
        "  ".join(cell + " " * (wide - _width(cell)) for cell, wide in zip(row, widths, strict=True)).rstrip()
        for row in whole
    ]


def pairs(items: Sequence[tuple[str, str]]) -> list[str]:
    """Names and values, values in one column."""
    wide = max((_width(name) for name, _ in items), default=0)
    return [f"{name}{' ' * (wide - _width(name))}  {clean(value)}" for name, value in items]


def _width(text: str) -> int:
    import unicodedata

    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=str))


def write(line: str, stream: Any = None) -> None:
    """A line in UTF-8 whatever the locale. What is not text (a name of bytes) is shown by an escape that JSON
    reads as such.
    """
    chosen = sys.stdout if stream is None else stream
    data = (line + "\n").encode("utf-8", "backslashreplace")
    raw = getattr(chosen, "buffer", None)
    if raw is None:
        chosen.write(data.decode("utf-8"))
    else:
        chosen.flush()
        raw.write(data)
    chosen.flush()
