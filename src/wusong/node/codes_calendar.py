"""What the codes about notices of holidays say to people."""

from __future__ import annotations

from typing import Final

from wusong.errors import Texts, register

CALENDAR: Final = {
    "notice-unreadable": Texts(
        en=(
            "The notice of holidays does not add up ({problem}).",
            (
                "It is read as the State Council's yearly notice is written, and every count and weekday that it"
                " states is compared with its dates: {found}"
            ),
            "Compare the text with the published notice; or give the days themselves.",
        ),
        zh=(
            "放假安排通知无法采信（{problem}）。",
            "程序按国务院办公厅年度通知的体例读取，并将其中载明的天数、星期与日期逐一核对：{found}",
            "请对照正式发布的通知核对文本，或直接提供各日的工作日标志。",
        ),
    ),
    "no-such-year": Texts(
        en=(
            "This program has no working days of {name} for {year}.",
            "It ships only years whose notices were published and compared: {known}.",
            "Give the notice (--notice FILE), or the days (--days).",
        ),
        zh=(
            "本程序未附带 {name} {year} 年的工作日。",
            "仅附带通知已正式发布并经核对的年份：{known}。",
            "请提供通知文本（--notice 文件）或各日标志（--days）。",
        ),
        status=404,
    ),
}

register(CALENDAR)
