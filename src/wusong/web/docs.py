"""The API described for people, made from the same OpenAPI document that programs get; nothing is loaded
from elsewhere.
"""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from wusong.web.given import GivenPages


@get("/api", sync_to_thread=True)
def api_page(page: GivenPages, request: Request[Any, Any, Any]) -> Response[Any]:
    """Every endpoint with what it takes and gives. Public."""
    schema = request.app.openapi_schema.to_schema()
    endpoints = [
        {
            "method": method.upper(),
            "path": path,
            "summary": operation.get("summary", ""),
            "description": operation.get("description", ""),
            "parameters": operation.get("parameters", []),
            "statuses": sorted(operation.get("responses", {})),
        }
        for path, item in sorted(schema.get("paths", {}).items())
        for method, operation in sorted(item.items())
        if isinstance(operation, dict)
    ]
    return page.show("api.html", endpoints=endpoints)


@get("/api/v1/openapi.json", sync_to_thread=True)
def openapi(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """The OpenAPI document. Public."""
    return request.app.openapi_schema.to_schema()


ROUTES = [api_page, openapi]
