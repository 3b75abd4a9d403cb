"""Mixing: the window asked for, where it was asked for, as loud as it was mastered."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from services.gateway import mix
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.media.audio import Samples, decode_audio
from shared.media.loudness import measure_loudness
from shared.media.mux import mux_film
from shared.media.segment import Segment
from shared.requests import MixRequest
from shared.soundtrack import LOUDNESS_TARGETS, LoudnessPreset, Voice
from tests.gateway.films import Here, segment, song, wav


def mixed(here: Here, samples: Samples, start: int, length: int, fade: int = 0) -> Segment:
    audio = here.blobs.put(wav(samples))
    digest = mix.perform(MixRequest(audio, start, length, fade), here)
    return Segment.from_bytes(here.blobs.read(digest))


def heard(soundtrack: Segment, folder: Path) -> Samples:
    """The soundtrack as it is decoded out of a film."""
    frames = -(-sum(packet.duration for packet in soundtrack.packets) // 1_600)
    rate = Fraction(30)
    mux_film(folder / "film.mp4", [segment(0, frames, rate)], soundtrack, rate, frames)
    return decode_audio(folder / "film.mp4")


@pytest.mark.parametrize("start", [0, 1, 48_000, 70_001])
def test_window_begins_at_its_sample(start: int, tmp_path: Path) -> None:
    samples = song(5)
    found = heard(mixed(Here(), samples, start, 96_000), tmp_path)
    # Beyond the fade-in of 240 samples; one sample off would leave a quarter.
    part, expected = found[1_000:90_000], samples[start + 1_000 : start + 90_000]
    assert np.linalg.norm(part - expected) < 0.15 * np.linalg.norm(expected)


@pytest.mark.parametrize("length", [1, 1_000, 1_024, 96_000])
def test_length_is_exact(length: int) -> None:
    soundtrack = mixed(Here(), song(3), 100, length)
    assert sum(packet.duration for packet in soundtrack.packets) - 1_024 == length
    assert (soundtrack.codec, soundtrack.channels) == ("aac", 2)


def test_what_lies_beyond_the_song_is_silent(tmp_path: Path) -> None:
    found = heard(mixed(Here(), song(1), 24_000, 96_000), tmp_path)
    assert np.abs(found[2_000:22_000]).max() > 0.1
    assert np.abs(found[26_000:96_000]).max() < 0.001


def test_mono_and_other_rates_become_stereo_at_48_khz(tmp_path: Path) -> None:
    here = Here()
    tone = np.sin(2 * np.pi * 441 * np.arange(44_100) / 44_100)[:, None] * 0.5
    audio = here.blobs.put(wav(tone.astype(np.float32), 44_100))
    digest = mix.perform(MixRequest(audio, 0, 48_000, 0), here)
    found = heard(Segment.from_bytes(here.blobs.read(digest)), tmp_path)[4_000:44_000]
    assert found.shape[1] == 2
    assert np.abs(found[:, 0] - found[:, 1]).max() < 0.01
    peaks = np.abs(np.fft.rfft(found[:, 0] * np.hanning(len(found))))
    assert int(np.argmax(peaks)) * 48_000 / len(found) == pytest.approx(441, abs=1.2)


def test_fade_out_is_a_cosine_at_the_end() -> None:
    window = np.ones((1_000, 2), np.float32) * 0.5
    mix.shape_window(window, 400, starts_inside=False)
    assert np.all(window[:600] == 0.5)
    assert window[-1, 0] == 0
    assert window[800, 0] == pytest.approx(0.5 * np.cos(np.pi / 4), abs=0.002)
    assert np.all(np.diff(window[600:, 0]) < 0)


def test_fade_longer_than_the_window_fits_it() -> None:
    window = np.ones((100, 2), np.float32)
    mix.shape_window(window, 400, starts_inside=True)
    assert (window[0, 0], window[-1, 0]) == (0, 0)


def test_window_inside_the_song_does_not_click() -> None:
    inside, start = np.ones((1_000, 2), np.float32), np.ones((1_000, 2), np.float32)
    mix.shape_window(inside, 0, starts_inside=True)
    mix.shape_window(start, 0, starts_inside=False)
    assert inside[0, 0] == 0
    assert np.abs(np.diff(inside[:, 0])).max() < 0.01
    assert np.all(inside[240:] == 1)
    assert np.all(start == 1)


@pytest.mark.parametrize(
    ("level", "expected"), [(0.25, 0.25), (1.0, 1.0), (1.6, 1.0), (-2.0, -1.0)]
)
def test_level_is_kept_unless_it_exceeds_full_scale(level: float, expected: float) -> None:
    window = np.array([[level, level / 2], [0, 0]], np.float32)
    mix.shape_window(window, 0, starts_inside=False)
    assert window[0].tolist() == [expected, expected / 2]


def test_song_is_as_loud_as_mastered(tmp_path: Path) -> None:
    samples = song(4)
    found = heard(mixed(Here(), samples, 0, 144_000), tmp_path)[:144_000]
    ratio = float(np.std(found) / np.std(samples[:144_000]))
    assert 20 * np.log10(ratio) == pytest.approx(0, abs=0.1)


def test_same_request_gives_same_digest_and_tells_progress() -> None:
    here, again = Here(), Here()
    request = MixRequest(here.blobs.put(wav(song(3))), 0, 100_000, 4_800)
    again.blobs.put(wav(song(3)))
    assert mix.perform(request, here) == mix.perform(request, again)
    assert here.told == sorted(here.told)
    assert len(here.told) > 2


@pytest.mark.parametrize(("start", "length"), [(-1, 10), (0, 0)])
def test_impossible_windows_are_refused(start: int, length: int) -> None:
    with pytest.raises(InvalidInput, match="cannot be mixed"):
        mix.backend(MixRequest(Digest.of_bytes(b""), start, length, 0))


def test_backend_names_what_decides_the_bytes() -> None:
    backend = mix.backend(MixRequest(Digest.of_bytes(b""), 0, 10, 0))
    assert (backend.name, backend.action) == ("mix/window", "mix")
    assert "av==" in backend.environment


def test_file_without_sound_is_refused() -> None:
    here = Here()
    request = MixRequest(here.blobs.put(b"text, not sound"), 0, 10, 0)
    with pytest.raises(InvalidInput):
        mix.perform(request, here)


@pytest.mark.parametrize("preset", [LoudnessPreset.WEB, LoudnessPreset.ATSC_A85])
def test_a_preset_holds_for_the_sound_as_it_is_decoded(
    preset: LoudnessPreset, tmp_path: Path
) -> None:
    here = Here()
    audio = here.blobs.put(wav(song(8) * 0.3))
    digest = mix.perform(MixRequest(audio, 0, 8 * 48_000, 4_800, preset), here)
    found = measure_loudness(heard(Segment.from_bytes(here.blobs.read(digest)), tmp_path))
    target = LOUDNESS_TARGETS[preset]
    assert found.integrated_lufs == pytest.approx(target.integrated_lufs, abs=0.3)
    assert found.true_peak_dbtp is not None
    assert found.true_peak_dbtp <= target.ceiling_dbtp + 0.1


def test_a_voice_is_heard_where_it_was_laid(tmp_path: Path) -> None:
    here = Here()
    spoken = np.random.default_rng(3).standard_normal((48_000, 2)).astype(np.float32) * 0.1
    voice = Voice(here.blobs.put(wav(spoken)), 96_000, duck_db=20.0)
    request = MixRequest(here.blobs.put(wav(song(5))), 0, 5 * 48_000, 0, voice=voice)
    found = heard(Segment.from_bytes(here.blobs.read(mix.perform(request, here))), tmp_path)
    part = found[96_000:144_000, 0]
    assert np.corrcoef(part, spoken[:, 0])[0, 1] > 0.8
    assert abs(np.corrcoef(found[:48_000, 0], spoken[:, 0])[0, 1]) < 0.1


def test_a_voice_that_ends_after_the_film_is_refused() -> None:
    here = Here()
    voice = Voice(here.blobs.put(wav(song(2))), 24_000)
    request = MixRequest(here.blobs.put(wav(song(3))), 0, 96_000, 0, voice=voice)
    with pytest.raises(InvalidInput, match=r"the voice ends 0\.50 s after the film"):
        mix.perform(request, here)
    for start, duck in ((96_000, 10.0), (-1, 10.0), (0, 41.0)):
        with pytest.raises(InvalidInput, match="expected"):
            mix.backend(dataclasses.replace(request, voice=Voice(voice.audio, start, duck)))
