"""Products: which questions may be asked of a table, and the calls that answer them.

* ``product``    which questions may be asked; ``statement`` writes what is run; ``questions`` forms
* ``room``       the locked room in which they are answered; ``watch`` ends what takes too long
* ``calls``      a call: allowed by the page, answered, written down (``callbook``), then told
* ``metering``   the deeds that meter calls in batches
"""
