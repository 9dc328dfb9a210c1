"""The data domain: from a table in a department to a metered answer that never hands the rows over.

* ``domain``      what the node takes up: pages, read models, rooms; ``contracts/`` holds the pages
* ``service``     the use cases of all rooms under one name
* ``projection``  tables for lists and the catalogue, rebuilt from the ledger at will
* ``evidence``    any number of contents attested in one deed
* ``tables``      a real public table to try things on

Rooms: ``intake``, ``registration``, ``operation``, ``sharing``, ``products``, ``money``, ``catalogue``; each
says in its own head what it holds, and brings its refusals in English and Chinese (``codes``).
"""

from __future__ import annotations

from wusong.data import codes as codes
from wusong.data import codes_attest as codes_attest
from wusong.data import codes_service as codes_service
from wusong.data.catalogue import codes as codes_catalogue  # noqa: F401 - registers its codes
from wusong.data.intake import codes as codes_intake  # noqa: F401 - registers its codes
from wusong.data.products import codes as codes_products  # noqa: F401 - registers its codes
from wusong.data.products import codes_questions as codes_questions
from wusong.data.registration import codes as codes_registration  # noqa: F401 - registers its codes
from wusong.data.sharing import codes as codes_sharing  # noqa: F401 - registers its codes
