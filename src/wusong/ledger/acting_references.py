"""How the acts of one deed name assets.

* By id, or as ``#a.c``: child c that act a of the same deed creates, this act or an earlier one; an act's own
  creation is ``#i.0``.
* The id of a child follows from the deed's id, so that only this deed can have made it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wusong.errors import DeedError
from wusong.ledger import ids

if TYPE_CHECKING:
    from collections.abc import Callable

    from wusong.contract.interpreter import Compiled
    from wusong.ledger.deed import Act
    from wusong.ledger.rules import Rules
    from wusong.ledger.state import DeedState


class References:
    """The names of assets in one deed."""

    __slots__ = ("_deed", "_rules", "_state")

    def __init__(self, rules: Rules, state: DeedState, deed: ids.DeedId) -> None:
        self._rules = rules
        self._state = state
        self._deed = deed

    def child(self, index: int, child: int) -> ids.StateKey:
        """The id of child ``child`` that act ``index`` creates."""
        key = ids.asset_id(self._rules.suite, self._rules.ledger, self._deed, index, child)
        self._state.fresh.add(key)
        return key

    def children(self, index: int) -> Callable[[int], str]:
        """The ids (hex) of what act ``index`` creates, by their numbers."""
        return lambda child: self.child(index, child).hex()

    def resolve(self, index: int, reference: str) -> bytes:
        """The id that act ``index`` means. Raises DeedError ``bad-args``."""
        if not reference.startswith("#"):
            return bytes.fromhex(reference)
        act, dot, child = reference[1:].partition(".")
        if not (dot and _is_decimal(act) and _is_decimal(child)) or int(act) > index:
            raise DeedError(
                "bad-args", argument="asset", reason="#a.c names a child of this or an earlier act"
            )
        return self.child(int(act), int(child))

    def arguments(self, index: int, page: Compiled, act: Act) -> dict[str, Any]:
        """The arguments, with ids in place of ``#a.c`` wherever the page wants assets."""
        step = page.program.steps.get(act.action)
        if step is None:
            return act.args
        assets = [name for name, argument in step.arguments.items() if argument.asset and name in act.args]
        if not assets:
            return act.args
        return act.args | {name: self._argument(index, act.args[name]) for name in assets}

    def _argument(self, index: int, value: Any) -> Any:  # noqa: ANN401 - not yet checked by the page
        if isinstance(value, list):
            return [self._argument(index, item) for item in value]
        return self.resolve(index, value).hex() if isinstance(value, str) and value.startswith("#") else value


def _is_decimal(text: str) -> bool:
    return text.isascii() and text.isdigit() and (text == "0" or text[0] != "0") and len(text) < 6
