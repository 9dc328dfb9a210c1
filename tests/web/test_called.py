"""What records without a name of their own are called."""

from __future__ import annotations

from typing import Any

import pytest

from wusong.web.words import called, heading

NAMES = {"did:a": "甲部门", "did:b": "乙公司"}
STATEMENT = {"first": 20_758, "last": 20_787, "calls": 3, "version": 1}
SHARE = {"parties": ["did:a", "did:b"], "ends": 21_183, "round": 2}
CASES = [
    ("its name first", {"name": "区划", **SHARE}, {}, "区划"),
    ("a statement by user and period", STATEMENT, {"user": "did:b"}, "乙公司 · 2026-11-01 – 2026-11-30"),
    ("a user whom nobody knows", STATEMENT, {"user": "did:c"}, "2026-11-01 – 2026-11-30"),
    ("an agreement by parties and last day", SHARE, {}, "甲部门、乙公司 · – 2027-12-31"),
    ("a time is no day", {"parties": [], "ends": 1_790_000_000_000}, {}, ""),
    ("a text is no day", {"first": "2026", "last": "2027"}, {}, ""),
    ("true is no day", {"first": True, "last": True}, {}, ""),
    ("nothing to be called by", {"amount": 3}, {"user": "did:b"}, ""),
]


@pytest.mark.parametrize(
    ("fields", "roles", "said"), [one[1:] for one in CASES], ids=[one[0] for one in CASES]
)
def test_called_by_what_it_holds(fields: dict[str, Any], roles: dict[str, str], said: str) -> None:
    record = {"asset": "ab" * 32, "fields": fields, "roles": roles}
    assert called(record, NAMES) == said
    assert heading(record, NAMES) == (said or "abababababab…")


def test_without_names_the_period_alone_is_said() -> None:
    assert called({"fields": SHARE, "roles": {}}) == "– 2027-12-31"
    assert called({"fields": STATEMENT}) == "2026-11-01 – 2026-11-30"
