"""Shapley's value has the properties that define it, agrees with the definition, and its sampling keeps its
promise.
"""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wusong.contract.expr import runtime
from wusong.data.money import coverage, shapley
from wusong.data.money.shapley import exact, sampled, weights
from wusong.data.money.split import apportion
from wusong.errors import ContractError, DataError

N = 4
VALUES = st.one_of(st.integers(-1_000, 1_000), st.fractions(-5, 5, max_denominator=9))
TABLES = st.lists(VALUES, min_size=2**N - 1, max_size=2**N - 1).map(lambda rest: [0, *rest])


def by_definition(providers: int, worth: list[Fraction | int]) -> list[Fraction]:
    orders = list(itertools.permutations(range(providers)))
    sums = [Fraction(0)] * providers
    for order in orders:
        mask = 0
        for one in order:
            sums[one] += Fraction(worth[mask | 1 << one]) - worth[mask]
            mask |= 1 << one
    return [one / len(orders) for one in sums]


@settings(max_examples=60)
@given(TABLES)
def test_it_is_the_mean_over_all_orders(worth: list[Fraction | int]) -> None:
    assert exact(N, worth) == by_definition(N, worth)


@settings(max_examples=60)
@given(TABLES)
def test_efficiency_the_parts_make_up_the_whole(worth: list[Fraction | int]) -> None:
    assert sum(exact(N, worth)) == worth[-1]


@settings(max_examples=40)
@given(TABLES, st.integers(0, N - 1), st.integers(0, 50))
def test_dummy_who_adds_the_same_everywhere_gets_just_that(
    worth: list[Fraction | int], dummy: int, own: int
) -> None:
    made = [worth[mask & ~(1 << dummy)] + (own if mask >> dummy & 1 else 0) for mask in range(2**N)]
    assert exact(N, made)[dummy] == own


@settings(max_examples=40)
@given(TABLES, st.permutations(range(N)))
def test_symmetry_names_do_not_matter(worth: list[Fraction | int], renamed: list[int]) -> None:
    moved: list[Fraction | int] = [0] * 2**N
    for mask in range(2**N):
        moved[sum(1 << renamed[n] for n in range(N) if mask >> n & 1)] = worth[mask]
    values, again = exact(N, worth), exact(N, moved)
    assert values == [again[renamed[n]] for n in range(N)]


@settings(max_examples=40)
@given(TABLES, TABLES)
def test_additivity_two_games_played_as_one(one: list[Fraction | int], two: list[Fraction | int]) -> None:
    both = [a + b for a, b in zip(one, two, strict=True)]
    assert exact(N, both) == [a + b for a, b in zip(exact(N, one), exact(N, two), strict=True)]


def test_the_glove_game_of_the_textbooks() -> None:
    worth = [0, 0, 0, 1, 0, 1, 0, 1]  # one left glove (bit 0), two right ones
    assert exact(3, worth) == [Fraction(2, 3), Fraction(1, 6), Fraction(1, 6)]


def test_twelve_providers_by_a_function_that_is_called_once_for_each_coalition() -> None:
    called: list[int] = []

    def worth(mask: int) -> int:
        called.append(mask)
        return mask.bit_count() ** 2

    assert exact(12, worth) == [12] * 12
    assert called == list(range(4096))


@pytest.mark.parametrize(
    ("providers", "worth", "code"),
    [
        (0, [0], "contribution-providers"),
        (13, [0] * 2**13, "contribution-providers"),
        (2, [0, 1, 1], "contribution-game"),
        (1, [1, 1], "contribution-game"),
    ],
)
def test_what_is_no_game_is_refused(providers: int, worth: list[int], code: str) -> None:
    with pytest.raises(DataError) as caught:
        exact(providers, worth)
    assert caught.value.code == code


# -- sampling --------


def test_samples_follow_from_the_seed_sum_to_the_whole_and_keep_within_the_bound() -> None:
    calls = [(5, 0, 2, 3), (0, 5, 0, 0), (1, 1, 1, 2), (5, 5, 0, 0)] * 3
    game, true = coverage.Game(calls, 5), exact(N, coverage.table(N, calls, 5))
    found = sampled(N, game, seed="2026-10", orders=400)
    assert found == sampled(N, game, seed="2026-10", orders=400)
    assert found.values != sampled(N, game, seed="2026-11", orders=400).values
    assert sum(found.values) == game(2**N - 1)
    assert max(abs(float(a - b)) for a, b in zip(found.values, true, strict=True)) <= found.bound
    assert len(found.errors) == N


def test_twenty_providers_are_sampled() -> None:
    calls = [tuple(5 if n in (call % 20, call % 7) else 0 for n in range(20)) for call in range(140)]
    found = sampled(20, coverage.Game(calls, 5), seed="s", orders=50)
    assert sum(found.values) == 140
    assert found.bound > 0


def test_a_game_that_is_not_as_declared_is_noticed() -> None:
    with pytest.raises(DataError) as caught:
        sampled(2, lambda mask: -mask.bit_count(), seed="s", spread=5)
    assert caught.value.code == "contribution-spread"


# -- coverage --------

ROWS = st.lists(st.tuples(*[st.integers(0, 9)] * N), max_size=20)


@settings(max_examples=60)
@given(ROWS, st.integers(0, 7))
def test_coverage_counts_the_calls_that_a_coalition_answers_alone(
    calls: list[tuple[int, ...]], least: int
) -> None:
    wanted = max(least, 1)
    counted = [
        sum(sum(rows[n] for n in range(N) if mask >> n & 1) >= wanted for rows in calls)
        for mask in range(2**N)
    ]
    assert coverage.table(N, calls, least) == counted
    game = coverage.Game(calls, least)
    assert [game(mask) for mask in range(2**N)] == counted


def test_rows_of_calls_are_read_from_a_file() -> None:
    text = "\ufeffcall,provider,rows\nu:0,did:a,3\nu:0,did:b,2\nu:1,did:b,7\n"
    assert coverage.read(text, ["did:a", "did:b"]) == [[3, 2], [0, 7]]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("number,provider,rows\n", 1),
        ("call,provider,rows\nu:0,did:x,3\n", 2),
        ("call,provider,rows\nu:0,did:a,3\nu:0,did:a,4\n", 3),
        ("call,provider,rows\nu:0,did:a,-3\n", 2),
        ("call,provider,rows\nu:0,did:a\n", 2),
    ],
)
def test_a_file_that_is_none_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(DataError) as caught:
        coverage.read(text, ["did:a"])
    assert (caught.value.code, caught.value.data["line"]) == ("contribution-file", line)


# -- dividing --------


@settings(max_examples=200)
@given(st.integers(0, 2**53 - 1), st.lists(st.integers(0, 2**40), min_size=1, max_size=12))
def test_dividing_is_that_of_the_contract_language(total: int, parts: list[int]) -> None:
    if not any(parts):
        with pytest.raises(DataError):
            apportion(total, parts)
        return
    assert apportion(total, parts) == runtime.apportion(total, list(parts))
    assert sum(apportion(total, parts)) == total


def test_what_the_contract_refuses_to_divide_is_refused_here_too() -> None:
    for total, parts in ((1, [0, 0]), (1, [2, -1]), (-1, [1])):
        with pytest.raises(DataError):
            apportion(total, parts)
        with pytest.raises((ContractError, Exception)):
            runtime.apportion(total, parts)


def test_weights_are_the_values_in_lowest_terms() -> None:
    assert weights([Fraction(2, 3), Fraction(1, 6), Fraction(1, 6)]) == [4, 1, 1]
    assert weights([0, 3, 6]) == [0, 1, 2]


def test_weights_too_large_for_the_ledger_become_parts_of_ten_to_the_fifteen() -> None:
    found = weights([Fraction(1, 3**20), Fraction(1, 2**40), 1])
    assert sum(found) == 10**15


@pytest.mark.parametrize(
    ("values", "code"), [([1, -1], "contribution-negative"), ([0, 0], "contribution-none")]
)
def test_values_that_cannot_be_shared_out_are_refused(values: list[int], code: str) -> None:
    with pytest.raises(DataError) as caught:
        weights(values)
    assert caught.value.code == code


def test_more_providers_than_are_counted_exactly_have_no_table() -> None:
    with pytest.raises(DataError):
        coverage.table(shapley.MOST + 1, [], 5)
