"""Expressions in words: what is simple is said, everything else is quoted exactly."""
# ruff: noqa: E501 - a row of a table stays one line

from __future__ import annotations

import pytest

from contract.show.test_prose import STORY
from contract.worlds import page as load
from wusong.contract.show.marks import bare
from wusong.contract.show.saying import Saying
from wusong.contract.show.speaker import Speaker
from wusong.errors import Lang

PAGE = load(STORY).page
ACTION = next(action for action in PAGE.actions if action.name == "store")
AMOUNTS = [
    ("args.pallets", "the Number of pallets stated", "所载托数"),
    ("self.holder", "the Holder so far", "原持有人"),
    ("now + 259200000", "the time of the act plus 3 days", "办理时间加3日"),
    ("self.quantity - args.pallets", "the quantity left minus the Number of pallets stated", "剩余数量减所载托数"),
    ("has(self.lender) ? self.lender : self.holder", "the Lender so far (where there is none, the Holder so far)", "原质权人（没有的，为原持有人）"),
    ("args.holder == self.holder ? 1 : 2", "1 if the Holder stated is the Holder so far, else 2", "1（所载持有人为原持有人的），其余情形为2"),
    ('day_end(workday(today, 5, "cn-work"))', "the end of the 5th working day after the day of the act (cn-work)", "办理当日后第5个工作日（cn-work）终了时"),
    ("months(self.until_day, 2)", "2 months after the Last day so far", "原存放截止日后2个月的对应日"),
    ("apportion(args.pallets, self.shares)", "the Number of pallets stated shared out by the Shares so far", "所载托数按原Shares分配所得"),
    ("[]", "an empty list", "空列表"),
    ("self.shares[position(self.shares, args.pallets)]", "the one of the Shares so far for the Number of pallets stated", "原Shares中所载托数对应的一项"),
    ("self.shares[1]", "the 2nd of the Shares so far", "原Shares中的第2项"),
    ("position(self.shares, args.pallets)", "the place of the Number of pallets stated in the Shares so far", "所载托数在原Shares中的位次"),
    ("self.until_day - 2", "the Last day so far minus 2 days", "原存放截止日减2日"),
    ("today + 1", "the day of the act plus 1 day", "办理当日加1日"),
    ("(args.pallets + 1) * 3", "(the Number of pallets stated plus 1) times 3", "（所载托数加1）乘以3"),
    ("[self.holder] + args.more", "the Holder so far plus the More stated", "原持有人加所载More"),
    ("as.keeper", "the signing Keeper", "签署的保管人"),
    ('"straight"', "“straight”", "“记名”"),
    ("args.pallets * 3 + 1", "(the Number of pallets stated times 3) plus 1", "（所载托数乘以3）加1"),
    ("args.note.price", "args.note.price", "args.note.price"),
    ("not cel (", "not cel (", "not cel ("),
]  # fmt: skip
CONDITIONS = [
    ("args.until_day > today", "the Last day stated is after the day of the act", "所载存放截止日晚于办理当日"),
    ("args.pallets >= 2", "the Number of pallets stated is at least 2", "所载托数不少于2"),
    ("!has(self.lender)", "there is no Lender", "没有质权人"),
    ("has(self.lender) && self.holder != args.holder", "there is a Lender, and the Holder is not the Holder stated", "有质权人，且持有人不为所载持有人"),
    ('self.state in ["stored", "split"]', "the state is “Stored” or “Split”", "状态为“在库”或者“已分割”"),
    ('!(self.state in ["stored"]) || has(self.holder)', "where the state is “Stored”: there is a Holder", "状态为“在库”的，有持有人"),
    ("(has(self.lender) || has(self.claim)) && has(self.holder)", "(has(self.lender) || has(self.claim)) && has(self.holder)", "(has(self.lender) || has(self.claim)) && has(self.holder)"),
    ("[1, 2].exists(x, x > 1)", "[1, 2].exists(x, x > 1)", "[1, 2].exists(x, x > 1)"),
]  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("text", "en", "zh"), AMOUNTS)
def test_what_an_expression_gives(text: str, en: str, zh: str, lang: Lang) -> None:
    assert bare(Saying(Speaker(PAGE, lang), ACTION).amount(text)) == (zh if lang == "zh" else en)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("text", "en", "zh"), CONDITIONS)
def test_when_an_expression_is_true(text: str, en: str, zh: str, lang: Lang) -> None:
    assert bare(Saying(Speaker(PAGE, lang), ACTION).condition(text)) == (zh if lang == "zh" else en)
