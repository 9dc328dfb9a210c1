"""Forms that contracts describe, in words: titles, mistakes at their fields, choices, refusals."""

from __future__ import annotations

import re

import pytest

from web.portalkit import DAY, TABLE, Browser, Site
from web.test_story import act, local, made, offered, registered
from wusong.errors import ContractError, WusongError
from wusong.web import naming
from wusong.web.typed import cents, moment


@pytest.fixture(scope="module")
def resource(site: Site) -> str:
    """An application that the registration body has not looked at yet."""
    browser = site.client(site.everyone)
    browser.work_for("department")
    step = browser.post("/registrations/new", files={"table": ("t.csv", TABLE, "text/csv")})
    content = step.text.split('name="content" value="')[1][:64]
    form = {"name": "待受理的表", "source_basis": "依法履职产生", "grade": "general", "update": "yearly"}
    return made(
        browser.post("/registrations", {**form, "registry": site.parties["registry"], "content": content})
    )


def section(text: str, heading: str) -> str:
    return text.split(f"<h2>{heading}</h2>")[1].split("<h2>", maxsplit=1)[0]


def chinese(site: Site, party: str) -> Browser:
    browser = site.client(site.everyone, "zh")
    browser.work_for(party)
    return browser


AUTHORISE = [
    ("授权运营机构", "zh"),
    ("每次调用最高限价", "zh"),
    ("Price ceiling for one call", "en"),
    ("Operator", "en"),
]


@pytest.mark.parametrize(("label", "lang"), AUTHORISE)
def test_arguments_are_called_as_people_call_them(site: Site, label: str, lang: str) -> None:
    browser = site.client(site.everyone, lang)
    browser.work_for("body")
    page = browser.get("/contracts/data-operation@1/new/authorise")
    labels = [one.strip() for one in re.findall(r"<label for=\"f-[a-z_]+\">([^<(]+)", page.text)]
    assert label in labels
    assert not {"operator", "ceiling", "scope"} & set(labels)


def test_an_operator_is_chosen_from_the_accredited(site: Site) -> None:
    page = chinese(site, "body").get("/contracts/data-operation@1/new/authorise").text
    choice = page.split('<select id="f-operator"')[1].split("</select>", maxsplit=1)[0]
    offered_here = re.findall(r'<option value="(did:[^"]+)"', choice)
    assert offered_here == [site.parties["operator"]]


AMOUNTS = [pytest.param(text, id=text) for text in ("一元", "-3", "1.005", "¥3", "90071992547409.92")]


@pytest.mark.parametrize("amount", AMOUNTS)
def test_a_wrong_amount_is_told_at_its_field(site: Site, amount: str) -> None:
    browser = chinese(site, "body")
    answer = browser.post("/contracts/data-operation@1/new/authorise", {"ceiling": amount, "scope": "统计"})
    assert answer.status_code == 422
    assert '<p class="wrong" id="e-ceiling">请填写金额：应为不小于零的数字，最多两位小数' in answer.text
    assert '<p class="wrong" id="e-starts">此项为必填项。' in answer.text
    assert 'href="#e-ceiling">每次调用最高限价</a>' in answer.text
    assert "docs/api.md" not in answer.text
    assert f'value="{amount}"' in answer.text, "what was typed is still there"


def test_a_wrong_number_in_a_form_of_a_domain(site: Site) -> None:
    browser = site.client(site.everyone)
    product = offered(site, browser, registered(site, browser))
    form = {"purpose": "选址", "benefit": "industry", "calls": "many", "starts": local(0), "ends": local(DAY)}
    answer = chinese(site, "merchant").post(f"/products/{product}/apply", form)
    assert '<p class="wrong" id="e-calls">请填写不小于零的整数。' in answer.text


@pytest.mark.parametrize("text", ["1", "0", "1.5", "1,000.25"])
def test_amounts(text: str) -> None:
    assert cents(text) == round(float(text.replace(",", "")) * 100)


@pytest.mark.parametrize("text", ["", "soon", "0001-01-01T00:00", "2026-13-01T00:00"])
def test_no_moment(text: str) -> None:
    with pytest.raises((ValueError, OverflowError)):
        moment(text)


def test_an_application_waits_for_the_registry_and_for_nobody_else(site: Site, resource: str) -> None:
    for party, waits in {"registry": True, "department": False, "merchant": False}.items():
        todo = section(chinese(site, party).get("/").text, "待办事项")
        assert (f'href="/assets/{resource}"' in todo) is waits, party
    todo = section(chinese(site, "registry").get("/").text, "待办事项")
    assert f'href="/registrations/{resource}">受理申请或者退回补正</a>' in todo
    browser = site.client(site.everyone)
    act(browser, "registry", resource, "return", remark="缺少依据")
    assert f'href="/registrations/{resource}/supplement">提交补正材料</a>' in section(
        chinese(site, "department").get("/").text, "待办事项"
    )
    assert resource not in section(chinese(site, "registry").get("/").text, "待办事项")


def test_a_refusal_names_titles_and_parties(site: Site) -> None:
    browser = site.client(site.everyone)
    browser.work_for("department")
    step = browser.post("/registrations/new", files={"table": ("t.csv", TABLE, "text/csv")})
    content = step.text.split('name="content" value="')[1][:64]
    form = {
        "name": "公示期未满的表",
        "source_basis": "依法履职产生",
        "grade": "general",
        "update": "yearly",
    }
    asset = made(
        browser.post("/registrations", {**form, "registry": site.parties["registry"], "content": content})
    )
    act(browser, "registry", asset, "accept")
    act(browser, "registry", asset, "examine", remark="材料齐全")
    act(browser, "registry", asset, "publish")
    early = {"code": "SH-0002", "valid_until": local(site.node.ledger.now() + 90 * DAY)}
    answer = chinese(site, "registry").post(f"/assets/{asset}/act/assign-code", early)
    said = answer.text.split('role="alert"')[1].split("</section>")[0]
    assert "不允许办理“赋码”" in said
    assert not re.search(r"[0-9a-f]{64}|did:|“assign-code”", said)


def test_identifiers_become_words(site: Site) -> None:
    did = site.parties["merchant"]
    error = ContractError(
        "not-accredited",
        contract="data-operation@1",
        action="authorise",
        role="operator",
        party=did,
        accreditation="data-operator",
    )
    said = naming.explain(site.faces, error, "zh")
    assert said.what == "数商未取得“运营机构”资质准入。"
    assert "“授权”" in said.why
    assert "data-operator" not in str(said)
    assert "数商 lacks" in naming.explain(site.faces, error, "en").what


def test_what_nobody_named_stays(site: Site) -> None:
    error = WusongError("unknown-action", contract="00" * 32, action="nothing")
    assert "nothing" in naming.explain(site.faces, error, "zh").what
