"""The worked examples of docs/formats.md, one for each section, rendered from the files in tests/vectors.

An example stands between `<!-- example N -->` and `<!-- end of example N -->`; what is between
is overwritten.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

Json = Any
Vectors = dict[str, Json]


def load(folder: Path) -> Vectors:
    """All topic files by name, and the bundle that section 10 shows."""
    out = {p.stem: json.loads(p.read_text(encoding="utf-8")) for p in sorted(folder.glob("*.json"))}
    name = "intl-witnessed-by-1"
    index = json.loads((folder / "bundles" / "index.json").read_text(encoding="utf-8"))
    entry = next(e for e in index if e["name"] == name)
    out["bundle"] = {k: json.loads((folder / "bundles" / entry[k]).read_bytes()) for k in ("bundle", "trust")}
    out["index"] = {"entry": entry, "count": len(index)}
    return out


def block(*lines: str, kind: str = "text") -> str:
    return "```" + kind + "\n" + "\n".join(lines) + "\n```\n"


def canon(value: Json) -> str:
    return bytes.fromhex(value["canonical"]).decode()


def values(pairs: list[tuple[str, str]]) -> str:
    width = max(len(name) for name, _ in pairs)
    return block(*(f"{name.ljust(width)} = {value}" for name, value in pairs))


def conventions(v: Vectors) -> str:
    c, k = v["conventions"], v["keys"]
    sorted_ = next(x for x in c["canonical"] if x["name"] == "members sorted by code unit")
    rows = [
        (f'{s}: D("{d["tag"]}", hex {d["data"]})', d["digest"])
        for s in ("intl", "gm")
        for d in c["digest"][s][:1]
    ]
    keys = [x for x in k["keys"] if x["name"] == "keeper"]
    good = {x["alg"]: x for x in k["signatures"] if x["name"] == "good"}
    out = "Canonical bytes of an object, as text and in hex:\n\n"
    out += block(canon(sorted_), sorted_["canonical"])
    out += "\nThe same input under both suites:\n\n" + values(rows)
    out += (
        "\nKeys (thumbprint over the text as it stands) and their signatures of `吴淞 wusong` in UTF-8:\n\n"
    )
    return out + block(*(line for x in keys for line in key_lines(x, good[x["alg"]])))


def key_lines(key: Json, signed: Json) -> list[str]:
    return [
        bytes.fromhex(key["jwk_canonical"]).decode(),
        f"  thumbprint {key['thumbprint']}",
        f"  signature  {signed['signature']}",
    ]


def genesis(v: Vectors) -> str:
    g = v["genesis"]["intl"]
    return block(canon(g), kind="json") + "\n" + values([('ledger = D("genesis", ...)', g["ledger"])])


def deed(v: Vectors) -> str:
    deeds = {d["name"]: d for d in v["deed"]["intl"]["deeds"]}
    d = deeds["under a mandate"]
    signatures, act, asset = d["signatures"], d["acts"][0], deeds["one signer"]
    out = "An act, the payload with its digest (a delegate signs under a mandate), and the envelope:\n\n"
    out += block(canon(act), "", canon(d["payload"]), "", bytes.fromhex(d["envelope"]).decode())
    protected = json.loads(canon(signatures))[0]["protected"]
    shown = [
        ("act digest", act["digest"]),
        ("deed id", d["deed"]),
        ("protected opens to", json_of_b64(protected)),
        ("D(signatures)", signatures["digest"]),
    ]
    out += "\n" + values(shown)
    rows = [
        (f"act {a['act']}, child {a['child']}", a["asset"]) for a in asset["assets"] if a["act"] in (0, 2)
    ]
    return out + f"\nAssets of another deed, with id `{asset['deed']}`:\n\n" + values(rows)


def json_of_b64(text: str) -> str:
    import base64

    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()


def state(v: Vectors) -> str:
    s = v["state"]["intl"]
    out = f"Keys in the ledger `{s['ledger']}`:\n\n"
    out += values([(f'K("{k["kind"]}", "{k["name"]}")', k["key"]) for k in s["keys"]])
    leaf = s["leaves"][0]
    out += "\nA leaf, and where its salt comes from:\n\n" + block(canon(leaf["leaf"]), kind="json")
    out += "\n" + values(
        [
            ("act salt", leaf["act_salt"]),
            ("key", leaf["key"]),
            ("rev", str(leaf["rev"])),
            ("H(value)", leaf["hash"]),
        ]
    )
    tree = next(t for t in s["trees"] if len(t["entries"]) == 12)
    out += "\nA tree of twelve values, and proofs of the three kinds:\n\n"
    lines = [f"{k} = {json.dumps(x)}" for k, x in tree["entries"]]
    lines += ["", f"root = {tree['root']}", ""]
    for p in tree["proofs"]:
        lines += [f"{p['kind']}:", "  " + compact(p["proof"])]
    return out + block(*lines)


def compact(value: Json) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def receipt(v: Vectors) -> str:
    out = ""
    for r in v["receipt"]["intl"][1:]:
        out += f"{r['name'].capitalize()}:\n\n" + block(canon(r["receipt"]), kind="json")
        rows = [('D("receipt", ...)', r["digest"])]
        rows += [(f"effects of act {i}", canon(e)) for i, e in enumerate(r["effects"])]
        rows += [(f"digest of act {i}", e["digest"]) for i, e in enumerate(r["effects"])]
        out += "\n" + values(rows) + "\n"
    return out.removesuffix("\n")


def seal(v: Vectors) -> str:
    s = v["seal"]["intl"]
    out = "The seals of two blocks:\n\n" + block(*(canon(x) for x in s["seals"]))
    out += "\n" + values([(f"digest of seal {i + 1}", x["digest"]) for i, x in enumerate(s["seals"])])
    spent = s["spent"]
    out += f"\nThe spent record of minute {spent['minute']} after the deeds of block 1:\n\n"
    out += values([(f"after {r['deed']}", r["digest"]) for r in spent["running"]])
    order = s["order"]
    party = {d["deed"]: d["submitter"] for d in order["deeds"]}
    out += f"\nSeven deeds in order, when the previous seal's digest is `{order['previous']}`:\n\n"
    return out + block(*(f"{d} of {party[d]}" for d in order["order"]))


def log(v: Vectors) -> str:
    x = v["log"]["intl"]
    size = len(x["entries"])
    out = "The entries of a log, its root, and one inclusion proof:\n\n"
    lines = [f"{i:2} {e}" for i, e in enumerate(x["entries"])]
    root = next(r["root"] for r in x["roots"] if r["size"] == size)
    proof = next(p for p in x["proofs"] if p["size"] == size and p["index"] == 3)
    proof = {k: p for k, p in proof.items() if k != "size"}
    return out + block(*lines, "", f"root of {size} = {root}", compact(proof))


def checkpoint(v: Vectors) -> str:
    c = v["checkpoint"]["intl"]
    one, four, note = c["one"], c["three_of_four"], c["note"]
    out = "A checkpoint and the only cosigner's signature:\n\n"
    out += block(canon(one["checkpoint"]), compact(one["cosignatures"]))
    out += "\nAnother, cosigned by three of four:\n\n"
    out += block(canon(four["checkpoint"]), *(compact(x) for x in four["cosignatures"]))
    out += "\nA set change, and the message that the preceding set signs (the first line ends with 0x0A):\n\n"
    out += block(compact(c["sets"][0]["set"]), "", bytes.fromhex(c["sets"][0]["message"]).decode())
    out += "\nThe first checkpoint as a note, signed by log and witness, and the witness in a bundle:\n\n"
    return out + block(note["signed_note"] + compact(note["witness"]))


def contents(v: Vectors) -> str:
    c = v["contents"]["intl"]
    first = c["commitments"][0]
    names = [("bytes", "bytes"), ("content", "content"), ("salt", "salt"), ("commitment", "commitment")]
    out = values([(label, first[k]) for label, k in names])
    out += "\nArguments with this commitment and a batch of five; openings of the one and of item 3:\n\n"
    return out + block(compact(c["args"]), compact(c["openings"][0]), compact(c["openings"][4]))


def by_member(value: Json) -> str:
    """An object with a line for each member."""
    lines = [f"{json.dumps(k)}: {compact(x)}" for k, x in sorted(value.items())]
    return block("{", ",\n".join(lines), "}", kind="json")


def bundle(v: Vectors) -> str:
    entry = v["index"]["entry"]
    out = f"`tests/vectors/bundles/{entry['bundle']}`, a line for each member (the file is one):\n\n"
    out += by_member(v["bundle"]["bundle"])
    out += f"\nIts trust file, `{entry['trust']}`; with it the level is `{entry['level']}`:\n\n"
    return out + by_member(v["bundle"]["trust"])


SECTIONS: dict[int, Callable[[Vectors], str]] = {
    1: conventions,
    2: genesis,
    3: deed,
    4: state,
    5: receipt,
    6: seal,
    7: log,
    8: checkpoint,
    9: contents,
    10: bundle,
}


def render(page: str, vectors: Vectors) -> str:
    """The page with every example written anew; what has no example yet gets one at the section's end."""
    for number, make in SECTIONS.items():
        start, end = f"<!-- example {number} -->", f"<!-- end of example {number} -->"
        text = f"{start}\n### Example\n\n{make(vectors)}{end}\n"
        old = re.compile(re.escape(start) + ".*?" + re.escape(end) + "\n", re.DOTALL)
        if old.search(page):
            page = old.sub(text.replace("\\", r"\\"), page)
        else:
            page = page.replace(f"\n## {number + 1}. ", f"\n{text}\n## {number + 1}. ", 1)
    return page


def write_page(path: Path, folder: Path) -> None:
    path.write_text(render(path.read_text(encoding="utf-8"), load(folder)), encoding="utf-8")
