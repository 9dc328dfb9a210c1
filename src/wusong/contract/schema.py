"""The JSON Schema of the canonical model: docs/contract.schema.json is its output.

python -m wusong.contract.schema > docs/contract.schema.json
"""

from __future__ import annotations

import json
import sys

import msgspec

from wusong.contract.model import Page


def schema() -> str:
    """The schema (JSON Schema 2020-12) as text."""
    body = msgspec.json.schema(Page)
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Canonical model of a contract page",
    }
    return json.dumps({**head, **body}, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema())
