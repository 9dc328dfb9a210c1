"""Founding a network with one node: keys, genesis, the library of contracts.

The founder holds every office of genesis (authority, registrar, accreditor, examiner, installer) until it
admits others; a network of several organisations names them in its genesis instead.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from wusong.crypto.did_key import did_for
from wusong.crypto.random import random_bytes
from wusong.crypto.suites import suite as find_suite
from wusong.errors import NodeError
from wusong.ledger.genesis import Genesis, GenesisParty
from wusong.ledger.ledger import Ledger
from wusong.node.keyring import FILE as KEYS
from wusong.node.keyring import Keyring, passphrase

if TYPE_CHECKING:
    from pathlib import Path

    from wusong.crypto.keys import PrivateKey

LEDGER_FOLDER: Final = "ledger"


@dataclass(frozen=True, slots=True)
class Founding:
    """What a new network is."""

    name: dict[str, str] = field(
        default_factory=lambda: {"en": "Wusong solo network", "zh": "吴淞单节点网络"}
    )
    founder: str = "网络发起单位"
    suite: str = "intl"
    trial: bool = False
    parameters: dict[str, int] = field(default_factory=dict)


def found(folder: Path, founding: Founding | None = None) -> None:
    """Make a network in ``folder``, which then holds keystore and ledger.

    Raises:
        NodeError: ``node-exists``.
    """
    founding = founding or Founding()
    if (folder / KEYS).exists() or (folder / LEDGER_FOLDER).exists():
        raise NodeError("node-exists", folder=folder.name)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    ring = Keyring.create(folder, find_suite(founding.suite), passphrase(folder, create=True))
    did, key = ring.new_party()
    seal = ring.seal_key(0)
    Ledger.create(folder / LEDGER_FOLDER, genesis_of(founding, did, key, seal), seal).close()


def genesis_of(founding: Founding, did: str, key: PrivateKey, seal: PrivateKey) -> Genesis:
    """The genesis of a network with one founder and one cosigner."""
    if did_for(key.public) != did:
        raise NodeError("no-key", party=did)
    office: dict[str, Any] = {
        name: [did] for name in ("accreditors", "authorities", "examiners", "installers", "registrars")
    }
    return Genesis(
        cosigners=[seal.public.to_jwk()],
        name=founding.name,
        nonce=random_bytes(16).hex(),
        parameters=founding.parameters,
        parties=[GenesisParty(did=did, keys=[key.public.to_jwk()], name=founding.founder)],
        suite=founding.suite,
        time=time.time_ns() // 1_000_000,
        trial=founding.trial,
        **office,
    )
