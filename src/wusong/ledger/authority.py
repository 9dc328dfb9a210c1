"""Who may sign for whom: keys in force, mandates (DESIGN: keys and mandates are judged at execution).

* A party signs with a deed key that its party leaf lists and has not revoked, while the party is active.
* Under a mandate the delegate's key signs; the mandate is in force, is from that party, and covers each
  act that the party signs in the deed. Of a mandate that was passed on, all above it are in force, too, and
  their delegates active.
* A party that is frozen signs nothing; execution asks, because a freeze may lapse from one block to the next.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from wusong.contract import holds
from wusong.crypto.keys import PublicKey
from wusong.errors import DeedError
from wusong.ledger import ids
from wusong.ledger.system.mandate import chain

if TYPE_CHECKING:
    from wusong.contract.leaf import Leaf
    from wusong.crypto.suites import Suite
    from wusong.ledger.deed import Deed, Signer


_MET: Final = 100_000


class Leaves(Protocol):
    """Anything leaves can be read from."""

    def leaf(self, key: bytes) -> Leaf | None:
        """The leaf at ``key``."""


@dataclass(frozen=True, slots=True)
class Signatory:
    """Whose key signs for a signer: the party itself, or the delegate of its mandate."""

    party: str
    key: PublicKey
    mandate: str = ""
    delegate: str = ""


class Authority:
    """Answers over one ledger's parties and mandates."""

    def __init__(self, suite: Suite, ledger: ids.LedgerId) -> None:
        self.suite = suite
        self.ledger = ledger
        self._keys: dict[str, ids.StateKey] = {}
        self.met: Final[deque[PublicKey]] = deque(maxlen=_MET)
        """Keys met for the first time, until somebody takes them: so that mathematics can be done early."""
        self._known: set[str] = set()

    def party_key(self, did: str) -> ids.StateKey:
        """The state key of a party."""
        key = self._keys.get(did)
        if key is None:
            if len(self._keys) > 100_000:
                self._keys.clear()
            key = self._keys[did] = ids.system_key(self.suite, self.ledger, "party", did)
        return key

    def party(self, leaves: Leaves, did: str) -> Leaf | None:
        """The party leaf of an admitted party."""
        return leaves.leaf(self.party_key(did))

    def active(self, leaves: Leaves, did: str) -> bool:
        """Whether a party is admitted and not suspended."""
        leaf = self.party(leaves, did)
        return leaf is not None and leaf.state == "active"

    def expect_free(self, leaves: Leaves, did: str, now: int) -> None:
        """Whether a party is not frozen at ``now``.

        Raises:
            DeedError: ``party-frozen``.
        """
        leaf = self.party(leaves, did)
        if leaf is None or not leaf.holds:
            return
        found = holds.in_force(leaf.holds, now)
        if found is not None:
            hold, since = found
            until = holds.until(hold, since)
            authority, document = hold["authority"], hold["document"]
            raise DeedError("party-frozen", party=did, authority=authority, document=document, until=until)

    def signatory(self, leaves: Leaves, signer: Signer, kid: str, alg: str) -> Signatory:
        """Whose key ``kid`` is, when it may sign for ``signer``.

        Raises:
            DeedError: ``unknown-party``, ``party-suspended``, ``unknown-key``, ``key-revoked``,
                ``wrong-algorithm``, ``mandate-unknown``, ``mandate-ended``.
        """
        if not signer.mandate:
            return Signatory(signer.party, self.key_in_force(leaves, signer.party, kid, alg))
        above = self.mandates(leaves, signer)
        delegate = above[0].roles["delegate"]
        for party in (signer.party, *(leaf.roles["delegate"] for leaf in above[1:])):
            if not self.active(leaves, party):
                raise DeedError("party-suspended", party=party)
        return Signatory(
            signer.party, self.key_in_force(leaves, delegate, kid, alg), signer.mandate, delegate
        )

    def mandate(self, leaves: Leaves, signer: Signer) -> Leaf:
        """The mandate that a signer refers to, in force and theirs."""
        return self.mandates(leaves, signer)[0]

    def mandates(self, leaves: Leaves, signer: Signer) -> list[Leaf]:
        """The mandate that a signer refers to, theirs, and those above it; none of them revoked."""
        above = chain(leaves, bytes.fromhex(signer.mandate))
        if not above or above[0][1].roles.get("principal") != signer.party:
            raise DeedError("mandate-unknown", mandate=signer.mandate, party=signer.party)
        for key, leaf in above:
            if leaf.state != "active":
                raise DeedError("mandate-ended", mandate=key.hex())
        return [leaf for _, leaf in above]

    def key_in_force(self, leaves: Leaves, did: str, kid: str, alg: str) -> PublicKey:
        """The deed key ``kid`` of an active party."""
        leaf = self.party(leaves, did)
        if leaf is None:
            raise DeedError("unknown-party", party=did)
        if leaf.state != "active":
            raise DeedError("party-suspended", party=did)
        for entry in leaf.fields["keys"]:
            key = PublicKey.from_jwk(entry["jwk"])
            if key.thumbprint == kid:
                if kid not in self._known:
                    self._meet(key)
                return _usable(key, entry, did, alg, self.suite)
        raise DeedError("unknown-key", party=did, key=kid)

    def _meet(self, key: PublicKey) -> None:
        if len(self._known) >= _MET:
            self._known.clear()
        self._known.add(key.thumbprint)
        self.met.append(key)

    def listed_key(self, leaves: Leaves, did: str, kid: str) -> PublicKey:
        """A key that a party has or had: revoked keys stay listed, so that old signatures can be proved."""
        leaf = self.party(leaves, did)
        for entry in () if leaf is None else leaf.fields["keys"]:
            key = PublicKey.from_jwk(entry["jwk"])
            if key.thumbprint == kid:
                return key
        raise DeedError("unknown-key", party=did, key=kid)


def _usable(key: PublicKey, entry: dict[str, object], did: str, alg: str, suite: Suite) -> PublicKey:
    if entry.get("revoked"):
        raise DeedError("key-revoked", party=did, key=key.thumbprint)
    if alg not in suite.signatures:
        raise DeedError("wrong-algorithm", expected=", ".join(suite.signatures), found=alg)
    if key.alg != alg:
        raise DeedError("wrong-algorithm", expected=key.alg, found=alg)
    return key


def verify_signatures(deed: Deed, signatories: list[Signatory]) -> None:
    """The signature mathematics of a deed; remembered on the deed, because mathematics does not change.

    Raises:
        DeedError: ``signature-invalid``.
    """
    if deed.verified:
        return
    for index, signatory in enumerate(signatories):
        if not signatory.key.verify(deed.signing_input(index), deed.signature(index)):
            raise DeedError("signature-invalid", party=deed.payload.signers[index].party)
    deed.verified = True
