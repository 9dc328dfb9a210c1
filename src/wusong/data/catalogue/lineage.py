"""Where a record came from and what came of it: resource, authorisation, product, use, and who answers for
each.

* The graph is built around one record: back to the resource it rests on, forward to what rests on it. It
  holds only records that the reader may see; what is left out for that reason is not even counted.
* As PROV: resources and products are entities, authorisations and uses are activities, parties are agents
  (W3C PROV-DM; written as PROV-JSON, W3C member submission of 2013-04-24).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa

from wusong.data.catalogue.search import See
from wusong.data.projection import operations, products, uses

__all__ = ["Graph", "Node", "gather", "prov"]

COLUMNS: Final = ("data-resource", "data-operation", "data-product", "data-use")
"""What stands from left to right; each rests on the one before."""
_AGENT: Final = {
    "data-operation": "operator",
    "data-product": "operator",
    "data-resource": "department",
    "data-use": "user",
}
_STEPS: Final[tuple[tuple[sa.Table, str], ...]] = (
    (operations, "resource"),
    (products, "operation"),
    (uses, "product"),
)
MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Node:
    """A record in the graph: its column, what it is called, who answers for it."""

    asset: str
    column: int
    label: str
    party: str
    state: str
    contract: str


@dataclass(slots=True)
class Graph:
    """Nodes by asset; edges lead from what came first to what rests on it."""

    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[tuple[str, str]] = field(default_factory=list)


def gather(connection: sa.Connection, asset: str, see: See) -> Graph:
    """The graph around one record that the reader may see; empty if it is none of these kinds."""
    graph = Graph()
    found = _seen(see, [asset])
    if not found or _column(found[0]) is None:
        return graph
    start = found[0]
    _back(graph, start, see)
    _forward(graph, connection, start, see)
    return graph


def _back(graph: Graph, record: dict[str, Any], see: See) -> None:
    column = _add(graph, record)
    if not column:
        return
    before = record["fields"].get(_STEPS[column - 1][1])
    for one in _seen(see, [before] if before else []):
        graph.edges.append((one["asset"], record["asset"]))
        _back(graph, one, see)


def _forward(graph: Graph, connection: sa.Connection, record: dict[str, Any], see: See) -> None:
    column = _add(graph, record)
    if column == len(_STEPS) or len(graph.nodes) >= MOST:
        return
    table, name = _STEPS[column]
    query = (
        sa.select(table.c.asset).where(table.c[name] == record["asset"]).order_by(table.c.created).limit(MOST)
    )
    for one in _seen(see, list(connection.execute(query).scalars())):
        graph.edges.append((record["asset"], one["asset"]))
        _forward(graph, connection, one, see)


def _seen(see: See, assets: Sequence[str]) -> list[dict[str, Any]]:
    found = see(assets) if assets else []
    return sorted(
        found, key=lambda one: (one["fields"].get("name") or one["fields"].get("purpose") or "", one["asset"])
    )


def _add(graph: Graph, record: dict[str, Any]) -> int:
    column = _column(record)
    assert column is not None  # noqa: S101 - only records of these kinds point at each other
    kind, fields = COLUMNS[column], record["fields"]
    label = fields.get("name") or fields.get("purpose") or fields.get("scope") or record["asset"][:12]
    party = record["roles"].get(_AGENT[kind], "")
    graph.nodes[record["asset"]] = Node(
        record["asset"], column, label, party, record["state"], record["contract"]
    )
    return column


def _column(record: Mapping[str, Any]) -> int | None:
    kind = str(record["name"]).partition("@")[0]
    return COLUMNS.index(kind) if kind in COLUMNS else None


# -- PROV --------


def prov(graph: Graph, names: Mapping[str, str], base: str) -> dict[str, Any]:
    """The graph as PROV-JSON."""
    said = _Relations()
    for node in graph.nodes.values():
        said.tell_node(node)
    for first, second in graph.edges:
        said.tell_edge(graph.nodes[first], graph.nodes[second])
    nodes = graph.nodes.values()
    return {
        "activity": {_id(n): {"prov:label": n.label} for n in nodes if n.column in (1, 3)},
        "agent": {n: {"prov:label": names.get(did, did)} for did in _parties(nodes) if (n := f"party:{did}")},
        "entity": {_id(n): {"prov:label": n.label} for n in nodes if n.column in (0, 2)},
        "prefix": {"party": "", "prov": "http://www.w3.org/ns/prov#", "record": f"{base}/assets/"},
        **{kind: found for kind, found in sorted(said.found.items()) if found},
    }


def _parties(nodes: Iterable[Node]) -> list[str]:
    return sorted({node.party for node in nodes if node.party})


def _id(node: Node) -> str:
    return f"record:{node.asset}"


class _Relations:
    """PROV relations, each under a name of its own."""

    def __init__(self) -> None:
        self.found: dict[str, dict[str, dict[str, str]]] = {}

    def _tell(self, kind: str, **about: str) -> None:
        group = self.found.setdefault(kind, {})
        group[f"_:{kind}{len(group) + 1}"] = {f"prov:{name}": value for name, value in about.items()}

    def tell_node(self, node: Node) -> None:
        """Who answers for a record."""
        if not node.party:
            return
        agent = f"party:{node.party}"
        if node.column in (1, 3):
            self._tell("wasAssociatedWith", activity=_id(node), agent=agent)
        else:
            self._tell("wasAttributedTo", entity=_id(node), agent=agent)

    def tell_edge(self, first: Node, second: Node) -> None:
        """What the second rests on."""
        if second.column == 2:
            self._tell("wasGeneratedBy", entity=_id(second), activity=_id(first))
        else:
            self._tell("used", activity=_id(second), entity=_id(first))
