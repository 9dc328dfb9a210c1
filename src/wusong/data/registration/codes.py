"""What registration refuses, explained in English and Chinese."""

from __future__ import annotations

from wusong.errors import Texts, register

register(
    {
        "certificate-not-in-force": Texts(
            en=(
                "There is no certificate: the registration is not in force (state {state}).",
                "A certificate is made from a registration that has its code and has not ended.",
                "Look at the record for its stage; after an end, register anew.",
            ),
            zh=(
                "无法生成登记证：该登记当前不在有效状态（{state}）。",
                "登记证依据已赋码且未失效的登记生成。",
                "请查看该登记所处阶段；登记已经失效或者注销的，应当重新申请登记。",
            ),
            status=409,
        ),
        "undecided-wrong": Texts(
            en=(
                "The application says that {given} columns are undecided; its profile counts {counted}.",
                "The number decides whether the resource may be opened; it is taken from the profile.",
                "State {counted}, or decide about the marked columns first.",
            ),
            zh=(
                "申请所填的待判定字段数为 {given}，而数据画像中为 {counted}。",
                "该数字关系到资源能否无条件开放，以数据画像为准。",
                "请填写 {counted}，或者先对标出的字段作出判定。",
            ),
        ),
        "registration-code-form": Texts(
            en=(
                "“{given}” cannot be a registration code.",
                "A code has letters, digits, “-”, “/” and “.”, and no blanks, so that it is read one way only.",
                "Write the code as it was issued, without blanks and other marks.",
            ),
            zh=(
                "“{given}”不能作为登记编码。",
                "登记编码由字母、数字和“-”“/”“.”组成，不含空格及其他符号，以免误读。",
                "请按编制的编码填写，去掉空格和其他符号。",
            ),
        ),
        "registration-code-taken": Texts(
            en=(
                "The code {given} already stands on another registration in force ({asset}).",
                "A code names one registration; letters count without regard to case.",
                "Look at the registration that has it, and give a code of its own.",
            ),
            zh=(
                "登记编码 {given} 已用于另一项有效登记（{asset}）。",
                "一个编码对应一项登记，字母不区分大小写。",
                "请核对已使用该编码的登记，并另行编制编码。",
            ),
            status=409,
        ),
        "right-unknown": Texts(
            en=(
                "“{given}” names no rights in data.",
                "The rights are holding, use and operation, joined by commas.",
                "Write them so, for instance --rights holding,use.",
            ),
            zh=(
                "“{given}”不是可以登记的权利。",
                "权利包括 holding（持有权）、use（使用权）、operation（经营权），以逗号分隔。",
                "请按此填写，例如 --rights holding,use。",
            ),
            status=400,
        ),
        "certificate-code-unreadable": Texts(
            en=(
                "The text is not that of a certificate's QR code ({reason}).",
                "It was changed or cut when it was scanned or copied, or it is something else.",
                "Scan again; save each code's text unchanged, one a line.",
            ),
            zh=(
                "该文字不是登记证二维码的内容（{reason}）。",
                "扫描或者复制时可能被改动、截断，或者并非登记证二维码。",
                "请重新扫描，并将各二维码的文字原样逐行保存。",
            ),
            status=422,
        ),
        "certificate-code-incomplete": Texts(
            en=(
                "Some of the certificate's QR codes are missing: {missing}.",
                "A certificate is spread over several codes, and all of them are needed.",
                "Scan the missing ones too.",
            ),
            zh=(
                "缺少登记证的第 {missing} 个二维码。",
                "登记证的证明分载于多个二维码，须全部扫描。",
                "请补充扫描缺少的二维码。",
            ),
            status=422,
        ),
    }
)
