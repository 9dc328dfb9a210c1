"""The pages that come with the program pass; an exploration is the same every time; the checker's parts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from wusong.contract import load
from wusong.contract import model as m
from wusong.contract.checker import examine, forget
from wusong.contract.checker.explore import explore
from wusong.contract.checker.free import FREE, freed
from wusong.contract.checker.syntax import tree, written
from wusong.contract.checker.uses import VALUE, Uses, amounts

SOURCE = Path(__file__).parents[3] / "src" / "wusong"
FILES = sorted([*SOURCE.glob("data/contracts/*.yaml"), *SOURCE.glob("trade/contracts/*.yaml")])


def page(path: Path) -> m.Page:
    read = load(path.read_bytes())
    assert [str(finding) for finding in read.findings] == []
    assert read.compiled is not None
    return read.compiled.page


LIBRARY = {page(path).name: page(path) for path in FILES}
DATA_USE = LIBRARY["data-use@1"]
SMALL = """
contract: small
version: 1
title: {en: Small, zh: 小合约}
roles: {maker: {zh: 出票方}, taker: {zh: 受让方}}
fields: {paper: asset(other@1), price: money(CNY), note: "text(9)?", last: date}
quantity: {unit: t}
states: [open, done!]
actions:
  make:
    by: maker
    args: {taker: party, paper: asset(other@1), note: "text(9)?", last: date, weight: quantity}
    when:
      known: {that: 'args.paper.state == "open" && args.weight > 1', says: {en: No., zh: 否。}}
    set: {taker: args.taker, paper: args.paper, price: args.paper.price, note: args.note, last: args.last}
    mint: args.weight
    to: open
  end:
    by: taker
    from: open
    when:
      dear: {that: self.price > 7, says: {en: No., zh: 否。}}
      late: {that: today > self.last, says: {en: No., zh: 否。}}
    requires:
      paid: {contract: payment@1, action: pay, where: its.args.amount == self.price}
    burn: all
    to: done
"""


def small() -> m.Page:
    read = load(SMALL)
    assert read.compiled is not None, read.findings
    return read.compiled.page


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shipped_page_has_nothing_that_refuses_it(path: Path) -> None:
    found = examine(page(path), LIBRARY)
    assert [(f.code, f.path, f.data) for f in found.findings if f.severity == "refuse"] == []
    assert found.depth >= 1


def test_what_the_page_cannot_decide_is_named() -> None:
    found = explore(small())
    assert found.free.assumed == [
        "actions.make.when.known", "actions.make.set.price", "actions.end.requires.paid",
    ]  # fmt: skip
    assert found.complete
    (make, end) = freed(small()).page.actions
    assert [clause.that for clause in make.when] == ["(true && (args.weight > 1))"]
    assert make.set["price"] == f"args.{FREE}price"
    assert [argument.name for argument in make.args][-1] == f"{FREE}price"
    assert end.requires == []


def test_only_what_matters_is_varied() -> None:
    uses = Uses(freed(small()).page)
    assert uses.matters(("make", "weight")) == VALUE
    assert uses.matters(("make", "last")) == VALUE
    assert uses.matters(("make", "note")) == uses.matters(("self", "note")) == 0
    assert uses.of(("self", "price")).numbers == {7}
    assert uses.timed == {"end"}
    assert uses.pairs == set()


def test_one_exploration_is_like_another(tmp_path: Path) -> None:
    """In processes with other hash seeds, to the last word of each story."""
    program = tmp_path / "once.py"
    program.write_text(
        "import json, sys\n"
        "from wusong.contract import load\n"
        "from wusong.contract.checker import examine\n"
        "page = load(open(sys.argv[1], 'rb').read()).compiled.page\n"
        "found = examine(page)\n"
        "print(json.dumps([found.to_json(), [f.to_json() for f in found.findings]]))\n"
    )
    broken = Path(__file__).parent / "pages" / "due-date-moved.yaml"
    said = set()
    for seed in ("1", "2"):
        env = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(SOURCE.parent)}
        ran = subprocess.run(
            [sys.executable, str(program), str(broken)], env=env, capture_output=True, text=True, check=True
        )
        said.add(ran.stdout)
    assert len(said) == 1
    assert "page-always-broken" in said.pop()


def test_a_spent_budget_is_said_and_nothing_is_missed_by_it() -> None:
    found = examine(DATA_USE, budget=300)
    assert not found.complete
    assert found.depth < examine(DATA_USE).depth
    absences = {"page-state-unreachable", "page-action-never", "page-role-never-filled"}
    assert {finding.code for finding in found.findings}.isdisjoint(absences)


def test_the_report_is_small_json() -> None:
    forget()
    found = examine(DATA_USE, LIBRARY)
    said = json.dumps([found.to_json(), [finding.to_json() for finding in found.findings]])
    assert len(said) < 20_000


EXPRESSIONS = sorted(
    {
        text
        for each in LIBRARY.values()
        for texts in (
            [clause.that for clause in each.always],
            *([clause.that for clause in action.when] for action in each.actions),
            *(amounts(action) for action in each.actions),
            *([text for text in action.set.values() if text] for action in each.actions),
        )
        for text in texts
    }
)


def shape(node: Any) -> Any:  # noqa: ANN401 - any part of a tree
    """A tree without its places in the text."""
    if is_dataclass(node):
        return [type(node).__name__, *(shape(getattr(node, f.name)) for f in fields(node) if f.name != "pos")]
    return [shape(item) for item in node] if isinstance(node, list | tuple) else repr(node)


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_a_tree_is_written_as_it_was_read(text: str) -> None:
    assert shape(tree(written(tree(text)))) == shape(tree(text))
