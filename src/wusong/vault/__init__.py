"""The vault: a content-addressed, encrypted store for what stays off the ledger.

* ``Vault``      ``put``, ``open``, ``stat``, ``list``, ``erase``, ``scrub`` over a folder
* ``ContentRef`` what the vault knows of one content: digest, size, salt and commitment
* ``Content``    one content being read, each chunk checked before any byte of it is handed out

The ledger holds the commitment; the vault holds content, key and salt. Erasing drops key and salt: the fact
on the ledger stays provable, the content is gone.
"""

from __future__ import annotations

from wusong.vault import codes as codes
from wusong.vault.reader import Content
from wusong.vault.records import ContentRef
from wusong.vault.vault import Damage, Vault

__all__ = ["Content", "ContentRef", "Damage", "Vault"]
