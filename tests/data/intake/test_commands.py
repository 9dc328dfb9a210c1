"""Decisions, judgements and the quality of a table in the terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from data import market as places
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
