"""The use cases of public data, one function each: no HTTP, no SQL, no printing.

Each writes one deed and gives it back when the ledger has accepted it; a refusal is a ``DeedError`` that
carries the clause. ``party`` is always who acts; the ledger judges whether it may.

    resource   in ``registration/service``, by their names here
    operation  in ``operation/service``, by their names here
    product    in ``products/service``, by their names here
    use        likewise; call; meter, meter_all
    evidence   attest
"""

from __future__ import annotations

from typing import Final

from wusong.data.evidence import Attested, attest
from wusong.data.operation.service import (
    Conditions,
    accept_authorisation,
    authorise,
    decline_authorisation,
    disclose,
    expire,
    give_notice,
    renew,
    report_incident,
    report_measures,
    resume,
    set_ceiling,
    suspend,
    withdraw_authorisation,
)
from wusong.data.products.calls import Answer, call
from wusong.data.products.metering import meter, meter_all
from wusong.data.products.service import (
    Offer,
    UseTerms,
    apply,
    approve,
    close,
    decline,
    delist,
    move,
    name_recipients,
    offer,
    recall,
    relist,
    reprice,
    retire,
    stop,
    take_back,
    terminate,
)
from wusong.data.registration.service import (
    Application,
    Change,
    Correction,
    Registered,
    accept,
    apply_to_cancel,
    assign_code,
    cancel,
    change,
    dismiss_objection,
    examine,
    keep,
    publish,
    raise_objection,
    refuse,
    register,
    send_back,
    supplement,
    take_effect,
    withdraw,
    withdraw_cancellation,
)  # fmt: skip

__all__ = [
    "ACCREDITATIONS",
    "Answer",
    "Application",
    "Attested",
    "Change",
    "Conditions",
    "Correction",
    "Offer",
    "Registered",
    "UseTerms",
    "accept",
    "accept_authorisation",
    "apply",
    "apply_to_cancel",
    "approve",
    "assign_code",
    "attest",
    "authorise",
    "call",
    "cancel",
    "change",
    "close",
    "decline",
    "decline_authorisation",
    "delist",
    "disclose",
    "dismiss_objection",
    "examine",
    "expire",
    "give_notice",
    "keep",
    "meter",
    "meter_all",
    "move",
    "name_recipients",
    "offer",
    "publish",
    "raise_objection",
    "recall",
    "refuse",
    "register",
    "relist",
    "renew",
    "report_incident",
    "report_measures",
    "reprice",
    "resume",
    "retire",
    "send_back",
    "set_ceiling",
    "stop",
    "supplement",
    "suspend",
    "take_back",
    "take_effect",
    "terminate",
    "withdraw",
    "withdraw_authorisation",
    "withdraw_cancellation",
]

ACCREDITATIONS: Final[dict[str, dict[str, str]]] = {
    "data-registry": {"en": "Registration body for public data", "zh": "公共数据资源登记机构"},
    "data-implementing-body": {
        "en": "Implementing body of authorised operation",
        "zh": "公共数据资源授权运营实施机构",
    },
    "data-operator": {"en": "Operator of public data", "zh": "公共数据资源运营机构"},
}
"""What the roles of these pages need, by the accreditation's name."""
