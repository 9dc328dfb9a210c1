"""Profiles of the language: which one a page needs, by what it uses.

* A model names ``wusong-cel/2`` if and only if it uses something that ``wusong-cel/1`` does not have, so
  that every page has one address and older pages keep theirs.
* What expressions use (functions, ``as.anyone``) is found when they are checked; ``parts`` finds the rest.
"""

from __future__ import annotations

from typing import Final

from wusong.contract import model as m

FIRST: Final = "wusong-cel/1"
SECOND: Final = "wusong-cel/2"

_PAGE: Final = ("calendars", "deadlines", "upgrade", "follows", "text", "races")
_ACTION: Final = ("due", "until", "after", "duty")


def parts(page: m.Page) -> set[str]:
    """The members of ``page`` that the first profile does not have; whether they mean anything or not."""
    found = {name for name in _PAGE if getattr(page, name)}
    found |= {name for action in page.actions for name in _ACTION if getattr(action, name)}
    if page.zone != m.BEIJING:
        found.add("zone")
    if any(role.among for role in page.roles):
        found.add("among")
    return found.union(*map(_of_example, page.examples))


def _of_example(example: m.Example) -> set[str]:
    found = {"at"} if any(act.at is not None for act in example.acts) else set()
    if example.given.calendars:
        found.add("calendars")
    if any(" " in key for wanted in example.expect.values() for key in wanted):
        found.add("deadline")
    return found
