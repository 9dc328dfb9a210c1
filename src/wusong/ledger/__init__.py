"""The ledger: deeds in, receipts and proofs out. Execution is a pure function; engines feed it."""

from __future__ import annotations

from wusong.ledger import codes as codes
from wusong.ledger import codes_standing as codes_standing
from wusong.ledger import codes_store as codes_store
