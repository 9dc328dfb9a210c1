"""Rendering: one template, one context, two languages, and the same context as JSON for programs.

A page's JSON twin is asked for with ``Accept: application/json`` or ``?format=json``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from datetime import datetime, timedelta, timezone
from typing import Any, Final

import jinja2
import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency
from markupsafe import Markup

from wusong.errors import AccessError, Lang, WusongError
from wusong.i18n import LANGUAGES, tag, translations
from wusong.node.domains import domains
from wusong.node.entries import Entered
from wusong.node.people import Right
from wusong.web import naming, problems, typed, words
from wusong.web.contract_words import words_for
from wusong.web.entering import enter
from wusong.web.faces import Caller, Faces
from wusong.web.forms import Form
from wusong.web.headers import SECURITY
from wusong.web.listing import party_names
from wusong.web.offering import offers
from wusong.web.origin import came_by
from wusong.web.standing import standing

_BEIJING: Final = timezone(timedelta(hours=8))
_HEADERS: Final = {**SECURITY, "cache-control": "no-store", "vary": "Accept, Accept-Language, Cookie"}


_shown: Final[ContextVar[Pages]] = ContextVar("shown")
"""The page that is being rendered: its macros see no context."""


class Pages:
    """The face's hand on one request: renders, redirects, reads forms. Domains get it as ``page``."""

    def __init__(
        self,
        request: Request[Any, Any, Any],
        faces: NamedDependency[Faces],
        caller: NamedDependency[Caller],
        lang: NamedDependency[Lang],
    ) -> None:
        self.request: Final = request
        self.faces: Final = faces
        self.caller: Final = caller
        self.lang: Final = lang
        self._called: Final[dict[str, str]] = {}

    @property
    def node(self) -> Any:  # noqa: ANN401 - domains know the node by what they use of it
        """The running node."""
        return self.faces.node

    def text(self, message: str) -> str:
        """A text of the faces in the language of the request."""
        return translations(self.lang).gettext(message)

    def show(self, template: str, *, status: int = 200, **context: Any) -> Response[bytes]:  # noqa: ANN401 - plain data
        """Render a page, or give its context as JSON when that is asked for."""
        if self.wants_json():
            return Response(
                msgspec.json.encode(context, order="sorted", enc_hook=_plain),
                status_code=status,
                media_type="application/json",
                headers=_HEADERS,
            )
        _shown.set(self)
        html = environment(self.lang).get_template(template).render(**self._frame(), **context)
        headers = {**_HEADERS, "content-language": tag(self.lang)}
        return Response(
            html.encode(), status_code=status, media_type="text/html; charset=utf-8", headers=headers
        )

    def problem(self, template: str, error: WusongError, **context: Any) -> Response[bytes]:  # noqa: ANN401
        """A form again, with the error on top (the error summary); what was typed is in ``context``."""
        if self.wants_json():
            return problems.answer(error, self.lang)
        return self.show(
            template, status=error.status, error=explained(error, self.lang, self.faces), **context
        )

    def go(self, path: str, said: str = "") -> Response[bytes]:
        """Redirect after a form (303); ``said`` names the notice that the next page shows."""
        query = f"{'&' if '?' in path else '?'}said={said}" if said else ""
        return Response(b"", status_code=303, headers={**_HEADERS, "location": path + query})

    def called(self, asset: str) -> str:
        """What a record is called, as far as the caller may see it; else the beginning of its number."""
        if asset not in self._called:
            seen = self.among([asset]) if self.caller.party else []
            self._called[asset] = words.heading(seen[0], self.names) if seen else short(asset)
        return self._called[asset]

    # -- for domains: the caller and the records that the caller may see --------------------------------

    @property
    def party(self) -> str:
        """The party that the caller works for."""
        return self.caller.party

    def demand(self, right: Right) -> None:
        """Raise AccessError unless the caller has ``right``."""
        self.caller.demand(right)

    def asset(self, asset: str) -> dict[str, Any]:
        """A record as it stands; its reading is logged. Raises AccessError ``not-found``."""
        reader = self.caller.reader("portal")
        found = self.faces.access.asset(reader, asset)
        self.faces.access.log(reader, "read-asset", asset)
        return found

    def peek(self, asset: str) -> dict[str, Any] | None:
        """A record beside the one that the page is about, if the caller may see it."""
        try:
            return self.faces.access.asset(self.caller.reader("portal"), asset)
        except AccessError:
            return None

    def assets(self, *, name: str, state: str = "", party: str = "") -> list[dict[str, Any]]:
        """Records of a kind, newest change first; listing them is logged."""
        reader = self.caller.reader("portal")
        self.faces.access.log(reader, "list-assets", name)
        return self.faces.access.assets(reader, name=name, state=state, party=party)

    def among(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """Of these records, those that the caller may see, as they stand now."""
        return self.faces.access.among(self.caller.reader("portal"), ids)

    @functools.cached_property
    def names(self) -> dict[str, str]:
        """The name of every party, by DID; read once."""
        return party_names(self.faces)

    @property
    def base(self) -> str:
        """The address under which others reach this node."""
        return self.faces.node.settings.public_url.rstrip("/") or str(self.request.base_url).rstrip("/")

    def say(self, text: Any) -> str:  # noqa: ANN401 - a bilingual or plain text
        """A bilingual text in the language of the request."""
        return say(text, self.lang)

    def offers(self, record: dict[str, Any]) -> list[dict[str, Any]]:
        """What the party can do with a record now: ``path``, ``title``, and ``role_title``, empty for what
        domains offer beside the contract.
        """
        able = offers(
            self.faces, self.caller, record, standing(self.faces, record["asset"], record["contract"])
        )
        return [one for one in able if not one.get("refused")]

    def word(self, name: str) -> str:
        """A known word in the language of the request."""
        return words.word(name, self.lang)

    def words_for(self, records: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """The words of the contracts that the records are under."""
        return words_for(self.faces, {one["contract"] for one in records})

    def accredited(self, name: str) -> list[dict[str, str]]:
        """The parties that hold an accreditation, with their names."""
        names = self.names
        rows = self.faces.access.assets(
            self.caller.reader("portal"), name="system/accreditation", state="active"
        )
        held = sorted({row["fields"]["party"] for row in rows if row["fields"]["name"] == name})
        return [{"did": did, "name": names.get(did, did)} for did in held]

    def enter(self, use_case: str, args: dict[str, Any]) -> Entered:
        """Enter a use case: done at once, or waiting for a signatory. Raises what refuses it."""
        return enter(self.faces, self.caller, use_case, args)

    def after(self, entered: Entered, path: str) -> Response[bytes]:
        """Where to go when something was entered: to what it made, or on to ``path``."""
        if self.wants_json():
            body = {"done": entered.done, "entry": entered.entry or None, "result": entered.result}
            return Response(msgspec.json.encode(body), media_type="application/json", headers=_HEADERS)
        made = entered.result.get("asset") if isinstance(entered.result, dict) else None
        if not entered.done:
            return self.go(f"/entries/{entered.entry}", "entered")
        return self.go(f"/assets/{made}" if made else path, "done")

    @property
    def came_by(self) -> dict[str, str]:
        """How the request came: ``kind`` (``key``, ``session``), ``name``, ``address``."""
        return came_by(self.request, self.caller, self.node.settings.trusted_proxies)

    def log(self, what: str, target: str) -> None:
        """Write to the access log."""
        self.faces.access.log(self.caller.reader("portal"), what, target)

    def number(self, form: Form, name: str) -> int:
        """A whole number that was typed. Raises AccessError ``form-wrong``."""
        return _typed(form, name, typed.count, typed.COUNT)

    def moment(self, form: Form, name: str) -> int:
        """A moment that was typed, ms. Raises AccessError ``form-wrong``."""
        return _typed(form, name, typed.moment, typed.MOMENT)

    def cents(self, form: Form, name: str) -> int:
        """An amount that was typed, in minor units. Raises AccessError ``form-wrong``."""
        return _typed(form, name, typed.cents, typed.AMOUNT)

    # ------------------------------------------------------------------------------------------------------

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
            "party_names": self.names,
            "menu": _menu(self.request.scope["path"]),
            "said": NOTICES.get(self.request.query_params.get("said", ""), ""),
        }


def _menu(path: str) -> dict[str, list[dict[str, Any]]]:
    """The domains that have rooms, and the rooms of the one that the reader is in; where there is only one
    domain, its rooms are always at hand.
    """
    found = [
        {
            "title": domain.title,
            "path": rooms[0]["path"],
            "rooms": rooms,
            "here": any(one["here"] for one in rooms),
        }
        for domain in domains()
        if (rooms := [{**one, "here": _is_in(one, path)} for one in getattr(domain, "menu", ())])
    ]
    here = [one for one in found if one["here"]] or (found if len(found) == 1 else [])
    return {"domains": found, "rooms": [room for one in here for room in one["rooms"]]}


def _is_in(room: Mapping[str, Any], path: str) -> bool:
    return any(path == one or path.startswith(one + "/") for one in (room["path"], *room.get("also", ())))


def _typed(form: Form, name: str, read: Callable[[str], int], right: typed.Said) -> int:
    try:
        return read(form[name])
    except (ValueError, OverflowError):
        title = {str(lang): words.word(name, lang) for lang in LANGUAGES}
        raise typed.form_wrong({name: (title, right if form[name] else typed.REQUIRED)}) from None


def explained(error: WusongError, lang: str, faces: Faces | None = None) -> dict[str, Any]:
    """An error as pages show it; with ``faces``, in names and titles instead of identifiers."""
    said = error.explain(lang) if faces is None else naming.explain(faces, error, lang)
    return {
        "code": error.code,
        "what": said.what,
        "why": said.why,
        "do": said.do,
        "clause": error.data.get("clause") or "",
        "fields": naming.wrong_fields(error, lang),
    }


@functools.cache
def environment(lang: Lang) -> jinja2.Environment:
    """The templates in one language; missing variables are errors, everything is escaped."""
    loaders = [
        jinja2.PackageLoader("wusong.web"),
        *(_loader(getattr(domain, "package", f"wusong.{domain.name}")) for domain in domains()),
    ]
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
    """The templates in a domain's package."""
    try:
        return jinja2.PackageLoader(package)
    except ValueError:  # a domain without pages
        return jinja2.DictLoader({})


def _filters(lang: Lang) -> Mapping[str, Callable[..., Any]]:
    return {
        "day": day,
        "called": lambda asset: _shown.get().called(asset),
        "heading": lambda record: words.heading(record, _shown.get().names),
        "entry_state": lambda state: Markup('<span class="tag {1}">{0}</span>').format(
            *words.entry_state(state, lang)
        ),
        "money": words.money,
        "number": lambda value: f"{value:,}",
        "plain": words.plain,
        "say": lambda text: say(text, lang),
        "short": short,
        "until": until,
        "when": when,
        "word": lambda name: words.word(name, lang),
    }


def when(milliseconds: int) -> Markup:
    """A moment in Beijing time, for people; the machine's form beside it."""
    at = datetime.fromtimestamp(milliseconds / 1000, _BEIJING)
    return Markup('<time datetime="{}">{}</time>').format(
        at.isoformat(timespec="seconds"), at.strftime("%Y-%m-%d %H:%M:%S")
    )


def until(milliseconds: int) -> Markup:
    """The end of a time limit in Beijing time; midnight is the end of the day before, 24:00."""
    at = datetime.fromtimestamp(milliseconds / 1000, _BEIJING)
    if (at.hour, at.minute, at.second) != (0, 0, 0):
        return when(milliseconds)
    return Markup('<time datetime="{}">{} 24:00</time>').format(
        at.isoformat(timespec="seconds"), (at - timedelta(days=1)).strftime("%Y-%m-%d")
    )


def day(number: int) -> str:
    """A day that a contract counts from 1970-01-01."""
    return (datetime(1970, 1, 1, tzinfo=_BEIJING) + timedelta(days=number)).strftime("%Y-%m-%d")


def short(identifier: str) -> str:
    """The beginning of a long identifier."""
    return identifier if len(identifier) <= 14 else f"{identifier[:12]}…"


def local(path: str) -> str:
    """A path of ours, never another site's."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() else "/"


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
    "asked": _("This link needs a second administrator. Once it is confirmed, make it here."),
    "passphrase": _("Your passphrase is kept. Your other sessions have ended."),
    "proposed": _("Signed and proposed. It takes effect when all have signed."),
    "signed": _("Signed. It takes effect when all have signed."),
    "declined": _("Declined. It takes no more signatures; the other signers are told."),
    "withdrawn": _("Withdrawn. It takes no more signatures; the other signers are told."),
    "clock": _("The trial clock is set forward."),
}
