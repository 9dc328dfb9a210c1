"""``pytest tests/simulator --seed N [--steps M]`` plays one run again."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Which run."""
    parser.addoption("--seed", type=int, default=None, help="play the simulator's run with this seed")
    parser.addoption("--steps", type=int, default=1_500, help="steps of that run")
