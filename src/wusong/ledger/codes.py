"""What the ledger's codes say to people. One row for each code; tests/ledger/test_refusals.py has a deed for each."""

from __future__ import annotations

from typing import Final

from wusong.errors import Texts, register


def _texts(en: tuple[str, str, str], zh: tuple[str, str, str], status: int = 422) -> Texts:
    return Texts(en=en, zh=zh, status=status)


UNREADABLE: Final = {
    "bad-deed": _texts(
        (
            "The deed cannot be read ({argument}).",
            "A member is missing, unknown, or not of the form that the format demands.",
            "Build the deed as docs/formats.md section 3 says, or with this program.",
        ),
        (
            "指令无法识别（{argument}）。",
            "有成员缺失、多余，或不符合格式要求。",
            "请按格式说明第 3 节重新制作指令，或使用本程序生成。",
        ),
        400,
    ),
    "bad-header": _texts(
        (
            "A signature's protected header is not that of a deed.",
            "It must name algorithm, key and the type wusong-deed, and nothing else.",
            "Sign the deed again.",
        ),
        (
            "签名的受保护头部不是指令签名的头部。",
            "头部只应载明算法、密钥和类型 wusong-deed。",
            "请重新签署指令。",
        ),
        400,
    ),
    "too-large": _texts(
        (
            "The deed has {size} bytes; at most {limit} are allowed.",
            "Deeds carry commitments, not contents.",
            "Put contents into the vault and their commitment into the deed, or use several deeds.",
        ),
        (
            "指令长度为 {size} 字节，超过上限 {limit} 字节。",
            "指令只承载加盐哈希，不承载内容本身。",
            "请将内容存入保险库、仅在指令中写入加盐哈希，或拆分为多份指令。",
        ),
        413,
    ),
    "too-many-acts": _texts(
        (
            "The deed has {count} acts; at most {limit} are allowed.",
            "All acts of a deed happen together or not at all.",
            "Use several deeds.",
        ),
        (
            "指令含 {count} 项办理事项，超过上限 {limit} 项。",
            "一份指令中的事项要么全部办成、要么全部不办。",
            "请拆分为多份指令。",
        ),
    ),
    "act-mismatch": _texts(
        (
            "The acts are not those that were signed.",
            "The digest of an act differs from the one in the signed payload.",
            "Send the acts exactly as they were when the deed was signed.",
        ),
        ("所附事项与签署内容不一致。", "事项的摘要与已签署载荷中的摘要不符。", "请提交签署时的原始事项。"),
    ),
    "wrong-ledger": _texts(
        (
            "The deed is for another ledger.",
            "It names ledger {found}; this one is {expected}.",
            "Hand it in on the ledger that it names, or write it anew.",
        ),
        (
            "指令不属于本账本。",
            "指令载明的账本为 {found}，本账本为 {expected}。",
            "请向载明的账本提交，或重新制作指令。",
        ),
    ),
    "missing-signature": _texts(
        (
            "The deed has {found} signatures for {expected} signers.",
            "Every signer named in the payload must sign.",
            "Collect the missing signatures.",
        ),
        ("指令应有 {expected} 个签名，实有 {found} 个。", "载荷列明的每一签署方都必须签名。", "请补齐签名。"),
    ),
    "extra-signature": _texts(
        (
            "The deed has {found} signatures for {expected} signers.",
            "Only the signers named in the payload may sign.",
            "Remove the superfluous signatures.",
        ),
        (
            "指令应有 {expected} 个签名，实有 {found} 个。",
            "只有载荷列明的签署方可以签名。",
            "请删除多余的签名。",
        ),
    ),
}

ADMISSION: Final = {
    "expired": _texts(
        (
            "The deed has expired.",
            "It was valid before {expires}; the ledger's time is {now} (milliseconds).",
            "Write and sign it anew.",
        ),
        ("指令已过有效期。", "有效期至 {expires}，账本时间为 {now}（毫秒）。", "请重新制作并签署。"),
    ),
    "expires-too-late": _texts(
        (
            "The deed expires too far ahead.",
            "At most {limit} ms after the ledger's time {now} are allowed; it says {expires}.",
            "Choose an earlier expiry and sign again.",
        ),
        (
            "指令有效期过长。",
            "有效期最多为账本时间 {now} 之后 {limit} 毫秒，指令载明 {expires}。",
            "请缩短有效期后重新签署。",
        ),
    ),
    "spent": _texts(
        (
            "This deed has already been handed in.",
            "A deed takes effect once; its id {deed} is spent, whether it was accepted or refused.",
            "Look up its receipt. To do the same again, write a new deed.",
        ),
        (
            "该指令已提交过。",
            "一份指令只生效一次，编号 {deed} 无论是否被接受均已使用。",
            "请查询其回执；如需再次办理，请制作新指令。",
        ),
        409,
    ),
    "unknown-party": _texts(
        (
            "The party {party} is not admitted to this ledger.",
            "Only parties that a registrar has admitted can sign or hold rights.",
            "Have the party admitted first.",
        ),
        ("单位 {party} 尚未准入本账本。", "只有经登记方准入的单位才能签署或享有权利。", "请先办理准入。"),
    ),
    "party-suspended": _texts(
        (
            "The party {party} is suspended.",
            "A registrar has suspended it; until it is reinstated it signs nothing.",
            "Ask the registrar for the reason.",
        ),
        ("单位 {party} 已被暂停。", "登记方已暂停其资格，恢复前不得签署。", "请向登记方了解原因。"),
        403,
    ),
    "unknown-key": _texts(
        (
            "The key {key} is not one of {party}.",
            "A signature counts only under a deed key that the party has registered.",
            "Sign with a registered key, or register this one first.",
        ),
        (
            "密钥 {key} 不属于单位 {party}。",
            "只有该单位登记的签署密钥所作签名有效。",
            "请使用已登记的密钥签署，或先登记该密钥。",
        ),
    ),
    "key-revoked": _texts(
        (
            "The key {key} of {party} was revoked.",
            "A revoked key signs nothing from the block after its revocation.",
            "Sign with a key that is in force.",
        ),
        ("单位 {party} 的密钥 {key} 已被撤销。", "密钥撤销后不得再用于签署。", "请使用有效密钥重新签署。"),
    ),
    "wrong-algorithm": _texts(
        (
            "The signature names the algorithm {found}; the key is for {expected}.",
            "A ledger uses its suite's algorithms only.",
            "Sign with the algorithm of the key.",
        ),
        (
            "签名载明的算法为 {found}，密钥对应的算法为 {expected}。",
            "账本只使用其密码套件规定的算法。",
            "请使用与密钥相符的算法签署。",
        ),
    ),
    "signature-invalid": _texts(
        (
            "The signature of {party} does not hold.",
            "It was not made by the key named over this payload.",
            "Sign the deed again, unchanged.",
        ),
        ("单位 {party} 的签名无效。", "该签名并非以所列密钥对本载荷作出。", "请对未经改动的指令重新签署。"),
    ),
    "mandate-unknown": _texts(
        (
            "There is no such mandate from {party}.",
            "The deed names {mandate}, which is no mandate of that party.",
            "Name a mandate that the party has granted.",
        ),
        (
            "未找到单位 {party} 的该项委托。",
            "指令所列 {mandate} 不是该单位的委托权限。",
            "请填写该单位已授予的委托权限。",
        ),
    ),
    "mandate-ended": _texts(
        (
            "The mandate has ended.",
            "It was revoked or its term has passed.",
            "Ask the principal for a new mandate.",
        ),
        ("委托权限已终止。", "委托已被撤销或期限届满。", "请委托方重新授权。"),
        403,
    ),
}

EXECUTION: Final = {
    "quota": _texts(
        (
            "{party} has used up its quota for this minute.",
            "{used} of {limit} cost units are used; this deed costs {cost}.",
            "Hand it in again in the next minute, as a new deed.",
        ),
        (
            "单位 {party} 本分钟的配额已用完。",
            "已用 {used}，上限 {limit}，本指令需 {cost}。",
            "请在下一分钟以新指令提交。",
        ),
        429,
    ),
    "growth-limit": _texts(
        (
            "{party} has written as much today as it may.",
            "{used} of {limit} bytes are used; this deed writes {size}. What is written stays with every node.",
            "Hand in a new deed tomorrow (UTC), write less at once, or ask the authorities for a higher limit.",
        ),
        (
            "单位 {party} 当日写入账本的数据量已达上限。",
            "已用 {used} 字节，上限 {limit} 字节，本指令需写入 {size} 字节；写入的数据由各节点长期保存。",
            "请于次日（世界协调时）以新指令提交，或减少单次写入量，或向主管方申请调高上限。",
        ),
        429,
    ),
    "unknown-contract": _texts(
        (
            "The contract {contract} is not installed on this ledger.",
            "Acts follow pages that an installer has installed.",
            "Install the page first, or use an installed version.",
        ),
        (
            "本账本未安装合约 {contract}。",
            "办理事项须依据已安装的合约页面。",
            "请先安装该合约，或使用已安装的版本。",
        ),
        404,
    ),
    "contract-suspended": _texts(
        (
            "The contract {contract} is suspended.",
            "An authority has suspended it; nobody acts under it until it is resumed.",
            "Ask the authority for the reason.",
        ),
        (
            "合约 {contract} 已被暂停使用。",
            "主管方已暂停该合约，恢复前不得据其办理。",
            "请向主管方了解原因。",
        ),
        403,
    ),
    "unknown-asset": _texts(
        (
            "There is no asset {asset} of this contract.",
            "The id is wrong, or the asset is ruled by another contract.",
            "Check the id and the contract.",
        ),
        ("本合约下没有标的 {asset}。", "编号有误，或该标的适用其他合约。", "请核对编号和合约。"),
        404,
    ),
    "asset-exists": _texts(
        (
            "The record {asset} exists already.",
            "It can be created once.",
            "Look at the existing record; use the action that changes it.",
        ),
        ("记录 {asset} 已存在。", "该记录只能创建一次。", "请查看现有记录，并使用变更操作。"),
        409,
    ),
    "stale-rev": _texts(
        (
            "The asset {asset} has changed meanwhile.",
            "The deed expects revision {expected}; it is at {found}.",
            "Look at the asset as it is now, and decide again.",
        ),
        (
            "标的 {asset} 已发生变更。",
            "指令依据的版次为 {expected}，现为 {found}。",
            "请查看最新状态后重新决定。",
        ),
        409,
    ),
    "rev-required": _texts(
        (
            "The act does not say which revision of {asset} it is about.",
            "When several parties sign, each must know what it signs for; it is at {found}.",
            "Add rev, and have everybody sign again.",
        ),
        (
            "事项未载明标的 {asset} 的版次。",
            "多方签署时，各方须明确所签对象的版次；现为 {found}。",
            "请补充版次后由各方重新签署。",
        ),
    ),
    "too-many-assets": _texts(
        (
            "The deed touches more than {limit} assets.",
            "The limit keeps every block's cost bounded.",
            "Use several deeds.",
        ),
        ("指令涉及的标的超过 {limit} 个。", "设此上限是为保证每个区块的执行成本可控。", "请拆分为多份指令。"),
    ),
    "missing-companion": _texts(
        (
            "A companion act is missing ({clause}).",
            "The contract allows the act only together with another in the same deed, each serving one act only.",
            "Add the companion act, and name it in with.",
        ),
        (
            "缺少配套事项（{clause}）。",
            "合约规定该事项须与另一事项在同一指令内一并办理，且一项配套只对应一项要求。",
            "请在指令中加入配套事项并在 with 中指明。",
        ),
    ),
    "extra-signer": _texts(
        (
            "{party} signs, but no act needs it.",
            "A deed is signed by exactly those who must sign.",
            "Leave the signer out, or add the act that needs it.",
        ),
        (
            "单位 {party} 签署了指令，但没有事项需要其签署。",
            "指令由且仅由必须签署的各方签署。",
            "请移除该签署方，或补充需其签署的事项。",
        ),
    ),
    "act-failed": _texts(
        (
            "{action} could not be carried out.",
            "The program met an error of its own in an act under {contract}; nothing of the deed has happened.",
            "Tell the operator of the node: the node's log says more. Do not send the same act again.",
        ),
        (
            "“{action}”未能执行。",
            "程序在执行合约 {contract} 项下的事项时发生内部错误，本指令各项内容均未生效。",
            "请联系节点运维人员，详情见节点日志；请勿重复提交同一事项。",
        ),
        500,
    ),
    "no-possession": _texts(
        (
            "Possession of the key {key} is not proved.",
            "Whoever registers a key signs with it for {party} on this ledger; the signature does not hold.",
            "Sign the statement of possession with the key.",
        ),
        (
            "未能证明持有密钥 {key}。",
            "登记密钥须用该密钥为单位 {party} 在本账本上作持有证明签名，该签名无效。",
            "请用该密钥签署持有证明。",
        ),
    ),
    "key-purpose": _texts(
        (
            "The key {key} already serves {party} for another purpose.",
            "A key signs deeds or has contents sealed to it, never both, not even after it was revoked.",
            "Make a key of its own for each purpose.",
        ),
        (
            "密钥 {key} 已由单位 {party} 登记作其他用途。",
            "签署指令的密钥与接收密封内容的密钥须各自独立，撤销后亦不得改作他用。",
            "请为每种用途分别生成密钥。",
        ),
    ),
    "page-refused": _texts(
        (
            "The contract page is refused ({reason}).",
            "{detail}",
            "Correct the page, have it examined, and install it anew.",
        ),
        ("合约页面未通过检查（{reason}）。", "{detail}", "请修改页面，重新检查后再安装。"),
    ),
    "report-refused": _texts(
        (
            "The check report does not hold.",
            "It must be about this very page and signed by an examiner whom the genesis names; {examiner} did not.",
            "Have an examiner check and sign.",
        ),
        (
            "检查报告无效。",
            "报告须针对本页面并由创世文件指定的检查方签署；{examiner} 的签署不符合要求。",
            "请由检查方检查并签署。",
        ),
    ),
    "mandate-scope": _texts(
        (
            "The mandate does not cover {action}.",
            "It names the contracts and actions that it covers.",
            "Act yourself, or ask for a mandate that covers it.",
        ),
        ("委托权限不包含“{action}”。", "委托已列明可办理的合约和操作。", "请由本单位办理，或取得相应委托。"),
        403,
    ),
    "mandate-limit": _texts(
        ("The mandate is used up.", "It covers {limit} acts.", "Ask the principal for a new mandate."),
        ("委托次数已用完。", "该委托限 {limit} 次。", "请委托方重新授权。"),
        403,
    ),
}

register(UNREADABLE | ADMISSION | EXECUTION)
