"""The lifecycle of a contract as SVG: states as boxes from top to bottom, actions as arrows; made here, so that it prints,
translates and can be read aloud (``title`` and ``desc``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from wusong.contract.model import Action, Page, State

_WIDTH: Final = 150
_HEIGHT: Final = 40
_GAP: Final = 58
_LEFT: Final = 20
_LANE: Final = 26


def lifecycle(page: Page, current: str, lang: str) -> Markup:
    """The diagram of a page, with the state ``current`` marked ("" for none)."""
    rank = {state.name: index for index, state in enumerate(page.states)}
    arrows = _arrows(page)
    lanes = _lanes([(rank[a], rank[b]) for (a, b) in arrows if b != a and rank[b] != rank[a] + 1])
    height = len(page.states) * (_HEIGHT + _GAP) + 20
    width = _LEFT + _WIDTH + _LANE * (max(lanes.values(), default=0) + 1) + 210
    parts = [_box(state, rank[state.name], current, lang) for state in page.states]
    parts += [
        _arrow(rank[a], rank[b], lanes.get((rank[a], rank[b]), 0), _names(actions, lang))
        for (a, b), actions in arrows.items()
    ]
    parts += [
        _birth(rank[action.to or page.states[0].name], action, lang)
        for action in page.actions
        if not action.from_
    ]
    title = escape(page.title.zh if lang == "zh" else page.title.en)
    said = escape("; ".join(f"{a} → {b}: {_names(actions, lang)}" for (a, b), actions in arrows.items()))
    return Markup(  # noqa: S704 - every part was escaped where it was made
        f'<svg class="lifecycle" role="img" viewBox="0 -30 {width} {height + 30}" width="{width}" height="{height + 30}" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{title}</title><desc>{said}</desc>'
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 L8 4 L0 8 z"/></marker></defs>' + "".join(parts) + "</svg>"
    )


def _arrows(page: Page) -> dict[tuple[str, str], list[Action]]:
    found: dict[tuple[str, str], list[Action]] = {}
    for action in page.actions:
        for source in action.from_:
            if action.to is not None and action.to != source:
                found.setdefault((source, action.to), []).append(action)
    return found


def _lanes(spans: list[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """A lane to the right for each arrow that does not lead to the next box; short ones keep close."""
    taken: list[list[tuple[int, int]]] = []
    lanes = {}
    for span in sorted(set(spans), key=lambda one: (abs(one[1] - one[0]), one)):
        low, high = min(span), max(span)
        lane = next(
            (n for n, others in enumerate(taken) if all(high < a or low > b for a, b in others)), len(taken)
        )
        if lane == len(taken):
            taken.append([])
        taken[lane].append((low, high))
        lanes[span] = lane
    return lanes


def _top(rank: int) -> int:
    return rank * (_HEIGHT + _GAP) + 10


def _box(state: State, rank: int, current: str, lang: str) -> str:
    word = state.name if state.title is None else (state.title.zh if lang == "zh" else state.title.en)
    kind = " ".join(
        ["state", *(["final"] if state.final else []), *(["current"] if state.name == current else [])]
    )
    middle = _LEFT + _WIDTH // 2
    return (
        f'<g class="{kind}"><rect x="{_LEFT}" y="{_top(rank)}" width="{_WIDTH}" height="{_HEIGHT}" rx="{20 if state.final else 4}"/>'
        f'<text x="{middle}" y="{_top(rank) + 25}" text-anchor="middle">{escape(word)}</text></g>'
    )


def _arrow(source: int, target: int, lane: int, label: str) -> str:
    if target == source + 1:
        x, y = _LEFT + _WIDTH // 2, _top(source) + _HEIGHT
        return f'<path class="arrow" d="M{x} {y} V{y + _GAP - 2}" marker-end="url(#tip)"/>{_label(x + 8, y + _GAP // 2 + 4, label)}'
    x, out = _LEFT + _WIDTH, _LEFT + _WIDTH + _LANE * (lane + 1)
    y1, y2 = _top(source) + _HEIGHT // 2 + 7, _top(target) + _HEIGHT // 2 - 7
    path = f'<path class="arrow" d="M{x} {y1} H{out} V{y2} H{x + 2}" marker-end="url(#tip)"/>'
    return path + _label(out + 6, _between(source, target, lane), label)


def _between(source: int, target: int, lane: int) -> int:
    return (_top(source) + _top(target)) // 2 + _HEIGHT // 2 + 4 + lane * 3


def _birth(rank: int, action: Action, lang: str) -> str:
    x, y = _LEFT + _WIDTH // 2, _top(rank)
    return f'<path class="arrow" d="M{x} {y - 26} V{y - 2}" marker-end="url(#tip)"/>{_label(x + 8, y - 14, _names([action], lang))}'


def _label(x: int, y: int, text: str) -> str:
    return f'<text class="label" x="{x}" y="{y}">{escape(text)}</text>'


def _names(actions: list[Action], lang: str) -> str:
    words = [a.name if a.title is None else (a.title.zh if lang == "zh" else a.title.en) for a in actions]
    return ("、" if lang == "zh" else ", ").join(words)
