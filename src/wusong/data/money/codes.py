"""Every refusal of the money room, explained in English and Chinese."""

from __future__ import annotations

from wusong.errors import Texts, register, register_reasons

register(
    {
        "contribution-providers": Texts(
            en=(
                "{count} providers cannot be counted this way; at most {most} can.",
                "Exact shares value every coalition, and there are twice as many with each provider more.",
                "Take the sampled shares, with a declared seed, or group providers that belong together.",
            ),
            zh=(
                "按此方法无法计算 {count} 个提供方，最多 {most} 个。",
                "精确计算须对每一组合逐一取值，提供方每增加一个，组合数翻倍。",
                "请改用抽样计算并载明种子，或者将同属一方的提供方合并。",
            ),
        ),
        "contribution-game": Texts(
            en=(
                "The table of coalitions has {values} values; it must have {expected}, the first of them 0.",
                "Each coalition of providers has exactly one value, and nobody alone is worth nothing.",
                "Complete the table; its order is that of the coalitions as binary numbers.",
            ),
            zh=(
                "组合取值表有 {values} 项，应为 {expected} 项，且首项（空组合）为 0。",
                "每一组合应当且只能有一个取值，空组合的取值为零。",
                "请补全取值表，各项按组合的二进制编号排列。",
            ),
        ),
        "contribution-spread": Texts(
            en=(
                "Provider {provider} adds {added} to a coalition; declared was between 0 and {spread}.",
                "The error bound holds only if nobody adds less than nothing or more than was declared.",
                "Declare the true spread, or use a measure in which no provider takes anything away.",
            ),
            zh=(
                "提供方 {provider} 对某一组合的增量为 {added}，超出所声明的 0 至 {spread}。",
                "误差上限以各增量在声明范围之内为前提。",
                "请声明实际范围，或者改用各方增量不为负的计量方法。",
            ),
        ),
        "contribution-negative": Texts(
            en=(
                "The contribution of provider {provider} is negative.",
                "By the measure agreed upon, this provider takes away more than it adds; money is not taken back here.",
                "Let the parties settle this case, and use a measure without negative contributions.",
            ),
            zh=(
                "提供方 {provider} 的贡献为负。",
                "按约定的计量方法，该方减损大于增益；分配不能为负数。",
                "请各方另行协商，或者改用不产生负贡献的计量方法。",
            ),
        ),
        "contribution-none": Texts(
            en=(
                "Nobody contributed anything.",
                "All contributions or weights are zero, so there is nothing to divide by.",
                "Check the input; the parties may agree to distribute this period by their shares.",
            ),
            zh=(
                "各方贡献均为零。",
                "全部贡献或者权重为零，无法据以分配。",
                "请核对计量数据；各方可以商定本期按比例分配。",
            ),
        ),
        "contribution-file": Texts(
            en=(
                "Line {line} of the file of contributions cannot be read: {detail}",
                "It has the columns call,provider,rows; each pair of call and provider stands once, rows are whole.",
                "Correct the line and try again.",
            ),
            zh=(
                "贡献计量文件第 {line} 行无法读取：{detail}",
                "文件各列为 call,provider,rows；同一调用与提供方只列一行，行数为整数。",
                "请更正该行后重试。",
            ),
        ),
        "period-wrong": Texts(
            en=(
                "“{text}” is no period.",
                "A period is a month (2026-03) or two days (2026-03-01..2026-03-31), the last not before the first.",
                "Write the period in one of these forms.",
            ),
            zh=(
                "“{text}”不是有效期间。",
                "期间写作月份（2026-03），或者首日与末日（2026-03-01..2026-03-31），末日不得早于首日。",
                "请按上述格式填写期间。",
            ),
        ),
        "period-not-over": Texts(
            en=(
                "The period ends on {last} and is not over.",
                "Calls may still be metered in it, so that a statement now would not be complete.",
                "Try again when the period is over.",
            ),
            zh=(
                "期间至 {last} 届满，目前尚未届满。",
                "期间内仍可能有调用计量，此时出具的对账单不完整。",
                "请在期间届满后办理。",
            ),
        ),
        "period-overlaps": Texts(
            status=409,
            en=(
                "The period {period} overlaps {held}, for which {asset} stands already.",
                "A metered call is charged and distributed once, so that two periods share no day.",
                "Choose a period that begins after the other ends. What is still to be confirmed can be corrected or withdrawn first.",
            ),
            zh=(
                "期间 {period} 与已办理的期间 {held} 重叠，对应记录：{asset}。",
                "每批计量只收费一次、只分配一次，各期间不得有重合的日期。",
                "请选择在该期间届满之后起算的期间；该记录尚待确认的，可以先行更正或者撤回。",
            ),
        ),
        "invoice-bound-already": Texts(
            status=409,
            en=(
                "Invoice number {number} is bound to this very statement already.",
                "A number is entered once; there is nothing more to do.",
                "Look at the statement; another invoice is bound only after this one was reversed.",
            ),
            zh=(
                "发票号码 {number} 已登记于本对账单。",
                "号码一经登记即为有效，无须重复登记。",
                "请查看本对账单；如需另行开具发票，应当先行红冲。",
            ),
        ),
        "invoice-reversed": Texts(
            status=409,
            en=(
                "Invoice number {number} stood on this statement and was reversed by {red}.",
                "A reversed number stays in the register and is never bound again; a red-letter number binds nothing.",
                "Issue another invoice and bind its number.",
            ),
            zh=(
                "发票号码 {number} 曾登记于本对账单，已由红字发票 {red} 红冲。",
                "已红冲的号码和红字发票号码留存于登记簿，不得再次登记。",
                "请另行开具发票并登记新号码。",
            ),
        ),
        "statement-empty": Texts(
            en=(
                "Nothing was metered between these parties in this period.",
                "Only metered calls are charged; a metering belongs to the period in which the ledger accepted it.",
                "Meter the calls that wait, or choose another period.",
            ),
            zh=(
                "本期间内双方之间没有已计量的调用。",
                "仅对已计量的调用收费；计量按账本接受的时间归入期间。",
                "请先计量待计量的调用，或者另选期间。",
            ),
        ),
        "statement-differs": Texts(
            en=(
                "The statement does not agree with the records: {count} differences, the first: {first}.",
                "What is charged must agree call by call with the book of calls and the meterings on the ledger.",
                "Look at the differences (wusong data statement --reconcile), repair the book from a backup, and try again.",
            ),
            zh=(
                "对账单与记录不一致，共 {count} 处差异，第一处：{first}。",
                "收费应当与调用记录簿和账本上的计量逐次一致。",
                "请查看差异明细（wusong data statement --reconcile），从备份恢复记录簿后重试。",
            ),
        ),
        "no-such-statement": Texts(
            status=404,
            en=(
                "There is no such statement here.",
                "Its contents are not in this node's vault, or it is none of this party's.",
                "Ask the other side for the file, or look in the list of statements.",
            ),
            zh=(
                "本节点没有该对账单。",
                "对账单内容不在本节点的保管库中，或者不属于本单位。",
                "请向对方索取文件，或者在对账单列表中查找。",
            ),
        ),
        "statement-unreadable": Texts(
            status=409,
            en=(
                "The content of this record is no statement of account: {detail}.",
                "The record was written with a content made by hand, or one between other parties.",
                "Confirm nothing; ask the operator for a corrected version, or dispute the record.",
            ),
            zh=(
                "该记录的内容不是对账单：{detail}。",
                "该记录所附内容系另行编制，或者属于其他当事方。",
                "请勿确认，应当要求运营机构更正，或者提出异议。",
            ),
        ),
        "statement-open": Texts(
            status=409,
            en=(
                "{count} statements of this period are not confirmed yet.",
                "Only confirmed amounts are distributed, so that nobody is paid what is disputed.",
                "Wait until the users have confirmed or the time to dispute has passed; resolve the disputes.",
            ),
            zh=(
                "本期间尚有 {count} 份对账单未确认。",
                "仅分配已确认的金额，有异议的款项不予分配。",
                "请等待使用方确认或者异议期满，并解决异议。",
            ),
        ),
        "split-open": Texts(
            status=409,
            en=(
                "The distribution of this period is not confirmed by all parties yet.",
                "The settlement file is made from a distribution that nobody can dispute any more.",
                "Wait for the confirmations, or for the time to dispute to pass.",
            ),
            zh=(
                "本期分配尚未经各方确认。",
                "结算文件依据不再有异议的分配结果制作。",
                "请等待各方确认或者异议期满。",
            ),
        ),
        "split-busy": Texts(
            status=409,
            en=(
                "The agreement is in the state “{state}” and takes no distribution now.",
                "Another distribution or change is under way, or the agreement has ended.",
                "Bring it to an end first.",
            ),
            zh=(
                "收益分配约定处于“{state}”状态，目前不能办理分配。",
                "另有分配或者变更正在进行，或者约定已经终止。",
                "请先完结该事项。",
            ),
        ),
        "account-missing": Texts(
            en=(
                "Neither {party} nor the payer has entered a bank account of {party}.",
                "The settlement file needs the account of everyone who pays or is paid.",
                "Let the payee enter its own account, or enter it in your list (Distribution and settlement, Bank accounts), then make the file again.",
            ),
            zh=(
                "收款方和付款方均未登记 {party} 的银行账户。",
                "结算文件须载明每一收付款方的账户。",
                "请由收款方登记本单位账户，或者在“分配与结算—银行账户”中登记该收款方的账户后，再制作结算文件。",
            ),
        ),
        "account-wrong": Texts(
            en=(
                "The account cannot be right: {reason}.",
                "An account number has 8 to 34 letters and digits, at least 8 of them digits; a bank code has 12 digits (CNAPS), or 8 or 11 characters (BIC).",
                "Copy it from the bank's letter.",
            ),
            zh=(
                "银行账户填写有误：{reason}。",
                "账号为 8 至 34 位字母或者数字，其中数字不少于 8 位；联行号为 12 位数字，或者 8 位、11 位的 BIC。",
                "请按银行开户资料重新填写。",
            ),
        ),
        "account-unknown-party": Texts(
            en=(
                "Nobody of this name or DID is a party to this ledger.",
                "An account is kept of a party, so that a payment file finds it.",
                "Choose the party from the list.",
            ),
            zh=(
                "本账本没有该单位。",
                "银行账户按账本上的单位登记，付款文件据此查找。",
                "请从列表中选择单位。",
            ),
        ),
        "settlement-nothing": Texts(
            en=(
                "Nothing is to be paid: the distribution leaves no part for another party.",
                "Who pays keeps its own part; parts of nothing are not transferred.",
                "There is nothing to hand to the bank for this period.",
            ),
            zh=(
                "没有应付款项：本期分配没有应向其他方支付的金额。",
                "付款方自身所得无须划转，金额为零的不列入。",
                "本期无须向银行提交文件。",
            ),
        ),
        "invoice-number": Texts(
            en=(
                "“{number}” is no number of an electronic invoice.",
                "It has 20 digits: year (2), region (2), channel (1), sequence (15).",
                "Copy the number from the invoice.",
            ),
            zh=(
                "“{number}”不是数电票号码。",
                "数电票号码为二十位数字：年度两位、地区代码两位、开具渠道一位、顺序编码十五位。",
                "请按发票上的号码填写。",
            ),
        ),
        "invoice-bound-elsewhere": Texts(
            status=409,
            en=(
                "Invoice number {number} stands in the register already, for the record {asset}.",
                "One invoice settles one claim; a number that was entered once is never entered again.",
                "Check the number; if the other entry was a mistake, reverse that invoice and issue another.",
            ),
            zh=(
                "发票号码 {number} 已经登记，对应记录：{asset}。",
                "一张发票只能对应一笔应收款项；号码一经登记，不再重复使用。",
                "请核对号码；另一处登记有误的，应当红冲该发票并另行开具。",
            ),
        ),
        "invoice-register-missing": Texts(
            status=409,
            en=(
                "This ledger has no register of invoice numbers yet.",
                "An invoice is bound together with the entry of its number, so that no number serves two claims.",
                "A party accredited as registrar of invoice numbers (invoice-registrar) opens it once.",
            ),
            zh=(
                "本账本尚未开立发票号码登记簿。",
                "登记发票时应当同时登记号码，以确保同一号码不用于两项债权。",
                "请由具有发票号码登记机构（invoice-registrar）资格的单位开立登记簿，开立一次即可。",
            ),
        ),
        "index-behind": Texts(
            status=503,
            en=(
                "The node's index of the ledger is behind.",
                "What is not yet indexed would be missing from the result.",
                "Try again in a moment; if it stays so, let an administrator rebuild the read models.",
            ),
            zh=(
                "本节点的账本索引尚未更新至最新区块。",
                "尚未编入索引的内容不会出现在结果中，此时办理可能遗漏。",
                "请稍后重试；仍未恢复的，请管理人员重建读取模型。",
            ),
        ),
        "revenue-input": Texts(
            en=(
                "The calculation of the permitted revenue cannot use {field}: {detail}",
                "Amounts are whole minor units from 0, rates basis points, and each item names its source.",
                "Correct the sheet and calculate again.",
            ),
            zh=(
                "最高准许收入测算表的“{field}”无法使用：{detail}",
                "金额为不小于零的整数（分），比率以万分之一计，各项均应注明来源。",
                "请更正测算表后重新计算。",
            ),
        ),
        "moneybook-failed": Texts(
            status=500,
            en=(
                "The book of statements could not be written: {detail}",
                "What is issued must be noted durably first.",
                "Look at disk and rights, then try again; nothing is issued twice.",
            ),
            zh=(
                "对账簿写入失败：{detail}",
                "出具之前须先行可靠记录。",
                "请检查磁盘空间和权限后重试，不会重复出具。",
            ),
        ),
    }
)
register_reasons(
    "account-wrong",
    {
        "number": ("the account number", "账号"),
        "holder": ("the account holder", "户名"),
        "bank": ("the bank and its branch", "开户行名称"),
        "code": ("the bank code", "联行号或者 BIC"),
        "file": ("the file cannot be read", "文件无法读取"),
        "content": ("this is no account of this list", "所指内容不是本单位名册中的账户"),
    },
)
