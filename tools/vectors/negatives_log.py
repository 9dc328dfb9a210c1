"""Negative vectors for steps 6 and 7: the seal and the receipt in the log."""

from __future__ import annotations

from collections.abc import Callable

from forge import Case, Files, flip, recosign, reseal
from negatives import A, at, to
from prims import Json, canonical

# --- steps 6 and 7 --------------------------------------------------------------------------------


def sealed(name: str, value: Callable[[Json], Json]) -> Callable[[Files], None]:
    def apply(f: Files) -> None:
        f.b["seal"][name] = value(f.b["seal"][name])
        reseal(f)

    return apply


def receipted(name: str, value: Callable[[Json], Json]) -> Callable[[Files], None]:
    def apply(f: Files) -> None:
        f.b["receipt"][name] = value(f.b["receipt"].get(name))
        reseal(f)

    return apply


def seal_log_lies(f: Files) -> None:
    reseal(f, {"root": f.b["seal"]["log"]["root"], "size": 0})


def other_last_seal(f: Files) -> None:
    reseal(f)
    f.b["checkpoint"]["seal"] = flip(f.b["checkpoint"]["seal"])
    recosign(f)


def state_swap(f: Files) -> None:
    """The seal of another height, included rightly."""
    s = f.b.pop("state")
    f.b["seal"], f.b["seal_inclusion"] = s["seal"], s["inclusion"]


def later_receipt(f: Files) -> None:
    """The receipt comes after the seal in the log, and says its height."""
    b, h = f.b, f.suite.h
    from trees import log_prove, log_root

    b["seal"]["log"] = {"root": log_root(h, []).hex(), "size": 0}
    entries = [f.suite.d("seal", canonical(b["seal"])), f.suite.d("receipt", canonical(b["receipt"]))]
    b["checkpoint"] |= {"root": log_root(h, entries).hex(), "size": 2}
    b["seal_inclusion"], b["inclusion"] = log_prove(h, 0, entries), log_prove(h, 1, entries)
    recosign(f)


STEP_6_7: list[Case] = [
    Case("seal-altered", A, 6, "seal-inclusion", at("seal.time", lambda v: v + 1)),
    Case("seal-index-wrong", A, 6, "seal-inclusion", at("seal_inclusion.index", lambda v: v - 1)),
    Case("seal-index-beyond", A, 6, "seal-inclusion", at("seal_inclusion.index", to(10_000))),
    Case("seal-path-sibling-wrong", A, 6, "seal-inclusion", at("seal_inclusion.path.0", flip)),
    Case("seal-path-extra", A, 6, "seal-inclusion", at("seal_inclusion.path", lambda v: [*v, "0" * 64])),
    Case("seal-path-short", A, 6, "seal-inclusion", at("seal_inclusion.path", lambda v: v[:-1])),
    Case("seal-of-another-ledger", A, 6, "seal-ledger", sealed("ledger", flip)),
    Case("seal-protocol-unknown", A, 6, "seal-protocol", sealed("protocol", to(3))),
    Case("seal-epoch-ahead", A, 6, "seal-epoch", sealed("epoch", to(1))),
    Case("seal-log-size-lies", A, 6, "seal-index", seal_log_lies),
    Case("seal-is-not-the-checkpoint-s", A, 6, "seal-last", other_last_seal),
    Case("receipt-altered", A, 7, "receipt-inclusion", at("receipt.code", to("refused"))),
    Case("receipt-index-wrong", A, 7, "receipt-inclusion", at("inclusion.index", lambda v: v ^ 1)),
    Case("receipt-index-huge", A, 7, "receipt-inclusion", at("inclusion.index", to(2**53 - 1))),
    Case(
        "receipt-index-32-bit",
        A,
        7,
        "receipt-inclusion",
        at("inclusion.index", lambda v: v + 2**32),
        note="bit operations on 32 bits let it pass",
    ),
    Case("receipt-path-sibling-wrong", A, 7, "receipt-inclusion", at("inclusion.path.1", flip)),
    Case("receipt-path-order", A, 7, "receipt-inclusion", at("inclusion.path", lambda v: v[::-1])),
    Case("receipt-path-extra", A, 7, "receipt-inclusion", at("inclusion.path", lambda v: [*v, v[0]])),
    Case("receipt-path-short", A, 7, "receipt-inclusion", at("inclusion.path", lambda v: v[:-1])),
    Case("receipt-path-empty", A, 7, "receipt-inclusion", at("inclusion.path", to([]))),
    Case("receipt-of-another-height", "with-state", 7, "receipt-height", state_swap),
    Case("receipt-height-lies", A, 7, "receipt-height", receipted("height", to(9))),
    Case("receipt-after-the-seal", A, 7, "receipt-index", later_receipt),
]
