"""The cut plan of an edited film: what was planned for the cuts that stay, reasons for new ones."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from services.gateway.edits.operation import Operation
from services.gateway.music import Music
from shared.sync_map import Beat, CutEvent, CutKind, CutPlan, PlannedCut
from shared.timeline import Timeline
from shared.timing import round_half_up, seconds_at_frame


def follow_cuts(
    plans: Sequence[CutPlan], after: Timeline, music: Music, operation: Operation
) -> CutPlan:
    """The cut plan of `after`: one planned cut for each cut of the film.

    `plans` are the one before the edit, and the one that `operation` asked for, if any. A cut keeps
    what the first says of its frame; a new one is looked up in the second.
    """
    known = {cut.frame: cut for plan in reversed(plans) for cut in plan.cuts}
    cuts = tuple(
        known.get(frame) or _edited(frame, music, operation.OP)
        for frame in after.start_frames()[1:]
    )
    return CutPlan(
        after.frame_rate,
        after.frame_count,
        music.start_sample,
        cuts,
        music.beats(after.frame_count),
        plans[0].cuts_on,
        plans[0].lead_frames,
    )


def _edited(frame: int, music: Music, op: str) -> PlannedCut:
    """A cut that an edit put there: on the beat if its frame is a beat's."""
    heard = music.sync_map
    beat = _nearest(frame, heard.beats, music) if heard else None
    if heard and beat is not None and music.frame(beat.sample) == frame:
        event = CutEvent.DOWNBEAT if beat.sample in heard.downbeats else CutEvent.BEAT
        reason = f"{event}; put here by {op}"
        return PlannedCut(frame, beat.sample, event, CutKind.ON_BEAT, beat.strength, reason)
    where = "nothing is heard here"
    if beat is not None:
        off_ms = seconds_at_frame(frame - music.frame(beat.sample), music.frame_rate) * 1000
        side = "after" if off_ms > 0 else "before"
        where = f"{abs(round_half_up(off_ms))} ms {side} the nearest beat"
    return PlannedCut(
        frame, None, CutEvent.CLOCK, CutKind.STEADY, 0.0, f"{where}; put here by {op}"
    )


def _nearest(frame: int, beats: Sequence[Beat], music: Music) -> Beat | None:
    place = bisect_left(beats, frame, key=lambda beat: music.frame(beat.sample))
    near = beats[max(0, place - 1) : place + 1]
    return min(near, key=lambda beat: abs(music.frame(beat.sample) - frame), default=None)
