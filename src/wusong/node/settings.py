"""Settings: one TOML file in the node's folder, overridden by ``WUSONG_*`` variables (docs/settings.md).

    [node]
    port = 8440

is the same as ``WUSONG_PORT=8440``. An unknown name is refused, so that a misspelt one is not silently
without effect.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, fields, replace
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from wusong.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE: Final = "wusong.toml"
PREFIX: Final = "WUSONG_"
OUTSIDE: Final = frozenset({"HOME", "PASSPHRASE", "VECTORS", "LANG"})
"""Variables that are not settings: where the node lives, its passphrase, the test vectors, the terminal's
language.
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a node runs. Every setting has a default that works."""

    host: str = "127.0.0.1"
    port: int = 8440
    public_url: str = ""
    database_url: str = ""
    log_level: str = "info"
    log_format: str = "json"
    session_minutes: int = 480
    four_eyes: bool = True
    meter_batch: int = 100
    scrub: bool = True
    trusted_proxies: str = ""
    networks: str = ""
    room_memory_mb: int = 1_024
    rooms_memory_mb: int = 2_048


def home(given: Path | None = None) -> Path:
    """The node's folder: as given, else ``WUSONG_HOME``, else ``wusong-node`` in the working folder."""
    return given or Path(os.environ.get(f"{PREFIX}HOME", "wusong-node"))


def load(folder: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of the node in ``folder``.

    Raises:
        SettingsError: ``setting-unknown``, ``setting-wrong``, ``settings-unreadable``.
    """
    settings = _apply(Settings(), _from_file(folder / FILE))
    variables = os.environ if environment is None else environment
    chosen = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in variables.items()
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in OUTSIDE
    }
    return _apply(settings, chosen)


def _from_file(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    try:
        document = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError("settings-unreadable", file=file.name, detail=str(error)[:200]) from None
    if set(document) - {"node"} or not isinstance(document.get("node", {}), dict):
        raise SettingsError("setting-unknown", name=", ".join(sorted(set(document) - {"node"})))
    values: dict[str, Any] = document.get("node", {})
    return values


def _apply(settings: Settings, values: Mapping[str, Any]) -> Settings:
    known = {field.name: type(getattr(settings, field.name)) for field in fields(settings)}
    changed = {}
    for name, value in values.items():
        if name not in known:
            raise SettingsError("setting-unknown", name=name)
        changed[name] = _sound(name, _convert(name, value, known[name]))
    return replace(settings, **changed)


def _convert(name: str, value: Any, kind: type) -> Any:  # noqa: ANN401 - a setting's value
    if kind is bool and isinstance(value, str) and value.lower() in _BOOLS:
        return _BOOLS[value.lower()]
    if kind is int and isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    if type(value) is not kind:
        raise SettingsError("setting-wrong", name=name, expected=kind.__name__)
    return value


def _sound(name: str, value: Any) -> Any:  # noqa: ANN401 - a setting's value
    """The value, if it can be meant: a wrong address would be found only by whoever opens a link."""
    if name == "public_url" and value and not _is_address(value):
        raise SettingsError("setting-wrong", name=name, expected="http(s)://host[:port]")
    if name == "trusted_proxies":
        _expect_ranges(name, value.replace(",", " "))
    if name == "networks":
        for entry in filter(str.strip, value.split(";")):
            _expect_ranges(name, entry.partition("=")[2])
    if name in _RANGES and not _RANGES[name][0] <= value <= _RANGES[name][1]:
        least, most = _RANGES[name]
        raise SettingsError("setting-wrong", name=name, expected=f"{least}..{most}")
    return value


def _is_address(url: str) -> bool:
    """Whether ``url`` is a scheme, a host, perhaps a port, and nothing else."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    plain = url.isprintable() and not any(sign in url for sign in " ?#@\\")
    known = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.netloc.endswith(":")
    return plain and known and parts.path in ("", "/") and port != 0


def _expect_ranges(name: str, ranges: str) -> None:
    try:
        for one in ranges.split():
            ip_network(one)
    except ValueError:
        raise SettingsError("setting-wrong", name=name, expected="10.1.0.0/16, 2001:db8::/32, ...") from None


_RANGES: Final[Mapping[str, tuple[int, int]]] = {
    "meter_batch": (1, 1_000_000),
    "port": (0, 65_535),
    "room_memory_mb": (64, 1_000_000),
    "rooms_memory_mb": (64, 1_000_000),
    "session_minutes": (1, 525_600),
}
_BOOLS: Final = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
