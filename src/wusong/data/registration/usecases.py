"""The use cases of registration that a person enters and another signs: arguments are JSON, contents are in
the vault and named by their commitments.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from wusong.data import contents
from wusong.data.host import Done, Host
from wusong.data.intake import decisions, pairs
from wusong.data.registration import numbering, service
from wusong.data.registration.service import Application, Change, Correction, Stated
from wusong.errors import DataError

__all__ = ["CASES", "OWN_CONTENTS", "check_act"]

OWN_CONTENTS: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    (service.RESOURCE, action): ("content", "profile")
    for action in ("apply", "apply-to-change", "supplement")
}
"""The arguments whose contents this domain reads on behalf of who acts."""


def check_act(host: Host, party: str, page: str, action: str, args: dict[str, Any]) -> None:
    """Refuse what the ledger cannot see: a code that another registration has, a profile that is not this
    node's of that table, and a number of undecided columns that is not the profile's; it decides whether the
    resource may be opened.

    Raises DataError ``registration-code-form``, ``registration-code-taken``, ``profile-not-made``,
    ``undecided-wrong``.
    """
    content, profile = args.get("content"), args.get("profile")
    numbering.check_act(host, page, action, args)
    if (page, action) not in OWN_CONTENTS or not (isinstance(content, str) or isinstance(profile, str)):
        return
    if not (isinstance(content, str) and isinstance(profile, str)):  # one without the other fits nothing
        raise DataError("profile-not-made", content=content or "-", profile=profile or "-")
    pairs.demand(host, party, content, profile)
    counted = decisions.undecided(contents.read_json(host.vault, profile))
    given = args.get("undecided", 0)  # left out, what was stated before stays
    if given != counted:
        raise DataError("undecided-wrong", counted=counted, given=given)


def _register(host: Host, party: str, args: dict[str, Any]) -> dict[str, Any]:
    stated = {name: args[name] for name in Stated.__struct_fields__ if name in args}
    application = Application(table=contents.read(host.vault, args["content"]), **stated)
    done = service.register(host, party, args["registry"], application)
    return {"deed": done.deed, "asset": done.asset}


def _correction(host: Host, args: dict[str, Any]) -> Correction:
    table = contents.read(host.vault, args["content"]) if args.get("content") else None
    given = {name: args[name] for name in Stated.__struct_fields__ if args.get(name) not in (None, "")}
    return Correction(table=table, **given)


def _supplement(host: Host, party: str, args: dict[str, Any]) -> dict[str, Any]:
    return _told(service.supplement(host, party, args["asset"], _correction(host, args)))


def _change(host: Host, party: str, args: dict[str, Any]) -> dict[str, Any]:
    wanted = Change(args["procedure"], args["reasons"], _correction(host, args))
    return _told(service.change(host, party, args["asset"], wanted))


def _take_effect(host: Host, party: str, args: dict[str, Any]) -> dict[str, Any]:
    return _told(service.take_effect(host, party, args["asset"], args.get("valid_until")))


def _told(done: Done) -> dict[str, Any]:
    return {"deed": done.deed, "asset": done.asset}


CASES: Final[dict[str, tuple[dict[str, str], Callable[[Host, str, dict[str, Any]], dict[str, Any]]]]] = {
    "register": ({"en": "Apply for registration", "zh": "申请登记"}, _register),
    "supplement": ({"en": "Hand in corrections", "zh": "提交补正"}, _supplement),
    "change-registration": (
        {"en": "Apply for a change of registration", "zh": "申请变更、更正或者续期"},
        _change,
    ),
    "take-effect": ({"en": "Let a change of registration take effect", "zh": "变更生效"}, _take_effect),
}
