"""Planning cuts: the pure core of `plan_cuts`."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from statistics import fmean

from services.audio_sync.candidate import Candidate, Window, at_frame
from services.audio_sync.dynamics import Dynamics
from services.audio_sync.events import find_candidates
from services.audio_sync.meter import Meter
from services.audio_sync.pacing import clock_cost, length_cost, longest_beats, odd_cost
from services.audio_sync.path import best_path
from services.audio_sync.reasons import kind_of, reason_of
from services.audio_sync.windows import best_window
from shared.brief import Pacing
from shared.errors import InvalidInput
from shared.sync_map import SAMPLE_RATE_HZ, CutEvent, CutPlan, PlannedCut, SyncMap
from shared.timing import sample_at_frame

_NOTHING_HEARD = SyncMap(0, 0.0, None, 0.0, (), (), ())


def plan(
    sync_map: SyncMap | None,
    pacing: Pacing,
    frame_rate: Fraction,
    frame_count: int,
    window_start_sample: int | None = None,
    fixed_frames: tuple[int, ...] = (),
) -> CutPlan:
    """Plan the cuts of a film of `frame_count` frames over a window of what was heard.

    No sync map, or one without beats and onsets, gives steady cuts by the clock. Raises
    `InvalidInput` for a film without frames, a window before the song, or fixed frames that are
    not inside the film.
    """
    _check(frame_count, window_start_sample, fixed_frames)
    heard = sync_map or _NOTHING_HEARD
    if window_start_sample is None:
        length = sample_at_frame(frame_count, SAMPLE_RATE_HZ, frame_rate)
        window_start_sample = best_window(heard, length)
    window = Window(window_start_sample, frame_count, frame_rate)
    meter, dynamics = Meter(heard), Dynamics(heard.energy)
    nodes = _nodes(heard, meter, dynamics, window, pacing, fixed_frames)
    path = _choose(nodes, dynamics, window, pacing)
    cuts = [
        PlannedCut(
            node.frame,
            node.sample,
            node.event,
            kind_of(node),
            node.strength,
            reason_of(before, node, dynamics, frame_rate),
        )
        for before, node in pairwise(path[:-1])
    ]
    return CutPlan(
        frame_rate, frame_count, window_start_sample, tuple(cuts), _accents(heard, window)
    )


def _check(
    frame_count: int, window_start_sample: int | None, fixed_frames: tuple[int, ...]
) -> None:
    if frame_count < 1:
        raise InvalidInput(f"a film of {frame_count} frames cannot be cut; expected at least 1")
    if window_start_sample is not None and window_start_sample < 0:
        raise InvalidInput(
            f"the window starts at sample {window_start_sample}; expected 0 or later"
        )
    outside = [frame for frame in fixed_frames if not 0 < frame < frame_count]
    if outside:
        raise InvalidInput(
            f"fixed cuts at frames {outside} are outside the film; expected 1 to {frame_count - 1}"
        )


def _nodes(
    heard: SyncMap,
    meter: Meter,
    dynamics: Dynamics,
    window: Window,
    pacing: Pacing,
    fixed_frames: tuple[int, ...],
) -> list[Candidate]:
    """Candidates with the fixed ones among them, between the film's start and end."""
    by_frame = {
        candidate.frame: candidate
        for candidate in find_candidates(heard, meter, dynamics, window, pacing)
    }
    for frame in fixed_frames:
        found = by_frame.get(frame)
        by_frame[frame] = replace(found, is_fixed=True) if found else at_frame(frame, meter, window)
    inner = [by_frame[frame] for frame in sorted(by_frame)]
    return [_edge(0, meter, window), *inner, _edge(window.frame_count, meter, window)]


def _edge(frame: int, meter: Meter, window: Window) -> Candidate:
    """The film's start or end; on the grid if a beat falls on it."""
    edge = at_frame(frame, meter, window)
    if not meter.samples:
        return edge
    place = bisect_left(meter.samples, window.sample(frame))
    for index in range(max(0, place - 1), min(place + 1, len(meter.samples))):
        if window.frame(meter.samples[index]) == frame:
            return replace(edge, half_beats=2 * meter.positions[index])
    return edge


def _choose(
    nodes: list[Candidate], dynamics: Dynamics, window: Window, pacing: Pacing
) -> list[Candidate]:
    usual = [node.reward for node in nodes if node.event is not CutEvent.CLOCK]
    # Rewards count from the usual one: more cuts are not better, better cuts are.
    usual_reward = fmean(usual) if usual else 0.0
    # Exact time is slow; every shot asks for its ends.
    samples = {node.frame: window.sample(node.frame) for node in nodes}

    def score(start: Candidate, end: Candidate) -> float:
        if start.is_clock or end.is_clock:
            seconds = (samples[end.frame] - samples[start.frame]) / SAMPLE_RATE_HZ
            return -clock_cost(pacing, seconds)
        loudness = dynamics.loudness(samples[start.frame], samples[end.frame])
        beats = end.position - start.position
        cost = length_cost(pacing, beats, loudness)
        if start.half_beats is not None and end.half_beats is not None:
            cost += odd_cost((end.half_beats - start.half_beats) / 2)
        return -cost if end is nodes[-1] else end.reward - usual_reward - cost

    path = best_path(nodes, score, window.floor_frames, longest_beats(pacing))
    return [nodes[index] for index in path]


def _accents(heard: SyncMap, window: Window) -> tuple[tuple[int, float], ...]:
    strengths: dict[int, float] = {}
    for beat in heard.beats:
        frame = window.frame(beat.sample)
        if 0 <= frame < window.frame_count:
            strengths[frame] = max(beat.strength, strengths.get(frame, 0.0))
    return tuple(sorted(strengths.items()))
