"""What the values tried cannot decide is not held against a page; what they decide is."""

from __future__ import annotations

import pytest
from msgspec import structs

from wusong.contract import load
from wusong.contract import model as m
from wusong.contract.checker import Examined, examine
from wusong.contract.checker.free import freed
from wusong.contract.checker.moves import _weight
from wusong.contract.checker.syntax import tree

PAGE = """contract: pg
version: 1
title: {{en: Page, zh: 页}}
{calendars}roles:
  holder: {{zh: 持有人}}
states: [kept, gone!]
actions:
  make:
    by: holder
    args: {args}
    when:
      fits:
        that: '{that}'
        says: {{en: It does not fit., zh: 不符合。}}
    to: kept
  drop:
    by: holder
    from: kept
    to: gone
"""
THREE = (
    "size(args.panel) == 3 && args.panel[0] != args.panel[1] && args.panel[1] != args.panel[2]"
    " && args.panel[0] != args.panel[2]"
)
HUNDRED = "args.a > 0 && args.b > 0 && args.c > 0 && args.a + args.b + args.c == 100"
SOUND = [  # what it is, arguments, condition, calendars
    ("three distinct arbitrators", '{panel: "list(party, 8)"}', THREE, ""),
    ("a prefix and a length", "{code: text(11)}", 'args.code.startsWith("CN") && size(args.code) == 11', ""),
    ("shares that make a hundred", "{a: int, b: int, c: int}", HUNDRED, ""),
    ("a working day", "{memo: text(9)}", 'is_workday(today, "cn-work")', "calendars: [cn-work]\n"),
    ("a square", "{side: int, area: int}", "args.side > 3 && args.side * args.side == args.area", ""),
    ("a quarter", "{a: date, b: date}", "args.b == months(args.a, 3) && args.a > today + 10", ""),
]
NEVER = [
    ("above and below", "{x: int}", "args.x > 5 && args.x < 3"),
    ("two words", "{x: text(9)}", 'args.x == "a" && args.x == "b"'),
    ("past and to come", "{x: time}", "args.x > now && args.x < now"),
]


def examined(args: str, that: str, calendars: str = "") -> Examined:
    read = load(PAGE.format(args=args, that=that, calendars=calendars).encode())
    assert [str(finding) for finding in read.findings] == []
    assert read.compiled is not None
    return examine(read.compiled.page)


@pytest.mark.parametrize(("args", "that", "calendars"), [s[1:] for s in SOUND], ids=[s[0] for s in SOUND])
def test_a_sound_page_is_not_refused(args: str, that: str, calendars: str) -> None:
    found = examined(args, that, calendars).findings
    assert [(f.code, f.severity, f.data) for f in found] == [
        ("page-not-witnessed", "advice", {"action": "make", "clause": "fits"})
    ]


@pytest.mark.parametrize(("args", "that"), [s[1:] for s in NEVER], ids=[s[0] for s in NEVER])
def test_a_condition_that_single_values_decide_is_refused(args: str, that: str) -> None:
    refused = {f.code for f in examined(args, that).findings if f.severity == "refuse"}
    assert {"page-guard-always-false", "page-action-never", "page-state-unreachable"} <= refused


def test_a_great_condition_weighs_more() -> None:
    small = "self.a == 1"
    assert _weight(tree(small)) == 0
    assert _weight(tree(" && ".join([small] * 100))) > 5


def test_a_merge_of_what_another_page_lists_is_free() -> None:
    sound = load(PAGE.format(args='{x: "asset(other@1)"}', that="1 == 1", calendars="").encode())
    assert sound.compiled is not None
    page = sound.compiled.page
    make = structs.replace(page.actions[0], merge=m.Merge("args.x.items", "gone"))
    made = freed(structs.replace(page, actions=[make, *page.actions[1:]]))
    assert made.page.actions[0].merge == m.Merge("args.free_merge", "gone")
    assert "actions.make.merge" in made.assumed
