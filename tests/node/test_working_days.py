"""Working days: the shipped years against a second source, and how a notice is read."""

from __future__ import annotations

import datetime as dt

import chinese_calendar
import pytest

from wusong.contract.calendar import days_in, is_workday
from wusong.errors import NodeError
from wusong.ledger.system.calendar import is_year
from wusong.node.working_days import Notice, days, exceptions, read_notice, shipped, shipped_years

Day = tuple[int, int, int]
NOTICE = """国务院办公厅关于2026年
部分节假日安排的通知
国办发明电〔2025〕7号
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
"""
EARLIER = """国务院办公厅关于2024年部分节假日安排的通知
国办发明电〔2023〕7号
一、元旦：1月1日放假，与周末连休。
二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。
三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。
四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。
五、端午节：6月10日放假，与周末连休。
六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。
"""


def working(year: int, text: str, day: dt.date) -> bool:
    return is_workday(day.toordinal() - dt.date(1970, 1, 1).toordinal(), {year: text}.get)


def test_the_years_that_come_with_the_program() -> None:
    assert shipped_years() == {"cn-work": [2024, 2025, 2026]}


@pytest.mark.parametrize("text", [NOTICE, EARLIER], ids=["2026", "2024"])
def test_a_shipped_year_is_what_its_notice_says(text: str) -> None:
    read = read_notice(text)
    assert read == shipped("cn-work", read.year)


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_a_shipped_year_agrees_with_a_second_source(year: int) -> None:
    text = days(shipped("cn-work", year))
    assert is_year(text, year)
    for n in range(days_in(year)):
        day = dt.date(year, 1, 1) + dt.timedelta(days=n)
        assert working(year, text, day) == chinese_calendar.is_workday(day), day


@pytest.mark.parametrize(("year", "number"), [(2024, 251), (2025, 248), (2026, 248)])
def test_working_days_of_a_year(year: int, number: int) -> None:
    text = days(shipped("cn-work", year))
    assert int(text, 16).bit_count() == number
    off, on = exceptions(year, text)
    notice = shipped("cn-work", year)
    assert set(on) == notice.on
    assert set(off) == {day for day in notice.off if day.weekday() < 5}


def test_a_recommendation_is_no_holiday() -> None:
    assert working(2024, days(read_notice(EARLIER)), dt.date(2024, 2, 9))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("1月4日（周日）上班", "1月4日（周六）上班", "weekday"),
        ("放假，共3天。\n四", "放假，共4天。\n四", "count of days"),
        ("2月15日（农历腊月二十八、周日）至23日", "2月25日至23日", "count of days"),
        ("4月4日（周六）至6日", "4月31日至6日", "date"),
        ("关于2026年", "关于某年", "title"),
    ],
)
def test_a_notice_that_does_not_agree_with_itself(old: str, new: str, problem: str) -> None:
    assert old in NOTICE
    with pytest.raises(NodeError) as caught:
        read_notice(NOTICE.replace(old, new))
    assert (caught.value.code, caught.value.data["problem"]) == ("notice-unreadable", problem)


@pytest.mark.parametrize(("off", "on"), [([], [(2026, 1, 5)]), ([(2026, 1, 3)], [(2026, 1, 3)])])
def test_a_make_up_day_is_a_weekend_day_and_no_holiday(off: list[Day], on: list[Day]) -> None:
    rest, work = (frozenset(dt.date(*day) for day in given) for given in (off, on))
    notice = Notice(2026, "x", rest, work)
    with pytest.raises(NodeError, match="notice-unreadable"):
        days(notice)


def test_a_year_that_nobody_has_announced() -> None:
    with pytest.raises(NodeError, match="no-such-year"):
        shipped("cn-work", 2031)
