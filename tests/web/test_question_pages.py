"""What a question lets out, shown to who writes it before it is offered, and to who may use it afterwards."""

from __future__ import annotations

from web.portalkit import DAY, Site
from web.test_story import act, local, made, offered, registered


def test_what_leaves_is_shown_before_and_after_the_offer(site: Site) -> None:
    browser = site.client(site.everyone)
    resource = registered(site, browser)
    product = offered(site, browser, resource)
    shown = browser.get(f"/products/{product}").text
    assert "What leaves, and what does not" in shown
    assert "its values leave" in shown
    browser.work_for("merchant")
    theirs = browser.get(f"/products/{product}").text
    assert "is compared with a parameter" in theirs
    assert "= $province" not in theirs

    browser.work_for("body")
    now = site.node.ledger.now()
    form = {"operator": site.parties["operator"], "resource": resource, "scope": "评分", "ceiling": "1.00"}
    form |= {"starts": local(now - DAY), "ends": local(now + 300 * DAY)}
    operation = made(browser.post("/contracts/data-operation@1/new/authorise", form))
    act(browser, "operator", operation, "accept")
    question = {"name": "评分", "output": "score", "sql": 'select 2 * "代码" from data where "名称" = $c'}
    question |= {"least_group": "0", "price": "0.50", "parameter-1": "c", "bands": "10, 100", "look": "yes"}
    looked = browser.post(f"/operations/{operation}/offer", question)
    assert looked.status_code == 200, looked.text
    assert "a band of the score leaves" in looked.text
    assert "the key that a caller must know" in looked.text
    assert 'value="10, 100"' in looked.text
    counted = {**question, "output": "aggregate", "least_group": "5", "bands": "", "parameter-1": ""}
    counted["sql"] = 'select "省", count(*) from data group by "省"'
    counts = browser.post(f"/operations/{operation}/offer", counted)
    assert "Of 2 groups or answers with enough rows, 0 are withheld" in counts.text, counts.text
    refused = browser.post(f"/operations/{operation}/offer", {**question, "sql": "select * from data"})
    assert refused.status_code >= 400
    assert "What leaves, and what does not" not in refused.text
