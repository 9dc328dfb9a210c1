"""The pinned requirements: complete, hashed, nested, and no word about where they come from."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from locks import FOLDER, pins, version

PROJECT = tomllib.loads((FOLDER.parent / "pyproject.toml").read_text())
FILES = ["base.txt", "gm.txt", "dev.txt", "build.txt"]
GM = PROJECT["project"]["optional-dependencies"]["gm"]
DECLARED = {
    "base.txt": PROJECT["project"]["dependencies"],
    "gm.txt": PROJECT["project"]["dependencies"] + GM,
    "dev.txt": PROJECT["project"]["dependencies"] + GM + PROJECT["dependency-groups"]["dev"],
    "build.txt": PROJECT["build-system"]["requires"],
}


@pytest.mark.parametrize("file", FILES)
def test_every_pin_has_hashes(file: str) -> None:
    blocks = re.split(r"\n(?=[^\s#])", (FOLDER / file).read_text())
    bare = [block.split("\n", 1)[0] for block in blocks if "==" in block and "--hash=sha256:" not in block]
    assert bare == []
    assert pins(file)


@pytest.mark.parametrize("file", FILES)
def test_no_source_is_named(file: str) -> None:
    assert not re.search(r"://|--index-url|--extra-index|--find-links", (FOLDER / file).read_text())


@pytest.mark.parametrize("file", FILES)
def test_every_declared_requirement_is_pinned_as_declared(file: str) -> None:
    locked = pins(file)
    for declared in map(Requirement, DECLARED[file]):
        pin = locked.get(canonicalize_name(declared.name))
        assert pin is not None, f"{declared} is not in {file}; run: make lock"
        assert declared.specifier.contains(version(pin)), f"{file} pins {pin}, declared is {declared}"


@pytest.mark.parametrize("file", FILES)
def test_the_lock_is_closed(file: str) -> None:
    """Whatever a pinned package needs in this environment is pinned too, or pip would refuse the file."""
    locked = pins(file)
    for pin in locked.values():
        if pin.marker is not None and not pin.marker.evaluate():
            continue
        for needed in map(Requirement, metadata.requires(pin.name) or []):
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                assert canonicalize_name(needed.name) in locked, f"{pin.name} needs {needed}"


@pytest.mark.parametrize("file", FILES)
def test_nothing_is_pinned_that_nobody_needs(file: str) -> None:
    locked = pins(file)
    seen: set[str] = set()
    waiting = [Requirement(item) for item in DECLARED[file]]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name in seen and not requirement.extras:
            continue
        seen.add(name)
        for needed in map(Requirement, _requires(name)):
            extras = ["", *requirement.extras]
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
                waiting.append(needed)
    elsewhere = {name for name, pin in locked.items() if pin.marker is not None}
    assert set(locked) - seen - elsewhere == set()


def _requires(name: str) -> list[str]:
    try:
        return metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []


@pytest.mark.parametrize(
    ("smaller", "larger"), [("base.txt", "gm.txt"), ("gm.txt", "dev.txt"), ("build.txt", "dev.txt")]
)
def test_one_version_of_everything(smaller: str, larger: str) -> None:
    inner = {name: version(pin) for name, pin in pins(smaller).items()}
    outer = {name: version(pin) for name, pin in pins(larger).items()}
    assert {name: outer.get(name) for name in inner} == inner


def test_what_is_tested_is_what_is_pinned() -> None:
    installed = {str(canonicalize_name(dist.name)): dist.version for dist in metadata.distributions()}
    differing = {
        name: (installed[name], version(pin))
        for name, pin in pins("dev.txt").items()
        if name in installed and installed[name] != version(pin)
    }
    assert differing == {}
