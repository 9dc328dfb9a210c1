"""The tree of commands: help in two languages, errors that explain themselves, no traceback ever."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli.kit import Wusong
from wusong.cli import reference
from wusong.cli.app import COMMANDS, load
from wusong.cli.terminal import clean, detect, status_of, table
from wusong.cli.words import pick
from wusong.errors import DeedError, ProofError, SettingsError, StoreError, WusongError

CJK = re.compile(r"[\u4e00-\u9fff]")


def tree(name: str) -> list[tuple[str, Any]]:
    command = load(name)
    inner = [(f"{name} {sub}", one) for sub, one in getattr(command, "commands", {}).items()]
    return [(name, command), *inner]


EVERY = [found for name in COMMANDS for found in tree(name)]


@pytest.mark.parametrize(("title", "command"), EVERY, ids=[title for title, _ in EVERY])
def test_every_command_has_help_in_both_languages(title: str, command: Any) -> None:  # noqa: ANN401 - typer's own type
    texts = [command.help, *(param.help for param in command.params if param.name != "help")]
    for text in texts:
        assert not CJK.search(pick(text, "en")), title
        assert CJK.search(pick(text, "zh")), title


@pytest.mark.parametrize(("title", "command"), EVERY, ids=[title for title, _ in EVERY])
def test_every_command_answers_in_json_and_chooses_its_language(title: str, command: Any) -> None:  # noqa: ANN401 - typer's own type
    if not hasattr(command, "commands"):
        assert {"json_", "lang_"} <= {param.name for param in command.params}, title


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_speaks_the_reader_s_language(wusong: Wusong, name: str, lang: str) -> None:
    ran = wusong(*([name] if name else []), "--help", "--lang", lang)
    assert ran.status == 0
    assert bool(CJK.search(ran.out)) is (lang == "zh")


def test_without_a_command_there_is_help(wusong: Wusong) -> None:
    ran = wusong()
    assert ran.status == 0
    assert all(name in ran.out for name in COMMANDS)


WRONG = [
    pytest.param(["stauts"], "unknown-command", id="misspelt command"),
    pytest.param(["party", "lst"], "bad-usage", id="misspelt inner command"),
    pytest.param(["party"], "bad-usage", id="group without a command"),
    pytest.param(["status", "--nope"], "unknown-option", id="unknown option"),
    pytest.param(["verify"], "missing-argument", id="missing argument"),
    pytest.param(["up", "--port", "http"], "bad-argument", id="port that is no number"),
    pytest.param(["up", "--port", "70000"], "bad-argument", id="port out of range"),
    pytest.param(["status"], "no-node", id="no node"),
    pytest.param(["init", "--suite", "md5"], "unknown-suite", id="unknown suite"),
    pytest.param(["attest", "absent.txt"], "cannot-read-path", id="no such file"),
    pytest.param(["verify", "absent.txt"], "no-trust", id="nothing to verify against"),
    pytest.param(
        ["verify", "absent.txt", "--trust", "absent.json"], "cannot-read-path", id="no such trust file"
    ),
    pytest.param(["contract", "check", "absent.yaml"], "cannot-read-path", id="no such page"),
    pytest.param(["restore"], "missing-argument", id="restore of nothing"),
    pytest.param(["restore", "."], "not-a-backup", id="restore of something else"),
    pytest.param(["restore", ".", "--settle", "--new-epoch"], "bad-usage", id="both ways to go on"),
    pytest.param(["witness", "--name", "a b"], "bad-argument", id="witness with a space"),
    pytest.param(["witness", "--log", "origin"], "bad-argument", id="log without a key"),
    pytest.param(["bench", "--only", "nothing"], "bad-argument", id="unknown figure"),
]


@pytest.mark.parametrize(("arguments", "code"), WRONG)
def test_wrong_input_has_a_code_and_an_explanation(wusong: Wusong, arguments: list[str], code: str) -> None:
    ran = wusong(*arguments, "--json")
    error = ran.json["error"]
    assert error["code"] == code
    assert ran.status in {1, 2}
    assert all(error[part] for part in ("what", "why", "do"))
    assert not ran.err


def test_errors_for_people_go_to_standard_error(wusong: Wusong) -> None:
    ran = wusong("status", "--lang", "zh")
    assert (ran.status, ran.out) == (2, "")
    assert "[no-node]" in ran.err
    assert CJK.search(ran.err)


def test_a_defect_becomes_a_reference_never_a_traceback(
    wusong: Wusong, monkeypatch: pytest.MonkeyPatch
) -> None:
    def defect(_: object) -> None:
        message = "the secret detail"
        raise RuntimeError(message)

    monkeypatch.setattr("wusong.cli.running.folder_of", defect)
    ran = wusong("status", "--json")
    assert (ran.status, ran.code) == (2, "internal-error")
    assert "secret" not in ran.out
    reference_ = Path(ran.json["error"]["data"]["reference"])
    assert "the secret detail" in reference_.read_text("utf-8")
    assert reference_.stat().st_mode & 0o077 == 0
    reference_.unlink()


def test_an_interruption_is_no_traceback(wusong: Wusong, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("wusong.cli.running.folder_of", stop)
    assert wusong("status", "--json").status != 0


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (DeedError("wrong-state"), 1),
        (ProofError("no-block"), 1),
        (SettingsError("setting-wrong"), 2),
        (StoreError("store-full"), 2),
        (WusongError("internal-error"), 2),
    ],
    ids=lambda value: getattr(value, "code", str(value)),
)
def test_statuses(error: WusongError, status: int) -> None:
    assert status_of(error) == status


LANGUAGES = [
    pytest.param({"LANG": "zh_CN.UTF-8"}, [], "zh", id="locale"),
    pytest.param({"LANG": "C.UTF-8"}, [], "en", id="no language"),
    pytest.param({}, [], "en", id="nothing set"),
    pytest.param({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, [], "en", id="LC_ALL first"),
    pytest.param({"LANG": "en_GB.UTF-8", "WUSONG_LANG": "zh"}, [], "zh", id="our own variable first"),
    pytest.param({"WUSONG_LANG": "zh"}, ["--lang", "en"], "en", id="option first"),
    pytest.param({}, ["--lang=zh"], "zh", id="option with an equals sign"),
    pytest.param({}, ["--", "--lang=zh"], "en", id="not an option behind --"),
    pytest.param({"LANG": "zh_CN"}, ["--lang", "fr"], "zh", id="a language we do not have"),
]


@pytest.mark.parametrize(("variables", "arguments", "lang"), LANGUAGES)
def test_chooses_the_language(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], arguments: list[str], lang: str
) -> None:
    for name in ("LANG", "LC_ALL", "LC_MESSAGES", "WUSONG_LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert detect(["status", *arguments]).lang == lang


def test_names_from_others_cannot_move_the_cursor() -> None:
    assert clean("a\x1b[2Jb\u202ec") == "a\\x1b[2Jb\\u202ec"
    assert table([("\x1b[31m", "x")], ("a", "b"))[1].startswith("\\x1b")


def test_columns_stand_under_each_other_with_chinese() -> None:
    lines = table([("单位", "x"), ("ab", "y")], ("name", "v"))
    assert lines == ["name  v", "单位  x", "ab    y"]


def test_the_reference_is_not_stale(root: Path) -> None:
    told = (root / "docs" / "cli.md").read_text("utf-8")
    assert told == reference.text(), "run: python -m wusong.cli.reference > docs/cli.md"


def test_help_imports_nothing_heavy() -> None:
    """Quick help is a matter of what is imported, so that is what is tested."""
    source = (
        "import sys; from wusong.cli.app import run; run(['--help']); "
        "heavy = {'sqlalchemy', 'litestar', 'granian', 'duckdb', 'cryptography', 'nacl', 'rich', 'yaml'}; "
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_the_installed_command_is_this_one() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "wusong", "nonsense", "--json"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["code"] == "unknown-command"


WORDS = [
    *COMMANDS,
    "list",
    "show",
    "add",
    "bundle",
    "export",
    "ask",
    "check",
    "--json",
    "--home",
    "--lang",
    "--as",
    "--file",
]
SAFE = sorted(set(WORDS) - {"up", "init", "tour", "bench", "witness"})
JUNK = st.one_of(
    st.sampled_from(SAFE),
    st.text(max_size=12),
    st.sampled_from(["", "-", "--", "=", "a=b", "did:key:z", "\x00", "../x"]),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(JUNK, min_size=1, max_size=6))
def test_nonsense_is_answered_with_a_code(wusong: Wusong, words: list[str]) -> None:
    """Whatever is typed, the answer is a status of ours and one line of JSON or help; never a traceback."""
    ran = wusong("--json", *words)
    assert ran.status in {0, 1, 2}
    if ran.status:
        assert ran.code != "internal-error", words
