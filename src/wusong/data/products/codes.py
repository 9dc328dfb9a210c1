"""The refusals of calling, tokens and files, explained in English and Chinese."""

from __future__ import annotations

from wusong.errors import Texts, register

register(
    {
        "question-file": Texts(
            en=(
                "{file} is no question: {reason}.",
                "A question is a JSON object with output, sql, and where they apply parameters, least_group, bands.",
                "See docs/data.md, Questions; mend the file. Nothing was offered.",
            ),
            zh=(
                "{file} 不是有效的提问文件：{reason}。",
                "提问为 JSON 对象，含 output、sql，以及按需填写的 parameters、least_group、bands。",
                "请对照 docs/data.md “Questions”一节修改该文件；未上架任何产品。",
            ),
            status=422,
        ),
        "way-used-up": Texts(
            en=(
                "This token was issued for {limit} calls, and they are used.",
                "A token carries a limit of its own within the data-use. Nothing was answered, nothing is counted.",
                "Have a signatory of your organisation issue another token.",
            ),
            zh=(
                "该令牌限 {limit} 次调用，现已用完。",
                "令牌在数据使用授权之内另有次数限制；本次未作答，不计次。",
                "请由本单位授权人员另行签发令牌。",
            ),
            status=403,
        ),
        "metering-refused": Texts(
            en=(
                "{says[en]}",
                (
                    "The clause “{clause}” of the data-use {use} refuses to meter call {number}. Calls before it "
                    "are metered; it and those after it stay in the book and are not charged."
                ),
                "Where the reason passes, meter again; otherwise settle these calls with the user in writing.",
            ),
            zh=(
                "{says[zh]}",
                (
                    "数据使用授权 {use} 的条款“{clause}”不允许计量第 {number} 次调用。"
                    "此前的调用已经计量；该次及其后的调用保留在台账中，不予计费。"
                ),
                "原因消除后可以再次计量；无法消除的，应当与使用方另行书面处理。",
            ),
            status=409,
        ),
        "token-refused": Texts(
            en=(
                "The token is not accepted: {reason}.",
                (
                    "A token is good for one party, one data-use, a time and a number of calls, until it is "
                    "revoked. Nothing was answered, nothing is counted."
                ),
                "Check that the whole token was copied; otherwise have a signatory issue a new one.",
            ),
            zh=(
                "令牌不予接受：{reason}。",
                "令牌仅在载明的单位、数据使用授权、期限和次数之内有效，撤销后即行失效；本次未作答，不计次。",
                "请核对令牌是否完整复制；仍不接受的，请由本单位授权人员重新签发。",
            ),
            status=401,
        ),
        "no-such-token": Texts(
            en=(
                "There is no token {token} here that your party could revoke.",
                "Tokens are revoked where they were issued, by the party that they are for.",
                "Look the token up on the page of the data-use.",
            ),
            zh=(
                "没有可由贵单位撤销的令牌 {token}。",
                "令牌由其所属单位在签发的节点上撤销。",
                "请在数据使用授权的页面上查看令牌列表。",
            ),
            status=404,
        ),
        "token-terms": Texts(
            en=(
                "The token cannot be issued so: {field}.",
                (
                    "A token names its holder (a post or a system, 1 to 64 characters, no person), lasts from "
                    "one day to a year, and not beyond the data-use."
                ),
                "Correct the entry.",
            ),
            zh=(
                "无法按所填内容签发令牌：{field}。",
                "令牌应当载明持有岗位或者系统（1 至 64 个字符，不得填写自然人），有效期一日至一年，且不超过使用期限。",
                "请更正后重试。",
            ),
        ),
        "product-delivers-files": Texts(
            en=(
                "This product hands over a file; it gives no answer to a call.",
                "Files carry the receiver's mark and are handed over as CSV or xlsx.",
                "Fetch the file from the page of the data-use, or from /api/v1/uses/{{use}}/file.",
            ),
            zh=(
                "该产品以文件形式提供，不通过调用作答。",
                "文件载有受领单位的标识，以 CSV 或者 xlsx 格式交付。",
                "请在数据使用授权的页面上领取文件，或者使用接口 /api/v1/uses/{{use}}/file。",
            ),
            status=409,
        ),
        "product-gives-answers": Texts(
            en=(
                "This product answers calls; it hands over no file.",
                "Only products of open data are handed over as files.",
                "Call the product.",
            ),
            zh=("该产品通过调用作答，不提供文件。", "仅无条件开放的数据以文件形式提供。", "请调用该产品。"),
            status=409,
        ),
        "trace-unreadable": Texts(
            en=(
                "The file cannot be examined: {detail}.",
                "A copy is examined as CSV or xlsx.",
                "Save the copy as CSV or xlsx and try again.",
            ),
            zh=(
                "无法检验该文件：{detail}。",
                "检验对象应当为 CSV 或者 xlsx 格式。",
                "请将该副本另存为 CSV 或者 xlsx 后重试。",
            ),
        ),
    }
)
