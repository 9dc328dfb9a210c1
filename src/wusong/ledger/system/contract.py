"""``system/contract``: installing the pages that rule assets.

* An installer installs a page with a check report signed by an examiner; genesis names both.
* What consensus itself repeats is cheap and deterministic: schema, types, cost bound, the page's examples
  under a budget.
* An installed page is immutable. An authority may suspend it and resume it; while it is suspended nobody
  acts under it.
* ``name@major`` leads to the newest page of that name and major version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wusong.contract.leaf import Leaf
from wusong.crypto import canonical
from wusong.errors import CryptoError, DeedError
from wusong.ledger.encoding import unb64
from wusong.ledger.system.context import Handler, SystemAct, Writes, revised

if TYPE_CHECKING:
    from wusong.crypto.keys import PublicKey

KIND: Final = "system/contract"
NAME_KIND: Final = "system/name"


def report_message(report: dict[str, Any]) -> bytes:
    """What an examiner signs."""
    return b"wusong:check-report\n" + canonical.encode(report)


def install(act: SystemAct) -> Writes:
    """An installer installs: args model, report, examiner (DID), key (thumbprint), signature."""
    act.office("installers", "installer")
    act.take(model="object", report="object", examiner="did", key="digest", signature="signature")
    model = act.args["model"]
    data = canonical.encode(model)
    digest = act.rules.suite.digest("contract", data).hex()
    key, known = act.leaf("page", digest)
    act.expect_asset(key)
    if known is not None:
        raise DeedError("asset-exists", asset=key.hex())
    _check_report(act, digest)
    act.rules.admit_page(digest, model, act.rules.parameter(act.state, "page_steps"), act.at.version)
    act.state.pages[digest] = data
    return [(key, _page_leaf(act, model)), _name_leaf(act, model, digest)]


def suspend(act: SystemAct) -> Writes:
    """An authority suspends a page: args contract (digest), reason."""
    return _standing(act, "active", "suspended")


def resume(act: SystemAct) -> Writes:
    """An authority lifts the suspension: args contract (digest), reason."""
    return _standing(act, "suspended", "active")


def _standing(act: SystemAct, before: str, after: str) -> Writes:
    act.office("authorities", "authority")
    act.take(contract="digest", reason="text")
    key, leaf = act.leaf("page", act.args["contract"])
    act.expect_asset(key)
    if leaf is None:
        raise DeedError("unknown-contract", contract=act.args["contract"])
    leaf = act.expect_state(leaf, before)
    return [(key, revised(leaf, state=after, fields={**leaf.fields, "reason": act.args["reason"]}))]


def _page_leaf(act: SystemAct, model: dict[str, Any]) -> Leaf:
    report = act.rules.suite.digest("check-report", canonical.encode(act.args["report"])).hex()
    fields = {
        "name": model["contract"],
        "report": report,
        "title": model["title"],
        "version": model["version"],
    }
    return Leaf(contract=KIND, state="active", rev=1, fields=fields)


def _name_leaf(act: SystemAct, model: dict[str, Any], digest: str) -> tuple[bytes, Leaf]:
    key, known = act.leaf("name", page_name(model))
    if known is None:
        return key, Leaf(contract=NAME_KIND, state="active", rev=1, fields={"contract": digest})
    return key, revised(known, fields={"contract": digest})


def page_name(model: dict[str, Any]) -> str:
    """``name@major`` of a page."""
    return f"{model['contract']}@{model['version']}"


def _check_report(act: SystemAct, digest: str) -> None:
    report, examiner = act.args["report"], act.args["examiner"]
    if examiner not in act.genesis.examiners or report.get("contract") != digest:
        raise DeedError("report-refused", examiner=examiner)
    act.expect_free(examiner)
    key = _examiner_key(act, examiner)
    if not key.verify(report_message(report), unb64(act.args["signature"])):
        raise DeedError("report-refused", examiner=examiner)


def _examiner_key(act: SystemAct, examiner: str) -> PublicKey:
    try:
        authority, thumbprint = act.rules.authority, act.args["key"]
        listed = authority.listed_key(act.state, examiner, thumbprint)
        return authority.key_in_force(act.state, examiner, thumbprint, listed.alg)
    except CryptoError:
        raise DeedError("report-refused", examiner=examiner) from None


ACTIONS: Final[dict[str, Handler]] = {"install": install, "resume": resume, "suspend": suspend}
