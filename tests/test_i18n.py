from __future__ import annotations

import pytest

import messages
from wusong import i18n
from wusong.errors import Lang


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        pytest.param("en-GB,en;q=0.9", "en", id="English first"),
        pytest.param("fr,en;q=0.3,zh;q=0.8", "zh", id="weights decide"),
        pytest.param("zh-TW", "zh", id="any Chinese"),
        pytest.param("fr, de;q=0.5", "zh", id="neither"),
        pytest.param("en;q=0", "zh", id="English refused"),
        pytest.param("en;q=nonsense, zh;q=0.1", "zh", id="a weight that is none"),
        pytest.param(",;=,;;q", "zh", id="nonsense"),
        pytest.param(None, "zh", id="no header"),
    ],
)
def test_negotiates(header: str | None, lang: Lang) -> None:
    assert i18n.negotiate(header) == lang


@pytest.mark.parametrize(
    ("wanted", "lang"),
    [("zh_CN.UTF-8", "zh"), ("en", "en"), ("C.UTF-8", None), ("", None), (None, None), ("english", None)],
)
def test_reads_locale_names(wanted: str | None, lang: Lang | None) -> None:
    assert i18n.choose(wanted) == lang


@pytest.mark.parametrize("lang", list(i18n.LANGUAGES))
def test_catalogues_load(lang: Lang) -> None:
    assert i18n.translations(lang).gettext("no such text") == "no such text"


@pytest.mark.parametrize("locale", messages.LOCALES)
def test_every_text_in_use_is_in_the_catalogue(locale: str) -> None:
    assert messages.missing(locale) == [], "run: make messages"


@pytest.mark.parametrize("locale", messages.LOCALES)
def test_no_entry_is_empty_or_guessed(locale: str) -> None:
    assert messages.untranslated(messages.read(locale)) == []


def test_both_catalogues_hold_the_same_texts() -> None:
    first, second = ({entry.id for entry in messages.read(locale)} for locale in messages.LOCALES)
    assert first == second
