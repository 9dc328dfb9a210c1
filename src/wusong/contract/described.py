"""What a value of a type looks like in an act, in words: for those whose value was refused."""

from __future__ import annotations

from typing import Final

from wusong.contract import model as m

_WORDS: Final[dict[type, tuple[str, str]]] = {
    m.Int: ("a whole number", "整数"),
    m.Bool: ("true or false", "true 或者 false"),
    m.Party: ("a party's DID", "单位的 DID"),
    m.Commitment: ("a salted hash, 64 characters 0-9 a-f", "加盐哈希（64 位 0-9、a-f）"),
    m.Digest: ("a digest, 64 characters 0-9 a-f", "摘要（64 位 0-9、a-f）"),
    m.Date: ("a date, in days since 1970-01-01", "日期（自 1970-01-01 起的天数）"),
    m.Period: ("a number of days, none or more", "天数（不小于零的整数）"),
    m.Time: ("a time, in milliseconds since 1970-01-01 UTC", "时间（自 1970-01-01 UTC 起的毫秒数）"),
    m.Rate: ("a rate in basis points, 10,000 being the whole", "以基点计的比例（10000 为全部）"),
    m.Quantity: ("a quantity, a whole number of its units", "数量（以计量单位计的整数）"),
}


def described(kind: m.FieldType) -> dict[str, str]:
    """A value of the type, in English and Chinese."""
    match kind:
        case m.Text(max=most):
            return _both(f"a text of at most {most} characters", f"不超过 {most} 个字符的文本")
        case m.Money(currency=currency):
            return _both(f"an amount in minor units of {currency}", f"以 {currency} 最小货币单位计的金额")
        case m.Enum(values=values):
            return _both(f"one of {', '.join(values)}", f"下列之一：{'、'.join(values)}")
        case m.Asset(kind=name):
            of = _both(f" under {name}", f"（{name}）") if name else _both("", "")
            return _both(f"the id of a record{of['en']}", f"标的编号{of['zh']}")
        case m.List(of=inner, max=most):
            each = described(inner)
            return _both(
                f"a list of at most {most}, each {each['en']}", f"至多 {most} 项的列表，每项为{each['zh']}"
            )
    return _both(*_WORDS[type(kind)])


def _both(en: str, zh: str) -> dict[str, str]:
    return {"en": en, "zh": zh}
