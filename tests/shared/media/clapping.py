"""Clips with a white flash and a clap at the same moments, over a faint tone."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from shared.media.audio import Samples
from shared.sync_map import SAMPLE_RATE_HZ


def write_clapping(
    path: Path,
    claps: Sequence[float],
    seconds: float = 2.0,
    *,
    fps: int = 30,
    delay_seconds: float = 0.0,
    sample_rate_hz: int = SAMPLE_RATE_HZ,
) -> Path:
    """Write a clip of 160x90; its sound track begins `delay_seconds` after its pictures."""
    samples = clap_sound([clap - delay_seconds for clap in claps], seconds, sample_rate_hz)
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=fps)
        video.width, video.height, video.pix_fmt = 160, 90, "yuv420p"
        audio = container.add_stream("aac", rate=sample_rate_hz)
        audio.layout = "stereo"
        for index in range(round(seconds * fps)):
            is_flash = any(abs(index / fps - clap) < 0.5 / fps for clap in claps)
            picture = np.full((90, 160, 3), 255 if is_flash else 50, np.uint8)
            picture[:, index % 140 : index % 140 + 20] = (220, 140, 60)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, fps)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        for start in range(0, len(samples), 1024):
            planar = np.ascontiguousarray(samples[start : start + 1024].T)
            sound = av.AudioFrame.from_ndarray(planar, format="fltp", layout="stereo")
            sound.sample_rate, sound.time_base = sample_rate_hz, Fraction(1, sample_rate_hz)
            sound.pts = start + round(delay_seconds * sample_rate_hz)
            container.mux(audio.encode(sound))
        container.mux(audio.encode(None))
    return path


def clap_sound(
    claps: Sequence[float], seconds: float, sample_rate_hz: int = SAMPLE_RATE_HZ
) -> Samples:
    """Bursts of noise over a faint tone, float32 [num_samples, 2]."""
    random = np.random.default_rng(3)
    times = np.arange(round(seconds * sample_rate_hz)) / sample_rate_hz
    sound = 0.02 * np.sin(2 * np.pi * 330 * times)
    for clap in claps:
        first, count = round(clap * sample_rate_hz), sample_rate_hz // 40
        if 0 <= first < len(sound) - count:
            burst = random.standard_normal(count) * np.exp(-np.arange(count) / (count / 5))
            sound[first : first + count] += 0.6 * np.clip(burst, -1, 1)
    return np.repeat(sound[:, None], 2, axis=1).astype(np.float32)


def clap_at(sound: Samples, near: int, reach: int = 2_400) -> int:
    """The sample at which a clap begins, near another."""
    first = max(0, near - reach)
    part = np.abs(sound[first : near + reach, 0])
    return first + int(np.argmax(part > 0.2 * float(part.max())))
