from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.generator import measure, render
from shared.actions import action_key
from shared.errors import Cancelled, InvalidInput
from shared.measurement import SegmentMeasure
from shared.requests import MeasureRequest
from shared.schema import from_json
from shared.shot import Accent, Framing, Grade
from tests.generator.conftest import HereContext, MakeRequest
from tests.shared.media.painting import numbered_video


def test_importing_and_making_keys_loads_no_media_library(tmp_path: Path) -> None:
    program = (
        "import sys; import services.generator.render, services.generator.measure; "
        "import services.generator.transition; "
        "heavy = {'cv2', 'av', 'PIL', 'numpy'} & set(sys.modules); "
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[2])


def test_render_and_measure(
    tmp_path: Path, context: HereContext, make_request: MakeRequest
) -> None:
    request = make_request(numbered_video(tmp_path / "v.mp4", 30), 24)
    segment = render.perform(request, context)
    result = measure.perform(MeasureRequest(segment), context)
    assert from_json(SegmentMeasure, context.blobs.read(result)).frames == 24
    assert render.perform(request, context) == segment  # the same bytes again


def test_the_backend_names_what_changes_the_output(
    tmp_path: Path, make_request: MakeRequest
) -> None:
    request = make_request(numbered_video(tmp_path / "v.mp4", 3), 3)
    backend = render.backend(request)
    assert (backend.name, backend.version) == ("render/footage", 3)
    for library in ("av", "numpy", "opencv-python-headless", "pillow"):
        assert f"{library}==" in backend.environment
    other = replace(request, accents=(Accent(1, 0.5),))
    assert action_key(backend, request) != action_key(backend, other)


def test_progress_rises_and_cancelling_stops(
    tmp_path: Path, context: HereContext, make_request: MakeRequest
) -> None:
    request = make_request(numbered_video(tmp_path / "v.mp4", 40), 40)
    render.perform(request, context)
    assert context.reports == sorted(context.reports)
    assert len(context.reports) == 10
    assert context.reports[0] >= 0
    assert context.reports[-1] < 1
    context.patience = len(context.reports) + 3
    with pytest.raises(Cancelled):
        render.perform(request, context)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"frames": 0}, "0 frames"),
        ({"span": (2, 2)}, "frames 2 to 2"),
        ({"framing": Framing(zoom=0.5)}, "zoom is 0.5"),
        ({"grade": Grade(warmth=2)}, "warmth is 2"),
    ],
)
def test_requests_that_make_no_sense_are_refused_before_work(
    tmp_path: Path,
    context: HereContext,
    make_request: MakeRequest,
    fields: dict[str, Any],
    message: str,
) -> None:
    request = make_request(numbered_video(tmp_path / "v.mp4", 3), 3)
    request = replace(request, **fields)
    for refuse in (render.backend, lambda bad: render.perform(bad, context)):
        with pytest.raises(InvalidInput, match=message):
            refuse(request)


def test_a_source_that_is_gone_or_damaged(
    tmp_path: Path, context: HereContext, make_request: MakeRequest
) -> None:
    path = tmp_path / "v.mp4"
    path.write_bytes(b"this is text")
    with pytest.raises(InvalidInput, match="expected"):
        render.perform(make_request(path, 3), context)
