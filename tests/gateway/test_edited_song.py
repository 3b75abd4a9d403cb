"""A film whose song is edited plays the whole edit, and its map fits the sound to the sample."""

from __future__ import annotations

import asyncio
import dataclasses
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from examples import synthesis
from services.gateway.edited_song import Listening, edited_song
from services.gateway.embedded import embedded_runner
from shared.brief import Brief, MediaKind, Reference, Role
from shared.errors import InvalidInput
from shared.media.audio import decode_audio
from shared.runner import Runner
from shared.schema import to_json
from shared.settings import Settings
from shared.sync_map import SAMPLE_RATE_HZ, Beat, Phrase, Section, SyncMap

BAR = 2 * SAMPLE_RATE_HZ
NUM_BARS = 16


def wav_of_clicks(path: Path) -> Path:
    """Sixteen bars of 4/4 at 120 BPM: a pluck on every beat, higher on the downbeat."""
    import wave

    sound = np.zeros(NUM_BARS * BAR)
    for beat in range(4 * NUM_BARS):
        pluck = synthesis.pluck(72 if beat % 4 else 84, SAMPLE_RATE_HZ, 0.2, 0.8)
        part = sound[beat * BAR // 4 :][: len(pluck)]
        part += 0.5 * pluck[: len(part)]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def heard() -> SyncMap:
    return SyncMap(
        NUM_BARS * BAR,
        0.5,
        120.0,
        1.0,
        tuple(Beat(index * BAR // 4, 1.0) for index in range(4 * NUM_BARS)),
        (),
        (0.7,) * (200 * NUM_BARS),
        downbeats=tuple(bar * BAR for bar in range(NUM_BARS)),
        phrases=tuple(Phrase(bar * BAR, (bar + 4) * BAR, 4) for bar in range(0, NUM_BARS, 4)),
        sections=(Section(0, NUM_BARS * BAR, "A", 0.7),),
    )


async def _edit(
    runner: Runner, path: Path, sync_map: SyncMap, **changes: object
) -> tuple[Listening, bool]:
    blob = runner.blobs.put(path.read_bytes())
    song = Reference("song", MediaKind.AUDIO, blob, (Role.RHYTHM,), path.name)
    brief = Brief(song, (), duration_seconds=Fraction(24), music_edit=True)
    brief = dataclasses.replace(brief, **changes)  # type: ignore[arg-type]
    listening = Listening(song, sync_map, runner.blobs.put(to_json(sync_map)))
    found, is_edited = await edited_song(runner, brief, listening)
    assert found is not None
    assert is_edited is (found is not listening)
    return found, is_edited


def test_only_what_can_and_should_be_edited_is(tmp_path: Path) -> None:
    path = wav_of_clicks(tmp_path / "song.wav")

    async def run() -> list[tuple[Listening, bool]]:
        async with embedded_runner(Settings(tmp_path / "store")) as runner:
            bare = dataclasses.replace(heard(), phrases=())
            with pytest.raises(InvalidInput, match=r"no musical phrases .* in song\.wav"):
                await _edit(runner, path, bare)
            with pytest.raises(InvalidInput, match="expected a duration"):
                await _edit(runner, path, heard(), duration_seconds=None)
            with pytest.raises(InvalidInput, match="there is no song"):
                await _edit(runner, path, heard(), song=None)
            return [
                await _edit(runner, path, heard()),
                await _edit(runner, path, heard(), music_edit=False),
            ]

    (song, is_edited), *others = asyncio.run(run())
    assert is_edited
    assert [was_edited for _, was_edited in others] == [False]
    assert song.sync_map.duration_samples == 12 * BAR
    assert len(song.sync_map.joins) == 1
    assert song.reference.handle == "song"
    with embedded_runner(Settings(tmp_path / "store")).blobs.local_path(song.reference.blob) as wav:
        sound = decode_audio(wav)
    assert len(sound) == 12 * BAR
    loud = [np.abs(sound[beat.sample : beat.sample + 960]).max() for beat in song.sync_map.beats]
    assert min(loud) > 0.2
    assert len(loud) == 48
