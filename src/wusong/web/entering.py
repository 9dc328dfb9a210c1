"""Carrying a use case out for who asks: at once, or as an entry that a signatory approves."""

from __future__ import annotations

from typing import Any

from litestar import Request

from wusong.errors import AccessError
from wusong.node.entries import Entered
from wusong.web.carrying import carry, check_act
from wusong.web.faces import Caller, Faces
from wusong.web.forms import check_token

__all__ = ["enter", "run"]


def enter(faces: Faces, caller: Caller, use_case: str, args: dict[str, Any]) -> Entered:
    """Enter a use case: done at once, or waiting for a signatory. Raises what refuses it."""
    if caller.person is None:
        raise AccessError("not-signed-in")
    if use_case == "act":  # what is wrong already is not put before a signatory
        check_act(faces.node, caller.party, args)
    return faces.entries.enter(
        caller.person,
        caller.party,
        use_case,
        args,
        lambda name, party, given: carry(faces.node, name, party, given),
    )


def run(
    faces: Faces, caller: Caller, request: Request[Any, Any, Any], use_case: str, args: dict[str, Any]
) -> dict[str, Any]:
    """Carry out a use case for a program, or enter it for a person."""
    caller.demand("enter")
    check_token(caller, request.headers.get("x-csrf-token", ""))
    if caller.person is None:
        return {"done": True, "entry": None, "result": carry(faces.node, use_case, caller.party, args)}
    entered = enter(faces, caller, use_case, args)
    return {"done": entered.done, "entry": entered.entry or None, "result": entered.result}
