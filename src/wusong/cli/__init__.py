"""The terminal: ``wusong COMMAND``. Every command takes ``--json``, ``--lang`` and ``--home``.

Exit statuses: 0 done, 1 refused (by the ledger, a contract, a proof that does not hold), 2 could not (what
was typed, files, keys, settings, a node that is running, a defect).
"""

from __future__ import annotations

import sys

from wusong.cli import codes as codes


def main() -> None:
    """The entry point of the installed command."""
    from wusong.cli.app import run

    sys.exit(run(sys.argv[1:]))
