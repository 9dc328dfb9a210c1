"""What expressions do at run time, shared by the compiled form and by the evaluator of errors.

* Every intermediate integer is an int64, or the expression fails.
* Division truncates toward zero; the remainder has the sign of the dividend.
* Equality across types is false, never an error; ordering across types is an error.
* bool is not int here, though Python thinks so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, NoReturn

from wusong.contract import calendar
from wusong.contract.expr.types import INT_MAX, INT_MIN

Value = Any
"""A run-time value: bool, int, str, list, dict, or an asset's leaf."""


class EvalError(Exception):
    """An expression has no value; ``args[0]`` says why in one kebab-case word, ``data`` what it is about."""

    def __init__(self, why: str, **data: str | int) -> None:
        super().__init__(why)
        self.data: dict[str, str | int] = data


def fail(why: str, **data: str | int) -> NoReturn:
    """Give up on the expression."""
    raise EvalError(why, **data)


def is_int(value: Value) -> bool:
    """An integer that is not a bool."""
    return type(value) is int


def checked(value: int) -> int:
    """The value, if it is an int64."""
    return value if INT_MIN <= value <= INT_MAX else fail("overflow")


def boolean(value: Value) -> bool:
    """The value, if it is a bool."""
    return value if isinstance(value, bool) else fail("no-such-overload")


def add(a: Value, b: Value) -> Value:
    """Sum of integers; concatenation of strings or of lists."""
    if is_int(a) and is_int(b):
        return checked(a + b)
    if isinstance(a, str) and isinstance(b, str):
        return a + b
    if isinstance(a, list) and isinstance(b, list):
        return a + b
    return fail("no-such-overload")


def _ints(a: Value, b: Value) -> None:
    if not (is_int(a) and is_int(b)):
        fail("no-such-overload")


def sub(a: Value, b: Value) -> int:
    """Difference."""
    _ints(a, b)
    return checked(a - b)


def mul(a: Value, b: Value) -> int:
    """Product."""
    _ints(a, b)
    return checked(a * b)


def div(a: Value, b: Value) -> int:
    """Quotient, truncated toward zero."""
    _ints(a, b)
    if b == 0:
        fail("divide-by-zero")
    quotient = abs(a) // abs(b)
    return checked(quotient if (a < 0) == (b < 0) else -quotient)


def mod(a: Value, b: Value) -> int:
    """Remainder, with the sign of the dividend."""
    _ints(a, b)
    if b == 0:
        fail("divide-by-zero")
    if a == INT_MIN and b == -1:
        fail("overflow")
    remainder: int = abs(a) % abs(b)
    return -remainder if a < 0 else remainder


def neg(a: Value) -> int:
    """The opposite; the least int64 has none."""
    return checked(-a) if is_int(a) else fail("no-such-overload")


def not_(a: Value) -> bool:
    """Logical negation."""
    return not boolean(a)


def equal(a: Value, b: Value) -> bool:
    """CEL equality: never an error, false across types, element by element in lists and maps."""
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(equal(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict) and isinstance(b, dict):
        return len(a) == len(b) and all(contains(k, b) and equal(v, b[k]) for k, v in a.items())
    return type(a) is type(b) and bool(a == b)


def _ordering(compare: Callable[[Any, Any], bool]) -> Callable[[Value, Value], bool]:
    def ordered(a: Value, b: Value) -> bool:
        if type(a) is not type(b) or not isinstance(a, bool | int | str):
            fail("no-such-overload")
        return compare(a, b)

    return ordered


less: Final = _ordering(lambda a, b: a < b)
less_equal: Final = _ordering(lambda a, b: a <= b)
greater: Final = _ordering(lambda a, b: a > b)
greater_equal: Final = _ordering(lambda a, b: a >= b)


def contains(needle: Value, hay: Value) -> bool:
    """``needle in hay``: an element of a list, or a key of a map."""
    if isinstance(hay, list):
        return any(equal(needle, item) for item in hay)
    if isinstance(hay, dict):
        if not isinstance(needle, bool | int | str):
            fail("no-such-overload")
        return any(equal(needle, key) for key in hay)
    return fail("no-such-overload")


def index(of: Value, at: Value) -> Value:
    """``of[at]``: an element of a list, or the value under a key of a map."""
    if isinstance(of, list):
        if not is_int(at):
            fail("no-such-overload")
        return of[at] if 0 <= at < len(of) else fail("out-of-range")
    if isinstance(of, dict):
        return of[at] if contains(at, of) else fail("no-such-key")
    return fail("no-such-overload")


def size(of: Value) -> int:
    """Characters (code points) of a string, elements of a list, keys of a map."""
    return len(of) if isinstance(of, str | list | dict) else fail("no-such-overload")


def _on_strings(test: Callable[[str, str], bool]) -> Callable[[Value, Value], bool]:
    def tested(a: Value, b: Value) -> bool:
        return test(a, b) if isinstance(a, str) and isinstance(b, str) else fail("no-such-overload")

    return tested


def make_map(pairs: Sequence[tuple[Value, Value]]) -> dict[Value, Value]:
    """A map literal; a repeated key is an error."""
    made: dict[Value, Value] = {}
    for key, value in pairs:
        if not isinstance(key, bool | int | str) or key in made:
            fail("bad-map-key")
        made[key] = value
    return made


def items(over: Value) -> list[Value]:
    """What a macro runs over: the elements of a list, the keys of a map."""
    if isinstance(over, list):
        return over
    return list(over) if isinstance(over, dict) else fail("no-such-overload")


_MISSING: Final = object()


def _find(of: Value, name: str) -> Value:
    if isinstance(of, dict):
        return of.get(name, _MISSING)
    if not hasattr(of, "roles"):  # neither a map nor a leaf
        return fail("no-such-overload")
    if name in {"state", "rev", "quantity"}:
        value = getattr(of, name)
        return _MISSING if value is None else value
    return of.roles.get(name, of.fields.get(name, _MISSING))


def member(of: Value, name: str) -> Value:
    """A member of something whose shape only the run knows."""
    value = _find(of, name)
    return fail("no-such-member") if value is _MISSING else value


def has_member(of: Value, name: str) -> bool:
    """Whether something whose shape only the run knows has a member."""
    return _find(of, name) is not _MISSING


# Functions of the second profile

_DAY: Final = 86_400_000
_MINUTE: Final = 60_000
Calendars = Callable[[str, int], str | None]


def _days(count: Callable[..., Value], *args: Value, name: Value = "") -> Value:
    _all_ints(*args[:2])
    try:
        return count(*args)
    except calendar.CalendarError as error:
        return _fail_by(error, name)


def _fail_by(error: calendar.CalendarError, name: Value) -> NoReturn:
    if error.year is None:
        fail(str(error))
    fail(str(error), calendar=str(name), year=error.year)


def _all_ints(*values: Value) -> None:
    if not all(map(is_int, values)):
        fail("no-such-overload")


def _years(name: Value, k: Calendars | None) -> calendar.Years:
    return lambda year: k(name, year) if k is not None else None


def workday(day: Value, n: Value, name: Value, k: Calendars | None) -> Value:
    """The n-th working day after ``day`` by a calendar."""
    return _days(calendar.workday, day, n, _years(name, k), name=name)


def is_workday(day: Value, name: Value, k: Calendars | None) -> Value:
    """Whether ``day`` is a working day by a calendar."""
    _all_ints(day)
    try:
        return calendar.is_workday(day, _years(name, k))
    except calendar.CalendarError as error:
        return _fail_by(error, name)


def day_end(day: Value, zone: int) -> int:
    """The first ms after ``day``, in a zone of ``zone`` minutes."""
    _days(calendar.date_of, day)
    return int((day + 1) * _DAY - zone * _MINUTE)


def day_of(time: Value, zone: int) -> int:
    """The date at ``time``, in a zone of ``zone`` minutes."""
    _all_ints(time)
    day = (time + zone * _MINUTE) // _DAY
    _days(calendar.date_of, day)
    return int(day)


def apportion(total: Value, weights: Value) -> list[int]:
    """Shares of ``total`` by ``weights``: rounded down, then one more each for the largest remainders."""
    if not (is_int(total) and isinstance(weights, list) and all(map(is_int, weights))):
        fail("no-such-overload")
    whole = sum(weights)
    if total < 0 or whole == 0 or min(weights) < 0:
        fail("negative" if total < 0 or min(weights, default=0) < 0 else "no-weights")
    shares = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in order[: total - sum(shares)]:
        shares[i] += 1
    return shares


def position(within: Value, wanted: Value) -> int:
    """The index of the first element equal to ``wanted``."""
    if not isinstance(within, list):
        fail("no-such-overload")
    found = next((i for i, item in enumerate(within) if equal(item, wanted)), None)
    return found if found is not None else fail("not-found")


CALENDAR: Final = frozenset({"workday", "is_workday"})
"""Functions that are given the calendars as one argument more."""

OPERATORS: Final[dict[str, Callable[..., Value]]] = {
    "+": add, "-": sub, "*": mul, "/": div, "%": mod, "-_": neg, "!_": not_,
    "<": less, "<=": less_equal, ">": greater, ">=": greater_equal,
    "==": equal, "!=": lambda a, b: not equal(a, b), "in": contains, "[]": index,
    "size": size, "startsWith": _on_strings(str.startswith), "endsWith": _on_strings(str.endswith),
    "contains": _on_strings(lambda a, b: b in a),
    "workday": workday, "is_workday": is_workday, "day_end": day_end, "day_of": day_of,
    "months": lambda day, n: _days(calendar.months, day, n), "apportion": apportion, "position": position,
}  # fmt: skip
