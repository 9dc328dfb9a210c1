"""The documents hold: links lead somewhere, blocks run or parse, words and ADRs have their form."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
ADRS = sorted((ROOT / "docs" / "adr").glob("*.md"))
CJK = re.compile(r"[\u4e00-\u9fff]")
FENCE = re.compile(
    r"^(?P<indent> *)```(?P<lang>\w*)[^\n]*\n(?P<body>.*?)^(?P=indent)```\s*$", re.MULTILINE | re.DOTALL
)
NOT_RUN = re.compile(r"<!-- not run: .+ -->\s*\Z")


@dataclass(frozen=True)
class Block:
    """One fenced block of a document."""

    where: str
    lang: str
    body: str


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks(path: Path) -> list[Block]:
    """The blocks of a document that are meant to run or to parse."""
    text = path.read_text()
    return [
        Block(f"{name(path)}:{text.count(chr(10), 0, found.start()) + 1}", found["lang"], found["body"])
        for found in FENCE.finditer(text)
        if not NOT_RUN.search(text[: found.start()])
    ]


ALL = [block for path in DOCS for block in blocks(path)]


def of(*langs: str) -> list[Block]:
    return [block for block in ALL if block.lang in langs]


def where(block: object) -> str:
    return block.where if isinstance(block, Block) else ""


@pytest.mark.parametrize("path", DOCS, ids=name)
def test_links_lead_somewhere(path: Path) -> None:
    text = re.sub(FENCE, "", path.read_text())
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
    dead = [link for link in links if "://" not in link and not (path.parent / link).exists()]
    assert dead == []


@pytest.mark.parametrize("path", DOCS, ids=name)
def test_fences_are_closed(path: Path) -> None:
    assert len(re.findall(r"^ *```", path.read_text(), re.MULTILINE)) % 2 == 0


@pytest.mark.parametrize("block", of("json"), ids=where)
def test_json_parses(block: Block) -> None:
    json.loads(block.body)


@pytest.mark.parametrize("block", of("yaml", "yml"), ids=where)
def test_yaml_parses(block: Block) -> None:
    assert list(yaml.safe_load_all(block.body))


@pytest.mark.parametrize(
    "path", [path for path in DOCS if any(b.lang == "python" for b in blocks(path))], ids=name
)
def test_python_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The blocks of a page are run from its top to its end, as a reader would type them."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "__docs__"}
    for block in blocks(path):
        if block.lang == "python":
            exec(compile(block.body, block.where, "exec"), names)  # noqa: S102 - our own documents


def commands() -> list[tuple[str, str]]:
    """Every ``wusong COMMAND`` that a shell block shows: (command, FILE:LINE of its block)."""
    return [
        (found, block.where)
        for block in of("sh", "bash", "console", "shell")
        for found in re.findall(r"^(?:\$ )?(?:\S*/bin/)?wusong ([a-z][a-z-]*)", block.body, re.MULTILINE)
    ]


@pytest.mark.parametrize("command", sorted({command for command, _ in commands()}))
def test_commands_exist(command: str) -> None:
    if not (ROOT / "src" / "wusong" / "cli").exists():
        pytest.skip("the terminal is not built yet")
    run = [sys.executable, "-c", "from wusong.cli import main; main()", command, "--help"]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    places = [place for known, place in commands() if known == command]
    assert done.returncode == 0, f"{places}: {done.stderr}"


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = {
        (target, name(path))
        for path in DOCS
        for target in re.findall(r"`make ([a-z]+)[^`]*`", path.read_text())
    } | {
        (target, block.where)
        for block in ALL
        for target in re.findall(r"^(?:\$ )?make ([a-z]+)", block.body, re.MULTILINE)
    }
    assert {item for item in named if item[0] not in targets} == set()


@pytest.mark.parametrize("path", ADRS, ids=name)
def test_adr_has_its_form(path: Path) -> None:
    text = path.read_text()
    number = int(path.name[:4])
    assert text.startswith(f"# {number}. ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Options", "Decision", "Consequence"]
    assert re.search(r"^Date: .+ Status: (proposed|accepted|replaced by \d+)", text, re.MULTILINE)
    assert len(text.splitlines()) <= 60, "half a page, a page at most"


def test_adr_numbers_are_one_row() -> None:
    assert [int(path.name[:4]) for path in ADRS] == list(range(len(ADRS)))


def rows() -> list[list[str]]:
    lines = (ROOT / "docs" / "glossary.md").read_text().splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [row for row in cells if row[0] != "word" and set(row[0]) != {"-"}]


def test_glossary_is_whole() -> None:
    for row in rows():
        assert len(row) == 3, row
        assert not CJK.search(row[0]), row
        assert CJK.search(row[1]), row
        assert row[2], row


def test_glossary_says_each_word_once() -> None:
    words = [row[0] for row in rows()]
    assert sorted({word for word in words if words.count(word) > 1}) == []


def test_both_readmes_show_the_same() -> None:
    pair = [ROOT / "README.md", ROOT / "README.zh.md"]
    if not all(path.exists() for path in pair):
        pytest.skip("there are not two READMEs yet")
    english, chinese = ([block.lang for block in blocks(path)] for path in pair)
    assert english == chinese
    headings = [len(re.findall(r"^#+ ", path.read_text(), re.MULTILINE)) for path in pair]
    assert headings[0] == headings[1]


@pytest.mark.parametrize("path", sorted((ROOT / "newsfragments").glob("*.md")), ids=name)
def test_news_fragment_has_a_known_type(path: Path) -> None:
    if path.name == "README.md":
        return
    assert re.fullmatch(r"[a-z0-9-]+\.(feature|change|fix|security)\.md", path.name)
    assert path.read_text().strip()
