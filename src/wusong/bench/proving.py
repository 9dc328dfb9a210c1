"""Holding what a measurement made against the verifier, so that no figure rests on deeds that cannot be
proved.
"""

from __future__ import annotations

import importlib.util
from types import ModuleType
from typing import TYPE_CHECKING, Any

from wusong.bench.figure import UnavailableError
from wusong.crypto import canonical
from wusong.ledger import ids
from wusong.ledger.bundle import Wanted, make_bundle
from wusong.node import verifier

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wusong.ledger.ledger import Ledger


def program() -> ModuleType:
    """The verifier, loaded from its one file. Raises UnavailableError when this installation lacks it."""
    path = verifier.find()
    spec = None if path is None else importlib.util.spec_from_file_location("wusong_verify", path)
    if spec is None or spec.loader is None:
        raise UnavailableError("wusong_verify.py is not part of this installation")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def bundle(ledger: Ledger, deed: str, contents: tuple[dict[str, Any], ...] = ()) -> bytes:
    """The bundle of a deed, as a file has it."""
    wanted = Wanted(contents=contents)
    return canonical.encode(make_bundle(ledger, ids.DeedId(bytes.fromhex(deed)), wanted))


def trust(ledger: Ledger) -> bytes:
    """The trust file that goes with it."""
    return canonical.encode(ledger.trust())


def prove(ledger: Ledger, deeds: Iterable[str], contents: tuple[dict[str, Any], ...] = ()) -> None:
    """Make and verify bundles. Raises RuntimeError when one is not accepted: then the figure is void."""
    verify, trusted = program().verify, trust(ledger)
    for deed in deeds:
        report = verify(bundle(ledger, deed, contents), trusted)
        if report.status != 0:
            message = f"the verifier refuses a deed of the measurement: {report}"
            raise RuntimeError(message)
