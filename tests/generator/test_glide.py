from __future__ import annotations

import cv2
import numpy as np
import pytest

from services.generator.footage import glide as module
from services.generator.footage.glide import Reach, glide, glide_chroma

WIDTH, HEIGHT = 600, 340


def waves() -> np.ndarray:
    """Luma that says where it is, along both axes, with no detail too fine to interpolate."""
    return np.asarray(np.rint(level(np.arange(WIDTH), np.arange(HEIGHT))), np.uint8)


def level(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.asarray(128 + 60 * np.sin(x / 9)[None, :] + 40 * np.cos(y / 7)[:, None])


def seen_at(reach: Reach) -> np.ndarray:
    return np.asarray(reach.start + (np.arange(reach.count) + 0.5) * reach.scale - 0.5)


@pytest.mark.parametrize("scale", [0.5, 0.87, 0.9995, 1.0, 1.0005, 1.13])
def test_each_pixel_shows_what_lies_under_its_centre(scale: float) -> None:
    random = np.random.default_rng(5)
    for _ in range(20):
        left = random.uniform(6, WIDTH - 320 * scale - 6)
        top = random.uniform(6, HEIGHT - 180 * scale - 6)
        across, down = Reach(left, 320 * scale, 320), Reach(top, 180 * scale, 180)
        found = glide(waves(), across, down)
        assert found.shape == (180, 320)
        # A hundredth of a pixel off in slope, rounding twice, and cubic's own error.
        assert np.abs(found - level(seen_at(across), seen_at(down))).max() <= 3.0


@pytest.mark.parametrize("scale", [0.9992, 0.9999, 1.0001, 1.0008])
def test_a_scale_next_to_one_is_not_taken_for_one(scale: float) -> None:
    # Steep enough to tell a fifth of a pixel; OpenCV's resize would be 0.25 off at the far end.
    ramp = np.broadcast_to((np.arange(WIDTH) * 9) % 256, (HEIGHT, WIDTH)).astype(np.uint8)
    across, down = Reach(8.0, 560 * scale, 560), Reach(8.0, 310 * scale, 310)
    found = glide(ramp, across, down)[100].astype(float)
    true = seen_at(across) * 9 % 256
    inner = (true > 40) & (true < 210)
    assert np.abs(found - true)[inner].max() <= 1.0


@pytest.mark.parametrize("scale", [0.5, 0.9, 1.0])
def test_the_whole_plane_reaches_its_edges(scale: float) -> None:
    plane = waves()[: round(180 * scale), : round(320 * scale)]
    across, down = Reach(0.0, 320 * scale, 320), Reach(0.0, 180 * scale, 180)
    found = glide(plane, across, down)
    assert found.shape == (180, 320)
    assert np.abs(found - level(seen_at(across), seen_at(down))).max() <= 6.0
    if scale == 1:
        assert (found == plane).all()


def test_rounding_errors_at_the_edges_do_no_harm() -> None:
    plane = waves()
    for error in (-1e-9, 1e-9):
        found = glide(plane, Reach(error, 600.0, 600), Reach(-error, 340.0, 340))
        assert (found == plane).all()


def test_it_is_as_crisp_as_a_cubic_warp() -> None:
    random = np.random.default_rng(6)
    noise = cv2.GaussianBlur(random.normal(128, 90, (HEIGHT, WIDTH)), (0, 0), 0.8)
    plane = np.clip(noise, 0, 255).astype(np.uint8)
    across, down = Reach(31.37, 320 * 0.85, 320), Reach(20.61, 180 * 0.85, 180)
    placement = np.array([[0.85, 0, seen_at(across)[0]], [0, 0.85, seen_at(down)[0]]])
    warps = {
        how: cv2.warpAffine(plane, placement, (320, 180), flags=how | cv2.WARP_INVERSE_MAP)
        for how in (cv2.INTER_LINEAR, cv2.INTER_CUBIC)
    }

    def detail(picture: np.ndarray) -> float:
        return float(np.abs(np.diff(picture.astype(int), axis=1)).mean())

    found = detail(glide(plane, across, down))
    assert found > 0.9 * detail(warps[cv2.INTER_CUBIC])
    assert found > 1.1 * detail(warps[cv2.INTER_LINEAR])


def test_slow_travel_is_sub_pixel() -> None:
    x, y = np.arange(WIDTH) - 200, np.arange(HEIGHT) - 90
    plane = np.rint(200 * np.exp(-(x[None, :] ** 2 + y[:, None] ** 2) / 72)).astype(np.uint8)

    def position(left: float) -> float:
        found = glide(plane, Reach(left, 300.0, 320), Reach(9.0, 168.75, 180))
        found = np.clip(found.astype(float) - 20, 0, None)  # rounding decides about the rim
        return float((found.sum(0) * np.arange(320)).sum() / found.sum())

    steps = np.diff([position(40 + step / 16) for step in range(33)])
    assert np.abs(steps + 320 / 300 / 16).max() <= 0.03


@pytest.mark.parametrize("scale", [0.2, 0.5, 0.9, 0.9731, 1.0, 1.13])
def test_chroma_is_in_its_place_up_to_every_edge(scale: float) -> None:
    random = np.random.default_rng(8)
    width, height = 320 * scale, 180 * scale
    corners = [(0.0, 0.0), (WIDTH - width, HEIGHT - height)]
    corners += [
        (random.uniform(0, WIDTH - width), random.uniform(0, HEIGHT - height)) for _ in range(10)
    ]
    for left, top in corners:
        # As `warp` asks for it: sited on the left.
        across, down = Reach(left + (1 - scale) / 4, width, 320), Reach(top, height, 180)
        u, v = glide_chroma((waves(), 255 - waves()), across, down)
        x, y = (np.clip(seen_at(r), 0, n - 1) for r, n in ((across, WIDTH), (down, HEIGHT)))
        assert u.shape == v.shape == (180, 320)
        # A thirtieth of a pixel off in slope, rounding, and linear's own error.
        assert np.abs(u - level(x, y)).max() <= 2.5
        assert np.abs(v.astype(int) + u - 255).max() <= 1


def test_a_slow_zoom_hardly_ever_slides(monkeypatch: pytest.MonkeyPatch) -> None:
    slides: list[float] = []

    def slide(part: np.ndarray, x: float, y: float) -> np.ndarray:
        slides.append(max(x, y))
        return part

    monkeypatch.setattr(module, "_slide", slide)
    random = np.random.default_rng(9)
    for step in range(100):
        scale = 0.95 - 0.0007 * step
        left, top = 150 + random.uniform(0, 1), 120 + random.uniform(0, 1)
        glide(waves(), Reach(left, 320 * scale, 320), Reach(top, 180 * scale, 180))
    assert len(slides) <= 15
