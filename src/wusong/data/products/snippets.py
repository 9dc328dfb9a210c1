"""How a program calls a data-use: lines that work as they are pasted, once the token stands in
``WUSONG_TOKEN``.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from typing import Any

from wusong.data.products.question import Parameter

__all__ = ["of"]


def of(base_url: str, use: str, parameters: Sequence[Parameter], *, files: bool = False) -> dict[str, str]:
    """``curl`` and ``python`` for a data-use at a node; example values stand for the parameters."""
    given = {one.name: _example(one) for one in parameters}
    return {
        "curl": _curl(base_url, use, given, files=files),
        "python": _python(base_url, use, given, files=files),
    }


def _example(parameter: Parameter) -> str | int:
    if parameter.choices:
        return parameter.choices[0]
    return 1 if parameter.type == "integer" else "..."


def _curl(base_url: str, use: str, given: dict[str, Any], *, files: bool) -> str:
    body = json.dumps({"parameters": given, **({"form": "csv"} if files else {})}, ensure_ascii=False)
    lines = [
        "curl -sS --fail-with-body" + (" -o answer.csv" if files else "") + " \\",
        f"  {base_url}/api/v1/uses/{use}/{'file' if files else 'call'} \\",
        '  -H "Authorization: Bearer $WUSONG_TOKEN" \\',
        "  -H 'Content-Type: application/json' \\",
        f"  -d {shlex.quote(body)}",
    ]
    return "\n".join(lines)


def _python(base_url: str, use: str, given: dict[str, Any], *, files: bool) -> str:
    arguments = "".join(f", {name}={value!r}" for name, value in given.items())
    lines = [
        "import os",
        "from wusong.data.products.client import Client",
        "",
        f'node = Client({base_url!r}, token=os.environ["WUSONG_TOKEN"])',
    ]
    call = f"node.{'file' if files else 'call'}({use!r}{arguments})"
    lines += [f'open("answer.csv", "wb").write({call})' if files else f"print({call}['answer'])"]
    return "\n".join(lines)
