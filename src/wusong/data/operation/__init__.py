"""Authorised operation: who may make products of whose data, within which scope, term and prices.

* ``service``  the use cases, from the authorisation to its renewal, suspension, withdrawal and disclosure
"""
