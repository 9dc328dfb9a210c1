"""``key=value`` as people type it, made into what a contract's action takes.

* The page says the type of each argument; the value is read as that type and no other.
* A party may be named; a date is YYYY-MM-DD; a time is ISO 8601 or milliseconds; a list has commas, or is
  JSON.
* A commitment may be ``@FILE``: the file goes into the vault, its salted commitment on the ledger.
* Money is in the currency's main unit (1000.00), a rate names its unit (30%, 3000bp), as
  ``contract/show/amounts.py`` says.
* Arguments of system kinds are JSON, or text where they are not JSON.
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wusong.cli.naming import party_of
from wusong.cli.terminal import UsageError, say
from wusong.contract.show.amounts import minor, points

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wusong.node.node import Node

_INTEGER: Final = re.compile(r"-?[0-9]{1,16}")
_BOOLS: Final = {"true": True, "yes": True, "是": True, "false": False, "no": False, "否": False}
_PARTIES: Final = frozenset({"did", "party", "delegate", "examiner"})
_BEIJING: Final = timezone(timedelta(hours=8))


def split(pairs: Sequence[str], name: str) -> dict[str, str]:
    """``a=b`` as a table. Raises UsageError ``bad-argument``."""
    found: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key or key in found:
            raise UsageError(
                "bad-argument",
                name=name,
                detail=say(
                    f"{pair!r} is not NAME=VALUE, or the name stands twice.",
                    f"{pair!r} 不是“名称=取值”，或名称重复。",
                ),
            )
        found[key] = value
    return found


def typed(node: Node, contract: str, action: str, given: dict[str, str]) -> dict[str, Any]:
    """The arguments of an action, each of its type. Raises UsageError ``bad-argument``, NodeError
    ``no-such-contract``.
    """
    if contract.startswith("system/"):
        return {name: _system(node, name, value) for name, value in given.items()}
    types = _types(node, contract, action)
    unknown = sorted(set(given) - set(types))
    if unknown:
        raise UsageError(
            "bad-argument",
            name=unknown[0],
            detail=say(
                f"{action} takes: {', '.join(types) or 'nothing'}.",
                f"{action} 的参数为：{'、'.join(types) or '无'}。",
            ),
        )
    return {name: _read(node, name, value, types[name]) for name, value in given.items()}


def readable(node: Node, contract: str, action: str, given: dict[str, Any]) -> dict[str, Any]:
    """The arguments of an act in a file: parties by name, dates and times as text; all else as it stands."""
    if contract.startswith("system/"):
        return given
    types = _types(node, contract, action)
    return {name: _written(node, name, value, types.get(name, {})) for name, value in given.items()}


def _written(node: Node, name: str, value: Any, type_: dict[str, Any]) -> Any:
    match type_.get("type"), value:
        case "list", list():
            return [_written(node, name, item, type_["of"]) for item in value]
        case (("party" | "date" | "time"), str()):
            return _read(node, name, value, type_)
    return value


def _types(node: Node, contract: str, action: str) -> dict[str, dict[str, Any]]:
    from wusong.crypto import canonical
    from wusong.node import library

    digest = library.find(node, contract).digest
    model: Any = canonical.decode(node.ledger.store.page(digest) or b"{}")
    actions = {one["name"]: one for one in model["actions"]}
    if any("to" in limit for limit in model.get("deadlines", [])):  # what the language adds by itself
        actions["lapse"] = {}
    if "follows" in model:
        actions["upgrade"] = {}
    if action not in actions:
        raise UsageError(
            "bad-argument",
            name="ACTION",
            detail=say(
                f"{contract} has: {', '.join(actions)}.", f"{contract} 的操作有：{'、'.join(actions)}。"
            ),
        )
    return {one["name"]: one["type"] for one in actions[action].get("args", [])}


def _system(node: Node, name: str, value: str) -> Any:
    if name in _PARTIES and not value.startswith("did:"):
        return party_of(node, value)
    if name in {"name", "reason", "basis", "document", "purpose"}:
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _read(node: Node, name: str, value: str, type_: dict[str, Any]) -> Any:
    match type_["type"]:
        case "party":
            return party_of(node, value)
        case "bool":
            return _of(_BOOLS.get(value.lower()), name, value, "true | false")
        case "date":
            return _date(name, value)
        case "time":
            return time_of(name, value)
        case "list":
            return [
                _read(node, name, item, type_["of"]) if isinstance(item, str) else item
                for item in _items(name, value)
            ]
        case "commitment" if value.startswith("@"):
            with Path(value[1:]).open("rb") as stream:
                return node.vault.put(stream).commitment
        case "money":
            expected = say("an amount in the main unit (1000.00)", "以元等主币单位表示的金额（1000.00）")
            return _of(minor(value), name, value, expected)
        case "rate":
            expected = say("a rate with its unit (30% or 3000bp)", "带单位的比例（30% 或者 3000bp）")
            return _of(points(value), name, value, expected)
        case "text" | "enum" | "asset" | "commitment" | "digest":
            return value
    return int(value) if _INTEGER.fullmatch(value) else _of(None, name, value, say("an integer", "整数"))


def _of(found: Any, name: str, value: str, expected: str) -> Any:
    if found is None:
        raise UsageError(
            "bad-argument",
            name=name,
            detail=say(f"{value!r} is not {expected}.", f"{value!r} 不是{expected}。"),
        )
    return found


def _date(name: str, value: str) -> int:
    try:
        return (date.fromisoformat(value) - date(1970, 1, 1)).days
    except ValueError:
        return int(_of(None, name, value, "YYYY-MM-DD"))


def time_of(name: str, value: str) -> int:
    """A time as people type it, ms: ISO 8601, Beijing time unless it says otherwise. Raises UsageError."""
    if value.isascii() and value.isdigit() and len(value) <= 16:
        return int(value)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return int(_of(None, name, value, say("a time (2026-11-23T09:00)", "时间（2026-11-23T09:00）")))
    moment = moment if moment.tzinfo else moment.replace(tzinfo=_BEIJING)
    return round(moment.timestamp() * 1000)


def _items(name: str, value: str) -> list[Any]:
    if not value.startswith("["):
        return [part.strip() for part in value.split(",")] if value else []
    try:
        found: Any = json.loads(value)
    except (ValueError, RecursionError):
        return list(_of(None, name, value, say("a list in JSON", "JSON 列表")))
    return list(found)
