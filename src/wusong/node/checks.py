"""One finding of an examination, and how an error becomes one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from wusong.errors import WusongError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Status: TypeAlias = Literal["ok", "note", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Check:
    """What one check found. ``en`` and ``zh`` say the same."""

    name: str
    status: Status
    en: str
    zh: str

    def to_json(self) -> dict[str, str]:
        """The check as JSON data."""
        return {"en": self.en, "name": self.name, "status": self.status, "zh": self.zh}


def guarded(name: str, check: Callable[[], Check]) -> Iterator[Check]:
    """What a check finds; a check that fails is ``bad``."""
    try:
        yield check()
    except WusongError as error:
        yield failed(name, error)
    except OSError as error:
        yield Check(name, "bad", f"Cannot be examined: {error.strerror}.", f"无法检查：{error.strerror}。")


def failed(name: str, error: WusongError) -> Check:
    """The check that ``error`` ended."""
    return Check(name, "bad", _told(error, "en"), _told(error, "zh"))


def _told(error: WusongError, lang: str) -> str:
    told = error.explain(lang)
    return f"{told.what} {told.why} [{error.code}]"
