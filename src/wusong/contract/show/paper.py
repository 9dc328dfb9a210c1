"""The page on paper: a self-contained HTML file that prints on A4, its prose on at most two sides.

* The type size is the largest of ``SIZES`` with which the prose fits on two sides by the estimate below; the
  table and the diagram follow on sides of their own.
* The estimate breaks each paragraph into lines as ``lines`` says: a Chinese character is 1 em wide, Latin
  letters as in a common serif face; a line is ``LEADING`` times the type size high; margins are 14 mm.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from wusong.contract import model as m
from wusong.contract.show import table
from wusong.contract.show.marks import Block, Bullets, Heading, Paragraph, as_html, bare
from wusong.contract.show.prose import document
from wusong.errors import Lang

SIZES: Final = (10.5, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0)
"""Type sizes, pt. The smallest is still larger than what paper bills of lading print their terms in."""
SIDES: Final = 2
LEADING: Final = 1.3
_MM: Final = 72 / 25.4
_WIDTH: Final = (210 - 28) * _MM
_HEIGHT: Final = (297 - 28) * _MM
_HEADING: Final = {1: 2.2, 2: 1.6, 3: 1.3}
"""Height of a heading with the room around it, in lines."""
_NARROW: Final = frozenset("iljftrI.,:;'|!()[]“”‘’-/ ")
_BROAD: Final = frozenset("mwMWGOQ@%&")


def lines(text: str, width: float) -> int:
    """In how many lines a text breaks where ``width`` em fit on a line."""
    count, at = 1, 0.0
    for word in re.findall(r"[!-~“”‘’]+ ?|.", bare(text)):
        long = sum(_em(character) for character in word)
        if at and at + long > width:
            count, at = count + 1, 0.0
        at += long
    return count


def _em(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if character in _NARROW:
        return 0.3
    if character in _BROAD:
        return 0.84
    return 0.66 if character.isupper() else 0.48


def height(blocks: Iterable[Block], size: float) -> float:
    """How many lines of ``size`` pt a document takes, headings and the room between paragraphs included."""
    width = _WIDTH / size
    total = 0.0
    for block in blocks:
        match block:
            case Heading(text, level):
                total += _HEADING[level] * lines(text, width / _HEADING[level])
            case Paragraph(text):
                total += lines(text, width) + 0.2
            case Bullets(items):
                total += sum(lines(item, width - 1.5) for item in items) + 0.2
    return total


def sides(blocks: Iterable[Block], size: float) -> float:
    """How many sides of A4 a document takes in ``size`` pt."""
    return height(blocks, size) * size * LEADING / _HEIGHT


def type_size(blocks: list[Block]) -> float | None:
    """The type size that fits a document on two sides; None when none does."""
    return next((size for size in SIZES if sides(blocks, size) <= SIDES), None)


def printed(page: m.Page, lang: Lang, diagram: str = "") -> str:
    """The whole file: prose, then the table of who may do what, then the diagram (SVG)."""
    blocks = document(page, lang)
    size = type_size(blocks) or SIZES[-1]
    say = page.title.zh if lang == "zh" else page.title.en
    heads = ("各方可以办理的事项", "状态图") if lang == "zh" else ("Who may do what", "States")
    annex = f'<section class="annex"><h2>{heads[0]}</h2>{table.as_html(table.table(page, lang), lang)}'
    if diagram:
        annex += f"<h2>{heads[1]}</h2>{diagram}"
    return sheet(say, as_html(blocks) + annex + "</section>", lang, size)


def sheet(title: str, body: str, lang: Lang, size: float = 10.5) -> str:
    """A self-contained A4 document around ``body``."""
    language = "zh-Hans" if lang == "zh" else "en"
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{_STYLE.replace('SIZE', str(size))}</style></head>\n"
        f"<body>{body}</body></html>\n"
    )


_STYLE: Final = (
    "@page{size:A4;margin:14mm}"
    "body{font:SIZEpt/1.3 'Noto Serif',Times,'Noto Serif CJK SC','Source Han Serif SC','Songti SC',SimSun,"
    "serif;color:#000;max-width:182mm;margin:0 auto;text-align:justify}"
    "h1{font-size:1.6em;margin:0 0 .3em;text-align:center}h2{font-size:1.1em;margin:.45em 0 .1em}"
    "h3{font-size:1em;margin:.25em 0 0}h1,h2,h3{break-after:avoid;line-height:1.25}"
    "p{margin:0 0 .25em}ul{margin:0 0 .25em;padding-left:1.4em}li{margin:0}"
    "code{font:inherit;font-size:.92em;font-style:italic}"
    ".annex{break-before:page;font-size:8.5pt}"
    "table{border-collapse:collapse;width:100%;margin:0 0 1em;text-align:left}"
    "th,td{border:.5pt solid #555;padding:.15em .4em;vertical-align:top;font-weight:400}"
    "thead th{font-weight:700}"
    "tr{break-inside:avoid}svg{max-width:100%;height:auto;break-inside:avoid}"
    "@media screen{body{padding:10mm 4mm}}"
)
