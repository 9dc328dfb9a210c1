"""Bank accounts of parties: kept for settlement files, off the ledger.

* An account lies sealed in the vault; ``money.db`` knows its commitment only. It is in no log and no error.
* On screen an account number is masked; the whole number leaves the node in a settlement file alone.
* A new account erases the old one's content.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from wusong.data import contents
from wusong.data.host import Host
from wusong.data.money.book import book
from wusong.errors import DataError, VaultError

__all__ = ["Account", "keep", "masked", "of"]

_NUMBER: Final = re.compile(r"[0-9A-Z]{5,34}", re.ASCII)
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


def checked(account: Account) -> Account:
    """The account, number and code without blanks. Raises DataError ``account-wrong`` with the field only."""
    number, code = (re.sub(r"[\s-]", "", text).upper() for text in (account.number, account.code))
    tidy = Account(number, account.holder.strip(), account.bank.strip(), code)
    right = {
        "number": _NUMBER.fullmatch(number) is not None,
        "holder": 0 < len(tidy.holder) <= _LONGEST and tidy.holder.isprintable(),
        "bank": 0 < len(tidy.bank) <= _LONGEST and tidy.bank.isprintable(),
        "code": (_CNAPS.fullmatch(code) or _BIC.fullmatch(code)) is not None,
    }
    for field, fits in right.items():
        if not fits:
            raise DataError("account-wrong", field=field)
    return tidy


def keep(host: Host, party: str, account: Account) -> str:
    """Keep a party's account; gives the number masked. Raises DataError ``account-wrong``, VaultError."""
    tidy = checked(account)
    made = contents.put(host.vault, msgspec.json.encode(tidy, order="sorted"))
    old = book(host).note_account(party, made.commitment)
    if old and old != made.commitment:
        _erase(host, old)
    return masked(tidy.number)


def _erase(host: Host, commitment: str) -> None:
    try:
        host.vault.erase(contents.find(host.vault, commitment).digest)
    except (DataError, VaultError):  # it is gone already
        return


def of(host: Host, party: str) -> Account:
    """A party's account. Raises DataError ``account-missing``, VaultError."""
    known = book(host).accounts().get(party)
    if known is None:
        raise DataError("account-missing", party=party)
    return msgspec.json.decode(contents.read(host.vault, known), type=Account)


def masked(number: str) -> str:
    """The last four characters; of short numbers fewer."""
    shown = min(4, len(number) // 3)
    return "*" * 4 + number[len(number) - shown :]
