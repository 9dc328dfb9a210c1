"""The catalogue in the portal and the API: what each party finds, sees and may do there."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest

from web.portalkit import Browser, Site, build
from web.test_story import offered, registered, used

JSON = {"accept": "application/json"}


@dataclass
class Shop:
    """A site with one resource, one product and one use."""

    site: Site
    resource: str
    product: str
    use: str

    def browser(self, party: str) -> Browser:
        made = self.site.client(self.site.everyone)
        made.work_for(party)
        return made

    def json(self, party: str, path: str) -> Any:  # noqa: ANN401
        answer = self.browser(party).get(path, headers=JSON)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Any:  # noqa: ANN401 - yields a Shop
    site = build(tmp_path_factory.mktemp("shop") / "node", four_eyes=False)
    browser = site.client(site.everyone)
    resource = registered(site, browser)
    product = offered(site, browser, resource)
    yield Shop(site, resource, product, used(site, browser, product))
    site.node.close()


def name_of(shop: Shop, asset: str) -> str:
    return str(shop.json("merchant", f"/api/v1/assets/{asset}")["fields"]["name"])


def test_found_by_name_and_shown_in_the_portal(shop: Shop) -> None:
    name = name_of(shop, shop.product)
    whole = shop.browser("merchant").get("/catalogue")
    assert whole.status_code == 200
    assert f"/catalogue/{shop.resource}" in whole.text
    assert "built-in" not in whole.text
    assert ">Listed</a>" in whole.text
    page = shop.browser("merchant").get(f"/catalogue?q={name}&kind=data-product").text
    assert f'href="/catalogue/{shop.product}"' in page
    assert f'href="/catalogue/{shop.resource}"' not in page
    markup = json.loads(re.search(r'ld\+json">(.*?)</script>', page, re.DOTALL).group(1))  # type: ignore[union-attr]
    assert [one["@type"] for one in markup] == ["WebAPI"]
    assert markup[0]["offers"]["priceCurrency"] == "CNY"


def test_the_api_finds_the_same_and_counts(shop: Shop) -> None:
    found = shop.json("merchant", "/api/v1/catalogue")
    assert {one["asset"] for one in found["records"]} == {shop.resource, shop.product}
    assert found["facets"]["kind"] == {"data-resource": 1, "data-product": 1}


def test_dcat_links_the_product_to_its_dataset(shop: Shop) -> None:
    whole = shop.json("merchant", "/api/v1/catalogue.jsonld")
    (dataset,), (service,) = whole["dcat:dataset"], whole["dcat:service"]
    assert service["dcat:servesDataset"]["@id"] == dataset["@id"]
    assert dataset["dcat:distribution"]["dcat:accessService"] == [{"@id": service["@id"]}]
    assert service["dcat:endpointURL"]["@id"].endswith(f"/api/v1/products/{shop.product}/call")
    for one in (whole, dataset, service):
        assert one["dct:title"], one


def test_lineage_shows_each_only_what_it_may_see(shop: Shop) -> None:
    told = shop.json("merchant", f"/api/v1/catalogue/{shop.product}/lineage")
    assert f"record:{shop.use}" in told["activity"]
    assert f"record:{shop.resource}" in told["entity"]
    stranger = shop.json("registry", f"/api/v1/catalogue/{shop.product}/lineage")
    assert f"record:{shop.use}" not in stranger["activity"]
    relations = {name for name in told if name not in {"activity", "agent", "entity", "prefix"}}
    assert relations == {"used", "wasAssociatedWith", "wasAttributedTo", "wasGeneratedBy"}
    page = shop.browser("merchant").get(f"/catalogue/{shop.product}").text
    assert page.count('<rect class="box') == 4


def test_the_department_learns_who_uses_its_data_and_nobody_else_does(shop: Shop) -> None:
    assert [one["use"]["asset"] for one in shop.json("department", "/api/v1/catalogue/mine")["uses"]] == [
        shop.use
    ]
    page = shop.browser("department").get("/catalogue/mine").text
    assert shop.use in page
    table = shop.browser("department").get("/catalogue/mine.csv").content.decode("utf-8-sig")
    assert len(table.splitlines()) == 2
    for other in ("registry", "body"):
        assert shop.json(other, "/api/v1/catalogue/mine")["uses"] == []


def test_a_sample_is_shown_by_the_department_alone_without_personal_columns(shop: Shop) -> None:
    path = f"/catalogue/{shop.resource}"
    refused = shop.browser("operator").post(f"{path}/sample", {"rows": "3", "left_out": ""})
    assert refused.status_code in (403, 422)
    browser = shop.browser("department")
    browser.get(path)
    assert browser.post(f"{path}/sample", {"rows": "3", "left_out": "省\n"}).status_code == 303
    seen = shop.browser("merchant").get(path).text
    assert "<td>320000</td>" in seen
    assert "1390000" not in seen
    assert '<th scope="col">省</th>' not in seen
    assert browser.post(f"{path}/sample", {"rows": "3", "left_out": "", "withdraw": "yes"}).status_code == 303
    assert "320000" not in shop.browser("merchant").get(path).text


def test_a_record_of_another_kind_has_no_place_in_the_catalogue(shop: Shop) -> None:
    kind = shop.site.node.ledger.rules.key("party", shop.site.parties["merchant"]).hex()
    assert shop.browser("merchant").get(f"/catalogue/{kind}").status_code == 404
