"""One row per finding: a page that is wrong in one way is refused for that reason, at that place."""

from __future__ import annotations

import pytest

from contract import test_bad_pages_of_the_second_profile as second
from wusong.contract import load
from wusong.contract.codes import FINDINGS
from wusong.contract.findings import Finding

GOOD = """\
contract: note
version: 1
title: {en: Note, zh: 票据}
roles:
  issuer: {zh: 出票人}
  owner: {zh: 持有人}
  reader: {zh: 知情方, optional: true, observer: true}
quantity: {unit: cent}
fields:
  due: date
  memo: text(40)?
  colour: "enum[red, green]"
states: [open, closed!]
actions:
  issue:
    by: issuer
    args: {owner: party, due: date, amount: quantity, colour: "enum[red, green]", memo: text(20)?}
    to: open
    mint: args.amount
    set: {owner: args.owner, due: args.due, colour: args.colour, memo: args.memo}
  pay:
    by: [owner, issuer]
    from: open
    args: {parts: "list(quantity, 8)", memo: text(64)?, price: money(CNY)?, old: asset(note)?, other: asset(bill@2)?}
    when:
      not-due:
        that: today >= self.due
        says: {en: Not due yet., zh: 尚未到期。}
    to: closed
    burn: all
always:
  has-owner: has(self.owner)
"""  # noqa: E501

# code, what is replaced in the good page, by what, and the line of the finding where it is another
ROWS: list[tuple[str, str, str] | tuple[str, str, str, int]] = [
    ("yaml-syntax", "roles:\n", "roles: [\n", 6),
    ("yaml-directive", "contract: note", "%YAML 1.2\n---\ncontract: note"),
    ("yaml-documents", "always:", "---\nalways:"),
    ("yaml-anchor", "version: 1", "version: &v 1"),
    ("yaml-anchor", "burn: all", "burn: *v"),
    ("yaml-tag", "version: 1", "version: !!int 1"),
    ("yaml-tag", "that: today >= self.due", "that: !has(self.memo)"),
    ("yaml-comma", '"list(quantity, 8)"', "list(quantity, 8)"),
    ("yaml-key", "version: 1", "version: 1\n7: x", 3),
    ("yaml-key-twice", "version: 1", "version: 1\nversion: 2", 3),
    ("yaml-invisible", "en: Note,", "en: No\u202ete,"),
    ("yaml-not-nfc", "en: Note,", "en: Cafe\u0301,"),
    ("yaml-number", "version: 1", "version: 9007199254740992"),
    ("yaml-number", "version: 1", f"version: {'9' * 5000}"),
    ("yaml-ambiguous", "unit: cent", "unit: yes"),
    ("yaml-ambiguous", "version: 1", "version: 1.0"),
    ("yaml-ambiguous", "version: 1", "version: 0x1F"),
    ("yaml-ambiguous", "unit: cent", "unit: 2026-01-01"),
    ("page-not-a-mapping", "roles:\n", "roles: [issuer]\nrole:\n"),
    ("page-not-a-list", "always:", "examples: {}\nalways:"),
    ("page-unknown-key", "version: 1", "version: 1\nvresion: 2", 3),
    ("page-bad-name", "burn: all", "burn: all\n    until: self.due", 31),
    ("page-not-a-mapping", "version: 1", "version: 1\nfollows: note@1", 3),
    ("page-missing-key", "version: 1\n", "", 1),
    ("page-bad-name", "contract: note", "contract: Note"),
    ("yaml-key", "  owner: {zh", "  оwner: {zh"),  # the first letter is Cyrillic
    ("page-not-a-text", "unit: cent", "unit: [cent]"),
    ("page-not-a-number", "version: 1", "version: one"),
    ("page-not-a-flag", "observer: true", "observer: 1"),
    ("page-not-an-expression", "mint: args.amount", "mint: [1]"),
    ("page-unknown-type", "due: date\n", "due: day\n"),
    ("page-unknown-type", "memo: text(40)?", "memo: text?"),
    ("page-split-state", "mint: args.amount", "split: args.amount"),
    ("page-bad-shape", "version: 1", "version: 0"),
    ("page-no-creating-action", "    to: open\n", "    to: open\n    from: open\n", 15),
    ("page-name-twice", "  due: date\n", "  due: date\n  owner: party\n", 11),
    ("page-name-reserved", "  due: date\n", "  due: date\n  state: int?\n", 11),
    ("page-name-reserved", "amount: quantity", "now: quantity?, amount: quantity"),
    ("page-list-of-lists", "  due: date\n", '  due: date\n  grid: "list(list(int, 2), 2)?"\n', 11),
    ("page-no-quantity", "quantity: {unit: cent}\n", "", 16),
    ("page-unknown-role", "by: [owner, issuer]", "by: [owner, isuer]"),
    ("page-unknown-state", "to: closed", "to: close"),
    ("page-guard-says-nothing", "        says: {en: Not due yet., zh: 尚未到期。}\n", "", 26),
    ("page-who-signs", "by: [owner, issuer]", "by: []"),
    ("page-observer-signs", "by: [owner, issuer]", "by: [owner, reader]"),
    ("page-acts-on-final", "from: open", "from: [open, closed]"),
    ("page-creates-nowhere", "    to: open\n", "", 15),
    ("page-left-empty", "due: args.due, ", "", 15),
    ("page-left-empty", "set: {owner: args.owner, ", "set: {", 15),
    ("page-unknown-target", "due: args.due", "doe: args.due"),
    ("page-empties-required", "burn: all", "burn: all\n    set: {owner: null}", 31),
    ("page-may-be-empty", "memo: text(40)?", "memo: text(40)", 20),
    ("page-does-not-fit", "due: args.due", "due: args.amount"),
    ("page-does-not-fit", "colour: args.colour", "colour: '\"blue\"'"),
    ("page-does-not-fit", "mint: args.amount", "mint: args.due"),
    ("page-quantity-twice", "burn: all", "burn: all\n    mint: 1", 21),
    ("page-nothing-to-take", "mint: args.amount", "burn: args.amount"),
    ("page-split-into-final", "burn: all", "split: {parts: args.parts, state: closed}"),
    ("page-merge-not-final", "burn: all", 'merge: {assets: "[args.old]", to: open}'),
    ("page-does-not-fit", "burn: all", 'merge: {assets: "[args.memo]", to: closed}'),
    ("page-too-costly", "today >= self.due", "{heavy}", 21),
    ("page-too-many-reads", "today >= self.due", " && ".join(["args.old.rev == 1"] * 49), 21),
    ("expr-bad-character", "today >= self.due", "today ≥ self.due"),
    ("expr-outside-profile", "today >= self.due", "1.5 > 1.0"),
    ("expr-outside-profile", "today >= self.due", "self.memo == null"),
    ("expr-bad-number", "today >= self.due", "today >= 9223372036854775808"),
    ("expr-open-string", "today >= self.due", "self.memo == 'x"),
    ("expr-bad-escape", "today >= self.due", r"self.memo == '\q'"),
    ("expr-too-long", "today >= self.due", "true" + " " * 4000 + "|| true"),
    ("expr-syntax", "today >= self.due", "today >="),
    ("expr-too-deep", "today >= self.due", "(" * 70 + "true" + ")" * 70),
    ("expr-too-deep", "today >= self.due", " && ".join(["true"] * 100)),
    ("expr-bad-macro", "today >= self.due", "has(self)"),
    ("expr-unknown-name", "today >= self.due", "todey >= self.due"),
    ("expr-not-here", "has(self.owner)", "args.amount > 0"),
    ("expr-unknown-member", "today >= self.due", "today >= self.dew"),
    ("expr-unknown-member", "mint: args.amount", "mint: self.quantity"),
    ("expr-two-steps", "today >= self.due", "args.other.parent.rev == 1"),
    ("expr-bad-map-key", "today >= self.due", "\"{'a': 1, 2: 3}.a == 1\""),
    ("expr-not-a-list", "today >= self.due", "self.due.exists(x, x > 1)"),
    ("expr-unbounded", "today >= self.due", "args.other.list.exists(x, x > 1)"),
    ("expr-macro-depth", "today >= self.due", "{deep}"),
    ("expr-type", "today >= self.due", "today"),
    ("expr-unknown-function", "today >= self.due", "self.memo.matches('a.*')"),
    ("expr-operands", "today >= self.due", "today >= self.quantity"),
    ("expr-operands", "today >= self.due", "today + self.due > 0"),
    ("expr-operands", "today >= self.due", "args.price > self.quantity"),
    ("expr-unknown-value", "today >= self.due", 'self.state == "opn"'),
    ("expr-unknown-value", "today >= self.due", 'self.colour in ["red", "blue"]'),
    ("expr-too-costly", "today >= self.due", "{costly}"),
]
DEEP = "args.parts.all(x, args.parts.all(y, args.parts.all(z, x + y > z)))"
WIDE = "args.parts.all(x, args.parts.all(y, " + " && ".join(["x + y + x + y > x"] * 20) + "))"
"""64 times some 200 nodes: just within the bound of one expression, beyond an action's when repeated."""


def wrong(found: str, replacement: str) -> list[Finding]:
    if replacement == "{deep}":
        replacement = f'"{DEEP}"'
    if replacement == "{costly}":
        replacement = f'"{WIDE}"'.replace("x + y + x + y > x", "x + y + x + y + x + y > x + y + x")
    if replacement == "{heavy}":
        clause = f'"{WIDE.replace("x + y + x + y > x", "x + y > x")}"'
        says = "\n        says: {en: A., zh: 甲。}"
        replacement = clause + "".join(f"{says}\n      more{n}:\n        that: {clause}" for n in range(7))
    assert found in GOOD
    return load(GOOD.replace(found, replacement, 1)).findings


def test_the_good_page_is_good() -> None:
    assert load(GOOD).findings == []


@pytest.mark.parametrize("row", ROWS, ids=[f"{n}-{row[0]}" for n, row in enumerate(ROWS)])
def test_refused(row: tuple[str, str, str] | tuple[str, str, str, int]) -> None:
    code, found, replacement = row[:3]
    line = row[3] if len(row) == 4 else GOOD[: GOOD.index(found)].count("\n") + 1
    findings = wrong(found, replacement)
    assert (code, line) in {(finding.code, finding.line) for finding in findings}
    assert all(finding.line and finding.column for finding in findings)


OTHER = [
    ("page-empty", b""),
    ("page-empty", b"# nothing\n"),
    ("page-not-utf8", b"contract: \xff\xfe"),
    ("page-too-large", b"#" * 140_000),
    ("yaml-byte-order-mark", b"\xef\xbb\xbfcontract: a"),
    ("yaml-too-deep", b"a: " + b"[" * 60_000),
    ("yaml-too-many", b"a: [" + b"1," * 21_000 + b"]"),
]


@pytest.mark.parametrize(("code", "data"), OTHER, ids=[f"{n}-{r[0]}" for n, r in enumerate(OTHER)])
def test_unreadable(code: str, data: bytes) -> None:
    assert [finding.code for finding in load(data).findings] == [code]


def test_every_finding_has_its_row() -> None:
    rows = {row[0] for row in [*ROWS, *OTHER, *second.ROWS]}
    assert FINDINGS.keys() - rows == {"page-example-fails", "page-profile"}  # in test_report, test_profiles


def test_place_points_into_the_expression() -> None:
    (finding,) = wrong("today >= self.due", "today >= self.dew")
    line = GOOD.replace("today >= self.due", "today >= self.dew", 1).splitlines()[finding.line - 1]
    assert line[finding.column - 1 :].startswith(".dew")
