"""Each safeguard of each page of the library is missed by somebody when it is taken away."""

from __future__ import annotations

from functools import cache

import pytest

import mutation
from wusong.contract.page import load

FILES = {path.stem: path for path in mutation.pages()}
SMALL = """
contract: small
version: 1
title: {en: Small, zh: 小合约}
roles: {maker: {zh: 出票方}, taker: {zh: 受让方}}
fields: {weight: int}
deadlines: {term: {zh: 期限}}
states: [open, done!]
actions:
  make:
    by: [maker, taker]
    args: {weight: int}
    when:
      some: {that: args.weight > 0, says: {en: None., zh: 没有。}}
      few: {that: args.weight < 9, says: {en: Many., zh: 过多。}}
    set: {weight: args.weight}
    due: {term: now + 1000}
    to: open
  end: {by: [maker, taker], from: open, until: term, to: done}
examples:
  - name: made and ended
    given: {parties: [a, b]}
    acts:
      - {do: make, by: {maker: a, taker: b}, args: {weight: 0}, refused: some}
      - {do: make, by: {maker: a, taker: b}, args: {weight: 1}, new: thing}
      - {do: end, by: [a, b], asset: thing}
"""


@cache
def mutants(name: str) -> list[mutation.Mutant]:
    return mutation.mutants(FILES[name].read_text("utf-8"))


@pytest.mark.parametrize("name", FILES)
def test_what_is_taken_away_is_missed(name: str) -> None:
    assert [str(each) for each in mutants(name) if not each.caught and not mutation.excused(each)] == []


@pytest.mark.parametrize("name", FILES)
def test_no_guard_survives(name: str) -> None:
    assert [str(each) for each in mutants(name) if each.kind == "guard" and not each.caught] == []


def test_excuses_are_needed() -> None:
    alive = {str(each) for name in FILES for each in mutants(name) if not each.caught}
    assert sorted(mutation.SURVIVORS.keys() - alive) == []


def test_companions_are_those_written_down() -> None:
    found: dict[str, str] = {}
    for path in FILES.values():
        page = load(path.read_bytes())
        assert page.compiled is not None
        found |= mutation.companions(page.compiled.program)
    assert found == mutation.COMPANIONS


@pytest.mark.parametrize("name", FILES)
def test_no_example_holds_a_signature_that_is_not_needed(name: str) -> None:
    page = load(FILES[name].read_bytes())
    assert page.compiled is not None
    assert mutation.needless(page.compiled.program) == []


def test_a_page_with_poor_examples_is_found_out() -> None:
    assert {str(each): each.caught for each in mutation.mutants(SMALL)} == {
        "small.make.some": True,
        "small.make.few": False,
        "small.make.taker": True,
        "small.end.taker": True,
        "small.end.until-term": False,
    }
    score = mutation.markdown(mutation.mutants(SMALL))
    assert "| small | 1/2 | 2/2 | 0/1 |  | 60 % |" in score
    assert "* `small.make.few` (guard): **survives**" in score


def test_a_signature_too_many_is_found_out() -> None:
    more = SMALL.replace("parties: [a, b]", "parties: [a, b, c]").replace(
        "by: [a, b], asset", "by: [a, b, c], asset"
    )
    page = load(more)
    assert page.compiled is not None
    assert mutation.needless(page.compiled.program) == ["made and ended: end without c"]
