"""A profile says which columns are personal: only this node's own of that very table is taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from data.market import DAY, Market, pass_notice, start
from wusong.data import contents, service
from wusong.data.brought import brought
from wusong.data.catalogue import samples
from wusong.data.host import Intent
from wusong.data.intake import desk
from wusong.data.intake.profile import profile
from wusong.data.products import asking
from wusong.data.usecases import check_act
from wusong.errors import DataError

RESOURCE = "data-resource@1"
MARKED = "姓名,手机号\n王秀英,13900000001\n李建国,13900000002\n张伟,13900000003\n".encode()
Picture = dict[str, Any]


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    made = start(tmp_path_factory.mktemp("forged") / "node")
    yield made
    made.node.close()


@pytest.fixture(scope="module")
def table(market: Market) -> str:
    return desk.keep_file(market.node, market.department, MARKED)


def found(_: Market) -> Picture:
    from io import BytesIO

    return profile(BytesIO(MARKED)).to_json()


def bring(market: Market, picture: object) -> str:
    commitment = contents.put_json(market.node.vault, picture).commitment
    brought(market.node).note(market.department, commitment)
    return commitment


def unmarked(picture: Picture) -> Picture:
    for column in picture["columns"]:
        column["personal"] = ""
    return picture


def judged_harmless(picture: Picture) -> Picture:
    told = {"verdict": "harmless", "reason": "无关个人", "time": 1}
    for column in picture["columns"]:
        column["decision"] = {"column": column["name"], **told}
    return picture


def of_fewer_columns(picture: Picture) -> Picture:
    return picture | {"columns": picture["columns"][:1]}


def of_more_rows(picture: Picture) -> Picture:
    return picture | {"rows": 1_000_000}


def of_another_quality(picture: Picture) -> Picture:
    return picture | {"quality": []}


FORGED: list[Callable[[Picture], Any]] = [
    unmarked, judged_harmless, of_fewer_columns, of_more_rows, of_another_quality,
    lambda _: [1, 2], lambda _: "x",
]  # fmt: skip


def check(market: Market, action: str = "apply", **args: object) -> None:
    check_act(market.node, market.department, RESOURCE, action, args)


@pytest.mark.parametrize("forge", FORGED)
@pytest.mark.parametrize("action", ["apply", "apply-to-change", "supplement"])
def test_a_profile_written_by_hand_is_refused(
    market: Market, table: str, action: str, forge: Callable[[Picture], Any]
) -> None:
    forged = bring(market, forge(deepcopy(found(market))))
    with pytest.raises(DataError, match="profile-not-made"):
        check(market, action, content=table, profile=forged, undecided=0)


def test_the_profile_as_this_node_tells_it_is_taken(market: Market, table: str) -> None:
    check(market, content=table, profile=bring(market, found(market)), undecided=2)


def test_decisions_count_as_they_were_stated_here(market: Market) -> None:
    own = desk.keep_file(market.node, market.department, MARKED + "钱多,13900000004\n".encode())
    for column in ("姓名", "手机号"):
        desk.decide(market.node, market.department, own, column, "removed", "不对外提供")
    stated = desk.pictured(
        market.node,
        market.department,
        own,
        profile_of(market, own),
        desk.look(market.node, market.department, own).quality,
    )
    check(market, content=own, profile=bring(market, stated), undecided=0)
    other = deepcopy(stated)
    other["columns"][0]["decision"]["verdict"] = "harmless"
    with pytest.raises(DataError, match="profile-not-made"):
        check(market, content=own, profile=bring(market, other), undecided=0)


def profile_of(market: Market, content: str) -> Picture:
    from io import BytesIO

    return profile(BytesIO(contents.read(market.node.vault, content))).to_json()


@pytest.mark.parametrize("left", ["content", "profile"])
def test_table_and_profile_go_together(market: Market, table: str, left: str) -> None:
    args = {"content": table, "profile": bring(market, found(market))}
    del args[left]
    with pytest.raises(DataError, match="profile-not-made"):
        check(market, "supplement", **args)


def test_a_deed_signed_elsewhere_opens_no_sample_and_no_question(market: Market, table: str) -> None:
    """The ledger cannot look into the profile, so it is looked at again when it is used."""
    forged = bring(market, unmarked(found(market)))
    args = {"registry": market.registry, "name": "名单", "registrant_code": "", "source_basis": "依法"}
    args |= {"description": "", "content": table, "profile": forged, "grade": "general", "update": "yearly"}
    rights = {"sharing": "conditional", "undecided": 0, "holding": True, "use": True, "operation": False}
    act = Intent(
        RESOURCE, "apply", {**args, **rights, "risk_conclusion": ""}, {"department": market.department}
    )
    asset = str(market.node.act([act]).asset)
    service.accept(market.node, market.registry, asset)
    service.examine(market.node, market.registry, asset, "材料齐全")
    service.publish(market.node, market.registry, asset)
    pass_notice(market, asset)
    service.assign_code(market.node, market.registry, asset, "F-1", market.node.ledger.now() + DAY * 900)
    with pytest.raises(DataError, match="profile-not-made"):
        samples.show(market.node, market.department, asset)
    with pytest.raises(DataError, match="profile-not-made"):
        asking.columns_of(market.node, asset)


def test_what_was_made_before_pairs_were_kept_is_read_again(tmp_path: Path) -> None:
    market = start(tmp_path / "node")
    application = service.Application("名单", "依法履职产生", MARKED)
    asset = service.register(market.node, market.department, market.registry, application).asset
    fields = market.node.ledger.view().leaf(bytes.fromhex(asset)).fields  # type: ignore[union-attr]
    record = brought(market.node)
    assert record.paired(fields["content"], fields["profile"])
    record._db.execute("DELETE FROM pairs")
    check(market, content=fields["content"], profile=fields["profile"], undecided=2)
    assert record.paired(fields["content"], fields["profile"])
    market.node.close()
