"""A ledger to measure on: 32 parties, one page of titles, as many titles as are wanted, and deeds signed
beforehand.

Everything goes in by the front door (signed deeds, executed, sealed), so what stands there is what a real
ledger would hold. To make many titles fast, one deed issues 32 of them, which is the most that a deed can
do.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from wusong.contract.page import load
from wusong.contract.report import check
from wusong.crypto.did_key import did_for
from wusong.crypto.keys import PrivateKey
from wusong.crypto.random import random_bytes
from wusong.ledger import ids
from wusong.ledger.deed import MAX_ACTS
from wusong.ledger.drafting import Draft, sign
from wusong.ledger.encoding import b64
from wusong.ledger.genesis import Genesis, GenesisParty
from wusong.ledger.ledger import Ledger
from wusong.ledger.system.contract import report_message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from wusong.ledger.receipt import Receipt

PARTIES: Final = 32
LIFETIME: Final = 595_000  # ms; just under the default limit, so that deeds signed beforehand last the run
IN_FLIGHT: Final = 10_240


@dataclass(frozen=True, slots=True)
class Title:
    """An asset, and the number of the party that holds it."""

    id: bytes
    holder: int


@dataclass(slots=True)
class Sample:
    """An open ledger with everything that it takes to write deeds for it."""

    folder: Path
    ledger: Ledger
    seal: PrivateKey | None
    keys: list[PrivateKey]
    dids: list[str]
    page: str = ""
    titles: list[Title] = field(default_factory=list)

    def issue(self, number: int) -> bytes:
        """A signed deed that issues one title."""
        who = number % len(self.dids)
        return self._signed(self._issuing(who, [number]), who)

    def transfer(self, title: Title) -> bytes:
        """A signed deed by which a title's holder hands it to the next party."""
        to = self.dids[(title.holder + 1) % len(self.dids)]
        holder = self.dids[title.holder]
        draft = Draft(self.ledger.rules, [holder])
        draft.act(self.page, "transfer", {"to": to}, as_={"holder": holder}, asset=title.id.hex())
        return self._signed(draft, title.holder)

    def stand(self, count: int) -> None:
        """Issue titles until ``count`` stand."""
        waiting = _Window()
        for first in range(len(self.titles), count, MAX_ACTS):
            who = first // MAX_ACTS % len(self.dids)
            acts = min(MAX_ACTS, count - first)
            draft = self._issuing(who, range(first, first + acts))
            payload = draft.payload(self.ledger.now(), LIFETIME)
            waiting.add(self.ledger.submit(sign(payload, draft.acts, [self.keys[who]])))
            deed = ids.deed_id(self.ledger.suite, payload)
            made = (ids.asset_id(self.ledger.suite, self.ledger.id, deed, act, 0) for act in range(acts))
            self.titles.extend(Title(asset, who) for asset in made)
        waiting.drain()

    def reopen(self) -> None:
        """Close the ledger and open it again."""
        self.ledger.close()
        self.ledger = Ledger.open(self.folder, self.seal)

    def _issuing(self, who: int, numbers: Iterable[int]) -> Draft:
        did = self.dids[who]
        draft = Draft(self.ledger.rules, [did])
        for number in numbers:
            draft.act(self.page, "issue", {"holder": did, "lot": f"lot {number}"}, as_={"issuer": did})
        return draft

    def _signed(self, draft: Draft, who: int) -> bytes:
        return sign(draft.payload(self.ledger.now(), LIFETIME), draft.acts, [self.keys[who]])

    def act(self, who: int, page: str, action: str, args: dict[str, Any], role: str) -> bytes:
        """A signed deed of one act that creates an asset of ``page``."""
        draft = Draft(self.ledger.rules, [self.dids[who]])
        draft.act(page, action, args, as_={role: self.dids[who]})
        return self._signed(draft, who)

    def install(self, text: bytes) -> str:
        """Put a page on the ledger, with the check report that the first party signs; its digest."""
        page = load(text)
        report = check(page, self.ledger.suite)
        digest, did, key = str(report["contract"]), self.dids[0], self.keys[0]
        args = {
            "examiner": did,
            "key": key.public.thumbprint,
            "model": page.model,
            "report": report,
            "signature": b64(key.sign(report_message(report))),
        }
        place = self.ledger.rules.key("page", digest).hex()
        draft = Draft(self.ledger.rules, [did])
        draft.act("system/contract", "install", args, as_={"installer": did}, asset=place)
        accepted(self.ledger.submit(self._signed(draft, 0)).result())
        return digest


def title_page() -> bytes:
    """The page of titles."""
    return resources.files("wusong.bench").joinpath("title.yaml").read_bytes()


def make(
    folder: Path, alg: str = "Ed25519", suite: str = "intl", titles: int = 0, parties: int = PARTIES
) -> Sample:
    """A new ledger in ``folder`` with the page installed and ``titles`` standing."""
    pairs = sorted((did_for(key.public), key) for key in (PrivateKey.generate(alg) for _ in range(parties)))
    keys, dids = [key for _, key in pairs], [did for did, _ in pairs]
    seal = PrivateKey.generate(alg)
    genesis = Genesis(
        accreditors=dids[:1],
        authorities=dids[:1],
        cosigners=[seal.public.to_jwk()],
        examiners=dids[:1],
        installers=dids[:1],
        name={"en": "Measurements", "zh": "性能测量"},
        nonce=random_bytes(16).hex(),
        parameters={"quota_minute": 1_000_000_000},  # what is measured must not be the quota
        parties=[GenesisParty(did=d, keys=[k.public.to_jwk()], name=f"Party {d[-6:]}") for d, k in pairs],
        registrars=dids[:1],
        suite=suite,
        time=time.time_ns() // 1_000_000,
    )
    sample = Sample(folder, Ledger.create(folder, genesis, seal), seal, keys, dids)
    sample.page = sample.install(title_page())
    sample.stand(titles)
    return sample


def hand_in(ledger: Ledger, envelopes: Iterable[bytes]) -> list[Receipt]:
    """Hand in envelopes as fast as the ledger takes them, and wait for every receipt."""
    waiting = _Window()
    for envelope in envelopes:
        waiting.add(ledger.submit(envelope))
    return waiting.drain()


def accepted(receipt: Receipt) -> Receipt:
    """The receipt, which must be of an accepted deed: a figure over refused deeds would mean nothing."""
    if not receipt.accepted:
        message = f"a deed of the measurement was refused: {receipt.code}"
        raise RuntimeError(message)
    return receipt


class _Window:
    """Receipts that are waited for, a bounded number at a time."""

    def __init__(self) -> None:
        self._waiting: deque[Future[Receipt]] = deque()
        self._done: list[Receipt] = []

    def add(self, future: Future[Receipt]) -> None:
        self._waiting.append(future)
        if len(self._waiting) > IN_FLIGHT:
            self._take(IN_FLIGHT // 2)

    def drain(self) -> list[Receipt]:
        self._take(0)
        return self._done

    def _take(self, left: int) -> None:
        while len(self._waiting) > left:
            self._done.append(accepted(self._waiting.popleft().result()))


def interleaved(one: Iterable[bytes], other: Iterable[bytes]) -> Iterator[bytes]:
    """Both in turn."""
    for first, second in zip(one, other, strict=True):
        yield first
        yield second
