"""Refusing renders that no source could satisfy, before any work."""

from __future__ import annotations

from shared.brief import MediaKind
from shared.errors import InvalidInput
from shared.motion import check_time_map, source_seconds
from shared.requests import RenderRequest
from shared.shot import Grade

_MAX_ZOOM = 8.0
_MAX_MOVE = 0.5
_GRADE_RANGES = {
    "exposure_stops": (-2, 2),
    "contrast": (0, 2),
    "saturation": (0, 2),
    "warmth": (-1, 1),
    "tint": (-1, 1),
    "look_strength": (0, 1),
}


def check_render(request: RenderRequest) -> None:
    """Raise `InvalidInput` for a request that makes no sense, whatever its source holds."""
    _check_window(request)
    _check_time_map(request)
    _check_span(request)
    _check_framing(request)
    _check_grade(request.grade)
    check_looks(request)
    for accent in request.accents:
        if not (0 <= accent.frame < request.frames and 0 <= accent.strength <= 1):
            raise InvalidInput(
                f"accent at frame {accent.frame} of strength {accent.strength}; expected a frame "
                f"of the shot's {request.frames} and a strength of 0 to 1"
            )


def check_looks(request: RenderRequest) -> None:
    """Raise `InvalidInput` for looks on frames that a shot does not have, or of several kinds."""
    kinds = sorted({look.kind for look in request.looks})
    if len(kinds) > 1:
        raise InvalidInput(f"a shot has accents that look like {', '.join(kinds)}; expected one")
    for look in request.looks:
        if not (0 <= look.frame < request.frames and 0 <= look.strength <= 1):
            raise InvalidInput(
                f"a {look.kind} at frame {look.frame} of strength {look.strength}; expected a "
                f"frame of the shot's {request.frames} and a strength of 0 to 1"
            )


def _check_grade(grade: Grade) -> None:
    numbers = [(name, getattr(grade, name)) for name in _GRADE_RANGES]
    numbers += [(name, getattr(grade.match, name)) for name in ("exposure_stops", "warmth", "tint")]
    for name, value in numbers:
        low, high = _GRADE_RANGES[name]
        if not low <= value <= high:
            raise InvalidInput(f"grade {name} is {value}; expected {low} to {high}")


def _check_window(request: RenderRequest) -> None:
    if request.kind not in (MediaKind.IMAGE, MediaKind.VIDEO):
        raise InvalidInput(f"cannot render a source of kind {request.kind}; expected image, video")
    if request.frames < 1:
        raise InvalidInput(f"cannot render {request.frames} frames; expected at least 1")
    if request.start_seconds < 0 or request.speed <= 0:
        raise InvalidInput(
            f"cannot render from {float(request.start_seconds)} s at speed {float(request.speed)}; "
            "expected a start of at least 0 and a speed above 0"
        )


def _check_time_map(request: RenderRequest) -> None:
    if request.time_map and request.kind is not MediaKind.VIDEO:
        raise InvalidInput(f"a source of kind {request.kind} has a time map; expected a video")
    if request.is_reversed and request.kind is not MediaKind.VIDEO:
        raise InvalidInput(f"a source of kind {request.kind} plays backwards; expected a video")
    check_time_map(request.time_map)
    first, end = request.span or (0, request.frames)
    first = request.frames - end if request.is_reversed else first
    if request.time_map and source_seconds(request.time_map, first) < 0:
        raise InvalidInput("the time map begins before the clip; expected at least 0 s")


def _check_framing(request: RenderRequest) -> None:
    framing, move = request.framing, request.move
    if not (0 <= framing.center_x <= 1 and 0 <= framing.center_y <= 1):
        raise InvalidInput(
            f"framing centre ({framing.center_x}, {framing.center_y}) is outside the source; "
            "expected 0 to 1"
        )
    if not 1 <= framing.zoom <= _MAX_ZOOM:
        raise InvalidInput(f"framing zoom is {framing.zoom}; expected 1 to {_MAX_ZOOM}")
    times = [point.seconds for point in framing.follow]
    if times and request.kind is not MediaKind.VIDEO:
        raise InvalidInput(f"a source of kind {request.kind} is followed; expected a video")
    if times != sorted(set(times)) or not all(
        0 <= point.x <= 1 and 0 <= point.y <= 1 for point in framing.follow
    ):
        raise InvalidInput(
            f"{len(times)} waypoints to follow; expected increasing times and points of 0 to 1"
        )
    if not 0 <= move.amount <= _MAX_MOVE:
        raise InvalidInput(f"move amount is {move.amount}; expected 0 to {_MAX_MOVE}")


def _check_span(request: RenderRequest) -> None:
    if request.span is None:
        return
    first, end = request.span
    if first >= end:
        raise InvalidInput(f"cannot render the frames {first} to {end}; expected at least 1 frame")
    # A window that plays backwards shows what comes after it first.
    first = request.frames - end if request.is_reversed else first
    needed = request.start_seconds + first * request.speed / request.delivery.frame_rate
    if request.kind is MediaKind.VIDEO and not request.time_map and needed < 0:
        raise InvalidInput(
            f"the shot needs its clip from {float(needed):.3f} s; the clip begins at 0 s"
        )
