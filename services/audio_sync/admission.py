"""Whether a request for cuts can be planned at all."""

from __future__ import annotations

from itertools import pairwise

from shared.brief import MAX_LEAD_FRAMES
from shared.errors import InvalidInput
from shared.requests import PlanCutsRequest


def check_request(request: PlanCutsRequest) -> None:
    """Raise `InvalidInput` that says what cannot be planned and what is accepted."""
    count, start = request.frame_count, request.window_start_sample
    if count < 1:
        raise InvalidInput(f"a film of {count} frames cannot be cut; expected at least 1")
    if start is not None and start < 0:
        raise InvalidInput(f"the window starts at sample {start}; expected 0 or later")
    outside = [frame for frame in request.fixed_frames if not 0 < frame < count]
    if outside:
        raise InvalidInput(
            f"fixed cuts at frames {outside} are outside the film; expected 1 to {count - 1}"
        )
    if not 0 <= request.lead_frames <= MAX_LEAD_FRAMES:
        raise InvalidInput(
            f"cuts lead by {request.lead_frames} frames; expected 0 to {MAX_LEAD_FRAMES}"
        )
    _check_spans(request)


def _check_spans(request: PlanCutsRequest) -> None:
    spans = sorted(request.locked_spans)
    for start, end in spans:
        if not 0 <= start < end <= request.frame_count:
            raise InvalidInput(
                f"locked span {start} to {end} is not inside the film; expected first and last "
                f"frames from 0 to {request.frame_count}, the first before the last"
            )
    for (_, end), (start, _) in pairwise(spans):
        if start < end:
            raise InvalidInput(f"locked spans overlap from frame {start} to {end}")
