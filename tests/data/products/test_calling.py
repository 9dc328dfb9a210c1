"""Calls over HTTP, as programs make them: tokens, terms, withdrawal, kills; files and their marks."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from data import market as places
from wusong.bench import server
from wusong.cli.app import run
from wusong.data import service
from wusong.data.domain import DOMAIN
from wusong.data.host import leaf
from wusong.data.intake.export import write_csv, write_xlsx
from wusong.data.intake.open import table
from wusong.data.products import calls, delivery, periods, snippets, tokens, tracing
from wusong.data.products.client import CallError, Client
from wusong.data.products.holders import holders
from wusong.data.products.product import Question
from wusong.data.products.way import Way
from wusong.errors import DataError
from wusong.node.node import Node
from wusong.web.signatures import Message, sign

GIVEN = {"province": "江苏"}
FILE = Question(output="file", sql='select "代码", "名称", "人口" from data', least_group=0)


@dataclass
class Story:
    """A node with uses of several kinds; ``tokens`` by name of the use."""

    folder: Path
    market: places.Market
    uses: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    files: str = ""

    def use(self, name: str, product: str, **terms: Any) -> None:  # noqa: ANN401
        node, now = self.market.node, self.market.node.ledger.now()
        given = {"calls": 5, **terms}
        made = service.apply(
            node,
            self.market.merchant,
            product,
            service.UseTerms(purpose="选址分析", starts=now, ends=now + 30 * places.DAY, **given),
        )
        service.approve(node, self.market.operator, made.asset)
        self.uses[name] = made.asset
        self.tokens[name], _ = tokens.issue(node, self.market.merchant, made.asset, "风控系统")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("calling") / "node"
    market = places.opened(folder, calls=1_000)
    made = Story(folder, market, {"many": market.use})
    made.tokens["many"], _ = tokens.issue(market.node, market.merchant, market.use, "风控系统")
    made.use("here", market.product, places=("127.0.0.0/8", "专网"))
    made.use("elsewhere", market.product, places=("10.0.0.0/8",))
    made.use("named", market.product, recipients=("风控系统",))
    made.use("others", market.product, recipients=("信贷系统",))
    made.use("daily", market.product, per_day=2)
    made.use("storm", market.product, calls=100_000)
    made.use("stopped", market.product)
    resource = places.registered(market, sharing="open")
    operation = places.in_force(market, resource)
    offered = service.offer(market.node, market.operator, operation, service.Offer("区划表", FILE, 0))
    made.files = offered.asset
    made.use("files", made.files, undertaking=True, calls=20)
    shut(market.node)
    return made


def shut(node: Node) -> None:
    DOMAIN.close(node)
    node.close()


@pytest.fixture
def copy(story: Story, tmp_path: Path) -> Path:
    """The story's node, for one test alone."""
    return Path(shutil.copytree(story.folder, tmp_path / "node"))


@pytest.fixture
def node(copy: Path) -> Iterator[Node]:
    opened = Node.open(copy)
    yield opened
    shut(opened)


def refused(client: Client, use: str, **parameters: str) -> tuple[str, str]:
    with pytest.raises(CallError) as found:
        client.call(use, **(parameters or GIVEN))
    return found.value.code, found.value.clause


def test_each_way_of_calling_and_each_clause_that_refuses_one(story: Story, copy: Path) -> None:
    with server.running(str(copy)) as (host, port, _):
        url = f"http://{host}:{port}"
        at = {name: Client(url, token=secret) for name, secret in story.tokens.items()}
        uses = story.uses
        first = at["here"].call(uses["here"], **GIVEN)
        assert (first["answer"], first["number"]) == ({"output": "answer", "value": 12}, 0)
        same = at["here"].call(uses["here"], request_id="r", **GIVEN)
        assert at["here"].call(uses["here"], request_id="r", **GIVEN) == same
        assert refused(at["here"], uses["many"])[0] == "token-refused"
        assert refused(Client(url, token="wst_nobody"), uses["here"])[0] == "token-refused"
        assert refused(Client(url), uses["here"])[0] == "not-signed-in"
        assert refused(at["elsewhere"], uses["elsewhere"]) == ("call-refused", "from-places-agreed")
        assert at["named"].call(uses["named"], **GIVEN)["number"] == 0
        assert refused(at["others"], uses["others"]) == ("call-refused", "by-recipients-agreed")
        assert [at["daily"].call(uses["daily"], **GIVEN)["number"] for _ in range(2)] == [0, 1]
        assert refused(at["daily"], uses["daily"]) == ("call-refused", "within-daily-limit")
        assert refused(at["here"], uses["here"], province="江苏", more="x")[0] == "parameter-wrong"
        assert refused(at["files"], uses["files"], x="")[0] == "product-delivers-files"
        pasted(url, uses["storm"], story.tokens["storm"])
    node = Node.open(copy)
    ways = {call.record["way"].split()[0] for call in calls.book(node).calls(uses["here"])}
    (place,) = {call.record["place"] for call in calls.book(node).calls(uses["here"])}
    assert (ways, place) == ({"token"}, "127.0.0.0/8")
    assert service.meter_all(node)
    assert leaf(node, uses["daily"], calls.USE).fields["metered"] == 2
    shut(node)


def pasted(url: str, use: str, secret: str) -> None:
    """What the documentation and the page of a data-use give to paste works as it stands."""
    text = (Path(__file__).parents[3] / "docs" / "data.md").read_text("utf-8")
    documented = text[text.index("```python\nimport json") + 10 :].partition("```")[0]
    shown = snippets.of(url, use, places.QUESTION.parameters)
    python = [sys.executable, "-c", shown["python"].replace("'...'", "'江苏'")]
    lines = [[sys.executable, "-c", documented], python]
    if shutil.which("curl"):
        lines.append(["sh", "-c", shown["curl"].replace("...", "江苏")])
    told = {"WUSONG_TOKEN": secret, "WUSONG_NODE": url, "WUSONG_USE": use}
    for line in lines:
        made = subprocess.run(line, env={**os.environ, **told}, capture_output=True, text=True, check=False)
        assert (made.returncode, "12" in made.stdout) == (0, True), made.stderr


def test_a_key_signs_calls_and_is_named_in_the_record(story: Story, copy: Path) -> None:
    node = Node.open(copy)
    suite, merchant = node.ledger.suite, story.market.merchant
    key = node.keys.deed_key(merchant)
    shut(node)

    def headers(method: str, authority: str, path: str, query: str, body: bytes) -> dict[str, str]:
        return sign(suite, Message(method, authority, path, query, {}, body), merchant, key, int(time.time()))

    with server.running(str(copy)) as (host, port, _):
        client = Client(f"http://{host}:{port}", sign=headers)
        assert client.call(story.uses["many"], **GIVEN)["number"] == 0
        assert refused(client, story.uses["others"]) == ("call-refused", "by-recipients-agreed")
    node = Node.open(copy)
    (call,) = calls.book(node).calls(story.uses["many"])
    assert call.record["way"] == f"key {key.public.thumbprint}"
    shut(node)


@pytest.mark.slow
def test_a_thousand_calls_bought_the_next_is_refused_with_its_clause(story: Story, copy: Path) -> None:
    use, secret = story.uses["many"], story.tokens["many"]
    answered: list[int] = []
    refusals: list[str] = []

    def work(url: str) -> None:
        client = Client(url, token=secret)
        while not refusals:
            try:
                answered.append(client.call(use, **GIVEN)["number"])
            except CallError as error:
                refusals.append(error.clause)

    with server.running(str(copy)) as (host, port, _):
        threads = [threading.Thread(target=work, args=(f"http://{host}:{port}",)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(answered) == list(range(1_000))
    assert set(refusals) == {"within-calls-approved"}
    node = Node.open(copy)
    assert len(service.meter(node, use)) == 1
    assert leaf(node, use, calls.USE).quantity == 0
    lines = periods.calls(node, use, 0, 2**53)
    assert [line.index for line in lines] == list(range(1_000))
    assert len({line.deed for line in lines}) == 1
    shut(node)


@pytest.mark.parametrize("seed", range(2))
def test_no_answered_call_is_lost_when_the_node_is_killed(story: Story, copy: Path, seed: int) -> None:
    """Many callers at once, SIGKILL in the midst of it; every answer that was given is in the book."""
    use, secret = story.uses["storm"], story.tokens["storm"]
    told: dict[str, tuple[int, str]] = {}
    sent: set[str] = set()

    def work(url: str, name: int) -> None:
        client = Client(url, token=secret, tries=1)
        for turn in range(10_000):
            request = f"{name}-{turn}"
            sent.add(request)
            try:
                answer = client.call(use, request_id=request, **GIVEN)
            except CallError:
                return
            told[request] = (answer["number"], answer["digest"])

    with server.running(str(copy)) as (host, port, pid):
        threads = [threading.Thread(target=work, args=(f"http://{host}:{port}", name)) for name in range(8)]
        for thread in threads:
            thread.start()
        enough = random.Random(seed).randint(20, 150)
        while len(told) < enough and any(thread.is_alive() for thread in threads):
            time.sleep(0.005)
        os.kill(pid, signal.SIGKILL)
        for thread in threads:
            thread.join()
    node = Node.open(copy)
    kept = calls.book(node).calls(use)
    assert [call.number for call in kept] == list(range(len(kept)))
    for request, (number, digest) in told.items():
        found = calls.book(node).named(use, request)
        assert found is not None
        assert (found.number, found.record["answer"]) == (number, digest)
    assert len(told) <= len(kept) <= len(sent)
    service.meter(node, use)
    assert leaf(node, use, calls.USE).fields["metered"] == len(kept)
    shut(node)


def call(node: Node, story: Story, name: str, **more: Any) -> int:  # noqa: ANN401
    return service.call(node, story.uses[name], story.market.merchant, GIVEN, **more).number


def clause(node: Node, story: Story, name: str, **more: Any) -> Any:  # noqa: ANN401
    with pytest.raises(DataError) as found:
        call(node, story, name, **more)
    assert found.value.code == "call-refused"
    return found.value.data["clause"]


def test_another_purpose_than_the_one_agreed_is_refused(node: Node, story: Story) -> None:
    assert clause(node, story, "stopped", purpose="转售") == "for-the-purpose-agreed"
    assert call(node, story, "stopped", purpose="选址分析") == 0


def test_recall_and_withdrawal_stop_calls_at_once_and_say_who_holds_what(node: Node, story: Story) -> None:
    market, use = story.market, story.uses["stopped"]
    assert call(node, story, "stopped") == 0
    delivery.deliver(node, story.uses["files"], market.merchant)
    service.recall(node, market.operator, market.product, "口径有误")
    assert clause(node, story, "stopped") == "not-recalled-when-called"
    service.meter(node, use)  # what was called before is still metered
    operation = leaf(node, story.files, calls.PRODUCT).fields["operation"]
    service.withdraw_authorisation(node, market.body, operation, "沪数〔2026〕1号")
    with pytest.raises(DataError) as found:
        delivery.deliver(node, story.uses["files"], market.merchant)
    assert found.value.data["clause"] == "authorised-when-called"
    rows = [
        {"asset": one, "state": use_.state, "roles": use_.roles, "fields": use_.fields}
        for one in story.uses.values()
        for use_ in [leaf(node, one, calls.USE)]
    ]
    (held,) = [one for one in holders(node, rows, market.product) if one.calls]
    assert (held.use, held.user, held.calls, held.metered) == (use, market.merchant, 1, 1)
    (filed,) = holders(node, rows, operation)
    assert [file["number"] for file in filed.files] == [0]


def test_a_token_s_own_limit_time_and_revocation(node: Node, story: Story) -> None:
    market, use = story.market, story.uses["storm"]
    secret, token = tokens.issue(node, market.merchant, use, "试算岗", days=1, calls=2)
    party, way = tokens.way_of(node, secret, use)
    assert (party, way.label) == (market.merchant, f"token {token.id}")
    assert [call(node, story, "storm", way=way) for _ in range(2)] == [0, 1]
    with pytest.raises(DataError, match="way-used-up"):
        call(node, story, "storm", way=way)
    assert [one["used"] for one in tokens.listed(node, market.merchant, use)] == [0, 2]
    tokens.revoke(node, market.merchant, token.id)
    with pytest.raises(DataError, match="token-refused"):
        tokens.way_of(node, secret, use)
    with pytest.raises(DataError, match="no-such-token"):
        tokens.revoke(node, market.operator, token.id)
    late, _ = tokens.issue(node, market.merchant, use, "试算岗", days=1)
    node.ledger.set_forward(2 * places.DAY)
    with pytest.raises(DataError, match="token-refused"):
        tokens.way_of(node, late, use)


def test_the_secret_of_a_token_is_nowhere_on_the_disk(node: Node, story: Story, copy: Path) -> None:
    secret, _ = tokens.issue(node, story.market.merchant, story.uses["storm"], "试算岗")
    call(node, story, "storm", way=tokens.way_of(node, secret, story.uses["storm"])[1])
    for path in copy.rglob("*"):
        assert not path.is_file() or secret.encode() not in path.read_bytes(), path


@pytest.mark.parametrize(
    ("field_", "terms"),
    [
        ("holder", {"holder": ""}),
        ("holder", {"holder": "岗" * 65}),
        ("days", {"days": 0}),
        ("days", {"days": 400}),
        ("calls", {"calls": -1}),
    ],
)
def test_a_token_s_terms(node: Node, story: Story, field_: str, terms: dict[str, Any]) -> None:
    with pytest.raises(DataError) as found:
        tokens.issue(node, story.market.merchant, story.uses["storm"], **{"holder": "试算岗", **terms})
    assert (found.value.code, found.value.data["field"]) == ("token-terms", field_)


def test_a_restored_backup_revives_no_token(node: Node, story: Story, copy: Path) -> None:
    tokens.revoke_all(copy / tokens.FILE)
    tokens.revoke_all(copy / "absent.db")
    with pytest.raises(DataError, match="token-refused"):
        tokens.way_of(node, story.tokens["storm"], story.uses["storm"])


@pytest.mark.slow
def test_calls_files_and_marks_on_a_gm_ledger(tmp_path: Path) -> None:
    market = places.start(tmp_path / "node", "gm")
    operation = places.in_force(market, places.registered(market, sharing="open"))
    made = Story(tmp_path / "node", market)
    for name, question in (("answers", places.QUESTION), ("files", FILE)):
        offered = service.offer(market.node, market.operator, operation, service.Offer(name, question, 0))
        made.use(name, offered.asset, undertaking=name == "files")
    way = tokens.way_of(market.node, made.tokens["answers"], made.uses["answers"])[1]
    assert call(market.node, made, "answers", way=way) == 0
    copy = delivery.deliver(market.node, made.uses["files"], market.merchant)
    (found,) = tracing.trace(market.node, copy.content).copies
    assert (found.mark, found.rows) == (copy.mark, 17)
    assert len(service.meter_all(market.node)) == 2
    shut(market.node)


def test_a_request_that_is_repeated_gives_the_same_copy(node: Node, story: Story) -> None:
    first = delivery.deliver(node, story.uses["files"], story.market.merchant, request_id="one")
    again = delivery.deliver(node, story.uses["files"], story.market.merchant, request_id="one")
    assert (first.content, first.mark, first.number) == (again.content, again.mark, again.number)
    assert calls.book(node).pending(story.uses["files"], 0).count == 1


def test_a_copy_that_turned_up_names_its_receiver_however_it_was_changed(node: Node, story: Story) -> None:
    use = story.uses["files"]
    ours, theirs = (delivery.deliver(node, use, story.market.merchant, "csv") for _ in range(2))
    book = delivery.deliver(node, use, story.market.merchant, "xlsx")
    rows = list(csv.reader(io.StringIO(ours.content.decode("utf-8-sig"))))
    assert ours.mark in rows[0][-1]
    assert "数商" in rows[0][-1]
    assert sorted(tuple(row[:3]) for row in rows[1:]) == sorted((c, n, str(p)) for c, n, _, p in places.ROWS)
    chance = random.Random(7)
    few = chance.sample(rows[1:], 3)
    other = list(csv.reader(io.StringIO(theirs.content.decode("utf-8-sig"))))[1:]
    leaked = {
        "as it is": (ours.content, {ours.mark: 17}),
        "three rows, shuffled, one column cut, no title": (
            write_csv([["甲", "乙", "丙"], *[[row[3].lower(), row[0], "changed"] for row in few]]),
            {ours.mark: 3},
        ),
        "as a workbook": (write_xlsx({"表": rows}), {ours.mark: 17}),
        "mixed of two copies": (
            write_csv([["a", "b", "c", "d"], *rows[1:5], *other[5:15]]),
            {theirs.mark: 10, ours.mark: 4},
        ),
        "the workbook that was handed over": (book.content, {book.mark: 17}),
        "without the column": (write_csv([row[:3] for row in rows]), {}),
    }
    for name, (content, expected) in leaked.items():
        found = tracing.trace(node, content)
        assert {copy.mark: copy.rows for copy in found.copies} == expected, name
        assert all(copy.certain and copy.user == story.market.merchant for copy in found.copies), name
    assert tracing.trace(node, ours.content, operator=story.market.body).copies == ()


def test_a_workbook_says_for_whom_it_was_made(node: Node, story: Story) -> None:
    made = delivery.deliver(node, story.uses["files"], story.market.merchant, "xlsx")
    opened = table(made.content, sheet="说明")
    notes = {row[0]: row[1] for block in opened.blocks() for row in block}
    assert (notes["受领单位"], notes["标识"], notes["用途"]) == ("数商", made.mark, "选址分析")


def test_a_file_is_no_answer_and_an_answer_no_file(node: Node, story: Story) -> None:
    with pytest.raises(DataError, match="product-delivers-files"):
        call(node, story, "files")
    with pytest.raises(DataError, match="product-gives-answers"):
        delivery.deliver(node, story.uses["storm"], story.market.merchant)
    with pytest.raises(DataError, match="not-the-user"):
        delivery.deliver(node, story.uses["files"], story.market.operator)


def test_the_next_version_is_moved_to_and_the_earlier_one_stays_for_who_does_not(
    node: Node, story: Story
) -> None:
    market = story.market
    newer = Question(
        output="answer",
        sql='select count("人口") from data where "省" = $province',
        parameters=places.QUESTION.parameters,
    )
    second = service.offer(
        node,
        market.operator,
        market.operation,
        service.Offer("省内区划数（新）", newer, 50, earlier=market.product),
    )
    assert leaf(node, second.asset, calls.PRODUCT).fields["edition"] == 2
    service.move(node, market.merchant, story.uses["storm"], second.asset)
    assert [call(node, story, name) for name in ("storm", "stopped")] == [0, 0]
    products = [
        calls.book(node).calls(story.uses[name])[0].record["product"] for name in ("storm", "stopped")
    ]
    assert products == [second.asset, market.product]


def test_periods_take_calls_by_time_with_their_deeds(node: Node, story: Story) -> None:
    use, market = story.uses["storm"], story.market
    for _ in range(3):
        service.call(node, use, market.merchant, GIVEN)
        node.ledger.set_forward(places.DAY)
    service.meter(node, use, most=2)
    service.call(node, use, market.merchant, GIVEN)
    times = [call.time for call in calls.book(node).calls(use)]
    lines = periods.calls(node, use, times[1], times[3])
    assert [(line.number, line.index) for line in lines] == [(1, 1), (2, 0)]
    assert all(line.deed and line.root for line in lines)
    (waiting,) = periods.calls(node, use, times[3], 2**53)
    assert (waiting.deed, waiting.index) == ("", -1)
    assert [batch.count for batch in periods.batches(node, use, times[2], times[3])] == [1]
    assert Way().label == "terminal"


def test_the_same_in_the_terminal(story: Story, copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def wusong(*words: str) -> Any:  # noqa: ANN401 - whatever the command says
        capsys.readouterr()
        status = run(["data", *words, "--home", str(copy), "--json"])
        said = json.loads(capsys.readouterr().out)
        return said if status == 0 else said["error"]

    use = story.uses["named"]
    answer = wusong("call", story.uses["storm"], "-p", "province=江苏")
    assert (answer["answer"]["value"], answer["number"]) == (12, 0)
    assert wusong("call", use, "-p", "province=江苏")["code"] == "call-refused"
    token = wusong("token", use, "--holder", "风控系统", "--days", "3")
    assert token["secret"].startswith("wst_")
    wusong("revoke-token", use, token["token"])
    assert [one["revoked"] is None for one in wusong("tokens", use)["tokens"]] == [True, False]
    (one,) = [one for one in wusong("uses")["uses"] if one["asset"] == story.uses["storm"]]
    assert (one["left"], one["waiting"]) == (99_999, 1)
    target = copy.parent / "copy.xlsx"
    made = wusong("file", story.uses["files"], "--out", str(target))
    (found,) = wusong("trace", str(target))["copies"]
    assert (found["mark"], found["rows"], found["certain"]) == (made["mark"], 17, True)
    (held,) = wusong("holders", story.files)["holders"]
    assert [file["mark"] for file in held["files"]] == [made["mark"]]
