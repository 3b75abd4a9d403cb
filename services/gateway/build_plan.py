"""From intent to requests: which clips a timeline needs for a delivery. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass, replace

from services.gateway.alignment import MotionWish, Wishes, wish_of
from services.gateway.captions_lettering import lettering_in, shifted
from services.gateway.explain import Asked
from shared.brief import Size
from shared.requests import Delivery, MixRequest, Quality, RenderRequest, TransitionRequest
from shared.shot import MoveKind, Shot
from shared.timeline import Timeline, Transition

_DRAFT_HEIGHT = 540


@dataclass(frozen=True, slots=True)
class PlannedClip:
    """One clip of a film before it is made; `label` names it to people.

    `wishes` has one entry for each shot in the request: the alignment of motion it wishes for.
    """

    shot_id: str
    is_transition: bool
    request: RenderRequest | TransitionRequest
    label: str
    wishes: Wishes = (None,)

    @property
    def asked(self) -> Asked:
        """What the clip is asked for, alignment included."""
        return Asked(self.request, self.wishes)

    @property
    def frames(self) -> int:
        """How many frames of the film it fills."""
        request = self.request
        rendered = request.incoming if isinstance(request, TransitionRequest) else request
        return rendered.num_rendered_frames


def delivery_of(timeline: Timeline, *, draft: bool) -> Delivery:
    """The delivery of a timeline in its own size, or as a 540p draft of the same aspect.

    A draft shows the same cuts, windows and framing; it is never larger than the film itself.
    """
    if not draft:
        return Delivery(timeline.size, timeline.frame_rate)
    short = min(timeline.size.width, timeline.size.height)
    scale = min(1.0, _DRAFT_HEIGHT / short)
    size = Size(_even(timeline.size.width * scale), _even(timeline.size.height * scale))
    return Delivery(size, timeline.frame_rate, Quality.DRAFT)


def resolve(shot: Shot, delivery: Delivery, span: tuple[int, int] | None = None) -> RenderRequest:
    """The request that renders a shot: digests and numbers, without its name or place."""
    return RenderRequest(
        source=shot.source.blob,
        kind=shot.source.kind,
        start_seconds=shot.source.start_seconds,
        speed=shot.source.speed,
        frames=shot.frames,
        framing=shot.framing,
        move=shot.move,
        grade=shot.grade,
        # Where no camera moves, no accent changes the picture.
        accents=() if shot.move.kind is MoveKind.HOLD else shot.accents,
        delivery=delivery,
        span=span,
    )


def planned_clips(timeline: Timeline, delivery: Delivery) -> tuple[PlannedClip, ...]:
    """Every clip of a film in order: shots, and the transitions between them."""
    clips = []
    entering = [None, *(timeline.transition_into(shot.id) for shot in timeline.shots[1:])]
    neighbours = [None, *timeline.shots[:-1]]
    leaving = [*entering[1:], None]
    for shot, start, before, into, out_of in zip(
        timeline.shots, timeline.start_frames(), neighbours, entering, leaving, strict=True
    ):
        if into is not None and before is not None:
            mixed = _resolve_transition(before, shot, into, delivery)
            lettering = lettering_in(
                timeline, start - into.frames_before, start + into.frames_after
            )
            mixed = replace(mixed, lettering=lettering)
            label = f"{into.kind} into {shot.id}"
            both = (_wish(before, timeline), _wish(shot, timeline))
            clips.append(PlannedClip(shot.id, True, mixed, label, both))
        first = into.frames_after if into else 0
        last = shot.frames - (out_of.frames_before if out_of else 0)
        span = (first, last) if into or out_of else None
        lettering = shifted(lettering_in(timeline, start + first, start + last), first)
        request = replace(resolve(shot, delivery, span), lettering=lettering)
        wish = _wish(shot, timeline)
        clips.append(PlannedClip(shot.id, False, request, f"shot {shot.id}", (wish,)))
    return tuple(clips)


def _wish(shot: Shot, timeline: Timeline) -> MotionWish | None:
    return wish_of(shot, timeline.frame_rate, timeline.references)


def _resolve_transition(
    outgoing: Shot, incoming: Shot, transition: Transition, delivery: Delivery
) -> TransitionRequest:
    before, after = transition.frames_before, transition.frames_after
    end = outgoing.frames
    return TransitionRequest(
        kind=transition.kind,
        outgoing=resolve(outgoing, delivery, (end - before, end + after)),
        incoming=resolve(incoming, delivery, (-before, after)),
    )


def mix_request(timeline: Timeline) -> MixRequest | None:
    """The request for a timeline's soundtrack, None for a silent film."""
    window = timeline.sound
    if window is None:
        return None
    return MixRequest(
        window.audio,
        window.start_sample,
        window.length_samples,
        window.fade_out_samples,
        timeline.loudness,
        timeline.voice,
    )


def _even(value: float) -> int:
    return max(2, round(value / 2) * 2)
