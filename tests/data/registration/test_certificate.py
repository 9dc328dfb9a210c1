"""A certificate says what the ledger proves, its codes prove it offline, it ends with the registration."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from data import market as places
from data.market import DAY, Market
from wusong.cli.app import run
from wusong.crypto import canonical
from wusong.data import service
from wusong.data.registration import certificate, compact, printing
from wusong.data.registration.service import Application
from wusong.errors import DataError, Lang
from wusong.node import witnessing

_COUNT = count(1)
CODE = "12310000000000107C"  # valid by its check characters, assigned to nobody
FULL = Application(
    "行政区划代码",
    "依法履职产生",
    places.TABLE,
    registrant_code=CODE,
    description="县级以上行政区划的代码与名称",
    operation=True,
    risk_conclusion="风险可控",
    update="yearly",
)


def coded(market: Market, application: Application = FULL, code: str = "") -> str:
    node, registry = market.node, market.registry
    application = replace(application, name=f"{application.name[:116]} {next(_COUNT):03}")
    asset = service.register(node, market.department, registry, application).asset
    service.accept(node, registry, asset)
    service.examine(node, registry, asset, "材料齐全")
    service.publish(node, registry, asset)
    places.pass_notice(market, asset)
    code = code or places.next_code(node)
    service.assign_code(node, registry, asset, code, node.ledger.now() + 1_000 * DAY)
    return asset


@pytest.fixture(scope="module", params=["intl", "gm"])
def market(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    made = places.start(tmp_path_factory.mktemp("market") / "node", request.param)
    yield made
    made.node.close()


@pytest.fixture
def trust(market: Market, tmp_path: Path) -> Path:
    file = tmp_path / "trust.json"
    file.write_bytes(canonical.encode(witnessing.trust(market.node.folder, market.node.ledger.genesis)))
    return file


def verified(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    status = run(["verify", *map(str, words), "--json"])
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return status, told


def test_it_says_what_stands_on_the_ledger(market: Market) -> None:
    says = certificate.issue(market.node, coded(market)).says
    assert says["registrant"] == {"code": CODE, "did": market.department, "name": "数源部门"}
    assert says["registry"] == {"did": market.registry, "name": "登记机构"}
    assert (says["code"], says["state"], says["trial"]) == ("T-1", "registered", True)
    assert says["rights"] == ["holding", "use", "operation"]
    assert says["description"] == FULL.description
    assert certificate.known(says, market.node.ledger.suite.name)


def test_its_codes_prove_it_with_the_trust_file_alone(
    market: Market, trust: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    made = certificate.issue(market.node, coded(market))
    status, told = verified(
        capsys, *(word for code in made.codes for word in ("--qr", code)), "--trust", trust
    )
    assert status == 0
    assert told["certificate"] == {
        **made.says,
        "issued": None,
        "registrant": {**made.says["registrant"], "name": ""},
        "registry": {**made.says["registry"], "name": ""},
    }
    scanned = tmp_path / "scanned.txt"
    scanned.write_text("\n".join(reversed(made.codes)) + "\n", "utf-8")
    assert verified(capsys, "--qr", scanned, "--trust", trust)[0] == 0


def test_a_code_with_another_registrant_is_refused(
    market: Market, trust: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = compact.join(certificate.issue(market.node, coded(market)).codes)
    bundle["state"]["proofs"][0]["value"]["fields"]["registrant_code"] = "91310000000000000X"
    del bundle["digest"]
    bundle["digest"] = market.node.ledger.suite.digest("bundle", canonical.encode(bundle)).hex()
    (code,) = compact.part(compact.pack(bundle), compact.MAX_TEXT)
    status, told = verified(capsys, "--qr", code, "--trust", trust)
    assert (status, told["reason"], told["certificate"]) == (1, "state-proof-wrong", {})


def sealed_now(market: Market, asset: str) -> str:
    """The codes of a registration as it stands, whether or not this node would print them."""
    bundle = market.node.bundle(certificate._last_deed(market.node, asset), certificate._wanted(asset))
    return compact.part(compact.pack(bundle), compact.MAX_TEXT)[0]


def test_codes_of_what_is_not_in_force_say_so(
    market: Market, trust: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    node = market.node
    applied = service.register(node, market.department, market.registry, replace(FULL, name="申请")).asset
    cancelled = coded(market, replace(FULL, name="注销"))
    service.apply_to_cancel(node, market.department, cancelled, "停用")
    service.cancel(node, market.registry, cancelled)
    for asset, state in ((applied, "applied"), (cancelled, "cancelled")):
        status, told = verified(capsys, "--qr", sealed_now(market, asset), "--trust", trust)
        assert (status, told["certificate"]["state"]) == (1, state)
        with pytest.raises(DataError, match="certificate-not-in-force"):
            certificate.file_of(node, asset)
        assert run(["--lang", "en", "verify", "--qr", sealed_now(market, asset), "--trust", str(trust)]) == 1
        assert "NOT IN FORCE" in capsys.readouterr().out


def test_a_registration_past_its_term_reads_as_expired() -> None:
    value = {"state": "registered", "deadlines": {"validity>expired": 50, "answer": 1}}
    told = [certificate._state(value, now) for now in (49, 50, 51)]
    assert told == ["registered", "expired", "expired"]
    assert certificate._state(value | {"holds": [{}]}, 99) == "registered"


def test_the_file_to_download_proves_the_parties_too(
    market: Market, trust: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "certificate.bundle.json"
    bundle = certificate.file_of(market.node, coded(market))
    file.write_bytes(canonical.encode(bundle))
    names = {proof["value"]["fields"].get("name") for proof in bundle["state"]["proofs"]}
    assert names == {"数源部门", "登记机构", certificate.particulars(bundle)["name"]}
    assert bundle["acts"] == []
    assert verified(capsys, file, "--trust", trust)[0] == 0


def test_there_is_none_before_the_code_and_after_the_end(market: Market) -> None:
    applied = service.register(market.node, market.department, market.registry, FULL).asset
    for asset, state in ((applied, "applied"), (cancelled(market), "cancelled")):
        with pytest.raises(DataError) as caught:
            certificate.issue(market.node, asset)
        assert (caught.value.code, caught.value.data["state"]) == ("certificate-not-in-force", state)


def cancelled(market: Market) -> str:
    asset = coded(market)
    service.apply_to_cancel(market.node, market.department, asset, "职能调整")
    assert certificate.issue(market.node, asset).says["state"] == "cancelling"
    service.cancel(market.node, market.registry, asset)
    return asset


@pytest.mark.parametrize("given", [(), ("FILE", "--qr", "WSC1 1/1 AB")])
def test_a_file_or_codes_not_both_and_not_neither(
    given: tuple[str, ...], capsys: pytest.CaptureFixture[str], trust: Path
) -> None:
    capsys.readouterr()
    assert run(["verify", *given, "--trust", str(trust), "--json"]) == 2
    assert "missing-argument" in "".join(capsys.readouterr())


LONG = Application(
    "数" * 120,
    "依" * 400,
    places.TABLE,
    registrant_code=CODE,
    description="描" * 600,
    operation=True,
    risk_conclusion="险" * 200,
)


@pytest.mark.real
@pytest.mark.parametrize("application", [FULL, LONG], ids=["ordinary", "every text at its longest"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_prints_on_one_sheet(
    market: Market, application: Application, lang: Lang, chromium: str, tmp_path: Path
) -> None:
    from playwright.sync_api import sync_playwright

    made = certificate.issue(market.node, coded(market, application))
    file = tmp_path / "certificate.html"
    file.write_text(printing.sheet(made, lang), "utf-8")
    with sync_playwright() as running, running.chromium.launch(executable_path=chromium) as browser:
        page = browser.new_page()
        page.goto(file.as_uri())
        pdf = page.pdf(prefer_css_page_size=True)
        page.screenshot(path=tmp_path / "certificate.png", full_page=True)
        widths = page.evaluate(
            "[...document.querySelectorAll('svg')].map(s => s.getBoundingClientRect().width)"
        )
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    assert len(widths) == len(made.codes)
    assert min(widths) > 200
