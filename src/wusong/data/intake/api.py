"""HTTP API of intake: check a table, the catalogue workbook.

``run`` comes from the face that mounts these routes, by name.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from litestar import Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import FromQuery

from wusong.data import contents
from wusong.data.brought import brought
from wusong.data.intake import directory, importing, quality
from wusong.data.intake.checks import check

__all__ = ["ROUTES"]

Run: TypeAlias = NamedDependency[Any]
MAX_TABLE: Final = 32 << 20
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@post(
    "/api/v1/intake/check",
    status_code=200,
    request_max_body_size=MAX_TABLE,
    summary="Check a table",
    tags=["data"],
)
async def check_table(request: Request[Any, Any, Any], run: Run) -> dict[str, Any]:
    """What a table (CSV, .xlsx or Parquet, the body) holds, what is wrong with it, and its quality by
    seventeen indicators. Nothing is kept.
    """
    return await sync_to_thread(_check, run, await request.body())


def _check(run: Run, content: bytes) -> dict[str, Any]:
    run.check("enter")
    found = check(content)
    return found.to_json() | {"quality": [one.to_json() for one in quality.measure(found)]}


@get("/api/v1/intake/template", sync_to_thread=True, summary="Catalogue workbook template", tags=["data"])
def template() -> Response[bytes]:
    """An empty catalogue workbook (.xlsx)."""
    return Response(directory.template(), media_type=XLSX)


@post(
    "/api/v1/intake/catalogue",
    status_code=200,
    request_max_body_size=MAX_TABLE,
    summary="Register a catalogue workbook",
    tags=["data"],
)
async def bring(request: Request[Any, Any, Any], run: Run, registry: FromQuery[str]) -> dict[str, Any]:
    """Register the good rows of a catalogue workbook (the body), each once however often it is sent; the
    faults of the others by row.
    """
    return await sync_to_thread(_bring, run, await request.body(), registry)


def _bring(run: Run, content: bytes, registry: str) -> dict[str, Any]:
    run.check("enter")
    entries = importing.check(content)
    commitment = contents.put(run.node.vault, content).commitment
    brought(run.node).note(run.party, commitment)
    faults = {
        str(entry.row): [{"column": one.title, "en": one.en, "zh": one.zh} for one in entry.faults]
        for entry in entries
        if entry.faults
    }
    entered: dict[str, Any] = run("import-catalogue", {"registry": registry, "workbook": commitment})
    return {"entered": entered, "faults": faults, "workbook": commitment}


ROUTES: Final = [check_table, template, bring]
