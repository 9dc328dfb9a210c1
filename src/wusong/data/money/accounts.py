"""Bank accounts of parties: kept for settlement files, off the ledger.

* Each party keeps a list of its own: its own account, and those of the parties that it pays. Nobody writes or
  reads another's list. A payment file uses the account that the payee keeps of itself, where there is one,
  else the one in the payer's list.
* An account lies sealed in the vault; ``money.db`` knows its commitment only. Its number is in no log and no
  error.
* On screen the number is masked, but for the signatory who approves it; otherwise it leaves the node in a
  settlement file alone.
* A new account erases the old one's content. Each entry is a content of its own, so that what one party
  erases is never another's.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from wusong.crypto.random import random_bytes
from wusong.data import contents
from wusong.data.brought import brought
from wusong.data.host import Host
from wusong.data.money import book as books
from wusong.data.money.book import book
from wusong.errors import DataError, VaultError

__all__ = [
    "Account",
    "Shown",
    "enter",
    "entry",
    "has_own",
    "keep",
    "listed",
    "masked",
    "of",
    "paying",
    "seal",
    "whole",
    "wrong",
]

_NUMBER: Final = re.compile(r"[0-9A-Z]{8,34}", re.ASCII)
_DIGITS: Final = 8
_CNAPS: Final = re.compile(r"\d{12}", re.ASCII)
_BIC: Final = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?", re.ASCII)
_LONGEST: Final = 140


class Account(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A party's account: ``number`` without blanks; ``holder`` as at the bank; ``bank`` its name; ``code`` is
    CNAPS (联行号, 12 digits) or BIC.
    """

    number: str
    holder: str
    bank: str
    code: str

    def __repr__(self) -> str:
        """Masked: this text may end in a traceback."""
        return f"Account({masked(self.number)})"

    @property
    def is_bic(self) -> bool:
        """Whether the code is a BIC."""
        return _BIC.fullmatch(self.code) is not None


class _Sealed(msgspec.Struct, frozen=True):
    """What lies in the vault: the account, who keeps it and whose it is; entries from before have neither."""

    number: str
    holder: str
    bank: str
    code: str
    keeper: str = ""
    party: str = ""
    nonce: str = ""


class Shown(msgspec.Struct, frozen=True):
    """An account as its keeper sees it: the number masked; ``made`` in ms, 0 where it is not known; ``way``:
    ``signatory``, ``program``, ``terminal`` or empty.
    """

    number: str
    holder: str
    bank: str
    code: str
    made: int
    way: str


def tidy(account: Account) -> Account:
    """The account without stray blanks."""
    number, code = (re.sub(r"[\s-]", "", text).upper() for text in (account.number, account.code))
    return Account(number, account.holder.strip(), account.bank.strip(), code)


def wrong(account: Account) -> list[str]:
    """The fields of a tidy account that cannot be right."""
    number = account.number
    right = {
        "number": _NUMBER.fullmatch(number) is not None and sum(map(str.isdigit, number)) >= _DIGITS,
        "holder": 0 < len(account.holder) <= _LONGEST and account.holder.isprintable(),
        "bank": 0 < len(account.bank) <= _LONGEST and account.bank.isprintable(),
        "code": (_CNAPS.fullmatch(account.code) or _BIC.fullmatch(account.code)) is not None,
    }
    return [field for field, fits in right.items() if not fits]


def seal(host: Host, keeper: str, party: str, account: Account) -> str:
    """Put an account into the vault for a keeper to enter; gives the commitment. Raises DataError
    ``account-wrong`` with the first wrong field, ``account-unknown-party``.
    """
    given = tidy(account)
    for field in wrong(given):
        raise DataError("account-wrong", reason=field)
    if host.ledger.rules.authority.party(host.ledger.view(), party) is None:
        raise DataError("account-unknown-party")
    sealed = _Sealed(
        given.number, given.holder, given.bank, given.code, keeper, party, random_bytes(16).hex()
    )
    content = contents.put(host.vault, msgspec.json.encode(sealed, order="sorted")).commitment
    brought(host).note(keeper, content)
    return content


def entry(host: Host, keeper: str, payee: str, given: Account) -> dict[str, str]:
    """Seal an account; what the entry about it says. Raises DataError ``account-wrong``,
    ``account-unknown-party``.
    """
    content = seal(host, keeper, payee, given)
    neat = tidy(given)
    shown = " · ".join((masked(neat.number), neat.holder, neat.bank, neat.code))
    return {"account": shown, "content": content, "payee": payee}


def enter(host: Host, keeper: str, party: str, content: str, way: str) -> str:
    """Take a sealed account into the keeper's list; gives the number masked. Raises DataError
    ``content-not-brought``, ``content-not-here``, ``account-wrong``.
    """
    brought(host).demand(keeper, content)
    sealed = _read(host, content)
    if (sealed.keeper, sealed.party) != (keeper, party):
        raise DataError("account-wrong", reason="content")
    old = book(host).note_account(keeper, party, books.Kept(content, host.ledger.now(), way))
    if old and not book(host).holds_account(old):
        _erase(host, old)
    return masked(sealed.number)


def keep(host: Host, keeper: str, party: str, account: Account, way: str = "terminal") -> str:
    """Seal an account and take it into the keeper's list at once; gives it masked. Raises as ``seal``."""
    return enter(host, keeper, party, seal(host, keeper, party, account), way)


def _read(host: Host, content: str) -> _Sealed:
    try:
        return msgspec.json.decode(contents.read(host.vault, content), type=_Sealed)
    except msgspec.MsgspecError:
        raise DataError("account-wrong", reason="content") from None


def _erase(host: Host, commitment: str) -> None:
    try:
        host.vault.erase(contents.find(host.vault, commitment).digest)
    except (DataError, VaultError):  # it is gone already
        return


def of(host: Host, keeper: str, party: str) -> Account:
    """A party's account in the keeper's list. Raises DataError ``account-missing``, VaultError."""
    known = book(host).accounts(keeper).get(party)
    if known is None:
        raise DataError("account-missing", party=party)
    sealed = _read(host, known.content)
    return Account(sealed.number, sealed.holder, sealed.bank, sealed.code)


def has_own(host: Host, party: str) -> bool:
    """Whether a party keeps an account of itself: all that others learn of it."""
    return party in book(host).accounts(party)


def paying(host: Host, payer: str, party: str) -> Account:
    """The account to which a payer pays: the payee's own entry, else the payer's. Raises as ``of``."""
    return of(host, party if has_own(host, party) else payer, party)


def listed(host: Host, keeper: str) -> dict[str, Shown]:
    """The keeper's list, by whose account it is. Raises VaultError."""
    found = {party: (kept, of(host, keeper, party)) for party, kept in book(host).accounts(keeper).items()}
    return {
        party: Shown(masked(one.number), one.holder, one.bank, one.code, kept.made, kept.way)
        for party, (kept, one) in found.items()
    }


def whole(host: Host, keeper: str, content: str) -> Account:
    """An account that waits for approval, for its keeper's signatory. Raises DataError
    ``content-not-brought``, ``content-not-here``.
    """
    brought(host).demand(keeper, content)
    sealed = _read(host, content)
    return Account(sealed.number, sealed.holder, sealed.bank, sealed.code)


def masked(number: str) -> str:
    """The last four characters; of short numbers fewer."""
    shown = min(4, len(number) // 3)
    return "*" * 4 + number[len(number) - shown :]
