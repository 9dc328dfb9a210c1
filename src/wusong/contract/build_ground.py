"""What building a page stands on: its names, its types, its expressions, and the findings about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from wusong.contract import model as m
from wusong.contract import profile
from wusong.contract import program as p
from wusong.contract.described import described
from wusong.contract.expr import RESERVED, ExprError, Expression, Root, Scope, compile_expression
from wusong.contract.expr.types import BOOL, INT, Member, Type, record, units_meet
from wusong.contract.findings import Findings, Path
from wusong.contract.values import PARTY, accepts, asset_kind, static

MAX_ACTION_COST: Final = 50_000
MAX_READS: Final = 48  # of the 64 assets that a deed may touch or read

WORDS: Final = RESERVED | {
    "self",
    "args",
    "as",
    "its",
    "now",
    "today",
    "state",
    "quantity",
    "rev",
    "id",
    "parent",
}

QUANTITY: Final = Type("int", unit="quantity")


class Ground:
    """A page being built: what is known of it, and what is wrong with it."""

    def __init__(self, page: m.Page) -> None:
        self.page = page
        self.later = profile.parts(page)
        self.findings = Findings()
        self.spent = self.read = 0  # cost and reads of what is being built
        self.roles = {role.name: role for role in page.roles}
        self.fields = {field.name: field for field in page.fields}
        self.states = {state.name: state for state in page.states}
        own = self.own_members()
        self.kinds = {page.name: record(own)}
        identity = {"id": Member(Type("string", unit=f"asset:{page.name}", max=64), "id")}
        self.itself = Root(record({**own, **identity}), "s")
        self.unborn = Root(record(identity), "s")

    def own_members(self) -> dict[str, Member]:
        """What ``self`` has: its stored roles, its fields, and what every asset has."""
        stored = [role for role in self.page.roles if role.among is None]
        members = {role.name: Member(PARTY, "roles", role.optional) for role in stored}
        members |= {
            field.name: Member(static(field.type), "fields", field.optional) for field in self.page.fields
        }
        members["state"] = Member(Type("string", unit="state", max=48, values=tuple(self.states)), "attr")
        members["rev"] = Member(INT, "attr")
        if self.page.quantity is not None:
            members["quantity"] = Member(QUANTITY, "attr")
        return members

    def unique(self, named: Iterable[tuple[Path, str]]) -> None:
        """No name twice, none that the language needs."""
        seen: set[str] = set()
        for path, name in named:
            if name in seen:
                self.findings.add("page-name-twice", path, name=name)
            if name in WORDS and "-" not in name and path[0] in {"roles", "fields", "args"}:
                self.findings.add("page-name-reserved", path, name=name)
            seen.add(name)

    def type_known(self, type_: m.FieldType, path: Path) -> None:
        """A type that the page may use."""
        if isinstance(type_, m.List):
            if isinstance(type_.of, m.List):
                self.findings.add("page-list-of-lists", path)
            self.type_known(type_.of, path)
        elif isinstance(type_, m.Quantity) and self.page.quantity is None:
            self.findings.add("page-no-quantity", path)

    def role(self, name: str, path: Path) -> m.Role | None:
        """The role of that name; noted when there is none."""
        role = self.roles.get(name)
        if role is None:
            self.findings.add("page-unknown-role", path, name=name)
        return role

    def state(self, name: str, path: Path) -> m.State | None:
        """The state of that name; noted when there is none."""
        state = self.states.get(name)
        if state is None:
            self.findings.add("page-unknown-state", path, name=name, states=", ".join(self.states))
        return state

    def scope_of(self, roots: Mapping[str, Root], missing: Mapping[str, str]) -> Scope:
        """What expressions with these variables may name."""
        return Scope(roots, self.kinds, missing, tuple(self.page.calendars), self.page.zone)

    def expression(self, text: str, path: Path, scope: Scope, *wanted: Type) -> Expression | None:
        """A checked expression, its bounds counted; what is wrong with it is noted."""
        try:
            found = compile_expression(text, scope, *wanted)
        except ExprError as error:
            self.findings.add(error.code, path, error.pos, **error.data)
            return None
        self.spent += found.cost
        self.read += found.reads
        self.later |= found.later
        return found

    def condition(self, clause: m.Clause, path: Path, scope: Scope) -> p.Condition:
        """A guard or invariant."""
        found = self.expression(clause.that, (*path, "that"), scope, BOOL)
        return p.Condition(clause.name, found.function if found else never, p.says(clause.says, clause.name))

    def bounds(self, path: Path) -> None:
        """What has been built since the count began is within its bounds."""
        if self.spent > MAX_ACTION_COST:
            self.findings.add("page-too-costly", path, cost=self.spent, limit=MAX_ACTION_COST)
        if self.read > MAX_READS:
            self.findings.add("page-too-many-reads", path, reads=self.read, limit=MAX_READS)

    def unsure(self, field: m.Field | None, found: Expression) -> p.Argument | None:
        """What assets must be looked up before they are set: those whose kind the types do not tell."""
        if field is None or not asset_kind(field.type)[0]:
            return None
        sure = found.type.unit if found.type.of is None else found.type.of.unit
        declared = argument_of(field, self.page.name)
        known = sure.startswith("asset") if declared.kind is None else sure == f"asset:{declared.kind}"
        return None if known else declared

    def fits(self, found: Expression, wanted: Type, path: Path, target: str) -> None:
        """The value of ``found`` may stand where ``wanted`` is: units, words, elements."""
        type_ = found.type
        if type_.name == "dyn":
            return
        of = not (wanted.of and type_.of) or (
            type_.of.name in {wanted.of.name, "dyn"} and units_meet(type_.of.unit, wanted.of.unit)
        )
        loose = type_.name == "string" and bool(wanted.unit) != bool(type_.unit) and not found.is_literal
        words = not wanted.values or not type_.values or set(type_.values) <= set(wanted.values)
        literal = getattr(found.node, "value", None)
        if found.is_literal and wanted.values and literal not in wanted.values:
            words = False
        if not of or loose or not words or not units_meet(type_.unit, wanted.unit):
            self.findings.add("page-does-not-fit", path, name=target, found=str(type_), expected=str(wanted))


def argument_of(argument: m.Field, own: str) -> p.Argument:
    """What a field or an argument of the page ``own`` accepts."""
    asset, kind = asset_kind(argument.type)
    check = accepts(argument.type)
    wanted = described(argument.type)
    return p.Argument(argument.name, check, argument.optional, asset, kind, own=kind == own, wanted=wanted)


def never(*_: object) -> bool:
    """What stands for a condition that does not compile."""
    return False
