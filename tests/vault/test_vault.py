"""The vault: what goes in comes out, what is erased is gone, what is damaged is named."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wusong.crypto.commitments import commit
from wusong.crypto.sealing import CHUNK_BYTES
from wusong.crypto.suites import GM, INTL, Suite
from wusong.errors import VaultError
from wusong.vault import Vault, disk

MASTER = bytes(range(32))
SECRET = "患者张三的检查报告，编号".encode() + b"-confidential-" * 3


@pytest.fixture(params=[INTL, GM], ids=["intl", "gm"])
def suite(request: pytest.FixtureRequest) -> Suite:
    chosen: Suite = request.param
    return chosen


@pytest.fixture
def vault(tmp_path: Path, suite: Suite) -> Vault:
    return Vault(tmp_path / "vault", suite, MASTER)


def _files(vault: Vault) -> list[Path]:
    return sorted(path for path in vault.folder.rglob("*") if path.is_file() and path.name != "lock")


def _contents(vault: Vault, part: str) -> list[Path]:
    return [path for path in (vault.folder / part).rglob("*") if path.is_file()]


def _code(action: object) -> str:
    with pytest.raises(VaultError) as refused:
        action()  # type: ignore[operator]
    texts = str(refused.value.explain("zh")) + str(refused.value.explain("en"))
    assert "{" not in texts
    return refused.value.code


# --- round trips --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 2 * CHUNK_BYTES + 7]
)
def test_round_trip(vault: Vault, suite: Suite, size: int) -> None:
    data = os.urandom(size)
    ref = vault.put(io.BytesIO(data))
    assert (ref.digest, ref.size) == (suite.hash(data).hex(), size)
    assert ref.commitment == commit(suite, bytes.fromhex(ref.salt), suite.hash(data)).hex()
    assert vault.read(ref.digest) == data
    assert vault.stat(ref.digest) == ref
    assert list(vault.scrub()) == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(st.binary(max_size=50), max_size=8), step=st.integers(1, 40))
def test_any_pieces_come_back_by_any_steps(vault: Vault, pieces: list[bytes], step: int) -> None:
    ref = vault.put(pieces)
    with vault.open(ref.digest) as content:
        read = list(iter(lambda: content.read(step), b""))
    assert b"".join(read) == b"".join(pieces)
    assert all(len(piece) <= step for piece in read)


def test_a_vault_opened_again_holds_the_same(vault: Vault, suite: Suite) -> None:
    refs = [vault.put([b"a"]), vault.put([b"b"])]
    again = Vault(vault.folder, suite, MASTER)
    assert sorted(again.list(), key=lambda ref: ref.digest) == sorted(refs, key=lambda ref: ref.digest)
    assert again.read(refs[0].digest) == b"a"


def test_the_same_content_is_stored_once_under_one_salt(vault: Vault) -> None:
    first = vault.put([SECRET])
    files = _files(vault)
    assert vault.put([SECRET]) == first
    assert _files(vault) == files


def test_two_contents_have_different_salts(vault: Vault) -> None:
    assert vault.put([b"a"]).salt != vault.put([b"b"]).salt


def test_equal_contents_in_two_vaults_look_different(tmp_path: Path, suite: Suite) -> None:
    one, other = (Vault(tmp_path / name, suite, os.urandom(32)) for name in ("one", "other"))
    assert one.put([SECRET]).commitment != other.put([SECRET]).commitment
    assert {path.name for path in _contents(one, "data")}.isdisjoint(
        {path.name for path in _contents(other, "data")}
    )


# --- secrecy ------------------------------------------------------------------------------------------------


def test_neither_content_nor_digest_nor_salt_nor_key_lies_on_the_disk(vault: Vault, suite: Suite) -> None:
    ref = vault.put([SECRET * 50])
    written = b"".join(path.read_bytes() + str(path).encode() for path in _files(vault))
    wanted = [SECRET[:16], SECRET[-16:], suite.hash(SECRET * 50), bytes.fromhex(ref.salt), MASTER]
    for secret in wanted:
        assert secret not in written
        assert secret.hex().encode() not in written


def test_nothing_plain_lies_there_while_it_is_written(vault: Vault) -> None:
    def stream() -> Iterator[bytes]:
        for _ in range(3):
            yield SECRET * (CHUNK_BYTES // len(SECRET))
            assert all(SECRET not in path.read_bytes() for path in _files(vault))

    vault.put(stream())


def test_files_are_their_owners_only(vault: Vault) -> None:
    vault.put([SECRET])
    assert {oct(path.stat().st_mode & 0o777) for path in _files(vault)} == {"0o600"}


def test_a_ref_does_not_print_its_salt(vault: Vault) -> None:
    ref = vault.put([SECRET])
    assert ref.salt not in repr(ref)


# --- refusals -----------------------------------------------------------------------------------------------


def test_missing(vault: Vault) -> None:
    for digest in ("00" * 32, "", "no digest"):
        assert _code(lambda digest=digest: vault.open(digest)) == "vault-missing"
        assert _code(lambda digest=digest: vault.stat(digest)) == "vault-missing"
        assert _code(lambda digest=digest: vault.erase(digest)) == "vault-missing"


def test_another_master_key(vault: Vault, suite: Suite) -> None:
    assert _code(lambda: Vault(vault.folder, suite, bytes(32))) == "vault-wrong-key"


def test_another_suite(vault: Vault, suite: Suite) -> None:
    assert _code(lambda: Vault(vault.folder, GM if suite is INTL else INTL, MASTER)) == "vault-other-suite"


@pytest.mark.parametrize("text", ["", "{}", '{"format":"wusong-vault/9"}', "[]"])
def test_a_description_that_is_none(vault: Vault, suite: Suite, text: str) -> None:
    (vault.folder / "vault.json").write_text(text)
    assert _code(lambda: Vault(vault.folder, suite, MASTER)) == "vault-unknown-format"


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path: Path, suite: Suite) -> None:
    (tmp_path / "letters.txt").write_text("mine")
    assert _code(lambda: Vault(tmp_path, suite, MASTER)) == "vault-unknown-format"


# --- damage -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "at", "chunk"),
    [
        ("the prefix", 0, 0),
        ("the first chunk", 100, 0),
        ("the first tag", 7 + CHUNK_BYTES, 0),
        ("the second chunk", 7 + CHUNK_BYTES + 16, 1),
        ("the last byte", -1, 2),
    ],
)
def test_a_changed_byte_names_its_chunk(vault: Vault, name: str, at: int, chunk: int) -> None:
    ref = vault.put([bytes(2 * CHUNK_BYTES + 9)])
    (path,) = _contents(vault, "data")
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    with pytest.raises(VaultError) as refused:
        vault.read(ref.digest)
    assert (refused.value.code, refused.value.data["chunk"]) == ("vault-damaged", chunk), name
    assert [found.error.code for found in vault.scrub()] == ["vault-damaged"]


def test_what_is_read_before_the_damage_is_right(vault: Vault) -> None:
    ref = vault.put([b"a" * CHUNK_BYTES, b"b" * CHUNK_BYTES])
    (path,) = _contents(vault, "data")
    path.write_bytes(path.read_bytes()[:-1] + b"\0\0")
    with vault.open(ref.digest) as content:
        chunks = content.chunks()
        assert next(chunks) == b"a" * CHUNK_BYTES
        assert _code(lambda: next(chunks)) == "vault-damaged"


@pytest.mark.parametrize("length", [0, 3, 7, 20, 7 + CHUNK_BYTES + 16, -1])
def test_a_data_file_cut_off(vault: Vault, length: int) -> None:
    ref = vault.put([bytes(2 * CHUNK_BYTES)])
    (path,) = _contents(vault, "data")
    path.write_bytes(path.read_bytes()[:length])
    assert _code(lambda: vault.read(ref.digest)) == "vault-damaged"


@pytest.mark.parametrize("change", ["appended", "gone", "of another content", "chunks swapped"])
def test_a_data_file_exchanged(vault: Vault, change: str) -> None:
    ref, other = vault.put([bytes(3 * CHUNK_BYTES)]), vault.put([bytes(3 * CHUNK_BYTES - 1), b"x"])
    path, second = (vault._path("data", vault._keys.name(one.digest)) for one in (ref, other))
    data, step = path.read_bytes(), CHUNK_BYTES + 16
    swapped = data[:7] + data[7 + step : 7 + 2 * step] + data[7 : 7 + step] + data[7 + 2 * step :]
    made = {"appended": data + b"\0", "of another content": second.read_bytes(), "chunks swapped": swapped}
    if change == "gone":
        path.unlink()
    else:
        path.write_bytes(made[change])
    assert _code(lambda: vault.read(ref.digest)) == "vault-damaged"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_every_changed_bit_of_a_key_record_is_found(vault: Vault, at: float, bit: int) -> None:
    ref = vault.put([SECRET])
    path = vault._path("keys", vault._keys.name(ref.digest))
    good = path.read_bytes()
    data = bytearray(good)
    data[int(at * len(data))] ^= 1 << bit
    path.write_bytes(data)
    assert _code(lambda: vault.open(ref.digest)) == "vault-record-damaged"
    path.write_bytes(good)


def test_a_record_put_under_another_name_is_refused(vault: Vault) -> None:
    one, other = vault.put([b"one"]), vault.put([b"other"])
    source, target = (vault._path("keys", vault._keys.name(ref.digest)) for ref in (one, other))
    target.write_bytes(source.read_bytes())
    assert _code(lambda: vault.open(other.digest)) == "vault-record-damaged"
    assert _code(lambda: list(vault.list())) == "vault-record-damaged"


def test_storing_again_heals_under_the_same_salt(vault: Vault) -> None:
    ref = vault.put([SECRET])
    (path,) = _contents(vault, "data")
    path.write_bytes(b"\0" * path.stat().st_size)
    assert vault.put([SECRET]) == ref
    assert vault.read(ref.digest) == SECRET


# --- erasure ------------------------------------------------------------------------------------------------


def test_erasure_drops_key_salt_and_data_and_leaves_a_tombstone(vault: Vault) -> None:
    ref, kept = vault.put([SECRET]), vault.put([b"kept"])
    vault.erase(ref.digest)
    assert _code(lambda: vault.open(ref.digest)) == "vault-erased"
    assert (vault.erased(ref.digest), vault.holds(ref.digest)) == (True, False)
    assert [one.digest for one in vault.list()] == [kept.digest]
    assert (len(_contents(vault, "keys")), len(_contents(vault, "data"))) == (1, 1)
    assert vault.read(kept.digest) == b"kept"
    vault.erase(ref.digest)


def test_the_key_record_is_overwritten_before_it_is_removed(vault: Vault) -> None:
    ref = vault.put([SECRET])
    path = vault._path("keys", vault._keys.name(ref.digest))
    second_name = vault.folder / "second-name"
    second_name.hardlink_to(path)
    vault.erase(ref.digest)
    assert set(second_name.read_bytes()) == {0}


def test_what_is_stored_again_after_erasure_has_another_salt(vault: Vault) -> None:
    ref = vault.put([SECRET])
    vault.erase(ref.digest)
    again = vault.put([SECRET])
    assert vault.read(again.digest) == SECRET
    assert again.salt != ref.salt
    assert not vault.erased(ref.digest)


def test_a_reader_that_began_before_reads_to_the_end(vault: Vault) -> None:
    ref = vault.put([SECRET])
    with vault.open(ref.digest) as content:
        vault.erase(ref.digest)
        assert content.read(len(SECRET)) == SECRET


def test_a_damaged_content_can_be_erased(vault: Vault) -> None:
    ref = vault.put([SECRET])
    vault._path("keys", vault._keys.name(ref.digest)).write_bytes(b"")
    vault.erase(ref.digest)
    assert _code(lambda: vault.open(ref.digest)) == "vault-erased"


# --- crashes, concurrency, no room --------------------------------------------------------------------------


class _PowerCutError(BaseException):
    """The machine stops: nothing after this is executed."""


def _steps_of(monkeypatch: pytest.MonkeyPatch, stop_at: int) -> list[str]:
    """Let the disk's changes happen until number ``stop_at``; every later one is a power cut."""
    done: list[str] = []

    def stopping(name: str) -> None:
        real = getattr(disk, name)

        def step(*args: object) -> object:
            if len(done) >= stop_at:
                raise _PowerCutError
            done.append(name)
            return real(*args)

        monkeypatch.setattr(disk, name, step)

    for name in ("create", "write", "move", "shred", "remove"):
        stopping(name)
    return done


@pytest.mark.parametrize("stop_at", range(8))
def test_a_crash_while_storing_leaves_all_or_nothing(
    vault: Vault, suite: Suite, monkeypatch: pytest.MonkeyPatch, stop_at: int
) -> None:
    digest = suite.hash(SECRET).hex()
    with monkeypatch.context() as patch:
        _steps_of(patch, stop_at)
        with suppress(_PowerCutError):
            vault.put([SECRET])
    again = Vault(vault.folder, suite, MASTER)
    if again.holds(digest):
        assert again.read(digest) == SECRET
    else:
        assert _contents(again, "keys") + _contents(again, "data") == []
    assert _contents(again, "incoming") == []
    assert again.read(again.put([SECRET]).digest) == SECRET


@pytest.mark.parametrize("stop_at", range(9))
def test_a_crash_while_erasing_is_completed(
    vault: Vault, suite: Suite, monkeypatch: pytest.MonkeyPatch, stop_at: int
) -> None:
    ref = vault.put([SECRET])
    with monkeypatch.context() as patch:
        _steps_of(patch, stop_at)
        with suppress(_PowerCutError):
            vault.erase(ref.digest)
    begun = _contents(vault, "incoming") or _contents(vault, "erased")
    again = Vault(vault.folder, suite, MASTER)
    assert bool(begun) == (stop_at >= 2)
    if begun:
        assert _code(lambda: again.open(ref.digest)) == "vault-erased"
        assert _contents(again, "keys") + _contents(again, "data") + _contents(again, "incoming") == []
    else:
        assert again.read(ref.digest) == SECRET


def test_storing_after_a_crashed_erasure_outlives_the_next_start(
    vault: Vault, suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = vault.put([SECRET])
    with monkeypatch.context() as patch:
        _steps_of(patch, 2)
        with pytest.raises(_PowerCutError):
            vault.erase(ref.digest)
    again = vault.put([SECRET])
    assert again.salt != ref.salt
    assert Vault(vault.folder, suite, MASTER).read(again.digest) == SECRET


def test_a_stream_that_fails_leaves_nothing(vault: Vault) -> None:
    def stream() -> Iterator[bytes]:
        yield SECRET * 100_000
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        vault.put(stream())
    assert [path.name for path in _files(vault)] == ["vault.json"]


def test_opening_the_vault_does_not_disturb_a_living_writer(vault: Vault, suite: Suite) -> None:
    def stream() -> Iterator[bytes]:
        yield SECRET
        Vault(vault.folder, suite, MASTER)
        yield SECRET

    assert vault.read(vault.put(stream()).digest) == SECRET * 2


def test_two_writers_of_one_content_agree_on_one_salt(vault: Vault) -> None:
    barrier, refs = threading.Barrier(4), []

    def write() -> None:
        barrier.wait()
        refs.append(vault.put(iter([SECRET] * 100)))

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(refs) == 4
    assert len({ref.salt for ref in refs}) == 1
    assert (len(_contents(vault, "data")), len(_contents(vault, "incoming"))) == (1, 0)
    assert vault.read(refs[0].digest) == SECRET * 100


_CHILD = """
import resource, sys
from pathlib import Path
from wusong.crypto.suites import suite
from wusong.errors import VaultError
from wusong.vault import Vault
folder, name, size, limit = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
vault = Vault(folder, suite(name), bytes(range(32)))
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
piece = bytes(range(256)) * 4096
def stream():
    for number in range(size >> 20):
        yield piece[:-8] + number.to_bytes(8, "big")
try:
    ref = vault.put(stream())
except VaultError as error:
    print(error.code)
    print(vault.stat(vault.put([b"small"]).digest).size)
    sys.exit()
total = 0
with vault.open(ref.digest) as content:
    for chunk in content.chunks():
        total += len(chunk)
# VmHWM, since ru_maxrss is inherited from the process that started this one
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(total, ref.size, int(peak.split()[1]) * 1024)
"""


def _child(folder: Path, suite: Suite, size: int, limit: int = 0) -> list[str]:
    command = [sys.executable, "-c", _CHILD, str(folder), suite.name, str(size), str(limit)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def test_no_room_is_refused_and_the_vault_goes_on(tmp_path: Path, suite: Suite) -> None:
    assert _child(tmp_path / "vault", suite, 8 << 20, limit=4 << 20) == ["vault-full", "5"]
    vault = Vault(tmp_path / "vault", suite, MASTER)
    assert [ref.size for ref in vault.list()] == [5]
    assert _contents(vault, "incoming") == []


_STORM = """
import sys
from pathlib import Path
from wusong.crypto.suites import suite
from wusong.vault import Vault
vault = Vault(Path(sys.argv[1]), suite(sys.argv[2]), bytes(range(32)))
for number in range(int(sys.argv[3]), 10**9):
    ref = vault.put([b"%d-" % number * 300_000])
    print("stored", ref.digest, flush=True)
    if number % 3 == 0:
        vault.erase(ref.digest)
        print("erased", ref.digest, flush=True)
"""


@pytest.mark.slow
def test_killed_at_any_moment_what_was_acknowledged_stands(tmp_path: Path, suite: Suite) -> None:
    folder, said = tmp_path / "vault", dict[str, str]()
    for round_ in range(12):
        command = [sys.executable, "-c", _STORM, str(folder), suite.name, str(round_ * 1000)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            lines = [child.stdout.readline() for _ in range(2 + round_)]
            time.sleep(0.003 * round_)
            child.kill()
            lines += child.stdout.readlines()
        said |= {line.split()[1]: line.split()[0] for line in lines if line.endswith("\n")}
        vault = Vault(folder, suite, MASTER)
        assert list(vault.scrub()) == []
        assert _contents(vault, "incoming") == []
        for digest, what in said.items():
            assert vault.erased(digest) if what == "erased" else (vault.holds(digest) or vault.erased(digest))
    assert set(said.values()) == {"stored", "erased"}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "size"), [("intl", 2 << 30), ("gm", 64 << 20)])
def test_two_gibibytes_pass_under_200_mebibytes_of_memory(tmp_path: Path, name: str, size: int) -> None:
    total, stored, memory = map(int, _child(tmp_path / "vault", INTL if name == "intl" else GM, size))
    assert total == stored == size
    assert memory < 200 << 20
