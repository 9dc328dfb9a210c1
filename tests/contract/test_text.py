"""The contract's text: its places, what fills them, and that nothing filled in becomes more than a word."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from contract.worlds import did, hexid, page, stored
from wusong.contract import Leaf
from wusong.contract.text import fill, places, problems
from wusong.contract.wording import escaped, filled, money, words

ORDER = stored("order")
LEAF = Leaf(
    "order@1", "late", 2, {"seller": did("mill"), "buyer": did("shop")},
    {"agents": [did("ann"), did("ben")], "promised": 20_518}, 1200,
)  # fmt: skip
NAMES = {did("mill"): "Mill *Ltd*", did("shop"): "上海某商贸有限公司"}


def name(party: str) -> str:
    return NAMES.get(party, party)


def test_a_text_is_filled() -> None:
    assert filled(ORDER.page, LEAF, hexid(1), "en", name) == (
        "Mill \\*Ltd\\* delivers 1,200 pieces to 上海某商贸有限公司 by 2026-03-06."
    )
    assert filled(ORDER.page, LEAF, hexid(1), "zh", name) == (
        "Mill \\*Ltd\\* 应于 2026年3月6日 前向 上海某商贸有限公司 交付 1,200件。"
    )


def test_a_page_without_text_fills_nothing() -> None:
    assert filled(stored("sale").page, LEAF, hexid(1), "en") == ""


KINDS = """\
contract: all-kinds
version: 1
title: {en: All kinds, zh: 各类}
zone: "-03:30"
roles: {owner: {zh: 所有人}}
fields:
  flag: bool
  price: money(CNY)
  yen: money(JPY)
  dinar: money(KWD)
  share: rate
  term: period
  moment: time
  count: int
  note: text(40)
  word: "enum[one, two]"
  days: "list(date, 3)"
states: {open: {zh: 存续}}
actions:
  begin:
    by: owner
    to: open
    args: {x: int}
    set:
      {flag: "true", price: 1, yen: 1, dinar: 1, share: 1, term: 1, moment: now, count: 1, note: "'a'",
       word: "'one'", days: "[today]"}
"""


def test_every_type_has_its_words() -> None:
    fields = {
        "flag": True, "price": 123_456_705, "yen": 1234, "dinar": 1_234_567, "share": 355, "term": 30,
        "moment": 1_772_299_800_000, "count": -1234, "note": "a\n# b", "word": "one", "days": [0, 1],
    }  # fmt: skip
    kinds = page(KINDS).page
    leaf = Leaf("all-kinds@1", "open", 1, {"owner": did("ann")}, fields)
    english = words(kinds, leaf, hexid(1), "en")
    assert {name: english[name] for name in fields} == {
        "flag": "yes", "price": "CNY 1,234,567.05", "yen": "JPY 1,234", "dinar": "KWD 1,234.567",
        "share": "3.55%", "term": "30 days", "moment": "2026-02-28 14:00 (UTC-03:30)", "count": "-1,234",
        "note": "a \\# b", "word": "one", "days": "1970-01-01, 1970-01-02",
    }  # fmt: skip
    chinese = words(kinds, leaf, hexid(1), "zh")
    assert (chinese["flag"], chinese["price"], chinese["days"], chinese["state"], chinese["kind"]) == (
        "是", "人民币1,234,567.05元", "1970年1月1日、1970年1月2日", "存续", "各类",
    )  # fmt: skip
    assert money(5, "CNY", "en") == "CNY 0.05"


def test_what_is_absent_leaves_a_line_to_fill_by_hand() -> None:
    assert fill("{a} and {b}, {{c}}", {"a": "{b}"}) == "{b} and ______, {c}"


def test_problems_and_places() -> None:
    text = "{a} {b} {{x}} } {c"
    assert places(text) == ["a", "b"]
    assert [(problem.code, problem.at) for problem in problems(text, ["a"])] == [
        ("page-text-place", 4), ("page-text-brace", 14), ("page-text-brace", 16),
    ]  # fmt: skip


@given(st.text(alphabet="{}ab ", max_size=30))
def test_a_text_without_problems_fills_to_one_without_braces_of_places(text: str) -> None:
    if list(problems(text, places(text))):
        return
    made = fill(text, dict.fromkeys(places(text), "#"))
    assert made.count("#") == len(places(text))
    assert made.count("{") == text.count("{{")


@given(st.text(max_size=40))
def test_what_is_filled_in_has_no_marks(text: str) -> None:
    made = escaped(text)
    assert "\n" not in made
    assert "\r" not in made
    assert all(made[i - 1] == "\\" for i, character in enumerate(made) if character in "`*_[]<>#|~&!" and i)
