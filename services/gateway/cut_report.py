"""The cuts of report.json: where each was planned and seen, what it stands on, and why.

Pure functions. A cut that an edit has moved or made is not in the cut plan; what is heard at its
frame says whether it has found a beat again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from services.gateway.inspection import SeenCut
from shared.build import Build
from shared.sync_map import SAMPLE_RATE_HZ, CutEvent, CutKind, CutPlan, SyncMap
from shared.timeline import Timeline, Transition
from shared.timing import round_half_up

_DECIMALS = 6
_MS_DECIMALS = 3
_EDITED = "edited"
_NOT_PLANNED = "the plan has no cut here"
_PLACED = "placed by an edit"
_MOVED_ONTO_A_BEAT = "moved by an edit onto a beat"


@dataclass(frozen=True, slots=True)
class CutFacts:
    """All that the cuts of a report are made from.

    `midpoints` has one entry for each transition clip of the build, in film order: where the mix
    was found to be half, in frames of the film (frame k is on screen from k to k + 1, so a straight
    cut into it is at k); None where that could not be fitted. Empty when nothing was fitted.
    `ran` are the keys of the actions that were performed for this film, `kept` the shots whose
    transition was taken from the parent's Build.
    """

    timeline: Timeline
    cut_plan: CutPlan
    sync_map: SyncMap | None
    build: Build
    frame_rate: Fraction
    seen: Sequence[SeenCut]
    midpoints: Sequence[float | None]
    ran: frozenset[str]
    kept: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Event:
    """What a cut stands on; `sample` is in the audio's time, None without a musical event.

    The cut was planned `lead_frames` before it.
    """

    event: str | None
    sample: int | None
    kind: str | None
    reason: str
    lead_frames: int = 0


def cut_documents(facts: CutFacts) -> list[dict[str, Any]]:
    """The "cuts" of report.json, in film order."""
    seen = {cut.planned_frame: cut for cut in facts.seen}
    midpoints = _midpoints(facts)
    documents = []
    starts = facts.timeline.start_frames()
    for shot, frame in zip(facts.timeline.shots[1:], starts[1:], strict=True):
        transition = facts.timeline.transition_into(shot.id)
        if transition is None:
            cut = seen.get(frame, SeenCut(frame, None, 0.0))
            documents.append(_document(frame, cut.measured_frame, cut.contrast, None, facts))
            continue
        midpoint = midpoints.get(shot.id)
        measured = None if midpoint is None else _nearest_cut(midpoint, transition)
        told = _transition(transition, frame, midpoint, facts)
        # The pictures meet over many frames: there is no one step whose contrast could be told.
        documents.append(_document(frame, measured, None, told, facts))
    return documents


def _midpoints(facts: CutFacts) -> dict[str, float | None]:
    ids = [clip.shot_id for clip in facts.build.clips if clip.is_transition]
    return dict(zip(ids, facts.midpoints, strict=True)) if facts.midpoints else {}


def _nearest_cut(midpoint: float, transition: Transition) -> int:
    """The frame at which a straight cut would stand for a transition with this midpoint."""
    # One of odd length has its middle within the frame of the cut, half a frame after its start.
    late = Fraction(transition.frames_after - transition.frames_before, 2)
    return round_half_up(Fraction(midpoint) - late)


def _document(
    frame: int,
    measured: int | None,
    contrast: float | None,
    transition: dict[str, Any] | None,
    facts: CutFacts,
) -> dict[str, Any]:
    stands = _event_at(frame, facts)
    seconds = None
    if stands.sample is not None:
        seconds = (stands.sample - _start_sample(facts)) / SAMPLE_RATE_HZ
    offset_ms = None
    if measured is not None and seconds is not None:
        # A cut that leads on purpose is not early; what counts is how far it is from its place.
        due = float((measured + stands.lead_frames) / facts.frame_rate)
        offset_ms = round((due - seconds) * 1000, _MS_DECIMALS)
    return {
        "planned_frame": frame,
        "measured_frame": measured,
        "contrast": contrast,
        "event": stands.event,
        "event_seconds": None if seconds is None else round(seconds, _DECIMALS),
        "lead_frames": stands.lead_frames,
        "offset_ms": offset_ms,
        "kind": stands.kind,
        "reason": "; ".join(filter(None, (stands.reason, (transition or {}).get("reason")))),
        "transition": transition,
    }


def _start_sample(facts: CutFacts) -> int:
    sound = facts.timeline.sound
    # What is heard decides; a film that is silent still has the window that was planned for.
    return facts.cut_plan.window_start_sample if sound is None else sound.start_sample


def _event_at(frame: int, facts: CutFacts) -> _Event:
    planned = next((cut for cut in facts.cut_plan.cuts if cut.frame == frame), None)
    if planned is not None:
        return _Event(
            str(planned.event),
            planned.sample,
            str(planned.kind),
            planned.reason,
            planned.lead_frames,
        )
    if facts.timeline.parent is None:
        return _Event(None, None, None, _NOT_PLANNED)
    sample = _beat_at(frame, facts)
    if sample is None:
        return _Event(None, None, _EDITED, _PLACED)
    return _Event(str(CutEvent.BEAT), sample, str(CutKind.ON_BEAT), _MOVED_ONTO_A_BEAT)


def _beat_at(frame: int, facts: CutFacts) -> int | None:
    """The beat nearest to a film frame, if it is within half a frame of it."""
    if facts.sync_map is None or not facts.sync_map.beats:
        return None
    samples_per_frame = SAMPLE_RATE_HZ / facts.frame_rate
    place = _start_sample(facts) + frame * samples_per_frame
    nearest = min((beat.sample for beat in facts.sync_map.beats), key=lambda s: abs(s - place))
    return nearest if abs(nearest - place) <= samples_per_frame / 2 else None


def _transition(
    transition: Transition, frame: int, midpoint: float | None, facts: CutFacts
) -> dict[str, Any]:
    clip = facts.build.clip_of(transition.into, transition=True)
    is_kept = transition.into in facts.kept
    return {
        "kind": str(transition.kind),
        "frames": transition.frames,
        "reason": transition.reason,
        "start_frame": frame - transition.frames_before,
        "end_frame": frame + transition.frames_after,
        "midpoint_frame": None if midpoint is None else round(midpoint, _MS_DECIMALS),
        "clip": None if clip is None else str(clip.segment),
        "reused": clip is not None and (is_kept or clip.action_key not in facts.ran),
        "kept": is_kept,
    }
