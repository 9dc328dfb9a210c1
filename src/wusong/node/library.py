"""The contract library on the ledger: finding pages by name, installing what the domains bring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wusong.contract.page import Page, load
from wusong.contract.report import check
from wusong.crypto import canonical
from wusong.errors import ContractError, NodeError
from wusong.ledger.encoding import b64
from wusong.ledger.intent import Intent
from wusong.ledger.system.contract import report_message
from wusong.node.domains import domains

if TYPE_CHECKING:
    from wusong.contract.interpreter import Compiled
    from wusong.node.node import Node


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
    installed = []
    for domain in domains():
        for page in domain.pages():
            text = page.read_text("utf-8")
            name = install(node, text)
            if name is not None:
                installed.append(name)
    return installed


def install(node: Node, text: str) -> str | None:
    """Install a page with a check report signed by this node's founder; None if the ledger has it.

    Raises:
        ContractError: the page does not pass the check.
    """
    page = load(text)
    if not page.ok:
        raise ContractError("bad-page", findings=[finding.to_json() for finding in page.findings])
    digest = page.digest(node.ledger.suite)
    key = node.ledger.rules.key("page", digest)
    if node.ledger.view().leaf(key) is not None:
        return None
    args = install_args(node, page)
    node.act([Intent("system/contract", "install", args, {"installer": node.founder}, key.hex())])
    return f"{page.model['contract']}@{page.model['version']}"


def install_args(node: Node, page: Page) -> dict[str, Any]:
    """The arguments of an install deed, with the check report signed by the examiner."""
    report = check(page, node.ledger.suite)
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
