"""What the tour's own code says."""

from __future__ import annotations

from wusong.errors import Texts, register

register(
    {
        "tour-untold": Texts(
            en=(
                "The tour did not go as it should: {step}.",
                "The ledger accepted what it must refuse, or a proof does not hold.",
                "Report this with the program's version; the folder of the tour shows what happened.",
            ),
            zh=(
                "演示未按预期进行：{step}。",
                "账本接受了应当拒绝的办理，或者证据未能通过核验。",
                "请连同程序版本反馈；演示目录保留了全部经过。",
            ),
            status=500,
        ),
    }
)
