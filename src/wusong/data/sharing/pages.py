"""Portal pages of sharing: whose turn it is, one request with everything that is next, delivery, supervision.

What a form of the contract page itself does (apply, accept, agree, refuse, ...) has no page here. ``page`` is
the portal's hand on the request (``wusong.web.pages``), ``form`` what was typed; both are given by name,
because a domain imports nothing above its floor.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, TypeAlias

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import FromQuery, PathParameter

from wusong.data import contents
from wusong.data.brought import brought
from wusong.data.host import page as compiled
from wusong.data.intake import taken
from wusong.data.sharing import comparing, copies, handing, listing, supervision
from wusong.data.sharing.service import SHARING
from wusong.errors import DataError, WusongError

__all__ = ["OWN_FORMS", "ROUTES", "extras"]

Page: TypeAlias = NamedDependency[Any]
Form: TypeAlias = NamedDependency[Any]
Answer: TypeAlias = Any
AssetId = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$")]
MAX_TABLE: Final = 32 << 20
CSV: Final = "text/csv; charset=utf-8"
RESOURCE: Final = "data-resource@1"


# -- whose turn it is --------


@get("/sharing", sync_to_thread=True)
def requests(page: Page) -> Answer:
    """The party's requests: to answer, asked for, to coordinate; overdue first."""
    found = page.assets(name=SHARING, party=page.party)
    lines = [one.to_json() for one in listing.lines(page.node, page.party, found)]
    by = {part: [one for one in lines if one["part"] == part] for part in listing.PARTS}
    words = page.words_for(found)
    titles = {one["contract"]: listing.titles(page.node, one) for one in found}
    return page.show("data/sharing.html", lines=by, titles=titles, words=words)


@get("/sharing/{asset:str}", sync_to_thread=True)
def request(asset: AssetId, page: Page) -> Answer:
    """One request: where it stands, what is due, what the party can do next."""
    return page.show("data/sharing_request.html", **_told(page, asset), checked=None, error=None)


def _told(page: Any, asset: str) -> dict[str, Any]:  # noqa: ANN401 - the portal's hand
    found = _record(page, asset)
    wrong = handing.wrong_of(page.node, page.party, found)
    if wrong is not None:
        page.log("read-correction-request", asset)
    delivered = copies.book(page.node).of(asset, found["fields"].get("content") or "")
    return {
        "delivered": delivered is not None,
        "due": [
            {"left": one.left, "limit": one.limit, "time": one.time}
            for one in listing.due_of(page.node, asset)
        ],
        "fetches": delivered is not None and _fetches(page.party, found),
        "next": next_of(page, found),
        "opening": _opening(page, asset, found) if delivered is not None else None,
        "record": found,
        "resource": page.peek(found["fields"].get("resource") or "0" * 64),
        "titles": listing.titles(page.node, found),
        "words": page.words_for([found]),
        "wrong": wrong,
    }


def _fetches(party: str, record: dict[str, Any]) -> bool:
    """Whether the party can fetch what was delivered."""
    lasts = record["state"] in handing.LASTS
    return party == record["roles"]["provider"] or (lasts and party == record["roles"]["applicant"])


def _opening(page: Any, asset: str, record: dict[str, Any]) -> dict[str, str] | None:  # noqa: ANN401
    """What goes with the file by hand: for the provider."""
    if page.party != record["roles"]["provider"]:
        return None
    return handing.opening_of(page.node, asset, record["fields"]["content"])


def next_of(page: Any, record: dict[str, Any]) -> list[dict[str, Any]]:  # noqa: ANN401 - the portal's hand
    """What the party can do with a request where it stands now: ``path`` and ``title``."""
    asset, found = record["asset"], []
    for action in compiled(page.node, record["contract"]).page.actions:
        mine = any(record["roles"].get(signer.role) == page.party for signer in action.by)
        if mine and record["state"] in action.from_:
            path = OWN_FORMS.get((SHARING, action.name), f"/assets/{asset}/act/{action.name}")
            title = action.title
            words = (
                {"en": action.name, "zh": action.name} if title is None else {"en": title.en, "zh": title.zh}
            )
            found.append({"path": path.format(asset=asset), "title": words})
    return found


def _record(page: Any, asset: str) -> dict[str, Any]:  # noqa: ANN401 - the portal's hand
    """A request that the caller may see. Raises AccessError ``not-found``, DataError ``no-such-asset``."""
    found: dict[str, Any] = page.asset(asset)
    if found["name"] != SHARING:
        raise DataError("no-such-asset", asset=asset, contract=SHARING)
    return found


# -- delivery and correction --------


@get("/sharing/{asset:str}/deliver", sync_to_thread=True)
def deliver_page(asset: AssetId, page: Page, content: FromQuery[str] = "") -> Answer:
    """Choose a table; then what of it would leave, before it is delivered."""
    page.demand("enter")
    return page.show("data/sharing_delivery.html", **_before(page, asset, "deliver", content), error=None)


@get("/sharing/{asset:str}/correct", sync_to_thread=True)
def correct_page(asset: AssetId, page: Page, content: FromQuery[str] = "") -> Answer:
    """The result of the check, and a corrected table where there is one."""
    page.demand("enter")
    return page.show("data/sharing_delivery.html", **_before(page, asset, "correct", content), error=None)


def _before(page: Any, asset: str, step: str, content: str) -> dict[str, Any]:  # noqa: ANN401
    record = _record(page, asset)
    shown = different = None
    if content:
        shown = copies.picture(page.node, page.party, content).to_json()
        resource = record["fields"].get("resource", "")
        found = comparing.difference(page.node, page.party, resource, shown["profile"])
        different = None if found is None else found.to_json()
        page.log("read-profile", content)
    return {
        "content": content,
        "different": different,
        "given": {},
        "record": record,
        "shown": shown,
        "step": step,
        "taken": [one.to_json() for one in taken.of(page.node, page.party)],
    }


@post("/sharing/{asset:str}/table", request_max_body_size=MAX_TABLE)
async def bring(asset: AssetId, form: Form, page: Page) -> Answer:
    """Put the table into the vault and show what of it would leave."""
    upload = form.files.get("table")
    content = b"" if upload is None else await upload.read()
    name = "" if upload is None else str(upload.filename or "")
    return await sync_to_thread(_bring, page, asset, form["step"], content, name)


def _bring(page: Page, asset: str, step: str, content: bytes, name: str) -> Answer:
    page.demand("enter")
    step = step if step in ("deliver", "correct") else "deliver"
    commitment = contents.put(page.node.vault, content).commitment
    brought(page.node).note(page.party, commitment)
    try:
        found = copies.picture(page.node, page.party, commitment)
    except WusongError as error:
        return page.problem("data/sharing_delivery.html", error, **_before(page, asset, step, ""))
    taken.note(page.node, page.party, commitment, name, found.profile)
    return page.go(f"/sharing/{asset}/{step}?content={commitment}")


@post("/sharing/{asset:str}/deliver", sync_to_thread=True)
def deliver(asset: AssetId, form: Form, page: Page) -> Answer:
    """Deliver, or enter it for a colleague to sign."""
    return _enter(page, asset, "deliver", "deliver-shared", {"content": form["content"]}, form)


@post("/sharing/{asset:str}/correct", sync_to_thread=True)
def correct(asset: AssetId, form: Form, page: Page) -> Answer:
    """Answer the request for correction, with the corrected table where there is one."""
    args = {"remark": form["remark"], "content": form["content"]}
    return _enter(page, asset, "correct", "correct-shared", args, form)


def _enter(page: Any, asset: str, step: str, case: str, args: dict[str, Any], form: Any) -> Answer:  # noqa: ANN401
    _record(page, asset)
    try:
        outcome = page.enter(case, {"asset": asset, **args})
    except WusongError as error:
        try:
            context = _before(page, asset, step, form["content"])
        except WusongError:  # a table that is not the party's is shown to nobody
            context = _before(page, asset, step, "")
        context["given"] = dict(form.values)
        return page.problem("data/sharing_delivery.html", error, **context)
    return page.after(outcome, f"/sharing/{asset}")


@get("/sharing/{asset:str}/ask-correction", sync_to_thread=True)
def wrong_page(asset: AssetId, page: Page) -> Answer:
    """Say what is wrong with what was delivered."""
    page.demand("enter")
    return page.show("data/sharing_wrong.html", record=_record(page, asset), given={}, error=None)


@post("/sharing/{asset:str}/ask-correction", sync_to_thread=True)
def wrong(asset: AssetId, form: Form, page: Page) -> Answer:
    """Ask for correction, or enter it for a colleague to sign; what was said stays in the vault."""
    record = _record(page, asset)
    page.demand("enter")
    try:
        said = form["wrong"].strip()
        if not said:
            raise DataError("sharing-wrong-unsaid")
        commitment = contents.put(page.node.vault, said.encode()).commitment
        brought(page.node).note(page.party, commitment)
        outcome = page.enter("ask-correction", {"asset": asset, "wrong": commitment})
    except WusongError as error:
        return page.problem("data/sharing_wrong.html", error, record=record, given=dict(form.values))
    return page.after(outcome, f"/sharing/{asset}")


# -- fetching and checking --------


@get("/sharing/{asset:str}/copy", sync_to_thread=True)
def copy(asset: AssetId, page: Page) -> Response[bytes]:
    """What was delivered: for the applicant while the use lasts, and for the provider. Logged."""
    _record(page, asset)
    page.demand("enter")
    handed = handing.copy_for(page.node, page.party, asset)
    page.log("fetch-shared", asset)
    return _download(handed.content, handed.filename)


@post("/sharing/{asset:str}/check", request_max_body_size=MAX_TABLE)
async def check(asset: AssetId, form: Form, page: Page) -> Answer:
    """Whether a file that came by hand is what was committed to."""
    upload = form.files.get("file")
    content = b"" if upload is None else await upload.read()
    return await sync_to_thread(_check, page, asset, form["salt"], content)


def _check(page: Page, asset: str, salt: str, content: bytes) -> Answer:
    told = _told(page, asset)
    try:
        agrees = handing.check(page.node, asset, content, salt)
    except WusongError as error:
        return page.problem("data/sharing_request.html", error, **told, checked=None)
    return page.show("data/sharing_request.html", **told, checked=agrees, error=None)


# -- supervision --------


@get("/sharing/supervision", sync_to_thread=True)
def supervised(page: Page) -> Answer:
    """Counts by department, for the coordinating body of the requests."""
    found = supervision.counts(page.node, page.party)
    page.log("list-assets", SHARING)
    return page.show("data/sharing_supervision.html", counts=found, grounds=supervision.GROUND_WORDS)


@get("/sharing/supervision.csv", sync_to_thread=True)
def supervised_csv(page: Page) -> Response[bytes]:
    """The same as a table to save."""
    page.log("export-sharing-counts", page.party)
    found = supervision.counts(page.node, page.party)
    return _download(supervision.as_csv(found, page.names), "sharing.csv")


def _download(content: bytes, name: str) -> Response[bytes]:
    headers = {"cache-control": "no-store", "content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=CSV, headers=headers)


# ------------------------------------------------------------------------------------------------------------


def extras(party: str, asset: dict[str, Any]) -> list[dict[str, Any]]:
    """What else a party can do with a request, or with a resource that may be shared."""
    one = asset["asset"]
    if asset["name"] == SHARING:
        return [{"path": f"/sharing/{one}", "title": {"en": "Sharing, step by step", "zh": "共享办理"}}]
    asks = asset["name"] == RESOURCE and asset["state"] == "registered"
    if asks and asset["roles"].get("department") != party:
        title = {"en": "Apply for sharing", "zh": "申请共享"}
        return [{"path": f"/contracts/{SHARING}/new/apply?resource={one}", "title": title}]
    return []


OWN_FORMS: Final[dict[tuple[str, str], str]] = {
    (SHARING, "deliver"): "/sharing/{asset}/deliver",
    (SHARING, "correct"): "/sharing/{asset}/correct",
    (SHARING, "request-correction"): "/sharing/{asset}/ask-correction",
}
"""Actions that have a page of ours instead of the contract's own form."""

ROUTES: Final = [
    requests, request, deliver_page, correct_page, bring, deliver, correct, wrong_page, wrong, copy, check,
    supervised, supervised_csv,
]  # fmt: skip
