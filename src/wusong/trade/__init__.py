"""The trade domain: documents that exist once, and what is lent and paid against them.

* ``domain``      what the node takes up; ``contracts/`` holds the library of pages
* bill of lading, delivery order: possession, title and pledge of goods at sea; who may collect them ashore
* goods lot, warehouse receipt: what was weighed, and the receipts that never exceed it
* payment: one sum that one party owes another, and that discharges one obligation at most
* letters of credit, receivable voucher, guarantee, escrow: who pays when, and against what
* use mark: how much of a document's value has been relied on, and by whom

Use cases (``service``), read models (``projection``), portal pages (``pages``, ``templates``), routes
(``api``), and standards in and out (``formats``) find their places here as they come; until then the
portal's general pages act on every contract of the library.
"""

from __future__ import annotations
