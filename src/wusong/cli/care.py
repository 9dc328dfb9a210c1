"""``wusong doctor``, ``backup``, ``restore``, ``rebuild``, ``clock``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from wusong.cli.opening import folder_of, opened
from wusong.cli.progress import progress
from wusong.cli.terminal import DONE, REFUSED, Said, UsageError, pairs, say
from wusong.cli.words import Home, both
from wusong.errors import WusongError
from wusong.node.settings import home

Quick = Annotated[
    bool,
    typer.Option(
        "--quick",
        help=both(
            "Leave out what reads everything: archive, re-execution, contents.",
            "略过需通读全部数据的检查：归档、重新执行、内容。",
        ),
    ),
]
Target = Annotated[Path, typer.Argument(metavar="DIR", help=both("A new folder.", "新目录。"))]
Source = Annotated[
    Path | None,
    typer.Argument(
        metavar="[DIR]",
        help=both(
            "The backup; none to settle a node restored before.", "备份目录；仅确认此前已恢复的节点时省略。"
        ),
    ),
]
Settle = Annotated[
    bool,
    typer.Option(
        "--settle",
        help=both(
            "Ask the witnesses whether anything newer was acknowledged.",
            "向见证方查询备份之后是否另有已受理事项。",
        ),
    ),
]
NewEpoch = Annotated[
    bool,
    typer.Option(
        "--new-epoch",
        help=both(
            "Go on under a new seal key; every reader sees the break.",
            "启用新的封印密钥继续运行；核验人可见此断点。",
        ),
    ),
]
Forward = Annotated[
    str,
    typer.Option(
        "--forward",
        metavar="10d",
        help=both("How far: 90s, 15m, 12h, 10d.", "拨快多少：90s、15m、12h、10d。"),
    ),
]
_UNITS: Final = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_MARKS: Final = {"ok": "+", "note": "i", "warn": "!", "bad": "x"}


def doctor(*, quick: Quick = False, home_: Home = None) -> Said:
    """Examine settings, keys, disk, clock, store and read models."""
    from wusong.node import doctor as node_doctor
    from wusong.node import lock

    folder = folder_of(home_)
    checks = list(node_doctor.outside(folder))
    if not lock.is_held(folder):
        try:
            with (
                opened(folder, "doctor") as node,
                progress(say("examining", "检查中"), 2 * node.ledger.app.head.height) as advance,
            ):
                checks += list(node_doctor.inside(node, advance, deep=not quick))
        except WusongError as error:
            checks.append(node_doctor.failed("start", error))
    bad = [check for check in checks if check.status == "bad"]
    lines = [f"{_MARKS[check.status]} {say(check.en, check.zh)}" for check in checks]
    lines.append(
        say(f"{len(bad)} of {len(checks)} checks failed.", f"共 {len(checks)} 项检查，{len(bad)} 项未通过。")
    )
    return Said(
        {"checks": [check.to_json() for check in checks], "sound": not bad}, lines, REFUSED if bad else DONE
    )


def backup(*, target: Target, home_: Home = None) -> Said:
    """Copy everything that cannot be rebuilt; also while the node runs."""
    from wusong.node import backup as backups

    folder = folder_of(home_)
    with progress(say("copying", "备份中"), backups.measure(folder), size=True) as advance:
        made = backups.take(folder, target, advance)
    lines = [
        say(f"Backed up to {target}.", f"已备份至 {target}。"),
        *pairs(
            [
                (say("blocks", "区块"), str(made.height)),
                (say("log entries", "日志条目"), str(made.size)),
                (say("files", "文件"), str(len(made.files))),
            ]
        ),
        say(
            "The passphrase is not in it: keep it elsewhere, or the backup opens for nobody.",
            "备份不含口令：请另行妥善保管，否则备份无法打开。",
        ),
    ]
    return Said({"folder": str(target), **made.to_json()}, lines)


def restore(
    *, source: Source = None, settle: Settle = False, new_epoch: NewEpoch = False, home_: Home = None
) -> Said:
    """Restore a backup; settle what came after it."""
    from wusong.node import backup as backups

    if settle and new_epoch:
        raise UsageError(
            "bad-usage",
            detail=say("Choose --settle or --new-epoch, not both.", "--settle 与 --new-epoch 只能选其一。"),
        )
    if source is None and not (settle or new_epoch):
        raise UsageError("missing-argument", name="DIR")
    folder = home(home_)
    data: dict[str, Any] = {"folder": str(folder), "read_only": True}
    lines: list[str] = []
    if source is not None:
        made = backups.restore(source, folder)
        data |= {"height": made.height, "ledger": made.ledger, "log_size": made.size}
        lines.append(
            say(
                f"Restored {made.height} blocks into {folder}; the ledger reads only.",
                f"已恢复 {made.height} 个区块至 {folder}；账本当前只读。",
            )
        )
    if settle or new_epoch:
        data |= _go_on(folder, settle=settle)
        lines.append(say("The ledger takes deeds again.", "账本已恢复受理指令。"))
        if new_epoch:
            lines.append(
                say(
                    f"Epoch {data['epoch']} has begun. Its log has a new origin: tell the witnesses.",
                    f"已进入纪元 {data['epoch']}。该纪元的日志来源名称有变，请告知各见证方。",
                )
            )
    else:
        lines.append(
            say(
                "Next: wusong restore --settle (asks the witnesses), or --new-epoch.",
                "下一步：wusong restore --settle（查询见证方）或 --new-epoch。",
            )
        )
    return Said(data, lines)


def _go_on(folder: Path, *, settle: bool) -> dict[str, Any]:
    from wusong.node import backup as backups

    with opened(folder, "restore") as node:
        if settle:
            return {"read_only": False, "seen": backups.settle(node)}
        return {"epoch": backups.new_epoch(node), "read_only": False}


def rebuild(*, home_: Home = None) -> Said:
    """Build the read models anew from the archive."""
    from wusong.cli.running import count
    from wusong.node import lock, stores

    folder = folder_of(home_)
    if not lock.is_held(folder):
        stores.discard(folder)
    with opened(folder, "rebuild") as node:
        node.models.rebuild()
        deeds = count(node, "deeds")
    return Said({"deeds": deeds}, [say(f"Rebuilt from {deeds} deeds.", f"已由 {deeds} 份指令重建。")])


def clock(*, forward: Forward = "", home_: Home = None) -> Said:
    """Set the clock of a trial ledger forward."""
    from wusong.cli.assets import when

    step = _milliseconds(forward) if forward else 0
    with opened(home_, "clock") as node:
        if forward:
            node.ledger.set_forward(step)
        now, trial = node.ledger.now(), node.ledger.genesis.trial
    shown = say(
        f"The next block's time would be {when(now)} (Beijing).",
        f"下一区块的时间为 {when(now)}（北京时间）。",
    )
    return Said({"forward": step, "time": now, "trial": trial}, [shown])


def _milliseconds(text: str) -> int:
    found = re.fullmatch(r"([0-9]{1,6})([smhd])", text)
    if found is None:
        raise UsageError(
            "bad-argument",
            name="--forward",
            detail=say("A number and s, m, h or d: 10d.", "应为数字加 s、m、h 或 d，例如 10d。"),
        )
    return int(found[1]) * _UNITS[found[2]]
