"""Data quality by the seventeen indicators of TC609-5-2025-04 (高质量数据集 质量评测规范), with evidence.

* Each indicator is measured from the profile and the findings, or needs a person's judgement; a number is
  never guessed. A person's judgement is a statement with its author and reason, kept beside.
* A value is in basis points; ``evidence`` gives the counts that it was computed from, so that whoever has the
  table can compute it again.
* Codes and names are from the published indicator list (0101-0104, 0201-0208, 0301-0305). How each is to be
  measured on a flat table is ours, said in ``how``; the standard's own wording is to be checked against it.
* The measurable ones also serve GB/T 36344-2018: completeness (0204), consistency (0206, 0207), accuracy in
  form (0201, 0205 partly), timeliness (0303).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

import msgspec

from wusong.data.intake.checks import Checked
from wusong.data.intake.picture import Column

__all__ = ["INDICATORS", "Indicator", "Judgement", "Measured", "measure"]

Group = Literal["documents", "data", "application"]


class Indicator(msgspec.Struct, frozen=True):
    """One of the seventeen; ``how`` a machine measures it, empty where only a person can judge it."""

    code: str
    group: Group
    zh: str
    en: str
    how_zh: str = ""
    how_en: str = ""


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """What a person holds of an indicator: basis points, why, and who (a role or unit, no person's name)."""

    value_bp: int
    reason: str
    by: str


class Measured(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An indicator's standing: ``measured`` or ``judged`` with a value, or ``open``."""

    code: str
    standing: Literal["measured", "judged", "open"]
    value_bp: int | None = None
    evidence: dict[str, int] = {}
    reason: str = ""
    by: str = ""

    def to_json(self) -> dict[str, Any]:
        """In the types that canonical JSON has."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain


INDICATORS: Final = (
    Indicator("0101", "documents", "基本信息", "Basic information"),
    Indicator("0102", "documents", "内容特征", "Content features"),
    Indicator("0103", "documents", "建设过程", "Construction process"),
    Indicator("0104", "documents", "应用说明", "Application notes"),
    Indicator(
        "0201", "data", "格式规范性", "Format",
        "符合列类型的值占非空值的比例，扣除全角数字、千位分隔符和公式错误",
        "share of filled cells of their column's type, less full-width digits, separators, formula errors",
    ),
    Indicator(
        "0202", "data", "安全性", "Safety",
        "未标为疑似个人信息或者重要数据的列所占比例；标出的列须由人判定",
        "share of columns not marked as personal or important; a person decides the marked ones",
    ),
    Indicator("0203", "data", "标注质量", "Annotation"),
    Indicator(
        "0204", "data", "结构完整性", "Structural completeness",
        "单元格数与表头一致的行占全部行的比例", "share of rows with a cell for every column",
    ),
    Indicator("0205", "data", "真实性", "Authenticity"),
    Indicator(
        "0206", "data", "内容一致性", "Content consistency",
        "未与前面的行重复、唯一编号未重复的行占全部行的比例",
        "share of rows that repeat neither a row nor a key",
    ),
    Indicator(
        "0207", "data", "类型一致性", "Type consistency",
        "符合所在列主要类型的值占非空值的比例", "share of filled cells that are of their column's type",
    ),
    Indicator(
        "0208", "data", "洁净度", "Cleanliness",
        "非空且首尾无空白、数字未截断、校验码相符的单元格占全部单元格的比例",
        "share of cells that are filled, without blanks around, not cut, with right check digits",
    ),
    Indicator("0301", "application", "多样性", "Diversity"),
    Indicator("0302", "application", "规模", "Scale"),
    Indicator("0303", "application", "时效性", "Timeliness"),
    Indicator("0304", "application", "标签准确性", "Label accuracy"),
    Indicator("0305", "application", "模型适配性", "Model fit"),
)  # fmt: skip
"""What has no ``how`` depends on documents, on what the data are for, or on a model: a person judges it.
Evidence that helps (rows, dates, distinct values) is given all the same.
"""

_Evidence = dict[str, int]
_Value = tuple[int | None, _Evidence]


def measure(checked: Checked, judged: Mapping[str, Judgement] | None = None) -> tuple[Measured, ...]:
    """All seventeen, in order; a person's judgement counts where a machine has none."""
    return tuple(
        _standing(indicator, checked, (judged or {}).get(indicator.code)) for indicator in INDICATORS
    )


def _standing(indicator: Indicator, checked: Checked, judgement: Judgement | None) -> Measured:
    value, evidence = _MEASURES.get(indicator.code, _unknown)(checked)
    if value is not None:
        return Measured(code=indicator.code, standing="measured", value_bp=value, evidence=evidence)
    if judgement is None:
        return Measured(code=indicator.code, standing="open", evidence=evidence)
    return Measured(
        code=indicator.code,
        standing="judged",
        value_bp=judgement.value_bp,
        evidence=evidence,
        reason=judgement.reason,
        by=judgement.by,
    )


def _unknown(_: Checked) -> _Value:
    return None, {}


def _share(part: int, whole: int, name: str, **more: int) -> _Value:
    """``part`` of ``whole``, never below nothing; no value where there is nothing to measure."""
    evidence = {name: max(part, 0), "of": whole, **more}
    return (max(part, 0) * 10_000 // whole if whole else None), evidence


def _filled(checked: Checked) -> int:
    return sum(checked.profile.rows - column.missing for column in checked.profile.columns)


def _count(checked: Checked, *codes: str) -> int:
    return sum(finding.count for finding in checked.findings if finding.code in codes)


def _other(checked: Checked) -> int:
    return sum(column.other for column in checked.profile.columns)


def _format(checked: Checked) -> _Value:
    wrong = _count(checked, "full-width-digits", "thousands-separator", "formula-error", "serial-date")
    whole = _filled(checked)
    return _share(whole - _other(checked) - wrong, whole, "well-formed", wrong=wrong, other=_other(checked))


def _safety(checked: Checked) -> _Value:
    marked = len(checked.profile.marked)
    whole = len(checked.profile.columns)
    return _share(whole - marked, whole, "unmarked-columns", marked=marked)


def _structure(checked: Checked) -> _Value:
    profile = checked.profile
    return _share(profile.rows, profile.rows + profile.ragged, "regular-rows", ragged=profile.ragged)


def _consistency(checked: Checked) -> _Value:
    rows, keys = _count(checked, "duplicate-rows"), _count(checked, "duplicate-key")
    whole = checked.profile.rows
    part = whole - rows - keys
    return _share(part, whole, "single-rows", **{"duplicate-rows": rows, "duplicate-keys": keys})


def _types(checked: Checked) -> _Value:
    whole = _filled(checked)
    return _share(whole - _other(checked), whole, "of-type", other=_other(checked))


def _clean(checked: Checked) -> _Value:
    whole = checked.profile.rows * len(checked.profile.columns)
    codes = ("surrounding-blanks", "digits-cut", "identity-check", "formula-error", "full-width-digits")
    unclean, missing = _count(checked, *codes), whole - _filled(checked)
    return _share(whole - missing - unclean, whole, "clean-cells", missing=missing, unclean=unclean)


def _diversity(checked: Checked) -> _Value:
    return None, {
        "columns": len(checked.profile.columns),
        "distinct": sum(map(_distinct, checked.profile.columns)),
    }


def _distinct(column: Column) -> int:
    return column.distinct


def _scale(checked: Checked) -> _Value:
    profile = checked.profile
    return None, {"bytes": profile.size, "columns": len(profile.columns), "rows": profile.rows}


def _timeliness(checked: Checked) -> _Value:
    """How recent the data have to be is a matter of their use; the latest day is evidence."""
    days = [
        int(column.highest[:10].replace("-", ""))
        for column in checked.profile.columns
        if column.type in ("date", "datetime") and column.highest
    ]
    return None, {"latest-day": max(days)} if days else {}


_MEASURES: Final[dict[str, Callable[[Checked], _Value]]] = {
    "0201": _format,
    "0202": _safety,
    "0204": _structure,
    "0206": _consistency,
    "0207": _types,
    "0208": _clean,
    "0301": _diversity,
    "0302": _scale,
    "0303": _timeliness,
}
