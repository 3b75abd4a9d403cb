from __future__ import annotations

import re
import wave
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from shared.errors import InvalidInput, NotFound
from shared.media.audio import decode_audio, mono_mix

Samples = NDArray[np.float32]

HITS_S = (0.25, 1.0, 1.5)
LENGTH_S = 2.0


def hits(rate: int, channels: int = 2) -> Samples:
    """Three short tones at known moments, [num_samples, channels]."""
    sound = np.zeros(round(LENGTH_S * rate))
    t = np.arange(rate // 4) / rate
    for second in HITS_S:
        start = round(second * rate)
        sound[start : start + len(t)] += 0.5 * np.exp(-t / 0.02) * np.sin(2 * np.pi * 1000 * t)
    return np.repeat(sound[:, None], channels, axis=1).astype(np.float32)


def encode(
    path: Path, sound: Samples, rate: int, codec: str, layout: str = "stereo", picture: bool = False
) -> Path:
    with av.open(path, "w") as container:
        # Both streams first: the header is written with the first packet.
        video = _add_video(container) if picture else None
        stream = container.add_stream(codec, rate=rate, layout=layout)
        assert isinstance(stream, av.AudioStream)
        if video:
            _paint(container, video)
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(sound.T), format="fltp", layout=layout
        )
        frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
        size = stream.codec_context.frame_size or None
        resampler = av.AudioResampler(stream.format.name, layout, rate, size)
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return path


def _add_video(container: av.container.OutputContainer) -> av.VideoStream:
    stream = container.add_stream("libx264", rate=25)
    assert isinstance(stream, av.VideoStream)
    stream.width = stream.height = 64
    stream.pix_fmt = "yuv420p"
    return stream


def _paint(container: av.container.OutputContainer, stream: av.VideoStream) -> None:
    for _ in range(50):
        container.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
    container.mux(stream.encode(None))


def lag_samples(found: Samples) -> int:
    """By cross-correlation with what was encoded; positive is late."""
    size = 1 << 18
    true = np.fft.rfft(hits(48_000)[:, 0], size)
    correlation = np.fft.irfft(np.fft.rfft(found, size) * np.conj(true), size)
    lag = int(np.argmax(correlation))
    return lag - size if lag > size // 2 else lag


def refusal(path: Path) -> str:
    """Why a file is refused; the message must not name it (it may be a blob)."""
    with pytest.raises(InvalidInput) as caught:
        decode_audio(path)
    message = caught.value.message
    assert path.name not in message
    assert str(path.parent) not in message
    assert "expected" in message
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [
        ("a.wav", "pcm_s16le", 48_000),
        ("a.wav", "pcm_u8", 8_000),
        ("a.wav", "pcm_f32le", 192_000),
        ("a.wav", "pcm_s24le", 44_100),
        ("a.flac", "flac", 44_100),
        ("a.mp3", "libmp3lame", 44_100),
        ("a.m4a", "aac", 48_000),
        ("a.m4a", "aac", 44_100),
        ("a.opus", "libopus", 48_000),
        ("a.webm", "libopus", 48_000),
        ("a.mka", "aac", 48_000),
        ("a.caf", "pcm_s16le", 48_000),
        ("a.w64", "pcm_s16le", 48_000),
    ],
)
def test_sample_0_is_the_first_sound(tmp_path: Path, name: str, codec: str, rate: int) -> None:
    found = decode_audio(encode(tmp_path / name, hits(rate), rate, codec))
    assert found.dtype == np.float32
    assert found.shape[1] == 2
    assert 96_000 <= len(found) <= 96_000 + 1200  # some containers keep the last block whole
    assert abs(lag_samples(found[:, 0])) <= (8 if rate == 8_000 else 0)
    assert np.max(np.abs(found)) == pytest.approx(np.max(np.abs(hits(48_000))), rel=0.1)


def test_resampling_keeps_the_end(tmp_path: Path) -> None:
    sound = np.full((44_100, 1), 0.5, np.float32)
    path = encode(tmp_path / "a.wav", sound, 44_100, "pcm_f32le", "mono")
    found = decode_audio(path, channels=1)
    assert found.shape == (48_000, 1)
    assert np.allclose(found[100:-100], 0.5, atol=1e-3)


def test_other_rates_and_channels(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.wav", hits(48_000), 48_000, "pcm_s16le")
    assert decode_audio(path, 16_000, channels=1).shape == (32_000, 1)
    with pytest.raises(ValueError, match="1 or 2 channels, got 6"):
        decode_audio(path, channels=6)


def test_mono_fills_both_channels(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.wav", hits(48_000, 1), 48_000, "pcm_f32le", "mono")
    found = decode_audio(path)
    assert np.array_equal(found[:, 0], found[:, 1])
    assert np.max(found) > 0.3


def test_surround_is_mixed_down(tmp_path: Path) -> None:
    six = np.zeros((48_000, 6), np.float32)
    six[:, 2] = hits(48_000)[:48_000, 0]  # the centre alone
    found = decode_audio(encode(tmp_path / "a.wav", six, 48_000, "pcm_f32le", "5.1"))
    assert found.shape == (48_000, 2)
    assert np.allclose(found[:, 0], found[:, 1])
    assert np.max(np.abs(found)) > 0.1


def test_the_sound_of_a_video(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mp4", hits(48_000), 48_000, "aac", picture=True)
    assert lag_samples(decode_audio(path)[:, 0]) == 0


def test_a_video_without_sound(tmp_path: Path) -> None:
    path = tmp_path / "silent.mp4"
    with av.open(path, "w") as container:
        _paint(container, _add_video(container))
    assert "has no sound: found video" in refusal(path)


RANDOM = np.random.default_rng(0).integers(0, 256, 50_000, dtype=np.uint8).tobytes()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.mp3", b""),
        ("text.mp3", b"these are only words\n" * 500),
        ("text.wav", b"these are only words\n" * 500),
        ("random.mp3", RANDOM),
        ("random.m4a", RANDOM),
        ("random.opus", RANDOM),
        ("random", RANDOM),
        ("header.wav", b"RIFF\xff\xff\xff\xffWAVEfmt "),
        ("list.m3u8", b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ts\n"),
    ],
)
def test_what_is_no_sound_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert "found" in refusal(path)


def test_a_path_that_leads_nowhere(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="does not exist") as caught:
        decode_audio(tmp_path / "gone.wav")
    assert "gone" not in caught.value.message
    assert "Is a directory" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.wav", "pcm_s16le"),
        ("a.flac", "flac"),
        ("a.mp3", "libmp3lame"),
        ("a.m4a", "aac"),
        ("a.mka", "aac"),
    ],
)
def test_a_file_that_was_cut_off_is_refused(tmp_path: Path, name: str, codec: str) -> None:
    path = encode(tmp_path / name, hits(44_100), 44_100, codec)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    refusal(path)


def damage(path: Path, num_bytes: int, at: Callable[[int], int]) -> Path:
    data = bytearray(path.read_bytes())
    start = at(len(data))
    data[start : start + num_bytes] = RANDOM[:num_bytes]
    path.write_bytes(data)
    return path


def test_a_little_damage_is_bridged_in_time(tmp_path: Path) -> None:
    sound = hits(48_000)
    noise = 0.02 * np.random.default_rng(1).standard_normal(sound.shape).astype(np.float32)
    whole = encode(tmp_path / "a.m4a", sound + noise, 48_000, "aac")
    before = decode_audio(whole)
    found = decode_audio(damage(whole, 60, lambda size: size // 2))
    assert len(found) == len(before)
    assert not np.array_equal(found[40_000:60_000], before[40_000:60_000])
    # What follows the damage is still in time, to the sample.
    assert np.array_equal(found[-20_000:], before[-20_000:])


def test_much_damage_is_refused(tmp_path: Path) -> None:
    sound = 0.3 * np.random.default_rng(1).standard_normal((96_000, 2)).astype(np.float32)
    path = encode(tmp_path / "a.m4a", sound, 48_000, "aac")
    message = refusal(damage(path, 20_000, lambda size: size // 4))
    assert re.match(r"is damaged: \d+ of \d+ packets", message)


def test_what_lasts_too_long_is_refused(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.wav", hits(48_000), 48_000, "pcm_s16le")
    with pytest.raises(InvalidInput, match=r"lasts longer than 1.5 s"):
        decode_audio(path, max_seconds=1.5)


def test_samples_that_are_not_numbers_are_refused(tmp_path: Path) -> None:
    sound = hits(48_000)
    sound[5000] = np.nan
    path = encode(tmp_path / "a.wav", sound, 48_000, "pcm_f32le")
    assert "not numbers" in refusal(path)


def test_a_single_sample(tmp_path: Path) -> None:
    path = tmp_path / "one.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(b"\x00\x40")
    assert decode_audio(path).shape == (1, 2)


def test_a_mix_that_cancels_falls_back_to_the_louder_channel() -> None:
    one = hits(48_000)[:, 0]
    opposite = np.stack([one, -0.98 * one], axis=1).astype(np.float32)
    assert np.array_equal(mono_mix(opposite), one)
    wide = np.stack([one, np.roll(one, 480)], axis=1)
    assert np.allclose(mono_mix(wide), wide.mean(axis=1))
    assert np.array_equal(mono_mix(one), one)
    assert len(mono_mix(np.zeros((0, 2), np.float32))) == 0
    assert not mono_mix(np.zeros((9, 2), np.float32)).any()
