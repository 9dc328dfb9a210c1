from __future__ import annotations

import pytest

from wusong.web.origin import address_of, bearer


@pytest.mark.parametrize(
    ("connected", "forwarded", "trusted", "found"),
    [
        pytest.param("192.0.2.1", "", "", "192.0.2.1", id="no proxy"),
        pytest.param("192.0.2.1", "203.0.113.9", "", "192.0.2.1", id="a stranger claims another address"),
        pytest.param("10.0.0.1", "203.0.113.9", "10.0.0.0/8", "203.0.113.9", id="behind a proxy"),
        pytest.param(
            "10.0.0.1", "203.0.113.9, 198.51.100.7", "10.0.0.1", "198.51.100.7", id="the client lied before"
        ),
        pytest.param("10.0.0.1", "198.51.100.7, 10.0.0.2", "10.0.0.0/8", "198.51.100.7", id="two proxies"),
        pytest.param("10.0.0.1", "", "10.0.0.0/8", "10.0.0.1", id="a proxy that says nothing"),
        pytest.param("10.0.0.1", "x, 10.0.0.2", "10.0.0.0/8", "x", id="unreadable"),
        pytest.param("::1", "2001:db8::1", "::1, 127.0.0.1", "2001:db8::1", id="version 6"),
    ],
)
def test_the_client_s_address(connected: str, forwarded: str, trusted: str, found: str) -> None:
    assert address_of(connected, forwarded, trusted) == found


@pytest.mark.parametrize(
    ("field", "token"), [("Bearer wst_1", "wst_1"), ("bearer  a", "a"), ("Basic a", ""), ("", "")]
)
def test_a_bearer_token(field: str, token: str) -> None:
    assert bearer(field) == token
