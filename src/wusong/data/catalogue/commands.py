"""``wusong data find`` and ``wusong data lineage``: the catalogue in the terminal, all that a node holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final

import typer

from wusong.commands import DomainCommand, Said, Tools, both
from wusong.data.catalogue import lineage, service
from wusong.data.catalogue.search import FACETS, Wanted
from wusong.errors import DataError

Words = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="WORDS", help=both("Words in Chinese, English or pinyin.", "中文、英文或者拼音。")
    ),
]
Asset = Annotated[
    str,
    typer.Argument(metavar="ID", help=both("A resource, product or use.", "资源、产品或者使用授权编号。")),
]
Only = Annotated[
    list[str] | None,
    typer.Option(
        "--only",
        metavar="FACET=VALUE",
        help=both(
            "Narrow by a facet: kind, output, grade, update, owner, price, standing.",
            "按分面筛选：kind、output、grade、update、owner、price、standing。",
        ),
    ),
]


def find(tools: Tools, words: Words = None, only: Only = None) -> Said:
    """Find resources and products. Raises DataError ``facet-wrong``."""
    chosen = dict(_facet(one) for one in only or ())
    found = service.find(tools.node, Wanted(" ".join(words or ()), chosen), _all(tools), tools.names())
    records = [hit.record for hit in found.hits]
    rows = [[one["fields"].get("name", ""), one["name"], one["state"], one["asset"]] for one in records]
    heads = [
        tools.say(*pair) for pair in (("name", "名称"), ("kind", "类别"), ("state", "状态"), ("id", "编号"))
    ]
    facets = {name: dict(values) for name, values in found.facets.items()}
    data = {
        "cut": found.cut,
        "facets": facets,
        "records": [hit.record | {"facets": hit.facets} for hit in found.hits],
    }
    return Said(
        data, tools.table(rows, heads) if rows else [tools.say("Nothing fits.", "没有符合条件的记录。")]
    )


def trace(tools: Tools, asset: Asset) -> Said:
    """Where a record came from and what came of it. Raises DataError ``no-such-asset``."""
    graph = service.trace(tools.node.models, asset, _all(tools))
    if not graph.nodes:
        raise DataError("no-such-asset", asset=asset, contract="data-resource@1")
    names = tools.names()
    before = {second: first for first, second in graph.edges}
    lines = [
        f"{'  ' * node.column}{node.label}  {names.get(node.party, node.party)}  [{node.state}]  {node.asset}"
        for node in graph.nodes.values()
        if node.asset in before or node.column == 0 or node.asset == asset
    ]
    return Said(lineage.prov(graph, names, ""), lines)


def _facet(given: str) -> tuple[str, str]:
    name, sign, value = given.partition("=")
    if name not in FACETS or not sign:
        raise DataError("facet-wrong", given=given, known=", ".join(FACETS))
    return name, value


def _all(tools: Tools) -> Any:  # noqa: ANN401 - a See
    """The eye of whoever holds the node: nothing on its ledger is hidden from it."""

    def see(ids: Sequence[str]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = tools.standing(ids)
        return found

    return see


COMMANDS: Final = [
    DomainCommand("find", both("Find resources and products.", "检索资源和产品。"), find),
    DomainCommand(
        "lineage", both("Where a record came from and what came of it.", "查看数据来源与去向。"), trace
    ),
]
