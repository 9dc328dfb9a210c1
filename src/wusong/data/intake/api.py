"""HTTP API of intake: check a table, decide about its columns, judge its quality; files for the vault; the
catalogue workbook with its data files.

``run`` comes from the face that mounts these routes, by name.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Final, TypeAlias

import msgspec
from litestar import Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import Body, FromQuery, PathParameter

from wusong.data.intake import attached, desk, directory, importing, quality, taken
from wusong.data.intake.checks import check
from wusong.data.intake.decisions import Verdict
from wusong.data.intake.pages_catalogue import MAX_CATALOGUE, XLSX

__all__ = ["ROUTES"]

Run: TypeAlias = NamedDependency[Any]
Content = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$", description="The table's commitment.")]
Asset = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$", description="The resource's id.")]
MAX_TABLE: Final = 32 << 20
_get: Final = partial(get, sync_to_thread=True, tags=["data"])
_post: Final = partial(post, status_code=200, sync_to_thread=True, tags=["data"])
_upload: Final = partial(post, status_code=200, tags=["data"])


class Decided(msgspec.Struct, forbid_unknown_fields=True):
    """A decision about a column that looks personal or important."""

    column: str
    verdict: Verdict
    reason: str


class Judged(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A judgement of one of eleven indicators: ``value_bp`` in basis points, null where it does not apply;
    ``basis`` a document's title or number, or ``file`` a commitment that ``POST /api/v1/files``
    gave; ``by`` a unit or a post.
    """

    indicator: str
    value_bp: int | None
    reason: str
    by: str
    basis: str = ""
    file: str = ""


@_upload("/api/v1/intake/check", request_max_body_size=MAX_TABLE, summary="Check a table")
async def check_table(request: Request[Any, Any, Any], run: Run) -> dict[str, Any]:
    """What a table (CSV, .xlsx or Parquet, the body) holds, what is wrong with it, and its quality by
    seventeen indicators. Nothing is kept.
    """
    return await sync_to_thread(_check, run, await request.body())


def _check(run: Run, content: bytes) -> dict[str, Any]:
    run.check("enter")
    found = check(content)
    return found.to_json() | {"quality": [one.to_json() for one in quality.measure(found)]}


@post(
    "/api/v1/files",
    status_code=201,
    request_max_body_size=MAX_TABLE,
    summary="Put a file into the vault",
    tags=["data"],
)
async def files(request: Request[Any, Any, Any], run: Run) -> dict[str, Any]:
    """Put any file, the body, into the vault of this node: evidence of a source, a risk assessment, what a
    judgement rests on. Gives its commitment.
    """
    return await sync_to_thread(_keep, run, await request.body())


def _keep(run: Run, content: bytes) -> dict[str, Any]:
    run.check("enter")
    return {"content": desk.keep_file(run.node, run.party, content), "size": len(content)}


@_get("/api/v1/intake/tables", summary="Tables that the caller's party took in")
def tables(run: Run) -> dict[str, list[dict[str, Any]]]:
    """Newest first, at most 200: ``content``, ``name`` of the file, ``rows``, ``columns``, ``time``, and how
    many columns are ``undecided``.
    """
    run.log("list-tables", run.party)
    return {"tables": [one.to_json() for one in taken.of(run.node, run.party)]}


@_get("/api/v1/intake/tables/{content:str}", summary="A table that the caller brought")
def table(content: Content, run: Run) -> dict[str, Any]:
    """Profile with what was decided, findings, the seventeen indicators with what was judged."""
    looked = desk.look(run.node, run.party, content)
    run.log("read-profile", content)
    return looked.to_json()


@_post("/api/v1/intake/tables/{content:str}/decisions", summary="Decide about a column")
def decide(content: Content, data: Annotated[Decided, Body()], run: Run) -> dict[str, Any]:
    """What a marked column is, with the reason; an earlier decision is replaced."""
    run.check("enter")
    desk.decide(run.node, run.party, content, data.column, data.verdict, data.reason)
    run.log("decide-column", content)
    return desk.look(run.node, run.party, content).to_json()


@_post("/api/v1/intake/tables/{content:str}/judgements", summary="Judge an indicator of quality")
def judge(content: Content, data: Annotated[Judged, Body()], run: Run) -> dict[str, Any]:
    """What a person holds of an indicator that no machine measures; an earlier judgement is replaced."""
    run.check("enter")
    desk.judge(run.node, run.party, content, **msgspec.to_builtins(data))
    run.log("judge-quality", content)
    return desk.look(run.node, run.party, content).to_json()


@_get("/api/v1/catalogue/{asset:str}/quality", summary="Quality of a resource")
def quality_of(asset: Asset, run: Run) -> dict[str, list[dict[str, Any]]]:
    """The seventeen indicators as the resource's profile states them: measured, judged, or open."""
    record = run.asset(asset)
    run.log("read-quality", asset)
    return {"indicators": [one.to_json() for one in desk.quality_of(run.node, record)]}


@get("/api/v1/intake/template", sync_to_thread=True, summary="Catalogue workbook template", tags=["data"])
def template() -> Response[bytes]:
    """An empty catalogue workbook (.xlsx)."""
    return Response(directory.template(), media_type=XLSX)


@_upload(
    "/api/v1/intake/catalogue", request_max_body_size=MAX_CATALOGUE, summary="Register a catalogue workbook"
)
async def bring(
    request: Request[Any, Any, Any],
    run: Run,
    registry: FromQuery[str],
    files: FromQuery[str] = "",
) -> dict[str, Any]:
    """Register the good rows of a catalogue workbook, each once in whichever workbook it is sent; by row, the
    faults of the others (``faults``), and the resources of those applied for before (``already``). The body
    is the workbook; or a form (``multipart/form-data``) with ``workbook`` and any number of ``files``, tables
    or zips of them. ``files``, the query's: the list that an earlier answer gave.
    """
    workbook, sent = await _parts(request)
    return await sync_to_thread(_bring, run, workbook, registry, sent, files)


async def _parts(request: Request[Any, Any, Any]) -> tuple[bytes, list[tuple[str, bytes]]]:
    """The workbook, and the data files with their names."""
    if not request.content_type[0].startswith("multipart/"):
        return await request.body(), []
    found = [(name, one) for name, one in (await request.form()).multi_items() if isinstance(one, UploadFile)]
    read = [(name, one.filename, await one.read()) for name, one in found]
    workbook = next((content for name, _, content in read if name == "workbook"), b"")
    return workbook, [(title, content) for name, title, content in read if name == "files"]


def _bring(
    run: Run, content: bytes, registry: str, sent: list[tuple[str, bytes]], earlier: str
) -> dict[str, Any]:
    run.check("enter")
    directory.read(content)
    listed = attached.keep(run.node, run.party, sent, earlier) if sent else earlier
    found = importing.standing(
        run.node, run.party, registry, content, importing.kept(run.node, run.party, listed)
    )
    commitment = desk.keep_file(run.node, run.party, content)
    faults = {
        str(entry.row): [{"column": one.title, "en": one.en, "zh": one.zh} for one in entry.faults]
        for entry in found.faulty
    }
    already = {str(row): asset for row, asset in {**found.assets, **found.already}.items()}
    args = {"registry": registry, "workbook": commitment} | ({"files": listed} if listed else {})
    entered: dict[str, Any] = run("import-catalogue", args)
    told = {"already": already, "faults": faults, "files": listed, "workbook": commitment}
    return {"entered": entered, **told}


ROUTES: Final = [check_table, files, tables, table, decide, judge, quality_of, template, bring]
