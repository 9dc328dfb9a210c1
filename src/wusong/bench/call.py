"""``call``: metered calls of a data product a second, over HTTP.

* A node serves in a process of its own, as ``wusong up`` does. A client in another process calls one data-use
  with a token over 32 keep-alive connections, each with one call under way, 4,000 calls a run; the parameter
  takes 50 values in turn. Every answer is a 200 that is given after the call is durable in the book of calls:
  a kill loses none that was answered (tests/data/products hold that).
* Then they are metered by the operator's deeds, each over the root of a batch of at most 10,000; the time
  that this takes for one call is added to that of one call.
* Limit: the same client and the same server (Granian) with an answer of about the same size that costs
  nothing.
"""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Final

from wusong.bench import server
from wusong.bench.callers import VALUES, rate
from wusong.bench.figure import Goal, Measured, workspace
from wusong.bench.market import prepare
from wusong.data.domain import DOMAIN
from wusong.data.host import leaf
from wusong.data.products import tokens
from wusong.data.products.metering import meter
from wusong.data.products.permits import USE
from wusong.data.products.product import Parameter, Question
from wusong.node.node import Node

if TYPE_CHECKING:
    from pathlib import Path

GOAL: Final = Goal("call", "calls/s", "more", 500, 2_000)
CONNECTIONS: Final = 32


def measure(quick: bool) -> Measured:
    """Take the figure."""
    count, runs = (80, 1) if quick else (4_000, 5)
    with workspace() as folder:
        home, total = folder / "node", count * (runs + 1)
        use, token = _prepare(home, total)
        rates = _rates(str(home), runs + 1, count, use, token)[1:]
        metering = _metered(home, use, total) / total
        limit = statistics.median(_rates("--empty", 1 if quick else 3, count, use, token))
    value = 1 / (1 / statistics.median(rates) + metering)
    return Measured(
        value,
        limit,
        f"answered a second: {[round(one) for one in rates]}; metering adds {metering * 1e6:.0f} µs a call; "
        "limit: the server with nothing behind it",
    )


def _rates(served: str, runs: int, count: int, use: str, token: str) -> list[float]:
    with server.running(served) as (host, port, _pid):
        return [rate((host, port), CONNECTIONS, count, use, token) for _ in range(runs)]


def _prepare(folder: Path, calls: int) -> tuple[str, str]:
    rows = (f"{number % VALUES},{number}\n" for number in range(VALUES * 20))
    question = Question(
        output="answer",
        sql='select count(*) from data where "province" = $province',
        parameters=(Parameter(name="province"),),
    )
    market = prepare(folder, ("province,value\n" + "".join(rows)).encode(), question, calls)
    try:
        secret, _ = tokens.issue(market.node, market.user, market.use, "bench")
    finally:
        DOMAIN.close(market.node)
        market.node.close()
    return market.use, secret


def _metered(folder: Path, use: str, answered: int) -> float:
    """Meter everything; how long it took, seconds. Every answered call must be there."""
    node = Node.open(folder)
    try:
        began = time.perf_counter()
        meter(node, use)
        taken = time.perf_counter() - began
        metered = leaf(node, use, USE).fields["metered"]
    finally:
        DOMAIN.close(node)
        node.close()
    if metered != answered:
        raise RuntimeError(f"{answered} calls answered, {metered} metered")
    return taken
