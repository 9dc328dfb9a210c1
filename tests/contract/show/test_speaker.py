"""What things are called within sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract.show.test_prose import LIBRARY, STORY
from contract.worlds import page as load
from wusong.contract import model as m
from wusong.contract.show.speaker import ENUM_ZH, Speaker, article, shortened


def words(kind: m.FieldType) -> list[str]:
    if isinstance(kind, m.List):
        return words(kind.of)
    return kind.values if isinstance(kind, m.Enum) else []


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_every_word_that_a_form_offers_has_its_chinese(path: Path) -> None:
    page = load(path.read_text("utf-8")).page
    fields = [*page.fields, *(one for action in page.actions for one in action.args)]
    assert {word for field in fields for word in words(field.type)} <= ENUM_ZH.keys()


def test_a_note_in_brackets_is_said_once() -> None:
    speaker = Speaker(load(STORY).page, "en")
    assert (speaker.full_member("keeper"), speaker.role("keeper")) == ("Keeper (of the store)", "Keeper")
    assert shortened("持单人（占有）") == "持单人"
    assert shortened("(note)") == "(note)"


def test_titles_that_would_become_the_same_stay_whole() -> None:
    story = STORY.replace("en: Holder}", "en: Keeper (of the note)}")
    speaker = Speaker(load(story).page, "en")
    assert speaker.role("keeper") == "Keeper (of the store)"
    assert speaker.role("holder") == "Keeper (of the note)"


@pytest.mark.parametrize(
    ("noun", "said"), [("order", "an order"), ("bill", "a bill"), ("use", "a use"), ("unit", "a unit")]
)
def test_articles(noun: str, said: str) -> None:
    assert article(noun) == said


def test_words_are_joined() -> None:
    en, zh = Speaker(load(STORY).page, "en"), Speaker(load(STORY).page, "zh")
    assert (en.both(["A"]), en.both(["A", "B"]), en.either(["A", "B", "C"])) == ("A", "A and B", "A, B or C")
    assert (zh.both(["甲", "乙", "丙"]), zh.either(["甲", "乙"])) == ("甲、乙和丙", "甲或者乙")
