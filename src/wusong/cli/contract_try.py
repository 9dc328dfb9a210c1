"""``wusong contract try``: play a page in the terminal, or from a script on standard input.

One command a line::

    party bank warehouse          a party, with the accreditations it holds
    do store new note by keeper=store with holder=owner goods=copper until_day=2030-01-01 pallets=9
    do pledge on note by owner store bank with lender=bank claim=loan
    wait 3d                       let time pass (d, h, m, s);  at 2026-03-01 10:00 sets it
    show note                     how an asset stands now;  open: what is open, and who signs it
    other product data-product@1 listed price=50 operator=company      an asset of another page

Exit status 1 when a line could not be understood; a refusal is part of the play.
"""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from wusong.cli.contract_faces import Meant
from wusong.cli.contract_pages import find
from wusong.cli.contract_play import Play, moment
from wusong.cli.terminal import DONE, REFUSED, Said, UsageError, clean, say, terminal, write
from wusong.cli.words import Home
from wusong.contract.show.actions import signers
from wusong.contract.show.prose import then
from wusong.contract.show.speaker import Speaker
from wusong.contract.show.wording import moment as told_time
from wusong.contract.show.wording import value_in_words
from wusong.errors import ContractError, WusongError

if TYPE_CHECKING:
    from wusong.contract import Leaf
    from wusong.contract.model import Action

_UNITS: Final = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}
_WORDS: Final = ("on", "by", "with", "new")


def try_(*, name: Meant, home_: Home = None) -> Said:
    """Play a page."""
    game = _Game(Play(find(name, home_, "contract try").compiled))
    asked = sys.stdin.isatty() and not terminal.get().json
    steps = []
    for line in _typed(game, asked=asked):
        step = game.take(line)
        steps.append(step)
        if not terminal.get().json:
            for text in ([] if asked else [f"> {line}"]) + step["said"]:
                write(clean(text))
    status = DONE if all(step["understood"] for step in steps) else REFUSED
    return Said({"contract": game.play.compiled.name, "steps": steps}, [], status)


def _typed(game: _Game, *, asked: bool) -> Iterator[str]:
    """The lines that are typed, without comments; ends at ``quit`` or the end of the input."""
    if asked:
        write(say("Type help for the commands, quit to end.", "输入 help 查看命令，输入 quit 结束。"))
    while True:
        if asked:
            sys.stdout.write(f"{told_time(game.play.now)} > ")
            sys.stdout.flush()
        line = sys.stdin.readline()
        text = line.partition("#")[0].strip()
        if not line or text in {"quit", "exit"}:
            return
        if text:
            yield text


class _Game:
    def __init__(self, play: Play) -> None:
        self.play = play
        self.page = play.compiled.page
        self.speaker = Speaker(self.page, terminal.get().lang)

    def take(self, line: str) -> dict[str, Any]:
        """Carry out one line: what was ``said``, whether it was ``understood``, and what refused it."""
        word, *rest = _words(line)
        step: dict[str, Any] = {"command": line, "understood": True}
        try:
            commands = {
                "at": self.at,
                "do": self.do,
                "help": self.help,
                "open": self.open,
                "other": self.other,
            }
            commands |= {"party": self.party, "show": self.show, "wait": self.wait}
            if word not in commands:
                raise UsageError("unknown-command", name=word, near="help")
            return {**step, **commands[word](rest)}
        except ContractError as error:
            return {**step, **self.refused(error)}
        except WusongError as error:
            told = error.explain(terminal.get().lang)
            return {**step, "understood": False, "said": [f"{told.what} {told.why} [{error.code}]"]}

    def refused(self, error: ContractError) -> dict[str, Any]:
        """A refusal, with its clause and what the page says of it."""
        told = error.explain(terminal.get().lang)
        clause = str(error.data.get("clause") or "")
        head = say("refused: ", "不予办理：")
        lines = [f"{head}{told.what} [{error.code}{f', {clause}' if clause else ''}]"]
        lines += [f"  {text}" for text in dict.fromkeys((told.why, told.do)) if text]
        return {"said": lines, "code": error.code, "clause": clause}

    # -- commands

    def party(self, words: list[str]) -> dict[str, Any]:
        """``party NAME [ACCREDITATION]...``"""
        name, *held = _some(words, "party NAME")
        self.play.parties[name] = frozenset(held)
        return {"said": [f"{name}{': ' if held else ''}{', '.join(held)}"]}

    def other(self, words: list[str]) -> dict[str, Any]:
        """``other NAME KIND STATE [MEMBER=VALUE]...``"""
        if len(words) < 3:
            raise UsageError("missing-argument", name="other NAME KIND STATE")
        name, kind, state, *members = words
        self.play.other(name, kind, state, _pairs(members))
        return {"said": [f"{name}: {kind}, {state}"]}

    def wait(self, words: list[str]) -> dict[str, Any]:
        """``wait 3d``"""
        found = re.fullmatch(r"(\d{1,6})(ms|d|h|m|s)", _some(words, "wait 3d")[0])
        if found is None:
            raise UsageError("bad-argument", name="wait", detail="3d, 2h, 10m, 30s")
        return self.moved(self.play.now + int(found[1]) * _UNITS[found[2]])

    def at(self, words: list[str]) -> dict[str, Any]:
        """``at 2026-03-01 10:00``"""
        try:
            time = moment(" ".join(_some(words, "at 2026-03-01")))
        except ValueError as error:
            raise UsageError("bad-argument", name="at", detail=str(error)) from None
        if time < self.play.now:
            detail = say("Time only goes forward.", "时间只能向前。")
            raise UsageError("bad-argument", name="at", detail=detail)
        return self.moved(time)

    def moved(self, time: int) -> dict[str, Any]:
        """Time passes; says which assets it moved."""
        before = {name: self.play.asset(asset) for name, asset in self.play.ids.items()}
        self.play.now = time
        lines = [told_time(time)]
        for name, asset in self.play.ids.items():
            leaf, was = self.play.asset(asset), before[name]
            if leaf is not None and was is not None and leaf.state != was.state:
                lines += [say(f"A deadline passed: {name}", f"期限届满：{name}"), *self.standing(name, leaf)]
        return {"said": lines, "now": time}

    def show(self, words: list[str]) -> dict[str, Any]:
        """``show [ASSET]``"""
        lines: list[str] = []
        for name in words or list(self.play.ids):
            leaf = self.play.asset(self.play.known(name))
            lines += [] if leaf is None else self.standing(name, leaf)
        return {"said": lines}

    def help(self, _words: list[str]) -> dict[str, Any]:
        """The commands, as the module says them."""
        return {"said": [line for line in (__doc__ or "").splitlines() if line.startswith("    ")]}

    def do(self, words: list[str]) -> dict[str, Any]:
        """``do ACTION [on ASSET] by ROLE=PARTY|PARTY... [with ARG=VALUE...] [new NAME...]``"""
        action, *rest = _some(words, "do ACTION")
        parts: dict[str, list[str]] = {word: [] for word in _WORDS}
        at = ""
        for word in rest:
            if word in parts:
                at = word
            elif not at:
                raise UsageError("bad-argument", name=word, detail="do ACTION on … by … with … new …")
            else:
                parts[at].append(word)
        roles = _pairs([word for word in parts["by"] if "=" in word])
        alone = [word for word in parts["by"] if "=" not in word]
        asset = parts["on"][0] if parts["on"] else ""
        given = _pairs(parts["with"])
        outcome, names = self.play.act(action, asset, roles, alone, given, parts["new"])
        lines = [say("done", "已办理")]
        for need in outcome.requirements:
            both = f"{need.action}, {need.contract}"
            lines.append(
                say(f"  needs beside it in the same deed: {both}", f"  须在同一指令中一并办理：{both}")
            )
        for name, (asset_id, _) in zip(names, outcome.effects, strict=True):
            leaf = self.play.asset(asset_id)
            lines += [] if leaf is None else self.standing(name, leaf)
        return {"said": lines, "assets": {name: self.state_of(name) for name in names}}

    def open(self, words: list[str]) -> dict[str, Any]:
        """``open [ASSET]``: which actions state and time leave open, and who signs each."""
        own = [name for name in self.play.ids if self.leaf_of(name).contract == self.play.compiled.name]
        lines = [] if words else [say("to make a new one:", "可以新产生："), *self.offered(None)]
        found: dict[str, list[str]] = {}
        for name in words or own:
            leaf = self.leaf_of(name)
            lines += [f"{name} ({self.speaker.state(leaf.state)}):", *self.offered(leaf)]
            found[name] = [one.name for one in self.page.actions if self.is_open(one, leaf)]
        return {"said": lines, "open": found}

    # -- what is said

    def offered(self, leaf: Leaf | None) -> list[str]:
        actions = [one for one in self.page.actions if self.is_open(one, leaf)]
        lines = []
        for one in actions:
            who = f"{signers(self.speaker, one)}{self.holders(one, leaf)}"
            title = self.speaker.action(one.name)
            lines.append(say(f"  {one.name}: {title}, by {who}", f"  {one.name} {title}：{who}"))
        return lines or [say("  nothing", "  无")]

    def holders(self, action: Action, leaf: Leaf | None) -> str:
        if leaf is None:
            return ""
        stand = [self.play.named(leaf.roles[one.role]) for one in action.by if one.role in leaf.roles]
        return f" ({', '.join(stand)})" if stand else ""

    def is_open(self, action: Action, leaf: Leaf | None) -> bool:
        if leaf is None or not action.from_:
            return leaf is None and not action.from_
        if leaf.state not in action.from_:
            return False
        until, after = self.due(action.until, leaf), self.due(action.after, leaf)
        if action.until and (until is None or until <= self.play.now):
            return False
        return not action.after or (after is not None and after <= self.play.now)

    def due(self, name: str | None, leaf: Leaf) -> int | None:
        return next((time for key, time in leaf.deadlines.items() if key.partition(">")[0] == name), None)

    def leaf_of(self, name: str) -> Leaf:
        leaf = self.play.asset(self.play.known(name))
        if leaf is None:
            raise UsageError("bad-argument", name=name, detail="-")
        return leaf

    def state_of(self, name: str) -> dict[str, Any]:
        leaf = self.leaf_of(name)
        return {"state": leaf.state, "quantity": leaf.quantity, "rev": leaf.rev}

    def standing(self, name: str, leaf: Leaf) -> list[str]:
        """An asset as it stands now."""
        speaker = self.speaker
        own = leaf.contract == self.play.compiled.name
        amount = "" if leaf.quantity is None else f", {leaf.quantity:,} {speaker.unit()}"
        lines = [f"  {name}: {speaker.state(leaf.state) if own else leaf.state} ({leaf.state}){amount}"]
        roles = [f"{speaker.role(role)} {self.play.named(did)}" for role, did in leaf.roles.items()]
        if roles:
            lines.append("    " + ", ".join(roles))
        types = {one.name: one.type for one in self.page.fields}
        names = {value: self.play.named(value) for value in map(str, leaf.fields.values())}
        for key, value in leaf.fields.items():
            told = value_in_words(speaker, types.get(key), value, names) if own else str(value)
            lines.append(f"    {speaker.member(key)}: {names.get(told, told)}")
        for one in self.page.deadlines if own else []:
            time = self.due(one.name, leaf)
            if time is not None:
                lines.append(f"    {speaker.text(one.title)}: {told_time(time)}; {then(speaker, one)}")
        return lines


def _words(line: str) -> list[str]:
    """The words of a line; quotes hold a value with spaces together."""
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()


def _some(words: list[str], usage: str) -> list[str]:
    if not words:
        raise UsageError("missing-argument", name=usage)
    return words


def _pairs(words: list[str]) -> dict[str, str]:
    found = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise UsageError("bad-argument", name=word, detail="NAME=VALUE")
        found[name] = value
    return found
