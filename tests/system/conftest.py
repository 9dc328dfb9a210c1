"""A ledger for each test that asks."""

from __future__ import annotations

from ledger.fixtures import net as net
from ledger.fixtures import open_net as open_net
