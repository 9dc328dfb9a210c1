"""Pages that an examiner has signed and that are still hostile: what they compute stays canonical, and what
their examples are given never stops a block.
"""

# ruff: noqa: ANN401 - members of a page are any JSON
from __future__ import annotations

import copy
from typing import Any

import pytest

from ledger.kit import Net, examined
from wusong.crypto import canonical
from wusong.errors import WusongError
from wusong.ledger.encoding import b64
from wusong.ledger.system.contract import report_message

JOINING = """
contract: joining
version: 1
title: {en: Joining, zh: 连接}
basis: [test]
roles:
  issuer: {en: issuer, zh: 签发方}
fields:
  name: text(64)
states: [issued]
actions:
  issue:
    by: issuer
    args: {first: text(16), last: text(16)}
    to: issued
    set: {name: args.first + args.last}
examples:
  - name: it is issued
    given: {parties: [anna]}
    acts:
      - {do: issue, by: {issuer: anna}, args: {first: Ann, last: Lee}, new: one}
"""


def install(net: Net, model: dict[str, Any], report: dict[str, Any]) -> str:
    """The code with which a page is taken or refused, its report signed by the examiner."""
    admin = net.key("admin")
    signature = b64(admin.sign(report_message(report)))
    key = admin.public.thumbprint
    args = {
        "examiner": net.did("admin"),
        "key": key,
        "model": model,
        "report": report,
        "signature": signature,
    }
    asset = net.state_key("page", report["contract"])
    return net.do("admin", "system/contract", "install", args, as_={"installer": "admin"}, asset=asset).code


def test_two_texts_that_join_to_one_that_is_not_composed_are_refused(net: Net) -> None:
    model, digest, report = examined(JOINING, "intl")
    assert install(net, model, report) == "ok"
    args = {"first": "e", "last": "\u0301"}
    receipt = net.do("alice", digest, "issue", args, as_={"issuer": "alice"})
    assert receipt.code == "effect-error"
    for _, value in net.ledger.store.leaves():
        canonical.decode(value)


@pytest.mark.parametrize("member", ["roles", "fields"])
@pytest.mark.parametrize("value", [7, True, None, "x", [""], [[1]]])
def test_what_an_example_is_given_fails_the_example_only(net: Net, member: str, value: Any) -> None:
    model, _, _ = examined(JOINING, "intl")
    changed = copy.deepcopy(model)
    changed["examples"][0]["given"]["assets"] = {"lot": {"state": "issued", member: value}}
    digest = net.ledger.suite.digest("contract", canonical.encode(changed)).hex()
    try:
        code = install(net, changed, {"contract": digest})
    except WusongError as error:
        code = error.code
    assert code == "page-refused"
