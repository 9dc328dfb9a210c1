"""Seventeen indicators: measured with counts, or left to a person; decisions about columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from wusong.data.intake import decisions
from wusong.data.intake.checks import check
from wusong.data.intake.decisions import Decision
from wusong.data.intake.indicators import INDICATORS, JUDGED, Judgement
from wusong.data.intake.quality import measure, of_json
from wusong.data.tables import real_table
from wusong.errors import DataError

TABLE = "编号,数量,手机\nA1,1,13800000000\nA2,１２,13900000000\nA3,,\nA3,4\nA1,1,13800000000\n".encode()


def test_there_are_seventeen_and_each_is_measured_or_open() -> None:
    found = measure(check(TABLE))
    assert [one.code for one in found] == [one.code for one in INDICATORS]
    assert len(found) == 17
    assert len(JUDGED) == 11
    for indicator, one in zip(INDICATORS, found, strict=True):
        assert (one.standing == "measured") == bool(indicator.how_en), one.code
        assert bool(indicator.how_en) != bool(indicator.asks_en)
        assert (one.value_bp is None) == (one.standing == "open")


@pytest.mark.parametrize(
    ("code", "value", "evidence"),
    [
        ("0202", 6_667, {"unmarked-columns": 2, "of": 3, "marked": 1}),
        ("0204", 8_000, {"regular-rows": 4, "of": 5, "ragged": 1}),
        ("0206", 10_000, {"rows-of-one-key": 4, "of": 4, "duplicate-keys": 0}),
        ("0208", 5_000, {"clean-cells": 6, "of": 12, "duplicate-rows": 1, "missing": 2, "unclean": 1}),
    ],
)
def test_a_value_comes_of_its_evidence(code: str, value: int, evidence: dict[str, int]) -> None:
    found = {one.code: one for one in measure(check(TABLE))}
    assert (found[code].value_bp, found[code].evidence) == (value, evidence)


def test_evidence_is_told_in_both_languages() -> None:
    found = {one.code: one for one in measure(check("日期,数量\n2026-01-31,1\n2026-02-28,2\n".encode()))}
    assert found["0303"].counts("zh") == "最近日期 2026-02-28"
    assert found["0204"].counts("en") == "regular rows 2, of 2, ragged 0"
    for one in measure(check(real_table().csv_bytes)):
        assert one.counts("zh").isascii() == (not one.evidence), one.code


def judgement(code: str, value: int | None = 9_000, **changed: str) -> Judgement:
    texts = {"reason": "抽样复核", "by": "质量管理处", "basis": "复核记录〔2026〕3号"} | changed
    return Judgement(indicator=code, value_bp=value, time=7, **texts)


def test_a_person_judges_what_no_machine_can_and_nothing_else() -> None:
    judgements = {"0205": judgement("0205"), "0203": judgement("0203", None), "0204": judgement("0204")}
    found = {one.code: one for one in measure(check(real_table().csv_bytes), judgements)}
    assert (found["0205"].standing, found["0205"].value_bp, found["0205"].by) == (
        "judged",
        9_000,
        "质量管理处",
    )
    assert (found["0203"].standing, found["0203"].value_bp) == ("inapplicable", None)
    assert (found["0204"].standing, found["0204"].value_bp) == ("measured", 10_000)
    assert found["0302"].evidence["rows"] == real_table().rows
    assert of_json([one.to_json() for one in found.values()]) == tuple(found.values())


@pytest.mark.parametrize(
    ("name", "given", "code"),
    [
        ("measured by a machine", judgement("0204"), "judgement-indicator"),
        ("no indicator", judgement("0405"), "judgement-indicator"),
        ("more than all", judgement("0205", 10_001), "judgement-value"),
        ("less than none", judgement("0205", -1), "judgement-value"),
        ("no evidence", judgement("0205", basis=""), "judgement-evidence"),
        ("no reason", judgement("0205", reason=""), "judgement-text"),
        ("a long reason", judgement("0205", reason="长" * 401), "judgement-text"),
        ("nobody", judgement("0205", by=""), "judgement-text"),
        ("a telephone number", judgement("0205", by="联系13800000000"), "judgement-text"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_judgement_that_says_too_little_or_too_much_is_refused(
    tmp_path: Path, name: str, given: Judgement, code: str
) -> None:
    with decisions.Book(tmp_path) as book:
        with pytest.raises(DataError) as refused:
            book.judge("c", "p", given)
        assert refused.value.code == code, name
        assert "{" not in str(refused.value.explain("zh"))
        assert book.judged("c", "p") == {}


def test_the_last_judgement_of_a_party_counts(tmp_path: Path) -> None:
    with decisions.Book(tmp_path) as book:
        book.judge("c", "p", judgement("0205"))
        book.judge("c", "p", judgement("0205", 8_000))
        book.judge("c", "q", judgement("0205", 100))
        book.judge("d", "p", judgement("0303"))
    with decisions.Book(tmp_path) as book:
        assert book.judged("c", "p") == {"0205": judgement("0205", 8_000)}


def test_a_column_is_decided_with_a_reason_and_the_profile_carries_it(tmp_path: Path) -> None:
    profile = check("姓名,经度,数量\n王秀英,121.47123,1\n李建国,121.48123,2\n".encode()).profile.to_json()
    assert decisions.undecided(profile) == 2
    with decisions.Book(tmp_path) as book:
        book.decide("c", "p", profile, Decision(column="姓名", verdict="removed", reason="已去除", time=1))
        book.decide("c", "p", profile, Decision(column="经度", verdict="restricted", reason="涉密", time=2))
        kept = decisions.decided(profile, book.of("c", "p"))
        assert decisions.undecided(kept) == 1
        book.decide("c", "p", profile, Decision(column="经度", verdict="harmless", reason="已公开", time=3))
        kept = decisions.decided(profile, book.of("c", "p"))
        assert book.of("c", "other") == ()
    assert decisions.undecided(kept) == 0
    assert kept["columns"][0]["decision"] == {
        "column": "姓名", "verdict": "removed", "reason": "已去除", "time": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("column", "reason", "code"),
    [
        ("数量", "无关", "decision-column"),
        ("姓名", " ", "decision-reason"),
        ("姓名", "问13800000000", "decision-reason"),
    ],
)
def test_a_decision_without_a_reason_or_column_is_refused(
    tmp_path: Path, column: str, reason: str, code: str
) -> None:
    profile = check("姓名,数量\n王秀英,1\n李建国,2\n".encode()).profile.to_json()
    with decisions.Book(tmp_path) as book, pytest.raises(DataError) as refused:
        book.decide("c", "p", profile, Decision(column=column, verdict="harmless", reason=reason, time=1))
    assert refused.value.code == code
