"""The money room's use cases that one person enters and another signs: arguments and results are JSON.

Of a bank account, the entry has what the signatory reads, the number masked; the account itself lies sealed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from wusong.data import contents
from wusong.data.brought import brought
from wusong.data.host import Host
from wusong.data.money import accounts, invoices, issuing, overlaps, standing
from wusong.data.money import run as running
from wusong.data.money.periods import Period
from wusong.data.money.splitting import Rows
from wusong.errors import DataError

__all__ = ["CASES", "check_act"]


def check_act(host: Host, contract: str, action: str, args: dict[str, Any], party: str = "") -> None:
    """Refuse an invoice number that is none or stands in the register already, and a statement of the party's
    for days that another one holds. Raises DataError ``invoice-number``, ``invoice-bound-elsewhere``,
    ``period-overlaps``.
    """
    days = args.get("first"), args.get("last")
    if (contract, action) == (standing.STATEMENT, "issue") and all(type(day) is int for day in days):
        overlaps.demand_free(host, party, str(args.get("user")), Period(args["first"], args["last"]))
    if (contract, action) == (invoices.NUMBER, "enter"):
        number = invoices.checked(str(args.get("number", "")))
        if claim := invoices.claim_of(host, number):
            raise DataError("invoice-bound-elsewhere", number=number, asset=claim)


def _statements(host: Host, party: str, args: dict[str, Any]) -> dict[str, Any]:
    rows = issuing.issue_all(host, party, Period.read(args["period"]))
    return {"statements": [{"asset": row.asset, "deed": row.deed, "user": row.other} for row in rows]}


def _correct(host: Host, party: str, args: dict[str, Any]) -> dict[str, Any]:
    row = issuing.correct(host, party, args["asset"])
    return {"asset": row.asset, "deed": row.deed}


def _run(host: Host, party: str, args: dict[str, Any]) -> dict[str, Any]:
    rows = None
    if args.get("rows"):
        brought(host).demand(party, args["rows"])
        rows = Rows(contents.read(host.vault, args["rows"]).decode("utf-8", "replace"), args["least"])
    done = running.run(host, party, args["share"], Period.read(args["period"]), rows)
    return {
        "settlement": None if done.settlement is None else done.settlement.amount,
        "split": None if done.split is None else done.split.deed,
        "statements": len(done.statements),
        "waiting": done.waiting,
    }


def _invoice(host: Host, party: str, args: dict[str, Any]) -> dict[str, Any]:
    work = invoices.red_letter if args.get("red") else invoices.bind
    return {"asset": args["asset"], "deed": work(host, party, args["asset"], args["number"]).deed}


def _account(host: Host, party: str, args: dict[str, Any]) -> dict[str, Any]:
    way = args.get("way", "signatory")
    return {"account": accounts.enter(host, party, args["payee"], args["content"], way)}


CASES: Final[dict[str, tuple[dict[str, str], Callable[[Host, str, dict[str, Any]], dict[str, Any]]]]] = {
    "issue-statements": ({"en": "Issue the statements of a period", "zh": "出具本期对账单"}, _statements),
    "correct-statement": ({"en": "Issue a corrected statement", "zh": "更正对账单"}, _correct),
    "settle-period": ({"en": "Divide and settle a period", "zh": "办理本期分配与结算"}, _run),
    "enter-account": ({"en": "Enter a bank account", "zh": "登记银行账户"}, _account),
    "enter-invoice": ({"en": "Enter an invoice number", "zh": "登记发票号码"}, _invoice),
}
