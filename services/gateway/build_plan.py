"""From intent to requests: which clips a timeline needs for a delivery. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass, replace

from services.gateway.alignment import MotionWish, Wishes, wish_of
from services.gateway.captions_lettering import lettering_in, shifted
from services.gateway.changes import Asked
from services.gateway.generating import GenerateWish, generate_wish
from services.gateway.logo_marks import logo_mark
from shared.brief import Size
from shared.requests import Delivery, MixRequest, Quality, RenderRequest, TransitionRequest
from shared.shot import Footage, MoveKind, Shot
from shared.sound_tracks import ClipPart, SoundTracks
from shared.soundtrack import Voice
from shared.speed_map import speed_knots
from shared.sync_map import SAMPLE_RATE_HZ
from shared.timeline import Timeline, Transition
from shared.timing import sample_at_frame

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
    footage = shot.source if isinstance(shot.source, Footage) else None
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
        time_map=speed_knots(footage, shot.frames, delivery.frame_rate) if footage else (),
        input_lut=footage.input_lut if footage else None,
        is_reversed=footage is not None and footage.is_reversed,
        looks=shot.looks,
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
            logo = logo_mark(timeline, before.id, shot.id)
            mixed = replace(mixed, lettering=lettering, logo=logo)
            label = f"{into.kind} into {shot.id}"
            both = (_wish(before, timeline), _wish(shot, timeline))
            clips.append(PlannedClip(shot.id, True, mixed, label, both))
        first = into.frames_after if into else 0
        last = shot.frames - (out_of.frames_before if out_of else 0)
        span = (first, last) if into or out_of else None
        lettering = shifted(lettering_in(timeline, start + first, start + last), first)
        logo = logo_mark(timeline, shot.id)
        request = replace(resolve(shot, delivery, span), lettering=lettering, logo=logo)
        wish = _wish(shot, timeline)
        clips.append(PlannedClip(shot.id, False, request, f"shot {shot.id}", (wish,)))
    return tuple(clips)


def _wish(shot: Shot, timeline: Timeline) -> MotionWish | GenerateWish | None:
    return generate_wish(shot, timeline) or wish_of(shot, timeline.frame_rate, timeline.references)


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


def mix_request(timeline: Timeline, clips: tuple[ClipPart, ...] = ()) -> MixRequest | None:
    """The request for a timeline's soundtrack with its clips' sound, None for a silent film."""
    window, tracks = timeline.sound, tracks_of(timeline, clips)
    if window is None and tracks is None:
        return None
    length = sample_at_frame(timeline.frame_count, SAMPLE_RATE_HZ, timeline.frame_rate)
    return MixRequest(
        window.audio if window else None,
        window.start_sample if window else 0,
        window.length_samples if window else length,
        window.fade_out_samples if window else 0,
        timeline.loudness,
        timeline.voice,
        tracks,
    )


def tracks_of(timeline: Timeline, clips: tuple[ClipPart, ...]) -> SoundTracks | None:
    """What is mixed with a timeline's song; None where there is no more than a voice."""
    voices = tuple(Voice(line.audio, line.start_sample) for line in timeline.tracks.lines)
    effects = timeline.tracks.effects
    if not (clips or voices or effects):
        return None
    return SoundTracks(timeline.frame_rate, clips, voices, effects)


def _even(value: float) -> int:
    return max(2, round(value / 2) * 2)
