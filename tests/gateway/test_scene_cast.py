from __future__ import annotations

from itertools import pairwise

import pytest

from services.gateway.scene_cast import (
    WORDS_EVERY,
    cast_scenes,
    chunks_of,
    lines_of,
    ranked_scenes,
    reading_seconds,
    turned,
)
from shared.procedural import SceneKind

PROMPT = "neon rain over a sleeping city"


@pytest.mark.parametrize(
    ("prompt", "lines"),
    [
        (PROMPT, ("NEON RAIN", "OVER A SLEEPING CITY")),
        ("red desert, black sun", ("RED DESERT", "BLACK SUN")),
        ("quiet", ("QUIET",)),
        ("", ()),
        ("!!!", ()),
    ],
)
def test_prompts_break_where_sense_does(prompt: str, lines: tuple[str, ...]) -> None:
    assert lines_of(prompt) == lines


def test_no_word_is_lost_and_no_line_is_long() -> None:
    text = "the quick brown fox jumps over the lazy dog and runs into an endless field of corn"
    words = " ".join(line for chunk in chunks_of(text) for line in chunk)
    assert words == text.upper()
    assert all(len(line) <= 26 for chunk in chunks_of(text) for line in chunk)
    assert len(lines_of(text)) == 5


@pytest.mark.parametrize(
    ("prompt", "scene"),
    [
        (PROMPT, SceneKind.RAIN),
        ("mountains and the sea", SceneKind.WAVES),
        ("techno tunnel", SceneKind.RINGS),
        ("snow and smoke", SceneKind.MIST),
    ],
)
def test_what_the_prompt_names_comes_first(prompt: str, scene: SceneKind) -> None:
    assert all(ranked_scenes(prompt, seed)[0] is scene for seed in range(5))


def test_it_rains_only_for_those_who_ask() -> None:
    for seed in range(20):
        ranked = ranked_scenes("letters to an old friend", seed)
        assert SceneKind.RAIN not in ranked
        assert len(set(ranked)) == 4
    assert len({tuple(ranked_scenes("hello", seed)) for seed in range(20)}) > 3


def test_neighbours_differ_and_words_come_first_and_now_and_then() -> None:
    plans = cast_scenes(PROMPT, 0, [2.0] * 30, [index // 10 for index in range(30)], has_words=True)
    assert all(one.scene is not other.scene for one, other in pairwise(plans))
    places = [index for index, plan in enumerate(plans) if plan.lines]
    assert places[0] == 0
    assert all(b - a == WORDS_EVERY for a, b in pairwise(places))
    assert plans[0].lines == lines_of(PROMPT)
    assert [plans[place].lines for place in places[1:3]] == chunks_of(PROMPT)[:2]


def test_words_are_shown_only_for_as_long_as_they_can_be_read() -> None:
    for seconds in (0.3, 0.7, 0.95, 1.2, 2.5):
        for plan in cast_scenes(PROMPT, 0, [seconds] * 20, [0] * 20, has_words=True):
            if plan.lines:
                assert seconds >= reading_seconds(plan.lines)
    brief = cast_scenes(PROMPT, 0, [0.95] * 9, [0] * 9, has_words=True)
    assert brief[0].lines == ("NEON RAIN",)
    assert not any(
        plan.lines for plan in cast_scenes(PROMPT, 0, [0.3] * 9, [0] * 9, has_words=True)
    )


def test_a_turned_palette_keeps_ground_and_accent() -> None:
    palette = ("#0", "#1", "#2", "#3", "#4")
    assert turned(palette, 1) == ("#0", "#2", "#3", "#1", "#4")
    assert turned(palette, 3) == palette
    assert turned(("#0", "#1"), 2) == ("#0", "#1")
