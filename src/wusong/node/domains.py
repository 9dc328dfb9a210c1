"""The domains of this program, listed explicitly; third parties add theirs through the entry point group
``wusong.domains``.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Final, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from wusong.ledger.intent import Intent
    from wusong.node.models import Projection
    from wusong.tasks import Task

OURS: Final = ("wusong.data.domain", "wusong.trade.domain")


class Domain(Protocol):
    """What a domain offers: its library of contract pages and its furniture.

    The furniture comes from functions: what needs none of it does not import it.
    """

    @property
    def name(self) -> str:
        """The domain's folder."""

    @property
    def title(self) -> dict[str, str]:
        """What users call it, en and zh."""

    def pages(self) -> list[Traversable]:
        """Its contract pages, in the order in which they are installed."""

    def projections(self) -> list[Projection]:
        """Its read models."""

    def routes(self) -> list[Any]:
        """Its HTTP route handlers."""

    def upkeep(self, node: Any, least: int) -> None:  # noqa: ANN401 - the node, as far as the domain knows it
        """Do what is due now and then; leave what is smaller than ``least`` for later."""

    def close(self, node: Any) -> None:  # noqa: ANN401
        """Let go of what it holds for this node, which is about to close."""


@runtime_checkable
class Keeping(Protocol):
    """A domain that keeps books of its own, in which deeds are noted."""

    def stores(self) -> dict[str, frozenset[str]]:
        """Its SQLite files in the node's folder, each with the tables that stand in it."""

    def restored(self, folder: Path, holds: Callable[[str], bool]) -> None:
        """A backup is being restored into ``folder``: take back what the books there say of deeds that the
        ledger does not hold, as ``holds`` tells of a deed's id.
        """


@runtime_checkable
class Reminding(Protocol):
    """A domain that knows more of what is to be done than the lifecycles of its contracts tell."""

    def todo(self, node: Any, party: str, records: Sequence[dict[str, Any]]) -> list[Task]:  # noqa: ANN401
        """What a party has to do: only about records in which it stands in a role. ``records`` are those, as
        they stand now, newest change first, as far as the face has fetched them.
        """


@runtime_checkable
class Beginning(Protocol):
    """A domain without which a trial node could not be tried from its first minute."""

    def begin_trial(self, node: Any, accredited: dict[str, str]) -> None:  # noqa: ANN401
        """Do once what somebody accredited must have done; a party for each accreditation by its name. An
        earlier attempt may have done it.
        """


@runtime_checkable
class Guarding(Protocol):
    """A domain that refuses acts for what a contract cannot see."""

    def guarding(self, node: Any, intents: Sequence[Intent]) -> AbstractContextManager[None]:  # noqa: ANN401
        """Held while the node signs the acts and hands them in; entering it raises what refuses them."""


@contextmanager
def guarded(node: Any, intents: Sequence[Intent]) -> Iterator[None]:  # noqa: ANN401
    """The domains' guards around acts that the node signs."""
    with ExitStack() as stack:
        for domain in domains():
            if isinstance(domain, Guarding):
                stack.enter_context(domain.guarding(node, intents))
        yield


@cache
def domains() -> tuple[Domain, ...]:
    """Ours in the order listed, then third parties' by name."""
    ours = [import_module(module).DOMAIN for module in OURS]
    others = sorted(entry_points(group="wusong.domains"), key=lambda point: point.name)
    return (*ours, *(point.load() for point in others))
