"""Look-throughs in the portal and the API: how many, by which law, never at whom."""

from __future__ import annotations

from litestar.testing import TestClient

from web.portalkit import Site
from wusong.ledger.intent import Intent

BASIS = "数据安全法 35"


def test_everybody_sees_how_many_there_are_and_by_which_law(site: Site) -> None:
    node = site.node
    node.accredit(node.founder, "supervisor")
    target = node.new_party("被查询单位")
    args = {
        "basis": BASIS, "document": "沪数监〔2026〕3号", "purpose": "核查", "target": target,
        "until": node.ledger.now() + 86_400_000,
    }  # fmt: skip
    done = node.act([Intent("system/look-through", "open", args, {"supervisor": node.founder})])
    client = TestClient(site.app)
    counted = client.get("/api/v1/ledger").json()["look_throughs"]
    assert {"all": 1, "basis": BASIS, "open": 1} in counted
    shown = client.get("/ledger", headers={"accept-language": "zh"}).text
    assert "穿透监管" in shown
    assert BASIS in shown
    assert target not in shown
    assert client.get(f"/api/v1/assets/{done.asset}").status_code in {401, 403, 404}
