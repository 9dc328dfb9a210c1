"""One running node: ledger, keys, vault, read models, wired together.

found(folder)                       # once
node = Node.open(folder)
done = node.act([Intent("evidence@1", "attest", {...}, {"submitter": did})])
node.close()
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec
import sqlalchemy as sa

from wusong.errors import CryptoError, DeedError, NodeError
from wusong.ledger import ids
from wusong.ledger.bundle import Wanted, make_bundle
from wusong.ledger.drafting import Draft, sign
from wusong.ledger.encoding import b64
from wusong.ledger.intent import Done, Intent
from wusong.ledger.ledger import Ledger
from wusong.ledger.system.party import possession_message
from wusong.node import library
from wusong.node.domains import domains, guarded
from wusong.node.founding import LEDGER_FOLDER
from wusong.node.keyring import Keyring, passphrase
from wusong.node.ledger_view import LedgerView
from wusong.node.models import Models, url_of
from wusong.node.settings import Settings, load
from wusong.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from wusong.ledger.receipt import Receipt

VAULT_FOLDER: Final = "vault"


@dataclass(slots=True)
class Node:
    """The parts of one node. Faces and domains get this and nothing else."""

    folder: Path
    settings: Settings
    keys: Keyring
    ledger: Ledger
    vault: Vault
    models: Models

    @classmethod
    def open(cls, folder: Path, settings: Settings | None = None) -> Node:
        """Start a node that ``found`` made. Raises NodeError, LedgerError, StoreError."""
        settings = settings or load(folder)
        keys = Keyring.open(folder, passphrase(folder))
        ledger = Ledger.open(folder / LEDGER_FOLDER, keys.seal_key)
        vault = Vault(folder / VAULT_FOLDER, ledger.suite, keys.vault_key())
        projections = [LedgerView(ledger.genesis), *(p for domain in domains() for p in domain.projections())]
        try:
            models = Models(url_of(folder, settings), ledger, projections)
        except sa.exc.DatabaseError as error:
            ledger.close()
            raise NodeError("models-damaged", detail=type(error.orig).__name__) from None
        node = cls(folder, settings, keys, ledger, vault, models)
        if not ledger.read_only:  # a restored ledger takes no deeds until it is settled
            library.install_library(node)
        return node

    def close(self) -> None:
        """Finish what is under way and stop."""
        for domain in domains():
            domain.close(self)
        self.models.close()
        self.ledger.close()

    @property
    def founder(self) -> str:
        """The party that founded the network, whose offices a solo node exercises."""
        return self.ledger.genesis.installers[0]

    # -- acting --------------------------------------------------------------------------------------------

    def act(self, intents: Sequence[Intent], *, wait: bool = True) -> Done:
        """Write a deed, sign it with the keys this node holds, hand it in, and wait for its receipt.

        The first role of the first act submits. ``wait`` also waits until the read models show it.

        Raises:
            DeedError: the deed was refused; ``code`` and ``clause`` say why.
            NodeError: ``no-key`` when a signer's key is not here, ``no-such-contract``.
            DataError: a domain refuses it for what a contract cannot see.
        """
        signers = list(dict.fromkeys(party for intent in intents for party in intent.roles.values()))
        draft = self.draft(intents, signers)
        payload = draft.payload(self.ledger.now())
        with guarded(self, intents):
            envelope = sign(payload, draft.acts, [self.keys.deed_key(signer) for signer in signers])
            receipt = self.ledger.submit(envelope).result()
        if wait:
            self.models.wait(receipt.height)
        if not receipt.accepted:
            raise self.refusal(receipt, intents)
        return Done(receipt, receipt.deed, self._assets(receipt, intents))

    def draft(self, intents: Sequence[Intent], signers: Sequence[str | dict[str, str]]) -> Draft:
        """The unsigned deed of what is wanted."""
        draft = Draft(self.ledger.rules, signers)
        for intent in intents:
            contract = (
                intent.contract
                if intent.contract.startswith("system/")
                else library.find(self, intent.contract).digest
            )
            draft.act(
                contract,
                intent.action,
                intent.args,
                as_=intent.roles,
                asset=intent.asset,
                rev=self._rev(intent) if len(signers) > 1 else intent.rev,
                with_=intent.with_,
            )
        return draft

    def refusal(self, receipt: Receipt, intents: Sequence[Intent]) -> DeedError:
        """A refused receipt as an error that explains itself, with the words of the contract's clause."""
        known = self.ledger.app.refusal(receipt.deed)
        data: dict[str, Any] = {} if known is None else dict(known.data)
        data |= {"deed": receipt.deed, "act": receipt.act, "clause": receipt.clause}
        if receipt.act is not None:
            intent = intents[receipt.act]
            data |= {
                "action": intent.action,
                "contract": intent.contract,
                **self.words_of_refusal(intent, receipt.clause),
            }
        return DeedError(receipt.code, **data)

    def words_of_refusal(self, intent: Intent, clause: str) -> dict[str, Any]:
        """``says`` with the words of the clause that refused an act; nothing where there is none."""
        if not clause or intent.contract.startswith("system/"):
            return {}
        program = library.find(self, intent.contract).compiled.program
        step = program.steps.get(intent.action)
        said = {one.name: one.says for one in (*program.always, *(step.guards if step else ()))}
        said |= {one.name: one.says for one in (step.needs if step else ())}
        return {"says": said[clause]} if clause in said else {}

    def _rev(self, intent: Intent) -> int | None:
        if intent.rev is not None or intent.asset is None or intent.asset.startswith("#"):
            return intent.rev
        if intent.contract == "system/freeze":  # whatever its holder does meanwhile
            return None
        leaf = self.ledger.view().leaf(bytes.fromhex(intent.asset))
        return None if leaf is None else leaf.rev

    def _assets(self, receipt: Receipt, intents: Sequence[Intent]) -> list[str]:
        suite, ledger, deed = self.ledger.suite, self.ledger.id, ids.DeedId(bytes.fromhex(receipt.deed))
        named = [intent.asset or f"#{index}.0" for index, intent in enumerate(intents)]
        return [
            ids.asset_id(suite, ledger, deed, *map(int, name[1:].split("."))).hex()
            if name.startswith("#")
            else name
            for name in named
        ]

    # -- parties -------------------------------------------------------------------------------------------

    def new_party(self, name: str) -> str:
        """Make a key, and have the founder admit its holder as a party; give the DID."""
        did, key = self.keys.new_party()
        jwk = key.public.to_jwk()
        proof = b64(key.sign(possession_message(self.ledger.id, did, jwk)))
        args = {"did": did, "keys": [jwk], "name": name, "proofs": [proof]}
        asset = self.ledger.rules.key("party", did).hex()
        try:
            self.act([Intent("system/party", "admit", args, {"registrar": self.founder}, asset)])
        except (DeedError, CryptoError):
            self.keys.drop(did)  # refused, so nobody has it; after any other failure it may be in force
            raise
        return did

    def accredit(self, party: str, name: str, basis: str = "") -> None:
        """Have the founder accredit a party."""
        args = {"name": name, "party": party} | ({"basis": basis} if basis else {})
        asset = self.ledger.rules.key("accreditation", f"{party} {name}").hex()
        self.act([Intent("system/accreditation", "grant", args, {"accreditor": self.founder}, asset)])

    # -- proving -------------------------------------------------------------------------------------------

    def bundle(self, deed: str, wanted: Wanted | None = None) -> dict[str, Any]:
        """The bundle of a deed; see ``ledger.bundle.make_bundle``."""
        return make_bundle(self.ledger, ids.DeedId(bytes.fromhex(deed)), wanted)


def to_json(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """Canonical bytes for files that are handed out."""
    return msgspec.json.encode(value, order="sorted")
