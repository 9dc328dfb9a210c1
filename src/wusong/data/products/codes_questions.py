"""The refusals of questions, rooms and budgets."""

from __future__ import annotations

from wusong.errors import Texts, register

register(
    {
        "table-too-large": Texts(
            en=(
                "The table does not fit into the {limit} MB that a locked room may take.",
                "A table is answered from memory, so that it never lies on a disk in clear.",
                "Have the node's administrator raise room_memory_mb, or register the table in parts.",
            ),
            zh=(
                "该数据表超出受控查询环境的内存上限 {limit} MB。",
                "数据表仅在内存中接受查询，不以明文写入磁盘。",
                "请由节点管理员调高 room_memory_mb，或者将数据表分批登记。",
            ),
            status=507,
        ),
        "budget-spent": Texts(
            en=(
                "No further question may be opened on this table: {limit} different ones are answered already.",
                (
                    "Answers to different questions can be set against each other until single rows show. So the "
                    "number of different questions that a table answers is limited, whoever asks."
                ),
                "Use a product that is open already; the same question may be asked as often as agreed.",
            ),
            zh=(
                "该数据表不再开放新的查询：已有 {limit} 个不同查询投入使用。",
                "不同查询的结果相互比对，可能推断出单条记录，因此无论由谁调用，每张表可以开放的不同查询数量有限。",
                "请使用已经开放的产品；同一查询可以在约定次数内重复调用。",
            ),
            status=409,
        ),
        "question-differs": Texts(
            en=(
                "The offer states {offered}, groups of {offered_least}; its question gives {output}, groups of {least}.",
                (
                    "What leaves and how small a group may be stand on the ledger, where users and the department "
                    "read them. A statistic rests on five rows at least."
                ),
                "Offer the product anew, with the output and the smallest group of its question.",
            ),
            zh=(
                "查询语句与上架内容不一致：语句为 {output}、最小分组 {least}，上架内容要求 {offered}、最小分组不小于 {offered_least}。",
                "对外提供的内容和最小分组数量以账本所载为准，供使用方和数源部门查阅；统计结果至少依据五条记录。",
                "请按查询语句的实际输出方式和最小分组数量重新上架产品。",
            ),
            status=409,
        ),
        "question-personal": Texts(
            en=(
                "Values of the column {column} may not leave: it looks personal.",
                (
                    "Nobody decided yet that the column is harmless, or it was decided that it is not handed on "
                    "as it stands. Nothing may be grouped or ordered by it, it stands in no file, and no yes-no "
                    "sorts it by ranges."
                ),
                (
                    "Count or filter by it, or make it the key that a caller must know; or have the department "
                    "decide about the column and register the change."
                ),
            ),
            zh=(
                "“{column}”列疑似个人信息，列值不得对外提供。",
                "该列尚未经人工判定为无害，或者已判定不得按原样提供；不得据以分组、排序，不得列入文件，也不得以区间方式核验。",
                "可以将该列用于计数、筛选，或者作为调用方须已知的键；也可以由数源部门完成判定并办理变更登记。",
            ),
            status=409,
        ),
        "score-wrong": Texts(
            en=(
                "The score cannot be used as it is written: {part}.",
                (
                    "A score is one formula of fixed coefficients over columns, for the one row whose key the caller "
                    'names (where "key" = $key, and no two rows share a key); only the band leaves, between 1 and 9 '
                    "rising cuts."
                ),
                "Correct the formula, the key or the cuts.",
            ),
            zh=(
                "模型评分的写法不符合要求：{part}。",
                (
                    '评分为系数固定的一个公式，仅作用于调用方所持键值对应的一条记录（写作 where "键" = $键，且键值不得'
                    "重复）；对外只提供所在分档，分档点为一至九个递增数值。"
                ),
                "请修改公式、键列或者分档点。",
            ),
        ),
        "file-not-open": Texts(
            en=(
                "Rows of this resource may not leave as a file.",
                "Only a resource that is registered as open to all is given out as a file.",
                "Offer an answer, an aggregate, a check or a score instead.",
            ),
            zh=(
                "该资源的记录不得以文件形式提供。",
                "仅登记为无条件开放的资源可以文件形式提供。",
                "请改为提供单项答案、分组统计、是否核验或者模型评分。",
            ),
            status=409,
        ),
    }
)
