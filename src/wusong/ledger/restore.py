"""After a restore from a backup: read only, until it is known that nothing newer was acknowledged (DESIGN
section 6).

* ``mark_restored`` is what the restore command does; from then on the ledger takes no deeds.
* A witness that has seen no greater size than the backup's shows that nothing newer was acknowledged:
  ``resume``.
* Otherwise the ledger begins a new **epoch** with a new seal key: ``begin_epoch``. The set change is
  signed by the old key, and the epoch's first seal names the size and root that were restored, so that
  every reader sees the break.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wusong.crypto import canonical
from wusong.errors import LedgerError
from wusong.ledger.checkpoint import change_message, cosigner_set
from wusong.ledger.encoding import b64

if TYPE_CHECKING:
    from wusong.crypto.keys import PrivateKey
    from wusong.ledger.application import Application
    from wusong.ledger.engine import Finalised
    from wusong.ledger.store import Store

MARK: Final = "restored"


def mark_restored(store: Store) -> None:
    """Make the ledger read only until it is known what was acknowledged after the backup."""
    store.set_meta(MARK, b"1")


def is_restored(store: Store) -> bool:
    """Whether the ledger is read only after a restore."""
    return store.meta(MARK) == b"1"


def resume(store: Store, size: int, witnessed: int) -> None:
    """Go on, since a witness has seen no greater size than ours.

    Raises:
        LedgerError: ``newer-acknowledged``.
    """
    if witnessed > size:
        raise LedgerError("newer-acknowledged", size=size, witnessed=witnessed)
    if len(changes(store, size)) < len(_stored(store)):  # the epoch of an interrupted attempt never began
        store.set_meta("sets", canonical.encode(changes(store, size)))
    store.set_meta(MARK, b"0")


def begin_epoch(app: Application, store: Store, old: PrivateKey, new: PrivateKey, time: int) -> Finalised:
    """Write the first block of a new epoch, cosigned by ``new``; ``old`` signs the change of the set."""
    suite, head = app.rules.suite, app.head
    size, root = app.log.size, app.log.root().hex()
    keys = [new.public.to_jwk()]
    digest, epoch = cosigner_set(suite, keys), head.epoch + 1
    message = change_message(app.rules.ledger_hex, digest, epoch, size)
    signature = {"key": old.public.thumbprint, "signature": b64(old.sign(message))}
    change = {"cosigners": keys, "epoch": epoch, "from": size, "signatures": [signature]}
    records: list[dict[str, Any]] = [
        {"type": "cosigners", "set": digest},
        {"type": "restored", "root": root, "size": size},
    ]
    _remember_change(store, change)
    app.finalise([], max(time, head.time + 1), records, epoch=epoch, cosigners=digest)
    done = app.commit()
    store.set_meta(MARK, b"0")
    return done


def changes(store: Store, size: int) -> list[dict[str, Any]]:
    """Every change of the cosigner set since genesis that is in force for checkpoints of ``size``."""
    return [change for change in _stored(store) if change["from"] < size]


def _stored(store: Store) -> list[dict[str, Any]]:
    stored = store.meta("sets")
    found: Any = [] if stored is None else canonical.decode(stored)
    return list(found)


def _remember_change(store: Store, change: dict[str, Any]) -> None:
    # A change that an interrupted attempt left behind is of the same epoch, and is replaced.
    kept = [one for one in _stored(store) if one["epoch"] < change["epoch"]]
    store.set_meta("sets", canonical.encode([*kept, change]))
