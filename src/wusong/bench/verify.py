"""``verify`` and ``verify-sm2``: what it costs a reader to verify one bundle.

* The bundle proves a creation with one signer, one cosigner, no witness; its page and a genesis of two
  parties are in it. ``verify`` is of suite ``intl`` (Ed25519), ``verify-sm2`` of suite ``gm``: SM2 in plain
  integers, since the verifier needs only ``cryptography``.
* Measured is ``verify(bundle, trust)`` of ``verifier/wusong_verify.py``, from bytes to verdict, in one
  process that has verified before (the program is loaded once, as a reader of many bundles does).
* Limit: the two signatures alone, checked by the node's own code, which for SM2 has plain integers too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wusong.bench import proving, sample
from wusong.bench.figure import Goal, Measured, UnavailableError, seconds, workspace
from wusong.crypto.keys import PrivateKey
from wusong.crypto.sm2 import plain_verifier
from wusong.errors import CryptoError

if TYPE_CHECKING:
    from pathlib import Path

    from wusong.crypto.algorithm import Verifier

GOAL: Final = Goal("verify", "ms", "less", 3, 1)
SM2_GOAL: Final = Goal("verify-sm2", "ms", "less", 20, 8)


def measure(quick: bool) -> Measured:
    """Take the figure ``verify``."""
    return _measure("intl", "Ed25519", 3 if quick else 301)


def measure_sm2(quick: bool) -> Measured:
    """Take the figure ``verify-sm2``. Raises UnavailableError without the extra that signs under SM2."""
    try:
        return _measure("gm", "SM2-SM3", 3 if quick else 101)
    except (ImportError, CryptoError) as error:
        raise UnavailableError(f"nothing signs under SM2 here: {error}") from error


def _measure(suite: str, alg: str, runs: int) -> Measured:
    program = proving.program()
    with workspace() as folder:
        bundle, trust = _pair(folder, suite, alg)
    if program.verify(bundle, trust).status != 0:
        raise RuntimeError("the verifier refuses the bundle")
    value = seconds(lambda: program.verify(bundle, trust), runs)
    limit = 2 * _one_signature(alg, runs)
    return Measured(
        1_000 * value, 1_000 * limit, f"bundle of {len(bundle):,} bytes; limit: two signatures alone"
    )


def _pair(folder: Path, suite: str, alg: str) -> tuple[bytes, bytes]:
    subject = sample.make(folder / "ledger", alg, suite, parties=2)
    try:
        (receipt,) = sample.hand_in(subject.ledger, [subject.issue(0)])
        return proving.bundle(subject.ledger, receipt.deed), proving.trust(subject.ledger)
    finally:
        subject.ledger.close()


def _one_signature(alg: str, runs: int) -> float:
    key, message = PrivateKey.generate(alg), b"m" * 600
    signature = key.sign(message)
    check: Verifier = plain_verifier(key.public.coordinates) if alg == "SM2-SM3" else key.public.verify
    return seconds(lambda: check(message, signature), runs)
