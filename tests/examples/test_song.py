"""The song keeps its promises: true beats, no clipping, tiling sections, the same samples again."""

import hashlib
import wave
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from examples import score
from examples.song import Section, Song, compose, write_song

RATE_HZ = 48000
ONE_MS = RATE_HZ // 1000


@pytest.fixture(scope="module")
def song() -> Song:
    return compose()


@pytest.fixture(scope="module")
def slope(song: Song) -> NDArray[np.float64]:
    """How steeply the mono sum moves at each sample: silence, then a jump, where a drum is hit."""
    mono: NDArray[np.float64] = song.samples.astype(np.float64).mean(axis=1)
    return np.abs(np.diff(mono, prepend=0.0)).astype(np.float64)


def test_an_attack_follows_every_beat(song: Song, slope: NDArray[np.float64]) -> None:
    """The millisecond from a beat holds 9 dB more slope than the five before it."""
    for beat in song.beats[1:]:
        before = np.mean(slope[beat - 5 * ONE_MS : beat] ** 2)
        after = np.mean(slope[beat : beat + ONE_MS] ** 2)
        assert 10.0 * np.log10(after / before) > 9.0, beat


def test_no_attack_comes_early(song: Song, slope: NDArray[np.float64]) -> None:
    """Within a millisecond of a beat, the steepest slope is at the beat or after it."""
    assert slope[:ONE_MS].max() > 1e-3
    for beat in song.beats[1:]:
        assert int(np.argmax(slope[beat - ONE_MS : beat + ONE_MS])) >= ONE_MS, beat


def test_beats_are_the_nearest_samples_at_any_rate() -> None:
    for rate in (22050, 44100, 48000):
        for beat in range(score.NUM_BARS * score.BEATS_PER_BAR):
            exact = Fraction(beat * 60 * rate, score.TEMPO_BPM)
            assert abs(score.sample_at(beat * score.STEPS_PER_BEAT, rate) - exact) <= Fraction(1, 2)


def test_beats_are_known_exactly(song: Song) -> None:
    assert song.beats[:5] == (0, 23226, 46452, 69677, 92903)
    assert song.beats[-1] == 1184516
    assert len(song.beats) == 52
    assert song.downbeats == song.beats[:: score.BEATS_PER_BAR]
    assert song.tempo_bpm == 124.0


def test_sections_tile_the_song_from_bar_to_bar(song: Song) -> None:
    names = [section.name for section in song.sections]
    assert names == ["intro", "verse", "build", "drop", "outro"]
    assert song.sections[0].start_sample == 0
    assert song.sections[-1].end_sample == len(song.samples)
    for before, after in pairwise(song.sections):
        assert before.end_sample == after.start_sample
    assert {section.start_sample for section in song.sections} <= set(song.downbeats)


def test_it_is_a_stereo_song_of_about_25_seconds_that_does_not_clip(song: Song) -> None:
    assert song.samples.dtype == np.float32
    assert song.samples.shape == (1243742, 2)
    assert float(np.abs(song.samples).max()) == pytest.approx(10.0 ** (-1.0 / 20.0), abs=1e-6)
    assert abs(float(song.samples.mean())) < 1e-3
    assert not np.array_equal(song.samples[:, 0], song.samples[:, 1])
    assert float(np.abs(song.samples[-RATE_HZ // 100 :]).max()) < 1e-3


def test_the_drop_is_louder_than_what_leads_to_it(song: Song) -> None:
    def rms(section: Section) -> float:
        samples = song.samples[section.start_sample : section.end_sample].astype(np.float64)
        return float(np.sqrt(np.mean(samples**2)))

    intro, verse, build, drop, outro = (rms(section) for section in song.sections)
    assert drop > 1.4 * max(verse, build)
    assert intro < verse
    assert outro < drop


def test_the_same_seed_gives_the_same_samples_and_another_seed_others() -> None:
    def digest(seed: int) -> str:
        return hashlib.sha256(compose(seed, 22050).samples.tobytes()).hexdigest()

    first = digest(7)
    assert digest(7) == first
    assert digest(8) != first


def test_the_wav_holds_the_song(tmp_path: Path) -> None:
    written = write_song(tmp_path / "song.wav", sample_rate_hz=22050)
    with wave.open(str(tmp_path / "song.wav"), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, 22050)
        pcm = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    assert np.abs(pcm / 32767.0 - written.samples).max() <= 0.51 / 32767.0
