"""What the codes of people's credentials and of links to them say."""

from __future__ import annotations

from typing import Final

from wusong.errors import Texts, register

CREDENTIALS: Final = {
    "sign-in-wrong": Texts(
        en=(
            "Name and passphrase do not match.",
            "The name is unknown, the passphrase is another, or the access is closed; this node does not say which.",
            "Try again. Who has forgotten the passphrase asks the system administrator for a reset.",
        ),
        zh=(
            "姓名与口令不符。",
            "可能是姓名未登记、口令有误或访问已停用；本节点不予区分提示。",
            "请重新输入；如忘记口令，请向系统管理员申请重置。",
        ),
        status=403,
    ),
    "sign-in-later": Texts(
        en=(
            "Too many failed attempts; the next one must wait.",
            "Each failure makes the wait longer, up to a minute, so that nobody can guess.",
            "Try again in {seconds} seconds.",
        ),
        zh=(
            "失败次数过多，请稍候再试。",
            "每次失败后等待时间逐次延长，最长一分钟，以防猜测。",
            "请在 {seconds} 秒后重试。",
        ),
        status=429,
    ),
    "passphrase-weak": Texts(
        en=(
            "This passphrase is too easy to guess ({reason}).",
            (
                "It has {least} to {most} characters, five different ones at least; it is no repetition, no row of"
                " neighbours, and not made of your name."
            ),
            "Choose a longer one: four unrelated words do well.",
        ),
        zh=(
            "该口令过于容易被猜出（{reason}）。",
            "口令应为 {least} 至 {most} 个字符，至少包含五种不同字符，不得为重复或连续的字符，也不得由姓名构成。",
            "请改用更长的口令，例如四个互不相关的词语。",
        ),
    ),
    "passphrase-unlike": Texts(
        en=(
            "The two passphrases differ.",
            "The second is there so that a slip of the fingers locks nobody out.",
            "Enter the same passphrase twice.",
        ),
        zh=("两次输入的口令不一致。", "重复输入用于避免误输后无法登录。", "请两次输入相同的口令。"),
    ),
    "passphrase-now": Texts(
        en=(
            "A passphrase must be chosen now.",
            "The choice can be put off once, and on a trial network only.",
            "Choose a passphrase; from then on you sign in with it.",
        ),
        zh=(
            "须立即设置口令。",
            "仅试用网络允许推迟设置，且只能推迟一次。",
            "请设置口令，此后凭姓名和口令登录。",
        ),
    ),
    "person-known": Texts(
        en=(
            "There is somebody called {name} already.",
            "People sign in with their name, so each name is there once.",
            "Add what tells the two apart, such as the department.",
        ),
        zh=(
            "已有名为 {name} 的人员。",
            "人员凭姓名登录，姓名不得重复。",
            "请加注部门等可资区分的信息。",
        ),
        status=409,
    ),
    "person-closed": Texts(
        en=(
            "The access of {name} is closed.",
            "Who cannot sign in is given no role, no office and no link.",
            "The system administrator can open the access again.",
        ),
        zh=(
            "{name} 的访问已停用。",
            "对已停用的人员，不授予角色、不任命岗位，也不生成登录链接。",
            "系统管理员可以重新启用其访问。",
        ),
        status=409,
    ),
    "last-confirmer": Texts(
        en=(
            "This access cannot be closed yet.",
            "No other {office} administrator with a passphrase would be left, and one administrator could act alone.",
            "Have somebody else appointed to the office first, and let them choose their passphrase.",
        ),
        zh=(
            "暂不能停用该人员的访问。",
            "停用后将没有其他已设置口令的{office}管理员，三员分立将无法落实。",
            "请先任命其他人员担任该岗位，并由其设置口令。",
        ),
        status=409,
    ),
    "own-link": Texts(
        en=(
            "You cannot make a link for yourself.",
            "Your own passphrase is changed under your name; a lost one is reset by others.",
            "Open the page of your own access, or ask another system administrator.",
        ),
        zh=(
            "不得为本人生成登录链接。",
            "本人口令可在“我的账户”中更改；遗忘口令须由他人办理重置。",
            "请在“我的账户”中更改口令，或请其他系统管理员办理。",
        ),
        status=403,
    ),
    "no-such-reset": Texts(
        en=(
            "There is no such reset to decide.",
            "It was decided, has lapsed after a day, or never was.",
            "Look at the list again.",
        ),
        zh=("没有该待确认的重置申请。", "申请已有结论、已逾一日失效或不存在。", "请重新查看列表。"),
        status=404,
    ),
    "no-confirmer": Texts(
        en=(
            "Nobody could confirm this reset.",
            (
                "No security or audit administrator but the person concerned has a passphrase, and one administrator"
                " alone does not replace anybody's passphrase."
            ),
            (
                "Have another of them choose a passphrase, or run wusong sign-in NAME --alone on the machine; the person"
                " is told."
            ),
        ),
        zh=(
            "无人能够确认此项重置。",
            "除本人外，没有已设置口令的安全管理员或审计管理员；单独一名管理员不得更换他人口令。",
            "请先由其他安全管理员或审计管理员设置口令，或在本机运行 wusong sign-in 姓名 --alone（将告知本人）。",
        ),
        status=409,
    ),
    "not-confirmer": Texts(
        en=(
            "You cannot confirm this reset.",
            (
                "A security administrator with a passphrase of their own confirms; an audit administrator only where"
                " there is no such person."
            ),
            "Choose your own passphrase first, or leave it to the security administrator.",
        ),
        zh=(
            "您无权确认此项重置。",
            "重置由本人已设置口令的安全管理员确认；没有此类人员时方由审计管理员确认。",
            "请先设置本人口令，或由安全管理员确认。",
        ),
        status=403,
    ),
}

register(CREDENTIALS)
