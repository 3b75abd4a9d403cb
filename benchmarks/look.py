"""The look: what each step costs a frame, how much nearer matching brings shots, skin under styles.

Everything is made from the demo's photos and clips. CPU times are of one process, of a shot that
is decoded, framed, graded and encoded by `render`, beside the same shot without a grade.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import cv2
import numpy as np
from av.filter import Graph
from numpy.typing import NDArray
from PIL import Image

from examples.media import demo_references
from services.gateway.look.colors import to_lab
from services.gateway.look.matching import match_neighbours
from services.generator import render
from services.generator.footage.grading import Grading
from services.generator.footage.look_table import LookTable
from shared.blobs import MemoryBlobs
from shared.brief import MediaKind, Size
from shared.digest import Digest
from shared.look.chain import Chain
from shared.look.cube import Cube, grid
from shared.look.cube_file import write_cube
from shared.look.oklab import skin_weight, to_oklab
from shared.look.statistics import LookMean, LookStatistics, measure_look
from shared.look.style import style_cube
from shared.media.color import Planes, planes_to_rgb, rgb_to_planes
from shared.requests import Delivery, RenderRequest
from shared.shot import Footage, Framing, Grade, Match, Move, Shot

_FRAMES = 90
_SIZE = Size(1920, 1080)
_ROUNDS = 3
_STYLES = ("rocket", "galaxies", "earth", "dahlia")
_SHOWN = ("coffee", "astronaut", "pagoda", "cat", "arches")
_DRIFTS = (0.0, 0.35, -0.2, 0.3, -0.35, 0.15, -0.3, 0.2)  # stops, of one camera from shot to shot
# Monk Skin Tone scale (Google, 2022), without its two lightest and darkest.
_SKIN = ("f7ead0", "eadaba", "d7bd96", "a07e56", "825c43", "604134")

Picture = NDArray[np.uint8]


@dataclass
class _Here:
    blobs: MemoryBlobs = field(default_factory=MemoryBlobs)

    def progress(self, fraction: float) -> None: ...


def table() -> str:
    """The figures as Markdown."""
    return "\n".join(
        [
            "## The look",
            f"CPU ms a frame of a 1080p shot, final quality; best of {_ROUNDS}.",
            "",
            *_cost_rows(),
            "",
            *_matching_rows(),
            "",
            *_skin_rows(),
            "",
        ]
    )


def _cost_rows() -> list[str]:
    here = _Here()
    path = {item.handle[1:]: item.path for item in demo_references()}["bunny"]
    clip = here.blobs.put_file(path)
    film = here.blobs.put(write_cube(film_cube(), "film"))
    grades: dict[str, tuple[Grade, Digest | None]] = {
        "plain": (Grade(), None),
        "matched": (Grade(match=Match(0.2, 0.1, 0.05)), None),
        "all numbers": (Grade(0.3, 1.1, 0.9, 0.2, 0.1), None),
        "a look": (Grade(look=film), None),
        "input table, all numbers, style and look": (
            Grade(0.3, 1.1, 0.9, 0.2, 0.1, style=film, look=film, look_strength=0.5),
            film,
        ),
    }
    spent = {name: _render_ms(here, clip, *grade) for name, grade in grades.items()}
    rows = ["| shot | CPU ms a frame | against plain |", "|---|---|---|"]
    rows += [f"| {name} | {ms:.1f} | {ms / spent['plain']:.2f} |" for name, ms in spent.items()]
    return [*rows, "", *_step_rows()]


def _render_ms(here: _Here, clip: Digest, grade: Grade, input_lut: Digest | None) -> float:
    request = RenderRequest(
        clip,
        MediaKind.VIDEO,
        Fraction(0),
        Fraction(1),
        _FRAMES,
        Framing(),
        Move(),
        grade,
        (),
        Delivery(_SIZE, Fraction(30)),
        input_lut=input_lut,
    )
    return _best_ms(lambda: render.perform(request, here)) / _FRAMES


def _step_rows() -> list[str]:
    """The steps alone, on planes in memory, beside libavfilter's lut3d on the same planes."""
    picture = rgb_to_planes(_photo("coffee", (1920, 1080)))
    numbers = Grading.of(Grade(0.3, 1.1, 0.9, 0.2, 0.1))
    chain = Chain(numbers.primary, style=film_cube(), look=film_cube())
    baked = LookTable.of(chain)
    steps: dict[str, Callable[[], object]] = {
        "numbers": lambda: numbers.apply(picture),
        "table, whatever is baked into it": lambda: baked.apply(picture),
    }
    rows = ["| step alone, 1080p planes | CPU ms |", "|---|---|"]
    rows += [f"| {name} | {_best_ms(step):.1f} |" for name, step in steps.items()]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "film.cube"
        path.write_bytes(write_cube(film_cube(), "film"))
        graph, frame = _lut3d(path), _av_frame(picture)

        def through() -> None:
            graph.vpush(frame)
            graph.vpull()

        rows.append(
            f"| one table by libavfilter's lut3d, for comparison | {_best_ms(through):.1f} |"
        )
    rows.append(f"| baking a table, once a grade | {_best_ms(lambda: LookTable.of(chain)):.0f} |")
    return rows


def _lut3d(cube: Path) -> Graph:
    graph = Graph()
    graph.threads = 1
    nodes = [
        graph.add(
            "buffer",
            "video_size=1920x1080:pix_fmt=yuv420p:time_base=1/30:pixel_aspect=1/1"
            ":colorspace=bt709:range=tv",
        ),
        graph.add("format", "gbrp"),
        graph.add("lut3d", f"file={cube}:interp=tetrahedral"),
        graph.add("format", "yuv420p"),
        graph.add("buffersink"),
    ]
    graph.link_nodes(*nodes).configure()
    return graph


def _av_frame(picture: Planes) -> av.VideoFrame:
    flat = np.concatenate([plane.ravel() for plane in (picture.y, picture.u, picture.v)])
    frame = av.VideoFrame.from_ndarray(flat.reshape(1620, 1920), format="yuv420p")
    frame.colorspace, frame.color_range = 1, 1
    return frame


def _matching_rows() -> list[str]:
    drifting = _drifting()
    scenes = [_photo(name, (320, 180)) for name in (*_SHOWN, *_STYLES)]
    rows = [
        "| neighbours, mean colours (CIE76) | without | matched | taken away |",
        "|---|---|---|---|",
    ]
    for name, pictures, handles in (
        ("one source, exposure and white drift", drifting, ["a"] * len(drifting)),
        ("two sources in turn, both drift", drifting, ["a", "b"] * (len(drifting) // 2)),
        ("photos of different scenes", scenes, [f"p{n}" for n in range(len(scenes))]),
    ):
        before, after = _jumps(pictures, handles)
        rows.append(f"| {name} | {before:.2f} | {after:.2f} | {1 - after / before:.0%} |")
    return rows


def _drifting() -> list[Picture]:
    """Crops of one photo, as a camera on automatic would expose them."""
    whole = _photo("arches", (480, 270))
    crops = [whole[0:180, 20 * n : 20 * n + 320] for n in range(len(_DRIFTS))]
    graded = [
        Grading.of(Grade(exposure_stops=stops, warmth=stops * (-1) ** n)).apply(rgb_to_planes(crop))
        for n, (crop, stops) in enumerate(zip(crops, _DRIFTS, strict=True))
    ]
    return [planes_to_rgb(planes) for planes in graded]


def _jumps(pictures: Sequence[Picture], handles: Sequence[str]) -> tuple[float, float]:
    """Mean distance of neighbours' mean colours, before and after, in the pictures themselves."""
    colors = [_mean_lab(picture) for picture in pictures]
    shots = [
        Shot(f"s{n}-aa", 30, Footage(name, Digest.of_bytes(name.encode()), MediaKind.IMAGE))
        for n, name in enumerate(handles)
    ]
    matched = match_neighbours(shots, colors)
    after = [
        _mean_lab(planes_to_rgb(Grading.of(shot.grade).apply(rgb_to_planes(picture))))
        for shot, picture in zip(matched, pictures, strict=True)
    ]
    return _mean_jump(colors), _mean_jump(after)


def _mean_jump(colors: Sequence[NDArray[np.float64]]) -> float:
    return float(np.mean([np.linalg.norm(one - other) for one, other in pairwise(colors)]))


def _mean_lab(picture: Picture) -> NDArray[np.float64]:
    return np.asarray(to_lab(picture.reshape(-1, 3) / 255).mean(axis=0))


def _skin_rows() -> list[str]:
    film = _mean_of([_photo(name, (320, 180)) for name in _SHOWN])
    face = _photo("astronaut", None)[60:200, 170:290].reshape(-1, 3) / 255
    face = face[skin_weight(to_oklab(face)) > 0.5]
    tones = np.array([[int(text[i : i + 2], 16) / 255 for i in (0, 2, 4)] for text in _SKIN])
    rows = [
        "| skin under the styles of four photos: mean turn of hue | spared | not spared |",
        "|---|---|---|",
    ]
    for name, colors in (("six tones of the Monk scale", tones), ("a face (@astronaut)", face)):
        turns = [
            np.mean([_turn(colors, film, style, spares_skin=spares) for style in _STYLES])
            for spares in (True, False)
        ]
        rows.append(f"| {name} | {turns[0]:.1f}° | {turns[1]:.1f}° |")
    return rows


def _turn(colors: NDArray[np.float64], film: LookMean, style: str, *, spares_skin: bool) -> float:
    """Mean turn of hue in Oklab, in degrees."""
    cube = style_cube(film, _mean_of([_photo(style, (320, 180))]), spares_skin=spares_skin)
    before, after = to_oklab(colors), to_oklab(cube.apply(colors))
    turn = np.arctan2(after[:, 2], after[:, 1]) - np.arctan2(before[:, 2], before[:, 1])
    return float(np.degrees(np.abs(np.arctan2(np.sin(turn), np.cos(turn))).mean()))


def _mean_of(pictures: Sequence[Picture]) -> LookMean:
    parts = []
    for picture in pictures:
        lightness, zones, spread = measure_look(picture)
        values = (np.array([value], np.float32) for value in (0.0, lightness, zones, spread))
        parts.append(LookStatistics(*values))
    return LookMean.of(parts, [1.0] * len(parts))


def film_cube() -> Cube:
    """An S-curve, teal shadows and orange highlights."""
    nodes = grid(33)
    luma = (nodes @ np.array([0.2126, 0.7152, 0.0722]))[..., None]
    curve = 0.5 * nodes + 0.5 * (3 * nodes**2 - 2 * nodes**3)
    return Cube(np.clip(curve + (0.5 - luma) * np.array([-0.12, 0.02, 0.14]), 0, 1))


def _photo(name: str, size: tuple[int, int] | None) -> Picture:
    paths: Mapping[str, Path] = {item.handle[1:]: item.path for item in demo_references()}
    with Image.open(paths[name]) as image:
        picture = np.asarray(image.convert("RGB"))
    if size is None:
        return picture
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _best_ms(work: Callable[[], object]) -> float:
    cv2.setNumThreads(1)
    spent = []
    work()
    for _ in range(_ROUNDS):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return 1000 * min(spent)


if __name__ == "__main__":
    print(table())
