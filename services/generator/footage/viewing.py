"""How a shot looks at its source: a camera that crops, or the whole picture over its fill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from services.generator.footage.camera import CameraPath, plan_camera
from services.generator.footage.fill import Fill, window_of
from services.generator.footage.rect import Rect
from services.generator.footage.warp import Warp
from shared.brief import Size
from shared.media.color import Planes
from shared.requests import RenderRequest
from shared.shot import Fit


@dataclass(frozen=True, slots=True)
class View:
    """What a shot shows of pictures of one size, frame by frame."""

    camera: CameraPath
    warp: Warp
    fill: Fill | None

    @classmethod
    def of(cls, request: RenderRequest, source: tuple[int, int]) -> View:
        """The view of a request over upright sources of (width, height) pixels."""
        framing, size = request.framing, request.delivery.size
        fill = None
        if framing.fit is Fit.FILL:
            size = window_of(source, size, framing.zoom)
            fill = Fill(request.delivery.size, size, (framing.center_x, framing.center_y))
            framing = replace(framing, zoom=1.0)
        camera = plan_camera(
            source,
            Fraction(size.width, size.height),
            framing,
            request.move,
            request.frames,
            request.accents,
            request.delivery.frame_rate,
            request.looks,
        )
        return cls(camera, Warp(camera, size, request.delivery.quality), fill)

    @property
    def is_still(self) -> bool:
        """Whether all frames show the same part of the source."""
        return self.camera.is_still

    @property
    def size(self) -> Size:
        """Size in pixels of what the camera shows."""
        return self.warp.size

    def rects(self, span: tuple[int, int] | None, seconds: Sequence[Fraction] = ()) -> list[Rect]:
        """As `CameraPath.rects`."""
        return self.camera.rects(span, seconds)

    def show(self, source: Planes, rect: Rect) -> Planes:
        """The finished picture, of the delivery's size."""
        seen = self.warp.view(source, rect)
        return seen if self.fill is None else self.fill.under(source, seen)
