"""The domains of this program, listed explicitly; third parties add theirs through the entry point group
``wusong.domains``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.resources.abc import Traversable

    from wusong.node.models import Projection

OURS: Final = ("wusong.data.domain",)


@dataclass(frozen=True, slots=True)
class Domain:
    """What a domain offers: its package (whose ``contracts/*.yaml`` are its library) and its furniture.

    ``routes`` gives Litestar route handlers, ``commands`` a typer app, ``projections`` read models. They
    are functions so that a part of the program that needs none of them does not import them.
    """

    name: str
    package: str
    title: dict[str, str]
    projections: Callable[[], list[Projection]] = list
    routes: Callable[[], list[Any]] = list
    commands: Callable[[], Any] | None = None
    menu: list[dict[str, Any]] = field(default_factory=list)

    def pages(self) -> list[Traversable]:
        """The domain's contract pages, by file name."""
        folder = files(self.package) / "contracts"
        return sorted((f for f in folder.iterdir() if f.name.endswith(".yaml")), key=lambda f: f.name)


@cache
def domains() -> tuple[Domain, ...]:
    """Ours in the order listed, then third parties' by name."""
    ours = [import_module(module).DOMAIN for module in OURS]
    others = sorted(entry_points(group="wusong.domains"), key=lambda point: point.name)
    return (*ours, *(point.load() for point in others))
