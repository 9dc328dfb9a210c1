"""Money: what was used is stated, confirmed, divided and paid, each step recomputable from the one before.

* ``periods``     a month or a span of days, in Beijing
* ``metered``     the meterings of a period, as the ledger has them; ``projection`` knows where, ``archive``
                  reads them there
* ``statement``   statements of account (对账单): made, exported, reconciled call by call
* ``shapley``     what each provider contributed; ``coverage``: the simplest honest measure; ``split``: to the
                  last minor unit
* ``accounts``    bank accounts of parties, sealed; ``settlement``: payment files for banks
* ``run``         a period from statements to settlement file, resumable; ``book``: what was done so far
* ``invoices``    invoice numbers (数电票), one for one claim: the ledger's register
* ``revenue``     the permitted revenue (最高准许收入)
* ``service``     the use cases; ``pages``, ``api``, ``commands``: their faces; ``codes``: every refusal
"""

from __future__ import annotations

from wusong.data.money import codes as codes
