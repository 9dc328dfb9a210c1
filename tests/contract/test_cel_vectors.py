"""The official CEL vectors (google/cel-spec, tests/simple/testdata): their results, or a refusal of the text.

``cel-outside.txt`` lists each vector that the profile refuses although CEL has a value for it, and why;
such a vector must be refused before anything runs: the list cannot hide a wrong result.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from contract.cel import ERROR, REFUSED, Vector, read

TABLE = Path(__file__).parent / "cel-outside.txt"


def outside() -> dict[str, str]:
    lines = TABLE.read_text().splitlines()
    return dict(line.split("\t", 1) for line in lines if line and not line.startswith("#"))


@pytest.fixture(scope="module")
def all_vectors(vectors: Path) -> list[Vector]:
    return list(read(vectors))


def judge(vector: Vector, listed: dict[str, str]) -> str:
    found, wanted = vector.outcome(), vector.wanted()
    refused = isinstance(found, tuple) and found[0] == REFUSED
    if vector.name in listed:
        return "outside" if refused else "wrong"
    if wanted == ERROR:
        return "inside" if refused or found == ERROR else "wrong"
    return "inside" if type(found) is type(wanted) and found == wanted else "wrong"


def test_every_vector_holds_or_is_listed(all_vectors: list[Vector]) -> None:
    listed = outside()
    assert [vector.name for vector in all_vectors if judge(vector, listed) == "wrong"] == []


def test_counts(all_vectors: list[Vector]) -> None:
    listed = outside()
    verdicts = [judge(vector, listed) for vector in all_vectors]
    assert (verdicts.count("inside"), verdicts.count("outside")) == (408, 497)
    assert {vector.name for vector in all_vectors} >= listed.keys()


def test_every_reason_is_one_of_the_profile(all_vectors: list[Vector]) -> None:
    del all_vectors
    assert set(outside().values()) <= REASONS


REASONS = {
    "no bytes",
    "no floating-point numbers",
    "no null",
    "no unsigned integers",
    "no quoted selectors",
    "no protobuf messages",
    "no macros exists_one, map, filter",
    "no dyn()",
    "no conversions",
    "no containers or qualified names",
    "a name or function that is unknown is refused before anything runs",
    "statically typed: an operand of another type is refused before anything runs",
    "keys of a map are of one type",
}
