"""``wusong init``, ``up``, ``status``, ``sign-in``."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wusong.cli.opening import folder_of, opened
from wusong.cli.terminal import Said, pairs, say, terminal, to_json, write
from wusong.cli.values import value_word
from wusong.cli.words import Home, both
from wusong.errors import AccessError, NodeError
from wusong.node import lock
from wusong.node.founding import is_node, resume
from wusong.node.settings import home, load

if TYPE_CHECKING:
    from wusong.node.node import Node
    from wusong.node.people import Person as Human
    from wusong.node.sessions import Sessions
    from wusong.node.settings import Settings

Name = Annotated[str, typer.Option(metavar="TEXT", help=both("The network's name.", "网络名称。"))]
Suite = Annotated[
    str,
    typer.Option(
        metavar="intl|gm",
        help=both(
            "Algorithms: intl (SHA-256, Ed25519) or gm (SM3, SM2, SM4).",
            "密码套件：intl（SHA-256、Ed25519）或 gm（SM3、SM2、SM4）。",
        ),
    ),
]
Trial = Annotated[
    bool,
    typer.Option(
        "--trial",
        help=both(
            "A trial ledger: its clock can be set forward, and proofs say so.",
            "试用账本：时钟可拨快，证据中会注明。",
        ),
    ),
]
Founder = Annotated[
    str, typer.Option(metavar="TEXT", help=both("The name of the founding party.", "发起单位名称。"))
]
Host = Annotated[str, typer.Option(metavar="HOST", help=both("The address to listen on.", "监听地址。"))]
Port = Annotated[
    int | None,
    typer.Option(
        metavar="PORT",
        min=0,
        max=65535,
        help=both("The port; 0 for any that is free.", "监听端口；0 表示任一空闲端口。"),
    ),
]


def init(
    *, name: Name = "", founder: Founder = "", suite: Suite = "intl", trial: Trial = False, home_: Home = None
) -> Said:
    """Found a network with one node."""
    folder = home(home_)
    create(folder, name=name, founder=founder, suite=suite, trial=trial)
    with opened(folder, "init") as node:
        data: dict[str, Any] = {
            "folder": str(folder),
            "founder": node.founder,
            "ledger": node.ledger.id.hex(),
            "suite": suite,
            "trial": trial,
        }
    lines = [
        say(f"A network was founded in {folder}.", f"已在 {folder} 创建网络。"),
        *pairs([(say("ledger", "账本"), data["ledger"]), (say("founder", "发起单位"), data["founder"])]),
        say(f"Start it: {again('up', home_)}", f"启动：{again('up', home_)}"),
    ]
    return Said(data, lines)


def create(
    folder: Path, *, name: str = "", founder: str = "", suite: str = "intl", trial: bool = False
) -> None:
    """Found a network as ``init`` does."""
    from wusong.node.founding import Founding, found

    given: dict[str, Any] = {"suite": suite, "trial": trial}
    if name:
        given["name"] = {"en": name, "zh": name}
    if founder:
        given["founder"] = founder
    found(folder, Founding(**given))


def up(*, host: Host = "", port: Port = None, home_: Home = None) -> Said:
    """Start the node and its portal."""
    folder = home(home_)
    resume(folder)
    fresh = not is_node(folder)
    settings = load(folder)
    if fresh:
        _tell(
            say(f"No node in {folder}: founding a trial network.", f"{folder} 中没有节点，正在创建试用网络。")
        )
        _found_trial(folder)
        settings = load(folder)
    where = (host or settings.host, settings.port if port is None else port)
    check_free(*where)
    with opened(folder, "up") as node:
        served = _serve(node, settings, where, again("sign-in", home_))
    return Said({"stopped": True, "url": served}, [say("Stopped.", "已停止。")])


def _found_trial(folder: Path) -> None:
    from wusong.node import demo
    from wusong.node.founding import Founding, found

    found(folder, Founding(trial=True), demo.SETTINGS)


def again(command: str, home_: Path | None) -> str:
    """A command as it is typed for the same node."""
    return f"wusong {command}" + (f" --home {shlex.quote(str(home_))}" if home_ else "")


def _serve(node: Node, settings: Settings, where: tuple[str, int], links: str) -> str:
    from wusong.node import pending_travel, scrubbing, upkeep, witnessing
    from wusong.node.process import settle
    from wusong.web.serve import serve

    sessions = sessions_of(node)
    person = _first_person(node, sessions)
    told: list[str] = []

    def ready(url: str) -> None:
        told.append(url)
        lock.note(node.folder, f"up {url}")
        base = (settings.public_url or url).rstrip("/")
        _announce(url, base, _first_link(sessions, person), node.ledger.id.hex(), links)

    settle()
    with (
        witnessing.following(node),
        scrubbing.following(node),
        upkeep.following(node),
        pending_travel.following(node),
    ):
        serve(node, *where, ready)
    return told[0] if told else ""


def _announce(url: str, base: str, token: str, ledger: str, links: str) -> None:
    from wusong.web.serve import sign_in_path

    link = base + (sign_in_path(token) if token else "/sign-in")
    if terminal.get().json:
        _tell(to_json({"ledger": ledger, "link": bool(token), "sign_in": link, "url": url}), out=True)
        return
    once = say(
        f"The link works once, within 15 minutes. For another: {links}",
        f"登录链接仅可使用一次，15 分钟内有效；需要时可用 {links} 重新生成。",
    )
    own = say("Sign in with name and passphrase.", "请以姓名和口令登录。")
    lines = pairs([(say("portal", "门户"), url), (say("sign in", "登录"), link)])
    lines += [once if token else own, say("Stop with Ctrl-C.", "按 Ctrl-C 停止。")]
    for line in lines:
        _tell(line, out=True)


def _first_link(sessions: Sessions, person: str) -> str:
    """A link for somebody who has no passphrase yet; "" for who has one, or needs a confirmation."""
    from wusong.node.resets import MACHINE

    if sessions.credentials.of(person).changed or sessions.resets.is_guarded():
        return ""
    return sessions.resets.ask(person, MACHINE)


def sessions_of(node: Node) -> Sessions:
    """Signing in at this node."""
    from wusong.node.nodedb import open_db
    from wusong.node.sessions import Sessions

    return Sessions(open_db(node.folder), node.ledger.suite, node.settings.session_minutes)


def _first_person(node: Node, sessions: Sessions) -> str:
    """Who the first link is for; people are made where there are none. On a trial network it is who may try
    everything, else the system administrator, who makes the others' links.
    """
    from wusong.node import demo

    people = sessions.people
    if people.is_empty() or demo.is_unfinished(node.folder):
        if node.ledger.genesis.trial and not node.settings.four_eyes:
            return demo.prepare(node, people)
        return demo.administrators(node.folder, people)
    known = [one for one in people.all() if one.active]
    chosen = [one for one in known if one.office == "system"] or known
    return next((one.id for one in known if one.name == demo.PERSON), chosen[0].id)


Person = Annotated[
    str,
    typer.Argument(
        metavar="[PERSON]",
        help=both(
            "Name or id of the person; without it, all are listed.", "人员姓名或编号；省略时列出全部人员。"
        ),
    ),
]


Alone = Annotated[
    bool,
    typer.Option(
        "--alone",
        help=both(
            "When those who confirm a reset cannot: make the link without them. The person is told, "
            "and the access log says so.",
            "无人能够确认重置时，不经确认直接生成链接；将记入访问日志，并告知本人。",
        ),
    ),
]


def sign_in(*, person: Person = "", alone: Alone = False, home_: Home = None) -> Said:
    """Print a one-time sign-in link; works while the node runs."""
    from wusong.node.nodedb import open_db
    from wusong.node.sessions import Sessions

    folder = folder_of(home_)
    settings = load(folder)
    sessions = Sessions(open_db(folder), _suite(folder), settings.session_minutes)
    everyone = [one for one in sessions.people.all() if one.active]
    if not person:
        return _listed(sessions, everyone)
    found = [one for one in everyone if person in {one.id, one.name}]
    if len(found) != 1:
        raise AccessError("no-such-person", person=person)
    base = (settings.public_url or _address(folder) or f"http://{settings.host}:{settings.port}").rstrip("/")
    return _linked(sessions, found[0].id, base, alone=alone)


def _listed(sessions: Sessions, everyone: list[Human]) -> Said:
    """Everyone who may sign in."""
    standing = sessions.credentials.all()
    chosen = {one.id: bool(one.id in standing and standing[one.id].changed) for one in everyone}
    marks = {True: say("passphrase", "已设口令"), False: say("no passphrase yet", "未设口令")}
    rows = [(one.name, f"{_work(one)} ({marks[chosen[one.id]]})") for one in everyone]
    listed = [
        {
            "id": one.id,
            "name": one.name,
            "office": one.office,
            "passphrase": chosen[one.id],
            "roles": {party: sorted(roles) for party, roles in one.roles.items()},
        }
        for one in everyone
    ]
    nobody = [say("Nobody is known yet; start with wusong up.", "尚无人员，请先运行 wusong up。")]
    return Said({"people": listed}, pairs(rows) or nobody)


def _work(person: Human) -> str:
    """The office, or the roles at whatever party."""
    return (
        person.office or ", ".join(sorted({one for roles in person.roles.values() for one in roles})) or "-"
    )


def _linked(sessions: Sessions, person: str, base: str, *, alone: bool) -> Said:
    """A link, or what it waits for."""
    from wusong.node.resets import MACHINE
    from wusong.web.serve import sign_in_path

    token = sessions.resets.ask(person, MACHINE, alone=alone)
    if token:
        link = base + sign_in_path(token)
        return Said({"person": person, "sign_in": link, "waits": False}, [link])
    waits = say(
        "A link to somebody with a passphrase, a role or an office needs a second administrator. It is asked "
        "for; once a security administrator has confirmed it in the portal, run this again.",
        "该人员已设口令、已有角色或岗位，其登录链接须经另一名管理员确认。申请已提交；"
        "待安全管理员在门户中确认后，请再次运行本命令。",
    )
    return Said({"person": person, "sign_in": None, "waits": True}, [waits])


def _address(folder: Path) -> str:
    """Where the running node said that it serves."""
    words = lock.holder(folder).split() if lock.is_held(folder) else []
    return words[-1] if words[-1:] and words[-1].startswith("http") else ""


def _suite(folder: Path) -> Any:
    import json

    from wusong.crypto.suites import suite
    from wusong.node.keyring import FILE as KEYS

    return suite(json.loads((folder / KEYS).read_text("utf-8"))["suite"])


def status(*, home_: Home = None) -> Said:
    """Show the ledger, the parties and the node."""
    folder = folder_of(home_)
    running = lock.is_held(folder)
    if running:
        return _status_of_running(folder)
    with opened(folder, "status") as node:
        return _status(node)


def _status(node: Node) -> Said:
    from wusong.node.looking import Looking

    ledger, head = node.ledger, node.ledger.app.head
    data = {
        "assets": count(node, "assets"),
        "deeds": count(node, "deeds"),
        "epoch": head.epoch,
        "folder": str(node.folder),
        "height": head.height,
        "ledger": ledger.id.hex(),
        "log_size": ledger.app.log.size,
        "look_throughs": Looking(node).counts(),
        "name": ledger.genesis.name,
        "parties": count(node, "parties"),
        "protocol": ledger.protocol_status(),
        "read_only": ledger.read_only,
        "running": False,
        "signs_for": node.keys.parties(),
        "state": ledger.app.tree.root.hex(),
        "suite": ledger.suite.name,
        "time": ledger.now(),
        "trial": ledger.genesis.trial,
    }
    return Said(data, _status_lines(data))


def _status_lines(data: dict[str, Any]) -> list[str]:
    trial = say(" (trial: its clock can be set forward)", "（试用：时钟可拨快）") if data["trial"] else ""
    lines = pairs(
        [
            (say("network", "网络"), data["name"][terminal.get().lang]),
            (say("ledger", "账本"), data["ledger"]),
            (say("suite", "密码套件"), value_word(data["suite"]) + trial),
            (say("rules", "规则"), rules_line(data["protocol"])),
            (say("blocks", "区块"), f"{data['height']}"),
            (say("log entries", "日志条目"), f"{data['log_size']}"),
            (say("deeds", "指令"), f"{data['deeds']}"),
            (say("assets", "标的"), f"{data['assets']}"),
            (
                say("parties", "单位"),
                f"{data['parties']} ({say('this node signs for', '本节点代签')} {len(data['signs_for'])})",
            ),
            (say("look-throughs", "穿透监管"), _looks_line(data["look_throughs"])),
            (say("state root", "状态根"), data["state"]),
        ]
    )
    if data["read_only"]:
        lines.append(
            say(
                "Restored from a backup and read only: settle it with wusong restore.",
                "由备份恢复，当前只读；请用 wusong restore 确认。",
            )
        )
    return lines


def _looks_line(counts: list[dict[str, Any]]) -> str:
    """How often supervisors looked through, by legal basis."""
    told = [
        say(
            f"{one['all']} by {one['basis']} ({one['open']} in force)",
            f"依据{one['basis']} {one['all']} 次（有效中 {one['open']} 次）",
        )
        for one in counts
    ]
    return say("; ", "；").join(told) or say("none", "无")


def rules_line(found: dict[str, Any]) -> str:
    """The protocol version in force, and what is planned."""
    line = say(f"protocol {found['version']}", f"协议版本 {found['version']}")
    if not found["known"]:
        line += say(" (unknown to this program: upgrade it)", "（本程序不支持，请升级）")
    if found["next"]:
        at, version = found["next"]["from"], found["next"]["protocol"]
        line += say(f", {version} from block {at}", f"，自第 {at} 个区块起为 {version}")
    return line


def _status_of_running(folder: Path) -> Said:
    """What can be read without opening the node: the ledger's file, as another process writes it."""
    from wusong.ledger.genesis import read
    from wusong.ledger.ledger import FILE as LEDGER
    from wusong.ledger.protocol import status as protocol_status
    from wusong.ledger.receipt import decode_seal
    from wusong.ledger.rules import Rules
    from wusong.ledger.state import BlockState
    from wusong.ledger.store import Store
    from wusong.node.founding import LEDGER_FOLDER

    store = Store(folder / LEDGER_FOLDER / LEDGER)
    try:
        genesis, last = read(store.meta("genesis") or b""), store.last_block()
        height, size = (0, 0) if last is None else (last.height, decode_seal(last.seal).log.size + 1)
        table = Rules(genesis).table(BlockState(store))
    finally:
        store.close()
    data: dict[str, Any] = {
        "folder": str(folder),
        "height": height,
        "ledger": genesis.ledger.hex(),
        "log_size": size,
        "protocol": protocol_status(genesis.protocol, table, height + 1),
    }
    data |= {"name": genesis.name, "running": True, "suite": genesis.suite, "trial": genesis.trial}
    lines = pairs(
        [
            (say("network", "网络"), genesis.name[terminal.get().lang]),
            (say("ledger", "账本"), data["ledger"]),
            (say("rules", "规则"), rules_line(data["protocol"])),
            (say("blocks", "区块"), str(height)),
            (say("log entries", "日志条目"), str(size)),
            (say("node", "节点"), say("running; more in its portal", "运行中；详情见门户")),
        ]
    )
    return Said(data, lines)


def count(node: Node, table: str) -> int:
    """The rows of a table of the read models."""
    import sqlalchemy as sa

    with node.models.engine.connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(sa.table(table))).scalar_one())


def check_free(host: str, port: int) -> None:
    """Say at once that a port is taken, before a server of several threads finds out."""
    import socket

    try:
        with socket.create_server((host, port), reuse_port=False):
            pass
    except OSError as error:
        raise NodeError("port-taken", host=host, port=port, detail=error.strerror or str(error)) from None


def _tell(line: str, *, out: bool = False) -> None:
    write(line, sys.stdout if out or not terminal.get().json else sys.stderr)
