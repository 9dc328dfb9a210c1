"""What the conditions of an action leave no choice about: it is shown, not asked for.

* A condition that demands ``args.X == self.Y`` settles X once the record is known, one that demands
  ``args.X == args.R.Y`` once the record R is.
* So a document that must be the one already on record is taken from there. It could not be uploaded: a
  commitment to the same content has another salt each time.
* What the record does not have is asked for as ever; the ledger then says what is wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from wusong.contract.expr import ast
from wusong.contract.expr.parser import parse
from wusong.contract.model import Asset
from wusong.errors import WusongError
from wusong.web import offering, typed

if TYPE_CHECKING:
    from wusong.contract.model import Action, Page
    from wusong.web.faces import Caller, Faces

_LACKS: Final = {
    "en": "This record has not what this act needs: “{}”.",
    "zh": "所选记录未载明办理所需事项“{}”。",
}
_NOTHING: Final[Mapping[str, Any]] = {}
_ITSELF: Final = frozenset({"id", "rev", "state"})


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value stands: in a record, "" for the one that is acted on, else named by an argument."""

    through: str
    member: str


@dataclass(frozen=True, slots=True)
class Settled:
    """The arguments of one form that are not asked for: ``known`` by value, ``later`` by what is chosen."""

    faces: Faces
    caller: Caller
    page: Page
    action: Action
    known: Mapping[str, Any]
    later: Mapping[str, Source]

    def __contains__(self, name: str) -> bool:
        return name in self.known or name in self.later

    def rows(self) -> list[dict[str, Any]]:
        """As the form shows them: ``title``, ``type``, and ``value`` or ``member`` ``of`` what is chosen."""
        fields = {one.name: one for one in self.action.args}
        found: list[dict[str, Any]] = []
        for name in [one for one in fields if one in self]:
            row = {"title": self._title(name), "type": msgspec.to_builtins(fields[name].type)}
            source = self.later.get(name)
            if source is None:
                found.append(row | {"value": self.known[name]})
            else:
                found.append(row | {"of": self._title(source.through), "member": self._member(source)})
        return found

    def fill(self, args: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments with those that are settled. Raises AccessError ``form-wrong``, ``not-found``."""
        found, wrong = {**args, **self.known}, {}
        for name, source in self.later.items():
            if source.through not in args:
                continue
            record = self.faces.access.asset(self.caller.reader("portal"), args[source.through])
            found[name] = member(record, source.member)
            if found[name] is None:
                says = {lang: text.format(self._member(source)[lang]) for lang, text in _LACKS.items()}
                wrong[source.through] = (self._title(source.through), says)
        if wrong:
            raise typed.form_wrong(wrong)
        return found

    def _title(self, argument: str) -> dict[str, str]:
        field = next(one for one in self.action.args if one.name == argument)
        return offering.title_of(self.page, field)

    def _member(self, source: Source) -> dict[str, str]:
        """What the other record's page calls the member."""
        kind = next(one.type for one in self.action.args if one.name == source.through)
        try:
            page = offering.page_of(self.faces, kind.kind or "") if isinstance(kind, Asset) else self.page
        except WusongError:
            page = self.page
        titles = {one.name: one.title for one in page.fields}
        titles |= {one.name: one.title for one in page.roles}
        return offering.said(titles.get(source.member), source.member)


def settled(
    faces: Faces,
    caller: Caller,
    page: Page,
    action: Action,
    record: Mapping[str, Any] | None,
    *,
    asked: Collection[str],
    linked: Mapping[str, Any] = _NOTHING,
) -> Settled:
    """What is settled of an action on a record (None: it makes one); ``linked`` are arguments that follow
    from another act of the same deed.
    """
    known: dict[str, Any] = {}
    later: dict[str, Source] = {}
    for name, source in sources(action).items():
        if name not in asked:
            continue
        other = record if not source.through else _peek(faces, caller, linked.get(source.through))
        value = None if other is None else member(other, source.member)
        if value is not None:
            known[name] = value
        elif source.through in asked:
            later[name] = source
    return Settled(faces, caller, page, action, known, later)


def _peek(faces: Faces, caller: Caller, asset: Any) -> dict[str, Any] | None:  # noqa: ANN401 - an argument
    if not isinstance(asset, str) or len(asset) != 64:
        return None
    try:
        return faces.access.asset(caller.reader("portal"), asset)
    except WusongError:
        return None


def member(record: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 - any value of a record
    """A field, role or the quantity of a record; None for what it does not have."""
    if name == "quantity":
        return record["quantity"]
    return record["fields"].get(name, record["roles"].get(name))


def sources(action: Action) -> dict[str, Source]:
    """The arguments that a condition settles, each with where its value stands."""
    names, found = {one.name for one in action.args}, dict[str, Source]()
    for clause in action.when:
        for one in _conjuncts(parse(clause.that)):
            for left, right in _sides(one):
                source = _source(right, action)
                if left in names and source is not None:
                    found.setdefault(left, source)
    return found


def _conjuncts(node: ast.Node) -> Iterator[ast.Node]:
    if isinstance(node, ast.Call) and node.op == "&&":
        for part in node.args:
            yield from _conjuncts(part)
    else:
        yield node


def _sides(node: ast.Node) -> Iterator[tuple[str, ast.Node]]:
    """Each side of an equality that is an argument, with the other side."""
    match node:
        case ast.Call(op="==", args=[left, right]):
            for one, other in ((left, right), (right, left)):
                match one:
                    case ast.Select(of=ast.Name(name="args"), name=name, test=False):
                        yield name, other


def _source(node: ast.Node, action: Action) -> Source | None:
    match node:
        case ast.Select(of=ast.Name(name="self"), name=name, test=False) if name not in _ITSELF:
            return Source("", name)
        case ast.Select(
            of=ast.Select(of=ast.Name(name="args"), name=through, test=False), name=name, test=False
        ) if any(one.name == through and isinstance(one.type, Asset) for one in action.args):
            return Source(through, name) if name not in _ITSELF else None
    return None
