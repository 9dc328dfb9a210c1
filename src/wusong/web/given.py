"""What handlers are given by name, marked as Litestar wants it."""

from __future__ import annotations

from typing import TypeAlias

from litestar.di import NamedDependency

from wusong.web.faces import Caller, Faces
from wusong.web.filled import Filled
from wusong.web.forms import Form
from wusong.web.pages import Pages

GivenFaces: TypeAlias = NamedDependency[Faces]
GivenCaller: TypeAlias = NamedDependency[Caller]
GivenPages: TypeAlias = NamedDependency[Pages]
GivenForm: TypeAlias = NamedDependency[Form]
GivenFilled: TypeAlias = NamedDependency[Filled]
