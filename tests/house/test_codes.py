"""Every code of the tree of errors explains itself, in both languages."""

from __future__ import annotations

import ast
import importlib
import re
import string
from dataclasses import dataclass
from pathlib import Path

import pytest

from wusong import errors

SOURCE = Path(errors.__file__).parent
AREAS = sorted(path for path in SOURCE.rglob("codes.py") if path.parent != SOURCE)
CJK = re.compile(r"[\u4e00-\u9fff]")


WORD = re.compile(r"\w")


def _prose(part: str) -> str:
    """A template without its placeholders: a part may be all placeholder where the page brings the words."""
    return "".join(literal for literal, _, _, _ in string.Formatter().parse(part))


def _name(path: Path) -> str:
    return ".".join(("wusong", *path.relative_to(SOURCE).with_suffix("").parts))


for _area in AREAS:
    importlib.import_module(_name(_area))
CODES = sorted(errors.codes().items())


@pytest.mark.parametrize(("code", "entry"), CODES, ids=[code for code, _ in CODES])
def test_explanation_is_whole(code: str, entry: errors.Texts) -> None:
    assert len(entry.en) == len(entry.zh) == 3
    assert all(part.strip() == part and part for part in (*entry.en, *entry.zh)), code
    assert all(CJK.search(part) or not WORD.search(_prose(part)) for part in entry.zh), code
    assert not any(CJK.search(part) for part in entry.en), code
    assert 400 <= entry.status <= 599


@pytest.mark.parametrize(("code", "entry"), CODES, ids=[code for code, _ in CODES])
def test_both_languages_use_the_same_data(code: str, entry: errors.Texts) -> None:
    assert _fields(entry.en) == _fields(entry.zh), code


def _fields(parts: tuple[str, str, str]) -> set[str]:
    found = (
        field for part in parts for _, field, _, _ in string.Formatter().parse(part) if field is not None
    )
    return {re.split(r"[.\[]", field, maxsplit=1)[0] for field in found}


def test_placeholders_are_named() -> None:
    for code, entry in CODES:
        assert all(re.fullmatch(r"[a-z_]+", field) for field in _fields(entry.en)), code


@pytest.mark.parametrize("area", AREAS, ids=_name)
def test_the_package_registers_its_codes(area: Path) -> None:
    """Otherwise an error raised before anybody imports ``codes`` could not explain itself."""
    tree = ast.parse((area.parent / "__init__.py").read_bytes())
    imported = {
        f"{node.module or ''}.{alias.name}".strip(".")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    } | {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    package = _name(area.parent)
    assert imported & {"codes", f"{package}.codes"}, f"{package}/__init__.py does not import its codes"


@dataclass(frozen=True)
class Raised:
    """One place of the source that raises a code by its literal name."""

    code: str
    given: frozenset[str]
    open: bool  # data come from ** or from elsewhere, so that their names are not in the source
    where: str


def raised() -> list[Raised]:
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[0]
            if name in errors.__all__ and name.endswith("Error") and isinstance(first, ast.Constant):
                given = [keyword.arg for keyword in node.keywords]
                where = f"{path.relative_to(SOURCE)}:{node.lineno}"
                names = frozenset(arg for arg in given if arg)
                found.append(Raised(str(first.value), names, None in given, where))
    return found


def test_every_code_raised_is_registered() -> None:
    known = errors.codes()
    unknown = [f"{item.where}: {item.code}" for item in raised() if item.code not in known]
    assert not unknown, "\n" + "\n".join(unknown)


WHERE = ("ledger/acting.py:", "ledger/acting_references.py:", "ledger/system/")
ADDED = {where: {"action", "contract"} for where in WHERE}
"""Data that ``ledger.acting.Acting.run`` adds to whatever an act raises (shown by the tests of refusals)."""


def added(where: str) -> set[str]:
    return next((names for start, names in ADDED.items() if where.startswith(start)), set())


def test_explanations_find_their_data() -> None:
    """A placeholder that nobody fills would be shown as a question mark."""
    known = errors.codes()
    unfilled = [
        f"{item.where}: {item.code} lacks {', '.join(sorted(missing))}"
        for item in raised()
        if item.code in known and not item.open
        if (missing := _fields(known[item.code].en) - item.given - added(item.where) - {"code"})
    ]
    assert not unfilled, "\n" + "\n".join(unfilled)
