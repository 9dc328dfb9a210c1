"""The files that leave: payment files against a published schema and a golden copy, the permitted revenue."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from xmlschema import XMLSchema

from wusong.data.money import revenue, settlement
from wusong.data.money.accounts import Account
from wusong.data.money.exports import permitted
from wusong.data.money.revenue import Item, Sheet
from wusong.errors import DataError

SHARE = "5a" * 32
CREATED = 1_767_225_600_000
DUE = settlement.settlement(
    SHARE,
    3,
    "did:a",
    [("did:a", 17_500), ("did:b", 11_700), ("did:c", 5_801), ("did:d", 0)],
    CREATED,
    "2025-12",
)
ACCOUNTS = {
    "did:a": Account("31001234567890", "运营机构", "某银行上海分行", "102290000017"),
    "did:b": Account("6222020012345678", "=医院 & <研究所>", "另一银行", "ICBKCNBJSHI"),
    "did:c": Account("1234567890", "数源部门", "第三银行", "105290036005"),
}
_PAYER = "31001234567890,运营机构"
_FOR = "CNY,数据收益分配 2025-12"
GOLDEN = (
    "\ufeff序号,付款账号,付款户名,收款账号,收款户名,收款行名称,"
    "收款行联行号,金额（元）,币种,用途,业务参考号\r\n"
    f"1,{_PAYER},6222020012345678,'=医院 & <研究所>,另一银行,ICBKCNBJSHI,117.00,{_FOR},{{0}}-001\r\n"
    f"2,{_PAYER},1234567890,数源部门,第三银行,105290036005,58.01,{_FOR},{{0}}-002\r\n"
    "合计,,,,2,,,175.01,CNY,,{1}\r\n"
)  # fmt: skip


def schema(name: str) -> XMLSchema:
    folder = Path(os.environ.get("WUSONG_VECTORS", Path(__file__).parents[4] / "shared" / "vectors"))
    path = folder / "iso20022" / name
    if not path.exists():
        pytest.skip(f"the schema iso20022/{name} is not there (WUSONG_VECTORS)")
    return XMLSchema(str(path))


def european(text: str) -> str:
    """The file as the European subset wants it: IBAN, BIC, euro, banks without names; all else stays."""
    text = re.sub(r"<Othr>\s*<Id>[^<]*</Id>\s*</Othr>", "<IBAN>DE89370400440532013000</IBAN>", text)
    text = re.sub(
        r"<FinInstnId>.*?</FinInstnId>",
        "<FinInstnId><BICFI>COBADEFFXXX</BICFI></FinInstnId>",
        text,
        flags=re.DOTALL,
    )
    return text.replace('Ccy="CNY"', 'Ccy="EUR"').replace("&amp; &lt;", "").replace("&gt;", "")


@pytest.mark.parametrize("amount", [1, 58_01, 10**14, 2**53 - 1])
def test_the_payment_file_fits_the_whole_schema_of_the_standard(amount: int) -> None:
    """As it is, with nothing replaced, up to the largest amount that the ledger knows."""
    known = schema("pain.001.001.09.whole.xsd")
    due = settlement.settlement(SHARE, 3, "did:a", [("did:b", amount)], CREATED, "2025-12")
    data = settlement.pain(due, ACCOUNTS).decode()
    known.validate(data)
    assert not known.is_valid(data.replace("<MmbId>102290000017</MmbId>", f"<MmbId>{'1' * 36}</MmbId>"))
    assert not known.is_valid(data.replace("<BICFI>ICBKCNBJSHI</BICFI>", "<BICFI>ICBK</BICFI>"))


def test_the_payment_file_fits_the_published_subset_but_for_what_is_not_european() -> None:
    """The freely published schemas are the European Payments Council's subset of pain.001.001.09: it knows no
    account but an IBAN, no currency but the euro. Order, names, types and control sums are the standard's.
    """
    known = schema("pain.001.001.09.xsd")
    data = european(settlement.pain(DUE, ACCOUNTS).decode())
    known.validate(data)
    for spoiled in (
        data.replace("<Amt>", "<Amnt>").replace("</Amt>", "</Amnt>"),
        data.replace("117.00", "1e2"),
    ):
        assert not known.is_valid(spoiled)


def test_the_message_follows_from_what_is_paid() -> None:
    again = settlement.settlement(
        SHARE, 3, "did:a", [("did:a", 1), ("did:b", 11_700), ("did:c", 5_801)], CREATED + 1, "2025-12"
    )
    assert again["message"] == DUE["message"]
    other = settlement.settlement(
        SHARE, 4, "did:a", [("did:b", 11_700), ("did:c", 5_801)], CREATED, "2025-12"
    )
    assert other["message"] != DUE["message"]
    assert max(len(one["reference"]) for one in DUE["payments"]) <= 35
    assert len(DUE["message"]) <= 35


def test_the_batch_is_as_documented_and_holds_no_formula() -> None:
    assert settlement.batch(DUE, ACCOUNTS).decode() == GOLDEN.format(DUE["message"][:28], DUE["message"])


def test_nothing_to_pay_makes_no_file() -> None:
    with pytest.raises(DataError) as caught:
        settlement.settlement(SHARE, 1, "did:a", [("did:a", 5), ("did:b", 0)], CREATED, "2025-12")
    assert caught.value.code == "settlement-nothing"


SHEET = Sheet(
    period="2025-12",
    costs=[Item("platform", 600_000, "账簿 A"), Item("storage", 150_001, "账簿 B")],
    base=1_000_000,
    yield_=180,
    rate=780,
    tax=45_000,
    excess_before=20_000,
    sources=dict.fromkeys(("base", "yield", "tax", "excess_before"), "核定文件"),
)


@pytest.mark.parametrize(
    ("earned", "excess", "warns"),
    [(0, 0, False), (853_001, 0, False), (853_002, 1, True), (900_000, 46_999, True)],
)
def test_the_permitted_revenue_and_what_is_carried_over(earned: int, excess: int, warns: bool) -> None:
    done = revenue.calculate(SHEET, earned)
    assert (done["cost"], done["profit"], done["permitted"]) == (750_001, 78_000, 853_001)
    assert (done["excess"], done["warns"]) == (excess, warns)


def test_an_excess_larger_than_what_is_permitted_is_carried_on() -> None:
    done = revenue.calculate(msgspec.structs.replace(SHEET, excess_before=900_000), 10)
    assert (done["permitted"], done["excess"]) == (0, 10 + 900_000 - 873_001)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"rate": 781}, "rate"),
        ({"tax": -1}, "tax"),
        ({"costs": [Item("fun", 1, "x")]}, "costs[0]"),
        ({"costs": [Item("storage", 1, " ")]}, "costs[0]"),
        ({"sources": {}}, "sources.base"),
    ],
)
def test_a_sheet_that_cannot_be_right_is_refused(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(DataError) as caught:
        revenue.calculate(msgspec.structs.replace(SHEET, **changed), 0)
    assert caught.value.data["field"] == field


def test_the_sheet_as_a_table_says_where_each_figure_comes_from() -> None:
    lines = permitted(revenue.calculate(SHEET, 900_000), "csv").decode("utf-8-sig").splitlines()
    assert lines[0] == "项目,数值,来源"
    assert "平台建设和运维,6000.00,账簿 A" in lines
    assert any(line.startswith("本期超收（结转下期扣减）,469.99,") for line in lines)
