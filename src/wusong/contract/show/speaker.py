"""What a page calls its things, in one language, and how that language joins words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from wusong.contract import model as m
from wusong.contract.shorthand import humanised
from wusong.errors import Lang

ENUM_ZH: Final = {
    "aggregate": "分组统计", "answer": "单项答案", "await-waiver": "等待申请人放弃不符点",
    "bearer": "不记名", "breach": "违反约定", "business": "经营管理", "change": "变更",
    "compliance": "合规管理", "conditional": "有条件开放", "core": "核心数据", "correction": "更正",
    "credit": "征信评价", "daily": "每日", "deferred": "延期付款", "destination": "变更目的港",
    "development": "产品研发", "file": "数据文件", "first": "首次", "general": "一般数据",
    "half-yearly": "每半年", "hold": "留单听候指示", "important": "重要数据", "industry": "产业发展",
    "irregular": "不定期", "level-1": "一级", "level-2": "二级", "level-3": "三级", "level-4": "四级",
    "level-5": "五级", "monthly": "每月", "none": "不予开放", "open": "无条件开放", "order": "指示",
    "planning": "规划决策", "product": "数据产品", "public-governance": "公共治理",
    "public-interest": "公共利益", "public-service": "公共服务", "public-welfare": "公益事业",
    "quarterly": "每季度", "real-time": "实时", "renewal": "续期", "research": "科学研究",
    "resource": "数据资源", "return": "退单", "risk-control": "风险控制", "score": "模型评分",
    "security": "安全原因", "sight": "即期付款", "static": "静态", "straight": "记名", "switch": "换单",
    "usance": "远期付款", "weekly": "每周", "yearly": "每年", "yes-no": "是否核验",
    "beyond-duty": "超出履职需要", "law-changed": "法律法规修改", "law-forbids": "法律法规禁止",
    "misuse": "超出约定目的使用", "not-held": "未掌握该数据", "return-flow": "回流",
    "security-risk": "安全风险", "sharing": "共享",
}  # fmt: skip
"""Words of an ``enum`` in Chinese; the language of pages gives them no titles of their own."""

_NOTE: Final = re.compile(r"\s*[(（][^()（）]*[)）]$")


class Speaker:
    """A page's words in ``lang``; a name stands for itself, humanised, where the page gives no title."""

    def __init__(self, page: m.Page, lang: Lang) -> None:
        self.page: Final = page
        self.lang: Final[Lang] = lang
        self._roles: Final = {role.name: role.title for role in page.roles}
        self._fields: Final = {one.name: one.title for one in page.fields}
        self._states: Final = {state.name: state.title for state in page.states}
        self._deadlines: Final = {one.name: one.title for one in page.deadlines}
        self._actions: Final = {action.name: action.title for action in page.actions}
        names = [*self._roles, *self._fields]
        full = [self.full_member(name) for name in names]
        short = [shortened(title) for title in full]
        self._short: Final = {
            title: brief
            for title, brief in zip(full, short, strict=True)
            if short.count(brief) == 1 and brief not in full
        }

    def say(self, en: str, zh: str) -> str:
        """The text of this language."""
        return zh if self.lang == "zh" else en

    def text(self, text: m.Bilingual | None, name: str = "") -> str:
        """A bilingual text, else the humanised name."""
        if text is None:
            return humanised(name)
        return text.zh if self.lang == "zh" else text.en

    @property
    def kind(self) -> str:
        """What an asset is called within a sentence."""
        kind = self.text(self.page.kind)
        return kind if self.lang == "zh" or kind[1:2].isupper() else kind[:1].lower() + kind[1:]

    def role(self, name: str) -> str:
        """What a role is called within a sentence: its title without the note in brackets."""
        return self.member(name)

    def state(self, name: str) -> str:
        """What a state is called."""
        return self.text(self._states.get(name), name)

    def quoted_state(self, name: str) -> str:
        """A state within a sentence."""
        return f"“{self.state(name)}”"

    def action(self, name: str) -> str:
        """What an action is called."""
        return self.text(self._actions.get(name), name)

    def deadline(self, name: str) -> str:
        """What a deadline is called."""
        return self.text(self._deadlines.get(name), name)

    def full_member(self, name: str) -> str:
        """The whole title of a field or a role, as where it is introduced."""
        return self.text(self._roles.get(name) or self._fields.get(name), name)

    def member(self, name: str) -> str:
        """What a field or a role is called within a sentence."""
        full = self.full_member(name)
        return self._short.get(full, full)

    def knows_member(self, name: str) -> bool:
        """Whether the page has such a field or role with a title."""
        return bool(self._roles.get(name) or self._fields.get(name))

    def argument(self, action: m.Action, name: str) -> str:
        """What an argument is called: its own title, else that of the field or role of its name."""
        own = next((one.title for one in action.args if one.name == name), None)
        return self.text(own, name) if own else self.member(name)

    def enum(self, word: str) -> str:
        """A word of an enum."""
        return ENUM_ZH.get(word, word) if self.lang == "zh" else word.replace("-", " ")

    def unit(self) -> str:
        """What the quantity counts; empty when there is none."""
        unit = self.page.quantity
        return "" if unit is None else (self.text(unit.title) if unit.title else unit.unit)

    def both(self, words: Sequence[str]) -> str:
        """A, B and C."""
        return self._joined(words, self.say(" and ", "和"))

    def either(self, words: Sequence[str]) -> str:
        """A, B or C."""
        return self._joined(words, self.say(" or ", "或者"))

    def _joined(self, words: Sequence[str], last: str) -> str:
        if len(words) < 2:
            return "".join(words)
        return self.say(", ", "、").join(words[:-1]) + last + words[-1]


def shortened(title: str) -> str:
    """A title without a note in brackets at its end."""
    return _NOTE.sub("", title) or title


def article(noun: str) -> str:
    """An English noun with its indefinite article."""
    vowel = noun[:1].lower() in "aeiou" and not noun.lower().startswith(("use", "uni"))
    return f"{'an' if vowel else 'a'} {noun}"
