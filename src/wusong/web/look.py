"""Pages that show what is on the ledger: assets with their history, deeds, bundles, the ledger itself."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromQuery
from markupsafe import Markup

from wusong.contract.show.diagram import diagram
from wusong.errors import AccessError, WusongError
from wusong.web import proposing
from wusong.web.api import AssetId, State
from wusong.web.contract_words import words_for
from wusong.web.deeds import DeedId
from wusong.web.faces import Faces
from wusong.web.given import GivenCaller, GivenFaces, GivenForm, GivenPages
from wusong.web.headers import SECURITY
from wusong.web.listing import contract_list
from wusong.web.offering import offers
from wusong.web.standing import now_standing, standing

MAX_DAYS = 3_660


@get("/assets", sync_to_thread=True)
def assets(
    page: GivenPages,
    faces: GivenFaces,
    caller: GivenCaller,
    name: FromQuery[str] = "",
    standing: State = "",
    mine: FromQuery[bool] = False,
) -> Response[Any]:
    """What the party may see, by kind and state."""
    reader = caller.reader("portal")
    kinds = {one["name"]: one["kind"] for one in contract_list(faces)}
    found = faces.access.assets(
        reader, name=name, state=standing, party=caller.party if mine else "", limit=100
    )
    found = [one for one in found if not one["name"].startswith("system/")]
    faces.access.log(reader, "list-assets", name)
    return page.show(
        "assets.html",
        assets=found,
        kinds=kinds,
        name=name,
        state=standing,
        mine=mine,
        words=words_for(faces, {one["contract"] for one in found}),
    )


@get("/assets/{asset:str}", sync_to_thread=True)
def asset(asset: AssetId, page: GivenPages, faces: GivenFaces, caller: GivenCaller) -> Response[Any]:
    """One asset: how it stands, where in its lifecycle, and what happened to it."""
    reader = caller.reader("portal")
    found = faces.access.asset(reader, asset)
    proposal = faces.access.proposal(reader, asset)
    faces.access.log(reader, "read-asset" if proposal is None else "read-proposed", asset)
    history = faces.access.history(reader, asset)
    contract = found["contract"]
    words = words_for(faces, {contract, *(row["contract"] for row in history)})
    now = standing(faces, asset, contract)
    found = now_standing(found, now)
    able = offers(faces, caller, found, now)
    together = proposing.offers(faces, caller, found, now)
    return page.show(
        "asset.html",
        asset=found,
        proposal=proposal,
        history=[
            row | {"basis": list(words.get(row["contract"], {}).get("basis", {}).get(row["action"], ()))[:1]}
            for row in history
        ],
        offers=[one for one in able if not one.get("refused")],
        proposals=[one for one in together if not one["refused"]],
        not_now=[one for one in (*able, *together) if one.get("refused")],
        words=words,
        own=words.get(contract, {}),
        limits=[] if now is None else now.limits(page.lang),
        hold=None if now is None else now.hold(),
        lapsed=now is not None and now.lapsed,
        has_text=now is not None and now.page.text is not None,
        diagram="" if now is None else Markup(diagram(now.page, page.lang, found["state"])),  # noqa: S704 - escaped where it was made
    )


@get("/deeds/{deed:str}", sync_to_thread=True)
def deed(deed: DeedId, page: GivenPages, faces: GivenFaces, caller: GivenCaller) -> Response[Any]:
    """One deed: who, when, what, and under which clause it was refused."""
    reader = caller.reader("portal")
    found = faces.access.deed(reader, deed)
    faces.access.log(reader, "read-deed", deed)
    refused = None if found["code"] == "ok" else _refusal(faces, found, page.lang)
    return page.show(
        "deed.html",
        deed=found,
        refused=refused,
        words=words_for(faces, {act["contract"] for act in found["acts"]}),
    )


@get("/deeds/{deed:str}/bundle", sync_to_thread=True)
def bundle(deed: DeedId, faces: GivenFaces, caller: GivenCaller) -> Response[bytes]:
    """The evidence file of a deed, to save."""
    body = faces.access.bundle(caller.reader("portal"), deed)
    headers = {
        **SECURITY,
        "cache-control": "no-store",
        "content-disposition": f'attachment; filename="{deed[:16]}.bundle.json"',
    }
    return Response(msgspec.json.encode(body, order="sorted"), media_type="application/json", headers=headers)


@get("/ledger", sync_to_thread=True)
def ledger(page: GivenPages, faces: GivenFaces) -> Response[Any]:
    """The ledger: what it is, where it stands, what proofs rest on. Public."""
    own = faces.node.ledger
    head = own.app.head
    return page.show(
        "ledger.html",
        ledger=own.rules.ledger_hex,
        genesis=own.genesis.as_dict(),
        height=head.height,
        time=head.time,
        now=own.now(),
        looks=faces.access.looking.counts(),
        size=0 if head.seal is None else head.seal.log.size + 1,
    )


@post("/ledger/clock", sync_to_thread=True)
def set_forward(form: GivenForm, page: GivenPages, faces: GivenFaces, caller: GivenCaller) -> Response[Any]:
    """On a trial network: set the clock forward by days, so that notice periods pass."""
    caller.demand("sign")
    days = page.number(form, "days")
    if not 1 <= days <= MAX_DAYS:
        raise AccessError("bad-request", reason="days")
    faces.node.ledger.set_forward(days * 86_400_000)
    faces.access.log(caller.reader("portal"), "set-forward", str(days))
    return page.go("/ledger", "clock")


def _refusal(faces: Faces, deed: dict[str, Any], lang: str) -> dict[str, Any]:
    from wusong.web.pages import explained

    known = faces.node.ledger.app.refusal(deed["deed"])
    error = known or WusongError(deed["code"])
    return explained(error, lang, faces) | {"clause": deed["clause"], "code": deed["code"]}


ROUTES = [assets, asset, deed, bundle, ledger, set_forward]
