"""A bar pointer: the likeliest beats, bars and tempo under curves of beat activations.

The state-space of Krebs, Böck and Widmer ("An efficient state-space model for joint tempo and
meter tracking", ISMIR 2015): a pointer moves through a bar at a tempo that changes at beats only.
Between beats it moves by itself and only the frames at a beat's start are told apart, so that the
model is decoded exactly by keeping, for each frame, the score of a beat beginning there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.audio_sync.activations.protocol import Activations

Array = NDArray[np.float64]
Scores = NDArray[np.float32]

MIN_BPM, MAX_BPM = 40.0, 240.0
_START = 255  # the back pointer of a beat that no beat was before
_NEVER = np.float32(-1e30)
_FLOOR = 0.05  # a beat may be silent: in a pause the pulse goes on


@dataclass(frozen=True, slots=True)
class Model:
    """What the pointer believes; probabilities are natural logarithms.

    A beat shows for `beat_s`, at any tempo, as activations do; if the model's share of the beat
    were shown, as in the paper, slow tempi would collect more of every peak. A frame without a beat
    has the `neither_odds`-th part of the probability of neither. `steadiness` is Krebs' lambda: a
    ratio of r between two beats' lengths costs steadiness * abs(r - 1), and no change costs more
    than `jump_cost`. `meters` are (beats per bar, what a bar of it costs): rare meters must be
    heard in every bar. `usual_weight` is how much each beat prefers the usual tempo.
    """

    meters: tuple[tuple[int, float], ...] = ((2, 1.5), (3, 0.3), (4, 0.0), (5, 1.5), (6, 0.7))
    num_tempi: int = 60
    beat_s: float = 0.03
    neither_odds: float = 4.5
    steadiness: float = 100.0
    jump_cost: float = 22.0
    band: int = 6
    usual_bpm: float = 110.0
    usual_octaves: float = 1.0
    usual_weight: float = 0.5


@dataclass(frozen=True, slots=True)
class Track:
    """Decoded beats: `frames` [n], `in_bar` (0 is a downbeat) [n], `beats_per_bar`, `score`.

    `score` is the path's log likelihood ratio against no beat anywhere.
    """

    frames: NDArray[np.intp]
    in_bar: NDArray[np.intp]
    beats_per_bar: int
    score: float


def decode(activations: Activations, model: Model) -> Track:
    """The likeliest track; without frames it is empty.

    Memory is num_frames * sum of beats in all meters * num_tempi bytes.
    """
    lengths = _beat_lengths(activations.rate_hz, model)
    chains = _Chains.of(model)
    shown = _shown(activations, lengths, model)
    entries, pointers = _forward(shown, lengths, chains, model)
    return _backward(entries, pointers, lengths, chains)


def _beat_lengths(rate_hz: int, model: Model) -> NDArray[np.intp]:
    """Lengths of a beat in frames, log-spaced, whole and distinct."""
    longest, shortest = 60.0 * rate_hz / MIN_BPM, 60.0 * rate_hz / MAX_BPM
    return np.unique(np.round(np.geomspace(shortest, longest, model.num_tempi)).astype(np.intp))


@dataclass(frozen=True, slots=True)
class _Chains:
    """One chain for each beat of each meter: what it shows, which precedes it, [num_chains]."""

    meter: NDArray[np.intp]
    in_bar: NDArray[np.intp]
    before: NDArray[np.intp]
    toll: Scores

    @staticmethod
    def of(model: Model) -> _Chains:
        meter: list[int] = []
        in_bar: list[int] = []
        before: list[int] = []
        toll: list[float] = []
        for beats, bar_cost in model.meters:
            first = len(meter)
            for beat in range(beats):
                meter.append(beats)
                in_bar.append(beat)
                before.append(first + (beat - 1) % beats)
                toll.append(bar_cost if beat == 0 else 0.0)
        return _Chains(
            np.array(meter), np.array(in_bar), np.array(before), np.array(toll, np.float32)
        )


def _shown(activations: Activations, lengths: NDArray[np.intp], model: Model) -> Scores:
    """Log likelihood ratio of a beat (0) or downbeat (1) starting, [frames, 2, lengths]."""
    values = np.clip(activations.values.astype(np.float64), _FLOOR, 1.0)
    none = np.log(np.clip(1.0 - values.sum(axis=1), _FLOOR, 1.0) / model.neither_odds)
    ratios = np.log(values) - none[:, None]
    sums = np.concatenate([np.zeros((1, 2)), np.cumsum(ratios, axis=0)])
    width = max(1, round(model.beat_s * activations.rate_hz))
    starts = np.arange(len(values))
    stops = np.minimum(starts + width, len(values))
    usual = np.log2(60.0 * activations.rate_hz / lengths / model.usual_bpm) / model.usual_octaves
    prior = -0.5 * model.usual_weight * usual**2
    shown = (sums[stops] - sums[:-1])[:, :, None] + prior
    return np.asarray(shown, dtype=np.float32)


def _forward(
    shown: Scores, lengths: NDArray[np.intp], chains: _Chains, model: Model
) -> tuple[Scores, NDArray[np.uint8]]:
    """Scores of beats entered in the last beat's reach, and back pointers of all frames."""
    num_frames, num_lengths, num_chains = len(shown), len(lengths), len(chains.meter)
    ring = int(lengths[-1]) + 1
    entries = np.full((ring, num_chains, num_lengths), _NEVER, np.float32)
    pointers = np.full((num_frames, num_chains, num_lengths), _START, np.uint8)
    costs = _change_costs(lengths, model)
    kinds = np.where(chains.in_bar == 0, 1, 0)
    each = np.arange(num_lengths)
    prior = -np.log(len(model.meters) * chains.meter * num_lengths).astype(np.float32)
    # Frames within one shortest beat do not depend on each other.
    for start in range(0, num_frames, int(lengths[0])):
        frames = np.arange(start, min(start + int(lengths[0]), num_frames))
        left = (frames[:, None] - lengths) % ring
        leaving = entries[left[:, None, :], chains.before[:, None], each]
        best, source = _best_sources(leaving, costs, model.jump_cost)
        if start <= lengths[-1]:
            may_start = (frames[:, None] <= lengths)[:, None, :]
            starts = may_start & (prior[:, None] > best)
            best = np.where(starts, prior[:, None], best)
            source[starts] = _START
        pointers[frames] = source
        entries[frames % ring] = best + shown[frames][:, kinds] - chains.toll[:, None]
    return entries, pointers


def _best_sources(
    leaving: Scores, costs: Scores, jump_cost: float
) -> tuple[Scores, NDArray[np.uint8]]:
    """Best score for each length to come to, and the length come from, [frames, chains, lengths].

    `leaving` are the scores of beats that end here, by their length.
    """
    num_lengths, band = leaving.shape[2], len(costs) // 2
    padded = np.pad(leaving, ((0, 0), (0, 0), (band, band)), constant_values=_NEVER)
    views = [padded[:, :, shift : shift + num_lengths] for shift in range(len(costs))]
    furthest = leaving.argmax(axis=2)[:, :, None]
    jumped = np.take_along_axis(leaving, furthest, axis=2) - np.float32(jump_cost)
    best = np.repeat(jumped, num_lengths, axis=2)
    candidate = np.empty_like(best)
    for view, cost in zip(views, costs, strict=True):
        np.maximum(best, np.add(view, cost, out=candidate), out=best)
    # Found a second time, for numpy is several times faster at this than at masked copies.
    source = np.where(best == jumped, furthest, 0).astype(np.uint8)
    each = np.arange(num_lengths)
    for shift, (view, cost) in enumerate(zip(views, costs, strict=True)):
        is_best = np.add(view, cost, out=candidate) == best
        origin = np.clip(each + shift - band, 0, num_lengths - 1).astype(np.uint8)
        np.maximum(source, is_best * origin, out=source)
    return best, source


def _change_costs(lengths: NDArray[np.intp], model: Model) -> Scores:
    """Log probability of coming to each length from `shift - band` lengths away."""
    num_lengths, band = len(lengths), model.band
    logs = np.full((2 * band + 1, num_lengths), _NEVER, np.float32)
    for shift in range(2 * band + 1):
        origin = np.arange(num_lengths) + shift - band
        is_there = (origin >= 0) & (origin < num_lengths)
        before = lengths[np.clip(origin, 0, num_lengths - 1)]
        cost = -model.steadiness * np.abs(lengths / before - 1.0)
        logs[shift, is_there] = cost[is_there]
    return logs


def _backward(
    entries: Scores,
    pointers: NDArray[np.uint8],
    lengths: NDArray[np.intp],
    chains: _Chains,
) -> Track:
    num_frames, ring = len(pointers), len(entries)
    frames: list[int] = []
    in_bar: list[int] = []
    if not num_frames:
        return Track(np.array(frames, np.intp), np.array(in_bar, np.intp), 4, 0.0)
    best, at = -np.inf, (0, 0, 0)
    for frame in range(max(0, num_frames - ring + 1), num_frames):
        open_ones = np.where(frame + lengths >= num_frames, entries[frame % ring], _NEVER)
        index = int(open_ones.argmax())
        if open_ones.flat[index] > best:
            best = float(open_ones.flat[index])
            at = (frame, *divmod(index, len(lengths)))
    frame, chain, length = at
    while True:
        frames.append(frame)
        in_bar.append(int(chains.in_bar[chain]))
        pointer = int(pointers[frame, chain, length])
        if pointer == _START:
            break
        chain, length = int(chains.before[chain]), pointer
        frame -= int(lengths[length])
    return Track(
        np.array(frames[::-1], np.intp),
        np.array(in_bar[::-1], np.intp),
        int(chains.meter[chain]),
        best,
    )
