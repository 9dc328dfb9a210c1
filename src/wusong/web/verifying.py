"""Verifying an evidence file in the portal, and handing out what verifies it without this node."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import Response, get, post

from wusong.errors import AccessError, WusongError
from wusong.web.given import GivenFaces, GivenForm, GivenPages
from wusong.web.faces import Faces
from wusong.web.forms import Form
from wusong.web.pages import Pages

MAX_BUNDLE: Final = 4 << 20


@get("/verify", sync_to_thread=True)
def verify_page(page: GivenPages) -> Response[Any]:
    """Where a bundle is uploaded. Public."""
    return page.show("verify.html", report=None)


@post("/verify", request_max_body_size=MAX_BUNDLE + 65_536)
async def verify(form: GivenForm, page: GivenPages, faces: GivenFaces) -> Response[Any]:
    """Compare an evidence file with this node's archive, and say what it shows."""
    upload = form.files.get("bundle")
    if upload is None:
        return page.problem("verify.html", AccessError("bad-request", reason="bundle"), report=None)
    try:
        report = compare(faces, await upload.read())
    except WusongError as error:
        return page.problem("verify.html", error, report=None)
    return page.show("verify.html", report=report)


def compare(faces: Faces, data: bytes) -> dict[str, Any]:
    """What this node's own archive says of a bundle: whether it is canonical, of this ledger, and equal to the archive's deed."""
    from wusong.crypto import canonical

    if len(data) > MAX_BUNDLE:
        raise AccessError("body-too-large", limit=MAX_BUNDLE)
    bundle = canonical.decode(data)
    if not isinstance(bundle, dict) or bundle.get("format") != "wusong-bundle/1":
        raise AccessError("bad-request", reason="format")
    suite = faces.node.ledger.suite
    body = {name: value for name, value in bundle.items() if name != "digest"}
    whole = suite.digest("bundle", canonical.encode(body)).hex() == bundle.get("digest")
    receipt = bundle.get("receipt")
    deed = receipt.get("deed", "") if isinstance(receipt, dict) else ""
    row = (
        faces.node.ledger.store.deed(bytes.fromhex(deed))
        if isinstance(deed, str) and len(deed) == 64
        else None
    )
    same = (
        row is not None
        and receipt == msgspec.json.decode(row.receipt)
        and bundle.get("genesis") == faces.node.ledger.genesis.as_dict()
    )
    return {
        "whole": whole,
        "same": same,
        "deed": deed,
        "accepted": isinstance(receipt, dict) and receipt.get("code") == "ok",
        "bundle": bundle,
    }


ROUTES = [verify_page, verify]
