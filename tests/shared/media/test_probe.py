"""What files are, by what is in them; and what is refused, with which words."""

from __future__ import annotations

import base64
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.video.reformatter import ColorTrc
from av.video.stream import VideoStream
from PIL import Image

from shared.brief import MediaKind
from shared.errors import InvalidInput
from shared.media.probe import probe
from tests.shared.media.damage import MUTATIONS, mutated
from tests.shared.media.painting import (
    av_frame,
    numbered_video,
    turn_clockwise,
    write_video,
)

RATE_HZ = 48_000


def _sound(
    path: Path, codec: str, seconds: float = 3.0, *, tags: dict[str, str] | None = None
) -> Path:
    """A noisy tone in a container of its own."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=RATE_HZ)
        assert isinstance(stream, AudioStream)
        _encode_sound(container, stream, seconds)
    return path


def _encode_sound(
    container: av.container.OutputContainer, stream: AudioStream, seconds: float
) -> None:
    rng, count = np.random.default_rng(0), round(seconds * RATE_HZ)
    tone = 8000 * np.sin(np.arange(count) * 0.05) + rng.normal(0, 800, count)
    frame = AudioFrame.from_ndarray(tone.astype(np.int16)[None], format="s16", layout="mono")
    frame.sample_rate = RATE_HZ
    container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def _clip_with_sound(path: Path, picture_seconds: float, sound_seconds: float) -> Path:
    with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
        video = container.add_stream("libx264", rate=30)
        audio = container.add_stream("aac", rate=RATE_HZ)
        assert isinstance(video, VideoStream)
        assert isinstance(audio, AudioStream)
        video.width, video.height, video.pix_fmt = 64, 64, "yuv420p"
        rng = np.random.default_rng(0)
        for _ in range(round(30 * picture_seconds)):
            pixels = rng.integers(0, 255, (64, 64, 3), dtype=np.uint8)
            container.mux(video.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(video.encode(None))
        _encode_sound(container, audio, sound_seconds)
    return path


def _cut(path: Path, part: float) -> Path:
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * part)])
    return path


def _refusal(path: Path) -> str:
    with pytest.raises(InvalidInput) as refusal:
        probe(path)
    message = str(refusal.value)
    assert "\n" not in message
    assert path.name not in message
    assert str(path.parent) not in message
    return message


@pytest.mark.parametrize("suffix", ["mp4", "mov", "mkv", "avi", "ts", "flv"])
def test_videos(tmp_path: Path, suffix: str) -> None:
    info = probe(numbered_video(tmp_path / f"a.{suffix}", 60, Fraction(30)))
    assert (info.kind, info.codec) == (MediaKind.VIDEO, "h264")
    assert (info.width, info.height) == (160, 90)
    assert info.duration_seconds == pytest.approx(2.0, abs=0.04)
    assert info.frame_rate == 30
    assert (info.audio_codec, info.audio_duration_seconds) == (None, None)


def test_names_say_nothing(tmp_path: Path) -> None:
    path = numbered_video(tmp_path / "my-file.mp4", 12).rename(tmp_path / "song.mp3")
    assert probe(path).kind is MediaKind.VIDEO
    Image.new("RGB", (64, 48)).save(tmp_path / "other-file.mp4", "PNG")
    assert probe(tmp_path / "other-file.mp4").kind is MediaKind.IMAGE


def test_exact_rates(tmp_path: Path) -> None:
    info = probe(numbered_video(tmp_path / "my-file.mp4", 30, Fraction(30_000, 1001)))
    assert info.frame_rate == Fraction(30_000, 1001)
    assert info.duration_seconds == pytest.approx(1.001)


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_turned_videos_are_upright(tmp_path: Path, degrees: int) -> None:
    info = probe(turn_clockwise(numbered_video(tmp_path / "my-file.mp4", 10), degrees))
    assert (info.width, info.height) == ((160, 90) if degrees % 180 == 0 else (90, 160))


def test_a_clip_with_sound(tmp_path: Path) -> None:
    info = probe(_clip_with_sound(tmp_path / "my-file.mp4", 1.0, 2.0))
    assert info.kind is MediaKind.VIDEO
    assert info.duration_seconds == pytest.approx(1.0, abs=0.01)
    assert (info.audio_codec, info.audio_sample_rate_hz) == ("aac", RATE_HZ)
    assert info.audio_channels in (1, 2)
    assert info.audio_duration_seconds == pytest.approx(2.0, abs=0.05)


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.wav", "pcm_s16le"),
        ("a.mp3", "libmp3lame"),
        ("a.flac", "flac"),
        ("a.m4a", "aac"),
        ("a.aac", "aac"),
        ("a.aiff", "pcm_s16be"),
        ("a.opus", "libopus"),
        ("a.caf", "pcm_s16be"),
        ("a.w64", "pcm_s16le"),
        ("a.mka", "aac"),
        ("a.mp2", "mp2"),
        ("a.ac3", "ac3"),
        ("a.eac3", "eac3"),
    ],
)
def test_sounds(tmp_path: Path, name: str, codec: str) -> None:
    info = probe(_sound(tmp_path / name, codec))
    assert info.kind is MediaKind.AUDIO
    assert (info.width, info.height, info.frame_rate) == (None, None, None)
    assert info.duration_seconds == pytest.approx(3.0, abs=0.06)
    assert info.audio_duration_seconds == info.duration_seconds
    assert info.audio_sample_rate_hz == RATE_HZ
    assert info.codec == info.audio_codec == codec.removeprefix("lib").replace("mp3lame", "mp3")


def test_cover_art_is_no_video(tmp_path: Path) -> None:
    # An ID3 tag with a front cover before an MP3's first frame.
    sound = _sound(tmp_path / "my-file.mp3", "libmp3lame").read_bytes()
    Image.new("RGB", (300, 300), (200, 30, 40)).save(tmp_path / "cover.png")
    picture = b"\0image/png\0\x03\0" + (tmp_path / "cover.png").read_bytes()
    frame = b"APIC" + len(picture).to_bytes(4, "big") + b"\0\0" + picture
    size = bytes((len(frame) >> shift) & 0x7F for shift in (21, 14, 7, 0))
    (tmp_path / "other-file.mp3").write_bytes(b"ID3\x03\0\0" + size + frame + sound)
    with av.open(str(tmp_path / "other-file.mp3")) as container:
        assert len(container.streams.video) == 1  # FFmpeg calls the cover a video
    info = probe(tmp_path / "other-file.mp3")
    assert (info.kind, info.width) == (MediaKind.AUDIO, None)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty file"),
        (b"just some words\n" * 300, "found text"),
        (np.random.default_rng(3).bytes(100_000), "no known format"),
        (base64.b64decode("iVBORw0KGgo="), "PNG photo"),
    ],
    ids=["empty", "text", "random", "png"],
)
def test_no_media(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "my-clip.mp4"
    path.write_bytes(data)
    message = _refusal(path)
    assert words in message
    assert "expected" in message


def test_random_bytes_are_never_sound(tmp_path: Path) -> None:
    # MP3 and AAC begin with a dozen bits that random bytes hit often.
    path = tmp_path / "my-song.mp3"
    for seed in range(MUTATIONS):
        path.write_bytes(np.random.default_rng(seed).bytes(20_000))
        _refusal(path)


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("my-song.wav", "pcm_s16le"),
        ("my-song.mp3", "libmp3lame"),
        ("my-song.flac", "flac"),
        ("my-song.m4a", "aac"),
        ("my-song.opus", "libopus"),
    ],
)
def test_damaged_sounds_are_read_or_refused(tmp_path: Path, name: str, codec: str) -> None:
    path = _sound(tmp_path / name, codec, 1.0)
    data, refusals = path.read_bytes(), 0
    for seed in range(MUTATIONS):
        path.write_bytes(mutated(data, seed))
        try:
            probe(path)
        except InvalidInput:  # anything else is the test's failure
            refusals += 1
    assert 0 < refusals < MUTATIONS


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.avi"])
def test_truncated_videos(tmp_path: Path, name: str) -> None:
    path = _cut(numbered_video(tmp_path / name, 90), 0.6)
    message = _refusal(path)
    assert "truncated" in message


def test_a_truncated_video_with_its_index_in_front(tmp_path: Path) -> None:
    message = _refusal(_cut(_clip_with_sound(tmp_path / "my-file.mp4", 3.0, 0.2), 0.5))
    assert message.startswith("truncated: ")
    assert "3.00 s are promised" in message


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.wav", "pcm_s16le"), ("a.mp3", "libmp3lame"), ("a.flac", "flac"), ("a.m4a", "aac")],
)
def test_truncated_sounds(tmp_path: Path, name: str, codec: str) -> None:
    assert "truncated" in _refusal(_cut(_sound(tmp_path / name, codec), 0.5))


def test_longer_sound_does_not_make_the_picture_short(tmp_path: Path) -> None:
    for name in ("a.mp4", "a.mkv"):
        assert probe(_clip_with_sound(tmp_path / name, 0.5, 4.0)).duration_seconds == pytest.approx(
            0.5, abs=0.05
        )


@pytest.mark.parametrize("size", [(30, 64), (16, 16)])
def test_too_small_videos(tmp_path: Path, size: tuple[int, int]) -> None:
    message = _refusal(numbered_video(tmp_path / "my-file.mp4", 5, size=size))
    assert f"{size[0]}x{size[1]} pixels; expected 32 to 8192" in message


def test_a_video_that_no_reader_takes_is_refused(tmp_path: Path) -> None:
    message = _refusal(numbered_video(tmp_path / "my-file.mp4", 1, size=(6400, 6400)))
    assert "6400x6400 pixels" in message
    assert "at most 36 megapixels" in message


def test_too_long_is_refused_unread(tmp_path: Path) -> None:
    times = [Fraction(0), Fraction(7 * 3600)]
    picture = np.zeros((64, 64), np.uint8)
    frames = [av_frame((picture, picture[::2, ::2], picture[::2, ::2])) for _ in times]
    message = _refusal(write_video(tmp_path / "my-file.mkv", frames, times=times))
    assert "7.0 hours; expected at most 6" in message


@pytest.mark.parametrize("transfer", ["SMPTE2084", "ARIB_STD_B67"])
def test_hdr_is_accepted(tmp_path: Path, transfer: str) -> None:
    # It is mapped to SDR when its frames are read (shared/media/hdr.py).
    tags = {"color_trc": int(ColorTrc[transfer])}
    path = numbered_video(tmp_path / "my-file.mp4", 6, tags=tags)
    assert probe(path).kind is MediaKind.VIDEO


def test_ten_bits_without_hdr_are_accepted(tmp_path: Path) -> None:
    y, chroma = np.full((64, 64), 500, np.uint16), np.full((32, 32), 512, np.uint16)
    frames = [av_frame((y, chroma, chroma), "yuv420p10le") for _ in range(6)]
    assert probe(write_video(tmp_path / "my-file.mp4", frames)).kind is MediaKind.VIDEO


def test_pictures_that_do_not_decode(tmp_path: Path) -> None:
    path = numbered_video(tmp_path / "my-file.mp4", 12)
    data = bytearray(path.read_bytes())
    start, end = data.index(b"mdat") + 4, data.index(b"moov") - 4
    data[start:end] = np.random.default_rng(0).bytes(end - start)
    path.write_bytes(data)
    assert "no frame can be decoded" in _refusal(path)
