"""``wusong contract show``, ``text`` and ``diff``: a page in words, as a table, as a diagram, on paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from wusong.cli.contract_pages import Found, find
from wusong.cli.terminal import Said, clean, say, table, terminal
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
