"""What the checker's findings say to people."""

from __future__ import annotations

from typing import Final

from wusong.errors import Texts, register

# fmt: off
# One code a line reads better than nine lines a code.


def _finding(what: str, why: str, do: str, zh_what: str, zh_why: str, zh_do: str) -> Texts:
    return Texts(en=(what, why, do), zh=(zh_what, zh_why, zh_do))


LIFECYCLE: Final = {
    "page-state-unreachable": _finding("No asset ever comes into the state {state}.", "Nothing that the page allows leads there, so what it says of this state is never used.", "Add the action that leads there, ease the condition that bars the way, or remove the state.", "任何标的都不会进入“{state}”状态。", "页面允许的任何办理过程都不能到达该状态，有关该状态的约定形同虚设。", "请增加通向该状态的操作，放宽阻断该路径的条件，或者删除该状态。"),
    "page-state-inescapable": _finding("In the state {state} an asset can be stuck for ever.", "After the story told here, nothing that anybody does leads to a final state any more.", "Add a way out: an action that is open there, or a deadline that ends the state.", "标的进入“{state}”状态后可能永远无法了结。", "经过下述过程后，任何一方办理任何操作都不能再使标的到达终止状态。", "请增加出路：在该状态下可以办理的操作，或者使该状态终结的期限。"),
    "page-action-never": _finding("The action {action} can never be taken.", "Wherever an asset can come, it is refused: {reason}.", "Look at its conditions, its signers and the states it starts from; correct them or remove the action.", "“{action}”这一操作永远无法办理。", "标的无论处于何种情形，该操作均被拒绝：{reason}。", "请核对其条件、签署方和起始状态，予以更正或者删除该操作。"),
    "page-conflict": _finding("{action} and {other} are open at the same time to different parties, and exclude each other.", "Whichever comes first decides, and the page does not say that this is intended.", "Give one of them the right of way (a condition, a state or a deadline), have both sign, or list the pair under `races`.", "“{action}”与“{other}”可由不同的单位同时办理，且相互排斥。", "先办理者即决定结果，而页面未说明这是有意安排。", "请以条件、状态或者期限明确先后，或者改为共同签署；确系先到先得的，请将二者列入 races。"),
    "page-always-broken": _finding("{action} can break the rule {clause}.", "The conditions let the act through, and only the rule stops it; who signs learns it too late.", "Add a condition to {action} that keeps {clause}, with its reason.", "“{action}”可能违反恒定条款“{clause}”。", "该操作的条件未作限制，只能由恒定条款事后拦截，签署方无从事先得知。", "请为“{action}”增加能够保证“{clause}”成立的条件，并说明理由。"),
    "page-final-holds": _finding("{action} would end an asset that still holds a quantity.", "A final state holds none, so the act is refused although every condition allows it.", "Write `burn: all`, or a condition that the quantity is used up.", "“{action}”将在标的仍有数量时使其终止。", "终止状态下数量须为零，因此即使全部条件成立，该操作仍会被拒绝。", "请写明 burn: all，或者增加数量已用尽的条件。"),
    "page-quantity-lost": _finding("In the state {state} a quantity can be locked in for ever.", "After the story told here nothing can lessen, divide or move it any more.", "Add an action that takes it out there.", "在“{state}”状态下，数量可能被永久锁定。", "经过下述过程后，再无任何操作能够减少、分割或者转移该数量。", "请增加能够在该状态下取出数量的操作。"),
    "page-guard-always-true": _finding("The condition {clause} of {action} never refuses anything.", "It holds in every case that can arise, so it protects nobody.", "Correct it if it was meant to refuse something; otherwise remove it.", "“{action}”的条件“{clause}”从不拒绝任何办理。", "在可能出现的一切情形下该条件均成立，起不到保护作用。", "如本意是限制某种情形，请予更正；否则请删除。"),
    "page-guard-always-false": _finding("The condition {clause} of {action} never holds.", "In no case that can arise is it true, so the action is never possible.", "Correct it.", "“{action}”的条件“{clause}”永远不成立。", "在可能出现的一切情形下该条件均不成立，该操作因此永远无法办理。", "请予更正。"),
    "page-role-never-filled": _finding("Nobody ever comes into the role {role}.", "No action that can be taken fills it, so what the page says of it is never used.", "Fill it in an action, or remove it.", "“{role}”这一角色始终无人担任。", "能够办理的操作均未填写该角色，有关该角色的约定形同虚设。", "请在操作中填写该角色，或者将其删除。"),
    "page-companion-never": _finding("{action} requires {companion} of {contract}, which can never be what is required ({reason}).", "The deed would always lack its companion, so the action is never possible.", "Name an action of that page, with arguments and roles that it has.", "“{action}”要求同时办理 {contract} 的“{companion}”，而该操作不可能符合要求（{reason}）。", "指令将始终缺少关联操作，该操作因此永远无法办理。", "请写明该合约确有的操作、参数和角色。"),
    "page-duty-no-deadline": _finding("{action} is owed by {role}, but by no time.", "A duty without a time limit can be put off for ever.", "Name the deadline with `until`.", "“{action}”是“{role}”的义务，但未约定期限。", "没有期限的义务可以无限拖延。", "请以 until 写明期限。"),
    "page-follows-loses": _finding("{name} of {older} is neither carried over nor given up.", "Moving an asset to this page would lose it silently.", "Keep it under the same name, use it under `fields`, or list it under `drops`.", "{older} 的“{name}”既未沿用，也未声明放弃。", "标的转入本页面时，该项内容将无声丢失。", "请以同名沿用，在 fields 中使用，或者列入 drops。"),
    "page-waits-without-deadline": _finding("In the state {state} everything waits for {role} alone, without a deadline.", "If that party does nothing, the others can neither go on nor end it.", "Consider a deadline, or an action for the others.", "在“{state}”状态下，后续办理仅取决于“{role}”，且未约定期限。", "该单位不作为时，其他各方既不能继续也不能了结。", "可以考虑约定期限，或者为其他各方设置相应操作。"),
    "checker-failed": _finding("The checker met an error of its own ({error}) at {what} and could not judge it.", "The fault lies with the checker, not with the page; but what was not judged counts as not examined.", "Write it in a simpler way, and report the page to who maintains the program.", "检查程序在处理“{what}”时自身出错（{error}），未能得出结论。", "问题出在检查程序而非页面，但未经判断的内容视为未经检查。", "请改用较简单的写法，并将该页面反馈给程序维护方。"),
    "page-not-witnessed": _finding("Whether the condition {clause} of {action} can go either way was not shown.", "The few values that were tried do not decide it: sums, lists, texts with a prefix, days of the calendar may hold for others.", "Give an example that takes {action}, and one that it refuses.", "未能验证“{action}”的条件“{clause}”既可能成立也可能不成立。", "检查时试用的取值有限，对求和、列表、限定前缀的文本、工作日等条件不足以得出结论。", "请补充一个成功办理“{action}”的示例和一个被拒绝的示例。"),
}

register(LIFECYCLE)
