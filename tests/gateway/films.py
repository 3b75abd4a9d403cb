"""Real segments, songs and films with known content, for tests of mix, assembly and inspection."""

from __future__ import annotations

import io
import wave
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import av
import numpy as np

from services.gateway import assemble, mix
from services.gateway.film_pictures import MadeClip
from services.generator.footage.encode import encode_segment
from shared.blobs import BlobStore, MemoryBlobs
from shared.brief import Size
from shared.digest import Digest
from shared.media.audio import Samples
from shared.media.decode import decode_segment, frame_hash
from shared.media.segment import Segment
from shared.requests import AssembleRequest, Delivery, MixRequest, Quality
from shared.sync_map import SAMPLE_RATE_HZ
from shared.timing import sample_at_frame
from tests.shared.media.painting import gray_planes, numbered, read_number

RATES = [
    Fraction(24000, 1001),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(30),
    Fraction(60),
]
SIZE = Size(160, 90)


@dataclass
class Here:
    """The context of an action that runs in the test itself."""

    blobs: BlobStore = field(default_factory=MemoryBlobs)
    told: list[float] = field(default_factory=list)

    def progress(self, fraction: float) -> None:
        self.told.append(fraction)


def segment(
    first_number: int,
    frames: int,
    frame_rate: Fraction = Fraction(30),
    *,
    size: Size = SIZE,
    quality: Quality = Quality.FINAL,
) -> Segment:
    """A segment whose frames show consecutive numbers."""
    pictures = (
        gray_planes(numbered(first_number + index, size.width, size.height))
        for index in range(frames)
    )
    return encode_segment(pictures, Delivery(size, frame_rate, quality))


def shots_of(lengths: list[int], frame_rate: Fraction = Fraction(30)) -> list[Segment]:
    """Segments of given lengths; every frame of the film shows another number."""
    starts = accumulate(lengths[:-1], initial=100)
    return [segment(s, n, frame_rate) for s, n in zip(starts, lengths, strict=True)]


def made(of: Segment) -> MadeClip:
    """What `render` and `measure` say of a segment."""
    return MadeClip(of.packets_sha256, tuple(map(frame_hash, decode_segment(of))))


def song(seconds: float, beat_seconds: float = 0.5) -> Samples:
    """Stereo noise bursts on a steady beat over a chord, float32 [num_samples, 2]."""
    rng = np.random.default_rng(7)
    times = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    envelope = np.exp(-30 * (times % beat_seconds))
    chord = sum(np.sin(2 * np.pi * hertz * times) for hertz in (220, 277.2, 329.6)) * 0.08
    hits = rng.standard_normal((len(times), 2)) * envelope[:, None] * 0.2
    return np.asarray(hits + np.asarray(chord)[:, None], np.float32)


def wav(samples: Samples, sample_rate_hz: int = SAMPLE_RATE_HZ) -> bytes:
    """A 16-bit WAV file."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as writer:
        writer.setnchannels(samples.shape[1])
        writer.setsampwidth(2)
        writer.setframerate(sample_rate_hz)
        writer.writeframes(np.rint(np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return buffer.getvalue()


def shown(path: Path) -> tuple[list[Fraction], list[int]]:
    """When each frame of a film comes on screen, and the number that it shows."""
    times, numbers = [], []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            times.append((frame.pts or 0) * Fraction(frame.time_base or 0))
            numbers.append(read_number(np.asarray(frame.to_ndarray()[: frame.height], np.uint8)))
    return times, numbers


def assembled(
    here: Here,
    segments: list[Segment],
    frame_rate: Fraction = Fraction(30),
    soundtrack: Digest | None = None,
) -> Digest:
    """A film as the action makes it."""
    digests = tuple(here.blobs.put(part.to_bytes()) for part in segments)
    return assemble.perform(AssembleRequest(digests, soundtrack, frame_rate), here)


def film_with_song(
    here: Here, folder: Path, lengths: list[int], frame_rate: Fraction, start_sample: int = 0
) -> tuple[Path, list[Segment], Samples]:
    """A film over a window of a song as `build` makes it, its segments, and that window."""
    parts = shots_of(lengths, frame_rate)
    samples = song(float(sum(lengths) / frame_rate) + 2)
    length = sample_at_frame(sum(lengths), SAMPLE_RATE_HZ, frame_rate)
    audio = here.blobs.put(wav(samples))
    soundtrack = mix.perform(MixRequest(audio, start_sample, length, 4_800), here)
    path = folder / "film.mp4"
    path.write_bytes(here.blobs.read(assembled(here, parts, frame_rate, soundtrack)))
    return path, parts, samples[start_sample : start_sample + length]
