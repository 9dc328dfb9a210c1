"""Founding a network with one node: keys, genesis, the library of contracts.

The founder holds every office of genesis (authority, registrar, accreditor, examiner, installer) until it
admits others; a network of several organisations names them in its genesis instead.

* Founding is all or nothing. What stops it (no extra for the suite, other files in the folder) is found
  before anything is written.
* All is made in ``.founding``, which one rename turns into ``.founded``; only then is it moved to its place,
  the ledger last. A process that is killed leaves a folder in which founding begins again or is finished: a
  folder without a ledger is no node, one with a ledger is a whole one.
"""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from wusong.crypto.did_key import did_for
from wusong.crypto.keys import PrivateKey
from wusong.crypto.random import random_bytes
from wusong.crypto.suites import suite as find_suite
from wusong.errors import NodeError
from wusong.ledger.genesis import Genesis, GenesisParty
from wusong.ledger.ledger import Ledger
from wusong.node import lock
from wusong.node.keyring import FILE as KEYS
from wusong.node.keyring import PASSPHRASE_FILE, Keyring, passphrase
from wusong.node.settings import FILE as SETTINGS

if TYPE_CHECKING:
    from pathlib import Path

    from wusong.crypto.suites import Suite

LEDGER_FOLDER: Final = "ledger"
_STAGE: Final = ".founding"
_MADE: Final = ".founded"
_MAY_STAND: Final = frozenset({SETTINGS, PASSPHRASE_FILE, lock.FILE, _STAGE, "lost+found"})
"""What a folder may hold in which a network is founded."""


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


def found(folder: Path, founding: Founding | None = None, settings: str = "") -> None:
    """Make a network in ``folder``, which then holds keystore and ledger, and ``settings`` where there are
    none yet.

    Raises:
        CryptoError: ``gm-extra-missing``, ``unknown-suite``.
        NodeError: ``node-exists``, ``folder-not-empty``, ``node-running``.
    """
    founding = founding or Founding()
    suite = find_suite(founding.suite)
    PrivateKey.generate(suite.signatures[0])  # refuses, before anything is written, what cannot sign here
    check_empty(folder)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    with lock.holding(folder, "founding"):
        if _finish(folder):
            raise NodeError("node-exists", folder=folder.name)
        _make(folder, founding, suite, settings)
        _finish(folder)


def resume(folder: Path) -> None:
    """Finish a founding that was interrupted just before its end, if there is one. Raises NodeError
    ``node-running``.
    """
    if (folder / _MADE).exists():
        with lock.holding(folder, "founding"):
            _finish(folder)


def is_node(folder: Path) -> bool:
    """Whether ``folder`` holds a node, whole."""
    return (folder / KEYS).exists() and (folder / LEDGER_FOLDER).exists()


def check_empty(folder: Path) -> None:
    """See that a node can be made in ``folder``, where nothing of anybody else's may stand.

    Raises:
        NodeError: ``node-exists``, ``folder-not-empty`` with one name of what stands there.
    """
    if is_node(folder):
        raise NodeError("node-exists", folder=folder.name)
    if (folder / _MADE).exists():
        return
    present = {entry.name for entry in folder.iterdir()} if folder.exists() else set()
    if others := sorted(present - _MAY_STAND):
        raise NodeError("folder-not-empty", folder=folder.name, name=others[0])


def _finish(folder: Path) -> bool:
    """Move what was founded to its place, the ledger last; whether there was something."""
    made = folder / _MADE
    if not made.exists():
        return False
    for entry in sorted(made.iterdir(), key=lambda one: one.name == LEDGER_FOLDER):
        entry.replace(folder / entry.name)
    made.rmdir()
    _keep(folder)
    return True


def _make(folder: Path, founding: Founding, suite: Suite, settings: str) -> None:
    stage = folder / _STAGE
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(mode=0o700)
    try:
        given = (folder / PASSPHRASE_FILE).exists()
        secret = passphrase(folder if given else stage, create=True)
        ring = Keyring.create(stage, suite, secret)
        did, key = ring.new_party()
        seal = ring.seal_key(0)
        Ledger.create(stage / LEDGER_FOLDER, genesis_of(founding, did, key, seal), seal).close()
        if settings and not (folder / SETTINGS).exists():
            (stage / SETTINGS).write_text(settings, "utf-8")
    except BaseException:
        shutil.rmtree(stage, ignore_errors=True)
        raise
    _keep(stage)
    stage.rename(folder / _MADE)
    _keep(folder)


def _keep(folder: Path) -> None:
    """Have the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


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
