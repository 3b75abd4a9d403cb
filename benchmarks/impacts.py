"""Videos of things that hit things at known times: a ball that bounces, a hand that strikes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from shared.media.color import rgb_to_planes

Rgb = NDArray[np.uint8]
WIDTH, HEIGHT = 320, 180
_RADIUS = 30
_FLOOR = HEIGHT - _RADIUS - 8
_SIDE = 900


@dataclass(frozen=True, slots=True)
class Scene:
    """What is filmed and how: `kind` is "bounce" or "strike", `impacts` are in seconds.

    `shake_pixels` and `noise_levels` are standard deviations for each frame, `pan_pixels` the
    camera's travel a second, of a picture 320 pixels wide.
    """

    kind: str
    impacts: tuple[float, ...]
    seconds: float
    shake_pixels: float = 0.0
    noise_levels: float = 0.0
    pan_pixels: float = 0.0
    seed: int = 1

    def height(self, seconds: float) -> float:
        """How far the thing is above the floor, in pixels."""
        times = (-0.5, *self.impacts, self.impacts[-1] + 0.7)
        index = max(0, int(np.searchsorted(times, seconds, side="right")) - 1)
        start = times[index]
        length = times[index + 1] - start if index + 1 < len(times) else 0.7
        passed = (seconds - start) / length
        if self.kind == "bounce":
            return float(4 * min(70.0, 180 * length**2) * passed * (1 - passed))
        if passed < 0.6:  # rests, rises slowly ...
            return float(60 * np.sin(np.pi / 2 * np.clip((passed - 0.15) / 0.45, 0, 1)) ** 2)
        return float(60 * (1 - ((passed - 0.6) / 0.4) ** 2))  # ... and comes down faster and faster


def random_scene(kind: str, count: int, seed: int, **how: float) -> Scene:
    """A scene with `count` impacts 0.45 to 1.1 s apart."""
    rng = np.random.default_rng(seed)
    impacts = tuple(float(t) for t in np.cumsum(rng.uniform(0.45, 1.1, count)) + 0.3)
    return Scene(kind, impacts, impacts[-1] + 0.6, seed=seed, **how)


def filmed(scene: Scene, frame_rate: Fraction) -> Iterator[Rgb]:
    """The frames of a scene, uint8 [180, 320, 3]."""
    rng = np.random.default_rng(scene.seed)
    ground, skin = _texture(scene.seed), _texture(scene.seed + 50)[: 2 * _RADIUS, : 2 * _RADIUS]
    rows, columns = np.mgrid[: 2 * _RADIUS, : 2 * _RADIUS] - _RADIUS + 0.5
    disc = ((columns**2 + rows**2 < _RADIUS**2) * 255).astype(np.uint8)
    for index in range(int(scene.seconds * frame_rate)):
        seconds = index / float(frame_rate)
        shift = rng.normal(0, 1, 2) * scene.shake_pixels + (scene.pan_pixels * seconds, 0)
        picture = _moved(ground, shift[0] - 400, shift[1] - 400).astype(np.float32)
        at = (WIDTH / 2 - _RADIUS, _FLOOR - scene.height(seconds) - _RADIUS)
        cover = _moved(disc, *at)[..., None] / 255.0
        covered = picture * (1 - cover) + _moved(skin, *at) * cover
        noisy = covered + rng.normal(0, 1, picture.shape) * scene.noise_levels
        yield np.clip(noisy, 0, 255).astype(np.uint8)


def write_scene(path: Path, scene: Scene, frame_rate: Fraction) -> Path:
    """Encode a scene as H.264."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=frame_rate)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.options = {"preset": "veryfast", "crf": "16"}
        stream.codec_context.thread_count = 1
        for index, rgb in enumerate(filmed(scene, frame_rate)):
            frame = _frame(rgb)
            frame.pts, frame.time_base = index, 1 / frame_rate
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def seen_height(luma: NDArray[np.uint8], scene: Scene) -> float:
    """How high the thing stands in a picture of the scene, by matching it: in source pixels."""
    rgb = _texture(scene.seed + 50)[: 2 * _RADIUS, : 2 * _RADIUS]
    inner = slice(_RADIUS // 3, 2 * _RADIUS - _RADIUS // 3)
    skin = np.ascontiguousarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)[inner, inner])
    scale = WIDTH / luma.shape[1]
    view = cv2.resize(luma, (WIDTH, HEIGHT)) if scale != 1 else luma
    strip = np.ascontiguousarray(view[:, WIDTH // 2 - _RADIUS - 12 : WIDTH // 2 + _RADIUS + 12])
    match = cv2.matchTemplate(strip, skin, cv2.TM_CCOEFF_NORMED)
    _, _, _, (_, top) = cv2.minMaxLoc(match)
    return float(_FLOOR - (top - _RADIUS // 3 + _RADIUS))


def _frame(rgb: Rgb) -> av.VideoFrame:
    planes = rgb_to_planes(rgb)
    frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
    for target, plane in zip(frame.planes, (planes.y, planes.u, planes.v), strict=True):
        data = np.frombuffer(memoryview(target), np.uint8).reshape(-1, target.line_size)
        data[: plane.shape[0], : plane.shape[1]] = plane
    return frame


@cache
def _texture(seed: int) -> Rgb:
    """Cloudy noise with detail at every scale."""
    rng = np.random.default_rng(seed)
    total = np.zeros((_SIDE, _SIDE, 3), np.float32)
    for scale in (2, 4, 8, 16, 32):
        noise = rng.normal(0, 1, (-(-_SIDE // scale),) * 2 + (3,)).astype(np.float32)
        total += cv2.resize(noise, (_SIDE, _SIDE), interpolation=cv2.INTER_CUBIC) * scale**0.5
    return np.asarray(np.clip(128 + 9 * total, 0, 255), np.uint8)


def _moved(picture: Rgb, right: float, down: float) -> Rgb:
    move = np.array([[1, 0, right], [0, 1, down]], np.float32)
    size = (WIDTH, HEIGHT)
    border = cv2.BORDER_REFLECT if picture.shape[0] == _SIDE else cv2.BORDER_CONSTANT
    return np.asarray(cv2.warpAffine(picture, move, size, borderMode=border), np.uint8)
