"""Portal pages of intake: hand in a catalogue workbook with its data files, see how its rows stand, register.

``page`` is the portal's hand on the request (``wusong.web.pages``), ``form`` what was typed; both are given
by name, because a domain imports nothing above its floor.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, TypeAlias
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import FromQuery, PathParameter

from wusong.data import contents
from wusong.data.brought import brought
from wusong.data.intake import attached, desk, directory, importing
from wusong.data.intake.pages import start
from wusong.errors import WusongError

__all__ = ["MAX_CATALOGUE", "ROUTES", "XLSX"]

Page: TypeAlias = NamedDependency[Any]
Form: TypeAlias = NamedDependency[Any]
Answer: TypeAlias = Any
Sent = list[tuple[str, bytes]]
"""Names and contents of the files that were chosen."""
Commitment = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$")]
MAX_CATALOGUE: Final = 128 << 20
"""Bytes of a workbook with its data files in one upload."""
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@get("/intake/template.xlsx", sync_to_thread=True)
def template(page: Page) -> Response[bytes]:
    """An empty catalogue workbook."""
    page.demand("enter")
    return _workbook(directory.template(), "catalogue-template.xlsx")


@post("/intake/catalogue", request_max_body_size=MAX_CATALOGUE)
async def catalogue(form: Form, page: Page) -> Answer:
    """Check a catalogue workbook with its data files and show what was found."""
    upload = form.files.get("workbook")
    content = b"" if upload is None else await upload.read()
    return await sync_to_thread(_catalogue, page, content, form["registry"], await _sent(form))


async def _sent(form: Any) -> Sent:  # noqa: ANN401 - the portal's form
    chosen = form.several.get("files", [])
    return [(str(one.filename), await one.read()) for one in chosen if one.filename]


def _catalogue(page: Page, content: bytes, registry: str, sent: Sent) -> Answer:
    page.demand("enter")
    try:
        directory.read(content)
        files = attached.keep(page.node, page.party, sent) if sent else ""
    except WusongError as error:
        return page.problem("data/intake.html", error, **start(page))
    return page.go(_path(desk.keep_file(page.node, page.party, content), registry, files))


@get("/intake/catalogue/{commitment:str}", sync_to_thread=True)
def rows(
    commitment: Commitment, page: Page, registry: FromQuery[str] = "", files: FromQuery[str] = ""
) -> Answer:
    """A catalogue workbook, row by row: registered, good, or what is wrong."""
    return page.show("data/intake_rows.html", **_standing(page, commitment, registry, files), error=None)


@post("/intake/catalogue/{commitment:str}/files", request_max_body_size=MAX_CATALOGUE)
async def add_files(commitment: Commitment, form: Form, page: Page) -> Answer:
    """More data files for a workbook that is here already."""
    return await sync_to_thread(_add, page, commitment, form, await _sent(form))


def _add(page: Page, commitment: str, form: Any, sent: Sent) -> Answer:  # noqa: ANN401 - the portal's form
    page.demand("enter")
    registry, files = form["registry"], form["files"]
    try:
        brought(page.node).demand(page.party, commitment)
        files = attached.keep(page.node, page.party, sent, files)
    except WusongError as error:
        return page.problem("data/intake_rows.html", error, **_standing(page, commitment, registry, files))
    return page.go(_path(commitment, registry, files))


@get("/intake/catalogue/{commitment:str}/workbook.xlsx", sync_to_thread=True)
def workbook(
    commitment: Commitment, page: Page, registry: FromQuery[str] = "", files: FromQuery[str] = ""
) -> Response[bytes]:
    """The workbook, with its faults marked."""
    found = _standing(page, commitment, registry, files)["found"]
    page.log("export-catalogue-workbook", commitment)
    return _workbook(found.workbook(contents.read(page.node.vault, commitment)), "catalogue-checked.xlsx")


@post("/intake/catalogue/{commitment:str}", sync_to_thread=True)
def register(commitment: Commitment, form: Form, page: Page) -> Answer:
    """Register the good rows, or enter them for a colleague to sign."""
    registry, files = form["registry"], form["files"]
    try:
        args = {"registry": registry, "workbook": commitment} | ({"files": files} if files else {})
        outcome = page.enter("import-catalogue", args)
    except WusongError as error:
        return page.problem("data/intake_rows.html", error, **_standing(page, commitment, registry, files))
    return page.after(outcome, _path(commitment, registry, files))


def _standing(page: Page, commitment: str, registry: str, files: str) -> dict[str, Any]:
    brought(page.node).demand(page.party, commitment)
    content = contents.read(page.node.vault, commitment)
    here = importing.kept(page.node, page.party, files)
    registry, found = _found(page, registry, content, here)
    return {
        "commitment": commitment,
        "files": files,
        "found": found,
        "query": _query(registry, files),
        "registry": registry,
        "wanting": sorted({one.file for one in found.entries if one.file and here(one.file) is None}),
    }


def _found(
    page: Page, registry: str, content: bytes, here: importing.Files
) -> tuple[str, importing.Imported]:
    """How the workbook stands with a registration body: the one named, else the one that has rows of it."""
    known = [one["did"] for one in page.accredited("data-registry")]
    bodies = [registry] if registry in known or not known else known
    found = {one: importing.standing(page.node, page.party, one, content, here) for one in bodies}
    chosen = max(bodies, key=lambda one: len(found[one].assets))
    return chosen, found[chosen]


def _path(commitment: str, registry: str, files: str) -> str:
    return f"/intake/catalogue/{commitment}?{_query(registry, files)}"


def _query(registry: str, files: str) -> str:
    return urlencode({"registry": registry} | ({"files": files} if files else {}))


def _workbook(content: bytes, name: str) -> Response[bytes]:
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(content, media_type=XLSX, headers=headers)


ROUTES: Final = [template, catalogue, rows, add_files, workbook, register]
