"""Planning cuts: the pure core of `plan_cuts`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from statistics import fmean

from services.audio_sync.admission import check_request
from services.audio_sync.candidate import Candidate, Window, at_frame
from services.audio_sync.choices import find_candidates, fixed_candidates
from services.audio_sync.hearing import Hearing
from services.audio_sync.meter import TICKS_PER_BEAT
from services.audio_sync.pacing import (
    break_cost,
    build_cost,
    clock_cost,
    length_cost,
    longest_beats,
    odd_cost,
    syncopation_cost,
)
from services.audio_sync.path import Floors, best_path
from services.audio_sync.reasons import kind_of, reason_of
from services.audio_sync.windows import best_window
from shared.requests import PlanCutsRequest
from shared.sync_map import SAMPLE_RATE_HZ, CutEvent, CutPlan, PlannedCut, SyncMap
from shared.timing import sample_at_frame


def plan(sync_map: SyncMap | None, request: PlanCutsRequest) -> CutPlan:
    """Plan the cuts of a film over a window of what was heard.

    No sync map, or one without anything to cut on, gives steady cuts by the clock. The request's
    own digest of a sync map is not looked at. Raises `InvalidInput` for a film without frames, a
    window before the song, fixed frames or locked spans that are not inside the film, and a lead
    that is out of range.
    """
    check_request(request)
    hearing = Hearing(sync_map, request.pacing)
    window = _window(hearing, request)
    choice = find_candidates(hearing, window, request.cuts_on)
    path = _choose(_nodes(list(choice.candidates), hearing, window, request), hearing, window)
    cuts = [
        PlannedCut(
            node.frame,
            node.sample,
            node.event,
            kind_of(node),
            node.strength,
            reason_of(before, node, hearing.dynamics, window.frame_rate, choice.note),
            node.lead_frames,
        )
        for before, node in pairwise(path[:-1])
    ]
    return CutPlan(
        window.frame_rate,
        window.frame_count,
        window.start_sample,
        tuple(cuts),
        _accents(hearing.sync_map, window),
        request.cuts_on,
        request.lead_frames,
    )


def _window(hearing: Hearing, request: PlanCutsRequest) -> Window:
    start = request.window_start_sample
    if start is None:
        length = sample_at_frame(request.frame_count, SAMPLE_RATE_HZ, request.frame_rate)
        start = best_window(hearing.sync_map, length)
    return Window(start, request.frame_count, request.frame_rate, request.lead_frames)


def _nodes(
    found: list[Candidate], hearing: Hearing, window: Window, request: PlanCutsRequest
) -> list[Candidate]:
    """Candidates with the fixed ones among them, between the film's start and end."""
    spans = request.locked_spans
    fixed = {*request.fixed_frames, *(frame for span in spans for frame in span)}
    by_frame = {
        candidate.frame: candidate
        for candidate in found
        if not any(start < candidate.frame < end for start, end in spans)
    }
    inner = fixed - {0, window.frame_count}
    heard = fixed_candidates(hearing, window) if inner else {}
    for frame in inner:
        known = heard.get(frame)
        by_frame[frame] = (
            replace(known, is_fixed=True) if known else at_frame(frame, hearing.meter, window)
        )
    nodes = [by_frame[frame] for frame in sorted(by_frame)]
    return [_edge(0, hearing, window), *nodes, _edge(window.frame_count, hearing, window)]


def _edge(frame: int, hearing: Hearing, window: Window) -> Candidate:
    """The film's start or end; on the grid if a beat falls on it, or would as the tempo goes on."""
    meter = hearing.meter
    edge = at_frame(frame, meter, window)
    nearest = round(edge.position)
    samples_off = abs(edge.position - nearest) * meter.beat_samples
    if not meter.samples or 2 * samples_off * window.frame_rate > SAMPLE_RATE_HZ:
        return edge
    index = meter.beat_near(window.sample(frame))
    in_bar = None if index is None else meter.beats_into_bar(index)
    return replace(edge, position=float(nearest), ticks=TICKS_PER_BEAT * nearest, in_bar=in_bar)


def _choose(nodes: list[Candidate], hearing: Hearing, window: Window) -> list[Candidate]:
    usual = [node.reward for node in nodes if node.event is not CutEvent.CLOCK]
    # Rewards count from the usual one: more cuts are not better, better cuts are.
    usual_reward = fmean(usual) if usual else 0.0
    cost = _shot_cost(nodes, hearing, window)

    def score(start: Candidate, end: Candidate) -> float:
        if start.is_clock or end.is_clock or end is nodes[-1]:
            return -cost(start, end)
        gain = end.reward - usual_reward
        if start.build is not None and start.build == end.build:
            gain = max(gain, 0.0)  # a build is about its lengths; no beat is too weak for it
        return gain - cost(start, end)

    floors = Floors(window.floor_frames, window.burst_floor_frames)
    path = best_path(nodes, score, floors, longest_beats(hearing.pacing))
    return [nodes[index] for index in path]


def _shot_cost(
    nodes: list[Candidate], hearing: Hearing, window: Window
) -> Callable[[Candidate, Candidate], float]:
    """What is wrong with a shot from one candidate to another; 0.0 for nothing."""
    pacing, arcs, beats_per_bar = hearing.pacing, hearing.arcs, hearing.meter.beats_per_bar
    # Asked for every pair of nodes: what depends on one of them is worked out once.
    samples = {node.frame: window.sample(node.frame) for node in nodes}
    intensity, total = {nodes[0].frame: 0.0}, 0.0
    for before, after in pairwise(nodes):
        start, end = samples[before.frame], samples[after.frame]
        total += hearing.intensity.between(start, end) * (end - start)
        intensity[after.frame] = total
    wanted = {node.frame: arcs.wanted_beats(node.position) for node in nodes}
    has_arcs = bool(hearing.sync_map.breaks or hearing.sync_map.drops)

    def cost(start: Candidate, end: Candidate) -> float:
        span = max(samples[end.frame] - samples[start.frame], 1)
        if start.is_clock or end.is_clock:
            return clock_cost(pacing, span / SAMPLE_RATE_HZ)
        beats = end.position - start.position
        due = wanted[start.frame]
        if due is not None:
            return build_cost(beats, due)
        if has_arcs and arcs.is_hold(start.position, end.position):
            return 0.0
        odd = 0.0
        if start.ticks is not None and end.ticks is not None:
            length = (end.ticks - start.ticks) / TICKS_PER_BEAT
            odd = odd_cost(length, beats_per_bar)
            if start.in_bar is not None:
                odd += syncopation_cost(start.in_bar, length, beats_per_bar)
        if has_arcs and 2 * arcs.break_beats(start.position, end.position) > beats:
            return odd + break_cost(pacing, beats)
        loudness = (intensity[end.frame] - intensity[start.frame]) / span
        return odd + length_cost(pacing, beats, loudness)

    return cost


def _accents(heard: SyncMap, window: Window) -> tuple[tuple[int, float], ...]:
    strengths: dict[int, float] = {}
    for beat in heard.beats:
        frame = window.frame(beat.sample)
        if 0 <= frame < window.frame_count:
            strengths[frame] = max(beat.strength, strengths.get(frame, 0.0))
    return tuple(sorted(strengths.items()))
