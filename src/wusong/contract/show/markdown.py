"""The Markdown of a contract's text as HTML: headings, paragraphs, lists, strong words; nothing else.

* Anything else stands as it is written; no HTML, link or picture of a text ever becomes markup.
"""

from __future__ import annotations

import html
import re
from typing import Final

_HEADING: Final = re.compile(r"(#{1,4}) +(.+?) *#*$")
_ITEM: Final = re.compile(r"[-*] +(.+)$")
_NUMBERED: Final = re.compile(r"(\d{1,4})[.)] +(.+)$")
_STRONG: Final = re.compile(r"\*\*(.+?)\*\*")
_ESCAPED: Final = re.compile(r"\\([!-/:-@\[-`{-~])")


def to_html(text: str) -> str:
    """The text as HTML."""
    return "\n".join(_part(part) for part in re.split(r"\n[ \t]*\n", text.strip()) if part.strip())


def _part(part: str) -> str:
    lines = [line.strip() for line in part.splitlines() if line.strip()]
    heading = _HEADING.match(lines[0])
    if heading is not None:
        level = len(heading[1])
        rest = "\n".join(lines[1:])
        return f"<h{level}>{_inline(heading[2])}</h{level}>" + (f"\n{_part(rest)}" if rest else "")
    for pattern, name in ((_ITEM, "ul"), (_NUMBERED, "ol")):
        if pattern.match(lines[0]):
            return _list(lines, pattern, name)
    return f"<p>{'<br>'.join(map(_inline, lines))}</p>"


def _list(lines: list[str], pattern: re.Pattern[str], name: str) -> str:
    """A list; a line that is no item goes on with the one before."""
    items: list[str] = []
    first = pattern.match(lines[0])
    start = f' start="{int(first[1])}"' if name == "ol" and first and first[1] != "1" else ""
    for line in lines:
        found = pattern.match(line)
        if found is None:
            items[-1] += f" {line}"
        else:
            items.append(found[found.lastindex or 1])
    return f"<{name}{start}>" + "".join(f"<li>{_inline(item)}</li>" for item in items) + f"</{name}>"


def _inline(text: str) -> str:
    said = html.escape(text, quote=True)
    return _ESCAPED.sub(r"\1", _STRONG.sub(r"<strong>\1</strong>", said))
