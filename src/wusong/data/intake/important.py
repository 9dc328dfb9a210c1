"""Hints that a column may be important data (重要数据): for the person who decides, never a decision.

* What important data are is decided by catalogues of regions and sectors (数据安全法 article 21); GB/T
  43697-2024 annex G names what to consider. This table knows some headers, and coordinates by their values.
* Each row says why it is here. A hint marks the column; a person decides, with a reason (``decisions``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from wusong.data.intake.picture import Important

__all__ = ["HINTS", "Hint", "judge"]


class Hint(NamedTuple):
    """A kind of data, the headers that speak of it, and why it may be important."""

    kind: str
    header: re.Pattern[str]
    zh: str
    en: str


def _hint(kind: str, pattern: str, zh: str, en: str) -> Hint:
    return Hint(kind, re.compile(pattern, re.IGNORECASE), zh, en)


HINTS: Final = (
    _hint(
        "precise-coordinates",
        r"经度|纬度|坐标|^(lng|lon|lat|longitude|latitude|x坐标|y坐标)$|高程|大地高",
        "精确坐标或者高程可能涉及测绘地理信息管理和重要目标位置。",
        "Precise coordinates or heights may fall under the rules for surveying and for protected sites.",
    ),
    _hint(
        "geology-minerals",
        r"矿产|储量|矿权|地质|钻孔|物探|化探|品位",
        "地质、矿产储量数据可能反映战略性资源状况。",
        "Geology and mineral reserves may show the state of strategic resources.",
    ),
    _hint(
        "energy-facilities",
        r"变电站|电网|输电|负荷|油库|油气|管网|管线|储气|核电|水库|泵站",
        "能源、供水等设施的位置和运行数据可能关系关键信息基础设施安全。",
        "Where energy and water facilities are and how they run may bear on critical infrastructure.",
    ),
    _hint(
        "traffic-facilities",
        r"航道水深|桥梁荷载|轨道交通|列控|船舶轨迹|mmsi|航迹|车流量|卡口",
        "交通设施和流量数据可能反映重点区域的运行规律。",
        "Traffic facilities and flows may show how sensitive areas work.",
    ),
    _hint(
        "population-health",
        r"基因|遗传资源|传染病|疫情|血型|人脸|指纹|虹膜|声纹",
        "人类遗传资源、公共卫生和生物特征数据规模较大时可能属于重要数据。",
        "Genetic, public-health and biometric data may be important when there are many.",
    ),
    _hint(
        "network-security",
        r"漏洞|入侵|防火墙|密钥|口令|密码机|安保|布控|监控点位",
        "安全防护和漏洞信息泄露后可能被用于攻击。",
        "Protection measures and weaknesses could be used for an attack.",
    ),
)
"""Chosen by hand and short on purpose: what is not here is not thereby harmless."""

_COORDINATE: Final = re.compile(r"-?\d{2,3}\.\d{4,}", re.ASCII)
_LONGITUDE: Final = (73, 136)
_LATITUDE: Final = (17, 54)


def judge(header: str, kind: str, values: Sequence[str]) -> Important | None:
    """Why a column may be important data, from its header, type and some values."""
    for hint in HINTS:
        if hint.header.search(header):
            return Important(kind=hint.kind, basis="header")
    if kind == "decimal" and values and all(map(_is_coordinate, values)):
        return Important(kind="precise-coordinates", basis="values")
    return None


def _is_coordinate(value: str) -> bool:
    """Four places or more: ten metres; within the ranges of longitudes or latitudes of China."""
    if not _COORDINATE.fullmatch(value):
        return False
    whole = int(value.partition(".")[0])
    return _LONGITUDE[0] <= whole <= _LONGITUDE[1] or _LATITUDE[0] <= whole <= _LATITUDE[1]
