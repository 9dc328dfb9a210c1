"""One row per finding that only the second profile knows."""

from __future__ import annotations

import pytest

from wusong.contract import load

GOOD = """\
contract: order
version: 2
title: {en: Order, zh: 订单}
calendars: [cn-work]
zone: "+09:00"
roles:
  seller: {zh: 卖方}
  buyer: {zh: 买方}
  agent: {zh: 代理人, among: agents}
  watcher: {zh: 知情方, optional: true, observer: true}
quantity: {unit: piece}
fields:
  agents: "list(party, 4)"
  promised: date
  memo: text(40)?
  asked: party?
  seen: time?
states: [open, late, done!]
deadlines:
  delivery: {zh: 交付期限, in: [open], to: late}
  expiry: {zh: 有效期, in: [open, late], to: done, burn: all, clear: [memo]}
  question: {zh: 质询期}
upgrade: [buyer, seller]
follows: {page: order@1, states: {begun: open}, fields: {promised: self.day, memo: self.note}, drops: [old]}
races: [[deliver, ask]]
text:
  zh: "{seller} 向 {buyer} 交付 {quantity}。"
  en: "{seller} delivers {quantity} to {buyer}, {{as agreed}}."
  prevails: zh
actions:
  order:
    by: [buyer, seller]
    args: {agents: "list(party, 4)", promised: date, pieces: quantity}
    to: open
    mint: args.pieces
    set: {agents: args.agents, promised: args.promised}
    due: {delivery: day_end(args.promised), expiry: 'day_end(workday(args.promised, 5, "cn-work"))'}
  ask:
    by: agent
    from: [open, late]
    set: {asked: as.agent}
    due: {question: now + 86400000}
  deliver:
    by: seller
    from: [open, late]
    until: expiry
    duty: seller
    when:
      no-question:
        that: size(self.agents) > 0
        says: {en: Nobody., zh: 无人。}
    to: done
    burn: all
  remind:
    by: anyone
    from: late
    after: question
    due: {question: null}
"""

ROWS: list[tuple[str, str, str] | tuple[str, str, str, int]] = [
    ("page-bad-zone", '"+09:00"', '"+15:00"'),
    ("page-bad-zone", '"+09:00"', "Tokyo"),
    ("page-not-a-pair", "[[deliver, ask]]", "[[deliver, ask, remind]]"),
    ("page-not-a-list", "[[deliver, ask]]", "{deliver: ask}"),
    ("page-unknown-action", "[[deliver, ask]]", "[[deliver, asks]]"),
    ("page-name-twice", "[[deliver, ask]]", "[[deliver, deliver]]"),
    ("page-unknown-deadline", "until: expiry", "until: expiri"),
    ("page-unknown-deadline", "{question: null}", "{questions: null}"),
    ("page-deadline-never-starts", "    due: {question: now + 86400000}\n", "", 22),
    ("page-deadline-ends-at-once", "in: [open], to", "in: [late], to", 37),
    ("page-deadline-in-final", "in: [open], to", "in: [open, done], to"),
    ("page-unknown-state", "in: [open], to", "in: [opened], to"),
    ("page-deadline-holds", ", burn: all, clear", ", clear"),
    ("page-deadline-moves-nothing", "zh: 质询期", "zh: 质询期, clear: [memo]"),
    ("page-empties-required", "clear: [memo]", "clear: [promised]"),
    ("page-unknown-target", "clear: [memo]", "clear: [agent]"),
    ("page-no-quantity", "quantity: {unit: piece}\n", "", 20),
    ("page-nothing-runs-yet", "    to: open\n", "    to: open\n    until: expiry\n", 31),
    ("page-nothing-runs-yet", "by: [buyer, seller]\n    args", "by: [buyer, seller, agent]\n    args", 31),
    ("page-after-never", "after: question", "after: expiry"),
    ("page-duty-of-another", "duty: seller", "duty: buyer"),
    ("page-among", "among: agents", "among: promised", 9),
    ("page-among", "among: agents", "among: agents, optional: true", 9),
    ("page-among", "by: agent\n", "by: agent?\n", 9),
    ("page-unknown-target", "set: {asked: as.agent}", "set: {agent: as.agent}"),
    ("page-does-not-fit", "question: now + 86400000", "question: today"),
    ("page-may-be-empty", "question: now + 86400000", "question: self.seen"),
    ("page-follows-itself", "order@1", "order@2", 24),
    ("page-unknown-state", "begun: open", "begun: opened"),
    ("page-unknown-target", "memo: self.note", "note: self.note"),
    ("expr-not-here", "promised: self.day", "promised: now"),
    ("page-unknown-role", "upgrade: [buyer, seller]", "upgrade: [bayer, seller]"),
    ("page-observer-signs", "upgrade: [buyer, seller]", "upgrade: [watcher]"),
    ("page-text-place", "{buyer}, {{as", "{byer}, {{as"),
    ("page-text-place", "{buyer}, {{as", "{agent}, {{as"),
    ("page-text-brace", "agreed}}", "agreed}"),
    ("page-bad-shape", "prevails: zh", "prevails: fr"),
    ("page-name-reserved", "  remind:\n", "  lapse:\n", 54),
    ("page-name-reserved", "  remind:\n", "  upgrade:\n", 54),
    ("page-not-a-time", "  remind:\n", "{example}", 63),
    ("expr-calendar", '5, "cn-work"', '5, "cn-bank"'),
    ("expr-operands", "day_end(args.promised), expiry", "day_end(args.pieces), expiry"),
    ("expr-unknown-function", "day_end(args.promised), expiry", "args.promised.day_end(), expiry"),
    ("expr-unknown-function", "day_end(args.promised), expiry", '"workday(args.promised)", expiry'),
]  # fmt: skip
EXAMPLE = """\
examples:
  - name: a time that is none
    given: {parties: [shop]}
    acts:
      - {do: order, by: shop, at: "2026-02-30"}
"""


def test_the_good_page_is_good() -> None:
    page = load(GOOD)
    assert [str(finding) for finding in page.findings] == []
    assert page.model["profile"] == "wusong-cel/2"


@pytest.mark.parametrize("row", ROWS, ids=[f"{n}-{row[0]}" for n, row in enumerate(ROWS)])
def test_refused(row: tuple[str, str, str] | tuple[str, str, str, int]) -> None:
    code, found, replacement = row[:3]
    assert found in GOOD
    line = row[3] if len(row) == 4 else GOOD[: GOOD.index(found)].count("\n") + 1
    text = GOOD + EXAMPLE if replacement == "{example}" else GOOD.replace(found, replacement, 1)
    findings = load(text).findings
    assert (code, line) in {(finding.code, finding.line) for finding in findings}
    assert all(finding.line and finding.column for finding in findings)
    assert all(finding.explain(lang).what for finding in findings for lang in ("en", "zh"))
