"""Documents made of marked text: headings, paragraphs, lists; as lines for a terminal, as Markdown, as HTML.

* A text may hold code and strong words, between control characters that no page can hold.
* Nothing that a page says can be taken for markup: HTML and Markdown are escaped here.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

_CODE: Final = ("\x02", "\x03")
_STRONG: Final = ("\x04", "\x05")
_MARKS: Final = re.compile("[\x02-\x05]")
_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]<>#|~])")
_PIECES: Final = re.compile(r"[“‘（《〔]*(?:[!-~]+[”’]? ?|[^ -~]| )")
_NO_LINE_START: Final = frozenset("，。、；：？！）》」』”’〕】,.;:?!)]")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of ``level`` 1 (the document), 2 (a section) or 3."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``anchor`` is its place in an HTML page."""

    text: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of items."""

    items: tuple[str, ...]


Block: TypeAlias = Heading | Paragraph | Bullets


def code(text: str) -> str:
    """``text`` as code."""
    return f"{_CODE[0]}{text}{_CODE[1]}"


def strong(text: str) -> str:
    """``text`` as strong."""
    return f"{_STRONG[0]}{text}{_STRONG[1]}"


def bare(text: str) -> str:
    """A text without its marks."""
    return _MARKS.sub("", text)


# -- for a terminal --------


def as_lines(blocks: Iterable[Block], width: int = 100) -> list[str]:
    """The document in lines of at most ``width`` columns; Chinese characters take two."""
    lines: list[str] = []
    for block in blocks:
        match block:
            case Heading(text, level):
                head = wrapped(bare(text), width)
                lines += ["", *head, *(["=" * max(map(columns, head))] if level == 1 else [])]
            case Paragraph(text):
                lines += wrapped(bare(text), width)
            case Bullets(items):
                for item in items:
                    first, *rest = wrapped(bare(item), width - 2)
                    lines += [f"- {first}", *(f"  {line}" for line in rest)]
    return lines[1:] if lines and not lines[0] else lines


def columns(text: str) -> int:
    """How many columns a text takes; what is wide, or quoted as Chinese does, takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)


def wrapped(text: str, width: int) -> list[str]:
    """A text in lines of at most ``width`` columns. Words stay whole; no line begins with a stop."""
    lines, line = [], ""
    for piece in _PIECES.findall(text):
        if columns(line + piece.rstrip()) > width and piece.strip() and piece[0] not in _NO_LINE_START:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()]


# -- for documents --------


def as_markdown(blocks: Iterable[Block]) -> str:
    """The document in Markdown (CommonMark)."""
    parts: list[str] = []
    for block in blocks:
        match block:
            case Heading(text, level):
                parts.append(f"{'#' * level} {_markdown(text)}")
            case Paragraph(text):
                parts.append(_markdown(text))
            case Bullets(items):
                parts.append("\n".join(f"- {_markdown(item)}" for item in items))
    return "\n\n".join(parts) + "\n"


def _markdown(text: str) -> str:
    pieces = re.split("(\x02[^\x03]*\x03)", text)
    return "".join(
        _markdown_code(piece[1:-1]) if piece.startswith(_CODE[0]) else _markdown_words(piece)
        for piece in pieces
    )


def _markdown_code(text: str) -> str:
    ticks = "``" if "`" in text else "`"
    return f"{ticks} {text} {ticks}" if "`" in text else f"{ticks}{text}{ticks}"


def _markdown_words(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text).replace(_STRONG[0], "**").replace(_STRONG[1], "**")


def as_html(blocks: Iterable[Block], lowest: int = 1) -> str:
    """The document as HTML; a heading of level 1 is ``<hN>`` with N = ``lowest``."""
    parts: list[str] = []
    for block in blocks:
        match block:
            case Heading(text, level):
                name = f"h{lowest + level - 1}"
                parts.append(f"<{name}>{inline(text)}</{name}>")
            case Paragraph(text, anchor):
                place = f' id="{html.escape(anchor)}"' if anchor else ""
                parts.append(f"<p{place}>{inline(text)}</p>")
            case Bullets(items):
                parts.append("<ul>" + "".join(f"<li>{inline(item)}</li>" for item in items) + "</ul>")
    return "\n".join(parts)


def inline(text: str) -> str:
    """One marked text as HTML."""
    out = html.escape(text, quote=True)
    for (begin, end), name in ((_CODE, "code"), (_STRONG, "strong")):
        out = out.replace(begin, f"<{name}>").replace(end, f"</{name}>")
    return out
