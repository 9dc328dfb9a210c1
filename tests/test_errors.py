from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wusong import errors
from wusong.errors import DeedError, LedgerError, Texts, WusongError, register

SAMPLE = Texts(
    en=("Revision {found} is stale.", "The asset is at {expected}.", "Read it again. {says[en]}"),
    zh=("版本 {found} 已过期。", "标的当前版本为 {expected}。", "请重新读取。{says[zh]}"),
    status=409,
)


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "_registry", {**errors._registry, "test-stale": SAMPLE})


def stale() -> DeedError:
    return DeedError("test-stale", found=2, expected=3, says={"en": "Then sign.", "zh": "然后签名。"})


def test_explains_itself_in_both_languages() -> None:
    assert stale().explain("en").what == "Revision 2 is stale."
    assert stale().explain("en").do == "Read it again. Then sign."
    for tag in ("zh", "zh-CN", "ZH_Hans"):
        assert stale().explain(tag).why == "标的当前版本为 3。"
    assert stale().status == 409
    assert str(stale()) == "test-stale: Revision 2 is stale."


def test_is_caught_by_its_branch() -> None:
    with pytest.raises(LedgerError) as caught:
        raise stale()
    assert caught.value.code == "test-stale"
    assert caught.value.data["expected"] == 3


def test_travels_between_processes() -> None:
    copy = pickle.loads(pickle.dumps(stale()))  # noqa: S301 - our own bytes
    assert type(copy) is DeedError
    assert (copy.code, copy.data) == (stale().code, stale().data)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        pytest.param({}, "Revision ? is stale.", id="missing data"),
        pytest.param({"found": "\x1b[31m\n\u202e"}, r"Revision \x1b[31m\n\u202e is stale.", id="controls"),
        pytest.param({"found": "{expected}"}, "Revision {expected} is stale.", id="braces are data"),
        pytest.param({"found": "x" * 1000}, f"Revision {'x' * 300}… is stale.", id="too long"),
        pytest.param({"found": None}, "Revision None is stale.", id="null"),
    ],
)
def test_hostile_data_do_not_act(data: dict[str, str | None], what: str) -> None:
    assert WusongError("test-stale", **data).explain().what == what


@given(st.dictionaries(st.text(), st.none() | st.integers() | st.text() | st.lists(st.text())))
def test_explaining_never_fails(data: dict[str, errors.JsonData]) -> None:
    for lang in ("en", "zh"):
        text = str(WusongError("test-stale", **data).explain(lang))
        assert all(line.isprintable() for line in text.split("\n"))
        assert text.count("\n") == 2


def test_a_code_without_texts_still_says_its_code() -> None:
    error = WusongError("never-registered")
    assert "never-registered" in error.explain("en").what
    assert "never-registered" in error.explain("zh").what
    assert error.status == 500


@pytest.mark.parametrize("code", ["Stale", "stale_rev", "-stale", "stale-", "a--b", "", "2-stale", "stale\n"])
def test_codes_are_kebab_case(code: str) -> None:
    with pytest.raises(ValueError, match="kebab-case"):
        register({code: SAMPLE})


def test_a_code_has_one_meaning() -> None:
    register({"test-stale": SAMPLE})
    with pytest.raises(ValueError, match="twice"):
        register({"test-stale": Texts(en=SAMPLE.en, zh=SAMPLE.zh, status=410)})


def test_the_public_face() -> None:
    tree = {name for name in errors.__all__ if name.endswith("Error")}
    assert {cls.__name__ for cls in _descendants(WusongError) if cls.__module__ == "wusong.errors"} | {
        "WusongError"
    } == tree
    drawing = errors.__doc__ or ""
    for name in tree:
        assert name in drawing


def _descendants(cls: type[WusongError]) -> set[type[WusongError]]:
    return {child for direct in cls.__subclasses__() for child in {direct, *_descendants(direct)}}
