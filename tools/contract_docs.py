"""Write docs/contracts: every page of the library as a lawyer reads it, in Chinese and English, with its
diagram beside.

python tools/contract_docs.py           writes them          --check    exit status 1 where they are stale
"""

from __future__ import annotations

import sys
from pathlib import Path

from wusong.contract.page import load
from wusong.contract.show import as_markdown, document, table
from wusong.contract.show.diagram import diagram
from wusong.contract.show.table import as_markdown as table_markdown
from wusong.errors import Lang
from wusong.node.domains import domains

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "contracts"
LANGS: tuple[Lang, ...] = ("zh", "en")
HEADS = {"zh": ("各方可以办理的事项", "状态图"), "en": ("Who may do what", "States")}
INDEX = """\
# The contract library

Made from the pages themselves by `make docs`; a test fails when this folder is stale. What the ledger carries
out is the page; `wusong contract show NAME` says the same of any page that is installed.

| page | 中文 | English |
|---|---|---|
"""


def files() -> dict[str, str]:
    """Every file of the folder by its name."""
    made: dict[str, str] = {}
    rows = []
    for text in (one.read_bytes() for domain in domains() for one in domain.pages()):
        read = load(text)
        if read.compiled is None:
            raise SystemExit("\n".join(map(str, read.findings)))
        page = read.compiled.page
        for lang in LANGS:
            stem = f"{page.contract}.{lang}"
            powers = table_markdown(table(page, lang), lang)
            heads = HEADS[lang]
            made[f"{stem}.svg"] = diagram(page, lang) + "\n"
            made[f"{stem}.md"] = (
                f"{as_markdown(document(page, lang))}\n## {heads[0]}\n\n{powers}\n## {heads[1]}\n\n"
                f"![{heads[1]}]({stem}.svg)\n"
            )
        title = page.title
        rows.append(
            f"| `{page.name}` | [{title.zh}]({page.contract}.zh.md) | [{title.en}]({page.contract}.en.md) |\n"
        )
    return {"index.md": INDEX + "".join(sorted(rows)), **made}


def stale() -> list[str]:
    """The names of files that are missing, different, or of no page any more."""
    wanted = files()
    there = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*") if path.is_file()}
    return sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))


def main(arguments: list[str]) -> int:
    names = stale()
    if "--check" in arguments:
        print("\n".join(names))
        return 1 if names else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = files()
    for name in names:
        if name in wanted:
            (FOLDER / name).write_text(wanted[name], "utf-8")
        else:
            (FOLDER / name).unlink()
    print(f"{len(names)} of {len(wanted)} files written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
