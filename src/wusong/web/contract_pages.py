"""Pages that show contracts: as a lawyer reads them, who may do what, the diagram, who examined them, for
print; and a contract's text, filled in from a record.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any

from litestar import Response, get
from litestar.params import FromPath
from markupsafe import Markup

from wusong.contract.show import as_html, document, paper, printed, table
from wusong.contract.show.diagram import diagram
from wusong.contract.show.markdown import to_html
from wusong.contract.show.table import as_html as table_html
from wusong.contract.show.wording import filled
from wusong.crypto.suites import INTL
from wusong.errors import AccessError
from wusong.node import library
from wusong.node.access import NODE
from wusong.web.api import AssetId
from wusong.web.given import GivenCaller, GivenFaces, GivenPages
from wusong.web.headers import SECURITY
from wusong.web.listing import contract_list, party_names
from wusong.web.offering import all_begins, begins
from wusong.web.standing import standing

if TYPE_CHECKING:
    from wusong.contract.model import Page
    from wusong.errors import Lang
    from wusong.web.faces import Faces


@get("/contracts", sync_to_thread=True)
def contracts(page: GivenPages, faces: GivenFaces, caller: GivenCaller) -> Response[Any]:
    """The contract library, and what the caller can begin under it. Public."""
    return page.show("contracts.html", contracts=contract_list(faces), begins=all_begins(faces, caller))


@get("/contracts/{name:str}", sync_to_thread=True)
def contract(name: FromPath[str], page: GivenPages, faces: GivenFaces, caller: GivenCaller) -> Response[Any]:
    """A contract as people read it, and what the caller can begin under it. Public."""
    found = library.find(faces.node, name)
    model, lang = found.compiled.page, page.lang
    if page.wants_json():
        own = begins(faces, caller, found.name, model)
        return page.show("contract.html", begins=own, **_for_programs(faces, found.digest, model))
    _title, *blocks = document(model, lang)
    return page.show(
        "contract.html",
        name=found.name,
        digest=found.digest,
        title=model.title,
        has_text=model.text is not None,
        begins=begins(faces, caller, found.name, model),
        prose=Markup(as_html(blocks)),  # noqa: S704 - escaped where it was made
        powers=Markup(table_html(table(model, lang), lang)),  # noqa: S704 - likewise
        diagram=Markup(diagram(model, lang)),  # noqa: S704 - likewise
        clauses=_clauses(model),
        report=report_of(faces, found.digest),
    )


@get("/contracts/{name:str}/print", sync_to_thread=True)
def contract_print(name: FromPath[str], page: GivenPages, faces: GivenFaces) -> Response[Any]:
    """A contract on A4. Public."""
    model = library.find(faces.node, name).compiled.page
    return _sheet(printed(model, page.lang, diagram(model, page.lang)), page.lang)


@get("/contracts/{name:str}/text", sync_to_thread=True)
def contract_text(name: FromPath[str], page: GivenPages, faces: GivenFaces) -> Response[Any]:
    """The text that belongs to a contract, with blanks, on A4. Public. Raises AccessError ``not-found``."""
    return _text(library.find(faces.node, name).compiled.page, page.lang, "")


@get("/assets/{asset:str}/text", sync_to_thread=True)
def asset_text(asset: AssetId, page: GivenPages, faces: GivenFaces, caller: GivenCaller) -> Response[Any]:
    """The contract text of a record, filled in, on A4. Raises AccessError ``not-found``."""
    reader = caller.reader("portal")
    record = faces.access.asset(reader, asset)
    faces.access.log(reader, "read-asset", asset)
    found = standing(faces, asset, record["contract"])
    if found is None or found.page.text is None:
        raise AccessError("not-found")
    text = filled(found.page, found.leaf, page.lang, party_names(faces), asset)
    return _text(found.page, page.lang, text)


def _text(model: Page, lang: Lang, text: str) -> Response[Any]:
    if model.text is None:
        raise AccessError("not-found")
    title = model.title.zh if lang == "zh" else model.title.en
    return _sheet(paper.sheet(title, to_html(text or filled(model, None, lang, {})), lang), lang)


def _sheet(text: str, lang: Lang) -> Response[Any]:
    """A self-contained sheet, whose one style sheet the policy allows by its digest."""
    styles = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(INTL.hash(styles[0].encode())).decode()
    policy = f"{SECURITY['content-security-policy']}; style-src 'sha256-{digest}'"
    headers = {**SECURITY, "content-security-policy": policy, "cache-control": "no-store"}
    language = "zh-Hans" if lang == "zh" else "en"
    return Response(
        text.encode(),
        media_type="text/html; charset=utf-8",
        headers={**headers, "content-language": language},
    )


def report_of(faces: Faces, digest: str) -> dict[str, Any] | None:
    """The check report with which a page was installed, and who signed it; None where it was erased."""
    key = faces.node.ledger.rules.key("page", digest).hex()
    rows = faces.access.history(NODE, key)
    found = next((row for row in rows if row["action"] == "install" and row["content"]), None)
    if found is None:
        return None
    args = found["content"]["args"]
    told = {name: args[name] for name in ("examiner", "key", "report", "signature")}
    return {**told, "deed": found["deed"], "time": found["time"]}


def _clauses(model: Page) -> list[dict[str, Any]]:
    """Every condition as the ledger checks it, by action; the invariants last."""
    groups = [(one.title or one.name, one.name, one.when) for one in model.actions if one.when]
    found: list[dict[str, Any]] = [
        {"title": title, "action": name, "clauses": when} for title, name, when in groups
    ]
    return [*found, *([{"title": "", "action": "always", "clauses": model.always}] if model.always else [])]


def _for_programs(faces: Faces, digest: str, model: Page) -> dict[str, Any]:
    import msgspec

    return {
        "name": model.name,
        "digest": digest,
        "model": msgspec.to_builtins(model),
        "report": report_of(faces, digest),
    }


ROUTES = [contracts, contract, contract_print, contract_text, asset_text]
