"""What the ledger would say now, asked without handing anything in.

* A deed is judged as a block would judge it now, as if all had signed; nothing is written.
* The conditions of an action that fail whatever is filled in are found before anybody fills in a form.
  The ledger judges them again when the deed comes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from wusong.contract.expr import EvalError
from wusong.errors import ContractError, DeedError
from wusong.ledger.acting import Acting
from wusong.ledger.state import DeedState
from wusong.ledger.system import calendar
from wusong.ledger.system.context import Moment
from wusong.node.pending_form import Form, judge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wusong.contract.interpreter import Compiled
    from wusong.contract.leaf import Leaf
    from wusong.ledger.intent import Intent
    from wusong.node.node import Node

_DAY: Final = 86_400_000


def foresee(node: Node, intents: Sequence[Intent], proposer: str) -> None:
    """Judge a deed of several signers before anybody signs it.

    Raises DeedError as the ledger would refuse it now, with the words of the clause; what ``judge`` raises.
    """
    ledger = node.ledger
    acting = dict.fromkeys(party for intent in intents for party in intent.roles.values())
    draft = node.draft(intents, [proposer, *(party for party in acting if party != proposer)])
    deed = judge(ledger, Form(draft.payload(ledger.now()), draft.acts, {}))
    state, height = ledger.view(), ledger.app.head.height + 1
    moment = Moment(height, ledger.now(), ledger.rules.version(state, height))
    trial = Acting(ledger.rules, DeedState(state, ledger.suite), deed, moment)
    try:
        trial.run()
    except (DeedError, ContractError) as error:
        raise _told(node, error, trial.current, intents) from None


def _told(
    node: Node, error: DeedError | ContractError, act: int | None, intents: Sequence[Intent]
) -> DeedError:
    """The refusal in the words of the contract's clause."""
    clause = str(error.data.get("clause", ""))
    said = node.words_of_refusal(intents[act], clause) if act is not None else {}
    return DeedError(error.code, **{**error.data, "act": act, "clause": clause, **said})


def refused_now(node: Node, page: Compiled, action: str, asset: str, leaf: Leaf) -> dict[str, str] | None:
    """What an action's condition says that is certainly not met now; None when none is certain. ``leaf`` is
    the record as it stands now.
    """
    step = page.program.steps[action]
    state, ledger = node.ledger.view(), node.ledger
    now = ledger.now()

    def seen(other: str) -> Leaf | None:
        found = state.leaf(bytes.fromhex(other)) if re.fullmatch("[0-9a-f]{64}", other) else None
        if found is None or found.contract.startswith("system/"):
            return None
        return ledger.rules.compiled(state, found.contract).effective(found, now)

    def days(name: str, year: int) -> str | None:
        key = ledger.rules.key(calendar.RECORD, calendar.name_of(name, year))
        return calendar.days(DeedState(state, ledger.suite), key)

    today = (now + page.program.zone) // _DAY
    given = _Given()
    env: tuple[Any, ...] = (leaf, asset, given, given, now, today, seen, None, days)
    for guard in step.guards:
        if _fails(guard, env, given):
            return {**guard.says} if guard.says else {"en": guard.name, "zh": guard.name}
    return None


class _Given(dict[str, Any]):
    """What nobody has filled in yet: whoever looks at it gets no answer, and that is noted."""

    looked = False

    def _look(self, *_key: object) -> Any:  # noqa: ANN401 - it never answers
        self.looked = True
        raise EvalError("not given yet")

    __getitem__ = __contains__ = get = _look


def _fails(guard: Any, env: tuple[Any, ...], given: _Given) -> bool:  # noqa: ANN401 - a compiled condition
    """Whether a condition fails whatever is filled in; an error in the record itself is a failure, too."""
    given.looked = False
    try:
        return guard.holds(*env) is not True
    except EvalError:
        return not given.looked
