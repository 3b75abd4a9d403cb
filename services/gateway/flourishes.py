"""The director's flourishes, after casting: accents on beats, transitions, match cuts.

Pure. Straight cuts and unmoved pictures are the rule; whatever else there is has a reason in the
music, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from services.gateway.casting import Casting
from services.gateway.looks import looks_on
from services.gateway.match_cuts import with_match_cuts
from services.gateway.music import Music, accents_between
from services.gateway.musical_transitions import with_transitions
from shared.brief import Brief
from shared.flourish import AccentAmount, TransitionUse
from shared.shot import Accent, AccentLook, AccentLookKind, Fit, MoveKind, Shot
from shared.sync_map import CutEvent, CutPlan, SyncMap
from shared.timeline import Timeline

# The strength of a look on the film's hardest beat.
_STRENGTHS = {AccentAmount.SUBTLE: 0.4, AccentAmount.STRONG: 0.9}
_KINDS = {
    AccentAmount.SUBTLE: (AccentLookKind.PUNCH_IN, AccentLookKind.SHAKE),
    AccentAmount.STRONG: (AccentLookKind.PUNCH_IN, AccentLookKind.SHAKE, AccentLookKind.FLASH),
}
_MIN_SHOT_SECONDS = 0.6  # a shorter shot is an accent itself
_STRIKING = (CutEvent.DROP, CutEvent.SECTION)


@dataclass(frozen=True, slots=True)
class _Part:
    """A section in film frames, with the kind of accents that it gets."""

    start: int
    end: int
    kind: AccentLookKind


def flourished(
    brief: Brief, timeline: Timeline, plan: CutPlan, music: Music, casting: Casting
) -> tuple[Timeline, CutPlan]:
    """The timeline with accents and transitions as the brief allows, and the plan that says why.

    The shots have the cut plan's frames. Nothing depends on anything but the arguments.
    """
    if brief.transitions is TransitionUse.MUSICAL:
        timeline = with_transitions(timeline, plan, music)
        plan = with_match_cuts(timeline, plan, casting)
    return with_accents(timeline, plan, music, brief.accents), plan


def with_accents(timeline: Timeline, plan: CutPlan, music: Music, amount: AccentAmount) -> Timeline:
    """The timeline with its loud sections struck on beats, one kind of accent a section."""
    if amount is AccentAmount.OFF or music.sync_map is None:
        return timeline
    parts = _parts(music.sync_map, music, timeline, amount)
    beats = _beats(music, timeline.frame_count, amount)
    hardest = max((strength for _, strength in beats), default=0.0)
    struck = {cut.frame for cut in plan.cuts if cut.event in _STRIKING}
    shots, last = [], -(1 << 30)
    for shot, start in zip(timeline.shots, timeline.start_frames(), strict=True):
        part = next((one for one in parts if one.start <= start < one.end), None)
        looks: tuple[AccentLook, ...] = ()
        if part is not None and hardest > 0 and _may_be_struck(shot, timeline, amount):
            inside = list(accents_between(beats, start, start + shot.frames, plan.frame_rate))
            if start in struck:
                inside.insert(0, Accent(0, hardest))
            strength = _STRENGTHS[amount] * max(
                (one.strength / hardest for one in inside), default=0.0
            )
            looks = looks_on(
                inside, part.kind, strength, plan.frame_rate, timeline.seed, (last - start,)
            )
        if looks:
            last = start + looks[-1].frame
        shots.append(replace(shot, looks=looks) if looks else shot)
    return replace(timeline, shots=tuple(shots))


def _may_be_struck(shot: Shot, timeline: Timeline, amount: AccentAmount) -> bool:
    if shot.frames < _MIN_SHOT_SECONDS * timeline.frame_rate or shot.framing.fit is Fit.FILL:
        return False
    # A camera that moves arrives on the beats already.
    return amount is AccentAmount.STRONG or shot.move.kind is MoveKind.HOLD


def _beats(music: Music, frame_count: int, amount: AccentAmount) -> tuple[tuple[int, float], ...]:
    beats = music.beats(frame_count)
    downbeats = (
        {music.frame(sample) for sample in music.sync_map.downbeats} if (music.sync_map) else set()
    )
    if amount is AccentAmount.STRONG or not downbeats:
        return beats
    return tuple(beat for beat in beats if beat[0] in downbeats)


def _parts(
    sync_map: SyncMap, music: Music, timeline: Timeline, amount: AccentAmount
) -> tuple[_Part, ...]:
    """The sections that get accents; those of equal labels get equal ones."""
    sections = [item for item in sync_map.sections if item.end_sample > music.start_sample]
    if not sections:
        kind = _KINDS[amount][timeline.seed % len(_KINDS[amount])]
        return (_Part(0, timeline.frame_count, kind),)
    usual = sum(item.energy for item in sections) / len(sections)
    loud = [item for item in sections if item.energy >= usual]
    labels = list(dict.fromkeys(item.label for item in loud))
    kinds = _KINDS[amount]
    parts = [
        _Part(
            music.frame(item.start_sample),
            music.frame(item.end_sample),
            kinds[(timeline.seed + labels.index(item.label)) % len(kinds)],
        )
        for item in loud
    ]
    return tuple(_without_breaks(parts, sync_map, music))


def _without_breaks(parts: list[_Part], sync_map: SyncMap, music: Music) -> Iterator[_Part]:
    """The parts up to their breaks and after: where the beat stays out nothing is struck."""
    breaks = [
        (music.frame(one.start_sample), music.frame(one.end_sample)) for one in sync_map.breaks
    ]
    for part in parts:
        start = part.start
        for first, end in sorted(breaks):
            if first >= part.end or end <= start:
                continue
            if first > start:
                yield _Part(start, first, part.kind)
            start = end
        if start < part.end:
            yield _Part(start, part.end, part.kind)
