from __future__ import annotations

import numpy as np

from examples.song import Song
from services.audio_sync.form import Form, find_form
from shared.sync_map import Band, Span, SyncMap
from tests.audio_sync.form_song import BAR, EDGES, NUM_BARS, form_song


def hear(downbeats: tuple[int, ...]) -> Form:
    song = form_song()
    return find_form(song.spectra, song.beats, downbeats, song.energy, len(song.samples))


def bars_of(samples: list[int]) -> list[float]:
    return [round(sample / BAR, 2) for sample in samples]


def test_sections_are_where_they_are_and_repeat() -> None:
    sections = hear(form_song().downbeats).sections
    assert bars_of([section.start_sample for section in sections]) == list(EDGES[:-1])
    assert sections[-1].end_sample == NUM_BARS * BAR
    labels = [section.label for section in sections]
    assert labels[3] == labels[5] == "drop"
    assert labels[2] == "build"
    assert labels[1] not in {labels[0], *labels[2:]}
    assert max(sections, key=lambda section: section.energy).label == labels[3]


def test_phrases_have_four_bars_and_begin_sections() -> None:
    found = hear(form_song().downbeats)
    assert bars_of([phrase.start_sample for phrase in found.phrases]) == list(range(0, 36, 4))
    assert {phrase.num_bars for phrase in found.phrases} == {4}
    assert found.phrases[-1].end_sample == NUM_BARS * BAR


def test_build_drop_and_break() -> None:
    found = hear(form_song().downbeats)
    assert found.builds == (Span(12 * BAR, 16 * BAR),)
    assert found.drops == (16 * BAR, 28 * BAR)
    assert found.breaks == (Span(24 * BAR, 28 * BAR),)


def test_missing_and_wrong_downbeats_change_nothing() -> None:
    song = form_song()
    random = np.random.default_rng(5)
    wrong = sorted(
        {
            song.beats[
                min(4 * bar + (int(random.integers(1, 4)) if random.random() < 0.25 else 0), 143)
            ]
            for bar in range(NUM_BARS)
            if random.random() > 0.2
        }
    )
    assert tuple(wrong) != song.downbeats
    assert hear(tuple(wrong)) == hear(song.downbeats)


def test_without_bars_or_sound_there_is_no_form() -> None:
    song = form_song()
    assert hear(()) == Form()
    assert hear(song.downbeats[:1]) == Form()
    silence = np.zeros_like(song.energy)
    size = len(song.samples)
    assert find_form(song.spectra, song.beats, song.downbeats, silence, size) == Form()
    assert find_form(song.spectra, (), (), song.energy, size) == Form()


def test_the_demo_song_is_heard_as_it_was_composed(demo_song: Song, heard_demo: SyncMap) -> None:
    build, drop = (part for part in demo_song.sections if part.name in ("build", "drop"))
    reach = 0.05 * demo_song.sample_rate_hz
    assert len(heard_demo.drops) == 1
    assert abs(heard_demo.drops[0] - drop.start_sample) <= reach
    assert any(abs(s.start_sample - drop.start_sample) <= reach for s in heard_demo.sections)
    assert any(abs(span.end_sample - build.end_sample) <= reach for span in heard_demo.builds)
    assert {onset.band for onset in heard_demo.onsets} >= {Band.KICK, Band.SNARE, Band.HAT}
    assert heard_demo.swing == 0.5
    assert len(heard_demo.loudness_lufs) == len(heard_demo.energy)
