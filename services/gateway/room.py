"""How far a shot's window may slip: inside its stretch, over nothing that another shot shows.

The room is decided once, across all shots, and written on each shot as numbers; whether a shot
slips then depends on that shot alone, and an untouched shot stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from shared.brief import MediaKind
from shared.shot import Footage, Shot

if TYPE_CHECKING:
    from services.gateway.material import Stretch

# Farther away is another moment than the one that was cast; half a second is a beat at 120 BPM.
MAX_SLIP_SECONDS = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Window:
    """The seconds of a clip that a shot shows, and the room it has been given already.

    A window without room yet (None) shares the gap to its neighbour with it, half each.
    """

    start: Fraction
    end: Fraction
    earlier: Fraction | None = None
    later: Fraction | None = None


def room_around(
    window: Window, stretch: Stretch, others: Iterable[Window]
) -> tuple[Fraction, Fraction]:
    """Seconds that a window may slip (earlier, later); none if its frames are shown twice."""
    earlier = min(MAX_SLIP_SECONDS, window.start - stretch.start_seconds)
    later = min(MAX_SLIP_SECONDS, stretch.end_seconds - window.end)
    for other in others:
        if other.end <= window.start:
            earlier = min(earlier, _share(window.start - other.end, other.later))
        elif other.start >= window.end:
            later = min(later, _share(other.start - window.end, other.earlier))
        else:
            return Fraction(0), Fraction(0)
    return max(Fraction(0), earlier), max(Fraction(0), later)


def give_room(
    shots: Sequence[Shot],
    stretches: Mapping[str, Stretch],
    frame_rate: Fraction,
    overlaps: Mapping[str, tuple[int, int]] | None = None,
) -> list[Shot]:
    """The shots with the room that each has; `stretches` are by id, for those that get it anew.

    Other shots keep the room that they have. `overlaps` are by id the frames that a shot shows
    before its start and after its end, under transitions.
    """
    beyond = overlaps or {}
    windows = {
        shot.id: _window(shot, frame_rate, beyond.get(shot.id, (0, 0)), shot.id in stretches)
        for shot in shots
    }
    given = []
    for shot in shots:
        stretch = stretches.get(shot.id)
        source = shot.source
        if stretch is None or not isinstance(source, Footage) or source.kind is not MediaKind.VIDEO:
            given.append(shot)
            continue
        others = [
            windows[other.id]
            for other in shots
            if other.id != shot.id and other.source.blob == shot.source.blob
        ]
        earlier, later = room_around(windows[shot.id], stretch, others)
        given.append(
            replace(shot, source=replace(source, earlier_seconds=earlier, later_seconds=later))
        )
    return given


def _window(shot: Shot, frame_rate: Fraction, beyond: tuple[int, int], is_anew: bool) -> Window:
    source, step = shot.source, shot.source.speed / frame_rate
    start = source.start_seconds - beyond[0] * step
    end = source.start_seconds + (shot.frames + beyond[1]) * step
    if is_anew:
        return Window(start, end)
    return Window(start, end, source.earlier_seconds, source.later_seconds)


def _share(gap: Fraction, taken: Fraction | None) -> Fraction:
    return gap / 2 if taken is None else max(Fraction(0), gap - taken)
