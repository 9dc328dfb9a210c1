"""A page in words: who may do what, between which states, and what refuses it; in English and in Chinese.

for power in powers(page.compiled.page, "zh"):
    print(power.title, power.who, power.moves, power.refusals)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from wusong.contract.model import Action, Bilingual, Page, Role, State
from wusong.contract.shorthand import humanised

Lang = Literal["en", "zh"]

_ANYONE: Final = {"en": "Anyone", "zh": "任何单位"}
_NEW: Final = {"en": "new", "zh": "新产生"}


@dataclass(frozen=True, slots=True)
class Power:
    """One row of the table: an action, who signs it, the states it leads between, why it may be refused."""

    action: str
    title: str
    who: str
    moves: str
    refusals: tuple[str, ...]


def powers(page: Page, lang: Lang) -> list[Power]:
    """Who may do what, in the order of the page."""
    return [
        Power(
            action.name,
            _text(action.title, action.name, lang),
            who(page, action, lang),
            moves(page, action, lang),
            tuple(_text(clause.says, clause.name, lang) for clause in action.when),
        )
        for action in page.actions
    ]


def who(page: Page, action: Action, lang: Lang) -> str:
    """Who signs: "Holder and Keeper, and Lender if there is one"."""
    if action.anyone:
        return _ANYONE[lang]
    roles = {role.name: role for role in page.roles}
    always = [_role(roles[signer.role], lang) for signer in action.by if not signer.optional]
    filled = [_role(roles[signer.role], lang) for signer in action.by if signer.optional]
    if lang == "zh":
        together = "、".join(always) + ("共同" if len(always) > 1 else "")
        return together + "".join(f"（有{name}的，{name}一并签署）" for name in filled)
    names = " and ".join(filter(None, [", ".join(always[:-1]), *always[-1:]]))
    return ", and ".join([names, *(f"{name} if there is one" for name in filled)])


def moves(page: Page, action: Action, lang: Lang) -> str:
    """From which states to which: "Stored → Released"."""
    states = {state.name: state for state in page.states}
    comma = "、" if lang == "zh" else ", "
    before = comma.join(_state(states[name], lang) for name in action.from_) or _NEW[lang]
    if action.to is None or action.from_ == [action.to]:
        return before
    return f"{before} → {_state(states[action.to], lang)}"


def _role(role: Role, lang: Lang) -> str:
    return role.title.zh if lang == "zh" else role.title.en


def _state(state: State, lang: Lang) -> str:
    return _text(state.title, state.name, lang)


def _text(text: Bilingual | None, name: str, lang: Lang) -> str:
    if text is None:
        return humanised(name)
    return text.zh if lang == "zh" else text.en
