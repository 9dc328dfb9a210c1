"""What the codes of attesting files say."""

from __future__ import annotations

from typing import Final

from wusong.errors import Texts, register

ATTEST: Final = {
    "no-files-found": Texts(
        en=(
            "There is no file to attest.",
            "The paths given hold no regular file (receipts are left out).",
            "Give files, or folders that hold files.",
        ),
        zh=(
            "没有可供存证的文件。",
            "所给路径中没有普通文件（存证回执不计）。",
            "请指定文件或含有文件的目录。",
        ),
    ),
    "not-attested-here": Texts(
        en=(
            "{file} was not attested by this node.",
            "No batch of this node holds a file with this content.",
            "Attest it first, or ask the node that did.",
        ),
        zh=(
            "{file} 未由本节点存证。",
            "本节点各批次中均没有内容相同的文件。",
            "请先办理存证，或向原存证节点查询。",
        ),
        status=404,
    ),
}

register(ATTEST)
