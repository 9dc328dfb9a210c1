"""Products: which questions may be asked of a table, and the calls that answer them.

* ``product``    which questions may be asked; ``statement`` writes what is run; ``questions`` forms
* ``asking``     a product's question, and the room of the table that it is asked of
* ``room``       the locked room in which they are answered; ``filling`` and ``forms`` put the table into it,
                 ``watch`` ends what takes too long
* ``calls``      a call: allowed by the page (``permits``), answered (``answers``), written down (``desk``,
                 ``callbook``), then told; ``way`` and ``tokens`` say how it came
* ``metering``   the deeds that meter calls in batches; ``periods`` the calls of a period with their deeds
* ``delivery``   files with their receiver's mark (``marks``); ``tracing`` finds for whom a copy was made
* ``holders``    who holds what of a product
* ``service``    the use cases of products and uses; ``api``, ``pages``, ``commands`` their faces;
                 ``client`` and ``snippets`` for programs of others
"""

from __future__ import annotations

from wusong.data.products import codes as codes
