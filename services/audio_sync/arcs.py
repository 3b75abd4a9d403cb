"""Tension and release: builds that shorten, the hold before a drop, the bar after it, breaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.audio_sync.meter import Meter
from services.audio_sync.pacing import PACES
from shared.brief import Pacing
from shared.sync_map import Span, SyncMap

_NEAR_BEATS = 0.05  # positions this close are the same moment
_NUM_STEPS = 3  # from one length to the next in a build that has room for all four
_DROP_REACH_BEATS = 1.5  # a build that ends this near to a drop leads to it


@dataclass(frozen=True, slots=True)
class Build:
    """A build in beats: shots shorten from `start` to `hold`; it is over at `end`.

    From `hold` on one shot stands still until the drop; without a drop `hold` is `end`.
    """

    start: float
    hold: float
    end: float

    def wanted_beats(self, position: float, lengths: Sequence[float], bar_beats: int) -> float:
        """Length due at a position: the last of `lengths` in the last bar, and so on back.

        Builds of less than four bars spend equal times on each length, and leave out the longest
        where they have no room for one shot of each.
        """
        left, whole = self.hold - position, self.hold - self.start
        while len(lengths) > 1 and sum(lengths) > whole:
            lengths = lengths[1:]
        last = min(float(bar_beats), whole / len(lengths))
        limits = [number * last for number in range(1, len(lengths))]
        if len(limits) == _NUM_STEPS:
            limits[-1] = min(4 * last, max(limits[-1], whole / 2))  # long builds rise late
        steps_back = sum(left > limit + _NEAR_BEATS for limit in limits)
        return lengths[len(lengths) - 1 - steps_back]


class Arcs:
    """Where a song rises, lands and rests, in beats of its meter."""

    def __init__(self, sync_map: SyncMap, meter: Meter, pacing: Pacing) -> None:
        self._bar_beats = meter.beats_per_bar
        self._hold_beats = max(1, meter.beats_per_bar // 2)
        self._lengths = _lengths(pacing, meter)
        self._drops = [meter.snapped(sample) for sample in sync_map.drops]
        self.builds = tuple(self._build(span, meter) for span in sync_map.builds)
        self._breaks = [
            (meter.snapped(span.start_sample), meter.snapped(span.end_sample))
            for span in sync_map.breaks
        ]

    def _build(self, span: Span, meter: Meter) -> Build:
        start, end = meter.snapped(span.start_sample), meter.snapped(span.end_sample)
        drop = next((drop for drop in self._drops if abs(drop - end) <= _DROP_REACH_BEATS), None)
        if drop is None:
            return Build(start, end, end)
        return Build(start, max(start, drop - self._hold_beats), drop)

    def build_at(self, position: float) -> int | None:
        """Index of the build around a position, both its ends included."""
        for index, build in enumerate(self.builds):
            if build.start - _NEAR_BEATS <= position <= build.end + _NEAR_BEATS:
                return index
        return None

    def turning_points(self) -> frozenset[int]:
        """Beats where a build or a break begins or ends, and where a hold begins."""
        builds = [place for build in self.builds for place in (build.start, build.hold, build.end)]
        breaks = [place for span in self._breaks for place in span]
        return frozenset(int(place) for place in (*builds, *breaks) if place.is_integer())

    def wanted_beats(self, position: float) -> float | None:
        """Length of a shot that begins here in a build, None elsewhere and in a hold."""
        index = self.build_at(position)
        if index is None or position >= self.builds[index].hold - _NEAR_BEATS:
            return None
        return self.builds[index].wanted_beats(position, self._lengths, self._bar_beats)

    def is_burst(self, position: float) -> bool:
        """Whether it lies in the last bar of a build before its hold, where shots may be tiny."""
        index = self.build_at(position)
        if index is None or self._lengths[-1] >= 1.0:
            return False
        build = self.builds[index]
        first = max(build.start, build.hold - self._bar_beats)
        return first - _NEAR_BEATS <= position <= build.hold + _NEAR_BEATS

    def is_held(self, position: float) -> bool:
        """Whether no cut may come here: right before a drop, or in the bar that it opens."""
        if any(abs(position - drop) <= _NEAR_BEATS for drop in self._drops):
            return False
        return any(
            drop - self._hold_beats + _NEAR_BEATS < position < drop + self._bar_beats - _NEAR_BEATS
            for drop in self._drops
        )

    def is_hold(self, start: float, end: float) -> bool:
        """Whether a shot only waits: it ends on a drop and began in the hold before it."""
        return any(
            abs(end - drop) <= _NEAR_BEATS and start >= drop - self._hold_beats - _NEAR_BEATS
            for drop in self._drops
        )

    def break_beats(self, start: float, end: float) -> float:
        """How many beats between two positions lie in breaks."""
        return sum(max(0.0, min(end, last) - max(start, first)) for first, last in self._breaks)


def _lengths(pacing: Pacing, meter: Meter) -> tuple[float, ...]:
    lengths = PACES[pacing].build
    if meter.beats_per_bar % 3:
        return lengths
    # Bars of three: halving them would leave the bar, so 4 and 2 beats become two bars and one.
    return tuple({8.0: 12.0, 4.0: 6.0, 2.0: 3.0}.get(length, length) for length in lengths)
