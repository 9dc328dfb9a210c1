"""Generated guards mean to us what they mean to the official C++ CEL: the same value, or an error in both.

Three evaluators meet: compiled code, the walking evaluator behind it, and ``cel-expr-python``. There an error
is a value of type ERROR, whose plain value is a string that counts as true.
"""

from __future__ import annotations

from typing import Any

import pytest
from cel_expr_python import cel
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wusong.contract.expr import EvalError, ExprError, Root, Scope, compile_expression, walk
from wusong.contract.expr.emit import PARAMETERS
from wusong.contract.expr.types import BOOL, INT, STRING, Member, list_of, record
from wusong.contract.leaf import Leaf

SELF = record(
    {
        "state": Member(STRING, "attr"),
        "quantity": Member(INT, "attr"),
        "holder": Member(STRING, "roles"),
        "pledgee": Member(STRING, "roles", optional=True),
        "price": Member(INT, "fields", optional=True),
    }
)
ARGS = record(
    {
        "weight": Member(INT, "key"),
        "note": Member(STRING, "key", optional=True),
        "parts": Member(list_of(INT, 4), "key"),
    }
)
OPEN = record({}, "key")  # as of a companion's arguments: types that only the run knows
SCOPE = Scope(
    {"self": Root(SELF, "s"), "args": Root(ARGS, "a"), "now": Root(INT, "n"), "o": Root(OPEN, "r")}, {}
)
ORACLE = cel.NewEnv(
    variables={
        "self": cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
        "args": cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
        "o": cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
        "now": cel.Type.INT,
    }
)

EDGES = [0, 1, -1, 2, 3, -7, 10, 2**31, 2**53 - 1, 2**62, 2**63 - 1, -(2**63)]
WORDS = ["", "a", "issued", "void", "仓单", "😀", "ab"]


def _binary(ops: list[str], side: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(side, st.sampled_from(ops), side).map(lambda p: f"({p[0]} {p[1]} {p[2]})")


def _int(deep: int, bound: str) -> st.SearchStrategy[str]:
    leaves = ["args.weight", "self.quantity", "self.price", "now", *map(str, EDGES)]
    leaf = st.sampled_from([*leaves, bound] if bound else leaves)
    if deep == 0:
        return leaf
    inner = _int(deep - 1, bound)
    return st.one_of(
        leaf,
        _binary(["+", "-", "*", "/", "%"], inner),
        inner.map(lambda e: f"-({e})"),
        st.tuples(_bool(deep - 1, bound), inner, inner).map(lambda p: f"({p[0]} ? {p[1]} : {p[2]})"),
        inner.map(lambda e: f"args.parts[{e}]"),
        st.sampled_from(
            ["size(args.parts)", "size(self.state)", "args.note.size()", "{1: 2, 3: 4}[args.weight]"]
        ),
    )


def _string(deep: int) -> st.SearchStrategy[str]:
    leaf = st.sampled_from(
        ["self.state", "self.holder", "self.pledgee", "args.note", *(f'"{w}"' for w in WORDS)]
    )
    return leaf if deep == 0 else st.one_of(leaf, _binary(["+"], _string(deep - 1)))


def _bool(deep: int, bound: str = "") -> st.SearchStrategy[str]:
    leaf = st.sampled_from(["true", "false", "has(self.pledgee)", "has(args.note)", "has(self.price)"])
    if deep == 0:
        return leaf
    inner, number, text = _bool(deep - 1, bound), _int(deep - 1, bound), _string(1)
    branches = [
        leaf,
        _binary(["&&", "||"], inner),
        inner.map(lambda e: f"!{e}"),
        _binary(["<", "<=", ">", ">=", "==", "!="], number),
        _binary(["<", "<=", ">", ">=", "==", "!="], text),
        _binary(["==", "!="], inner),
        number.map(lambda e: f"({e} in args.parts)"),
        number.map(lambda e: f"({e} in [1, args.weight, 3])"),
        st.tuples(text, st.sampled_from(["startsWith", "endsWith", "contains"]), text).map(
            lambda p: f"{p[0]}.{p[1]}({p[2]})" if not p[0].startswith("-") else "true"
        ),
        st.just("(args.parts == [1, 2])"),
    ]
    if not bound:
        body = st.tuples(st.sampled_from(["exists", "all"]), _bool(deep - 1, "x"))
        branches.append(body.map(lambda p: f"args.parts.{p[0]}(x, {p[1]})"))
        branches.append(body.map(lambda p: f"[args.weight + 1, 0].{p[0]}(x, {p[1]})"))
        branches.append(body.map(lambda p: f"{{1: 2, 5: 6}}.{p[0]}(x, {p[1]})"))
    return st.one_of(*branches)


small = st.integers(-4, 4) | st.sampled_from(EDGES)


@st.composite
def situations(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    itself = {
        "state": draw(st.sampled_from(WORDS)),
        "quantity": draw(small),
        "holder": draw(st.sampled_from(WORDS)),
    }
    args: dict[str, Any] = {"weight": draw(small), "parts": draw(st.lists(small, max_size=4))}
    for of, name, values in (
        (itself, "pledgee", st.sampled_from(WORDS)),
        (itself, "price", small),
        (args, "note", st.sampled_from(WORDS)),
    ):
        if draw(st.booleans()):
            of[name] = draw(values)
    return itself, args


def ours(
    text: str, itself: dict[str, Any], args: dict[str, Any], other: dict[str, Any] | None = None
) -> tuple[Any, Any]:
    roles: dict[str, str] = {name: itself[name] for name in ("holder", "pledgee") if name in itself}
    fields = {name: itself[name] for name in ("price",) if name in itself}
    leaf = Leaf("page", itself["state"], 1, roles, fields, itself["quantity"])
    expression = compile_expression(text, SCOPE, BOOL)
    values: tuple[Any, ...] = (leaf, "", args, other or {}, 7, 0, None, None, None)
    try:
        quick = expression.function(*values)
    except EvalError:
        quick = "error"
    try:
        exact = walk.evaluate(expression.node, dict(zip(PARAMETERS, values, strict=True)))
    except EvalError:
        exact = "error"
    return quick, exact


def official(
    text: str, itself: dict[str, Any], args: dict[str, Any], other: dict[str, Any] | None = None
) -> object:
    data = {"self": itself, "args": args, "o": other or {}, "now": 7}
    value = ORACLE.compile(text).eval(data=data)
    return "error" if value.type() == cel.Type.ERROR else value.plain_value()


@settings(max_examples=400)
@given(_bool(3), situations())
def test_agrees_with_the_official_engine(text: str, situation: tuple[dict[str, Any], dict[str, Any]]) -> None:
    itself, args = situation
    quick, exact = ours(text, itself, args)
    assert quick is exact or (quick, exact) == ("error", "error")
    assert quick == official(text, itself, args)


def _open(deep: int) -> st.SearchStrategy[str]:
    """Expressions whose types only the run knows; many of them fail, and must fail alike."""
    leaf = st.sampled_from(
        ["o.a", "o.b", "o.c", "args.weight", "self.state", "true", "1", "args.parts", "[1, 2]"]
    )
    if deep == 0:
        return leaf
    inner = _open(deep - 1)
    number = st.sampled_from(["o.a", "o.b", "1", "args.weight"])
    flag = _open_bool(deep - 1)
    return st.one_of(
        leaf,
        _binary(["+", "-", "*", "/", "%"], number),
        st.tuples(flag, inner, inner).map(lambda p: f"({p[0]} ? {p[1]} : {p[2]})"),
        st.sampled_from(
            ["o.a[0]", "o.c[o.a]", "o.c.x", "o.b.size()", "size(o.c)", "o.a + o.b", "-o.a", '{"x": o.a}.x']
        ),
    )


def _open_bool(deep: int) -> st.SearchStrategy[str]:
    leaf = st.sampled_from(
        ["o.a", "o.b", "has(o.a)", "has(o.c.x)", "o.a.startsWith(o.b)", "!o.a", "o.a in o.c", "true"]
    )
    if deep == 0:
        return leaf
    number = st.sampled_from(["o.a", "o.b", "o.c", "1"])
    return st.one_of(
        leaf,
        _binary(["&&", "||"], _open_bool(deep - 1)),
        _binary(
            ["==", "!="], number | _open(deep - 1).map(lambda e: f"o.c == {e} || o.a").map(lambda e: f"({e})")
        ),
        _binary(["<", "<=", ">", ">="], number),
        st.tuples(_open(deep - 1)).map(lambda p: f"(o.a == {p[0]})"),
        _open_bool(deep - 1).map(lambda e: f"[1, 2].exists(x, x == o.a || {e})"),
    )


anything = st.one_of(
    small, st.booleans(), st.sampled_from(WORDS),
    st.lists(st.integers(0, 2) | st.sampled_from(["a"]), max_size=2),
    st.dictionaries(st.sampled_from(["x", "a"]), st.integers(0, 2), max_size=2),
)  # fmt: skip
others = st.dictionaries(st.sampled_from(["a", "b", "c"]), anything)


@settings(max_examples=400)
@example("o.a in o.c", ({"state": "", "quantity": 0, "holder": ""}, {"weight": 0}), {"a": [], "c": {}})
@given(_open_bool(3), situations(), others)
def test_agrees_where_types_are_open(
    text: str, situation: tuple[dict[str, Any], dict[str, Any]], other: dict[str, Any]
) -> None:
    try:
        quick, exact = ours(text, *situation, other)
    except ExprError:
        return  # what types forbid is refused before anything runs, in either engine its own way
    assert quick is exact or quick == exact
    wanted = official(text, *situation, other)  # which also shows that its compiler takes what ours takes
    assert (type(quick), quick) == (type(wanted), wanted)


FIXED = [
    ("self.price > 1 || true", True),
    ("true || self.price > 1", True),
    ("self.price > 1 && false", False),
    ("self.price > 1 || false", "error"),
    ("args.parts.exists(x, 1 / x == 1)", True),  # [0, 1]: an error joined with true
    ("args.parts.all(x, 1 / x == 2)", False),
    ("(self.price > 1 || true) ? true : false", True),
    ("-7 / 2 == -3 && -7 % 2 == -1 && 7 / -2 == -3 && 7 % -2 == 1", True),
    ("9223372036854775807 + args.weight > 0", "error"),
    ("-9223372036854775808 / -1 == 0", "error"),
    ("-9223372036854775808 % -1 == 0", "error"),
    ("args.weight / 0 == 0", "error"),
    ("size('𝒳é') == 2", True),
    ("'😀' > '￿'", True),  # by code point, not by UTF-16 unit
]


@pytest.mark.parametrize(("text", "wanted"), FIXED)
def test_known_traps(text: str, wanted: object) -> None:
    itself, args = {"state": "issued", "quantity": 5, "holder": "a"}, {"weight": 1, "parts": [0, 1]}
    assert ours(text, itself, args) == (wanted, wanted)
    assert official(text, itself, args) == wanted
