"""People, roles, offices, sessions, entries: what each may, and above all what none may."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from wusong.crypto.suites import suite
from wusong.errors import AccessError, DeedError
from wusong.node.entries import Entries
from wusong.node.nodedb import FILE, open_db
from wusong.node.people import OFFICES, ROLES, People
from wusong.node.sessions import MAX_FAILURES, Sessions

PARTY, OTHER = "did:key:zParty", "did:key:zOther"
PASSPHRASE = "纸船 river quartz 91"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sa.Engine]:
    engine = open_db(tmp_path)
    yield engine
    engine.dispose()


def refused(code: str) -> pytest.RaisesExc[AccessError]:
    return pytest.raises(AccessError, match=f"^{code}:")


@pytest.mark.usefixtures("db")
def test_the_store_is_the_owner_s_alone(tmp_path: Path) -> None:
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


RIGHTS = [
    ("viewer", {"read"}),
    ("clerk", {"read", "enter"}),
    ("reviewer", {"read", "review"}),
    ("signatory", {"read", "enter", "sign"}),
]


@pytest.mark.parametrize(("role", "rights"), RIGHTS)
def test_a_role_gives_its_rights_and_no_others(db: sa.Engine, role: str, rights: set[str]) -> None:
    people = People(db)
    person = people.add("某人")
    people.grant(person, PARTY, [role])
    found = people.get(person)
    assert {right for right in ("read", "enter", "review", "sign") if found.may(right, PARTY)} == rights
    assert not found.may("read", OTHER)


def test_roles_are_replaced_as_a_whole(db: sa.Engine) -> None:
    people = People(db)
    person = people.add("某人")
    people.grant(person, PARTY, ROLES)
    people.grant(person, PARTY, ["viewer"])
    assert people.get(person).roles == {PARTY: frozenset({"viewer"})}
    people.grant(person, PARTY, [])
    assert people.get(person).parties == []


def test_nobody_holds_two_offices(db: sa.Engine) -> None:
    people = People(db)
    for office in OFFICES:
        person = people.add(office)
        people.appoint(person, office)
        for other in OFFICES:
            if other != office:
                with refused("two-offices"):
                    people.appoint(person, other)
        with refused("office-and-role"):
            people.grant(person, PARTY, ["viewer"])


def test_who_works_for_a_party_administers_nothing(db: sa.Engine) -> None:
    people = People(db)
    person = people.add("某人")
    people.grant(person, PARTY, ["viewer"])
    with refused("office-and-role"):
        people.appoint(person, "audit")


@pytest.mark.parametrize("name", ["", "   ", "x" * 65, "a\u202eb"])
def test_names_are_names(db: sa.Engine, name: str) -> None:
    with refused("person-name"):
        People(db).add(name)


def test_unknown_roles_and_persons_are_refused(db: sa.Engine) -> None:
    people = People(db)
    person = people.add("某人")
    with refused("no-such-role"):
        people.grant(person, PARTY, ["king"])
    with refused("no-such-role"):
        people.appoint(person, "king")
    with refused("no-such-person"):
        people.get("0" * 32)


def test_a_name_is_there_once(db: sa.Engine) -> None:
    people = People(db)
    people.add("caf\u00e9  au lait")
    with refused("person-known"):
        people.add("cafe\u0301 au lait")


def test_who_is_closed_is_given_nothing_and_can_come_back(db: sa.Engine) -> None:
    people = People(db)
    person = people.add("某人")
    people.grant(person, PARTY, ["clerk"])
    people.deactivate(person)
    with refused("person-closed"):
        people.grant(person, OTHER, ["viewer"])
    people.grant(person, OTHER, [])
    people.activate(person)
    assert people.get(person).may("enter", PARTY)
    gone = people.add("他人")
    people.deactivate(gone)
    with refused("person-closed"):
        people.appoint(gone, "audit")


# -- sessions ----------------------------------------------------------------------------------------------


@pytest.fixture
def sessions(db: sa.Engine) -> Sessions:
    return Sessions(db, suite("intl"), 60)


def test_a_link_opens_one_session(sessions: Sessions) -> None:
    person = sessions.people.add("某人")
    sessions.people.grant(person, PARTY, ["viewer"])
    token = sessions.issue_link(person)
    secret, session = sessions.redeem(token, "here", PASSPHRASE)
    assert session.party == PARTY
    found = sessions.find(secret)
    assert found is not None
    assert found.person.id == person
    with refused("sign-in-link"):
        sessions.redeem(token, "here")
    sessions.end(session)
    assert sessions.find(secret) is None


def test_an_old_link_is_dead(sessions: Sessions) -> None:
    token = sessions.issue_link(sessions.people.add("某人"), lifetime=-1)
    with refused("sign-in-link"):
        sessions.redeem(token, "here")


def test_closing_access_ends_sessions_at_once(sessions: Sessions) -> None:
    person = sessions.people.add("某人")
    token = sessions.issue_link(person)
    secret, _ = sessions.redeem(sessions.issue_link(person), "here", PASSPHRASE)
    sessions.people.deactivate(person)
    assert sessions.find(secret) is None
    with refused("sign-in-link"):
        sessions.redeem(token, "here")


def test_a_party_is_worked_for_only_by_its_people(sessions: Sessions) -> None:
    person = sessions.people.add("某人")
    sessions.people.grant(person, PARTY, ["viewer"])
    _, session = sessions.redeem(sessions.issue_link(person), "here", PASSPHRASE)
    with refused("not-allowed"):
        sessions.work_for(session, OTHER)


def test_a_guesser_waits_and_locks_nobody_out(sessions: Sessions) -> None:
    for _ in range(MAX_FAILURES):
        with refused("sign-in-link"):
            sessions.redeem("guess", "there")
    with refused("too-many-failures"):
        sessions.redeem("guess", "there")
    with refused("sign-in-link"):
        sessions.redeem("guess", "elsewhere")
    person = sessions.people.add("某人")
    assert sessions.redeem(sessions.issue_link(person), "there", PASSPHRASE)


def test_a_nonce_counts_once(sessions: Sessions) -> None:
    assert sessions.spend_nonce("key", "n" * 16, 2**50)
    assert not sessions.spend_nonce("key", "n" * 16, 2**50)
    assert sessions.spend_nonce("other key", "n" * 16, 2**50)


def test_secrets_are_not_in_the_store(sessions: Sessions, tmp_path: Path) -> None:
    person = sessions.people.add("某人")
    token = sessions.issue_link(person)
    secret, _ = sessions.redeem(sessions.issue_link(person), "here", PASSPHRASE)
    stored = b"".join(file.read_bytes() for file in tmp_path.glob(f"{FILE}*"))
    assert person.encode() in stored
    assert token.encode() not in stored
    assert secret.encode() not in stored


# -- entries -----------------------------------------------------------------------------------------------


class Office:
    """A clerk and two signatories of a party, a signatory of another, and what was carried out."""

    def __init__(self, db: sa.Engine, *, four_eyes: bool) -> None:
        people = People(db)
        self.entries = Entries(db, four_eyes=four_eyes)
        self.carried: list[tuple[str, str, dict[str, Any]]] = []
        names = {"clerk": PARTY, "signatory": PARTY, "second": PARTY, "stranger": OTHER}
        ids = {name: people.add(name) for name in names}
        for name, party in names.items():
            people.grant(ids[name], party, ["clerk" if name == "clerk" else "signatory"])
        self.who = {name: people.get(person) for name, person in ids.items()}

    def carry(self, name: str, party: str, args: dict[str, Any]) -> dict[str, str]:
        if args.get("refuse"):
            raise DeedError("spent", deed="0" * 64)
        self.carried.append((name, party, args))
        return {"deed": "d"}

    def enter(self, who: str, **args: Any) -> str:  # noqa: ANN401
        return self.entries.enter(self.who[who], PARTY, "case", args, self.carry).entry


def test_an_entry_waits_for_another(db: sa.Engine) -> None:
    office = Office(db, four_eyes=True)
    entry = office.enter("clerk", n=1)
    assert office.carried == []
    office.entries.approve(office.who["signatory"], entry, office.carry)
    assert office.carried == [("case", PARTY, {"n": 1})]
    assert office.entries.get(office.who["clerk"], entry)["state"] == "done"


def test_nobody_approves_their_own(db: sa.Engine) -> None:
    office = Office(db, four_eyes=True)
    entry = office.enter("signatory")
    with refused("own-entry"):
        office.entries.approve(office.who["signatory"], entry, office.carry)
    office.entries.approve(office.who["second"], entry, office.carry)


@pytest.mark.parametrize(("who", "code"), [("clerk", "not-allowed"), ("stranger", "no-such-entry")])
def test_who_may_not_sign_approves_nothing(db: sa.Engine, who: str, code: str) -> None:
    office = Office(db, four_eyes=True)
    entry = office.enter("second")
    with refused(code):
        office.entries.approve(office.who[who], entry, office.carry)
    assert office.carried == []


def test_an_entry_is_decided_once(db: sa.Engine) -> None:
    office = Office(db, four_eyes=True)
    entry = office.enter("clerk")
    office.entries.give_back(office.who["signatory"], entry, "写明理由")
    with refused("entry-decided"):
        office.entries.approve(office.who["second"], entry, office.carry)
    assert office.carried == []


def test_a_refusal_stays_with_the_entry(db: sa.Engine) -> None:
    office = Office(db, four_eyes=True)
    entry = office.enter("clerk", refuse=True)
    with pytest.raises(DeedError):
        office.entries.approve(office.who["signatory"], entry, office.carry)
    found = office.entries.get(office.who["clerk"], entry)
    assert (found["state"], found["result"]) == ("refused", {"code": "spent"})


def test_without_four_eyes_a_signatory_acts_and_a_clerk_does_not(db: sa.Engine) -> None:
    office = Office(db, four_eyes=False)
    assert office.enter("signatory") == ""
    assert len(office.carried) == 1
    assert office.enter("clerk") != ""
    assert len(office.carried) == 1
    with refused("not-allowed"):
        office.enter("stranger")
