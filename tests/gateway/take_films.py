"""Takes of a song, with flashes at known times of it, and their scratch sound."""

from __future__ import annotations

import wave
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from benchmarks.take_scenes import RATE_HZ, Samples, Take, record

WIDTH, HEIGHT = 160, 90


def write_mono(path: Path, samples: Samples) -> None:
    """A WAV file of 16 bits at `RATE_HZ`."""
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        file.writeframes(np.rint(np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


def write_take(
    path: Path,
    song: Samples,
    take: Take,
    flashes: Sequence[float],
    *,
    frame_rate: Fraction = Fraction(25),
    hue: int = 0,
    sound_delay_seconds: float = 0.0,
) -> None:
    """A take whose first picture is at `take.start_s` of the song, its sound so much later.

    It has a texture that moves slowly, tinted in the channel `hue`, and is white in every frame
    that holds a flash, given in seconds of the song.
    """
    heard = record(song, replace(take, start_s=take.start_s + sound_delay_seconds))
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=frame_rate)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        sound = container.add_stream("aac", rate=RATE_HZ)
        sound.layout = "mono"
        count = round(take.seconds * frame_rate)
        lit = {_frame_of(time, take, frame_rate) for time in flashes}
        random = np.random.default_rng(hue)
        texture = random.integers(20, 90, (HEIGHT // 10, WIDTH // 10, 3), dtype=np.uint8)
        texture[..., hue] += 60
        texture = texture.repeat(10, axis=0).repeat(10, axis=1)
        for index in range(count):
            picture = np.roll(texture, index, axis=1)
            if index in lit:
                picture = np.full_like(picture, 250)
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(video.encode(None))
        data = np.rint(np.clip(heard, -1, 1) * 32767).astype("<i2")[None]
        delay = round(sound_delay_seconds * RATE_HZ)
        for first in range(0, data.shape[1], 1024):
            piece = np.ascontiguousarray(data[:, first : first + 1024])
            frame = av.AudioFrame.from_ndarray(piece, format="s16", layout="mono")
            frame.sample_rate, frame.pts = RATE_HZ, first + delay
            frame.time_base = Fraction(1, RATE_HZ)
            container.mux(sound.encode(frame))
        container.mux(sound.encode(None))


def _frame_of(song_seconds: float, take: Take, frame_rate: Fraction) -> int:
    """The take's frame that is exposed at a time of the song."""
    seconds = (song_seconds - take.start_s) / (1 + take.drift_ppm / 1e6)
    return int(seconds * frame_rate)
