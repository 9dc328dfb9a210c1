"""Calendars, freezes, look-throughs and mandates at the terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.kit import Wusong
from wusong.node.working_days import shipped

pytestmark = pytest.mark.usefixtures("home")


def accredit(wusong: Wusong, party: str, *names: str) -> None:
    for name in names:
        assert wusong("party", "accredit", party, name).status == 0


def done(wusong: Wusong, *words: object) -> Any:  # noqa: ANN401 - whatever the command says
    ran = wusong(*words, "--json")
    assert ran.status == 0, ran.out
    return ran.json


def test_a_calendar_is_published_listed_shown_and_corrected(wusong: Wusong) -> None:
    refused = wusong("calendar", "publish", "cn-work", 2026, "--json")
    assert (refused.status, refused.code) == (1, "not-accredited")
    accredit(wusong, "founder", "calendar-publisher")
    assert done(wusong, "calendar", "publish", "cn-work", 2026)["working_days"] == 248
    listed = done(wusong, "calendar", "list")
    assert [(one["year"], one["basis"]) for one in listed["calendars"]] == [
        (2026, shipped("cn-work", 2026).basis)
    ]
    assert {one["year"] for one in listed["unpublished"]} == {2024, 2025}
    shown = done(wusong, "calendar", "show", "cn-work", 2026)["calendar"]
    assert "2026-10-10" in shown["on"]
    assert "2026-10-01" in shown["off"]
    assert "周末上班" in wusong("calendar", "show", "cn-work", 2026, "--lang", "zh").out
    past = f"{int(shown['days'], 16) ^ 1 << 367:092x}"
    given = ("--days", past, "--basis", "x", "--reason", "x", "--json")
    assert wusong("calendar", "publish", "cn-work", 2026, *given).code == "calendar-day-past"


def test_a_calendar_from_a_notice(wusong: Wusong, tmp_path: Path) -> None:
    accredit(wusong, "founder", "calendar-publisher")
    notice = tmp_path / "notice.txt"
    notice.write_text("关于2030年部分节假日安排的通知\n一、元旦：1月1日（周二）放假1天。\n", "utf-8")
    made = done(wusong, "calendar", "publish", "cn-work", 2030, "--notice", notice)
    assert made["working_days"] == 260
    assert wusong("calendar", "publish", "cn-work", 2031, "--notice", notice, "--json").code == "bad-argument"
    assert wusong("calendar", "publish", "cn-work", 2031, "--json").code == "no-such-year"
    assert wusong("calendar", "publish", "cn-work", 2031, "--days", "00", "--json").code == "missing-argument"
    assert wusong("calendar", "show", "cn-work", 2031, "--json").code == "bad-argument"


def test_a_party_is_frozen_renewed_and_unfrozen(wusong: Wusong, tmp_path: Path) -> None:
    for name in ("Court Officer A", "Court Officer B"):
        assert wusong("party", "add", name).status == 0
        accredit(wusong, name, "freeze-officer")
    assert wusong("party", "add", "Debtor").status == 0
    accredit(wusong, "founder", "freeze-authority")
    order = ("--document", "(2026) No 7", "--basis", "民事诉讼法 106")
    officers = ("--officer", "Court Officer A", "--officer", "Court Officer B")
    assert wusong("freeze", "order", "Debtor", *order, "--days", 30, "--json").code == "missing-argument"
    asset = done(wusong, "freeze", "order", "Debtor", *order, *officers, "--days", 30)["asset"]
    done(wusong, "freeze", "renew", "Debtor", *order, *officers, "--days", 10)
    (hold,) = done(wusong, "freeze", "show", "Debtor")["holds"]
    assert (hold["days"], hold["in_force"], hold["until"] - hold["since"]) == (40, True, 40 * 86_400_000)
    assert "生效" in wusong("freeze", "show", asset, "--lang", "zh").out
    acting = ("act", "evidence@1", "attest", "root=" + "ab" * 32, "root_count=1", "--as", "submitter=Debtor")
    assert wusong(*acting, "--json").code == "party-frozen"
    done(wusong, "freeze", "lift", "Debtor", *order)
    assert done(wusong, "freeze", "show", "Debtor")["holds"] == []
    assert wusong(*acting).status == 0
    file = tmp_path / "acts.json"
    done(wusong, "freeze", "order", "Debtor", *order, *officers, "--days", 30, "--acts", file)
    (act,) = json.loads(file.read_text("utf-8"))
    assert (act["contract"], act["asset"], sorted(act["as"])) == (
        "system/freeze", asset, ["authority", "officer_a", "officer_b"],
    )  # fmt: skip
    assert done(wusong, "pending", "propose", file, "--as", "founder")["state"]


def test_look_throughs_are_counted_by_law_and_never_name_their_target(wusong: Wusong) -> None:
    accredit(wusong, "founder", "supervisor")
    given = ("--basis", "数据安全法 35", "--document", "No 3", "--purpose", "核查", "--as", "founder")
    opened = done(wusong, "look-through", "open", "founder", *given, "--acts", "evidence@1=attest")
    done(wusong, "look-through", "open", "founder", *given, "--days", 3)
    done(wusong, "look-through", "close", opened["look_through"], "--reason", "办结", "--as", "founder")
    counted = [{"all": 2, "basis": "数据安全法 35", "open": 1}]
    assert done(wusong, "look-through", "list") == {"look_throughs": counted}
    assert done(wusong, "status")["look_throughs"] == counted
    assert "依据数据安全法 35 2 次" in wusong("status", "--lang", "zh").out
    assert wusong("look-through", "open", "founder", *given[:-2], "--json").code == "missing-argument"


def test_a_mandate_is_granted_passed_on_listed_and_revoked(wusong: Wusong) -> None:
    for name in ("Agent", "Helper"):
        assert wusong("party", "add", name).status == 0
    scope = ("--scope", "evidence@1=attest", "--amount", "evidence@1:root_count=100")
    first = done(wusong, "mandate", "grant", "Agent", *scope, "--onward", 1, "--until", "2099-01-01T00:00")[
        "mandate"
    ]
    narrower = (
        "--scope",
        "evidence@1=attest",
        "--amount",
        "evidence@1:root_count=10",
        "--until",
        "2099-01-01T00:00",
    )
    made = ("mandate", "grant", "Helper", *narrower, "--parent", first, "--as", "Agent")
    second = done(wusong, *made)["mandate"]
    wider = (
        "mandate",
        "grant",
        "Helper",
        "--scope",
        "evidence@1=*",
        "--parent",
        first,
        "--as",
        "Agent",
        "--json",
    )
    assert wusong(*wider).code == "mandate-wider"
    listed = {one["mandate"]: one for one in done(wusong, "mandate", "list")["mandates"]}
    assert listed[second]["parent"] == first
    assert listed[second]["scope"][0]["amounts"] == [{"argument": "root_count", "limit": 10}]
    done(wusong, "mandate", "revoke", second, "--as", "Agent")
    done(wusong, "mandate", "revoke", first, "--reason", "任务结束")
    assert "Agent" in wusong("mandate", "list").out
    assert {one["state"] for one in done(wusong, "mandate", "list")["mandates"]} == {"revoked"}
    for words in (("--scope", "x"), ("--scope", "a@1=b", "--amount", "c@1:d=1"), ()):
        assert wusong("mandate", "grant", "Agent", *words, "--json").status == 2
