"""Whose turn it is in a request for sharing, and with how many days."""

from __future__ import annotations

from pathlib import Path

from data.sharing.district import District, opened
from wusong.data.sharing import service
from wusong.data.sharing.todo import todo


def said(district: District) -> dict[str, list[tuple[str, int | None]]]:
    """The tasks of each party that has any."""
    sides = {"office": district.office, "bureau": district.bureau, "centre": district.centre}
    found = {name: todo(district.node, party) for name, party in sides.items()}
    return {name: [(one.what["en"], one.left) for one in tasks] for name, tasks in found.items() if tasks}


def test_each_step_waits_for_one_side_and_what_is_overdue_for_two(tmp_path: Path) -> None:
    district, resource = opened(tmp_path / "node")
    node, office, bureau = district.node, district.office, district.bureau
    asset = district.asked(resource)
    assert said(district) == {"bureau": [("Accept the request", 10)]}
    (task,) = todo(node, bureau)
    assert (task.about, task.path, task.asset) == ("区划代码", f"/sharing/{asset}", asset)
    service.accept(node, bureau, asset)
    assert said(district) == {"bureau": [("Answer the request", 10)]}
    service.refuse(node, bureau, asset, "beyond-duty", "与职责无关")
    assert said(district) == {"office": [("Accept the refusal or dispute it", 10)]}
    service.escalate(node, office, asset, "确有需要")
    assert said(district) == {"centre": [("Decide about the refusal", 10)]}
    service.direct(node, district.centre, asset, "应当共享")
    assert said(district) == {"bureau": [("Deliver the data", 20)]}
    service.deliver(node, bureau, asset, district.bring(bureau))
    assert said(district) == {}
    service.request_correction(node, office, asset, b"?")
    assert said(district) == {"bureau": [("Answer the request for correction", 10)]}
    node.close()


def test_silence_is_told_to_both_and_disposal_to_who_had_the_data(tmp_path: Path) -> None:
    district, resource = opened(tmp_path / "node")
    district.asked(resource)
    district.forward(40)
    late = said(district)
    assert [what for what, _ in late["bureau"]] == ["Answer at once: it is overdue"]
    assert [what for what, _ in late["centre"]] == ["Decide: the answer is overdue"]
    assert all(left is not None and left < 0 for tasks in late.values() for _, left in tasks)
    district.delivered(resource)
    district.forward(201)
    assert ("Dispose of the data and say so", None) in said(district)["office"]
    district.node.close()
