"""The one tree of errors.

    WusongError                 anything Wusong refuses or cannot do
    ├── CryptoError             keys, signatures, digests, canonical JSON, sealing
    ├── VaultError              contents kept off the ledger
    ├── ContractError           a page cannot be read, or an act breaks its page
    ├── LedgerError             the common ledger
    │   ├── DeedError           a deed is refused; nothing changed
    │   ├── StoreError          the store cannot be read or written, or has been altered
    │   └── ProofError          a proof, a bundle or a checkpoint does not hold
    ├── IdentityError           DIDs, credentials, trust lists
    ├── DataError               the data domain
    └── NodeError               settings, start, access, jobs
        ├── SettingsError       a setting is missing or wrong
        └── AccessError         who asks may not do this

* An error carries a stable kebab-case code and typed data, never prose:
  ``WusongError("stale-rev", asset=..., expected=3)``.
* Each code is registered once, with what happened, why, and what to do, in English and in Chinese, and an
  HTTP status.
* Each area registers its table in its own ``codes.py``, which the area's ``__init__.py`` imports.
* Data are shown to people and written to logs: no secret and no content of a document may be among them.
* Explaining never fails and never lets data act: values are clipped, control characters are shown as escapes.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, TypeVar

__all__ = [
    "AccessError",
    "ContractError",
    "CryptoError",
    "DataError",
    "DeedError",
    "Explanation",
    "IdentityError",
    "JsonData",
    "Lang",
    "LedgerError",
    "NodeError",
    "ProofError",
    "SettingsError",
    "StoreError",
    "Texts",
    "VaultError",
    "WusongError",
    "codes",
    "register",
    "texts",
]

Lang: TypeAlias = Literal["en", "zh"]
JsonData: TypeAlias = "bool | int | str | Sequence[JsonData] | Mapping[str, JsonData] | None"
"""A JSON value seen read-only, so that ``list[str]`` and ``dict[str, int]`` fit without a copy."""

_CODE: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_CLIP: Final = 300  # characters of one value in an explanation: enough for a DID, too few to flood a log
_UNKNOWN: Final = "?"


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a person reads: what happened, why, and what to do about it."""

    what: str
    why: str
    do: str

    def __str__(self) -> str:
        return f"{self.what}\n{self.why}\n{self.do}"


@dataclass(frozen=True, slots=True)
class Texts:
    """The explanation of one code, as ``str.format`` templates over the error's data.

    Each language holds (what, why, do); both use the same placeholders. ``status`` is the HTTP status with
    which a face answers (RFC 9110).
    """

    en: tuple[str, str, str]
    zh: tuple[str, str, str]
    status: int = 422


class WusongError(Exception):
    """Anything Wusong refuses or cannot do."""

    code: str
    data: dict[str, JsonData]

    def __init__(self, code: str, /, **data: JsonData) -> None:
        super().__init__(code)
        self.code = code
        self.data = data

    @property
    def status(self) -> int:
        """The HTTP status with which a face answers (RFC 9110)."""
        return texts(self.code).status

    def explain(self, lang: str = "en") -> Explanation:
        """Say what happened, why, and what to do, in ``lang`` (any tag starting with "zh" is Chinese)."""
        known = texts(self.code)
        templates = known.zh if lang.lower().startswith("zh") else known.en
        data = {"code": self.code, **self.data}
        if words := _reasons.get((self.code, str(data.get("reason")))):
            data["reason"] = _PLAIN.vformat(words[1 if lang.lower().startswith("zh") else 0], (), data)
        what, why, do = (_PLAIN.vformat(template, (), data) for template in templates)
        return Explanation(what, why, do)

    def __str__(self) -> str:
        return f"{self.code}: {self.explain().what}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.code!r}, {self.data!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        """Keep code and data on the way between processes."""
        return _rebuild, (type(self), self.code, self.data)


class CryptoError(WusongError):
    """A key, a signature, a digest, canonical JSON or a sealed box is not what it must be."""


class VaultError(WusongError):
    """Content cannot be stored, opened or erased."""


class ContractError(WusongError):
    """A contract page cannot be read, or an act breaks it."""


class LedgerError(WusongError):
    """The ledger refuses, or cannot go on."""


class DeedError(LedgerError):
    """A deed is refused; nothing changed."""


class StoreError(LedgerError):
    """The ledger's store cannot be read or written, or has been altered."""


class ProofError(LedgerError):
    """A proof, a bundle or a checkpoint does not hold."""


class IdentityError(WusongError):
    """A DID, a credential or a trust list cannot be relied on."""


class DataError(WusongError):
    """The data domain refuses, or cannot read what it was given."""


class NodeError(WusongError):
    """The node cannot start, or cannot do what it was asked."""


class SettingsError(NodeError):
    """A setting is missing or wrong."""


class AccessError(NodeError):
    """Who asks may not do this."""


_registry: dict[str, Texts] = {}
_reasons: dict[tuple[str, str], tuple[str, str]] = {}


def register(table: Mapping[str, Texts]) -> None:
    """Add an area's codes.

    Raises ValueError when a code is not kebab-case or already has other texts: a defect of the program, found
    at import.
    """
    for code, entry in table.items():
        if not _CODE.fullmatch(code):
            message = f"error code {code!r} is not kebab-case"
            raise ValueError(message)
        if _registry.setdefault(code, entry) != entry:
            message = f"error code {code!r} is registered twice with different texts"
            raise ValueError(message)


def register_reasons(code: str, table: Mapping[str, tuple[str, str]]) -> None:
    """Say in words (English, Chinese) what the ``reason`` of a code stands for; ``data`` keeps the word for
    programs, and the words may name what else it holds. A reason without words is shown as it is.
    """
    _reasons.update({(code, reason): words for reason, words in table.items()})


def codes() -> Mapping[str, Texts]:
    """Every registered code with its texts, in the order of the codes."""
    return dict(sorted(_registry.items()))


def texts(code: str) -> Texts:
    """The texts of ``code``; of a code that nobody registered, texts that say no more than the code."""
    return _registry.get(code, _UNREGISTERED)


_E = TypeVar("_E", bound=WusongError)


def _rebuild(cls: type[_E], code: str, data: dict[str, JsonData]) -> _E:
    return cls(code, **data)


class _Plain(string.Formatter):
    """Fills a template from data that may be missing, long or hostile."""

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:  # noqa: ANN401 - the base class's own signature
        try:
            return super().get_field(field_name, args, kwargs)
        except (AttributeError, IndexError, KeyError, TypeError):
            return _UNKNOWN, field_name

    def format_field(self, value: object, format_spec: str) -> str:
        try:
            text = format(value, format_spec)
        except (TypeError, ValueError):
            text = str(value)
        shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text[:_CLIP])
        return shown if len(text) <= _CLIP else shown + "…"


_PLAIN: Final = _Plain()

_UNREGISTERED: Final = Texts(
    en=(
        "The operation was refused ({code}).",
        "The program gave this code without an explanation.",
        "Report the code to whoever operates this node.",
    ),
    zh=("操作未被接受（{code}）。", "程序返回了该代码，但未登记说明。", "请将该代码告知本节点的运维人员。"),
    status=500,
)

register(
    {
        "internal-error": Texts(
            en=(
                "The node met an error of its own.",
                "This is a defect of the program, not of your request.",
                "See whether the request took effect before you repeat it; report the reference {reference}.",
            ),
            zh=(
                "节点发生内部错误。",
                "这是程序自身的缺陷，与您的请求内容无关。",
                "再次提交前，请先核实该请求是否已经生效，并将编号 {reference} 告知本节点的运维人员。",
            ),
            status=500,
        ),
    }
)
