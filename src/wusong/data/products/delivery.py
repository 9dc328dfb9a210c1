"""Handing a file over: allowed by the page, made for its receiver, written down, then given.

* A delivery is a call: it is judged by the same clauses, has a number, counts, and is metered.
* The file carries the receiver's mark in a column of its own (``marks``) and in the order of its rows
  (``order``), unless the product says that this order means something; and in a workbook a sheet that says
  for whom, for what and when it was made. Every cell goes through the one guard against formulas.
* What the rows came from (question, table, parameters) is kept in the vault, so that a trace can have them
  again.
* What is written down is the digest of the rows as CSV, marks and all, whichever form was wanted.
* The same request id again gives the same copy, and counts once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Final, TypeAlias

from wusong.contract.leaf import Leaf
from wusong.crypto import canonical
from wusong.crypto.random import random_bytes
from wusong.data import contents
from wusong.data import host as hosts
from wusong.data.host import Host
from wusong.data.intake.export import write_csv, write_xlsx
from wusong.data.products import asking, marks, order
from wusong.data.products.callrows import Call, Delivery, Wanted
from wusong.data.products.calls import book, entry_of, expect_user, permit, written
from wusong.data.products.permits import USE
from wusong.data.products.way import Way
from wusong.errors import DataError

__all__ = ["FORMS", "Delivered", "deliver"]

FORMS: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_BEIJING: Final = timezone(timedelta(hours=8))
_HERE: Final = Way()
Rows: TypeAlias = "list[tuple[str | None, ...]]"
Source: TypeAlias = "dict[str, Any] | None"
"""Where the rows came from; None where their order is to stay."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """A file as it is handed over; ``digest`` is that of its rows as CSV."""

    content: bytes
    filename: str
    media_type: str
    mark: str
    digest: str
    number: int
    time: int


def deliver(
    host: Host,
    use: str,
    party: str,
    form: str = "csv",
    parameters: dict[str, Any] | None = None,
    request_id: str = "",
    way: Way = _HERE,
) -> Delivered:
    """Make the file of a data-use for its user, and hand it over.

    Raises:
        DataError: ``call-refused`` with the clause that refuses, ``not-the-user``,
            ``product-gives-answers``, ``export-...``, ``content-not-here``, ``request-id-reused``.
    """
    standing = hosts.leaf(host, use, USE)
    expect_user(standing, use, party)
    entry = entry_of(host, standing, party, "", way)
    request_id = request_id or random_bytes(16).hex()
    known = permit(host, use, entry, request_id)
    columns, rows, source = _rows(host, entry["product"], parameters or {})
    copy = _copy(host, use, known) or _new(host, form, len(rows), source)
    table = _marked(host, columns, rows, _name(host, party), copy)
    plain = write_csv(table)
    said = canonical.encode({"parameters": parameters or {}, **{name: entry[name] for name in _ASKED}})
    suite = host.ledger.suite
    entry |= {"answer": suite.hash(plain).hex(), "mark": copy.mark, "request": suite.hash(said).hex()}
    made = written(host, Wanted(use, request_id, entry, way.limit, copy))
    if made.record["answer"] != entry["answer"]:
        raise DataError("answer-changed", number=made.number)
    content = (
        plain
        if form == "csv"
        else write_xlsx({"数据": table, "说明": _notes(host, standing, party, made, copy)})
    )
    return Delivered(
        content, f"{copy.mark}.{form}", FORMS[form], copy.mark, entry["answer"], made.number, made.time
    )


_ASKED: Final = ("product", "purpose")


def _rows(host: Host, product: str, parameters: dict[str, Any]) -> tuple[Sequence[str], Rows, Source]:
    checked, room = asking.asked(host, product)
    if checked.question.output != "file":
        raise DataError("product-gives-answers", product=product)
    rows = [row for block in room.rows(checked, parameters) for row in block]
    return checked.columns, rows, None if checked.question.ordered else _source(host, product, parameters)


def _source(host: Host, product: str, parameters: dict[str, Any]) -> dict[str, Any]:
    offered = hosts.leaf(host, product, asking.PRODUCT).fields
    resource = hosts.leaf(host, offered["operation"], asking.OPERATION).fields["resource"]
    table, profile = asking.contents_of(host, resource)
    return {"parameters": parameters, "profile": profile, "question": offered["question"], "table": table}


def _copy(host: Host, use: str, known: Call | None) -> Delivery | None:
    """The copy that this request made before."""
    made = () if known is None else book(host).deliveries(use)
    return next((one for one in made if known is not None and one.number == known.number), None)


def _new(host: Host, form: str, rows: int, source: Source) -> Delivery:
    mark, secret = marks.new_mark()
    kept = "" if source is None else contents.put_json(host.vault, source).commitment
    return Delivery(mark, secret, form, rows, kept)


def _marked(
    host: Host, columns: Sequence[str], rows: Rows, receiver: str, copy: Delivery
) -> list[tuple[str | None, ...]]:
    head: tuple[str | None, ...] = (*columns, marks.title(receiver, copy.mark))
    suite = host.ledger.suite
    suffix = marks.codes(suite, copy.secret, len(rows))
    standing = order.arranged(suite, copy.secret, rows) if copy.source else rows
    return [head, *((*row, code) for row, code in zip(standing, suffix, strict=True))]


def _notes(host: Host, use: Leaf, party: str, made: Call, copy: Delivery) -> list[tuple[str, str]]:
    """The sheet that says for whom a workbook was made."""
    at = datetime.fromtimestamp(made.time / 1000, _BEIJING).strftime("%Y-%m-%d %H:%M:%S")
    marked = "各行批次号和相邻各行的先后次序" if copy.source else "各行批次号"
    return [
        ("项目", "内容"),
        ("受领单位", _name(host, party)),
        ("标识", str(made.record["mark"])),
        ("用途", use.fields["purpose"]),
        ("领取时间", at),
        ("领取序号", str(made.number)),
        ("使用限制", "仅供受领单位用于上述用途，不得向第三方提供。"),
        ("追溯", f"{marked}用于追溯本副本，数据内容未作改动。"),
    ]


def _name(host: Host, party: str) -> str:
    """What a party is called on the ledger."""
    leaf = host.ledger.view().leaf(host.ledger.rules.key("party", party))
    return str(leaf.fields.get("name", party)) if leaf is not None else party
