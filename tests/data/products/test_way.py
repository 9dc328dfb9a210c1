from __future__ import annotations

import pytest

from wusong.crypto.suites import GM, INTL
from wusong.data.products.marks import CODE, codes
from wusong.data.products.way import place_of
from wusong.errors import SettingsError
from wusong.node.settings import load

NETWORKS = "政务外网=10.1.0.0/16 10.2.0.0/16; 园区=2001:db8::/32"


@pytest.mark.parametrize(
    ("address", "places", "found"),
    [
        ("10.1.2.3", ["10.0.0.0/8"], "10.0.0.0/8"),
        ("10.1.2.3", ["192.168.0.0/16", "10.1.2.3/32"], "10.1.2.3/32"),
        ("11.1.2.3", ["10.0.0.0/8"], ""),
        ("10.2.9.9", ["政务外网"], "政务外网"),
        ("10.3.9.9", ["政务外网"], ""),
        ("2001:db8::7", ["政务外网", "园区"], "园区"),
        ("::ffff:10.1.0.1", ["10.0.0.0/8"], "10.0.0.0/8"),
        ("10.1.2.3", ["没有登记的网络"], ""),
        ("10.1.2.3", ["10.0.0.1/8"], ""),  # host bits set: no range
        ("testclient", ["0.0.0.0/0"], ""),
        ("", ["0.0.0.0/0"], ""),
        ("10.1.2.3", [], ""),
    ],
)
def test_the_place_of_an_address(address: str, places: list[str], found: str) -> None:
    assert place_of(address, places, NETWORKS) == found


@pytest.mark.parametrize(
    ("name", "value", "sound"),
    [
        ("NETWORKS", NETWORKS, True),
        ("NETWORKS", "甲=10.0.0.0/99", False),
        ("TRUSTED_PROXIES", "10.0.0.1, 192.168.0.0/16", True),
        ("TRUSTED_PROXIES", "proxy.example", False),
    ],
)
def test_settings_name_ranges(tmp_path: object, name: str, value: str, sound: bool) -> None:
    from pathlib import Path

    folder, given = Path(str(tmp_path)), {f"WUSONG_{name}": value}
    if sound:
        assert getattr(load(folder, given), name.lower()) == value
    else:
        with pytest.raises(SettingsError, match="setting-wrong"):
            load(folder, given)


@pytest.mark.parametrize("suite", [INTL, GM], ids=["intl", "gm"])
def test_codes_of_rows_are_those_of_their_copy(suite: object) -> None:
    one, other = (list(codes(suite, bytes([n]) * 32, 500)) for n in (1, 2))  # type: ignore[arg-type]
    assert all(CODE.fullmatch(code) for code in one)
    assert len(set(one)) == 500
    assert set(one).isdisjoint(other)
