from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from av.video.reformatter import ColorRange

from shared.media.color import planes_to_rgb
from shared.media.video import VideoReader
from tests.shared.media.painting import av_frame, write_video

PATCHES = [(200, 40, 40), (40, 180, 60), (50, 60, 200), (220, 190, 60), (128, 128, 128)]
KR_KB = {"601": (0.299, 0.114), "709": (0.2126, 0.0722), "2020": (0.2627, 0.0593)}


def yuv_of(rgb: tuple[int, int, int], matrix: str, full: bool, bits: int = 8) -> list[int]:
    """Y, U, V of an RGB colour by the definition of the matrix."""
    kr, kb = KR_KB[matrix]
    r, g, b = (value / 255 for value in rgb)
    y = kr * r + (1 - kr - kb) * g + kb * b
    u, v = (b - y) / (2 * (1 - kb)), (r - y) / (2 * (1 - kr))
    scale = 1 << (bits - 8)
    if full:
        values = [255 * y, 128 + 255 * u, 128 + 255 * v]
    else:
        values = [16 + 219 * y, 128 + 224 * u, 128 + 224 * v]
    return [round(scale * value) for value in values]


def patch_video(
    path: Path, size: tuple[int, int], yuv: list[int], pixels: str, tags: dict[str, Any]
) -> Path:
    deep = "10" in pixels
    shapes = [size, (size[0] // 2, size[1] // 2), (size[0] // 2, size[1] // 2)]
    planes = [
        np.full((height, width), value, np.uint16 if deep else np.uint8)
        for (width, height), value in zip(shapes, yuv, strict=True)
    ]
    frames = [av_frame(planes, pixels) for _ in range(2)]
    return write_video(path, frames, codec="ffv1", options={}, tags=tags)


@pytest.mark.parametrize("rgb", PATCHES, ids=str)
@pytest.mark.parametrize(
    ("matrix", "size", "pixels", "tags"),
    [
        ("601", (640, 480), "yuv420p", {}),
        ("709", (640, 480), "yuv420p", {"colorspace": 1}),
        ("709", (1280, 720), "yuv420p", {}),
        ("601", (1280, 720), "yuv420p", {"colorspace": 6}),
        ("709", (1280, 720), "yuv420p10le", {}),
        ("2020", (1280, 720), "yuv420p10le", {"colorspace": 9}),
        ("601", (640, 480), "yuv420p10le", {}),
        ("709", (1280, 720), "yuvj420p", {"color_range": ColorRange.JPEG}),
        ("601", (640, 480), "yuvj420p", {"color_range": ColorRange.JPEG}),
    ],
)
def test_colours_survive(
    tmp_path: Path,
    rgb: tuple[int, int, int],
    matrix: str,
    size: tuple[int, int],
    pixels: str,
    tags: dict[str, Any],
) -> None:
    stored = pixels.replace("yuvj", "yuv")
    yuv = yuv_of(rgb, matrix, full="yuvj" in pixels, bits=10 if "10" in pixels else 8)
    path = patch_video(tmp_path / "v.mkv", size, yuv, stored, tags)
    with VideoReader(path) as reader:
        frame = next(iter(reader.frames()))
        planes, small = frame.planes(), frame.rgb(64, 36)
        luma = frame.gray(64, 36)
    expected = yuv_of(rgb, "709", full=False)
    found = [int(np.median(plane)) for plane in (planes.y, planes.u, planes.v)]
    assert np.abs(np.subtract(found, expected)).max() <= 2
    assert np.abs(planes_to_rgb(planes)[50, 50].astype(int) - rgb).max() <= 3
    assert np.abs(small[18, 32].astype(int) - rgb).max() <= 3
    assert abs(int(luma[18, 32]) - yuv_of(rgb, matrix, full=True)[0]) <= 2


@pytest.mark.parametrize("pixels", ["bgr0", "gray"])
def test_formats_without_yuv_are_converted(tmp_path: Path, pixels: str) -> None:
    if pixels == "gray":
        planes = [np.full((48, 64), 128, np.uint8)]
    else:  # stored as one plane of four bytes a pixel
        planes = [np.tile(np.array([128, 128, 128, 0], np.uint8), (48, 64))]
    frame = av_frame(planes, pixels) if pixels == "gray" else bgr0_frame(planes[0])
    path = write_video(tmp_path / "v.mkv", [frame], codec="ffv1", options={})
    with VideoReader(path) as reader:
        found = next(iter(reader.frames())).planes()
    assert abs(int(found.y[20, 20]) - 126) <= 1
    assert abs(int(found.u[10, 10]) - 128) <= 1


def bgr0_frame(rows: np.ndarray) -> Any:
    import av

    frame = av.VideoFrame(rows.shape[1] // 4, rows.shape[0], "bgr0")
    target = np.frombuffer(memoryview(frame.planes[0]), np.uint8)
    target.reshape(-1, frame.planes[0].line_size)[:, : rows.shape[1]] = rows
    return frame


def test_odd_sizes_lose_their_last_row_and_column(tmp_path: Path) -> None:
    luma = np.full((45, 63), 60, np.uint8)
    luma[-1], luma[:, -1] = 200, 200
    chroma = np.full((23, 32), 128, np.uint8)
    frames = [av_frame([luma, chroma, chroma])]
    path = write_video(tmp_path / "v.mkv", frames, codec="ffv1", options={})
    with VideoReader(path) as reader:
        assert (reader.width, reader.height) == (62, 44)
        planes = next(iter(reader.frames())).planes()
    assert planes.y.shape == (44, 62)
    assert planes.u.shape == (22, 31)
    assert planes.y.max() <= 61


def test_times_are_exact_fractions(tmp_path: Path) -> None:
    frames = [
        av_frame([np.full((48, 64), 9, np.uint8)] + [np.full((24, 32), 128, np.uint8)] * 2)
    ] * 3
    rate = Fraction(30000, 1001)
    path = write_video(tmp_path / "v.mp4", frames, rate)
    with VideoReader(path) as reader:
        last = list(reader.frames())[-1]
    assert (last.seconds, last.end_seconds) == (2 / rate, 3 / rate)
