"""`stems`: the tracks of a soundtrack as WAV files of 24 bits."""

from __future__ import annotations

import struct
from math import log10
from pathlib import Path
from typing import TYPE_CHECKING

from services.gateway import mix
from shared.actions import Backend, Context, environment_of
from shared.blobs import BlobStore
from shared.digest import Digest
from shared.requests import StemsRequest
from shared.schema import to_json
from shared.stems import STEMS_FOLDER, StemFile, Stems
from shared.sync_map import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from shared.media.audio import Samples

_FULL_SCALE = (1 << 23) - 1
_PCM = 1


def backend(request: StemsRequest) -> Backend:
    """Who writes; raises what the mixer raises for a mix that cannot be."""
    mixed_by = mix.backend(request.sound)
    return Backend("stems/wav", mixed_by.version, environment_of("av", "numpy"))


def perform(request: StemsRequest, context: Context) -> Digest:
    """Lay the tracks as the mixer does, write each; the result is a `Stems`."""
    import numpy as np

    tracks = mix.mixed_tracks(request.sound, context.blobs).named()
    context.progress(0.6)
    peak = max((float(np.abs(sound).max(initial=0.0)) for _, sound in tracks), default=0.0)
    scale = min(1.0, 1.0 / peak) if peak else 1.0
    files = tuple(
        StemFile(name, context.blobs.put(wav_24(sound * np.float32(scale))))
        for name, sound in tracks
    )
    lowered_db = round(-20 * log10(scale), 4) + 0.0
    return context.blobs.put(to_json(Stems(files, lowered_db)))


def write_stems(folder: Path, blobs: BlobStore, stems: Stems) -> None:
    """Write the files of stems into `folder`/stems."""
    (folder / STEMS_FOLDER).mkdir(exist_ok=True)
    for file in stems.files:
        with (
            blobs.open(file.wav) as source,
            (folder / STEMS_FOLDER / f"{file.name}.wav").open("wb") as target,
        ):
            while block := source.read(1 << 20):
                target.write(block)


def wav_24(sound: Samples) -> bytes:
    """A WAV of 24 bits at 48 kHz from float32 [num_samples, channels]; beyond 1.0 is cut off."""
    import numpy as np

    scaled = np.rint(np.clip(sound, -1, 1).astype(np.float64) * _FULL_SCALE).astype("<i4")
    data = np.ascontiguousarray(scaled).view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
    channels = sound.shape[1]
    frame = 3 * channels
    layout = struct.pack(
        "<HHIIHH", _PCM, channels, SAMPLE_RATE_HZ, SAMPLE_RATE_HZ * frame, frame, 24
    )
    chunks = struct.pack("<4sI", b"fmt ", len(layout)) + layout
    chunks += struct.pack("<4sI", b"data", len(data)) + data + b"\0" * (len(data) % 2)
    return struct.pack("<4sI4s", b"RIFF", 4 + len(chunks), b"WAVE") + chunks
