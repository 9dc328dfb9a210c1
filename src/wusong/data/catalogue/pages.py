"""Portal pages of the catalogue: find, one record with its lineage, who uses my data.

``page`` is the portal's hand on the request (``wusong.web.pages``), given by name, because a domain imports
nothing above its floor.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Final, TypeAlias
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, PathParameter
from markupsafe import Markup

from wusong.data.catalogue import dcat, drawing, lineage, samples, service
from wusong.data.catalogue.asking import ASKED
from wusong.data.catalogue.search import FACETS, Found, Wanted
from wusong.data.intake import desk
from wusong.data.intake.export import write_csv
from wusong.data.intake.indicators import INDICATORS
from wusong.data.products import asking
from wusong.errors import AccessError, WusongError

__all__ = ["ROUTES"]

Page: TypeAlias = NamedDependency[Any]
Asked: TypeAlias = NamedDependency[Wanted]
Hand: TypeAlias = Any
"""The same, handed on."""
Form: TypeAlias = NamedDependency[Any]
Answer: TypeAlias = Any
AssetId = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$")]
PAGE: Final = 20
VALUES: Final = 8
"""So many values of a facet are shown, the most frequent ones."""


def _mark(text: str) -> str:
    return text


_ = _mark
TITLES: Final = {
    "kind": _("What it is"), "output": _("What leaves"), "grade": _("Grade"), "update": _("Update frequency"),
    "owner": _("Offered by"), "price": _("Price of one call"), "standing": _("State"),
}  # fmt: skip
WORDS: Final = {
    "data-resource": _("data resource"), "data-product": _("data product"), "free": _("free of charge"),
    "up-to-1": _("up to ¥1"), "up-to-10": _("up to ¥10"), "above-10": _("above ¥10"),
}  # fmt: skip
KINDS: Final = {
    "data-operation": _("Authorised operation"), "data-product": _("Data product"),
    "data-resource": _("Data resource"), "data-use": _("Use"),
}  # fmt: skip


@get("/catalogue", sync_to_thread=True, dependencies=ASKED)
def catalogue(page: Page, wanted: Asked, after: FromQuery[int] = 0) -> Answer:
    """What is there: found by words in Chinese, English or pinyin, narrowed by facets."""
    q, chosen = wanted.words, wanted.facets
    found = service.find(page.node, wanted, page.among, page.names)
    page.log("search-catalogue", "")
    start = max(0, after)
    hits = found.hits[start : start + PAGE]
    asked = {"q": q, **chosen}
    words = page.words_for([hit.record for hit in found.hits])
    offered = _offered(page, found)
    states = {state: title for one in words.values() for state, title in one["states"].items()}
    return page.show(
        "data/catalogue.html",
        chosen=chosen,
        cut=found.cut,
        facets=[
            _facet(page, name, found, asked, states)
            for name in FACETS
            if len(found.facets[name]) > 1 or chosen[name]
        ],
        hits=[{"facets": hit.facets, "record": hit.record} for hit in hits],
        markup=_script([dcat.schema_org(offered, hit.record) for hit in hits]),
        next=_path({**asked, "after": str(start + PAGE)}) if len(found.hits) > start + PAGE else "",
        plain=_path({"q": q}),
        q=q,
        total=len(found.hits),
        words=words,
    )


def _facet(
    page: Hand, name: str, found: Found, asked: dict[str, str], states: dict[str, Any]
) -> dict[str, Any]:
    values = [
        {
            "count": count,
            "here": value == asked[name],
            "path": _path({**asked, name: "" if value == asked[name] else value}),
            "title": _word(page, name, value, states),
            "value": value,
        }
        for value, count in found.facets[name][:VALUES]
    ]
    return {"name": name, "title": page.text(TITLES[name]), "values": values}


def _word(page: Hand, facet: str, value: str, states: dict[str, Any]) -> str:
    if facet == "standing" and value in states:
        return str(page.say(states[value]))
    if facet == "owner":
        return str(page.names.get(value, value))
    return str(page.text(WORDS[value])) if value in WORDS else str(page.word(value))


def _path(asked: dict[str, str]) -> str:
    query = urlencode([(name, value) for name, value in asked.items() if value])
    return f"/catalogue?{query}" if query else "/catalogue"


def _offered(page: Hand, found: Found) -> dcat.Offered:
    title = page.node.ledger.genesis.name
    return service.offered(page.node.models, found, title, page.names, page.base)


def _script(markup: Any) -> Markup:  # noqa: ANN401 - JSON data
    """Data for other programs within a page: no character of it can end the element."""
    text = json.dumps(markup, ensure_ascii=False, sort_keys=True)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704 - escaped here


@get("/catalogue/{asset:str}", sync_to_thread=True)
def record(asset: AssetId, page: Page) -> Answer:
    """One record: what it is, its sample, where it came from and what came of it."""
    return page.show("data/catalogue_record.html", **_record(page, asset), error=None)


@post("/catalogue/{asset:str}/sample", sync_to_thread=True)
def sample(asset: AssetId, form: Form, page: Page) -> Answer:
    """The department shows a sample of its resource, or shows it no longer."""
    page.demand("sign")
    try:
        if form["withdraw"]:
            samples.withdraw(page.node, page.party, asset)
            page.log("withdraw-sample", asset)
        else:
            left_out = [line.strip() for line in form["left_out"].splitlines() if line.strip()]
            samples.show(page.node, page.party, asset, page.number(form, "rows"), left_out)
            page.log("show-sample", asset)
    except WusongError as error:
        return page.problem("data/catalogue_record.html", error, **_record(page, asset))
    return page.go(f"/catalogue/{asset}", "saved")


def _record(page: Hand, asset: str) -> dict[str, Any]:
    found = page.asset(asset)
    graph = service.trace(page.node.models, asset, page.among)
    if not graph.nodes:
        raise AccessError("not-found")
    titles = {kind: page.text(title) for kind, title in KINDS.items()}
    described = page.text(_("From the resource to its uses; the table below says the same."))
    steps = sorted(graph.nodes.values(), key=lambda node: (node.column, node.label, node.asset))
    kinds = [titles[kind] for kind in lineage.COLUMNS]
    is_resource = found["name"].startswith("data-resource")
    is_product = found["name"] == asking.PRODUCT
    return {
        "analysis": asking.told(page.node, asset) if is_product else None,
        "whole": False,
        "drawn": Markup(drawing.draw(graph, titles, page.names, described, asset)),  # noqa: S704 - escaped there
        "indicators": INDICATORS,
        "is_product": is_product,
        "parameters": asking.parameters_of(page.node, asset) if is_product else (),
        "quality": {one.code: one for one in desk.quality_of(page.node, found)} if is_resource else {},
        "record": found,
        "sample": samples.shown(page.node, asset) if is_resource else None,
        "steps": [{"kind": kinds[node.column], "node": node} for node in steps],
        "words": page.words_for([found, *({"contract": node.contract} for node in steps)]),
    }


@get("/catalogue/mine", sync_to_thread=True)
def mine(page: Page) -> Answer:
    """Who uses the party's data, and for what."""
    used = service.who_uses(page.node.models, page.party, page.among)
    page.log("list-assets", "data-use")
    return page.show("data/catalogue_mine.html", used=used, words=page.words_for([one.use for one in used]))


@get("/catalogue/mine.csv", sync_to_thread=True)
def mine_csv(page: Page) -> Response[bytes]:
    """The same as a table to save."""
    used = service.who_uses(page.node.models, page.party, page.among)
    page.log("export-uses", page.party)
    headers = {"content-disposition": 'attachment; filename="uses.csv"', "cache-control": "no-store"}
    return Response(
        write_csv(service.uses_table(used, page.names)), media_type="text/csv; charset=utf-8", headers=headers
    )


ROUTES: Final = [catalogue, record, sample, mine, mine_csv]
