"""``wusong witness`` (being a witness) and ``wusong witnesses`` (having some)."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wusong.cli.opening import folder_of, opened
from wusong.cli.terminal import Said, UsageError, clean, pairs, say, table, terminal, to_json, write
from wusong.cli.words import Home, both, command, group

if TYPE_CHECKING:
    from collections.abc import Callable

    from wusong.crypto.keys import PrivateKey
    from wusong.crypto.suites import Suite
    from wusong.ledger.witness import Witness

app = group(both("The witnesses of this ledger.", "本账本的见证方。"))

Dir = Annotated[
    Path,
    typer.Option(
        "--dir",
        metavar="DIR",
        help=both(
            "The witness's folder: its key, and what it has seen.", "见证服务目录：存放密钥与已见证的记录。"
        ),
    ),
]
Logs = Annotated[
    list[str] | None,
    typer.Option(
        "--log",
        metavar="ORIGIN=JWKFILE",
        help=both(
            "A log to witness, and the file with its key; may be repeated.",
            "要见证的日志来源名称及其公钥文件，可重复。",
        ),
    ),
]
Host = Annotated[
    str, typer.Option("--host", metavar="HOST", help=both("The address to listen on.", "监听地址。"))
]
Port = Annotated[
    int,
    typer.Option(
        "--port",
        metavar="PORT",
        min=0,
        max=65535,
        help=both("The port; 0 for any that is free.", "监听端口；0 表示任一空闲端口。"),
    ),
]
Name = Annotated[
    str,
    typer.Option(
        "--name", metavar="NAME", help=both("The witness's name in its signatures.", "见证签名中的名称。")
    ),
]
SuiteName = Annotated[
    str,
    typer.Option(
        "--suite",
        metavar="intl|gm",
        help=both("The suite of the ledgers it witnesses.", "所见证账本的密码套件。"),
    ),
]


def witness(
    *,
    dir_: Dir = Path("wusong-witness"),
    log: Logs = None,
    host: Host = "127.0.0.1",
    port: Port = 8441,
    name: Name = "wusong-witness",
    suite: SuiteName = "intl",
) -> Said:
    """Run a witness of other ledgers' logs (C2SP)."""
    from wusong.cli.running import check_free
    from wusong.crypto.suites import suite as find_suite
    from wusong.ledger.solo import wall_clock
    from wusong.ledger.witness import Witness
    from wusong.node import lock

    if not name or "+" in name or any(c.isspace() for c in name):
        raise UsageError(
            "bad-argument",
            name="--name",
            detail=say("No spaces and no + in a witness's name.", "见证方名称不得含空格或 +。"),
        )
    logs = [_log(one) for one in log or []]
    chosen = find_suite(suite)
    dir_.mkdir(parents=True, exist_ok=True, mode=0o700)
    with lock.holding(dir_, "witness"):
        key = _key(dir_, chosen)
        serving = Witness(dir_ / "logs", chosen, name, key, wall_clock)
        for origin, public in logs:
            serving.trust(origin, public)
        check_free(host, port)
        asyncio.run(
            _serve(serving, host, port, lambda url: _announce(url, name, key, [origin for origin, _ in logs]))
        )
    return Said({"stopped": True}, [say("Stopped.", "已停止。")])


def _log(text: str) -> tuple[str, Any]:
    """ORIGIN=JWKFILE; an origin holds no ``=``."""
    from wusong.crypto.keys import PublicKey
    from wusong.errors import CryptoError

    origin, equals, file = text.partition("=")
    if not equals or not origin or not file:
        raise UsageError(
            "bad-argument", name="--log", detail=say("ORIGIN=JWKFILE is wanted.", "格式应为 ORIGIN=JWKFILE。")
        )
    try:
        return origin, PublicKey.from_jwk(json.loads(Path(file).read_text("utf-8")))
    except (ValueError, TypeError, AttributeError, RecursionError, CryptoError) as error:
        raise UsageError("not-json", name=file, detail=f"{type(error).__name__}: {error}"[:200]) from None


def _key(folder: Path, suite: Suite) -> PrivateKey:
    """The witness's key, in a keystore of its own; made at the first start."""
    from wusong.crypto.keystore import Keystore
    from wusong.node.keyring import FILE, passphrase

    if (folder / FILE).exists():
        return Keystore.open(folder / FILE, passphrase(folder)).key("witness")
    return Keystore.create(folder / FILE, suite, passphrase(folder, create=True)).generate(
        "witness", "witness"
    )


def _announce(url: str, name: str, key: PrivateKey, origins: list[str]) -> None:
    entry = {"jwk": key.public.to_jwk(), "name": name, "url": url}
    if terminal.get().json:
        lines = [to_json(entry | {"logs": origins})]
    else:
        lines = pairs(
            [
                (say("witness", "见证服务"), url),
                (say("name", "名称"), name),
                (say("key", "公钥"), to_json(key.public.to_jwk())),
            ]
        )
        lines += [f"{say('log', '日志')}  {clean(origin)}" for origin in origins]
        lines.append(
            say(
                "Ledgers add it with: wusong witnesses add NAME URL JWKFILE",
                "账本一方添加：wusong witnesses add 名称 地址 公钥文件",
            )
        )
    write("\n".join(lines))


async def _serve(serving: Witness, host: str, port: int, on_ready: Callable[[str], None]) -> None:
    """Answer ``POST /add-checkpoint`` until told to stop."""
    import signal

    from granian.constants import Interfaces
    from granian.server.embed import Server

    from wusong.node.witness_app import application

    port = port or _free_port(host)
    server = Server(
        application(serving),
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        websockets=False,
        log_access=False,
        log_enabled=False,
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, server.stop)
    task = asyncio.ensure_future(server.serve())
    await _answers(host, port, task)
    on_ready(f"http://{f'[{host}]' if ':' in host else host}:{port}")
    await task
    await asyncio.sleep(0.5)  # the server's own threads end a little later; the interpreter must outlive them


async def _answers(host: str, port: int, task: asyncio.Task[None]) -> None:
    while not task.done():
        try:
            _, writer = await asyncio.open_connection(host, port)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        writer.close()
        return
    await task


def _free_port(host: str) -> int:
    import socket

    with socket.create_server((host, 0)) as listener:
        return int(listener.getsockname()[1])


# -- having witnesses --------------------------------------------------------------------------------------

Called = Annotated[
    str,
    typer.Argument(metavar="NAME", help=both("The witness's name in its signatures.", "见证签名中的名称。")),
]
Url = Annotated[
    str,
    typer.Argument(
        metavar="URL",
        help=both("Where it answers; /add-checkpoint is added.", "服务地址，其后自动加 /add-checkpoint。"),
    ),
]
JwkFile = Annotated[
    Path,
    typer.Argument(
        metavar="JWKFILE", help=both("The file with its public key (JWK).", "其公钥文件（JWK）。")
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        metavar="FILE",
        help=both("Write the log's key to this file.", "将日志公钥写入该文件。"),
    ),
]


@command(app, "list", both("List the witnesses, and how far they have signed.", "列出见证方及其签署进度。"))
def list_witnesses(*, home_: Home = None) -> Said:
    """List the witnesses."""
    from wusong.cli.assets import heads
    from wusong.node import witnessing

    folder = folder_of(home_)
    found = [{"jwk": one.key.to_jwk(), "name": one.name, "url": one.url} for one in witnessing.listed(folder)]
    shown = [(str(one["name"]), str(one["url"])) for one in found]
    return Said(
        {"witnesses": found},
        table(shown, heads("name", "url")) if found else [say("There are none.", "尚未设置。")],
    )


@command(app, "add", both("List a witness.", "添加见证方。"))
def add(*, name: Called, url: Url, jwk: JwkFile, home_: Home = None) -> Said:
    """List a witness."""
    from wusong.node import witnessing

    try:
        document: Any = json.loads(jwk.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise UsageError("not-json", name=str(jwk), detail=str(error)[:200]) from None
    witnessing.add(folder_of(home_), name, url, document)
    told = say(
        "Listed; a running node asks it after its next start. Export the trust file anew.",
        "已添加；运行中的节点下次启动后生效。请重新导出信任文件。",
    )
    return Said({"name": name, "url": url}, [told])


@command(app, "ask", both("Ask the witnesses now for their signatures.", "立即请求各见证方签署。"))
def ask(*, home_: Home = None) -> Said:
    """Ask the witnesses now."""
    from wusong.node import witnessing

    with opened(home_, "witnesses ask") as node:
        listed = witnessing.listed(node.folder)
        failed = witnessing.Asking(node.ledger, node.keys.log_key(), listed).ask(patient=False)
    signed = [one.name for one in listed if one.name not in failed]
    lines = [say(f"{name} signed.", f"{name} 已签署。") for name in signed] + [
        f"{clean(name)}: {clean(detail)}" for name, detail in failed.items()
    ]
    return Said({"failed": failed, "signed": signed}, lines, 1 if failed else 0)


@command(
    app,
    "log",
    both(
        "Show this log's origin and key, which a witness must know.",
        "显示本日志的来源名称与公钥，供见证方登记。",
    ),
)
def show_log(*, out: Out = None, home_: Home = None) -> Said:
    """Show this log's origin and key."""
    from wusong.ledger.checkpoint import origin

    with opened(home_, "witnesses log") as node:
        name = origin(node.ledger.id.hex(), node.ledger.app.head.epoch)
        jwk = node.keys.log_key().public.to_jwk()
    if out is not None:
        out.write_text(json.dumps(jwk, sort_keys=True), "utf-8")
    return Said(
        {"jwk": jwk, "origin": name},
        pairs([(say("origin", "来源名称"), name), (say("key", "公钥"), to_json(jwk))]),
    )
