"""Settings: what counts before what, what is refused, and that each is documented and has an effect."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from wusong.errors import SettingsError
from wusong.node import settings as module
from wusong.node.settings import FILE, OUTSIDE, PREFIX, Settings, load

NAMES = [field.name for field in fields(Settings)]


def written(folder: Path, text: str) -> Path:
    (folder / FILE).write_text(text, "utf-8")
    return folder


def test_defaults_work_without_a_file(tmp_path: Path) -> None:
    assert load(tmp_path, {}) == Settings()


def test_the_file_counts_before_the_default_and_the_variable_before_the_file(tmp_path: Path) -> None:
    folder = written(tmp_path, '[node]\nport = 9000\nhost = "::1"\n')
    found = load(folder, {"WUSONG_PORT": "9001", "WUSONG_FOUR_EYES": "no", "PATH": "/bin"})
    assert (found.port, found.host, found.four_eyes) == (9001, "::1", False)


@pytest.mark.parametrize("name", sorted(OUTSIDE))
def test_variables_that_are_no_settings_are_left_alone(tmp_path: Path, name: str) -> None:
    assert load(tmp_path, {PREFIX + name: "x"}) == Settings()


REFUSED = [
    pytest.param("[node]\nprot = 1\n", {}, "setting-unknown", id="misspelt in the file"),
    pytest.param("[ndoe]\nport = 1\n", {}, "setting-unknown", id="misspelt table"),
    pytest.param("", {"WUSONG_PROT": "1"}, "setting-unknown", id="misspelt variable"),
    pytest.param('[node]\nport = "http"\n', {}, "setting-wrong", id="text for a number"),
    pytest.param("", {"WUSONG_PORT": "http"}, "setting-wrong", id="word for a number"),
    pytest.param("", {"WUSONG_FOUR_EYES": "maybe"}, "setting-wrong", id="neither true nor false"),
    pytest.param("[node\n", {}, "settings-unreadable", id="not TOML"),
    pytest.param("[node]\nport = 65536\n", {}, "setting-wrong", id="no port"),
    pytest.param("", {"WUSONG_SESSION_MINUTES": "0"}, "setting-wrong", id="no time at all"),
]
ADDRESSES = [
    ("https://node.example", True),
    ("https://node.example/", True),
    ("http://[::1]:8440", True),
    ("https://node.example:99999", False),
    ("https://node.example:http", False),
    ("https://node.example:0", False),
    ("https://node.example:", False),
    ("https://:443", False),
    ("node.example", False),
    ("ftp://node.example", False),
    ("https://node.example/portal", False),
    ("https://user@node.example", False),
    ("https://node.example?x=1", False),
    ("https://node.example\n", False),
]


@pytest.mark.parametrize(("url", "right"), ADDRESSES)
def test_a_public_address_is_one_that_a_browser_can_open(tmp_path: Path, url: str, *, right: bool) -> None:
    if right:
        assert load(tmp_path, {"WUSONG_PUBLIC_URL": url}).public_url == url
        return
    with pytest.raises(SettingsError, match=r"^setting-wrong"):
        load(tmp_path, {"WUSONG_PUBLIC_URL": url})


@pytest.mark.parametrize(("text", "variables", "code"), REFUSED)
def test_refuses(tmp_path: Path, text: str, variables: dict[str, str], code: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load(written(tmp_path, text), variables)
    assert refused.value.code == code


def page(root: Path) -> str:
    return (root / "docs" / "settings.md").read_text("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_each_setting_is_documented_with_its_variable_and_default(root: Path, name: str) -> None:
    default = getattr(Settings(), name)
    shown = (
        "empty" if default == "" else f"`{str(default).lower() if isinstance(default, bool) else default}`"
    )
    assert f"| `{name}` | `{PREFIX}{name.upper()}` | {shown} |" in page(root)


def test_no_setting_is_documented_that_is_not_there(root: Path) -> None:
    known = {name.upper() for name in NAMES} | OUTSIDE | {"NAME"}
    assert set(re.findall(r"WUSONG_([A-Z_]+)", page(root))) == known


@pytest.mark.parametrize("name", NAMES)
def test_each_setting_is_read_somewhere(name: str) -> None:
    """A setting without effect would be a promise that nobody keeps."""
    source = Path(module.__file__).resolve().parents[1]
    reads = re.compile(rf"settings\.{name}\b")
    assert any(
        reads.search(file.read_text("utf-8"))
        for file in source.rglob("*.py")
        if file != Path(module.__file__)
    )


@pytest.mark.parametrize("name", sorted(OUTSIDE))
def test_each_other_variable_is_documented(root: Path, name: str) -> None:
    assert f"| `{PREFIX}{name}` |" in page(root)
