"""A small real brief: a song with known beats, two clips that move, two photos."""

from __future__ import annotations

import wave
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image

SONG_SECONDS = 8.0
BPM = 120.0
FIRST_BEAT_SECONDS = 0.25
SAMPLE_RATE_HZ = 48_000


@dataclass(frozen=True)
class Sources:
    """Where the files are; `beats` are the song's true beats in seconds."""

    folder: Path
    song: Path
    clips: tuple[Path, ...]
    photos: tuple[Path, ...]
    beats: tuple[float, ...]

    def flags(self) -> list[str]:
        """Song and references as flags of `onbeat make`."""
        references = [word for path in (*self.clips, *self.photos) for word in ("--ref", str(path))]
        return ["--song", str(self.song), *references]


def write_sources(folder: Path) -> Sources:
    """Write all files of the brief."""
    beats = tuple(float(beat) for beat in np.arange(FIRST_BEAT_SECONDS, SONG_SECONDS - 0.2, 0.5))
    song = folder / "song.wav"
    write_song(song, beats)
    clips = (folder / "left.mp4", folder / "right.mp4")
    write_clip(clips[0], seconds=6.0, frame_rate=Fraction(25), step=-3)
    write_clip(clips[1], seconds=6.0, frame_rate=Fraction(30000, 1001), step=4)
    photos = (folder / "tall.jpg", folder / "wide.png")
    write_photo(photos[0], (400, 600), 1)
    write_photo(photos[1], (900, 500), 2)
    return Sources(folder, song, clips, photos, beats)


def write_song(path: Path, beats: tuple[float, ...], seconds: float = SONG_SECONDS) -> None:
    """A kick on every beat over a soft chord, louder in the second half; 16-bit stereo."""
    time = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    chord = sum(np.sin(2 * np.pi * pitch * time) for pitch in (220.0, 277.2, 329.6))
    track = 0.02 * chord * np.where(time > seconds / 2, 2.0, 1.0)
    kick_time = np.arange(round(0.25 * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    kick = np.sin(2 * np.pi * (50 * kick_time - 3 * np.exp(-kick_time / 0.02)))
    kick *= 0.6 * np.exp(-kick_time / 0.08)
    for beat in beats:
        start = round(beat * SAMPLE_RATE_HZ)
        piece = kick[: len(track) - start]
        track[start : start + len(piece)] += piece
    data = np.repeat((np.clip(track, -1, 1) * 32767).astype("<i2")[:, None], 2, axis=1)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes(data.tobytes())


def write_clip(path: Path, *, seconds: float, frame_rate: Fraction, step: int) -> None:
    """A texture that travels `step` pixels a frame, 320x180."""
    random = np.random.default_rng(abs(step))
    small = random.integers(30, 226, (24, 40, 3), dtype=np.uint8)
    texture = np.asarray(Image.fromarray(small).resize((640, 180), Image.Resampling.BICUBIC))
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=frame_rate)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for index in range(round(seconds * frame_rate)):
            picture = np.roll(texture, step * index, axis=1)[:, :320]
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def write_clip_with_sound(path: Path, song: Path) -> None:
    """A clip of six seconds with the song as its sound (AAC)."""
    silent = path.with_suffix(".silent.mp4")
    write_clip(silent, seconds=6.0, frame_rate=Fraction(25), step=2)
    with (
        av.open(str(silent)) as video,
        av.open(str(song)) as audio,
        av.open(str(path), "w") as container,
    ):
        pictures = container.add_stream_from_template(video.streams.video[0])
        sound = container.add_stream("aac", rate=SAMPLE_RATE_HZ)
        assert isinstance(sound, av.AudioStream)
        for packet in video.demux(video=0):
            if packet.dts is not None:
                packet.stream = pictures
                container.mux(packet)
        for frame in audio.decode(audio=0):
            container.mux(sound.encode(frame))
        container.mux(sound.encode(None))


def write_photo(path: Path, size: tuple[int, int], seed: int) -> None:
    """A photo of soft blobs of colour."""
    random = np.random.default_rng(seed)
    small = random.integers(0, 256, (6, 6, 3), dtype=np.uint8)
    Image.fromarray(small).resize(size, Image.Resampling.BICUBIC).save(path)
