"""The value of an expression, by section 5 and the functions of section 10."""

# ruff: noqa: ANN401, N818 - values are whatever JSON says, and a refusal is a refusal

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from contract.reference.syntax import Tree

Leaf = dict[str, Any]
LEAST, GREATEST = -(2**63), 2**63 - 1
EPOCH = dt.date(1970, 1, 1)
DAY = 24 * 60 * 60 * 1000


class Failed(Exception):
    """An error in the sense of section 5."""


@dataclass
class Itself:
    """An asset as an expression sees it."""

    asset_id: str
    leaf: Leaf | None
    counts: bool = True

    def member(self, name: str) -> Any:
        if name == "id":
            return self.asset_id
        if self.leaf is None:
            raise Failed
        if name in {"state", "rev"}:
            return self.leaf[name]
        if name == "quantity" and self.counts:
            return self.leaf.get("quantity") or 0
        for part in ("roles", "fields"):
            if name in self.leaf.get(part, {}):
                return self.leaf[part][name]
        raise Failed


@dataclass
class Scene:
    """What the expressions of an act see."""

    names: dict[str, Any]
    asset: Callable[[str], Leaf | None]
    calendar: Callable[[str, int], str | None]
    zone: int
    bound: list[tuple[str, Any]] = field(default_factory=list)

    def value(self, tree: Tree) -> Any:
        kind, *rest = tree
        match kind:
            case "literal":
                return rest[0]
            case "name":
                return self.named(rest[0])
            case "select":
                return self.select(self.value(rest[0]), rest[1])
            case "has":
                return self.has(rest[0])
            case "&&" | "||":
                return self.joined(kind == "||", [partial(self.value, part) for part in rest])
            case "?:":
                return self.value(rest[1] if self.flag(self.value(rest[0])) else rest[2])
            case "not":
                return not self.flag(self.value(rest[0]))
            case "exists" | "all":
                return self.each(kind, *rest)
            case "list":
                return [self.value(part) for part in rest]
            case "map":
                return self.mapping(rest)
        values = [self.value(part) for part in (rest[1:] if kind == "call" else rest)]
        return self.function(rest[0], values) if kind == "call" else operate(kind, values)

    def named(self, name: str) -> Any:
        for variable, value in reversed(self.bound):
            if variable == name:
                return value
        if name not in self.names:
            raise Failed
        return self.names[name]

    def select(self, of: Any, name: str) -> Any:
        if isinstance(of, str):  # an asset's id
            leaf = self.asset(of)
            if leaf is None:
                raise Failed
            of = Itself(of, leaf)
        if isinstance(of, Itself):
            return of.member(name)
        if not isinstance(of, dict) or name not in of:
            raise Failed
        return of[name]

    def has(self, tree: Tree) -> bool:
        of = self.value(tree[1])
        try:
            self.select(of, tree[2])
        except Failed:
            return False
        return True

    @staticmethod
    def flag(value: Any) -> bool:
        if not isinstance(value, bool):
            raise Failed
        return value

    def joined(self, wanted: bool, parts: list[Callable[[], Any]]) -> bool:
        """``wanted`` decides, wherever it stands; else an error is one; else nothing has decided."""
        failed = False
        for part in parts:
            try:
                if self.flag(part()) is wanted:
                    return wanted
            except Failed:
                failed = True
        if failed:
            raise Failed
        return not wanted

    def each(self, kind: str, over: Tree, variable: str, body: Tree) -> bool:
        values = self.value(over)
        if not isinstance(values, list | dict):
            raise Failed

        def judged(value: Any) -> Any:
            self.bound.append((variable, value))
            try:
                return self.value(body)
            finally:
                self.bound.pop()

        return self.joined(kind == "exists", [partial(judged, value) for value in values])

    def mapping(self, pairs: list[tuple[Tree, Tree]]) -> dict[Any, Any]:
        keys = [self.value(key) for key, _ in pairs]
        if len(set(keys)) < len(keys):
            raise Failed
        return dict(zip(keys, [self.value(value) for _, value in pairs], strict=True))

    def function(self, name: str, values: list[Any]) -> Any:
        match name:
            case "size":
                return len(values[0])
            case "startsWith":
                return values[0][: len(values[1])] == values[1]
            case "endsWith":
                return values[1] == "" or values[0][-len(values[1]) :] == values[1]
            case "contains":
                return values[0].find(values[1]) >= 0
            case "apportion":
                return shares(*values)
            case "position":
                places = [n for n, value in enumerate(values[0]) if equal(value, values[1])]
                if not places:
                    raise Failed
                return places[0]
            case "day_end":
                return (dated(values[0]) + 1) * DAY - self.zone * 60_000
            case "day_of":
                day = (values[0] + self.zone * 60_000) // DAY
                date(day)
                return day
            case "months":
                return months(dated(values[0]), values[1])
            case "is_workday":
                return self.working(dated(values[0]), values[1])
        assert name == "workday"
        return self.workday(dated(values[0]), values[1], values[2])

    def working(self, day: int, calendar: str) -> bool:
        that = date(day)
        bits = self.calendar(calendar, that.year)
        if bits is None:
            raise Failed
        which = that.timetuple().tm_yday - 1
        return bool(bytes.fromhex(bits)[which // 8] >> (7 - which % 8) & 1)

    def workday(self, day: int, n: int, calendar: str) -> int:
        if not 0 <= n <= 366:
            raise Failed
        last = date(day + (n > 0)).year + 2
        if n == 0 and self.working(day, calendar):
            return day
        for _ in range(max(n, 1)):
            day += 1
            while not self.working(day, calendar):
                day += 1
            if date(day).year > last:
                raise Failed
        return day


def date(day: int) -> dt.date:
    try:
        return EPOCH + dt.timedelta(days=day)
    except OverflowError:
        raise Failed from None


def dated(day: int) -> int:
    date(day)
    return day


def months(day: int, n: int) -> int:
    if abs(n) > 1200:
        raise Failed
    that = date(day)
    month = that.year * 12 + that.month - 1 + n
    for last in range(that.day, 0, -1):
        try:
            return (dt.date(month // 12, month % 12 + 1, last) - EPOCH).days
        except ValueError:
            if not 1 <= month // 12 <= 9999:
                raise Failed from None
    raise AssertionError


def shares(total: int, weights: list[int]) -> list[int]:
    whole = sum(weights)
    if total < 0 or whole == 0 or any(weight < 0 for weight in weights):
        raise Failed
    given = [total * weight // whole for weight in weights]
    while sum(given) < total:  # who is furthest behind gets one more, once
        behind = [
            -1 if given[n] > total * weight // whole else total * weight % whole
            for n, weight in enumerate(weights)
        ]
        given[behind.index(max(behind))] += 1
    return given


def equal(a: Any, b: Any) -> bool:
    if type(a) is not type(b):
        return False
    if isinstance(a, list):
        return len(a) == len(b) and all(equal(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(equal(a[key], b[key]) for key in a)
    return bool(a == b)


def operate(sign: str, values: list[Any]) -> Any:
    if sign == "minus":
        return number(-whole(values[0]))
    a, b = values
    match sign:
        case "==" | "!=":
            return equal(a, b) == (sign == "==")
        case "in":
            if not isinstance(b, list | dict):
                raise Failed
            return any(equal(a, each) for each in b)
        case "<" | "<=" | ">" | ">=":
            return ordered(sign, a, b)
        case "index":
            return at(a, b)
        case "+" if type(a) is type(b) and isinstance(a, str | list):
            return a + b
    return arithmetic(sign, whole(a), whole(b))


def ordered(sign: str, a: Any, b: Any) -> bool:
    if type(a) is not type(b) or not isinstance(a, bool | int | str):
        raise Failed
    if isinstance(a, str):
        a, b = [ord(c) for c in a], [ord(c) for c in b]
    return bool({"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[sign])


def at(of: Any, key: Any) -> Any:
    if isinstance(of, list) and type(key) is int and 0 <= key < len(of):
        return of[key]
    if isinstance(of, dict):
        for each, value in of.items():
            if equal(each, key):
                return value
    raise Failed


def whole(value: Any) -> int:
    if type(value) is not int:
        raise Failed
    return value


def number(value: int) -> int:
    if not LEAST <= value <= GREATEST:
        raise Failed
    return value


def arithmetic(sign: str, a: int, b: int) -> int:
    if sign in {"/", "%"}:
        if b == 0:
            raise Failed
        quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
        return number(quotient) if sign == "/" else number(a - quotient * b)
    return number({"+": a + b, "-": a - b, "*": a * b}[sign])
