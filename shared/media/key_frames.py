"""Stills from a film at the price of its key frames: one packet is decoded for each picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.video.reformatter import Colorspace, Interpolation, VideoReformatter
from av.video.stream import VideoStream

from shared.errors import InvalidInput
from shared.media.color import Uint8Array

_ACCURATE = int(Interpolation.AREA | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT)


def key_pictures(path: Path, seconds: Iterable[Fraction], max_side: int) -> Iterator[Uint8Array]:
    """The last key frame at or before each time, as uint8 [H, W, 3] of at most `max_side` pixels.

    `path` is a film as `assemble` writes it: every clip starts with a key frame, so the picture is
    of the clip that is on screen at that time. Raises `InvalidInput` for what is not a film.
    """
    reformatter = VideoReformatter()
    try:
        with av.open(str(path), format="mp4", options={"protocol_whitelist": "file"}) as container:
            if not container.streams.video:
                raise InvalidInput(f"{path} holds no pictures; expected a film")
            stream = container.streams.video[0]
            stream.codec_context.thread_count = 1
            for time in seconds:
                yield _small(_key_frame(container, stream, time), max_side, reformatter)
    except (av.FFmpegError, ValueError) as error:
        raise InvalidInput(f"{path} cannot be read as a film: {error}") from error


def _key_frame(container: InputContainer, stream: VideoStream, time: Fraction) -> av.VideoFrame:
    container.seek(round(time / Fraction(stream.time_base or 1)), stream=stream)
    packet = next(container.demux(stream))
    # The second call asks the decoder for the picture at once, instead of after the next packets.
    frames = [*stream.codec_context.decode(packet), *stream.codec_context.decode(None)]
    stream.codec_context.flush_buffers()
    if not frames:
        raise ValueError(f"no picture at {float(time):.3f} s")
    return frames[0]


def _small(frame: av.VideoFrame, max_side: int, reformatter: VideoReformatter) -> Uint8Array:
    scale = min(1.0, max_side / max(frame.width, frame.height))
    small = reformatter.reformat(
        frame,
        width=max(1, round(frame.width * scale)),
        height=max(1, round(frame.height * scale)),
        format="rgb24",
        src_colorspace=Colorspace.ITU709,
        interpolation=_ACCURATE,
    )
    return np.asarray(small.to_ndarray(), dtype=np.uint8)
