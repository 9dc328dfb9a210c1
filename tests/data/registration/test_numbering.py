"""A code names one registration in force, whichever way it is given."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from data.market import DAY, TABLE, Market, pass_notice, registered, start
from wusong.data import service
from wusong.data.registration.numbering import check
from wusong.data.usecases import check_act
from wusong.errors import DataError, WusongError
from wusong.ledger.intent import Intent

RESOURCE = "data-resource@1"
FORMS = [
    pytest.param("SH-2026/0001.A", "", id="letters, digits and the three marks"),
    pytest.param("", "registration-code-form", id="empty"),
    pytest.param("SH 0001", "registration-code-form", id="a blank inside"),
    pytest.param(" SH-0001", "registration-code-form", id="a blank before"),
    pytest.param("SH-0001\n", "registration-code-form", id="a line end"),
    pytest.param("SH-0001\u200b", "registration-code-form", id="an unseen character"),
    pytest.param("ＳＨ-0001", "registration-code-form", id="wide letters"),
    pytest.param("沪-0001", "registration-code-form", id="a Chinese character"),
    pytest.param("SH–0001", "registration-code-form", id="a dash that only looks like one"),
    pytest.param("t-1", "registration-code-taken", id="taken, in other letters"),
]


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    made = start(tmp_path_factory.mktemp("numbering") / "node")
    registered(made)
    yield made
    made.node.close()


def cleared(market: Market, name: str) -> str:
    """A registration that waits for its code."""
    node = market.node
    application = service.Application(name, "依法履职产生", TABLE, undecided=0)
    asset = service.register(node, market.department, market.registry, application).asset
    service.accept(node, market.registry, asset)
    service.examine(node, market.registry, asset, "材料齐全")
    service.publish(node, market.registry, asset)
    pass_notice(market, asset)
    return asset


def code_of(market: Market, code: str, days: int = 900) -> dict[str, object]:
    return {"code": code, "valid_until": market.node.ledger.now() + days * DAY}


@pytest.mark.parametrize(("code", "refused"), FORMS)
def test_what_can_be_a_code(market: Market, code: str, refused: str) -> None:
    if not refused:
        check(market.node, code)
        return
    with pytest.raises(DataError, match=refused):
        check(market.node, code)
    with pytest.raises(DataError, match=refused):  # as every face asks before it enters an act
        check_act(market.node, market.registry, RESOURCE, "assign-code", {"code": code})


def test_a_code_that_stands_elsewhere_is_refused_and_reaches_no_ledger(market: Market) -> None:
    asset, height = cleared(market, "第二项"), market.node.ledger.app.head.height
    with pytest.raises(DataError, match="registration-code-taken") as caught:
        service.assign_code(market.node, market.registry, asset, "T-1", market.node.ledger.now() + DAY)
    assert "另一项有效登记" in caught.value.explain("zh").what
    assert market.node.ledger.app.head.height == height
    role = {"registry": market.registry}
    digest = market.node.ledger.view().leaf(bytes.fromhex(asset))
    assert digest is not None
    with pytest.raises(
        DataError, match="registration-code-taken"
    ):  # by the page's digest, as the portal does
        market.node.act([Intent(digest.contract, "assign-code", code_of(market, "T-1"), role, asset)])
    service.assign_code(market.node, market.registry, asset, "T-2", market.node.ledger.now() + DAY)


def test_one_deed_does_not_give_a_code_twice(market: Market) -> None:
    first, second = cleared(market, "甲"), cleared(market, "乙")
    role = {"registry": market.registry}
    acts = [
        Intent(RESOURCE, "assign-code", code_of(market, code), role, asset)
        for code, asset in (("T-3", first), ("t-3", second))
    ]
    with pytest.raises(DataError, match="registration-code-taken"):
        market.node.act(acts)


def test_of_two_at_once_one_gets_the_code(market: Market) -> None:
    assets = [cleared(market, name) for name in ("丙", "丁")]

    def give(asset: str) -> str:
        try:
            service.assign_code(market.node, market.registry, asset, "T-4", market.node.ledger.now() + DAY)
        except WusongError as error:
            return error.code
        return "given"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(give, assets)) == ["given", "registration-code-taken"]


def test_a_code_is_free_once_its_registration_ended(market: Market) -> None:
    node, ended, next_ = market.node, cleared(market, "戊"), cleared(market, "己")
    service.assign_code(node, market.registry, ended, "T-5", node.ledger.now() + DAY)
    service.apply_to_cancel(node, market.department, ended, "不再维护")
    with pytest.raises(DataError, match="registration-code-taken"):
        service.assign_code(node, market.registry, next_, "T-5", node.ledger.now() + DAY)
    service.cancel(node, market.registry, ended)
    service.assign_code(node, market.registry, next_, "T-5", node.ledger.now() + DAY)
    node.ledger.set_forward(2 * DAY)  # it expires, and no act has written it
    check(node, "T-5")
