"""What authorised operation refuses, explained in English and Chinese."""

from __future__ import annotations

from wusong.errors import Texts, register

register(
    {
        "disclosure-year": Texts(
            en=(
                "There is nothing to disclose for the year {year}.",
                "A disclosure is about a calendar year that has begun.",
                "Name the year that is to be disclosed; by the end of March it is the year before.",
            ),
            zh=(
                "无法生成{year}年度的披露材料。",
                "披露材料以已经开始的公历年度为单位。",
                "请填写应当披露的年度；每年三月底前披露上一年度情况。",
            ),
            status=400,
        ),
        "disclosure-empty": Texts(
            en=(
                "In {year} the party had no authorisation as implementing body or operator.",
                "Disclosed are authorisations that were accepted and had not ended before the year.",
                "Check the year, and for which party you work.",
            ),
            zh=(
                "本单位在{year}年度没有作为实施机构或者运营机构的授权运营事项。",
                "披露的是已经签署并且在该年度之前尚未终止的授权运营。",
                "请核对年度以及当前办理单位。",
            ),
            status=404,
        ),
        "disclosure-wrong": Texts(
            en=(
                "The content is not the disclosure of this party for {year}.",
                "What is submitted is the disclosure that this node made for the party and the year.",
                "Have the disclosure made anew, and submit it.",
            ),
            zh=(
                "提交的内容不是本单位{year}年度的披露材料。",
                "只能提交本节点为本单位生成的该年度披露材料。",
                "请重新生成披露材料后提交。",
            ),
            status=409,
        ),
        "disclosure-not-over": Texts(
            en=(
                "The year {year} is not over yet.",
                "A disclosure is submitted when its year has ended, by the end of March.",
                "Look at it as it stands, and submit it next year.",
            ),
            zh=(
                "{year}年度尚未结束。",
                "年度结束后方可提交披露材料，并应当于次年三月底前提交。",
                "可以先行查阅，待年度结束后提交。",
            ),
            status=409,
        ),
        "no-such-disclosure": Texts(
            en=(
                "This disclosure is not here for you.",
                "None was submitted under the authorisation, or another party submitted it on its own node.",
                "Ask the party that submitted it.",
            ),
            zh=(
                "未找到可供本单位查阅的披露材料。",
                "该授权运营尚未提交披露材料，或者材料由其他单位提交并保存于其节点。",
                "请向提交单位索取。",
            ),
            status=404,
        ),
    }
)
