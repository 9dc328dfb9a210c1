"""What the pages of a use say when nothing fits and when no call is left; choices that a form lists."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from web.portalkit import DAY, Browser, Site, build
from web.test_story import SQL, act, local, made, registered, used
from wusong.data.products.questions import read
from wusong.data.todo import todo

CHOICES = "江苏, 西藏\n无此省,江苏"


def offered_with_choices(site: Site, browser: Browser, resource: str, **more: str) -> str:
    browser.work_for("body")
    now = site.node.ledger.now()
    form = {"operator": site.parties["operator"], "resource": resource, "scope": "统计", "ceiling": "1.00"}
    form |= {"starts": local(now - DAY), "ends": local(now + 300 * DAY)}
    operation = made(browser.post("/contracts/data-operation@1/new/authorise", form))
    act(browser, "operator", operation, "accept")
    page = browser.get(f"/operations/{operation}/offer").text
    assert 'name="choices-1"' in page
    question = {"name": "各省区划数", "output": "aggregate", "sql": SQL, "least_group": "5", "price": "0.50"}
    question |= {"parameter-1": "province", "title-1": "省份", "choices-1": CHOICES}
    whole = browser.post(f"/operations/{operation}/offer", {**question, "type-1": "integer"})
    assert whole.status_code == 422
    assert "无此省" in whole.text
    return made(browser.post(f"/operations/{operation}/offer", {**question, **more}))


def reminders(site: Site) -> list[str]:
    return [one.what["zh"] for one in todo(site.node, site.parties["merchant"], []) if one.last]


def test_choices_are_read_one_a_line_or_by_commas_each_once() -> None:
    form = {"output": "answer", "sql": "x", "parameter-1": "p", "choices-1": "甲，乙\r\n丙,甲,,"}
    assert read(form).parameters[0].choices == ("甲", "乙", "丙")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = build(tmp_path_factory.mktemp("used") / "node", four_eyes=False)
    yield made
    made.node.close()


@pytest.fixture(scope="module")
def product(site: Site) -> str:
    browser = site.client(site.everyone)
    return offered_with_choices(site, browser, registered(site, browser))


def test_nothing_fits_then_nothing_is_left(site: Site, product: str) -> None:
    browser = site.client(site.everyone)
    use = used(site, browser, product)
    browser.work_for("merchant")
    page = browser.get(f"/uses/{use}/call").text
    assert "<option>西藏</option>" in page
    assert page.count("<option>江苏</option>") == 1
    assert "Calls left: 2." in page
    nothing = browser.post(f"/uses/{use}/call", {"p-province": "无此省"})
    assert "No record fits, or fewer than 5 do." in nothing.text
    assert "counts all the same" in nothing.text
    assert "Call 1 " in nothing.text
    assert "Calls left: 1. 1 more are used" in nothing.text
    assert reminders(site) == ["使用授权即将到期，请及时重新申请"]
    last = browser.post(f"/uses/{use}/call", {"p-province": "江苏"})
    assert "Call 2 " in last.text
    assert "No record fits" not in last.text
    for path in (f"/uses/{use}/call", f"/uses/{use}"):
        shown = browser.get(path).text
        assert "0 calls left: all 2 are used." in shown
        assert "2 of them wait to be metered" in shown
        assert f'href="/products/{product}/apply"' in shown
        assert ">Call</" not in shown
    assert f'href="/uses/{use}/call"' not in browser.get(f"/products/{product}").text
    refused = browser.post(f"/uses/{use}/call", {"p-province": "江苏"})
    assert refused.status_code == 403
    assert use not in refused.text.split('class="errors"')[1].split("</section>")[0]
    assert reminders(site) == ["调用次数已用尽，如需继续使用请重新申请"]


def test_the_catalogue_finds_what_the_parameters_say_and_its_record_says_the_terms(
    site: Site, product: str
) -> None:
    browser = site.client(site.everyone)
    browser.work_for("merchant")
    for words in ("无此省", "省份", "区划数 西藏"):
        assert f'href="/catalogue/{product}"' in browser.get("/catalogue", params={"q": words}).text, words
    assert "Nothing fits." in browser.get("/catalogue", params={"q": "select"}).text
    shown = browser.get(f"/catalogue/{product}").text
    for said in ("¥0.50", "grouped figures", "no, answers only", "省份 (江苏、西藏、无此省)", "not limited"):
        assert said in shown, said
    assert "What leaves, and what does not" in shown
    assert "= $province" not in shown
