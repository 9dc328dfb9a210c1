"""Values in the reader's language: what contract pages call their states, actions, fields; what we call ours.

In English the names themselves are shown, for they are what one types; in Chinese the titles of the pages.
``--json`` always has the names.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from wusong.cli.reading import rows
from wusong.cli.terminal import say, terminal, to_json

if TYPE_CHECKING:
    from wusong.node.node import Node

__all__ = ["Pages", "value_word", "when"]

_BEIJING: Final = timedelta(hours=8)
_LAST: Final = 253_402_214_400_000
_WORDS: Final = {
    "active": "有效", "aggregate": "分组统计", "answer": "单项答案", "core": "核心数据", "daily": "每日",
    "general": "一般数据", "gm": "国密算法（gm）", "half-yearly": "每半年", "important": "重要数据",
    "industry": "产业发展", "intl": "国际算法（intl）", "irregular": "不定期", "monthly": "每月",
    "ok": "已受理", "operator only": "仅运营方自证", "public-governance": "公共治理",
    "public-welfare": "公益事业", "quarterly": "每季度", "real-time": "实时", "revoked": "已撤销",
    "static": "静态", "suspended": "已暂停", "weekly": "每周", "wrong-digest": "摘要不符（wrong-digest）",
    "yearly": "每年", "yes-no": "是否核验",
}  # fmt: skip
_SYSTEM: Final = {
    "accreditation": "资质准入", "contract": "合约", "erasure": "内容删除",
    "mandate": "授权委托", "name": "合约名称", "parameters": "账本参数", "party": "单位准入",
    "admit": "准入", "change": "变更", "erase": "删除", "grant": "授予", "install": "发布",
    "reinstate": "恢复", "resume": "恢复使用", "revoke": "撤销", "rotate": "更换密钥",
    "suspend": "暂停", "update": "更新",
    "calendar": "工作日历", "close": "结束", "correct": "更正", "freeze": "冻结", "look-through": "穿透监管",
    "open": "发起", "publish": "公布", "renew": "续行冻结", "unfreeze": "解冻",
}  # fmt: skip


def value_word(value: str) -> str:
    """A word of ours in the reader's language; any other stands for itself."""
    return say(value, _WORDS.get(value, value))


def when(milliseconds: int) -> str:
    """A time for people, in Beijing time."""
    moment = datetime.fromtimestamp(min(max(milliseconds, 0), _LAST) / 1000, UTC) + _BEIJING
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def until(milliseconds: int) -> str:
    """The end of a time limit in Beijing time; midnight is the end of the day before, 24:00."""
    said = when(milliseconds)
    return f"{when(milliseconds - 1_000)[:10]} 24:00" if said.endswith(" 00:00:00") else said


class Pages:
    """The pages of a ledger, for their words. Use it while the node is open."""

    def __init__(self, node: Node) -> None:
        self._node: Final = node
        self._models: Final[dict[str, dict[str, Any]]] = {}

    def model(self, digest: str) -> dict[str, Any]:
        """A page's model; nothing in it for system kinds."""
        from wusong.crypto import canonical

        if digest not in self._models:
            stored = None if digest.startswith("system/") else self._node.ledger.store.page(digest)
            found: Any = canonical.decode(stored or b"{}")
            self._models[digest] = dict(found)
        return self._models[digest]

    def word(self, digest: str, group: str, name: str) -> str:
        """What a page calls one of its ``states``, ``actions``, ``roles`` or ``fields``."""
        if terminal.get().lang != "zh" or not name:
            return name
        if digest.startswith("system/"):
            return _SYSTEM.get(name, value_word(name))
        return str(self._item(digest, group, name).get("title", {}).get("zh") or name)

    def kind(self, digest: str, name: str) -> str:
        """A contract by its title and name."""
        if digest.startswith("system/"):
            return say(name, _SYSTEM.get(digest.removeprefix("system/"), name))
        title = self.model(digest).get("title", {}).get("zh", "")
        return say(name, f"{title} {name}".strip())

    def field(self, digest: str, name: str, value: Any, names: dict[str, str]) -> tuple[str, str]:
        """A field's name and its value as people read it; ``names`` are those of the parties."""
        type_ = self._item(digest, "fields", name).get("type", {})
        return self.word(digest, "fields", name), _shown(type_, value, names)

    def says(self, digest: str, action: str, clause: str) -> str:
        """The words of a clause that refused an action."""
        model = self.model(digest)
        clauses = [*self._item(digest, "actions", action).get("when", []), *model.get("always", [])]
        refused: dict[str, Any] = next((one for one in clauses if one.get("name") == clause), {})
        return str(refused.get("says", {}).get(terminal.get().lang, ""))

    def states_called(self, given: str) -> list[str]:
        """The states that a reader means by a name or a title."""
        found = {
            state["name"]
            for digest in self.installed()
            for state in self.model(digest).get("states", [])
            if given in {state["name"], *state.get("title", {}).values()}
        }
        return sorted(found | {given})

    def accreditations(self) -> list[str]:
        """The accreditations that some installed page asks for, or a kind of the system."""
        from wusong.ledger.system.calendar import PUBLISHER
        from wusong.ledger.system.freeze import AUTHORITY, OFFICER
        from wusong.ledger.system.lookthrough import SUPERVISOR

        return sorted(
            {PUBLISHER, AUTHORITY, OFFICER, SUPERVISOR}
            | {
                role["accredited"]
                for digest in self.installed()
                for role in self.model(digest).get("roles", [])
                if role.get("accredited")
            }
        )

    def installed(self) -> list[str]:
        """The digests of the pages that have a name."""
        from wusong.node.ledger_view import assets

        query = sa.select(assets.c.fields).where(assets.c.contract == "system/name")
        return sorted({row["fields"]["contract"] for row in rows(self._node, query)})

    def _item(self, digest: str, group: str, name: str) -> dict[str, Any]:
        item: dict[str, Any] = next(
            (one for one in self.model(digest).get(group, []) if one["name"] == name), {}
        )
        return item


def _shown(type_: dict[str, Any], value: Any, names: dict[str, str]) -> str:
    match type_.get("type"), value:
        case "time", int():
            return when(value)
        case "date", int():
            return (datetime.fromtimestamp(0, UTC) + timedelta(days=value)).strftime("%Y-%m-%d")
        case "party", str():
            return f"{names.get(value, '')} {value}".strip()
        case "money", int():
            return f"{value / 100:,.2f} {type_.get('currency', '')}".strip()
        case "enum", str():
            return value_word(value)
        case _, bool():
            return say("yes", "是") if value else say("no", "否")
        case _, str():
            return value
    return to_json(value)
