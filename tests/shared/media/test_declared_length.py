from __future__ import annotations

import struct
from pathlib import Path

import av
import pytest

from shared.media.declared_length import declared_seconds


def declared(path: Path) -> float | None:
    with av.open(path) as container:
        return declared_seconds(path, container, container.streams.audio[0])


def wav(data_size: int, extra_chunk: bytes = b"") -> bytes:
    """One second of 16-bit mono silence at 8 kHz whose header claims `data_size` bytes."""
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, 16000, 2, 16)
    data = struct.pack("<4sI", b"data", data_size) + bytes(16000)
    body = b"WAVE" + form + extra_chunk + data
    return struct.pack("<4sI", b"RIFF", len(body)) + body


@pytest.mark.parametrize(
    ("size", "seconds"), [(16000, 1.0), (48000, 3.0), (0xFFFFFFFF, None), (0, None)]
)
def test_a_wav_states_its_length_unless_it_was_streamed(
    tmp_path: Path, size: int, seconds: float | None
) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(wav(size))
    with path.open("rb"):
        assert declared_of_wav(path) == seconds


def declared_of_wav(path: Path) -> float | None:
    try:
        return declared(path)
    except av.FFmpegError:  # libav does not open a WAV that says it is empty
        return None


def test_other_chunks_are_stepped_over(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(wav(16000, struct.pack("<4sI", b"LIST", 5) + b"hello\0"))
    assert declared(path) == 1.0


def encode(path: Path, codec: str, options: dict[str, str] | None = None) -> Path:
    """Two seconds of silence at 44.1 kHz."""
    with av.open(path, "w", options=options or {}) as container:
        stream = container.add_stream(codec, rate=44_100, layout="mono")
        assert isinstance(stream, av.AudioStream)
        resampler = av.AudioResampler(
            stream.format.name, "mono", 44_100, stream.codec_context.frame_size or None
        )
        frame = av.AudioFrame("s16", "mono", 88_200)
        frame.planes[0].update(bytes(frame.planes[0].buffer_size))
        frame.sample_rate = 44_100
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return path


def test_mp3_states_its_length_only_in_its_header_frame(tmp_path: Path) -> None:
    with_header = encode(tmp_path / "a.mp3", "libmp3lame")
    without = encode(tmp_path / "b.mp3", "libmp3lame", {"write_xing": "0"})
    assert declared(with_header) == pytest.approx(2.0, abs=0.01)
    assert declared(without) is None


@pytest.mark.parametrize(("suffix", "codec"), [("m4a", "aac"), ("flac", "flac"), ("mka", "aac")])
def test_containers_state_it(tmp_path: Path, suffix: str, codec: str) -> None:
    path = encode(tmp_path / f"a.{suffix}", codec)
    assert declared(path) == pytest.approx(2.0, abs=0.05)


@pytest.mark.parametrize(("suffix", "codec"), [("aac", "aac"), ("ts", "aac")])
def test_streams_made_to_be_cut_state_nothing(tmp_path: Path, suffix: str, codec: str) -> None:
    assert declared(encode(tmp_path / f"a.{suffix}", codec)) is None
