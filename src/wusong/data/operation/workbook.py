"""A disclosure as a workbook: every cell follows from the canonical JSON, so the same disclosure gives the
same bytes.

* Sheets and columns: docs/data.md. ``PUBLIC`` are the sheets that the notice on disclosure wants published;
  the others name users and amounts and are for the authority.
* Amounts are in yuan, moments in Beijing time, numbers of records in full.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from io import BytesIO
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from wusong.data.intake.export import Cell, write_xlsx
from wusong.data.money.exports import when, yuan
from wusong.data.operation.figures import BENEFITS
from wusong.data.operation.overview import CAUSES

__all__ = ["MEDIA", "PUBLIC", "file_of", "sheets"]

MEDIA: Final = {
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PUBLIC: Final = ("披露主体", "授权运营情况", "最高限价", "数据产品", "产品价格", "说明")
_EPOCH: Final = date(1970, 1, 1)
_WRITTEN: Final = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")
_WORDS: Final[dict[str, str]] = {
    "answer": "单项答案", "aggregate": "分组统计", "yes-no": "是否核验", "score": "模型评分",
    "file": "数据文件",
    "body": "实施机构", "operator": "运营机构",
    "in-force": "生效", "suspended": "已暂停", "withdrawn": "已收回", "expired": "已到期",
    "listed": "已上架", "delisted": "已下架", "retired": "已停用", "recalled": "已因故停用",
    "issued": "待确认", "disputed": "有异议", "confirmed": "已确认", "paid": "已收款", "closed": "已结清",
    "unresolved": "未达成一致",
    "public-governance": "公共治理", "public-welfare": "公益事业", "industry": "产业发展、行业发展",
    "renew": "续期", "suspend": "暂停", "resume": "恢复", "give-notice": "预告收回", "withdraw": "收回",
    "expire": "到期终止",
    **{name: words["zh"] for name, words in CAUSES.items()},
    "level-2": "二级", "level-3": "三级", "level-4": "四级",
}  # fmt: skip
Rows = list[Sequence[Cell]]


def file_of(said: Mapping[str, Any], *, public: bool = False) -> bytes:
    """The workbook; ``public``: only the sheets to be published."""
    made = sheets(said)
    chosen = {name: rows for name, rows in made.items() if not public or name in PUBLIC}
    return _settled(write_xlsx(chosen))


def sheets(said: Mapping[str, Any]) -> dict[str, Rows]:
    """The rows of each sheet, its header first; who only authorises has none of calls and revenue."""
    made = {
        "披露主体": _subject(said),
        "授权运营情况": _authorisations(said),
        "最高限价": _ceilings(said),
        "数据产品": _products(said),
        "产品价格": _prices(said),
    }
    operates = any("operator" in one["parts"] for one in said["authorisations"])
    provides = any(one["provider"] == said["party"] for one in said["authorisations"])
    if operates or provides:
        made |= {"使用与调用": _uses(said)}
    if operates:
        made |= {"收入": _revenue(said), "对账单": _statements(said)}
    return made | {"安全": _incidents(said), "变更": _changes(said), "说明": _notes(said)}


def _subject(said: Mapping[str, Any]) -> Rows:
    parts = sorted({part for one in said["authorisations"] for part in one["parts"]})
    return [
        ("项目", "内容"),
        ("披露主体", _named(said, said["party"])),
        ("主体标识", said["party"]),
        ("身份", "、".join(_word(part) for part in parts)),
        ("披露年度", said["year"]),
        ("网络", said["network"]["zh"]),
        ("授权运营事项数", len(said["authorisations"])),
        ("数据产品数", len(said["products"])),
    ]


def _authorisations(said: Mapping[str, Any]) -> Rows:
    head = (
        "授权编号", "本方身份", "实施机构", "运营机构", "数据提供单位", "公共数据资源", "登记编码",
        "授权范围", "授权字段", "授权用途", "签署时间", "起始时间", "截止时间", "状态", "网络安全保护等级",
        "每次调用最高限价（元）", "分类最高限价（元）",
    )  # fmt: skip
    rows: Rows = [head]
    for one in said["authorisations"]:
        state = _word(one["state"]) + ("（期限已届满）" if one["over"] else "")
        rows.append(
            (
                one["asset"], "、".join(map(_word, one["parts"])), _named(said, one["body"]),
                _named(said, one["operator"]), _named(said, one["provider"]),
                one["resource_name"], one["code"], one["scope"], _listed(one["columns"]),
                _listed(one["purposes"]),
                when(one["accepted_at"]), when(one["starts"]), when(one["ends"]), state,
                _word(one["protection"]), yuan(one["ceiling"]), _classed(one["classes"]),
            )
        )  # fmt: skip
    return rows


def _ceilings(said: Mapping[str, Any]) -> Rows:
    rows: Rows = [
        ("授权编号", "确定时间", "每次调用最高限价（元）", "分类最高限价（元）", "依据文件", "指令编号")
    ]
    for one in said["ceilings"]:
        document = one["document"] or "授权时确定"
        price = yuan(one["ceiling"])
        rows.append(
            (one["operation"], when(one["time"]), price, _classed(one["classes"]), document, one["deed"])
        )
    return rows


def _products(said: Mapping[str, Any]) -> Rows:
    head = (
        "产品编号", "授权编号", "产品名称", "产品类别", "产品形态", "版本", "运营机构", "每次调用价格（元）",
        "每次调用最高限价（元）", "是否在限价以内", "状态", "上架时间", "因故停用时间", "停用事由",
    )  # fmt: skip
    rows: Rows = [head]
    for one in said["products"]:
        rows.append(
            (
                one["asset"], one["operation"], one["name"], one["class"], _word(one["output"]),
                one["edition"],
                _named(said, one["operator"]), yuan(one["price"]), yuan(one["ceiling"]), _yes(one["within"]),
                _word(one["state"]), when(one["offered"]), _moment(one["ended_at"]), one["reason"],
            )
        )  # fmt: skip
    return rows


def _prices(said: Mapping[str, Any]) -> Rows:
    names = {one["asset"]: one["name"] for one in said["products"]}
    rows: Rows = [("产品编号", "产品名称", "定价时间", "每次调用价格（元）", "指令编号")]
    for one in said["prices"]:
        name = names.get(one["product"], "")
        rows.append((one["product"], name, when(one["time"]), yuan(one["price"]), one["deed"]))
    return rows


def _uses(said: Mapping[str, Any]) -> Rows:
    names = {one["asset"]: one["name"] for one in said["products"]}
    head = (
        "使用授权编号", "产品名称", "使用方", "用途类别", "批准次数", "本年度调用次数", "其中无偿次数",
        "金额（元）", "计量批次",
    )  # fmt: skip
    rows: Rows = [head]
    for one in said["uses"]:
        rows.append(
            (
                one["use"], names.get(one["product"], ""), _named(said, one["user"]), _word(one["benefit"]),
                one["approved"], one["calls"], one["free"], yuan(one["amount"]), one["meterings"],
            )
        )  # fmt: skip
    totals = said["totals"]
    rows.append(
        ("合计", None, None, None, None, totals["calls"], totals["free"], yuan(totals["amount"]), None)
    )
    for benefit in BENEFITS:
        calls = totals["benefits"][benefit]
        rows.append((f"其中：{_word(benefit)}", None, None, None, None, calls, None, None, None))
    return rows


def _revenue(said: Mapping[str, Any]) -> Rows:
    rows: Rows = [
        ("使用方", "本年度调用次数", "本年度金额（元）", "已列入对账单（元）", "尚未列入对账单（元）")
    ]
    for one in said["revenue"]:
        amounts = (yuan(one["amount"]), yuan(one["stated"]), yuan(one["open"]))
        rows.append((_named(said, one["user"]), one["calls"], *amounts))
    sums = {name: sum(one[name] for one in said["revenue"]) for name in ("calls", "amount", "stated", "open")}
    return [
        *rows, ("合计", sums["calls"], yuan(sums["amount"]), yuan(sums["stated"]), yuan(sums["open"])),
    ]  # fmt: skip


def _statements(said: Mapping[str, Any]) -> Rows:
    head = (
        "对账单编号", "使用方", "期间首日", "期间末日", "版次", "状态", "次数", "金额（元）", "账本计量次数",
        "账本计量金额（元）", "是否一致",
    )  # fmt: skip
    rows: Rows = [head]
    for one in said["statements"]:
        rows.append(
            (
                one["asset"], _named(said, one["user"]), _day(one["first"]), _day(one["last"]),
                one["version"], _word(one["state"]), one["calls"], yuan(one["amount"]), one["ledger_calls"],
                yuan(one["ledger_amount"]), _yes(one["agrees"]),
            )
        )  # fmt: skip
    return rows


def _incidents(said: Mapping[str, Any]) -> Rows:
    rows: Rows = [
        (
            "授权编号",
            "发现时间",
            "报告时间",
            "是否迟报",
            "处置报告期限",
            "处置报告提交时间",
            "处置报告是否逾期",
        )
    ]
    for one in said["incidents"]:
        times = (_moment(one["found"]), when(one["reported"]), _yes(one["late"]), _last_day(one["due"]))
        rows.append((one["operation"], *times, _moment(one["measures"]), _yes(one["overdue"])))
    return rows


def _changes(said: Mapping[str, Any]) -> Rows:
    rows: Rows = [
        (
            "授权编号",
            "时间",
            "事项",
            "理由及依据文件",
            "立即收回的事由",
            "预告收回日期",
            "截止时间",
            "指令编号",
        )
    ]
    for one in said["changes"]:
        what = (when(one["time"]), _word(one["action"]), one["document"], _word(one["cause"]))
        day = _day(one["day"]) if one["day"] else None
        rows.append((one["operation"], *what, day, when(one["ends"]), one["deed"]))
    return rows


def _notes(said: Mapping[str, Any]) -> Rows:
    return [
        ("项目", "说明"),
        ("账本", said["ledger"]),
        ("截至区块", said["height"]),
        ("截至时间", when(said["time"])),
        ("状态时点", when(said["moment"])),
        ("年度是否已结束", _yes(said["complete"])),
        *NOTES,
    ]


NOTES: Final[tuple[tuple[str, str], ...]] = (
    ("数据来源", "全部内容依据账本记载计算，未经人工填写；同一区块上重新计算的结果相同。"),
    (
        "状态",
        "授权和产品的状态为年末状态；年度尚未结束的，为上述区块时的状态。对账单的状态为上述区块时的状态。",
    ),
    (
        "最高限价",
        "列示自授权起历次确定的最高限价及其依据文件。产品与每次调用最高限价比较；分类最高限价仅列示。",
    ),
    ("调用次数", "以账本接受计量指令的时间归入年度；已调用但尚未计量的次数列入以后年度。"),
    ("无偿次数", "用于公共治理、公益事业的调用，不收取费用。"),
    ("收入", "本年度金额为本年度各批计量费用之和，等于已列入对账单的金额与尚未列入对账单的金额之和。"),
    (
        "对账单",
        "列示期间与本年度有重合的对账单，并以其全部期间的账本计量核对；已撤回或者未达成一致的不计入已列入金额。",
    ),
    ("安全", "发现后二十四小时以内报告的，不属于迟报。处置报告期限为报告次日起五日。"),
    (
        "披露范围",
        "仅包括本方有权查阅的事项。调用与收入由运营机构列示；实施机构同时为数据提供单位的，列示相应调用。",
    ),
    ("公开", "“使用与调用”“收入”“对账单”“安全”“变更”各表供报送主管部门；向社会公开使用公开版。"),
)
"""How each figure is computed."""


def _named(said: Mapping[str, Any], party: str) -> str:
    return str(said["names"].get(party, party))


def _word(name: str) -> str:
    return _WORDS.get(name, name)


def _classed(classes: Iterable[Mapping[str, Any]]) -> str:
    return "；".join(f"{one['name']} {yuan(one['ceiling'])}" for one in classes)


def _listed(items: Iterable[str]) -> str:
    return "、".join(items) or "以授权范围为准"


def _yes(value: object) -> str:
    return "是" if value else "否"


def _day(number: int) -> str:
    return str(_EPOCH + timedelta(days=number))


def _last_day(end: int) -> str | None:
    """The last day before a moment at which a day ends."""
    return when(end - 1)[:10] if end else None


def _moment(milliseconds: int) -> str | None:
    return when(milliseconds) if milliseconds else None


def _settled(book: bytes) -> bytes:
    """The workbook without the moment at which it was written."""
    out = BytesIO()
    with ZipFile(BytesIO(book)) as given, ZipFile(out, "w", ZIP_DEFLATED) as made:
        for entry in given.infolist():
            content = _WRITTEN.sub(rb"\g<1>2000-01-01T00:00:00Z\g<2>", given.read(entry))
            info = ZipInfo(entry.filename)
            info.compress_type = ZIP_DEFLATED
            made.writestr(info, content if entry.filename == "docProps/core.xml" else given.read(entry))
    return out.getvalue()
