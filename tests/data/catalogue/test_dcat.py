"""The catalogue as others' programs judge it: the published shapes of DCAT-AP 3.0.0 (SEMICeu/DCAT-AP,
releases/3.0.0, read from the outside vectors), run by pySHACL over the JSON-LD that the catalogue exports.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from wusong.data.catalogue import dcat

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib within its own parser
VECTORS = Path(os.environ.get("WUSONG_VECTORS", Path(__file__).parents[4] / "shared" / "vectors")) / "dcat-ap"
DID = "did:key:z6Mkh"
RESOURCE: dict[str, Any] = {
    "asset": "a" * 64,
    "fields": {"name": "航运数据", "source_basis": "依法履职产生", "code": "T-1", "update": "daily"},
    "name": "data-resource@1",
    "roles": {"department": f"{DID}department"},
    "updated": 1_790_000_000_000,
}
BARE: dict[str, Any] = RESOURCE | {
    "asset": "c" * 64,
    "fields": {"name": "无产品的资源", "update": "no such word"},
    "updated": 0,
}
PRODUCT: dict[str, Any] = {
    "asset": "b" * 64,
    "fields": {"name": "省内航次数", "price": 50},
    "name": "data-product@1",
    "roles": {"operator": f"{DID}operator"},
}
HIDDEN = PRODUCT | {"asset": "d" * 64}
SHAPES = ("shapes.ttl", "range.ttl", "deprecateduris.ttl", "dcat-ap-SHACL.ttl")
LEFT_OUT = {
    "availability": "how long a product stays is its authorisation's term, no word of the EU's table",
    "conformsTo": "products speak no published application profile",
    "contactPoint": "parties are reached through their records; no person or address is published",
    "distribution": "a resource without products is had by nobody",
    "homepage": "a network has none",
    "issued": "the catalogue has no day of issue: it is made when it is asked for",
    "keyword": "not registered",
    "license": "use rests on the contract of each product, not on a public licence",
    "modified": "as issued",
    "servesDataset": "a product whose resource the reader may not see does not name it",
    "spatial": "not registered",
    "temporal": "not registered",
    "theme": "not registered",
    "themeTaxonomy": "not registered",
    "type": "the kind of a party is no word of the EU's table",
}
"""What DCAT-AP recommends, by the last word of its name, and why this catalogue does without."""
PUBLISHERS = "who publishes is no corporate body of the EU's authority table"


def offered(title: dict[str, str] | None = None) -> dcat.Offered:
    return dcat.Offered(
        title or {"en": "Trial", "zh": "试用网络"},
        [RESOURCE, BARE],
        [PRODUCT, HIDDEN],
        {PRODUCT["asset"]: RESOURCE["asset"], HIDDEN["asset"]: "e" * 64},
        {f"{DID}department": "数源部门"},
        "https://node.example",
    )


def graph(export: dict[str, Any]) -> Any:  # noqa: ANN401 - an rdflib graph
    rdflib = pytest.importorskip("rdflib")
    return rdflib.Graph().parse(data=json.dumps(export), format="json-ld")


def violations(export: dict[str, Any], shapes: str) -> list[str]:
    """What a file of shapes says against an export: path, message, node; one line each."""
    pyshacl = pytest.importorskip("pyshacl")
    rdflib = pytest.importorskip("rdflib")
    if not (VECTORS / shapes).is_file():
        pytest.skip(f"the outside vectors are not here: {VECTORS / shapes}")
    rules = rdflib.Graph().parse(VECTORS / shapes)
    _, report, _ = pyshacl.validate(graph(export), shacl_graph=rules, inference="none", advanced=False)
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    return sorted(
        f"{report.value(one, sh.resultPath)} {report.value(one, sh.resultSeverity)} "
        f"{report.value(one, sh.focusNode)} {report.value(one, sh.resultMessage)}"
        for one in report.subjects(rdflib.RDF.type, sh.ValidationResult)
    )


@pytest.mark.parametrize("shapes", SHAPES)
def test_no_published_shape_is_violated(shapes: str) -> None:
    assert violations(dcat.catalogue(offered()), shapes) == []


def test_what_is_recommended_and_left_out_is_named_with_its_reason() -> None:
    said = violations(dcat.catalogue(offered()), "shapes_recommended.ttl")
    missing = {line.partition(" ")[0].replace("#", "/").rsplit("/", 1)[-1] for line in said}
    assert missing == set(LEFT_OUT)


def test_every_term_is_of_its_authority_table() -> None:
    said = violations(dcat.catalogue(offered()), "mdr-vocabularies.shape.ttl")
    others = [line for line in said if "publisher" not in line and DID not in line and "Trial" not in line]
    assert all("themeTaxonomy" in line for line in others), PUBLISHERS


def test_the_shapes_do_bite() -> None:
    spoiled = dcat.catalogue(offered())
    del spoiled["dct:title"]
    del spoiled["dcat:service"][0]["dcat:endpointURL"]
    said = " ".join(violations(spoiled, "shapes.ttl"))
    assert "http://purl.org/dc/terms/title" in said
    assert "http://www.w3.org/ns/dcat#endpointURL" in said


def test_a_product_whose_resource_is_not_shown_does_not_name_it() -> None:
    whole = dcat.catalogue(offered())
    assert ["dcat:servesDataset" in one for one in whole["dcat:service"]] == [True, False]
    assert "e" * 64 not in json.dumps(whole)


# -- schema.org --------

SCHEMA = VECTORS.parent / "schema-org" / "schemaorg-current-https.ttl"


@pytest.fixture(scope="module")
def vocabulary() -> Any:  # noqa: ANN401 - an rdflib graph
    rdflib = pytest.importorskip("rdflib")
    if not SCHEMA.is_file():
        pytest.skip(f"the outside vectors are not here: {SCHEMA}")
    return rdflib.Graph().parse(SCHEMA)


def above(vocabulary: Any, kind: Any) -> set[Any]:  # noqa: ANN401 - rdflib's
    """A class with all that it is a kind of."""
    rdflib = pytest.importorskip("rdflib")
    return set(vocabulary.transitive_objects(kind, rdflib.RDFS.subClassOf))


def strange(vocabulary: Any, node: dict[str, Any]) -> list[str]:  # noqa: ANN401 - an rdflib graph
    """Members that the published vocabulary does not give to a class, or whose value is of no class that it
    expects there.
    """
    rdflib = pytest.importorskip("rdflib")
    schema = rdflib.Namespace("https://schema.org/")
    kinds, found = above(vocabulary, schema[node["@type"]]), []
    for name, value in node.items():
        if name.startswith("@"):
            continue
        wanted = set(vocabulary.objects(schema[name], schema.rangeIncludes))
        if not kinds & set(vocabulary.objects(schema[name], schema.domainIncludes)):
            found.append(f"{node['@type']}.{name}")
        if isinstance(value, dict):
            found += strange(vocabulary, value)
            if not above(vocabulary, schema[value["@type"]]) & wanted:
                found.append(f"{node['@type']}.{name} is {value['@type']}")
        elif not wanted & {schema.Text, schema.URL, schema.Boolean, schema.Number}:
            found.append(f"{node['@type']}.{name} is plain")
    return found


@pytest.mark.parametrize("record", [RESOURCE, BARE, PRODUCT])
def test_the_markup_uses_the_published_vocabulary(vocabulary: Any, record: dict[str, Any]) -> None:  # noqa: ANN401
    markup = dcat.schema_org(offered(), record)
    assert strange(vocabulary, markup) == []
    assert {"name", "description", "url", "identifier"} <= set(markup)


def test_the_vocabulary_does_bite(vocabulary: Any) -> None:  # noqa: ANN401 - an rdflib graph
    spoiled = dcat.schema_org(offered(), PRODUCT) | {"inLanguage": "zh", "provider": {"@type": "Offer"}}
    assert sorted(strange(vocabulary, spoiled)) == ["WebAPI.inLanguage", "WebAPI.provider is Offer"]
