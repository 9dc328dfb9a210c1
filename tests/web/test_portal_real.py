"""The story in a real Chromium, in both languages, scripts off, with an eye on accessibility. Screenshots
go to the temporary folder.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from web.portalkit import TABLE
from wusong.crypto.suites import suite
from wusong.node.nodedb import open_db
from wusong.node.people import People
from wusong.node.sessions import Sessions

pytestmark = pytest.mark.real
HERE = Path(__file__).parent
SCREEN: Any = {
    "width": 1180,
    "height": 1700,
}  # whole pages: a screenshot need not move what is about to be clicked


PASSPHRASE = "lantern oak 57 meadow"


@dataclass
class Served:
    url: str
    folder: Path
    everyone: str
    people: dict[str, str]
    process: subprocess.Popen[str]

    def link(self, person: str) -> str:
        db = open_db(self.folder)
        token = Sessions(db, suite("intl"), 60).issue_link(person)
        db.dispose()
        return f"{self.url}/sign-in/{token}"

    def newcomer(self, name: str) -> str:
        db = open_db(self.folder)
        person = People(db).add(name)
        db.dispose()
        return person


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served") / "node"
    path = os.pathsep.join([str(HERE.parents[1] / "src"), str(HERE.parent)])
    process = subprocess.Popen(
        [sys.executable, str(HERE / "serving.py"), str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    with process:  # which also closes the pipe
        assert process.stdout is not None
        ready: dict[str, Any] = json.loads(process.stdout.readline())
        yield Served(ready["url"], folder, ready["everyone"], ready["people"], process)
        process.send_signal(signal.SIGTERM)
        assert process.stdout.read().strip() == "closed"
    assert process.returncode == 0


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


WORDS = {
    "en": {
        "later": "Later",
        "parties": "Work for",
        "switch": "Switch",
        "accept": "Accept",
        "examine": "Pass the examination of form",
        "publish": "Publish",
        "code": "Give the code",
        "authorise": "Authorise",
        "sign": "Accept the authorisation",
        "offer": "Offer a product",
        "apply": "Apply for use",
        "approve": "Approve",
        "call": "Call the product",
        "meter": "Meter the calls made",
    },
    "zh": {
        "later": "以后再设",
        "parties": "所代表单位",
        "switch": "切换",
        "accept": "受理",
        "examine": "形式审核通过",
        "publish": "公示",
        "code": "赋码",
        "authorise": "授权",
        "sign": "签署授权",
        "offer": "上架产品",
        "apply": "申请使用",
        "approve": "批准",
        "call": "调用产品",
        "meter": "计量已发生的调用",
    },
}


class Walk:
    """One person walking through the portal, photographing each page and checking it for accessibility."""

    def __init__(self, page: Any, lang: str, shots: Path, url: str) -> None:  # noqa: ANN401
        self.page, self.lang, self.shots, self.url = page, lang, shots, url
        self.words = WORDS[lang]
        self.taken = 0
        self.findings: list[str] = []

    def submit(self) -> None:
        with self.page.expect_navigation():
            self.page.locator("main form button:not([formnovalidate])").first.click()

    def look(self, name: str) -> None:
        self.taken += 1
        self.page.screenshot(path=str(self.shots / f"{self.lang}-{self.taken:02}-{name}.png"))

    def work_for(self, party: str) -> None:
        self.page.get_by_label(self.words["parties"]).select_option(label=party)
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=self.words["switch"]).click()

    def open(self, path: str) -> None:
        answer = self.page.goto(self.url + path)
        assert answer.ok, (path, answer.status, self.page.inner_text("main"))

    def act(self, asset: str, link: str, **fields: str) -> None:
        self.open(f"/assets/{asset}")
        self.page.get_by_role("link", name=link, exact=True).click()
        for name, value in fields.items():
            self.page.locator(f"[name={name}]").fill(value)
        self.submit()
        assert self.page.url.split("?")[0].endswith(f"/assets/{asset}"), self.page.inner_text("main")

    def made(self) -> str:
        assert re.search("/assets/[0-9a-f]{64}([?]|$)", self.page.url), self.page.inner_text("main")
        part: str = self.page.url.split("/assets/")[1][:64]
        return part


def local(days: float) -> str:
    at = datetime.now(timezone(timedelta(hours=8))) + timedelta(days=days)
    return at.strftime("%Y-%m-%dT%H:%M")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_story_without_scripts(served: Served, browser: Any, tmp_path: Path, lang: str) -> None:  # noqa: ANN401
    shots = Path(os.environ.get("PORTAL_SHOTS", tmp_path))
    context = browser.new_context(
        java_script_enabled=False, locale={"zh": "zh-CN", "en": "en-GB"}[lang], viewport=SCREEN
    )
    page = context.new_page()
    walk = Walk(page, lang, shots, served.url)
    story(walk, served, tmp_path)
    context.close()
    assert walk.taken >= 15


def story(walk: Walk, served: Served, tmp_path: Path) -> None:
    page, words = walk.page, walk.words
    walk.open("/sign-in")
    walk.look("sign-in")
    first_sign_in(walk, served)
    walk.look("home")

    walk.work_for("数源部门")
    walk.open("/registrations/new")
    table = tmp_path / "table.csv"
    table.write_bytes(TABLE)
    page.locator("[name=table]").set_input_files(str(table))
    walk.look("register")
    walk.submit()
    page.locator("[name=name]").fill(f"行政区划表 {walk.lang}")
    page.locator("[name=source_basis]").fill("依法履职产生")
    walk.look("application")
    walk.submit()
    resource = walk.made()
    walk.look("applied")

    walk.work_for("登记机构")
    walk.act(resource, words["accept"])
    walk.act(resource, words["examine"], remark="材料齐全，形式符合要求")
    walk.open(f"/assets/{resource}")
    page.get_by_role("link", name=words["publish"], exact=True).click()
    walk.look("publish-form")
    walk.submit()
    walk.open(f"/assets/{resource}/act/assign-code")
    page.locator("[name=code]").fill(f"SH-{walk.lang}")
    page.locator("[name=valid_until]").fill(local(900))
    walk.submit()
    walk.look("code-refused")
    assert "notice-ended" in page.content()
    walk.open("/ledger")
    page.locator("[name=days]").fill("32")
    walk.look("ledger")
    walk.submit()
    walk.act(resource, words["code"], code=f"SH-{walk.lang}", valid_until=local(900))
    walk.look("registered")

    walk.work_for("实施机构")
    walk.open(f"/contracts/data-operation@1/new/authorise?resource={resource}")
    page.locator("[name=operator]").select_option(label="运营机构")
    page.locator("[name=resource]").select_option(resource)
    page.locator("[name=scope]").fill("区划统计查询")
    page.locator("[name=starts]").fill(local(-1))
    page.locator("[name=ends]").fill(local(400))
    page.locator("[name=ceiling]").fill("1.00")
    walk.look("authorise")
    walk.submit()
    operation = walk.made()
    walk.work_for("运营机构")
    walk.act(operation, words["sign"])
    page.get_by_role("link", name=words["offer"]).click()
    page.locator("[name=name]").fill(f"各省区划数 {walk.lang}")
    page.locator("[name=sql]").fill('select "省", count(*) from data where "省" = $province group by "省"')
    page.locator("[name=parameter-1]").fill("province")
    page.locator("[name=title-1]").fill("省份")
    page.locator("[name=price]").fill("0.50")
    walk.look("offer")
    walk.submit()
    product = walk.made()

    walk.work_for("数商")
    walk.open("/catalogue")
    walk.look("catalogue")
    page.get_by_role("link", name=f"各省区划数 {walk.lang}").click()
    walk.look("catalogue-record")
    page.locator(f"main a[href='/products/{product}']").click()
    walk.look("product")
    page.get_by_role("link", name=words["apply"]).click()
    page.locator("[name=purpose]").fill("门店选址研究")
    page.locator("[name=calls]").fill("2")
    walk.look("apply")
    walk.submit()
    use = walk.made()
    walk.work_for("运营机构")
    walk.act(use, words["approve"])
    walk.work_for("数商")
    walk.open(f"/assets/{use}")
    page.get_by_role("link", name=words["call"]).click()
    for _ in range(2):
        page.locator("[name=p-province]").fill("江苏")
        walk.submit()
    walk.look("answer")
    assert page.locator(".verdict td").first.inner_text() == "江苏"
    assert page.locator("[name=p-province]").count() == 0, "all calls are used: there is no form for another"

    walk.work_for("运营机构")
    walk.open(f"/assets/{use}")
    with page.expect_navigation():
        page.get_by_role("button", name=words["meter"]).click()
    walk.look("use-history")
    deed = page.locator("a[href^='/deeds/']").first.get_attribute("href")
    walk.open(deed[:71])
    walk.look("deed")
    saved = tmp_path / "evidence.bundle.json"
    answer = page.request.get(f"{served.url}{deed[:71]}/bundle")
    saved.write_bytes(answer.body())
    walk.open("/verify")
    page.locator("[name=bundle]").set_input_files(str(saved))
    walk.submit()
    walk.look("verified")
    assert page.locator(".verdict").count() == 1
    assert page.locator(".verdict.bad").count() == 0
    walk.open("/contracts/data-use@1")
    walk.look("contract")
    walk.open("/entries")
    walk.open("/")
    walk.look("home-after")
    page.set_viewport_size({"width": 390, "height": 844})
    for path in (f"/products/{product}", f"/assets/{use}", "/"):
        walk.open(path)
        walk.look("phone")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path


def first_sign_in(walk: Walk, served: Served) -> None:
    """A newcomer puts the passphrase off once, then chooses one, then signs in with it."""
    page, words = walk.page, walk.words
    person = served.newcomer(f"新人 {walk.lang}")
    page.goto(served.link(person))
    walk.look("choose")
    with page.expect_navigation():
        page.get_by_role("button", name=words["later"]).click()
    walk.open("/me")
    walk.look("me")
    sign_out(page)
    page.goto(served.link(person))
    assert page.get_by_role("button", name=words["later"]).count() == 0
    for field in ("passphrase", "again"):
        page.locator(f"[name={field}]").fill("123456789012")
    walk.submit()
    walk.look("choose-weak")
    assert page.locator(".errors").count() == 1
    for field in ("passphrase", "again"):
        page.locator(f"[name={field}]").fill(PASSPHRASE)
    walk.submit()
    sign_out(page)
    sign_in(page, served.url, "试用人员")


def sign_out(page: Any) -> None:  # noqa: ANN401
    with page.expect_navigation():
        page.locator("form[action='/sign-out'] button").click()


def sign_in(page: Any, url: str, name: str) -> None:  # noqa: ANN401
    page.goto(f"{url}/sign-in")
    page.locator("[name=name]").fill(name)
    page.locator("[name=passphrase]").fill(PASSPHRASE)
    with page.expect_navigation():
        page.locator("main form button").first.click()
    assert page.locator(".errors").count() == 0, page.inner_text("main")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_administration_on_a_telephone(served: Served, browser: Any, lang: str, tmp_path: Path) -> None:  # noqa: ANN401
    shots = Path(os.environ.get("PORTAL_SHOTS", tmp_path))
    context = browser.new_context(
        java_script_enabled=False,
        locale={"zh": "zh-CN", "en": "en-GB"}[lang],
        viewport={"width": 390, "height": 844},
    )
    page = context.new_page()
    walk = Walk(page, lang, shots, served.url)
    sign_in(page, served.url, "system 乙")
    page.locator("button[value=link]").nth(1).click()
    walk.look("admin-resets")
    for path in ("/admin/people", f"/admin/people/{served.people['viewer']}/close", "/me"):
        walk.open(path)
        walk.look("admin")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    context.close()
    context = browser.new_context(
        locale={"zh": "zh-CN", "en": "en-GB"}[lang], viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    walk = Walk(page, lang, shots, served.url)
    sign_in(page, served.url, "security 乙")
    for path in ("/admin/resets", "/admin/people"):
        walk.open(path)
        walk.look("security")
    assert page.locator(".errors").count() == 0
    context.close()


PAGES = [
    "/",
    "/sign-in",
    "/registrations",
    "/registrations/new",
    "/catalogue",
    "/assets",
    "/entries",
    "/contracts",
]
PAGES += [
    "/me",
    "/contracts/data-resource@1",
    "/contracts/bill-of-lading@1",
    "/contracts/data-use@1/print",
    "/verify",
    "/ledger",
    "/api",
    "/contracts/data-operation@1/new/authorise",
]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_serious_accessibility_findings(served: Served, browser: Any, lang: str, tmp_path: Path) -> None:  # noqa: ANN401
    from axe_playwright_python.sync_playwright import Axe

    shots = Path(os.environ.get("PORTAL_SHOTS", tmp_path))
    # The checker is a script of its own: only for it the policy that forbids scripts is set aside.
    context = browser.new_context(
        bypass_csp=True, locale={"zh": "zh-CN", "en": "en-GB"}[lang], viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    sign_in(page, served.url, "试用人员")
    serious = []
    for path in PAGES:
        page.goto(served.url + path)
        found = Axe().run(page).response["violations"]
        serious += [
            (path, one["id"], one["nodes"][0]["html"])
            for one in found
            if one["impact"] in ("serious", "critical")
        ]
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    page.goto(f"{served.url}/contracts/data-use@1")
    page.screenshot(path=str(shots / f"phone-{lang}.png"))
    context.close()
    assert serious == []
