"""Records as others' catalogues read them: DCAT-AP 3.0.0 as JSON-LD, and schema.org markup.

* A resource is a ``dcat:Dataset``; a product is a ``dcat:DataService`` that serves it. A product never gives
  the rows away, so a dataset has no download: its one distribution is had through the services.
* The context is written out: reading a catalogue asks no other site for anything.
* Update frequencies and access rights are those of the EU's authority tables, as DCAT-AP asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final

__all__ = ["Offered", "catalogue", "schema_org"]

CONTEXT: Final = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_EU: Final = "http://publications.europa.eu/resource/authority/"
FREQUENCIES: Final = {
    "real-time": "UPDATE_CONT", "daily": "DAILY", "weekly": "WEEKLY", "monthly": "MONTHLY",
    "quarterly": "QUARTERLY", "half-yearly": "ANNUAL_2", "yearly": "ANNUAL", "irregular": "IRREG",
    "static": "NEVER",
}  # fmt: skip


@dataclass(frozen=True)
class Offered:
    """What the markup is made of: the network's title, records that the reader may see, names, address."""

    title: Mapping[str, str]
    resources: Sequence[dict[str, Any]]
    products: Sequence[dict[str, Any]]
    resource_of: Mapping[str, str]
    names: Mapping[str, str]
    base: str

    @cached_property
    def served(self) -> dict[str, list[str]]:
        """The addresses of the products that answer from each resource."""
        found: dict[str, list[str]] = {}
        for one in self.products:
            found.setdefault(self.resource_of.get(one["asset"], ""), []).append(self.url(one))
        return found

    @cached_property
    def known(self) -> frozenset[str]:
        """The resources that the reader may see."""
        return frozenset(one["asset"] for one in self.resources)

    def url(self, record: Mapping[str, Any]) -> str:
        """The address of a record's page."""
        place = "products" if str(record["name"]).startswith("data-product") else "assets"
        return f"{self.base}/{place}/{record['asset']}"


def catalogue(offered: Offered) -> dict[str, Any]:
    """The catalogue as DCAT-AP."""
    return {
        "@context": CONTEXT,
        "@id": f"{offered.base}/catalogue",
        "@type": "dcat:Catalog",
        "dcat:dataset": [_dataset(offered, one) for one in offered.resources],
        "dcat:service": [_service(offered, one) for one in offered.products],
        "dct:description": _texts(_described(offered.title)),
        "dct:language": [_term(f"language/{name}", "dct:LinguisticSystem") for name in ("ZHO", "ENG")],
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": _texts(offered.title)},
        "dct:title": _texts(offered.title),
    }


_HAD: Final = {
    "en": "Answers to the questions of the products, call by call; never the rows themselves.",
    "zh": "经数据产品按次调用取得结果，不提供原始数据。",
}


def _described(title: Mapping[str, str]) -> dict[str, str]:
    return {
        "en": f"Public data registered on {title.get('en', '')}, and the products that answer from them",
        "zh": f"{title.get('zh', '')}登记的公共数据资源及其数据产品",
    }


def _dataset(offered: Offered, record: dict[str, Any]) -> dict[str, Any]:
    fields, uri = record["fields"], offered.url(record)
    served = offered.served.get(record["asset"], [])
    found = {
        "@id": uri,
        "@type": "dcat:Dataset",
        "dct:accessRights": _term("access-right/RESTRICTED", "dct:RightsStatement"),
        "dct:accrualPeriodicity": _term(
            f"frequency/{FREQUENCIES.get(fields.get('update'), 'UNKNOWN')}", "dct:Frequency"
        ),
        "dct:description": _zh(fields.get("description") or fields.get("source_basis") or fields["name"]),
        "dct:identifier": fields.get("code") or record["asset"],
        "dct:modified": _moment(record["updated"]) if record.get("updated") else None,
        "dct:provenance": {"@type": "dct:ProvenanceStatement", "dct:description": fields.get("source_basis")},
        "dct:publisher": _agent(offered, record["roles"]["department"]),
        "dct:title": _zh(fields["name"]),
    }
    if served:
        found["dcat:distribution"] = {
            "@type": "dcat:Distribution",
            "dcat:accessService": [{"@id": one} for one in served],
            "dcat:accessURL": _address(served[0]),
            "dct:description": _texts(_HAD),
            "dct:format": _term("file-type/JSON", "dct:MediaTypeOrExtent"),
        }
    return {name: value for name, value in found.items() if value is not None}


def _service(offered: Offered, record: dict[str, Any]) -> dict[str, Any]:
    resource = offered.resource_of.get(record["asset"], "")
    found: dict[str, Any] = {
        "@id": offered.url(record),
        "@type": "dcat:DataService",
        "dcat:endpointDescription": _address(f"{offered.base}/api/v1/openapi.json"),
        "dcat:endpointURL": _address(f"{offered.base}/api/v1/products/{record['asset']}/call"),
        "dct:identifier": record["asset"],
        "dct:publisher": _agent(offered, record["roles"]["operator"]),
        "dct:title": _zh(record["fields"]["name"]),
    }
    if resource in offered.known:
        found["dcat:servesDataset"] = {"@id": f"{offered.base}/assets/{resource}"}
    return found


def schema_org(offered: Offered, record: dict[str, Any]) -> dict[str, Any]:
    """One record as schema.org markup: a resource is a ``Dataset``, a product a ``WebAPI`` with its price."""
    fields, roles = record["fields"], record["roles"]
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "description": fields.get("description") or fields.get("source_basis") or fields["name"],
        "identifier": fields.get("code") or record["asset"],
        "name": fields["name"],
        "url": offered.url(record),
    }
    owner = {"@type": "Organization"}
    if "operator" not in roles:
        owner["name"] = offered.names.get(roles["department"], roles["department"])
        return found | {
            "@type": "Dataset",
            "creator": owner,
            "inLanguage": "zh-Hans",
            "isAccessibleForFree": False,
        }
    owner["name"] = offered.names.get(roles["operator"], roles["operator"])
    price = f"{fields['price'] // 100}.{fields['price'] % 100:02}"
    amount = {"price": price, "priceCurrency": "CNY"}
    each = {"@type": "UnitPriceSpecification", "unitText": "call", **amount}
    offer = {"@type": "Offer", "priceSpecification": each, **amount}
    return found | {"@type": "WebAPI", "offers": offer, "provider": owner}


def _term(name: str, kind: str) -> dict[str, Any]:
    """A term of the EU's authority tables; its class and table are told, because nothing else is fetched to
    know them.
    """
    table = {"@id": _EU + name.partition("/")[0]}
    return {"@id": f"{_EU}{name}", "@type": kind, "skos:inScheme": table}


def _address(url: str) -> dict[str, str]:
    return {"@id": url, "@type": "rdfs:Resource"}


def _agent(offered: Offered, did: str) -> dict[str, Any]:
    return {"@id": did, "@type": "foaf:Agent", "foaf:name": offered.names.get(did, did)}


def _texts(texts: Mapping[str, str]) -> list[dict[str, str]]:
    return [
        {"@language": tag, "@value": texts[lang]}
        for lang, tag in (("zh", "zh-Hans"), ("en", "en"))
        if lang in texts
    ]


def _zh(text: str) -> dict[str, str]:
    return {"@language": "zh-Hans", "@value": text}


def _moment(milliseconds: int) -> dict[str, str]:
    at = datetime.fromtimestamp(milliseconds // 1000, UTC).isoformat().replace("+00:00", "Z")
    return {"@type": "xsd:dateTime", "@value": at}
