"""Two languages, side by side: Chinese and English.

* Texts of the faces are written in English in code and templates (``_("Sign in")``) and translated in
  ``locale/LANGUAGE/LC_MESSAGES/wusong.po``; ``make messages`` collects them.
* Words of a contract page come with the page, in both languages; error texts with their codes
  (:mod:`wusong.errors`). Neither passes through here, except to choose the language.
* A catalogue is compiled in memory when first asked for: there is no compiled file to go stale.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final

from wusong.errors import Lang

__all__ = ["DEFAULT", "LANGUAGES", "both", "choose", "negotiate", "pick", "tag", "translations"]

LANGUAGES: Final[Mapping[Lang, str]] = {"zh": "zh_Hans", "en": "en"}
"""Each language with the folder of its catalogue."""
DEFAULT: Final[Lang] = "zh"
_TAGS: Final[Mapping[Lang, str]] = {"zh": "zh-Hans", "en": "en"}

_GAP: Final = "\x1f"


def both(en: str, zh: str) -> str:
    """One text in two languages, where a library takes a single string (help of commands)."""
    return f"{en}{_GAP}{zh}"


def pick(text: str | None, lang: Lang) -> str:
    """The part of such a text in ``lang``."""
    en, _, zh = (text or "").partition(_GAP)
    return (zh or en) if lang == "zh" else en


@cache
def translations(lang: Lang) -> gettext.GNUTranslations:
    """The catalogue of ``lang``; a text that it lacks stays as written, in English."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    source = resources.files("wusong") / "locale" / LANGUAGES[lang] / "LC_MESSAGES" / "wusong.po"
    catalogue = read_po(io.BytesIO(source.read_bytes()), locale=LANGUAGES[lang])
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def tag(lang: Lang) -> str:
    """The BCP 47 tag of ``lang``, for ``<html lang>`` and ``Content-Language``."""
    return _TAGS[lang]


def choose(wanted: str | None) -> Lang | None:
    """The language meant by a tag or a locale name ("zh-CN", "en_GB.UTF-8"); None if it is not ours."""
    if not wanted:
        return None
    primary = wanted.strip().lower().replace("_", "-").split("-")[0].split(".")[0]
    return next((lang for lang in LANGUAGES if lang == primary), None)


def negotiate(header: str | None) -> Lang:
    """The language that fits an ``Accept-Language`` header best (RFC 9110, 12.5.4); Chinese if none fits."""
    best: Lang | None = None
    weight = 0.0
    for item in (header or "").split(","):
        name, _, parameter = item.partition(";")
        lang, quality = choose(name), _quality(parameter)
        if lang is not None and quality > weight:
            best, weight = lang, quality
    return best or DEFAULT


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if not name:
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0) if name.strip() == "q" else 0.0
    except ValueError:
        return 0.0
