"""From a filmed scene to a rendered shot: impacts are seen on the accents, within a frame."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.impacts import Scene, seen_height, write_scene
from services.audio_sync import align_motion
from services.encoder import encode
from services.generator import render
from shared.blobs import MemoryBlobs
from shared.brief import MediaKind, Size
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.media.decode import decode_segment
from shared.media.segment import Segment
from shared.motion import MotionAlignment, MotionWindow
from shared.observation import VIDEO_MOTION
from shared.requests import AlignMotionRequest, Delivery, EncodeRequest, RenderRequest
from shared.schema import from_json
from shared.shot import Accent, Framing, Grade, Move


@dataclass
class Here:
    blobs: MemoryBlobs = field(default_factory=MemoryBlobs)

    def progress(self, fraction: float) -> None:
        """Nobody is told."""


def _alignment(here: Here, source: Digest, window: MotionWindow) -> MotionAlignment:
    motion = encode.perform(EncodeRequest(VIDEO_MOTION, source), here)
    digest = align_motion.perform(AlignMotionRequest(motion, window), here)
    return from_json(MotionAlignment, here.blobs.read(digest))


def _rendered_heights(
    here: Here, source: Digest, window: MotionWindow, found: MotionAlignment, scene: Scene
) -> list[float]:
    request = RenderRequest(
        source, MediaKind.VIDEO, window.start_seconds + found.slip_seconds, window.speed,
        window.frames, Framing(), Move(), Grade(), (),
        Delivery(Size(320, 180), window.frame_rate), None, found.time_map,
    )  # fmt: skip
    segment = Segment.from_bytes(here.blobs.read(render.perform(request, here)))
    return [seen_height(np.asarray(planes.y), scene) for planes in decode_segment(segment)]


@pytest.mark.parametrize(
    ("source_rate", "rate"), [(Fraction(30), Fraction(30)), (Fraction(60), Fraction(24000, 1001))]
)
def test_rendered_impacts_fall_on_the_accents(
    tmp_path: Path, source_rate: Fraction, rate: Fraction
) -> None:
    cv2.setNumThreads(1)
    # The accents are 1.0 s apart, the impacts 1.1 s: one slip and one warp.
    scene = Scene("bounce", (1.3, 2.4), 3.2, noise_levels=2.0, seed=4)
    here = Here()
    source = here.blobs.put_file(write_scene(tmp_path / "v.mp4", scene, source_rate))
    accents = tuple(Accent(round(second * rate), 1.0) for second in (0.6, 1.6))
    window = MotionWindow(
        Fraction(1, 2), Fraction(1), int(2 * rate), rate, accents, Fraction(1, 2), Fraction(1, 2)
    )
    found = _alignment(here, source, window)
    assert found.slip_seconds != 0
    assert found.time_map != ()
    assert {landed.frame for landed in found.landed} == {accent.frame for accent in accents}
    heights = _rendered_heights(here, source, window, found, scene)
    for accent in accents:
        near = range(accent.frame - 6, accent.frame + 7)
        lowest = min(near, key=lambda frame: heights[frame])
        assert abs(lowest - accent.frame) <= 1
    # As it was, the first came 6 frames late at 30 fps, the second even later.
    plain = replace(found, slip_seconds=Fraction(0), time_map=())
    before = _rendered_heights(here, source, window, plain, scene)
    assert abs(int(np.argmin(before[: int(1.2 * rate)])) - accents[0].frame) > 2


def test_the_result_is_the_same_each_time_and_motion_is_checked(tmp_path: Path) -> None:
    here = Here()
    scene = Scene("strike", (0.7,), 1.2)
    source = here.blobs.put_file(write_scene(tmp_path / "v.mp4", scene, Fraction(24)))
    window = MotionWindow(
        Fraction(1, 8), Fraction(1), 20, Fraction(24), (Accent(10, 1.0),), Fraction(1, 8),
        Fraction(1, 4),
    )  # fmt: skip
    assert _alignment(here, source, window) == _alignment(here, source, window)
    probed = encode.perform(EncodeRequest("media.probe", source), here)
    with pytest.raises(InvalidInput, match=r"expected a condition of video\.motion"):
        align_motion.perform(AlignMotionRequest(probed, window), here)


def test_who_aligns() -> None:
    request = AlignMotionRequest(
        Digest.of_bytes(b"motion"),
        MotionWindow(Fraction(0), Fraction(1), 1, Fraction(30), (), Fraction(0), Fraction(0)),
    )
    assert align_motion.backend(request).action == "align_motion"
