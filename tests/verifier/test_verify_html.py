"""verifier/verify.html: its verdicts against vectors, its arithmetic against OpenSSL, its face."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "verifier" / "verify.html"
HARNESS = Path(__file__).with_name("verify_html.mjs")
BUNDLES = ROOT / "tests" / "vectors" / "bundles"
STATUS = {"accepted": 0, "refused": 1, "unreadable": 2}
# True statements too: labels prove nothing; a witness under another name or key is a stranger; act 1
# commits to the same goods as act 0; where one key is absent, a neighbouring one may be.
UNPROVEN = re.compile(
    r"contents\.\d+\.name|witnesses\.\d+\.(name|key)|contents\.0\.act|state\.proofs\.1\.key"
)
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def b64u(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def output(command: str, value: object) -> str:
    """What the page's first script answers to a command of the harness, as JSON."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed, so the page's script cannot run outside a browser")
    done = subprocess.run(
        [node, str(HARNESS), str(PAGE), command],
        input=json.dumps(value),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def run(command: str, value: list[dict[str, Any]]) -> list[Any]:
    """One answer for each case."""
    answers: list[Any] = json.loads(output(command, value))
    return answers


def attack(command: str, value: dict[str, Any]) -> dict[str, Any]:
    """What came of altering one bundle in every place."""
    result: dict[str, Any] = json.loads(output(command, value))
    return result


def index() -> list[dict[str, Any]]:
    """The vectors' table of bundles."""
    path = BUNDLES / "index.json"
    return json.loads(path.read_text()) if path.exists() else []


def case_of(name: str) -> dict[str, str]:
    """Bundle and trust file of a named case of the vectors."""
    case = next(case for case in index() if case["name"] == name)
    return {file: str(BUNDLES / case[file]) for file in ("bundle", "trust")}


# Verdicts


@pytest.mark.parametrize("suite", ["intl", "gm"])
def test_every_bundle_of_the_vectors_has_its_verdict_at_its_step(suite: str) -> None:
    cases = [case for case in index() if case["bundle"].startswith(suite)]
    assert len(cases) > 20
    found = run("cases", [{n: str(BUNDLES / case[n]) for n in ("bundle", "trust")} for case in cases])
    wrong = {case["name"]: (case, got) for case, got in zip(cases, found, strict=True) if differs(case, got)}
    assert wrong == {}


def differs(case: dict[str, Any], got: dict[str, Any]) -> bool:
    """Whether status, refusing step, or a fact that the vector states is another (reasons: test_reasons)."""
    if got["status"] != STATUS[case["expect"]] or got["step"] != (case.get("step") or 0):
        return True
    if case["expect"] != "accepted":
        return False
    told = ("level", "code", "trial", "undisclosed", "undergone")
    return any(got[fact] != case[fact] for fact in told if fact in case)


@pytest.mark.parametrize(("suite", "name"), [("intl", "with-everything"), ("gm", "operator-only")])
def test_no_changed_byte_is_accepted(suite: str, name: str) -> None:
    result = attack("flips", case_of(f"{suite}-{name}"))
    assert result["tried"] > 3000
    assert result["accepted"] == []


@pytest.mark.parametrize("suite", ["intl", "gm"])
def test_no_altered_value_is_accepted_even_with_a_fresh_digest(suite: str) -> None:
    result = attack("edits", case_of(f"{suite}-with-everything"))
    assert result["tried"] > 150
    assert [place for place in result["accepted"] if not UNPROVEN.fullmatch(place)] == []
    assert set(range(1, 14)) - {2, 3, 11} <= set(result["steps"])


# Arithmetic, against OpenSSL


def hash_cases() -> Iterator[tuple[str, bytes]]:
    """Lengths around the padding's edges, for each hash function."""
    for name in ("sha256", "sm3", "sha512"):
        for length in (0, 1, 3, 55, 56, 63, 64, 65, 111, 112, 119, 120, 127, 128, 129, 1000):
            yield name, bytes(i * 7 % 251 for i in range(length))


def test_hash_functions_agree_with_openssl() -> None:
    if "sm3" not in hashlib.algorithms_available:
        pytest.skip("this OpenSSL has no SM3")
    cases = list(hash_cases())
    found = run("primitives", [{"call": name, "hex": data.hex()} for name, data in cases])
    assert found == [hashlib.new(name, data).hexdigest() for name, data in cases]


def test_ed25519_accepts_what_openssl_signs_and_nothing_else() -> None:
    cases: list[dict[str, Any]] = []
    for n in range(8):
        key = ed25519.Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"%d" % n).digest())
        message = b"m" * (n * 37)
        jwk = {"crv": "Ed25519", "kty": "OKP", "x": b64u(key.public_key().public_bytes_raw())}
        cases += tampered(jwk, message, key.sign(message))
    assert run("primitives", cases) == [True, False, False, False] * 8


def tampered(jwk: dict[str, str], message: bytes, signature: bytes) -> list[dict[str, Any]]:
    """A good signature; then another message, another first half, another second half."""
    first, second = bytearray(signature), bytearray(signature)
    first[5] ^= 1
    second[40] ^= 1
    pairs = [
        (message, signature),
        (message + b"!", signature),
        (message, bytes(first)),
        (message, bytes(second)),
    ]
    return [{"call": "verify", "jwk": jwk, "message": m.hex(), "signature": s.hex()} for m, s in pairs]


ORDER_25519 = 2**252 + 27742317777372353535851937790883648493


def ed25519_edges() -> Iterator[tuple[str, str, bytes, bool]]:
    """What the page's one rule refuses though some libraries accept: (name, key hex, signature, valid)."""
    key = ed25519.Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
    public, signature = key.public_key().public_bytes_raw().hex(), key.sign(b"edge")
    late = (int.from_bytes(signature[32:], "little") + ORDER_25519).to_bytes(32, "little")
    identity, zero = bytes([1]) + bytes(31), bytes(32)
    prime = 2**255 - 19
    yield "as signed", public, signature, True
    yield "S plus L", public, signature[:32] + late, False
    yield "A of order 1, R of order 1, S zero", identity.hex(), identity + zero, False
    yield "A of order 2", (prime - 1).to_bytes(32, "little").hex(), identity + zero, False
    yield "A of order 4", zero.hex(), identity + zero, False
    yield "A with y = p + 1", (prime + 1).to_bytes(32, "little").hex(), identity + zero, False
    yield "A with x = 0 and a sign", (1 | 1 << 255).to_bytes(32, "little").hex(), identity + zero, False
    yield "A not on the curve", (2).to_bytes(32, "little").hex(), signature, False
    yield "R with y = p", public, prime.to_bytes(32, "little") + signature[32:], False


@pytest.mark.parametrize(
    ("name", "public", "signature", "valid"), list(ed25519_edges()), ids=[edge[0] for edge in ed25519_edges()]
)
def test_ed25519_keeps_the_one_rule(name: str, public: str, signature: bytes, valid: bool) -> None:
    jwk = {"crv": "Ed25519", "kty": "OKP", "x": b64u(bytes.fromhex(public))}
    case = {"call": "verify", "jwk": jwk, "message": b"edge".hex(), "signature": signature.hex()}
    assert run("primitives", [case]) == [valid], name


def test_es256_accepts_low_s_only() -> None:
    cases: list[dict[str, Any]] = []
    for n in range(1, 7):
        key = ec.derive_private_key(int.from_bytes(hashlib.sha256(b"p%d" % n).digest()), ec.SECP256R1())
        numbers = key.public_key().public_numbers()
        jwk = {
            "crv": "P-256",
            "kty": "EC",
            "x": b64u(numbers.x.to_bytes(32)),
            "y": b64u(numbers.y.to_bytes(32)),
        }
        r, s = decode_dss_signature(key.sign(b"low s", ec.ECDSA(hashes.SHA256())))
        low, high = min(s, P256_ORDER - s), max(s, P256_ORDER - s)
        cases += tampered(jwk, b"low s", r.to_bytes(32) + low.to_bytes(32))
        cases.append({**cases[-4], "signature": (r.to_bytes(32) + high.to_bytes(32)).hex()})
    assert run("primitives", cases) == [True, False, False, False, False] * 6


def test_sm2_verifies_the_example_of_the_standard() -> None:
    """GM/T 0003.5-2012, annex A (also GB/T 32918.5-2017), with the id 1234567812345678."""
    x = bytes.fromhex("09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020")
    y = bytes.fromhex("CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13")
    signature = bytes.fromhex(
        "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
        "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
    )
    jwk = {"crv": "SM2", "kty": "EC", "x": b64u(x), "y": b64u(y)}
    assert run("primitives", tampered(jwk, b"message digest", signature)) == [True, False, False, False]


NOT_CANONICAL = {
    "white space": b'{"a": 1}',
    "order": b'{"b":1,"a":1}',
    "twice": b'{"a":1,"a":1}',
    "fraction": b"[1.5]",
    "whole fraction": b"[1.0]",
    "exponent": b"[1e3]",
    "minus zero": b"[-0]",
    "too large": b"[9007199254740992]",
    "name not ASCII": '{"名":1}'.encode(),
    "not NFC": '"e\u0301"'.encode(),
    "lone surrogate": rb'"\ud800"',
    "needless escape": rb'"\u0041"',
    "escaped slash": rb'"\/"',
    "upper-case escape": rb'"\u001F"',
    "too deep": b"[" * 17 + b"]" * 17,
    "newline at the end": b"[]\n",
    "byte order mark": b"\xef\xbb\xbf[]",
}
CANONICAL = {
    "empty": b"{}",
    "escapes": rb'"\b\t\n\f\r\"\\\u001f/' + b'\x7f"',
    "numbers": b"[-9007199254740991,0,9007199254740991]",
    "order of code units": b'{"":1,"1":1,"10":1,"9":1,"A":1,"__proto__":1,"a":1}',
    "Chinese, emoji": '["吴淞","😀"]'.encode(),
    "deep": b"[" * 16 + b"]" * 16,
}


def test_only_canonical_json_is_read() -> None:
    table = {
        **{f"refuse {n}": (d, False) for n, d in NOT_CANONICAL.items()},
        **{n: (d, True) for n, d in CANONICAL.items()},
    }
    found = run("primitives", [{"call": "canonical", "hex": data.hex()} for data, _ in table.values()])
    assert dict(zip(table, found, strict=True)) == {name: valid for name, (_, valid) in table.items()}


# Conventions and keys, against the vectors


def vectors_of(name: str) -> dict[str, Any]:
    """One of the tables of vectors beside the bundles."""
    table: dict[str, Any] = json.loads((BUNDLES.parent / f"{name}.json").read_text(encoding="utf-8"))
    return table


def test_canonical_json_and_b64u_of_the_vectors() -> None:
    table = vectors_of("conventions")
    good = [{"call": "canonical", "hex": case["canonical"]} for case in table["canonical"]]
    bad = [{"call": "canonical", "hex": case["hex"]} for case in table["refused"]]
    assert run("primitives", good) == [True] * len(good)
    refused = dict(zip([case["name"] for case in table["refused"]], run("primitives", bad), strict=True))
    assert [name for name, read in refused.items() if read] == []
    accepted = table["b64u"]["accepted"]
    found = run("primitives", [{"call": "b64u", "text": case["b64u"]} for case in accepted])
    assert found == [case["hex"] for case in accepted]
    foreign = table["b64u"]["refused"]
    assert run("primitives", [{"call": "b64u", "text": text} for text in foreign]) == [False] * len(foreign)


def test_keys_and_signatures_of_the_vectors() -> None:
    table = vectors_of("keys")
    prints = run("primitives", [{"call": "thumbprint", "jwk": key["jwk"]} for key in table["keys"]])
    assert prints == [key["thumbprint"] for key in table["keys"]]
    cases = [{**case, "call": "verify"} for case in table["signatures"]]
    wrong = [c["name"] for c, got in zip(cases, run("primitives", cases), strict=True) if got != c["valid"]]
    assert wrong == []


# The file itself


def test_the_file_is_whole_and_its_policy_admits_its_own_scripts_only() -> None:
    page = PAGE.read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    parts = re.findall(r"<(script|style)>(.*?)</\1>", page, re.DOTALL)
    directives = {"script": "script-src", "style": "style-src"}
    for kind, body in parts:
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        directive = re.search(rf"{directives[kind]} ([^;]+)", policy.group(1))
        assert directive is not None
        assert f"'sha256-{digest}'" in directive.group(1), (
            f"{kind} was edited: put 'sha256-{digest}' into the policy"
        )
    assert policy.group(1).startswith("default-src 'none'; ")
    assert "connect-src 'none'" in policy.group(1)
    assert "unsafe" not in policy.group(1)
    assert [kind for kind, _ in parts] == ["style", "script", "script"]
    assert re.findall(r"https?://|innerHTML|crypto\.subtle|\son[a-z]+=|<link|<img|\bimport\b", page) == []


def test_every_reason_has_words() -> None:
    page = PAGE.read_text(encoding="utf-8")
    table = page[page.index("const REASONS") : page.index("// ---", page.index("const REASONS"))]
    explained = set(re.findall(r"^  '([a-z0-9-]+)': \['.+', '.+'\],$", table, re.MULTILINE))
    core = page[: page.index("const REASONS")]
    raised = re.findall(r"need\(.*, '([a-z-]+)', |Refusal\('([a-z-]+)'", core)
    assert {code for codes in raised for code in codes if code} - explained == set()
    found = run("cases", [case_of(case["name"]) for case in index()])
    assert {got["code"] for got in found if got["status"]} - explained == set()


# A real browser, from disk, without a network


@pytest.fixture
def browser_page(chromium: str) -> Iterator[Page]:
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        context = browser.new_context(offline=True, locale="zh-CN", viewport={"width": 1100, "height": 1400})
        page = context.new_page()
        trouble: list[str] = []
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", lambda message: trouble.append(message.text) if message.type == "error" else None)
        page.goto(PAGE.as_uri())
        yield page
        browser.close()
        assert trouble == []


def drop(page: Page, target: str, files: dict[str, bytes]) -> None:
    """Drops files on an element as a person would with the mouse."""
    page.evaluate(DROP, [target, {name: list(data) for name, data in files.items()}])


DROP = """([target, files]) => {
    const dataTransfer = new DataTransfer();
    for (const [name, bytes] of Object.entries(files)) {
        dataTransfer.items.add(new File([new Uint8Array(bytes)], name));
    }
    const event = new DragEvent("drop", {dataTransfer, bubbles: true, cancelable: true});
    document.querySelector(target).dispatchEvent(event);
}"""


def pair(name: str) -> dict[str, bytes]:
    """Bundle and trust file under names that say nothing: they are told apart by `format`."""
    case = case_of(name)
    return {"a.json": Path(case["trust"]).read_bytes(), "b.json": Path(case["bundle"]).read_bytes()}


@pytest.mark.real
@pytest.mark.parametrize("suite", ["intl", "gm"])
def test_two_dropped_files_give_a_report_in_both_languages(
    browser_page: Page, suite: str, tmp_path: Path
) -> None:
    drop(browser_page, "body", pair(f"{suite}-with-everything"))
    browser_page.wait_for_selector("#verdict")
    assert browser_page.inner_text("#verdict") == "核验通过"
    assert browser_page.get_attribute("html", "lang") == "zh-CN"
    assert "2 个见证方见证" in browser_page.inner_text(".verdict")
    assert "不排除此后" in browser_page.inner_text("#later")
    assert browser_page.evaluate("document.activeElement.id") == "verdict"
    browser_page.screenshot(path=tmp_path / f"{suite}-zh.png", full_page=True)
    browser_page.click("#en")
    assert browser_page.inner_text("#verdict") == "Accepted"
    assert browser_page.get_attribute("html", "lang") == "en"
    assert "Later acts are not excluded" in browser_page.inner_text("#later")
    assert browser_page.locator(".steps li.passed").count() == 13
    browser_page.screenshot(path=tmp_path / f"{suite}-en.png", full_page=True)


@pytest.mark.real
def test_a_changed_byte_is_refused_and_shows_nothing_of_the_bundle(
    browser_page: Page, tmp_path: Path
) -> None:
    files = pair("intl-with-everything")
    data = bytearray(files["b.json"])
    data[data.index(b'"weight":24000') + len(b'"weight":')] ^= 1
    drop(browser_page, "body", {**files, "b.json": bytes(data)})
    browser_page.wait_for_selector("#verdict")
    assert browser_page.inner_text("#verdict") == "核验不通过"
    assert "证据包摘要与内容不符" in browser_page.inner_text(".verdict")
    assert "did:web:keeper.example" not in browser_page.inner_text("#report")
    browser_page.click("#en")
    assert browser_page.inner_text("#verdict") == "Refused"
    assert browser_page.locator(".steps li.failed").count() == 1
    browser_page.screenshot(path=tmp_path / "refused.png", full_page=True)


@pytest.mark.real
def test_a_refused_deed_is_told_from_a_refused_proof(browser_page: Page) -> None:
    drop(browser_page, "body", pair("intl-refused-deed"))
    browser_page.wait_for_selector("#verdict")
    assert browser_page.inner_text("#verdict") == "核验通过：指令被账本拒绝"
    assert "already-pledged" in browser_page.inner_text("#report")


@pytest.mark.real
def test_a_trial_ledger_says_so_and_the_trust_file_may_be_pasted(browser_page: Page) -> None:
    case = case_of("intl-trial")
    browser_page.set_input_files("#pick", case["bundle"])
    browser_page.click("summary")
    browser_page.fill("#pasted", Path(case["trust"]).read_text() + "\n")
    browser_page.click("#use-pasted")
    browser_page.wait_for_selector("#trial")
    assert "试验账本" in browser_page.inner_text("#trial")
    assert "仅运营方" in browser_page.inner_text(".verdict")


@pytest.mark.real
def test_an_original_is_matched_with_its_opening(browser_page: Page) -> None:
    drop(browser_page, "body", pair("intl-with-everything"))
    browser_page.wait_for_selector("#contents")
    drop(browser_page, "#contents", {"other.txt": b"not it"})
    browser_page.wait_for_selector("#originals .nomatch")
    drop(browser_page, "#contents", {"renamed.txt": b"lot 2\n"})
    browser_page.wait_for_selector("#originals .match")
    assert "内容 2" in browser_page.inner_text("#originals .match")


@pytest.mark.real
def test_nothing_overflows_on_a_telephone_and_the_rules_of_accessibility_hold(browser_page: Page) -> None:
    from axe_playwright_python.sync_playwright import Axe

    browser_page.set_viewport_size({"width": 360, "height": 740})
    drop(browser_page, "body", pair("gm-with-everything"))
    browser_page.wait_for_selector("#verdict")
    assert browser_page.evaluate("document.documentElement.scrollWidth") <= 360
    found = Axe().run(browser_page).response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []
