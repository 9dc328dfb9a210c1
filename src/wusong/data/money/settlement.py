"""Payment files for banks: what a distribution leaves to pay, as ISO 20022 and as a batch for corporate
banking.

* A settlement (``wusong-settlement/1``) names payer, payees and amounts, never an account. Its message id
  follows from agreement, round and amounts, so that the same settlement has the same id each time, and a bank
  that sees it twice refuses the second.
* The files are made from it when somebody who may asks: only then are accounts read.
* ``pain.001.001.09`` (Customer Credit Transfer Initiation): one payment information, one transaction for each
  payee, control sums at both levels, CNAPS or BIC for the banks.
* The batch is CSV: one line for each payee, a last line with count and sum. Every cell passes the guard
  against formulas.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Final
from xml.etree import ElementTree as ET

from wusong.crypto import canonical
from wusong.crypto.suites import INTL
from wusong.data.intake.export import write_csv
from wusong.data.money.accounts import Account
from wusong.errors import DataError

__all__ = ["FORMAT", "NAMESPACE", "Payment", "batch", "pain", "settlement"]

FORMAT: Final = "wusong-settlement/1"
NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
HEADS: Final = (
    "序号", "付款账号", "付款户名", "收款账号", "收款户名", "收款行名称",
    "收款行联行号", "金额（元）", "币种", "用途", "业务参考号",
)  # fmt: skip
PURPOSE: Final = "数据收益分配"
_BEIJING: Final = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Payment:
    """One transfer: to whom, how much (minor units), under which reference."""

    party: str
    amount: int
    reference: str


def settlement(
    share: str, round_: int, payer: str, parts: Sequence[tuple[str, int]], created: int, period: str
) -> dict[str, Any]:
    """What is to be paid: every part above zero of a party other than the payer. Raises DataError
    ``settlement-nothing``.
    """
    due = [(party, amount) for party, amount in parts if party != payer and amount > 0]
    if not due:
        raise DataError("settlement-nothing")
    about = canonical.encode(
        {"parts": [list(one) for one in due], "payer": payer, "round": round_, "share": share}
    )
    message = "WS" + INTL.hash(about).hex()[:30].upper()
    payments = [
        {"amount": amount, "party": party, "reference": f"{message[:28]}-{n:03}"}
        for n, (party, amount) in enumerate(due, 1)
    ]
    return {
        "control_sum": sum(amount for _, amount in due),
        "count": len(due),
        "created": created,
        "currency": "CNY",
        "format": FORMAT,
        "message": message,
        "payer": payer,
        "payments": payments,
        "period": period,
        "round": round_,
        "share": share,
    }


def pain(due: dict[str, Any], accounts: dict[str, Account]) -> bytes:
    """The settlement as pain.001.001.09, UTF-8. ``accounts`` has payer and every payee."""
    root = ET.Element("Document", xmlns=NAMESPACE)
    initiation = ET.SubElement(root, "CstmrCdtTrfInitn")
    created = datetime.fromtimestamp(due["created"] // 1000, UTC)
    payer = accounts[due["payer"]]
    header = ET.SubElement(initiation, "GrpHdr")
    _text(header, "MsgId", due["message"])
    _text(header, "CreDtTm", created.strftime("%Y-%m-%dT%H:%M:%SZ"))
    _totals(header, due)
    _text(ET.SubElement(header, "InitgPty"), "Nm", payer.holder)
    information = ET.SubElement(initiation, "PmtInf")
    _text(information, "PmtInfId", due["message"])
    _text(information, "PmtMtd", "TRF")
    _totals(information, due)
    _text(ET.SubElement(information, "ReqdExctnDt"), "Dt", created.astimezone(_BEIJING).strftime("%Y-%m-%d"))
    _text(ET.SubElement(information, "Dbtr"), "Nm", payer.holder)
    _account(ET.SubElement(information, "DbtrAcct"), payer)
    _bank(ET.SubElement(information, "DbtrAgt"), payer)
    for one in due["payments"]:
        _transaction(information, one, accounts[one["party"]], due)
    ET.indent(root, " ")
    text: str = ET.tostring(root, "unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _transaction(parent: ET.Element, one: dict[str, Any], payee: Account, due: dict[str, Any]) -> None:
    transaction = ET.SubElement(parent, "CdtTrfTxInf")
    _text(ET.SubElement(transaction, "PmtId"), "EndToEndId", one["reference"])
    amount = ET.SubElement(ET.SubElement(transaction, "Amt"), "InstdAmt", Ccy=due["currency"])
    amount.text = _yuan(one["amount"])
    _bank(ET.SubElement(transaction, "CdtrAgt"), payee)
    _text(ET.SubElement(transaction, "Cdtr"), "Nm", payee.holder)
    _account(ET.SubElement(transaction, "CdtrAcct"), payee)
    _text(ET.SubElement(transaction, "RmtInf"), "Ustrd", f"{PURPOSE} {due['period']}")


def _totals(parent: ET.Element, due: dict[str, Any]) -> None:
    _text(parent, "NbOfTxs", str(due["count"]))
    _text(parent, "CtrlSum", _yuan(due["control_sum"]))


def _account(parent: ET.Element, account: Account) -> None:
    _text(ET.SubElement(ET.SubElement(parent, "Id"), "Othr"), "Id", account.number)


def _bank(parent: ET.Element, account: Account) -> None:
    institution = ET.SubElement(parent, "FinInstnId")
    if account.is_bic:
        _text(institution, "BICFI", account.code)
    else:
        member = ET.SubElement(institution, "ClrSysMmbId")
        _text(ET.SubElement(member, "ClrSysId"), "Cd", "CNAPS")
        _text(member, "MmbId", account.code)
    _text(institution, "Nm", account.bank)


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def batch(due: dict[str, Any], accounts: dict[str, Account]) -> bytes:
    """The settlement as a batch: header, one line for each payee, the totals."""
    payer = accounts[due["payer"]]
    lines: list[list[str | int | Decimal | None]] = [list(HEADS)]
    for n, one in enumerate(due["payments"], 1):
        payee = accounts[one["party"]]
        line: list[str | int | Decimal | None] = [n, payer.number, payer.holder, payee.number, payee.holder]
        line += [payee.bank, payee.code, Decimal(_yuan(one["amount"])), due["currency"]]
        lines.append([*line, f"{PURPOSE} {due['period']}", one["reference"]])
    total = Decimal(_yuan(due["control_sum"]))
    lines.append(
        ["合计", None, None, None, due["count"], None, None, total, due["currency"], None, due["message"]]
    )
    return write_csv(lines)


def _yuan(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"
