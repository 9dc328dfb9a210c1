"""What an application may not claim, whichever way it comes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from data.market import start
from wusong.data import service
from wusong.data.host import leaf
from wusong.data.usecases import check_act
from wusong.errors import DataError

RESOURCE = "data-resource@1"
MARKED = "姓名,手机号\n王秀英,13900000001\n李建国,13900000002\n张伟,13900000003\n".encode()
CLAIMS = [
    pytest.param("apply", {"undecided": 0}, id="fewer than the profile counts"),
    pytest.param("apply", {"undecided": 9}, id="more"),
    pytest.param("apply-to-change", {"undecided": 0}, id="in a change"),
    pytest.param("supplement", {}, id="left out in a correction with another table"),
]


@pytest.mark.parametrize(("action", "claim"), CLAIMS)
def test_the_number_of_undecided_columns_is_the_profiles(
    tmp_path: Path, action: str, claim: dict[str, Any]
) -> None:
    market = start(tmp_path / "node")
    application = service.Application("名单", "依法履职产生", MARKED)
    asset = service.register(market.node, market.department, market.registry, application).asset
    fields = leaf(market.node, asset, RESOURCE).fields
    assert fields["undecided"] > 0
    args = {"content": fields["content"], "profile": fields["profile"]}
    with pytest.raises(DataError, match="undecided-wrong"):
        check_act(market.node, market.department, RESOURCE, action, args | claim)
    check_act(market.node, market.department, RESOURCE, action, args | {"undecided": fields["undecided"]})
    market.node.close()
