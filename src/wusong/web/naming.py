"""Refusals in the words of their readers: titles of contracts, actions, roles and states, names of parties.

Errors carry identifiers (a contract's digest, a DID, the name of an action), which programs need. People read
the same error with what the identifiers stand for. What nobody named stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from wusong.contract.model import Bilingual, Page
from wusong.errors import AccessError, Explanation, JsonData, WusongError
from wusong.node import library
from wusong.web import reasons
from wusong.web.listing import party_names

if TYPE_CHECKING:
    from wusong.web.faces import Faces

_GAP: Final = re.compile(r"(?<=[\u4e00-\u9fff》”]) (?=[\u4e00-\u9fff《“])")
"""A space between two Chinese words: templates keep one around what may be Latin."""

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    # reasons
    "amount": ("the amount is out of range", "数量超出范围"),
    "empty": ("nobody holds it", "尚无担任方"),
    "length": ("its length", "长度不符"),
    "monotonous": ("it repeats itself, or is a row of neighbours", "字符重复或连续"),
    "name": ("it is made of your name", "由姓名构成"),
    "final-holds": ("something is left at the end", "终止时仍有余量"),
    "merge-list": ("the list of what is merged does not fit", "合并清单不符合要求"),
    "missing": ("it is not given", "未填写"),
    "no-such-asset": ("there is no such record", "没有该记录"),
    "other-kind": ("it is a record of another kind", "该记录属于其他类别"),
    "other-party": ("another party holds it", "由其他单位担任"),
    "parts": ("the parts do not sum to the whole", "各部分合计不等于总量"),
    "signs-nothing": ("this role does not sign here", "该角色在此无需签署"),
    "unknown": ("the contract does not ask for it", "合约未列明此项"),
    "unlike": ("they differ in more than quantity", "除数量外仍有不同"),
    # rights
    "enter": ("enter", "填报"),
    "read": ("read", "查看"),
    "review": ("review", "复核"),
    "sign": ("sign", "签署"),
    # offices
    "audit": ("audit", "安全审计"),
    "security": ("security", "安全保密"),
    "system": ("system", "系统"),
}


def explain(faces: Faces, error: WusongError, lang: str) -> Explanation:
    """What happened, why, and what to do, for people."""
    said = in_words(faces, error, lang).explain(lang)
    if lang != "zh":
        return said
    return Explanation(*(_GAP.sub("", part) for part in (said.what, said.why, said.do)))


def in_words(faces: Faces, error: WusongError, lang: str) -> WusongError:
    """The error with names and titles in place of identifiers."""
    error = reasons.plain(error, lang)
    page = _page(faces, error.data.get("contract"))
    parties = party_names(faces) if _names_parties(error.data) else {}
    data = {key: _said(key, value, page, parties, lang) for key, value in error.data.items()}
    return WusongError(error.code, **data)


def _names_parties(data: Mapping[str, JsonData]) -> bool:
    return any(isinstance(value, str) and value.startswith("did:") for value in data.values())


def _page(faces: Faces, contract: JsonData) -> Page | None:
    if not isinstance(contract, str) or not contract or contract.startswith("system/"):
        return None
    try:
        return library.find(faces.node, contract).compiled.page
    except WusongError:
        return None


def _said(key: str, value: JsonData, page: Page | None, parties: dict[str, str], lang: str) -> JsonData:
    if not isinstance(value, str):
        return value
    if value in parties:
        return parties[value]
    title = _TITLES.get(key)
    if page is not None and title is not None:
        value = title(page, value, lang)
    known = _WORDS.get(value) if key in ("reason", "right", "office") else None
    return value if known is None else known[1 if lang == "zh" else 0]


def _text(text: Bilingual | None, fallback: str, lang: str) -> str:
    if text is None:
        return fallback
    return text.zh if lang == "zh" else text.en


def _contract(page: Page, _value: str, lang: str) -> str:
    return f"《{page.title.zh}》" if lang == "zh" else f"“{page.title.en}”"


def _titled(items: list[Any], name: str, lang: str) -> str:
    return next((_text(one.title, name, lang) for one in items if one.name == name), name)


def _argument(page: Page, name: str, lang: str) -> str:
    """Arguments of one name mean the same thing on a page, in slightly different words."""
    every = [one for action in page.actions for one in action.args if one.name == name and one.title]
    return _titled([*every, *page.fields, *page.roles], name, lang)


def _states(page: Page, names: str, lang: str) -> str:
    comma = "、" if lang == "zh" else ", "
    return comma.join(_titled(page.states, name, lang) for name in names.split(", "))


def _accreditation(page: Page, name: str, lang: str) -> str:
    """An accreditation is called as the role that needs it."""
    return next((_text(role.title, name, lang) for role in page.roles if role.accredited == name), name)


_TITLES: Final[Mapping[str, Callable[[Page, str, str], str]]] = {
    "accreditation": _accreditation,
    "action": lambda page, name, lang: _titled(page.actions, name, lang),
    "argument": _argument,
    "contract": _contract,
    "expected": _states,
    "right": lambda page, name, lang: _titled(page.actions, name, lang),
    "role": lambda page, name, lang: _titled(page.roles, name, lang),
    "state": lambda page, name, lang: _titled(page.states, name, lang),
    "target": _argument,
}


def wrong_fields(error: WusongError, lang: str) -> dict[str, dict[str, str]]:
    """The fields that an error names: by name, the title and what would be right."""
    fields = error.data.get("fields")
    if not isinstance(error, AccessError) or not isinstance(fields, Mapping):
        return {}
    return {
        name: {key: str(text[lang]) for key, text in one.items() if isinstance(text, Mapping)}
        for name, one in fields.items()
        if isinstance(one, Mapping)
    }
