"""Rendering: one template, one context, two languages, and the same context as JSON for programs.

A page's JSON twin is asked for with ``Accept: application/json`` or ``?format=json``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, Final

import jinja2
import msgspec
from litestar import Request, Response
from markupsafe import Markup

from wusong.errors import Lang, WusongError
from wusong.i18n import LANGUAGES, tag, translations
from wusong.node.domains import domains
from wusong.web import problems, words
from wusong.web.faces import Caller, Faces
from wusong.web.headers import SECURITY

_BEIJING: Final = timezone(timedelta(hours=8))
_HEADERS: Final = {**SECURITY, "cache-control": "no-store", "vary": "Accept, Accept-Language, Cookie"}


class Pages:
    """The face's hand on one request: renders, redirects, reads forms. Domains get it as ``page``."""

    def __init__(self, request: Request[Any, Any, Any], faces: Faces, caller: Caller, lang: Lang) -> None:
        self.request: Final = request
        self.faces: Final = faces
        self.caller: Final = caller
        self.lang: Final = lang

    @property
    def node(self) -> Any:  # noqa: ANN401 - domains know the node by what they use of it
        """The running node."""
        return self.faces.node

    def text(self, message: str) -> str:
        """A text of the faces in the language of the request."""
        return translations(self.lang).gettext(message)

    def show(self, template: str, *, status: int = 200, **context: Any) -> Response[bytes]:
        """Render a page, or give its context as JSON when that is asked for."""
        if self.wants_json():
            return Response(
                msgspec.json.encode(context, order="sorted", enc_hook=_plain),
                status_code=status,
                media_type="application/json",
                headers=_HEADERS,
            )
        html = environment(self.lang).get_template(template).render(**self._frame(), **context)
        headers = {**_HEADERS, "content-language": tag(self.lang)}
        return Response(
            html.encode(), status_code=status, media_type="text/html; charset=utf-8", headers=headers
        )

    def problem(self, template: str, error: WusongError, **context: Any) -> Response[bytes]:
        """A form again, with the error on top (the error summary); what was typed is in ``context``."""
        if self.wants_json():
            return problems.answer(error, self.lang)
        return self.show(template, status=error.status, error=explained(error, self.lang), **context)

    def go(self, path: str, said: str = "") -> Response[bytes]:
        """Redirect after a form (303); ``said`` names the notice that the next page shows."""
        query = f"?said={said}" if said else ""
        return Response(b"", status_code=303, headers={**_HEADERS, "location": path + query})

    def wants_json(self) -> bool:
        """Whether a program asks."""
        if self.request.query_params.get("format") == "json":
            return True
        accept = self.request.headers.get("accept", "")
        return "application/json" in accept and "text/html" not in accept

    def _frame(self) -> dict[str, Any]:
        session = self.caller.session
        return {
            "lang": self.lang,
            "lang_tag": tag(self.lang),
            "path": self.request.scope["path"],
            "session": session,
            "party": self.caller.party,
            "rights": self.caller.rights(),
            "network": self.faces.node.ledger.genesis.name,
            "trial": self.faces.node.ledger.genesis.trial,
            "party_names": party_names(self.faces),
            "menu": [entry for domain in domains() for entry in domain.menu],
            "said": NOTICES.get(self.request.query_params.get("said", ""), ""),
        }


def explained(error: WusongError, lang: str) -> dict[str, Any]:
    """An error as pages show it."""
    said = error.explain(lang)
    return {
        "code": error.code,
        "what": said.what,
        "why": said.why,
        "do": said.do,
        "clause": error.data.get("clause") or "",
    }


def party_names(faces: Faces) -> dict[str, str]:
    """The name of every party, by DID."""
    from wusong.web.api import party_list

    return {row["did"]: row["name"] for row in party_list(faces)}


@functools.cache
def environment(lang: Lang) -> jinja2.Environment:
    """The templates in one language; missing variables are errors, everything is escaped."""
    loaders = [jinja2.PackageLoader("wusong.web"), *(_loader(domain.package) for domain in domains())]
    env = jinja2.Environment(
        loader=jinja2.ChoiceLoader(loaders),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_translations(translations(lang), newstyle=True)  # type: ignore[attr-defined]
    env.filters.update(_filters(lang))
    env.globals["languages"] = list(LANGUAGES)
    return env


def _loader(package: str) -> jinja2.BaseLoader:
    try:
        return jinja2.PackageLoader(package)
    except ValueError:  # a domain without pages
        return jinja2.DictLoader({})


def _filters(lang: Lang) -> Mapping[str, Callable[..., Any]]:
    return {
        "day": day,
        "entry_state": lambda state: Markup('<span class="tag {1}">{0}</span>').format(
            *words.entry_state(state, lang)
        ),
        "money": words.money,
        "number": lambda value: f"{value:,}",
        "plain": words.plain,
        "say": lambda text: say(text, lang),
        "short": short,
        "when": when,
        "word": lambda name: words.word(name, lang),
    }


def when(milliseconds: int) -> Markup:
    """A moment in Beijing time, for people; the machine's form beside it."""
    at = datetime.fromtimestamp(milliseconds / 1000, _BEIJING)
    return Markup('<time datetime="{}">{}</time>').format(
        at.isoformat(timespec="seconds"), at.strftime("%Y-%m-%d %H:%M:%S")
    )


def day(number: int) -> str:
    """A day that a contract counts from 1970-01-01."""
    return (datetime(1970, 1, 1, tzinfo=_BEIJING) + timedelta(days=number)).strftime("%Y-%m-%d")


def short(identifier: str) -> str:
    """The beginning of a long identifier."""
    return identifier if len(identifier) <= 14 else f"{identifier[:12]}…"


def say(text: Any, lang: str) -> str:  # noqa: ANN401 - a mapping, a bilingual text of a contract, or a plain text
    """A bilingual text in one language."""
    if isinstance(text, Mapping):
        return str(text.get(lang) or text.get("en") or next(iter(text.values()), ""))
    return str(getattr(text, lang, text))


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever JSON does not know
    if isinstance(value, set | frozenset):
        return sorted(value)
    return str(value)


def _mark(text: str) -> str:
    return text


_ = _mark
NOTICES: Final = {
    "done": _("Done. The deed is on the ledger."),
    "entered": _("Entered. It waits for a signatory of your party."),
    "approved": _("Approved and carried out. The deed is on the ledger."),
    "returned": _("Returned to the person who entered it."),
    "reviewed": _("Your opinion is noted."),
    "signed-out": _("You are signed out."),
    "saved": _("Saved."),
}
