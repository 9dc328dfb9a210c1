"""Leaves with time limits and holds: what a state proof says of them without their page (section 13)."""

from __future__ import annotations

from byhand import START, Deed, Ledger, did, make_bundle
from prims import Json, Suite
from scenario import PAGE, Good, Story, cosigner, filler, signer

DAY = 86_400_000
DUE = START + 60_000
FROZEN = START + 20_000
"""The time of block 2."""
LIMITS: list[dict[str, int]] = [
    {"expiry>lapsed": DUE},  # one has passed at the seal
    {"expiry>lapsed": START + 10 * DAY, "reminder": DUE},  # none that moves the asset
    {"claim>closed": DUE, "expiry>lapsed": DUE},  # two: the page must say
    {"expiry>lapsed": DUE},  # frozen, then frozen again from the queue
    {"expiry>lapsed": DUE},  # frozen once, and the freeze has lapsed
]


def undergone(suite: Suite) -> dict[str, Good]:
    """Assets made, then frozen; their state a day and a half later. The genesis asks for two supervisors."""
    ledger = Ledger(suite, "undergone", [cosigner(suite, 0)], protocol=2, look_through=2)
    story = Story(suite, ledger)
    made = _make(story)
    ledger.block([made], 10)
    assets = [made.asset(i) for i in range(len(LIMITS))]
    bank = ledger.k("party", did("bank"))
    order = _freeze(story, made, bank)
    ledger.block([order], 20)
    last = 129_600
    ledger.block([filler(story, "filler", last)], last)
    authority, key = did("registrar"), [asset.hex() for asset in assets]
    says: list[Json] = [
        [key[0], "passed", "expiry", "lapsed", DUE],
        [key[3], "frozen", "No 2", authority, FROZEN + 3 * DAY],
        [key[4], "passed", "expiry", "lapsed", DUE],
        [bank.hex(), "frozen", "No 4", authority, FROZEN + 5 * DAY],
    ]
    bundle = make_bundle(ledger, order, state=(3, [*assets, bank]))
    note = "time limits passed, running and two at once; a queue of freezes, one lapsed, a frozen party"
    return {"undergone": Good(bundle, ledger.trust(), "operator only", note, says)}


def _make(story: Story) -> Deed:
    page, keeper = story.suite.dj("contract", PAGE), {"keeper": did("keeper")}
    acts: list[Json] = [
        {"contract": page, "action": "issue", "asset": f"#{i}.0", "as": keeper, "args": {}}
        for i in range(len(LIMITS))
    ]
    deed = story.ledger.deed("make", [signer(story.suite, "keeper")], acts)
    leaf = {"contract": page, "state": "issued", "rev": 1, "roles": {"holder": did("shipper")} | keeper}
    for i, limits in enumerate(LIMITS):
        deed.write(i, deed.asset(i), leaf | {"deadlines": limits})
    return deed


def _freeze(story: Story, made: Deed, bank: bytes) -> Deed:
    """Four acts of one deed: asset 3 twice, asset 4, the bank."""
    roles = {"authority": did("registrar"), "officer_a": did("keeper"), "officer_b": did("shipper")}
    orders = [
        (made.asset(3), "No 1", 1),
        (made.asset(3), "No 2", 2),
        (made.asset(4), "No 3", 1),
        (bank, "No 4", 5),
    ]
    acts: list[Json] = [
        {
            "contract": "system/freeze", "action": "freeze", "asset": key.hex(), "as": roles,
            "args": {"basis": "民事诉讼法 106", "days": days, "document": document},
        }
        for key, document, days in orders
    ]  # fmt: skip
    signers = [signer(story.suite, name) for name in ("registrar", "keeper", "shipper")]
    deed = story.ledger.deed("freeze", signers, acts)
    leaves = dict(story.ledger.state.values)
    for i, (key, document, days) in enumerate(orders):
        holds = list(leaves[key].get("holds", []))
        hold: Json = {"authority": roles["authority"], "days": days, "document": document}
        hold |= {"officers": [roles["officer_a"], roles["officer_b"]]} | ({} if holds else {"since": FROZEN})
        leaves[key] = deed.write(
            i, key, leaves[key] | {"holds": [*holds, hold], "rev": leaves[key]["rev"] + 1}
        )
    return deed
