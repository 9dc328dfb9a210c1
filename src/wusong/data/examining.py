"""What this domain keeps beside the ledger, compared with what the ledger says must be there.

* Contents: whatever a party brought; of every resource that stands and whose department has its key here,
  table and profile; of every product whose operator has, the question.
* Calls: of every data-use whose operator has its key here, as many as are metered, each as it was written,
  each batch under the root that its deed names.
* Evidence: every batch under the root that its contents and salts give, and that its deed names.

Nothing is repaired, and nothing is made: a file that is not there is not there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from wusong.data import attest
from wusong.data import brought as bringing
from wusong.data.evidence import CONTRACT as EVIDENCE
from wusong.data.host import Host, page
from wusong.data.products import callbook
from wusong.data.products.calls import OPERATION, PRODUCT, RESOURCE, USE
from wusong.data.products.metering import meters
from wusong.errors import WusongError
from wusong.ledger.receipt import decode_receipt
from wusong.ledger.state import decode_leaf

if TYPE_CHECKING:
    from wusong.contract.leaf import Leaf

__all__ = ["Finding", "examine", "missing"]

_CONTENTS: Final = {RESOURCE: ("department", ("content", "profile")), PRODUCT: ("operator", ("question",))}
"""Of each kind, who brought the contents, and the fields that name them."""
_ENDED: Final = frozenset({"refused", "withdrawn", "cancelled", "retired"})
_OWN: Final = frozenset({RESOURCE, PRODUCT, OPERATION, USE, EVIDENCE})


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it must be. ``en`` and ``zh`` say the same; ``sure``: it is damage."""

    en: str
    zh: str
    sure: bool = True


def examine(host: Host, here: Collection[str]) -> Iterator[Finding]:
    """Everything that is found; ``here``: the parties whose keys this node holds."""
    standing = list(_standing(host))
    yield from _contents(host, standing, here)
    named = {str(leaf.fields[field]) for _, _, leaf, field in _naming(standing, here)}
    yield from _guarded(bringing.FILE, lambda: _brought(host, named))
    yield from _guarded(callbook.FILE, lambda: _calls(host, standing, here))
    yield from _guarded(attest.FILE, lambda: _evidence(host, standing, here))


def missing(host: Host, wanted: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    """Of (what it is, commitment), those that the vault does not hold."""
    held: set[str] | None = None
    for name, commitment in wanted:
        held = {ref.commitment for ref in host.vault.list()} if held is None else held
        if commitment not in held:
            yield Finding(
                f"vault: {name} is not there (commitment {commitment[:16]}…).",
                f"保险库：缺少{name}（承诺值 {commitment[:16]}…）。",
            )


def _standing(host: Host) -> Iterator[tuple[str, str, Leaf]]:
    """Every asset of this domain: contract, id, leaf."""
    for key, value in host.ledger.store.leaves():
        try:
            leaf = decode_leaf(value)
        except msgspec.ValidationError:  # a record of the ledger's own, not an asset
            continue
        if not leaf.contract.startswith("system/") and (name := page(host, leaf.contract).name) in _OWN:
            yield name, key.hex(), leaf


def _contents(host: Host, standing: list[tuple[str, str, Leaf]], here: Collection[str]) -> Iterator[Finding]:
    wanted = [
        (f"{field} {leaf.fields['name']} {asset[:16]}", str(leaf.fields[field]))
        for _, asset, leaf, field in _naming(standing, here)
    ]
    yield from missing(host, wanted)


def _naming(
    standing: list[tuple[str, str, Leaf]], here: Collection[str]
) -> Iterator[tuple[str, str, Leaf, str]]:
    """The assets whose contents must be here, once for each field that names one."""
    for contract, asset, leaf in standing:
        owner, fields = _CONTENTS.get(contract, ("", ()))
        if leaf.state not in _ENDED and leaf.roles.get(owner) in here:
            yield from ((contract, asset, leaf, field) for field in fields)


def _brought(host: Host, named: Collection[str]) -> Iterator[Finding]:
    """What a party brought, but for what a record here names already."""
    rows = [(party, one) for party, one in bringing.recorded(host.folder) if one not in named]
    yield from missing(host, [(f"upload of {party[-16:]}", one) for party, one in rows])


def _guarded(file: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from look()
    except (sqlite3.Error, msgspec.MsgspecError, TypeError, ValueError, WusongError) as error:
        yield _damaged(file, type(error).__name__, type(error).__name__)


def _damaged(file: str, en: str, zh: str) -> Finding:
    return Finding(f"{file} is damaged or missing: {en}.", f"{file} 已损坏或缺失：{zh}。")


# -- calls -------------------------------------------------------------------------------------------------

_CALLS_SAID: Final = {
    "calls-missing": ("calls are missing in it", "缺少调用记录"),
    "call-changed": ("a call is not as it was written", "调用记录与写入时不一致"),
    "batch-changed": ("a batch does not have its root", "批次与其树根不一致"),
}


def _calls(host: Host, standing: list[tuple[str, str, Leaf]], here: Collection[str]) -> Iterator[Finding]:
    metered = {
        asset: int(leaf.fields["metered"])
        for contract, asset, leaf in standing
        if contract == USE and leaf.roles.get("operator") in here
    }
    if not (host.folder / callbook.FILE).exists():
        yield from (_too_few(use, count, 0) for use, count in metered.items() if count)
        return
    with closing(callbook.CallBook(host.folder, host.ledger.suite)) as book:
        for use, count in metered.items():
            if (kept := book.kept(use, count)) < count:
                yield _too_few(use, count, kept)
        for use in book.uses():
            yield from _book_of(host, book, use)


def _too_few(use: str, metered: int, kept: int) -> Finding:
    file = callbook.FILE
    return _damaged(
        file,
        f"{metered} calls of data-use {use[:16]} are metered on the ledger, {kept} are kept",
        f"数据使用 {use[:16]} 账本已计量 {metered} 次，仅存 {kept} 次调用记录",
    )


def _book_of(host: Host, book: callbook.CallBook, use: str) -> Iterator[Finding]:
    if found := book.damaged(use):
        en, zh = _CALLS_SAID[found]
        yield _damaged(callbook.FILE, f"{en} (data-use {use[:16]})", f"{zh}（数据使用 {use[:16]}）")
    for batch in book.batches(use):
        row = host.ledger.store.deed(bytes.fromhex(batch.deed)) if batch.deed else None
        if batch.deed and (row is None or not meters(row.envelope, row.receipt, batch)):
            yield _damaged(
                callbook.FILE,
                f"deed {batch.deed[:16]} did not meter the batch that is kept for it",
                f"指令 {batch.deed[:16]} 计量的批次与留存的批次不一致",
            )


# -- evidence ----------------------------------------------------------------------------------------------


def _evidence(host: Host, standing: list[tuple[str, str, Leaf]], here: Collection[str]) -> Iterator[Finding]:
    roots = {
        str(leaf.fields["root"])
        for contract, _, leaf in standing
        if contract == EVIDENCE and leaf.roles.get("submitter") in here
    }
    if (path := host.folder / attest.FILE).exists():
        with attest.Book(path) as book:
            kept = book.settled()
            for root in book.damaged(host.ledger.suite):
                yield _damaged(
                    attest.FILE,
                    f"contents and salts of batch {_hex(root)[:16]} do not give its root",
                    f"批次 {_hex(root)[:16]} 的内容与盐值不能得出其树根",
                )
        for root, deed in kept:
            if deed and not _attests(host, deed, _hex(root)):
                yield _damaged(
                    attest.FILE,
                    f"deed {deed[:16]} did not attest the batch that is kept for it",
                    f"指令 {deed[:16]} 存证的批次与留存的批次不一致",
                )
        roots -= {_hex(root) for root, _ in kept}
    if roots:
        yield Finding(
            f"{attest.FILE} does not hold the salts of {len(roots)} batches that parties here attested: "
            "unless they are kept elsewhere, no receipts can be made of them.",
            f"{attest.FILE} 中没有本节点单位所办理 {len(roots)} 批存证的盐值：如未另行保管，将无法出具回执。",
            sure=False,
        )


def _hex(root: Any) -> str:  # noqa: ANN401 - an edited value may be anything
    return root.hex() if isinstance(root, bytes) else str(root)


def _attests(host: Host, deed: str, root: str) -> bool:
    row = host.ledger.store.deed(bytes.fromhex(deed))
    if row is None or not decode_receipt(row.receipt).accepted:
        return False
    acts = [act for act in msgspec.json.decode(row.envelope)["acts"] if act is not None]
    return any(act["args"].get("root") == root for act in acts)
