"""ProRes: every frame alone, levels as they were."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from services.generator.footage.encode import encode_segment
from services.generator.footage.prores import encode_prores
from shared.brief import Size
from shared.errors import ModelFailure
from shared.media.mezzanine import mux_mezzanine
from shared.requests import Delivery, Quality
from tests.gateway.films import SIZE
from tests.shared.media.painting import gray_planes, numbered

DELIVERY = Delivery(Size(160, 90), Fraction(25), Quality.MEZZANINE)


def test_a_mezzanine_is_prores_with_a_key_frame_each() -> None:
    pictures = [gray_planes(numbered(n, SIZE.width, SIZE.height)) for n in range(5)]
    segment = encode_segment(pictures, DELIVERY)
    assert segment.codec == "prores"
    assert [(p.pts, p.is_key) for p in segment.packets] == [(n, True) for n in range(5)]
    assert segment == encode_prores(pictures, DELIVERY)  # the same bytes again


def test_levels_come_back(tmp_path: Path) -> None:
    planes = gray_planes(numbered(77, SIZE.width, SIZE.height))
    path = tmp_path / "film.mov"
    mux_mezzanine(path, [encode_prores([planes], DELIVERY)], None, Fraction(25))
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0))
        shown = frame.to_ndarray(format="yuv420p")[: SIZE.height].astype(int)
    assert np.abs(shown - planes.y.astype(int)).mean() < 1.5


def test_no_frames_are_a_failure() -> None:
    with pytest.raises(ModelFailure, match="0 packets for 0 frames"):
        encode_prores([], DELIVERY)
