"""`transition`: render the overlap of two shots as one segment.

Importing this module is cheap: PyAV and OpenCV are loaded when something is performed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from services.generator.admission import check_render
from services.generator.render import encode_frames, environment, finished_frames
from shared.actions import Backend, Context
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.requests import TransitionRequest
from shared.timeline import MIN_TRANSITION_FRAMES, TransitionKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.media.color import Planes

    Mix = Callable[[Planes, Planes, int, int], Planes]

_VERSION = 3


def backend(request: TransitionRequest) -> Backend:
    """Who renders it; raises `InvalidInput` for a request that cannot be rendered."""
    _check(request)
    return Backend(f"transition/{request.kind}", _VERSION, environment())


def perform(request: TransitionRequest, context: Context) -> Digest:
    """Render both shots under the transition, mix them, and store one `Segment`.

    It joins any other segment of the delivery. Raises `InvalidInput` for a source that cannot be
    decoded or does not cover its span, and `Cancelled`.
    """
    _check(request)
    count = request.outgoing.num_rendered_frames
    frames = _mixed(request, context)
    size = request.outgoing.delivery.size
    if request.logo is not None:
        from services.generator.type.corner import marked

        frames = marked(frames, request.logo, size, context.blobs)
    if request.lettering:
        from services.generator.type.drawing import lettered

        frames = lettered(frames, request.lettering, size, context.blobs)
    return encode_frames(frames, count, request.outgoing.delivery, context)


def _mixed(request: TransitionRequest, context: Context) -> Iterator[Planes]:
    mix = _mix_of(request.kind)
    count = request.outgoing.num_rendered_frames
    outgoing = finished_frames(request.outgoing, context)
    incoming = finished_frames(request.incoming, context)
    for index, (before, after) in enumerate(zip(outgoing, incoming, strict=True)):
        yield mix(before, after, index, count)


def _mix_of(kind: TransitionKind) -> Mix:
    match kind:
        case TransitionKind.DISSOLVE:
            from services.generator.transitions.dissolve import dissolve

            return dissolve
        case TransitionKind.DIP:
            from services.generator.transitions.dip import dip

            return dip
        case TransitionKind.WHIP:
            from services.generator.transitions.whip import whip

            return whip


def _check(request: TransitionRequest) -> None:
    outgoing, incoming = request.outgoing, request.incoming
    for part, name in ((outgoing, "outgoing"), (incoming, "incoming")):
        check_render(part)
        if part.span is None:
            raise InvalidInput(f"the {name} shot of a {request.kind} has no span; expected one")
    lengths = outgoing.num_rendered_frames, incoming.num_rendered_frames
    if lengths[0] != lengths[1] or lengths[0] < MIN_TRANSITION_FRAMES:
        raise InvalidInput(
            f"the shots of a {request.kind} have spans of {lengths[0]} and {lengths[1]} frames; "
            f"expected equal lengths of at least {MIN_TRANSITION_FRAMES}"
        )
    if outgoing.delivery != incoming.delivery:
        raise InvalidInput(f"the shots of a {request.kind} have different deliveries")
