"""Registration codes (登记编码): one code, one registration in force on this ledger.

* A code consists of letters, digits, ``-``, ``/`` and ``.``; letters are compared without regard to case.
* The contract sees one record at a time, so the ledger cannot tell that a code is taken. The node asks
  whenever it signs, whatever face the act comes from; acts that give codes are handed in one after another.
* A code becomes free once its registration is cancelled or has expired.
* Who signs elsewhere and hands a deed in is not asked: the registration body is answerable for its codes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any, Final

import sqlalchemy as sa

from wusong.data.host import Host, Intent, page
from wusong.data.projection import resources
from wusong.data.registration import stages
from wusong.errors import DataError

__all__ = ["ACTION", "STANDS", "check", "check_act", "guarding"]

ACTION: Final = "assign-code"
STANDS: Final = frozenset({"registered", "cancelling"})
"""The states in which a registration is in force."""
_CODE: Final = re.compile(r"[A-Za-z0-9./-]+")
_ONE_BY_ONE: Final = Lock()


def check(host: Host, code: str) -> None:
    """Raises DataError ``registration-code-form``, ``registration-code-taken``, ``index-behind``."""
    if not _CODE.fullmatch(code):
        raise DataError("registration-code-form", given=code[:65])
    if not host.models.wait(host.ledger.app.head.height):
        raise DataError("index-behind")
    with host.models.engine.connect() as connection:
        same = sa.func.lower(resources.c.code) == code.lower()
        query = sa.select(resources.c.asset).where(same, resources.c.state.in_(STANDS))
        holders = connection.execute(query).scalars().all()
    for asset in holders:
        if stages.now_of(host, asset).state in STANDS:
            raise DataError("registration-code-taken", given=code, asset=asset)


def check_act(host: Host, contract: str, action: str, args: dict[str, Any]) -> None:
    """Refuse an act that gives a code which cannot be given. ``contract``: a name or an installed digest.
    Raises as ``check``.
    """
    if action != ACTION or not isinstance(args.get("code"), str):
        return
    installed = host.ledger.view().page(contract) is not None
    if (page(host, contract).name if installed else contract) == stages.RESOURCE:
        check(host, args["code"])


@contextmanager
def guarding(host: Host, intents: Sequence[Intent]) -> Iterator[None]:
    """Check the acts that give codes, and let nobody else give one here until they are done. Raises as
    ``check``; ``registration-code-taken`` also where one deed gives a code twice.
    """
    with _ONE_BY_ONE:
        given = set[str]()
        for one in intents:
            check_act(host, one.contract, one.action, one.args)
            code = str(one.args.get("code", "")).lower() if one.action == ACTION else ""
            if code and code in given:
                raise DataError("registration-code-taken", given=one.args["code"], asset=one.asset or "")
            given.add(code)
        yield
