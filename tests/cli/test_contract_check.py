"""``wusong contract check`` on good and bad pages: places, stories, both languages, exit statuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.kit import Wusong

BROKEN = Path(__file__).parents[1] / "contract" / "checker" / "pages"


def test_a_sound_page_says_how_far_was_looked(wusong: Wusong, root: Path) -> None:
    ran = wusong("contract", "check", root / "src" / "wusong" / "data" / "contracts" / "evidence.yaml")
    assert ran.status == 0
    assert "evidence@1 is sound." in ran.out
    assert "1 situations, 1 acts deep; all of it" in ran.out


def test_a_broken_page_tells_its_story_at_its_line(wusong: Wusong) -> None:
    ran = wusong("contract", "check", BROKEN / "duplicate-pledge.yaml")
    assert ran.status == 1
    assert "29:3  pledge can break the rule one-pledge. [page-always-broken]" in ran.out
    assert "    3. B, as Holder, and A, as Keeper, take “Pledge” (Bank: D)." in ran.out
    chinese = wusong("contract", "check", BROKEN / "duplicate-pledge.yaml", "--lang", "zh").out
    assert "未通过检查，1 处问题" in chinese
    assert "    1. A（保管人）办理“Issue”（Holder：B），标的转为“Issued”。" in chinese


def test_advice_is_shown_and_refuses_nothing(wusong: Wusong) -> None:
    ran = wusong("contract", "check", BROKEN / "carrier-never-answers.yaml")
    assert ran.status == 0
    assert "advice: In the state presented everything waits for carrier alone" in ran.out


def test_companions_are_looked_up_in_pages_that_are_given(wusong: Wusong) -> None:
    page, other = BROKEN / "payment-that-is-not-there.yaml", BROKEN / "discharge-without-payment.yaml"
    assert wusong("contract", "check", page).status == 0
    ran = wusong("contract", "check", page, "--with", other, "--json")
    (finding,) = [f for f in ran.json["findings"] if f["severity"] == "refuse"]
    assert (ran.status, finding["code"]) == (1, "page-companion-never")
    assert wusong("contract", "check", page, "--with", "absent.yaml").status == 2


def test_what_was_not_judged_and_what_is_assumed_is_said(wusong: Wusong, root: Path) -> None:
    page = root / "src" / "wusong" / "trade" / "contracts" / "guarantee.yaml"
    ran = wusong("contract", "check", page, "--budget", "40")
    assert ran.status == 0
    assert "not all of it" in ran.out
    assert "the steps were spent: all was tried up to" in ran.out
    chinese = wusong("contract", "check", page, "--budget", "40", "--lang", "zh").out
    assert "步数已用尽" in chinese
    whole = wusong("contract", "check", page).out
    assert "all of it" in whole
    assert "the steps were spent" not in whole
    assert (
        "every day was taken as a working day"
        in wusong("contract", "check", page.with_name("letter-of-credit.yaml")).out
    )


@pytest.mark.parametrize("text", ["", "contract: x\ncontract: y\n", "{"])
def test_what_cannot_be_understood_is_refused_with_its_place(wusong: Wusong, text: str) -> None:
    Path("page.yaml").write_text(text, "utf-8")
    ran = wusong("contract", "check", "page.yaml", "--json")
    assert (ran.status, ran.json["passed"]) == (1, False)
    assert all(finding["line"] > 0 for finding in ran.json["findings"])


def test_a_broken_page_is_not_installed_and_says_why(wusong: Wusong, home: Path) -> None:
    assert home.is_dir()
    ran = wusong("contract", "install", BROKEN / "double-financing.yaml")
    assert ran.status == 1
    assert "discount and lend are open at the same time to different parties" in ran.out
    assert "    2. B, as Factor, takes “Discount”; the asset is now “Discounted”." in ran.out
    assert wusong("contract", "show", "double-financing@1", "--json").code == "no-such-contract"
