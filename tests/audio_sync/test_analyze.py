"""What is promised of hearing: beats on the attacks, and honest emptiness."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from examples.song import Song
from services.audio_sync.analyze import analyze, backend, perform
from services.audio_sync.beats import MIN_CONFIDENCE
from shared.blobs import MemoryBlobs
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.requests import AnalyzeRequest
from shared.schema import from_json
from shared.sync_map import SyncMap
from tests.audio_sync import sounds

LENGTH_S = 16.0
TEMPI_BPM = (80.0, 97.3, 112.0, 128.0, 150.0, 170.0)


def beats_s(sync_map: SyncMap) -> sounds.Floats:
    return np.array([beat.sample for beat in sync_map.beats]) / sounds.RATE_HZ


def hear(sound: sounds.Floats) -> SyncMap:
    return analyze(sounds.to_samples(sound), sounds.RATE_HZ)


@pytest.mark.parametrize("bpm", TEMPI_BPM)
@pytest.mark.parametrize("material", ["woodblocks", "bass drums", "drum loop"])
def test_percussive_beats_are_within_5_ms(material: str, bpm: float) -> None:
    times = sounds.beat_times(bpm, LENGTH_S)
    hit = {"woodblocks": sounds.woodblock, "bass drums": sounds.bass_drum}.get(material)
    sound = sounds.place(times, hit, LENGTH_S) if hit else sounds.drum_loop(times, LENGTH_S)
    found = hear(sound)
    errors = sounds.errors_s(times, beats_s(found))
    assert sounds.f_measure(times, beats_s(found)) >= 0.95
    assert np.mean(np.abs(errors)) <= 0.005
    assert abs(np.mean(errors)) <= 0.003
    assert found.tempo_bpm == pytest.approx(bpm, abs=0.1)
    assert found.beat_confidence > 0.8


@pytest.mark.parametrize("bpm", [84.0, 112.0, 140.0])
def test_chords_are_within_8_ms(bpm: float) -> None:
    times = sounds.beat_times(bpm, LENGTH_S)
    found = beats_s(hear(sounds.place(times, sounds.organ, LENGTH_S)))
    assert sounds.f_measure(times, found) >= 0.95
    assert np.mean(np.abs(sounds.errors_s(times, found))) <= 0.008


def test_loosely_played_beats_follow_the_player() -> None:
    times = sounds.beat_times(104.0, LENGTH_S, jitter_s=0.006)
    found = beats_s(hear(sounds.drum_loop(times, LENGTH_S)))
    assert sounds.f_measure(times, found) >= 0.95
    assert np.mean(np.abs(sounds.errors_s(times, found))) <= 0.005


def test_a_drifting_tempo_is_followed() -> None:
    steps = 60.0 / np.linspace(108.0, 126.0, 28)
    times = 0.4 + np.concatenate([[0.0], np.cumsum(steps)])
    found = beats_s(hear(sounds.drum_loop(times, LENGTH_S)))
    assert sounds.f_measure(times, found) >= 0.95
    assert np.mean(np.abs(sounds.errors_s(times, found))) <= 0.005


def test_beats_begin_with_the_first_and_end_with_the_last() -> None:
    times = sounds.beat_times(120.0, LENGTH_S, first_s=0.0)
    found = hear(sounds.place(times, sounds.bass_drum, LENGTH_S))
    assert found.beats[0].sample <= 0.005 * sounds.RATE_HZ
    assert abs(beats_s(found)[-1] - times[-1]) <= 0.005
    assert len(found.beats) == len(times)


def test_beats_go_on_through_a_break_without_drums() -> None:
    times = sounds.beat_times(118.0, 24.0)
    is_played = (times < 8.0) | (times > 15.0)
    pad = 0.08 * np.sin(2 * np.pi * 220 * sounds.seconds(24.0))
    found = beats_s(hear(sounds.place(times[is_played], sounds.bass_drum, 24.0) + pad))
    errors = sounds.errors_s(times, found)
    assert sounds.f_measure(times, found) >= 0.95
    assert np.max(np.abs(errors)) <= 0.02


def test_the_demo_song(demo_song: Song, heard_demo: SyncMap) -> None:
    found = heard_demo
    true_s = np.array(demo_song.beats) / demo_song.sample_rate_hz
    errors = sounds.errors_s(true_s, beats_s(found))
    assert sounds.f_measure(true_s, beats_s(found)) >= 0.95
    assert np.mean(np.abs(errors)) <= 0.005
    assert found.tempo_bpm == pytest.approx(demo_song.tempo_bpm, abs=0.1)


@pytest.mark.parametrize(
    "name", ["silence", "white noise", "tone", "speech 1", "speech 2", "speech 3"]
)
def test_what_has_no_beat_has_no_beats(name: str) -> None:
    t = sounds.seconds(12.0)
    sound = {
        "silence": np.zeros(len(t)),
        "white noise": 0.2 * np.random.default_rng(0).standard_normal(len(t)),
        "tone": 0.3 * np.sin(2 * np.pi * 440 * t),
    }.get(name)
    found = hear(sounds.speech(12.0, int(name[-1])) if sound is None else sound)
    assert found.beats == ()
    assert found.tempo_bpm is None
    assert found.beat_confidence < MIN_CONFIDENCE
    assert len(found.energy) == 1200


@pytest.mark.parametrize("num_samples", [1, 2, 479, 14_400])
def test_short_sounds_are_heard_without_complaint(num_samples: int) -> None:
    loud = np.full((num_samples, 2), 0.5, np.float32)
    found = analyze(loud, sounds.RATE_HZ)
    assert found.duration_samples == num_samples
    assert found.peak == 0.5
    assert found.beats == ()
    assert found.tempo_bpm is None
    assert len(found.energy) == -(-num_samples // 480)
    assert all(0 <= onset.sample < num_samples for onset in found.onsets)


def test_channels_that_cancel_are_heard() -> None:
    times = sounds.beat_times(120.0, 10.0)
    one = sounds.to_samples(sounds.place(times, sounds.bass_drum, 10.0))
    found = analyze(np.stack([one, -one], axis=1), sounds.RATE_HZ)
    assert sounds.f_measure(times, beats_s(found)) >= 0.95
    assert max(found.energy) == 1.0


def test_other_rates_and_nothing_are_refused() -> None:
    with pytest.raises(InvalidInput, match="48000 Hz, got 44100 Hz"):
        analyze(np.zeros(100, np.float32), 44_100)
    with pytest.raises(InvalidInput, match="at least one sample"):
        analyze(np.zeros((0, 2), np.float32), sounds.RATE_HZ)


class _Context:
    def __init__(self, blobs: MemoryBlobs) -> None:
        self.blobs = blobs
        self.fractions: list[float] = []

    def progress(self, fraction: float) -> None:
        self.fractions.append(fraction)


def _store_wav(blobs: MemoryBlobs, sound: sounds.Floats, path: Path) -> Digest:
    import wave

    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sounds.RATE_HZ)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return blobs.put(path.read_bytes())


def test_the_action_stores_a_sync_map(memory_blobs: MemoryBlobs, tmp_path: Path) -> None:
    times = sounds.beat_times(128.0, 8.0)
    audio = _store_wav(memory_blobs, sounds.place(times, sounds.woodblock, 8.0), tmp_path / "a.wav")
    context = _Context(memory_blobs)
    digest = perform(AnalyzeRequest(audio), context)
    found = from_json(SyncMap, memory_blobs.read(digest))
    assert len(found.beats) == len(times)
    assert context.fractions[-1] == 1.0
    assert perform(AnalyzeRequest(audio), context) == digest


def test_no_beat_is_behind_the_last_sample() -> None:
    """A file that is cut off shortly before a beat: the next one would be counted on."""
    at = np.arange(71_085)
    sound = (3000 * np.sin(at * 0.05) + 20_000 * np.exp(-(at % 12_000) / 300)) / 32_768
    heard = hear(sound)
    assert len(heard.beats) >= 4
    assert max(beat.sample for beat in heard.beats) < heard.duration_samples
    assert all(sample < heard.duration_samples for sample in heard.downbeats)


def test_the_action_refuses_what_is_no_sound(memory_blobs: MemoryBlobs) -> None:
    text = memory_blobs.put(b"this is no sound\n" * 100)
    with pytest.raises(InvalidInput, match=r"found text; expected .*WAV, MP3"):
        perform(AnalyzeRequest(text), _Context(memory_blobs))


def test_backend_names_its_libraries() -> None:
    who = backend(AnalyzeRequest(Digest.of_bytes(b"")))
    assert (who.name, who.version) == ("analyze/music", 2)
    for library in ("av==", "librosa==", "numba==", "numpy==", "scipy=="):
        assert library in who.environment


def test_importing_the_actions_loads_no_audio_library() -> None:
    program = (
        "import sys, services.audio_sync.analyze, services.audio_sync.plan_cuts;"
        "print([name for name in ('librosa', 'scipy', 'numba') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
