"""The refusals of the catalogue, in both languages."""

from __future__ import annotations

from wusong.errors import Texts, register

register(
    {
        "facet-wrong": Texts(
            en=(
                "“{given}” is no facet with a value.",
                "The catalogue is narrowed by: {known}.",
                "Write it as FACET=VALUE, for instance grade=general.",
            ),
            zh=(
                "“{given}”不是有效的分面条件。",
                "目录可按以下分面筛选：{known}。",
                "请写作 分面=取值，例如 grade=general。",
            ),
        ),
        "sample-not-yours": Texts(
            en=(
                "Only the source department shows a sample of its resource.",
                "You work for another party.",
                "Ask the source department.",
            ),
            zh=(
                "样例数据只能由数源部门公开。",
                "当前单位不是该资源的数源部门。",
                "请与数源部门联系。",
            ),
            status=403,
        ),
        "sample-not-open": Texts(
            en=(
                "No sample of this resource may be shown.",
                "It is graded “{grade}” and is “{state}”; only registered resources of general grade show samples.",
                "Leave it without a sample.",
            ),
            zh=(
                "该资源不得公开样例数据。",
                "其数据级别为“{grade}”，状态为“{state}”；仅已登记的一般数据可以公开样例。",
                "请不要公开样例数据。",
            ),
        ),
        "sample-columns": Texts(
            en=(
                "The sample would show nothing.",
                "Every column is left out or looks personal.",
                "Leave out fewer columns, or show no sample.",
            ),
            zh=(
                "样例数据没有可以显示的列。",
                "全部列均被剔除或者疑似个人信息。",
                "请少剔除几列，或者不公开样例。",
            ),
        ),
    }
)
