"""The annual disclosure (年度披露) of an implementing body or an operator: ``wusong-disclosure/1``
(docs/data.md).

* Computed from the ledger alone, as it stood at a block that it names: whoever asks at the same block gets
  the same bytes.
* What stands is told as at the end of the year, or as at that block while the year runs. Statements of
  account are told as at that block, because December's are issued in January. On a ledger where nothing
  happened since, that is the end of the year.
* A party is told what it may see: authorisations in which it is body or operator, the products under them
  (which are public), and calls and revenue only where it is the operator or provides the data. What it may
  not see is absent: nought would say that nothing was called.
* Every metering of the year is counted once (``figures``).
"""

from __future__ import annotations

from typing import Any, Final

from wusong.data.host import Host, leaf
from wusong.data.operation import figures
from wusong.data.operation.due import LIVE
from wusong.data.operation.gathering import Book, Step, gather, period_of
from wusong.data.products import ceilings
from wusong.data.products.calls import RESOURCE
from wusong.errors import DataError

__all__ = ["FORMAT", "make"]

FORMAT: Final = "wusong-disclosure/1"
_CHANGES: Final = ("renew", "suspend", "resume", "give-notice", "withdraw", "expire")
_REASONED: Final = ("suspend", "give-notice", "withdraw")


def make(host: Host, party: str, year: int) -> dict[str, Any]:
    """The disclosure of a party for a year. Raises DataError ``disclosure-year``, ``disclosure-empty``."""
    head, now = host.ledger.app.head, host.ledger.now()
    period = period_of(year, now)
    host.models.wait(head.height)
    time = max(head.time, period.end) if now >= period.end else head.time
    book = gather(host, party, period, time)
    if not book.operations:
        raise DataError("disclosure-empty", year=year)
    said = {
        "authorisations": [_authorisation(book, one) for one in book.operations],
        "ceilings": _ceilings(book),
        "changes": _changes(book),
        "complete": now >= period.end,
        "format": FORMAT,
        "height": head.height,
        "incidents": _incidents(book),
        "ledger": host.ledger.genesis.ledger.hex(),
        "moment": book.moment,
        "network": host.ledger.genesis.name,
        "party": party,
        "prices": _prices(book),
        "products": [_product(book, one) for one in book.products],
        "time": time,
        "year": year,
    } | figures.of(book)
    return said | {"names": _names(host, said)}


def _authorisation(book: Book, asset: str) -> dict[str, Any]:
    last = book.operations[asset][-1]
    said, resource = last["said"], leaf(book.host, last["said"]["resource"], RESOURCE).fields
    return {
        "accepted_at": said["accepted_at"],
        "asset": asset,
        "body": said["body"],
        "ceiling": said["ceiling"],
        "classes": _classes(said),
        "code": resource.get("code", ""),
        "columns": said.get("columns", []),
        "ends": said["ends"],
        "operator": said["operator"],
        "over": last["state"] in LIVE and said["ends"] <= book.moment,
        "parts": book.parts(asset),
        "protection": said.get("protection", ""),
        "provider": said.get("provider", ""),
        "purposes": said.get("purposes", []),
        "resource": said["resource"],
        "resource_name": resource["name"],
        "scope": said["scope"],
        "starts": said["starts"],
        "state": _state(last, book.moment),
    }


def _state(last: Step, moment: int) -> str:
    """The state as at the moment; a notice whose day has passed has taken effect."""
    gone = last["said"].get("withdrawn_at")
    return (
        "withdrawn" if last["state"] in LIVE and gone is not None and gone <= moment else str(last["state"])
    )


def _classes(said: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"ceiling": amount, "name": name} for name, amount in ceilings.by_class(said)]


def _ceilings(book: Book) -> list[dict[str, Any]]:
    """Every ceiling of each authorisation, the first from its beginning on."""
    return [
        {
            "ceiling": one["said"]["ceiling"],
            "classes": _classes(one["said"]),
            "deed": one["deed"],
            "document": one["said"].get("document", ""),
            "operation": asset,
            "time": one["time"],
        }
        for asset, done in book.operations.items()
        for one in done
        if one["action"] in ("authorise", "set-ceiling")
    ]


def _changes(book: Book) -> list[dict[str, Any]]:
    found = [
        {
            "action": one["action"],
            "cause": one["said"].get("cause", ""),
            "day": one["said"].get("day", 0),
            "deed": one["deed"],
            "document": one["said"].get("document", "") if one["action"] in _REASONED else "",
            "ends": one["said"]["ends"],
            "operation": asset,
            "time": one["time"],
        }
        for asset, done in book.operations.items()
        for one in done
        if one["action"] in _CHANGES and one["time"] >= book.period.start
    ]
    return sorted(found, key=lambda one: (one["time"], one["operation"]))


def _incidents(book: Book) -> list[dict[str, Any]]:
    """Incidents reported in the year, each with the report on measures that followed."""
    found = []
    for asset, done in book.operations.items():
        for place, one in enumerate(done):
            if one["action"] != "report-incident" or one["time"] < book.period.start:
                continue
            answered = _answered(done[place + 1 :])
            due = one["said"].get("handling", 0)
            found.append(
                {
                    "due": due,
                    "found": one["said"].get("found", 0),
                    "late": bool(one["said"].get("reported_late")),
                    "measures": answered,
                    "operation": asset,
                    "overdue": (answered or book.moment) >= due,
                    "reported": one["time"],
                }
            )
    return sorted(found, key=lambda one: (one["reported"], one["operation"]))


def _answered(later: list[Step]) -> int:
    """When the measures were reported; 0: not yet, or another incident came before."""
    for one in later:
        if one["action"] == "report-incident":
            return 0
        if one["action"] == "report-measures":
            return int(one["time"])
    return 0


def _product(book: Book, asset: str) -> dict[str, Any]:
    first, last = book.products[asset][0], book.products[asset][-1]
    said = last["said"]
    ceiling = ceilings.ceiling(book.operations[said["operation"]][-1]["said"], said)
    return {
        "asset": asset,
        "ceiling": ceiling,
        "class": said.get("class", ""),
        "earlier": said.get("earlier", ""),
        "edition": said["edition"],
        "ended_at": said.get("ended_at", 0),
        "name": said["name"],
        "offered": first["time"],
        "operation": said["operation"],
        "operator": said["operator"],
        "output": said["output"],
        "price": said["price"],
        "reason": said.get("reason", ""),
        "state": last["state"],
        "within": said["price"] <= ceiling,
    }


def _prices(book: Book) -> list[dict[str, Any]]:
    """Every price of each product, the first from its offer on."""
    return [
        {"deed": one["deed"], "price": one["said"]["price"], "product": asset, "time": one["time"]}
        for asset, done in book.products.items()
        for one in done
        if one["action"] in ("offer", "reprice")
    ]


def _names(host: Host, said: dict[str, Any]) -> dict[str, str]:
    """The name of every party that is told of."""
    parties = {said["party"]}
    for row in (
        *said["authorisations"],
        *said["products"],
        *said.get("uses", ()),
        *said.get("revenue", ()),
        *said.get("statements", ()),
    ):
        parties |= {row[part] for part in ("body", "operator", "provider", "user") if row.get(part)}
    return {party: _name(host, party) for party in sorted(parties)}


def _name(host: Host, party: str) -> str:
    found = host.ledger.view().leaf(host.ledger.rules.key("party", party))
    return party if found is None else str(found.fields["name"])
