"""Intake by HTTP for programs: check, files, decisions, judgements, a catalogue with its data files."""

from __future__ import annotations

from typing import Any

import pytest

from data.intake.test_importing import good, workbook
from data.intake.test_open import zipped
from web.portalkit import Browser, Site, build

TABLE = "编号,姓名,金额\n".encode() + "".join(f"A{n},王秀英,{n}.50\n" for n in range(20)).encode()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Any:  # noqa: ANN401 - yields a Site
    made = build(tmp_path_factory.mktemp("intake-api") / "node", four_eyes=False)
    yield made
    made.node.close()


def at(site: Site, party: str, person: str = "") -> Browser:
    made = site.client(person or site.everyone)
    made.work_for(party)
    return made


def sent(window: Browser, path: str, **options: Any) -> Any:  # noqa: ANN401
    headers = {"x-csrf-token": window.csrf, "accept": "application/json", **options.pop("headers", {})}
    return window.http.post(path, headers=headers, **options)


def brought(window: Browser, content: bytes = TABLE) -> str:
    answer = sent(window, "/api/v1/tables", content=content)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["content"])


def test_a_table_is_checked_and_nothing_kept(site: Site) -> None:
    window = at(site, "department")
    answer = sent(window, "/api/v1/intake/check", content=TABLE)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["profile"]["rows"], len(found["quality"])) == (20, 17)
    assert "王秀英" not in answer.text
    refused = sent(window, "/api/v1/intake/check", content=b"PK\x03\x04 no zip at all")
    assert (refused.status_code, refused.json()["code"]) == (422, "table-damaged")


def test_decisions_and_judgements(site: Site) -> None:
    window = at(site, "department")
    content = brought(window)
    place = f"/api/v1/intake/tables/{content}"
    found = window.get(place, headers={"accept": "application/json"}).json()
    assert (found["undecided"], len(found["quality"])) == (1, 17)
    decided = sent(
        window,
        f"{place}/decisions",
        json={"column": "姓名", "verdict": "removed", "reason": "对外提供前去除"},
    )
    assert (decided.status_code, decided.json()["undecided"]) == (200, 0)
    wrong = sent(window, f"{place}/decisions", json={"column": "姓名", "verdict": "fine", "reason": "x"})
    assert wrong.status_code == 400
    file = sent(window, "/api/v1/files", content=b"%PDF-1.7 sample").json()
    assert file["size"] == 15
    words = {"reason": "抽样核对一致", "by": "质量管理处"}
    judged = sent(
        window,
        f"{place}/judgements",
        json={"indicator": "0205", "value_bp": 9_900, "file": file["content"], **words},
    )
    assert judged.status_code == 200, judged.text
    quality = {one["code"]: one for one in judged.json()["quality"]}
    assert (quality["0205"]["standing"], quality["0205"]["value_bp"]) == ("judged", 9_900)
    for given, code in (
        ({"indicator": "0204", "value_bp": 1, "basis": "x"}, "judgement-indicator"),
        ({"indicator": "0205", "value_bp": 10_001, "basis": "x"}, "judgement-value"),
        ({"indicator": "0205", "value_bp": None}, "judgement-evidence"),
        ({"indicator": "0205", "value_bp": 1, "file": "0" * 64}, "content-not-brought"),
    ):
        refused = sent(window, f"{place}/judgements", json={**words, **given})
        assert (refused.status_code >= 400, refused.json()["code"]) == (True, code)


def test_tables_taken_in_are_listed_for_their_party_only(site: Site) -> None:
    window = at(site, "department")
    content = brought(window, TABLE + b"A99,x,1\n")
    place = "/api/v1/intake/tables"
    listed = {one["content"]: one for one in window.get(place).json()["tables"]}
    assert (listed[content]["rows"], listed[content]["undecided"]) == (21, 1)
    made = {"column": "姓名", "verdict": "removed", "reason": "已去除"}
    assert sent(window, f"{place}/{content}/decisions", json=made).status_code == 200
    after = {one["content"]: one for one in window.get(place).json()["tables"]}
    assert after[content]["undecided"] == 0
    theirs = at(site, "merchant").get(place).json()["tables"]
    assert content not in [one["content"] for one in theirs]


def test_evidence_and_quality_go_with_a_registration(site: Site) -> None:
    window = at(site, "department")
    content = brought(window, TABLE + b"B1,x,2.50\n")
    place = f"/api/v1/intake/tables/{content}"
    words = {"reason": "够用", "by": "业务处", "basis": "需求说明书"}
    sent(window, f"{place}/judgements", json={"indicator": "0302", "value_bp": 8_000, **words})
    evidence = sent(window, "/api/v1/files", content=b"%PDF-1.7 source").json()["content"]
    risk = sent(window, "/api/v1/files", content=b"%PDF-1.7 risk").json()["content"]
    answer = sent(
        window,
        "/api/v1/data/registrations",
        json={
            "name": "带评价的表",
            "source_basis": "依法履职产生",
            "content": content,
            "registry": site.parties["registry"],
            "evidence": evidence,
            "risk": risk,
        },
    )
    assert answer.status_code == 200, answer.text
    asset = answer.json()["result"]["asset"]
    path = f"/api/v1/catalogue/{asset}/quality"
    quality = {
        one["code"]: one
        for one in at(site, "registry").get(path, headers={"accept": "application/json"}).json()["indicators"]
    }
    assert (quality["0302"]["standing"], quality["0302"]["by"]) == ("judged", "业务处")
    assert quality["0204"]["standing"] == "measured"
    shown = at(site, "registry").get(f"/catalogue/{asset}").text
    assert ("80.00%" in shown, "需求说明书" in shown) == (True, True)
    assert at(site, "merchant").get(path).status_code == 404, "it is no more visible than its record"


def test_what_another_party_brought_is_not_there(site: Site) -> None:
    content = brought(at(site, "department"))
    stranger = at(site, "merchant")
    place = f"/api/v1/intake/tables/{content}"
    assert stranger.get(place, headers={"accept": "application/json"}).status_code == 404
    for path, given in (
        ("decisions", {"column": "姓名", "verdict": "harmless", "reason": "无关"}),
        ("judgements", {"indicator": "0205", "value_bp": 1, "reason": "a", "by": "b", "basis": "c"}),
    ):
        assert sent(stranger, f"{place}/{path}", json=given).status_code == 404
    viewer = at(site, "department", site.people["viewer"]) if "viewer" in site.people else None
    if viewer is not None:
        assert sent(viewer, "/api/v1/files", content=b"x").status_code == 403


def test_a_catalogue_as_a_body_or_with_its_files_as_a_form(site: Site) -> None:
    window = at(site, "department")
    path = f"/api/v1/intake/catalogue?registry={site.parties['registry']}"
    alone = sent(
        window, path, content=workbook([good(20), good(21, 资源名称="")]), headers={"content-type": XLSX}
    )
    assert alone.status_code == 200, alone.text
    assert (list(alone.json()["faults"]), alone.json()["files"]) == (["4"], "")
    content = workbook([good(22, 数据文件="甲.csv"), good(23, 数据文件="乙.csv")])
    form = [("workbook", ("m.xlsx", content, XLSX)), ("files", ("甲.csv", TABLE, "text/csv"))]
    first = sent(window, path, files=form).json()
    assert (list(first["faults"]), len(first["entered"]["result"]["resources"])) == (["4"], 1)
    packed = zipped(**{"乙.csv": TABLE + b"C1,y,1.50\n"})
    form = [("workbook", ("m.xlsx", content, XLSX)), ("files", ("b.zip", packed, "application/zip"))]
    second = sent(window, f"{path}&files={first['files']}", files=form).json()
    assert (second["faults"], len(second["entered"]["result"]["resources"])) == ({}, 2)
    again = sent(window, f"{path}&files={second['files']}", content=content, headers={"content-type": XLSX})
    assert again.json()["entered"]["result"]["deeds"] == []
    stranger = at(site, "merchant")
    assert sent(stranger, f"{path}&files={second['files']}", content=content).status_code == 404


def test_the_template_is_a_workbook(site: Site) -> None:
    assert at(site, "department").get("/api/v1/intake/template").content[:2] == b"PK"
