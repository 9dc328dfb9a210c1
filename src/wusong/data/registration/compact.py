"""A bundle as text for QR codes, and back to the very same bytes (docs/data.md, Certificate).

* Nothing is left out and nothing is trusted: what comes back is the canonical file of the bundle, for the
  ordinary verifier.
* Values are packed by what they are: hex and base64url as bytes, JSON inside base64url as JSON, bytes that
  came before as a reference to them. Then zlib with a dictionary of the words that bundles use, then base45
  (RFC 9285), which QR codes hold as alphanumeric characters.
* One code holds so much; a longer text is parted: ``WSC1 1/3 <part>``. A part names its place and how many
  there are; the text ends with a check of the whole.

    >>> join(part(pack({"acts": [], "digest": "00" * 32}), 900))
    {'acts': [], 'digest': '0000000000000000000000000000000000000000000000000000000000000000'}
"""

from __future__ import annotations

import re
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from wusong.crypto import canonical
from wusong.data.registration import base45
from wusong.errors import CryptoError, DataError

__all__ = ["MAX_TEXT", "join", "pack", "part", "unpack"]

MAX_TEXT: Final = 64 << 10
"""Characters of all parts together."""
_MAX_PACKED: Final = 1 << 20
_HEX: Final = re.compile("(?:[0-9a-f]{2}){8,}")
_B64: Final = re.compile("[A-Za-z0-9_-]{22,}")
_PART: Final = re.compile(r"WSC1 ([1-9][0-9]?)/([1-9][0-9]?) ([0-9A-Z $%*+./:-]+)")
_HEXED, _CODED, _NESTED, _AGAIN = 1, 2, 3, 4
_WORDS: Final = (
    "acts args action asset as contract salt index effects checkpoint cosignatures cosigners digest "
    "format wusong-bundle/1 genesis wusong-genesis/1 accreditors authorities registrars examiners "
    "installers name en zh nonce parameters block_deeds deed_lifetime page_steps pending_lifetime "
    "quota_minute parties did keys crv kty Ed25519 OKP EC P-256 SM2 x y protocol suite intl gm time "
    "trial inclusion path payload expires ledger signers party receipt code ok deed height signatures "
    "alg key signature protected kid typ wusong-deed SM2-SM3 seal epoch log root size previous state "
    "system seal_inclusion sets witnesses proofs siblings value fields roles deadlines validity>expired "
    "rev department registry procedure first notice_needed supplemented registrant_code source_basis "
    "description content profile grade general update yearly irregular sharing conditional open none "
    "undecided holding use operation risk_conclusion notice_until valid_until registered registration "
    "changed_by did:key:z6Mk growth_bytes growth_leaves look_through "
)
DICTIONARY: Final = _WORDS.encode()


def pack(bundle: dict[str, Any]) -> str:
    """A bundle as base45 text."""
    seen: dict[bytes, int] = {}
    plain = msgspec.msgpack.encode(_packed(bundle, seen))
    squeezed = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, DICTIONARY)
    body = squeezed.compress(plain) + squeezed.flush()
    return base45.encode(body + zlib.crc32(body).to_bytes(4, "big"))


def unpack(text: str) -> dict[str, Any]:
    """The bundle again. Raises DataError ``certificate-code-unreadable``."""
    try:
        found = _Loosening().plain(_decoded(_loosened(base45.decode(text))))
    except (ValueError, zlib.error, msgspec.DecodeError, RecursionError, CryptoError) as error:
        raise DataError("certificate-code-unreadable", reason=str(error)[:80]) from None
    if not isinstance(found, dict):
        raise DataError("certificate-code-unreadable", reason="no bundle")
    return found


def part(text: str, size: int) -> list[str]:
    """The text in parts of at most ``size`` characters each, of about equal length."""
    count = -(-len(text) // (size - len("WSC1 99/99 ")))
    each = -(-len(text) // count)
    return [f"WSC1 {n + 1}/{count} {text[n * each : (n + 1) * each]}" for n in range(count)]


def join(parts: Iterable[str]) -> dict[str, Any]:
    """The bundle of parts in any order; a part may come twice.

    Raises DataError ``certificate-code-unreadable``, ``certificate-code-incomplete``.
    """
    found: dict[int, str] = {}
    counts: set[int] = set()
    for one in parts:
        match = _PART.fullmatch(one.strip("\r\n"))
        if match is None or not 1 <= int(match[1]) <= int(match[2]) or len(one) > MAX_TEXT:
            raise DataError("certificate-code-unreadable", reason=one[:24])
        counts.add(int(match[2]))
        if found.setdefault(int(match[1]), match[3]) != match[3]:
            raise DataError("certificate-code-unreadable", reason=one[:24])
    if len(counts) != 1:
        raise DataError("certificate-code-unreadable", reason="parts of different codes")
    missing = [str(n) for n in range(1, counts.pop() + 1) if n not in found]
    if missing:
        raise DataError("certificate-code-incomplete", missing=", ".join(missing))
    return unpack("".join(found[n] for n in sorted(found)))


def _packed(value: Any, seen: dict[bytes, int]) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return {name: _packed(value[name], seen) for name in sorted(value)}
    if isinstance(value, list):
        return [_packed(item, seen) for item in value]
    return _text(value, seen) if isinstance(value, str) else value


def _text(text: str, seen: dict[bytes, int]) -> Any:  # noqa: ANN401 - a text or what stands for it
    if _HEX.fullmatch(text):
        return _bytes(_HEXED, bytes.fromhex(text), seen)
    if not _B64.fullmatch(text):
        return text
    data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _coded(data) != text:
        return text
    if data[:1] == b"{":
        try:
            nested = _packed(canonical.decode(data), seen)
        except (CryptoError, ValueError):
            return _bytes(_CODED, data, seen)
        return msgspec.msgpack.Ext(_NESTED, msgspec.msgpack.encode(nested))
    return _bytes(_CODED, data, seen)


def _bytes(kind: int, data: bytes, seen: dict[bytes, int]) -> msgspec.msgpack.Ext:
    """The bytes, or where they stood before."""
    name = bytes([kind]) + data
    if name in seen:
        return msgspec.msgpack.Ext(_AGAIN, seen[name].to_bytes(2, "big"))
    seen[name] = len(seen)
    return msgspec.msgpack.Ext(kind, data)


def _loosened(data: bytes) -> bytes:
    """What was squeezed, whole and unchanged."""
    body, check = data[:-4], data[-4:]
    if zlib.crc32(body).to_bytes(4, "big") != check:
        raise ValueError("check")
    loosening = zlib.decompressobj(-15, DICTIONARY)
    plain = loosening.decompress(body, _MAX_PACKED)
    if loosening.unconsumed_tail or not loosening.eof or loosening.unused_data:
        raise ValueError("length")
    return plain


def _decoded(data: bytes) -> Any:  # noqa: ANN401 - any JSON value, with what stands for texts
    return msgspec.msgpack.decode(data, ext_hook=msgspec.msgpack.Ext)


class _Loosening:
    """Texts come back in the order in which they were packed; what is repeated has a limit."""

    def __init__(self) -> None:
        self._seen: Final[list[str]] = []
        self._left = _MAX_PACKED

    def plain(self, value: Any) -> Any:  # noqa: ANN401 - any JSON value
        """The value, with its texts."""
        if isinstance(value, dict):
            return {name: self.plain(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self.plain(item) for item in value]
        return self._told(value) if isinstance(value, msgspec.msgpack.Ext) else value

    def _told(self, value: msgspec.msgpack.Ext) -> str:
        data = bytes(value.data)
        if value.code == _NESTED:
            return _coded(canonical.encode(self.plain(_decoded(data))))
        if value.code == _AGAIN:
            return self._again(int.from_bytes(data, "big"))
        if value.code not in (_HEXED, _CODED):
            raise ValueError("kind")
        self._seen.append(data.hex() if value.code == _HEXED else _coded(data))
        return self._seen[-1]

    def _again(self, at: int) -> str:
        if at >= len(self._seen):
            raise ValueError("reference")
        self._left -= len(self._seen[at])
        if self._left < 0:
            raise ValueError("length")
        return self._seen[at]


def _coded(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
