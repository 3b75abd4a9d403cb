"""The spine of talk: sentences kept whole, pauses taken out, other footage over joins."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from services.gateway.talk_spine import (
    Run,
    Spine,
    film_frame,
    film_sample,
    runs_of,
    said_in_film,
    spine_of,
    within,
)
from shared.errors import InvalidInput
from shared.sync_map import SAMPLE_RATE_HZ, SpokenText, SyncMap

RATE = Fraction(30)
S = SAMPLE_RATE_HZ


def said(start: float, end: float, text: str = "One two three.") -> SpokenText:
    return SpokenText(text, round(start * S), round(end * S))


def heard(*sentences: tuple[float, float]) -> SyncMap:
    """Sentences of words of 0.4 s each."""
    spoken = tuple(said(start, end) for start, end in sentences)
    words = tuple(
        said(start + 0.4 * k, start + 0.4 * (k + 1), f"w{k}")
        for start, end in sentences
        for k in range(round((end - start) / 0.4))
    )
    return SyncMap(60 * S, 0.5, None, 0.0, (), (), (), words=words, sentences=spoken)


def runs(*sentences: tuple[float, float], clip: int = 0, delay: str = "0") -> tuple[Run, ...]:
    return runs_of(clip, heard(*sentences), Fraction(delay), Fraction(60))


def test_long_pauses_are_taken_out_and_short_ones_kept() -> None:
    first, second = runs((1, 3), (3.4, 5), (7, 9))
    assert [len(run.sentences) for run in (first, second)] == [2, 1]
    assert float(first.start_seconds) == pytest.approx(0.85)
    assert float(first.end_seconds) == pytest.approx(5.25)
    assert float(second.start_seconds) == pytest.approx(6.85)
    assert [word.text for word in second.words] == ["w0", "w1", "w2", "w3", "w4"]


def test_runs_stay_apart_and_within_their_clip() -> None:
    first, second = runs((0.05, 2), (2.7, 59.9))
    assert first.start_seconds >= 0
    assert first.end_seconds <= second.start_seconds
    assert second.end_seconds <= 60
    assert runs() == ()
    (late,) = runs((1, 3), delay="0.5")
    assert float(late.start_seconds) == pytest.approx(1.35)


def test_with_a_duration_the_first_sentences_that_fit_are_kept() -> None:
    found = runs((1, 3), (3.4, 5), (7, 9))
    assert within(found, RATE, None) == found
    assert within(found, RATE, 140) == found[:1]
    (short,) = within(found, RATE, 100)
    assert len(short.sentences) == 1
    assert short.frames(RATE) <= 100
    assert [word.text for word in short.words] == ["w0", "w1", "w2", "w3", "w4"]
    with pytest.raises(InvalidInput, match=r"first sentence lasts 2\.15 s; .* not of 1\.00 s"):
        within(found, RATE, 30)


def tiled(spine: Spine) -> bool:
    ends = [0, *(piece.end for piece in spine.pieces)]
    is_whole = ends[-1] == spine.frame_count
    return is_whole and all(
        piece.start == end and piece.end > piece.start
        for piece, end in zip(spine.pieces, ends, strict=False)
    )


def test_covers_begin_and_end_with_words_while_the_sound_goes_on() -> None:
    found = runs((1, 5), (8, 12), (15, 19))
    spine = spine_of(found, RATE, 9)
    assert tiled(spine)
    assert [piece.index for piece in spine.pieces] == [0, None, 1, None, 2]
    first, cover, second, _, last = spine.pieces
    # The sound of each run fills it exactly: none is lost, none is heard twice.
    assert first.end + first.tail_frames == second.start - second.lead_frames == spine.starts[1]
    assert last.end + last.tail_frames == spine.frame_count
    starts = {
        film_frame(spine, index, word.start_sample)
        for index, run in enumerate(spine.runs)
        for word in run.words
    }
    assert {cover.start, cover.end} <= starts
    assert cover.start < spine.starts[1] < cover.end
    for piece in (first, second, last):
        assert piece.end - piece.start >= 24  # 0.8 s of each talker stay in view


def test_without_footage_joins_stay_open_and_the_next_talker_leads() -> None:
    alone = spine_of(runs((1, 3), (5, 7)), RATE, 0)
    assert tiled(alone)
    assert [(piece.lead_frames, piece.tail_frames) for piece in alone.pieces] == [(0, 0), (0, 0)]
    other = replace(runs((1, 3))[0], clip=1)
    two = spine_of((*runs((1, 3)), other), RATE, 0)
    assert tiled(two)
    assert [(piece.lead_frames, piece.tail_frames) for piece in two.pieces] == [(0, -6), (6, 0)]


def test_short_sentences_are_not_covered_up() -> None:
    spine = spine_of(runs((1, 1.4), (4, 4.6)), RATE, 9)
    assert [piece.index for piece in spine.pieces] == [0, 1]


def test_words_keep_their_place_in_the_sound() -> None:
    spine = spine_of(runs((1, 3), (5, 7)), RATE, 0)
    words, sentences = said_in_film(spine)
    assert len(words) == 10
    assert [sentence.text for sentence in sentences] == ["One two three."] * 2
    second = spine.runs[1]
    assert film_sample(spine, 1, 5 * S) == round(
        spine.starts[1] / 30 * S + (5 - float(second.start_seconds)) * S
    )
    assert words[5].start_sample == film_sample(spine, 1, 5 * S)
