"""Reads the pinned requirements."""

from __future__ import annotations

import re
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

FOLDER = Path(__file__).resolve().parents[2] / "requirements"


def pins(file: str) -> dict[str, Requirement]:
    """Each package of a lock with its pin."""
    lines = re.findall(r"^([^\s#-][^\\\n]*)", (FOLDER / file).read_text(), re.MULTILINE)
    requirements = [Requirement(line.strip()) for line in lines]
    return {str(canonicalize_name(requirement.name)): requirement for requirement in requirements}


def version(requirement: Requirement) -> str:
    (pin,) = requirement.specifier
    assert pin.operator == "=="
    return pin.version
