"""Pictures, clips and masks on the grid."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from services.encoder.families.frames import GREY, control, fitted, load_image, read_clip
from shared.errors import InvalidInput
from shared.families.family import Part, Task
from shared.families.request import FamilyEncodeRequest, Fit, Source
from shared.families.wan import WAN
from tests.encoder.families.desk import Desk, at, picture, size
from tests.encoder.scenes import Recorder

_SIZE = size(64, 48, 5)


def _still(value: int, width: int = 128, height: int = 96) -> np.ndarray:
    return np.full((height, width, 3), value, np.uint8)


def _path(desk: Desk, source: Source) -> Path:
    path = desk.folder / source.reference.short
    path.write_bytes(desk.blobs.read(source.reference))
    return path


def _control(
    desk: Desk, task: Task, *sources: tuple[Part, Source], **more: object
) -> FamilyEncodeRequest:
    shot = desk.shot("wan2.1-vace-1.3b", *(at(*one) for one in sources), **more)
    return WAN.encode_requests(task, shot, _SIZE)["vace.video"]


@pytest.mark.parametrize(
    ("width", "height", "kept"), [(100, 48, (64, 48)), (64, 100, (64, 48)), (96, 72, (96, 72))]
)
def test_the_middle_of_the_grids_aspect(width: int, height: int, kept: tuple[int, int]) -> None:
    image = picture(1, width, height)
    assert fitted(image, _SIZE, Fit.CROP).size == kept
    assert fitted(image, _SIZE, Fit.STRETCH) is image
    left, top = (width - kept[0]) // 2, (height - kept[1]) // 2
    assert fitted(image, _SIZE, Fit.CROP).getpixel((0, 0)) == image.getpixel((left, top))


def test_a_clip_is_read_at_the_models_rate(desk: Desk) -> None:
    # 48 frames a second, each 4 brighter: the model's sixteenth sees every third.
    source = desk.clip([_still(20 + 4 * index) for index in range(30)], 48)
    frames, held = read_clip(source, _path(desk, source), _SIZE, Fit.CROP, Recorder())
    assert frames.shape == (5, 48, 64, 3)
    np.testing.assert_allclose(frames.mean(axis=(1, 2, 3)), 20 + 12 * np.arange(5), atol=2)
    assert held == 0
    later = dataclasses.replace(source, start_seconds=Fraction(1, 4))
    frames, _ = read_clip(later, _path(desk, source), _SIZE, Fit.CROP, Recorder())
    np.testing.assert_allclose(frames[0].mean(), 20 + 48, atol=2)


def test_a_start_after_the_end_is_refused(desk: Desk) -> None:
    source = dataclasses.replace(desk.clip([_still(99)] * 5), start_seconds=Fraction(9))
    with pytest.raises(InvalidInput, match="ends before 9 s"):
        read_clip(source, _path(desk, source), _SIZE, Fit.CROP, Recorder())


def test_a_soft_mask_is_cut_at_its_middle(desk: Desk) -> None:
    video = desk.clip([_still(80)] * 5)
    ramp = np.repeat(np.linspace(0, 255, 128).astype(np.uint8)[None, :, None], 96, axis=0)
    mask = desk.photo(Image.fromarray(np.repeat(ramp, 3, axis=2)))
    request = _control(desk, Task.MASKED, (Part.VIDEO, video), (Part.MASK, mask))
    found = control(request, [_path(desk, video), _path(desk, mask)], Recorder())
    assert found.mask.shape == (5, 48, 64)
    assert not found.mask[:, :, :31].any()
    assert found.mask[:, :, 33:].all()


def test_the_margin_of_a_padded_clip_is_to_be_made(desk: Desk) -> None:
    video = desk.clip([_still(200, 128, 48)] * 5)
    request = _control(desk, Task.OUTPAINT, (Part.VIDEO, video))
    found = control(request, [_path(desk, video)], Recorder())
    assert request.fit is Fit.PAD
    assert found.mask[:, :12].all()
    assert found.mask[:, 36:].all()
    assert not found.mask[:, 12:36].any()
    assert (found.frames[:, :12] == GREY).all()
    np.testing.assert_allclose(found.frames[:, 12:36], 200, atol=2)


def test_the_first_frames_are_kept_and_the_rest_is_to_be_made(desk: Desk) -> None:
    video = desk.clip([_still(60)] * 5)
    request = _control(desk, Task.EXTEND, (Part.VIDEO, video), keep_frames=1)
    found = control(request, [_path(desk, video)], Recorder())
    assert not found.mask[0].any()
    assert found.mask[1:].all()
    assert (found.frames[1:] == GREY).all()


def test_a_picture_may_stand_for_a_clip(desk: Desk) -> None:
    source = desk.photo(picture(1))
    frames, held = read_clip(source, _path(desk, source), _SIZE, Fit.STRETCH, Recorder())
    assert (frames == frames[0]).all()
    assert held == 0
    assert load_image(_path(desk, source)).size == (96, 64)
