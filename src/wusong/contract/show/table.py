"""Who may do what: a table of actions by roles, from the model alone.

* A cell says ``signs`` (alone), ``together`` (with others), ``filled`` (signs too when the role is filled),
  ``learns``, or nothing.
* The last column, anyone, is there when some action may be taken by anyone.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from wusong.contract import model as m
from wusong.contract.show.speaker import Speaker
from wusong.errors import Lang

Mark: TypeAlias = Literal["signs", "together", "filled", "learns", ""]

MARKS: Final[dict[Mark, tuple[str, str]]] = {
    "signs": ("signs", "签署"),
    "together": ("signs together", "共同签署"),
    "filled": ("signs if there is one", "设有的签署"),
    "learns": ("learns", "知悉"),
    "": ("–", "—"),
}
ANYONE: Final = "*"


@dataclass(frozen=True, slots=True)
class Row:
    """An action: its name, title, the states it leads between, and the mark of each column."""

    action: str
    title: str
    moves: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Who may do what. ``roles`` are the names of the columns, ``heads`` their titles."""

    roles: tuple[str, ...]
    heads: tuple[str, ...]
    rows: tuple[Row, ...]


def table(page: m.Page, lang: Lang) -> Table:
    """The table of a page."""
    speaker = Speaker(page, lang)
    roles = [role.name for role in page.roles]
    heads = [speaker.role(name) for name in roles]
    if any(action.anyone for action in page.actions):
        roles.append(ANYONE)
        heads.append(speaker.say("Anyone", "任何单位"))
    rows = tuple(
        Row(
            action.name,
            speaker.action(action.name),
            moves(speaker, action),
            tuple(mark(page, action, role) for role in roles),
        )
        for action in page.actions
    )
    return Table(tuple(roles), tuple(heads), rows)


def mark(page: m.Page, action: m.Action, role: str) -> Mark:
    """What a role has to do with an action."""
    if role == ANYONE:
        return "signs" if action.anyone else ("learns" if action.public else "")
    signer = next((one for one in action.by if one.role == role), None)
    if signer is not None:
        if signer.optional:
            return "filled"
        return "together" if len(action.by) > 1 else "signs"
    stored = all(one.among is None for one in page.roles if one.name == role)
    return "learns" if stored and (action.informs is None or role in action.informs) else ""


def moves(speaker: Speaker, action: m.Action) -> str:
    """From which states to which: "Stored → Released"."""
    before = speaker.say(", ", "、").join(map(speaker.state, action.from_)) or speaker.say("new", "新产生")
    if action.to is None or action.from_ == [action.to]:
        return before
    return f"{before} → {speaker.state(action.to)}"


def words(mark_: Mark, lang: Lang) -> str:
    """A mark in words."""
    en, zh = MARKS[mark_]
    return zh if lang == "zh" else en


def as_rows(found: Table, lang: Lang) -> tuple[list[str], list[list[str]]]:
    """The heads and the rows of cells, for a terminal or Markdown."""
    heads = [*_heads(lang), *found.heads]
    return heads, [[row.title, row.moves, *(words(one, lang) for one in row.marks)] for row in found.rows]


def as_html(found: Table, lang: Lang) -> str:
    """The table in HTML, with the class ``powers``. Each cell names whose it is (``data-of``), so that a
    narrow screen can show the rows one under another.
    """
    whose = [html.escape(head) for head in found.heads]
    heads = "".join(f'<th scope="col">{html.escape(head)}</th>' for head in (*_heads(lang), *found.heads))
    rows = "".join(
        f'<tr><th scope="row">{html.escape(row.title)}</th><td>{html.escape(row.moves)}</td>'
        + "".join(
            f'<td class="{one or "none"}" data-of="{of}">{words(one, lang)}</td>'
            for of, one in zip(whose, row.marks, strict=True)
        )
        + "</tr>"
        for row in found.rows
    )
    return f'<table class="powers"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'


def as_markdown(found: Table, lang: Lang) -> str:
    """The table in Markdown."""
    heads, rows = as_rows(found, lang)
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def _heads(lang: Lang) -> tuple[str, str]:
    return ("事项", "状态") if lang == "zh" else ("Action", "States")
