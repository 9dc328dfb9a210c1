"""The seventeen indicators of TC609-5-2025-04 (高质量数据集 质量评测规范), and what a person says of one.

* Codes, groups (4, 8 and 5), names and what each is about agree with two public secondary sources (``dingo``,
  rules ``TC609_0101`` to ``TC609_0305``, and a data set's submission to the evaluation). How a machine
  measures them on a flat table (``how``) and what a judge is asked (``asks``) is ours: thresholds and
  formulae of the standard's own text are to be checked.
* Six are measured, eleven depend on documents, on what the data are for, or on a model: a person judges them,
  with a reason and with evidence (``accept``).
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from wusong.crypto import canonical
from wusong.data.intake import personal
from wusong.errors import DataError

__all__ = ["INDICATORS", "JUDGED", "Indicator", "Judgement", "accept"]

Group = Literal["documents", "data", "application"]


class Indicator(msgspec.Struct, frozen=True):
    """One of the seventeen: ``how`` a machine measures it, or what a judge ``asks``; one of them is empty."""

    code: str
    group: Group
    zh: str
    en: str
    how_zh: str = ""
    how_en: str = ""
    asks_zh: str = ""
    asks_en: str = ""


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """What a person holds of an indicator: basis points (None: it does not apply), why, resting on what
    (``basis``: a document's title or number; ``file``: the commitment to one), who (an office, no person's
    name), when (ms).
    """

    indicator: str
    value_bp: int | None
    reason: str
    by: str
    time: int
    basis: str = ""
    file: str = ""


INDICATORS: Final = (
    Indicator(
        "0101",
        "documents",
        "基本信息完整性",
        "Completeness of basic information",
        asks_zh="说明文档是否写明规模、格式、结构、获取方式和技术支持。",
        asks_en="Do the documents state size, format, structure, access and support?",
    ),
    Indicator(
        "0102",
        "documents",
        "内容特征完整性",
        "Completeness of content features",
        asks_zh="说明文档是否写明数据类型、分布、各列含义、样例和局限。",
        asks_en="Do the documents state kinds of data, distribution, meaning, examples and limits?",
    ),
    Indicator(
        "0103",
        "documents",
        "建设过程完整性",
        "Completeness of the construction process",
        asks_zh="说明文档是否写明来源、采集、加工、标注和版本管理。",
        asks_en="Do the documents state sources, collection, processing, annotation and versions?",
    ),
    Indicator(
        "0104",
        "documents",
        "应用说明完整性",
        "Completeness of application notes",
        asks_zh="说明文档是否写明许可、适用场景、评测方法和应用案例。",
        asks_en="Do the documents state licence, uses, the way to evaluate and cases?",
    ),
    Indicator(
        "0201",
        "data",
        "格式规范性",
        "Conformity of format",
        "符合列类型的值占非空值的比例，扣除全角数字、千位分隔符和公式错误",
        "share of filled cells of their column's type, less full-width digits, separators, formula errors",
    ),
    Indicator(
        "0202",
        "data",
        "安全规范性",
        "Conformity of safety",
        "未标为疑似个人信息或者重要数据的列所占比例；标出的列须由人判定",
        "share of columns not marked as personal or important; a person decides the marked ones",
    ),
    Indicator(
        "0203",
        "data",
        "标注规范性",
        "Conformity of annotation",
        asks_zh="标注是否符合标注规程；没有标注的表不适用。",
        asks_en="Does the annotation follow its rules? Does not apply to a table without annotation.",
    ),
    Indicator(
        "0204",
        "data",
        "结构完整性",
        "Structural completeness",
        "单元格数与表头一致的行占全部行的比例",
        "share of rows with a cell for every column",
    ),
    Indicator(
        "0205",
        "data",
        "内容真实性",
        "Authenticity of content",
        asks_zh="内容是否真实、可追溯到来源；以抽样核对或者来源证明为依据。",
        asks_en="Is the content true and traceable to its source? By a sample check or evidence.",
    ),
    Indicator(
        "0206",
        "data",
        "内容一致性",
        "Consistency of content",
        "唯一编号未重复的行占全部行的比例",
        "share of rows whose key stands for no other row",
    ),
    Indicator(
        "0207",
        "data",
        "类型一致性",
        "Consistency of types",
        "符合所在列主要类型的值占非空值的比例",
        "share of filled cells that are of their column's type",
    ),
    Indicator(
        "0208",
        "data",
        "内容干净性",
        "Cleanness of content",
        "非空、首尾无空白、数字未截断、校验码相符且所在行不重复的单元格占全部单元格的比例",
        "share of cells filled, without blanks around, not cut, with right check digits, in no repeated row",
    ),
    Indicator(
        "0301",
        "application",
        "内容多样性",
        "Diversity of content",
        asks_zh="数据对目标场景各类情形的覆盖程度。",
        asks_en="How far do the data cover the cases of the intended use?",
    ),
    Indicator(
        "0302",
        "application",
        "规模完整性",
        "Completeness of scale",
        asks_zh="数据量是否满足目标场景或者模型的需要。",
        asks_en="Are the data as many as the intended use or model needs?",
    ),
    Indicator(
        "0303",
        "application",
        "内容时效性",
        "Timeliness of content",
        asks_zh="数据的时间范围和更新是否满足目标场景的需要。",
        asks_en="Do the period of the data and their updates meet the intended use?",
    ),
    Indicator(
        "0304",
        "application",
        "标注准确性",
        "Accuracy of annotation",
        asks_zh="标注与事实相符的比例；没有标注的表不适用。",
        asks_en="What share of the annotation is right? Does not apply to a table without annotation.",
    ),
    Indicator(
        "0305",
        "application",
        "模型适配性",
        "Fitness for models",
        asks_zh="使用本数据前后模型效果的变化；不用于模型的表不适用。",
        asks_en="How does a model do with the data compared with before? Only where a model is meant.",
    ),
)
JUDGED: Final = tuple(one.code for one in INDICATORS if one.asks_en)
"""The eleven that a person judges."""
_MAX_REASON: Final = 400
_MAX_BASIS: Final = 200
_MAX_BY: Final = 60


def accept(judgement: Judgement) -> None:
    """Raise DataError ``judgement-indicator``, ``judgement-value``, ``judgement-text`` or
    ``judgement-evidence`` unless a judgement can be kept.
    """
    code, value = judgement.indicator, judgement.value_bp
    if code not in JUDGED:
        raise DataError("judgement-indicator", indicator=code)
    if value is not None and not 0 <= value <= 10_000:
        raise DataError("judgement-value", indicator=code)
    if not (judgement.basis or judgement.file):
        raise DataError("judgement-evidence", indicator=code)
    texts = ((judgement.reason, _MAX_REASON), (judgement.by, _MAX_BY), (judgement.basis or "-", _MAX_BASIS))
    if not all(_is_plain(text, limit) for text, limit in texts):
        raise DataError("judgement-text", indicator=code)


def _is_plain(text: str, limit: int) -> bool:
    return bool(text) and len(text) <= limit and canonical.is_text(text) and not personal.contains(text)
