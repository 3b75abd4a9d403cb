"""The action: two files in, a `TakeSync` out."""

from __future__ import annotations

import wave
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from benchmarks.take_scenes import RATE_HZ, Take, record, song
from services.audio_sync import sync_take
from shared.blobs import MemoryBlobs
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.requests import SyncTakeRequest
from shared.schema import from_json
from shared.take_sync import TakeSync


@dataclass
class Here:
    blobs: MemoryBlobs = field(default_factory=MemoryBlobs)
    told: list[float] = field(default_factory=list)

    def progress(self, fraction: float) -> None:
        self.told.append(fraction)


def put_wav(here: Here, folder: Path, samples: np.ndarray) -> Digest:
    path = folder / "sound.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(np.rint(samples * 32767).astype("<i2").tobytes())
    return here.blobs.put_file(path)


def test_a_take_is_placed_in_its_song(tmp_path: Path) -> None:
    here, samples = Here(), song(40, 4)
    take = Take(12, 20, 40, snr_db=10, reverb_s=0.4)
    request = SyncTakeRequest(
        put_wav(here, tmp_path, record(samples, take)), put_wav(here, tmp_path, samples)
    )
    found = from_json(TakeSync, here.blobs.read(sync_take.perform(request, here)))
    assert found.is_sure
    assert found.offset_samples == pytest.approx(12 * 48_000, abs=24)
    assert found.drift_ppm == pytest.approx(40, abs=3)
    assert here.told[-1] == 1.0
    assert sync_take.backend(request).action == "sync_take"


def test_what_is_no_sound_is_refused() -> None:
    here = Here()
    blob = here.blobs.put(b"no sound at all")
    with pytest.raises(InvalidInput, match="expected"):
        sync_take.perform(SyncTakeRequest(blob, blob), here)
