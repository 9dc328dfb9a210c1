"""Amounts in the capital figures of Chinese bills and accounts (人民币大写金额).

* Source: 支付结算办法 (银发〔1997〕393号), annex 1 on filling in bills.
* 整 stands after 元 or 角; 零 once for any number of zeros within an amount, and before 分 without 角.
"""

from __future__ import annotations

from typing import Final

__all__ = ["capital"]

_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("仟", "佰", "拾", "")
_GROUPS: Final = ("", "万", "亿", "万亿")


def capital(cents: int) -> str:
    """An amount in minor units, from 0 to below 10^18, in capital figures.

    >>> capital(1_000_500), capital(320), capital(105)
    ('人民币壹万零伍元整', '人民币叁元贰角整', '人民币壹元零伍分')
    """
    yuan, rest = divmod(cents, 100)
    tenths, hundredths = divmod(rest, 10)
    whole = f"{_whole(yuan)}元" if yuan else ""
    if not rest:
        return f"人民币{whole or '零元'}整"
    if not hundredths:
        return f"人民币{whole}{_DIGITS[tenths]}角整"
    middle = f"{_DIGITS[tenths]}角" if tenths else "零" if whole else ""
    return f"人民币{whole}{middle}{_DIGITS[hundredths]}分"


def _whole(yuan: int) -> str:
    groups = []
    while yuan:
        yuan, group = divmod(yuan, 10_000)
        groups.append(group)
    text, skipped = "", False
    for level, group in reversed(list(enumerate(groups))):
        if group:
            needs = bool(text) and (skipped or group < 1_000)
            text += ("零" if needs else "") + _group(group) + _unit(level, groups)
        skipped = group == 0 or group % 10 == 0
    return text


def _unit(level: int, groups: list[int]) -> str:
    """亿 stands once, after the last of the groups from 亿 on that is not zero."""
    if level == 3:
        return "万" if groups[2] else "万亿"
    return _GROUPS[level]


def _group(group: int) -> str:
    """A number from 1 to 9,999."""
    text, skipped = "", False
    for figure, place in zip(f"{group:04}", _PLACES, strict=True):
        if figure == "0":
            skipped = bool(text)
            continue
        text += ("零" if skipped else "") + _DIGITS[int(figure)] + place
        skipped = False
    return text
