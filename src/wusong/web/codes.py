"""What the portal's own codes say."""

from __future__ import annotations

from typing import Final

from wusong.errors import Texts, register

WEB: Final = {
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
