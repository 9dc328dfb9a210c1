"""What the codes of contracts say to people: refusals of acts, and findings about pages."""

from __future__ import annotations

from typing import Final

from wusong.errors import Texts, register, register_reasons

# fmt: off
# One code a line reads better than nine lines a code.

_SHOW: Final = ("Correct the page and check it again.", "请修改合约页面后重新检查。")



def _finding(what: str, why: str, do: str, zh_what: str, zh_why: str, zh_do: str) -> Texts:
    return Texts(en=(what, why, do), zh=(zh_what, zh_why, zh_do))


REFUSALS: Final = {
    "bad-page": Texts(
        en=("The contract page is not sound.", "A page is installed and run only when nothing is wrong with it.", "Look at the findings, each with its place, and correct the page."),
        zh=("合约页面存在问题。", "只有检查无误的合约页面才能安装和执行。", "请逐条查看检查结果及其位置，修改页面后重试。"),
    ),
    "unknown-action": Texts(
        en=("The contract {contract} has no action {action}.", "Only what the page says can be done.", "Choose one of the actions of the page."),
        zh=("合约 {contract} 没有“{action}”这一操作。", "只能办理合约页面载明的事项。", "请从合约页面列明的操作中选择。"),
    ),
    "wrong-state": Texts(
        en=("{action} cannot be done in the state {state}.", "The page {contract} allows it only in: {expected}.", "Look at the asset's present state; another act may have changed it."),
        zh=("标的处于“{state}”状态，不能办理“{action}”。", "合约 {contract} 仅允许在下列状态下办理：{expected}。", "请查看标的当前状态，可能已有其他指令使其变更。"),
        status=409,
    ),
    "bad-args": Texts(
        en=("The argument {argument} of {action} is not accepted ({reason}).", "The page {contract} says exactly which arguments an action takes and of which type.", "Give every required argument, no other, each of its type."),
        zh=("操作“{action}”的参数“{argument}”不符合要求（{reason}）。", "合约 {contract} 对每项操作的参数及其类型有明确规定。", "请按规定填写全部必填参数，不要填写未列明的参数。"),
    ),
    "wrong-role": Texts(
        en=("The role {role} does not fit ({reason}).", "In {contract} the role is held by {party}; {signer} was named for {action}.", "Name for each role the party that holds it, and no role that does not sign."),
        zh=("角色“{role}”与实际不符（{reason}）。", "在合约 {contract} 中该角色为 {party}，办理“{action}”时填报的是 {signer}。", "请按各角色的实际担任方填写，不要填写无需签署的角色。"),
        status=403,
    ),
    "missing-signer": Texts(
        en=("{party} has not signed as {role}.", "The page {contract} lets {action} happen only when everyone whose signature it demands has signed.", "Have the deed signed by this party, or put it to them as a pending deed."),
        zh=("缺少 {party} 以“{role}”身份作出的签署。", "按合约 {contract} 的规定，办理“{action}”须由全部应签署方签署。", "请由该单位签署，或将指令提交其待签。"),
        status=403,
    ),
    "party-not-active": Texts(
        en=("{party} cannot stand in the role {role}.", "Only an admitted and active party may hold a role or sign in {contract} ({action}).", "Have the party admitted, or choose another."),
        zh=("{party} 不能担任“{role}”。", "只有已准入且状态有效的单位方可在合约 {contract} 中担任角色或签署“{action}”。", "请先办理该单位的准入，或另选单位。"),
        status=403,
    ),
    "not-accredited": Texts(
        en=("{party} lacks the accreditation {accreditation}.", "The role {role} of {contract} demands it, now, for {action}.", "Apply for the accreditation, or choose a party that holds it."),
        zh=("{party} 未取得“{accreditation}”资质准入。", "按合约 {contract} 的规定，以“{role}”身份办理“{action}”时须具备该资质。", "请申请该项资质准入，或另选具备资质的单位。"),
        status=403,
    ),
    "guard-failed": Texts(
        en=("{says[en]}", "The clause {clause} of {contract} refuses {action}.", "Read the clause; act when its condition is met."),
        zh=("{says[zh]}", "合约 {contract} 的条款“{clause}”不允许办理“{action}”。", "请对照该条款，待条件满足后再行办理。"),
    ),
    "guard-error": Texts(
        en=("The clause {clause} could not be judged ({reason}). {says[en]}", "What cannot be judged is denied: {contract} does not allow {action} here.", "Look whether something the clause reads is absent or out of range."),
        zh=("条款“{clause}”无法判定（{reason}）。{says[zh]}", "无法判定即不予办理：合约 {contract} 此时不允许“{action}”。", "请检查该条款所涉内容是否缺失或超出范围。"),
    ),
    "effect-error": Texts(
        en=("{action} cannot set {target} ({reason}).", "The value that {contract} computes for it does not exist or does not fit its type.", "Look whether an argument is absent or too large."),
        zh=("“{action}”无法写入“{target}”（{reason}）。", "合约 {contract} 为其计算的值不存在或与类型不符。", "请检查参数是否缺失或数值过大。"),
    ),
    "conservation": Texts(
        en=("{action} would make or lose quantity ({reason}; {quantity} stand).", "Only minting makes and only burning destroys; parts are positive and sum to the whole; a final state of {contract} holds none.", "Correct the amounts."),
        zh=("“{action}”将导致数量凭空增减（{reason}；现有 {quantity}）。", "合约 {contract} 规定：数量只能通过登记产生、通过核销减少；分割各部分须为正数且合计等于总量；终止状态下数量为零。", "请更正数量后重试。"),
    ),
    "invariant-broken": Texts(
        en=("{says[en]}", "The rule {clause} of {contract} must hold after every deed, and would not.", "Complete the deed so that the rule holds."),
        zh=("{says[zh]}", "合约 {contract} 的恒定条款“{clause}”在每份指令执行后都必须成立，而本指令执行后不成立。", "请补全指令内容，使该条款成立。"),
    ),
    "asset-frozen": Texts(
        en=("The asset is frozen.", "{authority} ordered it with document {document}; until {ends} nothing on it is done under {contract} ({action}), and no date of it moves.", "Wait until the freeze ends, or turn to the authority that ordered it."),
        zh=("标的已被冻结。", "{authority} 以文书 {document} 决定冻结；在 {ends} 之前，不得在合约 {contract} 下办理“{action}”，各项期限亦中止生效。", "请等待冻结期满，或向作出冻结决定的机关提出。"),
        status=409,
    ),
    "deadline-passed": Texts(
        en=("The time limit “{says[en]}” does not run any more ({reason}).", "{contract} allows {action} only while it runs.", "Look which actions remain open after it."),
        zh=("“{says[zh]}”已过或未起算（{reason}）。", "合约 {contract} 仅允许在该期限内办理“{action}”。", "请查看期限届满后仍可办理的事项。"),
        status=409,
    ),
    "deadline-not-passed": Texts(
        en=("The time limit “{says[en]}” has not passed ({reason}).", "{contract} allows {action} only after it.", "Wait until it has passed."),
        zh=("“{says[zh]}”尚未届满（{reason}）。", "合约 {contract} 仅允许在该期限届满后办理“{action}”。", "请待期限届满后再行办理。"),
        status=409,
    ),
    "cannot-upgrade": Texts(
        en=("The asset cannot be moved to {to} ({reason}: {what}).", "{contract} says who may move its assets, and the new page says what becomes of every state, field and role; nothing is lost unsaid.", "Look whether the new page follows this one, or leave the asset where it is."),
        zh=("标的不能转入 {to}（{reason}：{what}）。", "合约 {contract} 规定由谁办理转版，新页面须载明每一状态、字段和角色的去向，不得无声遗失。", "请确认新页面承接本页面，否则请保留在原合约下。"),
        status=409,
    ),
    "nothing-due": Texts(
        en=("Nothing has become due.", "{action} writes down what the time limits of {contract} have already brought about; so far none has passed.", "Nothing needs to be done."),
        zh=("没有到期事项。", "“{action}”用于登记合约 {contract} 中各期限届满后已经发生的变更；目前尚无期限届满。", "无需办理。"),
        status=409,
    ),
}

YAML: Final = {
    "yaml-syntax": _finding("This is not readable as YAML: {problem}.", "Nothing after this place can be understood.", _SHOW[0], "无法按 YAML 解读：{problem}。", "此处之后的内容均无法识别。", _SHOW[1]),
    "page-too-large": _finding("The page is too large (limit {limit} bytes).", "A page must be short enough for people to read.", "Shorten it or split it into two contracts.", "页面过大（上限 {limit} 字节）。", "合约页面应当简短可读。", "请精简内容，或拆分为两份合约。"),
    "yaml-byte-order-mark": _finding("The page begins with a byte order mark.", "Invisible characters are not allowed.", "Save the file as UTF-8 without a byte order mark.", "文件以字节顺序标记（BOM）开头。", "页面中不允许出现不可见字符。", "请将文件另存为不带 BOM 的 UTF-8 编码。"),
    "page-not-utf8": _finding("The page is not UTF-8.", "Other encodings are read differently by different programs.", "Save the file as UTF-8.", "文件不是 UTF-8 编码。", "其他编码在不同程序中含义可能不同。", "请将文件另存为 UTF-8 编码。"),
    "yaml-directive": _finding("A YAML directive (%) stands here.", "It could change the meaning of what follows.", "Remove it.", "此处有 YAML 指令（%）。", "指令可能改变后文的含义。", "请删除。"),
    "yaml-documents": _finding("A second document begins here.", "A page is one document.", "Put the second page into a file of its own.", "此处开始了第二个文档。", "一个文件只能有一份合约页面。", "请将第二份页面另存为单独文件。"),
    "page-empty": _finding("The page is empty.", "There is nothing to check.", "Write the page.", "页面为空。", "没有可供检查的内容。", "请编写合约页面。"),
    "yaml-too-many": _finding("The page has more than {limit} parts.", "A page must be short enough for people to read.", "Shorten it.", "页面组成部分超过 {limit} 个。", "合约页面应当简短可读。", "请精简内容。"),
    "yaml-anchor": _finding("An anchor (&) or alias (*) stands here.", "What a clause says must stand where it is read.", "Write the text out; put a text that begins with & or * in quotes.", "此处使用了锚点（&）或别名（*）。", "条款内容应当写在其所在位置。", "请直接写出内容；以 & 或 * 开头的文本请加引号。"),
    "yaml-tag": _finding("A tag ({tag}) stands here.", "Tags change how a value is read. An expression that begins with ! is taken for one.", "Put the text in quotes.", "此处被识别为标签（{tag}）。", "标签会改变值的含义；以 ! 开头的表达式会被误认为标签。", "请给文本加上引号。"),
    "yaml-too-deep": _finding("The page is nested more than {limit} deep here.", "Nobody reads so deep.", "Make it flatter.", "此处嵌套超过 {limit} 层。", "嵌套过深不便阅读。", "请减少嵌套层次。"),
    "yaml-comma": _finding("The comma cuts a value in two: {text}.", "Inside braces a comma ends the value.", 'Put the value in quotes: "list(quantity, 16)".', "逗号将值截断：{text}。", "花括号内的逗号表示值的结束。", '请给该值加上引号，例如 "list(quantity, 16)"。'),
    "yaml-key": _finding("A key must be a text in ASCII letters.", "Keys name the parts of the page; letters that look alike must not meet there.", "Write a word of ASCII letters, in quotes if need be; titles may be in any language.", "键必须是 ASCII 文本。", "键用于标明页面的组成部分，不允许出现形似字符。", "请使用英文字母书写键，必要时加引号；标题可使用任何语言。"),
    "yaml-key-twice": _finding("{key} stands here for the second time.", "One of the two would be lost.", "Keep one.", "“{key}”在此重复出现。", "重复的键会丢失其中一项内容。", "请只保留一项。"),
    "yaml-invisible": _finding("The text holds an invisible or direction-changing character.", "A page must read as it looks.", "Remove the character.", "文本中含有不可见字符或改变书写方向的字符。", "页面内容应当所见即所得。", "请删除该字符。"),
    "yaml-not-nfc": _finding("The text is not in Unicode normal form C.", "Two texts that look alike must be the same.", "Type the text again, or normalise it.", "文本不是 Unicode 规范形式 C（NFC）。", "看上去相同的文本必须完全相同。", "请重新录入该文本或进行规范化。"),
    "yaml-number": _finding("The number {number} is too large.", "Numbers lie within ±(2^53-1).", "Use a smaller unit of measure.", "数值 {number} 过大。", "数值应在 ±(2^53-1) 以内。", "请改用较大的计量单位。"),
    "yaml-ambiguous": _finding("{text} is read differently by different programs.", "One text must have one meaning.", "Put it in quotes if it is a text; write whole numbers plainly.", "“{text}”在不同程序中可能有不同含义。", "同一文本只能有一种含义。", "如为文本请加引号；整数请直接书写。"),
}

SHAPE: Final = {
    "page-not-a-mapping": _finding("Entries (key: value) are wanted here.", "The grammar says so for this part.", _SHOW[0], "此处应为若干“键: 值”条目。", "这是语法对该部分的要求。", _SHOW[1]),
    "page-not-a-list": _finding("A list is wanted here.", "The grammar says so for this part.", _SHOW[0], "此处应为列表。", "这是语法对该部分的要求。", _SHOW[1]),
    "page-unknown-key": _finding("{key} is no word of the grammar here.", "Known here: {known}.", "Correct the spelling or remove it.", "此处不能使用“{key}”。", "此处可用：{known}。", "请更正拼写或删除。"),
    "page-not-a-time": _finding("{text} is no time.", "A time is written in milliseconds, or in quotes as \"2026-03-01\" or \"2026-03-01 17:30\" (Beijing time).", _SHOW[0], "“{text}”不是时间。", "时间以毫秒数书写，或加引号写作 \"2026-03-01\"、\"2026-03-01 17:30\"（北京时间）。", _SHOW[1]),
    "page-bad-zone": _finding("{text} is no time zone.", "A zone is written as \"+08:00\", from -12:00 to +14:00.", _SHOW[0], "“{text}”不是时区。", "时区写作 \"+08:00\"，范围为 -12:00 至 +14:00。", _SHOW[1]),
    "page-not-a-pair": _finding("A pair of two names is wanted here.", "A race is between two actions: [[a, b], [a, c]].", _SHOW[0], "此处应为两个名称组成的一对。", "先到先办的是两项操作，写作 [[a, b], [a, c]]。", _SHOW[1]),
    "page-missing-key": _finding("{key} is missing.", "The grammar demands it here.", "Add it.", "缺少“{key}”。", "按语法要求此处必须填写。", "请补充。"),
    "page-bad-name": _finding("{name} is no name.", "Names are small ASCII letters and digits, joined by - (contracts, states, actions, clauses) or _ (roles, fields, arguments), at most 40.", "Choose such a name; titles may be in any language.", "“{name}”不是合格的名称。", "名称由小写英文字母和数字组成，合约、状态、操作、条款以连字符连接，角色、字段、参数以下划线连接，最长 40 个字符。", "请另取名称；标题可使用任何语言。"),
    "page-not-a-text": _finding("{key} wants a text.", "It is shown to people.", _SHOW[0], "“{key}”应为文本。", "该内容将展示给用户。", _SHOW[1]),
    "page-not-a-number": _finding("{key} wants a whole number.", "The grammar says so.", _SHOW[0], "“{key}”应为整数。", "这是语法要求。", _SHOW[1]),
    "page-not-a-flag": _finding("{key} wants true or false.", "The grammar says so.", _SHOW[0], "“{key}”应为 true 或 false。", "这是语法要求。", _SHOW[1]),
    "page-not-an-expression": _finding("An expression is wanted here.", "It says what holds or what is set.", _SHOW[0], "此处应为表达式。", "表达式用于说明条件或取值。", _SHOW[1]),
    "page-unknown-type": _finding("{type} is no type.", "Types: text(64), int, bool, party, asset(page@1), commitment, digest, date, period, time, rate, money(CNY), quantity, list(TYPE, 16), enum[one, two]; with ? it may be absent.", _SHOW[0], "“{type}”不是类型。", "可用类型：text(64)、int、bool、party、asset(page@1)、commitment、digest、date、period、time、rate、money(CNY)、quantity、list(TYPE, 16)、enum[one, two]；加 ? 表示可缺省。", _SHOW[1]),
    "page-split-state": _finding("It is not said in which state the parts begin.", "The action has not exactly one state that it starts from.", "Write split: {{parts: ..., state: ...}}.", "未说明分割后各部分的起始状态。", "该操作的起始状态不唯一。", "请写明 split: {{parts: ..., state: ...}}。"),
    "page-bad-shape": _finding("The page does not have the right shape: {detail}.", "The canonical model obeys docs/contract.schema.json.", _SHOW[0], "页面结构不符合要求：{detail}。", "规范模型须符合 docs/contract.schema.json。", _SHOW[1]),
}

SENSE: Final = {
    "page-no-creating-action": _finding("No action creates an asset.", "An action without `from` creates; without one the contract can never begin.", "Add one.", "没有任何操作可以产生标的。", "不写 from 的操作用于产生标的；缺少此类操作，合约永远无法启动。", "请增加一项。"),
    "page-name-twice": _finding("{name} is declared twice.", "A name means one thing; roles and fields share their names.", "Rename one.", "“{name}”重复定义。", "一个名称只能有一种含义；角色与字段不得同名。", "请改名。"),
    "page-name-reserved": _finding("{name} is a word of the language.", "In expressions it already means something else.", "Rename it.", "“{name}”是语言的保留词。", "该词在表达式中已有其他含义。", "请改名。"),
    "page-list-of-lists": _finding("A list holds lists.", "Lists are of single values, so that their cost is bounded.", _SHOW[0], "列表的元素又是列表。", "列表只能由单个值组成，以便限定计算量。", _SHOW[1]),
    "page-no-quantity": _finding("The page has no quantity.", "`quantity: {{unit: ...}}` says what is counted.", "Declare the unit or leave this out.", "页面未声明数量。", "须以 quantity: {{unit: ...}} 声明计量单位。", "请声明计量单位，或删除此处内容。"),
    "page-unknown-role": _finding("There is no role {name}.", "Roles are declared under `roles`.", "Declare it or correct the spelling.", "没有“{name}”这一角色。", "角色须在 roles 下声明。", "请声明该角色或更正拼写。"),
    "page-unknown-state": _finding("There is no state {name}.", "The states are: {states}.", "Declare it or correct the spelling.", "没有“{name}”这一状态。", "已声明的状态：{states}。", "请声明该状态或更正拼写。"),
    "page-too-costly": _finding("This costs {cost} steps; {limit} are allowed.", "Every node must be able to judge every act in bounded time.", "Shorten the conditions or the lists.", "此处计算量为 {cost} 步，上限为 {limit} 步。", "每个节点须能在限定时间内完成判定。", "请精简条件或缩短列表。"),
    "page-too-many-reads": _finding("This may read {reads} assets; {limit} are allowed.", "A deed touches or reads 64 assets at most.", "Read fewer.", "此处可能读取 {reads} 个标的，上限为 {limit} 个。", "一份指令最多涉及 64 个标的。", "请减少读取数量。"),
    "page-guard-says-nothing": _finding("The condition {name} does not say why it refuses.", "No refusal without a reason.", "Add says: {{en: ..., zh: ...}}.", "条件“{name}”未说明拒绝理由。", "任何拒绝都必须说明理由。", "请补充 says: {{en: ..., zh: ...}}。"),
    "page-who-signs": _finding("It is not clear who signs {action}.", "`by` names roles, or anyone, and not both.", _SHOW[0], "“{action}”由谁签署不明确。", "by 应列出角色，或写 anyone，二者择一。", _SHOW[1]),
    "page-observer-signs": _finding("The observer {name} is to sign.", "An observer only learns.", "Take it out of `by`, or make it no observer.", "知情方“{name}”被列为签署方。", "知情方只接收信息，不参与签署。", "请将其移出 by，或取消知情方身份。"),
    "page-acts-on-final": _finding("An action starts from the final state {name}.", "A final state takes no act.", "Choose another state, or make this one not final.", "有操作从终止状态“{name}”开始。", "终止状态下不能再办理任何操作。", "请更换起始状态，或取消其终止属性。"),
    "page-creates-nowhere": _finding("{action} creates an asset but no state.", "`to` says where it begins.", "Add `to`.", "“{action}”产生标的但未说明初始状态。", "须以 to 写明初始状态。", "请补充 to。"),
    "page-left-empty": _finding("{action} leaves {name} empty.", "What is not optional is there from creation on.", "Set it, have the role sign, or make it optional.", "“{action}”未填写“{name}”。", "非可选的角色和字段自标的产生时即须填写。", "请在 set 中赋值、由该角色签署，或将其设为可选。"),
    "page-unknown-target": _finding("{name} is neither a field nor a role.", "`set` assigns fields and roles.", "Declare it or correct the spelling.", "“{name}”既不是字段也不是角色。", "set 只能对字段和角色赋值。", "请声明或更正拼写。"),
    "page-empties-required": _finding("{name} is emptied, but must be there.", "Only what is optional may be empty.", "Make it optional or set a value.", "“{name}”被清空，但其为必填项。", "只有可选项可以为空。", "请将其设为可选，或赋予一个值。"),
    "page-may-be-empty": _finding("{name} may get no value.", "It must be there, and what is assigned is optional.", "Make both required or both optional.", "“{name}”可能得不到值。", "该项必填，而所赋之值可缺省。", "请使二者均为必填或均为可选。"),
    "page-does-not-fit": _finding("A value of type {found} does not fit {name}, which is {expected}.", "Values of different kinds are never mixed.", _SHOW[0], "类型为 {found} 的值不能用于“{name}”（{expected}）。", "不同类型的值不得混用。", _SHOW[1]),
    "page-quantity-twice": _finding("One action has several of: {words}.", "An action changes the quantity in one way.", "Split it into several actions.", "一项操作同时使用了：{words}。", "一项操作只能以一种方式改变数量。", "请拆分为多项操作。"),
    "page-nothing-to-take": _finding("{action} creates an asset, which holds nothing yet.", "Only minting fits a creating action.", "Use mint.", "“{action}”用于产生标的，此时尚无数量。", "产生标的的操作只能使用 mint。", "请改用 mint。"),
    "page-split-into-final": _finding("The parts would begin in the final state {name}.", "A final state holds no quantity.", "Choose another state.", "分割后的各部分将处于终止状态“{name}”。", "终止状态下数量须为零。", "请更换状态。"),
    "page-merge-not-final": _finding("Merged assets would go to {name}, which is not final.", "What was merged away is over.", "Choose a final state.", "被合并的标的将转入非终止状态“{name}”。", "被合并的标的应当终止。", "请选择终止状态。"),
    "page-profile": _finding("The page names the profile {name} but needs {needed}.", "A page names the second profile exactly when it uses something of it, so that it has one address. Used here: {used}.", _SHOW[0], "页面声明的语言规格为 {name}，实际所需为 {needed}。", "仅当页面使用第二规格的内容时才声明第二规格，以保证地址唯一。此处使用：{used}。", _SHOW[1]),
    "page-unknown-deadline": _finding("There is no time limit {name}.", "Time limits are declared under `deadlines`.", "Declare it or correct the spelling.", "没有“{name}”这一期限。", "期限须在 deadlines 下声明。", "请声明该期限或更正拼写。"),
    "page-unknown-action": _finding("There is no action {name}.", "`races` names actions of the page.", "Correct the spelling.", "没有“{name}”这一操作。", "races 应列出页面中的操作。", "请更正拼写。"),
    "page-deadline-never-starts": _finding("No action starts the time limit {name}.", "`due: {{{name}: ...}}` in an action starts it.", "Start it or remove it.", "没有操作使期限“{name}”起算。", "须在操作中以 due: {{{name}: ...}} 起算。", "请补充起算规定或删除该期限。"),
    "page-deadline-ends-at-once": _finding("{action} starts {name} but leads to {state}, where it does not run.", "A time limit ends when the asset leaves its states.", "Add the state to `in` of the time limit, or start it elsewhere.", "“{action}”使期限“{name}”起算，但随即进入该期限不适用的状态“{state}”。", "标的离开期限适用的状态时，期限即告终止。", "请将该状态列入期限的 in，或在其他操作中起算。"),
    "page-deadline-in-final": _finding("The time limit {name} is to run in the final state {state}.", "In a final state nothing happens any more.", "Take the state out of `in`.", "期限“{name}”适用于终止状态“{state}”。", "终止状态下不再发生任何变更。", "请将该状态从 in 中删除。"),
    "page-deadline-holds": _finding("{name} leads to the final state {state} with its quantity.", "A final state holds no quantity.", "Add burn: all, or choose another state.", "期限“{name}”届满后进入终止状态“{state}”，但数量未作处理。", "终止状态下数量须为零。", "请增加 burn: all，或更换状态。"),
    "page-deadline-moves-nothing": _finding("{name} burns or clears, but leads nowhere.", "Only a time limit with `to` changes the asset when it passes.", "Add `to`, or remove `burn` and `clear`.", "期限“{name}”规定了 burn 或 clear，但未写明届满后的状态。", "只有写明 to 的期限在届满时才变更标的。", "请补充 to，或删除 burn 和 clear。"),
    "page-nothing-runs-yet": _finding("{action} creates the asset, but {name} would have to run before.", "Before creation no time limit runs, and nobody stands in a list.", _SHOW[0], "“{action}”用于产生标的，而此前“{name}”尚不存在。", "标的产生之前没有期限起算，名单中也没有单位。", _SHOW[1]),
    "page-after-never": _finding("{action} waits until {name} has passed, but {name} then moves the asset and ends.", "Only a time limit without `to` is still there after it has passed.", "Start the action from the state that the time limit leads to, without `after`.", "“{action}”须在期限“{name}”届满后办理，而该期限一经届满即变更状态并终止。", "只有未写明 to 的期限在届满后仍然存在。", "请改为从期限届满后的状态办理，并删除 after。"),
    "page-duty-of-another": _finding("{action} is owed by {name}, who does not sign it.", "`duty` names one of the roles in `by`.", _SHOW[0], "“{action}”被列为“{name}”的义务，但该角色并不签署。", "duty 应为 by 中的角色之一。", _SHOW[1]),
    "page-among": _finding("The role {name} is drawn from {field}: {problem}.", "Such a role is never stored: each time, one of the parties in a list field signs in it.", _SHOW[0], "角色“{name}”由名单“{field}”产生：{problem}。", "此类角色不予登记，每次由名单字段所列单位之一签署。", _SHOW[1]),
    "page-follows-itself": _finding("The page follows {name}, which is no older version or other page.", "A page follows one that stood before it.", _SHOW[0], "页面所承接的 {name} 不是先前的页面。", "只能承接先前存在的页面。", _SHOW[1]),
    "page-text-place": _finding("The text has a place {{{name}}}, which the page does not know.", "Places are filled from: {known}.", _SHOW[0], "文本中的空位 {{{name}}} 在页面中没有对应内容。", "可用于填充的内容：{known}。", _SHOW[1]),
    "page-text-brace": _finding("A brace in the text is not closed or not opened (character {at}).", "A place is written {{name}}; a brace itself is written twice.", _SHOW[0], "文本中有不成对的花括号（第 {at} 个字符）。", "空位写作 {{name}}；花括号本身须连写两次。", _SHOW[1]),
    "page-example-fails": _finding("The example “{example}” fails at act {act}: expected {expected}, found {found}.", "The examples are part of the page and must come true.", "Correct the page or the example.", "示例“{example}”在第 {act} 步不成立：预期 {expected}，实际 {found}。", "示例是合约页面的组成部分，必须成立。", "请修改页面或示例。"),
}

EXPRESSIONS: Final = {
    "expr-bad-character": _finding("The character {character} has no place in an expression.", "Outside quotes expressions are ASCII.", _SHOW[0], "表达式中不能使用字符“{character}”。", "引号以外的表达式只能使用 ASCII 字符。", _SHOW[1]),
    "expr-outside-profile": _finding("The language has no {what}.", "It has bool, whole numbers, strings, lists and maps, so that every node finds the same.", _SHOW[0], "本语言不支持 {what}。", "只支持布尔、整数、字符串、列表和映射，以保证各节点结果一致。", _SHOW[1]),
    "expr-bad-number": _finding("{text} is no whole number of 64 bits.", "Numbers lie within -2^63 and 2^63-1.", _SHOW[0], "“{text}”不是 64 位整数。", "数值应在 -2^63 至 2^63-1 之间。", _SHOW[1]),
    "expr-open-string": _finding("The string does not end.", "A string ends with the quote it begins with, on the same line.", "Close it.", "字符串没有结束。", "字符串须在同一行以起始引号结束。", "请补上引号。"),
    "expr-bad-escape": _finding("{text} is no escape.", "CEL's escapes are allowed; code points must be characters.", _SHOW[0], "“{text}”不是合法的转义。", "仅允许 CEL 规定的转义，且须为有效字符。", _SHOW[1]),
    "expr-too-long": _finding("The expression is longer than {limit} characters.", "A condition must be short enough to read.", "Split it into several conditions.", "表达式超过 {limit} 个字符。", "条件应当简短可读。", "请拆分为多个条件。"),
    "expr-syntax": _finding("Found {found} where {expected} is wanted.", "The expression does not follow the grammar of CEL.", _SHOW[0], "此处出现“{found}”，应为 {expected}。", "表达式不符合 CEL 语法。", _SHOW[1]),
    "expr-too-deep": _finding("The expression is nested more than {limit} deep.", "A condition must be short enough to read.", "Split it into several conditions.", "表达式嵌套超过 {limit} 层。", "条件应当简短可读。", "请拆分为多个条件。"),
    "expr-bad-macro": _finding("{macro} is not used rightly.", "has(x.y); list.exists(name, condition); list.all(name, condition).", _SHOW[0], "{macro} 的用法不正确。", "正确用法：has(x.y)；list.exists(name, 条件)；list.all(name, 条件)。", _SHOW[1]),
    "expr-unknown-name": _finding("{name} is unknown.", "Expressions know self, args, as, now, today; relations of companions also its.", _SHOW[0], "“{name}”未定义。", "表达式可使用 self、args、as、now、today；关联条件还可使用 its。", _SHOW[1]),
    "expr-not-here": _finding("{name} has no meaning here.", "Invariants see self alone; `its` belongs to companions.", _SHOW[0], "此处不能使用“{name}”。", "恒定条款只能使用 self；its 只用于关联操作。", _SHOW[1]),
    "expr-unknown-member": _finding("There is no {name} in {of}.", "Fields, roles and arguments are declared; before creation `self` has only its id.", "Declare it or correct the spelling.", "{of} 中没有“{name}”。", "字段、角色和参数须先声明；标的产生之前 self 只有 id。", "请声明或更正拼写。"),
    "expr-two-steps": _finding("{name} is read through an asset that was itself read.", "Expressions read one step away.", "Keep the reference in a field of this asset.", "“{name}”需经由另一标的间接读取。", "表达式只能读取一步之内的标的。", "请将所需引用保存为本标的的字段。"),
    "expr-bad-map-key": _finding("A key of the map has the wrong type.", "Keys are all bool, all numbers or all strings.", _SHOW[0], "映射的键类型不正确。", "键须同为布尔、整数或字符串。", _SHOW[1]),
    "expr-not-a-list": _finding("This runs over {type}, which is no list.", "exists and all run over lists and maps.", _SHOW[0], "此处遍历的 {type} 不是列表。", "exists 和 all 只能遍历列表或映射。", _SHOW[1]),
    "expr-unbounded": _finding("{macro} runs over a list without a known maximum.", "Its cost could not be bounded.", "Declare the list with its maximum.", "{macro} 遍历的列表没有长度上限。", "无法限定其计算量。", "请为列表声明长度上限。"),
    "expr-macro-depth": _finding("exists and all are nested more than {limit} deep.", "Each level multiplies the cost.", "Flatten the condition.", "exists 和 all 嵌套超过 {limit} 层。", "每层嵌套都会成倍增加计算量。", "请简化条件。"),
    "expr-type": _finding("This is {found}; {expected} is wanted.", "Each place in an expression wants a certain type.", _SHOW[0], "此处类型为 {found}，应为 {expected}。", "表达式各处均有类型要求。", _SHOW[1]),
    "expr-unknown-function": _finding("There is no function {name} of this form.", "Known: size(x), a.startsWith(b), a.endsWith(b), a.contains(b), has, exists, all, workday(d, n, \"cal\"), is_workday(d, \"cal\"), day_end(d), day_of(t), months(d, n), apportion(total, weights), position(list, x).", _SHOW[0], "没有这种形式的函数“{name}”。", "可用函数：size(x)、a.startsWith(b)、a.endsWith(b)、a.contains(b)、has、exists、all、workday(d, n, \"cal\")、is_workday(d, \"cal\")、day_end(d)、day_of(t)、months(d, n)、apportion(total, weights)、position(list, x)。", _SHOW[1]),
    "expr-calendar": _finding("{name} is no calendar of the page.", "A calendar is named by a text in quotes that stands under `calendars`: {calendars}.", _SHOW[0], "“{name}”不是页面声明的日历。", "日历须以引号内的名称书写，并列于 calendars：{calendars}。", _SHOW[1]),
    "expr-operands": _finding("{op} does not take {types}.", "Values of different kinds are never mixed.", _SHOW[0], "运算“{op}”不能用于 {types}。", "不同类型的值不得混用。", _SHOW[1]),
    "expr-unknown-value": _finding("It can never be {value}.", "The possible values are: {values}.", "Correct the spelling.", "该值不可能为“{value}”。", "可能的取值：{values}。", "请更正拼写。"),
    "expr-too-costly": _finding("The expression costs {cost} steps; {limit} are allowed.", "Every node must be able to judge every act in bounded time.", "Shorten the condition or the lists.", "表达式计算量为 {cost} 步，上限为 {limit} 步。", "每个节点须能在限定时间内完成判定。", "请精简条件或缩短列表。"),
}

FINDINGS: Final = {**YAML, **SHAPE, **SENSE, **EXPRESSIONS}

REASONS: Final = {
    "calendar-unpublished": (
        "it counts working days of {year}, which nobody has published yet in the calendar {calendar}",
        "所计工作日涉及日历“{calendar}”的 {year} 年，该年度尚未公布",
    ),
    "calendar-malformed": ("the calendar's year is damaged", "日历年份数据损坏"),
    "deadline-in-past": ("that time is already past", "该时间已经过去"),
    "divide-by-zero": ("it divides by zero", "除数为零"),
    "missing": ("it may not be empty", "不得空缺"),
    "negative": ("a weight or the total is negative", "权重或者总数为负"),
    "no-such-member": ("something that it reads is not there", "所读取的内容不存在"),
    "no-weights": ("there is nothing to share out by", "没有可供分配的权重"),
    "not-found": ("what it looks for is not in the list", "名单中没有所查找的内容"),
    "no-such-asset": ("there is no such record", "没有该标的"),
    "other-kind": ("the record named is of another kind", "所指标的属于其他合约"),
    "out-of-range": ("a number or a date is out of range", "数值或者日期超出范围"),
    "overflow": ("a number grows too large", "数值过大"),
    "wrong-type": ("the value does not fit: too large, too long, or of another type", "取值不合要求：过大、过长或者类型不符"),
}
"""What the reasons of ``effect-error`` and ``guard-error`` mean."""
ARGUMENTS: Final = {
    "missing": ("it is not given", "未填写"),
    "no-such-asset": ("there is no such record", "没有该记录"),
    "other-kind": ("it is a record of another kind", "该记录属于其他类别"),
    "unknown": ("the action does not ask for it", "该操作未列明此项"),
    "wrong-type": ("wanted is {wanted[en]}", "应为{wanted[zh]}"),
}
"""What the reasons of ``bad-args`` mean."""

register({**REFUSALS, **FINDINGS})
for _code in ("effect-error", "guard-error"):
    register_reasons(_code, REASONS)
register_reasons("bad-args", ARGUMENTS)
