"""The state diagram: nothing overlaps, nothing is missing, the same page gives the same picture."""

from __future__ import annotations

import itertools
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.show.test_prose import LIBRARY
from contract.worlds import page as load
from wusong.contract import model as m
from wusong.contract.show.diagram import diagram
from wusong.contract.show.layout import BOX, LEFT, layout, wide, wrapped
from wusong.contract.show.speaker import Speaker
from wusong.errors import Lang

PAGES = Path(__file__).parent / "pages"
SVG = "{http://www.w3.org/2000/svg}"
LANGS: list[Lang] = ["zh", "en"]
Area = tuple[float, float, float, float]


def read(path: Path) -> m.Page:
    return load(path.read_text("utf-8")).page


def texts(root: ET.Element) -> list[Area]:
    """What each line of text covers, by the measure of the layout."""
    found = []
    for one in root.iter(f"{SVG}text"):
        x, y, size = float(one.attrib["x"]), float(one.attrib["y"]), float(one.get("font-size", 13))
        width = wide(one.text or "", size)
        x -= width / 2 if one.get("text-anchor") == "middle" else 0
        found.append((x, y - size * 0.8, x + width, y + size * 0.2))
    return found


def meet(a: Area, b: Area) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def check_nothing_overlaps(page: m.Page, lang: Lang) -> None:
    found = layout(Speaker(page, lang))
    root = ET.fromstring(diagram(page, lang))  # noqa: S314 - our own
    words = texts(root)
    assert not [pair for pair in itertools.combinations(words, 2) if meet(*pair)]
    boxes = [(LEFT, box.top, LEFT + BOX, box.bottom) for box in found.boxes]
    assert not [pair for pair in itertools.combinations(boxes, 2) if meet(*pair)]
    for area in words:
        inside = [box for box in boxes if meet(area, box)]
        assert all(box[0] <= area[0] and area[2] <= box[2] and area[3] <= box[3] for box in inside)
    edge = max((area[2] for area in words if area[0] > LEFT + BOX), default=0)
    assert all(lane.x > edge for lane in found.lanes)
    for one, other in itertools.combinations(found.lanes, 2):
        assert one.x != other.x or one.end < other.begin or other.end < one.begin
    assert all(area[2] <= found.width + 6 and area[3] <= found.height for area in words)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("path", [*LIBRARY, *sorted(PAGES.glob("*.yaml"))], ids=lambda path: path.stem)
def test_nothing_overlaps_on_library_pages(path: Path, lang: Lang) -> None:
    check_nothing_overlaps(read(path), lang)


TITLE = st.text(st.sampled_from("提单权利人wmil PQ,（）-"), min_size=1, max_size=36).filter(
    lambda text: bool(text.strip())
)


@st.composite
def pages(draw: st.DrawFn) -> m.Page:
    count = draw(st.integers(1, 12))
    both = st.builds(m.Bilingual, TITLE, TITLE)
    names = [f"s{n}" for n in range(count)]
    states = [m.State(name, draw(both), final=draw(st.booleans())) for name in names]
    some = st.lists(st.sampled_from(names), unique=True, max_size=4)
    actions = [
        m.Action(f"a{n}", draw(both), anyone=True, from_=draw(some), to=draw(st.sampled_from(names)))
        for n in range(draw(st.integers(1, 12)))
    ]
    limits = [
        m.Deadline(f"d{n}", draw(both), in_=draw(some), to=draw(st.sampled_from(names)))
        for n in range(draw(st.integers(0, 3)))
    ]
    title = m.Bilingual("Page", "页")
    return m.Page("page", 1, "wusong-cel/2", title, title, states, actions, deadlines=limits)


@settings(max_examples=60, deadline=None)
@given(pages(), st.sampled_from(LANGS))
def test_nothing_overlaps_whatever_a_page_says(page: m.Page, lang: Lang) -> None:
    check_nothing_overlaps(page, lang)


def test_states_ends_time_and_the_present_are_marked() -> None:
    page = read(PAGES / "acceptance-1.yaml")
    drawn = diagram(page, "zh", "accepted")
    root = ET.fromstring(drawn)  # noqa: S314 - our own
    looks = [one.attrib["class"] for one in root.iter(f"{SVG}g")]
    assert looks == ["state", "state", "state current", "state final", "state final"]
    assert "承兑期限届满" in drawn
    assert 'stroke-dasharray="5 4"' in drawn
    assert root.find(f"{SVG}title") is not None
    said = root.findtext(f"{SVG}desc") or ""
    assert all(word in said for word in ("出票", "承兑", "付款", "追索", "已拒绝"))
    assert drawn == diagram(page, "zh", "accepted")


def test_nothing_of_a_page_becomes_markup() -> None:
    title = m.Bilingual("<b>&\"'", "<b>&\"'")
    page = m.Page(
        "page", 1, "wusong-cel/1", title, title, [m.State("one", title)], [m.Action("go", title, to="one")]
    )
    assert "<b>" not in diagram(page, "en")


def test_words_stay_whole_where_they_fit() -> None:
    assert wrapped("one two", wide("one two")) == ["one two"]
    assert wrapped("one two", wide("one two") - 1) == ["one", "two"]
    assert "".join(wrapped("incomprehensibilities", 60)) == "incomprehensibilities"


@pytest.mark.real
@pytest.mark.parametrize("lang", LANGS)
def test_in_chromium_no_text_is_wider_than_was_reckoned(chromium: str, lang: Lang) -> None:
    from playwright.sync_api import sync_playwright

    script = "all => all.map(one => [one.textContent, one.getBBox().width, one.getAttribute('font-size')])"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        shown = browser.new_page()
        measured: list[Any] = []
        for path in LIBRARY:
            shown.set_content(diagram(read(path), lang))
            measured += shown.eval_on_selector_all("svg text", script)
        browser.close()
    wider = [
        (text, width) for text, width, size in measured if width > wide(text, float(size or 13)) + 3
    ]  # slanted
    assert measured
    assert not wider
