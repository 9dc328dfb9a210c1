"""Portal pages of registration: the list with what is due, one registration with its stages, the application,
corrections, changes, the certificate.

Stages that a contract describes fully (accept, examine, publish, ...) are forms of the contract, not pages of
ours. ``page`` is the portal's hand on the request (``wusong.web.pages``), ``form`` what was typed; both are
given by name, because a domain imports nothing above its floor.
"""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from typing import Annotated, Any, Final, TypeAlias

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import FromQuery, PathParameter

from wusong.crypto import canonical
from wusong.crypto.suites import INTL
from wusong.data import contents
from wusong.data.brought import brought
from wusong.data.host import page as compiled
from wusong.data.intake import desk, taken
from wusong.data.intake.profile import profile
from wusong.data.registration import certificate, printing, projection, stages
from wusong.data.registration.service import RESOURCE
from wusong.errors import DataError, WusongError

__all__ = ["OWN_FORMS", "ROUTES", "extras"]

Page: TypeAlias = NamedDependency[Any]
Form: TypeAlias = NamedDependency[Any]
Answer: TypeAlias = Any
AssetId = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$")]
MAX_TABLE: Final = 32 << 20
CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "grades": ("general", "important", "core"),
    "updates": (
        "real-time", "daily", "weekly", "monthly", "quarterly", "half-yearly", "yearly", "irregular",
        "static",
    ),
    "sharings": ("conditional", "open", "none"),
    "procedures": ("change", "correction", "renewal"),
}  # fmt: skip
_TEXTS: Final = (
    "name", "registrant_code", "source_basis", "description", "grade", "update", "sharing",
    "risk_conclusion",
)  # fmt: skip
_RIGHTS: Final = ("holding", "use", "operation")
_FILES: Final = ("evidence", "risk")
_LEADING: Final = frozenset({"accept", "assign-code", "cancel", "effect", "examine", "publish", "supplement"})
"""The acts that lead a procedure on, by the last part of the path of their form."""


# -- the list and one registration --------


@get("/registrations", sync_to_thread=True)
def registrations(page: Page, stage: FromQuery[str] = "") -> Answer:
    """The registrations and applications that the party may see, with what is due."""
    found = page.assets(name=RESOURCE, state=stage)
    return page.show(
        "data/registrations.html",
        resources=[one | {"due": _next_due(page, one)} for one in found],
        stage=stage,
        words=page.words_for(found),
    )


def _next_due(page: Page, one: dict[str, Any]) -> dict[str, Any] | None:
    """What is due next; the end of the validity is no step."""
    due = _dues(page, one["asset"])
    return next((row for row in due if row["limit"] != "validity"), None)


def _dues(page: Page, asset: str) -> list[dict[str, Any]]:
    standing = stages.now_of(page.node, asset)
    titles = {
        one.name: {"en": one.title.en, "zh": one.title.zh}
        for one in compiled(page.node, standing.contract).page.deadlines
    }
    return [
        {"left": due.left, "limit": due.limit, "time": due.time, "title": titles[due.limit]}
        for due in stages.due_of(page.node, standing)
    ]


@get("/registrations/{asset:str}", sync_to_thread=True)
def registration(asset: AssetId, page: Page) -> Answer:
    """One registration: its stages, what is due, and the changes applied for."""
    shown = _record(page, asset)
    done = projection.of(page.node.models, asset)
    others = page.assets(name=RESOURCE)
    changes = [one for one in others if one["fields"].get("registration") == asset]
    offers = page.offers(shown)
    return page.show(
        "data/registration.html",
        resource=shown,
        standing=page.peek(shown["fields"].get("registration", ""))
        if "registration" in shown["fields"]
        else None,
        stages=[
            {"here": one.here, "reached": one.reached, "state": one.state}
            for one in stages.of(stages.now_of(page.node, asset), done)
        ],
        due=_dues(page, asset),
        changes=changes,
        certified=shown["state"] in certificate.STANDS,
        acts=_acts(offers),
        offers=[one for one in offers if not one["role_title"] and one["path"] != f"/registrations/{asset}"],
        words=page.words_for([shown, *changes]),
    )


def _acts(offers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The acts of the contract, those first that lead the procedure on."""
    acts = [
        one | {"leads": one["path"].rpartition("/")[2] in _LEADING} for one in offers if one["role_title"]
    ]
    return sorted(acts, key=lambda one: not one["leads"])


# -- applying --------


@get("/registrations/new", sync_to_thread=True)
def new_registration(page: Page, content: FromQuery[str] = "") -> Answer:
    """First step: choose the table; the second one where a table already taken in is named."""
    page.demand("enter")
    if not content:
        return page.show("data/register.html", **_tables(page), error=None)
    brought(page.node).demand(page.party, content)
    found = profile(BytesIO(contents.read(page.node.vault, content))).to_json()
    page.log("read-profile", content)
    return page.show("data/application.html", **_application(page, content, found), given={}, error=None)


def _tables(page: Page) -> dict[str, Any]:
    return {"taken": [one.to_json() for one in taken.of(page.node, page.party)]}


@post("/registrations/new", request_max_body_size=MAX_TABLE)
async def read_table(form: Form, page: Page) -> Answer:
    """Second step: what the table holds, and the rest of the application."""
    page.demand("enter")
    name = str(form.files["table"].filename or "") if "table" in form.files else ""
    content = (await _uploads(form, "table")).get("table", b"")
    return await sync_to_thread(_second_step, page, content, name)


def _second_step(page: Page, content: bytes, name: str) -> Answer:
    try:
        found = desk.demand_rows(profile(BytesIO(content)))
    except DataError as error:
        return page.problem("data/register.html", error, **_tables(page))
    commitment = _kept(page, content)
    taken.note(page.node, page.party, commitment, name, found.to_json())
    return page.show(
        "data/application.html", **_application(page, commitment, found.to_json()), given={}, error=None
    )


def _application(page: Page, commitment: str, found: dict[str, Any]) -> dict[str, Any]:
    return {
        "content": commitment,
        "profile": found,
        "registries": page.accredited("data-registry"),
        **CHOICES,
    }


@post("/registrations", request_max_body_size=MAX_TABLE)
async def register(form: Form, page: Page) -> Answer:
    """Third step: apply, or enter the application for a colleague to sign."""
    page.demand("enter")
    return await sync_to_thread(_register, page, form, await _uploads(form, *_FILES))


def _register(page: Page, form: Any, files: dict[str, bytes]) -> Answer:  # noqa: ANN401 - the portal's form
    given = dict(form.values)
    brought(page.node).demand(page.party, form["content"])
    try:
        args = _stated(page, form, files) | {"content": form["content"], "registry": form["registry"]}
        outcome = page.enter("register", args)
    except WusongError as error:
        found = profile(BytesIO(contents.read(page.node.vault, form["content"]))).to_json()
        return page.problem(
            "data/application.html", error, **_application(page, form["content"], found), given=given
        )
    return page.after(outcome, "/registrations")


# -- corrections and changes --------


@get("/registrations/{asset:str}/supplement", sync_to_thread=True)
def supplement_page(asset: AssetId, page: Page) -> Answer:
    """Hand in what was to be corrected."""
    resource = _record(page, asset)
    return page.show(
        "data/supplement.html", resource=resource, given=resource["fields"], error=None, **CHOICES
    )


@post("/registrations/{asset:str}/supplement", request_max_body_size=MAX_TABLE)
async def supplement(asset: AssetId, form: Form, page: Page) -> Answer:
    """Corrections; what is left as it was stays."""
    files = await _uploads(form, "table", *_FILES)
    return await sync_to_thread(_hand_in, page, asset, form, files, "supplement")


@get("/registrations/{asset:str}/change", sync_to_thread=True)
def change_page(asset: AssetId, page: Page) -> Answer:
    """Apply for a change, a correction or a renewal."""
    page.demand("enter")
    resource = _record(page, asset)
    return page.show(
        "data/registration_change.html", resource=resource, given=resource["fields"], error=None, **CHOICES
    )


@post("/registrations/{asset:str}/change", request_max_body_size=MAX_TABLE)
async def change(asset: AssetId, form: Form, page: Page) -> Answer:
    """The application; the registration stands meanwhile."""
    files = await _uploads(form, "table", *_FILES)
    return await sync_to_thread(_hand_in, page, asset, form, files, "change-registration")


def _hand_in(page: Page, asset: str, form: Any, files: dict[str, bytes], case: str) -> Answer:  # noqa: ANN401
    template = "data/supplement.html" if case == "supplement" else "data/registration_change.html"
    resource = _record(page, asset)
    page.demand("enter")
    try:
        args = _altered(resource["fields"], _stated(page, form, files)) | {"asset": asset}
        if case != "supplement":
            args |= {"procedure": form["procedure"], "reasons": form["reasons"]}
        if files.get("table"):
            profile(BytesIO(files["table"]))
            args["content"] = _kept(page, files["table"])
        outcome = page.enter(case, args)
    except WusongError as error:
        return page.problem(template, error, resource=resource, given=dict(form.values), **CHOICES)
    return page.after(outcome, f"/registrations/{asset}")


@get("/registrations/{asset:str}/effect", sync_to_thread=True)
def effect_page(asset: AssetId, page: Page) -> Answer:
    """Let a change take effect; a renewal with its new end."""
    return page.show("data/registration_effect.html", resource=_record(page, asset), error=None)


@post("/registrations/{asset:str}/effect", sync_to_thread=True)
def effect(asset: AssetId, form: Form, page: Page) -> Answer:
    """Application and registration in one deed."""
    resource = _record(page, asset)
    try:
        args: dict[str, Any] = {"asset": asset}
        if resource["fields"]["procedure"] == "renewal":
            args["valid_until"] = page.moment(form, "valid_until")
        outcome = page.enter("take-effect", args)
    except WusongError as error:
        return page.problem("data/registration_effect.html", error, resource=resource)
    return page.after(outcome, f"/registrations/{asset}")


# -- the certificate --------


@get("/registrations/{asset:str}/certificate", sync_to_thread=True)
def certificate_page(asset: AssetId, page: Page) -> Answer:
    """The certificate as one A4 sheet, whose one style sheet the policy allows by its digest."""
    _record(page, asset)
    made = certificate.issue(page.node, asset)
    page.log("print-certificate", asset)
    digest = b64encode(INTL.hash(printing.STYLE.encode())).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; frame-ancestors 'none'"
    return Response(
        printing.sheet(made, page.lang, f"/registrations/{asset}").encode(),
        media_type="text/html; charset=utf-8",
        headers={"content-security-policy": policy, "cache-control": "no-store"},
    )


@get("/registrations/{asset:str}/certificate/bundle", sync_to_thread=True)
def certificate_file(asset: AssetId, page: Page) -> Answer:
    """The bundle behind the certificate, with the records of registrant and registration body."""
    _record(page, asset)
    page.log("export-certificate", asset)
    return Response(
        canonical.encode(certificate.file_of(page.node, asset)),
        media_type="application/json",
        headers={"content-disposition": f'attachment; filename="{asset[:16]}.certificate.bundle.json"'},
    )


# ------------------------------------------------------------------------------------------------------------


def _record(page: Page, asset: str) -> dict[str, Any]:
    """A registration that the caller may see. Raises AccessError ``not-found``, DataError
    ``no-such-asset``.
    """
    found: dict[str, Any] = page.asset(asset)
    if found["name"] != RESOURCE:
        raise DataError("no-such-asset", asset=asset, contract=RESOURCE)
    return found


async def _uploads(form: Any, *names: str) -> dict[str, bytes]:  # noqa: ANN401 - the portal's form
    """The files that were chosen."""
    found = {name: await form.files[name].read() for name in names if name in form.files}
    return {name: content for name, content in found.items() if content}


def _kept(page: Page, content: bytes) -> str:
    """The commitment to a content that the party brought."""
    commitment: str = contents.put(page.node.vault, content).commitment
    brought(page.node).note(page.party, commitment)
    return commitment


def _stated(page: Page, form: Any, files: dict[str, bytes]) -> dict[str, Any]:  # noqa: ANN401 - the form
    """What an application states, as it was typed."""
    given = dict(form.values)
    args: dict[str, Any] = {name: given[name] for name in _TEXTS if given.get(name)}
    if "rights" in given:
        args |= {right: right in given for right in _RIGHTS}
    return args | {name: _kept(page, files[name]) for name in _FILES if name in files}


def _altered(standing: dict[str, Any], stated: dict[str, Any]) -> dict[str, Any]:
    """What differs from what stands."""
    return {name: value for name, value in stated.items() if value != standing.get(name)}


def extras(party: str, asset: dict[str, Any]) -> list[dict[str, Any]]:
    """What else a party can do with a registration, beside the forms of its contract."""
    one, state, fields = asset["asset"], asset["state"], asset["fields"]
    found = [{"path": f"/registrations/{one}", "title": {"en": "Stages", "zh": "办理进度"}}]
    if state in certificate.STANDS and "code" in fields:
        found.append(
            {"path": f"/registrations/{one}/certificate", "title": {"en": "Certificate", "zh": "登记证"}}
        )
    if state == "registered" and asset["roles"].get("department") == party:
        title = {"en": "Apply for a change, correction or renewal", "zh": "申请变更、更正或者续期"}
        found.append({"path": f"/registrations/{one}/change", "title": title})
    return found


OWN_FORMS: Final[dict[tuple[str, str], str]] = {
    (RESOURCE, "apply"): "/registrations/new",
    (RESOURCE, "apply-to-change"): "",
    (RESOURCE, "amend"): "",
    (RESOURCE, "supplement"): "/registrations/{asset}/supplement",
    (RESOURCE, "take-effect"): "/registrations/{asset}/effect",
}
"""Actions that have a page of ours instead of the contract's own form; an empty path: offered elsewhere."""

ROUTES: Final = [
    registrations, registration, new_registration, read_table, register, supplement_page, supplement,
    change_page, change, effect_page, effect, certificate_page, certificate_file,
]  # fmt: skip
