"""``wusong contract``: list, show, check, install."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import sqlalchemy as sa
import typer

from wusong.cli import contract_check, contract_faces, contract_try
from wusong.cli.opening import opened
from wusong.cli.terminal import REFUSED, Said, pairs, say, table, terminal
from wusong.cli.words import Home, both, command, group

if TYPE_CHECKING:
    from wusong.contract.page import Page

app = group(
    both("Contract pages: what stands on the ledger, and what would.", "合约文本：链上现有的，以及拟发布的。")
)

Name = Annotated[
    str, typer.Argument(metavar="NAME", help=both("name@version, or the digest.", "名称@版本，或摘要。"))
]
PageFile = Annotated[
    Path, typer.Argument(metavar="FILE", help=both("A page in YAML.", "YAML 格式的合约文本。"))
]


@command(app, "list", both("List the contracts of the ledger.", "列出账本上的合约。"))
def list_contracts(*, home_: Home = None) -> Said:
    """List the contracts."""
    from wusong.cli.assets import heads
    from wusong.cli.reading import rows
    from wusong.node.ledger_view import assets

    with opened(home_, "contract list", beside=True) as node:
        query = sa.select(assets.c.fields, assets.c.state).where(assets.c.contract == "system/name")
        digests = sorted({row["fields"]["contract"] for row in rows(node, query)})
        models = [_model(node, digest) for digest in digests]
    listed = [
        {"contract": f"{m['contract']}@{m['version']}", "digest": d, "title": m["title"]}
        for d, m in zip(digests, models, strict=True)
    ]
    listed.sort(key=lambda row: row["contract"])
    shown = [(row["contract"], row["title"][terminal.get().lang], row["digest"][:16]) for row in listed]
    return Said({"contracts": listed}, table(shown, heads("contract", "title", "address")))


command(
    app,
    "show",
    both(
        "Show a contract as a lawyer reads it; as a table, a diagram, or a page for print.",
        "以法律文书方式查看合约；也可以查看事项表、状态图和打印版面。",
    ),
)(contract_faces.show)


command(
    app,
    "text",
    both(
        "The text that belongs to a contract, filled in from an asset if one is named.",
        "合约所附合同文本；指定标的时按其内容填写。",
    ),
)(contract_faces.text)


command(
    app,
    "diff",
    both(
        "Two pages compared in words: what the newer allows, forbids and changes for each role.",
        "以文字对照两份合约：新版对各角色新允许、新禁止和变更的事项。",
    ),
)(contract_faces.diff)


command(
    app,
    "try",
    both(
        "Play a page without any ledger: parties, actions, time; lines may come from standard input.",
        "不经账本演练合约：设定单位、办理事项、推进时间；可以从标准输入读取。",
    ),
)(contract_try.try_)


command(
    app,
    "check",
    both(
        "Check a page, without any ledger: its form, types, cost, examples, and every life it allows.",
        "不经账本检查合约文本：格式、类型、开销、示例以及其允许的全部办理过程。",
    ),
)(contract_check.check)


@command(app, "install", both("Check a page and put it on the ledger.", "检查合约文本并发布上链。"))
def install(*, file: PageFile, home_: Home = None) -> Said:
    """Install a page."""
    from wusong.contract.page import load
    from wusong.node import library

    data = file.read_bytes()
    page = load(data)
    if not page.ok:
        return _not_sound(file, page)
    with opened(home_, "contract install", beside=True) as node:
        name = library.install(node, data.decode("utf-8"))
        digest = page.digest(node.ledger.suite)
    known = f"{page.model['contract']}@{page.model['version']}"
    told = (
        say(f"{known} stands on the ledger.", f"{known} 已发布上链。")
        if name
        else say(f"{known} was there already.", f"{known} 此前已发布。")
    )
    return Said(
        {"contract": known, "digest": digest, "installed": name is not None},
        [told, *pairs([(say("address", "地址"), digest)])],
    )


def _model(node: Any, digest: str) -> dict[str, Any]:
    from wusong.crypto import canonical

    model: Any = canonical.decode(node.ledger.store.page(digest) or b"{}")
    return dict(model)


def _not_sound(file: Path, page: Page) -> Said:
    """What is wrong with a page, each with its place, in the reader's language."""
    findings: list[Any] = [finding.to_json() for finding in page.findings]
    lines = [say(f"{file}: {len(findings)} findings", f"{file}：发现 {len(findings)} 处问题")]
    lines += contract_check.told(findings)
    return Said({"file": str(file), "findings": findings, "passed": False}, lines, REFUSED)
