"""Negative vectors for steps 12 and 13: state and contents; and bundles just inside the limits."""

from __future__ import annotations

from collections.abc import Callable

from forge import (
    Case,
    Files,
    flip,
    payload,
    reopen_state,
    resign,
)
from negatives import A, at, deep, set_member, to
from negatives_deed import expire, mixed_order
from prims import (
    Json,
    canonical,
)

# --- steps 12 and 13 ------------------------------------------------------------------------------

S, N, C = "with-state", "with-state-absence", "with-contents"


def hide_value(f: Files) -> None:
    """Claim that an asset that exists is absent."""
    del f.b["state"]["proofs"][0]["value"]


def own_path(f: Files) -> None:
    """Absence where "another" leaf stands, which is the key's own."""
    p, h = f.b["state"]["proofs"][0], f.suite.h
    value = p.pop("value")
    p["other"] = {"path": h(bytes.fromhex(p["key"])).hex(), "value": h(canonical(value)).hex()}


def elsewhere(f: Files) -> None:
    """Absence shown at another key's place: the first bits differ."""
    proofs = f.b["state"]["proofs"]
    h, value = f.suite.h, proofs[1]["value"]
    other = {"path": h(bytes.fromhex(proofs[1]["key"])).hex(), "value": h(canonical(value)).hex()}
    proofs[0] = {"key": proofs[0]["key"], "other": other, "siblings": proofs[1]["siblings"]}


def for_another_key(f: Files) -> None:
    p = f.b["state"]["proofs"]
    p[0]["key"], p[1]["key"] = p[1]["key"], p[0]["key"]


def earlier_state(f: Files) -> None:
    f.b["state"]["seal"]["height"] = f.b["receipt"]["height"] - 1
    reopen_state(f)


def state_of(name: str, value: Callable[[Json], Json]) -> Callable[[Files], None]:
    def apply(f: Files) -> None:
        f.b["state"]["seal"][name] = value(f.b["state"]["seal"][name])
        reopen_state(f)

    return apply


def state_index_lies(f: Files) -> None:
    from forge import recosign
    from trees import log_prove, log_root

    reopen_state(f)
    b, h = f.b, f.suite.h
    b["state"]["seal"]["log"]["size"] = 1
    entries = [f.suite.d(t, canonical(v)) for t, v in (("receipt", b["receipt"]), ("seal", b["seal"]))]
    entries.append(f.suite.d("seal", canonical(b["state"]["seal"])))
    b["checkpoint"] |= {"root": log_root(h, entries).hex(), "seal": entries[2].hex()}
    for i, name in enumerate(("inclusion", "seal_inclusion")):
        b[name] = log_prove(h, i, entries)
    b["state"]["inclusion"] = log_prove(h, 2, entries)
    recosign(f)


def as_single(f: Files) -> None:
    o = f.b["contents"][1]
    for k in ("index", "path", "size"):
        del o[k]


STEP_12_13: list[Case] = [
    Case("state-value-altered", S, 12, "state-root", at("state.proofs.0.value.state", to("issued"))),
    Case("state-sibling-wrong", S, 12, "state-root", at("state.proofs.0.siblings.0", flip)),
    Case("state-siblings-reversed", S, 12, "state-root", at("state.proofs.0.siblings", lambda v: v[::-1])),
    Case("state-sibling-extra", S, 12, "state-root", at("state.proofs.0.siblings", lambda v: [*v, "0" * 64])),
    Case("state-sibling-missing", S, 12, "state-root", at("state.proofs.0.siblings", lambda v: v[:-1])),
    Case(
        "state-257-siblings",
        S,
        12,
        "state-root",
        at("state.proofs.0.siblings", lambda v: v + ["0" * 64] * (257 - len(v))),
    ),
    Case("state-key-of-another", S, 12, "state-root", for_another_key),
    Case("state-absence-of-what-is-there", S, 12, "state-root", hide_value),
    Case("state-absence-by-its-own-leaf", S, 12, "state-other", own_path),
    Case("state-absence-elsewhere", S, 12, "state-other", elsewhere),
    Case("state-absence-other-altered", N, 12, "state-root", at("state.proofs.1.other.value", flip)),
    Case("state-absence-claimed-existing", N, 12, "state-root", at("state.proofs.0.value", to({"rev": 1}))),
    Case("state-root-altered", S, 12, "state-seal", at("state.seal.state", flip)),
    Case("state-inclusion-wrong", S, 12, "state-seal", at("state.inclusion.index", lambda v: v - 1)),
    Case("state-path-wrong", S, 12, "state-seal", at("state.inclusion.path.0", flip)),
    Case("state-seal-of-another-ledger", S, 12, "state-seal", state_of("ledger", flip)),
    Case("state-seal-index-lies", S, 12, "state-seal", state_index_lies),
    Case("state-before-the-receipt", S, 12, "state-height", earlier_state),
    Case("opening-salt-wrong", C, 13, "opening", at("contents.0.salt", flip)),
    Case("opening-content-wrong", C, 13, "opening", at("contents.0.content", flip)),
    Case("opening-arg-wrong", C, 13, "opening", at("contents.0.arg", to("lots"))),
    Case("opening-arg-unknown", C, 13, "opening", at("contents.0.arg", to("nothing"))),
    Case("opening-arg-not-a-commitment", C, 13, "opening", at("contents.0.arg", to("weight"))),
    Case("opening-act-not-disclosed", C, 13, "opening-act", at("contents.0.act", to(1))),
    Case("opening-act-beyond", C, 13, "opening-act", at("contents.0.act", to(99))),
    Case("opening-batch-index-wrong", C, 13, "opening", at("contents.1.index", to(1))),
    Case("opening-batch-size-wrong", C, 13, "opening", at("contents.1.size", to(6))),
    Case("opening-batch-path-wrong", C, 13, "opening", at("contents.1.path.0", flip)),
    Case("opening-batch-as-single", C, 13, "opening", as_single),
    Case(
        "opening-batch-without-count",
        C,
        13,
        "opening",
        lambda f: f.b["contents"][1].update(arg="goods", index=0, path=[], size=1),
    ),
]


# --- just inside -------------------------------------------------------------------------------------


def act_arg(value: Json) -> Callable[[Files], None]:
    """Give act 0 another argument, signed and sealed."""

    def apply(f: Files) -> None:
        act = f.b["acts"][0]["act"]
        act["args"]["more"] = value
        p = payload(f)
        p["acts"][0] = f.suite.dj("act", act)
        resign(f, p)

    return apply


def size_of(path: str, less: int = 0) -> Callable[[Files], None]:
    return lambda f: at(path, to(f.b["checkpoint"]["size"] - less), trust=True)(f)


def three_members(f: Files) -> None:
    """The trust file's set is three of the four."""
    f.t["cosigners"] = f.t["cosigners"][:3]
    f.b["cosignatures"] = f.b["cosignatures"][:3]


def two_of_three(f: Files) -> None:
    three_members(f)
    f.b["cosignatures"].pop()


def set_from_last(f: Files) -> None:
    set_member(0, "from", to(f.b["checkpoint"]["size"] - 1), [0])(f)


def inside(
    name: str, base: str, change: Callable[[Files], None], level: str = "operator only", **more: str
) -> Case:
    return Case(name, base, None, "just-inside", change, "accepted", level, **more)


EDGES: list[Case] = [
    inside("until-is-the-size", A, size_of("cosigners.0.until")),
    inside("witness-until-is-the-size", "witnessed-by-2", size_of("witnesses.0.until"), "witnessed by 2"),
    inside("trust-from-is-one-less-than-the-size", A, size_of("from", 1)),
    inside("set-from-is-one-less-than-the-size", "after-rotation", set_from_last),
    inside("expires-one-millisecond-after-the-seal", A, expire(-1)),
    inside("three-of-3", "four-of-4", three_members, "3 of 3"),
    Case(
        "cosigners-two-of-3",
        "four-of-4",
        4,
        "quorum",
        two_of_three,
        note="two thirds are not more than two thirds",
    ),
    inside("integers-to-the-limits", A, act_arg([2**53 - 1, 1 - 2**53])),
    inside("act-12-deep", A, act_arg(deep(10))),
    inside("strings-of-all-kinds", A, act_arg('\x00\x1f\x7f"\\/ 吴淞 é 😀 \u2028')),
    inside("ed25519-mixed-order-plain", A, mixed_order(plain=True), only="intl"),
]
