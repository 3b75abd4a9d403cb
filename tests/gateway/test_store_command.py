"""The words of `onbeat store`: help with examples, and one line for each mistake."""

from __future__ import annotations

import pytest

from services.gateway.cli import main


def test_help_has_examples_and_says_where_to_read_on(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["store", "--help"])
    assert stopped.value.code == 0
    said = capsys.readouterr().out
    for word in ("ls", "show", "gc", "pin", "unpin", "export", "import"):
        assert word in said
    assert "onbeat store gc --keep-films 20 --older-than 30d" in said
    assert "docs/store.md" in said


@pytest.mark.parametrize("word", ["ls", "show", "gc", "pin", "unpin", "export", "import"])
def test_each_word_has_help(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["store", word, "--help"])
    assert stopped.value.code == 0
    assert f"onbeat store {word}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ["ls"],
        ["show", "0123456789"],
        ["gc"],
        ["pin", "x", "0123456789"],
        ["unpin", "x"],
        ["export", "0123456789", "-o", "x.onbeat"],
    ],
)
def test_without_a_store_all_say_so(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["store", *words]) == 2
    said = capsys.readouterr()
    assert "no store yet" in said.err
    assert said.err.count("\n") == 1


def test_store_alone_is_a_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["store"])
    assert stopped.value.code == 2
    assert "WHAT" in capsys.readouterr().err
