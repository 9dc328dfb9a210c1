"""Make the test vectors in tests/vectors and the worked examples in docs/formats.md.

python tools/vectors/make.py            write tests/vectors
python tools/vectors/make.py --docs     write the examples in docs/formats.md, too
python tools/vectors/make.py --out DIR  write the vectors somewhere else
"""

from __future__ import annotations

import argparse
import copy
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from byhand import redigest
from check import UnreadableError, judge
from docs import write_page
from forge import Case, Files
from negatives import STEP_1, STEP_2, STEP_3, STEP_4, STEP_5, UNREADABLE
from negatives_deed import STEP_8, STEP_9, STEP_10_11
from negatives_log import STEP_6_7
from negatives_state import EDGES, STEP_12_13
from pieces import pieces
from prims import SUITES, Json, Suite, canonical, unb64u
from scenario import Good, good
from undergone import undergone

ALL: list[Case] = [
    *(STEP_1 + STEP_2 + STEP_3 + STEP_4 + STEP_5 + STEP_6_7 + STEP_8 + STEP_9 + STEP_10_11 + STEP_12_13),
    *EDGES,
    *UNREADABLE,
]
PROBLEMS: list[str] = []

ROOT = Path(__file__).resolve().parents[2]


class Bundles:
    """Writes bundles and trust files (each distinct trust file once) and keeps the index."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.index = folder, list[Json]()
        self.trusts: dict[bytes, str] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, name: str, bundle: Json | bytes, trust: Json | bytes, entry: Json) -> None:
        data = bundle if isinstance(bundle, bytes) else canonical(bundle)
        trust_data = trust if isinstance(trust, bytes) else canonical(trust)
        if trust_data not in self.trusts:
            self.trusts[trust_data] = f"{name}.trust.json"
            (self.folder / self.trusts[trust_data]).write_bytes(trust_data)
        (self.folder / f"{name}.bundle.json").write_bytes(data)
        files = {"bundle": f"{name}.bundle.json", "trust": self.trusts[trust_data]}
        self.index.append({"name": name} | files | entry)

    def close(self) -> None:
        dump(self.folder / "index.json", self.index)


def dump(path: Path, value: Json) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write(out: Path) -> None:
    for topic, value in pieces().items():
        dump(out / f"{topic}.json", value)
    bundles = Bundles(out / "bundles")
    for suite in SUITES.values():
        goods = good(suite) | undergone(suite)
        for name, g in goods.items():
            entry = {"expect": "accepted"} | said(g.bundle, g.level) | {"note": g.note}
            if g.undergone is not None:
                entry["undergone"] = g.undergone
            bundles.add(f"{suite.name}-{name}", g.bundle, g.trust, entry)
        for case in ALL:
            if suite.name in applies(case):
                add_negative(bundles, suite, goods[case.base], case)
    bundles.close()


NEUTRAL = ("signers", "signature-count", "header", "keys", "kid", "set-falls", "set-from", "just-inside")


def applies(case: Case) -> tuple[str, ...]:
    """The suites a case is made for: both where keys or hashes of the suite are the matter, else one."""
    if case.only:
        return (case.only,)
    both = case.step in (3, 4, 5, 9, None) and case.reason not in NEUTRAL
    return ("intl", "gm") if both or case.reason in ("digest", "deed-digest") else ("intl",)


def add_negative(bundles: Bundles, suite: Suite, base: Good, case: Case) -> None:
    """Derive a bad bundle from a good one, see that it fails where it is meant to, write it."""
    f = Files(copy.deepcopy(base.bundle), copy.deepcopy(base.trust), suite)
    case.change(f)
    if f.digest and f.raw is None:
        redigest(f.b)
    data = f.raw if f.raw is not None else canonical(f.b)
    trust = f.raw_trust if f.raw_trust is not None else canonical(f.t)
    expect_of(case, data, trust)
    more: Json = {"step": case.step} if case.step else {}
    if case.level:
        more = said(f.b, case.level)
    entry = {"expect": case.expect, "reason": case.reason, "from": f"{suite.name}-{case.base}"} | more
    name = f"{suite.name}-{case.name}" if case.expect == "accepted" else f"{suite.name}-bad-{case.name}"
    bundles.add(name, data, trust, entry | ({"note": case.note} if case.note else {}))


def expect_of(case: Case, data: bytes, trust: bytes) -> None:
    try:
        step = judge(data, trust)
    except UnreadableError:
        found = "unreadable"
    else:
        found = "accepted" if step is None else f"refused at {step}"
    wanted = f"refused at {case.step}" if case.step else case.expect
    if found != wanted:
        PROBLEMS.append(f"{case.name}: {found}, not {wanted}")


def said(bundle: Json, level: str) -> Json:
    """What a verifier says of an accepted bundle."""
    hidden = len(json.loads(unb64u(bundle["payload"]))["acts"]) - len(bundle["acts"])
    code, trial = bundle["receipt"]["code"], bundle["genesis"]["trial"]
    return {"level": level, "code": code, "trial": trial, "undisclosed": hidden}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--docs", action="store_true", help="also write the examples in docs/formats.md")
    parser.add_argument("--out", type=Path, default=ROOT / "tests" / "vectors", help="folder to write")
    args = parser.parse_args()
    write(args.out)
    if args.docs:
        write_page(ROOT / "docs" / "formats.md", args.out)
    if PROBLEMS:
        sys.exit("\n".join(PROBLEMS))


if __name__ == "__main__":
    main()
