from __future__ import annotations

import dataclasses

import pytest

from services.audio_sync.joined_map import lead_through
from shared.sync_map import (
    SAMPLE_RATE_HZ,
    Phrase,
    Section,
    Span,
    SpokenText,
    SyncMap,
    TempoPoint,
)
from tests.audio_sync.maps import song

BAR = 2 * SAMPLE_RATE_HZ
EARLY = 960  # 20 ms: a join lies a little before the downbeat
SPANS = (Span(0, 8 * BAR - EARLY), Span(16 * BAR - EARLY, 32 * BAR))


def heard() -> SyncMap:
    return dataclasses.replace(
        song(bpm=120.0, length_s=64.0, energy=((0.0, 0.5), (40.0, 0.9))),
        downbeats=tuple(bar * BAR for bar in range(32)),
        phrases=tuple(Phrase(bar * BAR, (bar + 4) * BAR, 4, 12_000) for bar in range(0, 32, 4)),
        sections=(
            Section(0, 4 * BAR, "intro"),
            Section(4 * BAR, 12 * BAR, "verse"),
            Section(12 * BAR, 20 * BAR, "verse"),
            Section(20 * BAR, 32 * BAR, "chorus"),
        ),
        builds=(Span(10 * BAR, 12 * BAR), Span(18 * BAR, 20 * BAR)),
        drops=(12 * BAR, 20 * BAR),
        tempo_curve=(TempoPoint(0, 120.0), TempoPoint(32 * BAR, 152.0)),
        words=(
            SpokenText("kept", 3 * BAR, 3 * BAR + 100),
            SpokenText("cut", 8 * BAR - 2000, 8 * BAR + 2000),
            SpokenText("moved", 17 * BAR, 17 * BAR + 100),
        ),
    )


def test_beats_go_on_evenly_across_the_join() -> None:
    found = lead_through(heard(), SPANS, 0.8)
    samples = [beat.sample for beat in found.beats]
    assert samples == [index * BAR // 4 for index in range(24 * 4)]
    assert found.downbeats == tuple(bar * BAR for bar in range(24))
    assert found.duration_samples == 24 * BAR
    assert found.joins == (8 * BAR - EARLY,)
    assert found.peak == 0.8


def test_form_is_led_through() -> None:
    found = lead_through(heard(), SPANS, 1.0)
    assert [(s.start_sample // BAR, s.end_sample // BAR, s.label) for s in found.sections] == [
        (0, 4, "intro"),
        (4, 12, "verse"),
        (12, 24, "chorus"),
    ]
    assert [phrase.start_sample for phrase in found.phrases] == [k * BAR for k in range(0, 24, 4)]
    assert {phrase.num_bars for phrase in found.phrases} == {4}
    assert found.phrases[1].pickup_samples == 12_000
    assert found.phrases[2].pickup_samples == 0  # the join's
    assert found.builds == (Span(10 * BAR, 12 * BAR),)
    assert found.drops == (12 * BAR,)


def test_words_are_whole_or_gone() -> None:
    words = lead_through(heard(), SPANS, 1.0).words
    assert [(word.text, word.start_sample) for word in words] == [
        ("kept", 3 * BAR),
        ("moved", 9 * BAR),
    ]


def test_curves_are_as_long_as_the_edit_and_reach_one() -> None:
    found = lead_through(heard(), SPANS, 1.0)
    assert len(found.energy) == 4800
    assert max(found.energy) == 1.0
    assert found.energy[0] == pytest.approx(0.6)
    assert found.loudness_lufs == ()
    at_join = [point for point in found.tempo_curve if point.sample == 8 * BAR - EARLY]
    assert at_join[0].bpm == pytest.approx(136.0, abs=0.1)


def test_a_song_as_it_is_stays_as_it_is() -> None:
    whole = heard()
    found = lead_through(whole, (Span(0, 32 * BAR),), whole.peak)
    assert found.beats == whole.beats
    assert found.words == whole.words
    assert found.joins == ()
