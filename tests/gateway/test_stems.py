"""Stems: their sum is the mix before its limiter and its preset."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from services.gateway import mix, stems
from services.gateway.stems import wav_24, write_stems
from shared.media.audio import decode_audio
from shared.requests import MixRequest, StemsRequest
from shared.schema import from_json
from shared.soundtrack import Voice
from shared.stems import Stems
from tests.gateway.films import Here, wav
from tests.gateway.test_ducking import RATE, noise


def made(here: Here, level: float) -> tuple[MixRequest, Stems]:
    voice = Voice(here.blobs.put(wav(noise(1, 0.05, 1))), RATE)
    sound = MixRequest(here.blobs.put(wav(noise(3, level))), 0, 3 * RATE, 4_800, voice=voice)
    digest = stems.perform(StemsRequest(sound), here)
    return sound, from_json(Stems, here.blobs.read(digest))


def test_their_sum_is_the_mix(tmp_path: Path) -> None:
    here = Here()
    sound, found = made(here, 0.1)
    write_stems(tmp_path, here.blobs, found)
    files = sorted((tmp_path / "stems").iterdir())
    assert [file.name for file in files] == ["song.wav", "voice.wav"]
    together = sum(decode_audio(file) for file in files)
    expected = mix.mixed_tracks(sound, here.blobs).total(3 * RATE)
    assert found.lowered_db == 0
    assert np.abs(together - expected).max() < 1e-6


def test_files_are_24_bits_at_48_khz(tmp_path: Path) -> None:
    import av

    ramp = np.linspace(-1, 1, 4_801, dtype=np.float32)[:, None] * np.ones((1, 2), np.float32)
    (tmp_path / "a.wav").write_bytes(wav_24(ramp))
    with av.open(str(tmp_path / "a.wav")) as container:
        stream = container.streams.audio[0]
        assert (stream.codec_context.name, stream.rate, stream.channels) == ("pcm_s24le", RATE, 2)
    assert np.abs(decode_audio(tmp_path / "a.wav") - ramp).max() < 2e-7


def test_a_song_alone_is_one_stem_as_loud_as_it_is() -> None:
    here = Here()
    loud = np.clip(noise(2, 0.4), -1, 1)
    sound = MixRequest(here.blobs.put(wav(loud)), 0, 2 * RATE, 0)
    found = from_json(Stems, here.blobs.read(stems.perform(StemsRequest(sound), here)))
    assert found.lowered_db == pytest.approx(0, abs=0.01)
    assert [file.name for file in found.files] == ["song"]
    assert stems.backend(StemsRequest(sound)).action == "stems"
