"""The official CEL vectors as cases for our profile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from contract import textproto
from wusong.contract.expr import EvalError, ExprError, Root, Scope, compile_expression
from wusong.contract.expr.types import BOOL, DYN, INT, STRING, Type, list_of

Value: TypeAlias = Any
ERROR = "error"
REFUSED = "refused"
_PRIMITIVES = {"INT64": INT, "STRING": STRING, "BOOL": BOOL}


@dataclass(frozen=True)
class Vector:
    name: str
    text: str
    test: dict[str, list[Any]]

    def outcome(self) -> Value:
        """The value, or ERROR when it fails, or (REFUSED, code) when the profile refuses the text."""
        roots, variables = {}, {}
        for binding in self.test.get("bindings", []):
            name = binding["key"][0]
            variables[name] = value_of(binding["value"][0]["value"][0])
            roots[name] = Root(_type_of(variables[name]), f"a.{name}")
        try:
            compiled = compile_expression(self.text, Scope(roots, {}))
        except ExprError as error:
            return (REFUSED, error.code)
        try:
            return compiled.function(None, "", variables, {}, 0, 0, None, None, None)
        except EvalError:
            return ERROR

    def wanted(self) -> Value:
        if "eval_error" in self.test or "any_eval_errors" in self.test:
            return ERROR
        return value_of(self.test["value"][0]) if "value" in self.test else True


def read(folder: Path) -> Iterator[Vector]:
    for path in sorted((folder / "cel").glob("*.textproto")):
        for section in textproto.parse(path.read_text())["section"]:
            for test in section.get("test", []):
                name = f"{path.stem}/{section['name'][0]}/{test['name'][0]}"
                yield Vector(name, test["expr"][0], test)


def value_of(value: dict[str, list[Any]]) -> Value:
    (kind, values), *_ = value.items()
    inner = values[0]
    match kind:
        case "int64_value":
            return int(inner)
        case "bool_value":
            return inner == "true"
        case "string_value":
            return inner
        case "list_value":
            return [value_of(item) for item in inner.get("values", [])]
        case "map_value":
            return {value_of(e["key"][0]): value_of(e["value"][0]) for e in inner.get("entries", [])}
    return (kind, inner)  # of a kind that the profile does not have


def _type_of(value: Value) -> Type:
    if isinstance(value, bool):
        return BOOL
    if isinstance(value, int):
        return INT
    if isinstance(value, str):
        return STRING
    if isinstance(value, list):
        return list_of(_type_of(value[0]) if value else DYN, len(value))
    return Type("map", of=DYN, key=STRING)
