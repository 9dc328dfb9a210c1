"""A process that lives through periods and is killed in each life: ``python living.py NODE PLAN LIVES SEED``.

Each life is a fork that opens the node, first goes on with what earlier lives left, then calls, meters,
issues, confirms, divides and settles, day after day, until it is killed at a random moment. On its way it
tells what it is about to do; what each life was about when it ended is printed.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from wusong.data import service
from wusong.data.host import Intent
from wusong.data.money import book as books
from wusong.data.money import run, standing
from wusong.data.money.metered import meterings
from wusong.data.money.periods import Period
from wusong.node.node import Node

DAY = 86_400_000
HOUR = 3_600_000
STEPS = 8
LONGEST = 0.06
"""A life ends at the latest so many seconds after so many steps were begun."""


class Plan(NamedTuple):
    """Who takes part, by DID, and in what."""

    operator: str
    merchant: str
    department: str
    body: str
    use: str
    share: str
    first: int


def today(node: Node) -> int:
    return (node.ledger.now() + 8 * HOUR) // DAY


def live(node: Node, plan: Plan, tell: Callable[[str], None]) -> None:
    """Days without end."""
    while True:
        catch_up(node, plan, tell)
        for _ in range(2):
            tell("call")
            service.call(node, plan.use, plan.merchant, {"province": "江苏"})
        tell("meter")
        service.meter(node, plan.use)
        node.ledger.set_forward(DAY)


def catch_up(node: Node, plan: Plan, tell: Callable[[str], None]) -> None:
    """Bring every day that is over to its settlement."""
    days = meterings(node, Period(plan.first, today(node) - 1), operator=plan.operator)
    for day in sorted({(one.time + 8 * HOUR) // DAY for one in days}):
        finish(node, plan, Period(day, day), tell)


def finish(node: Node, plan: Plan, period: Period, tell: Callable[[str], None]) -> None:
    if books.book(node).rows(kind=books.SETTLEMENT, first=period.first):
        return
    for step in ("issue", "divide", "settle"):
        tell(step)
        done = run.run(node, plan.operator, plan.share, period)
        if not done.waiting:
            return
        tell("confirm")
        for row in done.statements:
            if standing.now(node, row.asset, standing.STATEMENT).state == "issued":
                node.act([Intent(standing.STATEMENT, "confirm", {}, {"user": plan.merchant}, row.asset)])
        for member in (plan.department, plan.body):
            share = standing.now(node, plan.share, standing.SHARE)
            if share.state == "allotted" and member not in share.fields["confirmed"]:
                last = len(share.fields["confirmed"]) + 1 == len(share.fields["parties"])
                action = "confirm-last" if last else "confirm"
                node.act([Intent(standing.SHARE, action, {}, {"member": member}, plan.share)])


def life(folder: Path, plan: Plan, pipe: int) -> None:
    """One life; it ends by itself only when something is wrong."""
    node = Node.open(folder)

    def tell(what: str) -> None:
        os.write(pipe, f"{what}\n".encode())

    live(node, plan, tell)


def ended(folder: Path, plan: Plan, steps: int, seconds: float) -> str:
    """Let one life begin so many steps, wait, kill it; what it was about."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        life(folder, plan, writer)
        os._exit(1)
    os.close(writer)
    told = b""
    while told.count(b"\n") < steps:
        told += os.read(reader, 1)
    select.select([], [], [], seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        sys.exit(f"a life ended by itself: {status}")
    while more := os.read(reader, 4_096):
        told += more
    os.close(reader)
    return told.decode().split()[-1]


def main() -> None:
    folder, plan, lives, seed = sys.argv[1:]
    chance = random.Random(int(seed))
    given = Plan(**json.loads(plan))
    for _ in range(int(lives)):
        moment = chance.randint(1, STEPS), chance.uniform(0, LONGEST)
        print(ended(Path(folder), given, *moment), flush=True)


if __name__ == "__main__":
    main()
