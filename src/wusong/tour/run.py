"""Running the tour: found a trial network, tell the story, export and check the proofs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from wusong.data.products import calls
from wusong.errors import NodeError
from wusong.node.founding import Founding, check_empty, found
from wusong.node.node import Node
from wusong.tour import proofs
from wusong.tour.steps import OnStep, Recorder, Step
from wusong.tour.story import Story

__all__ = ["Tour", "run"]

NAME: Final = {"en": "Wusong tour (trial)", "zh": "吴淞演示账本（试运行）"}


@dataclass(frozen=True, slots=True)
class Tour:
    """A finished tour: its steps, and the proofs in its folder. ``verified`` is False where no verifier was
    found.
    """

    folder: Path
    suite: str
    ledger: str
    verified: bool
    steps: tuple[Step, ...]
    proofs: tuple[proofs.Proof, ...]

    def to_json(self) -> dict[str, Any]:
        """The tour as JSON data."""
        return {
            "folder": str(self.folder),
            "ledger": self.ledger,
            "proofs": [proof.to_json() for proof in self.proofs],
            "steps": [step.to_json() for step in self.steps],
            "suite": self.suite,
            "trust": proofs.TRUST,
            "verified": self.verified,
        }


def run(folder: Path, *, suite: str = "intl", on_step: OnStep | None = None) -> Tour:
    """Do the main job once in ``folder``: the node in ``node/``, ``trust.json`` and ``NN-*.bundle.json``
    beside it.

    Raises NodeError ``tour-exists`` when a tour was there before, ``node-exists`` and ``folder-not-empty``
    when something else is there, ``tour-untold`` when something is not as it should be.
    """
    recorder = Recorder(on_step)
    _check_new(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with recorder.step("found", "Found a trial network", "创建试运行账本") as told:
        found(folder / "node", Founding(name=NAME, founder="网络发起单位", suite=suite, trial=True))
        node = Node.open(folder / "node")
        told.facts = {"suite": suite}
    try:
        return _tell(node, folder, suite, recorder)
    finally:
        calls.close(node)
        node.close()


def _check_new(folder: Path) -> None:
    if (folder / "node").exists():
        raise NodeError("tour-exists", folder=str(folder))
    check_empty(folder)
    if folder.exists() and (others := sorted(entry.name for entry in folder.iterdir())):
        raise NodeError("folder-not-empty", folder=str(folder), name=others[0])


def _tell(node: Node, folder: Path, suite: str, recorder: Recorder) -> Tour:
    story = Story(node, folder, recorder)
    story.tell()
    file = proofs.find_verifier()
    verify = None if file is None else proofs.load(file)
    made = _prove(story, recorder, verify)
    ledger = node.ledger.id.hex()
    return Tour(folder, suite, ledger, verify is not None, tuple(recorder.steps), tuple(made))


def _prove(
    story: Story, recorder: Recorder, verify: Callable[[bytes, bytes], Any] | None
) -> list[proofs.Proof]:
    with recorder.step("prove", "Export the proofs, verify each offline", "导出证据包并逐一离线核验") as told:
        made = proofs.export(story.node, story.folder, story.wishes, verify)
        told.facts = {"bundles": len(made), "verified": verify is not None}
        told.facts |= {"level": made[0].facts.get("level", "")} if verify else {}
    if verify is not None:
        with recorder.step("alter", "Change one byte of a bundle", "篡改证据包一个字节") as told:
            told.facts = {
                "file": made[-1].file,
                "reason": proofs.tampered(story.folder, made[-1], verify).reason,
            }
    return made
