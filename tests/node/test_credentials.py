"""Passphrases and resets: what is kept, who gets in, who must wait, and that nobody can be somebody alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from wusong.crypto.suites import SUITES, suite
from wusong.errors import AccessError
from wusong.node import credentials as module
from wusong.node import nodedb
from wusong.node.credentials import FREE_FOR_ACCOUNT, FREE_FOR_SOURCE, check
from wusong.node.nodedb import FILE, open_db
from wusong.node.people import Person
from wusong.node.resets import MACHINE, PATIENCE
from wusong.node.sessions import Sessions

GOOD = "纸船 river quartz 91"
OTHER = "lantern oak 57 meadow"


@pytest.fixture(params=sorted(SUITES))
def sessions(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Sessions]:
    engine = open_db(tmp_path)
    yield Sessions(engine, suite(request.param), 60, trial=True)
    engine.dispose()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    engine = open_db(tmp_path)
    yield Office(engine)
    engine.dispose()


class Office:
    """A node in earnest: its administrators by office, one who works for a party, and the clock."""

    def __init__(self, db: sa.Engine) -> None:
        self.db = db
        self.sessions = Sessions(db, suite("intl"), 60)
        self.people, self.resets = self.sessions.people, self.sessions.resets
        self.who = {name: self.people.add(name) for name in ("system", "security", "audit", "worker")}
        for name in ("system", "security", "audit"):
            self.people.appoint(self.who[name], name)
        self.people.grant(self.who["worker"], "did:key:zParty", ["signatory"])

    def enrol(self, *names: str) -> None:
        for name in names:
            self.sessions.redeem(self.sessions.issue_link(self.who[name]), "here", f"{name[:3]} {GOOD}")

    def person(self, name: str) -> Person:
        return self.people.get(self.who[name])


def refused(code: str) -> pytest.RaisesExc[AccessError]:
    return pytest.raises(AccessError, match=f"^{code}:")


# -- the rule --------


@pytest.mark.parametrize(
    ("passphrase", "reason"),
    [
        ("short", "length"),
        ("elevenchars", "length"),
        ("x1Ae" * 65, "length"),
        ("aaaaaaaaaaaaaa", "monotonous"),
        ("abababababab", "monotonous"),
        ("123456789012", "monotonous"),
        ("abcdefghijklmnop", "monotonous"),
        ("zyxwvutsrqpo", "monotonous"),
        ("passpasspass", "monotonous"),
        ("trial user 2026", "name"),
        ("体验用户体验用户体验用户1", "name"),
    ],
)
def test_what_is_easy_to_guess_is_refused(passphrase: str, reason: str) -> None:
    with refused("passphrase-weak") as caught:
        check(passphrase, "体验用户 Trial user")
    assert caught.value.data["reason"] == reason


@pytest.mark.parametrize(
    "passphrase", [GOOD, OTHER, "correct horse battery staple", "春风又绿江南岸明月何时照我还"]
)
def test_what_is_long_and_one_s_own_is_taken(passphrase: str) -> None:
    check(passphrase, "体验用户 Trial user")


# -- first link, then name and passphrase --------


def test_the_first_link_chooses_the_passphrase(sessions: Sessions, tmp_path: Path) -> None:
    person = sessions.people.add("某人")
    token = sessions.issue_link(person)
    with refused("passphrase-weak"):
        sessions.redeem(token, "here", "123456789012")
    sessions.redeem(token, "here", GOOD)
    secret, session = sessions.sign_in("  某人 ", GOOD, "here")
    assert (session.person.id, sessions.find(secret)) == (person, session)
    with refused("sign-in-wrong"):
        sessions.sign_in("某人", GOOD + "x", "here")
    stored = b"".join(file.read_bytes() for file in tmp_path.glob(f"{FILE}*"))
    assert GOOD.encode() not in stored
    assert b"quartz" not in stored


def test_what_is_kept_is_the_suite_s(sessions: Sessions, tmp_path: Path) -> None:
    person = sessions.people.add("某人")
    sessions.credentials.choose(person, "某人", GOOD)
    with open_db(tmp_path).connect() as connection:
        kept = connection.execute(sa.select(nodedb.credentials.c.kept)).scalar_one()
    assert kept["kdf"] in {"scrypt", "PBKDF2-HMAC-SM3"}
    assert kept["kdf"] == {one.kdf.name: one for one in SUITES.values()}[kept["kdf"]].kdf.name
    again = sessions.people.add("另一人")
    sessions.credentials.choose(again, "另一人", GOOD)
    with open_db(tmp_path).connect() as connection:
        values = {row["value"] for row in connection.execute(sa.select(nodedb.credentials.c.kept)).scalars()}
    assert len(values) == 2, json.dumps(sorted(values))


def test_composed_and_decomposed_are_one(sessions: Sessions) -> None:
    sessions.credentials.choose(sessions.people.add("某人"), "某人", "caf\u00e9 au lait 42")
    assert sessions.sign_in("某人", "cafe\u0301 au lait 42", "here")


def test_it_can_be_put_off_once_and_on_a_trial_only(sessions: Sessions, office: Office) -> None:
    person = sessions.people.add("某人")
    sessions.redeem(sessions.issue_link(person), "here", put_off=True)
    token = sessions.issue_link(person)
    with refused("passphrase-now"):
        sessions.redeem(token, "here", put_off=True)
    sessions.redeem(token, "here", GOOD)
    earnest = office.people.add("真人")
    with refused("passphrase-now"):
        office.sessions.redeem(office.sessions.issue_link(earnest), "here", put_off=True)


def test_links_that_are_left_over_replace_no_passphrase(office: Office) -> None:
    first, second = (office.sessions.issue_link(office.who["worker"]) for _ in range(2))
    office.sessions.redeem(first, "here", GOOD)
    late = office.sessions.issue_link(office.who["worker"])
    for token in (second, late):
        with refused("sign-in-link"):
            office.sessions.redeem(token, "here", OTHER)
    assert office.sessions.sign_in("worker", GOOD, "here")


def test_changing_it_needs_the_old_one_and_ends_other_sessions(office: Office) -> None:
    office.sessions.redeem(office.sessions.issue_link(office.who["worker"]), "here", GOOD)
    elsewhere, _ = office.sessions.sign_in("worker", GOOD, "there")
    mine, session = office.sessions.sign_in("worker", GOOD, "here")
    with refused("sign-in-wrong"):
        office.sessions.change_passphrase(session, OTHER, OTHER, "here")
    office.sessions.change_passphrase(session, GOOD, OTHER, "here")
    assert office.sessions.find(mine)
    assert office.sessions.find(elsewhere) is None
    with refused("sign-in-wrong"):
        office.sessions.sign_in("worker", GOOD, "here")


# -- guessing --------


def test_unknown_closed_and_wrong_look_alike(office: Office) -> None:
    office.enrol("worker")
    office.people.deactivate(office.who["worker"])
    said = set()
    for name in ("nobody", "worker", "system"):
        with refused("sign-in-wrong") as caught:
            office.sessions.sign_in(name, GOOD, f"from {name}")
        said.add((str(caught.value.explain("zh")), caught.value.status, json.dumps(caught.value.data)))
    assert len(said) == 1


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.time = 1_900_000_000_000
        monkeypatch.setattr(nodedb, "now", lambda: self.time)


@pytest.mark.parametrize("name", ["worker", "nobody"])
def test_each_failure_makes_the_next_wait_longer(
    office: Office, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    office.enrol("worker")
    clock = Clock(monkeypatch)
    monkeypatch.setattr(
        module.Credentials, "_matches", lambda _self, kept, given: bool(kept) and given == GOOD
    )
    for n in range(FREE_FOR_ACCOUNT):
        with refused("sign-in-wrong"):
            office.sessions.sign_in(name, "wrong", f"a{n}")
    waits = []
    for n in range(9):
        with refused("sign-in-later") as caught:
            office.sessions.sign_in(name, GOOD, f"b{n}")
        waits.append(caught.value.data["seconds"])
        clock.time += int(str(waits[-1])) * 1000
        with refused("sign-in-wrong"):
            office.sessions.sign_in(name, "wrong", f"c{n}")
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    if name == "worker":
        clock.time += 60_000
        office.sessions.sign_in("worker", GOOD, "d")
        office.sessions.sign_in("worker", GOOD, "d")


def test_an_address_that_tries_many_names_waits(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    Clock(monkeypatch)
    monkeypatch.setattr(module.Credentials, "_matches", lambda *_: False)
    for n in range(FREE_FOR_SOURCE):
        with refused("sign-in-wrong"):
            office.sessions.sign_in(f"name {n}", "wrong", "one address")
    with refused("sign-in-later"):
        office.sessions.sign_in("another", "wrong", "one address")
    with refused("sign-in-wrong"):
        office.sessions.sign_in("another", "wrong", "other address")


# -- resets --------


def test_a_link_that_gives_nothing_needs_nobody(office: Office) -> None:
    office.enrol("security")
    assert office.resets.ask(office.people.add("新人"), office.who["system"])


@pytest.mark.parametrize("who", ["worker", "audit"])
def test_who_has_powers_needs_two(office: Office, who: str) -> None:
    office.enrol("system", "security")
    assert office.resets.ask(office.who[who], office.who["system"]) == ""
    (waiting,) = office.resets.open()
    with refused("own-entry"):
        office.resets.decide(waiting.reset, office.person("system"), confirm=True)
    for other in ("worker", "audit"):
        with pytest.raises(AccessError):
            office.resets.decide(waiting.reset, office.person(other), confirm=True)
    assert office.resets.ask(office.who[who], office.who["system"]) == ""
    office.resets.decide(waiting.reset, office.person("security"), confirm=True)
    token = office.resets.ask(office.who[who], office.who["system"])
    _, session = office.sessions.redeem(token, "here", OTHER)
    assert session.person.id == office.who[who]
    (told,) = office.resets.news(office.who[who])
    assert (told.asker, told.decider, told.state) == (office.who["system"], office.who["security"], "used")
    with refused("sign-in-link"):
        office.sessions.redeem(token, "here", OTHER)


def test_a_reset_ends_what_was_there(office: Office) -> None:
    office.enrol("security", "worker")
    old, _ = office.sessions.sign_in("worker", f"wor {GOOD}", "here")
    office.resets.ask(office.who["worker"], office.who["system"])
    office.resets.decide(office.resets.open()[0].reset, office.person("security"), confirm=True)
    token = office.resets.ask(office.who["worker"], office.who["system"])
    assert office.sessions.find(old), "asking and confirming change nothing yet"
    office.sessions.redeem(token, "here", OTHER)
    assert office.sessions.find(old) is None
    with refused("sign-in-wrong"):
        office.sessions.sign_in("worker", f"wor {GOOD}", "here")


def test_refused_is_refused_and_old_requests_lapse(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.enrol("security")
    clock = Clock(monkeypatch)
    office.resets.ask(office.who["worker"], office.who["system"])
    office.resets.decide(office.resets.open()[0].reset, office.person("security"), confirm=False)
    assert office.resets.open() == []
    assert office.resets.ask(office.who["worker"], office.who["system"]) == ""
    (second,) = office.resets.open()
    clock.time += PATIENCE + 1
    with refused("no-such-reset"):
        office.resets.decide(second.reset, office.person("security"), confirm=True)


def test_the_audit_administrator_confirms_for_the_only_security_administrator(office: Office) -> None:
    office.enrol("security", "audit")
    office.resets.ask(office.who["security"], office.who["system"])
    (waiting,) = office.resets.open()
    with refused("own-entry"):
        office.resets.decide(waiting.reset, office.person("security"), confirm=True)
    office.resets.decide(waiting.reset, office.person("audit"), confirm=True)
    assert office.resets.ask(office.who["security"], office.who["system"])


def test_nobody_makes_a_link_for_themselves_or_for_who_is_closed(office: Office) -> None:
    with refused("own-link"):
        office.resets.ask(office.who["system"], office.who["system"])
    office.people.deactivate(office.who["worker"])
    with refused("person-closed"):
        office.resets.ask(office.who["worker"], office.who["system"])


def test_on_a_new_node_first_links_need_nobody_and_resets_the_machine(office: Office) -> None:
    assert not office.resets.is_guarded()
    assert office.resets.ask(office.who["security"], office.who["system"])
    assert office.resets.of(office.who["security"]) == []
    office.enrol("worker", "security")
    for who, asker in (("security", office.who["system"]), ("security", MACHINE)):
        with refused("no-confirmer"):
            office.resets.ask(office.who[who], asker)
    assert office.resets.ask(office.who["security"], MACHINE, alone=True)
    (told,) = office.resets.news(office.who["security"])
    assert (told.asker, told.decider, told.state) == (MACHINE, "", "made")


def test_the_machine_waits_like_anybody_or_goes_alone_and_it_is_told(office: Office) -> None:
    office.enrol("security")
    assert office.resets.ask(office.who["worker"], MACHINE) == ""
    assert office.resets.ask(office.who["worker"], MACHINE, alone=True)
    assert {one.state for one in office.resets.news(office.who["worker"])} == {"waiting", "made"}


def test_the_last_who_could_confirm_cannot_be_closed_out(office: Office) -> None:
    with refused("last-confirmer"):
        office.resets.demand_closable(office.person("security"))
    office.enrol("security")
    second = office.people.add("second")
    office.people.appoint(second, "security")
    with refused("last-confirmer"):
        office.resets.demand_closable(office.person("security"))
    office.resets.demand_closable(office.people.get(second))
    office.sessions.credentials.choose(second, "second", OTHER)
    office.resets.demand_closable(office.person("security"))
    office.resets.demand_closable(office.person("worker"))


def test_every_sign_in_is_in_the_log(office: Office) -> None:
    office.enrol("worker")
    office.sessions.sign_in("worker", f"wor {GOOD}", "here")
    with refused("sign-in-wrong"):
        office.sessions.sign_in("worker", "wrong", "there")
    told = [(one["what"], one["target"]) for one in office.sessions.sign_ins(office.who["worker"])]
    assert told == [("sign-in-refused", "there"), ("sign-in", "passphrase here"), ("sign-in", "link here")]
