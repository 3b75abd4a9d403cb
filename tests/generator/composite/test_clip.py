"""Region edits on the master: decoded again, what is outside is exactly the original's."""

from __future__ import annotations

import io
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from services.generator import generate
from services.generator.composite.mask import inside_of
from shared.brief import Size
from shared.composite import CompositeRequest
from shared.digest import Digest
from shared.errors import Cancelled, InvalidInput
from shared.generate import GenerateRequest
from shared.media.color import Planes
from shared.media.master import write_rgb_master
from shared.media.video import VideoReader
from shared.region import Region, box
from tests.generator.conftest import HereContext
from tests.generator.procedural.conftest import asked

SIZE, RATE, FRAMES = Size(96, 64), Fraction(24), 6
REGION = box(0.25, 0.25, 0.5, 0.5)


def filmed(context: HereContext, folder: Path, seed: int, frames: int = 12) -> Digest:
    """A lossless RGB clip of moving noise at 16 frames a second, as a model makes one."""
    rng = np.random.default_rng(seed)
    pictures = (rng.integers(0, 256, (64, 96, 3), np.uint8) for _ in range(frames))
    write_rgb_master(folder / f"{seed}.mp4", pictures, SIZE, Fraction(16))
    return context.blobs.put_file(folder / f"{seed}.mp4")


def shown(context: HereContext, clip: Digest, times: list[Fraction]) -> list[Planes]:
    with context.blobs.local_path(clip) as path, VideoReader(path) as reader:
        return [frame.planes() for frame in reader.frames_at(times)]


@pytest.fixture
def request_(context: HereContext, tmp_path: Path) -> CompositeRequest:
    original, edited = (filmed(context, tmp_path, seed) for seed in (1, 2))
    speed = Fraction(1)
    return CompositeRequest(original, Fraction(1, 8), speed, edited, REGION, FRAMES, RATE)


def composed(context: HereContext, request: CompositeRequest) -> Digest:
    return generate.perform(GenerateRequest(request), context)


@pytest.mark.parametrize("speed", [Fraction(1), Fraction(1, 2)])
def test_outside_the_region_the_decoded_master_is_the_original(
    context: HereContext, request_: CompositeRequest, speed: Fraction
) -> None:
    request = replace(request_, speed=speed)
    found = shown(context, composed(context, request), [n / RATE for n in range(FRAMES)])
    times = [request.start_seconds + n * speed / RATE for n in range(FRAMES)]
    was = shown(context, request.original, times)
    outside = inside_of(REGION, 96, 64, None) == 0
    for one, other in zip(found, was, strict=True):
        assert np.array_equal(one.y[outside], other.y[outside])
        assert (one.y != other.y).mean() > 0.2
        far = outside[::2, ::2] & outside[1::2, 1::2]
        assert np.array_equal(one.u[far], other.u[far])
        assert np.array_equal(one.v[far], other.v[far])


def test_a_painted_region_changes_what_is_white_alone(
    context: HereContext, request_: CompositeRequest
) -> None:
    white = np.zeros((64, 96), np.uint8)
    white[10:30, 40:80] = 255
    data = io.BytesIO()
    Image.fromarray(white).save(data, "PNG")
    region = Region(painted=context.blobs.put(data.getvalue()))
    request = replace(request_, region=region, start_seconds=Fraction(0))
    (found,) = shown(context, composed(context, request), [Fraction(0)])
    (was,) = shown(context, request.original, [Fraction(0)])
    assert np.array_equal(found.y[white == 0], was.y[white == 0])
    assert (found.y != was.y)[white > 0].mean() > 0.9


def test_an_edit_of_an_edit_still_keeps_what_no_edit_touched(
    context: HereContext, request_: CompositeRequest, tmp_path: Path
) -> None:
    first = replace(request_, start_seconds=Fraction(0), frame_rate=Fraction(16))
    once = composed(context, first)
    other = box(0.0, 0.0, 0.2, 0.2)
    twice = composed(
        context,
        replace(first, original=once, edited=filmed(context, tmp_path, 3), region=other),
    )
    kept = (inside_of(REGION, 96, 64, None) | inside_of(other, 96, 64, None)) == 0
    times = [n / Fraction(16) for n in range(FRAMES)]
    for one, was in zip(
        shown(context, twice, times), shown(context, first.original, times), strict=True
    ):
        assert np.array_equal(one.y[kept], was.y[kept])


def test_the_same_request_gives_the_same_blob_and_a_drawn_original_will_do(
    context: HereContext, request_: CompositeRequest
) -> None:
    drawn = generate.perform(GenerateRequest(asked(frames=FRAMES)), context)
    request = replace(request_, original=drawn, start_seconds=Fraction(0))
    assert composed(context, request) == composed(context, request)


def test_it_stops_when_it_is_no_longer_wanted(
    request_: CompositeRequest, context: HereContext
) -> None:
    context.patience = 1
    with pytest.raises(Cancelled):
        composed(context, replace(request_, frames=12))


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"frames": 0}, "0 frames"), ({"speed": Fraction(0)}, "speed 0"), ({"frames": 10**6}, "1 to")],
)
def test_numbers_that_make_no_clip_are_refused(
    request_: CompositeRequest, changes: dict[str, object], words: str
) -> None:
    with pytest.raises(InvalidInput, match=words):
        generate.backend(GenerateRequest(replace(request_, **changes)))  # type: ignore[arg-type]
