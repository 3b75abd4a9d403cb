"""What stands in where beats are missing: onsets, and the clock where nothing is heard."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from services.audio_sync.candidate import Candidate, Window, at_frame
from services.audio_sync.clock import steady_frames
from services.audio_sync.hearing import Hearing
from services.audio_sync.pacing import MIN_SHOT_S, PACES
from shared.sync_map import SAMPLE_RATE_HZ, CutEvent, Onset, Span

GAP_BEATS = 2.5  # further apart, beats do not carry a film
_MIN_ONSET_STRENGTH = 0.25
_ONSET_REWARD = 0.3


def gap_at(sample: int, samples: Sequence[int], window: Window) -> int:
    """Samples between the events around a moment; the film's ends count as events."""
    right = bisect_left(samples, sample)
    before = samples[right - 1] if right else window.start_sample
    after = samples[right] if right < len(samples) else window.end_sample
    return after - before


def onset_candidates(hearing: Hearing, window: Window) -> list[Candidate]:
    """The strongest onsets of the window, a shortest shot apart, outside recognised speech."""
    spoken = hearing.sync_map.speech if hearing.sync_map.words else ()
    apart = round(MIN_SHOT_S * SAMPLE_RATE_HZ)
    taken: list[int] = []
    found = []
    for onset in _strongest_first(hearing.sync_map.onsets):
        if not window.start_sample < onset.sample < window.end_sample:
            continue
        if _is_inside(onset.sample, spoken):
            continue
        place = bisect_left(taken, onset.sample)
        neighbours = taken[max(0, place - 1) : place + 1]
        if any(abs(onset.sample - other) < apart for other in neighbours):
            continue
        taken.insert(place, onset.sample)
        found.append(
            Candidate(
                window.frame(onset.sample),
                onset.sample,
                hearing.meter.position(onset.sample),
                None,
                CutEvent.ONSET,
                onset.strength,
                _ONSET_REWARD + onset.strength,
            )
        )
    return sorted(found, key=lambda candidate: candidate.frame)


def clock_candidates(
    found: Sequence[Candidate], hearing: Hearing, window: Window
) -> Iterator[Candidate]:
    """Steady candidates where nothing at all is heard for longer than two shots by the clock."""
    pacing = hearing.pacing
    longest_frames = 2 * PACES[pacing].clock_s * window.frame_rate
    ends = [0, *(candidate.frame for candidate in found), window.frame_count]
    for start, end in pairwise(ends):
        if end - start > longest_frames:
            for frame in steady_frames(start, end, pacing, window.frame_rate):
                yield replace(at_frame(frame, hearing.meter, window), is_fixed=False)


def _strongest_first(onsets: Sequence[Onset]) -> list[Onset]:
    heard = [onset for onset in onsets if onset.strength >= _MIN_ONSET_STRENGTH]
    return sorted(heard, key=lambda onset: (-onset.strength, onset.sample))


def _is_inside(sample: int, spans: Sequence[Span]) -> bool:
    return any(span.start_sample <= sample < span.end_sample for span in spans)
