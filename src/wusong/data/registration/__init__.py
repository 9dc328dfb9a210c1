"""Registration of public data resources (公共数据资源登记).

* ``service``      the use cases: apply, accept, return, supplement, examine, publish, object, give the code;
                   change, correct, renew; cancel
* ``numbering``    which codes can be given: one code, one registration in force
* ``rights``       the three rights and the names that they had when
* ``stages``       where an application stands, and by when the next step is due
* ``certificate``  what a certificate says, from the ledger alone; ``printing`` puts it on one A4 sheet
* ``base45`` ``compact``  a bundle as text for QR codes, and back
* ``pages`` ``api`` ``commands``  portal, HTTP, terminal; ``usecases`` is what people enter
* ``projection``   what was done, step by step
"""

from __future__ import annotations

from wusong.data.registration import codes as codes
