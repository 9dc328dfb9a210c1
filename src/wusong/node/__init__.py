"""One running node: settings, keys, ledger, vault, read models, and who may do and read what."""

from __future__ import annotations

from wusong.node import codes as codes
from wusong.node import codes_access as codes_access
from wusong.node import codes_calendar as codes_calendar
from wusong.node import codes_care as codes_care
from wusong.node import codes_pending as codes_pending
from wusong.node import codes_people as codes_people
