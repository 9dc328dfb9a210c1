"""A seeded world around one ledger: parties that act rightly and wrongly, and what can go wrong beneath.

Deeds valid and invalid, by one and by several, doubled, reordered, held back; the clock jumps; writes fail in
the middle; the process dies before, in or after a block and begins again from its file. After each block the
oracle is asked, and a follower, which executes the same blocks in memory, must come to the same seals.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from ledger.kit import START, Clock, Net, did_of, genesis_for, key_of, page
from ledger.verifying import verdict
from simulator.oracle import Oracle
from wusong.crypto import canonical
from wusong.crypto.keys import PrivateKey
from wusong.errors import DeedError, StoreError, WusongError
from wusong.ledger import ids
from wusong.ledger.bundle import Wanted, make_bundle
from wusong.ledger.deed import Deed
from wusong.ledger.drafting import sign
from wusong.ledger.encoding import b64
from wusong.ledger.engine import Finalised
from wusong.ledger.ids import DeedId
from wusong.ledger.ledger import Ledger
from wusong.ledger.log import Log
from wusong.ledger.replay import begin
from wusong.ledger.smt import Tree
from wusong.ledger.system.contract import report_message
from wusong.ledger.system.party import possession_message

TRADERS = ("alice", "bob", "carol", "dave", "erin", "frank")
PAGES = ("title", "grain", "sale")


class World:
    """One run. Everything follows from the seed."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.chance = random.Random(seed)
        self.clock = Clock()
        genesis = genesis_for(
            names=("admin", *TRADERS), parameters={"block_deeds": 12, "quota_minute": 2_000}
        )
        ledger = Ledger.create(folder, genesis, key_of("seal", "intl"), self.clock)
        self.net = Net(folder, ledger, self.clock, "intl")
        self.follower = begin(ledger.rules)
        self.oracle = Oracle(ledger.rules, {})
        self.pool: list[bytes] = []
        self.sent: list[bytes] = []
        self.generation = dict.fromkeys(TRADERS, 0)
        self.never: set[bytes] = set()  # ids of deeds that nothing may ever accept
        self.blocks = self.crashes = self.failures = 0
        self.begin()

    # -- beginning and ending ------------------------------------------------------------------------------

    def begin(self) -> None:
        """Pages and accreditations."""
        for name in PAGES:
            model, digest, report = page(name, "intl")
            admin = self.net.key("admin")
            args = {
                "examiner": did_of("admin"),
                "key": admin.public.thumbprint,
                "model": model,
                "report": report,
                "signature": b64(admin.sign(report_message(report))),
            }
            asset = self.net.state_key("page", digest)
            self.add(["admin"], ("system/contract", "install", args, {"installer": "admin"}, asset))
            self.net.pages[name] = self.oracle.pages[name] = digest
            self.oracle.do_contract_install = lambda *_: None  # type: ignore[attr-defined]
            self.oracle.do_accreditation_grant = lambda *_: None  # type: ignore[attr-defined]
        for name in TRADERS[:3]:
            asset = self.net.state_key("accreditation", f"{did_of(name)} warehouse")
            args = {"name": "warehouse", "party": did_of(name)}
            self.add(["admin"], ("system/accreditation", "grant", args, {"accreditor": "admin"}, asset))
        self.block()

    def end(self) -> None:
        """Close."""
        self.net.close()

    # -- steps ---------------------------------------------------------------------------------------------

    def step(self) -> None:
        """One thing happens."""
        steps = (
            (30, self.act),
            (12, self.block),
            (3, self.act_wrongly),
            (2, self.send_again),
            (2, self.jump),
            (2, self.change_a_party),
            (1, self.shuffle),
            (1, self.crash),
            (1, self.fail_to_write),
            (1, self.die_before_commit),
        )
        self.chance.choices([step for _, step in steps], [weight for weight, _ in steps])[0]()

    def act(self) -> None:
        """Somebody does something with what there is; two may want the same thing."""
        self.chance.choice((self.trade, self.trade, self.move_grain, self.sell, self.many))()

    def trade(self) -> None:
        """Issue, transfer or close a title."""
        name, title = self.somebody(), self.net.pages["title"]
        titles = list(self.oracle.titles)
        if not titles or self.chance.random() < 0.3:
            args = {"holder": did_of(self.somebody()), "lot": "L"}
            self.add([name], (title, "issue", args, {"issuer": name}, None))
            return
        asset = self.chance.choice(titles)
        holder = self.name(self.oracle.titles[asset].holder) if self.chance.random() < 0.9 else name
        action = "close" if self.chance.random() < 0.1 else "transfer"
        args = {} if action == "close" else {"to": did_of(self.somebody())}
        rev = self.chance.choice((None, None, self.rev(asset)))
        self.add([holder], (title, action, args, {"holder": holder}, asset), rev=rev)

    def move_grain(self) -> None:
        """Store, split, merge, take, hand over."""
        grain = self.net.pages["grain"]
        some = [asset for asset, weight in self.oracle.grain.items() if weight]
        if not some or self.chance.random() < 0.3:
            keeper = self.somebody()
            args: dict[str, Any] = {
                "holder": did_of(self.somebody()),
                "lot": "L",
                "weight": self.chance.randrange(1, 99),
            }
            self.add([keeper], (grain, "store", args, {"keeper": keeper}, None))
            return
        asset = self.chance.choice(some)
        weight, holder = self.oracle.grain[asset], self.name(self.oracle.grain_holder[asset])
        cut = self.chance.randrange(0, weight + 2)  # sometimes nothing, sometimes too much
        args = self.chance.choice(
            (
                {"parts": [cut, weight - cut]},
                {"others": self.chance.sample(some, min(len(some), 2))},
                {"weight": cut},
                {"to": did_of(self.somebody())},
            )
        )
        action = {"parts": "split", "others": "merge", "weight": "take", "to": "hand"}[next(iter(args))]
        self.add([holder], (grain, action, args, {"holder": holder}, asset))

    def sell(self) -> None:
        """A sale by two signers, or its settlement with two companions, some of them wrong."""
        titles = [asset for asset, title in self.oracle.titles.items() if not title.closed]
        if len(titles) < 2:
            return
        sale, title = self.net.pages["sale"], self.net.pages["title"]
        left, right = self.chance.sample(titles, 2)
        if not self.oracle.sales or self.chance.random() < 0.5:
            seller, buyer = self.chance.sample(TRADERS, 2)
            args = {"left": left, "right": right}
            self.add([seller, buyer], (sale, "agree", args, {"buyer": buyer, "seller": seller}, None))
            return
        agreed = self.chance.choice(list(self.oracle.sales))
        buyer, left, right = self.oracle.sales[agreed]
        seller = self.name(self.net.leaf(agreed).roles["seller"])
        named = self.chance.choice(
            ({"goods": 1, "papers": 2}, {"goods": 1, "papers": 1}, {"goods": 2, "papers": 1})
        )
        holder = self.name(self.oracle.titles[left].holder)
        self.add(
            [seller, *({holder} - {seller})],
            (sale, "settle", {}, {"seller": seller}, agreed),
            (title, "transfer", {"to": buyer}, {"holder": holder}, left),
            (title, "transfer", {"to": buyer}, {"holder": holder}, right),
            rev="now",
            with_=named,
        )

    def many(self) -> None:
        """Several acts that happen together: a title is issued and passed on at once."""
        name = self.somebody()
        title = self.net.pages["title"]
        acts: list[tuple[Any, ...]] = [
            (title, "issue", {"holder": did_of(name), "lot": f"{n}"}, {"issuer": name}, None)
            for n in range(self.chance.randrange(1, 4))
        ]
        acts.append((title, "transfer", {"to": did_of(self.somebody())}, {"holder": name}, "#0.0"))
        self.add([name], *acts)

    def act_wrongly(self) -> None:
        """What may never be accepted: of another signer, changed since, another ledger's, out of date."""
        name, other = self.chance.sample(TRADERS, 2)
        acts = self.acts(
            [(self.net.pages["title"], "issue", {"holder": did_of(name), "lot": "L"}, {"issuer": name}, None)]
        )
        payload = self.payload([name], acts)
        wrong = self.chance.randrange(4)
        if wrong == 0:
            made = sign(payload, acts, [self.key(other)])
        elif wrong == 1:
            changed = json.loads(payload)
            changed["nonce"] = self.hex(16)
            good = json.loads(sign(payload, acts, [self.key(name)]))
            payload = canonical.encode(changed)
            made = canonical.encode({**good, "payload": b64(payload)})
        elif wrong == 2:
            payload = canonical.encode({**json.loads(payload), "ledger": "ab" * 32})
            made = sign(payload, acts, [self.key(name)])
        else:
            payload = canonical.encode({**json.loads(payload), "expires": START - 1})
            made = sign(payload, acts, [self.key(name)])
        self.never.add(ids.deed_id(self.net.ledger.suite, payload))
        self.pool.append(made)

    def send_again(self) -> None:
        """What was sent before, once or twice."""
        if self.sent:
            self.pool += [self.chance.choice(self.sent)] * self.chance.randrange(1, 3)

    def jump(self) -> None:
        """The machine's clock is set forward or back."""
        self.clock.time += self.chance.choice((1, 1_000, 60_000, 400_000, -1_000, -120_000, -3_600_000))

    def shuffle(self) -> None:
        """What waits arrives in another order, and some of it later."""
        self.chance.shuffle(self.pool)

    def change_a_party(self) -> None:
        """A key is rotated, or a party suspended or reinstated."""
        name = self.somebody()
        did = did_of(name)
        asset = self.net.state_key("party", did)
        if did in self.oracle.suspended or self.chance.random() < 0.12:
            action = "reinstate" if did in self.oracle.suspended else "suspend"
            self.add(
                ["admin"],
                ("system/party", action, {"did": did, "reason": "test"}, {"registrar": "admin"}, asset),
            )
            return
        if self.generation[name] >= 12:
            return
        new = key_of(f"{name} {self.generation[name] + 1}", "intl")
        jwk = new.public.to_jwk()
        proof = b64(new.sign(possession_message(self.net.ledger.id, did, jwk)))
        args = {"add": [jwk], "proofs": [proof], "revoke": [self.key(name).public.thumbprint]}
        self.add([name], ("system/party", "rotate", args, {"party": name}, asset))

    # -- blocks --------------------------------------------------------------------------------------------

    def block(self) -> None:
        """The next block, of what waits."""
        done = self.run()
        if done is not None:
            self.judge(done)

    def run(self) -> Finalised | None:
        """Prepare, finalise, commit; None when nothing fits or the store fails."""
        app = self.net.ledger.app
        chosen, now = self.prepared()
        if not chosen:
            return None
        app.finalise(chosen, now)
        return app.commit()

    def prepared(self) -> tuple[list[Deed], int]:
        """The deeds of the next block; what is refused is gone, what does not fit stays."""
        app = self.net.ledger.app
        now, deeds = self.net.ledger.now(), []
        for envelope in self.pool:
            try:
                deeds.append(app.read(envelope))
            except DeedError as error:
                self.oracle.codes[error.code] += 1
        chosen, refused = app.prepare(deeds, now)
        for deed, why in refused:
            self.oracle.codes[why.code] += 1
            assert deed.id not in {one.id for one in chosen} or why.code == "spent"
        gone = {id(deed) for deed in chosen} | {id(deed) for deed, _ in refused}
        self.pool = [deed.envelope for deed in deeds if id(deed) not in gone]
        return chosen, now

    def judge(self, done: Finalised) -> None:
        """Everything that must hold after a block."""
        self.blocks += 1
        ledger, app = self.net.ledger, self.net.ledger.app
        deeds = [one.deed for one in done.executed]
        assert not {deed.id for deed in deeds} & self.never
        self.follow(done, deeds)
        self.oracle.hear(done.executed)
        for one in done.executed:
            self.learn(one.deed, accepted=one.receipt.accepted)
        self.oracle.check(self.net.leaf)
        if self.chance.random() < 0.1:
            assert Tree.build(ledger.suite.hash, ledger.store.leaves()).root == app.tree.root
            entries = b"".join(row.entries for row in ledger.store.blocks())
            again = Log(ledger.suite.hash, [entries[at : at + 32] for at in range(0, len(entries), 32)])
            assert (again.size, again.root()) == (app.log.size, app.log.root())
        if self.chance.random() < 0.1:
            receipt = self.chance.choice(done.executed).receipt
            states = tuple(bytes.fromhex(asset) for asset in list(self.oracle.titles)[:1])
            bundle = make_bundle(ledger, DeedId(bytes.fromhex(receipt.deed)), Wanted(states=states))
            assert verdict(bundle, ledger.trust())["code"] == receipt.code

    def follow(self, done: Finalised, deeds: list[Deed]) -> None:
        """Another node, given the same envelopes, admits the block and comes to the same seal."""
        assert done.seal.previous == self.follower.head.digest.hex()
        assert done.seal.time > self.follower.head.time
        again = [self.follower.read(deed.envelope) for deed in deeds]
        self.follower.process(again, done.seal.time)
        assert self.follower.finalise(again, done.seal.time).digest == done.digest
        self.follower.commit()

    def learn(self, deed: Deed, *, accepted: bool) -> None:
        """Which key a party signs with from now on."""
        for act in deed.acts if accepted else []:
            if act.action == "rotate":
                self.generation[self.name(act.as_["party"])] += 1

    # -- faults --------------------------------------------------------------------------------------------

    def crash(self) -> None:
        """The process dies and begins again; what waited is lost, and sent again by some."""
        self.crashes += 1
        head = self.net.ledger.app.head
        self.net.close()
        self.net.ledger = Ledger.open(self.net.folder, key_of("seal", "intl"), self.clock)
        assert self.net.ledger.app.head == head
        self.pool = [envelope for envelope in self.pool if self.chance.random() < 0.5]

    def die_before_commit(self) -> None:
        """A block is executed and never committed: it never was."""
        app = self.net.ledger.app
        chosen, now = self.prepared()
        if chosen:
            app.finalise(chosen, now)
            app.lock.release()  # as the end of the process does
            self.pool += [deed.envelope for deed in chosen]
        self.crash()

    def fail_to_write(self) -> None:
        """SQLite is interrupted in the block's transaction: nothing changed, and the next attempt works."""
        app, writer = self.net.ledger.app, self.net.ledger.store._writer
        chosen, now = self.prepared()
        if not chosen:
            return
        root, size = app.tree.root, app.log.size
        app.finalise(chosen, now)
        writer.set_progress_handler(lambda: 1, self.chance.randrange(1, 400))
        try:
            done = app.commit()
        except StoreError:
            self.failures += 1
            done = None
        finally:
            writer.set_progress_handler(None, 0)
        if done is not None:
            self.judge(done)
            return
        assert (app.tree.root, app.log.size) == (root, size)
        self.pool += [deed.envelope for deed in chosen]

    # -- writing deeds -------------------------------------------------------------------------------------

    def add(self, signers: list[str], *acts: tuple[Any, ...], rev: Any = None, with_: Any = None) -> None:  # noqa: ANN401
        """Write and sign a deed, and let it wait for a block."""
        written = self.acts(list(acts), rev, with_)
        payload = self.payload(signers, written)
        envelope = sign(payload, written, [self.key(name) for name in signers])
        self.pool.append(envelope)
        self.sent.append(envelope)

    def acts(self, acts: list[tuple[Any, ...]], rev: Any = None, with_: Any = None) -> list[bytes]:  # noqa: ANN401
        """The canonical acts."""
        written = []
        for index, (contract, action, args, as_, asset) in enumerate(acts):
            act = {
                "action": action,
                "args": args,
                "as": {role: did_of(name) for role, name in as_.items()},
                "asset": asset or f"#{index}.0",
                "contract": contract,
                "salt": self.hex(16),
            }
            if rev is not None and asset:
                act["rev"] = self.rev(asset) if rev == "now" else rev
            if with_ and index == 0:
                act["with"] = with_
            written.append(canonical.encode(act))
        return written

    def payload(self, signers: list[str], acts: list[bytes]) -> bytes:
        """The canonical payload, with a lifetime that may be too short for the next jump of the clock."""
        rules = self.net.ledger.rules
        return canonical.encode(
            {
                "acts": [ids.act_digest(rules.suite, act).hex() for act in acts],
                "expires": self.net.ledger.now() + self.chance.choice((2_000, 60_000, 300_000, 590_000)),
                "ledger": rules.ledger_hex,
                "nonce": self.hex(16),
                "signers": [{"party": did_of(name)} for name in signers],
            }
        )

    def key(self, name: str) -> PrivateKey:
        """The key that a party signs with now."""
        number = self.generation.get(name, 0)
        return key_of(f"{name} {number}" if number else name, "intl")

    def rev(self, asset: str) -> int:
        """The revision that an asset has now."""
        leaf = self.net.leaf(asset)
        return 0 if leaf is None else leaf.rev

    def somebody(self) -> str:
        """A trader."""
        return self.chance.choice(TRADERS)

    def name(self, did: str) -> str:
        """The short name of a DID."""
        return did.removeprefix("did:web:").removesuffix(".example")

    def hex(self, size: int) -> str:
        """Random bytes of this run, hex."""
        return self.chance.randbytes(size).hex()


def run(seed: int, steps: int, folder: Path) -> World:
    """A run; an error of any kind says which step."""
    world = World(seed, folder)
    try:
        for number in range(steps):
            try:
                world.step()
            except Exception as error:
                said = error if isinstance(error, WusongError) else f"{type(error).__name__}: {error}"
                again = f"pytest tests/simulator --seed {seed} --steps {steps}"
                message = f"seed {seed}, step {number}: {said}\nagain: {again}"
                raise AssertionError(message) from error
        world.block()
    finally:
        world.end()
    return world
