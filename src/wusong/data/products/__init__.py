"""Products: which questions may be asked of a table, and the calls that answer them.

* ``product``    which questions may be asked; ``statement`` writes what is run; ``questions`` forms
* ``asking``     a product's question, and the room of the table that it is asked of
* ``room``       the locked room in which they are answered; ``filling`` and ``forms`` put the table into it,
                 ``watch`` ends what takes too long
* ``calls``      a call: allowed by the page, answered, written down (``callbook``), then told
* ``metering``   the deeds that meter calls in batches
"""
