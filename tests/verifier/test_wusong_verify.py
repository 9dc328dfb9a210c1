"""The stand-alone verifier against the vectors, against flipped bytes and mutations, and as a command."""

from __future__ import annotations

import copy
import hashlib
import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

Json: TypeAlias = Any
ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "verifier" / "wusong_verify.py"
BUNDLES = ROOT / "tests" / "vectors" / "bundles"
INDEX: list[dict[str, Json]] = json.loads((BUNDLES / "index.json").read_bytes())
CODE = re.compile("[a-z]+(-[a-z]+)*")
STATUS = {"accepted": 0, "refused": 1, "unreadable": 2}


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("wusong_verify_alone", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


VERIFIER = load()


def case(name: str) -> tuple[bytes, bytes]:
    row = next(row for row in INDEX if row["name"] == name)
    return (BUNDLES / row["bundle"]).read_bytes(), (BUNDLES / row["trust"]).read_bytes()


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(PROGRAM), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.mark.parametrize("row", INDEX, ids=lambda row: row["name"])
def test_vector_has_the_verdict_of_the_index(row: dict[str, Json]) -> None:
    report = VERIFIER.verify((BUNDLES / row["bundle"]).read_bytes(), (BUNDLES / row["trust"]).read_bytes())
    assert report.status == STATUS[row["expect"]], report
    if report.status == 1:
        assert report.step == row["step"], report
    if report.status == 0:
        told = {name: report.facts[name] for name in ("level", "code", "trial", "undisclosed")}
        assert told == {name: row[name] for name in told}
        says = [[*item, VERIFIER.clock(ms // 1000)] for *item, ms in row.get("undergone", [])]
        assert report.facts["undergone"] == says
    for lang in ("zh", "en"):
        assert all(isinstance(line, str) for line in VERIFIER.lines_of(report, lang))


def test_the_index_reaches_every_step() -> None:
    assert {row.get("step") for row in INDEX if row["expect"] == "refused"} == set(range(1, 14))


@pytest.mark.parametrize("change", [1, 0x20, 0x80, 0xFF])
def test_no_changed_byte_is_accepted(change: int) -> None:
    bundle, trust = case("intl-with-everything")
    for place in range(len(bundle)):
        altered = bundle[:place] + bytes([bundle[place] ^ change]) + bundle[place + 1 :]
        report = VERIFIER.verify(altered, trust)
        assert report.status in {1, 2}, place
        assert CODE.fullmatch(report.reason), place


def test_no_changed_byte_of_the_trust_file_raises() -> None:
    bundle, trust = case("intl-three-of-4-witnessed")
    for place in range(len(trust)):
        altered = trust[:place] + bytes([trust[place] ^ 1]) + trust[place + 1 :]
        report = VERIFIER.verify(bundle, altered)
        assert CODE.fullmatch(report.reason), place


def test_no_truncated_or_extended_file_is_accepted() -> None:
    bundle, trust = case("intl-operator-only")
    for end in range(0, len(bundle), 7):
        assert VERIFIER.verify(bundle[:end], trust).status == 2
    assert VERIFIER.verify(bundle + b"\n", trust).status == 1
    assert VERIFIER.verify(bundle + b"}", trust).status == 2


def places(value: Json, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path] * bool(path) + [place for key, item in inside for place in places(item, (*path, key))]


def redigest(value: dict[str, Json]) -> bytes:
    """Canonical bytes of an altered bundle with its digest made right, so that deeper steps are reached."""
    rest = {name: item for name, item in value.items() if name != "digest"}
    if "digest" in value:
        value["digest"] = hashlib.sha256(b"wusong:bundle\n" + VERIFIER.canonical(rest)).hexdigest()
    return bytes(VERIFIER.canonical(value))


WHOLE: dict[str, Json] = json.loads(case("intl-with-everything")[0])
TRUST = case("intl-with-everything")[1]


def unnamed(opening: dict[str, Json]) -> dict[str, Json]:
    """An opening without its label, which proves nothing."""
    return {name: item for name, item in opening.items() if name != "name"}


VALUES: list[Json] = [None, True, False, 0, 1, 2, 3, 4, 2**53 - 1, -1, "", "0" * 64, "#0.0", "é"]
VALUES += [[], {}, [[]], [0], {"a": 1}, "ok", "system/party", [None], [{}]]


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(places(WHOLE)),
    st.sampled_from(VALUES),
    st.sampled_from(["set", "delete", "add", "double", "swap"]),
)
def test_no_mutation_is_accepted_or_raises(place: tuple[str | int, ...], value: Json, how: str) -> None:
    altered = copy.deepcopy(WHOLE)
    parent: Json = altered
    for step in place[:-1]:
        parent = parent[step]
    key: Json = place[-1]
    if how == "set":
        parent[key] = value
    elif how == "delete":
        del parent[key]
    elif how == "add" and isinstance(parent, dict):
        parent["another"] = value
    elif isinstance(parent, list):
        parent.insert(0, parent[-1] if how == "swap" else parent[key])
    else:
        parent[key] = [parent[key]]
    data = redigest(altered)
    report = VERIFIER.verify(data, TRUST)
    if report.status == 0:
        # Only what may be left out is changed: nothing is shown that the whole bundle did not show.
        shown = json.loads(data)
        optional = {"acts", "contents", "pages", "state", "witnesses", "cosignatures", "digest"}
        assert {
            name for name in WHOLE.keys() | shown.keys() if shown.get(name) != WHOLE.get(name)
        } <= optional
        assert all(item in WHOLE["acts"] for item in shown["acts"])
        assert all(page in WHOLE["pages"] for page in shown.get("pages", []))
        assert all(
            proof in WHOLE["state"]["proofs"] for proof in shown.get("state", WHOLE["state"])["proofs"]
        )
        assert all(unnamed(o) in map(unnamed, WHOLE["contents"]) for o in shown.get("contents", []))
    else:
        assert CODE.fullmatch(report.reason)


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
def test_any_bytes_are_refused_or_unreadable(data: bytes) -> None:
    assert VERIFIER.verify(data, TRUST).status in {1, 2}
    assert VERIFIER.verify(case("intl-operator-only")[0], data).status in {1, 2}


BOMBS = {
    "deep arrays": b"[" * 100_000,
    "deep arrays, closed": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "long integer": b"[" + b"9" * 1_000_000 + b"]",
    "long exponent": b"[1e999999999]",
    "NaN": b"[NaN]",
    "lone surrogate": b'["\\ud800"]',
    "more than 4 MiB": b" " * (4 * 1024 * 1024 + 1),
}


@pytest.mark.parametrize("data", BOMBS.values(), ids=BOMBS.keys())
def test_bombs_are_refused(data: bytes) -> None:
    assert VERIFIER.verify(data, TRUST).status in {1, 2}


def test_small_order_points_of_ed25519_are_complete() -> None:
    p, d = VERIFIER.ED_P, -121665 * pow(121666, -1, VERIFIER.ED_P) % VERIFIER.ED_P
    y8 = VERIFIER.ED_Y8
    # Order 1 and 2: x = 0, y = +-1. Order 4: y = 0. What doubles to y = 0 has x^2 = -y^2, and so on the curve
    # -x^2 + y^2 = 1 + d x^2 y^2 its y^2 is a root of d z^2 + 2 z - 1.
    assert (2 * y8**2 - 1 + d * y8**4) % p == 0
    other = -pow(d * y8**2, -1, p) % p  # the product of the roots is -1/d
    assert (d * other**2 + 2 * other - 1) % p == 0
    assert pow(other, (p - 1) // 2, p) == p - 1, "the other root is no square: there are no further points"
    assert {1, p - 1, 0, y8, p - y8} == set(VERIFIER.ED_SMALL)


def test_sm2_addition_is_complete() -> None:
    g = (VERIFIER.GX, VERIFIER.GY, 1)
    infinity = (0, 1, 0)
    minus = (VERIFIER.GX, VERIFIER.P - VERIFIER.GY, 1)
    assert VERIFIER.sm2_add(g, minus)[2] == 0
    assert VERIFIER.sm2_add(infinity, infinity)[2] == 0
    x, _, z = VERIFIER.sm2_add(g, infinity)
    assert (x - VERIFIER.GX * z) % VERIFIER.P == 0
    point = infinity
    for bit in f"{VERIFIER.N:b}":
        point = VERIFIER.sm2_add(point, point)
        point = VERIFIER.sm2_add(point, g) if bit == "1" else point
    assert point[2] == 0, "the base point has order N"


def paths(name: str) -> tuple[Path, Path]:
    row = next(row for row in INDEX if row["name"] == name)
    return BUNDLES / row["bundle"], BUNDLES / row["trust"]


@pytest.mark.parametrize(
    ("name", "status"),
    [("intl-with-everything", 0), ("gm-bad-signature-broken", 1), ("intl-bad-truncated", 2)],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_command_exit_status(name: str, status: int, lang: str) -> None:
    bundle, trust = paths(name)
    done = run("--trust", trust, bundle, "--lang", lang)
    assert (done.returncode, done.stderr) == (status, "")
    assert ("采信" in done.stdout or "无法读取" in done.stdout) == (lang == "zh")


def test_command_says_what_is_proved() -> None:
    bundle, trust = paths("intl-with-everything")
    chinese, english = (run("--trust", trust, bundle, "--lang", lang).stdout for lang in ("zh", "en"))
    for word in ("测试账本", "北京时间", "签署方", "办理事项", "未披露", "状态", "lot-2.txt", "不排除"):
        assert word in chinese
    for word in (
        "Test",
        "UTC; Beijing",
        "Signed by",
        "issue",
        "not disclosed",
        "State",
        "lot-2.txt",
        "not excluded",
    ):
        assert word in english


@pytest.mark.parametrize(
    ("name", "chinese"),
    [("operator-only", "仅运营方自证"), ("three-of-4-witnessed", "共签方4家、签署3家，见证方")],
)
def test_command_says_the_level_in_chinese(name: str, chinese: str) -> None:
    bundle, trust = paths(f"intl-{name}")
    assert chinese in run("--trust", trust, bundle, "--lang", "zh").stdout


def test_command_warns_of_a_trial_ledger_and_tells_a_refused_deed() -> None:
    bundle, trust = paths("intl-trial")
    assert "TRIAL" in run("--trust", trust, bundle).stdout
    bundle, trust = paths("intl-refused-deed")
    done = run("--trust", trust, bundle)
    assert done.returncode == 0
    assert "REFUSED the deed" in done.stdout


def test_command_as_json() -> None:
    bundle, trust = paths("gm-three-of-4-witnessed")
    told = json.loads(run("--json", "--trust", trust, bundle).stdout)
    assert (told["status"], told["reason"]) == (0, "ok")
    assert told["facts"]["level"].startswith("3 of 4, witnessed by")


def test_missing_files_could_not_be_read(tmp_path: Path) -> None:
    bundle, trust = paths("intl-operator-only")
    for arguments in ((tmp_path / "no", trust), (bundle, tmp_path / "no"), (bundle, tmp_path)):
        done = run("--trust", arguments[1], arguments[0])
        assert (done.returncode, done.stderr) == (2, "")
        assert "cannot-read" in done.stdout


def test_content_is_matched_or_refused(tmp_path: Path) -> None:
    bundle, trust = paths("intl-with-everything")
    other = tmp_path / "other.txt"
    other.write_bytes(b"another file")
    done = run("--trust", trust, bundle, "--content", other)
    assert (done.returncode, "content-not-opened" in done.stdout) == (1, True)
    report = VERIFIER.verify(*case("intl-with-everything"))
    digest = hashlib.sha256(b"another file").hexdigest()
    contents = [{"act": 0, "arg": "goods", "content": digest}]
    opened = report._replace(facts=report.facts | {"contents": contents})
    assert [o["arg"] for o in VERIFIER.match_content(opened, other).facts["matches"]] == ["goods"]


def test_control_characters_never_reach_the_terminal(tmp_path: Path) -> None:
    whole = copy.deepcopy(WHOLE)
    whole["contents"][1]["name"] = "\x1b[2Jlot\u202etxt"
    bundle, trust = tmp_path / "b.json", tmp_path / "t.json"
    bundle.write_bytes(redigest(whole))
    trust.write_bytes(TRUST)
    done = run("--trust", trust, bundle)
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout
    assert "\\u001b" in done.stdout


def test_a_member_name_cannot_feign_a_line_of_the_report(tmp_path: Path) -> None:
    whole = copy.deepcopy(WHOLE)
    whole["a\nACCEPTED as a proof"] = 0
    bundle, trust = tmp_path / "b.json", tmp_path / "t.json"
    bundle.write_bytes(redigest(whole))
    trust.write_bytes(TRUST)
    done = run("--trust", trust, bundle)
    assert done.returncode == 1
    assert "a\\u000aACCEPTED" in done.stdout
    assert not any(line.startswith("ACCEPTED") for line in done.stdout.splitlines())


def test_every_step_has_its_rule_in_both_languages() -> None:
    assert [int(step.__name__.split("_")[1]) for step in VERIFIER.STEPS] == list(range(14))
    for number in range(14):
        report = VERIFIER.Report(min(number, 1) or 2, number, "some-code", "place", {})
        chinese, english = (VERIFIER.lines_of(report, lang) for lang in ("zh", "en"))
        assert VERIFIER.RULES[number] in chinese[1]
        assert len(english[1].split()) > 6
        assert all(f"[{number}: some-code] place" in lines[0] for lines in (chinese, english))


def test_every_word_has_both_languages() -> None:
    keys = [key for key, english, chinese in VERIFIER.WORDS if english and chinese]
    assert len(keys) == len(set(keys)) == len(VERIFIER.WORDS)


def test_it_needs_only_the_standard_library_and_cryptography() -> None:
    code = (
        "import sys, importlib.util as u; s = u.spec_from_file_location('v', sys.argv[1]);"
        "m = u.module_from_spec(s); s.loader.exec_module(m);"
        "names = {n.split('.')[0] for n in sys.modules};"
        "print(sorted(n for n in names - set(sys.stdlib_module_names) if n[0] != '_' and n != 'v'))"
    )
    command = [sys.executable, "-I", "-c", code, str(PROGRAM)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert set(eval(done.stdout)) <= {"cryptography", "cffi"}  # noqa: S307 - a list that this test printed


def test_the_whole_program_is_short_enough_to_be_read() -> None:
    assert PROGRAM.read_bytes().count(b"\n") <= 450
