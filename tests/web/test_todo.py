"""What is to be done: on the portal's home, by the API and in the terminal, the same for all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from web.portalkit import DAY, TABLE, Browser, Site, build
from wusong.data import contents, service
from wusong.ledger.intent import Intent
from wusong.web.todo import Item


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = build(tmp_path_factory.mktemp("todo") / "node", four_eyes=False)
    yield made
    made.node.close()


@pytest.fixture(scope="module")
def applied(site: Site) -> str:
    application = service.Application("待办样例", "依法履职产生", TABLE)
    return service.register(
        site.node, site.parties["department"], site.parties["registry"], application
    ).asset


def browser(site: Site, party: str, lang: str = "zh") -> Browser:
    made = site.client(site.everyone, lang)
    made.work_for(party)
    return made


def told(site: Site, party: str) -> list[dict[str, Any]]:
    answer = browser(site, party).get("/api/v1/todo", headers={"accept": "application/json"})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["todo"])


def test_home_leads_the_registration_body_to_the_application(site: Site, applied: str) -> None:
    page = browser(site, "registry").get("/").text
    assert f'<a href="/registrations/{applied}">受理申请或者退回补正</a>' in page
    assert "剩余 3 个工作日" in page
    assert page.count("待办样例") >= 1
    assert "受理申请" not in browser(site, "merchant").get("/").text


def test_the_api_tells_the_same(site: Site, applied: str) -> None:
    (one,) = told(site, "registry")
    assert (one["asset"], one["left"], one["last"]) == (applied, 3, False)
    assert one["what"] == {"en": "Accept the application or return it", "zh": "受理申请或者退回补正"}
    assert set(one) == set(Item.__struct_fields__)
    assert told(site, "merchant") == []


def test_nobody_is_told_without_signing_in(site: Site) -> None:
    answer = site.client(None).get("/api/v1/todo", headers={"accept": "application/json"})
    assert answer.status_code == 401


def test_a_viewer_reads_the_list_and_is_offered_no_step(site: Site) -> None:
    application = service.Application("退回样例", "依法履职产生", TABLE)
    department, registry = site.parties["department"], site.parties["registry"]
    asset = service.register(site.node, department, registry, application).asset
    service.send_back(site.node, registry, asset, "补充依据")
    step = f'href="/registrations/{asset}/supplement"'
    assert step in site.client(site.people["clerk"], "zh").get("/").text
    seen = site.client(site.people["viewer"], "zh").get("/").text
    assert "提交补正材料" in seen
    assert step not in seen


def test_what_a_colleague_entered_is_not_to_be_done_again(site: Site) -> None:
    (one,) = [one for one in told(site, "department") if one["about"] == "退回样例"]
    clerk = site.client(site.people["clerk"])
    path = f"/registrations/{one['asset']}/supplement"
    clerk.get(path)
    assert clerk.post(path, {"source_basis": "依法履职产生（有据）"}).status_code == 303
    assert [one for one in told(site, "department") if one["about"] == "退回样例"] == []


def issued(site: Site) -> str:
    content = contents.put(site.node.vault, b"statement").commitment
    args = {"user": site.parties["merchant"], "first": 20_000, "last": 20_010, "statement": content}
    args |= {"calls": 1, "amount": 100}
    operator = {"operator": site.parties["operator"]}
    return site.node.act([Intent("usage-statement@1", "issue", args, operator)]).asset


def test_a_statement_waits_for_its_user_and_then_for_its_operator(site: Site) -> None:
    made = issued(site)
    (one,) = told(site, "merchant")
    assert (one["asset"], one["left"], one["path"]) == (made, 5, f"/statements/{made}")
    assert told(site, "operator") == []
    assert (
        f'<a href="/statements/{made}">确认对账单或者提出异议</a>' in browser(site, "merchant").get("/").text
    )
    site.node.ledger.set_forward(60 * DAY)
    assert told(site, "merchant") == []
    (then,) = told(site, "operator")
    assert (then["asset"], then["due"], then["what"]["zh"]) == (made, None, "登记收款")


def test_a_record_without_a_room_of_its_own_is_told_by_its_lifecycle_with_its_time_limit(site: Site) -> None:
    plan = contents.put(site.node.vault, b"plan").commitment
    lab, panel = site.parties["body"], [site.parties["registry"]]
    args: dict[str, Any] = {"lab": lab, "provider": lab, "title": "航运数据试验", "plan": plan, "needed": 1}
    args |= dict.fromkeys(("panel_small", "panel_pilot", "panel_transfer"), panel)
    team = {"team": site.parties["merchant"]}
    made = site.node.act([Intent("stage-gate@1", "apply", args, team)]).asset
    (one,) = told(site, "body")
    assert (one["asset"], one["about"], one["state"]) == (made, "航运数据试验", "applied")
    assert one["due"] > site.node.ledger.now()
    assert {act["path"].rsplit("/", 1)[-1] for act in one["acts"]} == {"admit", "decline"}
    assert one["what"]["zh"] == "、".join(act["title"]["zh"] for act in one["acts"])
    assert f'href="/assets/{made}"' in browser(site, "body").get("/").text
    site.node.ledger.set_forward(60 * DAY)
    assert told(site, "body") == []


@pytest.mark.usefixtures("applied")
def test_kinds_in_use_are_begun_first_and_the_others_are_folded(site: Site) -> None:
    page = browser(site, "department").get("/").text
    folded = page.index("<details>")
    assert page.index('href="/registrations/new"') < folded < page.index("电子提单", folded)
    assert "其他类别" in page[folded:]
    fresh = site.node.new_party("新单位")
    site.faces.people.grant(site.everyone, fresh, ["viewer", "clerk"])
    site.parties["fresh"] = fresh
    assert "<details open>" in browser(site, "fresh").get("/").text
