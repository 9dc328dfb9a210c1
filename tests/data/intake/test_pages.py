"""Intake in the portal and the API: a table looked at, a column decided, a catalogue registered once."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from data.intake.test_importing import good, workbook
from web.portalkit import Browser, Site, build
from wusong.data.intake.directory import SHEET

TABLE = (
    "编号,姓名,金额\n".encode() + "".join(f"A{n},王秀{'英兰'[n % 2]},{n}.50\n" for n in range(40)).encode()
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Any:  # noqa: ANN401 - yields a Site
    made = build(tmp_path_factory.mktemp("intake") / "node", four_eyes=False)
    yield made
    made.node.close()


def browser(site: Site, party: str) -> Browser:
    made = site.client(site.everyone)
    made.work_for(party)
    return made


def test_a_table_is_looked_at_and_its_columns_decided(site: Site) -> None:
    window = browser(site, "department")
    sent = window.post("/intake", files={"table": ("t.csv", TABLE, "text/csv")})
    assert sent.status_code == 303, sent.text
    place = sent.headers["location"]
    page = window.get(place)
    assert page.status_code == 200, page.text
    assert '<svg role="img"' in page.text
    assert "王秀英" not in page.text
    given = {"column": "姓名", "verdict": "removed", "reason": "已去除"}
    assert window.post(f"{place}/decide", given).status_code == 303
    assert "已去除" in window.get(place).text
    assert window.get(place, headers={"accept-language": "zh"}).status_code == 200
    assert window.post(f"{place}/decide", given | {"reason": " "}).status_code == 422
    assert browser(site, "merchant").get(place).status_code == 404


def test_what_is_no_table_is_refused_in_words(site: Site) -> None:
    window = browser(site, "department")
    sent = window.post("/intake", files={"table": ("t.xls", b"<html><table>", "text/csv")})
    assert sent.status_code == 422
    assert "HTML" in sent.text


def test_a_catalogue_is_registered_once_and_comes_back_marked(site: Site) -> None:
    window = browser(site, "department")
    content, registry = workbook([good(0), good(1), good(2, 资源名称="")]), site.parties["registry"]
    sent = window.post(
        "/intake/catalogue",
        {"registry": registry},
        files={"workbook": ("m.xlsx", content, "application/xlsx")},
    )
    assert sent.status_code == 303, sent.text
    place = sent.headers["location"]
    path, query = place.split("?")
    assert "资源名称" in window.get(place).text
    done = window.post(path, {"registry": registry})
    assert done.status_code == 303, done.text
    page = window.get(place)
    assert page.text.count('href="/registrations/') == 2
    back = window.get(f"{path}/workbook.xlsx?{query}")
    sheet = openpyxl.load_workbook(io.BytesIO(back.content))[SHEET]
    told = [str(sheet.cell(row, sheet.max_column).value)[:2] for row in (3, 4, 5)]
    assert told == ["已提", "已提", "资源"]
    again = window.post(path, {"registry": registry}, headers={"accept": "application/json"})
    assert again.json()["result"]["deeds"] == []


def test_the_api_checks_and_gives_the_template(site: Site) -> None:
    window = browser(site, "department")
    assert window.get("/intake/template.xlsx").content[:2] == b"PK"
    page = window.get("/intake")
    assert page.status_code == 200
    assert "/intake/template.xlsx" in page.text
