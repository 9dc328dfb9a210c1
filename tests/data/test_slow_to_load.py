"""What is slow to load and large is loaded when it is first wanted: a node that starts has none of it."""

from __future__ import annotations

import subprocess
import sys

LARGE = ("duckdb", "openpyxl", "pypinyin", "segno", "sqlglot")
CODE = f"""
import sys
from wusong.data.domain import DOMAIN
DOMAIN.projections(), DOMAIN.routes(), DOMAIN.use_cases(), DOMAIN.own_forms()
print(*(name for name in {LARGE!r} if name in sys.modules))
"""


def test_a_node_that_starts_loads_no_engine() -> None:
    ran = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == []
