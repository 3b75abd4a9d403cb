from __future__ import annotations

import base64
import io
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from services.generator import measure
from services.generator.footage.encode import encode_segment
from shared.brief import Size
from shared.digest import Digest
from shared.errors import Cancelled, InvalidInput
from shared.measurement import FrozenRun, SegmentMeasure
from shared.media.color import Planes
from shared.media.decode import decode_segment, frame_hash
from shared.media.segment import Segment
from shared.media.still import luma_of_text
from shared.requests import Delivery, MeasureRequest
from shared.schema import from_json
from tests.generator.conftest import HereContext
from tests.shared.media.painting import gray_planes, numbered, numbered_segment, read_number

DELIVERY = Delivery(Size(160, 90), Fraction(30))


def flat(level: int) -> Planes:
    return gray_planes(np.full((90, 160), level, np.uint8))


def measured(segment: Segment, context: HereContext) -> SegmentMeasure:
    digest = context.blobs.put(segment.to_bytes())
    result = measure.perform(MeasureRequest(digest), context)
    return from_json(SegmentMeasure, context.blobs.read(result))


def test_levels_differences_and_hashes(context: HereContext) -> None:
    levels = [16, 126, 235, 126]
    segment = encode_segment([flat(level) for level in levels], DELIVERY)
    found = measured(segment, context)
    assert found.frames == 4
    assert found.luma_mean == pytest.approx([0, 110 / 219, 1, 110 / 219], abs=0.01)
    assert found.difference == pytest.approx([0, 110 / 219, 109 / 219, 109 / 219], abs=0.01)
    assert found.frame_hashes == tuple(frame_hash(planes) for planes in decode_segment(segment))
    assert found.black_frames == (0,)
    assert found.frozen_runs == ()


def test_frozen_runs_last_a_quarter_second(context: HereContext) -> None:
    lengths = [5, 20, 1, 8, 3]
    pictures = [
        gray_planes(numbered(7 * number))
        for number, length in enumerate(lengths)
        for _ in range(length)
    ]
    found = measured(encode_segment(pictures, DELIVERY), context)
    assert found.frozen_runs == (FrozenRun(5, 25), FrozenRun(26, 34))


def test_it_keeps_the_last_frame_and_the_middle_one_small(context: HereContext) -> None:
    pictures = [gray_planes(numbered(300 + number)) for number in range(9)]
    found = measured(encode_segment(pictures, DELIVERY), context)
    assert read_number(luma_of_text(found.last_luma)) == 308
    still = np.asarray(Image.open(io.BytesIO(base64.b64decode(found.still))).convert("L"))
    assert still.shape == (90, 160)
    assert read_number(np.rint(16 + still * (219 / 255)).astype(np.uint8)) == 304
    assert found.still_score > 0


def test_a_segment_of_one_frame(context: HereContext) -> None:
    found = measured(encode_segment([flat(200)], DELIVERY), context)
    assert (found.frames, found.difference, found.frozen_runs) == (1, (0.0,), ())


def test_measuring_twice_gives_the_same_blob(context: HereContext) -> None:
    digest = context.blobs.put(numbered_segment(20).to_bytes())
    first, second = (measure.perform(MeasureRequest(digest), context) for _ in range(2))
    assert first == second


def test_it_can_be_cancelled(context: HereContext) -> None:
    context.patience = 2
    with pytest.raises(Cancelled):
        measured(numbered_segment(40), context)


def test_what_is_no_segment_is_refused(context: HereContext) -> None:
    digest = context.blobs.put(b"not a segment")
    with pytest.raises(InvalidInput, match="not an Onbeat segment"):
        measure.perform(MeasureRequest(digest), context)


def test_the_backend_says_what_decodes() -> None:
    backend = measure.backend(MeasureRequest(Digest.of_bytes(b"x")))
    assert (backend.name, backend.version, backend.action) == ("measure/segment", 3, "measure")
    assert "av==" in backend.environment
