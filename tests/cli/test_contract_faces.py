"""``wusong contract show``, ``text``, ``diff`` and ``try``."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from cli.kit import Wusong

PAGES = Path(__file__).parents[1] / "contract" / "show" / "pages"
NOTE, LATER, DRAFT = (PAGES / f"{name}.yaml" for name in ("pallet-note-1", "pallet-note-2", "acceptance-1"))


def test_a_file_is_shown_without_a_node(wusong: Wusong) -> None:
    ran = wusong("contract", "show", NOTE, "--lang", "zh")
    assert ran.status == 0
    assert "出质 pledge：由持有人、保管人和质权人共同办理" in ran.out
    assert "wusong act pallet-note@1 pledge --asset ID --as holder=… --as keeper=… --as lender=…" in ran.out


def test_a_page_of_the_program_is_shown_without_a_node(wusong: Wusong) -> None:
    assert "Evidence" in wusong("contract", "show", "evidence@1").out
    assert wusong("contract", "show", "evidence", "--json").json["model"]["contract"] == "evidence"
    assert wusong("contract", "show", "evidence@9", "--json").code == "no-node"
    assert wusong("contract", "show", "evidence@x", "--json").code == "no-node"


def test_without_a_node_the_pages_of_the_program_are_listed(wusong: Wusong) -> None:
    listed = wusong("contract", "list", "--json").json["contracts"]
    assert {"contract": "evidence@1", "digest": None, "title": {"en": "Evidence", "zh": "存证"}} in listed


def test_a_page_of_the_ledger_has_its_address(wusong: Wusong, home: Path) -> None:
    assert home.is_dir()
    shown = wusong("contract", "show", "evidence@1", "--json").json
    assert len(shown["digest"]) == 64
    assert shown["table"] == [{"action": "attest", "roles": {"submitter": "signs"}}]
    assert shown["sides"] < 1
    assert shown["digest"] in wusong("contract", "show", "evidence@1").out


def test_the_table(wusong: Wusong) -> None:
    lines = wusong("contract", "show", NOTE, "--table").out.splitlines()
    assert lines[0].split() == ["Action", "States", "Keeper", "Holder", "Lender", "Customs", "Anyone"]
    assert len(lines) == 6


def test_diagram_and_print_are_written(wusong: Wusong, tmp_path: Path) -> None:
    ran = wusong("contract", "show", NOTE, "--svg", "a.svg", "--html", "a.html", "--lang", "zh")
    assert ran.out.splitlines() == ["a.svg", "a.html"]
    assert (tmp_path / "a.svg").read_text("utf-8").startswith("<svg ")
    printed = (tmp_path / "a.html").read_text("utf-8")
    assert "@page{size:A4" in printed
    assert "<svg " in printed
    assert '<table class="powers">' in printed


def test_a_page_that_is_not_sound_is_refused(wusong: Wusong, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("contract: x\n")
    assert wusong("contract", "show", "bad.yaml", "--json").code == "bad-page"
    assert wusong("contract", "show", "absent.yaml", "--json").code == "cannot-read-path"


def test_versions_are_compared(wusong: Wusong) -> None:
    found = wusong("contract", "diff", NOTE, LATER, "--json").json
    assert (found["old"], found["new"], found["same"]) == ("pallet-note@1", "pallet-note@2", False)
    assert {"sort": "forbids", "text": "Release release"} in found["roles"]["*"]
    assert "新禁止：出库 release" in wusong("contract", "diff", NOTE, LATER, "--lang", "zh").out
    assert wusong("contract", "diff", NOTE, NOTE, "--json").json["same"] is True


def test_the_text_is_shown_and_printed(wusong: Wusong, tmp_path: Path) -> None:
    told = wusong("contract", "text", DRAFT, "--lang", "zh").out
    assert "出票人：______；承兑人：______。" in told
    assert "以中文文本为准" in told
    assert wusong("contract", "text", DRAFT, "--html", "t.html").out == "t.html\n"
    assert "<ol><li>Amount: ______.</li>" in (tmp_path / "t.html").read_text("utf-8")
    assert wusong("contract", "text", NOTE, "--json").code == "no-contract-text"


def test_the_text_is_filled_in_from_an_asset(wusong: Wusong, home: Path) -> None:
    assert home.is_dir()
    assert wusong("contract", "install", DRAFT).status == 0
    made = wusong(
        "act", "acceptance@1", "draw", "--as", "drawer=founder", "acceptor=founder", "due=2099-01-01T00:00",
        "amount=700", "--json",
    ).json  # fmt: skip
    asset = made["assets"][0]
    told = wusong("contract", "text", "acceptance@1", "--asset", asset).out
    assert "Amount: 700 fen." in told
    assert "______" not in told
    assert wusong("contract", "text", "acceptance@1", "--asset", "ab", "--json").code == "bad-argument"


# -- playing --------

STORY = """
# who there is
party store warehouse
party owner
party bank
do store new note by keeper=store with holder=owner until_day=2030-01-01 pallets=9
do pledge on note by owner store bank with lender=bank claim=loan
do pledge on note by owner store bank with lender=bank claim=loan
do divide on note by owner bank with parts=4,5 new four five
do release on five by owner
open four
"""


@pytest.fixture
def play(wusong: Wusong, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401 - a function
    def played(page: Path, story: str, *options: str) -> Any:  # noqa: ANN401 - what the command gives
        monkeypatch.setattr("sys.stdin", io.StringIO(story))
        return wusong("contract", "try", page, *options)

    return played


def test_a_story_is_played(play: Any) -> None:  # noqa: ANN401 - a fixture's function
    steps = play(NOTE, STORY, "--json").json["steps"]
    assert [(step.get("code", ""), step.get("clause", "")) for step in steps[3:6]] == [
        ("", ""), ("", ""), ("guard-failed", "already-pledged"),
    ]  # fmt: skip
    assert steps[6]["assets"] == {
        "note": {"state": "split", "quantity": 0, "rev": 3},
        "four": {"state": "stored", "quantity": 4, "rev": 1},
        "five": {"state": "stored", "quantity": 5, "rev": 1},
    }
    assert steps[7]["assets"]["five"]["state"] == "released"
    assert steps[8]["open"] == {"four": ["pledge", "discharge", "divide", "release"]}


def test_it_is_told_in_both_languages(play: Any) -> None:  # noqa: ANN401 - a fixture's function
    zh, en = play(NOTE, STORY, "--lang", "zh"), play(NOTE, STORY)
    assert (zh.status, en.status) == (0, 0)
    assert "不予办理：该存放单已出质。 [guard-failed, already-pledged]" in zh.out
    assert "refused: The note is already pledged. [guard-failed, already-pledged]" in en.out
    assert "  note: 在库 (stored), 9 托" in zh.out
    assert "须在同一指令中一并办理：pay, payment@1" in zh.out


def test_time_passes_when_told(play: Any) -> None:  # noqa: ANN401 - a fixture's function
    story = """
    party a
    party b
    do draw new d by drawer=a with acceptor=b due=2026-02-01 amount=100
    do accept on d by b
    open d
    at 2026-02-01 00:00
    open d
    do draw new e by drawer=a with acceptor=b due=2026-03-01 amount=5
    wait 3d
    do accept on e by b
    """
    steps = play(DRAFT, story, "--json").json["steps"]
    assert [step["open"]["d"] for step in steps if "open" in step] == [["pay"], ["pay", "protest"]]
    assert any("Time to accept" in line for line in steps[7]["said"])
    assert "A deadline passed: e" in steps[8]["said"]
    assert steps[9]["code"] == "wrong-state"


MISTAKES = [
    "fly",
    "do",
    "party",
    "wait 3 days",
    "at yesterday",
    "at 2020-01-01",
    "do store by nobody",
    "do store note",
    "do store with x",
    "do store by keeper=store with pallets=many",
    "show nothing",
    "other x",
]


@pytest.mark.parametrize("line", MISTAKES)
def test_what_is_not_understood_is_said(play: Any, line: str) -> None:  # noqa: ANN401 - a fixture's function
    ran = play(NOTE, f"party store warehouse\n{line}\nparty owner\n", "--json")
    assert ran.status == 1
    first, wrong, last = ran.json["steps"]
    assert (first["understood"], wrong["understood"], last["understood"]) == (True, False, True)
    assert wrong["said"]


def test_other_pages_assets_are_read(play: Any) -> None:  # noqa: ANN401 - a fixture's function
    story = """
    party a data-operator
    party m
    other o data-operation@1 in-force starts=1767000000000 ends=1798000000000 ceiling=100 operator=a
    other p data-product@1 withdrawn operation=o operator=a price=50
    do apply by user=m with product=p operation=o purpose="new site" benefit=industry \
starts=2026-01-02 ends=2026-02-01 calls=3 price=0.50
    """
    data_use = Path(__file__).parents[2] / "src" / "wusong" / "data" / "contracts" / "data-use.yaml"
    ran = play(data_use, story, "--json").json
    assert ran["steps"][4]["clause"] == "product-listed"
    ran = play(data_use, story.replace("withdrawn", "listed"), "--json").json
    assert [asset["state"] for asset in ran["steps"][4]["assets"].values()] == ["applied"]
