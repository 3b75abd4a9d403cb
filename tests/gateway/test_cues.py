"""Cues keep to the rules: lines, reading speed, least time, cuts, gaps."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.cues import CueRules, cues_of, lines_of, rules_for
from shared.brief import Size
from shared.captions import CaptionStyle, CueWord
from tests.gateway.typed_film import words

RATE = Fraction(30)
WIDE, TALL = Size(1920, 1080), Size(1080, 1920)
TEXT = "Every morning starts the same way, until somebody turns the music up. Then we dance."


def test_a_sentence_is_two_lines_and_the_next_one_another_cue() -> None:
    cues = cues_of(words(TEXT, 30), (), 400, RATE, rules_for(CaptionStyle.CAPTION, WIDE))
    assert [cue.lines for cue in cues] == [
        ("Every morning starts the same way,", "until somebody turns the music up."),
        ("Then we dance.",),
    ]
    assert cues[0].start_frame == 24  # 0.2 s early: there is much to read
    assert [word.text for word in cues[1].words] == ["Then", "we", "dance."]
    assert cues[1].words[0].start_frame + cues[1].start_frame == 30 + 12 * 8


def test_upright_pictures_get_shorter_lines() -> None:
    cues = cues_of(words(TEXT), (), 400, RATE, rules_for(CaptionStyle.CAPTION, TALL))
    assert max(len(line) for cue in cues for line in cue.lines) <= 24
    assert len(cues) > 2


def test_a_cue_stays_long_enough_to_be_read() -> None:
    # Said in 0.4 s: it has to stay 5/6 s, and 34 characters have to stay two seconds.
    short = cues_of((CueWord("Stop!", 10, 22),), (), 300, RATE, CueRules())
    assert short[0].frames == 25
    fast = cues_of(words("Nothing that we say here is slow.", 30, 2), (), 300, RATE, CueRules())
    assert fast[0].frames * 17 >= 33 * 30


def test_edges_are_pulled_to_cuts_close_by() -> None:
    said = words("Then we all begin to dance again", 62)
    (cue,) = cues_of(said, (60, 120, 124), 400, RATE, CueRules())
    assert cue.start_frame == 60
    assert cue.end_frame in (120, 124)
    (far,) = cues_of(said, (40, 200), 400, RATE, CueRules())
    assert far.start_frame == 62


def test_text_never_comes_clearly_after_the_voice() -> None:
    (cue,) = cues_of(words("Then we dance", 60), (66,), 400, RATE, CueRules())
    assert cue.start_frame == 60


def test_cues_close_together_follow_without_a_blink() -> None:
    cues = cues_of(words(TEXT, 30), (), 400, RATE, CueRules())
    assert cues[1].start_frame - cues[0].end_frame == CueRules().gap_frames


def test_kinetic_type_arrives_with_its_first_word() -> None:
    rules = rules_for(CaptionStyle.KINETIC, WIDE)
    cues = cues_of(words("We are burning through the night", 30), (), 300, RATE, rules)
    assert cues[0].start_frame == 30 - 4
    assert cues[0].words[0].start_frame == 4
    assert len(cues[0].lines) == 4


def test_karaoke_is_there_before_it_is_sung() -> None:
    rules = rules_for(CaptionStyle.KARAOKE, WIDE)
    (cue,) = cues_of(words("We are burning", 60), (), 300, RATE, rules)
    assert cue.start_frame == 48


def test_edited_text_is_broken_by_the_same_rules() -> None:
    assert lines_of(["We", "are", "burning"], rules_for(CaptionStyle.KINETIC, WIDE)) == (
        "We are",
        "burning",
    )


def test_no_words_make_no_cues() -> None:
    assert cues_of((), (10,), 100, RATE, CueRules()) == ()


@given(
    gaps=st.lists(st.integers(0, 40), min_size=1, max_size=60),
    cuts=st.lists(st.integers(1, 1500), max_size=30),
    style=st.sampled_from(CaptionStyle),
    size=st.sampled_from([WIDE, TALL]),
)
def test_whatever_is_said_cues_are_in_order_and_hold_all_words(
    gaps: list[int], cuts: list[int], style: CaptionStyle, size: Size
) -> None:
    said, at = [], 5
    for index, gap in enumerate(gaps):
        text = "word" * (1 + index % 4) + ("." if gap % 7 == 0 else "")
        said.append(CueWord(text, at, at + 6))
        at += 6 + gap
    rules = rules_for(style, size)
    cues = cues_of(said, sorted(set(cuts)), at + 30, RATE, rules)
    assert [word for cue in cues for word in cue.text.split()] == [word.text for word in said]
    for one, other in pairwise(cues):
        assert one.end_frame <= other.start_frame
    for cue in cues:
        assert 0 <= cue.start_frame < cue.end_frame <= at + 30
        assert len(cue.lines) <= rules.lines
        assert len(" ".join(cue.lines)) <= rules.most or len(cue.words) == 1


@pytest.mark.parametrize("style", CaptionStyle)
def test_the_usual_rules(style: CaptionStyle) -> None:
    rules = rules_for(style, WIDE)
    assert rules.lines == (4 if style is CaptionStyle.KINETIC else 2)
    assert rules.characters <= 42
