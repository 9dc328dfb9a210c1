"""The data domain: from a table in a department to a metered answer that never hands the rows over.

* ``service``     the use cases, one function each: registration, authorised operation, products, use,
                  evidence
* ``domain``      what the node takes up: pages and read model; ``contracts/`` holds the pages
* ``projection``  tables for lists and the catalogue, rebuilt from the ledger at will
* ``product``     which questions may be asked; ``room`` the locked room in which they are answered
* ``calls``       a call: allowed by the page, answered, written down (``callbook``), then told; ``metering``
                  its deeds
* ``evidence``    any number of contents attested in one deed
* ``profile``     says what a CSV holds without holding it in memory; ``personal`` what looks personal in it
* ``uscc``        unified social credit codes (GB 32100-2015); ``tables`` a real public table to try things on
* ``codes``       every refusal of this domain, explained in English and Chinese
"""

from __future__ import annotations

from wusong.data import codes as codes
from wusong.data import codes_attest as codes_attest
from wusong.data import codes_service as codes_service
