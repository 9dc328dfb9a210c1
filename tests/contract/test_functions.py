"""The functions of the second profile: their values, their types, their bounds."""

from __future__ import annotations

import calendar as months_of
import datetime as dt
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wusong.contract import calendar
from wusong.contract.expr import EvalError, ExprError, Root, Scope, compile_expression, walk
from wusong.contract.expr.emit import PARAMETERS
from wusong.contract.expr.types import Member, Type, list_of, record

DAY = 86_400_000
EPOCH = dt.date(1970, 1, 1)
ARGS = {
    "day": Member(Type("int", unit="date"), "key"),
    "n": Member(Type("int"), "key"),
    "time": Member(Type("int", unit="time"), "key"),
    "price": Member(Type("int", unit="money:CNY"), "key"),
    "weights": Member(list_of(Type("int", unit="rate"), 16), "key"),
    "parties": Member(list_of(Type("string", unit="party", max=512), 8), "key"),
}
SCOPE = Scope({"args": Root(record(ARGS), "a")}, {}, {}, ("cn-work",), 480)
YEARS = {year: calendar.weekdays(year) for year in range(2020, 2031)}


def days(text: str) -> int:
    return (dt.date.fromisoformat(text) - EPOCH).days


def reason_or_value(evaluate: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the expression gives
    try:
        return evaluate()
    except EvalError as error:
        return f"error: {error}"


def value(text: str, scope: Scope = SCOPE, years: dict[int, str] | None = None, **args: Any) -> Any:  # noqa: ANN401
    """The value, the same by both evaluators; the reason when there is none."""
    found = compile_expression(text, scope)
    values: tuple[Any, ...] = (
        None, "", args, {}, 0, 0, None, None, lambda _, year: (years or YEARS).get(year),
    )  # fmt: skip
    variables = dict(zip(PARAMETERS, values, strict=True))
    results = [
        reason_or_value(lambda: found.function(*values)),
        reason_or_value(lambda: walk.evaluate(found.node, variables)),
    ]
    assert results[0] == results[1]
    return results[0]


ROWS = [
    ("the next working day", 'workday(args.day, 1, "cn-work")', {"day": "2026-03-06"}, "2026-03-09"),
    ("a working day itself", 'workday(args.day, 0, "cn-work")', {"day": "2026-03-06"}, "2026-03-06"),
    ("the next when it is none", 'workday(args.day, 0, "cn-work")', {"day": "2026-03-07"}, "2026-03-09"),
    ("over the year's end", 'workday(args.day, 5, "cn-work")', {"day": "2026-12-31"}, "2027-01-07"),
    ("a year and a half", 'workday(args.day, 366, "cn-work")', {"day": "2026-01-01"}, "2027-05-28"),
    ("the last day of February", "months(args.day, 1)", {"day": "2026-01-31"}, "2026-02-28"),
    ("of a leap year", "months(args.day, 1)", {"day": "2024-01-31"}, "2024-02-29"),
    ("backwards over a year", "months(args.day, -14)", {"day": "2026-01-31"}, "2024-11-30"),
    ("the date in Beijing", "day_of(args.time)", {"time": 1_772_294_400_000}, "2026-03-01"),
]


@pytest.mark.parametrize(("text", "args", "wanted"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_dates(text: str, args: dict[str, Any], wanted: str) -> None:
    given_: dict[str, Any] = {name: days(v) if isinstance(v, str) else v for name, v in args.items()}
    assert value(text, **given_) == days(wanted)


ERRORS = [
    ('workday(args.day, 367, "cn-work")', {"day": 20_000}, "out-of-range"),
    ('workday(args.day, -1, "cn-work")', {"day": 20_000}, "out-of-range"),
    ('workday(args.day, 1, "cn-work")', {"day": 0}, "calendar-unpublished"),
    ('workday(args.day, 300, "cn-work")', {"day": days("2030-06-01")}, "calendar-unpublished"),
    ('is_workday(args.day, "cn-work")', {"day": 0}, "calendar-unpublished"),
    ("months(args.day, 1201)", {"day": 0}, "out-of-range"),
    ("months(args.day, 1200)", {"day": days("9990-01-01")}, "out-of-range"),
    ("months(args.day, args.n)", {"day": 2**60, "n": 0}, "out-of-range"),
    ("day_end(args.n)", {"n": 2**60}, "out-of-range"),
    ("day_of(args.n)", {"n": 2**62}, "out-of-range"),
    ("apportion(args.price, args.weights)", {"price": 1, "weights": []}, "no-weights"),
    ("apportion(args.price, args.weights)", {"price": 1, "weights": [0, 0]}, "no-weights"),
    ("apportion(args.price, args.weights)", {"price": -1, "weights": [1]}, "negative"),
    ("apportion(args.price, [args.n, 1])", {"price": 1, "n": -1}, "negative"),
    ("position(args.parties, 'did:x:c')", {"parties": ["did:x:a"]}, "not-found"),
]


@pytest.mark.parametrize(("text", "args", "reason"), ERRORS)
def test_errors(text: str, args: dict[str, Any], reason: str) -> None:
    assert value(text, **args) == f"error: {reason}"


@pytest.mark.parametrize("bits", ["", "0", "f" * 92, "0x" + "0" * 90, "z" * 92, "00" * 45, "0" * 91 + "1"])
def test_a_malformed_year_has_no_working_days(bits: str) -> None:
    assert (
        value('is_workday(args.day, "cn-work")', years={2026: bits}, day=20_500)
        == "error: calendar-malformed"
    )


REFUSED = [
    ('workday(args.day, 1, "cn-bank")', "expr-calendar"),
    ("workday(args.day, 1, args.parties[0])", "expr-calendar"),
    ('workday(args.day, "cn-work")', "expr-unknown-function"),
    ('args.day.workday(1, "cn-work")', "expr-unknown-function"),
    ('workday(args.time, 1, "cn-work")', "expr-operands"),
    ("months(args.price, 1)", "expr-operands"),
    ("months(args.day, args.day)", "expr-operands"),
    ("day_end(args.time)", "expr-operands"),
    ("day_of(args.day)", "expr-operands"),
    ("apportion(args.price, args.parties)", "expr-operands"),
    ("position(args.parties, 1)", "expr-operands"),
    ("day_end(args.day) > args.day", "expr-operands"),
]


@pytest.mark.parametrize(("text", "code"), REFUSED)
def test_refused_before_it_runs(text: str, code: str) -> None:
    with pytest.raises(ExprError) as caught:
        compile_expression(text, SCOPE)
    assert caught.value.code == code


BOUNDS = [
    ('workday(args.day, 1, "cn-work")', "date", 5 + 600, 3),
    ('is_workday(args.day, "cn-work")', "bool", 4 + 32, 1),
    ("day_end(args.day)", "time", 3, 0),
    ("day_of(args.time)", "date", 3, 0),
    ("months(args.day, 1)", "date", 4, 0),
    ("apportion(args.price, args.weights)", "list(money:CNY)", 5 + 2 * 16, 0),
    ("position(args.parties, 'a')", "int", 4 + 8, 0),
    ('[1, 2].all(x, is_workday(x, "cn-work"))', "bool", 4 + 2 * (3 + 32), 2),
]


@pytest.mark.parametrize(("text", "type_", "cost", "reads"), BOUNDS)
def test_types_and_bounds(text: str, type_: str, cost: int, reads: int) -> None:
    found = compile_expression(text, SCOPE)
    assert (str(found.type), found.cost, found.reads) == (type_, cost, reads)
    assert found.later


# Properties

some_days = st.integers(days("2024-01-01"), days("2026-12-31"))
some_years = st.lists(st.booleans(), min_size=800, max_size=1096)


def published(working: list[bool]) -> dict[int, str]:
    """Four years from 2024 on, in which these days are working days, and all after them."""
    flags = iter(working + [True] * 3000)
    return {
        year: calendar.hex_of([next(flags) for _ in range(calendar.days_in(year))])
        for year in range(2024, 2030)
    }


@settings(max_examples=60, deadline=None)
@given(some_days, st.integers(0, 366), some_years)
def test_working_days_are_counted_one_by_one(day: int, n: int, working: list[bool]) -> None:
    years = published(working)
    first = days("2024-01-01")
    works = {first + i for i, flag in enumerate(working + [True] * 3000) if flag}
    expected, left = (day, 1) if n == 0 else (day + 1, n)
    while True:
        left -= expected in works
        if left == 0:
            break
        expected += 1
    found = value('workday(args.day, args.n, "cn-work")', years=years, day=day, n=n)
    if (EPOCH + dt.timedelta(expected)).year - (EPOCH + dt.timedelta(day + (n > 0))).year > 2:
        assert found == "error: out-of-range"
    else:
        assert found == expected
        assert value('is_workday(args.day, "cn-work")', years=years, day=found) is True


@settings(max_examples=100, deadline=None)
@given(st.integers(-200_000, 200_000), st.integers(-1200, 1200))
def test_months_by_the_calendar(day: int, n: int) -> None:
    date = EPOCH + dt.timedelta(day)
    total = date.year * 12 + date.month - 1 + n
    year, month = total // 12, total % 12 + 1
    last = months_of.monthrange(year, month)[1]
    expected = dt.date(year, month, min(date.day, last))
    assert value("months(args.day, args.n)", day=day, n=n) == (expected - EPOCH).days


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**53 - 1), st.lists(st.integers(0, 1_000_000), min_size=1, max_size=16).filter(any))
def test_shares_sum_to_the_whole_and_are_fair(total: int, weights: list[int]) -> None:
    shares = value("apportion(args.price, args.weights)", price=total, weights=weights)
    whole = sum(weights)
    assert sum(shares) == total
    pairs = sorted(zip(weights, shares, strict=True))
    assert all(abs(share * whole - total * weight) < whole for weight, share in pairs)
    assert all(one[1] <= two[1] for one, two in pairwise(pairs) if one[0] < two[0])
    assert all(share == 0 for weight, share in pairs if weight == 0)


def test_equal_remainders_go_to_the_earlier() -> None:
    assert value("apportion(args.price, args.weights)", price=10, weights=[1, 1, 1, 1]) == [3, 3, 2, 2]


@settings(max_examples=60, deadline=None)
@given(st.integers(-700_000, 2_900_000), st.integers(-720, 840))
def test_a_day_ends_when_the_next_begins(day: int, zone: int) -> None:
    scope = Scope(SCOPE.roots, {}, {}, (), zone)
    end = value("day_end(args.day)", scope, day=day)
    assert value("day_of(args.time)", scope, time=end) == day + 1
    assert value("day_of(args.time)", scope, time=end - 1) == day
