"""``wusong contract``: list, show, check, install."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import sqlalchemy as sa
import typer

from wusong.cli.opening import opened
from wusong.cli.terminal import REFUSED, Said, clean, pairs, say, table, terminal
from wusong.cli.words import Home, both, command, group
from wusong.errors import WusongError

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
Suite = Annotated[
    str,
    typer.Option(
        "--suite",
        metavar="intl|gm",
        help=both("The suite for which the address is computed.", "计算合约地址所用的密码套件。"),
    ),
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


@command(
    app,
    "show",
    both(
        "Show a contract: roles, states, actions and their arguments.", "查看合约的角色、状态、操作及参数。"
    ),
)
def show(*, name: Name, home_: Home = None) -> Said:
    """Show a contract."""
    from wusong.node import library

    with opened(home_, "contract show", beside=True) as node:
        page = library.find(node, name)
        model = _model(node, page.digest)
    return Said({"digest": page.digest, "model": model}, _described(page.digest, model))


@command(
    app,
    "check",
    both(
        "Check a page, without any ledger: its form, types, cost, examples.",
        "不经账本检查合约文本：格式、类型、开销与示例。",
    ),
)
def check(*, file: PageFile, suite: Suite = "intl") -> Said:
    """Check a page."""
    from wusong.contract.page import load
    from wusong.contract.report import check as examine
    from wusong.crypto.suites import suite as find_suite

    chosen, page = find_suite(suite), load(file.read_bytes())
    if not page.ok:
        return _not_sound(file, page)
    report: Any = examine(page, chosen)
    if not report["passed"]:
        lines = [
            say(f"{file}: refused", f"{file}：未通过检查"),
            *(f"  {_told(one['code'], one['data'])}" for one in report["findings"]),
        ]
        return Said({"file": str(file), "passed": False, "report": report}, lines, REFUSED)
    name = f"{page.model['contract']}@{page.model['version']}"
    digest = page.digest(chosen)
    lines = [say(f"{name} is sound.", f"{name} 通过检查。"), *pairs([(say("address", "地址"), digest)])]
    return Said(
        {"contract": name, "digest": digest, "file": str(file), "passed": True, "report": report}, lines
    )


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
    lines += [f"  {one.line}:{one.column}  {_told(one.code, one.data)}" for one in page.findings]
    return Said({"file": str(file), "findings": findings, "passed": False}, lines, REFUSED)


def _told(code: str, data: Any) -> str:
    told = WusongError(code, **data).explain(terminal.get().lang)
    return clean(f"{told.what} {told.do} [{code}]")


def _described(digest: str, model: dict[str, Any]) -> list[str]:
    lang = terminal.get().lang
    lines = pairs(
        [
            (say("contract", "合约"), f"{model['contract']}@{model['version']}"),
            (say("title", "标题"), model["title"][lang]),
            (say("address", "地址"), digest),
        ]
    )
    lines += [clean(text) for text in [model.get("summary", {}).get(lang, "")] if text]
    lines += ["", say("Roles", "角色"), *(f"  {row['name']}  {_title(row, lang)}" for row in model["roles"])]
    lines += [
        "",
        say("States", "状态"),
        *(f"  {row['name']}  {_title(row, lang)}" for row in model["states"]),
    ]
    lines += ["", say("Actions", "操作")]
    for row in model["actions"]:
        by = ", ".join(
            str(one.get("role", "?")) + ("?" if one.get("optional") else "")
            for one in row.get("by", [])
            if isinstance(one, dict)
        )
        lines.append(f"  {row['name']}  {_title(row, lang)}  [{by}]")
        lines += [
            f"      {arg['name']}{'?' if arg.get('optional') else ''}: {_type(arg['type'])}"
            for arg in row.get("args", [])
        ]
    return lines


def _title(row: dict[str, Any], lang: str) -> str:
    return clean(str(row.get("title", {}).get(lang, "")))


def _type(type_: dict[str, Any]) -> str:
    inner = [
        _type(value) if isinstance(value, dict) else str(value)
        for name, value in type_.items()
        if name != "type"
    ]
    return str(type_["type"]) + (f"({', '.join(inner)})" if inner else "")
