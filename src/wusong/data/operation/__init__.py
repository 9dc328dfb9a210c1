"""Authorised operation of public data, and sharing between departments (授权运营、共享、回流).

* ``service``     the use cases of authorised operation: authorise, renew, suspend, give notice, withdraw,
                  incidents, the yearly disclosure
* ``sharing``     the use cases of sharing and return flow
* ``disclosure``  the yearly disclosure as a workbook, from the ledger alone
* ``clocks``      what is due of an authorisation or a request, in working days
* ``commands``    the same in the terminal; ``pages`` in the portal, ``api`` over HTTP
"""
