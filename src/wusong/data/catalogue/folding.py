"""Texts as they are searched.

* Folded: compatibility forms made alike (full-width letters and digits), case and runs of space ignored.
* Spoken: Chinese characters as pinyin without tones, in the reading that the phrase suggests (重庆 chong
  qing). Of the characters that are often read wrongly in names of places and offices (长宁 is Changning), the
  other reading finds the text too. What has no reading is cut into words and stands for itself.
"""

from __future__ import annotations

import itertools
import unicodedata
from typing import Final

__all__ = ["fold", "initials", "readings"]

MOST: Final = 16
"""So many readings of one text are kept."""
_OFTEN: Final = {
    "长": ("chang", "zhang"), "重": ("chong", "zhong"), "行": ("xing", "hang"), "厦": ("sha", "xia"),
    "调": ("diao", "tiao"), "参": ("can", "shen"), "会": ("hui", "kuai"), "率": ("lv", "shuai"),
    "乐": ("le", "yue"), "都": ("du", "dou"), "朝": ("chao", "zhao"), "莘": ("xin", "shen"),
    "单": ("dan", "shan"), "曾": ("ceng", "zeng"), "车": ("che", "ju"), "堡": ("bao", "pu"),
}  # fmt: skip


def fold(text: str) -> str:
    """A text as it is compared."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def readings(text: str) -> list[tuple[str, ...]]:
    """The ways in which a text is spoken, each as its syllables; the likeliest first."""
    from pypinyin import lazy_pinyin

    folded = fold(text)
    parts = lazy_pinyin(folded, errors=list)  # type: ignore[arg-type]  # it may give several
    slots = [
        [_words(one) for one in dict.fromkeys((part, *_OFTEN.get(character, ())))]
        for character, part in zip(folded, parts, strict=True)
    ]
    spoken = itertools.islice(itertools.product(*slots), MOST)
    return [tuple(word for part in way for word in part) for way in spoken]


def _words(part: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in part).split()


def initials(spoken: tuple[str, ...]) -> str:
    """The first letter of each syllable."""
    return "".join(part[0] for part in spoken)
