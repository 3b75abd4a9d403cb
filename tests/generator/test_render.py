from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from services.generator import measure, render
from shared.actions import action_key
from shared.brief import MediaKind
from shared.errors import Cancelled, InvalidInput
from shared.measurement import SegmentMeasure
from shared.requests import MeasureRequest
from shared.schema import from_json
from shared.timeline import Accent, Framing, Move, MoveKind
from tests.generator.conftest import HereContext, MakeRequest
from tests.shared.media.painting import numbered_video


def test_importing_and_making_keys_loads_no_media_library(tmp_path: Path) -> None:
    program = (
        "import sys; import services.generator.render, services.generator.measure; "
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
    assert (backend.name, backend.version) == ("render/footage", 1)
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
        ({"kind": MediaKind.AUDIO}, "kind audio"),
        ({"frames": 0}, "0 frames"),
        ({"start_seconds": Fraction(-1)}, "start of at least 0"),
        ({"speed": Fraction(0)}, "speed above 0"),
        ({"framing": Framing(center_x=1.5)}, "outside the source"),
        ({"framing": Framing(zoom=0.5)}, "zoom is 0.5"),
        ({"framing": Framing(zoom=float("nan"))}, "zoom is nan"),
        ({"move": Move(MoveKind.PUSH_IN, 0.7)}, "amount is 0.7"),
        ({"accents": (Accent(3, 1.0),)}, "accent at frame 3"),
        ({"accents": (Accent(0, 2.0),)}, "strength 2.0"),
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
