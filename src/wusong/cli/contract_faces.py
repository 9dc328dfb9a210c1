"""``wusong contract show``, ``text`` and ``diff``: a page in words, as a table, as a diagram, on paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from wusong.cli.contract_pages import Found, find
from wusong.cli.terminal import Said, UsageError, clean, say, table, terminal
from wusong.cli.words import Home, both

if TYPE_CHECKING:
    from wusong.contract.model import Action, Page

WIDTH: Final = 100
Meant = Annotated[
    str,
    typer.Argument(
        metavar="NAME|FILE",
        help=both(
            "name@version, the digest, or a page in YAML.", "名称@版本、摘要，或者 YAML 格式的合约文本。"
        ),
    ),
]
AsTable = Annotated[
    bool,
    typer.Option("--table", help=both("Only the table of who may do what.", "仅显示各方可以办理的事项表。")),
]
Svg = Annotated[
    Path | None,
    typer.Option(
        "--svg", metavar="FILE", help=both("Write the state diagram (SVG).", "将状态图写入文件（SVG）。")
    ),
]
Html = Annotated[
    Path | None,
    typer.Option(
        "--html",
        metavar="FILE",
        help=both("Write the page for print on A4 (HTML).", "将可打印的 A4 版面写入文件（HTML）。"),
    ),
]

Older = Annotated[
    str,
    typer.Argument(
        metavar="OLD", help=both("The older page: name, digest or file.", "旧版：名称、摘要或者文件。")
    ),
]
Newer = Annotated[
    str,
    typer.Argument(
        metavar="NEW", help=both("The newer page: name, digest or file.", "新版：名称、摘要或者文件。")
    ),
]
Asset = Annotated[
    str,
    typer.Option(
        "--asset", metavar="ID", help=both("The asset that fills the text in.", "用于填写文本的标的。")
    ),
]


def show(
    *, name: Meant, as_table: AsTable = False, svg: Svg = None, html: Html = None, home_: Home = None
) -> Said:
    """Show a contract."""
    from wusong.contract.show import as_markdown, document, paper, printed
    from wusong.contract.show.diagram import diagram

    found, lang = find(name, home_, "contract show"), terminal.get().lang
    page = found.compiled.page
    drawn = diagram(page, lang)
    written = [str(path) for path in (svg, html) if path is not None]
    if svg is not None:
        svg.write_text(drawn + "\n", "utf-8")
    if html is not None:
        html.write_text(printed(page, lang, drawn), "utf-8")
    blocks = document(page, lang)
    data = {**_known(found), "prose": as_markdown(blocks), "sides": round(paper.sides(blocks, 9), 2)}
    data |= {"table": _powers(page), "written": written}
    lines = written or (_table_lines(page) if as_table else _lines(found))
    return Said(data, [clean(line) for line in lines])


def _known(found: Found) -> dict[str, Any]:
    import msgspec

    return {"digest": found.digest, "model": msgspec.to_builtins(found.compiled.page)}


def _powers(page: Page) -> list[dict[str, Any]]:
    from wusong.contract.show import table as powers

    shown = powers(page, terminal.get().lang)
    return [
        {
            "action": row.action,
            "roles": {role: mark for role, mark in zip(shown.roles, row.marks, strict=True) if mark},
        }
        for row in shown.rows
    ]


def _lines(found: Found) -> list[str]:
    from wusong.contract.show import as_lines, document

    page = found.compiled.page
    lines = as_lines(document(page, terminal.get().lang), WIDTH)
    lines += [
        "",
        say("On the command line", "命令行办理"),
        *(_typed(page, action) for action in page.actions),
    ]
    return [*lines, *(["", f"{say('address', '地址')}  {found.digest}"] if found.digest else [])]


def _typed(page: Page, action: Action) -> str:
    """What one types to take an action: roles and arguments by their names."""
    roles = [f"[--as {one.role}=…]" if one.optional else f"--as {one.role}=…" for one in action.by]
    if action.anyone:
        roles = ["--as anyone=…"]
    asset = ["--asset ID"] if action.from_ else []
    args = [f"[{one.name}=…]" if one.optional else f"{one.name}=…" for one in action.args]
    return "  " + " ".join(["wusong act", page.name, action.name, *asset, *roles, *args])


def _table_lines(page: Page) -> list[str]:
    from wusong.contract.show.table import as_rows
    from wusong.contract.show.table import table as powers

    lang = terminal.get().lang
    heads, rows = as_rows(powers(page, lang), lang)
    return table(rows, heads)


def diff(*, old: Older, new: Newer, home_: Home = None) -> Said:
    """Compare two pages."""
    from wusong.contract.show import as_lines, as_markdown
    from wusong.contract.show.diff import compare, document
    from wusong.contract.show.marks import bare

    lang = terminal.get().lang
    before, after = (find(name, home_, "contract diff").compiled.page for name in (old, new))
    found, blocks = compare(before, after, lang), document(before, after, lang)
    data = {
        "old": before.name,
        "new": after.name,
        "same": found.none,
        "roles": {
            role: [{"sort": one.sort, "text": bare(one.text)} for one in changes]
            for role, changes in found.roles.items()
        },
        "whole": [bare(one.text) for one in found.whole],
        "text": as_markdown(blocks),
    }
    return Said(data, [clean(line) for line in as_lines(blocks, WIDTH)])


def text(*, name: Meant, asset: Asset = "", html: Html = None, home_: Home = None) -> Said:
    """Show the text of a contract."""
    from wusong.contract.show.markdown import to_html
    from wusong.contract.show.paper import sheet
    from wusong.contract.show.wording import filled

    lang = terminal.get().lang
    if asset:
        page, told = _filled(name, asset, home_)
    else:
        page = find(name, home_, "contract text").compiled.page
        told = filled(page, None, lang, {})
    if page.text is None:
        raise UsageError("no-contract-text", contract=page.name)
    data = {"contract": page.name, "prevails": page.text.prevails, "text": told, "written": None}
    if html is None:
        return Said(data, [clean(line) for line in told.splitlines()])
    title = page.title.zh if lang == "zh" else page.title.en
    html.write_text(sheet(title, to_html(told), lang), "utf-8")
    return Said(data | {"written": str(html)}, [str(html)])


def _filled(name: str, asset: str, home: Path | None) -> tuple[Page, str]:
    """The page of an asset and its text, filled in. Raises UsageError ``bad-argument``."""
    from wusong.cli.naming import names_of
    from wusong.cli.opening import opened
    from wusong.contract.show.wording import filled
    from wusong.node import library

    with opened(home, "contract text", beside=True) as node:
        page = library.find(node, name)
        leaf = node.ledger.view().leaf(bytes.fromhex(asset)) if _is_id(asset) else None
        if leaf is None or leaf.contract != page.digest:
            detail = say(f"No asset under {page.name} has this id.", f"{page.name} 项下没有这一编号的标的。")
            raise UsageError("bad-argument", name="--asset", detail=detail)
        now = page.compiled.effective(leaf, node.ledger.now())
        told = filled(page.compiled.page, now, terminal.get().lang, names_of(node), asset)
        return page.compiled.page, told


def _is_id(text: str) -> bool:
    return len(text) == 64 and not set(text) - set("0123456789abcdef")
