"""The refusals of the use cases: registration to metered call, questions, evidence."""

from __future__ import annotations

from wusong.errors import Texts, register

register(
    {
        "no-such-asset": Texts(
            en=(
                "There is no {contract} with the number {asset}.",
                "The ledger holds none, or it is of another kind.",
                "Look it up in the list and try again.",
            ),
            zh=(
                "找不到编号为 {asset} 的 {contract}。",
                "账本上没有该编号的记录，或者该记录属于其他类别。",
                "请从列表中选取后重试。",
            ),
            status=404,
        ),
        "content-not-here": Texts(
            en=(
                "The content behind the commitment {commitment} is not on this node.",
                (
                    "Contents stay with the node that they were handed to; this one never had it, "
                    "or it was erased."
                ),
                "Ask the node of the organisation that holds the content.",
            ),
            zh=(
                "本节点没有加盐哈希 {commitment} 对应的内容。",
                "内容只保存在接收它的节点；本节点未曾保存，或者内容已被清除。",
                "请向持有该内容的单位的节点查询。",
            ),
            status=404,
        ),
        "content-not-brought": Texts(
            en=(
                "The content behind the commitment {commitment} was not handed to this node by {party}.",
                (
                    "A commitment stands on the ledger for others to read; it gives nobody the content. A "
                    "table, its profile or a question is used only for the party that brought it itself."
                ),
                "Have the party hand in its own file through the page or interface meant for it.",
            ),
            zh=(
                "加盐哈希 {commitment} 对应的内容并非由 {party} 提交至本节点。",
                "加盐哈希在账本上可供他人查看，但不构成使用内容的依据；数据表、数据画像和查询语句仅供提交方自身使用。",
                "请由该单位通过相应页面或者接口提交自有文件。",
            ),
            status=404,
        ),
        "nothing-to-attest": Texts(
            en=("There is nothing to attest.", "A batch holds at least one file.", "Name at least one file."),
            zh=("没有可供存证的文件。", "存证批次至少应包含一件文件。", "请至少指定一件文件。"),
        ),
        "question-unreadable": Texts(
            en=(
                "The question cannot be read as SQL.",
                "It is not one well-formed statement of at most {limit} characters.",
                'Correct the statement; for instance: select count(*) from data where "level" = $level.',
            ),
            zh=(
                "无法识别该查询语句。",
                "查询应为一条语法正确、不超过 {limit} 个字符的语句。",
                '请更正语句，例如：select count(*) from data where "级别" = $level。',
            ),
        ),
        "question-forbidden": Texts(
            en=(
                "The question contains something that is not allowed: {part}.",
                (
                    "A question is one SELECT over the table “data” with counts, sums and averages, each over "
                    "one bare column, conditions and groups. A parameter stands only as column = $parameter, "
                    "joined to the other conditions by AND. Smallest and largest values are single rows. "
                    "Whatever could bring out rows, be it call after call, or reach anything else is refused."
                ),
                "Leave that part out, or write it as a condition with fixed values.",
            ),
            zh=(
                "查询中含有不允许的内容：{part}。",
                (
                    "查询只能是对表 data 的一条 SELECT，可用计数、求和、平均、条件和分组，且计数、求和、平均"
                    "只能直接作用于单个列；参数只能以“列 = $参数”的形式出现，并以 AND 与其他条件并列；"
                    "最大值、最小值即为单条记录，不予提供。凡可能带出原始记录（包括经多次调用逐步推出）"
                    "或者触及其他对象的，一律不予接受。"
                ),
                "请删去该部分，或者改写为取值固定的条件。",
            ),
        ),
        "question-shape": Texts(
            en=(
                "The question does not give what it says it gives ({output}).",
                (
                    "An answer is one value without groups; an aggregate has groups by plain columns; "
                    "a yes-no compares one count with a number; the smallest group is at least 2."
                ),
                "Change the statement or the kind of output.",
            ),
            zh=(
                "查询结果与所填产品形态（{output}）不符。",
                (
                    "单项答案只有一个值且不分组；分组统计按列分组；是否核验为一个计数与一个数的比较；"
                    "最小分组数量不小于二。"
                ),
                "请修改语句或者产品形态。",
            ),
        ),
        "question-parameters": Texts(
            en=(
                "The parameters declared ({declared}) are not those that the question uses ({used}).",
                "Each parameter is declared once and used.",
                "Make the two lists equal; write a parameter as $name.",
            ),
            zh=(
                "声明的参数（{declared}）与查询使用的参数（{used}）不一致。",
                "每个参数应当声明一次并在查询中使用。",
                "请使两者一致；参数写作 $name。",
            ),
        ),
        "parameter-wrong": Texts(
            en=(
                "The parameter {parameter} does not fit: {expected}.",
                "The product declares its parameters, their types and values; a call gives exactly these.",
                "Look at the product's parameters and call again.",
            ),
            zh=(
                "参数 {parameter} 不符合要求：{expected}。",
                "产品已声明参数的名称、类型和取值范围，调用时应当逐一给出。",
                "请对照产品的参数说明后重新调用。",
            ),
        ),
        "group-too-small": Texts(
            en=(
                "The answer is withheld.",
                (
                    "It would rest on fewer than {least} rows, or leave out only so few that they could be "
                    "told from the difference; either could point at someone."
                ),
                "Ask a question of another width. This call is counted: that so few rows are concerned is an answer.",
            ),
            zh=(
                "不予提供答案。",
                "答案所依据的记录少于 {least} 条，或者被排除的记录少于 {least} 条而可由差额推知，可能识别特定对象。",
                "请调整查询范围。所涉记录过少亦属查询结果，故本次调用计次。",
            ),
        ),
        "too-many-groups": Texts(
            en=(
                "The answer has more than {limit} groups.",
                "That many groups are close to handing over the rows.",
                "Narrow the question. This call is not counted.",
            ),
            zh=(
                "结果分组超过 {limit} 组。",
                "分组过多近于提供原始记录。",
                "请缩小查询范围。本次调用不计次。",
            ),
        ),
        "question-failed": Texts(
            en=(
                "The question could not be answered.",
                (
                    "It took too long or too much memory, or does not suit the table; details are "
                    "not shown, since they could hold data."
                ),
                "Change the parameters, or tell the operator. This call is not counted.",
            ),
            zh=(
                "查询未能得出结果。",
                "查询超出时间或者内存上限，或者与数据表不相适应；为避免泄露数据，不显示细节。",
                "请调整参数，或者联系运营机构。本次调用不计次。",
            ),
        ),
        "callbook-version": Texts(
            en=(
                "The book of calls has version {found}; this program knows {known}.",
                "It was written by a newer program.",
                "Use the newer program.",
            ),
            zh=(
                "调用记录文件的版本为 {found}，本程序支持的版本为 {known}。",
                "该文件由较新版本的程序写入。",
                "请使用较新版本的程序。",
            ),
            status=500,
        ),
        "callbook-failed": Texts(
            en=(
                "The call could not be recorded ({detail}).",
                "A call is answered only when its record is safe on the disk.",
                "Free space on the disk or restore access to it. Nothing was answered, nothing is counted.",
            ),
            zh=(
                "无法记录本次调用（{detail}）。",
                "调用记录确已落盘的，方可作答。",
                "请释放磁盘空间或者恢复磁盘访问。本次未作答，不计次。",
            ),
            status=507,
        ),
        "request-id-reused": Texts(
            en=(
                "The request id {request_id} already names another call.",
                "A request id stands for one request; repeated, it gives the same call, which counts once.",
                "Use a new request id.",
            ),
            zh=(
                "请求编号 {request_id} 已用于另一次调用。",
                "一个请求编号对应一次请求；重复提交视为同一次调用，只计一次。",
                "请使用新的请求编号。",
            ),
            status=409,
        ),
        "no-such-call": Texts(
            en=(
                "Call {number} of the data-use {use} stands in no batch.",
                "There is no such call, or it was not metered yet.",
                "Meter the calls first.",
            ),
            zh=(
                "数据使用授权 {use} 的第 {number} 次调用不在任何计量批次中。",
                "没有这次调用，或者尚未计量。",
                "请先办理计量。",
            ),
            status=404,
        ),
        "call-refused": Texts(
            en=(
                "{says[en]}",
                (
                    "The clause “{clause}” of this data-use refuses the call. Nothing was answered, "
                    "nothing is counted."
                ),
                "Stay within number, term and purpose, or apply anew.",
            ),
            zh=(
                "{says[zh]}",
                "该数据使用授权的条款“{clause}”不允许本次调用；未作答，不计次。",
                "请在批准的次数、期限和用途之内调用，或者另行申请。",
            ),
            status=403,
        ),
        "not-the-user": Texts(
            en=(
                "{caller} is not the user of the data-use {use}.",
                "A data-use is called by the party that applied for it.",
                "Apply for a use of your own.",
            ),
            zh=(
                "{caller} 不是数据使用授权 {use} 的使用方。",
                "数据使用授权只供申请单位自行使用。",
                "请以本单位名义另行申请。",
            ),
            status=403,
        ),
        "answer-changed": Texts(
            en=(
                "Call {number} was answered otherwise before.",
                (
                    "The answer that was recorded differs from the one found now; neither the table "
                    "nor the question should have changed."
                ),
                "Tell the operator; the record of the first answer stands.",
            ),
            zh=(
                "第 {number} 次调用此前的答案与现在不同。",
                "记录的答案与本次得出的不一致，而数据表和查询均不应有变化。",
                "请告知运营机构；以首次记录为准。",
            ),
            status=500,
        ),
    }
)
