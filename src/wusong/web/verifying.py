"""Verifying an evidence file in the portal, by the stand-alone verifier, and handing that verifier out.

Public: who verifies owes the node nothing. What is uploaded is read, judged and forgotten.
"""

from __future__ import annotations

import importlib.util
from functools import cache
from types import ModuleType
from typing import Any, Final

import msgspec
from litestar import Response, get, post
from litestar.concurrency import sync_to_thread

from wusong.errors import AccessError
from wusong.node import verifier, witnessing
from wusong.web.bodies import size
from wusong.web.faces import Faces
from wusong.web.forms import Form
from wusong.web.given import GivenFaces, GivenForm, GivenPages
from wusong.web.headers import SECURITY

MAX_BUNDLE: Final = 4 << 20


@get("/verify", sync_to_thread=True)
def verify_page(page: GivenPages) -> Response[Any]:
    """Where an evidence file is uploaded."""
    return page.show("verify.html", report=None)


@post("/verify", request_max_body_size=2 * MAX_BUNDLE + 65_536)
async def verify(form: GivenForm, page: GivenPages, faces: GivenFaces) -> Response[Any]:
    """Judge an evidence file against a trust file: the one uploaded with it, or this ledger's own."""
    bundle, trust = await _upload(form, "bundle"), await _upload(form, "trust")
    if not bundle:
        return page.problem("verify.html", AccessError("bad-request", reason="bundle"), report=None)
    report = await sync_to_thread(judge, bundle, trust or own_trust(faces), page.lang)
    return page.show("verify.html", report=report | {"own": not trust})


@get("/verify/wusong_verify.py", sync_to_thread=True)
def hand_out() -> Response[bytes]:
    """The stand-alone verifier, to run without this node."""
    headers = {**SECURITY, "content-disposition": 'attachment; filename="wusong_verify.py"'}
    return Response(_file().read_bytes(), media_type="text/x-python; charset=utf-8", headers=headers)


@get("/verify/verify.html", sync_to_thread=True)
def hand_out_page() -> Response[bytes]:
    """The verifier for browsers, to save and open without this node."""
    file = _file().with_name("verify.html")
    if not file.is_file():
        raise AccessError("verifier-missing")
    headers = {**SECURITY, "content-disposition": 'attachment; filename="verify.html"'}
    return Response(file.read_bytes(), media_type="text/html; charset=utf-8", headers=headers)


def own_trust(faces: Faces) -> bytes:
    """This ledger's trust file, with the witnesses of this node."""
    return msgspec.json.encode(witnessing.trust(faces.node.folder, faces.node.ledger.genesis), order="sorted")


def judge(bundle: bytes, trust: bytes, lang: str) -> dict[str, Any]:
    """The verifier's report: ``accepted``, ``lines`` for people, the deed, the failed step and its reason.

    Raises AccessError ``verifier-missing``.
    """
    report = _module().verify(bundle, trust)
    lines = [
        "".join(c if c.isprintable() else "�" for c in line) for line in _module().lines_of(report, lang)
    ]
    proved = report.status == 0
    return {
        "accepted": proved,
        "deed": report.facts.get("deed", "") if proved else "",
        "lines": lines,
        "reason": report.reason,
        "step": report.step,
    }


async def _upload(form: Form, name: str) -> bytes:
    upload = form.files.get(name)
    content = b"" if upload is None else await upload.read()
    if len(content) > MAX_BUNDLE:
        raise AccessError("body-too-large", limit=size(MAX_BUNDLE))
    return content


def _file() -> Any:  # noqa: ANN401 - a path
    found = verifier.find()
    if found is None:
        raise AccessError("verifier-missing")
    return found


@cache
def _module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("wusong_verify_in_portal", _file())
    assert spec is not None  # noqa: S101 - a .py file always has one
    assert spec.loader is not None  # noqa: S101
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ROUTES: Final = [verify_page, verify, hand_out, hand_out_page]
