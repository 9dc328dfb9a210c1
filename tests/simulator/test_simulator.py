"""The simulator: a short run in the quick suite, long ones in the slow one, any one again by its seed."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.world import run


@pytest.mark.parametrize("seed", range(2))
def test_short(seed: int, tmp_path: Path) -> None:
    world = run(seed, 200, tmp_path / "world")
    assert world.blocks > 20
    assert world.oracle.codes["ok"] > 50
    assert len(world.oracle.codes) > 8, "a world in which nothing is refused shows little"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 108))
def test_long(seed: int, tmp_path: Path) -> None:
    world = run(seed, 4_000, tmp_path / "world")
    assert world.crashes > 10
    assert world.failures > 3
    assert world.oracle.minted > world.oracle.burned > 0


def test_one_again(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    seed = request.config.getoption("--seed", default=None)
    if seed is None:
        pytest.skip("no --seed was given")
    run(seed, request.config.getoption("--steps"), tmp_path / "world")


def test_a_run_follows_from_its_seed(tmp_path: Path) -> None:
    one, other = (run(7, 60, tmp_path / name) for name in ("one", "other"))
    assert one.follower.head.digest == other.follower.head.digest
    assert one.oracle.codes == other.oracle.codes
