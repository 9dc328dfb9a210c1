"""HTTP API of the catalogue. ``run`` comes from the face that mounts these routes, by name."""

from __future__ import annotations

from typing import Annotated, Any, Final, TypeAlias

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import PathParameter

from wusong.crypto import canonical
from wusong.data.catalogue import dcat, lineage, service
from wusong.data.catalogue.asking import ASKED
from wusong.data.catalogue.search import Wanted

__all__ = ["ROUTES"]

Run: TypeAlias = NamedDependency[Any]
Asked: TypeAlias = NamedDependency[Wanted]
Asset = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$", description="The record's id.")]


@get(
    "/api/v1/catalogue",
    sync_to_thread=True,
    summary="Find resources and products",
    tags=["data"],
    dependencies=ASKED,
)
def catalogue(run: Run, wanted: Asked) -> dict[str, Any]:
    """Words in Chinese, English or pinyin, narrowed by facets; best first, with the numbers of each facet."""
    found = service.find(run.node, wanted, run.among, run.names)
    run.log("search-catalogue", "")
    return {
        "cut": found.cut,
        "facets": {name: dict(values) for name, values in found.facets.items()},
        "records": [hit.record | {"facets": hit.facets} for hit in found.hits],
    }


@get("/api/v1/catalogue.jsonld", sync_to_thread=True, summary="The catalogue as DCAT-AP 3", tags=["data"])
def jsonld(run: Run) -> Response[bytes]:
    """All that the caller may see, as JSON-LD whose context is written out."""
    found = service.find(run.node, Wanted(), run.among, run.names)
    run.log("export-catalogue", "")
    title = run.node.ledger.genesis.name
    whole = dcat.catalogue(service.offered(run.node.models, found, title, run.names, run.base))
    return Response(canonical.encode(whole), media_type="application/ld+json")


@get("/api/v1/catalogue/{asset:str}/lineage", sync_to_thread=True, summary="Lineage as PROV", tags=["data"])
def trace(asset: Asset, run: Run) -> dict[str, Any]:
    """Where a record came from and what came of it, as PROV-JSON; only what the caller may see."""
    run.asset(asset)
    graph = service.trace(run.node.models, asset, run.among)
    return lineage.prov(graph, run.names, run.base)


@get("/api/v1/catalogue/mine", sync_to_thread=True, summary="Who uses my data", tags=["data"])
def mine(run: Run) -> dict[str, Any]:
    """The uses of the data that the caller's party provides."""
    run.log("list-assets", "data-use")
    used = service.who_uses(run.node.models, run.party, run.among)
    return {"uses": [{"product": one.product, "resource": one.resource, "use": one.use} for one in used]}


ROUTES: Final = [catalogue, jsonld, trace, mine]
