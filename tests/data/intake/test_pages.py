"""Intake in the portal and the API: a table looked at, a column decided, a catalogue registered once."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from data.intake.test_importing import good, workbook
from data.intake.test_open import zipped
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


def test_the_template_is_given(site: Site) -> None:
    window = browser(site, "department")
    assert window.get("/intake/template.xlsx").content[:2] == b"PK"
    page = window.get("/intake")
    assert page.status_code == 200
    assert "/intake/template.xlsx" in page.text


JUDGEMENT = {"applies": "yes", "value": "97.5", "reason": "抽样核对一致", "basis": "", "by": "质量管理处"}


def test_an_indicator_is_judged_with_its_evidence(site: Site) -> None:
    window = browser(site, "department")
    place = window.post("/intake", files={"table": ("t.csv", TABLE, "text/csv")}).headers["location"]
    assert window.get(place).text.count("/judge/") == 11
    form = window.get(f"{place}/judge/0205")
    assert form.status_code == 200, form.text
    report = {"file": ("r.pdf", b"%PDF-1.7 checked", "application/pdf")}
    assert window.post(f"{place}/judge/0205", JUDGEMENT | {"value": "many"}, files=report).status_code == 422
    assert window.post(f"{place}/judge/0205", JUDGEMENT).status_code == 422
    assert "抽样核对一致" in window.post(f"{place}/judge/0205", JUDGEMENT).text, (
        "what was typed is still there"
    )
    assert window.post(f"{place}/judge/0205", JUDGEMENT, files=report).status_code == 303
    shown = window.get(place).text
    assert "97.50%" in shown
    assert "质量管理处" in shown
    assert 'value="97.50"' in window.get(f"{place}/judge/0205").text
    assert (
        window.post(f"{place}/judge/0203", JUDGEMENT | {"applies": "no", "basis": "数据说明"}).status_code
        == 303
    )
    assert "not applicable" in window.get(place).text
    assert window.post(f"{place}/judge/0204", JUDGEMENT | {"basis": "x"}).status_code in (404, 409, 422)
    assert browser(site, "merchant").get(f"{place}/judge/0205").status_code == 404


def test_data_files_come_with_a_workbook_or_follow(site: Site) -> None:
    window = browser(site, "department")
    registry = site.parties["registry"]
    content = workbook([good(10, 数据文件="甲.csv"), good(11, 数据文件="乙.csv")])
    sent = window.http.post(
        "/intake/catalogue",
        data={"csrf": window.csrf, "registry": registry},
        files=[
            ("workbook", ("m.xlsx", content, "application/xlsx")),
            ("files", ("甲.csv", TABLE, "text/csv")),
            ("files", ("丙.csv", TABLE + b"x,y,1\n", "text/csv")),
        ],
        follow_redirects=False,
    )
    assert sent.status_code == 303, sent.text
    place = sent.headers["location"]
    path, query = place.split("?")
    assert "<li>乙.csv</li>" in window.get(place).text
    files = query.split("files=")[1]
    assert window.post(path, {"registry": registry, "files": files}).status_code == 303
    assert window.get(place).text.count('href="/registrations/') == 1
    packed = {"files": ("rest.zip", zipped(**{"表/乙.csv": TABLE + b"z,w,2\n"}), "application/zip")}
    more = window.post(f"{path}/files", {"registry": registry, "files": files}, files=packed)
    assert more.status_code == 303, more.text
    later = more.headers["location"].split("files=")[1]
    assert later != files
    assert "乙.csv</li>" not in window.get(more.headers["location"]).text
    assert window.post(path, {"registry": registry, "files": later}).status_code == 303
    assert window.get(more.headers["location"]).text.count('href="/registrations/') == 2
    back = window.get(f"{path}/workbook.xlsx?registry={registry}&files={later}")
    assert back.content[:2] == b"PK"
    stranger = browser(site, "merchant")
    assert stranger.get(more.headers["location"]).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [("t.xlsx", workbook([good(0)]), "xlsx"), ("t.parquet", b"PAR1" + bytes(64) + b"PAR1", "")],
    ids=["xlsx", "damaged parquet"],
)
def test_a_table_of_any_format_is_registered(site: Site, name: str, content: bytes, told: str) -> None:
    window = browser(site, "department")
    sent = window.post("/registrations/new", files={"table": (name, content, "application/octet-stream")})
    assert sent.status_code == (200 if told else 422), sent.text
    assert 'accept=".csv,.txt,.xlsx,.parquet"' in window.get("/registrations/new").text


def test_what_was_uploaded_is_not_spooled_to_the_disk(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError

    window = browser(site, "department")
    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    large = TABLE + "".join(f"B{n},赵明华,{n}.50\n" for n in range(120_000)).encode()
    assert len(large) > 2 << 20
    sent = window.post("/intake", files={"table": ("t.csv", large, "text/csv")})
    assert sent.status_code == 303, sent.text


def test_a_table_taken_in_leads_on_to_its_registration_and_back(site: Site) -> None:
    window = browser(site, "department")
    place = window.post("/intake", files={"table": ("d/门店.csv", TABLE, "text/csv")}).headers["location"]
    content = place.removeprefix("/intake/")
    listed = window.get("/intake").text
    assert f'href="{place}">门店.csv</a>' in listed
    assert "门店.csv" not in browser(site, "merchant").get("/intake").text
    onward = f"/registrations/new?content={content}"
    assert f'href="{onward}"' in window.get(place).text
    form = window.get(onward)
    assert form.status_code == 200, form.text
    assert f'name="content" value="{content}"' in form.text
    aside = form.text.split(f'href="{place}?')[1].split('"')[0]
    assert aside == "back=registrations/new#decide"
    looked = window.get(f"{place}?{aside.removesuffix('#decide')}").text
    assert f'class="button" href="{onward}"' in looked
    given = {"column": "姓名", "verdict": "removed", "reason": "已去除", "back": "registrations/new"}
    decided = window.post(f"{place}/decide", given)
    assert decided.headers["location"] == f"{place}?back=registrations/new&said=saved"
    assert browser(site, "merchant").get(onward).status_code == 404
    assert f'value="{content}"' in window.get("/registrations/new").text


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example", "registrations/new/../x", "/me?x=1"]
)
def test_no_link_leads_back_to_anywhere_else(site: Site, back: str) -> None:
    window = browser(site, "department")
    place = window.post("/intake", files={"table": ("t.csv", TABLE, "text/csv")}).headers["location"]
    assert back not in window.get(f"{place}?back={back}").text.split("<main")[1]


def test_a_verdict_has_to_be_chosen_and_what_was_typed_stays(site: Site) -> None:
    window = browser(site, "department")
    place = window.post("/intake", files={"table": ("t.csv", TABLE, "text/csv")}).headers["location"]
    form = window.get(place).text.split("/decide")[1].split("</form>")[0]
    assert '<option value="">' in form
    assert "selected" not in form
    refused = window.post(f"{place}/decide", {"column": "姓名", "verdict": "", "reason": "有授权"})
    assert refused.status_code == 422
    assert 'value="有授权"' in refused.text
    assert "No decision was chosen" in refused.text


def test_the_notice_after_a_decision_says_nothing_of_the_ledger(site: Site) -> None:
    window = browser(site, "department")
    place = window.post("/intake", files={"table": ("t.csv", TABLE, "text/csv")}).headers["location"]
    given = {"column": "姓名", "verdict": "removed", "reason": "已去除"}
    after = window.post(f"{place}/decide", given).headers["location"]
    assert after == f"{place}?said=saved"
    assert "ledger" not in window.get(after).text.split('role="status"')[1].split("</div>")[0]


@pytest.mark.parametrize("registry", ["", "did:wusong:nobody"])
def test_a_workbook_says_what_is_registered_whoever_is_named(site: Site, registry: str) -> None:
    window = browser(site, "department")
    first = 30 + 2 * bool(registry)
    content = workbook([good(first), good(first + 1)])
    place = window.post(
        "/intake/catalogue",
        {"registry": site.parties["registry"]},
        files={"workbook": ("m.xlsx", content, "application/xlsx")},
    ).headers["location"]
    path = place.split("?")[0]
    done = window.post(path, {"registry": site.parties["registry"]})
    assert done.status_code == 303
    for where in (done.headers["location"], f"{path}?registry={registry}"):
        shown = window.get(where)
        assert shown.status_code == 200, shown.text
        assert shown.text.count('href="/registrations/') == 2
        assert f'action="{path}"' not in shown.text
