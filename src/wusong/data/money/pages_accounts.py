"""Portal pages of bank accounts: the party's own list, entered by a clerk and approved by a signatory."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery

from wusong.data.money import accounts, standing
from wusong.data.money.accounts import Account
from wusong.errors import AccessError, WusongError

__all__ = ["ROUTES", "agreements"]

Page: TypeAlias = NamedDependency[Any]
Form: TypeAlias = NamedDependency[Any]
_TEMPLATE: Final = "data/settlement_accounts.html"
_TEXT: Final = {
    "en": "This must be filled in, with 140 characters at most.",
    "zh": "此项为必填项，最多 140 个字符。",
}
_FIELDS: Final = {
    "party": (
        {"en": "Whose account", "zh": "账户所属单位"},
        {"en": "Choose one from the list.", "zh": "请从列表中选择。"},
    ),
    "number": (
        {"en": "Account number", "zh": "账号"},
        {
            "en": "8 to 34 letters and digits, at least 8 of them digits.",
            "zh": "应为 8 至 34 位字母或者数字，其中数字不少于 8 位。",
        },
    ),
    "holder": (
        {"en": "Account holder, as at the bank", "zh": "户名（与开户行登记一致）"},
        _TEXT,
    ),
    "bank": (
        {"en": "Bank and branch", "zh": "开户行（全称）"},
        _TEXT,
    ),
    "code": (
        {"en": "Bank code", "zh": "联行号或者 BIC"},
        {
            "en": "12 digits (CNAPS), or 8 or 11 characters (BIC).",
            "zh": "应为 12 位数字（联行号），或者 8 位、11 位的 BIC。",
        },
    ),
}
"""The fields of the form: title, and what would be right."""


def agreements(page: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - the portal's hand
    """The agreements on sharing revenue to which the caller's party is a party."""
    found = page.assets(name=standing.SHARE)
    return [one for one in found if page.party in one["fields"].get("parties", ())]


@get("/settlements/account", sync_to_thread=True)
def account_list(page: Page, payee: FromQuery[str] = "") -> Any:  # noqa: ANN401 - a page
    """The party's list of bank accounts, and the form for one."""
    return page.show(_TEMPLATE, **_context(page), given={"party": payee}, error=None)


def _context(page: Any) -> dict[str, Any]:  # noqa: ANN401 - the portal's hand
    listed = accounts.listed(page.node, page.party)
    return {
        "accounts": [
            {
                "kept": listed.get(party),
                "own": party != page.party and accounts.has_own(page.node, party),
                "party": party,
            }
            for party in _payees(page)
        ],
        "waiting": _waiting(page),
    }


def _payees(page: Any) -> list[str]:  # noqa: ANN401 - the portal's hand
    others = (one for share in agreements(page) for one in share["fields"]["parties"])
    return list(dict.fromkeys([page.party, *others]))


def _waiting(page: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - the portal's hand
    """What waits for approval, whole, for a signatory; each reading is logged."""
    if "sign" not in page.caller.rights():
        return []
    found = []
    for entry in page.faces.entries.of(page.party, waiting=True):
        if entry["use_case"] != "enter-account":
            continue
        account = accounts.whole(page.node, page.party, entry["args"]["content"])
        page.log("read-account", entry["args"]["payee"])
        found.append({"account": account, "entry": entry["entry"], "party": entry["args"]["payee"]})
    return found


@post("/settlements/account", sync_to_thread=True)
def enter_account(form: Form, page: Page) -> Any:  # noqa: ANN401 - a page
    """Enter an account into the party's list: it lies sealed, a signatory approves what can be read of it."""
    page.demand("enter")
    try:
        args = accounts.entry(page.node, page.party, form["party"], _typed(page, form))
        outcome = page.enter("enter-account", args)
    except WusongError as error:
        return page.problem(_TEMPLATE, error, **_context(page), given=form.values)
    page.log("enter-account", form["party"])
    return page.go("/settlements/account", "saved" if outcome.done else "entered")


def _typed(page: Any, form: Any) -> Account:  # noqa: ANN401 - the portal's hand
    given = Account(form["number"], form["holder"], form["bank"], form["code"])
    wrong = accounts.wrong(accounts.tidy(given))
    if form["party"] not in _payees(page):
        wrong = ["party", *wrong]
    if wrong:
        fields = {name: dict(zip(("title", "says"), _FIELDS[name], strict=True)) for name in wrong}
        raise AccessError("form-wrong", fields=fields)
    return given


ROUTES: Final = [account_list, enter_account]
