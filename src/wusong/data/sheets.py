"""Documents to print, as the portal hands them out: self-contained, loading nothing."""

from __future__ import annotations

from base64 import b64encode

from litestar import Response

from wusong.crypto.suites import INTL

__all__ = ["answer"]


def answer(document: str, style: str) -> Response[bytes]:
    """A document whose one style sheet the policy allows by its digest."""
    digest = b64encode(INTL.hash(style.encode())).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; frame-ancestors 'none'"
    return Response(
        document.encode(),
        media_type="text/html; charset=utf-8",
        headers={"content-security-policy": policy, "cache-control": "no-store"},
    )
