"""Examining a node: what is wrong, what will be, what is merely worth knowing.

Each check says ``ok``, ``note`` (worth knowing), ``warn`` (will hurt one day) or ``bad`` (does not work,
or cannot be relied on), with a sentence in English and Chinese. A check that itself fails is ``bad``: it
never passes in silence. Nothing is repaired.
"""

from __future__ import annotations

import importlib.util
import shutil
import time
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from wusong.errors import StoreError
from wusong.ledger import integrity, protocol
from wusong.ledger.ledger import FILE as LEDGER
from wusong.ledger.receipt import decode_seal
from wusong.ledger.replay import replay
from wusong.node import doctor_books, lock, witnessing
from wusong.node.checks import Check, Status, failed, guarded
from wusong.node.keyring import FILE as KEYS
from wusong.node.keyring import PASSPHRASE_FILE
from wusong.node.settings import Settings, load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from wusong.node.node import Node

__all__ = ["LITTLE", "Check", "Status", "failed", "inside", "outside"]
LITTLE: Final = 1 << 30
"""Free bytes below which the disk is a warning; a tenth of it is bad."""
_SKEW: Final = 60_000
_LONG_AGO: Final = 30 * 86_400_000  # ms; a clock set far forward would date every later seal


def outside(folder: Path) -> Iterator[Check]:
    """What can be said of a node without opening it."""
    yield from guarded("settings", lambda: _settings(folder))
    yield from guarded("permissions", lambda: _permissions(folder))
    yield from guarded("passphrase", lambda: _passphrase(folder))
    yield from guarded("disk", lambda: _disk(folder))
    yield from guarded("witness-list", lambda: _witness_list(folder))
    yield from doctor_books.files(folder)
    if lock.is_held(folder):
        yield Check(
            "running",
            "note",
            "The node is running: stop it to have its store examined.",
            "节点正在运行：如需检查存储，请先停止节点。",
        )


def inside(
    node: Node, advance: Callable[[int], None] = lambda _: None, *, deep: bool = True
) -> Iterator[Check]:
    """What can be said of a node that is open (its start has compared state and log tail already).
    ``deep``: also read the whole archive and all contents, and execute everything anew.
    """
    yield Check(
        "start",
        "ok",
        "State, log tail and newest seals belong together.",
        "状态、日志末端与最近的区块封印一致。",
    )
    checks: list[tuple[str, Callable[[], Check]]] = [
        ("clock", lambda: _clock(node)),
        ("keys", lambda: _keys(node)),
        ("suite", lambda: _suite(node)),
        ("protocol", lambda: _protocol(node)),
        ("four-eyes", lambda: _four_eyes(node)),
        ("restored", lambda: _restored(node)),
        ("read-models", lambda: _models(node)),
        ("witnesses", lambda: _witnesses(node)),
    ]
    if deep:
        checks += [
            ("archive", lambda: _archive(node, advance)),
            ("re-execution", lambda: _replay(node, advance)),
            ("vault", lambda: _vault(node)),
        ]
    for name, check in checks:
        yield from guarded(name, check)
    if deep:
        yield from doctor_books.books(node)


# -- outside -----------------------------------------------------------------------------------------------


def _settings(folder: Path) -> Check:
    settings = load(folder)
    changed = sum(
        getattr(settings, name) != getattr(Settings(), name) for name in Settings.__dataclass_fields__
    )
    return Check(
        "settings",
        "ok",
        f"Settings are sound; {changed} differ from the defaults.",
        f"设置有效，其中 {changed} 项不同于默认值。",
    )


def _permissions(folder: Path) -> Check:
    private = [
        path
        for path in (
            folder,
            folder / KEYS,
            folder / PASSPHRASE_FILE,
            folder / "node.db",
            folder / "evidence.db",
        )
        if path.exists()
    ]
    open_ = [path.name for path in private if path.stat().st_mode & 0o077]
    if open_:
        names = ", ".join(open_)
        return Check(
            "permissions",
            "bad",
            f"Others on this machine may read: {names}. Run chmod go-rwx on them.",
            f"本机其他用户可读取：{names}。请执行 chmod go-rwx。",
        )
    return Check("permissions", "ok", "Only the owner reads keys and records.", "密钥与记录仅属主可读。")


def _passphrase(folder: Path) -> Check:
    if not (folder / PASSPHRASE_FILE).exists():
        return Check(
            "passphrase", "ok", "The passphrase is not beside the keystore.", "口令未与密钥库存放在一起。"
        )
    return Check(
        "passphrase",
        "warn",
        "The passphrase lies beside the keystore: who copies the folder has the keys. "
        "Give it by WUSONG_PASSPHRASE and delete the file.",
        "口令文件与密钥库存放在同一目录，复制该目录者即可取得密钥。"
        "请改用环境变量 WUSONG_PASSPHRASE 并删除该文件。",
    )


def _disk(folder: Path) -> Check:
    free = shutil.disk_usage(folder).free
    status: Status = "ok" if free >= LITTLE else "warn" if free >= LITTLE // 10 else "bad"
    return Check("disk", status, f"{free >> 20:,} MiB free.", f"剩余磁盘空间 {free >> 20:,} MiB。")


def _witness_list(folder: Path) -> Check:
    count = len(witnessing.listed(folder))
    if count:
        return Check("witness-list", "ok", f"{count} witnesses are listed.", f"已列出 {count} 个见证方。")
    return Check(
        "witness-list",
        "note",
        "No witness is listed: evidence rests on this operator alone. See wusong witnesses add.",
        "未设见证方：证据仅由本运营方自证。参见 wusong witnesses add。",
    )


# -- inside ------------------------------------------------------------------------------------------------


def _clock(node: Node) -> Check:
    wall = time.time_ns() // 1_000_000
    ahead = node.ledger.app.head.time - wall
    if node.ledger.genesis.trial and ahead > _SKEW:
        return Check("clock", "note", "The trial clock was set forward.", "试用时钟已拨快。")
    if ahead > _SKEW:
        seconds = ahead // 1000
        return Check(
            "clock",
            "bad",
            f"This machine's clock is {seconds} s behind the last block.",
            f"本机时钟比最后一个区块晚 {seconds} 秒。",
        )
    if -ahead > _LONG_AGO:
        days = -ahead // 86_400_000
        return Check(
            "clock",
            "warn",
            f"The last block is {days} days old: see that this machine's clock is right before sealing more.",
            f"最后一个区块距今 {days} 天：继续签发区块前，请确认本机时钟无误。",
        )
    return Check("clock", "ok", "The clock is not behind the ledger.", "本机时钟不晚于账本时间。")


def _keys(node: Node) -> Check:
    parties, state = node.keys.parties(), node.ledger.view()
    useless = []
    for did in parties:
        leaf = state.leaf(node.ledger.rules.key("party", did))
        listed = (
            []
            if leaf is None
            else [entry["jwk"] for entry in leaf.fields["keys"] if not entry.get("revoked")]
        )
        if node.keys.deed_key(did).public.to_jwk() not in listed:
            useless.append(did)
    if useless:
        names = ", ".join(useless[:3])
        return Check(
            "keys",
            "warn",
            f"The ledger does not accept this node's key for: {names}.",
            f"账本不接受本节点为下列单位保管的密钥：{names}。",
        )
    return Check(
        "keys",
        "ok",
        f"The keys of {len(parties)} parties open and are in force.",
        f"{len(parties)} 个单位的密钥可用且有效。",
    )


def _suite(node: Node) -> Check:
    suite = node.ledger.suite.name
    if suite == "gm" and importlib.util.find_spec("tongsuopy") is None:
        return Check(
            "suite",
            "bad",
            "Suite gm needs the extra: pip install wusong[gm].",
            "密码套件 gm 需要安装扩展：pip install wusong[gm]。",
        )
    return Check("suite", "ok", f"Suite {suite} can sign.", f"密码套件 {suite} 可签名。")


def _protocol(node: Node) -> Check:
    """Whether this program has the rules that the ledger follows, and those that it will follow."""
    found = node.ledger.protocol_status()
    version, planned = found["version"], found["next"]
    if not found["known"]:
        return Check(
            "protocol",
            "bad",
            f"The ledger follows protocol {version} now, which this program does not know: upgrade it.",
            f"账本现已采用协议版本 {version}，本程序不支持：请升级程序。",
        )
    if planned is None:
        return Check(
            "protocol", "ok", f"The rules are protocol {version}.", f"现行规则为协议版本 {version}。"
        )
    at, following = planned["from"], planned["protocol"]
    if following in protocol.KNOWN:
        return Check(
            "protocol",
            "note",
            f"Protocol {version}; protocol {following} from block {at} on.",
            f"协议版本 {version}；自第 {at} 个区块起采用版本 {following}。",
        )
    return Check(
        "protocol",
        "warn",
        f"From block {at} on the ledger follows protocol {following}, unknown here: upgrade before.",
        f"自第 {at} 个区块起账本采用协议版本 {following}，本程序不支持：请在此之前升级。",
    )


def _four_eyes(node: Node) -> Check:
    if node.settings.four_eyes:
        return Check(
            "four-eyes", "ok", "What one person enters, another signs.", "经办与授权由不同人员完成。"
        )
    status: Status = "note" if node.ledger.genesis.trial else "bad"
    return Check(
        "four-eyes",
        status,
        "four_eyes is off: one person may enter and sign.",
        "four_eyes 已关闭：同一人可经办并授权。",
    )


def _restored(node: Node) -> Check:
    if node.ledger.read_only:
        return Check(
            "restored",
            "bad",
            "Restored from a backup and read only: wusong restore --settle.",
            "由备份恢复，当前只读：请执行 wusong restore --settle。",
        )
    epoch = node.ledger.app.head.epoch
    return Check("restored", "ok", f"Takes deeds, in epoch {epoch}.", f"可受理指令，当前纪元 {epoch}。")


def _models(node: Node) -> Check:
    node.models.wait(node.ledger.app.head.height, 30)
    last = _last_seq(node)
    with node.models.engine.connect() as connection:
        found = connection.execute(sa.text("SELECT projection, seq FROM progress")).all()
    behind = {row.projection: last - row.seq for row in found if row.seq < last}
    if behind:
        names = ", ".join(f"{name} ({count})" for name, count in sorted(behind.items()))
        return Check(
            "read-models",
            "bad",
            f"Read models are behind: {names}. Run wusong rebuild.",
            f"查询库滞后：{names}。请执行 wusong rebuild。",
        )
    return Check(
        "read-models",
        "ok",
        f"{len(found)} read models show all {last} deeds.",
        f"{len(found)} 个查询库均已包含全部 {last} 份指令。",
    )


def _last_seq(node: Node) -> int:
    last = 0
    for row in node.ledger.store.deeds():
        last = row.seq
    return last


def _witnesses(node: Node) -> Check:
    listed = witnessing.listed(node.folder)
    row = node.ledger.store.last_block()
    if not listed or row is None:
        return Check("witnesses", "note", "The log is not witnessed.", "日志未经见证。")
    size = decode_seal(row.seal).log.size + 1
    kept: Any = node.ledger.witness_signatures(node.ledger.checkpoint())
    if len(kept) < len(listed):
        return Check(
            "witnesses",
            "warn",
            f"{len(kept)} of {len(listed)} witnesses signed the newest checkpoint (size {size}).",
            f"{len(listed)} 个见证方中有 {len(kept)} 个签署了最新检查点（条目数 {size}）。",
        )
    return Check(
        "witnesses",
        "ok",
        f"All {len(listed)} witnesses signed the newest checkpoint (size {size}).",
        f"全部 {len(listed)} 个见证方均已签署最新检查点（条目数 {size}）。",
    )


def _archive(node: Node, advance: Callable[[int], None]) -> Check:
    for _ in integrity.scrub(node.ledger.store, node.ledger.rules):
        advance(1)
    height = node.ledger.app.head.height
    return Check(
        "archive",
        "ok",
        f"All {height} blocks hash to their entries.",
        f"全部 {height} 个区块与日志条目一致。",
    )


def _replay(node: Node, advance: Callable[[int], None]) -> Check:
    app = replay(node.ledger.store, lambda _: advance(1))
    if app.tree.root != node.ledger.app.tree.root or app.log.root() != node.ledger.app.log.root():
        raise StoreError("store-damaged", file=LEDGER, part="state", detail="executed anew it differs")
    return Check(
        "re-execution",
        "ok",
        "Executing every deed anew gives the same state and log.",
        "重新执行全部指令后，状态与日志均一致。",
    )


def _vault(node: Node) -> Check:
    damaged = list(node.vault.scrub())
    if damaged:
        return Check(
            "vault", "bad", f"{len(damaged)} contents are damaged.", f"{len(damaged)} 份内容已损坏。"
        )
    return Check("vault", "ok", "Every content reads as it was stored.", "全部内容均可完整读取。")
