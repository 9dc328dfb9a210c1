"""Attesting files, their receipts, and verifying them offline."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
import unicodedata
from pathlib import Path

import pytest

from cli.kit import Wusong
from wusong.crypto.keys import PrivateKey
from wusong.crypto.suites import suite
from wusong.data.attest import Book, files, prepare
from wusong.errors import DataError
from wusong.node import witnessing
from wusong.node.verifier import find


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """A folder with files, an empty one among them, and what must be left out."""
    folder = tmp_path / "papers"
    (folder / "内").mkdir(parents=True)
    (folder / "a.txt").write_text("one")
    (folder / "内" / "合同.pdf").write_bytes(b"%PDF" * 1000)
    (folder / "empty").write_bytes(b"")
    (folder / "old.receipt.json").write_text("{}")
    (folder / "link").symlink_to(folder / "a.txt")
    return folder


@pytest.mark.usefixtures("home")
def test_each_file_gets_a_receipt_that_verifies(wusong: Wusong, papers: Path) -> None:
    done = wusong("attest", papers, "--json").json
    assert [(batch["count"]) for batch in done["batches"]] == [3]
    assert {Path(item["file"]).name for item in done["items"]} == {"a.txt", "合同.pdf", "empty"}
    for item in done["items"]:
        assert item["receipt"] == item["file"] + ".receipt.json"
        ran = wusong("verify", item["file"], "--json")
        assert (ran.status, ran.json["reason"], ran.json["trust"]) == (0, "ok", "node")
        assert [match["arg"] for match in ran.json["facts"]["matches"]] == ["root"]
    assert not (papers / "link.receipt.json").exists()


@pytest.mark.usefixtures("home")
def test_the_stand_alone_verifier_accepts_the_receipt_and_refuses_another_file(
    wusong: Wusong, papers: Path, root: Path, tmp_path: Path
) -> None:
    wusong("attest", papers / "a.txt")
    assert wusong("trust", "export", "--out", "trust.json").status == 0
    verifier = [sys.executable, str(root / "verifier" / "wusong_verify.py"), "--trust", "trust.json"]
    command = [*verifier, str(papers / "a.txt.receipt.json"), "--content"]
    assert subprocess.run([*command, str(papers / "a.txt")], cwd=tmp_path, check=False).returncode == 0
    assert subprocess.run([*command, str(papers / "empty")], cwd=tmp_path, check=False).returncode == 1


@pytest.mark.usefixtures("home")
def test_a_changed_file_and_a_changed_receipt_are_refused(wusong: Wusong, papers: Path) -> None:
    wusong("attest", papers / "a.txt")
    receipt = papers / "a.txt.receipt.json"
    (papers / "a.txt").write_text("two")
    ran = wusong("verify", papers / "a.txt", "--json")
    assert (ran.status, ran.json["reason"]) == (1, "content-not-opened")
    (papers / "a.txt").write_text("one")
    data = bytearray(receipt.read_bytes())
    at = data.index(b'"root_count":1') + len('"root_count":')
    data[at] = ord("2")
    receipt.write_bytes(data)
    ran = wusong("verify", papers / "a.txt", "--json")
    assert (ran.status, ran.json["step"]) == (1, 1)


@pytest.mark.usefixtures("home")
def test_receipts_go_into_a_folder_and_can_be_made_later(
    wusong: Wusong, papers: Path, tmp_path: Path
) -> None:
    done = wusong("attest", papers, "--receipts", tmp_path / "out", "--label", "合同档案", "--json").json
    assert {Path(item["receipt"]).relative_to(tmp_path / "out").as_posix() for item in done["items"]} == {
        "papers/a.txt.receipt.json",
        "papers/empty.receipt.json",
        "papers/内/合同.pdf.receipt.json",
    }
    first = (tmp_path / "out" / "papers" / "a.txt.receipt.json").read_bytes()
    wusong("attest", papers / "empty", "--no-receipts")
    assert not (papers / "empty.receipt.json").exists()
    again = wusong("receipt", papers / "a.txt", "--json").json["items"][0]
    assert json.loads(Path(again["receipt"]).read_bytes())["contents"] == json.loads(first)["contents"]
    assert wusong("verify", papers / "a.txt").status == 0


@pytest.mark.usefixtures("home")
def test_what_was_not_attested_has_no_receipt(wusong: Wusong, papers: Path) -> None:
    assert wusong("receipt", papers / "a.txt", "--json").code == "not-attested-here"
    assert wusong("verify", papers / "a.txt", "--json").code == "no-receipt"


def test_a_silent_witness_is_named_and_receipts_are_made_all_the_same(
    wusong: Wusong, papers: Path, home: Path
) -> None:
    jwk = PrivateKey.generate("Ed25519").public.to_jwk()
    witnessing.add(home, "gone.example/w", "http://127.0.0.1:9", jwk)
    done = wusong("attest", papers / "a.txt", "--json").json
    assert set(done["witnesses_failed"]) == {"gone.example/w"}
    assert wusong("verify", papers / "a.txt", "--json").json["facts"]["level"] == "operator only"
    assert "gone.example/w" in wusong("receipt", papers / "a.txt").out


def test_salts_stand_before_the_deed_and_find_it_again(wusong: Wusong, papers: Path, home: Path) -> None:
    """As if the program had stopped between the deed and the note of it."""
    wusong("attest", papers / "a.txt", "--no-receipts")
    with Book(home / "evidence.db") as book:
        book._db.execute("UPDATE batches SET deed = NULL")
        assert len(book.unsettled()) == 1
    assert wusong("receipt", papers / "a.txt").status == 0
    with Book(home / "evidence.db") as book:
        assert book.unsettled() == []


def test_a_batch_whose_deed_never_came_is_forgotten(wusong: Wusong, papers: Path, home: Path) -> None:
    intl = suite("intl")
    with Book(home / "evidence.db") as book:
        book.keep(prepare(intl, [("lost", intl.hash(b"lost"))]))
    wusong("attest", papers / "a.txt")
    with Book(home / "evidence.db") as book:
        assert (book.unsettled(), book.find(intl.hash(b"lost"))) == ([], None)


def test_a_large_set_is_divided_into_batches(
    wusong: Wusong, papers: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wusong.data.attest.BATCH", 2)
    done = wusong("attest", papers, "--home", home, "--json").json
    assert [batch["count"] for batch in done["batches"]] == [2, 1]
    assert all(wusong("verify", item["file"]).status == 0 for item in done["items"])


def test_names_are_text_in_normal_form(tmp_path: Path) -> None:
    (tmp_path / unicodedata.normalize("NFD", "é.txt")).write_text("x")
    (tmp_path / b"\xff.txt".decode("utf-8", "surrogateescape")).write_text("y")
    assert [one.name.rsplit("/", 1)[1] for one in files([tmp_path])] == ["é.txt", "?.txt"]


def test_each_file_counts_once_in_the_order_of_paths(papers: Path) -> None:
    names = [one.path.name for one in files([papers / "empty", papers, papers / "a.txt"])]
    assert names == ["a.txt", "empty", "合同.pdf"]


@pytest.mark.parametrize("kind", ["empty folder", "only receipts"])
def test_nothing_to_attest(tmp_path: Path, kind: str) -> None:
    if kind == "only receipts":
        (tmp_path / "a.receipt.json").write_text("{}")
    with pytest.raises(DataError) as refused:
        files([tmp_path])
    assert refused.value.code == "no-files-found"


@pytest.mark.parametrize("name", ["vectors", "altered"])
def test_verifies_bundles_of_others_with_their_trust_file(
    wusong: Wusong, root: Path, name: str, tmp_path: Path
) -> None:
    folder = root / "tests" / "vectors" / "bundles"
    bundle = folder / "intl-witnessed-by-1.bundle.json"
    trust = folder / "intl-witnessed-by-1.trust.json"
    if name == "altered":
        data = bundle.read_bytes().replace(b'"height":1', b'"height":2', 1)
        bundle = tmp_path / "altered.json"
        bundle.write_bytes(data)
    ran = wusong("verify", bundle, "--trust", trust, "--lang", "zh")
    assert ran.status == (1 if name == "altered" else 0)
    assert ("不予采信" in ran.out) is (name == "altered")


JUNK = [b"", b"{", b"\xff\xfe", b'{"format":"wusong-bundle/1"}', b"[" * 5000, b"null"]


@pytest.mark.parametrize("data", JUNK, ids=[repr(data[:12]) for data in JUNK])
def test_junk_is_no_traceback(wusong: Wusong, root: Path, data: bytes, tmp_path: Path) -> None:
    (tmp_path / "junk.json").write_bytes(data)
    trust = root / "tests" / "vectors" / "bundles" / "intl-witnessed-by-1.trust.json"
    assert wusong("verify", "junk.json", "--trust", trust, "--json").status in {1, 2}
    assert wusong(
        "verify",
        root / "tests" / "vectors" / "bundles" / "intl-witnessed-by-1.bundle.json",
        "--trust",
        "junk.json",
        "--json",
    ).status in {1, 2}


def test_the_wheel_carries_both_verifiers(root: Path) -> None:
    with (root / "pyproject.toml").open("rb") as file:
        wheel = tomllib.load(file)["tool"]["hatch"]["build"]["targets"]["wheel"]
    names = ("verify.html", "wusong_verify.py")
    assert wheel["force-include"] == {f"verifier/{name}": f"wusong/verifier/{name}" for name in names}
    assert find() == root / "verifier" / "wusong_verify.py", "in the repository it is the source itself"


@pytest.mark.usefixtures("home")
def test_pipes_and_folders_are_refused_and_not_waited_for(wusong: Wusong, papers: Path) -> None:
    wusong("attest", papers / "a.txt")
    pipe = papers / "pipe"
    os.mkfifo(pipe)
    receipt = papers / "a.txt.receipt.json"
    for arguments in (
        [pipe],
        [receipt, "--trust", pipe],
        [pipe, "--receipt", receipt],
        [papers / "a.txt", "--receipt", pipe],
        [papers],
    ):
        assert wusong("verify", *arguments, "--json").code == "cannot-read-path"
