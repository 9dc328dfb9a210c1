"""The application: every route of a node, under one set of rules.

* A handler states what it needs (``caller.reader()``, ``caller.demand``, ``caller.office``); a page that
  states nothing is public.
* Bodies are limited: 512 KiB for a deed, 32 MiB where a form takes a file, 64 KiB elsewhere.
* Every answer carries the headers of ``headers.SECURITY``; every error is a problem document, or a page
  that says the same.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from litestar import Litestar, Request, Response, Router
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

from wusong import __version__
from wusong.errors import WusongError
from wusong.node.domains import domains
from wusong.web import (
    acting,
    admin,
    api,
    contract_pages,
    deeds,
    docs,
    logs,
    look,
    pending,
    portal,
    problems,
    proposing,
    signing,
    verifying,
)
from wusong.web.bodies import JsonRequest
from wusong.web.faces import Caller, Faces, find_caller, find_lang
from wusong.web.fast import App
from wusong.web.filled import read_filled
from wusong.web.forms import read_form, same_origin
from wusong.web.headers import SECURITY
from wusong.web.pages import Pages, explained
from wusong.web.running import Runner

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from wusong.node.node import Node

MAX_BODY: Final = 65_536


def create_app(node: Node) -> Litestar:
    """The portal and API of an open node. Closing the application leaves the node open."""
    faces = Faces(node)

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        yield
        faces.close()

    return App(
        # One router for all: registered one by one, handlers that share a path would be prepared for
        # threads twice.
        route_handlers=[Router(path="/", route_handlers=[*_documented(), *_pages()])],
        dependencies={
            "faces": Provide(lambda: faces, sync_to_thread=False),
            "caller": Provide(find_caller),
            "lang": Provide(find_lang, sync_to_thread=False),
            "page": Provide(Pages, sync_to_thread=False),
            "form": Provide(read_form),
            "filled": Provide(read_filled),
            "run": Provide(Runner, sync_to_thread=False),
        },
        exception_handlers={Exception: _answer_error},
        before_request=logs.begin,
        before_send=[logs.log_answer],
        guards=[same_origin],
        lifespan=[lifespan],
        openapi_config=_openapi(),
        request_class=JsonRequest,
        request_max_body_size=MAX_BODY,
        response_headers=SECURITY,
        state=_state(faces),
        logging_config=None,
        debug=False,
    )


def _state(faces: Faces) -> Any:  # noqa: ANN401 - Litestar's State
    from litestar.datastructures import State

    return State({"faces": faces})


def _documented() -> list[Any]:
    routes = [route for domain in domains() for route in domain.routes() if _is_api(route)]
    return [*deeds.ROUTES, *acting.API, *pending.API, *api.ROUTES, *routes]


def _pages() -> list[Any]:
    routes = [route for domain in domains() for route in domain.routes() if not _is_api(route)]
    pages = [
        *portal.ROUTES,
        *signing.ROUTES,
        *look.ROUTES,
        *contract_pages.ROUTES,
        *acting.PAGES,
        *proposing.ROUTES,
        *pending.PAGES,
        *verifying.ROUTES,
        *admin.ROUTES,
        *docs.ROUTES,
        *routes,
    ]
    for page in pages:
        page.include_in_schema = False
    return pages


def _is_api(route: Any) -> bool:  # noqa: ANN401 - a Litestar route handler
    return any(path.startswith("/api/") for path in route.paths)


def _openapi() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Wusong",
        version=__version__,
        description="The API of one node. Errors are problem documents (RFC 9457) with texts in zh and en.",
        path="/api/openapi",  # not /api/v1: Litestar itself answers what is below this path and unknown
        render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        use_handler_docstrings=True,
    )


def _answer_error(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    known = problems.known(request, error)
    lang = find_lang(request)
    if _wants_page(request):
        return _error_page(request, known)
    return problems.answer(known, lang)


def _wants_page(request: Request[Any, Any, Any]) -> bool:
    if request.scope["path"].startswith("/api/") or request.query_params.get("format") == "json":
        return False
    return "text/html" in request.headers.get("accept", "")


def _asked(request: Request[Any, Any, Any]) -> str:
    """The page that was asked for; a form that was sent cannot be sent again."""
    if request.method != "GET":
        return "/"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _error_page(request: Request[Any, Any, Any], error: WusongError) -> Response[Any]:
    lang = find_lang(request)
    faces: Faces = request.app.state.faces
    session = faces.sessions.find(request.cookies.get(faces.cookie) or "")
    caller = Caller() if session is None else Caller(session.party, session)
    page = Pages(request, faces, caller, lang)
    if error.code == "not-signed-in":
        asked = _asked(request)
        return page.go("/sign-in" if asked == "/" else f"/sign-in?back={quote(asked)}")
    return page.show("error.html", status=error.status, error=explained(error, lang, request.app.state.faces))
