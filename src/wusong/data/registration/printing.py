"""The certificate on paper: one self-contained A4 sheet, whose QR codes prove it offline.

The sheet loads nothing. Type size follows the amount of text, so that it stays on one side.
"""

from __future__ import annotations

import html
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from wusong.data.registration import rights
from wusong.data.registration.certificate import Certificate
from wusong.errors import Lang

__all__ = ["STYLE", "day", "rows", "sheet"]

_BEIJING: Final = timedelta(hours=8)
_WORDS: Final[dict[str, tuple[str, str]]] = {
    "general": ("一般数据", "general"), "important": ("重要数据", "important"), "core": ("核心数据", "core"),
    "real-time": ("实时", "real time"), "daily": ("每日", "daily"), "weekly": ("每周", "weekly"),
    "monthly": ("每月", "monthly"), "quarterly": ("每季度", "quarterly"),
    "half-yearly": ("每半年", "half-yearly"), "yearly": ("每年", "yearly"),
    "irregular": ("不定期", "irregular"), "static": ("不更新", "static"),
    "open": ("无条件开放", "open"), "conditional": ("有条件开放", "conditional"),
    "none": ("不予开放", "not open"),
    "registered": ("有效", "in force"),
    "cancelling": ("有效（注销申请中）", "in force, cancellation applied for"),
    "cancelled": ("已注销", "cancelled"),
    "expired": ("登记已失效", "expired"),
    "refused": ("不予登记", "refused"),
    "withdrawn": ("已撤回", "withdrawn"),
}  # fmt: skip
_LABELS: Final[tuple[tuple[str, str, str], ...]] = (
    ("code", "登记编码", "Registration code"),
    ("registrant", "登记主体", "Registrant"),
    ("registrant_code", "统一社会信用代码", "Unified social credit code"),
    ("name", "资源名称", "Name of the resource"),
    ("source_basis", "来源及合法性依据", "Source and its legality"),
    ("description", "内容描述", "Content"),
    ("update", "更新频率", "Update frequency"),
    ("grade", "数据级别", "Grade"),
    ("sharing", "开放属性", "Openness"),
    ("rights", "登记权利", "Rights registered"),
    ("evidence", "存证", "Evidence"),
    ("risk", "安全风险评估", "Risk assessment"),
    ("issued", "登记日期", "Date of registration"),
    ("valid_until", "登记有效期至", "Valid until"),
    ("registry", "登记机构", "Registration body"),
    ("state", "状态", "State"),
)
_NOTES: Final[dict[str, tuple[str, ...]]] = {
    "zh": (
        (
            "本证由账本记录生成，所载事项截至 {when}（北京时间，第 {height} 区块）。"
            "此后可能另有变动，使用前请核对最新状态。"
        ),
        (
            "离线核验：扫描上列 {count} 个二维码，将所得文字逐行存入文件，"
            "执行 wusong verify --qr 文件 --trust 信任文件；信任文件应当自可信来源另行取得。"
        ),
        "登记对象编号 {asset}；账本 {ledger}。",
    ),
    "en": (
        (
            "Made from the ledger's records as at {when} (Beijing), block {height}. Later changes are not "
            "excluded; check the state before relying on it."
        ),
        (
            "Check offline: scan the {count} code(s), save the texts in a file, one a line, then "
            "wusong verify --qr FILE --trust TRUST; the trust file comes from a source of yours."
        ),
        "Record {asset}; ledger {ledger}.",
    ),
}
_TITLE: Final = ("公共数据资源登记证", "Certificate of registration of a public data resource")
_PRINT: Final = (
    "打印：使用浏览器的打印功能（Ctrl+P 或者 ⌘P），A4 纸一页；本行不打印。",
    "To print: the browser's print command (Ctrl+P or ⌘P), one A4 sheet; this line is not printed.",
)
_BACK: Final = ("返回办理进度", "Back to the stages")
STYLE: Final = (
    "@page{size:A4;margin:12mm}"
    "body{font-family:'Noto Serif CJK SC','Source Han Serif SC','Songti SC',SimSun,'Noto Serif',Times,serif;"
    "color:#000;max-width:186mm;margin:0 auto}"
    ".w0{font-size:10.5pt}.w1{font-size:9pt}.w2{font-size:7.5pt}"
    "h1{font-size:1.9em;margin:.2em 0 .1em;text-align:center;letter-spacing:.08em}"
    ".net{text-align:center;margin:0 0 .8em}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{border:.5pt solid #555;padding:.28em .5em;vertical-align:top;text-align:left;font-weight:400}"
    "th{width:9.5em}td{overflow-wrap:anywhere}"
    ".w2 th,.w2 td{padding:.14em .5em}"
    ".codes{display:flex;gap:3mm;justify-content:center;margin:3mm 0 1mm}"
    ".codes svg{width:58mm;height:58mm}.codes.wide svg{width:84mm;height:84mm}"
    ".codes.wide{flex-wrap:wrap}"
    ".note{font-size:.82em;margin:.3em 0;overflow-wrap:anywhere}"
    ".trial{text-align:center;font-weight:700;border:1pt solid #000;padding:.2em}"
    ".screen{font:11pt/1.5 sans-serif;border-bottom:1pt solid #555;padding:0 0 .6em;margin:0 0 1.2em}"
    ".screen a{white-space:nowrap}"
    "@media screen{body{padding:8mm 4mm}}@media print{body{max-width:none}.screen{display:none}}"
)


def sheet(certificate: Certificate, lang: Lang, back: str = "") -> str:
    """The whole document. On a screen it says how to print it, and leads to ``back``, a path, where given."""
    says, title = certificate.says, _pick(_TITLE, lang)
    table = "".join(
        f'<tr><th scope="row">{html.escape(label)}</th><td>{html.escape(text)}</td></tr>'
        for label, text in rows(says, lang)
    )
    network = html.escape(says["network"][lang])
    body = _screen(back, lang)
    body += f'<h1>{title}</h1><p class="net">{network}</p>{_trial(says, lang)}<table>{table}</table>'
    body += _codes(certificate.codes) + _notes(certificate, lang)
    return (
        f'<!doctype html>\n<html lang="{"zh-Hans" if lang == "zh" else "en"}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title} {html.escape(says['code'])}</title><style>{STYLE}</style></head>\n"
        f'<body class="{_weight(says, len(certificate.codes))}">{body}</body></html>\n'
    )


def rows(says: dict[str, Any], lang: Lang) -> list[tuple[str, str]]:
    """The particulars as people read them: label and text; empty ones are told as such."""
    shown = {
        **says,
        "evidence": _commitment(says["evidence"]),
        "grade": word(says["grade"], lang),
        "issued": _date(says["issued"] or 0, lang),
        "registrant": says["registrant"]["name"] or says["registrant"]["did"],
        "registrant_code": says["registrant"]["code"],
        "registry": says["registry"]["name"] or says["registry"]["did"],
        "rights": _rights(says, lang),
        "risk": " ".join(filter(None, (says["risk_conclusion"], _commitment(says["risk"])))),
        "sharing": word(says["sharing"], lang),
        "state": word(says["state"], lang),
        "update": word(says["update"], lang),
        "valid_until": day(says["valid_until"], lang),
    }
    labels = [one for one in _LABELS if one[0] != "issued" or says["issued"] is not None]
    return [(zh if lang == "zh" else en, str(shown[name]) or "—") for name, zh, en in labels]


def day(moment: int, lang: Lang) -> str:
    """A moment in Beijing as people write it; a midnight is the end of the day before.

    >>> day(1_768_492_800_000, "zh"), day(1_768_492_860_000, "en")
    ('2026年1月15日', '16 January 2026, 00:01')
    """
    local = datetime.fromtimestamp(moment / 1000, UTC) + _BEIJING
    whole = (local.hour, local.minute) == (0, 0)
    local -= timedelta(days=whole)
    date = _written(local, lang)
    if whole:
        return date
    return f"{date} {local:%H:%M}" if lang == "zh" else f"{date}, {local:%H:%M}"


def _date(moment: int, lang: Lang) -> str:
    """The day in Beijing on which a moment lies."""
    return _written(datetime.fromtimestamp(moment / 1000, UTC) + _BEIJING, lang)


def _written(local: datetime, lang: Lang) -> str:
    return f"{local.year}年{local.month}月{local.day}日" if lang == "zh" else f"{local.day} {local:%B %Y}"


def _rights(says: dict[str, Any], lang: Lang) -> str:
    at = (datetime.fromtimestamp(says["time"] / 1000, UTC) + _BEIJING).date()
    named = [rights.called(right, at) for right in says["rights"]]
    return "、".join(right.zh for right in named) if lang == "zh" else ", ".join(right.en for right in named)


def word(name: str, lang: Lang) -> str:
    """A value as people call it; what has no word of its own as it is."""
    return _pick(_WORDS[name], lang) if name in _WORDS else name


def _pick(pair: tuple[str, str], lang: Lang) -> str:
    return pair[0] if lang == "zh" else pair[1]


def _commitment(text: str) -> str:
    return f"{text[:16]}…{text[-8:]}" if text else ""


def _screen(back: str, lang: Lang) -> str:
    print_, stages = _pick(_PRINT, lang), _pick(_BACK, lang)
    link = f' <a href="{html.escape(back)}">{stages}</a>' if back else ""
    return f'<p class="screen">{print_}{link}</p>'


def _trial(says: dict[str, Any], lang: Lang) -> str:
    if not says["trial"]:
        return ""
    text = ("试运行账本，不具有登记效力", "Trial ledger: of no effect as a registration")
    return f'<p class="trial">{_pick(text, lang)}</p>'


def _codes(codes: tuple[str, ...]) -> str:
    import segno  # slow to load

    drawn = "".join(
        segno.make(code, error="l", boost_error=False).svg_inline(
            svgclass=None, lineclass=None, omitsize=True, title=code[:8].strip()
        )
        for code in codes
    )
    wide = " wide" if max(map(len, codes)) > 2_520 else ""
    return f'<div class="codes{wide}">{drawn}</div>'


def _notes(certificate: Certificate, lang: Lang) -> str:
    says, count = certificate.says, len(certificate.codes)
    when = (datetime.fromtimestamp(says["time"] / 1000, UTC) + _BEIJING).strftime("%Y-%m-%d %H:%M:%S")
    texts = [text.format(when=when, count=count, **says) for text in _NOTES[lang]]
    return "".join(f'<p class="note">{html.escape(text)}</p>' for text in texts)


def _weight(says: dict[str, Any], codes: int) -> str:
    """A smaller type for more text, so that everything stays on one side."""
    long = sum(
        len(says[name].encode()) for name in ("name", "source_basis", "description", "risk_conclusion")
    )
    return "w0" if long < 900 and codes <= _ROW else "w1" if long < 2_600 else "w2"


_ROW: Final = 3
