"""Whatever comes of an expression, nothing in it is evaluated twice."""

from __future__ import annotations

import contextlib
import gc
from collections import Counter

import pytest

from wusong.contract.expr import EvalError, Scope, compile_expression

UNPUBLISHED = 'workday(20000, 1, "{}") > 0'
CASES = {
    "a failure alone": (UNPUBLISHED.format("a"), {"a": 1}, "error"),
    "a failure, then what decides": (f"{UNPUBLISHED.format('a')} && 1 > 2", {"a": 1}, False),
    "what decides, then a failure": (f"1 > 2 && {UNPUBLISHED.format('a')}", {}, False),
    "a failure, then what does not decide": (f"{UNPUBLISHED.format('a')} || 1 > 2", {"a": 1}, "error"),
    "two failures": (
        f"{UNPUBLISHED.format('a')} || {UNPUBLISHED.format('b')}", {"a": 1, "b": 1}, "error"
    ),
    "failures in a list": (f"[1, 2].exists(x, x > 3 || {UNPUBLISHED.format('a')})", {"a": 2}, "error"),
    "one that decides among failures": (
        f"[1, 2].exists(x, {UNPUBLISHED.format('a')} || x == 2)", {"a": 2}, True
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "asked", "wanted"), CASES.values(), ids=CASES.keys())
def test_nothing_is_evaluated_twice(text: str, asked: dict[str, int], wanted: object) -> None:
    calls: Counter[str] = Counter()

    def calendar(name: str, _: int) -> None:
        calls[name] += 1

    function = compile_expression(text, Scope({}, {}, calendars=("a", "b"))).function
    try:
        found: object = function(None, "", {}, {}, 0, 0, None, None, calendar)
    except EvalError:
        found = "error"
    assert (found, dict(calls)) == (wanted, asked)


def test_a_failure_leaves_nothing_for_the_collector() -> None:
    text = f"{UNPUBLISHED.format('a')} && [1, 2].exists(x, x > 3 || {UNPUBLISHED.format('b')})"
    function = compile_expression(text, Scope({}, {}, calendars=("a", "b"))).function
    gc.collect()
    gc.disable()
    try:
        for _ in range(20):
            with contextlib.suppress(EvalError):
                function(None, "", {}, {}, 0, 0, None, None, lambda *_: None)
        assert gc.collect() == 0
    finally:
        gc.enable()
