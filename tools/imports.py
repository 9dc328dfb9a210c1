"""Who may import whom: the house's floors, checked on the source.

* Imports run downwards only: faces, node, domains, identity, ledger, contract, vault, crypto, errors.
* A domain never imports another domain: what crosses domains goes through contracts, or is composed in
  ``node/``.
* Cryptographic primitives are called in ``crypto/`` and nowhere else, so that a suite is one table.
* What every node must compute alike (``contract/``, execution and the trees of ``ledger/``) sees no clock, no
  chance, no network, no locale.
* ``verifier/`` imports nothing of ours: it is the second reader of ``docs/formats.md``.

Imports inside functions and under TYPE_CHECKING count like any other. ``python tools/imports.py [ROOT]``
prints each breach as FILE:LINE and ends with 1 if there is one.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BASE = frozenset({"errors", "i18n", "commands", "tasks", "__init__"})
DOMAINS = frozenset(
    {"data", "trade", "privacy", "compute", "sensing", "security", "crossborder", "market", "plan"}
)
FLOORS = BASE | {"crypto", "vault", "contract", "ledger", "identity"}
UP_TO_NODE = FLOORS | DOMAINS | {"node"}

MAY_IMPORT: dict[str, frozenset[str]] = {
    "__init__": frozenset(),
    "errors": frozenset(),
    "i18n": frozenset({"errors"}),
    "commands": frozenset({"errors", "i18n"}),
    "tasks": frozenset(),
    "crypto": BASE,
    "vault": BASE | {"crypto"},
    "contract": BASE | {"crypto"},
    "ledger": BASE | {"crypto", "contract"},
    "identity": BASE | {"crypto", "vault", "contract", "ledger"},
    **dict.fromkeys(DOMAINS, FLOORS),
    "node": FLOORS | DOMAINS,
    "web": UP_TO_NODE,
    "agent": UP_TO_NODE,
    "tour": UP_TO_NODE,
    "bench": UP_TO_NODE | {"tour", "web"},
    "cli": UP_TO_NODE | {"web", "agent", "tour", "bench"},
    "__main__": frozenset({"cli"}),
}
PRIMITIVES = frozenset({"hashlib", "hmac", "cryptography", "nacl", "tongsuopy", "Crypto", "gmssl"})
NOT_DETERMINISTIC = frozenset(
    {"random", "secrets", "time", "uuid", "locale", "socket", "ssl", "asyncio", "subprocess"}
)
DETERMINISTIC = ("contract/", "ledger/system/", "ledger/execute", "ledger/smt", "ledger/log", "ledger/deed")


@dataclass(frozen=True, order=True)
class Breach:
    """One import that the house forbids."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


def imported(tree: ast.Module, package: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Each import of a module as (line, dotted name); ``package`` resolves the relative ones."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join((*above, *([node.module] if node.module else [])))
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def room(dotted: str) -> str:
    """The room of ``wusong`` that a dotted name lies in; ``__init__`` for the package itself."""
    parts = dotted.split(".")
    if len(parts) > 2 or parts[-1] in MAY_IMPORT:
        return parts[1]
    return "__init__"


def judge(inner: str, here: str, dotted: str) -> str | None:
    """Why the file ``inner`` of the package, in room ``here``, may not import ``dotted``; None if it may."""
    top, _, _ = dotted.partition(".")
    if top in PRIMITIVES and here != "crypto":
        return f"{top} is called in crypto/ only"
    if top in NOT_DETERMINISTIC and inner.startswith(DETERMINISTIC):
        return f"{top} has no place where every node must compute alike"
    if top != "wusong":
        return None
    there = room(dotted)
    if there == here or there in MAY_IMPORT[here]:
        return None
    if here in DOMAINS and there in DOMAINS:
        return f"domain {here} imports domain {there}"
    return f"{here} imports {there}, which is not below it"


def check_package(source: Path) -> Iterator[Breach]:
    """Every breach in ``source``, the folder that holds ``wusong``."""
    for path in sorted((source / "wusong").rglob("*.py")):
        relative = path.relative_to(source)
        inner = path.relative_to(source / "wusong")
        here = inner.parts[0].removesuffix(".py")
        if here not in MAY_IMPORT:
            yield Breach(str(relative), 1, f"{here} is no room of this house (see tools/imports.py)")
            continue
        for line, dotted in imported(ast.parse(path.read_bytes()), relative.parent.parts):
            reason = judge(inner.as_posix(), here, dotted)
            if reason is not None:
                yield Breach(str(relative), line, reason)


def check_verifier(folder: Path) -> Iterator[Breach]:
    """Every import of ours in the stand-alone verifier."""
    for path in sorted(folder.rglob("*.py")):
        for line, dotted in imported(ast.parse(path.read_bytes()), ("verifier",)):
            if dotted.split(".")[0] == "wusong":
                yield Breach(f"verifier/{path.name}", line, "the verifier imports nothing of ours")


def check(root: Path) -> list[Breach]:
    """Every breach under the root of the repository."""
    return sorted({*check_package(root / "src"), *check_verifier(root / "verifier")})


def main() -> int:
    """Print the breaches."""
    breaches = check(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent)
    for breach in breaches:
        print(breach)
    print(f"import direction: {len(breaches)} breaches" if breaches else "import direction: kept")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
