"""Tutorial and how-to, in both languages, done from beginning to end: each command gives what is shown."""

from __future__ import annotations

import io
import re
import shlex
import subprocess
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from wusong.cli.app import run
from wusong.node import demo
from wusong.node.founding import Founding, found
from wusong.node.node import Node
from wusong.node.nodedb import open_db
from wusong.node.people import People

BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
REFUSED = re.compile(r"\[[a-z]+(-[a-z]+)+\]")
KEEP = re.compile(r"([A-Z]+)=…")
ID = re.compile(r"\b[0-9a-f]{64}\b")


@dataclass
class Reader:
    """Does what the tutorial says."""

    monkeypatch: pytest.MonkeyPatch
    capfd: pytest.CaptureFixture[str]
    names: dict[str, str] = field(default_factory=dict)
    commands: int = 0

    def read(self, text: str) -> None:
        for kind, name, body in BLOCK.findall(text):
            if name:
                Path(name).write_text(self.named(body), "utf-8")
            elif kind == "diff":
                self.edit(Path("equipment-loan.yaml"), body)
            elif kind == "console":
                for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
                    command, *shown = part.splitlines()
                    self.type(command, shown)

    def named(self, text: str) -> str:
        """The text with what is meant where a name in capitals stands."""
        return re.sub(r"\b[A-Z]+\b", lambda name: self.names.get(name[0], name[0]), text)

    def edit(self, page: Path, change: str) -> None:
        lines = change.splitlines()
        before = "\n".join(line[1:] for line in lines if line[:1] != "+")
        after = "\n".join(line[1:] for line in lines if line[:1] != "-")
        text = page.read_text("utf-8")
        assert text.count(before) == 1, change
        page.write_text(text.replace(before, after), "utf-8")

    def type(self, command: str, shown: list[str]) -> None:
        self.commands += 1
        words = shlex.split(self.named(command))
        if words[0] == "export":
            self.monkeypatch.setenv(*words[1].split("=", 1))
        elif words[0] != "wusong":
            subprocess.run(["sh", "-c", command], check=True)
        else:
            self.wusong(words[1:], command, shown)

    def wusong(self, words: list[str], command: str, shown: list[str]) -> None:
        if "<" in words:
            words, (_, name) = words[:-2], words[-2:]
            self.monkeypatch.setattr("sys.stdin", io.StringIO(Path(name).read_text("utf-8")))
        status = run(words)
        found = self.capfd.readouterr()
        printed = (found.out + found.err).splitlines()
        if " lend " in command or "bill-of-lading@1 issue " in command:
            (self.names["ID"],) = ID.findall(printed[-1])
        kept = [held[1] for line in shown if (held := KEEP.fullmatch(line))]
        self.names |= {name: ID.findall(found.out)[-1] for name in kept}
        refuses = bool(REFUSED.search("".join(shown))) and "try" not in words
        assert bool(status) == refuses, printed
        rest = iter(printed)
        wanted = [line for line in shown if not KEEP.fullmatch(line)]
        missing = [line for line in wanted if not any(same(line, each) for each in rest)]
        assert missing == [], (command, printed)


def same(shown: str, printed: str) -> bool:
    """Whether a line says what the tutorial shows; places and what differs may stand around it."""
    words, told = " ".join(shown.split()), " ".join(printed.split())
    if words.endswith("…"):
        return told.startswith(words.rstrip("… "))
    if words.startswith("[") and words.endswith("]"):
        return words in told
    return told == words or re.sub(r"^\d+:\d+ ", "", told) == words


@pytest.mark.parametrize(("file", "lang"), [("tutorial.md", "en"), ("tutorial.zh.md", "zh")])
def test_the_tutorial_does_what_it_says(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str],
    file: str, lang: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WUSONG_LANG", lang)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("WUSONG_HOME", raising=False)
    reader = Reader(monkeypatch, capfd)
    reader.read((root / "docs" / file).read_text("utf-8"))
    assert reader.commands > 20
    assert Path("loan.svg").exists()
    assert Path("loan.html").exists()


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("name", "least"), [("bill-of-lading", 10), ("public-data", 35)])
def test_a_guide_does_what_it_says_on_the_network_that_up_makes(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str],
    name: str, least: int, lang: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WUSONG_LANG", lang)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("WUSONG_HOME", raising=False)
    home = tmp_path / "wusong-node"
    found(home, Founding(trial=True), demo.SETTINGS)
    node = Node.open(home)
    demo.prepare(node, People(open_db(home)))
    later = datetime.fromtimestamp(node.ledger.now() / 1_000 + 21 * 86_400, timezone(timedelta(hours=8)))
    node.close()
    today = {"YEAR": f"{later:%Y}", "NEXT": str(later.year + 1), "MONTH": f"{later:%Y-%m}"}
    reader = Reader(monkeypatch, capfd, today)
    reader.read((root / "docs" / "how-to" / f"{name}{'.zh' * (lang == 'zh')}.md").read_text("utf-8"))
    assert reader.commands > least


def test_both_languages_write_the_same_page(root: Path) -> None:
    texts = [(root / "docs" / name).read_text("utf-8") for name in ("tutorial.md", "tutorial.zh.md")]
    blocks = [BLOCK.findall(text) for text in texts]
    pages = [[body for kind, _, body in found if kind == "yaml"] for found in blocks]
    changes = [[body for kind, _, body in found if kind == "diff"] for found in blocks]
    assert pages[0] == pages[1]
    assert changes[0] == changes[1]
    assert len(changes[0]) == 6
