"""The story: a table is registered, its operation authorised, a product offered, bought, called and metered.

* Every step is a deed of the party named; two are refused on purpose, and the refusals are proved like the
  rest.
* Times pass on a ``trial`` ledger: its clock is set forward to the end of the notice period, and every
  proof says so.
* The parties are parts, not organisations: nobody real is named.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from wusong.crypto import canonical
from wusong.data import contents, service
from wusong.data.host import Done, Intent
from wusong.data.intake import uscc
from wusong.data.products import calls
from wusong.data.products.product import Parameter, Question
from wusong.data.tables import real_table
from wusong.errors import DataError, DeedError, NodeError, WusongError
from wusong.node import trial_days
from wusong.node.node import Node
from wusong.tour.steps import Recorder, Told

__all__ = ["DAY", "Story", "Wish"]

DAY: Final = 86_400_000
NOTICE: Final = 10  # working days, as the page of the registration says
CALLS: Final = 5
CEILING: Final = 100
PRICE: Final = 60
PROVINCES: Final = ("上海市", "江苏省", "浙江省", "安徽省", "四川省", "广东省")
REGISTRY_USCC: Final = "12310000000000107C"  # valid by its check characters, assigned to nobody
QUESTION: Final = Question(
    output="aggregate",
    sql=(
        'select "级别", count(*) as "数量" from data '
        'where "省级名称" = $province group by "级别" order by "级别"'
    ),
    parameters=(Parameter(name="province", title={"en": "Province", "zh": "省级行政区"}),),
    least_group=5,
)
PARTS: Final = {
    "department": {"en": "Source department", "zh": "数源部门"},
    "registry": {"en": "Registration body", "zh": "登记机构"},
    "body": {"en": "Implementing body", "zh": "实施机构"},
    "operator": {"en": "Operator", "zh": "运营机构"},
    "merchant": {"en": "Data merchant", "zh": "数商"},
}
ACCREDITED: Final = {
    "registry": "data-registry",
    "body": "data-implementing-body",
    "operator": "data-operator",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """A bundle to be made at the end: of which deed, and what it opens and proves beside it."""

    key: str
    deed: str
    openings: tuple[dict[str, Any], ...] = ()
    assets: tuple[str, ...] = ()


@dataclass(slots=True)
class Story:
    """The story being told on one node."""

    node: Node
    folder: Path
    record: Recorder
    did: dict[str, str] = field(default_factory=dict)
    wishes: list[Wish] = field(default_factory=list)
    resource: str = ""
    operation: str = ""
    product: str = ""
    use: str = ""

    def tell(self) -> None:
        """The whole story, in order."""
        self.admit()
        self.register()
        self.give_code()
        self.authorise()
        self.sell()
        self.call()
        self.meter()
        self.attest()

    # -- parties and registration --

    def admit(self) -> None:
        """Five parties; those whose part demands it are accredited."""
        with self.record.step("parties", "Admit the parties", "单位准入与资质准入") as told:
            trial_days.publish(self.node)
            for part, names in PARTS.items():
                self.did[part] = self.node.new_party(names["zh"])
                if part in ACCREDITED:
                    self.node.accredit(self.did[part], ACCREDITED[part])
            told.facts = {"parties": len(PARTS)}

    def register(self) -> None:
        """Applied for, accepted, examined, published."""
        table = real_table()
        application = service.Application(
            name=table.name_zh,
            source_basis=f"{table.origin_zh}；许可：{table.licence}",
            table=table.csv_bytes,
            update="yearly",
            description="县级以上行政区划的代码、名称和级别",
            sharing="open",
            risk_conclusion="不含个人信息和重要数据，风险可控",
        )
        with self.by("department", "apply", "Apply for registration", "申请登记") as told:
            made = service.register(self.node, self.did["department"], self.did["registry"], application)
            self.resource, told.deed = made.asset, made.deed
            told.facts = {
                "rows": made.profile.rows,
                "columns": len(made.profile.columns),
                "table": table.name_zh,
            }
        self.show_profile()
        registry = self.did["registry"]
        self.deed(
            "registry", "accept", "Accept", "受理", lambda: service.accept(self.node, registry, self.resource)
        )
        self.deed(
            "registry",
            "examine",
            "Pass the examination of form",
            "形式审核",
            lambda: service.examine(self.node, registry, self.resource, "材料齐全，符合形式要求"),
        )
        self.deed(
            "registry",
            "publish",
            "Publish for objections",
            "公示",
            lambda: service.publish(self.node, registry, self.resource),
        )

    def show_profile(self) -> None:
        """The profile goes out as a file, and its opening into the first bundle."""
        profile = self.leaf(self.resource).fields["profile"]
        self.write("profile.json", contents.read(self.node.vault, profile))
        opening = contents.opening(self.node.vault, profile, "profile", name="profile.json")
        self.wishes[-1] = Wish("apply", self.wishes[-1].deed, (opening,))

    def give_code(self) -> None:
        """Too early it is refused; after the notice period it is given."""
        code = f"SY-{uscc.parse(REGISTRY_USCC).code}-000001"

        def give() -> Done:
            until = self.node.ledger.now() + 3 * 365 * DAY
            return service.assign_code(self.node, self.did["registry"], self.resource, code, until)

        self.refused("registry", "code-early", "Give the code during the notice", "公示期内赋码", give)
        with self.record.step(
            "notice", "The notice period passes (trial clock)", "公示期届满（试运行时钟）"
        ) as told:
            until = self.leaf(self.resource).fields["notice_until"]
            self.node.ledger.set_forward(until - self.node.ledger.now())
            told.facts = {"working_days": NOTICE}
        self.deed("registry", "assign-code", "Give the code", "赋码", give, assets=lambda: (self.resource,))

    # -- operation, product, use --

    def authorise(self) -> None:
        """The implementing body authorises, the operator accepts."""
        body, operator = self.did["body"], self.did["operator"]
        now = self.node.ledger.now()

        def give() -> Done:
            done = service.authorise(
                self.node,
                body,
                operator,
                self.resource,
                scope="行政区划统计与核验，原始数据不出域",
                starts=now,
                ends=now + 2 * 365 * DAY,
                ceiling=CEILING,
                agreement="公共数据资源授权运营协议（演示文本）".encode(),
            )
            self.operation = done.asset
            return done

        facts = {"ceiling": CEILING, "currency": "CNY"}
        self.deed("body", "authorise", "Authorise the operation", "授权运营", give, facts=facts)
        self.deed(
            "operator",
            "accept-authorisation",
            "Accept the authorisation",
            "签署授权",
            lambda: service.accept_authorisation(self.node, operator, self.operation),
        )

    def sell(self) -> None:
        """A product above the ceiling is refused, one within it listed; the merchant applies and is
        approved.
        """
        operator, merchant = self.did["operator"], self.did["merchant"]
        name = "省级行政区所辖区划统计"

        def offer(price: int) -> Done:
            done = service.offer(self.node, operator, self.operation, service.Offer(name, QUESTION, price))
            self.product = done.asset
            return done

        self.refused(
            "operator", "offer-dear", "Offer above the ceiling", "高于限价上架", lambda: offer(CEILING + 1)
        )
        facts = {"price": PRICE, "currency": "CNY", "output": QUESTION.output}
        self.deed("operator", "offer", "Offer the product", "产品上架", lambda: offer(PRICE), facts=facts)
        now = self.node.ledger.now()
        terms = service.UseTerms("门店选址分析", now, now + 90 * DAY, CALLS)

        def apply() -> Done:
            done = service.apply(self.node, merchant, self.product, terms)
            self.use = done.asset
            return done

        facts = {"calls": CALLS, "days": 90, "purpose": terms.purpose}
        self.deed("merchant", "apply-use", "Apply for use", "申请使用", apply, facts=facts)
        self.deed(
            "operator", "approve", "Approve", "批准", lambda: service.approve(self.node, operator, self.use)
        )

    # -- calls and metering --

    def call(self) -> None:
        """As many calls as were approved are answered; the next is refused with its clause."""
        answers = []
        for province in PROVINCES[:CALLS]:
            with self.by("merchant", "call", f"Call: {province}", f"调用：{province}") as told:
                answer = service.call(self.node, self.use, self.did["merchant"], {"province": province})
                answers.append({"answer": answer.value, "number": answer.number, "province": province})
                told.facts = {"number": answer.number, "groups": answer.value["groups"]}
        self.write("answers.json", canonical.encode(answers))
        with self.by("merchant", "call-refused", "Call beyond the number", "超出次数的调用") as told:
            told.refusal = expect_refusal("call-refused", self.call_once_more)

    def call_once_more(self) -> None:
        """One call more than approved."""
        service.call(self.node, self.use, self.did["merchant"], {"province": PROVINCES[CALLS]})

    def meter(self) -> None:
        """The calls are metered by root and number; metering one more is refused by the ledger."""
        operator = self.did["operator"]
        with self.by("operator", "meter", "Meter the calls", "计量") as told:
            (told.deed,) = service.meter(self.node, self.use)
            told.facts = {"calls": CALLS, "fee": CALLS * PRICE, "currency": "CNY"}
        book = calls.book(self.node)
        openings = tuple(book.opening(self.use, number) for number in range(CALLS))
        self.wishes[-1] = Wish("meter", told.deed, openings, (self.use,))
        for call in book.calls(self.use):
            self.write(f"call-{call.number}.json", canonical.encode(call.record))
        now = self.node.ledger.now()
        args = {"after": CALLS, "calls": "0" * 64, "calls_count": 1, "first": now, "last": now}
        excess = Intent(calls.USE, "meter", args, {"operator": operator}, self.use)
        self.refused(
            "operator", "meter-excess", "Meter one call too many", "超量计量", lambda: self.node.act([excess])
        )

    def attest(self) -> None:
        """The files handed out so far are attested by the merchant."""
        files = sorted(file for file in self.folder.iterdir() if file.suffix == ".json")
        suite = self.node.ledger.suite
        items = [(file.name, suite.hash(file.read_bytes())) for file in files]
        with self.by("merchant", "attest", "Attest the files", "存证") as told:
            made = service.attest(self.node, self.did["merchant"], items, "演示导出文件")
            told.deed, told.facts = made.deed, {"files": len(items)}
        self.wishes[-1] = Wish("attest", made.deed, made.openings, (made.asset,))

    # -- telling --

    def by(self, part: str, key: str, en: str, zh: str) -> _Telling:
        """A step of one part; when it led to a deed, a bundle of it is wanted."""
        return _Telling(self, key, self.record.step(key, en, zh, PARTS[part]))

    def deed(
        self,
        part: str,
        key: str,
        en: str,
        zh: str,
        act: Callable[[], Done],
        facts: dict[str, Any] | None = None,
        assets: Callable[[], tuple[str, ...]] = tuple,
    ) -> None:
        """A step that is one deed."""
        with self.by(part, key, en, zh) as told:
            told.deed, told.facts = act().deed, facts or {}
        self.wishes[-1] = Wish(key, self.wishes[-1].deed, (), assets())

    def refused(self, part: str, key: str, en: str, zh: str, act: Callable[[], object]) -> None:
        """A step that the ledger must refuse; the refusal is proved too."""
        with self.by(part, key, en, zh) as told:
            told.refusal = expect_refusal("guard-failed", act)

    def leaf(self, asset: str) -> Any:  # noqa: ANN401 - a leaf
        """An asset as it stands."""
        return self.node.ledger.view().leaf(bytes.fromhex(asset))

    def write(self, name: str, content: bytes) -> None:
        """A file that the tour hands out."""
        (self.folder / name).write_bytes(content)


class _Telling:
    """A step, after which a bundle of its deed is wished for."""

    def __init__(self, story: Story, key: str, step: Any) -> None:  # noqa: ANN401 - a context manager
        self._story, self._key, self._step = story, key, step
        self._told = Told()

    def __enter__(self) -> Told:
        self._told = self._step.__enter__()
        return self._told

    def __exit__(self, *error: object) -> None:
        self._step.__exit__(*error)
        data = {} if self._told.refusal is None else self._told.refusal.data
        deed = self._told.deed or str(data.get("deed", ""))
        if error[0] is None and deed:
            self._story.wishes.append(Wish(self._key, deed))


def expect_refusal(code: str, act: Callable[[], object]) -> WusongError:
    """The refusal that ``act`` must meet. Raises NodeError ``tour-untold`` when it is not refused, or
    otherwise.
    """
    try:
        act()
    except (DataError, DeedError) as error:
        if error.code == code:
            return error
        raise
    raise NodeError("tour-untold", step=f"{code} expected")
