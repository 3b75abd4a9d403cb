"""Bring impacts and accents together: slip the window first, warp only what is left.

Pure. A shot plays a chain of (accent, impact) pairs: up to the first it plays evenly, which is the
slip; between two it plays evenly if that lands well enough, else with one gentle ease.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from services.audio_sync.motion import VisualBeat
from shared.motion import LandedAccent, MotionAlignment, MotionWindow, TimeKnot, source_seconds
from shared.shot import Accent

# An impact less clear than this moves nothing, nor does a chain that gains less than this over
# the window as it is (1.0 is the strongest impact, fully clear, on the strongest accent).
_LEAST_CONFIDENCE = 0.2
_LEAST_GAIN = 0.08
# What moving a window by a second and playing it 100 % faster cost.
_SLIP_COST, _WARP_COST = 0.1, 1.0
_LANDED_FRAMES = 1.0
_BESIDE_COST = 0.4
_EVEN_FRAMES = Fraction(1, 2)
_MAX_PAIRS = 400


@dataclass(frozen=True, slots=True)
class _Pair:
    """An accent and an impact that could land on it, `offset` seconds beside it in the clip."""

    accent: Accent
    beat: VisualBeat
    offset: Fraction
    weight: float


@dataclass(frozen=True, slots=True)
class _Chain:
    """A way through pairs, the last at `offset`; `bends` are (frame, offset) with warps between."""

    score: float
    pair: _Pair
    offset: Fraction
    bends: tuple[tuple[int, Fraction], ...]
    slip: Fraction


def align(
    beats: Sequence[VisualBeat],
    moments: Sequence[Fraction],
    window: MotionWindow,
    source_frame_seconds: Fraction,
) -> MotionAlignment:
    """The slip and warp of a window; does nothing where that would not clearly help.

    `moments` are the exact times of the beats' frames, `source_frame_seconds` how long the clip's
    frames last: no warp plays so slowly that a frame is repeated which was not before.
    """
    clear = [item for item in zip(beats, moments, strict=True) if _is_clear(item[0])]
    if not window.accents:
        return _unchanged("no accent to land on")
    if not clear:
        return _unchanged("no clear impact in the clip")
    pairs = _pairs(clear, window)
    if not pairs:
        return _unchanged("no impact within reach of an accent")
    best = _best_chain(pairs, window, _slowest(window, source_frame_seconds))
    before = sum(_even_weight(pair, Fraction(0), window) for pair in _nearest(pairs, window))
    helps = best.score - before >= _LEAST_GAIN
    knots = _knots(best, window) if helps else ()
    slip = best.slip if helps else Fraction(0)
    landed = _landed([beat for beat, _ in clear], window, slip, knots)
    if not helps or not landed:
        return _unchanged("moving the window would gain too little", landed)
    sure = min(beat.confidence for beat, accent in landed)
    told = tuple(accent for _, accent in landed)
    reason = "slipped and warped" if knots else "slipped"
    return MotionAlignment(best.slip, knots, told, round(sure, 4), reason)


def _is_clear(beat: VisualBeat) -> bool:
    return beat.confidence >= _LEAST_CONFIDENCE


def _unchanged(
    reason: str, landed: Sequence[tuple[VisualBeat, LandedAccent]] = ()
) -> MotionAlignment:
    """The window as it is, with the accents that are met all the same."""
    return MotionAlignment(Fraction(0), (), tuple(accent for _, accent in landed), 0.0, reason)


def _slowest(window: MotionWindow, source_frame_seconds: Fraction) -> Fraction:
    needed = min(Fraction(1), source_frame_seconds / window.seconds_per_frame)
    return max(window.min_speed, needed)


def _pairs(clear: Sequence[tuple[VisualBeat, Fraction]], window: MotionWindow) -> list[_Pair]:
    """All pairs within the room around the window, in order; the heaviest if there are many."""
    found = []
    for accent in window.accents:
        plays = window.start_seconds + accent.frame * window.seconds_per_frame
        for beat, moment in clear:
            offset = moment - plays
            if -window.earlier_seconds <= offset <= window.later_seconds:
                weight = accent.strength * beat.strength * beat.confidence
                found.append(_Pair(accent, beat, offset, weight))
    found = sorted(found, key=lambda pair: -pair.weight)[:_MAX_PAIRS]
    return sorted(found, key=lambda pair: (pair.accent.frame, pair.offset))


def _even_weight(pair: _Pair, offset: Fraction, window: MotionWindow) -> float:
    """What a pair is worth when its accent plays the clip `offset` seconds beside the window."""
    error = abs(pair.offset - offset) / window.seconds_per_frame
    if error > _LANDED_FRAMES:
        return 0.0
    # Within half a frame is as good as can be seen; up to a whole one hardly worse.
    return pair.weight * (1 - _BESIDE_COST * max(0.0, float(error) - 0.5))


def _nearest(pairs: Sequence[_Pair], window: MotionWindow) -> list[_Pair]:
    """For each accent the pair that is worth most as the window is."""
    best: dict[int, _Pair] = {}
    for pair in pairs:
        other = best.get(pair.accent.frame)
        zero = Fraction(0)
        if other is None or _even_weight(pair, zero, window) > _even_weight(other, zero, window):
            best[pair.accent.frame] = pair
    return list(best.values())


def _best_chain(pairs: Sequence[_Pair], window: MotionWindow, slowest: Fraction) -> _Chain:
    chains: list[_Chain] = []
    for pair in pairs:
        cost = _SLIP_COST * abs(float(pair.offset))
        chain = _Chain(pair.weight - cost, pair, pair.offset, (), pair.offset)
        for earlier in chains:
            longer = _go_on(earlier, pair, window, slowest)
            if longer is not None and longer.score > chain.score:
                chain = longer
        chains.append(chain)
    return max(chains, key=lambda chain: (chain.score, -abs(chain.slip)))


def _go_on(chain: _Chain, pair: _Pair, window: MotionWindow, slowest: Fraction) -> _Chain | None:
    """The chain with one more pair, or None if no even or eased playing leads there."""
    frames = pair.accent.frame - chain.pair.accent.frame
    if frames <= 0:
        return None
    shift = pair.offset - chain.offset
    step = window.seconds_per_frame
    if abs(shift) <= _EVEN_FRAMES * step:
        score = chain.score + _even_weight(pair, chain.offset, window)
        return _Chain(score, pair, chain.offset, chain.bends, chain.slip)
    mean = 1 + shift / (frames * step)
    # An ease that leaves and arrives at speed 1 is this fast (or slow) in its middle.
    if not slowest <= (3 * mean - 1) / 2 <= window.max_speed:
        return None
    score = chain.score + pair.weight - _WARP_COST * abs(float(mean - 1))
    bends = (*chain.bends, (chain.pair.accent.frame, chain.offset))
    return _Chain(score, pair, pair.offset, (*bends, (pair.accent.frame, pair.offset)), chain.slip)


def _knots(chain: _Chain, window: MotionWindow) -> tuple[TimeKnot, ...]:
    """Every impact is met at the window's own speed; beyond the knots it plays evenly."""
    step = window.seconds_per_frame
    bends = dict(chain.bends)
    return tuple(
        TimeKnot(frame, window.start_seconds + frame * step + offset, step)
        for frame, offset in sorted(bends.items())
    )


def _landed(
    beats: Sequence[VisualBeat],
    window: MotionWindow,
    slip: Fraction,
    knots: Sequence[TimeKnot],
) -> list[tuple[VisualBeat, LandedAccent]]:
    """The accents that an impact meets within a frame."""
    step = float(window.seconds_per_frame)
    found = []
    for accent in window.accents:
        even = window.start_seconds + accent.frame * window.seconds_per_frame
        plays = source_seconds(knots, accent.frame) if knots else even + slip
        beat = min(beats, key=lambda beat: abs(beat.seconds - float(plays)))
        # Speed is the window's own at a knot and gentle elsewhere: one frame is `step` here.
        error = (beat.seconds - float(plays)) / step
        if abs(error) <= _LANDED_FRAMES:
            unaligned = (beat.seconds - float(even)) / step
            moment = Fraction(round(beat.seconds * 1_000_000), 1_000_000)
            found.append(
                (beat, LandedAccent(accent.frame, moment, round(error, 3), round(unaligned, 3)))
            )
    return found
