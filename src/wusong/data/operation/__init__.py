"""Authorised operation: who may make products of whose data, within which scope, term and prices.

* ``service``     the use cases, from the authorisation to its renewal, suspension, withdrawal and disclosure
* ``due``         what is due, by when, and whose it is
* ``overview``    what stands under one authorisation: products against ceilings, calls, revenue
* ``disclosure``  the annual disclosure, from the ledger alone (``gathering``, ``figures``); ``workbook``
                  puts it into sheets, ``submitting`` on the ledger
* ``pages`` ``api`` ``commands``  portal, HTTP, terminal; ``usecases`` is what people enter
* ``projection``  what was done, step by step
"""

from __future__ import annotations

from wusong.data.operation import codes as codes
