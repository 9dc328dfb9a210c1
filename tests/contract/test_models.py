"""A model comes from whoever installs it: whatever it is, it is refused by name or it runs."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contract.worlds import PAGES
from wusong.contract import Compiled, compile_page, load, run_examples
from wusong.errors import ContractError

MODELS = [load(path.read_bytes()).model for path in sorted(PAGES.glob("*.yaml"))]

WORDS = [
    "",
    "a",
    "holder",
    "issued",
    "args",
    "self.quantity",
    "args.weight",
    "split",
    "all",
    "void",
    "x@1",
    "date",
]
words = st.sampled_from([*WORDS, "\x00", "é"])
leaves = st.none() | st.booleans() | st.integers(-2, 2**70) | words | st.text(max_size=4)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inner for place in places(item, (*path, key)))]


def damaged(model: dict[str, Any], path: tuple[Any, ...], value: object, how: str) -> object:
    if not path:
        return value
    made = copy.deepcopy(model)
    at: Any = made
    for key in path[:-1]:
        at = at[key]
    if how == "drop":
        del at[path[-1]]
    elif how == "double" and isinstance(at, list):
        at.append(copy.deepcopy(at[path[-1]]))
    else:
        at[path[-1]] = value
    return made


@settings(max_examples=400)
@given(st.sampled_from(MODELS), st.data(), values, st.sampled_from(["replace", "drop", "double"]))
def test_damaged_models(model: dict[str, Any], data: st.DataObject, value: object, how: str) -> None:
    path = data.draw(st.sampled_from(places(model)))
    changed = damaged(model, path, value, how)
    try:
        compiled = compile_page(changed)
    except ContractError as error:
        refused = (error.code, bool(error.data["findings"]))
    else:
        assert isinstance(compiled, Compiled)
        run_examples(changed)
        return
    assert refused == ("bad-page", True)
