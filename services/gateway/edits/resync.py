"""Performance takes after an edit: every shot of one is shown at the song's position again.

Where a shot goes, its window goes with the song; nothing else moves it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate

from services.gateway.edits.overlap import Overlap
from shared.errors import Conflict, InvalidInput
from shared.performance import Performance, performance_named
from shared.shot import Footage, Shot
from shared.sync_map import SAMPLE_RATE_HZ
from shared.timeline import Timeline


def resynced(
    before: Timeline, shots: Sequence[Shot], around: Mapping[str, Overlap], op: str
) -> list[Shot]:
    """The shots, those of `before.performances` with the window that the song asks for.

    Raises `Conflict` for a locked shot that would leave its place in the song, `InvalidInput` for
    one that its take does not cover there, and for one that stays where it is but was given
    another window or speed: a performance is never slipped or warped.
    """
    if not before.performances:
        return list(shots)
    was = {
        shot.id: (shot, start)
        for shot, start in zip(before.shots, before.start_frames(), strict=True)
    }
    starts = accumulate((shot.frames for shot in shots), initial=0)
    settled = []
    for shot, start in zip(shots, starts, strict=False):
        performance = _performance(before, shot)
        if performance is None:
            settled.append(shot)
            continue
        old, old_start = was.get(shot.id, (None, None))
        stays = old is not None and (old.frames, old_start) == (shot.frames, start)
        if stays and _same_take(old, shot) and not _same_window(old, shot):
            raise InvalidInput(
                f"{op}: shot {shot.id} shows the performance @{shot.source.handle} at the song's "
                "position, which no other window, speed or direction would keep; expected another "
                "source first (replace_source)"
            )
        settled.append(_synced(before, performance, shot, start, around[shot.id], op))
    return settled


def _synced(
    before: Timeline, performance: Performance, shot: Shot, start: int, around: Overlap, op: str
) -> Shot:
    rate = before.frame_rate
    offset = Fraction(before.sound.start_sample, SAMPLE_RATE_HZ) if before.sound else Fraction(0)
    seconds = offset + start / rate
    first = performance.window_start(seconds, shot.frames, rate, head=around.head, tail=around.tail)
    if first is None:
        raise InvalidInput(
            f"{op}: shot {shot.id} would need {float(seconds - around.head / rate):.2f} to "
            f"{float(seconds + (shot.frames + around.tail) / rate):.2f} s of the song from the "
            f"performance @{performance.handle}, which has {performance.covered()}"
        )
    if not isinstance(shot.source, Footage):
        return shot
    source = replace(
        shot.source,
        start_seconds=first,
        speed=performance.speed,
        earlier_seconds=Fraction(0),
        later_seconds=Fraction(0),
        levels=(),
        is_reversed=False,
    )
    if source == shot.source:
        return shot
    if shot.is_locked:
        raise Conflict(
            f"{op}: shot {shot.id} is locked and shows the performance @{performance.handle}; it "
            "would leave its place in the song; unlock it first"
        )
    return replace(shot, source=source)


def _performance(timeline: Timeline, shot: Shot) -> Performance | None:
    if not isinstance(shot.source, Footage):
        return None
    return performance_named(timeline.performances, shot.source.handle)


def _same_take(old: Shot | None, shot: Shot) -> bool:
    return old is not None and old.source.handle == shot.source.handle


def _same_window(old: Shot | None, shot: Shot) -> bool:
    if old is None or not isinstance(old.source, Footage) or not isinstance(shot.source, Footage):
        return True
    return _window(old.source) == _window(shot.source)


def _window(source: Footage) -> tuple[object, ...]:
    return (source.start_seconds, source.speed, source.levels, source.is_reversed)
