"""What the codes of calendars, freezes, look-throughs and passed-on mandates say to people."""

from __future__ import annotations

from typing import Final

from wusong.errors import Texts, register

STANDING: Final = {
    "agent-for-both": Texts(
        en=(
            "{agent} signs this act for both {party} and {other}.",
            "Whom an act needs as two parties cannot be one agent, or an agent and its principal (Civil Code 168).",
            "Let one of the parties sign with its own key, or through another delegate.",
        ),
        zh=(
            "{agent} 在同一事项中同时代表 {party} 和 {other} 签署。",
            "同一事项中须由不同单位签署的，不得自己代理或者双方代理（民法典第一百六十八条）。",
            "请由其中一方以自己的密钥签署，或另行委托他人签署。",
        ),
        status=403,
    ),
    "party-frozen": Texts(
        en=(
            "{party} is frozen.",
            (
                "{authority} froze it by document {document}, until {until} (milliseconds); meanwhile it signs "
                "nothing and comes into no role."
            ),
            "Wait until the freeze lapses, or turn to the authority that ordered it.",
        ),
        zh=(
            "单位 {party} 处于冻结状态。",
            (
                "{authority} 依据文书 {document} 予以冻结，期限至 {until}（毫秒）；冻结期间该单位不得签署任何指令，"
                "也不得担任任何角色。"
            ),
            "请待冻结期限届满，或向作出冻结决定的机关申请解除。",
        ),
        status=403,
    ),
    "not-frozen": Texts(
        en=(
            "No freeze of {authority} by document {document} stands here.",
            "It never was ordered on this asset or party, has lapsed, or was lifted.",
            "Look at the freezes that stand, and name one of them.",
        ),
        zh=(
            "此处没有 {authority} 依据文书 {document} 作出的有效冻结。",
            "对该标的或单位从未作出此项冻结，或冻结已届满、已解除。",
            "请查看现有冻结及轮候冻结，填写其中之一。",
        ),
        status=409,
    ),
    "calendar-day-past": Texts(
        en=(
            "{day} can be corrected no more.",
            (
                "Today is {today} (Beijing time); days up to today keep their value, so that no deadline counted to "
                "them moves."
            ),
            "Correct only days that are still ahead.",
        ),
        zh=(
            "{day} 已不能更正。",
            "今日为 {today}（北京时间）；今日及以前的日期保持不变，以免据此计算的期限发生变动。",
            "请仅更正尚未到来的日期。",
        ),
        status=409,
    ),
    "look-through-quorum": Texts(
        en=(
            "A look-through needs {needed} supervisors; {found} sign.",
            "The genesis of this ledger says how many must look together.",
            "Have further supervisors sign the same deed.",
        ),
        zh=(
            "穿透监管须由 {needed} 个监管方共同签署，现有 {found} 个。",
            "共同签署的数目由本账本的创世文件规定。",
            "请由其他监管方一并签署。",
        ),
        status=403,
    ),
    "mandate-amount": Texts(
        en=(
            "The mandate does not cover this amount.",
            "It covers {limit} of {argument} in all; {spent} are spent, and the act asks for {amount}.",
            "Act yourself, ask for less, or ask for a mandate with a higher limit.",
        ),
        zh=(
            "办理金额或数量超出委托权限。",
            "委托限定“{argument}”累计不超过 {limit}，已使用 {spent}，本次为 {amount}。",
            "请由本单位办理、减少金额或数量，或取得更高额度的委托。",
        ),
        status=403,
    ),
    "mandate-wider": Texts(
        en=(
            "A mandate that is passed on may not be wider than its parent ({member}).",
            (
                "Each item of its scope lies within one of the parent's, no limit is higher, no end later; and the "
                "principal has consented to it being passed on (onward)."
            ),
            "Narrow {member}, or have the principal grant the mandate.",
        ),
        zh=(
            "转委托的权限不得大于原委托（{member}）。",
            "转委托的各项范围须在原委托范围之内，限额不得提高，期限不得延长，且须经委托方同意转委托（onward）。",
            "请缩小 {member}，或由委托方直接授予。",
        ),
        status=403,
    ),
}

register(STANDING)
