"""Two versions of a page, compared role by role."""
# ruff: noqa: E501 - a row of a table stays one line

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from contract.worlds import page as load
from wusong.contract import model as m
from wusong.contract.show.diff import compare, document
from wusong.contract.show.marks import as_lines, bare
from wusong.errors import Lang

PAGES = Path(__file__).parent / "pages"


def read(name: str) -> m.Page:
    return load((PAGES / f"{name}.yaml").read_text("utf-8")).page


OLD, NEW = read("pallet-note-1"), read("pallet-note-2")
CHANGES = [
    ("en", "keeper", "allows", "Record a loss lose, while “Stored”, signed by the Keeper"),
    ("en", "keeper", "forbids", "Pledge pledge: refused on a new ground: Nobody pledges to themselves [not-oneself]"),
    ("en", "lender", "allows", "Pledge pledge: no longer refused for: The note is already pledged [already-pledged]"),
    ("en", "holder", "changes", "Divide divide: is signed by the Holder and the Keeper together, with the Lender where there is one; it was the Holder, with the Lender where there is one"),
    ("en", "*", "forbids", "Release release"),
    ("zh", "keeper", "allows", "登记灭失 lose（处于“在库”时，由保管人办理）"),
    ("zh", "keeper", "forbids", "出质 pledge：增加不予办理的理由：不得向自己出质〔not-oneself〕"),
    ("zh", "*", "forbids", "出库 release"),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "role", "sort", "text"), CHANGES)
def test_what_changes_for_a_role(lang: Lang, role: str, sort: str, text: str) -> None:
    assert (sort, text) in [(one.sort, bare(one.text)) for one in compare(OLD, NEW, lang).roles[role]]


def test_the_other_way_round_what_was_allowed_is_forbidden() -> None:
    found = compare(NEW, OLD, "en")
    told = [(one.sort, bare(one.text)) for one in found.roles["keeper"]]
    assert ("forbids", "Record a loss lose") in told
    assert bare(found.whole[0].text) == "dropped state: “Lost” (final)"
    assert [one.sort for one in found.roles["*"]] == ["allows"]


def test_states_are_told_to_everyone() -> None:
    assert [bare(one.text) for one in compare(OLD, NEW, "zh").whole] == ["新增状态：“已灭失”（终态）"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_does_not_differ_from_itself(lang: Lang) -> None:
    assert compare(OLD, OLD, lang).none
    assert len(as_lines(document(OLD, OLD, lang))) == 3


EDITS = [
    ("until: answer", "after: payment", "acceptor", "forbids", "Accept accept: is open only once “Time to pay” has passed"),
    ("    until: answer\n    duty: acceptor\n", "", "acceptor", "allows", "Accept accept: no longer bound to “Time to accept”"),
    ("due: {payment: self.due}", "due: {payment: now + 86400000}", "acceptor", "changes", "Accept accept: “Time to pay” runs until the time of the act plus 1 day; before: it runs until the Due so far"),
    ("in: [drawn], to: refused, burn: all", "in: [drawn], to: paid, burn: all", "whole", "changes", "changed deadline: “Time to accept” runs while “Drawn”; when it passes, the draft is “Paid” without anyone's doing, its whole quantity ceases; before: “Time to accept” runs while “Drawn”; when it passes, the draft is “Refused” without anyone's doing, its whole quantity ceases"),
    ("en: Acceptor}", "en: Acceptor, accredited: bank}", "whole", "changes", "changed role: Acceptor (accredited as bank); before: Acceptor without conditions"),
    ("prevails: zh", "prevails: en", "whole", "changes", "which wording of the contract text prevails: English; before: Chinese"),
    ("upgrade: [drawer, acceptor]", "upgrade: [drawer]", "whole", "changes", "who signs to move an asset to a later version: Drawer; before: Drawer and Acceptor"),
    ("args: {acceptor: party, due: time", "args: {acceptor: party, place: text(9), due: time", "drawer", "changes", "Draw draw: also states Place"),
    ("set: {acceptor: args.acceptor, due: args.due}", "set: {acceptor: args.acceptor, due: now}", "drawer", "changes", "Draw draw: Due becomes the time of the act; before: the Due stated"),
]  # fmt: skip


@pytest.mark.parametrize(("was", "now", "role", "sort", "text"), EDITS)
def test_each_edit_is_told(was: str, now: str, role: str, sort: str, text: str) -> None:
    written = (PAGES / "acceptance-1.yaml").read_text("utf-8")
    assert was in written
    old, new = read("acceptance-1"), load(written.replace(was, now)).page
    found = compare(old, new, "en")
    changes = found.whole if role == "whole" else found.roles[role]
    assert (sort, text) in [(one.sort, bare(one.text)) for one in changes]


def test_how_a_quantity_is_divided_is_told_before_and_after() -> None:
    divide = next(one for one in OLD.actions if one.split is not None)
    whole = msgspec.structs.replace(divide, split=None, to="stored")
    other = msgspec.structs.replace(OLD, actions=[whole if one is divide else one for one in OLD.actions])
    told = [bare(one.text) for one in compare(OLD, other, "en").roles["holder"]]
    assert any("now nothing is divided; before: its whole quantity goes to new ones" in one for one in told)
    told = [bare(one.text) for one in compare(other, OLD, "zh").roles["holder"]]
    assert any("现为：全部数量按" in one and "原为：不作分割" in one for one in told)
