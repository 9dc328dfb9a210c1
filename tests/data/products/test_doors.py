"""A number of calls bought, and every door to them: portal, session, signature, token, terminal, and many
at once at the last of them. Exactly so many are answered, whichever way.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import pytest

from web.portalkit import Browser, Site, build
from web.test_story import offered, registered
from wusong.data import service
from wusong.data.host import leaf
from wusong.data.products import calls, tokens
from wusong.data.products.permits import USE
from wusong.data.products.way import Way
from wusong.errors import DataError

GIVEN = {"province": "江苏"}
JSON = {"accept": "application/json"}
CLAUSE = "within-calls-approved"
BOUGHT = 40


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, str]]:
    made = build(tmp_path_factory.mktemp("doors") / "node", four_eyes=False)
    browser = made.client(made.everyone)
    product, now = offered(made, browser, registered(made, browser)), made.node.ledger.now()
    terms = service.UseTerms("选址分析", now, now + 10 * 86_400_000, BOUGHT)
    merchant = made.parties["merchant"]
    use = service.apply(made.node, merchant, product, terms).asset
    service.approve(made.node, made.parties["operator"], use)
    yield made, use
    made.node.close()


def doors(site: Site, browser: Browser, use: str) -> dict[str, Any]:
    """Each way of calling once: whether it was answered, or the clause that refused it."""
    merchant, node = site.parties["merchant"], site.node
    secret, _ = tokens.issue(node, merchant, use, "风控系统")
    programs = site.client(None).http

    def portal() -> str:
        text = browser.post(f"/uses/{use}/call", {"p-province": "江苏"}).text
        return CLAUSE if CLAUSE in text else "answered" if re.search(r"[0-9a-f]{64}", text) else text

    def session() -> str:
        headers = {**JSON, "x-csrf-token": browser.csrf}
        return _said(
            browser.http.post(f"/api/v1/uses/{use}/call", headers=headers, json={"parameters": GIVEN})
        )

    def token() -> str:
        headers = {**JSON, "authorization": f"Bearer {secret}"}
        return _said(programs.post(f"/api/v1/uses/{use}/call", headers=headers, json={"parameters": GIVEN}))

    def here(way: Way) -> str:
        try:
            service.call(node, use, merchant, GIVEN, way=way)
        except DataError as error:
            return str(error.data["clause"])
        return "answered"

    key = node.keys.deed_key(merchant).public.thumbprint
    ways = {"terminal": Way(), "key": Way("key", key, key)}
    asked = {"portal": portal, "session": session, "token": token}
    return {name: ask() for name, ask in asked.items()} | {name: here(way) for name, way in ways.items()}


def _said(answer: Any) -> str:  # noqa: ANN401 - a response
    found = answer.json()
    assert answer.status_code == 200 or found.get("clause"), found
    return "answered" if answer.status_code == 200 else str(found["clause"])


def test_no_door_lets_one_more_through(site: tuple[Site, str]) -> None:
    made, use = site
    node, merchant = made.node, made.parties["merchant"]
    browser = made.client(made.everyone, "en")
    browser.work_for("merchant")
    browser.get("/entries")
    first = doors(made, browser, use)
    assert set(first.values()) == {"answered"}, first
    for _ in range(BOUGHT - 2 * len(first) - 1):
        service.call(node, use, merchant, GIVEN)
    service.meter(node, use)
    for _ in range(len(first)):
        service.call(node, use, merchant, GIVEN)
    told = asyncio.run(_at_once(node, use, merchant))
    assert sorted(told) == ["answered"] + [CLAUSE] * 31
    assert set(doors(made, browser, use).values()) == {CLAUSE}
    assert calls.book(node).next(use)[0] == BOUGHT
    service.meter(node, use)
    standing = leaf(node, use, USE)
    assert (standing.quantity, standing.fields["metered"]) == (0, BOUGHT)
    assert set(doors(made, browser, use).values()) == {CLAUSE}


async def _at_once(node: Any, use: str, merchant: str) -> list[str]:  # noqa: ANN401 - a node
    """32 calls in the same breath, for the one that is left."""
    asked = [calls.ask(node, use, merchant, GIVEN) for _ in range(32)]
    found = await asyncio.gather(*asked, return_exceptions=True)
    return ["answered" if isinstance(one, calls.Answer) else _clause(one) for one in found]


def _clause(found: object) -> str:
    assert isinstance(found, DataError)
    return str(found.data["clause"])
