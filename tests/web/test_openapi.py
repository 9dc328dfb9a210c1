"""docs/api.md, the OpenAPI document and the application say the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from web.portalkit import Site


@pytest.fixture(scope="module")
def document(site: Site) -> dict[str, Any]:
    found: dict[str, Any] = TestClient(site.app).get("/api/v1/openapi.json").json()
    return found


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": one
        for path, item in document["paths"].items()
        for method, one in item.items()
    }


def test_each_endpoint_is_documented_and_no_other(document: dict[str, Any], root: Path) -> None:
    headings = re.findall(
        r"^### ((?:GET|POST|PUT|DELETE) \S+)$", (root / "docs" / "api.md").read_text("utf-8"), re.MULTILINE
    )
    assert sorted(headings) == sorted(operations(document))
    assert len(set(headings)) == len(headings)


def test_each_endpoint_says_what_it_does(document: dict[str, Any]) -> None:
    for name, one in operations(document).items():
        assert one.get("summary"), name
        assert one.get("description"), name


def test_only_the_api_is_described(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.")
    assert all(path.startswith("/api/v1/") for path in document["paths"])


def test_the_page_for_people_shows_every_endpoint(site: Site, document: dict[str, Any]) -> None:
    page = TestClient(site.app).get("/api", headers={"accept": "text/html"}).text
    for name in operations(document):
        assert name in page


def test_pages_load_nothing_from_elsewhere(site: Site) -> None:
    client = TestClient(site.app)
    for path in (
        "/sign-in",
        "/api",
        "/contracts",
        "/contracts/data-use@1",
        "/verify",
        "/ledger",
        "/static/wusong.css",
    ):
        text = client.get(path, headers={"accept": "text/html"}).text
        assert "<script" not in text
        assert not re.search(r"""(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?//""", text), path
