"""Questions as forms: writing one (the operator), filling in its parameters (the user)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, get_args

from wusong.data.products.question import MAX_TEXT, Output, Parameter, Question
from wusong.errors import DataError

__all__ = ["PLACES", "parameters", "read"]

PLACES: Final = (1, 2, 3, 4)
"""So many parameters fit a form."""


def read(form: Mapping[str, str]) -> Question:
    """The question of a form. Raises DataError ``question-parameters``, ``question-shape``."""
    output = form.get("output", "")
    least = form.get("least_group", "5")
    if output not in get_args(Output) or not least.isdigit():
        raise DataError(
            "parameter-wrong", parameter="output / least_group", expected=" / ".join(get_args(Output))
        )
    declared = tuple(_declared(form, place) for place in PLACES if form.get(f"parameter-{place}"))
    aggregated = output in {"answer", "aggregate"}
    return Question(
        output=output,  # type: ignore[arg-type]
        sql=form.get("sql", ""),
        parameters=declared,
        least_group=int(least) if aggregated else 0,
        bands=_listed(form.get("bands", "")) if output == "score" else (),
        link="logistic" if output == "score" and form.get("link") == "logistic" else "linear",
        ordered=output == "file" and form.get("ordered") == "yes",
    )


def _declared(form: Mapping[str, str], place: int) -> Parameter:
    name, title = form[f"parameter-{place}"], form.get(f"title-{place}", "")
    choices = _listed(form.get(f"choices-{place}", ""))
    whole = form.get(f"type-{place}") == "integer"
    if choices and (whole or max(map(len, choices)) > MAX_TEXT):
        raise DataError("parameter-wrong", parameter=name, expected="text" if whole else f"text({MAX_TEXT})")
    return Parameter(
        name=name,
        type="integer" if whole else "text",
        title={"zh": title, "en": title} if title else {},
        choices=choices,
    )


def _listed(text: str) -> tuple[str, ...]:
    """What was typed, one a line or separated by commas, each once."""
    parts = text.replace("，", ",").replace("\n", ",").split(",")
    return tuple(dict.fromkeys(one.strip() for one in parts if one.strip()))


def parameters(declared: Sequence[Parameter], form: Mapping[str, str]) -> dict[str, Any]:
    """The parameters of a call. Raises DataError ``parameter-wrong``."""
    return {one.name: _value(one, form.get(f"p-{one.name}", "")) for one in declared}


def _value(parameter: Parameter, text: str) -> str | int:
    if parameter.type == "text":
        return text
    try:
        return int(text)
    except ValueError:
        raise DataError("parameter-wrong", parameter=parameter.name, expected="integer") from None
