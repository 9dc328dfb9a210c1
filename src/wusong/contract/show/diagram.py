"""The states of a contract as SVG: made here, so that it prints, translates and can be read aloud.

* One file without script, style sheet or font; ``title`` and ``desc`` say in words what it shows.
* A thick double border marks a final state; a dashed line is what the passing of time does.
* The same page gives the same bytes everywhere.
"""

from __future__ import annotations

import html
from typing import Final

from wusong.contract import model as m
from wusong.contract.show.layout import BOX, FONT, LEFT, NEW, Box, Lane, Layout, Way, layout
from wusong.contract.show.speaker import Speaker
from wusong.contract.show.table import moves
from wusong.errors import Lang

_INK: Final = "#14212b"
_SOFT: Final = "#4b5b66"
_DEEP: Final = "#0b3c49"
_COLOURS: Final = ("#0f5f73", "#8a4b08", "#6b3fa0", "#11624a", "#a4262c", "#3d5a80")
_LINE: Final = 17
_RIGHT: Final = LEFT + BOX
_MIDDLE: Final = LEFT + BOX / 2
_FONTS: Final = {
    "zh": "Noto Sans SC, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, Noto Sans, Arial, sans-serif",
    "en": "Noto Sans, Segoe UI, Arial, Noto Sans SC, Noto Sans CJK SC, sans-serif",
}


def diagram(page: m.Page, lang: Lang, current: str = "") -> str:
    """The diagram of a page, with the state ``current`` marked ("" for none)."""
    speaker = Speaker(page, lang)
    found = layout(speaker)
    width, height = _n(found.width + 6), _n(found.height)
    title = speaker.say(f"States: {speaker.text(page.title)}", f"状态图：{speaker.text(page.title)}")
    said = _described(speaker)
    return (
        '<svg class="lifecycle" role="img" xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="{_FONTS[lang]}" font-size="{FONT}" fill="{_INK}">'
        f"<title>{html.escape(title)}</title><desc>{html.escape(said)}</desc>"
        + "".join(_parts(found, current))
        + "</svg>"
    )


def _described(speaker: Speaker) -> str:
    told = [f"{speaker.action(one.name)}: {moves(speaker, one)}" for one in speaker.page.actions]
    told += [
        f"{speaker.text(one.title)}: → {speaker.state(one.to)}" for one in speaker.page.deadlines if one.to
    ]
    return "; ".join(told)


def _parts(found: Layout, current: str) -> list[str]:
    boxes = {box.name: box for box in found.boxes}
    colours = {box.name: _COLOURS[n % len(_COLOURS)] for n, box in enumerate(found.boxes)}
    lanes = {(lane.target, lane.timed): lane for lane in found.lanes}
    aside = [way for way in found.ways if not way.straight]
    parts = [_trunk(lane, colours[lane.target]) for lane in found.lanes]
    parts += [_arrival(lane, boxes[lane.target], colours[lane.target]) for lane in found.lanes]
    parts += [
        _departure(way, lanes[way.target, way.timed], boxes[way.target], colours[way.target]) for way in aside
    ]
    parts += [_down(way, boxes, colours[way.target]) for way in found.ways if way.straight]
    parts += [_label(way) for way in found.ways]
    return parts + [_box(box, current) for box in found.boxes]


# -- lines --------


def _path(d: str, colour: str, *, timed: bool) -> str:
    dashes = ' stroke-dasharray="5 4"' if timed else ""
    return f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="1.4"{dashes}/>'


def _trunk(lane: Lane, colour: str) -> str:
    return _path(f"M{_n(lane.x)} {_n(lane.begin + 6)}V{_n(lane.end - 6)}", colour, timed=lane.timed)


def _arrival(lane: Lane, box: Box, colour: str) -> str:
    """From the lane back to the box, with the arrow's head."""
    y, x = box.arrivals[lane.timed], lane.x
    bend = f"M{_n(x)} {_n(y + 6)}Q{_n(x)} {_n(y)} {_n(x - 6)} {_n(y)}" if lane.end > y else ""
    bend += f"M{_n(x)} {_n(y - 6)}Q{_n(x)} {_n(y)} {_n(x - 6)} {_n(y)}" if lane.begin < y else ""
    line = f"M{_n(x - 6)} {_n(y)}H{_n(_RIGHT + 7)}"
    return _halo(line) + _path(bend + line, colour, timed=lane.timed) + _head(_RIGHT, y, "left", colour)


def _departure(way: Way, lane: Lane, target: Box, colour: str) -> str:
    """From the box, under the label, to the lane, which it joins towards the target."""
    y, x = way.y, lane.x
    to = 6 if target.arrivals[way.timed] > y else -6
    line = f"M{_RIGHT} {_n(y)}H{_n(x - 6)}"
    bend = f"Q{_n(x)} {_n(y)} {_n(x)} {_n(y + to)}"
    return _halo(line) + _path(line + bend, colour, timed=way.timed)


def _down(way: Way, boxes: dict[str, Box], colour: str) -> str:
    begin, end = boxes[way.source].bottom, boxes[way.target].top
    x = _MIDDLE - (14 if way.timed else 0)
    line = _path(f"M{_n(x)} {_n(begin)}V{_n(end - 7)}", colour, timed=way.timed)
    return line + _head(x, end, "down", colour)


def _halo(d: str) -> str:
    """A line passes over those that it crosses."""
    return f'<path d="{d}" fill="none" stroke="#fff" stroke-width="5"/>'


def _head(x: float, y: float, towards: str, colour: str) -> str:
    points = (
        f"{_n(x)},{_n(y)} {_n(x + 8)},{_n(y - 4)} {_n(x + 8)},{_n(y + 4)}"
        if towards == "left"
        else f"{_n(x)},{_n(y)} {_n(x - 4)},{_n(y - 8)} {_n(x + 4)},{_n(y - 8)}"
    )
    return f'<polygon points="{points}" fill="{colour}"/>'


# -- text --------


def _label(way: Way) -> str:
    """Above its line where it leaves to the right; beside it where it goes down."""
    look = f' font-style="italic" fill="{_SOFT}"' if way.timed else ""
    if way.straight:
        return _lines(way.lines, _MIDDLE + 10, way.y, look)
    return _lines(way.lines, _RIGHT + 10, way.y - 5 - _LINE * (len(way.lines) - 1), look)


def _lines(lines: list[str], x: float, y: float, look: str = "") -> str:
    return "".join(
        f'<text x="{_n(x)}" y="{_n(y + _LINE * n)}"{look}>{html.escape(line)}</text>'
        for n, line in enumerate(lines)
    )


def _box(box: Box, current: str) -> str:
    here = box.name == current and box.name != NEW
    fill = _DEEP if here else "#e9edef" if box.final else _INK if box.name == NEW else "#fff"
    ink = "#fff" if here or box.name == NEW else _INK
    radius = 14 if box.final or box.name == NEW else 3
    parts = [_rect(box, 0, radius, fill)]
    if box.final:
        parts.append(_rect(box, 3, radius - 3, "none", "#fff" if here else _INK))
    y = box.top + 9 + 13
    middle = f' text-anchor="middle" font-weight="700" font-size="{FONT + 1}" fill="{ink}"'
    parts.append(_lines(box.title, _MIDDLE, y, middle))
    if box.inner:
        y += _LINE * (len(box.title) - 1) + 8
        rule = f'<path d="M{LEFT + 9} {_n(y)}H{_RIGHT - 9}" stroke="{ink}" stroke-width=".7"/>'
        parts += [rule, _lines(box.inner, LEFT + 9, y + 16, f' fill="{ink}"')]
    look = " ".join(["state", *(["final"] if box.final else []), *(["current"] if here else [])])
    return f'<g class="{look}">{"".join(parts)}</g>'


def _rect(box: Box, inset: int, radius: int, fill: str, stroke: str = _INK) -> str:
    return (
        f'<rect x="{LEFT + inset}" y="{_n(box.top + inset)}" width="{BOX - 2 * inset}" '
        f'height="{_n(box.height - 2 * inset)}" rx="{radius}" fill="{fill}" stroke="{stroke}" '
        'stroke-width="1.4"/>'
    )


def _n(value: float) -> str:
    """A number as SVG has it, with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")
