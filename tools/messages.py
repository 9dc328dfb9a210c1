"""Collect the texts of code and templates into the two catalogues.

A new text is added to both: to the English one as it stands, to the Chinese one empty, which a test refuses
until somebody has translated it. A text that is no longer used is dropped. Nothing is guessed.
The header carries no dates and no names, so that a catalogue changes only when a text does.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "wusong"
LOCALES = ("zh_Hans", "en")
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt.jinja", "jinja2")]
HEADER = """\
msgid ""
msgstr ""
"Language: {locale}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"

"""
OPTIONS = {"**.html": {"trimmed": "true", "silent": "false"}}


def collect() -> Catalog:
    """Every text that code and templates mark for translation."""
    found = Catalog(project="Wusong")
    for _, _, message, comments, context in extract_from_dir(
        str(PACKAGE), METHODS, OPTIONS, comment_tags=("NOTE:",), strip_comment_tags=True
    ):
        found.add(message, auto_comments=comments, context=context)
    return found


def catalogue_path(locale: str) -> Path:
    """Where the catalogue of a language lies."""
    return PACKAGE / "locale" / locale / "LC_MESSAGES" / "wusong.po"


def read(locale: str) -> Catalog:
    """The catalogue of a language, empty where there is none yet."""
    path = catalogue_path(locale)
    if not path.exists():
        return Catalog(locale=locale, project="Wusong", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def untranslated(catalogue: Catalog) -> list[str]:
    """The texts of a catalogue that have no translation, or one that somebody guessed."""
    return [str(entry.id) for entry in catalogue if entry.id and (entry.fuzzy or not _filled(entry))]


def missing(locale: str) -> list[str]:
    """The texts in use that the catalogue of a language does not hold."""
    catalogue = read(locale)
    return [str(entry.id) for entry in collect() if entry.id and not catalogue.get(entry.id, entry.context)]


def _filled(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return bool(strings) and all(strings)


def update(locale: str, texts: Catalog) -> Catalog:
    """Bring one catalogue up to the texts in use, and write it."""
    catalogue = read(locale)
    catalogue.update(texts, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.fuzzy = False
    if locale == "en":
        for message in catalogue:
            if message.id and not _filled(message):
                message.string = message.id
    path = catalogue_path(locale)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(HEADER.format(locale=locale, plural=catalogue.plural_forms).encode())
        write_po(file, catalogue, width=100, no_location=True, sort_output=True, omit_header=True)
    return catalogue


def main() -> int:
    """Update both catalogues and say what waits for a translator."""
    texts = collect()
    for locale in LOCALES:
        waiting = untranslated(update(locale, texts))
        print(f"{locale}: {len(texts)} texts, {len(waiting)} to translate")
        for text in waiting:
            print(f"  {text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
