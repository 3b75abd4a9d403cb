"""A generated clip's sound lies beside its pictures, which stay what they were, to the packet."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from shared.brief import Size
from shared.errors import ModelFailure
from shared.media.master import write_rgb_master
from shared.media.master_sound import add_sound

_RATE_HZ = 16000


def _master(folder: Path) -> Path:
    frames = [np.full((64, 64, 3), 20 * index, np.uint8) for index in range(8)]
    write_rgb_master(folder / "master.mp4", frames, Size(64, 64), Fraction(16))
    return folder / "master.mp4"


def _packets(path: Path) -> list[tuple[int | None, bytes]]:
    with av.open(str(path)) as source:
        return [(one.pts, bytes(one)) for one in source.demux(video=0) if one.dts is not None]


@pytest.mark.parametrize("channels", [1, 2])
def test_pictures_are_kept_and_the_sound_is_exact_to_its_24_bits(
    tmp_path: Path, channels: int
) -> None:
    master, path = _master(tmp_path), tmp_path / "clip.mp4"
    generator = np.random.default_rng(3)
    samples = generator.uniform(-0.9, 0.9, (channels, 8000)).astype(np.float32)
    add_sound(path, master, samples, _RATE_HZ)
    assert _packets(path) == _packets(master)
    with av.open(str(path)) as source:
        heard = np.concatenate([frame.to_ndarray() for frame in source.decode(audio=0)], axis=1)
    assert heard.shape == (channels, 8000)
    assert np.array_equal(
        heard >> 8, (samples.astype(np.float64) * 8388607).round().astype(np.int32)
    )


def test_equal_sounds_give_equal_bytes(tmp_path: Path) -> None:
    master = _master(tmp_path)
    samples = np.zeros((1, 5000), np.float32)
    for name in ("one.mp4", "two.mp4"):
        add_sound(tmp_path / name, master, samples, _RATE_HZ)
    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()


@pytest.mark.parametrize(
    ("samples", "found"),
    [
        (np.full((1, 9), np.nan, np.float32), "no numbers"),
        (np.zeros((3, 9), np.float32), "3 channels; expected 1 or 2"),
        (np.zeros((1, 0), np.float32), "0 samples"),
    ],
)
def test_a_sound_that_is_none_is_a_failure(tmp_path: Path, samples: np.ndarray, found: str) -> None:
    with pytest.raises(ModelFailure, match=found):
        add_sound(tmp_path / "clip.mp4", _master(tmp_path), samples, _RATE_HZ)
