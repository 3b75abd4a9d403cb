from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from av.video.reformatter import ColorPrimaries, ColorTrc

from shared.media.color import planes_to_rgb
from shared.media.hdr import sdr_of
from shared.media.video import VideoReader
from tests.shared.media.test_frame import patch_video, yuv_of

HLG, PQ = ColorTrc.ARIB_STD_B67, ColorTrc.SMPTE2084
# Reference white of BT.2408, 203 cd/m2, and the signals of 26 cd/m2 (18 % gray) and black.
WHITE = {HLG: 0.75, PQ: 0.5807}
GRAY = {HLG: 0.378, PQ: 0.38}


def hdr_video(path: Path, curve: ColorTrc, rgb: tuple[float, float, float]) -> Path:
    """A 10-bit video of one colour, R'G'B' of the curve in 0..1, by the BT.2020 matrix."""
    tags = {"color_trc": curve, "color_primaries": ColorPrimaries.BT2020, "colorspace": 9}
    scaled = (rgb[0] * 255, rgb[1] * 255, rgb[2] * 255)
    yuv = yuv_of(scaled, "2020", full=False, bits=10)  # type: ignore[arg-type]
    return patch_video(path, (320, 180), yuv, "yuv420p10le", tags)


@pytest.mark.parametrize("curve", [HLG, PQ])
def test_white_gray_and_black(curve: ColorTrc) -> None:
    levels = [WHITE[curve], GRAY[curve], 0.0, 1.0]
    white, gray, black, peak = sdr_of(np.repeat(levels, 3).reshape(4, 3), curve)
    assert np.ptp(white) < 0.01  # no tint
    assert 0.9 < white[0] < 0.97
    assert 0.38 < gray[0] < 0.46  # as 18 % gray is in BT.709
    assert black[0] == pytest.approx(0, abs=0.01)
    assert white[0] < peak[0] <= 1


@pytest.mark.parametrize("curve", [HLG, PQ])
def test_brighter_stays_brighter(curve: ColorTrc) -> None:
    ramp = sdr_of(np.repeat(np.linspace(0, 1, 200), 3).reshape(-1, 3), curve)[:, 0]
    assert np.diff(ramp).min() > -1e-9


@pytest.mark.parametrize("curve", [HLG, PQ])
def test_frames_follow_the_formulas(tmp_path: Path, curve: ColorTrc) -> None:
    colors = [(0.7, 0.3, 0.3), (0.3, 0.55, 0.35), (0.35, 0.4, 0.6), (WHITE[curve],) * 3]
    for number, rgb in enumerate(colors):
        path = hdr_video(tmp_path / f"{number}.mkv", curve, rgb)
        with VideoReader(path) as reader:
            frame = next(iter(reader.frames()))
            found = planes_to_rgb(frame.planes())[90, 160].astype(int)
            small = frame.rgb(64, 36)[18, 32].astype(int)
            luma = int(frame.gray(64, 36)[18, 32])
        expected = sdr_of(np.array(rgb), curve) * 255
        assert np.abs(found - expected).max() <= 7  # the table is coarse at the edge of the gamut
        assert np.abs(small - expected).max() <= 7  # the table is coarse at the edge of the gamut
        assert luma == pytest.approx(float(expected @ [0.2126, 0.7152, 0.0722]), abs=4)
