"""A page as a lawyer reads it, from the model alone: one document, in English or in Chinese.

for line in as_lines(document(page, "zh")):
    print(line)

Order: what it is and on which law it rests; who takes part; states; what may be done, one paragraph for each
action; deadlines; what always holds; versions; the contract's text and which wording prevails.
"""

from __future__ import annotations

import re
from typing import Final

from wusong.contract import accreditations
from wusong.contract import model as m
from wusong.contract.show.actions import Before, clause, paragraph, recurring
from wusong.contract.show.marks import Block, Bullets, Heading, Paragraph, code
from wusong.contract.show.speaker import Speaker, article
from wusong.errors import Lang

_TYPES: Final = {
    m.Text: ("text", "文字"), m.Int: ("whole number", "整数"), m.Bool: ("yes or no", "是或者否"),
    m.Party: ("party", "单位"), m.Commitment: ("salted hash", "加盐哈希"), m.Digest: ("digest", "摘要"),
    m.Date: ("date", "日期"), m.Period: ("days", "天数"), m.Time: ("time", "时间"),
    m.Rate: ("basis points", "基点"), m.Quantity: ("quantity", "数量"),
}  # fmt: skip


def document(page: m.Page, lang: Lang) -> list[Block]:
    """The whole page."""
    speaker = Speaker(page, lang)
    sections = (_what, _who, _standing, _doing, _deadlines, _always, _versions, _text)
    return [block for section in sections for block in section(speaker)]


def _what(speaker: Speaker) -> list[Block]:
    page, say = speaker.page, speaker.say
    blocks: list[Block] = [Heading(speaker.text(page.title), 1)]
    named = say(
        f"Page {code(page.name)}; an asset of it is called “{speaker.kind}”.",
        f"合约 {code(page.name)}。本合约项下的标的称“{speaker.kind}”。",
    )
    blocks.append(Paragraph(named))
    if page.summary is not None:
        blocks.append(Paragraph(speaker.text(page.summary)))
    if page.basis:
        told = say("; ", "；").join(page.basis)
        blocks.append(Paragraph(say(f"Legal basis: {told}.", f"依据：{told}。")))
    return blocks


# -- who, what, states --------


def _who(speaker: Speaker) -> list[Block]:
    if not speaker.page.roles:
        return []
    say, roles = speaker.say, speaker.page.roles
    always = [_introduced(speaker, role) for role in roles if not role.optional]
    vacant = [_introduced(speaker, role) for role in roles if role.optional]
    parts = [say("; ", "；").join(always)] if always else []
    if vacant:
        parts.append(say("May be vacant: ", "可以空缺的：") + say("; ", "；").join(vacant))
    return [
        Heading(say("Who takes part", "参与各方")),
        Paragraph(say(". ", "。").join(parts) + say(".", "。")),
    ]


def _introduced(speaker: Speaker, role: m.Role) -> str:
    return speaker.full_member(role.name) + _needs(speaker, role)


def _needs(speaker: Speaker, role: m.Role) -> str:
    say, notes = speaker.say, []
    if role.accredited:
        name = code(role.accredited)
        en, zh = (accreditations.title(role.accredited, lang) for lang in ("en", "zh"))
        notes.append(
            say(f"accredited as {en or name}", f"须具备{zh}资质准入" if zh else f"须具备资质准入 {name}")
        )
    if role.among:
        listed = speaker.member(role.among)
        notes.append(say(f"each time one of the {listed}", f"每次由{listed}中的一方担任"))
    if role.observer:
        notes.append(say("signs nothing, only learns", "不签署，仅知悉"))
    return say(f" ({', '.join(notes)})", f"（{'，'.join(notes)}）") if notes else ""


def _standing(speaker: Speaker) -> list[Block]:
    page, say = speaker.page, speaker.say
    alive = [speaker.quoted_state(state.name) for state in page.states if not state.final]
    final = [speaker.quoted_state(state.name) for state in page.states if state.final]
    parts = []
    if alive:
        parts.append(say(f"It is {speaker.either(alive)}", f"存续中的状态：{'、'.join(alive)}"))
    if final:
        en = f"it ends as {speaker.either(final)}, and then nothing more can be done with it"
        zh = f"终结状态：{'、'.join(final)}；终结后不再办理任何事项"
        parts.append(say(en if alive else en[:1].upper() + en[1:], zh))
    blocks: list[Block] = [Heading(say("What is recorded, and states", "记载事项与状态"))]
    if page.fields or page.quantity:
        blocks.append(Paragraph(_recorded(speaker)))
    return [*blocks, Paragraph(say("; ", "。").join(parts) + say(".", "。"))]


def _recorded(speaker: Speaker) -> str:
    say, page = speaker.say, speaker.page
    told = [speaker.full_member(one.name) + _kind(speaker, one) for one in page.fields]
    if page.quantity is not None:
        unit = speaker.unit()
        told.append(say(f"a quantity in {unit}", f"数量（单位：{unit}）"))
    return say("Recorded: " + "; ".join(told) + ".", "记载：" + "；".join(told) + "。")


def _kind(speaker: Speaker, field: m.Field) -> str:
    notes = [speaker.say("if any", "可以空缺")] if field.optional else []
    plain = isinstance(field.type, m.Commitment) and re.search(
        "[Cc]ommitment|哈希", speaker.full_member(field.name)
    )
    if not plain:
        notes.insert(0, type_words(speaker, field.type))
    return speaker.say(f" ({', '.join(notes)})", f"（{'，'.join(notes)}）") if notes else ""


def type_words(speaker: Speaker, kind: m.FieldType) -> str:
    """What values of a type are, in words."""
    say = speaker.say
    match kind:
        case m.Money(currency=currency):
            return say(f"money, {currency}", f"金额，{currency}")
        case m.Enum(values=values):
            return speaker.either([speaker.enum(value) for value in values])
        case m.Asset(kind=None):
            return say("another record", "其他标的")
        case m.Asset(kind=name):
            return say(f"a record under {code(str(name))}", f"{code(str(name))} 的标的")
        case m.List(of=of, max=most):
            return say(
                f"up to {most}, each: {type_words(speaker, of)}",
                f"至多 {most} 项，每项为{type_words(speaker, of)}",
            )
    return say(*_TYPES[type(kind)])


# -- actions, deadlines, invariants --------


def _doing(speaker: Speaker) -> list[Block]:
    general = speaker.say(
        "Who signs in a role must be active and hold, at that time, the accreditation that the role needs.",
        "签署方在办理时应当处于有效状态，并具备所任角色要求的资质准入。",
    )
    blocks: list[Block] = [Heading(speaker.say("What may be done", "可以办理的事项")), Paragraph(general)]
    before = Before(effects=recurring(speaker))
    if before.effects:
        listed = speaker.say("; ", "；").join(
            speaker.say(f"({letter}) {part}", f"（{letter}）{part}")
            for part, letter in before.effects.items()
        )
        blocks.append(Paragraph(speaker.say(f"Effects that recur: {listed}.", f"多处适用的效果：{listed}。")))
    for states, actions in _grouped(speaker.page):
        blocks.append(Heading(_standing_in(speaker, states), 3))
        blocks += [Paragraph(paragraph(speaker, action, before), f"a-{action.name}") for action in actions]
    return [*blocks, *_races(speaker), *_learns(speaker)]


def _grouped(page: m.Page) -> list[tuple[tuple[str, ...], list[m.Action]]]:
    """The actions by the states from which they start, in the order of the page."""
    groups: dict[tuple[str, ...], list[m.Action]] = {}
    for action in page.actions:
        groups.setdefault(tuple(action.from_), []).append(action)
    return list(groups.items())


def _standing_in(speaker: Speaker, states: tuple[str, ...]) -> str:
    kind = speaker.kind
    if not states:
        return speaker.say(f"What makes {article(kind)}", f"产生{kind}")
    alive = [state.name for state in speaker.page.states if not state.final]
    if len(alive) > 1 and set(states) == set(alive):
        return speaker.say(f"While the {kind} has not ended", f"{kind}未终结的")
    named = speaker.either([speaker.quoted_state(name) for name in states])
    return speaker.say(f"While the {kind} is {named}", f"{kind}处于{named}状态的")


def _races(speaker: Speaker) -> list[Block]:
    if not speaker.page.races:
        return []
    pairs = [speaker.both([f"“{speaker.action(name)}”" for name in pair]) for pair in speaker.page.races]
    named = speaker.say("; ", "；").join(pairs)
    en = f"Where both may be done at one time, whoever comes first wins: {named}."
    return [Paragraph(speaker.say(en, f"下列事项可能同时可以办理的，以先办理者为准：{named}。"))]


def _learns(speaker: Speaker) -> list[Block]:
    """Who learns of what: every role, but where an action says otherwise."""
    say, groups = speaker.say, _informed(speaker)
    parts = [say("Every party in a role learns of each act", "各角色所在单位均获知每次办理")]
    for roles, actions in groups.items():
        names = speaker.say(", ", "、").join(f"“{speaker.action(name)}”" for name in actions)
        if roles == ("*",):
            parts.append(say(f"everyone may read {names}", f"{names}向社会公开"))
        elif not roles:
            parts.append(say(f"only those who sign learn of {names}", f"{names}仅签署方知悉"))
        else:
            who = speaker.both([speaker.role(name) for name in roles])
            parts.append(say(f"only {who} learn of {names}", f"{names}仅{who}知悉"))
    return [Paragraph(_but(speaker, parts))]


def _but(speaker: Speaker, parts: list[str]) -> str:
    rest = speaker.say("; ", "；").join(parts[1:])
    return parts[0] + (speaker.say(", but ", "；但是，") + rest if rest else "") + speaker.say(".", "。")


def _informed(speaker: Speaker) -> dict[tuple[str, ...], list[str]]:
    """Actions by the only roles that learn of them; ("*",) for everyone."""
    stored = [role.name for role in speaker.page.roles if role.among is None]
    groups: dict[tuple[str, ...], list[str]] = {}
    for action in speaker.page.actions:
        if action.public:
            groups.setdefault(("*",), []).append(action.name)
        elif action.informs is not None:
            learn = {*action.informs, *(one.role for one in action.by)}
            roles = tuple(name for name in stored if name in learn)
            if len(roles) < len(stored):
                groups.setdefault(roles, []).append(action.name)
    return groups


def _deadlines(speaker: Speaker) -> list[Block]:
    page, say = speaker.page, speaker.say
    if not page.deadlines:
        return []
    items = tuple(deadline(speaker, one) for one in page.deadlines)
    counted = []
    if page.calendars:
        told = speaker.both([code(name) for name in page.calendars])
        counted.append(
            say(
                f"Working days are those that the calendars {told} on the ledger publish.",
                f"工作日以账本公布的日历 {told} 为准。",
            )
        )
    if page.zone != m.BEIJING:
        zone = f"UTC{page.zone // 60:+03d}:{page.zone % 60:02d}"
        counted.append(say(f"Days are those of {zone}.", f"日期按 {zone} 计算。"))
    blocks: list[Block] = [Heading(say("Deadlines", "期限")), Bullets(items)]
    return [*blocks, *(Paragraph(say(" ", "").join(counted)) for _ in counted[:1])]


def deadline(speaker: Speaker, one: m.Deadline) -> str:
    """A deadline: while it runs, and what happens when it passes."""
    say = speaker.say
    where = speaker.either([speaker.quoted_state(name) for name in one.in_])
    runs = say(
        f"runs while {where}" if where else "runs until the end",
        f"于{where}状态下计算" if where else "于终结前计算",
    )
    head = say(f"“{speaker.text(one.title)}” {runs}", f"“{speaker.text(one.title)}”{runs}")
    stands = (
        say("; it stands still while the asset is frozen", "；标的被冻结期间，期限中止计算")
        if one.suspends
        else ""
    )
    return head + say("; ", "；") + then(speaker, one) + stands + say(".", "。")


def then(speaker: Speaker, one: m.Deadline) -> str:
    """What happens when a deadline passes, without anyone's doing."""
    say = speaker.say
    if one.to is None:
        return say(
            "when it passes, it only opens and closes what may be done", "届满仅产生可否办理有关事项的效果"
        )
    state = speaker.quoted_state(one.to)
    parts = [
        say(
            f"when it passes, the {speaker.kind} is {state} without anyone's doing",
            f"届满未办理的，自动转为{state}",
        )
    ]
    if one.burn:
        parts.append(say("its whole quantity ceases", "核销全部数量"))
    if one.clear:
        names = [speaker.member(name) for name in one.clear]
        parts.append(say(f"{speaker.both(names)} are emptied", f"不再记载{speaker.both(names)}"))
    return say(", ", "，").join(parts)


def _always(speaker: Speaker) -> list[Block]:
    if not speaker.page.always:
        return []
    items = tuple(clause(speaker, one) for one in speaker.page.always)
    head = speaker.say(
        "What always holds: a deed that would break one of these is refused as a whole",
        "始终成立的规则：违反其一的，整份指令不予受理",
    )
    return [Heading(head), Bullets(items)]


# -- versions, text --------


def _versions(speaker: Speaker) -> list[Block]:
    page, say = speaker.page, speaker.say
    parts = [
        say(
            f"This is version {page.version}. An installed page never changes; an asset lives and ends under "
            "the version under which it was made.",
            f"本合约为第 {page.version} 版，发布后不得变更；标的自产生至终结，适用其产生时的版本。",
        )
    ]
    if page.upgrade:
        must = speaker.both([speaker.role(one.role) for one in page.upgrade if not one.optional])
        filled = speaker.both([speaker.role(one.role) for one in page.upgrade if one.optional])
        extra = (
            say(f", with the {filled} where there is one", f"（设有{filled}的，一并签署）") if filled else ""
        )
        parts.append(
            say(
                f"The {must} may together move it to a later version that follows this one{extra}.",
                f"经{must}共同签署{extra}，可以移转至承接本版的后续版本。",
            )
        )
    else:
        parts.append(say("It cannot be moved to another version.", "不得移转至其他版本。"))
    if page.follows is not None:
        parts.append(_follows(speaker, page.follows))
    return [Heading(say("Versions", "版本")), Paragraph(say(" ", "").join(parts))]


def _follows(speaker: Speaker, follows: m.Follows) -> str:
    say = speaker.say
    parts = [
        say(
            f"state {code(old)} becomes {speaker.quoted_state(new)}",
            f"状态 {code(old)} 转为{speaker.quoted_state(new)}",
        )
        for old, new in sorted(follows.states.items())
    ]
    parts += [
        say(
            f"{speaker.member(name)} is {code(how)} of the old one",
            f"{speaker.member(name)}取自原标的 {code(how)}",
        )
        for name, how in sorted(follows.fields.items())
    ]
    if follows.drops:
        given_up = speaker.both([code(name) for name in follows.drops])
        parts.append(say(f"{given_up} are given up", f"不再保留 {given_up}"))
    page = code(follows.page)
    head = say(f"It follows {page}, whose assets can be moved here", f"本版承接 {page}，其标的可以移转至本版")
    return head + (say(": ", "：") + say("; ", "；").join(parts) if parts else "") + say(".", "。")


_PREVAILS: Final = {
    "zh": ("the Chinese text prevails", "以中文文本为准"),
    "en": ("the English text prevails", "以英文文本为准"),
    "page": ("the rules of this page prevail over both texts", "以本合约页载明的规则为准"),
}


def prevails(speaker: Speaker) -> str:
    """Which wording prevails; empty when the page has no text."""
    text = speaker.page.text
    return "" if text is None else speaker.say(*_PREVAILS[text.prevails])


def _text(speaker: Speaker) -> list[Block]:
    if speaker.page.text is None:
        return []
    said = prevails(speaker)
    told = speaker.say(
        f"A contract text in Chinese and English belongs to this page. Where they differ, {said}.",
        f"本合约附有中英文合同文本；各文本不一致的，{said}。",
    )
    return [Heading(speaker.say("Contract text", "合同文本")), Paragraph(told)]
