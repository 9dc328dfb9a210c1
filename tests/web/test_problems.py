"""A request that cannot be read is told which member is missing, unknown or wrong, and never a value."""

from __future__ import annotations

import pytest
from litestar.exceptions import ValidationException
from litestar.testing import RequestFactory

from wusong.web import problems

MESSAGES = [
    ("Object missing required field `calls`", "data", "calls: missing"),
    ("Object missing required field `sql` - at `$.question`", "data", "question.sql: missing"),
    ("Object contains unknown field `secret`", "data", "secret: unknown"),
    ("Expected `int`, got `str` - at `$.price`", "data", "price"),
    ("Invalid enum value 'hunter2' - at `$.benefit`", "data", "benefit"),
    ("Expected `str` matching regex '^[0-9a-f]{64}$'", "asset", "asset"),
]


@pytest.mark.parametrize(("message", "key", "reason"), MESSAGES, ids=[one[2] for one in MESSAGES])
def test_the_member_is_named(message: str, key: str, reason: str) -> None:
    error = ValidationException("Validation failed", extra=[{"message": message, "key": key}])
    known = problems.known(RequestFactory().post("/"), error)
    assert (known.code, known.data["reason"]) == ("bad-request", reason)


def test_a_missing_parameter_is_named() -> None:
    error = ValidationException("Missing required query parameter 'registry' for path /x")
    assert problems.known(RequestFactory().get("/"), error).data["reason"] == "registry: missing"
