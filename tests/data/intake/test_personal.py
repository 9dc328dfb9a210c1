"""Personal data in strings. Every number here is composed by rule for this test and belongs to nobody."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wusong.data.intake import personal


def _identity(region: str = "310101", born: str = "19990230", serial: str = "001") -> str:
    first17 = region + born + serial
    return first17 + personal.identity_check_digit(first17)


def _luhn(body: str) -> str:
    """The card number with its check digit, computed the long way round: by trying."""
    for digit in "0123456789":
        total = 0
        for index, character in enumerate(reversed(body + digit)):
            value = int(character) * (2 if index % 2 else 1)
            total += value - 9 if value > 9 else value
        if total % 10 == 0:
            return body + digit
    raise AssertionError


VALID_ID = _identity(born="19990228")


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("the standard's example", "11010519491231002X", "identity-number"),
        ("lower-case x", "11010519491231002x", "identity-number"),
        ("full-width", "１１０１０５１９４９１２３１００２Ｘ", "identity-number"),
        ("with a spreadsheet's apostrophe", "'" + VALID_ID, "identity-number"),
        ("wrong check digit", "110105194912310021", None),
        ("the 30th of February", _identity(born="19990230"), None),
        ("no such province", _identity(region="990101", born="19990228"), None),
        ("fifteen digits", "310101990228001", "identity-number-15"),
        ("fifteen digits without a date", "310101991328001", None),
        ("cut by a spreadsheet", VALID_ID[:15] + "000", "identity-number-truncated"),
        ("as a floating point number", "3.10101199902280E+17", "identity-number-truncated"),
        ("mobile phone", "13800000000", "mobile-phone"),
        ("mobile phone, country code, spaces", "+86 138 0000 0000", "mobile-phone"),
        ("new range", "19500000000", "mobile-phone"),
        ("range that is not given out", "12345678901", None),
        ("too short for a phone", "1380000000", None),
        ("card, UnionPay", _luhn("621700000000000000"), "bank-card"),
        ("card in groups", "4111 1111 1111 1111", "bank-card"),
        ("card with a wrong check digit", "4111111111111112", None),
        ("long number of no issuer", _luhn("100000000000000"), None),
        ("e-mail", "zhang.san@example.com.cn", "e-mail"),
        ("e-mail with two dots", "zhang..san@example.com", None),
        ("at sign only", "5 @ 3.20 each", None),
        ("passport", "E12345678", "travel-document"),
        ("division code", "310115", None),
        ("credit code", "91350100M000100Y43", None),
        ("a name", "张三", None),
        ("empty", "", None),
    ],
)
def test_detect(name: str, value: str, kind: str | None) -> None:
    found = personal.detect(value)
    assert (found.kind if found else None) == kind, name


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (f"身份证{VALID_ID}，手机13800000000。", ["identity-number", "mobile-phone"]),
        ("联系人：zhang@example.com", ["e-mail"]),
        ("订单 2026112312345678901234567890", []),
        ("金额 13800000000.50 元", []),
        ("上海市浦东新区世纪大道1号", []),
    ],
)
def test_find_inside_a_text(text: str, kinds: list[str]) -> None:
    assert [found.kind for found in personal.find(text)] == kinds
    assert personal.contains(text) == bool(kinds)


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("居民身份证号码", "identity-number"),
        ("姓名", "person-name"),
        ("联系人手机号", "mobile-phone"),
        ("联系电话", "phone"),
        ("单位联系电话", None),
        ("Email", "e-mail"),
        ("出生日期", "birth-date"),
        ("出生人口", None),
        ("单位名称", None),
        ("行政区划代码", None),
        ("name", None),
    ],
)
def test_headers(header: str, kind: str | None) -> None:
    assert personal.header_kind(header) == kind


@pytest.mark.parametrize(
    ("name", "header", "values", "expected"),
    [
        ("values say it", "A", [VALID_ID] * 2 + ["x"] * 98, ("identity-number", "values", 200)),
        ("too few say it", "A", ["13800000000"] * 20 + ["x"] * 80, None),
        (
            "the same with a header",
            "手机",
            ["13800000000"] * 20 + ["x"] * 80,
            ("mobile-phone", "values-and-header", 2000),
        ),
        ("only the header says it", "姓名", ["张三"] * 10, ("person-name", "values-and-header", 10_000)),
        (
            "a passport under 证件号码",
            "证件号码",
            ["E12345678"] * 10,
            ("travel-document", "values-and-header", 10000),
        ),
        (
            "phones inside notes",
            "备注",
            ["请致电13800000000"] * 4 + ["无"] * 6,
            ("mobile-phone", "values", 4000),
        ),
        ("nothing", "金额", ["1", "2"], None),
        ("no values", "手机", [], ("mobile-phone", "header", 0)),
    ],
)
def test_columns(name: str, header: str, values: list[str], expected: tuple[str, str, int] | None) -> None:
    found = personal.judge_column(header, values)
    assert ((found.kind, found.basis, found.share_bp) if found else None) == expected, name


@given(
    region=st.sampled_from(["110101", "310115", "440300", "650100", "810000"]),
    born=st.dates(date(1900, 1, 1), date(2026, 11, 1)),
    serial=st.integers(0, 999),
)
def test_every_composed_identity_number_is_found(region: str, born: date, serial: int) -> None:
    found = personal.detect(_identity(region, born.strftime("%Y%m%d"), f"{serial:03d}"))
    assert found is not None
    assert found.kind == "identity-number"


@given(position=st.integers(0, 16), digit=st.sampled_from("0123456789"))
def test_a_wrong_digit_breaks_an_identity_number(position: int, digit: str) -> None:
    wrong = VALID_ID[:position] + digit + VALID_ID[position + 1 :]
    found = personal.detect(wrong)
    assert (found is not None and found.kind == "identity-number") == (wrong == VALID_ID)


@settings(max_examples=300)
@given(st.text(max_size=60) | st.from_regex(r"[0-9Xx@.+ ０-９-]{0,40}"))
def test_no_text_crashes(text: str) -> None:
    personal.detect(text)
    list(personal.find(text))
    personal.header_kind(text)
    assert personal.mask(text) == f"[{len(text)}]"
