"""The domain's commands beside a node that another process runs, which is how a node usually stands."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from data import market as places
from wusong.cli.app import run
from wusong.data.domain import DOMAIN


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[places.Market]:
    """An approved use of three calls; the node runs in a process of its own."""
    folder = tmp_path_factory.mktemp("beside") / "node"
    made = places.opened(folder)
    made.node.accredit(made.registry, "invoice-registrar")
    DOMAIN.begin_trial(made.node, {"invoice-registrar": made.registry})
    DOMAIN.close(made.node)
    made.node.close()
    command = [sys.executable, "-m", "wusong", "up", "--port", "0", "--json", "--home", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield made
        process.terminate()
        process.wait(timeout=60)


def month(market: places.Market) -> str:
    return f"{datetime.fromtimestamp(market.node.ledger.now() / 1000, UTC) + timedelta(hours=8):%Y-%m}"


def test_every_command_reads_and_acts_beside_it(
    market: places.Market, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WUSONG_HOME", str(market.node.folder))
    this, year = month(market), month(market)[:4]
    told = [
        (["call", market.use, "-p", "province=江苏"], ""),
        (["meter", market.use], ""),
        (["uses"], ""),
        (["holders", market.product], ""),
        (["find", "qhs"], ""),
        (["registrations"], ""),
        (["operations"], ""),
        (["operation", market.operation], ""),
        (["what-leaves", "question.json", "--operation", market.operation], "question-file"),
        (["usage", this, "--as", "运营机构"], ""),
        (["issue-statements", this, "--as", "运营机构"], "period-not-over"),
        (["disclose", "--year", year, "--as", "运营机构"], ""),
        (["invoice-number", "25312000000012345678"], None),
        (["certificate", market.resource], ""),
        (["lineage", market.product], ""),
        (["sharing", "--as", "数源部门"], ""),
        (["sharing-counts", "--as", "数源部门"], ""),
    ]
    for words, code in told:
        capsys.readouterr()
        status = run(["data", *words, "--json"])
        said = json.loads(capsys.readouterr().out)
        assert said.get("error", {}).get("code", "") == (code or ""), (words, said)
        assert (status == 0) is (code == ""), words
    assert run(["todo", "--json"]) == 0
