"""What the codes of pending deeds say."""

from __future__ import annotations

from typing import Final

from wusong.errors import Texts, register

PENDING: Final = {
    "no-such-pending": Texts(
        en=(
            "There is no such pending deed for this party.",
            "It is unknown here, was forgotten long after it expired, or the party is not one of its signers.",
            "Check the id, and for which party you ask.",
        ),
        zh=(
            "本单位没有此待签指令。",
            "本节点没有该指令的记录，或其失效已久、记录已清理，或本单位不在签署方之列。",
            "请核对编号及所代表的单位。",
        ),
        status=404,
    ),
    "pending-closed": Texts(
        en=(
            "This pending deed takes no more signatures.",
            "It is {state}.",
            "Propose a new one if it is still wanted.",
        ),
        zh=("此待签指令不再接受签署。", "其状态为 {state}。", "如仍需办理，请重新发起。"),
        status=409,
    ),
    "pending-signed": Texts(
        en=(
            "{party} has signed this deed already.",
            "Each signer signs once, and a signature that went out cannot be called back.",
            "Wait for the others; the page shows who is missing.",
        ),
        zh=(
            "单位 {party} 已签署此指令。",
            "各签署方只签署一次，已发出的签名不能收回。",
            "请等待其他签署方；页面列有尚未签署的单位。",
        ),
        status=409,
    ),
    "pending-not-proposer": Texts(
        en=(
            "Only its proposer withdraws a pending deed.",
            "{party} is a signer, but did not propose it.",
            "Decline it instead.",
        ),
        zh=(
            "待签指令只能由发起方撤回。",
            "单位 {party} 是签署方，但并非发起方。",
            "可改为拒签。",
        ),
        status=403,
    ),
    "pending-signers": Texts(
        en=(
            "The signers of the deed are not those whom its acts name.",
            "It names {named} signers, its acts {acting}; they must be the same, and at least two.",
            "Propose it again with every party that the acts name, and no other; a deed of one signer is handed in at once.",
        ),
        zh=(
            "指令的签署方与各事项所列单位不一致。",
            "指令列有 {named} 个签署方，各事项涉及 {acting} 个；两者须完全一致，且不少于两个。",
            "请按各事项所列单位重新发起；仅一方签署的指令可直接提交。",
        ),
    ),
    "pending-stranger": Texts(
        en=(
            "{party} is not one of the signers of this deed, or signed twice.",
            "Each party that the acts name signs once, and nobody else signs.",
            "Leave the signature out, or propose a deed in which the party acts.",
        ),
        zh=(
            "单位 {party} 不在签署方之列，或重复签署。",
            "各事项所列单位各签署一次，其他单位不得签署。",
            "请去除该签名，或另行发起由该单位参与办理的指令。",
        ),
        status=403,
    ),
    "pending-unsigned": Texts(
        en=(
            "The pending deed is not signed by its proposer.",
            "A node takes from others only what the first signer has signed with a key in force.",
            "Sign it first, then send it.",
        ),
        zh=(
            "待签指令尚无发起方签名。",
            "节点只接收已由第一签署方以有效密钥签署的待签指令。",
            "请先签署，再发送。",
        ),
        status=403,
    ),
    "pending-not-ours": Texts(
        en=(
            "No signer of this deed has its key at this node.",
            "A node keeps pending deeds for its own parties only.",
            "Send it to the address that the signer has registered on the ledger.",
        ),
        zh=(
            "本节点未保管此指令任何签署方的密钥。",
            "节点只为其所代表的单位保存待签指令。",
            "请发送至签署方在账本上登记的节点地址。",
        ),
        status=403,
    ),
    "pending-full": Texts(
        en=(
            "The proposer has {limit} pending deeds open at this node already.",
            "More would crowd out those of others.",
            "Have some signed, or withdraw them, or wait until they expire.",
        ),
        zh=(
            "该发起方在本节点已有 {limit} 份待签指令未办结。",
            "数量限制用于避免影响其他单位。",
            "请先签署或撤回部分指令，或等待其失效。",
        ),
        status=429,
    ),
}

register(PENDING)
