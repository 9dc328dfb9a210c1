"""The use cases of sharing and return flow, one function each: no HTTP, no SQL, no printing.

Each writes one deed and gives it back when the ledger has accepted it; a refusal is a ``DeedError`` that
carries the clause. ``party`` is always who acts; the ledger judges whether it may.

    applicant      apply apply_return escalate give_feedback request_correction end dispose withdraw
    provider       accept consent refuse deliver correct stop
    coordinator    extend direct reject
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from wusong.data import contents
from wusong.data.brought import brought
from wusong.data.host import Done, Host, Intent
from wusong.data.money.standing import now
from wusong.data.sharing import copies
from wusong.errors import DeedError

__all__ = [
    "SHARING", "Cause", "Ground", "Request", "accept", "apply", "apply_return", "consent", "correct",
    "deliver", "direct", "dispose", "end", "escalate", "extend", "give_feedback", "refuse", "reject",
    "request_correction", "stop", "withdraw",
]  # fmt: skip

SHARING: Final = "data-sharing@1"
Ground = Literal["law-forbids", "beyond-duty", "not-held", "security-risk"]
Cause = Literal["law-changed", "security-risk", "misuse"]


@dataclass(frozen=True, slots=True)
class Request:
    """What a request states. ``coordinator``: the coordinating body; ``last_day``: days since 1970-01-01."""

    coordinator: str
    matter: str
    purpose: str
    duty: str
    last_day: int

    def args(self) -> dict[str, Any]:
        """As arguments of the act."""
        return {name: getattr(self, name) for name in self.__slots__}


# --- the applicant ---


def apply(host: Host, party: str, resource: str, request: Request) -> Done:
    """A department applies for the sharing of a registered resource (申请共享)."""
    return _do(host, "apply", {"applicant": party}, None, {"resource": resource, **request.args()})


def apply_return(host: Host, party: str, provider: str, request: Request, resource: str = "") -> Done:
    """A lower level applies for data on its own matters (申请回流); a registered resource may be named."""
    args = {"provider": provider, **request.args()} | ({"resource": resource} if resource else {})
    return _do(host, "apply-return", {"applicant": party}, None, args)


def escalate(host: Host, party: str, sharing: str, remark: str) -> Done:
    """The applicant goes to the coordinating body (提请协调)."""
    return _do(host, "escalate", {"applicant": party}, sharing, {"remark": remark})


def give_feedback(host: Host, party: str, sharing: str, feedback: str) -> Done:
    """The applicant says how the data served (反馈使用情况)."""
    return _do(host, "give-feedback", {"applicant": party}, sharing, {"feedback": feedback})


def request_correction(host: Host, party: str, sharing: str, wrong: bytes) -> Done:
    """The applicant says what is wrong (申请校核); what it says stays in the vault."""
    commitment = contents.put(host.vault, wrong).commitment
    brought(host).note(party, commitment)
    return ask_correction(host, party, sharing, commitment)


def ask_correction(host: Host, party: str, sharing: str, wrong: str) -> Done:
    """The same, of a content that the party brought."""
    brought(host).demand(party, wrong)
    return _do(host, "request-correction", {"applicant": party}, sharing, {"wrong": wrong})


def end(host: Host, party: str, sharing: str) -> Done:
    """The applicant ends the use before its term (终止使用)."""
    return _do(host, "end", {"applicant": party}, sharing)


def dispose(host: Host, party: str, sharing: str, disposal: str) -> Done:
    """The applicant states what became of the data after the end (报告数据处置情况)."""
    return _do(host, "dispose", {"applicant": party}, sharing, {"disposal": disposal})


def withdraw(host: Host, party: str, sharing: str) -> Done:
    """The applicant withdraws its request before delivery (撤回申请)."""
    return _do(host, "withdraw", {"applicant": party}, sharing)


# --- the provider ---


def accept(host: Host, party: str, sharing: str) -> Done:
    """The provider accepts the application (受理); the time to answer runs on."""
    return _do(host, "accept", {"provider": party}, sharing)


def consent(host: Host, party: str, sharing: str, terms: str = "") -> Done:
    """The provider agrees, on conditions where there are any (同意共享)."""
    return _do(host, "consent", {"provider": party}, sharing, {"terms": terms} if terms else {})


def refuse(host: Host, party: str, sharing: str, ground: Ground, remark: str) -> Done:
    """The provider refuses, with ground and reasons (不同意共享)."""
    return _do(host, "refuse", {"provider": party}, sharing, {"ground": ground, "remark": remark})


def deliver(host: Host, party: str, sharing: str, content: str) -> Done:
    """The provider delivers a table that it brought (交付): the applicant's copy is made and committed to.

    Raises DataError of ``copies.make``, DeedError.
    """
    return _hand(host, "deliver", party, sharing, content, {})


def correct(host: Host, party: str, sharing: str, remark: str, content: str = "") -> Done:
    """The provider answers a request for correction, with a new copy where the data were wrong (校核反馈)."""
    if not content:
        return _do(host, "correct", {"provider": party}, sharing, {"remark": remark})
    return _hand(host, "correct", party, sharing, content, {"remark": remark})


def stop(host: Host, party: str, sharing: str, cause: Cause, remark: str) -> Done:
    """The provider stops the sharing, with cause and reasons (停止共享)."""
    return _do(host, "stop", {"provider": party}, sharing, {"cause": cause, "remark": remark})


# --- the coordinating body ---


def extend(host: Host, party: str, sharing: str, extension: str) -> Done:
    """The coordinating body allows a longer time to answer, once (同意延长答复期限)."""
    return _do(host, "extend", {"coordinator": party}, sharing, {"extension": extension})


def direct(host: Host, party: str, sharing: str, remark: str) -> Done:
    """The coordinating body decides that the data are shared (决定共享)."""
    return _do(host, "direct", {"coordinator": party}, sharing, {"remark": remark})


def reject(host: Host, party: str, sharing: str, remark: str) -> Done:
    """The coordinating body decides that they are not (决定不予共享)."""
    return _do(host, "reject", {"coordinator": party}, sharing, {"remark": remark})


# ------------------------------------------------------------------------------------------------------------


def _hand(host: Host, action: str, party: str, sharing: str, content: str, args: dict[str, Any]) -> Done:
    """Make the copy, then act; a copy whose act is refused is destroyed."""
    receiver = now(host, sharing, SHARING).roles["applicant"]
    made = copies.make(host, party, content, sharing, receiver)
    try:
        return _do(host, action, {"provider": party}, sharing, {"content": made.commitment, **args})
    except DeedError:
        copies.book(host).drop(made.mark)
        host.vault.erase(contents.find(host.vault, made.commitment).digest)
        raise


def _do(
    host: Host, action: str, roles: dict[str, str], asset: str | None, args: dict[str, Any] | None = None
) -> Done:
    return host.act([Intent(SHARING, action, args or {}, roles, asset)])
