"""Who may do what, in words."""

from __future__ import annotations

import pytest

from contract.worlds import PAGES, stored
from wusong.contract.describe import powers

ROWS = [
    ("offer", "en", "Offer", "Seller, and Broker if there is one", "new → Offered", "Only the holder sells."),
    (
        "offer",
        "zh",
        "要约",
        "卖方（有居间方的，居间方一并签署）",
        "新产生 → 已要约",
        "仅仓单持有人可以出售。",
    ),
    (
        "accept",
        "en",
        "Accept",
        "Seller and Buyer, and Broker if there is one",
        "Offered → Agreed",
        "At most 30 days.",
    ),
    ("settle", "zh", "Settle", "卖方、买方共同", "已成交 → 已完成", "已逾期。"),
    ("inspect", "zh", "Inspect", "检验方", "已要约、已成交", None),
    ("forget", "en", "Forget", "Anyone", "Agreed → Done", "Not overdue."),
]


@pytest.mark.parametrize(("action", "lang", "title", "who", "moves", "refusal"), ROWS)
def test_rows(action: str, lang: str, title: str, who: str, moves: str, refusal: str | None) -> None:
    table = powers(stored("sale").page, "zh" if lang == "zh" else "en")
    (row,) = [row for row in table if row.action == action]
    assert (row.title, row.who, row.moves) == (title, who, moves)
    assert row.refusals == ((refusal,) if refusal else ())


@pytest.mark.parametrize("name", sorted(path.stem for path in PAGES.glob("*.yaml")))
def test_every_action_has_its_row(name: str) -> None:
    page = stored(name).page
    assert [row.action for row in powers(page, "zh")] == [action.name for action in page.actions]
