"""Who holds what of a product: its uses with the calls they made, and the files that were handed over.

It is asked when something must stop, and afterwards: what was told cannot be called back, but who was told
can be named. So a use that moved on to a later version is still listed with the one that it called before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from wusong.data.host import Host
from wusong.data.products.calls import book
from wusong.data.projection import products, uses

__all__ = ["Holder", "candidates", "holders", "of_product"]


@dataclass(frozen=True, slots=True)
class Holder:
    """One data-use: who has it, for what, how it stands, how many calls were answered on this node and when
    the last one was, and the files, each with number, mark, form and number of rows.
    """

    use: str
    user: str
    product: str
    purpose: str
    state: str
    calls: int
    metered: int
    last_call: int | None
    files: tuple[dict[str, Any], ...]

    def to_json(self) -> dict[str, Any]:
        """The holder as data."""
        return {**asdict(self), "files": list(self.files)}


def candidates(host: Host, about: str) -> list[str]:
    """The data-uses, by id, of a product, an authorisation or a resource, or the one itself, oldest first; of
    a product all of its authorisation, as they may have called it before they moved.
    """
    table = uses.c
    beside = sa.select(products.c.operation).where(products.c.asset == about)
    named = [column == about for column in (table.asset, table.operation, table.resource, table.product)]
    return _ids(host, sa.or_(*named, table.operation.in_(beside)))


def of_product(host: Host, product: str, party: str) -> list[str]:
    """The data-uses of a product in which a party is the user, the operator or the provider, by id."""
    table = uses.c
    return _ids(host, (table.product == product) & _has_part(party))


def _has_part(party: str) -> sa.ColumnElement[bool]:
    return sa.or_(*[column == party for column in (uses.c.user, uses.c.operator, uses.c.provider)])


def _ids(host: Host, wanted: sa.ColumnElement[bool]) -> list[str]:
    query = sa.select(uses.c.asset).where(wanted).order_by(uses.c.created, uses.c.asset)
    with host.models.engine.connect() as connection:
        return list(connection.execute(query).scalars())


def holders(host: Host, uses: Iterable[Mapping[str, Any]], about: str) -> list[Holder]:
    """Of the data-uses ``uses`` (records as faces show them), those of a product, an authorisation or a
    resource ``about`` that have received anything or may still: neither declined, withdrawn nor only applied
    for.
    """
    found = []
    for one in uses:
        fields = one["fields"]
        named = {one["asset"], fields["product"], fields["operation"], fields.get("resource")}
        if about not in named and not book(host).asked(one["asset"], about):
            continue
        held = _holder(host, one)
        if held.calls or held.metered or held.state in ("active", "stopped"):
            found.append(held)
    return sorted(found, key=lambda held: (-(held.last_call or 0), held.use))


def _holder(host: Host, one: Mapping[str, Any]) -> Holder:
    fields, kept = one["fields"], book(host)
    count, latest = kept.next(one["asset"])
    files = tuple(
        {"form": file.form, "mark": file.mark, "number": file.number, "rows": file.rows}
        for file in kept.deliveries(one["asset"])
    )
    return Holder(
        use=one["asset"],
        user=one["roles"]["user"],
        product=fields["product"],
        purpose=fields["purpose"],
        state=one["state"],
        calls=count,
        metered=fields["metered"],
        last_call=latest if count else None,
        files=files,
    )
