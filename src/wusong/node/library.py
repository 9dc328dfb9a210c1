"""The contract library on the ledger: finding pages by name, installing what the domains bring.

* A page is read and compared with the ledger once for each version of the program: which address a file's
  text had is remembered in ``library.json``, so that a start parses only what is new.
* A ledger under an older protocol gets the pages that it may have; the others follow once it is activated.
* What is remembered is no authority: the ledger is asked whether it has the page, and a file that is missing,
  damaged or of another version is as good as none. Backups leave it out.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from wusong import __version__
from wusong.contract.page import Page, load
from wusong.contract.report import check
from wusong.crypto import canonical
from wusong.errors import ContractError, NodeError
from wusong.ledger import protocol
from wusong.ledger.encoding import b64
from wusong.ledger.intent import Intent
from wusong.ledger.system.contract import report_message
from wusong.node.domains import domains
from wusong.node.examined import remembered

if TYPE_CHECKING:
    from pathlib import Path

    from wusong.contract import model as m
    from wusong.contract.interpreter import Compiled
    from wusong.node.node import Node

FILE: Final = "library.json"


@dataclass(frozen=True, slots=True)
class InstalledPage:
    """A page on the ledger."""

    digest: str
    name: str
    compiled: Compiled


def find(node: Node, name: str) -> InstalledPage:
    """The newest page called ``name@major``, or the page with this digest.

    Raises:
        NodeError: ``no-such-contract``.
    """
    state, rules = node.ledger.view(), node.ledger.rules
    digest = name
    if "@" in name:
        leaf = state.leaf(rules.key("name", name))
        if leaf is None:
            raise NodeError("no-such-contract", name=name)
        digest = leaf.fields["contract"]
    if state.page(digest) is None:
        raise NodeError("no-such-contract", name=name)
    compiled = rules.compiled(state, digest)
    return InstalledPage(digest, compiled.name, compiled)


def install_library(node: Node) -> list[str]:
    """Install every page of the domains' libraries that the ledger does not have yet; give their names."""
    suite, before = node.ledger.suite, _remembered(node.folder)
    addresses: dict[str, str] = {}
    installed = []
    for text in (page.read_text("utf-8") for domain in domains() for page in domain.pages()):
        name = suite.hash(text.encode()).hex()
        if name in before and _has(node, before[name]):
            addresses[name] = before[name]
            continue
        page = _sound(text)
        if not _allowed(node, page):
            continue
        addresses[name] = page.digest(suite)
        if _install(node, page, addresses[name]):
            installed.append(f"{page.model['contract']}@{page.model['version']}")
    if addresses != before:
        _remember(node.folder, addresses)
    return installed


def _remembered(folder: Path) -> dict[str, str]:
    """The address of each text that this version of the program has read, by the text's digest."""
    try:
        kept = msgspec.json.decode((folder / FILE).read_bytes(), type=_Kept)
    except (OSError, msgspec.DecodeError):
        return {}
    return kept.addresses if kept.version == __version__ else {}


def _remember(folder: Path, addresses: dict[str, str]) -> None:
    with suppress(OSError):  # a disk without room only makes the next start slower
        (folder / FILE).write_bytes(msgspec.json.encode(_Kept(__version__, addresses), order="sorted"))


class _Kept(msgspec.Struct):
    version: str
    addresses: dict[str, str]


def _allowed(node: Node, page: Page) -> bool:
    """Whether the ledger's protocol has the page's profile."""
    version = node.ledger.protocol_status()["version"]
    return protocol.knows(version, f"profile {page.model['profile']}")


def _has(node: Node, digest: str) -> bool:
    return node.ledger.view().leaf(node.ledger.rules.key("page", digest)) is not None


def install(node: Node, text: str) -> str | None:
    """Install a page with a check report signed by this node's founder; None if the ledger has it.

    Raises:
        ContractError: the page does not pass the check.
    """
    page = _sound(text)
    done = _install(node, page, page.digest(node.ledger.suite))
    return f"{page.model['contract']}@{page.model['version']}" if done else None


def _sound(text: str) -> Page:
    page = load(text)
    if not page.ok:
        raise ContractError("bad-page", findings=[finding.to_json() for finding in page.findings])
    return page


def _install(node: Node, page: Page, digest: str) -> bool:
    if _has(node, digest):
        return False
    key = node.ledger.rules.key("page", digest).hex()
    args = install_args(node, page)
    node.act([Intent("system/contract", "install", args, {"installer": node.founder}, key)])
    return True


def _known(node: Node, page: Page) -> dict[str, m.Page]:
    """The pages on the ledger that ``page`` names: companions, and the one it follows."""
    if page.compiled is None:
        return {}
    model = page.compiled.page
    names = {need.contract for action in model.actions for need in action.requires}
    names |= {model.follows.page} if model.follows is not None else set()
    known: dict[str, m.Page] = {}
    for name in sorted(names):
        with suppress(NodeError):
            known[name] = find(node, name).compiled.page
    return known


def install_args(node: Node, page: Page) -> dict[str, Any]:
    """The arguments of an install deed, with the check report signed by the examiner."""
    suite = node.ledger.suite
    report = check(page, suite, library=_known(node, page), examined=remembered(page, suite))
    if not report["passed"]:
        raise ContractError("bad-page", findings=report["findings"])
    examiner = node.founder
    key = node.keys.deed_key(examiner)
    return {
        "examiner": examiner,
        "key": key.public.thumbprint,
        "model": canonical.decode(canonical.encode(page.model)),
        "report": report,
        "signature": b64(key.sign(report_message(report))),
    }
