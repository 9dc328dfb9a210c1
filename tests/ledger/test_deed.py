"""Reading deeds: what is accepted is canonical whichever way it was read; no changed bit slips through."""
# ruff: noqa: E501 - values in rows

from __future__ import annotations

import json
import random
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.kit import Net, did_of, key_of
from wusong.crypto import canonical
from wusong.crypto.suites import INTL
from wusong.errors import CryptoError, DeedError, WusongError
from wusong.ledger import deed as deeds
from wusong.ledger.authority import Signatory, verify_signatures
from wusong.ledger.deed import MAX_ENVELOPE, Deed, parse, read_header
from wusong.ledger.drafting import envelope, signature
from wusong.ledger.encoding import b64, unb64

LEDGER = "ab" * 32
KEY = key_of("alice", "intl")

#: Values as text, canonical or nearly so.
TEXTS = (
    '"x"', '"名称"', '""', "0", "-1", "9007199254740991", "true", "null", "[]", "{}", "[1,2]", '{"a":1,"b":2}',
    '"\\u0001"', '"\\n"', '"\\\\"', '"\\""', '"\u007f"', '"\u2028"', '"\U0001f600"', '"\u00e9"', '"\\n\u0301"',
    # none of these is canonical
    "1.0", "1e3", "-0", "9007199254740992", "-9007199254740992", "18446744073709551616", "01", "NaN", '"\\u0041"',
    '"\\/"', '"\\u001F"', '"\\u000a"', '"\\ud800"', '"\\ud83d\\ude00"', '"e\u0301"', '"\u212b"', '{"b":1,"a":2}',
    '{"a":1,"a":2}', '{"\u00e9":1}', "[1, 2]", "{ }", '{"a" :1}', "[" * 12 + "]" * 12, '{"a":' * 11 + "1" + "}" * 11,
    '"\u0001"', '"\n"', "", "tru",
)  # fmt: skip


def act(args: str, extra: str = "") -> bytes:
    """An act as text, its members in order."""
    role = f'"as":{{"issuer":"{did_of("alice")}"}}'
    named = f'"asset":"#0.0","contract":"{"cd" * 32}"{extra}'
    return f'{{"action":"issue","args":{args},{role},{named},"salt":"{"00" * 16}"}}'.encode()


def sealed(raw: bytes, payload: bytes | None = None) -> bytes:
    """An envelope with this act, whatever it is, as its digest says."""
    made = payload or canonical.encode(
        {
            "acts": [INTL.digest("act", raw).hex()],
            "expires": 1_790_000_300_000,
            "ledger": LEDGER,
            "nonce": "11" * 16,
            "signers": [{"party": did_of("alice")}],
        }
    )
    signed = json.dumps([signature(made, KEY)], sort_keys=True, separators=(",", ":"))
    return (
        b'{"acts":['
        + raw
        + b'],"payload":"'
        + b64(made).encode()
        + b'","signatures":'
        + signed.encode()
        + b"}"
    )


def long_way(data: bytes) -> Deed:
    """Read with the quick way closed."""
    closed = pytest.MonkeyPatch()
    try:
        closed.setattr(deeds, "_is_nfc", lambda _data: False)
        return parse(data, INTL, LEDGER)
    finally:
        closed.undo()


def outcome(data: bytes, *, quick: bool) -> str:
    """The deed's id, or the code that refuses."""
    try:
        return (parse(data, INTL, LEDGER) if quick else long_way(data)).id.hex()
    except DeedError as error:
        return error.code


values = st.sampled_from(TEXTS)
objects = st.lists(st.tuples(st.sampled_from(["a", "b", "lot", "z"]), values), max_size=3).map(
    lambda members: "{" + ",".join(f'"{name}":{value}' for name, value in members) + "}"
)
extras = st.sampled_from(
    ["", ',"rev":1', ',"rev":-1', ',"rev":1.0', ',"rev":null', ',"rev":9007199254740992', ',"salt":"x"']
)


@given(args=st.one_of(values, objects), extra=extras)
def test_the_quick_way_accepts_only_what_the_long_way_does(args: str, extra: str) -> None:
    try:
        data = sealed(act(args, extra))
    except UnicodeEncodeError:
        return
    quick, long = (outcome(data, quick=way) for way in (True, False))
    assert quick == long
    if len(quick) == 64:
        assert canonical.encode(canonical.decode(data)) == data


@pytest.mark.parametrize("text", TEXTS)
def test_each_value_alone(text: str) -> None:
    data = sealed(act(f'{{"lot":{text}}}'))
    try:
        canonical.decode(data)
        good = True
    except CryptoError:
        good = False
    accepted = len(outcome(data, quick=True)) == 64
    assert accepted == (good and not text.startswith(("[" * 12, '{"a":' * 11)))
    assert outcome(data, quick=True) == outcome(data, quick=False)


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p.replace(b'"expires":', b'"expires": '),
        lambda p: p.replace(b"1790000300000", b"1790000300000.0"),
        lambda p: p.replace(b"1790000300000", b"99999999999999999999"),
        lambda p: p.replace(b'{"party"', b'{"basis":"","party"'),
        lambda p: p.replace(b'{"party"', b'{"basis":"e\xcc\x81","party"'),
        lambda p: p.replace(b'{"party"', b'{"mandate":null,"party"'),
        lambda p: p.replace(b'"nonce"', b'"nonc\\u0065"'),
        lambda p: p + b" ",
    ],
)
def test_a_payload_that_is_not_canonical(change: object) -> None:
    raw = act("{}")
    good = parse(sealed(raw), INTL, LEDGER)
    payload = change(unb64(good.payload_b64))  # type: ignore[operator]
    for quick in (True, False):
        assert outcome(sealed(raw, payload), quick=quick) in {"not-canonical", "bad-deed"}


def judged(data: bytes) -> str:
    """The id of what reads and verifies under the key, else the code."""
    try:
        deed = parse(data, INTL, LEDGER)
        verify_signatures(deed, [Signatory(did_of("alice"), KEY.public)])
        return deed.id.hex()
    except WusongError as error:
        return error.code


def flips(data: bytes, count: int) -> Iterator[bytes]:
    """Copies with one bit changed."""
    chance = random.Random(3)
    for _ in range(count):
        changed = bytearray(data)
        changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        yield bytes(changed)


def test_no_changed_bit_is_taken_for_the_deed() -> None:
    data = sealed(act('{"lot":"L","weight":5}', ',"rev":1'))
    good = parse(data, INTL, LEDGER).id.hex()
    assert judged(data) == good
    for changed in flips(data, 600):
        told = judged(changed)
        if len(told) == 64:  # only the key id of the header is judged later, against the state
            assert (
                read_header(parse(changed, INTL, LEDGER).signatures[0].protected).kid != KEY.public.thumbprint
            )
            raise AssertionError("a header is signed too")


@given(data=st.binary(max_size=200))
def test_any_bytes_are_answered(data: bytes) -> None:
    with pytest.raises(DeedError):
        parse(data, INTL, LEDGER)


@given(data=st.binary(max_size=70))
def test_base64url_has_one_writing(data: bytes) -> None:
    text = b64(data)
    assert unb64(text) == data
    for other in (text + "=", text + "\n", " " + text, text.replace("_", "/"), text.replace("-", "+")):
        if other != text:
            with pytest.raises(DeedError):
                unb64(other)


def test_the_greatest_envelope(net: Net) -> None:
    """64 KiB to the byte are taken (and refused by the page); one more is not."""

    def of_size(size: int) -> bytes:
        empty = net.one("alice", net.title, "issue", {"lot": ""}, as_={"issuer": "alice"})
        made = net.one(
            "alice", net.title, "issue", {"lot": "x" * (size - len(empty))}, as_={"issuer": "alice"}
        )
        assert len(made) == size
        return made

    assert net.submit(of_size(MAX_ENVELOPE)).code == "bad-args"
    with pytest.raises(DeedError, match="too-large"):
        net.submit(of_size(MAX_ENVELOPE + 1))


def test_what_drafting_writes_is_read_as_it_was_meant(net: Net) -> None:
    draft = net.draft("alice", {"basis": "民法典 469", "party": "bob"})
    draft.act(
        net.title,
        "x",
        {"n": [1, {"a": "名"}]},
        as_={"r": did_of("bob")},
        asset="ef" * 32,
        rev=3,
        with_={"q": 1},
    )
    payload = draft.payload(net.ledger.now(), 1_000)
    data = envelope(payload, draft.acts, [signature(payload, net.key(name)) for name in ("alice", "bob")])
    assert canonical.encode(canonical.decode(data)) == data
    deed = parse(data, INTL, net.ledger.rules.ledger_hex)
    assert (deed.submitter, deed.payload.signers[1].basis) == (did_of("alice"), "民法典 469")
    assert (deed.acts[0].rev, deed.acts[0].with_, deed.acts[0].args) == (3, {"q": 1}, {"n": [1, {"a": "名"}]})
    assert deed.cost == 2
