"""Make the test vectors in tests/vectors and the worked examples in docs/formats.md.

    python tools/vectors/make.py            write tests/vectors
    python tools/vectors/make.py --docs     write the examples in docs/formats.md, too
    python tools/vectors/make.py --out DIR  write the vectors somewhere else
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from prims import SUITES, Json, canonical  # noqa: E402
from scenario import good  # noqa: E402

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
    bundles = Bundles(out / "bundles")
    for suite in SUITES.values():
        goods = good(suite)
        for name, g in goods.items():
            code = g.bundle["receipt"]["code"]
            entry = {"expect": "accepted", "level": g.level, "code": code, "trial": g.bundle["genesis"]["trial"]}
            hidden = len(json_payload(g.bundle)["acts"]) - len(g.bundle["acts"])
            bundles.add(f"{suite.name}-{name}", g.bundle, g.trust, entry | {"undisclosed": hidden, "note": g.note})
    bundles.close()


def json_payload(bundle: Json) -> Json:
    from prims import unb64u

    return json.loads(unb64u(bundle["payload"]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--docs", action="store_true", help="also write the examples in docs/formats.md")
    parser.add_argument("--out", type=Path, default=ROOT / "tests" / "vectors", help="folder to write")
    args = parser.parse_args()
    write(args.out)


if __name__ == "__main__":
    main()
