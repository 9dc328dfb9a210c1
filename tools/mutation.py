#!/usr/bin/env python3
"""How well the examples of the contract library protect it: each safeguard is taken away in turn.

* A **mutant** is a page that lacks one thing: a guard, a companion act, one who must sign beside the first,
  a time limit that closes (``until``) or opens (``after``) an action.
* It is **caught** when one of the page's own examples then ends otherwise than the page says, invariants
  included. A signer that is taken away is not named in the examples' ``by`` either; that it signs is then
  noticed by a refusal for want of its signature, or because the page's examples must hold no signature that
  is not needed (``needless``).
* Examples play one act at a time and take companions as found; so every companion act that the library must
  demand is written down in ``COMPANIONS``, and one that is taken away is missing from it.
* What is not caught stands in ``SURVIVORS`` with its reason, or fails tests/library/test_mutation.py.

    python tools/mutation.py             # Markdown: the score of each page, survivors by name
    python tools/mutation.py FILE...     # of these pages only
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import msgspec

from wusong.contract.examples import run_compiled
from wusong.contract.interpreter import Compiled
from wusong.contract.model import Page
from wusong.contract.page import load
from wusong.contract.program import Program, Step

Kind = Literal["guard", "signer", "limit", "companion"]
KINDS: Final[tuple[Kind, ...]] = ("guard", "signer", "limit", "companion")
BUDGET: Final = 100_000_000
LIBRARY: Final = Path(__file__).resolve().parent.parent / "src" / "wusong"

COMPANIONS: Final[dict[str, str]] = {
    "bill-of-lading.reissue.old": "bill-of-lading@1 replace (1)",
    "bill-of-lading.release.order": "delivery-order@1 issue (1)",
    "bill-of-lading.replace.new": "bill-of-lading@1 reissue (2)",
    "credit-voucher.finance.payment": "payment@1 discharge (6)",
    "credit-voucher.settle.payment": "payment@1 discharge (6)",
    "data-resource.amend.change": "data-resource@1 take-effect (1)",
    "data-resource.take-effect.registration": "data-resource@1 amend (2)",
    "delivery-order.issue.bill": "bill-of-lading@1 release (1)",
    "domestic-letter-of-credit.forfait.payment": "payment@1 discharge (6)",
    "domestic-letter-of-credit.negotiate.payment": "payment@1 discharge (6)",
    "domestic-letter-of-credit.pay.payment": "payment@1 discharge (6)",
    "goods-lot.cover.receipt": "warehouse-receipt@1 issue (2)",
    "goods-lot.uncover.receipt": "warehouse-receipt@1 withdraw (2)",
    "guarantee.pay-part.payment": "payment@1 discharge (6)",
    "guarantee.pay.payment": "payment@1 discharge (6)",
    "invoice-number.enter.linked": "invoice-number@1 link (2)",
    "letter-of-credit.honour-deferred.documents": "bill-of-lading@1 transfer-both (3)",
    "letter-of-credit.honour-deferred.promise": "payment@1 promise (7)",
    "letter-of-credit.honour.documents": "bill-of-lading@1 transfer-both (3)",
    "letter-of-credit.honour.payment": "payment@1 discharge (6)",
    "payment.confirm-against-bill.bill": "bill-of-lading@1 transfer-both (3)",
    "usage-statement.bind-invoice.number": "invoice-number@1 enter (3)",
    "usage-statement.red-letter.number": "invoice-number@1 enter (3)",
    "usage-statement.settle.payment": "payment@1 discharge (6)",
    "use-mark.cancel.given-back": "use-mark@1 give-back (2)",
    "use-mark.give-back.cancelled": "use-mark@1 cancel (1)",
    "use-mark.mark.taken": "use-mark@1 take (3)",
    "use-mark.take.mark": "use-mark@1 mark (3)",
    "warehouse-receipt.issue.goods": "goods-lot@1 cover (2)",
    "warehouse-receipt.withdraw.goods": "goods-lot@1 uncover (2)",
}
"""By "page.action.companion" the act that must stand in the same deed, and how many relations tie the two."""
SURVIVORS: Final[dict[str, str]] = {}
"""Mutants that no example catches, each with the reason why that is right."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """What is taken away from which action of which page."""

    page: str
    action: str
    kind: Kind
    name: str
    caught: bool

    def __str__(self) -> str:
        return f"{self.page}.{self.action}.{self.name}"


def pages() -> list[Path]:
    """Every page of the library, domain by domain."""
    return sorted(LIBRARY.glob("*/contracts/*.yaml"))


def mutants(text: str) -> list[Mutant]:
    """Every mutant of a page, and whether it is caught. Raises ValueError when the page is not sound."""
    page = load(text)
    if page.compiled is None or not page.ok:
        raise ValueError([str(finding) for finding in page.findings])
    program = page.compiled.program
    name = program.page.contract
    return [
        Mutant(name, step.name, kind, what, _caught(program, changed, mute))
        for step in program.steps.values()
        for kind, what, changed, mute in _weaker(step)
    ]


def companions(program: Program) -> dict[str, str]:
    """The companion acts that a page demands, as ``COMPANIONS`` has them."""
    name = program.page.contract
    return {
        f"{name}.{step.name}.{need.name}": f"{need.contract} {need.action} ({len(need.where)})"
        for step in program.steps.values()
        for need in step.needs
    }


def _weaker(step: Step) -> Iterator[tuple[Kind, str, Step, str]]:
    """The action without one thing, and the role that examples must not name then."""
    for guard in step.guards:
        rest = tuple(each for each in step.guards if each is not guard)
        yield "guard", guard.name, dataclasses.replace(step, guards=rest), ""
    for signer in step.by[1:]:
        rest_by = tuple(each for each in step.by if each is not signer)
        among = tuple(each for each in step.among if each[0] != signer[0])
        yield "signer", signer[0], dataclasses.replace(step, by=rest_by, among=among), signer[0]
    if step.until is not None:
        yield "limit", f"until-{step.until.name}", dataclasses.replace(step, until=None), ""
    if step.after is not None:
        yield "limit", f"after-{step.after.name}", dataclasses.replace(step, after=None), ""
    for need in step.needs:
        left = tuple(each for each in step.needs if each is not need)
        yield "companion", need.name, dataclasses.replace(step, needs=left), ""


def _caught(program: Program, step: Step, mute: str) -> bool:
    now, then = companions(program), companions(dataclasses.replace(program, steps={step.name: step}))
    mine = {name for name in now if name.split(".")[1] == step.name}
    if lost := mine - then.keys():
        return all(COMPANIONS.get(name) == now[name] for name in lost)
    page = _asking(program.page, step.name, mute)
    changed = dataclasses.replace(program, page=page, steps={**program.steps, step.name: step})
    if not all(result.ok for result in run_compiled(Compiled(changed), BUDGET)):
        return True
    return bool(mute) and bool(needless(changed, step.name))


def needless(program: Program, action: str = "") -> list[str]:
    """Signatures in examples without which the act is accepted all the same, of one action or of all."""
    found = []
    for example in program.page.examples:
        for n, act in enumerate(example.acts):
            if len(act.signers) < 2 or act.refused is not None or action not in {"", act.action}:
                continue
            for signer in act.signers:
                less = msgspec.structs.replace(act, signers=[s for s in act.signers if s != signer], new=[])
                tale = msgspec.structs.replace(example, acts=[*example.acts[:n], less], expect={})
                page = msgspec.structs.replace(program.page, examples=[tale])
                (result,) = run_compiled(Compiled(dataclasses.replace(program, page=page)), BUDGET)
                if result.ok:
                    found.append(f"{example.name}: {act.action} without {signer}")
    return found


def _asking(page: Page, action: str, mute: str) -> Page:
    """The page with only those examples that take ``action``, without the role ``mute`` in what they say."""
    examples = [each for each in page.examples if any(act.action == action for act in each.acts)]
    if mute:
        examples = [
            msgspec.structs.replace(each, acts=[
                msgspec.structs.replace(act, as_={r: p for r, p in act.as_.items() if r != mute})
                if act.action == action else act
                for act in each.acts
            ])
            for each in examples
        ]  # fmt: skip
    return msgspec.structs.replace(page, examples=examples)


def excused(mutant: Mutant) -> str:
    """Why it may survive the examples; empty when it may not."""
    return SURVIVORS.get(str(mutant), "")


def markdown(found: list[Mutant]) -> str:
    """The score of each page as a table, survivors by name beneath."""
    lines = [
        "| page | guards | signers | limits | companions | caught |", "|---|--:|--:|--:|--:|--:|",
    ]  # fmt: skip
    names = dict.fromkeys(mutant.page for mutant in found)
    lines += [_row(name, [mutant for mutant in found if mutant.page == name]) for name in names]
    lines.append(_row("**all**", found))
    alive = [mutant for mutant in found if not mutant.caught]
    lines += [""] if alive else []
    return "\n".join(
        [*lines, *(f"* `{each}` ({each.kind}): {excused(each) or '**survives**'}" for each in alive)]
    )


def _row(name: str, found: list[Mutant]) -> str:
    counts = [_share([mutant for mutant in found if mutant.kind == kind]) for kind in KINDS]
    good = sum(mutant.caught or bool(excused(mutant)) for mutant in found)
    return f"| {name} | {' | '.join(counts)} | {100 * good // max(len(found), 1)} % |"


def _share(found: list[Mutant]) -> str:
    return f"{sum(mutant.caught for mutant in found)}/{len(found)}" if found else ""


def main(files: list[str]) -> int:
    """Print the score; 1 when something survives without a reason."""
    found = [
        mutant
        for path in ([Path(name) for name in files] or pages())
        for mutant in mutants(path.read_text("utf-8"))
    ]
    print(markdown(found))
    return int(any(not mutant.caught and not excused(mutant) for mutant in found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
