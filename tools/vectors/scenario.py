"""The story that the bundles tell: goods stored, pledged, a second pledge refused, a mandate used."""

from __future__ import annotations

from dataclasses import dataclass, field

from byhand import START, Deed, Ledger, Signer, did, make_bundle
from prims import Json, Key, Suite, be64, fill
from trees import log_prove, log_root

PAGE: Json = {
    "contract": "example-receipt",
    "version": 1,
    "title": {"en": "Example receipt", "zh": "示例仓单"},
    "states": ["issued", "split!", "delivered!"],
    "note": "A model for the tests of bundles; it is not in the contract language.",
}
GOODS = "冷轧钢卷 cold-rolled coils\n".encode()
LOTS = [f"lot {i}\n".encode() for i in range(5)]


@dataclass
class Good:
    """A good bundle, its trust file, and what a verifier says about them."""

    bundle: Json
    trust: Json
    level: str
    note: str
    undergone: list[Json] | None = None  # what each proof of state says without its page: section 13


@dataclass
class Story:
    suite: Suite
    ledger: Ledger
    deeds: dict[str, Deed] = field(default_factory=dict)
    keys: dict[str, bytes] = field(default_factory=dict)

    def opening(self, lot: int | None = None) -> Json:
        """The opening of the goods of act 0, or of one lot of its batch."""
        if lot is None:
            return {
                "act": 0,
                "arg": "goods",
                "content": self.suite.h(GOODS).hex(),
                "salt": self.salt("goods").hex(),
            }
        content, entries = self.suite.h(LOTS[lot]), self.lots()
        proof = log_prove(self.suite.h, lot, entries)
        out = {"act": 0, "arg": "lots", "content": content.hex(), "salt": self.salt(f"lot {lot}").hex()}
        return out | {"index": lot, "path": proof["path"], "size": len(LOTS), "name": f"lot-{lot}.txt"}

    def salt(self, name: str) -> bytes:
        return fill(f"{self.suite.name} {self.ledger.name} content salt {name}", 32)

    def commit(self, name: str, content: bytes) -> bytes:
        return self.suite.d("commitment", self.salt(name), self.suite.h(content))

    def lots(self) -> list[bytes]:
        return [self.commit(f"lot {i}", c) for i, c in enumerate(LOTS)]


def signer(suite: Suite, party: str, **more: str) -> Signer:
    alg = suite.algs[-1] if party == "bank" else suite.algs[0]
    return Signer(did(party), Key(alg, party), **more)


def tell(suite: Suite, name: str, cosigners: list[Key], trial: bool = False, protocol: int = 1) -> Story:
    """The first four blocks."""
    story = Story(suite, Ledger(suite, name, cosigners, trial, protocol))
    _issue(story)
    _pledge(story)
    _refuse(story)
    _delegate(story)
    return story


def filler(story: Story, name: str, seconds: int) -> Deed:
    """A one-act deed of the shipper's, so that a block holds more than one."""
    page = story.suite.dj("contract", PAGE)
    act = {"contract": page, "action": "issue", "asset": "#0.0", "as": {"keeper": did("shipper")}, "args": {}}
    deed = story.ledger.deed(name, [signer(story.suite, "shipper")], [act], START + 1000 * seconds + 300_000)
    roles = {"holder": did("shipper"), "keeper": did("shipper")}
    deed.write(0, deed.asset(0), {"contract": page, "state": "issued", "rev": 1, "roles": roles})
    return deed


def _issue(story: Story) -> None:
    """Block 1: two receipts issued, the first split at once; one signer, three acts."""
    suite, page = story.suite, story.suite.dj("contract", PAGE)
    goods, lots = story.commit("goods", GOODS).hex(), log_root(suite.h, story.lots()).hex()
    keeper, shipper = {"keeper": did("keeper")}, did("shipper")
    args = {"goods": goods, "holder": shipper, "lots": lots, "lots_count": len(LOTS), "weight": 24_000}
    second = {"goods": goods, "holder": shipper, "weight": 1_000}
    acts: list[Json] = [
        {"contract": page, "action": "issue", "asset": "#0.0", "as": keeper, "args": args},
        {"contract": page, "action": "issue", "asset": "#1.0", "as": keeper, "args": second},
        {
            "contract": page,
            "action": "split",
            "asset": "#0.0",
            "as": keeper,
            "args": {"parts": [20_000, 4_000]},
        },
    ]
    deed = story.ledger.deed("issue", [signer(suite, "keeper", basis="民法典 908")], acts)
    roles = {"holder": shipper, "keeper": did("keeper")}
    leaf = {"contract": page, "state": "issued", "roles": roles, "fields": {"goods": goods}}
    whole, rest = deed.asset(0), deed.asset(1)
    deed.write(0, whole, leaf | {"rev": 1, "quantity": 24_000})
    deed.write(1, rest, leaf | {"rev": 1, "quantity": 1_000})
    deed.write(2, whole, leaf | {"rev": 2, "state": "split"})
    for child, part in enumerate((20_000, 4_000)):
        deed.write(2, deed.asset(2, child), leaf | {"rev": 1, "quantity": part, "parent": whole.hex()})
    story.deeds["issue"] = deed
    story.keys |= {
        "whole": whole,
        "rest": rest,
        "part": deed.asset(2, 0),
        "nothing": fill("no such asset", 32),
    }
    story.ledger.block([deed, filler(story, "filler 1", 0)], 10)


def _pledge(story: Story) -> None:
    """Block 2: the second receipt pledged; three sign."""
    suite, page = story.suite, story.suite.dj("contract", PAGE)
    act: Json = {
        "contract": page,
        "action": "pledge",
        "asset": story.keys["rest"].hex(),
        "as": {"holder": did("shipper"), "keeper": did("keeper"), "pledgee": did("bank")},
        "args": {"pledgee": did("bank")},
        "rev": 1,
    }
    signers = [signer(suite, p) for p in ("shipper", "keeper", "bank")]
    deed = story.ledger.deed("pledge", signers, [act], START + 86_400_000)
    _, leaf = story.deeds["issue"].writes[1][0]
    deed.write(0, story.keys["rest"], leaf | {"rev": 2, "roles": leaf["roles"] | {"pledgee": did("bank")}})
    story.deeds["pledge"] = deed
    story.ledger.block([deed], 20)


def _refuse(story: Story) -> None:
    """Block 3: a second pledge is refused; a mandate is given."""
    suite = story.suite
    act = {k: v for k, v in story.deeds["pledge"].acts[0].items() if k != "salt"} | {"rev": 2}
    refused = story.ledger.deed("again", [signer(suite, "keeper"), signer(suite, "shipper")], [act])
    refused.code, refused.act, refused.clause = "guard-failed", 0, "already-pledged"
    grant: Json = {
        "contract": "system/mandate",
        "action": "grant",
        "asset": "#0.0",
        "as": {"principal": did("bank")},
        "args": {"delegate": did("shipper"), "expires": START + 86_400_000},
    }
    mandate = story.ledger.deed("mandate", [signer(suite, "bank")], [grant])
    fields = {"expires": START + 86_400_000, "used": 0}
    roles = {"delegate": did("shipper"), "principal": did("bank")}
    leaf = {"contract": "system/mandate", "state": "active", "rev": 1, "roles": roles, "fields": fields}
    story.keys["mandate"] = mandate.asset(0)
    mandate.write(0, mandate.asset(0), leaf)
    story.deeds |= {"again": refused, "mandate": mandate}
    story.ledger.block([refused, mandate], 30)


def _delegate(story: Story) -> None:
    """Block 4: the shipper's key signs for the bank under the mandate, which counts its use."""
    suite, page = story.suite, story.suite.dj("contract", PAGE)
    under = Signer(did("bank"), Key(suite.algs[0], "shipper"), story.keys["mandate"].hex(), did("shipper"))
    act: Json = {
        "contract": page,
        "action": "release",
        "asset": story.keys["rest"].hex(),
        "as": {"pledgee": did("bank")},
        "args": {},
    }
    deed = story.ledger.deed("release", [under], [act])
    (key, mandate), (_, pledged) = story.deeds["mandate"].writes[0][0], story.deeds["pledge"].writes[0][0]
    deed.write(0, key, mandate | {"rev": 2, "fields": mandate["fields"] | {"used": 1}})
    roles = {r: p for r, p in pledged["roles"].items() if r != "pledgee"}
    deed.write(0, story.keys["rest"], pledged | {"rev": 3, "roles": roles})
    story.deeds["release"] = deed
    story.ledger.block([deed, filler(story, "filler 4", 40)], 40)


def cosigner(suite: Suite, i: int) -> Key:
    """Seal keys; under intl the second of a set is ES256, so that sets of both kinds are met."""
    return Key(suite.algs[-1] if i == 1 else suite.algs[0], f"cosigner {i}")


def witnesses(suite: Suite) -> list[tuple[str, Key]]:
    return [(f"witness-{w}.example/w", Key(suite.algs[0], f"witness {w}")) for w in "ab"]


def good(suite: Suite) -> dict[str, Good]:
    """Every good bundle of a suite by name."""
    solo = tell(suite, "solo", [cosigner(suite, 0)])
    quad = tell(suite, "quad", [cosigner(suite, i) for i in range(4)])
    trial = tell(suite, "trial", [cosigner(suite, 0)], trial=True)
    out = _solo(solo) | _quad(quad)
    d = trial.deeds["issue"]
    out["trial"] = Good(
        make_bundle(trial.ledger, d), trial.ledger.trust(), "operator only", "genesis says trial"
    )
    return out | _sets(suite) | _protocols(suite)


def _solo(story: Story) -> dict[str, Good]:
    ledger, d, k = story.ledger, story.deeds, story.keys
    trust, ws = ledger.trust(), witnesses(story.suite)
    watched = ledger.trust(ws)
    past = ledger.trust(ws)
    past["witnesses"][0]["until"] = 3
    alone = "operator only"
    spent = ledger.k("spent", str(d["issue"].expires // 60_000))
    mand = ledger.k("party", did("bank"))

    def good_(note: str, deed: Deed, level: str = alone, trust: Json = trust, **more: object) -> Good:
        return Good(make_bundle(ledger, deed, **more), trust, level, note)  # type: ignore[arg-type]

    opened = [story.opening(), *(story.opening(i) for i in range(5))]
    return {
        "operator-only": good_("one signer, three acts, all disclosed", d["issue"]),
        "at-own-seal": good_("the checkpoint directly after the receipt's seal", d["issue"], at=1),
        "at-later-seal": good_("a checkpoint two blocks later", d["issue"], at=3),
        "three-signers": good_("keeper, shipper and bank sign", d["pledge"], pages=[PAGE]),
        "under-mandate": good_("a delegate's key signs", d["release"], pages=[PAGE]),
        "refused-deed": good_("a valid proof that the deed was refused", d["again"]),
        "refused-deed-undisclosed": good_("the same without its act", d["again"], disclose=[]),
        "one-act-disclosed": good_("act 1 of 3", d["issue"], disclose=[1], pages=[PAGE]),
        "no-act-disclosed": good_("acts stay secret", d["issue"], disclose=[]),
        "witnessed-by-1": good_(
            "one of two witnesses", d["issue"], "witnessed by 1", watched, witnesses=ws[:1]
        ),
        "witnessed-by-2": good_("two witnesses", d["issue"], "witnessed by 2", watched, witnesses=ws),
        "witness-twice": good_(
            "one witness, twice", d["issue"], "witnessed by 1", watched, witnesses=[ws[0], ws[0]]
        ),
        "witness-unknown": good_("a witness that the trust file does not name", d["issue"], witnesses=ws[:1]),
        "witness-past-until": good_(
            "one of two is past its until", d["issue"], "witnessed by 1", past, witnesses=ws
        ),
        "with-state": good_(
            "five proofs: assets, a party, a spent record, an absent asset",
            d["issue"],
            state=(4, [k["whole"], k["rest"], mand, spent, k["nothing"]]),
        ),
        "with-state-absence": good_(
            "not there yet, as at an earlier seal", d["issue"], state=(1, absent(story))
        ),
        "with-contents": good_("goods and every lot opened", d["issue"], disclose=[0], contents=opened),
        "with-everything": good_(
            "all optional members",
            d["issue"],
            "witnessed by 2",
            watched,
            witnesses=ws,
            pages=[PAGE],
            state=(2, [k["rest"], k["nothing"]]),
            contents=[opened[0], opened[3]],
        ),
    }


def absent(story: Story) -> list[bytes]:
    """Two keys absent at height 1: one at an empty place, one where another leaf stands."""
    tree = story.ledger.blocks[0].state
    found: dict[bool, bytes] = {}
    for i in range(1000):
        key = fill(f"{story.suite.name} absent {i}", 32)
        found.setdefault("other" in tree.prove(key), key)
        if len(found) == 2:
            break
    return [found[False], found[True]]


def _quad(story: Story) -> dict[str, Good]:
    ledger, deed = story.ledger, story.deeds["pledge"]
    c, trust, ws = ledger.cosigners, ledger.trust(), witnesses(story.suite)
    stranger = Key(story.suite.algs[0], "stranger")
    retired = ledger.trust()
    next(e for e in retired["cosigners"] if e["jwk"] == c[3].jwk)["until"] = 2
    doubled = make_bundle(ledger, deed, cosigners=[*c[:3], c[0]])
    return {
        "four-of-4": Good(make_bundle(ledger, deed), trust, "4 of 4", "the whole set"),
        "three-of-4": Good(make_bundle(ledger, deed, cosigners=c[1:]), trust, "3 of 4", "one is missing"),
        "three-of-4-witnessed": Good(
            make_bundle(ledger, deed, cosigners=c[:3], witnesses=ws[:1]),
            ledger.trust(ws),
            "3 of 4, witnessed by 1",
            "cosigners and a witness",
        ),
        "three-of-4-one-twice": Good(doubled, trust, "3 of 4", "four cosignatures by three members"),
        "three-of-4-and-a-stranger": Good(
            make_bundle(ledger, deed, cosigners=[*c[:3], stranger]),
            trust,
            "3 of 4",
            "a stranger is not counted",
        ),
        "three-of-4-one-past-until": Good(
            make_bundle(ledger, deed), retired, "3 of 4", "one key is past its until"
        ),
    }


def system_set(ledger: Ledger) -> list[Json]:
    from prims import by_thumbprint

    return [{"type": "cosigners", "set": ledger.suite.dj("cosigners", by_thumbprint(ledger.cosigners))}]


def _sets(suite: Suite) -> dict[str, Good]:
    """Rotation of one cosigner's key, growth from one to four, and a new epoch after a restore."""
    solo = tell(suite, "rotating", [cosigner(suite, 0)])
    first, ledger = solo.ledger.trust(), solo.ledger
    ledger.change_set([cosigner(suite, 5)])
    ledger.block([filler(solo, "filler 5", 50)], 50, system_set(ledger))
    rotated = make_bundle(ledger, solo.deeds["pledge"], sets=ledger.sets[:1])
    ledger.change_set([cosigner(suite, i) for i in range(4)])
    ledger.block([filler(solo, "filler 6", 60)], 60, system_set(ledger))
    grown = make_bundle(ledger, solo.deeds["pledge"], sets=list(ledger.sets), cosigners=ledger.cosigners[:3])
    later = first | {"from": ledger.sets[0]["from"], "cosigners": [{"jwk": cosigner(suite, 5).jwk}]}
    from_later = make_bundle(ledger, solo.deeds["pledge"], sets=ledger.sets[1:])
    restored = {
        "type": "restored",
        "root": log_root(suite.h, ledger.entries).hex(),
        "size": len(ledger.entries),
    }
    ledger.change_set([cosigner(suite, i) for i in (6, 1, 2, 3)], epoch=1, signed_by=ledger.cosigners[:3])
    ledger.block([filler(solo, "filler 7", 70)], 70, [*system_set(ledger), restored])
    epoch = make_bundle(ledger, solo.deeds["pledge"], sets=list(ledger.sets))
    return {
        "after-rotation": Good(rotated, first, "operator only", "one set change"),
        "after-growth": Good(grown, first, "3 of 4", "two set changes, from one cosigner to four"),
        "from-a-later-trust-file": Good(
            from_later, later, "4 of 4", "the trust file starts at the second set"
        ),
        "new-epoch": Good(
            epoch, first, "4 of 4", "the last set change begins epoch 1; the receipt is of epoch 0"
        ),
    }


def _protocols(suite: Suite) -> dict[str, Good]:
    """A ledger that begins under version 2, and one that goes over to it at height 105."""
    second = tell(suite, "second", [cosigner(suite, 0)], protocol=2)
    ledger, issue = second.ledger, second.deeds["issue"]
    grown = [ledger.k("growth", did("keeper")), ledger.k("parameters", "")]
    from_the_start = make_bundle(ledger, issue, state=(4, grown))
    over = tell(suite, "over", [cosigner(suite, 0)])
    return {
        "protocol-2": Good(from_the_start, ledger.trust(), "operator only", "genesis and seals of version 2"),
        "protocol-activated": Good(
            activated(over), over.ledger.trust(), "operator only", "genesis of version 1, seal of version 2"
        ),
    }


def activated(story: Story) -> Json:
    """Block 5 activates version 2 from height 105 on; a deed of block 105, with the height table."""
    ledger, key = story.ledger, story.ledger.k("protocol", "")
    act: Json = {
        "contract": "system/parameters",
        "action": "activate",
        "asset": key.hex(),
        "as": {"authority": did("registrar")},
        "args": {"from": 105, "protocol": 2, "reason": "growth limits"},
    }
    deed = ledger.deed("activate", [signer(story.suite, "registrar")], [act])
    fields = {"table": [{"from": 105, "protocol": 2}]}
    deed.write(0, key, {"contract": "system/parameters", "state": "active", "rev": 1, "fields": fields})
    ledger.block([deed], 50)
    for height in range(6, 105):
        ledger.block([], 10 * height)
    ledger.protocol = 2
    last = filler(story, "filler 105", 1_050)
    ledger.block([last], 1_050)
    return make_bundle(ledger, last, state=(105, [key, ledger.k("growth", did("shipper"))]))


def genesis_salt(suite: Suite, nonce: str, key: bytes) -> str:
    return suite.d("salt", bytes.fromhex(nonce), key, be64(1)).hex()
