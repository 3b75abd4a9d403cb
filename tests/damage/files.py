"""Small sound files, photos and videos of every kind, written by PyAV and Pillow."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from PIL import Image

from tests.encoder.scenes import pan, texture, write_frames

# By the name of a file: its codec.
SOUNDS = {
    "a.wav": "pcm_s16le",
    "a.mp3": "libmp3lame",
    "a.flac": "flac",
    "a.ogg": "vorbis",
    "a.m4a": "aac",
    "a.opus": "libopus",
}
RARER_SOUNDS = {
    "a.aac": "aac",
    "a.aiff": "pcm_s16be",
    "a.caf": "pcm_s16le",
    "a.w64": "pcm_s16le",
    "a.mka": "libopus",
    "a.wma": "wmav2",
    "a.ac3": "ac3",
    "a.eac3": "eac3",
}
PHOTOS = ("a.jpg", "a.png", "a.webp", "a.tiff", "a.bmp", "a.gif", "a.avif")
VIDEOS = {
    "a.mp4": "libx264",
    "a.mov": "mjpeg",
    "a.mkv": "libx265",
    "a.webm": "libvpx-vp9",
    "a.avi": "mpeg4",
    "a.ts": "mpeg2video",
    "a.mpg": "mpeg2video",
    "a.flv": "flv",
    "a.wmv": "wmv2",
}
_RATE_HZ = 48_000
_SECONDS = 1.5
_PIXELS = {"mjpeg": "yuvj420p"}


@cache
def sound(name: str) -> bytes:
    """A tone with a click every quarter of a second."""
    count = round(_SECONDS * _RATE_HZ)
    at = np.arange(count)
    level = 3000 * np.sin(at * 0.05) + 20_000 * np.exp(-(at % (_RATE_HZ // 4)) / 300)
    stereo = np.repeat(level.astype(np.int16), 2)[None]
    codec = {**SOUNDS, **RARER_SOUNDS}[name]
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        with av.open(str(path), "w") as container:
            stream = container.add_stream(codec, rate=_RATE_HZ)
            assert isinstance(stream, AudioStream)
            stream.layout, stream.bit_rate = "stereo", 128_000
            stream.codec_context.options = {"strict": "experimental"}  # FFmpeg's own vorbis
            frame = AudioFrame.from_ndarray(stereo, format="s16", layout="stereo")
            frame.sample_rate = _RATE_HZ
            container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return path.read_bytes()


@cache
def photo(name: str) -> bytes:
    """A cloudy picture of 90x60."""
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        Image.fromarray(texture(3)[:60, :90]).save(path)
        return path.read_bytes()


@cache
def video(name: str) -> bytes:
    """Two shots of four frames."""
    frames = [*pan(texture(1), 4, 2, size=(64, 48)), *pan(texture(2), 4, 2, size=(64, 48))]
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        codec = VIDEOS[name]
        tags = {"pix_fmt": _PIXELS[codec]} if codec in _PIXELS else None
        return write_frames(path, frames, codec=codec, tags=tags).read_bytes()
