"""The rest of the node's own API: assets, contracts, parties, the ledger and what its proofs rest on."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from litestar import Response, get
from litestar.params import FromPath, FromQuery, PathParameter, QueryParameter

from wusong.crypto import canonical
from wusong.errors import AccessError, WusongError, codes
from wusong.ledger.system.party import listed as party_keys
from wusong.node import library
from wusong.web.deeds import JSON, RESPONSES
from wusong.web.given import GivenCaller, GivenFaces
from wusong.web.headers import SECURITY
from wusong.web.listing import contract_list, party_list
from wusong.web.problems import TYPES
from wusong.web.todo import LIMIT, entered_for, items
from wusong.web.verifying import own_trust

AssetId = Annotated[
    str, PathParameter(pattern="^[0-9a-f]{64}$", description="The asset's id, 64 hex characters.")
]
State = Annotated[str, QueryParameter(name="state", description="Only in this state.")]
Limit = Annotated[int, QueryParameter(ge=1, le=200, description="At most so many.")]
MAX_SEQ: Final = 2**63 - 1
"""The greatest integer that a database takes."""
Before = Annotated[int, QueryParameter(ge=0, le=MAX_SEQ, description="Go on from this `seq`.")]


@get("/api/v1/assets", sync_to_thread=True, summary="Assets", tags=["assets"], responses=RESPONSES)
def assets(
    faces: GivenFaces,
    caller: GivenCaller,
    name: FromQuery[str] = "",
    standing: State = "",
    party: FromQuery[str] = "",
    before: Before = 0,
    limit: Limit = 50,
) -> dict[str, Any]:
    """The assets that the caller may see, newest change first, by kind (`name`), `state` and `party` in a
    role.
    """
    reader = caller.reader()
    found = faces.access.assets(reader, name=name, state=standing, party=party, before=before, limit=limit)
    faces.access.log(reader, "list-assets", name)
    return {"assets": found, "next": found[-1]["seq"] if len(found) == limit else None}


@get(
    "/api/v1/assets/{asset:str}",
    sync_to_thread=True,
    summary="An asset",
    tags=["assets"],
    responses=RESPONSES,
)
def asset(asset: AssetId, faces: GivenFaces, caller: GivenCaller) -> dict[str, Any]:
    """An asset as it stands, and what happened to it, as far as the caller may see."""
    reader = caller.reader()
    found = faces.access.asset(reader, asset)
    proposed = faces.access.proposal(reader, asset) is not None
    faces.access.log(reader, "read-proposed" if proposed else "read-asset", asset)
    return found | {"history": faces.access.history(reader, asset)}


@get("/api/v1/todo", sync_to_thread=True, summary="What is to be done", tags=["assets"], responses=RESPONSES)
def todo(faces: GivenFaces, caller: GivenCaller) -> dict[str, Any]:
    """What the caller's party has to do, by due time (ms), reminders (`last`) behind; `left` counts working
    days. What is entered and waits for a signatory is not told.
    """
    reader = caller.reader()
    faces.access.log(reader, "list-todo", caller.party)
    entered = entered_for(faces.entries.of(caller.party, waiting=True))
    own = faces.access.assets(reader, party=caller.party, limit=LIMIT)
    found = items(faces.node, caller.party, own, entered)
    return {"todo": [msgspec.to_builtins(one) for one in found]}


@get("/api/v1/contracts", sync_to_thread=True, summary="Contracts", tags=["contracts"])
def contracts(faces: GivenFaces) -> dict[str, Any]:
    """The contract pages on the ledger, with their digests. Public: contracts are the rules that everyone
    is under.
    """
    return {"contracts": contract_list(faces)}


@get(
    "/api/v1/contracts/{name:str}",
    sync_to_thread=True,
    summary="A contract",
    tags=["contracts"],
    responses=RESPONSES,
)
def contract(name: FromPath[str], faces: GivenFaces) -> dict[str, Any]:
    """A contract page by `name@version` or digest: its canonical model."""
    page = library.find(faces.node, name)
    data = faces.node.ledger.view().page(page.digest)
    if data is None:
        raise AccessError("not-found")
    return {"name": page.name, "digest": page.digest, "model": canonical.decode(data)}


@get("/api/v1/parties", sync_to_thread=True, summary="Parties", tags=["parties"], responses=RESPONSES)
def parties(faces: GivenFaces, caller: GivenCaller) -> dict[str, Any]:
    """The parties admitted to the ledger."""
    caller.reader()
    return {"parties": party_list(faces)}


@get(
    "/api/v1/parties/{did:str}",
    sync_to_thread=True,
    summary="One party",
    tags=["parties"],
    responses=RESPONSES,
)
def party(did: FromPath[str], faces: GivenFaces, caller: GivenCaller) -> dict[str, Any]:
    """A party: its name and standing, where other nodes reach it, and its keys: those that sign deeds
    (`deed`) and those for sealing contents to it (`sealing`).
    """
    caller.reader()
    own = faces.node.ledger
    leaf = own.rules.authority.party(own.view(), did)
    if leaf is None:
        raise AccessError("not-found")
    return {
        "did": did,
        "endpoints": leaf.fields.get("endpoints", {}),
        "keys": party_keys(leaf),
        "name": leaf.fields["name"],
        "state": leaf.state,
    }


@get("/api/v1/ledger", sync_to_thread=True, summary="The ledger", tags=["ledger"])
def ledger(faces: GivenFaces) -> dict[str, Any]:
    """The ledger's id, its genesis, and where it stands. Public."""
    own = faces.node.ledger
    head = own.app.head
    seal = None if head.seal is None else msgspec.to_builtins(head.seal)
    return {
        "ledger": own.rules.ledger_hex,
        "genesis": own.genesis.as_dict(),
        "head": {"height": head.height, "time": head.time, "seal": seal},
        "look_throughs": faces.access.looking.counts(),
        "protocol": own.protocol_status(),
    }


@get("/api/v1/trust", sync_to_thread=True, summary="The trust file", tags=["ledger"])
def trust(faces: GivenFaces) -> Response[bytes]:
    """What a verifier must know beforehand. Get it over a way you trust, once, and keep it."""
    headers = {**SECURITY, "content-disposition": 'attachment; filename="trust.json"'}
    return Response(own_trust(faces), media_type=JSON, headers=headers)


@get(
    "/api/v1/checkpoint",
    sync_to_thread=True,
    summary="The newest checkpoint",
    tags=["ledger"],
    responses=RESPONSES,
)
def checkpoint(faces: GivenFaces) -> dict[str, Any]:
    """The newest checkpoint with its cosignatures and what witnesses said of it. Public: it shows counts
    and times only.
    """
    own = faces.node.ledger
    newest = own.checkpoint()
    return {
        "checkpoint": msgspec.to_builtins(newest),
        "cosignatures": own.cosignatures(newest),
        "witnesses": own.witness_signatures(newest),
    }


@get(
    f"{TYPES}{{code:str}}",
    sync_to_thread=False,
    summary="A problem type",
    tags=["problems"],
    responses=RESPONSES,
)
def problem(code: FromPath[str]) -> dict[str, Any]:
    """What an error code means, in both languages; placeholders stand for the data of a case."""
    known = codes().get(code)
    if known is None:
        raise AccessError("not-found")
    return {"code": code, "status": known.status, "en": list(known.en), "zh": list(known.zh)}


ROUTES = [assets, asset, todo, contracts, contract, parties, party, ledger, trust, checkpoint, problem]
__all__ = ["ROUTES", "Before", "WusongError"]
