"""The price ceiling that binds a product: the pages' own rule, for whoever acts or shows a price beside it.

* That of the product's class where the authorisation names the class, else the general one.
* Neither exceeds the general one: the authorisation's page sees to it.
* An act that is held against a ceiling states the classes that the authorisation names, and a metering the
  ceiling of the product's class; the pages refuse an act that states others than those that stand.
* ``authorised`` are the fields of an authorisation, ``offered`` those of a product, as they stand at one
  moment.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from wusong.data import host as hosts

if TYPE_CHECKING:
    from wusong.contract.leaf import Leaf
    from wusong.data.host import Host

__all__ = ["by_class", "ceiling", "charged_under", "classes"]

_OPERATION: Final = "data-operation@1"
_PRODUCT: Final = "data-product@1"


def by_class(authorised: Mapping[str, Any]) -> list[tuple[str, int]]:
    """The classes that have ceilings (分) of their own, as the authorisation lists them."""
    return list(zip(authorised.get("classes", ()), authorised.get("class_ceilings", ()), strict=True))


def ceiling(authorised: Mapping[str, Any], offered: Mapping[str, Any]) -> int:
    """The ceiling (分) of one call of a product; of a class that is listed twice, the first."""
    named = offered.get("class")
    general: int = authorised["ceiling"]
    return next((amount for name, amount in by_class(authorised) if name == named), general)


def classes(authorised: Mapping[str, Any]) -> dict[str, Any]:
    """What an offer or an application states of the authorisation's classes: nothing where it has none."""
    return {"classes": authorised["classes"]} if "classes" in authorised else {}


def charged_under(host: Host, use: Leaf) -> dict[str, Any]:
    """What a metering of a data-use states of classes, as the ledger stands."""
    authorised = hosts.leaf(host, use.fields["operation"], _OPERATION).fields
    stated = classes(authorised)
    if not stated:
        return {}
    named = hosts.leaf(host, use.fields["product"], _PRODUCT).fields.get("class")
    if named not in authorised["classes"]:
        return stated
    return stated | {"class_ceiling": ceiling(authorised, {"class": named})}
