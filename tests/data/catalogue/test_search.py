"""Finding records: which words find what, in which order, and what facets count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from wusong.contract.leaf import Leaf
from wusong.data import projection
from wusong.data.catalogue.folding import fold, readings
from wusong.data.catalogue.projection import CatalogueView, metadata
from wusong.data.catalogue.search import Found, Wanted, search

NAMES = {"did:d": "上海市统计局", "did:o": "浦东数据运营有限公司"}
RESOURCES = {
    "1" * 64: ("行政区划代码", "general", "yearly", "registered"),
    "2" * 64: ("长宁区企业信用信息", "important", "monthly", "registered"),
    "3" * 64: ("重庆路车流量 Traffic", "general", "daily", "registered"),
    "4" * 64: ("尚未公示的资源", "general", "daily", "applied"),
}
PRODUCTS = {
    "5" * 64: ("区划核验", "yes-no", 0, "1" * 64),
    "6" * 64: ("企业数量统计", "aggregate", 500, "2" * 64),
}


def leaves() -> dict[str, tuple[str, Leaf]]:
    """The records of a small market."""
    made: dict[str, tuple[str, Leaf]] = {}
    for asset, (name, grade, update, state) in RESOURCES.items():
        fields = {"name": name, "grade": grade, "update": update, "source_basis": "依法履职产生"}
        made[asset] = ("data-resource@1", leaf(state, {"department": "did:d", "registry": "did:r"}, fields))
    for asset, (name, output, price, resource) in PRODUCTS.items():
        operation = asset[::-1].replace(asset[0], "a", 1)
        made[operation] = (
            "data-operation@1",
            leaf("in-force", {"operator": "did:o"}, {"resource": resource}),
        )
        offer: dict[str, Any] = {
            "name": name,
            "output": output,
            "price": price,
            "operation": operation,
            "least_group": 5,
        }
        made[asset] = ("data-product@1", leaf("listed", {"operator": "did:o"}, offer))
    return made


def leaf(state: str, roles: dict[str, str], fields: dict[str, Any]) -> Leaf:
    return Leaf(contract="c", state=state, rev=1, roles=roles, fields=fields)


class Act:
    """An act as the projections read it."""

    act, time, deed, action = 0, 1, "d", "apply"
    args: dict[str, Any] = {}  # noqa: RUF012 - nothing writes to it

    def __init__(self, name: str, asset: str, written: Leaf) -> None:
        self.name, self.writes = name, [(asset, written)]


class Entry:
    def __init__(self, acts: list[Act]) -> None:
        self.acts = acts


@pytest.fixture(scope="module")
def connection() -> Any:  # noqa: ANN401 - yields a connection
    engine = sa.create_engine("sqlite://")
    metadata.create_all(engine)
    projection.metadata.create_all(engine)
    entries = [Entry([Act(name, asset, written)]) for asset, (name, written) in leaves().items()]
    with engine.begin() as opened:
        CatalogueView().apply_all(opened, entries)
        projection.DataView().apply_all(opened, entries)
        yield opened


def see(ids: Sequence[str]) -> list[dict[str, Any]]:
    """All that there is."""
    found = leaves()
    return [
        {"asset": one, "name": found[one][0], "state": found[one][1].state, "fields": found[one][1].fields}
        for one in ids
    ]


def find(connection: sa.Connection, words: str = "", **facets: str) -> Found:
    return search(connection, Wanted(words, facets), see, NAMES)


def named(found: Found) -> list[str]:
    return [hit.record["fields"]["name"] for hit in found.hits]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("行政区划代码", "行政区划代码"),
        ("区划", "区划核验"),
        ("xingzheng", "行政区划代码"),
        ("xzqh", "行政区划代码"),
        ("changning", "长宁区企业信用信息"),
        ("CNQ", "长宁区企业信用信息"),
        ("chongqing", "重庆路车流量 Traffic"),
        ("ＴＲＡＦＦＩＣ", "重庆路车流量 Traffic"),
        ("统计局 车流", "重庆路车流量 Traffic"),
        ("浦东 企业", "企业数量统计"),
        ("履职 信用", "长宁区企业信用信息"),
    ],
)
def test_words_find(connection: sa.Connection, words: str, first: str) -> None:
    assert named(find(connection, words))[0] == first


@pytest.mark.parametrize("words", ["不存在", "ingzheng", "行政 车流", "100%", "_", "' or 1=1 --"])
def test_words_that_find_nothing(connection: sa.Connection, words: str) -> None:
    assert named(find(connection, words)) == []


def test_the_name_itself_comes_before_what_only_contains_it(connection: sa.Connection) -> None:
    assert named(find(connection, "企业")) == ["企业数量统计", "长宁区企业信用信息"]


def test_what_is_not_public_yet_is_not_in_the_catalogue(connection: sa.Connection) -> None:
    assert "尚未公示的资源" not in named(find(connection))


def test_facets_narrow_and_count_what_choosing_would_give(connection: sa.Connection) -> None:
    found = find(connection, "", grade="general")
    assert sorted(named(found)) == ["区划核验", "行政区划代码", "重庆路车流量 Traffic"]
    assert dict(found.facets["grade"]) == {"general": 3, "important": 2}
    assert dict(found.facets["kind"]) == {"data-resource": 2, "data-product": 1}
    for value, count in found.facets["kind"]:
        assert len(find(connection, "", grade="general", kind=value).hits) == count


def test_a_product_has_the_grade_of_its_resource_and_a_price_band(connection: sa.Connection) -> None:
    hit = next(hit for hit in find(connection, "企业数量统计").hits)
    assert (hit.facets["grade"], hit.facets["price"], hit.facets["update"]) == (
        "important",
        "up-to-10",
        "monthly",
    )


def test_only_what_the_reader_may_see_is_found_or_counted(connection: sa.Connection) -> None:
    found = search(connection, Wanted(), lambda ids: see([one for one in ids if one in PRODUCTS]), NAMES)
    assert sorted(named(found)) == ["企业数量统计", "区划核验"]
    assert dict(found.facets["kind"]) == {"data-product": 2}


def test_texts_are_folded_and_spoken() -> None:
    assert fold("  ＡＢｃ　１２ ") == "abc 12"
    assert ("chong", "qing") in readings("重庆")
    assert {way[:2] for way in readings("长宁")} == {("chang", "ning"), ("zhang", "ning")}
    assert readings("") == [()]


def test_what_parameters_say_finds_their_product_after_every_other_place(connection: Any) -> None:  # noqa: ANN401
    asked = {"5" * 64: fold("行业 餐饮 零售 统计"), "6" * 64: fold("省份")}
    for words, expected in (
        ("餐饮", ["5" * 64]),
        ("餐饮 区划", ["5" * 64]),
        ("餐饮 省份", []),
        ("统计", ["6" * 64, "5" * 64]),
    ):
        found = search(connection, Wanted(words, {"kind": "data-product"}), see, NAMES, asked)
        assert [hit.record["asset"] for hit in found.hits] == expected, words
    blind = search(connection, Wanted("餐饮"), lambda _: [], NAMES, asked)
    assert blind.hits == []
    assert blind.facets["kind"] == []
