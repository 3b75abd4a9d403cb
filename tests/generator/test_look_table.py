"""Tables on planes: what an exact pass gives, and what ffmpeg's own lut3d gives."""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from av.filter import Graph
from PIL import Image

from services.generator.footage.look_table import LookTable
from shared.brief import MediaKind
from shared.look.chain import Chain
from shared.look.cube import Cube, grid
from shared.look.cube_file import write_cube
from shared.look.primary import Primary
from shared.media.color import Planes, planes_to_rgb, rgb_to_planes
from shared.media.decode import decode_segment
from shared.shot import Grade
from tests.generator.conftest import HereContext, Render
from tests.shared.media.test_frame import patch_video, yuv_of


def picture(size: tuple[int, int] = (192, 108)) -> np.ndarray:
    """Smooth colours of all kinds, as saturated as photos are, with some grain: uint8 [H, W, 3]."""
    random = np.random.default_rng(5)
    small = random.integers(0, 256, (6, 9, 3)).astype(np.uint8)
    smooth = cv2.resize(small, size, interpolation=cv2.INTER_CUBIC).astype(float)
    smooth += 0.4 * (smooth.mean(axis=-1, keepdims=True) - smooth)
    return np.clip(smooth + random.normal(0, 3, (size[1], size[0], 1)), 0, 255).astype(np.uint8)


def film_cube(side: int = 33) -> Cube:
    """An S-curve, teal shadows and orange highlights."""
    nodes = grid(side)
    luma = (nodes @ np.array([0.2126, 0.7152, 0.0722]))[..., None]
    curve = 0.5 * nodes + 0.5 * (3 * nodes**2 - 2 * nodes**3)
    return Cube(np.clip(curve + (0.5 - luma) * np.array([-0.12, 0.02, 0.14]), 0, 1))


PLAIN = Primary.of(Grade())
PLANES = rgb_to_planes(picture())


def test_the_identity_is_within_a_level() -> None:
    found = LookTable.of(Chain(PLAIN, look=Cube.identity(33))).apply(PLANES)
    for before, after in ((PLANES.y, found.y), (PLANES.u, found.u), (PLANES.v, found.v)):
        assert np.abs(after.astype(int) - before).max() <= 1


def test_it_is_the_exact_chain_within_two_levels() -> None:
    chain = Chain(Primary.of(Grade(0.3, 1.1, 0.9, 0.2)), look=film_cube())
    found = LookTable.of(chain).apply(PLANES)
    chroma = [np.repeat(np.repeat(plane, 2, 0), 2, 1) for plane in (PLANES.u, PLANES.v)]
    exact = chain.on_yuv(np.stack([PLANES.y, *chroma], -1).astype(float))
    error = np.abs(np.clip(exact[..., 0], 16, 235) - found.y)
    assert error.mean() < 0.5
    assert np.percentile(error, 99.5) < 2


def _by_ffmpeg(planes: Planes, cube: Path) -> np.ndarray:
    """The picture as ffmpeg grades it: R'G'B' through lut3d, uint8 [H, W, 3]."""
    graph = Graph()
    size = f"{planes.width}x{planes.height}"
    filters = [
        graph.add("buffer", f"video_size={size}:pix_fmt=rgb24:time_base=1/30:pixel_aspect=1/1"),
        graph.add("lut3d", f"file={cube}:interp=tetrahedral"),
        graph.add("format", "rgb24"),
        graph.add("buffersink"),
    ]
    graph.link_nodes(*filters).configure()
    graph.vpush(av.VideoFrame.from_ndarray(planes_to_rgb(planes), format="rgb24"))
    return graph.vpull().to_ndarray(format="rgb24")


@pytest.mark.parametrize(
    "grade", [Grade(), Grade(0.4, 1.2, 0.8, 0.3, 0.2), Grade(look_strength=0.5)]
)
def test_an_exported_table_gives_ffmpeg_the_same_picture(tmp_path: Path, grade: Grade) -> None:
    chain = Chain(
        Primary.of(grade), style=None, look=film_cube(), look_strength=grade.look_strength
    )
    path = tmp_path / "shot.cube"
    path.write_bytes(write_cube(chain.to_cube(), "shot"))
    # As it is shown: what R'G'B' cannot hold, a screen clips as the table does.
    expected = planes_to_rgb(rgb_to_planes(_by_ffmpeg(PLANES, path))).astype(int)
    error = np.abs(planes_to_rgb(LookTable.of(chain).apply(PLANES)) - expected)
    assert error.mean() < 1
    assert np.percentile(error, 99) <= 6


@pytest.mark.parametrize("kind", [MediaKind.VIDEO, MediaKind.IMAGE])
def test_shots_are_rendered_through_their_tables(
    tmp_path: Path, context: HereContext, render_segment: Render, kind: MediaKind
) -> None:
    path = tmp_path / "p.png"
    Image.fromarray(np.full((90, 160, 3), (200, 100, 60), np.uint8)).save(path)
    if kind is MediaKind.VIDEO:
        yuv = yuv_of((200, 100, 60), "709", full=False)
        path = patch_video(tmp_path / "v.mkv", (160, 90), yuv, "yuv420p", {"colorspace": 1})
    swap = context.blobs.put(write_cube(Cube(grid(2)[..., ::-1].copy()), "red for blue"))
    for fields in ({"grade": Grade(look=swap)}, {"grade": Grade(style=swap)}, {"input_lut": swap}):
        found = render_segment(path, 1, kind=kind, **fields)
        color = planes_to_rgb(next(iter(decode_segment(found))))[40, 80].astype(int)
        assert np.abs(color - (60, 100, 200)).max() <= 6
    twice = render_segment(path, 1, kind=kind, grade=Grade(look=swap), input_lut=swap)
    color = planes_to_rgb(next(iter(decode_segment(twice))))[40, 80].astype(int)
    assert np.abs(color - (200, 100, 60)).max() <= 6
