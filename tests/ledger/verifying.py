"""The stand-alone verifier, which shares no code with the ledger."""

from __future__ import annotations

from typing import Any

import wusong_verify
from wusong.crypto import canonical


def report(bundle: dict[str, Any], trust: dict[str, Any]) -> Any:  # noqa: ANN401 - the verifier's report
    """What the verifier finds."""
    return wusong_verify.verify(canonical.encode(bundle), canonical.encode(trust))


def verdict(bundle: dict[str, Any], trust: dict[str, Any]) -> dict[str, Any]:
    """The facts that an accepted bundle shows."""
    found = report(bundle, trust)
    assert found.status == 0, found
    facts: dict[str, Any] = found.facts
    return facts
