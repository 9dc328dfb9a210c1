"""The use cases of sharing that one person enters and another signs, beside the forms of the contract page:
those where a content comes in. Arguments are JSON, contents are named by their commitments.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from wusong.data.host import Done, Host
from wusong.data.sharing import service

__all__ = ["CASES"]


def _deliver(host: Host, party: str, args: dict[str, Any]) -> dict[str, Any]:
    return _told(service.deliver(host, party, args["asset"], args["content"]))


def _correct(host: Host, party: str, args: dict[str, Any]) -> dict[str, Any]:
    return _told(service.correct(host, party, args["asset"], args["remark"], args.get("content", "")))


def _ask(host: Host, party: str, args: dict[str, Any]) -> dict[str, Any]:
    return _told(service.ask_correction(host, party, args["asset"], args["wrong"]))


def _told(done: Done) -> dict[str, Any]:
    return {"deed": done.deed}


CASES: Final[dict[str, tuple[dict[str, str], Callable[[Host, str, dict[str, Any]], dict[str, Any]]]]] = {
    "deliver-shared": ({"en": "Deliver shared data", "zh": "交付共享数据"}, _deliver),
    "correct-shared": ({"en": "Answer a request for correction", "zh": "校核反馈"}, _correct),
    "ask-correction": ({"en": "Ask for correction of shared data", "zh": "申请校核"}, _ask),
}
