from __future__ import annotations

from services.gateway import track_measure
from services.gateway.track_measure import measure_tracks
from services.gateway.tracks import TrackSounds, track_sounds
from shared.requests import MeasureTracksRequest, MixRequest
from shared.schema import from_json
from shared.soundtrack import Voice
from shared.stems import TrackMeasures
from tests.gateway.films import Here, wav
from tests.gateway.test_ducking import RATE, noise


def test_tracks_and_speech_are_measured_as_they_are_in_the_mix() -> None:
    here = Here()
    song = noise(6, 0.1)
    voice = Voice(here.blobs.put(wav(noise(2, 0.05, 1))), 2 * RATE)
    sound = MixRequest(here.blobs.put(wav(song)), 0, 6 * RATE, 0, voice=voice)
    digest = track_measure.perform(MeasureTracksRequest(sound), here)
    found = from_json(TrackMeasures, here.blobs.read(digest))
    assert [track.name for track in found.tracks] == ["song", "voice"]
    assert found.tracks[0].turned_down_db >= 10
    assert found.tracks[1].turned_down_db == 0
    (speech,) = found.speech
    assert abs(speech.start_sample - 2 * RATE) <= 960
    assert abs(speech.end_sample - 4 * RATE) <= 960
    assert speech.clear_lu is not None
    assert speech.clear_lu >= 8


def test_a_song_alone_has_no_speech() -> None:
    found = measure_tracks(TrackSounds(noise(2, 0.1)))
    assert found.speech == ()
    assert found.tracks[0].loudness_lufs is not None


def test_speech_over_silence_is_clear_of_nothing() -> None:
    here = Here()
    voice = Voice(here.blobs.put(wav(noise(1, 0.05))), RATE)
    sound = MixRequest(None, 0, 3 * RATE, 0, voice=voice)
    (speech,) = measure_tracks(track_sounds(sound, None, here.blobs)).speech
    assert speech.clear_lu is None


def test_its_version_follows_the_mixer() -> None:
    request = MeasureTracksRequest(MixRequest(None, 0, 100, 0))
    assert track_measure.backend(request).action == "listen"
