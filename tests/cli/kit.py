"""What running a command gives."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Ran:
    """What a command did: exit status, standard output, standard error."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever the command says
        """Its answer in JSON, which is one line."""
        (line,) = self.out.removesuffix("\n").split("\n")  # splitlines would also split at U+0085
        return json.loads(line)

    @property
    def code(self) -> str:
        """The code of its error."""
        return str(self.json["error"]["code"])


Wusong = Callable[..., Ran]
