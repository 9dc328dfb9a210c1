"""A page in words: what a lawyer reads, in both languages, on at most two sides."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from contract.worlds import PAGES
from contract.worlds import page as load
from wusong.contract.model import Page
from wusong.contract.show import as_html, as_lines, as_markdown, document, paper
from wusong.contract.show.marks import Block, Bullets, Heading, Paragraph, code, columns, strong, wrapped
from wusong.errors import Lang

ROOT = Path(__file__).resolve().parents[3]
LIBRARY = sorted((ROOT / "src" / "wusong").glob("*/contracts/*.yaml"))
LANGS: list[Lang] = ["zh", "en"]
STORY = """
contract: pallet-note
version: 1
title: {en: Note over pallets, zh: 托盘存放单}
kind: {en: Pallet note, zh: 存放单}
roles:
  keeper: {zh: 保管人, en: Keeper (of the store), accredited: warehouse}
  holder: {zh: 持有人, en: Holder}
  lender: {zh: 质权人, en: Lender, optional: true}
  customs: {zh: 海关, en: Customs, observer: true, optional: true}
quantity: {unit: pallet, zh: 托, en: pallets}
fields:
  until_day: {type: date, zh: 存放截止日, en: Last day}
  claim: {type: commitment?, zh: 被担保债权, en: Claim}
  before: {type: party?, zh: 前手, en: Holder before}
states:
  stored: {zh: 在库, en: Stored}
  released!: {zh: 已出库, en: Released}
  split!: {zh: 已分割, en: Split}
actions:
  store:
    title: {en: Store, zh: 入库}
    by: keeper
    args: {holder: party, until_day: date, pallets: {type: quantity, zh: 托数, en: Number of pallets}}
    when:
      in-future:
        that: args.until_day > today
        says: {en: The last day lies in the past., zh: 存放截止日不得早于今日。}
    set: {holder: args.holder, until_day: args.until_day}
    to: stored
    mint: args.pallets
  pledge:
    title: {en: Pledge, zh: 出质}
    by: [holder, keeper, lender]
    from: stored
    args: {lender: party, claim: commitment}
    when:
      already-pledged:
        that: "!has(self.lender)"
        says: {en: The note is already pledged., zh: 该存放单已出质。}
    set: {lender: args.lender, claim: args.claim, before: self.holder}
  discharge:
    title: {en: Discharge, zh: 解除质押}
    by: lender
    from: stored
    set: {lender: null, claim: null}
  divide:
    title: {en: Divide, zh: 分割}
    by: [holder, "lender?"]
    from: stored
    args: {parts: {type: "list(quantity, 16)", zh: 各份, en: Parts}}
    split: args.parts
    to: split
    informs: [keeper]
  release:
    title: {en: Release, zh: 出库}
    by: anyone
    from: stored
    burn: all
    to: released
    requires:
      paid: {contract: payment@1, action: pay, where: its.args.note == self.id}
always:
  held: self.state != "stored" || self.quantity > 0
"""


@pytest.fixture(scope="module")
def note() -> Page:
    return load(STORY).page


def text(page: Page, lang: Lang) -> str:
    return as_markdown(document(page, lang))


SAID = [
    ("zh", "**出质** `pledge`：由持有人、保管人和质权人共同办理，应当载明质权人和被担保债权。"),
    ("zh", "有下列理由的，不予办理：该存放单已出质〔`already-pledged`〕。"),
    ("zh", "办理后，按所载记录质权人和被担保债权；前手记为原持有人。"),
    ("zh", "产生存放单"),
    ("zh", "**入库** `store`：由保管人办理，状态为“在库”，应当载明持有人、存放截止日和托数。"),
    ("zh", "签发数量（托）：所载托数"),
    ("zh", "不再记载质权人和被担保债权"),
    ("zh", "由持有人（设有质权人的，一并签署）办理"),
    ("zh", "全部数量按所载各份分为若干份新的存放单，状态为“在库”"),
    ("zh", "任何单位均可以办理"),
    ("zh", "须与 `payment@1` 的 `pay` 在同一指令中一并办理（`its.args.note == self.id`）〔`paid`〕"),
    ("zh", "转为“已出库”；核销全部数量"),
    ("zh", "状态为“在库”的，剩余数量多于0〔`held`〕"),
    ("zh", "“分割”仅保管人、持有人和质权人知悉"),
    ("zh", "保管人（须具备仓储保管人资质准入）；持有人。可以空缺的：质权人"),
    (
        "en",
        "**Pledge** `pledge`, by the Holder, the Keeper and the Lender together, stating Lender and Claim.",
    ),
    ("en", "Ground for refusal: The note is already pledged \\[`already-pledged`\\]."),
    ("en", "Then Lender and Claim are recorded as stated; Holder before becomes the Holder so far."),
    ("en", "While the pallet note is “Stored”"),
    ("en", "by the Holder, with the Lender where there is one, stating Parts"),
    ("en", "by anyone"),
    ("en", "the pallet note is “Released”; its whole quantity ceases"),
    ("en", "where the state is “Stored”: the quantity left is more than 0 \\[`held`\\]"),
    ("en", "Keeper (of the store) (accredited as warehouse keeper)"),
]


@pytest.mark.parametrize(("lang", "said"), SAID)
def test_what_the_page_does_is_said(note: Page, lang: Lang, said: str) -> None:
    assert said in text(note, lang)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_a_library_page_takes_at_most_two_sides(path: Path, lang: Lang) -> None:
    blocks = document(load(path.read_text("utf-8")).page, lang)
    size = paper.type_size(blocks)
    assert size is not None, f"{paper.sides(blocks, paper.SIZES[-1]):.2f} sides in the smallest type"


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("path", [*LIBRARY, *sorted(PAGES.glob("*.yaml"))], ids=lambda path: path.stem)
def test_every_action_clause_and_state_is_in_the_prose(path: Path, lang: Lang) -> None:
    page = load(path.read_text("utf-8")).page
    told = text(page, lang)
    for action in page.actions:
        assert f"`{action.name}`" in told
        assert all(f"`{clause.name}`" in told for clause in action.when)
        assert all(f"`{need.name}`" in told for need in action.requires)
    assert all(f"`{clause.name}`" in told for clause in page.always)


def test_more_than_two_sides_are_noticed(note: Page) -> None:
    blocks = [*document(note, "zh")] * 12
    assert paper.type_size(blocks) is None
    assert paper.sides(blocks, 10) > paper.sides(blocks, 8) > paper.SIDES


def test_a_terminal_gets_lines_that_fit(note: Page) -> None:
    for lang in LANGS:
        assert max(map(columns, as_lines(document(note, lang), 60))) <= 64
    assert wrapped("甲乙丙，丁", 6) == ["甲乙丙，", "丁"]
    assert wrapped("one two three", 8) == ["one two", "three"]


def test_nothing_of_a_page_becomes_markup() -> None:
    blocks: list[Block] = [
        Heading("<b>&", 1),
        Paragraph(f"a*b_ {strong('x')} {code('`<i>`')} <script>"),
        Bullets(("[l](u)",)),
    ]
    assert as_html(blocks) == (
        "<h1>&lt;b&gt;&amp;</h1>\n<p>a*b_ <strong>x</strong> <code>`&lt;i&gt;`</code> &lt;script&gt;</p>\n"
        "<ul><li>[l](u)</li></ul>"
    )
    assert "\\<script\\>" in as_markdown(blocks)
    assert "\\[l\\](u)" in as_markdown(blocks)


@pytest.mark.real
@pytest.mark.parametrize("lang", LANGS)
def test_chromium_prints_the_longest_page_on_two_sides(chromium: str, lang: Lang) -> None:
    from playwright.sync_api import sync_playwright

    pages = [load(path.read_text("utf-8")).page for path in LIBRARY]
    blocks = max((document(page, lang) for page in pages), key=lambda one: paper.height(one, 8))
    sheet = paper.sheet("", as_html(blocks), lang, paper.type_size(blocks) or 0)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        shown = browser.new_page()
        shown.set_content(sheet)
        printed = shown.pdf(prefer_css_page_size=True)
        browser.close()
    assert len(re.findall(rb"/Type\s*/Page[^s]", printed)) == paper.SIDES
