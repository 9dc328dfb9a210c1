"""``wusong contract``: list, show, check, install."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import sqlalchemy as sa
import typer

from wusong.cli import contract_check, contract_faces, contract_try
from wusong.cli.contract_pages import shipped
from wusong.cli.opening import opened
from wusong.cli.terminal import REFUSED, Said, pairs, say, table, terminal
from wusong.cli.words import Home, both, command, group
from wusong.errors import ContractError
from wusong.node.founding import is_node
from wusong.node.settings import home

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


@command(
    app,
    "list",
    both(
        "List the contracts of the ledger; without a node, those that come with the program.",
        "列出账本上的合约；没有节点时列出程序自带的合约。",
    ),
)
def list_contracts(*, home_: Home = None) -> Said:
    """List the contracts."""
    from wusong.cli.assets import heads

    listed = _on_ledger(home_) if is_node(home(home_)) else _of_the_program()
    listed.sort(key=lambda row: row["contract"])
    shown = [
        (row["contract"], row["title"][terminal.get().lang], (row["digest"] or "")[:16]) for row in listed
    ]
    return Said({"contracts": listed}, table(shown, heads("contract", "title", "address")))


def _on_ledger(home_: Path | None) -> list[dict[str, Any]]:
    from wusong.cli.reading import rows
    from wusong.node.ledger_view import assets

    with opened(home_, "contract list", beside=True) as node:
        query = sa.select(assets.c.fields, assets.c.state).where(assets.c.contract == "system/name")
        digests = sorted({row["fields"]["contract"] for row in rows(node, query)})
        models = [_model(node, digest) for digest in digests]
    return [
        {"contract": f"{m['contract']}@{m['version']}", "digest": d, "title": m["title"]}
        for d, m in zip(digests, models, strict=True)
    ]


def _of_the_program() -> list[dict[str, Any]]:
    pages = [compiled.page for compiled in shipped()]
    return [
        {"contract": page.name, "digest": None, "title": {"en": page.title.en, "zh": page.title.zh}}
        for page in pages
    ]


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
        try:
            name = library.install(node, data.decode("utf-8"))
        except ContractError as error:
            return _refused(file, error)
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


def _refused(file: Path, error: ContractError) -> Said:
    """A page that the check refuses, with every finding; any other error goes its way."""
    findings: Any = error.data.get("findings")
    if error.code != "bad-page" or not findings:
        raise error
    lines = [say(f"{file}: refused", f"{file}：未通过检查"), *contract_check.told(findings)]
    return Said({"file": str(file), "findings": findings, "passed": False}, lines, REFUSED)


def _not_sound(file: Path, page: Page) -> Said:
    """What is wrong with a page, each with its place, in the reader's language."""
    findings: list[Any] = [finding.to_json() for finding in page.findings]
    lines = [say(f"{file}: {len(findings)} findings", f"{file}：发现 {len(findings)} 处问题")]
    lines += contract_check.told(findings)
    return Said({"file": str(file), "findings": findings, "passed": False}, lines, REFUSED)
