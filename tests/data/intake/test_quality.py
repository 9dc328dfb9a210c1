"""Seventeen indicators: measured with counts, or left to a person; decisions about columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from wusong.data.intake import decisions
from wusong.data.intake.checks import check
from wusong.data.intake.decisions import Decision
from wusong.data.intake.quality import INDICATORS, Judgement, measure
from wusong.data.tables import real_table
from wusong.errors import DataError

TABLE = "编号,数量,手机\nA1,1,13800000000\nA2,１２,13900000000\nA3,,\nA3,4\nA1,1,13800000000\n".encode()


def test_there_are_seventeen_and_each_is_measured_or_open() -> None:
    found = measure(check(TABLE))
    assert [one.code for one in found] == [one.code for one in INDICATORS]
    assert len(found) == 17
    for indicator, one in zip(INDICATORS, found, strict=True):
        assert (one.standing == "measured") == bool(indicator.how_en), one.code
        assert (one.value_bp is None) == (one.standing == "open")


@pytest.mark.parametrize(
    ("code", "value", "evidence"),
    [
        ("0202", 6_666, {"unmarked-columns": 2, "of": 3, "marked": 1}),
        ("0204", 8_000, {"regular-rows": 4, "of": 5, "ragged": 1}),
        ("0206", 7_500, {"single-rows": 3, "of": 4, "duplicate-rows": 1, "duplicate-keys": 0}),
        ("0208", 7_500, {"clean-cells": 9, "of": 12, "missing": 2, "unclean": 1}),
    ],
)
def test_a_value_comes_of_its_evidence(code: str, value: int, evidence: dict[str, int]) -> None:
    found = {one.code: one for one in measure(check(TABLE))}
    assert (found[code].value_bp, found[code].evidence) == (value, evidence)


def test_a_person_judges_what_no_machine_can_and_nothing_else() -> None:
    judged = {code: Judgement(value_bp=9_000, reason="抽样复核", by="质量部门") for code in ("0205", "0204")}
    found = {one.code: one for one in measure(check(real_table().csv_bytes), judged)}
    assert (found["0205"].standing, found["0205"].value_bp, found["0205"].by) == ("judged", 9_000, "质量部门")
    assert (found["0204"].standing, found["0204"].value_bp) == ("measured", 10_000)
    assert found["0302"].evidence["rows"] == real_table().rows


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
