"""What a cut may fall on: beats, off-beats, onsets where no beat is, the clock where nothing is."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from services.audio_sync.candidate import Candidate, Window, at_frame
from services.audio_sync.clock import steady_frames
from services.audio_sync.dynamics import Dynamics
from services.audio_sync.meter import Meter, first_of_four
from services.audio_sync.pacing import MIN_SHOT_S, PACES
from shared.brief import Pacing
from shared.sync_map import SAMPLE_RATE_HZ, CutEvent, Onset, SyncMap

_GAP_BEATS = 2.5  # further apart, beats do not carry a film
_SNAP_BEATS, _SNAP_STRENGTH = 0.1, 0.4
_MIN_ONSET_STRENGTH = 0.25
_TURN_REACH_BEATS = 1.1
_FIRST_OF_FOUR_REWARD = 1.0
_TURN_REWARD, _TURN_REWARD_PER_DB = 3.0, 0.3
_FALL_SHARE = 0.4  # a break wants a cut as well, but not as badly as a drop
_EVENT_REWARDS = {CutEvent.BEAT: 0.5, CutEvent.OFFBEAT: 0.0, CutEvent.ONSET: 0.3}


def find_candidates(
    sync_map: SyncMap, meter: Meter, dynamics: Dynamics, window: Window, pacing: Pacing
) -> list[Candidate]:
    """Candidates in order of frames, each frame once, none within 0.3 s of the film's ends."""
    found = list(_beats(sync_map, meter, dynamics, window))
    if pacing is Pacing.FRANTIC:
        found += _offbeats(sync_map, meter, window)
    found += _onsets_between(sync_map.onsets, meter, window, found)
    found = _by_frame(found, window)
    found = _mark_turns(found, meter, dynamics, window)
    return _by_frame(found + list(_clock_between(found, meter, window, pacing)), window)


def _beats(
    sync_map: SyncMap, meter: Meter, dynamics: Dynamics, window: Window
) -> Iterator[Candidate]:
    first, clarity = first_of_four(sync_map, meter, dynamics)
    for beat, position in zip(sync_map.beats, meter.positions, strict=True):
        reward = _EVENT_REWARDS[CutEvent.BEAT] + beat.strength
        if position % 4 == first:
            reward += _FIRST_OF_FOUR_REWARD * clarity
        yield Candidate(
            window.frame(beat.sample),
            beat.sample,
            float(position),
            2 * position,
            CutEvent.BEAT,
            beat.strength,
            reward,
        )


def _offbeats(sync_map: SyncMap, meter: Meter, window: Window) -> Iterator[Candidate]:
    times = [onset.sample for onset in sync_map.onsets]
    reach = _SNAP_BEATS * meter.beat_samples
    for index in range(len(meter.samples) - 1):
        if meter.positions[index + 1] - meter.positions[index] != 1:
            continue
        middle = (meter.samples[index] + meter.samples[index + 1]) // 2
        near = sync_map.onsets[
            bisect_left(times, middle - reach) : bisect_right(times, middle + reach)
        ]
        heard = max(near, key=lambda onset: onset.strength, default=Onset(middle, 0.0))
        sample = heard.sample if heard.strength >= _SNAP_STRENGTH else middle
        yield Candidate(
            window.frame(sample),
            sample,
            meter.positions[index] + 0.5,
            2 * meter.positions[index] + 1,
            CutEvent.OFFBEAT,
            heard.strength,
            _EVENT_REWARDS[CutEvent.OFFBEAT] + heard.strength,
        )


def _onsets_between(
    onsets: tuple[Onset, ...], meter: Meter, window: Window, beats: list[Candidate]
) -> Iterator[Candidate]:
    """The strongest onsets, a shortest shot apart, where beats are far from each other."""
    beat_samples = [beat.sample for beat in beats if beat.sample is not None]
    apart = round(MIN_SHOT_S * SAMPLE_RATE_HZ)
    taken: list[int] = []
    for onset in sorted(onsets, key=lambda onset: (-onset.strength, onset.sample)):
        if onset.strength < _MIN_ONSET_STRENGTH:
            break
        if not window.start_sample < onset.sample < window.end_sample:
            continue
        if _gap_at(onset.sample, beat_samples, window) < _GAP_BEATS * meter.beat_samples:
            continue
        place = bisect_left(taken, onset.sample)
        neighbours = taken[max(0, place - 1) : place + 1]
        if any(abs(onset.sample - other) < apart for other in neighbours):
            continue
        taken.insert(place, onset.sample)
        yield Candidate(
            window.frame(onset.sample),
            onset.sample,
            meter.position(onset.sample),
            None,
            CutEvent.ONSET,
            onset.strength,
            _EVENT_REWARDS[CutEvent.ONSET] + onset.strength,
        )


def _gap_at(sample: int, beat_samples: list[int], window: Window) -> int:
    right = bisect_left(beat_samples, sample)
    before = beat_samples[right - 1] if right else window.start_sample
    after = beat_samples[right] if right < len(beat_samples) else window.end_sample
    return after - before


def _clock_between(
    found: list[Candidate], meter: Meter, window: Window, pacing: Pacing
) -> Iterator[Candidate]:
    """Steady candidates where nothing at all is heard for longer than two shots by the clock."""
    longest_frames = 2 * PACES[pacing].clock_s * window.frame_rate
    ends = [0, *(candidate.frame for candidate in found), window.frame_count]
    for start, end in pairwise(ends):
        if end - start > longest_frames:
            for frame in steady_frames(start, end, pacing, window.frame_rate):
                yield replace(at_frame(frame, meter, window), is_fixed=False)


def _mark_turns(
    found: list[Candidate], meter: Meter, dynamics: Dynamics, window: Window
) -> list[Candidate]:
    """Give each rise and fall of energy to the candidate where it is sharpest."""
    marked = list(found)
    samples = [candidate.sample or 0 for candidate in found]
    reach = _TURN_REACH_BEATS * meter.beat_samples
    for turn in dynamics.turns():
        near = range(
            bisect_left(samples, turn.sample - reach), bisect_right(samples, turn.sample + reach)
        )
        if not near:
            continue
        sign = 1.0 if turn.change_db > 0 else -1.0
        best = max(near, key=lambda index: sign * dynamics.change_db(samples[index]))
        bonus = _TURN_REWARD + _TURN_REWARD_PER_DB * min(abs(turn.change_db), 12.0)
        bonus *= 1.0 if sign > 0 else _FALL_SHARE
        reward = marked[best].reward + bonus
        marked[best] = replace(marked[best], reward=reward, change_db=turn.change_db)
    return marked


def _by_frame(found: Iterable[Candidate], window: Window) -> list[Candidate]:
    best: dict[int, Candidate] = {}
    first, last = window.floor_frames, window.frame_count - window.floor_frames
    for candidate in found:
        other = best.get(candidate.frame)
        if first <= candidate.frame <= last and (not other or candidate.reward > other.reward):
            best[candidate.frame] = candidate
    return [best[frame] for frame in sorted(best)]
