"""Headers that every answer carries: nothing is loaded from elsewhere, nothing is framed, nothing is
remembered.
"""

from __future__ import annotations

from typing import Final

SECURITY: Final = {
    "content-security-policy": (
        "default-src 'self'; img-src 'self' data:; script-src 'none'; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
