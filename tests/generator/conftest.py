"""A context that runs actions here, and requests that say only what a test is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from services.generator import render
from shared.blobs import MemoryBlobs
from shared.brief import MediaKind, Size
from shared.errors import Cancelled
from shared.media.segment import Segment
from shared.requests import Delivery, RenderRequest
from shared.shot import Framing, Grade, Move


@dataclass
class HereContext:
    """Keeps the progress it is told, and cancels after `patience` reports."""

    blobs: MemoryBlobs = field(default_factory=MemoryBlobs)
    patience: int = 1_000_000
    reports: list[float] = field(default_factory=list)

    def progress(self, fraction: float) -> None:
        self.reports.append(fraction)
        if len(self.reports) > self.patience:
            raise Cancelled("cancelled by the test")


@pytest.fixture
def context() -> HereContext:
    return HereContext()


MakeRequest = Callable[..., RenderRequest]
Render = Callable[..., Segment]


@pytest.fixture
def make_request(context: HereContext) -> MakeRequest:
    """`make_request(path, frames, **fields)`: a video at 30 fps into 160x90 unless said."""

    def make(path: Path, frames: int, **fields: Any) -> RenderRequest:
        defaults: dict[str, Any] = {
            "kind": MediaKind.VIDEO,
            "start_seconds": Fraction(0),
            "speed": Fraction(1),
            "framing": Framing(),
            "move": Move(),
            "grade": Grade(),
            "accents": (),
            "delivery": Delivery(Size(160, 90), Fraction(30)),
        }
        source = context.blobs.put_file(path)
        return RenderRequest(source=source, frames=frames, **(defaults | fields))

    return make


@pytest.fixture
def render_segment(context: HereContext, make_request: MakeRequest) -> Render:
    """Renders what `make_request` would ask for, and reads the result back."""

    def run(path: Path, frames: int, **fields: Any) -> Segment:
        digest = render.perform(make_request(path, frames, **fields), context)
        return Segment.from_bytes(context.blobs.read(digest))

    return run
