"""What is to be done, in the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.kit import Wusong
from data.market import start
from wusong.data import service


def test_by_party_with_the_time_limit(
    wusong: Wusong, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    market = start(tmp_path / "node")
    application = service.Application("区划", "依法履职产生", b"a,b\n1,2\n", undecided=0)
    asset = service.register(market.node, market.department, market.registry, application).asset
    market.node.close()
    monkeypatch.setenv("WUSONG_HOME", str(tmp_path / "node"))
    (one,) = wusong("todo", "--json").json["todo"]
    assert (one["asset"], one["party"], one["left"]) == (asset, market.registry, 3)
    shown = wusong("todo", "--as", "登记机构").out
    assert "Accept the application or return it" in shown
    assert "3 working days left" in shown
    assert "受理申请或者退回补正" in wusong("todo", "--lang", "zh").out
    assert wusong("todo", "--as", "数源部门").out.strip() == "Nothing to do."
    assert wusong("todo", "--as", "no such", "--json").code == "ambiguous-party"
