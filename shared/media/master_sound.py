"""The sound of a generated clip beside its pictures, in one file, without loss (ALAC, 24 bits)."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from numpy.typing import NDArray

from shared.errors import ModelFailure

_CODEC, _FORMAT = "alac", "s32p"
_FRAME_SAMPLES = 4096
_FULL_SCALE = 2**23 - 1
_LAYOUTS = {1: "mono", 2: "stereo"}


def add_sound(path: Path, master: Path, samples: NDArray[np.float32], sample_rate_hz: int) -> None:
    """Write to `path` the packets of `master` and a sound, float32 [channels, samples] in -1..1.

    Louder samples are clipped. Equal inputs give equal bytes. Raises `ModelFailure` for a sound
    with values that are no numbers, or with other than one or two channels.
    """
    channels, count = samples.shape
    if channels not in _LAYOUTS or not count:
        raise ModelFailure(f"a sound of {count} samples, {channels} channels; expected 1 or 2")
    if not np.isfinite(samples).all():
        raise ModelFailure("the sound holds values that are no numbers")
    # The upper 24 of 32 bits are kept.
    levels = (np.clip(samples.astype(np.float64), -1, 1) * _FULL_SCALE).round().astype(np.int32)
    levels <<= 8
    with (
        av.open(str(master)) as source,
        av.open(str(path), "w", format="mp4", options={"fflags": "+bitexact"}) as container,
    ):
        pictures = source.streams.video[0]
        video = container.add_stream_from_template(pictures)
        sound = container.add_stream(_CODEC, rate=sample_rate_hz, layout=_LAYOUTS[channels])
        assert isinstance(video, VideoStream)
        assert isinstance(sound, AudioStream)
        for packet in source.demux(pictures):
            if packet.dts is not None:
                packet.stream = video
                container.mux(packet)
        for start in range(0, count, _FRAME_SAMPLES):
            part = np.ascontiguousarray(levels[:, start : start + _FRAME_SAMPLES])
            frame = AudioFrame.from_ndarray(part, format=_FORMAT, layout=_LAYOUTS[channels])
            frame.sample_rate, frame.pts = sample_rate_hz, start
            frame.time_base = Fraction(1, sample_rate_hz)
            container.mux(sound.encode(frame))
        container.mux(sound.encode(None))
