"""Keys, suites, canonical JSON, commitments: everything cryptographic that Wusong does, in one place.

* ``suites``      the two tables, ``intl`` and ``gm``: hash, MAC, cipher, key derivation, signature algorithms
* ``canonical``   strict canonical JSON (a profile of RFC 8785)
* ``keys``        public and private keys, JWK, thumbprints; ``did_key`` their DIDs
* ``commitments`` salted hashes of contents, alone and in batches; ``merkle`` RFC 6962 trees and proofs
* ``sealing``     authenticated encryption, whole or in chunks; ``keystore`` keys at rest under a passphrase
* ``random``      the only source of randomness

No other package calls a cryptographic primitive.
"""

from __future__ import annotations

from wusong.crypto import codes as codes
