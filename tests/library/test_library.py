"""What every page of the library owes its readers: soundness, both languages, a basis, stories, two sides of
paper, and a place on every new ledger.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import mutation
from wusong.contract import model as m
from wusong.contract.examples import run_compiled
from wusong.contract.page import Page, load
from wusong.contract.report import check
from wusong.contract.show import document, paper
from wusong.crypto.suites import INTL
from wusong.errors import Lang
from wusong.ledger.genesis import DEFAULTS
from wusong.node import library as shelf
from wusong.node.domains import domains
from wusong.node.founding import Founding, found
from wusong.node.node import Node

FILES = {path.stem: path for path in mutation.pages()}
READ: dict[str, Page] = {name: load(path.read_bytes()) for name, path in FILES.items()}
SPEAKING = ("title", "kind", "summary", "says", "text")
LEAST_STORIES = 8


def model(name: str) -> m.Page:
    assert [str(finding) for finding in READ[name].findings] == []
    compiled = READ[name].compiled
    assert compiled is not None
    return compiled.page


def said(value: object, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything that a model says in words, with its place."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in SPEAKING and isinstance(inner, dict) and {"en", "zh"} & inner.keys():
                yield f"{path}.{key}", inner
            elif key != "examples":
                yield from said(inner, f"{path}.{key}")
    if isinstance(value, list):
        for n, inner in enumerate(value):
            yield from said(inner, f"{path}.{n}")


def chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


@pytest.mark.parametrize("name", FILES)
def test_page_passes_the_checker(name: str) -> None:
    known = {each.name: each for each in map(model, FILES)}
    report = check(READ[name], INTL, library=known)
    assert (report["passed"], report["findings"]) == (
        True,
        [finding for finding in report["findings"] if finding.get("severity") == "advice"],
    )


@pytest.mark.parametrize("name", FILES)
def test_page_is_called_as_its_file_and_names_its_basis(name: str) -> None:
    page = model(name)
    assert page.contract == name
    assert page.basis
    assert page.summary is not None


@pytest.mark.parametrize("name", FILES)
def test_everything_is_said_in_both_languages(name: str) -> None:
    for path, text in said(READ[name].model):
        assert chinese(text["zh"]), path
        assert text["en"].isascii() or not chinese(text["en"]), path
        assert text["en"] != text["zh"], path


@pytest.mark.parametrize("name", FILES)
def test_parts_have_titles_and_guards_say_why(name: str) -> None:
    page = READ[name].model
    for part in ("roles", "fields", "states", "actions", "deadlines"):
        assert [each["name"] for each in page.get(part, []) if "title" not in each] == []
    for action in page["actions"]:
        assert [clause["name"] for clause in action.get("when", []) if "says" not in clause] == []


@pytest.mark.parametrize("name", FILES)
def test_page_tells_enough_stories_and_a_ledger_has_the_patience_for_them(name: str) -> None:
    page = READ[name]
    assert page.compiled is not None
    results = run_compiled(page.compiled)
    assert [result for result in results if not result.ok] == []
    assert len(results) >= LEAST_STORIES
    assert sum(result.steps for result in results) <= DEFAULTS["page_steps"]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", FILES)
def test_page_prints_on_two_sides(name: str, lang: Lang) -> None:
    blocks = document(model(name), lang)
    assert paper.type_size(blocks) is not None, f"{paper.sides(blocks, paper.SIZES[-1]):.2f} sides"


def test_each_domain_offers_what_lies_in_its_folder() -> None:
    offered = {Path(str(page)).stem for domain in domains() for page in domain.pages()}
    assert sorted(offered & FILES.keys()) == sorted(FILES)


def test_a_new_node_has_the_whole_library(tmp_path: Path) -> None:
    found(tmp_path / "node", Founding(suite="intl", trial=True))
    node = Node.open(tmp_path / "node")
    try:
        names = [f"{page.contract}@{page.version}" for page in map(model, FILES)]
        assert [shelf.find(node, name).name for name in names] == names
    finally:
        node.close()
