"""The lifecycle of a contract as SVG: a box for each state, beside it what may happen there and where it
leads.

Made here, so that it prints, translates and can be read aloud (``title`` and ``desc``). An arrow is drawn
where an action leads to the next box; every other way is named, because crossing lines are read by nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from wusong.contract.describe import powers
from wusong.contract.shorthand import humanised

if TYPE_CHECKING:
    from wusong.contract.model import Action, Bilingual, Page, State
    from wusong.errors import Lang

_BOX: Final = (8, 150, 36)  # left, width, height
_LINE: Final = 20
_ROOM: Final = 26
_WIDTH: Final = 470


def lifecycle(page: Page, current: str, lang: Lang) -> Markup:
    """The diagram of a page, with the state ``current`` marked ("" for none)."""
    tops, height = _tops(page)
    rows = [_row(page, state, tops[index], current, lang) for index, state in enumerate(page.states)]
    arrows = [
        _arrow(tops[index], tops[index + 1])
        for index in range(len(page.states) - 1)
        if _leads_on(page, index)
    ]
    title = escape(_text(page.title, page.name, lang))
    said = escape("; ".join(f"{power.title}: {power.moves}" for power in powers(page, lang)))
    return Markup(  # noqa: S704 - every part was escaped where it was made
        f'<svg class="lifecycle" role="img" viewBox="0 0 {_WIDTH} {height}" '
        f'width="{_WIDTH}" height="{height}" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{title}</title><desc>{said}</desc>'
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto">'
        '<path d="M0 0 L8 4 L0 8 z"/></marker></defs>' + "".join([*arrows, *rows]) + "</svg>"
    )


def _tops(page: Page) -> tuple[list[int], int]:
    """Where each row begins, and the height of all."""
    tops, y = [], 6
    for state in page.states:
        tops.append(y)
        y += max(_BOX[2] + _ROOM, _LINE * len(_ways(page, state.name)) + 16)
    return tops, y


def _ways(page: Page, state: str) -> list[Action]:
    return [action for action in page.actions if state in action.from_]


def _leads_on(page: Page, index: int) -> bool:
    here, there = page.states[index].name, page.states[index + 1].name
    return any(action.to == there for action in _ways(page, here))


def _row(page: Page, state: State, top: int, current: str, lang: Lang) -> str:
    left, width, height = _BOX
    look = " ".join(
        ["state", *(["final"] if state.final else []), *(["current"] if state.name == current else [])]
    )
    box = (
        f'<g class="{look}"><rect x="{left}" y="{top}" width="{width}" height="{height}" '
        f'rx="{18 if state.final else 3}"/>'
        f'<text x="{left + width // 2}" y="{top + 23}" text-anchor="middle">'
        f"{escape(_text(state.title, state.name, lang))}</text></g>"
    )
    lines = [
        f'<text class="label" x="{left + width + 14}" y="{top + 16 + _LINE * place}">'
        f"{escape(_way(page, action, state, lang))}</text>"
        for place, action in enumerate(_ways(page, state.name))
    ]
    return box + "".join(lines)


def _way(page: Page, action: Action, state: State, lang: Lang) -> str:
    name = _text(action.title, action.name, lang)
    if action.to is None or action.to == state.name:
        return name
    target = next(one for one in page.states if one.name == action.to)
    return f"{name} → {_text(target.title, target.name, lang)}"


def _arrow(top: int, below: int) -> str:
    x = _BOX[0] + _BOX[1] // 2
    return f'<path class="arrow" d="M{x} {top + _BOX[2]} V{below - 2}" marker-end="url(#tip)"/>'


def _text(text: Bilingual | None, name: str, lang: Lang) -> str:
    return humanised(name) if text is None else (text.zh if lang == "zh" else text.en)
