"""The same deeds give the same seals: under two hash seeds, and on a second version of Python."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
STEPS = "150"


def seals(python: str, folder: Path, hash_seed: str, root: Path) -> str:
    """What a run comes to in a process of its own."""
    paths = [str(root / name) for name in ("src", "tests", "verifier")]
    done = subprocess.run(
        [python, str(HERE / "seals_child.py"), str(folder / hash_seed), "17", STEPS],
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def other_python(root: Path) -> str:
    """A second version of Python that has the packages: on the path, or an environment in ``.cache``."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    names = [shutil.which(f"python3.{minor}") for minor in (13, 12, 14, 11)]
    kept = [str(path) for path in sorted((root / ".cache").glob("python3.*/bin/python"))]
    for python in [*kept, *(name for name in names if name)]:
        asked = "import sys, cryptography, msgspec, nacl, yaml; print('%d.%d' % sys.version_info[:2])"
        said = subprocess.run(
            [python, "-c", asked], capture_output=True, check=False, env={"PATH": os.environ["PATH"]}
        )
        if said.returncode == 0 and said.stdout.decode().strip() != version:
            return python
    pytest.skip(f"no second version of Python with the packages is installed beside {version}")


def test_two_hash_seeds(tmp_path: Path, root: Path) -> None:
    one = seals(sys.executable, tmp_path, "1", root)
    assert '"ok"' in one
    assert one == seals(sys.executable, tmp_path, "2", root)


def test_a_second_python(tmp_path: Path, root: Path) -> None:
    other = seals(other_python(root), tmp_path, "3", root)
    assert other == seals(sys.executable, tmp_path, "1", root)
