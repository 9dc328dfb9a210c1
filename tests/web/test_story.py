"""The main story through the portal: register, authorise, offer, apply, approve, call, meter, prove."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from web.portalkit import DAY, TABLE, Browser, Site
from wusong.data.host import leaf
from wusong.data.registration import certificate

SQL = 'select "省", count(*) from data where "省" = $province group by "省"'


def local(milliseconds: int) -> str:
    at = datetime.fromtimestamp(milliseconds / 1000, timezone(timedelta(hours=8)))
    return at.strftime("%Y-%m-%dT%H:%M")


def made(answer: Any) -> str:  # noqa: ANN401
    """The record that a form made."""
    assert answer.status_code == 303, answer.text
    where: str = answer.headers["location"]
    assert where.startswith("/assets/"), where
    return where.removeprefix("/assets/")[:64]


def act(browser: Browser, party: str, asset: str, action: str, **data: str) -> Any:  # noqa: ANN401
    browser.work_for(party)
    page = browser.get(f"/assets/{asset}/act/{action}")
    assert page.status_code == 200, page.text
    answer = browser.post(f"/assets/{asset}/act/{action}", data)
    assert answer.status_code == 303, answer.text
    return answer


def registered(site: Site, browser: Browser) -> str:
    browser.work_for("department")
    step = browser.post("/registrations/new", files={"table": ("t.csv", TABLE, "text/csv")})
    assert step.status_code == 200, step.text
    assert "28 rows, 4 columns" in step.text
    assert 'class="personal"' in step.text
    content = step.text.split('name="content" value="')[1][:64]
    code = next_code(site)
    name = "区划表" if code == "SH-0001" else f"区划表 {code}"
    form = {"name": name, "source_basis": "依法履职产生", "grade": "general", "update": "yearly"}
    asset = made(
        browser.post("/registrations", {**form, "registry": site.parties["registry"], "content": content})
    )
    act(browser, "registry", asset, "accept")
    act(browser, "registry", asset, "examine", remark="材料齐全")
    act(browser, "registry", asset, "publish")
    until = leaf(site.node, asset, "data-resource@1").fields["notice_until"]
    site.node.ledger.set_forward(until - site.node.ledger.now())
    valid = local(site.node.ledger.now() + 900 * DAY)
    act(browser, "registry", asset, "assign-code", code=code, valid_until=valid)
    return asset


def next_code(site: Site) -> str:
    """SH-0001, then SH-0002 and so on: one code, one registration."""
    given = sum(1 for row in certificate.listed(site.node.models) if row["code"])
    return f"SH-{given + 1:04}"


def offered(site: Site, browser: Browser, resource: str) -> str:
    browser.work_for("body")
    now = site.node.ledger.now()
    form = {
        "operator": site.parties["operator"],
        "resource": resource,
        "scope": "区划统计",
        "ceiling": "1.00",
    }
    form |= {"starts": local(now - DAY), "ends": local(now + 300 * DAY)}
    operation = made(browser.post("/contracts/data-operation@1/new/authorise", form))
    act(browser, "operator", operation, "accept")
    question = {"name": "各省区划数", "output": "aggregate", "sql": SQL, "least_group": "5", "price": "0.50"}
    question |= {"parameter-1": "province", "title-1": "省份"}
    return made(browser.post(f"/operations/{operation}/offer", question))


def used(site: Site, browser: Browser, product: str, calls: int = 2) -> str:
    browser.work_for("merchant")
    now = site.node.ledger.now()
    form = {"purpose": "选址研究", "benefit": "industry", "calls": str(calls)}
    form |= {"starts": local(now - 120_000), "ends": local(now + 30 * DAY)}
    use = made(browser.post(f"/products/{product}/apply", form))
    act(browser, "operator", use, "approve")
    return use


def test_the_whole_story(site: Site) -> None:
    browser = site.client(site.everyone)
    resource = registered(site, browser)
    product = offered(site, browser, resource)
    browser.work_for("merchant")
    assert "各省区划数" in browser.get("/catalogue").text
    assert "Apply for use" in browser.get(f"/products/{product}").text
    use = used(site, browser, product)

    browser.work_for("merchant")
    answer = browser.post(f"/uses/{use}/call", {"p-province": "江苏"})
    assert answer.status_code == 200, answer.text
    assert ">20<" in answer.text
    withheld = browser.post(f"/uses/{use}/call", {"p-province": "上海"})
    assert ">8<" in withheld.text
    refused = browser.post(f"/uses/{use}/call", {"p-province": "江苏"})
    assert refused.status_code >= 400
    assert "within-calls-approved" in refused.text

    browser.work_for("operator")
    metered = browser.post(f"/uses/{use}/meter")
    assert metered.status_code == 303, metered.text
    page = browser.get(f"/assets/{use}")
    assert "Meter calls" in page.text
    assert "<svg" in page.text
    deed = page.text.split('href="/deeds/')[1][:64]
    shown = browser.get(f"/deeds/{deed}")
    assert "On the ledger" in shown.text
    bundle = browser.get(f"/deeds/{deed}/bundle")
    assert bundle.json()["format"] == "wusong-bundle/1"
    verdict = browser.post("/verify", files={"bundle": ("b.json", bundle.content, "application/json")})
    assert "Accepted" in verdict.text, verdict.text
    damaged = bundle.content.replace(b'"height":', b'"height":1', 1)
    verdict = browser.post("/verify", files={"bundle": ("b.json", damaged, "application/json")})
    assert "Refused" in verdict.text or verdict.status_code >= 400
