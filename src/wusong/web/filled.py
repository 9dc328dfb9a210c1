"""A form that was sent: what was typed and uploaded, who sent it, and the page that answers."""

from __future__ import annotations

from dataclasses import dataclass

from litestar.di import NamedDependency

from wusong.web.faces import Caller, Faces
from wusong.web.forms import Form
from wusong.web.pages import Pages


@dataclass(frozen=True, slots=True)
class Filled:
    """What a handler of a form is given; ``uploads`` are the contents of its files."""

    form: Form
    uploads: dict[str, bytes]
    page: Pages
    faces: Faces
    caller: Caller

    @property
    def given(self) -> dict[str, str]:
        """What the form shows again after an error; of a file, only that there was one (``NAME.file``)."""
        return self.form.values | {f"{name}.file": "1" for name, content in self.uploads.items() if content}


async def read_filled(
    form: NamedDependency[Form],
    page: NamedDependency[Pages],
    faces: NamedDependency[Faces],
    caller: NamedDependency[Caller],
) -> Filled:
    """The form of a request with its files read. Raises what reading the form raises."""
    uploads = {name: await upload.read() for name, upload in form.files.items()}
    return Filled(form, uploads, page, faces, caller)
