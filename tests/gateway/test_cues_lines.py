from __future__ import annotations

import pytest

from services.gateway.cues_lines import (
    break_lines,
    ends_clause,
    ends_sentence,
    is_bound,
    lockup_lines,
)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Wake up slowly.", ("Wake up slowly.",)),
        (
            "Every morning starts the same way, until somebody turns the music up.",
            ("Every morning starts the same way,", "until somebody turns the music up."),
        ),
        # Not "... with the / small": an article goes with what follows it.
        (
            "She walked along the river and into the small town.",
            ("She walked along the river", "and into the small town."),
        ),
    ],
)
def test_lines_are_balanced_and_break_at_sense(text: str, lines: tuple[str, ...]) -> None:
    assert break_lines(text.split(), 42) == lines


def test_no_short_word_is_left_alone() -> None:
    text = "Everything that we have ever wanted to be is"
    lines = break_lines(text.split(), 42)
    assert len(lines) == 2
    assert len(lines[1].split()) > 2


def test_what_cannot_fit_is_kept_whole() -> None:
    text = "word " * 40
    assert " ".join(break_lines(text.split(), 42)).split() == text.split()
    assert break_lines(["Donaudampfschifffahrtsgesellschaft"], 10) == (
        "Donaudampfschifffahrtsgesellschaft",
    )


@pytest.mark.parametrize(
    ("text", "lines"),
    [("night", 1), ("We are burning", 2), ("We are burning through the night", 4)],
)
def test_lockups_have_short_lines(text: str, lines: int) -> None:
    found = lockup_lines(text.split())
    assert " ".join(found) == text
    assert len(found) == lines


def test_marks_are_seen_through_quotes() -> None:
    assert ends_sentence('gone."')
    assert ends_clause("well,")
    assert not ends_sentence("e")
    assert is_bound("“The")
    assert not is_bound("river")
