"""What a page compiles to: plain tables of functions, which the interpreter runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from wusong.contract.deadlines import Limit
from wusong.contract.expr import Function
from wusong.contract.model import Bilingual, Page
from wusong.contract.values import Accepts

Says: TypeAlias = "dict[str, str]"


@dataclass(frozen=True, slots=True)
class Argument:
    """A typed argument; ``asset`` says that it is, or holds, assets, of ``kind`` if one is named."""

    name: str
    accepts: Accepts
    optional: bool
    asset: bool
    kind: str | None
    own: bool  # of this very page, not only of its name
    wanted: dict[str, str]  # what a value looks like, in English and Chinese


@dataclass(frozen=True, slots=True)
class Condition:
    """A guard or invariant."""

    name: str
    holds: Function
    says: Says


@dataclass(frozen=True, slots=True)
class Assignment:
    """One line of ``set``: without ``value`` the target is emptied; ``present`` asks whether the value is
    there.
    """

    target: str
    role: bool
    value: Function | None
    present: Function | None
    accepts: Accepts
    assets: Argument | None  # what the assets must be that only the run knows


@dataclass(frozen=True, slots=True)
class Due:
    """One line of ``due``: without ``value`` the limit ends."""

    limit: Limit
    value: Function | None


@dataclass(frozen=True, slots=True)
class Need:
    """A companion act that must stand in the same deed."""

    name: str
    contract: str
    action: str
    where: tuple[Function, ...]
    says: Says


@dataclass(frozen=True, slots=True)
class Step:
    """An action, ready to run."""

    name: str
    creates: bool
    sources: frozenset[str]
    to: str | None
    by: tuple[tuple[str, bool], ...]  # role, optional
    anyone: bool
    arguments: dict[str, Argument]
    required: frozenset[str]
    guards: tuple[Condition, ...]
    sets: tuple[Assignment, ...]
    mint: Function | None
    burn: Function | None
    burn_all: bool
    parts: Function | None
    parts_state: str
    merge: Function | None
    merge_to: str
    needs: tuple[Need, ...]
    informs: tuple[str, ...] | None
    public: bool
    cost: int
    reads: int
    due: tuple[Due, ...] = ()
    until: Limit | None = None
    after: Limit | None = None
    among: tuple[tuple[str, str], ...] = ()
    """Roles of ``by`` that are never stored, each with the field that lists who may sign in it."""
    lapse: bool = False
    """It writes what has become due, and nothing else."""
    timed: bool = False
    """The time limits of the asset open or close it."""
    arriving: tuple[str, ...] = ()
    """The roles that it may fill, sorted."""


def standing(
    name: str,
    sources: frozenset[str],
    by: tuple[tuple[str, bool], ...],
    among: tuple[tuple[str, str], ...] = (),
    *,
    anyone: bool = False,
    lapse: bool = False,
) -> Step:
    """An action on a standing asset that by itself changes nothing: the language's own are made of it."""
    return Step(
        name=name, creates=False, sources=sources, to=None, by=by, anyone=anyone, arguments={},
        required=frozenset(), guards=(), sets=(), mint=None, burn=None,
        burn_all=False, parts=None, parts_state="", merge=None, merge_to="", needs=(), informs=None,
        public=False, cost=0, reads=0, among=among, lapse=lapse, timed=lapse,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Program:
    """A page, ready to run."""

    page: Page
    steps: dict[str, Step]
    always: tuple[Condition, ...]
    accredited: Mapping[str, str]
    final: frozenset[str]
    cost: int = 0
    reads: int = 0
    costs: Mapping[str, int] = field(default_factory=dict)
    limits: Mapping[str, Limit] = field(default_factory=dict)
    """The page's time limits by their keys in a leaf's ``deadlines``."""
    zone: int = 28_800_000
    """How many ms the page's days are ahead of UTC."""
    calendars: bool = False
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    """The fields, with what each accepts."""
    moving: Step | None = None
    """Moving an asset of the page to one that follows it, if anybody may."""
    carried: tuple[Assignment, ...] = ()
    """What is computed from an asset of the page that this one follows."""
    uses: frozenset[str] = frozenset()
    """Members of the old asset that are computed with."""
    drawn: Mapping[str, str] = field(default_factory=dict)
    """Roles that are never stored, each with the field that lists who may sign in it."""


def says(text: Bilingual | None, fallback: str) -> Says:
    """The explanation of a clause; its name where the page gives none."""
    return {"en": text.en, "zh": text.zh} if text is not None else {"en": fallback, "zh": fallback}
