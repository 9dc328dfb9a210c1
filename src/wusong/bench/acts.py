"""``acts``: what a deed with four acts on assets of four contracts costs, to a deed with one act.

* 28,000 titles stand, under four pages that differ in their names. A run hands in 500 deeds of one transfer
  and 500 of four (one title of each page, all of one holder), one kind after the other, in turn which is
  first. The clock runs from the first ``submit`` to the last receipt.
* The figure is the median, over the runs, of the time for a deed of four acts to the time for a deed of
  one. Deeds are signed beforehand, every signature is checked, every block flushed to disk.
* Limit: the same quotient if a deed cost nothing but one signature checked and thirty hashes for each act.
"""

from __future__ import annotations

import statistics
from functools import partial
from typing import TYPE_CHECKING, Final

from wusong.bench import limits, sample
from wusong.bench.figure import Goal, Measured, timed, workspace
from wusong.ledger import ids
from wusong.ledger.drafting import Draft, sign
from wusong.node import process

if TYPE_CHECKING:
    from pathlib import Path

GOAL: Final = Goal("acts", "x", "less", 2.5, 1.6)
PAGES: Final = 4
_TOGETHER: Final = 8  # titles of each page that one deed issues: with four pages the most that a deed can do

Group = tuple[int, list[ids.StateKey]]
"""The number of a holder, and its title of each page."""


def measure(quick: bool) -> Measured:
    """Take the figure; ``quick`` for tests, which look at the shape and not at the value."""
    deeds, runs = (16, 1) if quick else (500, 6)
    with workspace() as folder:
        found = _runs(folder, deeds, runs)
    quotients = [four / one for one, four in found]
    one, four = (statistics.median(each) for each in zip(*found, strict=True))
    during = 0.05 if quick else 1.0
    checked, hashed = 1 / limits.verifications("Ed25519", during), limits.HASHES / limits.hashes(during)
    limit = (checked + PAGES * hashed) / (checked + hashed)
    notes = f"runs {[round(each, 2) for each in quotients]}; {one * 1e6:,.0f} and {four * 1e6:,.0f} µs a deed"
    return Measured(statistics.median(quotients), limit, f"{notes}; limit: a signature, thirty hashes an act")


def _runs(folder: Path, deeds: int, runs: int) -> list[tuple[float, float]]:
    """Seconds for a deed of one act and of four, in each run; the first warms up."""
    subject = sample.make(folder / "ledger")
    pages = [subject.page, *(subject.install(_page(letter)) for letter in "bcd")]
    groups = _stand(subject, pages, 2 * deeds * (runs + 1))
    process.settle()
    try:
        taken = [_run(subject, pages, groups[2 * deeds * n :][: 2 * deeds], n) for n in range(runs + 1)]
    finally:
        subject.ledger.close()
        process.resettle()
    return taken[1:]


def _run(subject: sample.Sample, pages: list[str], groups: list[Group], number: int) -> tuple[float, float]:
    half = len(groups) // 2
    spent: dict[int, float] = {}
    for acts in (1, PAGES) if number % 2 else (PAGES, 1):
        chosen = groups[:half] if acts == 1 else groups[half:]
        envelopes = [_transfer(subject, pages[:acts], group) for group in chosen]
        spent[acts] = timed(partial(sample.hand_in, subject.ledger, envelopes)) / half
    return spent[1], spent[PAGES]


def _page(letter: str) -> bytes:
    return sample.title_page().replace(b"bench-title", b"bench-title-" + letter.encode())


def _stand(subject: sample.Sample, pages: list[str], count: int) -> list[Group]:
    """Issue a title of each page, ``count`` times."""
    ledger = subject.ledger
    groups: list[Group] = []
    envelopes = []
    for first in range(0, count, _TOGETHER):
        who = first // _TOGETHER % len(subject.dids)
        did, together = subject.dids[who], min(_TOGETHER, count - first)
        draft = Draft(ledger.rules, [did])
        for number in range(first, first + together):
            for page in pages:
                draft.act(page, "issue", {"holder": did, "lot": f"lot {number}"}, as_={"issuer": did})
        payload = draft.payload(ledger.now(), sample.LIFETIME)
        envelopes.append(sign(payload, draft.acts, [subject.keys[who]]))
        deed = ids.deed_id(ledger.suite, payload)
        made = [ids.asset_id(ledger.suite, ledger.id, deed, act, 0) for act in range(together * PAGES)]
        groups += [(who, made[at : at + PAGES]) for at in range(0, len(made), PAGES)]
    sample.hand_in(ledger, envelopes)
    return groups


def _transfer(subject: sample.Sample, pages: list[str], group: Group) -> bytes:
    """A signed deed that hands a holder's titles to the next party."""
    who, titles = group
    holder, to = subject.dids[who], subject.dids[(who + 1) % len(subject.dids)]
    draft = Draft(subject.ledger.rules, [holder])
    for page, title in zip(pages, titles, strict=False):
        draft.act(page, "transfer", {"to": to}, as_={"holder": holder}, asset=title.hex())
    payload = draft.payload(subject.ledger.now(), sample.LIFETIME)
    return sign(payload, draft.acts, [subject.keys[who]])
