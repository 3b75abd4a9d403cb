"""Where the music asks for more than a straight cut: breaks, and sections of another temper.

Pure. A transition goes only where both clips have footage to spare for it, and never close to
another one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from services.gateway.music import Music
from shared.brief import MediaKind, Pacing
from shared.shot import Footage, Shot
from shared.sync_map import SAMPLE_RATE_HZ, CutEvent, CutPlan, PlannedCut, Section
from shared.timeline import MIN_TRANSITION_FRAMES, Timeline, Transition, TransitionKind
from shared.timing import round_half_up

# Energy is 4 dB a tenth: less than this is the same temper, more than the other another world.
_CALMER, _MUCH_CALMER, _LOUDER = 0.08, 0.25, 0.1
_MIN_GAP_SECONDS = Fraction(8)
_MAX_WHIPS = 2
_USUAL_BPM = 120.0
_SECONDS = {
    TransitionKind.DISSOLVE: (Fraction(3, 10), Fraction(4, 5)),
    TransitionKind.DIP: (Fraction(2, 5), Fraction(1)),
    TransitionKind.WHIP: (Fraction(3, 10), Fraction(3, 10)),
}
# Of each shot at least so much is seen by itself.
_ALONE_SHARE = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class _Wish:
    """A transition that the music gives a reason for."""

    kind: TransitionKind
    reason: str


def with_transitions(timeline: Timeline, plan: CutPlan, music: Music) -> Timeline:
    """The timeline with transitions where the music turns, for which its shots give up room."""
    cuts = {cut.frame: cut for cut in plan.cuts}
    shots, transitions = list(timeline.shots), []
    last, whips = -_MIN_GAP_SECONDS * plan.frame_rate, 0
    for index, start in enumerate(timeline.start_frames()):
        cut = cuts.get(start)
        wish = _wish(cut, music, timeline.pacing) if cut and index else None
        if wish is None or start - last < _MIN_GAP_SECONDS * plan.frame_rate:
            continue
        if wish.kind is TransitionKind.WHIP and whips >= _MAX_WHIPS:
            continue
        transition = Transition(
            shots[index].id, wish.kind, _frames(wish.kind, music, plan.frame_rate), wish.reason
        )
        both = _given_room(shots[index - 1], shots[index], transition, plan.frame_rate)
        if both is None:
            continue
        shots[index - 1 : index + 1] = both
        transitions.append(transition)
        last, whips = Fraction(start), whips + (wish.kind is TransitionKind.WHIP)
    return replace(timeline, shots=tuple(shots), transitions=tuple(transitions))


def _wish(cut: PlannedCut, music: Music, pacing: Pacing) -> _Wish | None:
    sync_map = music.sync_map
    if sync_map is None or cut.sample is None or cut.event is CutEvent.DROP:
        return None  # A drop is hardest where it is cut straight.
    near = SAMPLE_RATE_HZ // 10
    if any(abs(one.start_sample - cut.sample) <= near for one in sync_map.breaks):
        return _Wish(TransitionKind.DISSOLVE, "dissolve: the beat stays out from here")
    if any(abs(sample - cut.sample) <= near for sample in sync_map.drops):
        return None
    before, after = _sections_at(cut.sample, sync_map.sections, near)
    if before is None or after is None:
        return None
    change = after.energy - before.energy
    if change <= -_MUCH_CALMER:
        return _Wish(TransitionKind.DIP, f"dip: section {after.label} is another world")
    if change <= -_CALMER:
        return _Wish(TransitionKind.DISSOLVE, f"dissolve: section {after.label} is calmer")
    if change >= _LOUDER and pacing in (Pacing.DRIVING, Pacing.FRANTIC):
        return _Wish(TransitionKind.WHIP, f"whip: section {after.label} takes off")
    return None


def _sections_at(
    sample: int, sections: Sequence[Section], near: int
) -> tuple[Section | None, Section | None]:
    """The section that ends and the one that begins at a sample, None where none does."""
    after = next((one for one in sections if abs(one.start_sample - sample) <= near), None)
    before = next((one for one in sections if abs(one.end_sample - sample) <= near), None)
    return before, after


def _frames(kind: TransitionKind, music: Music, frame_rate: Fraction) -> int:
    """About a beat long, and even, so that its middle is the cut."""
    bpm = music.sync_map.tempo_bpm if music.sync_map else None
    shortest, longest = _SECONDS[kind]
    beat = Fraction(60) / Fraction(bpm or _USUAL_BPM).limit_denominator(1000)
    seconds = min(longest, max(shortest, beat))
    return max(MIN_TRANSITION_FRAMES, 2 * round_half_up(seconds * frame_rate / 2))


def _given_room(
    outgoing: Shot, incoming: Shot, transition: Transition, frame_rate: Fraction
) -> tuple[Shot, Shot] | None:
    """Both shots with less room to slip, or None where one has too little footage or length."""
    tail = transition.frames_after * outgoing.source.speed / frame_rate
    head = transition.frames_before * incoming.source.speed / frame_rate
    for shot in (outgoing, incoming):
        if shot.frames * (1 - _ALONE_SHARE) < transition.frames:
            return None
    before, after = _spent(outgoing, Fraction(0), tail), _spent(incoming, head, Fraction(0))
    return (before, after) if before is not None and after is not None else None


def _spent(shot: Shot, head: Fraction, tail: Fraction) -> Shot | None:
    """The shot with so many seconds less before and after its window."""
    source = shot.source
    if source.kind is not MediaKind.VIDEO:
        return shot
    if not isinstance(source, Footage):
        return shot  # What is generated is made as long as it has to be.
    earlier, later = source.earlier_seconds - head, source.later_seconds - tail
    if min(earlier, later) < 0:
        return None
    return replace(shot, source=replace(source, earlier_seconds=earlier, later_seconds=later))
