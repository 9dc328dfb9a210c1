"""Witnesses sign the log's growth; what they sign goes into bundles and trust file; none is waited for."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from node.care_kit import attest, opened, serving
from wusong.crypto import canonical
from wusong.crypto.keys import PrivateKey
from wusong.errors import NodeError
from wusong.ledger.checkpoint import Checkpoint
from wusong.node import witnessing
from wusong.node.verifier import find


def verified(bundle: dict[str, Any], trust: dict[str, Any]) -> Any:  # noqa: ANN401 - the verifier's report
    import importlib.util

    path = find()
    assert path is not None
    spec = importlib.util.spec_from_file_location("wusong_verify_in_test", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.verify(canonical.encode(bundle), canonical.encode(trust))


def test_a_bundle_says_that_it_was_witnessed(folder: Path, tmp_path: Path) -> None:
    with (
        opened(folder) as node,
        serving(tmp_path, "a.example/w") as one,
        serving(tmp_path, "b.example/w") as two,
    ):
        one.know(node)
        two.know(node)
        deed = attest(node)
        asking = witnessing.Asking(node.ledger, node.keys.log_key(), witnessing.listed(folder))
        assert asking.ask() == {}
        later = attest(node)
        assert asking.ask() == {}
        trust = witnessing.trust(folder, node.ledger.genesis)
        for name in (deed, later):
            report = verified(node.bundle(name), trust)
            assert (report.status, report.facts["level"]) == (0, "witnessed by 2")
        bare = {**trust, "witnesses": []}
        assert verified(node.bundle(deed), bare).facts["level"] == "operator only"


def test_gm_logs_are_witnessed_with_national_algorithms(tmp_path: Path) -> None:
    pytest.importorskip("tongsuopy")
    from wusong.node.founding import Founding, found

    found(tmp_path / "gm", Founding(suite="gm"))
    with opened(tmp_path / "gm") as node, serving(tmp_path, "gm.example/w", "gm") as one:
        one.know(node)
        deed = attest(node)
        witnessing.Asking(node.ledger, node.keys.log_key(), witnessing.listed(node.folder)).ask()
        report = verified(node.bundle(deed), witnessing.trust(node.folder, node.ledger.genesis))
        assert report.facts["level"] == "witnessed by 1"


def test_a_witness_that_forgot_what_we_remember_is_asked_from_its_size(folder: Path, tmp_path: Path) -> None:
    with opened(folder) as node, serving(tmp_path) as one:
        one.know(node)
        asking = witnessing.Asking(node.ledger, node.keys.log_key(), witnessing.listed(folder))
        asking.ask()
        attest(node)
        fresh = witnessing.Asking(node.ledger, node.keys.log_key(), witnessing.listed(folder))
        assert fresh.ask() == {}
        assert one.asked == 3, "one for the first size, then 409 and the proof from there"


def test_one_that_is_gone_does_not_keep_the_other(folder: Path, tmp_path: Path) -> None:
    with opened(folder) as node, serving(tmp_path) as one:
        one.know(node)
        witnessing.add(folder, "gone.example/w", "http://127.0.0.1:9", one.key.public.to_jwk())
        asking = witnessing.Asking(node.ledger, node.keys.log_key(), witnessing.listed(folder))
        assert set(asking.ask()) == {"gone.example/w"}
        assert asking.waiting > 0
        assert asking.ask() == {}, "it is left alone until its pause is over"
        assert set(asking.ask(patient=False)) == {"gone.example/w"}
        assert len(node.ledger.witness_signatures(node.ledger.checkpoint())) == 1


def test_a_signature_by_another_key_is_not_kept(folder: Path, tmp_path: Path) -> None:
    with opened(folder) as node, serving(tmp_path) as one:
        one.know(node)
        witnessing.add(folder, one.name, one.url, PrivateKey.generate("Ed25519").public.to_jwk())
        asking = witnessing.Asking(node.ledger, node.keys.log_key(), witnessing.listed(folder))
        assert set(asking.ask()) == {one.name}
        assert node.ledger.witness_signatures(node.ledger.checkpoint()) == []


def test_a_running_node_is_followed(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(folder) as node, serving(tmp_path) as one:
        one.know(node)
        signed = threading.Event()
        keep = node.ledger.remember_witnesses

        def seen(height: int, checkpoint: Checkpoint, signatures: list[dict[str, Any]]) -> None:
            keep(height, checkpoint, signatures)
            if checkpoint.size == node.ledger.app.log.size:
                signed.set()

        monkeypatch.setattr(node.ledger, "remember_witnesses", seen)
        with witnessing.following(node):
            attest(node)
            assert signed.wait(60)
        assert len(node.ledger.witness_signatures(node.ledger.checkpoint())) == 1


def test_a_node_without_witnesses_has_no_thread(folder: Path) -> None:
    with opened(folder) as node, witnessing.following(node):
        assert "wusong-witnessing" not in {thread.name for thread in threading.enumerate()}


def test_sizes_are_asked_without_moving_anything(folder: Path, tmp_path: Path) -> None:
    with opened(folder) as node, serving(tmp_path) as one:
        one.know(node)
        listed = witnessing.listed(folder)
        key = node.keys.log_key()
        assert witnessing.sizes(node.ledger, key, listed) == {one.name: 0}
        witnessing.Asking(node.ledger, key, listed).ask()
        ours = node.ledger.app.log.size
        attest(node)
        assert witnessing.sizes(node.ledger, key, listed) == {one.name: ours}
        witnessing.Asking(node.ledger, key, listed).ask()
        assert witnessing.sizes(node.ledger, key, listed) == {one.name: node.ledger.app.log.size}


JWK = {"crv": "Ed25519", "kty": "OKP", "x": "ySV3gYw1eqKA8yvRBKLoghxbWTSVu8mik2wZ2Vp173g"}
ROW = {"jwk": JWK, "name": "a", "url": "https://a.example"}
WRONG = [
    pytest.param("", id="empty"),
    pytest.param("{}", id="object"),
    pytest.param("[1]", id="number"),
    pytest.param(json.dumps([{**ROW, "more": 1}]), id="unknown member"),
    pytest.param(json.dumps([{**ROW, "url": "file:///etc/passwd"}]), id="no http"),
    pytest.param(json.dumps([{**ROW, "jwk": {}}]), id="no key"),
    pytest.param(json.dumps([{**ROW, "name": ""}]), id="no name"),
    pytest.param(json.dumps([ROW, ROW]), id="name twice"),
    pytest.param(json.dumps([{**ROW, "name": str(n)} for n in range(33)]), id="too many"),
]


@pytest.mark.parametrize("text", WRONG)
def test_the_list_is_checked(tmp_path: Path, text: str) -> None:
    (tmp_path / witnessing.FILE).write_text(text, "utf-8")
    with pytest.raises(NodeError) as refused:
        witnessing.listed(tmp_path)
    assert refused.value.code == "witness-file"
