"""Statements and sheets as files: CSV, a workbook, canonical JSON (columns: docs/data.md)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Final

from wusong.crypto import canonical
from wusong.data.host import Host
from wusong.data.intake.export import Cell, write_csv, write_xlsx
from wusong.data.money import revenue, statement
from wusong.data.products import callbook
from wusong.data.products.calls import book

__all__ = ["KINDS", "permitted", "statement_file"]

KINDS: Final = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_BEIJING: Final = timezone(timedelta(hours=8))
_CALLS: Final = ("使用授权", "调用序号", "调用时间", "请求摘要", "答复摘要", "计量指令", "单价（元）")


def statement_file(host: Host, said: dict[str, Any], kind: str) -> bytes:
    """A statement as a file: ``csv`` metering by metering, ``xlsx`` also call by call where the book of calls
    is here, ``json`` the very bytes that the ledger's commitment is about.
    """
    if kind == "json":
        return canonical.encode(said)
    lines = _lines(said)
    if kind == "csv":
        return write_csv(lines)
    return write_xlsx({"对账单": lines, "调用明细": [_CALLS, *_calls(host, said)]})


def _lines(said: dict[str, Any]) -> list[Sequence[Cell]]:
    found: list[Sequence[Cell]] = [statement.HEADS]
    for use, product, deed, time, first, last, count, price, amount in statement.rows(said):
        found.append((use, product, deed, when(time), first, last, count, yuan(price), yuan(amount)))
    found.append(("合计", None, None, None, None, None, said["count"], None, yuan(said["amount"])))
    return found


def _calls(host: Host, said: dict[str, Any]) -> list[Sequence[Cell]]:
    if not (host.folder / callbook.FILE).exists():
        return []
    found: list[Sequence[Cell]] = []
    for use in said["uses"]:
        for one in use["meterings"]:
            for call in book(host).calls(use["use"], one["after"], one["count"]):
                record = call.record
                line: Sequence[Cell] = (use["use"], call.number, when(call.time), record["request"])
                found.append((*line, record["answer"], one["deed"], yuan(one["price"])))
    return found


def permitted(done: dict[str, Any], kind: str) -> bytes:
    """A sheet of the permitted revenue as a file."""
    if kind == "json":
        return canonical.encode(done)
    lines: list[Sequence[Cell]] = [("项目", "数值", "来源")]
    for name, value, source in revenue.rows(done):
        lines.append((name, value if "万分之一" in name else yuan(value), source))
    return write_csv(lines) if kind == "csv" else write_xlsx({"最高准许收入": lines})


def yuan(cents: int) -> Decimal:
    """Minor units as an amount with two places."""
    return Decimal(cents).scaleb(-2)


def when(milliseconds: int) -> str:
    """A moment in Beijing time."""
    return datetime.fromtimestamp(milliseconds / 1000, _BEIJING).strftime("%Y-%m-%d %H:%M:%S")
