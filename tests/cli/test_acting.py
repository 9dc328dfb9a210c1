"""Parties, acts, assets, deeds and contracts on the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.kit import Ran, Wusong

pytestmark = pytest.mark.usefixtures("home")
ROOT = "ab" * 32


def attest(wusong: Wusong, *more: str, party: str = "founder") -> Ran:
    given = ["--as", f"submitter={party}", f"root={ROOT}", *(more or ("root_count=3",))]
    return wusong("act", "evidence@1", "attest", *given, "--json")


def test_a_party_is_admitted_and_named_by_its_name(wusong: Wusong) -> None:
    added = wusong("party", "add", "港口集团", "--json").json
    listed = {row["name"]: row for row in wusong("party", "list", "--json").json["parties"]}
    assert listed["港口集团"]["did"] == added["party"]
    assert listed["港口集团"]["signs"]
    done = attest(wusong, "root_count=1", "label=试", party="港口集团").json
    shown = wusong("asset", "show", done["assets"][0], "--json").json["asset"]
    assert (shown["roles"], shown["fields"]["label"]) == ({"submitter": added["party"]}, "试")


@pytest.mark.parametrize("name", ["", "x" * 5000, "\udcff"], ids=["empty", "too long", "no text"])
def test_a_party_that_is_refused_leaves_no_key_behind(wusong: Wusong, home: Path, name: str) -> None:
    before = [one["name"] for one in json.loads((home / "keys.json").read_bytes())["entries"]]
    assert wusong("party", "add", name).status != 0
    assert [one["name"] for one in json.loads((home / "keys.json").read_bytes())["entries"]] == before


def test_rotation_keeps_the_party_and_changes_the_key(wusong: Wusong) -> None:
    did = wusong("party", "add", "甲", "--json").json["party"]
    first = wusong("party", "rotate", did, "--json").json
    second = wusong("party", "rotate", "甲", "--json").json
    assert first["key"] != second["key"]
    assert attest(wusong, party="甲").status == 0


def test_a_suspended_party_signs_nothing_until_reinstated(wusong: Wusong) -> None:
    wusong("party", "add", "乙")
    assert wusong("party", "suspend", "乙", "--reason", "核查").status == 0
    assert attest(wusong, party="乙").status == 1
    assert wusong("party", "reinstate", "乙", "--reason", "核查结束").status == 0
    assert attest(wusong, party="乙").status == 0


def test_an_accreditation_is_on_the_ledger(wusong: Wusong) -> None:
    did = wusong("party", "add", "丙", "--json").json["party"]
    assert wusong("party", "accredit", "丙", "data-registry", "--basis", "沪数〔2026〕1号").status == 0
    given = ["--as", "accreditor=founder", f"party={did}", "name=data-registry"]
    assert wusong("act", "system/accreditation", "revoke", *given, "reason=到期").status == 0
    again = wusong("act", "system/accreditation", "revoke", *given, "reason=到期", "--json")
    assert (again.status, again.code) == (1, "wrong-state")


def test_history_and_bundle_of_an_asset(wusong: Wusong) -> None:
    done = attest(wusong).json
    asset = done["assets"][0]
    history = wusong("asset", "history", asset[:12], "--json").json["history"]
    assert [(row["action"], row["state"], row["deed"]) for row in history] == [
        ("attest", "attested", done["deed"])
    ]
    assert wusong("asset", "bundle", asset, "-o", "a.json").status == 0
    ran = wusong("verify", "a.json", "--json")
    assert (ran.status, [one["key"] for one in ran.json["facts"]["state"]]) == (0, [asset])


def test_a_deed_is_shown_and_proved(wusong: Wusong) -> None:
    deed = attest(wusong).json["deed"]
    assert wusong("deed", "show", deed[:10], "--json").json["deed"]["code"] == "ok"
    assert wusong("deed", "bundle", deed, "--acts", "0", "--state-now", "--out", "d.json").status == 0
    assert wusong("verify", "d.json").status == 0
    assert wusong("deed", "bundle", deed, "--acts", "x", "--json").code == "bad-argument"
    assert wusong("deed", "show", "ffff", "--json").code == "no-such-deed"


def test_lists_can_be_narrowed(wusong: Wusong) -> None:
    wusong("party", "add", "丁")
    mine = attest(wusong, party="丁").json["assets"]
    attest(wusong)

    def found(*narrow: str) -> list[str]:
        return [row["asset"] for row in wusong("asset", "list", *narrow, "--json").json["assets"]]

    assert found("--party", "丁") == mine
    assert len(found("--contract", "evidence@1", "--state", "attested")) == 2
    assert found("--contract", "evidence@1", "--state", "void") == []


def test_several_acts_are_one_deed_or_nothing(wusong: Wusong) -> None:
    one = {
        "contract": "evidence@1",
        "action": "attest",
        "as": {"submitter": "founder"},
        "args": {"root": ROOT, "root_count": 1},
    }
    Path("acts.json").write_text(json.dumps([one, one]), "utf-8")
    done = wusong("act", "--file", "acts.json", "--json").json
    assert len(set(done["assets"])) == 2
    bad = one | {"args": {"root": ROOT, "root_count": 0}}
    Path("acts.json").write_text(json.dumps([one, bad]), "utf-8")
    ran = wusong("act", "--file", "acts.json", "--json")
    assert (ran.status, ran.code) == (1, "guard-failed")
    assert len(wusong("asset", "list", "--json").json["assets"]) == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "[1]",
        '[{"contract":"evidence@1"}]',
        '[{"contract":1,"action":"a","as":{"x":"y"}}]',
        "[" * 3000,
    ],
    ids=["empty", "object", "no act", "number", "members missing", "wrong type", "deep"],
)
def test_a_file_of_acts_is_checked(wusong: Wusong, text: str) -> None:
    Path("acts.json").write_text(text, "utf-8")
    assert wusong("act", "--file", "acts.json", "--json").code == "not-json"


WRONG = [
    pytest.param(
        ["evidence@1", "attest", "--as", "submitter=founder", "root=ab", "root_count=x"],
        "bad-argument",
        id="no integer",
    ),
    pytest.param(
        ["evidence@1", "attest", "--as", "submitter=founder", "rot=ab"], "bad-argument", id="unknown argument"
    ),
    pytest.param(["evidence@1", "atest", "--as", "submitter=founder"], "bad-argument", id="unknown action"),
    pytest.param(
        ["evidence@9", "attest", "--as", "submitter=founder"], "no-such-contract", id="unknown contract"
    ),
    pytest.param(["evidence", "attest", "--as", "submitter=founder"], "no-such-contract", id="no version"),
    pytest.param(["evidence@1", "attest", f"root={ROOT}"], "missing-argument", id="nobody signs"),
    pytest.param(["evidence@1"], "missing-argument", id="no action"),
    pytest.param(["evidence@1", "attest", "--as", "submitter=nobody"], "ambiguous-party", id="unknown party"),
    pytest.param(["evidence@1", "attest", "--as", "submitter"], "bad-argument", id="role without a party"),
    pytest.param(
        ["evidence@1", "attest", "--as", "submitter=founder", "root_count"], "bad-argument", id="no value"
    ),
    pytest.param(
        ["evidence@1", "attest", "--as", "submitter=founder", "--asset", "zz"],
        "bad-argument",
        id="no asset id",
    ),
    pytest.param(
        ["evidence@1", "attest", "--as", "submitter=did:key:zabc", f"root={ROOT}", "root_count=1"],
        "no-key",
        id="no key",
    ),
    pytest.param(
        ["system/party", "suspend", "--as", "registrar=founder", "did=nobody", "reason=x"],
        "ambiguous-party",
        id="system",
    ),
    pytest.param(["system/nonsense", "x", "--as", "a=founder"], "", id="unknown kind"),
]


@pytest.mark.parametrize(("arguments", "code"), WRONG)
def test_wrong_acts(wusong: Wusong, arguments: list[str], code: str) -> None:
    ran = wusong("act", *arguments, "--json")
    assert ran.status in {1, 2}
    assert ran.code != "internal-error"
    assert not code or ran.code == code


def test_a_file_behind_a_commitment_goes_into_the_vault(wusong: Wusong, home: Path) -> None:
    Path("plan.txt").write_text("to be kept")
    ran = wusong(
        "act", "evidence@1", "attest", "--as", "submitter=founder", "root=@plan.txt", "root_count=1", "--json"
    )
    assert ran.status == 0
    assert any((home / "vault" / "data").iterdir())


def test_contracts_are_listed_and_shown(wusong: Wusong) -> None:
    listed = {
        row["contract"]: row["digest"] for row in wusong("contract", "list", "--json").json["contracts"]
    }
    assert "evidence@1" in listed
    shown = wusong("contract", "show", "evidence@1", "--json").json
    assert shown["digest"] == listed["evidence@1"]
    assert "submitter" in wusong("contract", "show", listed["evidence@1"]).out
    assert wusong("contract", "show", "nothing@1", "--json").code == "no-such-contract"


def test_a_page_is_checked_and_installed(wusong: Wusong, root: Path) -> None:
    text = (root / "src" / "wusong" / "data" / "contracts" / "evidence.yaml").read_text("utf-8")
    Path("page.yaml").write_text(text.replace("contract: evidence", "contract: my-evidence", 1), "utf-8")
    checked = wusong("contract", "check", "page.yaml", "--json").json
    first = wusong("contract", "install", "page.yaml", "--json").json
    assert (checked["passed"], first["installed"], first["digest"]) == (True, True, checked["digest"])
    assert not wusong("contract", "install", "page.yaml", "--json").json["installed"]
    Path("bad.yaml").write_text(text.replace("by: submitter", "by: nobody"), "utf-8")
    for command in ("check", "install"):
        ran = wusong("contract", command, "bad.yaml", "--json")
        assert (ran.status, ran.json["passed"]) == (1, False)
        assert wusong("contract", command, "bad.yaml", "--lang", "zh").status == 1
