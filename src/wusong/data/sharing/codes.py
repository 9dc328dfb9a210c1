"""Every refusal of sharing and return flow, explained in English and Chinese."""

from __future__ import annotations

from wusong.errors import Texts, register

register(
    {
        "sharing-columns-undecided": Texts(
            en=(
                "Nobody has decided about these columns yet: {columns}.",
                "They look personal or important; such columns leave a department only after a decision with reasons.",
                "Decide about each column where tables are taken in, then deliver.",
            ),
            zh=(
                "下列字段尚未判定：{columns}。",
                "上述字段疑似含有个人信息或者重要数据，未经判定并说明理由，不得交付。",
                "请在“数据表核对”中逐一判定后再行交付。",
            ),
        ),
        "sharing-nothing-left": Texts(
            en=(
                "No column with values would be left to deliver.",
                "Every column was removed or masked by decision.",
                "Look at the decisions again, or refuse the request with its ground.",
            ),
            zh=(
                "没有可以交付的字段。",
                "全部字段均已判定为删除或者脱敏。",
                "请复核判定结果；确不能共享的，应当说明事由。",
            ),
        ),
        "sharing-not-yours": Texts(
            en=(
                "The delivered data are not for this party.",
                "Only the applicant of a request fetches what was delivered, and its provider.",
                "Work for the applicant, or apply for sharing yourself.",
            ),
            zh=(
                "本单位无权领取该交付数据。",
                "交付的数据仅供该申请的需求部门和提供部门领取。",
                "请以需求部门身份办理，或者另行申请共享。",
            ),
            status=403,
        ),
        "sharing-not-in-use": Texts(
            en=(
                "There is nothing to fetch: the request stands at “{state}”.",
                "Delivered data are handed out only while the use lasts and the record is not frozen.",
                "Wait for the delivery; after the end, apply again.",
            ),
            zh=(
                "现无可领取的数据：该申请的状态为“{state}”。",
                "交付的数据仅在使用期限内、未被冻结时可以领取。",
                "尚未交付的，请等待交付；已经终止的，请重新申请。",
            ),
            status=409,
        ),
        "sharing-unknown-action": Texts(
            en=(
                "A request for sharing has no step called “{action}”.",
                "Its contract page fixes the steps.",
                "Use one of: {known}.",
            ),
            zh=(
                "共享申请没有名为“{action}”的办理步骤。",
                "办理步骤以合约文本为准。",
                "请使用下列之一：{known}。",
            ),
        ),
        "sharing-wrong-unsaid": Texts(
            en=(
                "The request for correction does not say what is wrong.",
                "The provider has ten working days to check it, and must know what to look at.",
                "Say which records are in doubt, and why.",
            ),
            zh=(
                "校核申请未载明疑义或者错误情况。",
                "提供部门应当在十个工作日内核实，需要知悉具体情况。",
                "请写明存在疑义的数据及理由。",
            ),
        ),
        "sharing-nothing-delivered": Texts(
            en=(
                "Nothing has been delivered under this request yet.",
                "A file is compared with the commitment of the delivery, and there is none.",
                "Wait for the delivery.",
            ),
            zh=(
                "该申请尚未交付数据。",
                "核对文件需要与交付时的加盐哈希比对，目前尚无交付记录。",
                "请等待交付后再核对。",
            ),
            status=409,
        ),
    }
)
