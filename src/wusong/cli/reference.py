"""The command reference, made from the commands themselves.

``python -m wusong.cli.reference > docs/cli.md``
"""

from __future__ import annotations

import sys
from typing import Any, Final

from wusong.cli.app import COMMANDS, load
from wusong.cli.words import pick

_HEAD: Final = """\
# The terminal

Made by `python -m wusong.cli.reference`; a test fails when this page is stale. In Chinese:
`wusong COMMAND --help --lang zh`.

Every command takes `--json` (one line of JSON with stable, sorted names), `--lang zh|en` (else
`WUSONG_LANG`, else the locale) and, where it works on a node, `--home DIR` (else `WUSONG_HOME`, else
`./wusong-node`).

| exit status | meaning |
|---|---|
| 0 | done; for `verify`: accepted as a proof |
| 1 | refused: by the ledger, a contract, a rule; a proof that does not hold; for `doctor`: something is bad |
| 2 | could not: what was typed, files, keys, settings, a node that is running, a defect |

With `--json` an error is `{"error": {"code", "what", "why", "do", "data"}}` on standard output; without it,
its text is on standard error. Codes are stable. A defect of the program is `internal-error` with the name of
the file that holds its traceback.

`wusong act --file` reads a JSON list; all its acts happen in one deed, or none. `as` may name parties;
`asset` is 64 hex characters, or `#a.c` for child c that act a of this deed creates; it is absent for an act
that creates its asset:

```json
[{"contract": "evidence@1", "action": "attest", "as": {"submitter": "Example Bureau"},
  "args": {"root": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "root_count": 1}}]
```

`with` names, for an act that `requires` another, the act of the same deed that meets the requirement: the
name of the requirement and that act's number, counted from 0; where each requires the other, both name it.

Money typed on the command line is in the currency's main unit (`fee=1000.00` or `fee=1000`), a rate names its
unit (`30%` or `3000bp`), a date is `2026-09-24`, a time `2026-09-24T09:00` (Beijing). In a JSON file parties
may be named and dates and times written likewise; money and rates are whole numbers there, as on contract
pages: hundredths of the main unit (`100000`), hundredths of a per cent (`3000`).

While the node runs (`wusong up`), commands work beside it: they read its files as they are and hand deeds
in over its API. So do `act`, `attest`, `receipt`, `asset`, `deed`, `contract`, `party list`, `show`,
`accredit`, `suspend` and `reinstate`, `mandate`, `calendar`, `freeze`, `look-through`, `status`, `sign-in`,
`backup`, `verify`, `doctor` (from outside), `trust export`, `witnesses list` and `witnesses add`. A proof
is made from a copy of the ledger, which needs as much room and as long as the ledger is big. What changes
the node's own files needs it stopped, and says so (`node-running`): `party add` and `rotate`, `clock`,
`rebuild`, `restore`, `pending`, `witnesses ask` and `log`; people and pending deeds are in its portal and
API meanwhile.
"""
_SHARED: Final = frozenset({"json_", "lang_", "home_", "help"})


def text() -> str:
    """The whole page."""
    parts = [_HEAD]
    for name in COMMANDS:
        parts += _described(f"wusong {name}", load(name), 2)
    return "\n".join(parts)


def _described(title: str, command: Any, level: int) -> list[str]:
    lines = [f"{'#' * level} {title}", "", pick(command.help, "en") + "  ", pick(command.help, "zh"), ""]
    rows = [row for param in command.params if param.name not in _SHARED for row in [_row(param)]]
    if rows:
        lines += ["| | | |", "|---|---|---|", *rows, ""]
    for name, inner in getattr(command, "commands", {}).items():
        lines += _described(f"{title} {name}", inner, level + 1)
    return lines


def _row(param: Any) -> str:
    option = param.param_type_name == "option"
    names = ", ".join(param.opts) if option else param.metavar or param.name.upper()
    value = f" {param.metavar}" if option and param.metavar else ""
    told = (pick(param.help, lang).replace("|", "\\|") for lang in ("en", "zh"))
    shown = f"{names}{value}".replace("|", "\\|")
    return f"| `{shown}` | " + " | ".join(told) + " |"


if __name__ == "__main__":
    sys.stdout.write(text())
