"""What the codes of people, access and the faces over HTTP say."""

from __future__ import annotations

from typing import Final

from wusong.errors import Texts, register

ACCESS: Final = {
    "not-signed-in": Texts(
        en=(
            "You are not signed in.",
            "This node shows and does nothing for someone it does not know.",
            "Sign in, or sign the request with a key of your party.",
        ),
        zh=("尚未登录。", "本节点不向未经识别者提供内容或办理事项。", "请登录；程序请以单位密钥对请求签名。"),
        status=401,
    ),
    "not-allowed": Texts(
        en=(
            "You may not do this here.",
            "None of your roles at this party allows it ({right}).",
            "Ask the security administrator for the role, or a colleague who has it.",
        ),
        zh=(
            "您无权办理此事项。",
            "您在本单位的角色不含此项权限（{right}）。",
            "请联系安全管理员授予角色，或由有权限的同事办理。",
        ),
        status=403,
    ),
    "not-office": Texts(
        en=(
            "This page is for another office.",
            "Administration is split; this belongs to the {office} administrator.",
            "Ask whoever holds that office.",
        ),
        zh=(
            "此页面属于其他管理岗位。",
            "管理权限实行三员分立，此项属于 {office} 管理员。",
            "请联系相应管理员办理。",
        ),
        status=403,
    ),
    "forged-form": Texts(
        en=(
            "The form was not accepted.",
            "It lacks the token of your session, or came from another site.",
            "Open the page again and send the form from there.",
        ),
        zh=("表单未被接受。", "表单缺少本次会话的校验值，或来自其他网站。", "请重新打开页面后提交。"),
        status=403,
    ),
    "sign-in-link": Texts(
        en=(
            "This sign-in link does not work.",
            "It was used before, is too old, or is not complete.",
            "Ask the system administrator for a new link, or run wusong sign-in on the node.",
        ),
        zh=(
            "登录链接无效。",
            "链接已使用、已过期或不完整。",
            "请向系统管理员索取新链接，或在节点上运行 wusong sign-in。",
        ),
        status=403,
    ),
    "too-many-failures": Texts(
        en=(
            "Too many failed attempts.",
            "After several failures this node waits, so that nobody can guess.",
            "Try again in {minutes} minutes.",
        ),
        zh=("失败次数过多。", "多次失败后需等待一段时间，以防猜测。", "请在 {minutes} 分钟后重试。"),
        status=429,
    ),
    "request-signature": Texts(
        en=(
            "The signature of the request is not accepted ({reason}).",
            "Programs sign requests as RFC 9421 says, with a deed key of their party.",
            "See docs/api.md for what must be signed.",
        ),
        zh=(
            "请求签名未被接受（{reason}）。",
            "程序应按 RFC 9421，以单位的签署密钥对请求签名。",
            "应签名的内容见 docs/api.md。",
        ),
        status=401,
    ),
    "request-elsewhere": Texts(
        en=(
            "The request was signed for another address ({authority}).",
            "A signed request counts only at the node for which it was signed: at host:port, or at public_url.",
            "Send it to that node; or set public_url to the address under which this node is reached.",
        ),
        zh=(
            "该请求是为其他地址（{authority}）签名的。",
            "签名请求仅在其所针对的节点有效，即本节点的监听地址或 public_url 所载地址。",
            "请将请求发往该节点，或将 public_url 设为本节点的对外地址。",
        ),
        status=421,
    ),
    "request-replayed": Texts(
        en=(
            "This request was sent before.",
            "Its nonce has been used; a request counts once.",
            "Sign a new request with a new nonce.",
        ),
        zh=("该请求已提交过。", "请求的随机数已使用，一次签名只能使用一次。", "请使用新的随机数重新签名。"),
        status=401,
    ),
    "not-found": Texts(
        en=(
            "There is nothing here for you.",
            "It does not exist, or you may not see it.",
            "Check the address, and the party you work for.",
        ),
        zh=("未找到您可查看的内容。", "该内容不存在，或您无权查看。", "请核对地址以及当前所代表的单位。"),
        status=404,
    ),
    "bad-request": Texts(
        en=(
            "The request cannot be read ({reason}).",
            "A member is missing, unknown, or not of the form that is expected.",
            "See docs/api.md.",
        ),
        zh=("请求无法识别（{reason}）。", "有内容缺失、多余或不符合格式。", "请参阅 docs/api.md。"),
        status=400,
    ),
    "body-too-large": Texts(
        en=(
            "The request is too large.",
            "At most {limit} are accepted here.",
            "Send less, or use the command line for large files.",
        ),
        zh=("请求内容过大。", "此处最多接受 {limit}。", "请减小内容，或使用命令行处理大文件。"),
        status=413,
    ),
    "verifier-missing": Texts(
        en=(
            "The verifier is not part of this installation.",
            "The file wusong_verify.py is absent.",
            "Install the package anew, or use a copy of the verifier of your own.",
        ),
        zh=("本安装缺少核验程序。", "未找到文件 wusong_verify.py。", "请重新安装，或使用您自有的核验程序。"),
        status=501,
    ),
    "method-not-allowed": Texts(
        en=(
            "This address does not take this method.",
            "{method} is not offered here.",
            "See docs/api.md for the methods of each address.",
        ),
        zh=("该地址不支持此方法。", "此处不提供 {method}。", "各地址支持的方法见 docs/api.md。"),
        status=405,
    ),
}

PEOPLE: Final = {
    "no-such-person": Texts(
        en=("There is no such person on this node.", "The id is unknown.", "See the list of people."),
        zh=("本节点没有该人员。", "人员编号未知。", "请查看人员名单。"),
        status=404,
    ),
    "person-name": Texts(
        en=(
            "A person needs a name.",
            "It has 1 to {limit} characters that can be printed.",
            "Enter the name as colleagues know it.",
        ),
        zh=("人员须有姓名。", "姓名应为 1 至 {limit} 个可显示字符。", "请填写同事熟悉的姓名。"),
    ),
    "no-such-role": Texts(
        en=(
            "There is no role {role}.",
            "Roles are viewer, clerk, reviewer, signatory; offices are system, security, audit.",
            "Choose one of these.",
        ),
        zh=(
            "没有 {role} 这一角色。",
            "角色为查阅、经办、复核、授权；管理岗位为系统、安全、审计。",
            "请从中选择。",
        ),
    ),
    "two-offices": Texts(
        en=(
            "One person cannot hold two offices of administration.",
            "This person is {office} administrator; {wanted} needs another person.",
            "Appoint somebody else.",
        ),
        zh=(
            "同一人员不得兼任两个管理岗位。",
            "该人员已任 {office} 管理员，{wanted} 须由他人担任（三员分立）。",
            "请另行指定人员。",
        ),
        status=409,
    ),
    "office-and-role": Texts(
        en=(
            "Who administers the node works for no party.",
            "Administration and business are kept apart.",
            "Use different people.",
        ),
        zh=("管理人员不得兼任单位业务角色。", "管理与业务应当分离。", "请由不同人员担任。"),
        status=409,
    ),
    "own-entry": Texts(
        en=(
            "You cannot approve your own entry.",
            "What one person enters, another signs (four eyes).",
            "Ask another signatory of your party.",
        ),
        zh=(
            "不得批准本人经办的事项。",
            "经办与授权须由不同人员完成（双人复核）。",
            "请由本单位其他授权人办理。",
        ),
        status=403,
    ),
    "no-such-entry": Texts(
        en=(
            "There is no such entry.",
            "It does not exist, or belongs to another party.",
            "Look into the list of entries.",
        ),
        zh=("没有该待办事项。", "事项不存在或属于其他单位。", "请查看待办列表。"),
        status=404,
    ),
    "entry-decided": Texts(
        en=("This entry has been decided.", "It is {state} and cannot be changed.", "Make a new entry."),
        zh=("该事项已有结论。", "其状态为 {state}，不能再变更。", "请重新经办。"),
        status=409,
    ),
}

register(ACCESS)
register(PEOPLE)
