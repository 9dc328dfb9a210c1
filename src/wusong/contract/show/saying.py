"""Expressions in words, where they are simple; else quoted as code.

* ``amount`` says what an expression gives ("the weight stated", 所载重量), ``condition`` when it is true.
* Neither ever guesses: what has no plain wording is quoted exactly.
"""

from __future__ import annotations

from typing import Final

from wusong.contract import model as m
from wusong.contract.expr import ast
from wusong.contract.expr.lexer import ExprError
from wusong.contract.expr.parser import parse
from wusong.contract.show.marks import code
from wusong.contract.show.speaker import Speaker, article

_LONGEST: Final = 160
_TIMES: Final = (m.Date, m.Time)
_COMPARED: Final = {
    "<": ("less than", "少于", "before", "早于"),
    "<=": ("at most", "不超过", "not after", "不晚于"),
    ">": ("more than", "多于", "after", "晚于"),
    ">=": ("at least", "不少于", "not before", "不早于"),
}
_COUNTED: Final = {
    "+": (" plus ", "加"),
    "-": (" minus ", "减"),
    "*": (" times ", "乘以"),
    "/": (" divided by ", "除以"),
}

_FUNCTIONS: Final = frozenset({"[]", "apportion", "day_end", "day_of", "months", "position", "workday"})


class Saying:
    """Expressions of a page, of one of its actions where one is given."""

    def __init__(self, speaker: Speaker, action: m.Action | None = None) -> None:
        self._speaker = speaker
        self._before = False
        self._action = action
        self._types: Final = {one.name: one.type for one in speaker.page.fields}

    def amount(self, text: str) -> str:
        """What an expression gives, from what stood before the act."""
        node, self._before = _tree(text), True
        said = self._value(node) if node is not None else None
        if said is None and node is not None:
            said = self._whether(node)
        return said if said is not None and len(said) <= _LONGEST else code(text)

    def condition(self, text: str) -> str:
        """When an expression is true."""
        node, self._before = _tree(text), False
        said = self._truth(node) if node is not None else None
        return said if said is not None and len(said) <= _LONGEST else code(text)

    # -- values

    def _value(self, node: ast.Node) -> str | None:
        match node:
            case ast.Lit(value=value):
                return self._literal(value)
            case ast.Name(name="now"):
                return self._say("the time of the act", "办理时间")
            case ast.Name(name="today"):
                return self._say("the day of the act", "办理当日")
            case ast.Select(of=ast.Name(name=root), name=name, test=False):
                return self._member(root, name)
            case ast.Select(of=ast.Select(of=ast.Name(name=root), name=through), name=name, test=False):
                return self._beyond(root, through, name)
            case ast.Call(op=op, args=[left, right]) if op in _COUNTED:
                return self._counted(op, left, right)
            case ast.Call(op=op, args=args) if op in _FUNCTIONS:
                return self._function(op, args)
            case ast.Call(op="size", args=[inner]):
                said = self._value(inner)
                return said and self._say(f"the length of {said}", f"{said}的长度")
            case ast.Call(op="?:", args=[condition, then, other]):
                return self._chosen(condition, then, other)
            case ast.ListLit(items=[]):
                return self._say("an empty list", "空列表")
            case ast.ListLit(items=items):
                said_all = [self._value(item) for item in items]
                return None if None in said_all else self._speaker.both([one for one in said_all if one])
        return None

    def _literal(self, value: bool | int | str) -> str:
        if isinstance(value, bool):
            return self._say("yes", "是") if value else self._say("no", "否")
        return f"{value:,}" if isinstance(value, int) else f"“{self._speaker.enum(value)}”"

    def _chosen(self, condition: ast.Node, then: ast.Node, other: ast.Node) -> str | None:
        """``c ? a : b``; ``has(x) ? x : b`` reads: x, or where there is none, b."""
        one, two = self._value(then), self._value(other)
        if one is None or two is None:
            return None
        if _same(condition, then):
            return self._say(f"{one} (where there is none, {two})", f"{one}（没有的，为{two}）")
        told = self._truth(condition)
        return told and self._say(f"{one} if {told}, else {two}", f"{one}（{told}的），其余情形为{two}")

    def _whether(self, node: ast.Node) -> str | None:
        told = self._truth(node)
        return told and self._say(f"yes if {told}, else no", f"是（{told}的）或者否（其余情形）")

    def _member(self, root: str, name: str) -> str | None:
        speaker = self._speaker
        if root == "args" and self._action is not None:
            told = speaker.argument(self._action, name)
            return self._say(f"the {told} stated", f"所载{told}")
        if root == "as":
            return self._say(f"the signing {speaker.role(name)}", f"签署的{speaker.role(name)}")
        if root != "self":
            return None
        if name == "quantity":
            return self._say("the quantity left", "剩余数量")
        if name in {"state", "id", "rev"}:
            return {"state": self._say("the state", "状态"), "id": self._say("its number", "本件编号")}.get(
                name
            )
        told = speaker.member(name)
        return (
            self._say(f"the {told} so far", f"原{told}") if self._before else self._say(f"the {told}", told)
        )

    def _beyond(self, root: str, through: str, name: str) -> str | None:
        """A member of another record, where it is called as one of ours is."""
        first = self._member(root, through)
        if first is None or not self._speaker.knows_member(name) or root not in {"args", "self"}:
            return None
        told = self._speaker.member(name)
        return self._say(f"the {told} of {first}", f"{first}的{told}")

    def _counted(self, op: str, left: ast.Node, right: ast.Node) -> str | None:
        one, two = self._operand(left), self._span(left, right) or self._operand(right)
        return None if one is None or two is None else one + self._say(*_COUNTED[op]) + two

    def _operand(self, node: ast.Node) -> str | None:
        """A side of a sum or a product; one that is itself computed stands in brackets, for order counts."""
        said = self._value(node)
        if said is None or not isinstance(node, ast.Call) or node.op not in {*_COUNTED, "?:"}:
            return said
        return self._say(f"({said})", f"（{said}）")

    def _span(self, left: ast.Node, right: ast.Node) -> str | None:
        """A number of days added to a date; ms added to a time, in days or hours where it is whole ones."""
        if not isinstance(right, ast.Lit) or not isinstance(right.value, int):
            return None
        if self._is_day(left):
            en = "1 day" if right.value == 1 else f"{right.value:,} days"
            return self._say(en, f"{right.value:,}日")
        if not self._is_time(left):
            return None
        for unit, en, zh in ((86_400_000, "day", "日"), (3_600_000, "hour", "小时")):
            if right.value % unit == 0 and right.value:
                count = right.value // unit
                return self._say(f"{count:,} {en}{'' if count == 1 else 's'}", f"{count:,}{zh}")
        return None

    def _function(self, op: str, args: list[ast.Node]) -> str | None:
        """The functions over dates and shares, where numbers and calendars are written out."""
        if op == "[]":
            return self._item(*args)
        first = self._value(args[0]) if args else None
        second = self._value(args[1]) if len(args) > 1 else None
        if first is None:
            return None
        match op, second:
            case "day_end", None:
                return self._say(f"the end of {first}", f"{first}终了时")
            case "day_of", None:
                return self._say(f"the day of {first}", f"{first}所在日")
            case "apportion", str():
                return self._say(f"{first} shared out by {second}", f"{first}按{second}分配所得")
            case "position", str():
                return self._say(f"the place of {second} in {first}", f"{second}在{first}中的位次")
            case "months", str():
                return self._months(first, args[1], second)
            case "workday", str():
                return self._workday(first, args)
        return None

    def _item(self, of: ast.Node, at: ast.Node) -> str | None:
        """One item of a list: by its number, or the one that belongs to an item of another list."""
        items = self._value(of)
        if items is None:
            return None
        match at:
            case ast.Lit(value=int(number)):
                return self._say(f"the {_ordinal(number + 1)} of {items}", f"{items}中的第{number + 1}项")
            case ast.Call(op="position", args=[_, wanted]):
                whose = self._value(wanted)
                return whose and self._say(f"the one of {items} for {whose}", f"{items}中{whose}对应的一项")
        return None

    def _months(self, day: str, node: ast.Node, count: str) -> str | None:
        if isinstance(node, ast.Lit) and node.value == 1:
            return self._say(f"1 month after {day}", f"{day}后1个月的对应日")
        if isinstance(node, ast.Call):
            return None
        return self._say(f"{count} months after {day}", f"{day}后{count}个月的对应日")

    def _workday(self, day: str, args: list[ast.Node]) -> str | None:
        """The n-th working day, by which calendar."""
        match args[1:]:
            case [ast.Lit(value=0), ast.Lit(value=str(name))]:
                en = f"{day}, or the next working day ({code(name)})"
                return self._say(en, f"{day}（非工作日的顺延至下一工作日，{code(name)}）")
            case [ast.Lit(value=int(count)), ast.Lit(value=str(name))]:
                en = f"the {_ordinal(count)} working day after {day} ({code(name)})"
                return self._say(en, f"{day}后第{count}个工作日（{code(name)}）")
            case [ast.Select() as many, ast.Lit(value=str(name))] if (shown := self._value(many)) is not None:
                en = f"as many working days after {day} as {shown} ({code(name)})"
                return self._say(en, f"自{day}起算、以{shown}为日数的工作日届满之日（{code(name)}）")
        return None

    # -- conditions

    def _truth(self, node: ast.Node) -> str | None:
        match node:
            case ast.Call(op="&&", args=[left, right]):
                return self._joined(left, right, self._say(", and ", "，且"), "||")
            case ast.Call(op="||", args=[left, right]):
                return self._either(left, right)
            case ast.Call(op="!_", args=[inner]):
                return self._untrue(inner)
            case ast.Call(op="==", args=[left, right]):
                return self._equal(left, right, ("is", "为"))
            case ast.Call(op="!=", args=[left, right]):
                return self._equal(left, right, ("is not", "不为"))
            case ast.Call(op="in", args=[left, ast.ListLit(items=items)]):
                return self._within(left, items, ("is", "为"))
            case ast.Call(op=op, args=[left, right]) if op in _COMPARED:
                return self._compared(op, left, right)
            case ast.Select(test=True, of=of, name=name):
                return self._present(of, name, ("there is {}", "有{}"))
            case ast.Select():
                return self._flag(node, ("yes", "是"))
        return None

    def _joined(self, left: ast.Node, right: ast.Node, between: str, other: str) -> str | None:
        """Both with a word between; None where mixing it with the ``other`` operator would be ambiguous."""
        if any(isinstance(side, ast.Call) and side.op == other for side in (left, right)):
            return None
        one, two = self._truth(left), self._truth(right)
        return None if one is None or two is None else one + between + two

    def _either(self, left: ast.Node, right: ast.Node) -> str | None:
        """``!A || B`` reads: where A, B."""
        opposite, then = self._opposite(left), self._truth(right)
        if opposite is not None and then is not None:
            return self._say(f"where {opposite}: {then}", f"{opposite}的，{then}")
        return self._joined(left, right, self._say(", or ", "，或者"), "&&")

    def _opposite(self, node: ast.Node) -> str | None:
        match node:
            case ast.Call(op="!_", args=[inner]):
                return self._truth(inner)
            case ast.Call(op="!=", args=[left, right]):
                return self._equal(left, right, ("is", "为"))
        return None

    def _untrue(self, node: ast.Node) -> str | None:
        match node:
            case ast.Select(test=True, of=of, name=name):
                return self._present(of, name, ("there is no {}", "没有{}"))
            case ast.Call(op="==", args=[left, right]):
                return self._equal(left, right, ("is not", "不为"))
            case ast.Call(op="in", args=[left, ast.ListLit(items=items)]):
                return self._within(left, items, ("is not", "不为"))
            case ast.Select():
                return self._flag(node, ("no", "否"))
        return None

    def _equal(self, left: ast.Node, right: ast.Node, word: tuple[str, str]) -> str | None:
        one, two = self._value(left), self._side(left, right)
        return (
            None
            if one is None or two is None
            else self._say(f"{one} {word[0]} {two}", f"{one}{word[1]}{two}")
        )

    def _side(self, left: ast.Node, right: ast.Node) -> str | None:
        """The right side; a word that stands for one of our states is called as the page calls it."""
        if isinstance(right, ast.Lit) and isinstance(right.value, str) and _is_state(left):
            return self._speaker.quoted_state(right.value)
        return self._value(right)

    def _within(self, left: ast.Node, items: list[ast.Node], word: tuple[str, str]) -> str | None:
        one, many = self._value(left), [self._side(left, item) for item in items]
        if one is None or not many or None in many:
            return None
        said = self._speaker.either([item for item in many if item])
        return self._say(f"{one} {word[0]} {said}", f"{one}{word[1]}{said}")

    def _compared(self, op: str, left: ast.Node, right: ast.Node) -> str | None:
        one, two = self._value(left), self._value(right)
        if one is None or two is None:
            return None
        less, less_zh, before, before_zh = _COMPARED[op]
        if self._is_time(left) or self._is_time(right):
            return self._say(f"{one} is {before} {two}", f"{one}{before_zh}{two}")
        return self._say(f"{one} is {less} {two}", f"{one}{less_zh}{two}")

    def _present(self, of: ast.Node, name: str, how: tuple[str, str]) -> str | None:
        if not isinstance(of, ast.Name) or of.name not in {"self", "args"}:
            return None
        if of.name == "args":
            told = self._speaker.argument(self._action, name) if self._action is not None else name
        else:
            told = self._speaker.member(name)
        return self._say(*how).format(
            told if "no {}" in how[0] or self._speaker.lang == "zh" else article(told)
        )

    def _flag(self, node: ast.Select, word: tuple[str, str]) -> str | None:
        """A member that is yes or no; its title is often a sentence, so it is quoted."""
        said = self._value(node)
        if said is None:
            return None
        return self._say(f"“{said.removeprefix('the ')}” is {word[0]}", f"“{said}”为{word[1]}")

    def _is_day(self, node: ast.Node) -> bool:
        match node:
            case ast.Name(name="today"):
                return True
            case ast.Select(of=ast.Name(name="self"), name=name):
                return isinstance(self._types.get(name), m.Date)
            case ast.Select(of=ast.Name(name="args"), name=name) if self._action is not None:
                return any(one.name == name and isinstance(one.type, m.Date) for one in self._action.args)
            case ast.Call(op="day_of" | "months" | "workday"):
                return True
            case ast.Call(op="+" | "-", args=[left, ast.Lit()]):
                return self._is_day(left)
        return False

    def _is_time(self, node: ast.Node) -> bool:
        match node:
            case ast.Name(name="now" | "today"):
                return True
            case ast.Select(of=ast.Name(name="self"), name=name):
                return isinstance(self._types.get(name), _TIMES)
            case ast.Select(of=ast.Name(name="args"), name=name) if self._action is not None:
                return any(one.name == name and isinstance(one.type, _TIMES) for one in self._action.args)
            case ast.Call(args=args):
                return any(self._is_time(one) for one in args)
        return False

    def _say(self, en: str, zh: str) -> str:
        return self._speaker.say(en, zh)


def _tree(text: str) -> ast.Node | None:
    try:
        return parse(text)
    except ExprError:
        return None


def _ordinal(count: int) -> str:
    last = "th" if 10 <= count % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")
    return f"{count}{last}"


def _same(condition: ast.Node, then: ast.Node) -> bool:
    match condition, then:
        case ast.Select(test=True, of=ast.Name(name=a), name=b), ast.Select(of=ast.Name(name=c), name=d):
            return (a, b) == (c, d)
    return False


def _is_state(node: ast.Node) -> bool:
    return isinstance(node, ast.Select) and node.name == "state" and isinstance(node.of, ast.Name)
