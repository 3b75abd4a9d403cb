"""What a mix is made of: who is how loud, and who makes room."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from services.gateway.tracks import UNDER_DB, track_sounds
from shared.blobs import MemoryBlobs
from shared.digest import Digest
from shared.media.clip_sound import decode_clip_sound
from shared.media.loudness import measure_loudness
from shared.requests import MixRequest
from shared.sound_tracks import ClipPart, SoundTracks
from shared.soundtrack import ClipSound, Effect, Voice
from tests.gateway.films import wav
from tests.gateway.test_ducking import RATE, noise
from tests.shared.media.clapping import write_clapping

LENGTH = 6 * RATE
SONG = noise(6, 0.1)
FILM_RATE = Fraction(30)


def request(
    blobs: MemoryBlobs, voice: Voice | None = None, tracks: SoundTracks | None = None
) -> MixRequest:
    return MixRequest(blobs.put(wav(SONG)), 0, LENGTH, 0, voice=voice, tracks=tracks)


def lufs(sound: np.ndarray) -> float:
    found = measure_loudness(sound).integrated_lufs
    assert found is not None
    return found


def test_a_quiet_voice_becomes_as_loud_as_the_song_is() -> None:
    blobs = MemoryBlobs()
    voice = Voice(blobs.put(wav(noise(2, 0.01, 1))), 2 * RATE, duck_db=30.0)
    tracks = track_sounds(request(blobs, voice), SONG, blobs)
    assert tracks.song is not None
    assert tracks.voice is not None
    assert np.array_equal(tracks.song[:RATE], SONG[:RATE])
    assert lufs(tracks.voice[2 * RATE : 4 * RATE]) == pytest.approx(lufs(SONG), abs=0.5)
    assert tracks.song_ducked_db == pytest.approx(30, abs=0.1)
    assert np.array_equal(tracks.total(LENGTH), tracks.song + tracks.voice)


def test_a_silent_voice_changes_nothing() -> None:
    blobs = MemoryBlobs()
    voice = Voice(blobs.put(wav(np.zeros((RATE, 2), np.float32))), 0)
    tracks = track_sounds(request(blobs, voice), SONG, blobs)
    assert tracks.voice is None
    assert tracks.total(LENGTH) is SONG


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder: Path = tmp_path_factory.mktemp("clips")
    claps = tuple(0.1 + 0.2 * k for k in range(9))
    return write_clapping(folder / "a.mp4", claps, 2.0).read_bytes()


def with_clip(blobs: MemoryBlobs, source: Digest, level: ClipSound) -> SoundTracks:
    part = ClipPart(source, level, 60, 0, 60, Fraction(0))
    return SoundTracks(FILM_RATE, (part,))


def test_clips_in_front_are_clear_of_the_song_and_clips_under_it_below(clip: bytes) -> None:
    blobs = MemoryBlobs()
    source = blobs.put(clip)
    full = track_sounds(
        request(blobs, tracks=with_clip(blobs, source, ClipSound.FULL)), SONG, blobs
    )
    assert full.clips is not None
    assert full.song is not None
    assert full.speech is full.front
    part = slice(2 * RATE, 4 * RATE)
    assert lufs(full.clips[part]) - lufs(full.song[part]) >= 8
    under = track_sounds(
        request(blobs, tracks=with_clip(blobs, source, ClipSound.UNDER)), SONG, blobs
    )
    assert under.clips is not None
    assert under.song is SONG
    assert lufs(under.clips[part]) == pytest.approx(lufs(SONG) - UNDER_DB, abs=0.5)


def test_clips_make_room_for_a_voice(clip: bytes) -> None:
    blobs = MemoryBlobs()
    extra = with_clip(blobs, blobs.put(clip), ClipSound.UNDER)
    alone = track_sounds(request(blobs, tracks=extra), SONG, blobs)
    said = replace(extra, voices=(Voice(blobs.put(wav(noise(2, 0.05, 1))), 2 * RATE),))
    both = track_sounds(request(blobs, tracks=said), SONG, blobs)
    assert alone.clips is not None
    assert both.clips is not None
    part = slice(2 * RATE + 4_800, 4 * RATE - 4_800)
    assert np.allclose(both.clips[part], alone.clips[part] * 10 ** (-10 / 20), atol=1e-3)
    assert both.beside_speech() is not None


def test_without_a_song_clips_stay_as_they_were_recorded(clip: bytes) -> None:
    blobs = MemoryBlobs()
    extra = with_clip(blobs, blobs.put(clip), ClipSound.FULL)
    tracks = track_sounds(MixRequest(None, 0, LENGTH, 0, tracks=extra), None, blobs)
    assert tracks.song is None
    assert tracks.clips is not None
    with blobs.local_path(blobs.put(clip)) as path:
        recorded = decode_clip_sound(path, Fraction(0), 2 * RATE)
    inside = slice(2 * RATE + 1_000, 4 * RATE - 1_000)
    assert np.allclose(tracks.clips[inside], recorded[1_000:-1_000], atol=1e-6)
    assert [name for name, _ in tracks.named()] == ["clips"]


def test_effects_are_as_loud_as_asked_and_end_with_the_film() -> None:
    blobs = MemoryBlobs()
    whoosh = noise(2, 0.05, 4)
    extra = SoundTracks(FILM_RATE, effects=(Effect(blobs.put(wav(whoosh)), 5 * RATE, -6.0),))
    tracks = track_sounds(request(blobs, tracks=extra), SONG, blobs)
    assert tracks.effects is not None
    assert not np.any(tracks.effects[: 5 * RATE])
    inside = tracks.effects[5 * RATE + 1_000 : -1_000]
    assert np.allclose(inside, whoosh[1_000 : RATE - 1_000] * 10 ** (-6 / 20), atol=1e-4)
    assert abs(float(tracks.effects[-1, 0])) < 0.001


def test_what_is_under_the_song_makes_room_for_clips_in_front(clip: bytes) -> None:
    blobs = MemoryBlobs()
    source = blobs.put(clip)
    beside = ClipPart(source, ClipSound.UNDER, 60, 0, 60, Fraction(0))
    front = replace(beside, level=ClipSound.FULL)
    extra = SoundTracks(FILM_RATE, (front, beside))
    tracks = track_sounds(request(blobs, tracks=extra), SONG, blobs)
    rest = tracks.beside_speech()
    assert rest is not None
    assert tracks.front is not None
    part = slice(2 * RATE, 4 * RATE)
    assert lufs(tracks.front[part]) - lufs(rest[part]) >= 8.5
