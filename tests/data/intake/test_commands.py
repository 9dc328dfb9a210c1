"""Decisions, judgements and the quality of a table in the terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from data import market as places
from data.intake.test_importing import good, workbook
from wusong.cli.app import run as typed

TABLE = "姓名,数量\n王秀英,1\n李建国,2\n赵明华,3\n".encode()


def test_a_table_is_decided_judged_and_shown(tmp_path: Path, capsys: Any) -> None:  # noqa: ANN401
    market = places.start(tmp_path / "node")
    who = market.department
    market.node.close()
    table, report = tmp_path / "t.csv", tmp_path / "r.pdf"
    table.write_bytes(TABLE)
    report.write_bytes(b"%PDF-1.7 sample")

    def said(*words: str, status: int = 0) -> Any:  # noqa: ANN401
        capsys.readouterr()
        given = [
            "data",
            words[0],
            str(table),
            *words[1:],
            "--as",
            who,
            "--home",
            str(tmp_path / "node"),
            "--json",
        ]
        assert typed(given) == status
        printed = capsys.readouterr()
        return json.loads(printed.out or printed.err)

    assert said("quality")["undecided"] == 1
    decided = said("decide", "--column", "姓名", "--verdict", "removed", "--reason", "对外提供前去除")
    assert decided["undecided"] == 0
    words = ("judge", "--reason", "抽样核对一致", "--by", "质量管理处", "--indicator")
    found = said(*words, "0205", "--value", "97.5", "--evidence", str(report))["quality"]
    assert [(one["value_bp"], one["standing"]) for one in found if one["code"] == "0205"] == [
        (9_750, "judged")
    ]
    found = said(*words, "0304", "--basis", "数据说明")["quality"]
    assert [one["standing"] for one in found if one["code"] == "0304"] == ["inapplicable"]
    refused = said(*words, "0205", "--value", "many", "--basis", "x", status=1)
    assert refused["error"]["code"] == "judgement-value"
    assert [one["by"] for one in said("quality")["quality"] if one["code"] == "0205"] == ["质量管理处"]


def test_a_catalogue_is_checked_without_a_node_and_registered_by_named_parties(
    tmp_path: Path,
    capsys: Any,  # noqa: ANN401
    monkeypatch: Any,  # noqa: ANN401
) -> None:
    monkeypatch.setenv("WUSONG_HOME", str(tmp_path / "none"))
    filled = tmp_path / "目录.xlsx"

    def said(*words: str, status: int = 0) -> Any:  # noqa: ANN401
        capsys.readouterr()
        assert typed(["data", *words, "--json"]) == status
        printed = capsys.readouterr()
        return json.loads(printed.out or printed.err)

    said("template", "--out", str(filled))
    filled.write_bytes(workbook([good(0), good(1), good(2, 数据级别="绝密")]))
    before = filled.read_bytes()
    assert said("template", "--out", str(filled), status=1)["error"]["code"] == "output-exists"
    assert filled.read_bytes() == before
    checked = said("import", str(filled), "--check", status=1)
    assert (checked["good"], len(checked["faulty"]), checked["resources"]) == (2, 1, [])
    assert said("import", str(filled), status=1)["error"]["code"] == "registry-missing"
    assert said("import", str(filled), "--registry", "x", status=1)["error"]["code"] == "department-missing"
    market = places.start(tmp_path / "node")
    market.node.close()
    monkeypatch.setenv("WUSONG_HOME", str(tmp_path / "node"))
    parties = ("--as", market.department, "--registry", market.registry)
    first = said("import", str(filled), *parties, status=1)
    assert (len(first["resources"]), first["already"]) == (2, [])
    back = Path(first["workbook"])
    kept = back.read_bytes()
    second = said("import", str(back), *parties, status=1)
    assert ([one["asset"] for one in second["already"]], second["resources"]) == (
        [one["asset"] for one in first["resources"]],
        [],
    )
    assert (back.read_bytes(), Path(second["workbook"]).name) == (kept, "目录-核对结果-3.xlsx")
