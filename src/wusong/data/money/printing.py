"""A statement of account on paper: self-contained A4 sheets, line by line, that load nothing.

Each line names its metering deed in full, and the last lines how the statement is checked offline. Pages are
numbered by the printer that knows CSS margin boxes; the heads of tables stand on every page.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from wusong.data.money.capital import capital
from wusong.data.money.exports import when, yuan
from wusong.errors import Lang

__all__ = ["STYLE", "sheet"]

Words: TypeAlias = Callable[..., str]
STYLE: Final = (
    "@page{size:A4;margin:14mm 12mm 16mm;@bottom-center{content:counter(page) ' / ' counter(pages);"
    "font-size:8pt}}"
    "body{font-family:'Noto Serif CJK SC','Source Han Serif SC','Songti SC',SimSun,'Noto Serif',Times,serif;"
    "font-size:9.5pt;color:#000;max-width:186mm;margin:0 auto}"
    "h1{font-size:1.7em;margin:.2em 0;text-align:center}"
    "h2{font-size:1.05em;margin:1.1em 0 .3em;break-after:avoid}"
    ".net{text-align:center;margin:0 0 .8em}"
    "table{border-collapse:collapse;width:100%}tr{break-inside:avoid}"
    "th,td{border:.5pt solid #555;padding:.22em .4em;vertical-align:top;text-align:left;font-weight:400}"
    "td,th[scope=row]+td{overflow-wrap:anywhere}"
    ".n{text-align:right;white-space:nowrap}.id{font:6.5pt monospace;overflow-wrap:anywhere}"
    ".facts th{width:9em}.sum td,.sum th{font-weight:700}"
    ".signs{display:flex;gap:8mm;margin:10mm 0 4mm;break-inside:avoid}"
    ".signs p{flex:1;margin:0;min-height:22mm}"
    ".note{font-size:.82em;margin:.3em 0;overflow-wrap:anywhere}"
    ".trial{text-align:center;font-weight:700;border:1pt solid #000;padding:.2em}"
    "@media screen{body{padding:8mm 4mm}.lines{overflow-x:auto}}@media print{body{max-width:none}}"
)
_TEXT: Final[dict[str, tuple[str, str]]] = {
    "title": ("数据使用对账单", "Statement of account for data use"),
    "operator": ("出具方（运营机构）", "Issued by (operator)"),
    "user": ("使用方", "User"),
    "period": ("期间", "Period"),
    "both": ("{first} 至 {last}（均含当日）", "{first} to {last}, both included"),
    "version": ("版次", "Version"),
    "previous": ("所更正的版次", "Version that it corrects"),
    "state": ("状态", "State"),
    "calls": ("调用次数", "Calls"),
    "amount": ("应付金额", "Amount owed"),
    "words": ("金额大写", "Amount in capital figures"),
    "invoice": ("发票号码", "Invoice number"),
    "use": ("使用授权", "Data-use"),
    "purpose": ("使用目的：", "Purpose of use: "),
    "product": ("数据产品", "Product"),
    "balance": (
        "批准 {approved} 次，期初剩余 {opening} 次，期末剩余 {closing} 次",
        "{approved} calls approved, {opening} left before, {closing} left after",
    ),
    "number": ("序号", "No."),
    "deed": ("计量指令", "Metering deed"),
    "time": ("计量时间（北京时间）", "Metered at (Beijing)"),
    "span": ("第几次调用", "Calls, counted from 1"),
    "price": ("单价（元）", "Price (CNY)"),
    "sum": ("金额（元）", "Amount (CNY)"),
    "subtotal": ("小计", "Subtotal"),
    "total": ("合计", "Total"),
    "signs": ("（盖章）：", " (seal):"),
    "trial": ("试运行账本，不作为结算依据", "Trial ledger: no ground of payment"),
}
_NOTES: Final[dict[str, tuple[str, ...]]] = {
    "zh": (
        "本对账单编号 {asset}；账本 {ledger}。",
        "对账单内容（JSON 文件）的加盐哈希 {statement} 载于账本；各计量指令均可脱机核验。",
        "所载状态为打印时的状态。",
    ),
    "en": (
        "Record {asset}; ledger {ledger}.",
        "The salted hash of the contents (JSON file), {statement}, stands on the ledger.",
        "Each metering deed can be verified offline.",
        "The state is that at the time of printing.",
    ),
}


def sheet(
    said: dict[str, Any],
    record: dict[str, Any],
    names: dict[str, str],
    state: str,
    lang: Lang,
    *,
    trial: bool,
) -> str:
    """The whole document: contents, record, names of the parties by DID and of
    products and purposes by id, the state in words.
    """

    def text(name: str, **values: object) -> str:
        return html.escape(_TEXT[name][lang != "zh"].format(**values))

    title = text("title")
    body = f"<h1>{title}</h1>" + (f'<p class="trial">{text("trial")}</p>' if trial else "")
    body += _facts(said, record, names, state, text)
    for use in said["uses"]:
        body += _use(use, names, text)
    body += f'<h2>{text("total")}</h2><table class="facts sum">{_total(said, text, lang)}</table>'
    body += _signs(said, names, text) + _notes(said, record, lang)
    return (
        f'<!doctype html>\n<html lang="{"zh-Hans" if lang == "zh" else "en"}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title} {said['first']} {said['last']}</title><style>{STYLE}</style></head>\n"
        f"<body><main>{body}</main></body></html>\n"
    )


def _row(label: str, value: object) -> str:
    return _cell(label, html.escape(str(value)))


def _cell(label: str, shown: str) -> str:
    return f'<tr><th scope="row">{label}</th><td>{shown}</td></tr>'


def _named(did: str, names: dict[str, str]) -> str:
    """A party for a cell: its name, the DID small."""
    small = f'<span class="id">{html.escape(did)}</span>'
    return f"{html.escape(names[did])}<br>{small}" if did in names else small


def _facts(
    said: dict[str, Any], record: dict[str, Any], names: dict[str, str], state: str, text: Words
) -> str:
    fields = record["fields"]
    lines = [_cell(text(side), _named(said[side], names)) for side in ("operator", "user")]
    lines += [_row(text("period"), html.unescape(text("both", first=said["first"], last=said["last"])))]
    lines += [_row(text("version"), said["version"]), _row(text("state"), state)]
    lines += [_row(text("previous"), said["previous"])] if "previous" in said else []
    lines += [_row(text("invoice"), fields["invoice"])] if fields.get("invoice") else []
    return f'<table class="facts">{"".join(lines)}</table>'


def _use(use: dict[str, Any], names: dict[str, str], text: Words) -> str:
    head = "".join(
        f'<th scope="col"{" class=n" if name in ("calls", "price", "sum") else ""}>{text(name)}</th>'
        for name in ("number", "deed", "time", "span", "calls", "price", "sum")
    )
    lines = "".join(_line(n, one) for n, one in enumerate(use["meterings"], 1))
    last = (
        f'<tr class="sum"><th scope="row" colspan="4">{text("subtotal")}</th>'
        f'<td class="n">{int(use["count"])}</td><td></td><td class="n">{yuan(use["amount"])}</td></tr>'
    )
    balance = text("balance", **{name: use[name] for name in ("approved", "opening", "closing")})
    return (
        f"<h2>{html.escape(names[use['product']])}</h2>"
        f"<p>{text('purpose')}{html.escape(names[use['use']])}</p><p>{balance}</p>"
        f'<p class="note">{text("use")} <span class="id">{html.escape(str(use["use"]))}</span> · '
        f'{text("product")} <span class="id">{html.escape(str(use["product"]))}</span></p>'
        f'<div class="lines" tabindex="0"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{lines}{last}</tbody></table></div>"
    )


def _line(n: int, one: dict[str, Any]) -> str:
    first, last = one["after"] + 1, one["after"] + one["count"]
    return (
        f'<tr><td class="n">{n}</td><td class="id">{html.escape(str(one["deed"]))}</td>'
        f"<td>{when(one['time'])}</td>"
        f'<td class="n">{first}–{last}</td><td class="n">{int(one["count"])}</td>'
        f'<td class="n">{yuan(one["price"])}</td><td class="n">{yuan(one["amount"])}</td></tr>'
    )


def _total(said: dict[str, Any], text: Words, lang: Lang) -> str:
    lines = _row(text("calls"), said["count"]) + _row(text("amount"), f"CNY {yuan(said['amount'])}")
    return lines + (_row(text("words"), capital(said["amount"])) if lang == "zh" else "")


def _signs(said: dict[str, Any], names: dict[str, str], text: Words) -> str:
    sides = (
        f"<p>{text(side)}{text('signs')}<br>{html.escape(names.get(said[side], said[side]))}</p>"
        for side in ("operator", "user")
    )
    return f'<div class="signs">{"".join(sides)}</div>'


def _notes(said: dict[str, Any], record: dict[str, Any], lang: Lang) -> str:
    values = {"asset": record["asset"], "ledger": said["ledger"], "statement": record["fields"]["statement"]}
    return "".join(f'<p class="note">{html.escape(one.format(**values))}</p>' for one in _NOTES[lang])
