"""The rules by which one ledger executes: its genesis, suite, parties' authority, and compiled pages.

Nothing here changes with time but caches: two nodes with equal genesis and equal state answer equally.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wusong.contract.examples import run_examples
from wusong.contract.interpreter import Compiled, compile_page
from wusong.crypto import canonical
from wusong.errors import ContractError, DeedError
from wusong.ledger import ids, protocol
from wusong.ledger.authority import Authority
from wusong.ledger.genesis import DEFAULTS

if TYPE_CHECKING:
    from typing import Protocol

    from wusong.contract.leaf import Leaf
    from wusong.ledger.deed import Act, Deed
    from wusong.ledger.genesis import Genesis

    class Reader(Protocol):
        """Leaves and pages, from any layer of the state."""

        def leaf(self, key: bytes) -> Leaf | None:
            """The leaf at ``key``."""

        def page(self, digest: str) -> bytes | None:
            """The model of an installed contract."""


_KEPT_KEYS: Final = 50_000


STEPS: Final = 1_000
"""So many steps of a page's bound take about as long as one cost unit: an eighth of a millisecond."""


class Rules:
    """What execution needs beside the state."""

    def __init__(self, genesis: Genesis) -> None:
        self.genesis: Final = genesis
        self.suite: Final = genesis.hashes
        self.ledger: Final = genesis.ledger
        self.ledger_hex: Final = self.ledger.hex()
        self.authority: Final = Authority(self.suite, self.ledger)
        self._keys: dict[tuple[str, str], ids.StateKey] = {}
        self._parameters: Final = self.key("parameters")
        self._table: Final = self.key(protocol.TABLE)
        self._compiled: dict[str, Compiled] = {}

    def key(self, kind: str, name: str = "") -> ids.StateKey:
        """The state key of a system record; remembered, since each deed asks for several."""
        key = self._keys.get((kind, name))
        if key is None:
            if len(self._keys) >= _KEPT_KEYS:
                self._keys.clear()
            key = self._keys[(kind, name)] = ids.system_key(self.suite, self.ledger, kind, name)
        return key

    def parameter(self, state: Reader, name: str) -> int:
        """A consensus parameter; its default, where the genesis is older than the parameter."""
        leaf = state.leaf(self._parameters)
        assert leaf is not None  # noqa: S101 - genesis writes it and nothing removes it
        value: int = leaf.fields.get(name, DEFAULTS[name])
        return value

    def table(self, state: Reader) -> Leaf | None:
        """The leaf of the height table (see ``protocol``); None while the genesis alone decides."""
        return state.leaf(self._table)

    def version(self, state: Reader, height: int) -> int:
        """The protocol version by which the block at ``height`` is executed upon ``state``.

        Raises:
            LedgerError: ``unknown-protocol``.
        """
        return protocol.known(protocol.at(self.genesis.protocol, self.table(state), height), height)

    def page(self, state: Reader, digest: str) -> Compiled:
        """A page that may be acted under.

        Raises:
            DeedError: ``unknown-contract``, ``contract-suspended``.
        """
        leaf = state.leaf(self.key("page", digest))
        if leaf is None:
            raise DeedError("unknown-contract", contract=digest)
        if leaf.state != "active":
            raise DeedError("contract-suspended", contract=digest)
        return self.compiled(state, digest)

    def page_cost(self, state: Reader, deed: Deed) -> int:
        """Cost units for what a deed's pages make every node compute: one for each full ``STEPS`` of the
        bounds of its actions; none for pages that cannot be acted under, whose acts are refused at once.
        """
        return sum([self._act_cost(state, act) for act in deed.acts])

    def _act_cost(self, state: Reader, act: Act) -> int:
        if act.contract.startswith("system/"):
            return 0
        try:
            page = self.page(state, act.contract)
        except DeedError:
            return 0
        return page.program.costs.get(act.action, 0) // STEPS

    def compiled(self, state: Reader, digest: str) -> Compiled:
        """An installed page, suspended or not, compiled once."""
        found = self._compiled.get(digest)
        if found is not None:
            return found
        data = state.page(digest)
        if data is None:
            raise DeedError("unknown-contract", contract=digest)
        model: Any = canonical.decode(data)
        return self._compiled.setdefault(digest, compile_page(model))

    def admit_page(self, digest: str, model: dict[str, Any], steps: int, version: int) -> None:
        """What consensus itself checks of a page before it is installed under a protocol version.

        Raises:
            DeedError: ``page-refused`` with the finding.
        """
        profile = str(model.get("profile", ""))
        if not protocol.knows(version, f"profile {profile}"):
            raise DeedError("page-refused", reason="profile", detail=f"{profile[:80]}: protocol {version}")
        try:
            compiled = compile_page(model)
            results = run_examples(model, steps)
        except ContractError as error:
            raise DeedError("page-refused", reason=error.code, detail=str(error)[:200]) from None
        failed = [result.name for result in results if not result.ok]
        if failed:
            raise DeedError("page-refused", reason="example-failed", detail=failed[0])
        self._compiled.setdefault(digest, compiled)
