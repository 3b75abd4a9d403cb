from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from services.audio_sync.form import find_form
from services.audio_sync.music_edit import backend, edit_spans, perform, wav_bytes
from shared.blobs import MemoryBlobs
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.media.audio import decode_audio
from shared.music_edit import MusicEdit
from shared.requests import EditMusicRequest
from shared.schema import from_json, to_json
from shared.sync_map import SAMPLE_RATE_HZ, Beat, SyncMap
from tests.audio_sync.form_song import BAR, BEAT, form_song

NOTHING = Digest.of_bytes(b"")


def heard() -> SyncMap:
    song = form_song()
    size = len(song.samples)
    form = find_form(song.spectra, song.beats, song.downbeats, song.energy, size)
    return SyncMap(
        size,
        1.0,
        160.0,
        1.0,
        tuple(Beat(beat, 1.0) for beat in song.beats),
        (),
        tuple(round(float(value), 4) for value in song.energy),
        downbeats=song.downbeats,
        phrases=form.phrases,
        sections=form.sections,
        drops=form.drops,
    )


class _Context:
    def __init__(self, blobs: MemoryBlobs) -> None:
        self.blobs = blobs

    def progress(self, fraction: float) -> None:
        assert 0.0 <= fraction <= 1.0


def test_whole_bars_are_joined_at_phrases_that_are_alike() -> None:
    song = form_song()
    stereo = np.stack([song.samples, song.samples], axis=1)
    spans, joins = edit_spans(stereo, heard(), 24 * BAR)
    assert spans[0].start_sample == 0
    assert spans[-1].end_sample == len(song.samples)
    assert len(joins) == len(spans) - 1 >= 1
    length = sum(span.end_sample - span.start_sample for span in spans)
    assert abs(length - 24 * BAR) <= BAR
    for join in joins:
        assert join.likeness > 0.5
        left_out = join.to_sample - join.from_sample
        assert abs(left_out - round(left_out / BAR) * BAR) <= 0.008 * SAMPLE_RATE_HZ
        assert 0 < -join.from_sample % (4 * BAR) <= 0.03 * SAMPLE_RATE_HZ


def test_without_phrases_it_is_one_window() -> None:
    song = form_song()
    bare = SyncMap(len(song.samples), 1.0, None, 0.0, (), (), ())
    spans, joins = edit_spans(song.samples[:, None], bare, 10 * BAR)
    assert joins == ()
    assert [span.end_sample - span.start_sample for span in spans] == [10 * BAR]


def test_the_action_stores_sound_and_map_that_fit(
    memory_blobs: MemoryBlobs, tmp_path: Path
) -> None:
    song = form_song()
    audio = memory_blobs.put(wav_bytes(np.stack([song.samples, song.samples], axis=1)))
    sync_map = memory_blobs.put(to_json(heard()))
    request = EditMusicRequest(audio, sync_map, 24 * BAR)
    digest = perform(request, _Context(memory_blobs))
    assert perform(request, _Context(memory_blobs)) == digest
    edit = from_json(MusicEdit, memory_blobs.read(digest))
    edited = from_json(SyncMap, memory_blobs.read(edit.sync_map))
    path = tmp_path / "edit.wav"
    path.write_bytes(memory_blobs.read(edit.audio))
    sound = decode_audio(path, SAMPLE_RATE_HZ, channels=2)
    assert len(sound) == edited.duration_samples
    assert edited.joins == tuple(join.sample for join in edit.joins)
    gaps = np.diff([beat.sample for beat in edited.beats])
    assert np.max(np.abs(gaps - BEAT)) <= 0.008 * SAMPLE_RATE_HZ
    # Away from the joins it is the song, sample for sample.
    last = edit.spans[-1]
    tail = song.samples[last.start_sample + 200 : last.end_sample]
    assert np.array_equal(sound[len(sound) - len(tail) :, 0], tail)


def test_a_target_too_short_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"edited to 2\.00 s; expected at least 4 s"):
        backend(EditMusicRequest(NOTHING, NOTHING, 2 * SAMPLE_RATE_HZ))
    assert backend(EditMusicRequest(NOTHING, NOTHING, BAR * 8)).action == "edit_music"


def test_wav_is_of_floats(tmp_path: Path) -> None:
    sound = np.linspace(-1.5, 1.5, 999, dtype=np.float32)[:, None]
    path = tmp_path / "a.wav"
    path.write_bytes(wav_bytes(sound))
    assert np.array_equal(decode_audio(path, SAMPLE_RATE_HZ, channels=1), sound)
    with pytest.raises(wave.Error, match="unknown format: 3"), wave.open(str(path)):
        pass
