"""What the portal's own codes say."""

from __future__ import annotations

from typing import Final

from wusong.errors import Texts, register

WEB: Final = {
    "own-access": Texts(
        en=(
            "You cannot close your own access.",
            "Otherwise the node could be left without anyone who administers its people.",
            "Ask another system administrator.",
        ),
        zh=("不得停用本人的访问权限。", "否则本节点可能无人管理人员账户。", "请由其他系统管理员办理。"),
        status=403,
    ),
    "form-wrong": Texts(
        en=(
            "Some of what you filled in needs correcting.",
            "The form was not handed in; nothing has changed.",
            "Correct the fields named here and hand in the form again.",
        ),
        zh=("填报内容有误，请更正。", "表单尚未提交，未发生任何变更。", "请更正下列栏目后重新提交。"),
        status=422,
    ),
}

register(WEB)
