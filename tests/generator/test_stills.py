from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from services.generator import stills
from shared.errors import InvalidInput
from shared.requests import StillsRequest
from tests.generator.conftest import HereContext, MakeRequest
from tests.shared.media.painting import numbered_video, read_number
from tests.shared.typed import lettering


def luma(sheet: Image.Image, box: tuple[int, int, int, int]) -> np.ndarray:
    rgb = np.asarray(sheet.crop(box), float)
    # Of BT.709, in limited range: the numbers are painted in luma.
    return np.asarray(rgb @ (0.2126, 0.7152, 0.0722) * 219 / 255 + 16, np.uint8)


def test_frames_stand_in_their_order(
    tmp_path: Path, context: HereContext, make_request: MakeRequest
) -> None:
    render = make_request(numbered_video(tmp_path / "v.mp4", 30), 24)
    digest = stills.perform(StillsRequest(render, (3, 11, 20), 2), context)
    sheet = Image.open(io.BytesIO(context.blobs.read(digest)))
    assert sheet.size == (320, 180)
    corners = [(0, 0), (160, 0), (0, 90)]
    numbers = [read_number(luma(sheet, (x, y, x + 160, y + 90))) for x, y in corners]
    first = numbers[0] - 3
    assert numbers == [first + 3, first + 11, first + 20]
    assert np.asarray(sheet.crop((160, 90, 320, 180))).max() == 0
    assert stills.perform(StillsRequest(render, (3, 11, 20), 2), context) == digest


def test_what_makes_no_sense_is_refused(tmp_path: Path, make_request: MakeRequest) -> None:
    render = make_request(numbered_video(tmp_path / "v.mp4", 5), 5)
    typed = replace(render, lettering=(lettering(),))
    for request, message in (
        (StillsRequest(typed, (0,)), "without lettering"),
        (StillsRequest(render, ()), "expected 1 to 64"),
        (StillsRequest(render, (2, 1)), "increasing"),
        (StillsRequest(render, (0,), 2), "2 columns of 1 stills"),
    ):
        with pytest.raises(InvalidInput, match=message):
            stills.backend(request)
