"""The canonical model of a page: what the ledger holds and what the page's digest is over.

* Every shorthand of the page is written out; what the page leaves unsaid is absent; lists keep the page's
  order.
* One page has one model: ``parse`` refuses a model that is not what ``to_builtins`` makes of it.
* The JSON Schema of these types is docs/contract.schema.json.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct, field

MODEL_LIMIT: Final = 262_144
"""Greatest length of a canonical model, bytes."""

Kebab: TypeAlias = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=48)]
Snake: TypeAlias = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=40)]
KindName: TypeAlias = Annotated[
    str, Meta(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*@[1-9][0-9]{0,5}$", max_length=56)
]
Expr: TypeAlias = Annotated[str, Meta(min_length=1, max_length=4_000)]
Prose: TypeAlias = Annotated[str, Meta(min_length=1, max_length=2_000)]
Count: TypeAlias = Annotated[int, Meta(ge=1, le=65_536)]
Moment: TypeAlias = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Words: TypeAlias = Annotated[str, Meta(min_length=1, max_length=20_000)]
Year: TypeAlias = Annotated[str, Meta(pattern=r"^[1-9][0-9]{3}$")]
YearDays: TypeAlias = Annotated[str, Meta(pattern=r"^(weekdays|[0-9a-f]{92})$")]
Expected: TypeAlias = Annotated[
    str, Meta(pattern=r"^([a-z][a-z0-9]*(_[a-z0-9]+)*|deadline [a-z][a-z0-9]*(-[a-z0-9]+)*)$", max_length=57)
]

BEIJING: Final = 480
"""The offset from UTC, in minutes, of a page that names none."""


class Model(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What all parts of a model have in common: unknown members are refused, defaults are absent."""


class Bilingual(Model, frozen=True):
    """A text in English and in Chinese."""

    en: Prose
    zh: Prose


class TypeModel(Model, frozen=True, tag_field="type", tag=str.lower):
    """The type of a field or an argument; the member ``type`` says which."""


class Text(TypeModel, frozen=True):
    """At most ``max`` characters; by declaration nothing personal."""

    max: Count


class Int(TypeModel, frozen=True):
    """A whole number within ±(2^53-1)."""


class Bool(TypeModel, frozen=True):
    """True or false."""


class Party(TypeModel, frozen=True):
    """A party, by its DID."""


class Asset(TypeModel, frozen=True):
    """An asset, by its id; of one kind ("name@major") or, without ``kind``, of any."""

    kind: KindName | None = None


class Commitment(TypeModel, frozen=True):
    """A salted hash of content that stays off the ledger: 64 hex characters."""


class Digest(TypeModel, frozen=True):
    """A digest of something public: 64 hex characters."""


class Date(TypeModel, frozen=True):
    """A day: days since 1970-01-01."""


class Period(TypeModel, frozen=True):
    """A number of days, none or more."""


class Time(TypeModel, frozen=True):
    """A moment: milliseconds since 1970-01-01T00:00:00Z."""


class Rate(TypeModel, frozen=True):
    """Basis points: 10,000 is the whole."""


class Money(TypeModel, frozen=True):
    """An amount, none or more, in the currency's minor unit (ISO 4217)."""

    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$")]


class Quantity(TypeModel, frozen=True):
    """An amount, none or more, in the page's unit."""


class List(TypeModel, frozen=True):
    """At most ``max`` values of one type, which is no list itself."""

    of: FieldType
    max: Annotated[int, Meta(ge=1, le=256)]


class Enum(TypeModel, frozen=True):
    """One of these words."""

    values: Annotated[list[Kebab], Meta(min_length=1, max_length=64)]


FieldType: TypeAlias = (
    Text
    | Int
    | Bool
    | Party
    | Asset
    | Commitment
    | Digest
    | Date
    | Period
    | Time
    | Rate
    | Money
    | Quantity
    | List
    | Enum
)


class Field(Model, frozen=True):
    """A field of the asset, or an argument of an action."""

    name: Snake
    type: FieldType
    optional: bool = False
    title: Bilingual | None = None


class Role(Model, frozen=True):
    """A part that a party plays. ``accredited`` names the accreditation it needs; an ``observer`` never
    signs. A role ``among`` a field is never stored: each time, one of the parties in that list signs in it.
    """

    name: Snake
    title: Bilingual
    accredited: Kebab | None = None
    optional: bool = False
    observer: bool = False
    among: Snake | None = None


class Unit(Model, frozen=True):
    """What the asset's quantity counts."""

    unit: Annotated[str, Meta(min_length=1, max_length=24)]
    title: Bilingual | None = None


class State(Model, frozen=True):
    """A state; a final one takes no act and holds no quantity."""

    name: Kebab
    title: Bilingual | None = None
    final: bool = False


class Signer(Model, frozen=True):
    """A role that must sign; an ``optional`` one only when it is filled."""

    role: Snake
    optional: bool = False


class Clause(Model, frozen=True):
    """A condition with its stable code and, when it refuses, its explanation."""

    name: Kebab
    that: Expr
    says: Bilingual | None = None


class Split(Model, frozen=True):
    """The quantity goes to new assets, one for each of ``parts``, in ``state``."""

    parts: Expr
    state: Kebab


class Merge(Model, frozen=True):
    """The quantities of ``assets`` come to this one; they themselves go to ``to``."""

    assets: Expr
    to: Kebab


class Companion(Model, frozen=True):
    """An act of another page that must stand in the same deed; ``where`` relates it (``its``) to this one."""

    name: Kebab
    contract: KindName
    action: Kebab
    where: Annotated[list[Expr], Meta(max_length=16)] = []
    says: Bilingual | None = None


class Action(Model, frozen=True):
    """What may be done: by whom, from which states to which, with which arguments, conditions and effects.

    ``from`` empty: it creates the asset. ``to`` absent: the state stays. ``anyone``: whoever signs the
    deed. ``set`` maps a role or field to an expression, or to null, which empties it. ``burn`` is "all" or
    an expression. ``informs``: the only roles that learn of the act beside its signers; absent: all roles
    do. ``due`` maps a deadline to an expression (its time, which starts it) or to null, which ends it;
    ``until`` names the deadline that closes the action, ``after`` the one that opens it, ``duty`` the role
    that owes it.
    """

    name: Kebab
    title: Bilingual | None = None
    by: Annotated[list[Signer], Meta(max_length=16)] = []
    anyone: bool = False
    from_: Annotated[list[Kebab], Meta(max_length=32)] = field(default_factory=list, name="from")
    to: Kebab | None = None
    args: Annotated[list[Field], Meta(max_length=32)] = []
    when: Annotated[list[Clause], Meta(max_length=32)] = []
    set: dict[Snake, Expr | None] = {}
    mint: Expr | None = None
    burn: Expr | None = None
    split: Split | None = None
    merge: Merge | None = None
    requires: Annotated[list[Companion], Meta(max_length=8)] = []
    informs: Annotated[list[Snake], Meta(max_length=16)] | None = None
    public: bool = False
    due: dict[Kebab, Expr | None] = {}
    until: Kebab | None = None
    after: Kebab | None = None
    duty: Snake | None = None


class Deadline(Model, frozen=True):
    """A time limit. It runs while the asset is in one of the states ``in`` (absent: all that are not final).
    With ``to`` it moves the asset there when it passes, empties the quantity (``burn``) and what ``clear``
    names; without, it only opens and closes actions. One that ``suspends`` stands still while the asset is
    frozen: what was left of it then is left of it afterwards.
    """

    name: Kebab
    title: Bilingual
    in_: Annotated[list[Kebab], Meta(max_length=32)] = field(default_factory=list, name="in")
    to: Kebab | None = None
    burn: Literal["all"] | None = None
    clear: Annotated[list[Snake], Meta(max_length=80)] = []
    suspends: bool = False


class Follows(Model, frozen=True):
    """This page follows an older one: assets of ``page`` can be moved here. States, fields and roles of the
    same name carry over; ``states`` maps others, ``fields`` computes fields and roles from the old asset
    (``self``), ``drops`` names what is given up knowingly.
    """

    page: KindName
    states: Annotated[dict[Kebab, Kebab], Meta(max_length=32)] = {}
    fields: Annotated[dict[Snake, Expr], Meta(max_length=80)] = {}
    drops: Annotated[list[Snake], Meta(max_length=80)] = []


class ContractText(Model, frozen=True):
    """The contract's text in Markdown, with places ``{name}``, and which wording prevails."""

    en: Words
    zh: Words
    prevails: Literal["en", "page", "zh"]


class Given(Model, frozen=True):
    """Where an example starts: parties with their accreditations, the time, assets of other kinds, years of
    calendars (bits in hex, or "weekdays": Monday to Friday).
    """

    parties: dict[Snake, list[Kebab]]
    now: Moment = 1_767_225_600_000
    assets: dict[Snake, dict[str, Any]] = {}
    calendars: dict[Kebab, dict[Year, YearDays]] = {}


class ExampleAct(Model, frozen=True):
    """One act of an example. ``as`` says who signs in which role; ``refused`` is the clause or code that
    refuses it. ``wait`` lets time pass before it, in ms; ``at`` is the time at which it happens, in ms.
    """

    action: Kebab
    signers: Annotated[list[Snake], Meta(max_length=16)] = []
    as_: dict[Snake, Snake] = field(default_factory=dict, name="as")
    asset: Snake | None = None
    new: Annotated[list[Snake], Meta(max_length=64)] = []
    args: dict[Snake, Any] = {}
    wait: Moment = 0
    refused: Kebab | None = None
    at: Moment | None = None


class Example(Model, frozen=True):
    """A story that the page must tell: acts in order, and what stands at the end."""

    name: Prose
    given: Given
    acts: Annotated[list[ExampleAct], Meta(min_length=1, max_length=64)]
    expect: dict[Snake, dict[Expected, Any]] = {}


class Page(Model, frozen=True):
    """A contract page. ``zone`` is the offset from UTC, in minutes, that its days are counted in."""

    contract: Kebab
    version: Annotated[int, Meta(ge=1, le=999_999)]
    profile: str
    title: Bilingual
    kind: Bilingual
    states: Annotated[list[State], Meta(min_length=1, max_length=32)]
    actions: Annotated[list[Action], Meta(min_length=1, max_length=64)]
    basis: Annotated[list[Prose], Meta(max_length=32)] = []
    summary: Bilingual | None = None
    roles: Annotated[list[Role], Meta(max_length=16)] = []
    quantity: Unit | None = None
    fields: Annotated[list[Field], Meta(max_length=64)] = []
    always: Annotated[list[Clause], Meta(max_length=32)] = []
    examples: Annotated[list[Example], Meta(max_length=64)] = []
    calendars: Annotated[list[Kebab], Meta(max_length=4)] = []
    zone: Annotated[int, Meta(ge=-720, le=840)] = BEIJING
    deadlines: Annotated[list[Deadline], Meta(max_length=16)] = []
    upgrade: Annotated[list[Signer], Meta(max_length=16)] = []
    follows: Follows | None = None
    text: ContractText | None = None
    races: Annotated[list[Annotated[list[Kebab], Meta(min_length=2, max_length=2)]], Meta(max_length=64)] = []

    @property
    def name(self) -> str:
        """The name that other pages call it by: "name@major"."""
        return f"{self.contract}@{self.version}"


def parse(model: object) -> Page:
    """The page that a canonical model says.

    Raises msgspec.ValidationError when the model has another shape, or says something in a way that is not
    canonical.
    """
    page = msgspec.convert(model, Page, strict=True)
    if msgspec.to_builtins(page) != model:
        raise msgspec.ValidationError("The model is not canonical: a default is written out - at `$`")
    return page
