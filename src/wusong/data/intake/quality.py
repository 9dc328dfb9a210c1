"""Data quality by the seventeen indicators of TC609-5-2025-04 (高质量数据集 质量评测规范), with evidence.

* Each indicator is measured from the profile and the findings, or needs a person's judgement; a number is
  never guessed. A person's judgement is a statement of an office, with reason and evidence (``accept``).
* A value is in basis points; ``evidence`` gives the counts that it was computed from, so that whoever has the
  table can compute it again.
* The measurable ones also serve GB/T 36344-2018: completeness (0204), consistency (0206, 0207), accuracy in
  form (0201, 0205 partly), timeliness (0303).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Literal

import msgspec

from wusong.data.intake.checks import Checked
from wusong.data.intake.indicators import INDICATORS, JUDGED, Indicator, Judgement
from wusong.data.intake.picture import Column, basis_points

__all__ = ["Measured", "judged", "measure", "of_json", "unmeasured"]


class Measured(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An indicator's standing: ``measured`` or ``judged`` with a value, ``inapplicable``, or ``open``."""

    code: str
    standing: Literal["measured", "judged", "inapplicable", "open"]
    value_bp: int | None = None
    evidence: dict[str, int] = {}
    reason: str = ""
    by: str = ""
    basis: str = ""
    file: str = ""
    time: int = 0

    def to_json(self) -> dict[str, Any]:
        """In the types that canonical JSON has."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain

    def counts(self, lang: str) -> str:
        """The evidence in words, ``zh`` or ``en``."""
        told = [f"{_word(name, lang)} {_figure(name, count)}" for name, count in self.evidence.items()]
        return ("，" if lang == "zh" else ", ").join(told)


_WORDS: Final = {
    "bytes": "字节数",
    "clean-cells": "洁净单元格",
    "columns": "列数",
    "distinct": "不同值",
    "duplicate-keys": "重复编号",
    "duplicate-rows": "重复行",
    "latest-day": "最近日期",
    "marked": "标出的列",
    "missing": "缺失",
    "of": "总数",
    "of-type": "符合类型",
    "other": "其他类型",
    "ragged": "列数不符的行",
    "regular-rows": "规整的行",
    "rows": "行数",
    "rows-of-one-key": "编号不重复的行",
    "unclean": "不洁净",
    "unmarked-columns": "未标出的列",
    "well-formed": "格式规范",
    "wrong": "格式有误",
}


def _word(name: str, lang: str) -> str:
    return _WORDS.get(name, name) if lang == "zh" else name.replace("-", " ")


def _figure(name: str, count: int) -> str:
    if name == "latest-day":
        return f"{count // 10_000:04}-{count // 100 % 100:02}-{count % 100:02}"
    return f"{count:,}"


_Evidence = dict[str, int]
_Value = tuple[int | None, _Evidence]


def measure(checked: Checked, judgements: Mapping[str, Judgement] | None = None) -> tuple[Measured, ...]:
    """All seventeen, in order; a person's judgement counts where a machine has none."""
    return judged([_standing(indicator, checked) for indicator in INDICATORS], judgements or {})


def unmeasured() -> tuple[Measured, ...]:
    """All seventeen, open: of a table of which only the profile is known."""
    return tuple(Measured(code=indicator.code, standing="open") for indicator in INDICATORS)


def of_json(found: Sequence[Any]) -> tuple[Measured, ...]:
    """What ``to_json`` gave; all open where there is nothing. Raises msgspec.ValidationError."""
    return tuple(msgspec.convert(found, list[Measured])) or unmeasured()


def judged(found: Iterable[Measured], judgements: Mapping[str, Judgement]) -> tuple[Measured, ...]:
    """The indicators with what a person holds of those that a machine did not measure."""
    return tuple(_judged(one, judgements.get(one.code)) for one in found)


def _judged(one: Measured, judgement: Judgement | None) -> Measured:
    if judgement is None or one.code not in JUDGED:
        return one
    return Measured(
        code=one.code,
        standing="inapplicable" if judgement.value_bp is None else "judged",
        value_bp=judgement.value_bp,
        evidence=one.evidence,
        reason=judgement.reason,
        by=judgement.by,
        basis=judgement.basis,
        file=judgement.file,
        time=judgement.time,
    )


def _standing(indicator: Indicator, checked: Checked) -> Measured:
    value, evidence = _MEASURES.get(indicator.code, _unknown)(checked)
    standing: Literal["measured", "open"] = "open" if value is None else "measured"
    return Measured(code=indicator.code, standing=standing, value_bp=value, evidence=evidence)


def _unknown(_: Checked) -> _Value:
    return None, {}


def _share(part: int, whole: int, name: str, **more: int) -> _Value:
    """``part`` of ``whole``, never below nothing; no value where there is nothing to measure."""
    evidence = {name: max(part, 0), "of": whole, **more}
    return (basis_points(max(part, 0), whole) if whole else None), evidence


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
    """A key that stands for two rows says two things of one; rows that are quite equal are ``0208``'s."""
    keys, whole = _count(checked, "duplicate-key"), checked.profile.rows
    return _share(whole - keys, whole, "rows-of-one-key", **{"duplicate-keys": keys})


def _types(checked: Checked) -> _Value:
    whole = _filled(checked)
    return _share(whole - _other(checked), whole, "of-type", other=_other(checked))


def _clean(checked: Checked) -> _Value:
    whole = checked.profile.rows * len(checked.profile.columns)
    codes = ("surrounding-blanks", "digits-cut", "identity-check", "formula-error", "full-width-digits")
    unclean, missing = _count(checked, *codes), whole - _filled(checked)
    again = _count(checked, "duplicate-rows")
    clean = whole - missing - unclean - again * len(checked.profile.columns)
    counts = {"duplicate-rows": again, "missing": missing, "unclean": unclean}
    return _share(clean, whole, "clean-cells", **counts)


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
