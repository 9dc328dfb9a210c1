"""Portal pages of intake: look at a table (profile, findings, quality), decide about columns, judge quality.

``page`` is the portal's hand on the request (``wusong.web.pages``), ``form`` what was typed; both are given
by name, because a domain imports nothing above its floor.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, TypeAlias

from litestar import get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import FromQuery, PathParameter

from wusong.contract.show.amounts import points
from wusong.data.intake import charts, desk, taken
from wusong.data.intake.checks import check
from wusong.data.intake.decisions import VERDICTS
from wusong.data.intake.important import HINTS
from wusong.data.intake.indicators import INDICATORS, JUDGED
from wusong.errors import DataError, WusongError

__all__ = ["ROUTES", "start"]

Page: TypeAlias = NamedDependency[Any]
Form: TypeAlias = NamedDependency[Any]
Answer: TypeAlias = Any
Commitment = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$")]
Code = Annotated[str, PathParameter(pattern="^[0-9]{4}$")]
MAX_TABLE: Final = 32 << 20
_BACK: Final = re.compile(r"registrations/new|sharing/[0-9a-f]{64}/(?:deliver|correct)")
"""Where a look at a table may have been begun, and goes on afterwards."""


def _mark(text: str) -> str:
    return text


_ = _mark
VERDICT_WORDS: Final = {
    "harmless": _("neither personal nor important"),
    "removed": _("removed before it is handed on"),
    "masked": _("masked before it is handed on"),
    "restricted": _("personal or important: not to be opened"),
}
KIND_WORDS: Final = {
    "precise-coordinates": _("precise coordinates"),
    "geology-minerals": _("geology and minerals"),
    "energy-facilities": _("energy and water facilities"),
    "traffic-facilities": _("traffic facilities and flows"),
    "population-health": _("genetic, health or biometric data"),
    "network-security": _("security measures"),
}
_REASONS: Final = {hint.kind: {"en": hint.en, "zh": hint.zh} for hint in HINTS}


@get("/intake", sync_to_thread=True)
def begin(page: Page) -> Answer:
    """Choose a table to look at, or a catalogue workbook."""
    return page.show("data/intake.html", **start(page), error=None)


def start(page: Any) -> dict[str, Any]:  # noqa: ANN401 - the portal's hand
    """What the first page shows: the tables taken in, and who registers."""
    return {
        "registries": page.accredited("data-registry"),
        "taken": [one.to_json() for one in taken.of(page.node, page.party)],
    }


@post("/intake", request_max_body_size=MAX_TABLE)
async def look(form: Form, page: Page) -> Answer:
    """Put a table into the vault and show what is in it."""
    upload = form.files.get("table")
    content = b"" if upload is None else await upload.read()
    name = "" if upload is None else str(upload.filename or "")
    return await sync_to_thread(_look, page, content, name)


def _look(page: Page, content: bytes, name: str) -> Answer:
    page.demand("enter")
    try:
        found = check(content, name).profile
    except WusongError as error:
        return page.problem("data/intake.html", error, **start(page))
    kept = desk.keep_file(page.node, page.party, content)
    taken.note(page.node, page.party, kept, name, found.to_json())
    return page.go(f"/intake/{kept}")


@get("/intake/{commitment:str}", sync_to_thread=True)
def table(commitment: Commitment, page: Page, back: FromQuery[str] = "") -> Answer:
    """What a table holds: profile with charts, findings, quality, columns to decide about."""
    return _show(page, commitment, None, {"back": back})


def _show(page: Page, commitment: str, error: WusongError | None, given: dict[str, str]) -> Answer:
    looked = desk.look(page.node, page.party, commitment)
    page.log("read-profile", commitment)
    told = {
        "back": _back(given.get("back", "")),
        "charts": charts,
        "commitment": commitment,
        "findings": [one.explain(page.lang) for one in looked.findings],
        "given": given,
        "kinds": KIND_WORDS,
        "indicators": INDICATORS,
        "marked": [one for one in looked.profile["columns"] if one.get("personal") or one.get("important")],
        "measured": {one.code: one for one in looked.quality},
        "profile": looked.profile,
        "reasons": _REASONS,
        "undecided": looked.undecided,
        "verdicts": {name: VERDICT_WORDS[name] for name in VERDICTS},
    }
    if error is not None:
        return page.problem("data/intake_table.html", error, **told)
    return page.show("data/intake_table.html", **told, error=None)


@post("/intake/{commitment:str}/decide", sync_to_thread=True)
def decide(commitment: Commitment, form: Form, page: Page) -> Answer:
    """Decide about one column, with a reason."""
    page.demand("enter")
    try:
        desk.decide(page.node, page.party, commitment, form["column"], form["verdict"], form["reason"])
    except WusongError as error:
        return _show(page, commitment, error, dict(form.values))
    page.log("decide-column", commitment)
    back = _back(dict(form.values).get("back", ""))
    return page.go(f"/intake/{commitment}?back={back}" if back else f"/intake/{commitment}", "saved")


def _back(path: str) -> str:
    """Where to go on; empty for anywhere else."""
    return path if _BACK.fullmatch(path) else ""


@get("/intake/{commitment:str}/judge/{code:str}", sync_to_thread=True)
def judge_page(commitment: Commitment, code: Code, page: Page) -> Answer:
    """Judge one indicator of quality."""
    page.demand("enter")
    return page.show("data/intake_judge.html", **_asked(page, commitment, code), error=None)


def _asked(page: Any, commitment: str, code: str) -> dict[str, Any]:  # noqa: ANN401 - the page
    """The indicator and how it stands; what stands is where the form begins. Raises DataError
    ``judgement-indicator``.
    """
    if code not in JUDGED:
        raise DataError("judgement-indicator", indicator=code)
    looked = desk.look(page.node, page.party, commitment)
    measured = next(one for one in looked.quality if one.code == code)
    indicator = next(one for one in INDICATORS if one.code == code)
    value = "" if measured.value_bp is None else f"{measured.value_bp / 100:.2f}"
    given = {"basis": measured.basis, "by": measured.by, "reason": measured.reason, "value": value}
    given["applies"] = "no" if measured.standing == "inapplicable" else "yes"
    return {"commitment": commitment, "given": given, "indicator": indicator, "measured": measured}


@post("/intake/{commitment:str}/judge/{code:str}", request_max_body_size=MAX_TABLE)
async def judge(commitment: Commitment, code: Code, form: Form, page: Page) -> Answer:
    """Keep a judgement, its evidence in the vault."""
    upload = form.files.get("file")
    content = b"" if upload is None else await upload.read()
    return await sync_to_thread(_judge, page, commitment, code, form, content)


def _judge(page: Any, commitment: str, code: str, form: Any, content: bytes) -> Answer:  # noqa: ANN401 - page and form
    page.demand("enter")
    asked = _asked(page, commitment, code)
    try:
        value = None if form["applies"] == "no" else _points(code, form["value"])
        file = desk.keep_file(page.node, page.party, content) if content else asked["measured"].file
        desk.judge(
            page.node,
            page.party,
            commitment,
            code,
            value_bp=value,
            reason=form["reason"],
            by=form["by"],
            basis=form["basis"],
            file=file,
        )
    except WusongError as error:
        return page.problem("data/intake_judge.html", error, **asked | {"given": dict(form.values)})
    page.log("judge-quality", commitment)
    return page.go(f"/intake/{commitment}", "saved")


def _points(code: str, text: str) -> int:
    """Basis points of a percentage. Raises DataError ``judgement-value``."""
    found = points(text if text.endswith("%") else f"{text}%")
    if found is None:
        raise DataError("judgement-value", indicator=code)
    return found


ROUTES: Final = [begin, look, table, decide, judge_page, judge]
