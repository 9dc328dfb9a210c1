"""What a person enters and another signs: a catalogue workbook, already in the vault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from wusong.data import contents
from wusong.data.brought import brought
from wusong.data.host import Host
from wusong.data.intake import importing

__all__ = ["CASES"]


def _bring(host: Host, party: str, args: dict[str, Any]) -> dict[str, Any]:
    brought(host).demand(party, args["workbook"])
    content = contents.read(host.vault, args["workbook"])
    files = importing.kept(host, party, args.get("files", ""))
    found = importing.run(host, party, args["registry"], content, files)
    return {
        "already": [found.already[row] for row in sorted(found.already)],
        "deeds": list(found.deeds),
        "faulty": [entry.row for entry in found.faulty],
        "resources": [found.assets[row] for row in sorted(found.assets)],
    }


CASES: Final[dict[str, tuple[dict[str, str], Callable[[Host, str, dict[str, Any]], dict[str, Any]]]]] = {
    "import-catalogue": (
        {"en": "Apply for registration of a whole catalogue", "zh": "按目录批量申请登记"},
        _bring,
    ),
}
