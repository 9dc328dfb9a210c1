"""Every package we install may be used commercially and combined with ours: no GPL, none unlicensed."""

from __future__ import annotations

import re
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from locks import pins

COPYLEFT = re.compile(
    r"\bA?GPL|GNU (Affero )?General Public|SSPL|Business Source|Commons Clause", re.IGNORECASE
)
# Not named in their metadata: read in the licence file that the package carries.
READ: dict[str, str] = {"axe-playwright-python": "MIT, with axe-core under MPL-2.0"}


def words(name: str) -> str:
    """What a package says of its own licence, wherever its metadata say it."""
    info = metadata.metadata(name)
    classifiers = [line for line in info.get_all("Classifier", []) if line.startswith("License ::")]
    short = [line[:200] for line in info.get_all("License", [])]
    return " | ".join([*info.get_all("License-Expression", []), *short, *classifiers])


def installed() -> list[tuple[str, str]]:
    return [(name, words(name)) for name, pin in sorted(pins("dev.txt").items()) if _applies(pin)]


def _applies(pin: Requirement) -> bool:
    return pin.marker is None or pin.marker.evaluate()


@pytest.mark.parametrize(("name", "licence"), installed(), ids=[name for name, _ in installed()])
def test_licence(name: str, licence: str) -> None:
    licence = READ.get(name) or licence
    assert licence, f"{name} names no licence: read its text and enter it in READ"
    assert not COPYLEFT.search(licence), f"{name}: {licence}"


def test_the_list_of_read_licences_is_current() -> None:
    assert set(READ) <= {canonicalize_name(name) for name, _ in installed()}


@pytest.mark.parametrize(
    ("licence", "bad"),
    [
        ("GPL-3.0-or-later", True),
        ("AGPL-3.0", True),
        ("License :: OSI Approved :: GNU Affero General Public License v3", True),
        ("LGPL-3.0-only", False),
        ("MIT OR Apache-2.0", False),
        ("BUSL-1.1 Business Source License", True),
    ],
)
def test_the_pattern_bites(licence: str, *, bad: bool) -> None:
    assert bool(COPYLEFT.search(licence)) is bad
