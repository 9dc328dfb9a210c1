"""No value that a caller sends makes an API route fail: it is refused with a code, in both languages."""

from __future__ import annotations

import logging
import re
from typing import Any, Final

import pytest
from litestar.testing import TestClient

from web.portalkit import Browser, Site

_NODE: Final = ' "contract": "evidence@1", "action": "attest", "role": "submitter"'
BODIES: Final = {
    "cut while it nests": b'{"args":' * 6000,
    "cut lists": b"[" * 60_000,
    "whole, nested 6,000 deep": b'{"a":' * 6000 + b"1" + b"}" * 6000,
    "arguments nested 900 deep": b'{"args":' + b"[" * 900 + b"]" * 900 + b"," + _NODE.encode() + b"}",
    "arguments nested 20,000 deep": b'{"args":' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    "parameters nested 900 deep": b'{"parameters": {"a":' + b"[" * 900 + b"]" * 900 + b"}}",
    "cut": b'{"args":',
    "no text": b"\xff\xfe",
    "half a surrogate": b'"\xed\xa0\x80"',
    "half a surrogate, escaped": b'{"args": {"root": "\\ud800"}, "name": "\\ud800",' + _NODE.encode() + b"}",
    "null": b"null",
    "a number beyond any": b"1e999",
    "an integer beyond 63 bits": str(10**22).encode(),
    "a revision beyond 63 bits": b'{"rev": 9223372036854775808,' + _NODE.encode() + b"}",
    "an argument beyond 63 bits": b'{"args": {"root_count": ' + b"9" * 22 + b"}," + _NODE.encode() + b"}",
    "an argument of 5,000 digits": b'{"args": {"root_count": ' + b"9" * 5000 + b"}," + _NODE.encode() + b"}",
    "a fraction": b'{"args": {"root_count": 1.5},' + _NODE.encode() + b"}",
}
TEXTS: Final = {
    "beyond 63 bits": str(2**63),
    "far beyond": str(10**22),
    "far below": str(-(10**22)),
    "5,000 digits": "9" * 5000,
    "a float": "1e400",
    "no number": "NaN",
    "nul": "\x00",
    "no text": b"\xed\xa0\x80",
}


BYTES = {"/api/v1/tables", "/api/v1/intake/check", "/api/v1/files", "/api/v1/data/operations/files"}


@pytest.fixture(scope="module")
def operations(site: Site) -> list[tuple[str, str, dict[str, Any]]]:
    """Every operation of the OpenAPI document."""
    document = TestClient(site.app).get("/api/v1/openapi.json").json()
    return [(method, path, one) for path, item in document["paths"].items() for method, one in item.items()]


@pytest.fixture(scope="module")
def browser(site: Site) -> Browser:
    """Somebody who may everything, so that nothing is refused before it is read."""
    return site.client(site.everyone)


def refused(answer: Any, told: str) -> None:  # noqa: ANN401 - a response
    """A refusal that explains itself, and no defect of the node."""
    assert 400 <= answer.status_code < 500, (told, answer.status_code, answer.text[:200])
    problem = answer.json()
    assert problem["code"] != "internal-error", told
    for lang in ("zh", "en"):
        assert all(problem["texts"][lang].values()), told


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_a_hostile_body_is_refused(
    browser: Browser, operations: list[tuple[str, str, dict[str, Any]]], body: bytes
) -> None:
    headers = {"x-csrf-token": browser.csrf, "content-type": "application/json", "accept": "*/*"}
    asked = 0
    for method, path, _ in operations:
        if method == "get":
            continue
        url = re.sub(r"\{[^}]*\}", "0" * 64, path)
        if url in BYTES:  # a table or a document may be any bytes
            continue
        answer = browser.http.request(method.upper(), url, content=body, headers=headers)
        refused(answer, f"{method} {path}")
        asked += 1
    assert asked > 5


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_a_hostile_parameter_never_makes_a_route_fail(
    browser: Browser, operations: list[tuple[str, str, dict[str, Any]]], text: str | bytes
) -> None:
    for method, path, one in operations:
        for parameter in one.get("parameters", []):
            name, kind = parameter["name"], parameter["schema"].get("type")
            url = re.sub(r"\{[^}]*\}", "0" * 64, path)
            if parameter["in"] != "query":
                continue
            answer = browser.http.request(method.upper(), url, params={name: text}, headers={"accept": "*/*"})
            if kind == "integer":
                refused(answer, f"{method} {path}?{name}")
            assert answer.status_code < 500, (method, path, name, answer.text[:200])


def test_the_greatest_sequence_number_is_one(browser: Browser) -> None:
    answer = browser.http.get("/api/v1/assets", params={"before": 2**63 - 1}, headers={"accept": "*/*"})
    assert answer.status_code == 200


@pytest.mark.parametrize("before", [2**63, 10**22, -(10**22)])
def test_the_access_log_s_page_refuses_what_no_database_takes(site: Site, before: int) -> None:
    auditor = site.client(site.people["audit"])
    assert auditor.get("/admin/log", params={"before": before}).status_code == 400
    assert auditor.get("/admin/log").status_code == 200


def test_nothing_of_it_is_logged_as_a_defect(browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    headers = {"x-csrf-token": browser.csrf, "content-type": "application/json"}
    with caplog.at_level(logging.ERROR):
        browser.http.post("/api/v1/acts", content=BODIES["cut while it nests"], headers=headers)
    assert not caplog.records
