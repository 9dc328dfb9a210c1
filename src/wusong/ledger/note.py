"""Signed notes and cosignatures, as witnesses speak them (C2SP signed-note v1.0.0, tlog-checkpoint v1.0.0,
tlog-cosignature v1.0.1).

* A note is its text, an empty line, and signature lines: em dash, space, key name, space, base64 of key id
  and signature.
* The key id is the first four bytes of ``H(name || 0x0A || type || public key)``.
* Under ``intl`` logs sign with type 0x01 and witnesses with 0x04, both Ed25519; under ``gm`` both have
  private types (docs/formats.md section 8).
* A witness's signature says: as far as I saw, this log only grew, up to this size, at this time.
"""

from __future__ import annotations

import base64
import binascii
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wusong.crypto.keys import PublicKey
from wusong.errors import ProofError

if TYPE_CHECKING:
    from wusong.crypto.keys import PrivateKey
    from wusong.crypto.suites import Suite

LOG_TYPES: Final = {"intl": b"\x01", "gm": b"\xffwusong-sm2"}
WITNESS_TYPES: Final = {"intl": b"\x04", "gm": b"\xffwusong-sm2-cosignature"}
MAX_NOTE: Final = 65_536
_TIME: Final = struct.Struct(">Q")


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A note that was read: its text, with the final newline, and its signature lines."""

    text: bytes
    signatures: tuple[NoteSignature, ...]


@dataclass(frozen=True, slots=True)
class LogSize:
    """What a checkpoint's text says."""

    origin: str
    size: int
    root: bytes


def key_id(suite: Suite, name: str, kind: bytes, key: PublicKey) -> bytes:
    """The four bytes by which a signature line names its key."""
    return suite.hash(name.encode() + b"\n" + kind + b"".join(key.coordinates))[:4]


def sign_log(suite: Suite, text: bytes, name: str, key: PrivateKey) -> bytes:
    """A log's signature line over a checkpoint's text."""
    return _line(name, key_id(suite, name, LOG_TYPES[suite.name], key.public) + key.sign(text))


def cosign_note(suite: Suite, text: bytes, name: str, key: PrivateKey, seconds: int) -> bytes:
    """A witness's signature line over a checkpoint's text."""
    identity = key_id(suite, name, WITNESS_TYPES[suite.name], key.public)
    return _line(name, identity + _TIME.pack(seconds) + key.sign(cosigned_message(text, seconds)))


def cosigned_message(text: bytes, seconds: int) -> bytes:
    """What a witness signs."""
    return b"cosignature/v1\ntime " + str(seconds).encode() + b"\n" + text


def verify_log(suite: Suite, note: Note, name: str, key: PublicKey) -> bool:
    """Whether the log called ``name`` signed the note."""
    identity = key_id(suite, name, LOG_TYPES[suite.name], key)
    lines = [line for line in note.signatures if line.name == name and line.key_id == identity]
    return any(key.verify(note.text, line.signature) for line in lines)


def read_cosignature(suite: Suite, text: bytes, line: NoteSignature, key: PublicKey) -> int:
    """The time (seconds) at which a witness signed.

    Raises:
        ProofError: ``witness-refused`` when it is not that witness's signature over this text.
    """
    identity = key_id(suite, line.name, WITNESS_TYPES[suite.name], key)
    if line.key_id == identity and len(line.signature) == 72:
        seconds: int = _TIME.unpack(line.signature[:8])[0]
        if key.verify(cosigned_message(text, seconds), line.signature[8:]):
            return seconds
    raise ProofError("witness-refused", witness=line.name, detail="its signature does not hold")


def read_note(data: bytes) -> Note:
    """Read a signed note.

    Raises:
        ProofError: ``bad-note``.
    """
    text, gap, lines = data.partition(b"\n\n")
    if len(data) > MAX_NOTE or not gap or not lines.endswith(b"\n"):
        raise ProofError("bad-note")
    return Note(text + b"\n", tuple(read_line(line) for line in lines[:-1].split(b"\n")))


def read_line(line: bytes) -> NoteSignature:
    """Read one signature line. Raises ProofError ``bad-note``."""
    try:
        dash, name, encoded = line.decode().split(" ")
        data = base64.b64decode(encoded, validate=True)
    except (UnicodeDecodeError, ValueError, binascii.Error):
        raise ProofError("bad-note") from None
    if dash != "\u2014" or not name or "+" in name or len(data) < 5:
        raise ProofError("bad-note")
    return NoteSignature(name, data[:4], data[4:])


def read_checkpoint(text: bytes) -> LogSize:
    """Read the three lines of a checkpoint. Raises ProofError ``bad-note``."""
    try:
        origin, size, root = text.decode().removesuffix("\n").split("\n")[:3]
        digest = base64.b64decode(root, validate=True)
    except (UnicodeDecodeError, ValueError, binascii.Error):
        raise ProofError("bad-note") from None
    if not origin or not is_size(size) or len(digest) != 32:
        raise ProofError("bad-note")
    return LogSize(origin, int(size), digest)


def is_size(text: str) -> bool:
    """Whether ``text`` is a tree size as checkpoints and witnesses write it: decimal, no leading zeros."""
    return text.isascii() and text.isdigit() and (text == "0" or text[0] != "0") and len(text) <= 19


def _line(name: str, data: bytes) -> bytes:
    return f"\u2014 {name} {base64.b64encode(data).decode()}\n".encode()
