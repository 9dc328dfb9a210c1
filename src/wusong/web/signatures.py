"""Programs sign their requests: HTTP Message Signatures (RFC 9421) with a deed key of their party.

* Exactly one signature. It covers ``@method``, ``@authority``, ``@path``, ``@query`` and, with a body,
  ``content-digest`` (RFC 9530); it may cover more header fields.
* Parameters: ``created`` (at most 5 minutes old, at most 1 minute ahead), ``nonce`` (16 to 64 characters,
  used once per key), ``keyid`` = ``DID#THUMBPRINT``, and ``alg``: ``ed25519``, ``ecdsa-p256-sha256``, or
  the private name ``wusong-sm2-sm3``.
* ``@authority`` must be this node's own (``authorities``): a request signed for another node is refused with
  ``request-elsewhere``, whoever relays it.
* The key must be one of the party's deed keys in force at the moment.
* The digest algorithm of ``content-digest`` is ``sha-256``, on a ledger of the suite ``gm`` the private
  name ``wusong-sm3``.

Example of the two headers::

    Signature-Input: sig=("@method" "@authority" "@path" "@query"
    "content-digest");created=1790000000;nonce="...";keyid="did:key:z6M...#ab12...";alg="ed25519" Signature:
    sig=:BASE64:
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NoReturn
from urllib.parse import urlsplit

from wusong.crypto.random import random_bytes
from wusong.errors import AccessError, WusongError

if TYPE_CHECKING:
    from wusong.crypto.keys import PrivateKey
    from wusong.crypto.suites import Suite
    from wusong.ledger.ledger import Ledger

MAX_AGE: Final = 300
MAX_AHEAD: Final = 60
ALGORITHMS: Final = {"Ed25519": "ed25519", "ES256": "ecdsa-p256-sha256", "SM2-SM3": "wusong-sm2-sm3"}
DIGESTS: Final = {"intl": "sha-256", "gm": "wusong-sm3"}
REQUIRED: Final = ("@method", "@authority", "@path", "@query")
_INPUT: Final = re.compile(
    r'([a-z*][a-z0-9_.*-]{0,31})=(\((?:"[!-~]{1,64}"(?: "[!-~]{1,64}")*)?\)'
    r'((?:;[a-z]+=(?:\d{1,12}|"[ !#-\[\]-~]{0,512}"))*))'
)
_PARAMETER: Final = re.compile(r';([a-z]+)=(?:(\d{1,12})|"([ !#-\[\]-~]{0,512})")')
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_EVERYWHERE: Final = _LOOPBACK | {"0.0.0.0", "::"}  # noqa: S104 - compared, not bound
_NONCE: Final = re.compile(r"[A-Za-z0-9_+/=.-]{16,64}")


@dataclass(frozen=True, slots=True)
class Message:
    """A request as its signature sees it; header names in lower case, ``query`` with its question mark."""

    method: str
    authority: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    def component(self, name: str) -> str:
        """The value of a covered component (RFC 9421, 2)."""
        derived = {
            "@method": self.method,
            "@authority": self.authority,
            "@path": self.path,
            "@query": self.query,
        }
        if name in derived:
            return derived[name]
        value = None if name.startswith("@") else self.headers.get(name)
        if value is None:
            _refuse("covered component is absent")
        return value.strip()


@dataclass(frozen=True, slots=True)
class Signed:
    """A request whose signature holds."""

    party: str
    key: str
    nonce: str
    expires: int


def is_signed(headers: Mapping[str, str]) -> bool:
    """Whether a request claims to be signed."""
    return "signature-input" in headers or "signature" in headers


def authorities(public_url: str, host: str, port: int) -> frozenset[str]:
    """What ``@authority`` may be (RFC 9421, 2.2.3) at a node that serves ``host:port``: that address and the
    one of ``public_url``, in lower case, each with and without the scheme's own port.

    A node that listens on every address is known by loopback names and ``public_url`` only: any other name
    would be the sender's word.
    """
    public = urlsplit(public_url)
    default = {"http": 80, "https": 443}.get(public.scheme)
    names = _with_port(public.hostname or "", public.port or default, default) if public.netloc else set()
    for name in _LOOPBACK if host in _EVERYWHERE else {host}:
        names |= _with_port(name, port, 80)
    return frozenset(names)


def _with_port(host: str, port: int | None, default: int | None) -> set[str]:
    name = f"[{host}]" if ":" in host else host.lower()
    return {f"{name}:{port}"} | ({name} if port == default else set())


def verify(ledger: Ledger, message: Message, now: int) -> Signed:
    """Who signed a request; ``now`` in seconds. The caller must still see that the nonce is new.

    Raises:
        AccessError: ``request-signature`` with the reason.
    """
    label, covered, inner, parameters = _read_input(message.headers.get("signature-input", ""))
    _check_covered(covered, message)
    created = _check_times(parameters, now)
    did, _, thumbprint = parameters.get("keyid", "").rpartition("#")
    nonce = parameters.get("nonce", "")
    if not did or not _NONCE.fullmatch(nonce):
        _refuse("keyid or nonce")
    _check_digest(ledger.suite, message)
    try:
        algorithm = {private: public for public, private in ALGORITHMS.items()}.get(
            parameters.get("alg", ""), ""
        )
        key = ledger.rules.authority.key_in_force(ledger.view(), did, thumbprint, algorithm)
    except WusongError as error:
        raise AccessError("request-signature", reason=error.code) from None
    if not key.verify(
        base_of(message, covered, inner), _read_signature(message.headers.get("signature", ""), label)
    ):
        _refuse("signature does not hold")
    return Signed(did, thumbprint, nonce, (created + MAX_AGE + MAX_AHEAD) * 1000)


def sign(suite: Suite, message: Message, did: str, key: PrivateKey, now: int) -> dict[str, str]:
    """The headers that sign a request: for programs written with this package, and for tests."""
    headers = dict(message.headers)
    covered = list(REQUIRED)
    if message.body:
        headers["content-digest"] = content_digest(suite, message.body)
        covered.append("content-digest")
    names = " ".join(f'"{name}"' for name in covered)
    nonce = random_bytes(16).hex()
    keyid, alg = f"{did}#{key.public.thumbprint}", ALGORITHMS[key.alg]
    inner = f'({names});created={now};nonce="{nonce}";keyid="{keyid}";alg="{alg}"'
    signed = Message(message.method, message.authority, message.path, message.query, headers, message.body)
    signature = base64.b64encode(key.sign(base_of(signed, covered, inner))).decode()
    added = {"signature-input": f"sig={inner}", "signature": f"sig=:{signature}:"}
    return added | {name: headers[name] for name in ("content-digest",) if name in headers}


def content_digest(suite: Suite, body: bytes) -> str:
    """The ``Content-Digest`` field of a body (RFC 9530)."""
    return f"{DIGESTS[suite.name]}=:{base64.b64encode(suite.hash(body)).decode()}:"


def base_of(message: Message, covered: list[str], inner: str) -> bytes:
    """The signature base (RFC 9421, 2.5)."""
    lines = [f'"{name}": {message.component(name)}' for name in covered]
    return "\n".join([*lines, f'"@signature-params": {inner}']).encode()


def _read_input(field: str) -> tuple[str, list[str], str, dict[str, str]]:
    found = _INPUT.fullmatch(field.strip())
    if found is None:
        _refuse("Signature-Input")
    label, inner, tail = found.groups()
    pairs = [(name, number or text) for name, number, text in _PARAMETER.findall(tail)]
    covered = [name[1:-1] for name in inner[1 : inner.index(")")].split(" ") if name]
    if len(dict(pairs)) != len(pairs) or len(set(covered)) != len(covered):
        _refuse("Signature-Input")
    return label, covered, inner, dict(pairs)


def _check_covered(covered: list[str], message: Message) -> None:
    wanted = {*REQUIRED, *(("content-digest",) if message.body else ())}
    if missing := sorted(wanted - set(covered)):
        _refuse(f"not covered: {missing[0]}")


def _check_times(parameters: dict[str, str], now: int) -> int:
    created, expires = parameters.get("created", ""), parameters.get("expires", str(now))
    if not (created.isdigit() and expires.isdigit()):
        _refuse("created")
    if not now - MAX_AGE <= int(created) <= now + MAX_AHEAD or int(expires) < now:
        _refuse("created or expired too long ago")
    return int(created)


def _check_digest(suite: Suite, message: Message) -> None:
    if message.body and message.headers.get("content-digest", "").strip() != content_digest(
        suite, message.body
    ):
        _refuse("Content-Digest")


def _read_signature(field: str, label: str) -> bytes:
    prefix, suffix = f"{label}=:", ":"
    text = field.strip()
    if not (text.startswith(prefix) and text.endswith(suffix)):
        _refuse("Signature")
    try:
        return base64.b64decode(text[len(prefix) : -1], validate=True)
    except binascii.Error:
        _refuse("Signature")


def _refuse(reason: str) -> NoReturn:
    raise AccessError("request-signature", reason=reason)


Verify = Callable[["Ledger", Message, int], Signed]
