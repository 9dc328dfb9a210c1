"""The use case of authorised operation that a person enters and another signs; all other acts fit the forms
of the contract itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from wusong.data.host import Host
from wusong.data.operation import submitting

__all__ = ["CASES"]


def _submit(host: Host, party: str, args: dict[str, Any]) -> dict[str, Any]:
    done = submitting.submit(host, party, args["year"], args["content"], attest=args.get("attest", False))
    found: dict[str, Any] = msgspec.to_builtins(done)
    return found


CASES: Final[dict[str, tuple[dict[str, str], Callable[[Host, str, dict[str, Any]], dict[str, Any]]]]] = {
    "submit-disclosure": ({"en": "Submit the yearly disclosure", "zh": "提交年度披露"}, _submit),
}
