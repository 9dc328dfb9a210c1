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
    """A second version of Python that has the packages: what ``SECOND_PYTHON`` names, or one in
    ``.cache`` or on the path.
    """
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    given = os.environ.get("SECOND_PYTHON")
    if given:
        assert version_with_packages(given) not in {"", version}
        return given
    names = [shutil.which(f"python3.{minor}") for minor in (13, 12, 14, 11)]
    kept = [str(path) for path in sorted((root / ".cache").glob("python3.*/bin/python"))]
    for python in [*kept, *(name for name in names if name)]:
        if version_with_packages(python) not in {"", version}:
            return python
    pytest.skip(f"no second Python with the packages beside {version}; .ci/second-python makes one")


def version_with_packages(python: str) -> str:
    """Its version; empty where it lacks what a ledger needs."""
    asked = "import sys, cryptography, msgspec, nacl, yaml; print('%d.%d' % sys.version_info[:2])"
    said = subprocess.run(
        [python, "-c", asked], capture_output=True, check=False, env={"PATH": os.environ["PATH"]}
    )
    return said.stdout.decode().strip() if said.returncode == 0 else ""


JUDGED = """
import hashlib
from wusong.crypto.canonical import is_text
points = [chr(point) for point in range(0x110000) if not 0xD800 <= point <= 0xDFFF]
said = bytes(is_text(p) + 2 * is_text(f"e{p}\\u0301") + 4 * is_text(f"\\u0301{p}\\u0316") for p in points)
print(sum(map(bool, said)), hashlib.sha256(said).hexdigest())
"""


def judged(python: str, root: Path) -> str:
    """Which characters, alone and among marks, a version of Python takes for text that may be hashed."""
    done = subprocess.run(
        [python, "-c", JUDGED],
        env={**os.environ, "PYTHONPATH": str(root / "src")},
        capture_output=True,
        check=True,
        timeout=120,
    )
    return done.stdout.decode()


def test_two_hash_seeds(tmp_path: Path, root: Path) -> None:
    one = seals(sys.executable, tmp_path, "1", root)
    assert '"ok"' in one
    assert one == seals(sys.executable, tmp_path, "2", root)


def test_a_second_python(tmp_path: Path, root: Path) -> None:
    other = seals(other_python(root), tmp_path, "3", root)
    assert other == seals(sys.executable, tmp_path, "1", root)


def test_a_second_python_judges_texts_alike(root: Path) -> None:
    found = judged(other_python(root), root)
    assert int(found.split()[0]) > 280_000
    assert found == judged(sys.executable, root)
