"""What a party states of its table goes with it onto the ledger, on both suites; files of a catalogue."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from data import market as places
from data.intake.test_importing import good, workbook
from wusong.data import contents, service
from wusong.data.brought import brought
from wusong.data.host import leaf
from wusong.data.intake import attached, desk, importing
from wusong.errors import DataError
from wusong.node.node import Node

TABLE = "姓名,经度,数量\n王秀英,121.47123,1\n李建国,121.48123,2\n赵明华,121.49123,3\n".encode()


def standing(node: Node, asset: str) -> dict[str, Any]:
    """The profile that a registration commits to."""
    found: dict[str, Any] = contents.read_json(
        node.vault, str(leaf(node, asset, "data-resource@1").fields["profile"])
    )
    return found


def judged(profile: dict[str, Any]) -> dict[str, tuple[str, int | None]]:
    return {one["code"]: (one["standing"], one.get("value_bp")) for one in profile["quality"]}


def seen(node: Node, asset: str) -> dict[str, Any]:
    record = leaf(node, asset, "data-resource@1")
    return {"fields": record.fields, "roles": record.roles}


@pytest.mark.parametrize("suite", ["intl", "gm"])
def test_a_table_with_its_decisions_and_judgements_is_registered(tmp_path: Path, suite: str) -> None:
    market = places.start(tmp_path / "node", suite)
    node, who = market.node, market.department
    content = desk.keep_file(node, who, TABLE)
    report = desk.keep_file(node, who, b"%PDF-1.7 sample check")
    for column in ("姓名", "经度"):
        desk.decide(node, who, content, column, "removed", "对外提供前去除")
    desk.judge(
        node, who, content, "0205", value_bp=9_750, reason="抽样核对一致", by="质量管理处", file=report
    )
    desk.judge(node, who, content, "0203", value_bp=None, reason="无标注", by="质量管理处", basis="数据说明")
    application = service.Application("人口示例", "依法履职产生", TABLE, sharing="open")
    made = service.register(node, who, market.registry, application)
    fields = leaf(node, made.asset, "data-resource@1").fields
    assert (fields["content"], fields["undecided"]) == (content, 0)
    found = judged(standing(node, made.asset))
    assert (found["0205"], found["0203"], found["0304"]) == (
        ("judged", 9_750), ("inapplicable", None), ("open", None),
    )  # fmt: skip
    assert found["0204"] == ("measured", 10_000)
    quality = {one.code: one for one in desk.quality_of(node, seen(node, made.asset))}
    assert (quality["0205"].file, quality["0205"].by) == (report, "质量管理处")
    service.accept(node, market.registry, made.asset)
    service.send_back(node, market.registry, made.asset, "请补充真实性依据")
    desk.judge(node, who, content, "0205", value_bp=9_900, reason="扩大抽样", by="质量管理处", file=report)
    service.supplement(node, who, made.asset, name="人口示例表")
    found = judged(standing(node, made.asset))
    assert (found["0205"], found["0204"]) == (("judged", 9_900), ("measured", 10_000))
    node.close()


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Any:  # noqa: ANN401 - yields a Market
    made = places.start(tmp_path_factory.mktemp("desk") / "node")
    yield made
    made.node.close()


def test_nobody_states_anything_of_another_ones_table(market: places.Market) -> None:
    content = desk.keep_file(market.node, market.department, TABLE)
    other = desk.keep_file(market.node, market.merchant, b"evidence of another party")
    words = {"value_bp": 1, "reason": "理由", "by": "某处"}
    for party, file in ((market.merchant, ""), (market.department, other), (market.department, "0" * 64)):
        with pytest.raises(DataError, match="content-not-brought"):
            desk.judge(market.node, party, content, "0205", file=file, basis="依据", **words)  # type: ignore[arg-type]
    with pytest.raises(DataError, match="content-not-brought"):
        desk.look(market.node, market.merchant, content)
    with pytest.raises(DataError, match="content-not-brought"):
        desk.decide(market.node, market.merchant, content, "姓名", "harmless", "无关")
    assert not desk.stated(market.node, market.department, content)


@pytest.mark.parametrize(
    "written",
    [
        [],
        {},
        {"quality": 7},
        {"quality": [{"code": 1}]},
        {"quality": [{"code": "0205", "standing": "perfect"}]},
    ],
)
def test_a_profile_written_by_hand_shows_no_quality(market: places.Market, written: Any) -> None:  # noqa: ANN401
    profile = contents.put_json(market.node.vault, written).commitment
    brought(market.node).note(market.department, profile)
    record = {"fields": {"profile": profile}, "roles": {"department": market.department}}
    assert desk.quality_of(market.node, record) == ()
    assert desk.quality_of(market.node, record | {"roles": {"department": market.merchant}}) == ()


def test_a_large_table_is_registered_with_its_judgements_and_the_rest_open(
    market: places.Market, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(desk, "MEASURED", 100)
    path = tmp_path / "large.csv"
    path.write_bytes("代码,数量\n".encode() + b"".join(b"A%d,%d\n" % (n, n) for n in range(50)))
    with path.open("rb") as stream:
        content = desk.keep_file(market.node, market.department, stream)
    desk.judge(
        market.node,
        market.department,
        content,
        "0302",
        value_bp=8_000,
        reason="够用",
        by="业务处",
        basis="需求书",
    )
    application = service.Application("较大的表", "依法履职产生", path)
    made = service.register(market.node, market.department, market.registry, application)
    found = judged(standing(market.node, made.asset))
    assert (found["0302"], found["0204"]) == (("judged", 8_000), ("open", None))


# -- data files with a catalogue workbook --------


def test_the_files_of_a_catalogue_can_follow_and_each_row_is_registered_once(market: places.Market) -> None:
    node, who = market.node, market.department
    named = {"数据文件": "甲.csv"}
    content = workbook([good(0, **named), good(1, 数据文件="乙.csv"), good(2)])
    first = attached.keep(node, who, [("甲.csv", TABLE)])
    found = importing.run(node, who, market.registry, content, importing.kept(node, who, first))
    assert ([one.row for one in found.faulty], len(found.assets)) == ([4], 2)
    second = attached.keep(node, who, [("x/乙.csv", TABLE + "周小红,121.50123,4\n".encode())], first)
    assert set(attached.names(node, who, second)) == {"甲.csv", "乙.csv"}
    again = importing.run(node, who, market.registry, content, importing.kept(node, who, second))
    assert ([one.row for one in again.faulty], len(again.assets), len(again.deeds)) == ([], 3, 1)
    assert again.assets.items() >= found.assets.items()
    assert standing(node, again.assets[3])["rows"] == 3
    last = importing.run(node, who, market.registry, content, importing.kept(node, who, second))
    assert (last.assets, last.deeds) == (again.assets, ())


def test_a_list_of_files_is_its_partys_own_and_is_a_list(market: places.Market) -> None:
    made = attached.keep(market.node, market.department, [("甲.csv", TABLE)])
    with pytest.raises(DataError, match="content-not-brought"):
        attached.names(market.node, market.merchant, made)
    brought(market.node).note(market.merchant, made)  # the list alone is no key to what it names
    with pytest.raises(DataError, match="content-not-brought"):
        attached.names(market.node, market.merchant, made)
    for other in (
        TABLE,
        b"{}",
        b"[1]",
        b'{"catalogue-files":[1]}',
        b'{"catalogue-files":"ab"}',
        b'{"catalogue-files":[["a",{}]]}',
    ):
        with pytest.raises(DataError, match="files-list"):
            attached.names(
                market.node, market.department, desk.keep_file(market.node, market.department, other)
            )


@pytest.mark.parametrize(
    ("name", "files", "code"),
    [
        ("twice", [("a.csv", b"1"), ("x/a.csv", b"2")], "files-twice"),
        ("large", [("a.csv", b"12345678901")], "files-too-large"),
        ("many", [(f"{n}.csv", b"1") for n in range(4)], "files-too-many"),
    ],
    ids=["twice", "large", "many"],
)
def test_too_many_or_too_large_files_are_refused(
    market: places.Market,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    files: list[tuple[str, bytes]],
    code: str,
) -> None:
    monkeypatch.setattr(attached, "MAX_FILE", 10)
    monkeypatch.setattr(attached, "MAX_FILES", 3)
    with pytest.raises(DataError) as refused:
        attached.keep(market.node, market.department, files)
    assert refused.value.code == code, name
    assert "{" not in str(refused.value.explain("zh"))
