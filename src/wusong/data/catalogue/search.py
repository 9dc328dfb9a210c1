"""Finding records: words in Chinese, English or pinyin, narrowed by facets.

* Every word that was typed must be found: in the name, in its pinyin (whole syllables from a syllable's
  beginning, or first letters), in any other text of the record, in the name of the party that offers it, or
  among titles and choices of a product's parameters.
* The better the place, the earlier the record: the name itself, its beginning, within it, as pinyin, by first
  letters, elsewhere. Records that are found equally well stand in the order of their names.
* Only what the reader may see is ranked or counted: ``see`` says which records these are and how they stand.
* A facet's numbers say what choosing a value would give, the other facets as they are chosen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa

from wusong.data.catalogue.folding import fold
from wusong.data.catalogue.projection import entries
from wusong.data.projection import operations, products, resources

__all__ = ["FACETS", "Found", "Hit", "See", "Wanted", "search"]

See = Callable[[Sequence[str]], list[dict[str, Any]]]
"""The records among these that the reader may see, as they stand now."""
FACETS: Final = ("kind", "output", "grade", "update", "owner", "price", "standing")
MOST: Final = 2_000
"""So many candidates are ranked; more are said to be too many."""
MAX_WORDS: Final = 8
_HIDDEN: Final = frozenset(
    {"applied", "returned", "accepted", "examined", "refused", "withdrawn", "effected"}
)
_PRICES: Final = ((0, "free"), (100, "up-to-1"), (1_000, "up-to-10"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: words, and for each facet the chosen value."""

    words: str = ""
    facets: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found: how it stands, how well it fits, and its value for each facet."""

    record: dict[str, Any]
    score: int
    facets: dict[str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """The hits in order; of each facet the values with their numbers; whether there were too many to rank."""

    hits: list[Hit]
    facets: dict[str, list[tuple[str, int]]]
    cut: bool


def search(
    connection: sa.Connection,
    wanted: Wanted,
    see: See,
    names: Mapping[str, str],
    asked: Mapping[str, str] = MappingProxyType({}),
) -> Found:
    """Find what is wanted; ``names`` are those of the parties, by DID, ``asked`` what the parameters of
    products' questions say, folded, by product.
    """
    words = fold(wanted.words).split()[:MAX_WORDS]
    owners = {word: [did for did, name in names.items() if word in fold(name)] for word in words}
    say = {word: [asset for asset, text in asked.items() if word in text] for word in words}
    rows = {row["asset"]: row for row in _candidates(connection, words, owners, say)}
    seen = [one for one in see(list(rows)[:MOST]) if _belongs(one)]
    scored = [(one, _score(rows[one["asset"]], words, owners, say)) for one in seen]
    hits = [Hit(one, score, _facets(one, rows[one["asset"]])) for one, score in scored if score is not None]
    kept = [hit for hit in hits if _fits(hit, wanted.facets)]
    kept.sort(key=lambda hit: (-hit.score, str(hit.record["fields"].get("name", "")), hit.record["asset"]))
    return Found(kept, _counts(hits, wanted.facets), cut=len(rows) > MOST)


def _belongs(record: dict[str, Any]) -> bool:
    """Whether a record is one of the catalogue's: public, and no application to change another."""
    first = record["fields"].get("procedure", "first") == "first"
    return first and record["state"] not in _HIDDEN


# -- candidates --------


def _candidates(
    connection: sa.Connection,
    words: Sequence[str],
    owners: Mapping[str, list[str]],
    say: Mapping[str, list[str]],
) -> Sequence[sa.RowMapping]:
    """What could fit: a superset, narrowed by the database."""
    owner = sa.func.coalesce(products.c.operator, resources.c.department).label("owner")
    own = resources.alias("own")
    query = (
        sa.select(
            entries,
            owner,
            products.c.price,
            sa.func.coalesce(own.c.grade, resources.c.grade).label("grade"),
            sa.func.coalesce(own.c.update, resources.c.update).label("update"),
        )
        .outerjoin(products, products.c.asset == entries.c.asset)
        .outerjoin(operations, operations.c.asset == products.c.operation)
        .outerjoin(own, own.c.asset == operations.c.resource)
        .outerjoin(resources, resources.c.asset == entries.c.asset)
    )
    for word in words:
        places = [entries.c[name].contains(word, autoescape=True) for name in ("words", "joined", "initials")]
        query = query.where(sa.or_(*places, owner.in_(owners[word]), entries.c.asset.in_(say[word])))
    return (
        connection.execute(query.order_by(entries.c.head, entries.c.asset).limit(MOST + 1)).mappings().all()
    )


# -- how well --------


def _score(
    row: sa.RowMapping,
    words: Sequence[str],
    owners: Mapping[str, list[str]],
    say: Mapping[str, list[str]],
) -> int | None:
    """The sum over all words; None if one is not found."""
    total = 0
    for word in words:
        best = _of_name(row["head"], word) or _of_sound(row["spoken"], row["initials"], word)
        best = best or (20 if word in row["words"] or row["owner"] in owners[word] else 0)
        best = best or (10 if row["asset"] in say[word] else 0)
        if not best:
            return None
        total += best
    return total


def _of_name(head: str, word: str) -> int:
    if word not in head:
        return 0
    return 100 if word == head else 80 if head.startswith(word) else 60


def _of_sound(spoken: str, initials: str, word: str) -> int:
    """By pinyin: from the beginning of a syllable, or by first letters (two at least)."""
    starts = [at for way in spoken.split("|") for at in _starts(way.split(), word)]
    if starts:
        return 50 if min(starts) == 0 else 40
    if len(word) > 1 and word in initials:
        return 35 if any(way.startswith(word) for way in initials.split("|")) else 30
    return 0


def _starts(parts: Sequence[str], word: str) -> list[int]:
    """The syllables from which on a word is spoken."""
    return [at for at in range(len(parts)) if "".join(parts[at:]).startswith(word)]


# -- facets --------


def _facets(record: dict[str, Any], row: sa.RowMapping) -> dict[str, str]:
    price = row["price"]
    found = {
        "grade": row["grade"],
        "kind": row["kind"],
        "output": record["fields"].get("output"),
        "owner": row["owner"],
        "price": None if price is None else _band(price),
        "standing": record["state"],
        "update": row["update"],
    }
    return {name: str(value) for name, value in found.items() if value is not None}


def _band(price: int) -> str:
    return next((name for limit, name in _PRICES if price <= limit), "above-10")


def _fits(hit: Hit, chosen: Mapping[str, str], but: str = "") -> bool:
    return all(hit.facets.get(name) == value for name, value in chosen.items() if value and name != but)


def _counts(hits: Sequence[Hit], chosen: Mapping[str, str]) -> dict[str, list[tuple[str, int]]]:
    counts: dict[str, list[tuple[str, int]]] = {}
    for name in FACETS:
        counter = Counter(hit.facets[name] for hit in hits if name in hit.facets and _fits(hit, chosen, name))
        counts[name] = sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))
    return counts
