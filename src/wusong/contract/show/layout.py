"""Where the parts of a state diagram stand; nothing that is read overlaps, by construction.

* States are boxes in one column, in the order of the page, under a box for what does not exist yet. What may
  be done without leaving a state stands within its box.
* What leads to the next box goes straight down, in the gap. Everything else leaves its box to the right, in a
  row of its own under its label, joins the lane of its target, and comes back in a row of the target's own.
* A lane belongs to one target; lanes whose spans meet stand side by side, to the right of every label.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from wusong.contract import model as m
from wusong.contract.show.speaker import Speaker

NEW: Final = ""
"""The state of what does not exist yet."""
LEFT: Final = 8
BOX: Final = 184
FONT: Final = 13
_LINE: Final = 17
_PAD: Final = 9
_GAP: Final = 26
_ARRIVAL: Final = 20
_LABEL: Final = 236
_PITCH: Final = 13
_NARROW: Final = frozenset("iljftrI.,:;'|!()[]-/ ")


@dataclass(slots=True)
class Way:
    """From a state to another: what does it, whether by the passing of time, and where it is drawn."""

    source: str
    target: str
    timed: bool
    titles: list[str]
    lines: list[str] = field(default_factory=list)
    y: float = 0
    straight: bool = False


@dataclass(slots=True)
class Box:
    """A state: its title and what may be done within it, in lines."""

    name: str
    title: list[str]
    inner: list[str]
    final: bool
    top: float = 0
    height: float = 0
    arrivals: dict[bool, float] = field(default_factory=dict)

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.height


@dataclass(slots=True)
class Lane:
    """The way to one target, of acts or of time: its place, and the heights between which it runs."""

    target: str
    timed: bool
    begin: float
    end: float
    x: float = 0


@dataclass(slots=True)
class Layout:
    """The whole diagram."""

    boxes: list[Box]
    ways: list[Way]
    lanes: list[Lane]
    width: float
    height: float


def layout(speaker: Speaker) -> Layout:
    """Where everything stands."""
    boxes = [_box(speaker, name) for name in [NEW, *(state.name for state in speaker.page.states)]]
    ways = _ways(speaker)
    order = {box.name: n for n, box in enumerate(boxes)}
    for way in ways:
        way.straight = order[way.target] == order[way.source] + 1
        way.lines = wrapped(speaker.say(", ", "、").join(way.titles), _LABEL)
    height = _stack(boxes, ways)
    lanes = _lanes(boxes, ways)
    widest = max((wide(line) for way in ways if not way.straight for line in way.lines), default=0)
    straight = max((wide(line) for way in ways if way.straight for line in way.lines), default=0)
    begin = max(LEFT + BOX + 16 + widest, LEFT + BOX / 2 + 14 + straight) + 12
    width = _place(lanes, begin)
    return Layout(boxes, ways, lanes, width, height)


# -- what there is to draw --------


def _box(speaker: Speaker, name: str) -> Box:
    if name == NEW:
        return Box(NEW, [speaker.say("not yet made", "尚未产生")], [], final=False)
    state = next(one for one in speaker.page.states if one.name == name)
    staying = [
        speaker.action(action.name)
        for action in speaker.page.actions
        if name in action.from_ and action.to in {None, name}
    ]
    title = wrapped(speaker.state(name), BOX - 2 * _PAD, FONT + 1)
    return Box(name, title, wrapped(speaker.say(", ", "、").join(staying), BOX - 2 * _PAD), state.final)


def _ways(speaker: Speaker) -> list[Way]:
    found: dict[tuple[str, str, bool], Way] = {}

    def add(source: str, target: str, title: str, *, timed: bool = False) -> None:
        if source != target:
            way = found.setdefault((source, target, timed), Way(source, target, timed, []))
            way.titles.append(title)

    for action in speaker.page.actions:
        title = speaker.action(action.name)
        for source in action.from_ or [NEW]:
            if action.to:
                add(source, action.to, title)
            if action.split and action.split.state != source:
                add(source, action.split.state, title + speaker.say(" (the parts)", "（分出的）"))
            if action.merge:
                add(source, action.merge.to, title + speaker.say(" (those absorbed)", "（被并入的）"))
    for one in speaker.page.deadlines:
        told = speaker.say(f"{speaker.text(one.title)} passes", f"{speaker.text(one.title)}届满")
        for source in running(speaker.page, one):
            if one.to:
                add(source, one.to, told, timed=True)
    return list(found.values())


def running(page: m.Page, deadline: m.Deadline) -> list[str]:
    """The states in which a deadline runs."""
    return deadline.in_ or [state.name for state in page.states if not state.final]


# -- where it stands --------


def _stack(boxes: list[Box], ways: list[Way]) -> float:
    """Put the boxes under each other; gives the height of all."""
    y = 8.0
    for box in boxes:
        box.top = y
        row = y + 4
        for timed in (False, True):
            if any(way.target == box.name and way.timed is timed and not way.straight for way in ways):
                row += _ARRIVAL
                box.arrivals[timed] = row - 7
        for way in ways:
            if way.source == box.name and not way.straight:
                row += _LINE * len(way.lines) + 8
                way.y = row - 2
        text = _LINE * (len(box.title) + len(box.inner)) + 2 * _PAD + (6 if box.inner else 0)
        box.height = max(float(text), row - y + 6)
        y = box.bottom + _GAP - 4
        for way in [way for way in ways if way.source == box.name and way.straight]:
            way.y = y - 2
            y += _LINE * len(way.lines)
        y = max(y, box.bottom + _GAP)
    return boxes[-1].bottom + 8


def _lanes(boxes: list[Box], ways: list[Way]) -> list[Lane]:
    arrivals = {box.name: box.arrivals for box in boxes}
    found = []
    for target, timed in dict.fromkeys((way.target, way.timed) for way in ways if not way.straight):
        heights = [way.y for way in ways if (way.target, way.timed, way.straight) == (target, timed, False)]
        heights.append(arrivals[target][timed])
        found.append(Lane(target, timed, min(heights), max(heights)))
    return found


def _place(lanes: list[Lane], begin: float) -> float:
    """Give each lane the first column that is free along its span; gives the width of all."""
    columns: list[list[Lane]] = []
    for lane in sorted(lanes, key=lambda one: (one.end - one.begin, one.begin, one.timed)):
        free = (
            n
            for n, taken in enumerate(columns)
            if all(other.end + 10 < lane.begin or lane.end + 10 < other.begin for other in taken)
        )
        at = next(free, len(columns))
        if at == len(columns):
            columns.append([])
        columns[at].append(lane)
        lane.x = begin + _PITCH * at
    return begin + _PITCH * max(len(columns), 1)


# -- the width of text --------


def wide(text: str, size: float = FONT) -> float:
    """How wide a text is at most, in a common sans-serif face."""
    return sum(_em(character) for character in text) * size


def _em(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WFA":
        return 1.0
    if character in _NARROW:
        return 0.4
    return 0.88 if character in "mwMW@%" else 0.74 if character.isupper() else 0.6


def wrapped(text: str, width: float, size: float = FONT) -> list[str]:
    """A text in lines of at most ``width``; words stay whole where they fit on a line."""
    lines: list[str] = []
    line = ""
    for piece in re.findall(r"[“（]*(?:[!-~]+[”]? ?|[^ -~][，。、；：）”]*| )", text):
        if line and wide(line + piece.rstrip(), size) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
        while wide(line, size) > width and len(line) > 1:
            cut = next(n for n in range(len(line), 0, -1) if n == 1 or wide(line[:n], size) <= width)
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line.rstrip()] if line.strip() else lines
