"""Personal data in strings: found so that they can be kept out of profiles, catalogues and logs.

* ``detect`` judges a whole value; ``find`` looks for personal data anywhere inside a longer text.
* A finding is a kind and a confidence in basis points: how sure one value alone makes us.
* What carries a check digit and a date (an identity number) is nearly certain; what is only a range of
  digits is not.
* A column ``looks personal`` when a share of its sampled values match (``THRESHOLDS``), or when its header
  says so. A header that says so lowers the share that is needed; some kinds (addresses, birthdays) are known
  by header only. Names are judged for whole columns only, never for one value (``names``).
* No finding carries the value itself. ``mask`` shows the length and nothing else.
* This is a heuristic aid for the person who registers a table. It replaces no assessment under the Personal
  Information Protection Law (个人信息保护法, articles 4 and 28).

Sources: GB 11643-1999 (identity numbers), the Ministry's number plan for mobile phones (电信网码号资源),
ISO/IEC 7812-1 (bank cards).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias

from wusong.data.intake.picture import basis_points
from wusong.data.names import looks_like_name

__all__ = [
    "THRESHOLDS",
    "ColumnFinding",
    "Finding",
    "Kind",
    "Threshold",
    "contains",
    "detect",
    "find",
    "header_kind",
    "identity_check_digit",
    "judge_column",
    "judge_counts",
    "kinds_in",
    "mask",
]

Kind: TypeAlias = Literal[
    "identity-number",
    "identity-number-15",
    "identity-number-truncated",
    "mobile-phone",
    "bank-card",
    "e-mail",
    "travel-document",
    "person-name",
    "home-address",
    "birth-date",
    "licence-plate",
    "phone",
]


@dataclass(frozen=True, slots=True)
class Finding:
    """One piece of personal data: its kind, and how sure this value alone makes us (basis points)."""

    kind: Kind
    confidence: int


@dataclass(frozen=True, slots=True)
class Threshold:
    """The share of matching values (basis points) from which a column looks personal."""

    alone: int
    hinted: int


THRESHOLDS: Final[dict[Kind, Threshold]] = {
    "identity-number": Threshold(100, 1),  # chance hits are rarer than one in ten thousand
    "identity-number-15": Threshold(3_000, 500),  # region and date only, no check digit
    "identity-number-truncated": Threshold(3_000, 500),
    "mobile-phone": Threshold(3_000, 100),  # one number of eleven digits in eleven begins like a phone
    "bank-card": Threshold(4_000, 500),  # one number in ten passes Luhn
    "e-mail": Threshold(500, 1),
    "travel-document": Threshold(8_000, 1_000),  # the pattern is weak: article numbers look like it
    "person-name": Threshold(7_000, 1),  # single words begin like surnames; most of a column does not
}
"""A kind that is not listed is known by its header only."""


@dataclass(frozen=True, slots=True)
class ColumnFinding:
    """Why a column looks personal: the kind, what says so, and the share of values that match."""

    kind: Kind
    basis: Literal["values", "header", "values-and-header"]
    share_bp: int
    sampled: int


# --- identity numbers (GB 11643-1999) ---------------------------------------------------------------------

_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK: Final = "10X98765432"
_ID_18: Final = re.compile(r"[1-689]\d{16}[0-9Xx]", re.ASCII)
_ID_15: Final = re.compile(r"[1-689]\d{14}", re.ASCII)
_ID_FLOAT: Final = re.compile(r"([1-689])\.(\d{4,16})[Ee]\+?17", re.ASCII)
_FIRST_YEAR: Final = 1850
_LAST_YEAR: Final = 2100  # no clock here: one profile of one file must not change with the day
_RUNS: Final = ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83), (91, 91))
_PROVINCES: Final = frozenset(str(code) for first, last in _RUNS for code in range(first, last + 1))


def identity_check_digit(first17: str) -> str:
    """The 18th character of an identity number (ISO 7064 MOD 11-2, GB 11643-1999 clause 4)."""
    total = sum(int(digit) * weight for digit, weight in zip(first17, _ID_WEIGHTS, strict=True))
    return _ID_CHECK[total % 11]


def _identity(text: str) -> Finding | None:
    if not _ID_18.fullmatch(text) or text[:2] not in _PROVINCES or not _is_date(text[6:14]):
        return None
    if identity_check_digit(text[:17]) == text[17].upper():
        return Finding("identity-number", 9_900)
    if text.endswith("000"):  # a spreadsheet keeps 15 digits and fills with zeros
        return Finding("identity-number-truncated", 8_000)
    return None


def _identity_old(text: str) -> Finding | None:
    if _ID_15.fullmatch(text) and text[:2] in _PROVINCES and _is_date("19" + text[6:12]):
        return Finding("identity-number-15", 7_000)
    return None


def _identity_float(text: str) -> Finding | None:
    found = _ID_FLOAT.fullmatch(text)
    if not found:
        return None
    digits = found[1] + found[2]
    full_date = digits[6:14] if len(digits) >= 14 else ""
    if digits[:2] in _PROVINCES and (not full_date or _is_date(full_date)):
        return Finding("identity-number-truncated", 8_000 if full_date else 5_000)
    return None


def _is_date(digits: str) -> bool:
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return False
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


# --- phones, cards, mail, documents -----------------------------------------------------------------------

_MOBILE: Final = re.compile(
    r"(?:(?:\+|00)?86[- ]?)?"
    r"(1(?:3\d|4[014-9]|5[0-35-9]|6[2567]|7[0-8]|8\d|9[0-35-9])[- ]?\d{4}[- ]?\d{4})",
    re.ASCII,
)
_MAIL: Final = re.compile(
    r"[A-Za-z0-9._%+'-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}"
)
_CARD: Final = re.compile(
    r"\d{13,19}|\d{4}(?:[ -]\d{4}){2,3}(?:[ -]\d{1,4})?|\d{4}[ -]\d{6}[ -]\d{5}|\d{6}[ -]\d{10,13}", re.ASCII
)
_DOCUMENT: Final = re.compile(r"(?:E[A-HJ-NP-Z]\d{7}|[EGDSP]\d{8}|[HMC]\d{8}|[HM]\d{10})", re.ASCII)

# Issuer prefixes in use (ISO/IEC 7812-1), with the lengths in which they are issued.
_ISSUERS: Final[tuple[tuple[str, str, tuple[int, ...]], ...]] = (
    ("62", "63", (16, 17, 18, 19)),  # UnionPay
    ("81", "82", (16, 17, 18, 19)),
    ("9558", "9560", (19,)),  # domestic cards older than UnionPay's range
    ("4", "5", (13, 16, 18, 19)),  # Visa; 4367.. is used domestically with 19 digits
    ("51", "56", (16,)),  # Mastercard
    ("2221", "2721", (16,)),
    ("34", "35", (15,)),  # American Express
    ("37", "38", (15,)),
    ("3528", "3590", (16, 17, 18, 19)),  # JCB
    ("300", "306", (14,)),  # Diners Club
    ("36", "37", (14,)),
    ("6011", "6012", (16, 17, 18, 19)),  # Discover
    ("644", "660", (16, 17, 18, 19)),
)


def _mobile(text: str) -> Finding | None:
    return Finding("mobile-phone", 8_000) if _MOBILE.fullmatch(text) else None


def _mail(text: str) -> Finding | None:
    if "@" not in text or len(text) > 254:
        return None
    local = text.split("@", 1)[0]
    if ".." in local or local[:1] == "." or local[-1:] == ".":
        return None
    return Finding("e-mail", 9_500) if _MAIL.fullmatch(text) else None


def _card(text: str) -> Finding | None:
    if not _CARD.fullmatch(text):
        return None
    digits = text.replace(" ", "").replace("-", "")
    if _issued(digits) and _luhn(digits):
        return Finding("bank-card", 8_500)
    return None


def _issued(digits: str) -> bool:
    return any(low <= digits[: len(low)] < high and len(digits) in lengths for low, high, lengths in _ISSUERS)


_DOUBLED: Final = {str(digit): sum(divmod(2 * digit, 10)) for digit in range(10)}


def _luhn(digits: str) -> bool:
    total = sum(map(int, digits[-1::-2])) + sum(_DOUBLED[digit] for digit in digits[-2::-2])
    return total % 10 == 0 and digits.strip("0") != ""


def _document(text: str) -> Finding | None:
    return Finding("travel-document", 4_000) if _DOCUMENT.fullmatch(text) else None


# The order decides where a value fits twice: the stricter rule first.
_DETECTORS: Final[tuple[Callable[[str], Finding | None], ...]] = (
    _identity,
    _mail,
    _mobile,
    _card,
    _identity_old,
    _identity_float,
    _document,
)
_MAYBE: Final = re.compile(r"[@]|\d{4}", re.ASCII)
_INSIDE: Final = re.compile(
    r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])"
    r"|" + _MAIL.pattern + r"|(?<![0-9.])" + _MOBILE.pattern + r"(?![0-9]|\.[0-9])"
    r"|(?<![0-9.])\d{13,19}(?![0-9]|\.[0-9])",
    re.ASCII,
)
_CERTAIN_INSIDE: Final = frozenset(
    {"identity-number", "identity-number-truncated", "e-mail", "mobile-phone", "bank-card"}
)


def detect(value: str) -> Finding | None:
    """What kind of personal data the whole of ``value`` is, or None.

    Surrounding and full-width forms are understood.
    """
    if not 6 <= len(value) <= 320:
        return None
    text = value.strip().strip("'`\t").translate(_HALF_WIDTH)
    if not _MAYBE.search(text):
        return None
    for detector in _DETECTORS:
        found = detector(text)
        if found:
            return found
    return None


def find(text: str) -> Iterator[Finding]:
    """Personal data anywhere inside ``text``, in order.

    Weak kinds (old numbers, travel documents) only as a whole value.
    """
    whole = detect(text)
    if whole:
        yield whole
        return
    if not _MAYBE.search(text):
        return
    for candidate in _INSIDE.finditer(text.translate(_HALF_WIDTH)):
        found = detect(candidate[0])
        if found and found.kind in _CERTAIN_INSIDE:
            yield found


def contains(text: str) -> bool:
    """Whether ``text`` is or holds personal data."""
    return next(find(text), None) is not None


def mask(value: str) -> str:
    """What may be shown in place of a personal value: nothing but its length."""
    return f"[{len(value)}]"


_HALF_WIDTH: Final = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | {0x3000: 0x20}


# --- columns ----------------------------------------------------------------------------------------------

_HEADERS: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    (
        "identity-number",
        re.compile(
            r"身份证|公民身份|证件号|证照号码|居民身份|id[_ -]?card|identity[_ -]?(no|number|card)|sfz|zjhm",
            re.IGNORECASE,
        ),
    ),
    ("mobile-phone", re.compile(r"手机|移动电话|mobile|cell[_ -]?phone|sjhm?$", re.IGNORECASE)),
    ("phone", re.compile(r"电话|联系方式|座机|^tel(ephone)?$|phone", re.IGNORECASE)),
    ("e-mail", re.compile(r"邮箱|电子邮件|e[-_ ]?mail", re.IGNORECASE)),
    (
        "bank-card",
        re.compile(
            r"银行卡|卡号|银行账[号户]|收款账[号户]|bank[_ -]?(card|account)|card[_ -]?(no|number)",
            re.IGNORECASE,
        ),
    ),
    ("travel-document", re.compile(r"护照|通行证|passport", re.IGNORECASE)),
    (
        "person-name",
        re.compile(
            r"姓名|联系人|联络人|法定代表人|法人|户主|业主|房主|车主|患者|病人|经办人|承办人|负责人|责任人"
            r"|申请人|申报人|收件人|寄件人|持证人|监护人|代理人|委托人|受托人|被保险人|投保人|受益人|借款人"
            r"|贷款人|担保人|保证人|出租人|承租人|当事人|学生|考生|教师|员工|职工|家长|参保人|纳税人|权利人"
            r"|产权人|驾驶人|签字人|审核人"
            r"|^(full|first|last|family|given|person|patient|contact|customer|student|owner|employee|user)"
            r"[_ -]?name$|^(surname|owner|contact|guardian|applicant|borrower|insured|holder|person|xm)$"
            r"|contact[_ -]?person|legal[_ -]?(person|representative)",
            re.IGNORECASE,
        ),
    ),
    (
        "home-address",
        re.compile(r"住址|家庭地址|居住地址|户籍地址|收货地址|home[_ -]?address", re.IGNORECASE),
    ),
    ("birth-date", re.compile(r"出生|生日|birth", re.IGNORECASE)),
    ("licence-plate", re.compile(r"车牌|号牌号码|plate[_ -]?(no|number)", re.IGNORECASE)),
)
_NOT_PERSONAL: Final = re.compile(
    r"(单位|机构|企业|公司|办公|服务|投诉|咨询|值班)(联系)?(电话|邮箱|电子邮件)|电话区号|出生(人口|率|地)"
    r"|(法人|学生|教师|职工|员工|业主|患者|考生|纳税人)(单位|机构|类型|类别|性质|编号|名称|代码|人数|总数|规模|等级|库|证书)"
    r"|(数|数量|比例|类型|类别)$"
)
_ACCEPTS: Final[dict[Kind, frozenset[str]]] = {
    "identity-number": frozenset(
        {"identity-number", "identity-number-15", "identity-number-truncated", "travel-document"}
    ),
    "phone": frozenset({"mobile-phone"}),
}


def header_kind(header: str) -> Kind | None:
    """What a column's header says it holds, or None. Numbers of a unit (单位电话) are not personal."""
    if _NOT_PERSONAL.search(header):
        return None
    return next((kind for kind, pattern in _HEADERS if pattern.search(header)), None)


def kinds_in(value: str) -> set[Kind]:
    """The kinds for which a value counts when its column is judged."""
    kinds: set[Kind] = {found.kind for found in find(value)}
    return kinds | {"person-name"} if looks_like_name(value) else kinds


def judge_column(header: str, values: Iterable[str]) -> ColumnFinding | None:
    """Whether a column looks personal, from its header and a sample of its non-missing values."""
    counts: dict[Kind, int] = {}
    sampled = 0
    for value in values:
        sampled += 1
        for kind in kinds_in(value):
            counts[kind] = counts.get(kind, 0) + 1
    return judge_counts(header, counts, sampled)


def judge_counts(header: str, counts: dict[Kind, int], sampled: int) -> ColumnFinding | None:
    """The same from counts of matches: for who samples a stream."""
    hint = header_kind(header)
    best = _best(counts, sampled, hint)
    if best is None:
        return ColumnFinding(hint, "header", 0, sampled) if hint else None
    hinted = hint is not None and (best == hint or best in _ACCEPTS.get(hint, ()))
    share = basis_points(counts[best], sampled)
    return ColumnFinding(best, "values-and-header" if hinted else "values", share, sampled)


def _best(counts: dict[Kind, int], sampled: int, hint: Kind | None) -> Kind | None:
    reached = [
        kind for kind in THRESHOLDS if counts.get(kind) and _reaches(kind, counts[kind], sampled, hint)
    ]
    return max(reached, key=lambda kind: counts[kind], default=None)


def _reaches(kind: Kind, count: int, sampled: int, hint: Kind | None) -> bool:
    threshold = THRESHOLDS[kind]
    hinted = hint is not None and (kind == hint or kind in _ACCEPTS.get(hint, ()))
    return count * 10_000 >= sampled * (threshold.hinted if hinted else threshold.alone)
