"""What lists show of the library: titles that people can tell apart, and accreditations by their titles."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

import wusong
from wusong.contract import accreditations, load
from wusong.contract import model as m
from wusong.ledger.system.calendar import PUBLISHER
from wusong.ledger.system.freeze import AUTHORITY, OFFICER
from wusong.ledger.system.lookthrough import SUPERVISOR

FILES = sorted(Path(wusong.__file__).parent.glob("*/contracts/*.yaml"))
HAN = re.compile("[\u4e00-\u9fff]")


def page(path: Path) -> m.Page:
    read = load(path.read_text("utf-8"))
    assert read.compiled is not None, read.findings
    return read.compiled.page


PAGES = {path.stem: page(path) for path in FILES}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_and_all_that_is_listed_of_it_has_titles_in_both_languages(name: str) -> None:
    shown = PAGES[name]
    titles = [shown.title, shown.kind]
    roles, states, actions = (
        [each.title for each in shown.roles],
        [each.title for each in shown.states],
        [each.title for each in shown.actions],
    )
    titles += [title for title in (*roles, *states, *actions) if title is not None]
    assert None not in {*states, *actions}
    for title in titles:
        assert HAN.search(title.zh), title
        assert title.en
        assert not HAN.search(title.en)
        assert max(len(title.en) / 2, len(title.zh)) <= 40


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_two_pages_are_called_alike(lang: str) -> None:
    titles = Counter(str(getattr(shown.title, lang)).casefold() for shown in PAGES.values())
    assert [title for title, count in titles.items() if count > 1] == []


def test_every_accreditation_that_is_asked_for_has_a_title() -> None:
    asked = {role.accredited for shown in PAGES.values() for role in shown.roles if role.accredited}
    asked |= {PUBLISHER, AUTHORITY, OFFICER, SUPERVISOR}
    assert {name for name in asked if accreditations.title(name, "zh") is None} == set()
    assert {name for name in asked if not HAN.search(str(accreditations.title(name, "zh")))} == set()
    named = {*accreditations.TRADE, *accreditations.DATA, *accreditations.SYSTEM}
    assert named - asked == set(), "titles of accreditations that nothing asks for"
    assert accreditations.title("pilot", "zh") is None
