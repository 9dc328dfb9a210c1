"""Invoice numbers (数电票) bound to claims: one invoice one claim, one claim one live invoice.

* The page ``usage-statement`` keeps a claim to one live invoice, whoever signs: that the ledger guarantees.
* That no number stands on two claims is checked here, against every statement that this ledger's archive
  holds, before anything is signed; a page cannot look through other records. Nodes that bind at the same
  moment are not kept apart by it: ``doubled`` finds such numbers afterwards, and so may any supervisor.
* A number has 20 digits: year (2), region (2), channel (1), sequence (15). Whether the tax authority issued
  it is not asked here.
"""

from __future__ import annotations

import re
from typing import Final

from wusong.data.host import Done, Host, Intent, page
from wusong.data.money import standing
from wusong.data.money.metered import accepted
from wusong.errors import DataError

__all__ = ["bind", "bound", "checked", "demand_fresh", "doubled", "red_letter"]

_NUMBER: Final = re.compile(r"\d{20}", re.ASCII)


def checked(number: str) -> str:
    """The number without blanks. Raises DataError ``invoice-number``."""
    tidy = re.sub(r"\s", "", number)
    if not _NUMBER.fullmatch(tidy):
        raise DataError("invoice-number", number=number[:40])
    return tidy


def demand_fresh(host: Host, number: str) -> str:
    """The number, which stands on no statement yet, in whichever way. Raises DataError ``invoice-number``,
    ``invoice-bound-elsewhere``.
    """
    tidy = checked(number)
    for other in bound(host).get(tidy, ()):
        raise DataError("invoice-bound-elsewhere", asset=other)
    return tidy


def bind(host: Host, operator: str, asset: str, number: str) -> Done:
    """Bind an invoice over the whole amount to a confirmed statement.

    Raises DataError ``invoice-number``, ``invoice-bound-elsewhere``; DeedError.
    """
    tidy = demand_fresh(host, number)
    amount = standing.now(host, asset, standing.STATEMENT).fields["amount"]
    return _act(host, "bind-invoice", operator, asset, {"invoice": tidy, "invoiced": amount})


def red_letter(host: Host, operator: str, asset: str, number: str) -> Done:
    """Release a statement from its invoice by a red-letter one. Raises DataError ``invoice-number``,
    ``invoice-bound-elsewhere``; DeedError.
    """
    return _act(host, "red-letter", operator, asset, {"red": demand_fresh(host, number)})


def _act(host: Host, action: str, operator: str, asset: str, args: dict[str, object]) -> Done:
    return host.act([Intent(standing.STATEMENT, action, args, {"operator": operator}, asset)])


def bound(host: Host) -> dict[str, list[str]]:
    """Every number that was ever bound, live or reversed, red-letter numbers too: on which statements."""
    found: dict[str, list[str]] = {}
    for words, argument in (('"action":"bind-invoice"', "invoice"), ('"action":"red-letter"', "red")):
        for _, _, acts in accepted(host, words):
            for act in acts:
                if act is not None and _is_ours(host, act) and argument in act["args"]:
                    found.setdefault(act["args"][argument], []).append(act["asset"])
    return {number: list(dict.fromkeys(assets)) for number, assets in found.items()}


def doubled(host: Host) -> dict[str, list[str]]:
    """Numbers that stand on more than one statement."""
    return {number: assets for number, assets in sorted(bound(host).items()) if len(assets) > 1}


def _is_ours(host: Host, act: dict[str, str]) -> bool:
    contract = act["contract"]
    return not contract.startswith("system/") and page(host, contract).name == standing.STATEMENT
