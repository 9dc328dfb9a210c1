"""Pending deeds on the terminal: propose, read, sign, carry by file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.kit import Wusong

PAGE = Path(__file__).parents[1] / "contract" / "pages" / "warehouse-receipt.yaml"
RECEIPT = "warehouse-receipt@1"


@pytest.fixture
def receipt(wusong: Wusong, home: Path) -> str:
    """A receipt that the keeper has issued to the holder."""
    assert home.exists()
    assert wusong("contract", "install", PAGE).status == 0
    for name in ("保管方", "货主", "银行"):
        assert wusong("party", "add", name).status == 0
    assert wusong("party", "accredit", "保管方", "warehouse").status == 0
    args = ["holder=货主", f"goods={'ab' * 32}", "lot=L-1", "weight=1000"]
    done = wusong("act", RECEIPT, "issue", "--as", "keeper=保管方", *args, "--json")
    assert done.status == 0, done.out
    return str(done.json["assets"][0])


def proposed(wusong: Wusong, tmp_path: Path, receipt: str, action: str = "deliver", **args: Any) -> str:  # noqa: ANN401
    acts = [
        {
            "contract": RECEIPT,
            "action": action,
            "args": args,
            "as": {"holder": "货主", "keeper": "保管方"},
            "asset": receipt,
        }
    ]
    file = tmp_path / "acts.json"
    file.write_text(json.dumps(acts), "utf-8")
    made = wusong("pending", "propose", file, "--as", "货主", "--json")
    assert made.status == 0, made.out
    return str(made.json["deed"])


def test_it_is_shown_first_and_signed_when_confirmed(wusong: Wusong, tmp_path: Path, receipt: str) -> None:
    deed = proposed(wusong, tmp_path, receipt)
    shown = wusong("pending", "sign", deed, "--as", "保管方")
    assert shown.status == 0
    for words in ("Electronic warehouse receipt", "deliver", receipt, "货主", "has not signed", "--yes"):
        assert words in shown.out, words
    assert "电子仓单" in wusong("pending", "show", deed, "--lang", "zh").out
    assert wusong("pending", "show", deed, "--json").json["state"] == "waiting"
    signed = wusong("pending", "sign", deed, "--as", "保管方", "--yes", "--json")
    assert (signed.status, signed.json["state"]) == (0, "done")
    assert wusong("asset", "show", receipt, "--json").json["asset"]["state"] == "delivered"
    (listed,) = wusong("pending", "list", "--json").json["pending"]
    assert (listed["deed"], listed["state"]) == (deed, "done")
    assert deed in wusong("pending", "list").out


def test_a_refusal_names_the_clause(wusong: Wusong, tmp_path: Path, receipt: str) -> None:
    deed = proposed(wusong, tmp_path, receipt, "split", parts=[1, 2])
    refused = wusong("pending", "sign", deed, "--as", "保管方", "--yes", "--json")
    assert (refused.status, refused.code) == (1, "conservation")
    assert wusong("pending", "show", deed, "--json").json["state"] == "refused"


def test_who_does_not_sign_sees_nothing(wusong: Wusong, tmp_path: Path, receipt: str) -> None:
    deed = proposed(wusong, tmp_path, receipt)
    assert wusong("pending", "show", deed, "--as", "银行", "--json").code == "no-such-pending"
    assert wusong("pending", "sign", deed, "--as", "银行", "--yes", "--json").code == "no-such-pending"
    assert wusong("pending", "list", "--as", "银行", "--json").json == {"pending": []}


def test_withdrawn_and_declined(wusong: Wusong, tmp_path: Path, receipt: str) -> None:
    deed = proposed(wusong, tmp_path, receipt)
    assert wusong("pending", "withdraw", deed, "--as", "保管方", "--json").code == "pending-not-proposer"
    assert wusong("pending", "withdraw", deed, "--as", "货主", "--json").json["state"] == "withdrawn"
    other = proposed(wusong, tmp_path, receipt)
    assert wusong("pending", "decline", other, "--as", "保管方", "--json").json["state"] == "declined"
    assert wusong("pending", "sign", other, "--as", "保管方", "--yes", "--json").code == "pending-closed"


def test_it_is_carried_by_file(wusong: Wusong, tmp_path: Path, receipt: str) -> None:
    deed = proposed(wusong, tmp_path, receipt)
    carried = wusong("pending", "export", deed)
    file = tmp_path / "carried.json"
    file.write_text(carried.out, "utf-8")
    assert wusong("pending", "bring", file, "--json").json["deed"] == deed
    file.write_text(carried.out.replace('"deliver"', '"release"'), "utf-8")
    assert wusong("pending", "bring", file, "--json").code == "act-mismatch"
    assert wusong("pending", "send", "--json").json == {"arrived": 0}
