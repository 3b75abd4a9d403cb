"""Words are not cut, whatever asks for it; sentences are good places."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest

from services.audio_sync.candidate import Window
from services.audio_sync.meter import Meter
from services.audio_sync.spoken import Words, spoken_candidates
from shared.brief import CutsOn, Pacing
from shared.sync_map import SAMPLE_RATE_HZ, CutEvent, CutKind, CutPlan, Span, SpokenText, SyncMap
from tests.audio_sync.forms import formed
from tests.audio_sync.maps import planned, song

RATE = Fraction(30)
WINDOW = Window(0, 3000, RATE)


def word(text: str, start_s: float, end_s: float) -> SpokenText:
    return SpokenText(text, round(start_s * SAMPLE_RATE_HZ), round(end_s * SAMPLE_RATE_HZ), 0.9)


def monologue() -> tuple[tuple[SpokenText, ...], tuple[SpokenText, ...]]:
    """Words of 0.23 s to 0.6 s that touch, six to a sentence, half a second between sentences."""
    words, sentences, at = [], [], 0.4
    for number in range(16):
        first = at
        for index in range(6):
            length = 0.23 + 0.37 * ((5 * number + 3 * index) % 7) / 6
            words.append(word(f"w{number}{index}", at, at + length))
            at += length
        sentences.append(word(f"Sentence number {number}.", first, at))
        at += 0.5
    return tuple(words), tuple(sentences)


WORDS, SENTENCES = monologue()
SPEECH = replace(song(has_beats=False, length_s=50.0), words=WORDS, sentences=SENTENCES)
SUNG = replace(formed(words=WORDS), sentences=SENTENCES)


def words_cut(found: CutPlan, words: tuple[SpokenText, ...]) -> list[str]:
    """Words with a cut in them by more than half a frame."""
    half = SAMPLE_RATE_HZ / 30 / 2 + 1
    times = [cut.frame * SAMPLE_RATE_HZ / 30 for cut in found.cuts]
    return [
        item.text
        for item in words
        if any(item.start_sample + half < time < item.end_sample - half for time in times)
    ]


@pytest.mark.parametrize("heard", [SPEECH, SUNG], ids=["speech", "sung"])
@pytest.mark.parametrize("pacing", list(Pacing))
@pytest.mark.parametrize("lead", [0, 2])
def test_no_word_is_cut(heard: SyncMap, pacing: Pacing, lead: int) -> None:
    found = planned(heard, pacing, RATE, 1500, 0, lead_frames=lead)
    assert len(found.cuts) >= 4
    assert words_cut(found, WORDS) == []
    without = planned(replace(heard, words=(), sentences=()), pacing, RATE, 1500, 0)
    if heard is SUNG:
        assert words_cut(without, WORDS)  # or there would be nothing to avoid


@pytest.mark.parametrize("wanted", [CutsOn.BEATS, CutsOn.ONSETS, CutsOn.WORDS])
def test_no_word_is_cut_whatever_is_cut_on(wanted: CutsOn) -> None:
    assert words_cut(planned(SUNG, Pacing.DRIVING, RATE, 1500, 0, cuts_on=wanted), WORDS) == []


def test_speech_is_cut_between_sentences_first() -> None:
    found = planned(SPEECH, Pacing.STEADY, RATE, 1500, 0)
    events = [cut.event for cut in found.cuts]
    assert events.count(CutEvent.SENTENCE) > len(events) / 2
    assert {cut.kind for cut in found.cuts if cut.sample is not None} == {CutKind.ON_SPEECH}
    reason = next(cut.reason for cut in found.cuts if cut.event is CutEvent.SENTENCE)
    assert reason.startswith("on the start of the sentence “Sentence number ")


def test_sentences_and_words_alone_can_be_cut_on() -> None:
    found = planned(SUNG, Pacing.DRIVING, RATE, 1500, 0, cuts_on=CutsOn.SENTENCES)
    starts = {sentence.start_sample for sentence in SENTENCES}
    assert {cut.sample for cut in found.cuts} <= starts
    found = planned(SUNG, Pacing.FRANTIC, RATE, 1500, 0, cuts_on=CutsOn.WORDS)
    assert {cut.event for cut in found.cuts} == {CutEvent.WORD, CutEvent.SENTENCE}


def test_without_words_stretches_of_speech_stand_in() -> None:
    spans = tuple(
        Span(round(s * SAMPLE_RATE_HZ), round((s + 3) * SAMPLE_RATE_HZ)) for s in (4, 9, 15)
    )
    heard = replace(song(has_beats=False), speech=spans)
    found = planned(heard, Pacing.STEADY, RATE, 600, 0, cuts_on=CutsOn.SENTENCES)
    assert [cut.frame for cut in found.cuts] == [120, 270, 450]
    assert {cut.event for cut in found.cuts} == {CutEvent.SPEECH}


def test_a_beat_in_a_word_gives_way_to_the_words_edges() -> None:
    long = tuple(word("la", at - 0.3, at + 0.3) for at in range(2, 40, 2))
    found = planned(formed(bpm=120.0, words=long), Pacing.STEADY, RATE, 1200, 0)
    assert words_cut(found, long) == []
    assert CutEvent.WORD in {cut.event for cut in found.cuts}


def test_a_fixed_cut_may_cut_a_word() -> None:
    found = planned(SPEECH, Pacing.STEADY, RATE, 1500, 0, (300,))
    assert 300 in {cut.frame for cut in found.cuts}


def test_a_word_is_inside_from_its_second_frame_to_its_last() -> None:
    words = Words((word("one", 1.0, 1.5), word("two", 1.5, 2.0), word("late", 1.9, 2.5)))
    cut = {frame for frame in range(100) if words.cut_by(frame, WINDOW)}
    assert cut == {*range(31, 45), *range(46, 57), *range(58, 75)}
    found = words.cut_by(50, WINDOW)
    assert found is not None
    assert found.text == "two"
    assert Words(()).cut_by(5, WINDOW) is None


def test_candidates_are_the_starts_of_what_is_said() -> None:
    heard = replace(SPEECH, words=WORDS[:7], sentences=SENTENCES[:2])
    found = spoken_candidates(heard, Meter(heard), WINDOW)
    assert [item.event for item in found] == [
        CutEvent.SENTENCE,
        *[CutEvent.WORD] * 5,
        CutEvent.SENTENCE,
    ]
    assert all(a.frame < b.frame for a, b in pairwise(found))
    assert found[0].reward > found[1].reward
