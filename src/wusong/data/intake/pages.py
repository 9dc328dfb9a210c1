"""Portal pages of intake: look at a table (profile, findings, quality, decisions), hand in a catalogue.

``page`` is the portal's hand on the request (``wusong.web.pages``), ``form`` what was typed; both are given
by name, because a domain imports nothing above its floor.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, TypeAlias

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import FromQuery, PathParameter

from wusong.data import contents
from wusong.data.brought import brought
from wusong.data.intake import charts, decisions, directory, importing, quality
from wusong.data.intake.checks import check
from wusong.data.intake.decisions import VERDICTS, Decision
from wusong.data.intake.important import HINTS
from wusong.errors import WusongError

__all__ = ["ROUTES"]

Page: TypeAlias = NamedDependency[Any]
Form: TypeAlias = NamedDependency[Any]
Answer: TypeAlias = Any
Commitment = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$")]
MAX_TABLE: Final = 32 << 20
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _mark(text: str) -> str:
    return text


_ = _mark
VERDICT_WORDS: Final = {
    "harmless": _("neither personal nor important"),
    "removed": _("removed before it is handed on"),
    "masked": _("masked before it is handed on"),
    "restricted": _("personal or important: not to be opened"),
}
GROUP_WORDS: Final = {
    "documents": _("Documents"),
    "data": _("Data"),
    "application": _("Use in models"),
}
KIND_WORDS: Final = {
    "precise-coordinates": _("precise coordinates"),
    "geology-minerals": _("geology and minerals"),
    "energy-facilities": _("energy and water facilities"),
    "traffic-facilities": _("traffic facilities and flows"),
    "population-health": _("genetic, health or biometric data"),
    "network-security": _("security measures"),
}
_REASONS: Final = {hint.kind: {"en": hint.en, "zh": hint.zh} for hint in HINTS}


@get("/intake", sync_to_thread=True)
def begin(page: Page) -> Answer:
    """Choose a table to look at, or a catalogue workbook."""
    return page.show("data/intake.html", **_start(page), error=None)


def _start(page: Page) -> dict[str, Any]:
    return {"registries": page.accredited("data-registry")}


@post("/intake", request_max_body_size=MAX_TABLE)
async def look(form: Form, page: Page) -> Answer:
    """Put a table into the vault and show what is in it."""
    upload = form.files.get("table")
    content = b"" if upload is None else await upload.read()
    name = "" if upload is None else str(upload.filename or "")
    return await sync_to_thread(_look, page, content, name)


def _look(page: Page, content: bytes, name: str) -> Answer:
    page.demand("enter")
    try:
        check(content, name)
    except WusongError as error:
        return page.problem("data/intake.html", error, **_start(page))
    commitment = contents.put(page.node.vault, content).commitment
    brought(page.node).note(page.party, commitment)
    return page.go(f"/intake/{commitment}")


@get("/intake/{commitment:str}", sync_to_thread=True)
def table(commitment: Commitment, page: Page) -> Answer:
    """What a table holds: profile with charts, findings, quality, columns to decide about."""
    return _show(page, commitment, None)


def _show(page: Page, commitment: str, error: WusongError | None) -> Answer:
    brought(page.node).demand(page.party, commitment)
    checked = check(contents.read(page.node.vault, commitment))
    with decisions.Book(page.node.folder) as book:
        profile = decisions.decided(checked.profile.to_json(), book.of(commitment, page.party))
    page.log("read-profile", commitment)
    told = {
        "charts": charts,
        "commitment": commitment,
        "findings": [one.explain(page.lang) for one in checked.findings],
        "groups": GROUP_WORDS,
        "kinds": KIND_WORDS,
        "indicators": quality.INDICATORS,
        "marked": [one for one in profile["columns"] if one.get("personal") or one.get("important")],
        "measured": {one.code: one for one in quality.measure(checked)},
        "profile": profile,
        "reasons": _REASONS,
        "undecided": decisions.undecided(profile),
        "verdicts": {name: VERDICT_WORDS[name] for name in VERDICTS},
    }
    if error is not None:
        return page.problem("data/intake_table.html", error, **told)
    return page.show("data/intake_table.html", **told, error=None)


@post("/intake/{commitment:str}/decide", sync_to_thread=True)
def decide(commitment: Commitment, form: Form, page: Page) -> Answer:
    """Decide about one column, with a reason."""
    page.demand("enter")
    brought(page.node).demand(page.party, commitment)
    profile = check(contents.read(page.node.vault, commitment)).profile.to_json()
    try:
        decision = Decision(
            column=form["column"],
            verdict=form["verdict"],
            reason=form["reason"],
            time=page.node.ledger.now(),
        )
        with decisions.Book(page.node.folder) as book:
            book.decide(commitment, page.party, profile, decision)
    except WusongError as error:
        return _show(page, commitment, error)
    page.log("decide-column", commitment)
    return page.go(f"/intake/{commitment}", "done")


@get("/intake/template.xlsx", sync_to_thread=True)
def template(page: Page) -> Response[bytes]:
    """An empty catalogue workbook."""
    page.demand("enter")
    return _workbook(directory.template(), "catalogue-template.xlsx")


@post("/intake/catalogue", request_max_body_size=MAX_TABLE)
async def catalogue(form: Form, page: Page) -> Answer:
    """Check a catalogue workbook and show what was found."""
    upload = form.files.get("workbook")
    content = b"" if upload is None else await upload.read()
    return await sync_to_thread(_catalogue, page, content, form["registry"])


def _catalogue(page: Page, content: bytes, registry: str) -> Answer:
    page.demand("enter")
    try:
        importing.check(content)
    except WusongError as error:
        return page.problem("data/intake.html", error, **_start(page))
    commitment = contents.put(page.node.vault, content).commitment
    brought(page.node).note(page.party, commitment)
    return page.go(f"/intake/catalogue/{commitment}?registry={registry}")


@get("/intake/catalogue/{commitment:str}", sync_to_thread=True)
def rows(commitment: Commitment, page: Page, registry: FromQuery[str] = "") -> Answer:
    """A catalogue workbook, row by row: registered, good, or what is wrong."""
    found = _standing(page, commitment, registry)
    return page.show(
        "data/intake_rows.html",
        commitment=commitment,
        found=found,
        registry=registry,
        error=None,
    )


@get("/intake/catalogue/{commitment:str}/workbook.xlsx", sync_to_thread=True)
def workbook(commitment: Commitment, page: Page, registry: FromQuery[str] = "") -> Response[bytes]:
    """The workbook, with its faults marked."""
    found = _standing(page, commitment, registry)
    page.log("export-catalogue-workbook", commitment)
    return _workbook(found.workbook(contents.read(page.node.vault, commitment)), "catalogue-checked.xlsx")


@post("/intake/catalogue/{commitment:str}", sync_to_thread=True)
def register(commitment: Commitment, form: Form, page: Page) -> Answer:
    """Register the good rows, or enter them for a colleague to sign."""
    registry = form["registry"]
    try:
        outcome = page.enter("import-catalogue", {"registry": registry, "workbook": commitment})
    except WusongError as error:
        found = _standing(page, commitment, registry)
        context = {"commitment": commitment, "found": found, "registry": registry}
        return page.problem("data/intake_rows.html", error, **context)
    return page.after(outcome, f"/intake/catalogue/{commitment}?registry={registry}")


def _standing(page: Page, commitment: str, registry: str) -> importing.Imported:
    brought(page.node).demand(page.party, commitment)
    content = contents.read(page.node.vault, commitment)
    return importing.standing(page.node, page.party, registry, content)


def _workbook(content: bytes, name: str) -> Response[bytes]:
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(content, media_type=XLSX, headers=headers)


ROUTES: Final = [begin, look, template, catalogue, rows, workbook, register, table, decide]
