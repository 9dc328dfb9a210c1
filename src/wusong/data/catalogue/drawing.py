"""A lineage graph as a picture: columns from the resource to its uses, one box for each record.

The picture says nothing that the page's table does not say too; it is SVG with links, and needs no script.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from html import escape
from typing import Final

from wusong.data.catalogue.lineage import COLUMNS, Graph, Node

__all__ = ["draw"]

WIDE: Final = 200
HIGH: Final = 58
GAP_X: Final = 60
GAP_Y: Final = 18
TOP: Final = 34
LETTERS: Final = 24
"""Half-width letters that fit a box; a Chinese character takes two."""


def draw(
    graph: Graph, titles: Mapping[str, str], names: Mapping[str, str], described: str, current: str
) -> str:
    """The picture; ``titles`` are the columns', ``described`` says in words what it shows."""
    places = _places(graph)
    width = len(COLUMNS) * WIDE + (len(COLUMNS) - 1) * GAP_X
    rows = max((row for _, row in places.values()), default=0) + 1
    height = TOP + rows * (HIGH + GAP_Y)
    heads = [
        f'<text class="head" x="{column * (WIDE + GAP_X) + WIDE // 2}" y="18" text-anchor="middle">'
        f"{escape(titles[kind])}</text>"
        for column, kind in enumerate(COLUMNS)
    ]
    lines = [_line(places[first], places[second]) for first, second in graph.edges]
    boxes = [_box(node, places[node.asset], names, current) for node in graph.nodes.values()]
    return (
        f'<svg class="lineage" role="group" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        f' width="{width}" height="{height}"><title>{escape(described)}</title>'
        + "".join([*heads, *lines, *boxes])
        + "</svg>"
    )


def _places(graph: Graph) -> dict[str, tuple[int, int]]:
    """Column and row of each record: what rests on a record begins in its row, the next below."""
    after: dict[str, list[str]] = {}
    for first, second in graph.edges:
        after.setdefault(first, []).append(second)
    later = {second for _, second in graph.edges}
    places: dict[str, tuple[int, int]] = {}
    row = 0
    for root in (asset for asset in graph.nodes if asset not in later):
        row = _place(root, row, graph, after, places)
    return places


def _place(
    asset: str, row: int, graph: Graph, after: Mapping[str, list[str]], places: dict[str, tuple[int, int]]
) -> int:
    """Put a record and what rests on it; the first row that is still free."""
    places[asset] = (graph.nodes[asset].column, row)
    below = row
    for one in after.get(asset, ()):
        below = _place(one, below, graph, after, places)
    return max(below, row + 1)


def _corner(place: tuple[int, int]) -> tuple[int, int]:
    return place[0] * (WIDE + GAP_X), TOP + place[1] * (HIGH + GAP_Y)


def _line(first: tuple[int, int], second: tuple[int, int]) -> str:
    (x, y), (to_x, to_y) = _corner(first), _corner(second)
    x, y, to_y = x + WIDE, y + HIGH // 2, to_y + HIGH // 2
    middle = (x + to_x) // 2
    tip = f"M{to_x - 7} {to_y - 4}L{to_x} {to_y}L{to_x - 7} {to_y + 4}"
    return f'<path class="edge" d="M{x} {y}C{middle} {y} {middle} {to_y} {to_x} {to_y}{tip}"/>'


def _box(node: Node, place: tuple[int, int], names: Mapping[str, str], current: str) -> str:
    x, y = _corner(place)
    look = "box now" if node.asset == current else "box"
    party = names.get(node.party, node.party)
    return (
        f'<a href="/assets/{node.asset}"><rect class="{look}" x="{x + 1}" y="{y + 1}" width="{WIDE - 2}" '
        f'height="{HIGH - 2}" rx="4"/><text x="{x + 12}" y="{y + 24}">{escape(_cut(node.label))}</text>'
        f'<text class="by" x="{x + 12}" y="{y + 44}">{escape(_cut(party))}</text></a>'
    )


def _cut(text: str) -> str:
    """As much of a text as fits a box."""
    room = LETTERS
    for at, character in enumerate(text):
        room -= 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if room < 0:
            return text[: max(at - 1, 0)] + "…"
    return text
