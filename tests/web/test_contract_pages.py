"""Contracts and records as the portal shows them; forms for every type; what time has done."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from web.portalkit import DAY, Site, build
from wusong.ledger.intent import Intent
from wusong.node import library

HERE = Path(__file__).parent
DATE0, ONE = dt.date(1970, 1, 1), dt.timedelta(days=1)
JSON = {"accept": "application/json"}


@pytest.fixture(scope="module")
def types(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of its own, for its clock is set forward; with a page that has a field of every type."""
    site = build(tmp_path_factory.mktemp("types") / "node", four_eyes=False)
    library.install(site.node, (HERE / "all-types.yaml").read_text("utf-8"))
    yield site
    site.node.close()


def filled(site: Site) -> dict[str, str]:
    return {
        "a_text": "文字", "b_int": "-3", "c_bool": "false", "d_party": site.parties["body"],
        "f_commitment.text": "附件全文", "h_date": "2999-01-31", "i_period": "30",
        "j_time": "2026-01-31T09:00", "k_rate": "12.50%", "l_money": "1,234.5", "m_enum": "weekly",
        "n_parties.0": site.parties["operator"], "n_parties.3": site.parties["body"],
        "o_rates.0": "60%", "o_rates.3": "4000bp", "weight": "7",
    }  # fmt: skip


def make(site: Site, **changed: str) -> Any:  # noqa: ANN401 - an answer
    browser = site.client(site.everyone)
    browser.work_for("department")
    return browser.post("/contracts/all-types@1/new/make", filled(site) | changed)


def made(site: Site, **changed: str) -> str:
    answer = make(site, **changed)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"].split("/assets/")[1].partition("?")[0])


def record(site: Site, asset: str) -> Any:  # noqa: ANN401 - JSON
    browser = site.client(site.everyone)
    browser.work_for("department")
    return browser.get(f"/assets/{asset}?format=json").json()


# -- forms --------


def test_every_type_goes_through_its_form(types: Site) -> None:
    fields = record(types, made(types))["asset"]["fields"]
    kept = fields.pop("f_commitment")
    assert fields == {
        "a_text": "文字", "b_int": -3, "c_bool": False, "d_party": types.parties["body"], "h_date": 375_865,
        "i_period": 30, "j_time": 1_769_821_200_000, "k_rate": 1_250, "l_money": 123_450, "m_enum": "weekly",
        "n_parties": [types.parties["operator"], types.parties["body"]], "o_rates": [6_000, 4_000],
    }  # fmt: skip
    assert re.fullmatch("[0-9a-f]{64}", kept)


def test_a_file_goes_before_a_text(types: Site) -> None:
    browser = types.client(types.everyone)
    browser.work_for("department")
    files = {"f_commitment": ("a.bin", b"content", "application/octet-stream")}
    form = {key: value for key, value in filled(types).items() if not key.startswith("f_")}
    assert browser.post("/contracts/all-types@1/new/make", form, files=files).status_code == 303


ASKED = [
    ("en", '<legend>Parties</legend>'),
    ("zh", "<legend>各方</legend>"),
    ("zh", 'name="n_parties.4"'),
    ("zh", "须写明单位：12.50% 或者 1250bp"),
    ("zh", "单位：千克，填写整数"),
    ("zh", '<option value="weekly">每周</option>'),
    ("en", 'type="date"'),
    ("en", 'name="f_commitment.text"'),
    ("en", "In CNY, for example 12.50"),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "part"), ASKED)
def test_the_form_asks_in_the_reader_s_words(types: Site, lang: str, part: str) -> None:
    browser = types.client(types.everyone, lang)
    browser.work_for("department")
    page = browser.get("/contracts/all-types@1/new/make").text
    assert part in page
    assert 'name="n_parties.5"' not in page


WRONG = [
    ("k_rate", "12.505%"),
    ("k_rate", "12.50"),
    ("l_money", "-1"),
    ("n_parties.0", "-"),
    ("o_rates.1", "half"),
    ("p_amounts.2", "1.234"),
    ("h_date", "31.1.2026"),
    ("weight", "1.5"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_what_is_wrong_is_named_and_what_was_typed_stays(types: Site, name: str, value: str) -> None:
    answer = make(types, **{name: value})
    assert answer.status_code in {400, 409, 422}
    if name != "n_parties.0":
        assert f'id="e-{name.partition(".")[0]}"' in answer.text
    assert 'value="12.50%"' in answer.text or name == "k_rate"
    assert 'name="n_parties.3"' in answer.text


def test_a_required_list_needs_a_value(types: Site) -> None:
    answer = make(types, **{"n_parties.0": "", "n_parties.3": ""})
    assert 'id="e-n_parties"' in answer.text


# -- contracts --------

SHOWN = [
    ("zh", "由制作方办理，状态为“已制作”"),
    ("zh", "“有效期”于“已制作”状态下计算；届满未办理的，自动转为“已失效”，核销全部数量"),
    ("zh", '<table class="powers">'),
    ("zh", "有效期届满"),
    ("zh", "检查报告"),
    ("zh", "格式, 类型, 开销, 示例"),
    ("en", "by the Maker, stating Text"),
    ("en", "passed the check"),
    ("en", 'id="a-make"'),
    ("en", 'href="/contracts/all-types@1/print"'),
]


@pytest.mark.parametrize(("lang", "part"), SHOWN)
def test_a_contract_is_shown_to_anyone(types: Site, lang: str, part: str) -> None:
    assert part in types.client(None, lang).get("/contracts/all-types@1").text


def test_programs_get_model_and_report(types: Site) -> None:
    found = types.client(None).get("/contracts/all-types@1", headers=JSON).json()
    assert found["model"]["contract"] == "all-types"
    assert found["report"]["examiner"] == types.node.founder
    assert found["report"]["report"]["passed"] is True


@pytest.mark.parametrize("path", ["/contracts/all-types@1/print", "/contracts/all-types@1/text"])
def test_a_sheet_for_print_may_carry_its_own_style(types: Site, path: str) -> None:
    answer = types.client(None, "zh").get(path)
    assert answer.status_code == 200
    assert "style-src 'sha256-" in answer.headers["content-security-policy"]
    assert "script-src 'none'" in answer.headers["content-security-policy"]
    assert "<script" not in answer.text


def test_a_contract_without_text_has_no_sheet_of_it(types: Site) -> None:
    assert types.client(None).get("/contracts/evidence@1/text").status_code == 404
    assert types.client(None).get("/contracts/nothing@1/print").status_code == 404


# -- records --------


def test_the_text_of_a_record_is_for_those_who_may_see_it(types: Site) -> None:
    asset = made(types)
    browser = types.client(types.everyone, "zh")
    browser.work_for("department")
    assert "数源部门制作7 千克，2999-01-31前有效。" in browser.get(f"/assets/{asset}/text").text
    browser.work_for("merchant")
    assert browser.get(f"/assets/{asset}/text").status_code == 404


def test_a_time_limit_is_shown_and_closes_what_it_closes(types: Site) -> None:
    day = (types.node.ledger.now() + 28_800_000) // DAY + 2
    asset = made(types, h_date=f"{(DATE0 + day * ONE):%Y-%m-%d}")
    browser = types.client(types.everyone, "zh")
    browser.work_for("department")
    page = browser.get(f"/assets/{asset}").text
    assert "有效期" in page
    assert "计算中" in page
    assert f"/assets/{asset}/act/finish" in page
    types.node.ledger.set_forward(4 * DAY)
    later = record(types, asset)
    assert later["asset"]["state"] == "lapsed"
    assert later["asset"]["quantity"] == 0
    assert later["lapsed"] is True
    assert f"/assets/{asset}/act/finish" not in browser.get(f"/assets/{asset}").text


def test_a_frozen_record_says_by_whom_until_when_and_offers_nothing(types: Site) -> None:
    asset, node = made(types), types.node
    court, first, second = (node.new_party(name) for name in ("某人民法院", "执行员一", "执行员二"))
    for party, name in ((court, "freeze-authority"), (first, "freeze-officer"), (second, "freeze-officer")):
        node.accredit(party, name)
    roles = {"authority": court, "officer_a": first, "officer_b": second}
    for document in ("(2026)沪01执1号", "(2026)沪01执2号"):
        args = {"document": document, "basis": "民事诉讼法 第一百零六条", "days": 30}
        node.act([Intent("system/freeze", "freeze", args, roles, asset)])
    browser = types.client(types.everyone, "zh")
    browser.work_for("department")
    page = browser.get(f"/assets/{asset}").text
    assert "某人民法院 依据 (2026)沪01执1号 冻结，至" in page
    assert "另有 1 项轮候" in page
    assert f"/assets/{asset}/act/finish" not in page
    hold = record(types, asset)["hold"]
    assert hold["until"] > node.ledger.now() + 29 * DAY
    types.node.ledger.set_forward(61 * DAY)
    assert record(types, asset)["hold"] is None
